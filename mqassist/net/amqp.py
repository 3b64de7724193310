"""AMQP 0-9-1, receiving half: bytes in, frozen events out, bounded whatever the peer sends. No I/O, no opinions.

The sending half is `amqp_methods`. Source: AMQP 0-9-1 specification §2.3.5 and §4.2 (frames), amqp0-9-1.xml (methods).
"""

from __future__ import annotations

from collections.abc import Mapping

from mqassist.core.record import record
from mqassist.net.amqp_codec import CodecError, Reader, Value

PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
"""§4.2.2: what a client sends first; a server that does not speak 0-9-1 answers with its own and closes."""

FRAME_END = 0xCE
FRAME_METHOD, FRAME_HEADER, FRAME_BODY, FRAME_HEARTBEAT = 1, 2, 3, 8
MAX_FRAME = 1 << 18
"""A frame above this is refused unread: brokers negotiate 128 KiB, and a hostile length must cost no memory."""

METHODS: dict[tuple[int, int], tuple[str, str]] = {
    (10, 10): ("connection.start", "major:1 minor:1 properties:table mechanisms:long locales:long"),
    (10, 20): ("connection.secure", "challenge:long"),
    (10, 30): ("connection.tune", "channel_max:2 frame_max:4 heartbeat:2"),
    (10, 41): ("connection.open-ok", ""),
    (10, 50): ("connection.close", "code:2 text:short class_id:2 method_id:2"),
    (10, 51): ("connection.close-ok", ""),
    (10, 60): ("connection.blocked", "reason:short"),
    (10, 61): ("connection.unblocked", ""),
    (20, 11): ("channel.open-ok", ""),
    (20, 20): ("channel.flow", "active:bit"),
    (20, 40): ("channel.close", "code:2 text:short class_id:2 method_id:2"),
    (20, 41): ("channel.close-ok", ""),
    (40, 11): ("exchange.declare-ok", ""),
    (40, 21): ("exchange.delete-ok", ""),
    (40, 31): ("exchange.bind-ok", ""),
    (40, 51): ("exchange.unbind-ok", ""),
    (50, 11): ("queue.declare-ok", "queue:short messages:4 consumers:4"),
    (50, 21): ("queue.bind-ok", ""),
    (50, 41): ("queue.delete-ok", "messages:4"),
    (50, 51): ("queue.unbind-ok", ""),
    (60, 11): ("basic.qos-ok", ""),
    (60, 21): ("basic.consume-ok", "tag:short"),
    (60, 30): ("basic.cancel", "tag:short no_wait:bit"),
    (60, 31): ("basic.cancel-ok", "tag:short"),
    (60, 50): ("basic.return", "code:2 text:short exchange:short key:short"),
    (60, 60): ("basic.deliver", "tag:short delivery:8 redelivered:bit exchange:short key:short"),
    (60, 71): ("basic.get-ok", "delivery:8 redelivered:bit exchange:short key:short messages:4"),
    (60, 72): ("basic.get-empty", ""),
    (60, 80): ("basic.ack", "delivery:8 multiple:bit"),
    (60, 120): ("basic.nack", "delivery:8 multiple:bit requeue:bit"),
    (85, 11): ("confirm.select-ok", ""),
}
"""Methods a server sends (amqp0-9-1.xml, with RabbitMQ's extensions 10.60/61, 40.31/51, 60.120, 85.11)."""


@record
class Method:
    """One method frame; unknown methods keep their numbers as name and have no fields."""

    channel: int
    name: str
    class_id: int
    method_id: int
    fields: Mapping[str, Value]

    def text(self, field: str) -> str:
        value = self.fields.get(field, "")
        if isinstance(value, bytes):
            return value.decode("utf-8", "replace")
        return value if isinstance(value, str) else ""

    def number(self, field: str) -> int:
        value = self.fields.get(field, 0)
        return value if isinstance(value, int) else 0

    def flag(self, field: str) -> bool:
        return self.fields.get(field) is True

    def raw(self, field: str) -> bytes:
        value = self.fields.get(field, b"")
        return value if isinstance(value, bytes) else b""


@record
class Content:
    """A content header (`size` set) or a piece of a body (`data` set), §4.2.6. Bodies are not joined."""

    channel: int
    size: int = -1
    data: bytes = b""


@record
class Heartbeat:
    """§4.2.7. RabbitMQ accepts it on channel 0 only."""

    channel: int = 0


@record
class ServerHeader:
    """The server's own protocol header: it does not accept ours. `version` as `0-9-1`, `1-0`, `1-0 (SASL)`."""

    raw: bytes

    @property
    def version(self) -> str:
        number = self.raw[4]
        if self.raw[4:] == PROTOCOL_HEADER[4:]:
            return "0-9-1"
        names = {0: "", 2: " (TLS)", 3: " (SASL)"}  # AMQP 1.0 §2.2, §5.2.1, §5.3.2
        return f"{self.raw[5]}-{self.raw[6]}{names.get(number, '')}"


@record
class Malformed:
    """Not AMQP 0-9-1 from here on; nothing further is decoded. `reason` is technical, for the transcript."""

    reason: str
    data: bytes


Event = Method | Content | Heartbeat | ServerHeader | Malformed


class Decoder:
    """Feed it bytes, take events. Keeps at most one unfinished frame of `max_frame` bytes plus one chunk."""

    __slots__ = ("_buffer", "_dead", "_first", "max_frame")

    def __init__(self, max_frame: int = MAX_FRAME) -> None:
        self._buffer = b""
        self._first = True
        self._dead = False
        self.max_frame = max_frame

    @property
    def unfinished(self) -> int:
        """Bytes of a frame that has begun but not ended."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Event]:
        """Events that these bytes complete. After Malformed everything is dropped."""
        events: list[Event] = []
        if self._dead:
            return events
        self._buffer += data
        at = 0
        while not self._dead:
            event, at = self._next(at)
            if event is None:
                break
            events.append(event)
        self._buffer = b"" if self._dead else self._buffer[at:]
        return events

    def _next(self, at: int) -> tuple[Event | None, int]:
        buffer = self._buffer
        if at >= len(buffer):
            return None, at
        if self._first and buffer[at : at + 4] == b"AMQP":
            if len(buffer) - at < 8:
                return None, at
            self._dead = True
            return ServerHeader(buffer[at : at + 8]), at + 8
        maybe_header = self._first and b"AMQP".startswith(buffer[at : at + 4])
        if not maybe_header and buffer[at] not in (FRAME_METHOD, FRAME_HEADER, FRAME_BODY, FRAME_HEARTBEAT):
            return self._malformed(f"frame type {buffer[at]}", at)
        if len(buffer) - at < 7:
            return None, at
        kind, channel = buffer[at], int.from_bytes(buffer[at + 1 : at + 3], "big")
        size = int.from_bytes(buffer[at + 3 : at + 7], "big")
        if size > self.max_frame:
            return self._malformed(f"frame of {size} bytes", at)
        end = at + 7 + size
        if len(buffer) <= end:
            return None, at
        if buffer[end] != FRAME_END:
            return self._malformed(f"frame end {buffer[end]:#04x}", at)
        self._first = False
        try:
            return _decode(kind, channel, buffer[at + 7 : end]), end + 1
        except CodecError as error:
            return self._malformed(str(error), at)

    def _malformed(self, reason: str, at: int) -> tuple[Event, int]:
        self._dead = True
        return Malformed(reason, self._buffer[at : at + 64]), at


def _decode(kind: int, channel: int, payload: bytes) -> Event:
    if kind == FRAME_HEARTBEAT:
        return Heartbeat(channel)
    if kind == FRAME_BODY:
        return Content(channel, data=payload)
    reader = Reader(payload)
    if kind == FRAME_HEADER:
        reader.take(4)
        return Content(channel, size=reader.number(8))
    class_id, method_id = reader.number(2), reader.number(2)
    name, layout = METHODS.get((class_id, method_id), (f"{class_id}.{method_id}", ""))
    return Method(channel, name, class_id, method_id, read_fields(reader, layout))


def read_fields(reader: Reader, layout: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for part in layout.split():
        name, _, kind = part.partition(":")
        if kind == "table":
            found[name] = reader.table()
        elif kind == "short":
            found[name] = reader.short()
        elif kind == "long":
            found[name] = reader.long()
        elif kind == "bit":
            found[name] = reader.bit()
        else:
            found[name] = reader.number(int(kind))
    return found
