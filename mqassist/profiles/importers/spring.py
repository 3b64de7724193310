"""Spring Boot's application.properties and application.yml: spring.rabbitmq.*, also inside Spring Cloud Stream binders,
and any other key whose value is an address of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mqassist.core.errors import UserError
from mqassist.core.imported import Imported
from mqassist.core.profile import Profile, split_host
from mqassist.core.record import changed
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.core.target import parse_target
from mqassist.profiles.importers.documents import Scalar, yaml_scalars
from mqassist.profiles.importers.pairs import Pair, add_pairs
from mqassist.profiles.importers.reading import (
    Reading,
    filled_in,
    heartbeat_of,
    is_true,
    port_of,
    profile_of_parts,
    timeout_of,
)

FORMAT = "spring"
_RABBIT = re.compile(r"^(?P<prefix>.*?\brabbitmq)\.(?P<rest>[a-z0-9.\-]+)$")
_KNOWN = {
    "host", "port", "username", "password", "virtual-host", "addresses", "ssl.enabled", "requested-heartbeat",
    "connection-timeout", "ssl.validate-server-certificate", "ssl.bundle",
}  # fmt: skip
_STORES = ("ssl.key-store", "ssl.trust-store")
_PROFILE = ("spring.config.activate.on-profile", "spring.profiles")


def fits_properties(text: str) -> bool:
    return re.search(r"(?m)^\s*spring\.(?:rabbitmq|cloud|application|config|profiles|datasource)\b", text) is not None


def fits_yaml(documents: Sequence[Sequence[Scalar]]) -> bool:
    return any(each.path[0] == "spring" for document in documents for each in document if each.path)


def read(text: str, name: str = "") -> Imported:
    """YAML where it is; else properties. Raises UserError for what is neither."""
    reading = Reading(FORMAT)
    if name.lower().endswith((".yml", ".yaml")) or not fits_properties(text):
        documents = [_of_yaml(document) for document in yaml_scalars(text)]
        if not any(documents):
            raise UserError("import-not-spring", "no settings in it")
    else:
        documents = _of_properties(text, reading)
    for document in documents:
        _document(reading, document)
    return reading.result()


def _of_yaml(scalars: Sequence[Scalar]) -> list[Pair]:
    """a.b[0] becomes a.b with the values joined by commas, as Spring reads lists of addresses."""
    joined: dict[str, Pair] = {}
    for each in scalars:
        path = [part for part in each.path if not part.isdigit()]
        key = _kebab(".".join(path))
        if each.path and each.path[-1].isdigit() and key in joined:
            joined[key] = Pair(key, f"{joined[key].value},{each.value}", joined[key].line)
        else:
            joined[key] = Pair(key, each.value, each.line)
    return list(joined.values())


def _of_properties(text: str, reading: Reading) -> list[list[Pair]]:
    """java.util.Properties: continuation lines, `=`, `:` or a blank between; #--- begins a new document."""
    documents: list[list[Pair]] = [[]]
    number, lines = 0, text.removeprefix("\ufeff").splitlines()
    while number < len(lines):
        line, begin = lines[number].strip(), number + 1
        number += 1
        if line.startswith(("#---", "!---")):
            documents.append([])
        if not line or line[0] in "#!":
            continue
        while len(line) - len(line.rstrip("\\")) & 1 and number < len(lines):
            line = line[:-1] + lines[number].strip()
            number += 1
        found = re.match(r"((?:\\.|[^=:\s\\])+)\s*[=:\s]\s*(.*)$", line)
        if found is None:
            reading.note(begin, "line")
            continue
        documents[-1].append(Pair(_kebab(_unescaped(found[1])), _unescaped(found[2]), begin))
    return documents


def _unescaped(text: str) -> str:
    def meant(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        return {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}.get(found[2], found[2])

    return re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", meant, text)


def _kebab(key: str) -> str:
    """Relaxed binding: virtualHost, virtual_host and virtual-host are the same key."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", key).replace("_", "-").lower()


def _document(reading: Reading, pairs: list[Pair]) -> None:
    known = {pair.key: pair.value for pair in pairs}
    active = next((known[key] for key in _PROFILE if known.get(key)), "")
    families: dict[str, dict[str, Pair]] = {}
    others: list[Pair] = []
    for pair in pairs:
        found = _RABBIT.match(pair.key)
        if found is None:
            others.append(pair)
            continue
        missing: list[str] = []
        value = filled_in(pair.value, known, missing.append)
        for variable in missing:
            reading.note(pair.line, "variable", name=variable[:100], where=pair.key)
        families.setdefault(found["prefix"], {})[found["rest"]] = Pair(pair.key, "" if missing else value, pair.line)
    for prefix, parts in families.items():
        _rabbit(reading, prefix, parts, active)
    add_pairs(reading, others, protocol="mqtt")


def _rabbit(reading: Reading, prefix: str, parts: Mapping[str, Pair], active: str) -> None:
    """RabbitProperties: `addresses` wins over host and port; localhost, guest and guest are its defaults."""
    value = {rest: pair.value.strip() for rest, pair in parts.items()}
    line = min(pair.line for pair in parts.values())
    if not {"host", "addresses", "username", "password", "virtual-host"} & set(parts):
        return
    if any(rest in parts and not value[rest] for rest in ("host", "addresses")):
        return  # the variable was noted
    addresses = [each.strip() for each in value.get("addresses", "").split(",") if each.strip()]
    tls = is_true(value.get("ssl.enabled", "")) or any(each.startswith("amqps://") for each in addresses)
    binder = re.search(r"binders\.([^.]+)\.", prefix)
    name = " ".join(part for part in (binder[1] if binder else "rabbitmq", active.replace(",", " ")) if part)
    settings = CheckSettings(
        tls=TlsSettings(verify=value.get("ssl.validate-server-certificate", "true") != "false"),
        heartbeat=heartbeat_of(value.get("requested-heartbeat", "")),
        timeout=timeout_of(value.get("connection-timeout", ""), unit_ms=True) or CheckSettings().timeout,
    )
    hosts = [_place(each) for each in addresses] or [(value.get("host", "localhost"), port_of(value.get("port", "")))]
    login = next((parse_target(each).credentials for each in addresses if "@" in each), None)
    user = login.username if login and login.username else value.get("username") or "guest"
    password = login.password.reveal() if login and login.password else value.get("password", "")
    if not password and user == "guest" and "password" not in parts:
        password = "guest"  # noqa: S105 - RabbitProperties' own default
    try:
        profile, secrets = profile_of_parts(
            scheme="amqps" if tls else "amqp",
            host=hosts[0][0],
            port=hosts[0][1],
            user=user,
            password=password or None,
            vhost=_vhost(addresses, value.get("virtual-host")),
            name=name,
            settings=settings,
            hosts=tuple(f"{host}:{port}" if port else host for host, port in hosts[1:]),
        )
    except UserError:
        reading.note(line, "no-host", name=prefix)
        return
    reading.add(_grouped(profile, active), secrets, line)
    for rest, pair in parts.items():
        if rest.startswith(_STORES):
            if rest in _STORES:
                reading.note(pair.line, "java-store", name=pair.key)
        elif rest not in _KNOWN and not rest.startswith(("listener", "template", "cache", "publisher", "ssl.")):
            reading.note(pair.line, "left-out", name=prefix, field=pair.key)


def _grouped(profile: Profile, active: str) -> Profile:
    return changed(profile, group=(active.strip(),)) if active.strip() else profile


def _place(address: str) -> tuple[str, int]:
    if "://" not in address:
        return split_host(address.rpartition("@")[2].partition("/")[0])
    endpoint = parse_target(address).endpoint
    return ("", 0) if endpoint is None else (endpoint.host, endpoint.port)


def _vhost(addresses: Sequence[str], given: str | None) -> str:
    """The first address's own virtual host wins (RabbitProperties.determineVirtualHost)."""
    if addresses:
        endpoint = parse_target(addresses[0] if "://" in addresses[0] else f"amqp://{addresses[0]}").endpoint
        if endpoint is not None and endpoint.vhost not in ("/", ""):
            return endpoint.vhost
    return given or "/"
