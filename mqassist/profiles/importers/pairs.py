"""Key and value as programs read them from their surroundings: which of them together name a broker."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mqassist.core.errors import UserError
from mqassist.core.record import record
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.profiles.importers.reading import (
    FOREIGN_URL,
    OUR_URL,
    Reading,
    filled_in,
    heartbeat_of,
    is_true,
    port_of,
    profile_of_parts,
)

ESCAPED_DOLLAR = "\ufdd0"
"""Stands for a dollar sign that begins no variable (compose writes it twice); a code point that no text may hold."""


@record
class Pair:
    key: str
    value: str
    line: int


_PARTS: tuple[tuple[str, str], ...] = (
    ("host", r"HOST(?:NAME)?|ADDR(?:ESS)?|SERVER|BROKER|BROKER_HOST"),
    ("port", r"PORT|BROKER_PORT"),
    ("user", r"USER(?:_?NAME)?|LOGIN|DEFAULT_USER|BROKER_USER(?:NAME)?"),
    ("password", r"PASS(?:WORD|WD)?|PWD|SECRET|DEFAULT_PASS|BROKER_PASS(?:WORD)?"),
    ("vhost", r"V_?HOST|VIRTUAL_?HOST|DEFAULT_VHOST"),
    ("tls", r"(?:USE_|ENABLE_)?(?:TLS|SSL)(?:_ENABLED|_ENABLE)?"),
    ("protocol", r"PROTOCOL|SCHEME|TRANSPORT"),
    ("path", r"(?:WS_|WEBSOCKET_)?PATH"),
    ("ca", r"(?:TLS_|SSL_)?(?:CA(?:_?CERTS?|_?FILE|_?PATH)?|CACERT(?:FILE)?)"),
    ("cert", r"(?:TLS_|SSL_|CLIENT_)?(?:CERT(?:IFICATE)?(?:_?FILE|_?PATH)?|CERTFILE)"),
    ("key", r"(?:TLS_|SSL_|CLIENT_)?(?:KEY(?:_?FILE|_?PATH)?|PRIVATE_KEY)"),
    ("client_id", r"CLIENT_?ID"),
    ("heartbeat", r"HEARTBEAT|KEEP_?ALIVE"),
    ("topic", r"TOPIC"),
    ("queue", r"QUEUE(?:_NAME)?"),
    ("exchange", r"EXCHANGE(?:_NAME)?"),
)
_FAMILY = re.compile(r"(?i)RABBIT(?:_?MQ)?|AMQPS?|MQTT|MOSQUITTO|EMQX|HIVEMQ|BROKER|(?:^|_)MQ(?:_|$)|CELERY|LAVINMQ")
_MQTT = re.compile(r"(?i)MQTT|MOSQUITTO|EMQX|HIVEMQ")
_PART = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PARTS))


def add_pairs(reading: Reading, pairs: Sequence[Pair], *, name: str = "", protocol: str = "") -> None:
    """Adds a profile for each address, and for each family of keys (RABBITMQ_HOST, RABBITMQ_PORT …) with a host.

    `protocol` is what the surroundings say where the keys do not.
    """
    known = {pair.key: pair.value for pair in pairs}
    families: dict[str, dict[str, Pair]] = {}
    for pair in pairs:
        value = _filled(reading, pair, known)
        if not value:
            continue
        if OUR_URL.match(value) or (_FAMILY.search(pair.key) and re.match(r"(?i)(?:tcp|ssl|tls)://", value)):
            _add_urls(reading, pair, value, name, known)
            continue
        if _FAMILY.search(pair.key) and FOREIGN_URL.match(value):
            reading.note(pair.line, "other-broker", name=pair.key, scheme=value.partition("://")[0])
            continue
        split = _split(pair.key)
        if split is not None and (split[0] not in families or split[1] not in families[split[0]]):
            families.setdefault(split[0], {})[split[1]] = Pair(pair.key, value, pair.line)
    for family, parts in families.items():
        if "host" in parts:
            _add_family(reading, family, parts, name, protocol)


def _filled(reading: Reading, pair: Pair, known: Mapping[str, str]) -> str:
    missing: list[str] = []
    value = filled_in(pair.value, {key: text for key, text in known.items() if key != pair.key}, missing.append)
    if missing and (_FAMILY.search(pair.key) or OUR_URL.match(pair.value)):
        for variable in dict.fromkeys(missing):
            reading.note(pair.line, "variable", name=variable[:100], where=pair.key[:100])
    return "" if missing and not OUR_URL.match(value) else value.replace(ESCAPED_DOLLAR, "$").strip()


def _add_urls(reading: Reading, pair: Pair, value: str, name: str, known: Mapping[str, str]) -> None:
    """Celery separates several by semicolons, others by commas."""
    from mqassist.core.target import parse_target

    prefix = re.sub(r"[-_.]?(?:URL|URI|DSN|ADDRESS|CONNECTION(?:_STRING)?)$", "", pair.key, flags=re.IGNORECASE)
    for url in re.split(r"[;,\s]+(?=[A-Za-z][A-Za-z0-9+.]*://)", value):
        target = parse_target(url)
        shown = name or (re.sub(r"[-_.]+", " ", prefix).strip().lower() if prefix else "")
        if target.endpoint is not None and target.endpoint.username is None:
            user = next((known[f"{prefix}_{end}"] for end in ("USER", "USERNAME") if f"{prefix}_{end}" in known), None)
            word = next((known[f"{prefix}_{end}"] for end in ("PASSWORD", "PASS") if f"{prefix}_{end}" in known), None)
            if user and "$" not in user + (word or ""):
                endpoint = target.endpoint
                try:
                    profile, secrets = profile_of_parts(
                        scheme=endpoint.scheme, host=endpoint.host, port=endpoint.port, user=user, password=word,
                        vhost=endpoint.vhost, path=endpoint.path, name=shown,
                    )  # fmt: skip
                except UserError:
                    reading.note(pair.line, "no-address", what=target.shown)
                    continue
                reading.add(profile, secrets, pair.line)
                continue
        reading.add_url(url, shown, pair.line)


def _split(key: str) -> tuple[str, str] | None:
    """RABBITMQ_HOST -> ("RABBITMQ", "host"); None for a key that belongs to no broker."""
    flat = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).replace("-", "_").replace(".", "_").upper()
    words = flat.split("_")
    for at in range(1, len(words)):
        family, part = "_".join(words[:at]), "_".join(words[at:])
        found = _PART.fullmatch(part)
        if found is not None and found.lastgroup and _FAMILY.search(family):
            return family, found.lastgroup
    return None


def _add_family(reading: Reading, family: str, parts: Mapping[str, Pair], name: str, protocol: str) -> None:
    value = {part: pair.value for part, pair in parts.items()}
    line = parts["host"].line
    scheme = _scheme(family, value, protocol)
    files = {field: value.get(field) or None for field in ("ca", "cert", "key")}
    for field, content in files.items():
        if content and "-----BEGIN" in content:
            reading.note(parts[field].line, "certificate-inside", name=family, field=field)
            files[field] = None
    settings = CheckSettings(
        tls=TlsSettings(files["ca"], files["cert"], files["key"]),
        client_id=value.get("client_id") or None if scheme[0] in "mw" else None,
        heartbeat=heartbeat_of(value.get("heartbeat", "")),
        topic=value.get("topic") or None if scheme[0] in "mw" else None,
        queue=value.get("queue") or None if scheme[0] == "a" else None,
        exchange=value.get("exchange") or None if scheme[0] == "a" else None,
    )
    hosts = [host.strip() for host in value["host"].split(",") if host.strip()]
    try:
        first, port = _host_and_port(hosts[0] if hosts else "")
        profile, secrets = profile_of_parts(
            scheme=scheme,
            host=first,
            port=port or port_of(value.get("port", "")),
            user=value.get("user"),
            password=value.get("password"),
            vhost=_vhost(value.get("vhost")),
            path=value.get("path", ""),
            name=name or family.replace("_", " ").lower(),
            settings=settings,
            hosts=tuple(hosts[1:]),
        )
    except UserError:
        reading.note(line, "no-host", name=parts["host"].key)
        return
    reading.add(profile, secrets, line)


def _host_and_port(text: str) -> tuple[str, int]:
    from mqassist.core.profile import split_host

    return split_host(text.partition("://")[2] or text)


def _vhost(given: str | None) -> str:
    """A setting is the name itself, not a part of a URL."""
    return "/" if given is None else given


def _scheme(family: str, value: Mapping[str, str], protocol: str) -> str:
    word = value.get("protocol", "").lower().strip()
    port = port_of(value.get("port", ""))
    tls = is_true(value.get("tls", "")) or word in ("mqtts", "amqps", "wss", "ssl", "tls") or port in (5671, 8883, 8084)
    if word in ("ws", "wss", "websocket", "websockets"):
        return "wss" if tls else "ws"
    if word in ("mqtt", "mqtts") or _MQTT.search(family) or protocol == "mqtt" or port in (1883, 8883):
        return "mqtts" if tls else "mqtt"
    return "amqps" if tls else "amqp"
