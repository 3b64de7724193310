"""AMQP 0-9-1 as a server reads it: what a client sends, decoded frame by frame. Bytes in, values out; no I/O.

Method numbers and arguments from amqp0-9-1.xml, with RabbitMQ's extensions.
"""

from __future__ import annotations

from mqassist.core.record import record
from mqassist.net.amqp import (
    FRAME_BODY,
    FRAME_END,
    FRAME_HEADER,
    FRAME_HEARTBEAT,
    FRAME_METHOD,
    PROTOCOL_HEADER,
    Method,
    read_fields,
)
from mqassist.net.amqp_codec import CodecError, Reader

MAX_FRAME = 1 << 20
"""A practice broker keeps no more of one frame than this, whatever was agreed on."""

_QUEUE, _NO_WAIT = "_:2 queue:short", "no_wait:bit"
CLIENT_METHODS: dict[tuple[int, int], tuple[str, str]] = {
    (10, 11): ("connection.start-ok", "properties:table mechanism:short response:long locale:short"),
    (10, 21): ("connection.secure-ok", "response:long"),
    (10, 31): ("connection.tune-ok", "channel_max:2 frame_max:4 heartbeat:2"),
    (10, 40): ("connection.open", "vhost:short"),
    (10, 50): ("connection.close", "code:2 text:short class_id:2 method_id:2"),
    (10, 51): ("connection.close-ok", ""),
    (10, 70): ("connection.update-secret", "secret:long reason:short"),
    (20, 10): ("channel.open", ""),
    (20, 20): ("channel.flow", "active:bit"),
    (20, 21): ("channel.flow-ok", "active:bit"),
    (20, 40): ("channel.close", "code:2 text:short class_id:2 method_id:2"),
    (20, 41): ("channel.close-ok", ""),
    (40, 10): (
        "exchange.declare",
        "_:2 exchange:short type:short passive:bit durable:bit auto_delete:bit internal:bit no_wait:bit",
    ),
    (40, 20): ("exchange.delete", "_:2 exchange:short if_unused:bit no_wait:bit"),
    (40, 30): ("exchange.bind", "_:2 destination:short source:short key:short no_wait:bit"),
    (40, 40): ("exchange.unbind", "_:2 destination:short source:short key:short no_wait:bit"),
    (50, 10): (
        "queue.declare",
        f"{_QUEUE} passive:bit durable:bit exclusive:bit auto_delete:bit {_NO_WAIT} arguments:table",
    ),
    (50, 20): ("queue.bind", f"{_QUEUE} exchange:short key:short {_NO_WAIT}"),
    (50, 30): ("queue.purge", f"{_QUEUE} {_NO_WAIT}"),
    (50, 40): ("queue.delete", f"{_QUEUE} if_unused:bit if_empty:bit {_NO_WAIT}"),
    (50, 50): ("queue.unbind", f"{_QUEUE} exchange:short key:short"),
    (60, 10): ("basic.qos", "size:4 count:2 global:bit"),
    (60, 20): ("basic.consume", f"{_QUEUE} tag:short no_local:bit no_ack:bit exclusive:bit {_NO_WAIT} arguments:table"),
    (60, 30): ("basic.cancel", "tag:short no_wait:bit"),
    (60, 40): ("basic.publish", "_:2 exchange:short key:short mandatory:bit immediate:bit"),
    (60, 70): ("basic.get", f"{_QUEUE} no_ack:bit"),
    (60, 80): ("basic.ack", "delivery:8 multiple:bit"),
    (60, 90): ("basic.reject", "delivery:8 requeue:bit"),
    (60, 110): ("basic.recover", "requeue:bit"),
    (60, 120): ("basic.nack", "delivery:8 multiple:bit requeue:bit"),
    (85, 10): ("confirm.select", "no_wait:bit"),
    (90, 10): ("tx.select", ""),
    (90, 20): ("tx.commit", ""),
    (90, 30): ("tx.rollback", ""),
}


@record
class ContentHead:
    """§4.2.6.1; `properties` are passed on as they came."""

    channel: int
    size: int
    properties: bytes


@record
class ContentBody:
    channel: int
    data: bytes


@record
class Beat:
    """A heartbeat."""


@record
class Header:
    """The eight bytes that a client begins with, or what it sent in their place."""

    data: bytes

    @property
    def fits(self) -> bool:
        return self.data == PROTOCOL_HEADER


@record
class Broken:
    """Not AMQP from here on. `kind`: frame-end, frame-type, too-large or content. `size` in bytes."""

    kind: str
    reason: str
    size: int = 0


ClientEvent = Method | ContentHead | ContentBody | Beat | Header | Broken


class ClientDecoder:
    """Feed it what a client sends. Keeps at most one unfinished frame; after Broken everything is dropped."""

    def __init__(self, max_frame: int = MAX_FRAME, *, skip_header: bool = False) -> None:
        self.max_frame = max_frame
        self._buffer = bytearray()
        self._first = not skip_header
        self._dead = False

    def feed(self, data: bytes) -> list[ClientEvent]:
        events: list[ClientEvent] = []
        if self._dead:
            return events
        self._buffer += data
        while not self._dead and (event := self._next()) is not None:
            events.append(event)
            self._dead = isinstance(event, Broken) or (isinstance(event, Header) and not event.fits)
        return events

    def _next(self) -> ClientEvent | None:
        buffer = self._buffer
        if self._first:
            return self._header()
        if len(buffer) < 7:
            return None
        kind, channel = buffer[0], int.from_bytes(buffer[1:3], "big")
        size = int.from_bytes(buffer[3:7], "big")
        if kind not in (FRAME_METHOD, FRAME_HEADER, FRAME_BODY, FRAME_HEARTBEAT):
            return Broken("frame-type", f"type {kind}")
        if size + 8 > self.max_frame:
            return Broken("too-large", f"type {kind}", size)
        if len(buffer) < size + 8:
            return None
        payload, end = bytes(buffer[7 : 7 + size]), buffer[7 + size]
        del buffer[: size + 8]
        if end != FRAME_END:
            return Broken("frame-end", f"{end}")
        try:
            return _decode(kind, channel, payload)
        except CodecError as error:
            return Broken("content", str(error))

    def _header(self) -> Header | None:
        buffer = self._buffer
        if not PROTOCOL_HEADER.startswith(bytes(buffer[:4])) or len(buffer) >= 8:
            found = Header(bytes(buffer[:8]))
            del buffer[:8]
            self._first = False
            return found
        return None


def _decode(kind: int, channel: int, payload: bytes) -> ClientEvent:
    if kind == FRAME_HEARTBEAT:
        return Beat()
    if kind == FRAME_BODY:
        return ContentBody(channel, payload)
    reader = Reader(payload)
    if kind == FRAME_HEADER:
        reader.take(4)
        return ContentHead(channel, reader.number(8), reader.take(reader.left))
    class_id, method_id = reader.number(2), reader.number(2)
    name, layout = CLIENT_METHODS.get((class_id, method_id), (f"{class_id}.{method_id}", ""))
    return Method(channel, name, class_id, method_id, read_fields(reader, layout))
