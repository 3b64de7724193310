"""Brokers that listen on this computer, by process and port. Reads the table of listeners, contacts nothing."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.local import LocalBroker
from mqassist.host.listeners import Listener

SCHEMES = {5672: "amqp", 5671: "amqps", 1883: "mqtt", 8883: "mqtts"}
"""Ports that IANA assigned to the protocols (https://www.iana.org/assignments/service-names-port-numbers)."""
_PRODUCTS = {
    "mosquitto": "Mosquitto",
    "lavinmq": "LavinMQ",
    "nanomq": "NanoMQ",
    "emqx": "EMQX",
    "rabbitmq-server": "RabbitMQ",
    "qpidd": "Qpid",
}
# brokers on the Erlang machine all show the same process: these ports tell them apart
_ERLANG = ("beam.smp", "erl", "erl.exe", "beam")
_EMQX_PORTS, _RABBITMQ_PORTS = {18083, 8083, 8084}, {15672, 25672, 15675, 5671, 5672}


def local_brokers(listeners: Sequence[Listener]) -> tuple[LocalBroker, ...]:
    """One for each process; where this user may not see processes, one for each port of the protocols."""
    groups: dict[tuple[str, int], list[Listener]] = {}
    for each in listeners:
        key = ("pid", each.pid) if each.pid else ("port", each.port)
        groups.setdefault(key, []).append(each)
    found = [_broker(group) for group in groups.values()]
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.ports))


def _broker(group: Sequence[Listener]) -> LocalBroker | None:
    ports = {each.port for each in group}
    process = group[0].process
    name = _product(process, ports)
    known = sorted(ports & set(SCHEMES), key=list(SCHEMES).index)
    if not known and name in ("Mosquitto", "NanoMQ") and len(ports) == 1:
        known = list(ports)  # only it can be what this program listens for
    if not known:
        return None
    mine = [each for each in group if each.port == known[0]]
    everywhere = any(each.everywhere for each in mine)
    ip = "127.0.0.1" if everywhere else min(each.ip for each in mine)
    host = f"[{ip}]" if ":" in ip else ip
    return LocalBroker(
        name,
        process,
        ip,
        tuple(sorted(known)),
        tuple(sorted(ports - set(known))),
        all(each.loopback_only for each in mine),
        f"{SCHEMES.get(known[0], 'mqtt')}://{host}:{known[0]}",
    )


def _product(process: str, ports: set[int]) -> str:
    name = process.lower().removesuffix(".exe")
    if name in _PRODUCTS:
        return _PRODUCTS[name]
    if process.lower() in _ERLANG or name in _ERLANG:
        if ports & _EMQX_PORTS and 5672 not in ports:
            return "EMQX"
        return "RabbitMQ" if ports & _RABBITMQ_PORTS else ""
    return ""
