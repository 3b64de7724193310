"""docker-compose files: brokers among the services, and the environment of the programs that use them.

A published port is dialled from this computer; addresses in an environment hold inside the compose network only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mqassist.core.errors import UserError
from mqassist.core.imported import Imported
from mqassist.profiles.importers.documents import Scalar, yaml_scalars
from mqassist.profiles.importers.pairs import ESCAPED_DOLLAR, Pair, add_pairs
from mqassist.profiles.importers.reading import Reading, filled_in, port_of, profile_of_parts

FORMAT = "compose"
_BROKERS: tuple[tuple[str, dict[int, str]], ...] = (
    ("rabbitmq", {5672: "amqp", 5671: "amqps", 1883: "mqtt", 8883: "mqtts", 15675: "ws"}),
    ("lavinmq", {5672: "amqp", 5671: "amqps", 1883: "mqtt"}),
    ("mosquitto", {1883: "mqtt", 8883: "mqtts", 9001: "ws"}),
    ("emqx", {1883: "mqtt", 8883: "mqtts", 8083: "ws", 8084: "wss"}),
    ("hivemq", {1883: "mqtt", 8883: "mqtts", 8000: "ws"}),
    ("vernemq", {1883: "mqtt", 8883: "mqtts", 8080: "ws"}),
    ("nanomq", {1883: "mqtt", 8883: "mqtts", 8083: "ws"}),
    ("activemq", {5672: "amqp", 1883: "mqtt"}),
)
_PORT = re.compile(
    r"(?:(?P<address>\[[0-9a-fA-F:]+\]|\d+(?:\.\d+){3}):)?(?:(?P<outer>\d+):)?(?P<inner>\d+)(?:/(?P<kind>\w+))?$"
)
_PATHS = {"ws": "/mqtt", "wss": "/mqtt"}


def fits(documents: Sequence[Sequence[Scalar]]) -> bool:
    return any(
        len(each.path) > 2 and each.path[0] == "services" and each.path[2] in ("image", "build", "environment", "ports")
        for document in documents
        for each in document
    )


def read(text: str, _name: str = "") -> Imported:
    documents = yaml_scalars(text)
    if not fits(documents):
        raise UserError("import-not-compose", "no services in it")
    reading = Reading(FORMAT)
    for document in documents:
        services: dict[str, list[Scalar]] = {}
        for scalar in document:
            if len(scalar.path) > 2 and scalar.path[0] == "services":
                services.setdefault(scalar.path[1], []).append(scalar)
        for name, scalars in services.items():
            _service(reading, name, scalars)
    return reading.result()


def _service(reading: Reading, name: str, scalars: list[Scalar]) -> None:
    image = next((each for each in scalars if each.path[2:] == ("image",)), None)
    word = "" if image is None else image.value.lower()
    ports = next((ports for broker, ports in _BROKERS if broker in word), None)
    environment = _environment(scalars)
    if ports is None:
        add_pairs(reading, [pair for pair in environment if not pair.key.startswith("RABBITMQ_DEFAULT_")])
        return
    known = {pair.key: pair.value for pair in environment}
    shown = _published(scalars, ports)
    if not shown:
        reading.note(image.line if image else 0, "not-published", name=name)
    for scheme, host, port, line in shown:
        _broker(reading, name, scheme, host, port, line, known)


def _broker(reading: Reading, name: str, scheme: str, host: str, port: int, line: int, known: dict[str, str]) -> None:
    def value(key: str) -> str:
        missing: list[str] = []
        text = filled_in(known.get(key, ""), {}, missing.append)
        for variable in missing:
            reading.note(line, "variable", name=variable[:100], where=key)
        return "" if missing else text.replace(ESCAPED_DOLLAR, "$")

    user = value("RABBITMQ_DEFAULT_USER") or None
    try:
        profile, secrets = profile_of_parts(
            scheme=scheme,
            host=host,
            port=port,
            user=user,
            password=value("RABBITMQ_DEFAULT_PASS") or None,
            vhost=(value("RABBITMQ_DEFAULT_VHOST") or "/") if scheme.startswith("amqp") else "/",
            path=_PATHS.get(scheme, ""),
            name=name if scheme.startswith("amqp") else f"{name} {scheme}",
        )
    except UserError:
        reading.note(line, "no-host", name=name)
        return
    reading.add(profile, secrets, line)


def _published(scalars: list[Scalar], known: dict[int, str]) -> list[tuple[str, str, int, int]]:
    """(scheme, host, port on this computer, line), from the short and the long form of `ports`."""
    found: list[tuple[str, str, int, int]] = []
    entries: dict[str, dict[str, Scalar]] = {}
    for each in scalars:
        if each.path[2] != "ports" or len(each.path) < 4:
            continue
        if len(each.path) == 5:
            entries.setdefault(each.path[3], {})[each.path[4]] = each
            continue
        port = _PORT.match(filled_in(each.value.strip(), {}, lambda _: None))
        if port and port["outer"] and (port["kind"] or "tcp") == "tcp" and int(port["inner"]) in known:
            found.append((known[int(port["inner"])], _dialled(port["address"]), int(port["outer"]), each.line))
    for entry in entries.values():
        target, published = entry.get("target"), entry.get("published")
        if target and published and port_of(target.value) in known and port_of(published.value):
            address = entry["host_ip"].value if "host_ip" in entry else ""
            found.append((known[port_of(target.value)], _dialled(address), port_of(published.value), target.line))
    return found


def _dialled(address: str | None) -> str:
    return "localhost" if address in (None, "", "0.0.0.0", "127.0.0.1", "[::]", "::") else str(address).strip("[]")


def _environment(scalars: list[Scalar]) -> list[Pair]:
    """The map form (NAME: value) and the list form (- NAME=value)."""
    pairs: list[Pair] = []
    for each in scalars:
        if each.path[2] != "environment" or len(each.path) != 4:
            continue
        key = each.path[3]
        if key.isdigit():
            key, equals, value = each.value.partition("=")
            if equals:
                pairs.append(Pair(key.strip(), value, each.line))
        else:
            pairs.append(Pair(key, each.value, each.line))
    return [Pair(pair.key, pair.value.replace("$$", ESCAPED_DOLLAR), pair.line) for pair in pairs]
