"""Who answers on a port, from replies as they were recorded on real brokers and balancers."""

from __future__ import annotations

import pytest

from mqassist.net.first_packets import Packet
from mqassist.net.identity import End, Identity, Reply, identify

START = b"\x01\x00\x00\x00\x00\x01\xfe\x00\x0a\x00\x0a\x00\x09"
HEADER = b"AMQP\x00\x00\x09\x01"
ALERT = b"\x15\x03\x01\x00\x02\x02\x0a"
SERVER_HELLO = b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"
CONNACK = b"\x20\x02\x00\x02"
AMQP: tuple[Packet, ...] = ("amqp-0-9-1",)
MQTT: tuple[Packet, ...] = ("mqtt",)

Seen = tuple[End, float] | bytes


def told(seen: dict[Packet, Seen], expected: tuple[Packet, ...] = AMQP) -> Identity:
    replies: dict[Packet, Reply] = {}
    for name, what in seen.items():
        sent = b"" if name == "silence" else b"sent first"
        replies[name] = (
            Reply(name, what, "data", 1.0, sent) if isinstance(what, bytes) else Reply(name, b"", *what, sent=sent)
        )
    return identify(replies, expected)


OPEN: Seen = ("open", 5000.0)
FIN: Seen = ("fin", 1.0)
RST: Seen = ("reset", 1.0)

CASES: list[tuple[str, dict[Packet, Seen]]] = [
    ("amqp-0-9-1", {"silence": OPEN, "amqp-0-9-1": START, "mqtt": HEADER, "tls": HEADER, "http": HEADER}),
    ("tls", {"silence": OPEN, "amqp-0-9-1": ALERT, "mqtt": ALERT, "tls": SERVER_HELLO, "http": ALERT}),
    ("tls", {"silence": OPEN, "amqp-0-9-1": RST, "mqtt": RST, "tls": SERVER_HELLO, "http": RST}),
    ("mqtt", {"silence": OPEN, "amqp-0-9-1": OPEN, "mqtt": CONNACK, "tls": FIN, "http": FIN}),
    ("mqtt", {"silence": OPEN, "amqp-0-9-1": RST, "mqtt": CONNACK, "tls": RST, "http": RST}),
    (
        "rabbitmq-management",
        {
            "silence": OPEN,
            "http": b"HTTP/1.1 200 OK\r\n\r\n",
            "http-management": b'HTTP/1.1 401 U\r\nwww-authenticate: Basic realm="RabbitMQ Management"\r\n\r\n',
        },
    ),
    (
        "websocket",
        {"http": b"HTTP/1.1 404 Not Found\r\n\r\n", "websocket-ws": b"HTTP/1.1 101 Switching Protocols\r\n\r\n"},
    ),
    ("http", {"silence": OPEN, "amqp-0-9-1": OPEN, "http": b"HTTP/1.0 200 OK\r\n\r\n"}),
    ("erlang-distribution", {"silence": OPEN, "amqp-0-9-1": OPEN, "epmd": FIN, "erlang": b"\x00\x0csnot_allowed"}),
    ("epmd", {"silence": OPEN, "amqp-0-9-1": FIN, "mqtt": FIN, "epmd": b"\x00\x00\x11\x11name a at port 25672\n"}),
    ("epmd", {"silence": OPEN, "amqp-0-9-1": FIN, "mqtt": FIN, "epmd": b"\x00\x00\x11\x11"}),
    ("unknown", {"silence": OPEN, "amqp-0-9-1": b"\x00\x00\x11\x11"}),
    ("amqp-behind-proxy-protocol", {"silence": OPEN, "amqp-0-9-1": RST, "mqtt": RST, "proxy+amqp-0-9-1": START}),
    ("mqtt-behind-proxy-protocol", {"silence": OPEN, "amqp-0-9-1": FIN, "mqtt": FIN, "proxy+mqtt": CONNACK}),
    ("tls-behind-proxy-protocol", {"silence": OPEN, "amqp-0-9-1": OPEN, "tls": OPEN, "proxy+tls": SERVER_HELLO}),
    ("tls-behind-proxy-protocol", {"silence": OPEN, "amqp-0-9-1": OPEN, "tls": ALERT, "proxy+tls": SERVER_HELLO}),
    # without that line the alert alone says no more than that TLS was meant
    ("tls", {"silence": OPEN, "amqp-0-9-1": OPEN, "tls": ALERT, "proxy+tls": ALERT}),
    # a broker without the PROXY protocol answers the line with its header: that proves nothing
    ("amqp-0-9-1", {"silence": OPEN, "amqp-0-9-1": RST, "mqtt": HEADER, "proxy+amqp-0-9-1": HEADER}),
    ("closed-on-accept", {"silence": FIN, "amqp-0-9-1": FIN, "mqtt": FIN, "tls": FIN, "http": FIN}),
    ("closed-on-accept", {"silence": RST, "amqp-0-9-1": RST, "mqtt": RST, "tls": RST, "http": RST}),
    ("no-backend", {"silence": ("fin", 3020.0), "amqp-0-9-1": ("fin", 3010.0), "http": ("fin", 3100.0)}),
    # a PROXY listener resets a silent client after 3 s, but bytes at once: that is no dead backend
    ("unknown", {"silence": ("reset", 3000.0), "amqp-0-9-1": ("reset", 1.0), "http": ("reset", 1.0)}),
    ("closes-on-data", {"silence": OPEN, "amqp-0-9-1": RST, "mqtt": RST, "tls": RST, "http": RST}),
    ("silent", {"silence": OPEN, "amqp-0-9-1": OPEN, "mqtt": OPEN, "tls": OPEN, "http": OPEN}),
    ("unknown", {"silence": OPEN, "amqp-0-9-1": b"HELLO 42\n", "mqtt": FIN}),
    ("ssh", {"silence": b"SSH-2.0-OpenSSH_9.2\r\n", "amqp-0-9-1": b"SSH-2.0-OpenSSH_9.2\r\n"}),
    ("echo", {"silence": OPEN, "amqp-0-9-1": b"sent first", "http": b"sent first", "mqtt": b"sent"}),
    ("unknown", {"amqp-0-9-1": OPEN}),
    ("unknown", {"silence": ("failed", 0.0), "amqp-0-9-1": FIN}),
    ("unknown", {}),
]


@pytest.mark.parametrize(("answer", "seen"), CASES, ids=[f"{answer}-{at}" for at, (answer, _) in enumerate(CASES)])
def test_replies_tell_the_peer(answer: str, seen: dict[Packet, Seen]) -> None:
    assert told(seen).answer == answer


def test_a_header_that_nobody_asked_for_is_noted() -> None:
    identity = told({"silence": HEADER, "amqp-0-9-1": HEADER})
    assert (identity.answer, identity.unasked_header) == ("amqp-0-9-1", True)
    assert not told({"silence": OPEN, "amqp-0-9-1": START}).unasked_header


def test_rabbitmq_4_refuses_with_the_header_of_amqp_1_0() -> None:
    """That alone does not say that it speaks nothing else."""
    refused = b"AMQP\x03\x01\x00\x00"
    assert told({"silence": OPEN, "mqtt": refused, "amqp-0-9-1": START}, MQTT).answer == "amqp-0-9-1"
    assert told({"silence": OPEN, "mqtt": refused}, MQTT).weak
    assert told({"silence": OPEN, "http": refused, "amqp-0-9-1": refused}).answer == "amqp-1-0"
    assert told({"silence": refused, "amqp-0-9-1": refused}).unasked_header


def test_our_own_header_coming_back_is_not_enough_to_be_sure() -> None:
    mirrored = Reply("amqp-0-9-1", HEADER, "data", 1.0, HEADER)
    assert identify({"amqp-0-9-1": mirrored}, AMQP).weak
    assert not told({"amqp-0-9-1": START}).weak


def test_the_protocol_that_was_wanted_wins_on_a_port_that_speaks_two() -> None:
    both: dict[Packet, Seen] = {"silence": OPEN, "amqp-0-9-1": START, "mqtt": CONNACK, "tls": SERVER_HELLO}
    assert told(both, MQTT).answer == "mqtt"
    assert told(both, AMQP).answer == "amqp-0-9-1"
