"""AMQP 0-9-1, sending half: each function gives the bytes of one method (or message). No I/O.

Numbers and argument order from amqp0-9-1.xml; the section of each class is named where it begins.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from mqassist.net.amqp import FRAME_BODY, FRAME_END, FRAME_HEADER, FRAME_HEARTBEAT, FRAME_METHOD
from mqassist.net.amqp_codec import Value, long_string, short_string, table, text_bytes

_END = bytes((FRAME_END,))
FRAME_OVERHEAD = 8
"""Bytes of a frame around its payload (§4.2.3), which count for frame_max."""


def frame(kind: int, channel: int, payload: bytes) -> bytes:
    """§4.2.3: type, channel, size, payload, 0xCE."""
    return struct.pack("!BHI", kind, channel, len(payload)) + payload + _END


def method(channel: int, class_id: int, method_id: int, arguments: bytes = b"") -> bytes:
    return frame(FRAME_METHOD, channel, struct.pack("!HH", class_id, method_id) + arguments)


HEARTBEAT = frame(FRAME_HEARTBEAT, 0, b"")


def _bits(*flags: bool) -> bytes:
    return bytes((sum(1 << place for place, flag in enumerate(flags) if flag),))


# -- connection, §1.4 -------------------------------------------------------------------------


def start_ok(properties: Mapping[str, Value], mechanism: str, response: bytes, locale: str) -> bytes:
    arguments = table(properties) + short_string(mechanism) + long_string(response) + short_string(locale)
    return method(0, 10, 11, arguments)


def plain_response(user: str, password: str) -> bytes:
    """RFC 4616 §2: authorization identity (none), user, password."""
    return b"\0" + text_bytes(user) + b"\0" + text_bytes(password)


def amqplain_response(user: str, password: str) -> bytes:
    """A field table without its length (RabbitMQ's access control guide)."""
    return table({"LOGIN": user, "PASSWORD": password})[4:]


def tune_ok(channel_max: int, frame_max: int, heartbeat: int) -> bytes:
    return method(0, 10, 31, struct.pack("!HIH", channel_max, frame_max, heartbeat))


def connection_open(vhost: str) -> bytes:
    """Raises ValueError if the virtual host's name has more than 255 bytes."""
    return method(0, 10, 40, short_string(vhost) + b"\0\0")


def connection_close(text: str = "done") -> bytes:
    return method(0, 10, 50, struct.pack("!H", 200) + short_string(text) + struct.pack("!HH", 0, 0))


def connection_close_ok() -> bytes:
    return method(0, 10, 51)


# -- channel, §1.5 ----------------------------------------------------------------------------


def channel_open(channel: int) -> bytes:
    return method(channel, 20, 10, b"\0")


def channel_close_ok(channel: int) -> bytes:
    return method(channel, 20, 41)


# -- exchange, §1.6 ---------------------------------------------------------------------------


def exchange_declare_passive(channel: int, name: str) -> bytes:
    """RabbitMQ ignores type and flags when passive."""
    return method(channel, 40, 10, b"\0\0" + short_string(name) + short_string("direct") + _bits(True) + table({}))


def exchange_unbind(channel: int, destination: str, source: str, key: str) -> bytes:
    names = short_string(destination) + short_string(source) + short_string(key)
    return method(channel, 40, 40, b"\0\0" + names + _bits(False) + table({}))


# -- queue, §1.7 ------------------------------------------------------------------------------


def queue_declare(
    channel: int, name: str, *, passive: bool = False, exclusive: bool = False, auto_delete: bool = False
) -> bytes:
    """Never durable: RabbitMQ 4 refuses a transient queue only if it is not exclusive as well."""
    flags = _bits(passive, False, exclusive, auto_delete, False)
    return method(channel, 50, 10, b"\0\0" + short_string(name) + flags + table({}))


def queue_declare_as(
    channel: int, name: str, arguments: Mapping[str, Value], *, durable: bool, exclusive: bool, auto_delete: bool
) -> bytes:
    """As a client declares it: only ever sent for a queue that exists, where it changes nothing."""
    flags = _bits(False, durable, exclusive, auto_delete, False)
    return method(channel, 50, 10, b"\0\0" + short_string(name) + flags + table(arguments))


def queue_delete(channel: int, name: str) -> bytes:
    return method(channel, 50, 40, b"\0\0" + short_string(name) + _bits(False, False, False))


def queue_unbind(channel: int, queue: str, exchange: str, key: str) -> bytes:
    names = short_string(queue) + short_string(exchange) + short_string(key)
    return method(channel, 50, 50, b"\0\0" + names + table({}))


# -- basic, §1.8, and RabbitMQ's confirm class ------------------------------------------------


def confirm_select(channel: int) -> bytes:
    return method(channel, 85, 10, _bits(False))


def basic_qos(channel: int, prefetch: int) -> bytes:
    return method(channel, 60, 10, struct.pack("!IH", 0, prefetch) + _bits(False))


def basic_publish(
    channel: int, exchange: str, key: str, body: bytes, *, expiration: str = "", frame_max: int = 0
) -> bytes:
    """A mandatory, transient text message; method, header and body in one piece, so that Nagle holds nothing back.

    `expiration` is the message's life in milliseconds, as digits; `frame_max` as agreed, in bytes, 0 is no limit.
    """
    flags, properties = 1 << 15 | 1 << 12, short_string("text/plain") + b"\x01"  # content-type, delivery-mode 1
    if expiration:
        flags, properties = flags | 1 << 8, properties + short_string(expiration)
    header = struct.pack("!HHQH", 60, 0, len(body), flags) + properties
    arguments = b"\0\0" + short_string(exchange) + short_string(key) + _bits(True, False)
    pieces = method(channel, 60, 40, arguments) + frame(FRAME_HEADER, channel, header)
    room = frame_max - FRAME_OVERHEAD if frame_max > FRAME_OVERHEAD else max(1, len(body))
    return pieces + b"".join(frame(FRAME_BODY, channel, body[at : at + room]) for at in range(0, len(body), room))


def basic_get(channel: int, queue: str) -> bytes:
    """Takes one message without acknowledgement: only ever used on our own queue."""
    return method(channel, 60, 70, b"\0\0" + short_string(queue) + _bits(True))


def basic_consume(channel: int, queue: str, tag: str, arguments: Mapping[str, Value]) -> bytes:
    names = short_string(queue) + short_string(tag)
    return method(channel, 60, 20, b"\0\0" + names + _bits(False, False, False, False) + table(arguments))


def basic_cancel(channel: int, tag: str) -> bytes:
    return method(channel, 60, 30, short_string(tag) + _bits(False))


def basic_nack_all(channel: int) -> bytes:
    """Gives every delivery of the channel back to its queue."""
    return method(channel, 60, 120, struct.pack("!Q", 0) + _bits(True, True))
