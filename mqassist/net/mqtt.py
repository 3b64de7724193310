"""MQTT 3.1, 3.1.1 and 5.0 as a client sees it: bytes to send out, received bytes to frozen events.

Owns packets only: no sockets, no clock, no opinion on what an answer means. Memory is bounded by PACKET_LIMIT.
Sections are those of the OASIS standards MQTT 3.1.1 and MQTT 5.0; MQTT 3.1 differs only in name and level.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from mqassist.core.record import record
from mqassist.net import mqtt_fields as fields
from mqassist.net.mqtt_fields import FieldError, Properties, PropertyValue, Reader

Version = Literal["3.1", "3.1.1", "5"]
VERSIONS: tuple[Version, ...] = ("3.1", "3.1.1", "5")

PACKET_LIMIT = 65_536
"""Bodies above this many bytes are skipped, not kept: the broker may pass on somebody's large message."""

MAX_CLIENT_ID_31 = 23
"""MQTT 3.1 §3.1: client ids have 1 to 23 characters."""

# Protocol name and level (MQTT 3.1 §3.1, 3.1.1 §3.1.2.1, 5 §3.1.2.1)
_NAMES: dict[Version, tuple[str, int]] = {"3.1": ("MQIsdp", 3), "3.1.1": ("MQTT", 4), "5": ("MQTT", 5)}

# Control packet types (MQTT 5 §2.1.2)
CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH = 8, 9, 10, 11, 12, 13, 14, 15

AckKind = Literal["puback", "pubrec", "pubrel", "pubcomp", "suback", "unsuback"]
_ACKS: dict[int, AckKind] = {
    PUBACK: "puback",
    PUBREC: "pubrec",
    PUBREL: "pubrel",
    PUBCOMP: "pubcomp",
    SUBACK: "suback",
    UNSUBACK: "unsuback",
}
SignalKind = Literal["pingresp", "disconnect", "auth"]

MALFORMED = (
    "truncated",
    "variable-integer",
    "unknown-property",
    "repeated-property",
    "remaining-length",
    "flags",
    "qos",
    "packet-type",
    "trailing-bytes",
    "too-large",
    "not-connack",
)
"""Every reason that Malformed may carry. The last one is the session's: a good packet that is not a CONNACK."""


@record
class ConnAck:
    """§3.2. `code` is 0 when accepted, a return code (1 to 5) or a reason code (0x80 and above)."""

    session_present: bool
    code: int
    properties: Properties = ()

    def property(self, name: str) -> PropertyValue | None:
        return dict(self.properties).get(name)


@record
class Publish:
    """§3.3. `packet_id` is 0 for QoS 0."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    packet_id: int
    properties: Properties = ()


@record
class Ack:
    """PUBACK to UNSUBACK (§3.4 to §3.11). MQTT 3 acknowledgements without a code carry (0,)."""

    kind: AckKind
    packet_id: int
    codes: tuple[int, ...]
    properties: Properties = ()


@record
class Signal:
    """PINGRESP, and MQTT 5's DISCONNECT and AUTH from the server (§3.13 to §3.15)."""

    kind: SignalKind
    code: int = 0
    properties: Properties = ()


@record
class Skipped:
    """A packet above PACKET_LIMIT whose body was not kept. `length` in bytes."""

    packet_type: int
    length: int


@record
class Malformed:
    """The bytes are not MQTT from here on; nothing more is decoded. `reason` is one of MALFORMED."""

    reason: str


Event = ConnAck | Publish | Ack | Signal | Skipped | Malformed


class Decoder:
    """Turns what a server sends into events. Never raises on received bytes; keeps at most one packet."""

    def __init__(self, version: Version, limit: int = PACKET_LIMIT) -> None:
        self._version = version
        self._limit = limit
        self._buffer = bytearray()
        self._skipping = 0
        self._dead = False

    def feed(self, data: bytes) -> list[Event]:
        events: list[Event] = []
        if self._skipping:
            skipped = min(self._skipping, len(data))
            self._skipping -= skipped
            data = data[skipped:]
        self._buffer += data
        while not self._dead and (event := self._next()) is not None:
            events.append(event)
            if isinstance(event, Malformed):
                self._dead = True
        if self._dead:
            self._buffer.clear()
        return events

    def _next(self) -> Event | None:
        header = self._fixed_header()
        if header is None:
            return None
        if isinstance(header, Malformed):
            return header
        start, length = header
        first = self._buffer[0]
        if length > self._limit:
            if first >> 4 != PUBLISH:
                return Malformed("too-large")
            self._skipping = max(0, start + length - len(self._buffer))
            del self._buffer[: start + length]
            return Skipped(first >> 4, length)
        if len(self._buffer) < start + length:
            return None
        body = bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        try:
            return self._decode(first >> 4, first & 0x0F, Reader(body))
        except FieldError as error:
            return Malformed(error.reason)

    def _fixed_header(self) -> tuple[int, int] | Malformed | None:
        """Where the body starts and how long it is (§2.2.3); None if more bytes are needed."""
        length = 0
        for at in range(1, 5):
            if at >= len(self._buffer):
                return None
            length |= (self._buffer[at] & 0x7F) << (7 * (at - 1))
            if self._buffer[at] < 0x80:
                return at + 1, length
        return Malformed("remaining-length")

    def _decode(self, packet_type: int, flags: int, body: Reader) -> Event:
        # §2.2.2: flags are fixed for every packet type but PUBLISH
        if packet_type != PUBLISH and flags != (2 if packet_type == PUBREL else 0):
            raise FieldError("flags")
        if packet_type == CONNACK:
            return self._connack(body)
        if packet_type == PUBLISH:
            return self._publish(flags, body)
        if packet_type in _ACKS:
            return self._ack(_ACKS[packet_type], body)
        if packet_type == PINGRESP:
            if body.left:
                raise FieldError("trailing-bytes")
            return Signal("pingresp")
        if packet_type in (DISCONNECT, AUTH) and self._version == "5":
            code = body.number(1) if body.left else 0
            found = body.properties() if body.left else ()
            return Signal("disconnect" if packet_type == DISCONNECT else "auth", code, found)
        raise FieldError("packet-type")

    def _connack(self, body: Reader) -> ConnAck:
        flags, code = body.number(1), body.number(1)
        # A broker that does not know MQTT 5 answers with the two bytes of MQTT 3 (§3.1.2.2).
        found = body.properties() if self._version == "5" and body.left else ()
        if body.left:
            raise FieldError("trailing-bytes")
        # MQTT 3.1 has a reserved byte where 3.1.1 says session present: any value is tolerated there
        if flags & 0xFE and self._version != "3.1":
            raise FieldError("flags")
        return ConnAck(bool(flags & 1), code, found)

    def _publish(self, flags: int, body: Reader) -> Publish:
        qos = flags >> 1 & 3
        if qos == 3:
            raise FieldError("qos")
        topic = body.text()
        packet_id = body.number(2) if qos else 0
        found = body.properties() if self._version == "5" else ()
        return Publish(topic, body.rest(), qos, bool(flags & 1), packet_id, found)

    def _ack(self, kind: AckKind, body: Reader) -> Ack:
        packet_id = body.number(2)
        if kind in ("suback", "unsuback"):
            found = body.properties() if self._version == "5" else ()
            codes = tuple(body.rest())
            return Ack(kind, packet_id, codes or (0,), found)
        if self._version != "5":
            if body.left:
                raise FieldError("trailing-bytes")
            return Ack(kind, packet_id, (0,))
        # §3.4.2.1: reason code and properties may be left out
        code = body.number(1) if body.left else 0
        return Ack(kind, packet_id, (code,), body.properties() if body.left else ())


# -- what a client sends ----------------------------------------------------------------------


def packet(packet_type: int, body: bytes, flags: int = 0) -> bytes:
    return bytes([packet_type << 4 | flags]) + fields.variable(len(body)) + body


def connect(
    version: Version,
    client_id: str,
    *,
    keepalive: int,
    username: str | None = None,
    password: str | None = None,
    properties: Mapping[str, PropertyValue] | None = None,
    will: tuple[str, bytes] | None = None,
) -> bytes:
    """CONNECT (§3.1) with a clean session. `keepalive` in seconds, 0 to 65,535; `will` is its topic and message
    (QoS 0, not retained).

    MQTT 3 forbids a password without a user name (§3.1.2.9): ValueError.
    """
    if password is not None and username is None and version != "5":
        raise ValueError("a password needs a user name before MQTT 5")
    name, level = _NAMES[version]
    flags = 0x02 | (0x04 if will else 0) | (0x80 if username is not None else 0) | (0x40 if password is not None else 0)
    body = fields.text(name) + bytes([level, flags]) + keepalive.to_bytes(2, "big")
    if version == "5":
        body += fields.properties(properties or {})
    body += fields.text(client_id)
    if will:
        body += (fields.properties({}) if version == "5" else b"") + fields.text(will[0])
        body += len(will[1]).to_bytes(2, "big") + will[1]
    if username is not None:
        body += fields.text(username)
    if password is not None:
        body += fields.text(password)
    return packet(CONNECT, body)


def subscribe(version: Version, packet_id: int, topic_filter: str, qos: int) -> bytes:
    """SUBSCRIBE (§3.8) to one filter."""
    body = packet_id.to_bytes(2, "big") + (fields.properties({}) if version == "5" else b"")
    return packet(SUBSCRIBE, body + fields.text(topic_filter) + bytes([qos]), 2)


def unsubscribe(version: Version, packet_id: int, topic_filter: str) -> bytes:
    """UNSUBSCRIBE (§3.10) from one filter."""
    body = packet_id.to_bytes(2, "big") + (fields.properties({}) if version == "5" else b"")
    return packet(UNSUBSCRIBE, body + fields.text(topic_filter), 2)


def publish(version: Version, topic: str, payload: bytes, qos: int, packet_id: int = 0) -> bytes:
    """PUBLISH (§3.3), never retained: a check leaves nothing behind."""
    body = fields.text(topic) + (packet_id.to_bytes(2, "big") if qos else b"")
    body += fields.properties({}) if version == "5" else b""
    return packet(PUBLISH, body + payload, qos << 1)


def acknowledge(packet_type: int, packet_id: int) -> bytes:
    """PUBACK, PUBREC, PUBREL or PUBCOMP (§3.4 to §3.7) with success."""
    return packet(packet_type, packet_id.to_bytes(2, "big"), 2 if packet_type == PUBREL else 0)


def ping() -> bytes:
    return packet(PINGREQ, b"")


def disconnect() -> bytes:
    """DISCONNECT (§3.14) as a normal end; the short form is valid in every version."""
    return packet(DISCONNECT, b"")
