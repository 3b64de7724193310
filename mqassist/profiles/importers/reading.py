"""What all readers share: collecting profiles and notes, and making an address from its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mqassist.core.endpoint import DEFAULT_PORTS, Endpoint
from mqassist.core.errors import UserError
from mqassist.core.imported import Found, Imported, ImportNote
from mqassist.core.profile import Profile, Secrets, checked_profile, new_id, profile_from_url
from mqassist.core.record import changed
from mqassist.core.secret import Secret
from mqassist.core.settings import CheckSettings
from mqassist.core.target import parse_target
from mqassist.core.text import Text, Value

MAX_FOUND = 2_000
MAX_NOTES = 200

OUR_URL = re.compile(
    r"(?i)\b(?:amqps?|pyamqp|librabbitmq|mqtts?|wss?|mqtt\+(?:tcp|ssl|tls|wss?)|amqps?\+(?:tcp|ssl|tls))://"
)
"""What can only be an address of ours; tcp:// and ssl:// are others' as well."""
FOREIGN_URL = re.compile(
    r"(?i)^(?:redis|rediss|sqs|kafka|nats|stomp|memory|filesystem|sentinel|gcpubsub|azure\w*|sqlalchemy|sqla\+.*)://"
)
VARIABLE = re.compile(r"\$\{([A-Za-z_][\w.\-]*)(?::?-|:|\?|:\?)?([^{}]*)\}|\$([A-Za-z_]\w*)|\{\{\s*([^{}]*?)\s*\}\}")


class Reading:
    """Profiles and notes of one text. Names are made different from each other."""

    def __init__(self, format_name: str) -> None:
        self.format = format_name
        self.found: list[Found] = []
        self.notes: list[ImportNote] = []
        self._names: set[str] = set()

    def note(self, line: int, key: str, **values: Value) -> None:
        if len(self.notes) < MAX_NOTES:
            self.notes.append(ImportNote(line, Text(f"import.{key}", tuple(values.items()))))

    def add(self, profile: Profile, secrets: Secrets, line: int = 0) -> None:
        """Checked as if a person had typed it; what does not pass becomes a note."""
        if len(self.found) >= MAX_FOUND:
            return
        try:
            profile = checked_profile(profile)
        except UserError as error:
            self.notes.append(ImportNote(line, Text(f"error.{error.reference}", tuple(error.parameters.items()))))
            return
        if any(each.profile.url == profile.url and each.secrets == secrets for each in self.found):
            return  # the same address twice, as NAME_URL and as NAME_HOST
        name, count = profile.name, 2
        while name in self._names:
            name, count = f"{profile.name} ({count})", count + 1
        self._names.add(name)
        kept = {kind: secret for kind, secret in secrets.items() if not secret.is_blank}
        self.found.append(Found(changed(profile, name=name), kept, line))

    def add_url(self, url: str, name: str, line: int, **given: object) -> bool:
        """False, with a note, if nothing dialable can be read."""
        target = parse_target(url)
        if target.endpoint is None or "placeholder" in str(target.facts.get("input.problems", ())):
            hole = target.facts.get("input.placeholder") or target.facts.get("input.placeholder_in")
            if hole:
                self.note(line, "placeholder", name=hole if isinstance(hole, str) else ", ".join(map(str, hole)))  # type: ignore[arg-type]
            else:
                self.note(line, "no-address", what=target.shown)
            return False
        profile, secrets = profile_from_url(url, name)
        self.add(changed(profile, **given) if given else profile, secrets, line)
        return True

    def result(self) -> Imported:
        return Imported(self.format, tuple(self.found), tuple(sorted(self.notes, key=lambda each: each.line)))


def profile_of_parts(
    *,
    scheme: str,
    host: str,
    name: str = "",
    port: int = 0,
    user: str | None = None,
    password: str | None = None,
    vhost: str = "/",
    path: str = "",
    settings: CheckSettings | None = None,
    **given: object,
) -> tuple[Profile, Secrets]:
    """A profile from separate values; `scheme` is canonical. Raises UserError for a host that is none."""
    websocket = scheme in ("ws", "wss")
    endpoint = Endpoint(
        protocol="amqp" if scheme.startswith("amqp") else "mqtt",
        scheme=scheme,
        host=host.strip().removeprefix("[").removesuffix("]"),
        port=port or DEFAULT_PORTS[scheme],
        tls=scheme in ("amqps", "mqtts", "wss"),
        transport="websocket" if websocket else "tcp",
        vhost=vhost,
        path=("/" + path.lstrip("/") if path else "") if websocket else "",
        username=user or None,
    )
    read = parse_target(str(endpoint)).endpoint
    if not host or read is None or read.host != endpoint.host:
        raise UserError("profile-host", f"not a host: {host}", host=host[:200])
    profile = Profile(new_id(), name or host, str(endpoint), settings=settings or CheckSettings())
    return changed(profile, **given), {"password": Secret(password)} if password else {}


def port_of(value: object) -> int:
    """0 for what is no port."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536 else 0


def seconds_of(value: object, *, unit_ms: bool = False) -> float | None:
    """`60`, `60s`, `5000ms`, `1m` (Spring's durations); a bare number is seconds, or milliseconds with `unit_ms`."""
    found = re.fullmatch(r"\s*(\d{1,9}(?:\.\d+)?)\s*(ms|s|m|h|)\s*", str(value), re.IGNORECASE)
    if found is None:
        return None
    unit = found[2].lower() or ("ms" if unit_ms else "s")
    return float(found[1]) * {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}[unit]


def heartbeat_of(value: object, *, unit_ms: bool = False) -> int | None:
    seconds = seconds_of(value, unit_ms=unit_ms)
    return None if seconds is None or not 0 <= seconds <= 65_535 else round(seconds)


def timeout_of(value: object, *, unit_ms: bool = False) -> float | None:
    seconds = seconds_of(value, unit_ms=unit_ms)
    return None if seconds is None or not 0 < seconds <= 3_600 else seconds


def filled_in(text: str, known: Mapping[str, str], missing: Callable[[str], None], depth: int = 0) -> str:
    """`${NAME}` from `known`, else from its own default (`${NAME:-x}`, `${NAME:x}`); `missing` hears of the others."""

    def value_of(found: re.Match[str]) -> str:
        name = found[1] or found[3] or found[4] or ""
        if name in known and depth < 5:
            return filled_in(known[name], {k: v for k, v in known.items() if k != name}, missing, depth + 1)
        marks = found[0][2 + len(name) : 4 + len(name)] if found[1] else ""
        if found[1] and found[2] and "?" not in marks:
            return found[2]
        missing(name)
        return found[0]

    return VARIABLE.sub(value_of, text) if "$" in text or "{{" in text else text


def is_true(value: object) -> bool:
    return value is True or str(value).strip().lower() in ("true", "1", "yes", "on", "enabled", "required")
