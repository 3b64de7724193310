"""Names and numbers a target may use: schemes, the ports they usually mean, characters that only look right."""

from __future__ import annotations

SCHEMES: dict[str, str] = {
    "amqp": "amqp",
    "amqps": "amqps",
    "mqtt": "mqtt",
    "mqtts": "mqtts",
    "ws": "ws",
    "wss": "wss",
    "tcp": "mqtt",
    "ssl": "mqtts",
    "tls": "mqtts",
    "mqtt+tcp": "mqtt",
    "mqtt+ssl": "mqtts",
    "mqtt+tls": "mqtts",
    "mqtts+ssl": "mqtts",
    "secure-mqtt": "mqtts",
    "mqtt+ws": "ws",
    "ws+mqtt": "ws",
    "mqtt+wss": "wss",
    "mqtts+ws": "wss",
    "mqtts+wss": "wss",
    "wss+mqtt": "wss",
    "amqp+tcp": "amqp",
    "amqp+ssl": "amqps",
    "amqp+tls": "amqps",
    "amqps+ssl": "amqps",
    "pyamqp": "amqp",
    "librabbitmq": "amqp",
    "rabbitmq": "amqp",
    "rabbitmqs": "amqps",
}
"""What clients write, and the canonical scheme it means (Paho: tcp, ssl; Celery: pyamqp; MassTransit: rabbitmq)."""

MISSPELT: dict[str, str] = {
    "ampq": "amqp",
    "ampqs": "amqps",
    "aqmp": "amqp",
    "amqs": "amqps",
    "amgp": "amqp",
    "amqp0.9.1": "amqp",
    "amqp091": "amqp",
    "mqt": "mqtt",
    "mqqt": "mqtt",
    "mttq": "mqtt",
    "matt": "mqtt",
    "mqtt3": "mqtt",
    "mqtt5": "mqtt",
    "websocket": "ws",
}

PORT_OWNERS: dict[int, str] = {
    5672: "amqp",
    5671: "amqps",
    1883: "mqtt",
    8883: "mqtts",
    80: "http",
    443: "https",
    8080: "http",
    8083: "ws",
    8084: "wss",
    9001: "ws",
    15675: "ws",
    15676: "wss",
    15672: "management",
    15671: "management",
    18083: "management",
    15692: "prometheus",
    25672: "erlang-distribution",
    4369: "epmd",
    61613: "stomp",
    61614: "stomp",
    15674: "web-stomp",
    15673: "web-stomp",
    5552: "stream",
    5551: "stream",
    22: "ssh",
    9092: "kafka",
    6379: "redis",
    61616: "openwire",
}
"""Habitual owners of ports: RabbitMQ's networking guide, EMQX listeners, Mosquitto's custom of 9001 for WebSocket."""

SCHEME_BY_PORT: dict[int, str] = {
    port: owner for port, owner in PORT_OWNERS.items() if owner in ("amqp", "amqps", "mqtt", "mqtts", "ws", "wss")
}

QUOTES = "\"'`\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u00b4\uff02\uff07\u300c\u300d"

_SINGLE = (0xA0, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x1680, 0x17B4, 0x17B5, 0x180E, 0x3000, 0x3164, 0xFEFF, 0xFFA0)
_RANGES = ((0x80, 0xA0), (0x2000, 0x2010), (0x2028, 0x2030), (0x205F, 0x2070), (0xFE00, 0xFE10), (0xFFF9, 0xFFFE))

INVISIBLE = frozenset(_SINGLE).union(*(range(*bounds) for bounds in _RANGES))
"""Blanks that are not the space bar's, and characters without any width: a screen does not show them."""

LOOK_ALIKES: dict[int, str] = {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)} | {
    0x3002: ".",
    0x2010: "-",
    0x2011: "-",
    0x2012: "-",
    0x2013: "-",
    0x2014: "-",
    0x2212: "-",
    0x2215: "/",
    0x2044: "/",
    0xA789: ":",
    0x2236: ":",
}
"""Full-width forms and dashes that an input method or a word processor puts where ASCII belongs."""


def is_stray(char: str) -> bool:
    """A blank, a control or an invisible character: never part of a host, a port or a scheme."""
    code = ord(char)
    return code <= 0x20 or code == 0x7F or code in INVISIBLE


def named(char: str) -> str:
    """`U+200B ZERO WIDTH SPACE`: how to name a character that cannot be seen."""
    import unicodedata

    controls = {"\t": "TAB", "\n": "LINE FEED", "\r": "CARRIAGE RETURN", "\0": "NULL"}
    name = unicodedata.name(char, controls.get(char, "CONTROL CHARACTER"))
    return f"U+{ord(char):04X} {name}"
