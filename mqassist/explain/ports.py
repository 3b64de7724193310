"""What a URL in a text says against itself: a scheme, and a port that is known for something else."""

from __future__ import annotations

import re

READ = 60_000
"""Characters that are searched for addresses."""
_URL = re.compile(r"\b(?P<scheme>amqps?|mqtts?|tcp)://[^\s/\"'<>]{0,200}?:(?P<port>\d{2,5})\b")
_OTHER = {
    15671: "proto.management-port",
    15672: "proto.management-port",
    25672: "proto.erlang-distribution-port",
    4369: "proto.epmd-port",
    61613: "proto.stomp-or-stream-port",
    5552: "proto.stomp-or-stream-port",
}
"""Ports where neither protocol ever gets an answer of its own."""
_SWAPPED = {
    ("amqp", 5671): "proto.plaintext-to-tls-port",
    ("mqtt", 8883): "proto.plaintext-to-tls-port",
    ("tcp", 8883): "proto.plaintext-to-tls-port",
    ("amqps", 5672): "proto.tls-to-plaintext-port",
    ("mqtts", 1883): "proto.tls-to-plaintext-port",
    ("amqp", 1883): "proto.amqp-to-mqtt-port",
    ("mqtt", 5672): "proto.mqtt-to-amqp-port",
    ("tcp", 5672): "proto.mqtt-to-amqp-port",
    ("mqtt", 15675): "proto.tcp-to-websocket-port",
    ("mqtt", 9001): "proto.tcp-to-websocket-port",
}


_BARE = re.compile(r"(?<=[\w\])]):(\d{4,5})\b|\bport['\"]?\s{0,3}[:=]?\s{0,3}['\"]?(\d{4,5})\b")
NEVER = frozenset(_OTHER.values())
"""Causes with which no connection can ever have stood."""


def wrong_port(seen: str, world: frozenset[str]) -> str:
    """The cause that all addresses of the text agree on; "" if it names none, or some that are right.

    An address without a scheme counts only where the port is wrong for every client.
    """
    found = {(match["scheme"], int(match["port"])) for match in _URL.finditer(seen[:READ])}
    causes = {_OTHER.get(port) or _SWAPPED.get((scheme, port), "") for scheme, port in found}
    if not found and world & {"amqp", "mqtt"}:
        causes = {_OTHER.get(int(match[1] or match[2]), "") for match in _BARE.finditer(seen[:READ])}
    return causes.pop() if len(causes) == 1 else ""
