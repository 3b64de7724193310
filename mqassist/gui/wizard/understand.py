"""What a pasted text tells: the address in settings, URLs and traces, the password set apart, causes it speaks of.

Puts together what the readers of settings and the explanation say. No Qt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.explained import Explanation
from mqassist.core.imported import Found, Imported
from mqassist.core.record import record
from mqassist.core.secret import MASK, Secret
from mqassist.core.target import parse_target

Explain = Callable[[str, CancelToken], Explanation]
Read = Callable[[str], Imported]
_GAP = re.compile(r"\n[ \t]*\n")
LONGEST_MIXED, MOST_PARTS = 200_000, 30
SETTINGS_FORMATS = ("spring", "celery", "compose", "env", "mosquitto", "mqttx", "mqtt-explorer")


@record
class Understood:
    """`text` is the paste as it may be shown. `format` is the settings format or "", `product` the program whose
    words were recognised or "". `others` are further addresses in the text. `words` are those to mark."""

    text: str
    format: str = ""
    product: str = ""
    scheme: str = ""
    host: str = ""
    port: int = 0
    vhost: str = ""
    path: str = ""
    username: str = ""
    client_id: str = ""
    password: Secret | None = None
    masked: int = 0
    cause: str = ""
    causes: int = 0
    excerpt: str = ""
    ca: str = ""
    cert: str = ""
    key: str = ""
    others: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.host or self.scheme or self.cause or self.product)


def understand(text: str, read: Read, explain: Explain, token: CancelToken) -> Understood:
    """Never raises for any text; raises Cancelled if the token is."""
    settings = _settings(text, read)
    token.check()
    said = explain(text, token)
    found = settings.found[0] if settings is not None and settings.found else None
    base = _of_settings(found, settings.format) if found is not None and settings is not None else {}
    told = _of_explanation(said)
    merged = {**told, **{name: value for name, value in base.items() if value}}
    merged["others"] = tuple(each.profile.url for each in settings.found[1:6]) if settings is not None else ()
    shown = _hidden(said.text, merged.get("password"))
    words = tuple(
        str(merged[name]) for name in ("host", "port", "username", "vhost") if merged.get(name) and merged[name] != "/"
    )
    merged["words"] = (*words, *(mark.excerpt for mark in said.marks if len(mark.excerpt) < 160))
    merged["masked"] = max(said.masked, 1 if merged.get("password") is not None else 0)
    return Understood(text=shown, **merged)


def _settings(text: str, read: Read) -> Imported | None:
    """The whole text as settings; where other things stand around them, the first part that is a settings file."""
    whole = _read(text, read)
    if whole is not None and whole.found and whole.format in SETTINGS_FORMATS:
        return whole
    parts = [part for part in _GAP.split(text[:LONGEST_MIXED]) if part.strip()]
    for part in parts[:MOST_PARTS] if len(parts) > 1 else ():
        found = _read(part, read)
        if found is not None and found.found and found.format in SETTINGS_FORMATS:
            return found
    return whole


def _read(text: str, read: Read) -> Imported | None:
    try:
        return read(text)
    except UserError:
        return None


def _of_settings(found: Found, format_name: str) -> dict[str, Any]:
    profile = found.profile
    endpoint = parse_target(profile.url).endpoint
    if endpoint is None:
        return {}
    tls = profile.settings.tls
    return {
        "format": format_name if format_name in SETTINGS_FORMATS else "",
        "scheme": endpoint.scheme,
        "host": endpoint.host,
        "port": endpoint.port,
        "vhost": endpoint.vhost if endpoint.protocol == "amqp" else "",
        "path": endpoint.path,
        "username": endpoint.username or "",
        "client_id": profile.settings.client_id or "",
        "password": _real(found.secrets.get("password")),
        "ca": tls.ca or "",
        "cert": tls.cert or "",
        "key": tls.key or "",
    }


def _of_explanation(said: Explanation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "product": said.product,
        "cause": said.cause or "",
        "causes": len(said.candidates),
        "excerpt": said.candidates[0].excerpt if said.candidates else "",
    }
    target = said.target
    if target is None:
        return told
    given = set(target.given)
    told |= {
        "scheme": target.scheme if target.scheme and ("scheme" in given or target.protocol) else "",
        "host": target.host if "host" in given else "",
        "port": target.port if "port" in given else 0,
        "vhost": target.vhost or "",
        "username": target.username or "",
        "client_id": target.client_id or "",
        "password": _real(target.password),
    }
    return told


def _real(password: Secret | None) -> Secret | None:
    """A text that is read again has the mask where the password was: that is none."""
    return None if password is None or MASK in password.reveal() else password


def _hidden(text: str, password: object) -> str:
    """The explanation masks what looks like a secret; what the settings said is one is masked for certain."""
    if isinstance(password, Secret) and len(password.reveal()) >= 4:
        return text.replace(password.reveal(), MASK)
    return text
