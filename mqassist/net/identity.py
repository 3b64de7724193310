"""Who answers on a port, from its replies to several first packets. Pure: replies in, one identity out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from mqassist.core.record import record
from mqassist.net.fingerprint import (
    Kind,
    banner,
    classify,
    http_head,
    is_rabbitmq_management,
    is_refusing_header,
    is_server_hello,
    is_unexpected_message,
)
from mqassist.net.first_packets import Packet

End = Literal["data", "open", "fin", "reset", "failed"]
Answer = Literal[
    Kind,
    "rabbitmq-management",
    "amqp-behind-proxy-protocol",
    "mqtt-behind-proxy-protocol",
    "tls-behind-proxy-protocol",
    "echo",
    "no-backend",
    "closed-on-accept",
    "closes-on-data",
    "silent",
    "unknown",
]
ANSWERS: tuple[str, ...] = tuple(
    dict.fromkeys(choice for part in get_args(Answer) for choice in (get_args(part) or (part,)))
)

AT_ONCE_MS = 500.0
"""A peer that closes a silent client sooner than this did not wait for anything: brokers wait 3 s at the least."""
ALIKE_MS = 250.0
"""Closes within this span of each other, or within a tenth, count as the same moment."""


@record
class Reply:
    """What one first packet brought on its own connection; `ms` from its opening to the first byte or the end."""

    packet: Packet
    data: bytes
    end: End
    ms: float
    sent: bytes = b""


@record
class Identity:
    """`by` is the packet whose answer decided, None if none did.

    `unasked_header`: the AMQP header by which a server refuses bytes came although we had sent nothing.
    `weak`: our own bytes came back and nothing else is known yet, as from a mirror; or the header of AMQP 1.0 refused
    something that is no AMQP, which RabbitMQ 4 does although it speaks 0-9-1; or a ClientHello was called unexpected.
    """

    answer: Answer
    by: Packet | None = None
    data: bytes = b""
    ms: float = 0.0
    unasked_header: bool = False
    weak: bool = False

    @property
    def banner(self) -> str:
        return banner(self.data) if self.data else ""


_BEHIND: dict[str, Answer] = {
    "amqp-0-9-1": "amqp-behind-proxy-protocol",
    "mqtt": "mqtt-behind-proxy-protocol",
    "tls": "tls-behind-proxy-protocol",
}


def identify(replies: Mapping[Packet, Reply], expected: Sequence[Packet] = ()) -> Identity:
    """The identity that the replies prove. `expected` are the packets of the endpoint's own protocol: asked first."""
    by_bytes = _by_bytes(replies, expected)
    if by_bytes is not None:
        return by_bytes
    odd = next((reply for reply in replies.values() if reply.data), None)
    if odd is not None:
        return Identity("unknown", odd.packet, odd.data, odd.ms)
    return _by_ends(replies)


def _by_bytes(replies: Mapping[Packet, Reply], expected: Sequence[Packet]) -> Identity | None:
    silence = replies.get("silence")
    if silence is not None and silence.data:  # whoever speaks first says what it is
        kind = classify(silence.data)
        if kind is not None:
            return Identity(kind, "silence", silence.data, silence.ms, is_refusing_header(silence.data))
    mirrored = [reply for reply in replies.values() if len(reply.sent) >= 8 and _is_mirrored(reply)]
    if len(mirrored) >= 2:  # two different packets came back as they were: that is no protocol
        reply = max(mirrored, key=lambda each: len(each.data))
        return Identity("echo", reply.packet, reply.data, reply.ms)
    behind: Identity | None = None
    found: Identity | None = None
    turned_away: Identity | None = None
    order: list[Packet] = [*expected, "websocket", "websocket-ws", "websocket-mqtt", "http-management", *replies]
    for reply in (replies[name] for name in dict.fromkeys(order) if name in replies):
        kind = classify(reply.data) or _by_question(reply)
        if kind is None:
            continue
        if reply.packet.startswith("proxy+"):
            if kind in _BEHIND and behind is None and not (kind == "tls" and not is_server_hello(reply.data)):
                behind = Identity(_BEHIND[kind], reply.packet, reply.data, reply.ms)
            continue
        if reply.packet == "tls" and is_unexpected_message(reply.data):
            turned_away = Identity(kind, reply.packet, reply.data, reply.ms, weak=True)
            continue
        weak = _is_mirrored(reply) or (kind == "amqp-1-0" and reply.packet != "amqp-0-9-1")
        identity = Identity(_precise(reply, kind), reply.packet, reply.data, reply.ms, weak=weak)
        if not identity.weak and (kind != "http" or identity.answer == "rabbitmq-management"):
            return identity  # plain HTTP may yet prove to be a WebSocket or the management port
        found = found or identity
    return found or behind or turned_away


def _by_question(reply: Reply) -> Kind | None:
    """What is telling only as the answer to that very packet: epmd without any node gives nothing but its own port."""
    port = int.from_bytes(reply.data, "big")
    return "epmd" if reply.packet == "epmd" and len(reply.data) == 4 and 0 < port < 65536 else None


def _precise(reply: Reply, kind: Kind) -> Answer:
    if kind == "http" and reply.packet == "http-management" and is_rabbitmq_management(*http_head(reply.data)):
        return "rabbitmq-management"
    return kind


def _is_mirrored(reply: Reply) -> bool:
    return bool(reply.data) and reply.data == reply.sent[: len(reply.data)]


def _by_ends(replies: Mapping[Packet, Reply]) -> Identity:
    """Nobody sent a byte: when and how they closed is all there is."""
    silence = replies.get("silence")
    answered = [reply for reply in replies.values() if reply.end != "failed"]
    if silence is None or silence.end == "failed":
        return Identity("unknown")
    closed = [reply for reply in answered if reply.end in ("fin", "reset")]
    if silence.end in ("fin", "reset"):
        alike = [reply for reply in closed if abs(reply.ms - silence.ms) <= max(ALIKE_MS, silence.ms / 10)]
        if silence.ms < AT_ONCE_MS:
            return Identity("closed-on-accept", "silence", b"", silence.ms)
        if len(alike) == len(answered) and len(answered) > 1:
            return Identity("no-backend", "silence", b"", silence.ms)
        return Identity("unknown", "silence", b"", silence.ms)
    if closed:
        first = min(closed, key=lambda reply: reply.ms)
        return Identity("closes-on-data", first.packet, b"", first.ms)
    return Identity("silent", None, b"", max((reply.ms for reply in answered), default=0.0))
