"""MQTT 3.1, 3.1.1 and 5.0 as a server reads it: what a client sends, packet by packet. Bytes in, values out; no I/O.

Sections are those of MQTT 3.1.1 and 5.0.
"""

from __future__ import annotations

from mqassist.core.record import record
from mqassist.net import mqtt
from mqassist.net.mqtt import Publish
from mqassist.net.mqtt_fields import FieldError, Properties, PropertyValue, Reader

MAX_PACKET = 1 << 20
VERSIONS: dict[tuple[str, int], mqtt.Version] = {("MQIsdp", 3): "3.1", ("MQTT", 4): "3.1.1", ("MQTT", 5): "5"}


@record
class Connect:
    """§3.1. `version` is "" for a name or level that nobody knows. The password itself is in `password`: whoever keeps
    this packet must not keep that."""

    name: str
    level: int
    version: str
    client_id: str
    keepalive: int
    clean: bool
    username: str | None = None
    password: bytes | None = None
    will_topic: str = ""
    will_payload: bytes = b""
    will_qos: int = 0
    will_retain: bool = False
    properties: Properties = ()

    def __repr__(self) -> str:
        return f"Connect({self.version!r}, {self.client_id!r})"

    def property(self, name: str) -> PropertyValue | None:
        return dict(self.properties).get(name)


@record
class Filters:
    """SUBSCRIBE (with options) or UNSUBSCRIBE (§3.8, §3.10)."""

    packet_id: int
    subscribe: bool
    filters: tuple[tuple[str, int], ...]
    properties: Properties = ()


@record
class Acknowledge:
    """PUBACK to PUBCOMP."""

    packet_type: int
    packet_id: int


@record
class Plain:
    """PINGREQ, DISCONNECT, AUTH."""

    packet_type: int
    code: int = 0


@record
class Wrong:
    """Not MQTT from here on. `reason` as in mqtt.MALFORMED, or "first" if it does not begin with a CONNECT."""

    reason: str
    data: bytes = b""


ClientPacket = Connect | Publish | Filters | Acknowledge | Plain | Wrong


class ClientDecoder:
    """Feed it what a client sends. Keeps at most one unfinished packet; after Wrong everything is dropped."""

    def __init__(self, max_packet: int = MAX_PACKET) -> None:
        self.max_packet = max_packet
        self.version = "3.1.1"
        self._buffer = bytearray()
        self._first = True
        self._dead = False

    def feed(self, data: bytes) -> list[ClientPacket]:
        packets: list[ClientPacket] = []
        if self._dead:
            return packets
        self._buffer += data
        while not self._dead and (packet := self._next()) is not None:
            packets.append(packet)
            if isinstance(packet, Wrong):
                self._dead = True
                self._buffer.clear()
        return packets

    def _next(self) -> ClientPacket | None:
        buffer = self._buffer
        if not buffer:
            return None
        if self._first and buffer[0] != mqtt.CONNECT << 4:
            return Wrong("first", bytes(buffer[:64]))
        length = at = 0
        for at in range(1, 5):
            if at >= len(buffer):
                return None
            length |= (buffer[at] & 0x7F) << (7 * (at - 1))
            if buffer[at] < 0x80:
                break
        else:
            return Wrong("remaining-length", bytes(buffer[:64]))
        if length > self.max_packet:
            return Wrong("too-large", bytes(buffer[:8]))
        if len(buffer) < at + 1 + length:
            return None
        first, body = buffer[0], bytes(buffer[at + 1 : at + 1 + length])
        del buffer[: at + 1 + length]
        try:
            packet = self._decode(first >> 4, first & 15, Reader(body))
        except (FieldError, UnicodeDecodeError) as error:
            return Wrong(getattr(error, "reason", "") or "truncated", body[:64])
        if isinstance(packet, Connect):
            self._first = False
            self.version = packet.version or "3.1.1"
        return packet

    def _decode(self, kind: int, flags: int, body: Reader) -> ClientPacket:
        if kind == mqtt.CONNECT:
            return _connect(body)
        if kind == mqtt.PUBLISH:
            return self._publish(flags, body)
        if kind in (mqtt.SUBSCRIBE, mqtt.UNSUBSCRIBE):
            return self._filters(kind, flags, body)
        if kind in (mqtt.PUBACK, mqtt.PUBREC, mqtt.PUBREL, mqtt.PUBCOMP):
            return Acknowledge(kind, body.number(2))
        if kind in (mqtt.PINGREQ, mqtt.DISCONNECT, mqtt.AUTH):
            return Plain(kind, body.number(1) if body.left else 0)
        raise FieldError("packet-type")

    def _publish(self, flags: int, body: Reader) -> Publish:
        qos = flags >> 1 & 3
        if qos == 3:
            raise FieldError("qos")
        topic = body.text()
        packet_id = body.number(2) if qos else 0
        found = body.properties() if self.version == "5" else ()
        return Publish(topic, body.rest(), qos, bool(flags & 1), packet_id, found)

    def _filters(self, kind: int, flags: int, body: Reader) -> Filters:
        if flags != 2:
            raise FieldError("flags")
        packet_id = body.number(2)
        found = body.properties() if self.version == "5" else ()
        filters: list[tuple[str, int]] = []
        while body.left:
            text = body.text()
            filters.append((text, body.number(1) if kind == mqtt.SUBSCRIBE else 0))
        return Filters(packet_id, kind == mqtt.SUBSCRIBE, tuple(filters), found)


def _connect(body: Reader) -> Connect:
    name, level, flags = body.text(), body.number(1), body.number(1)
    version = VERSIONS.get((name, level), "")
    keepalive = body.number(2)
    if not version:
        return Connect(name, level, "", "", keepalive, bool(flags & 2))
    if flags & 1:
        raise FieldError("flags")
    properties = body.properties() if version == "5" else ()
    client_id = body.text()
    will_topic, will_payload = "", b""
    if flags & 4:
        if version == "5":
            body.properties()
        will_topic, will_payload = body.text(), body.binary()
    username = body.text() if flags & 0x80 else None
    password = body.binary() if flags & 0x40 else None
    if password is not None and username is None and version != "5":
        raise FieldError("flags")  # §3.1.2.9
    return Connect(
        name, level, version, client_id, keepalive, bool(flags & 2), username, password, will_topic, will_payload,
        flags >> 3 & 3, bool(flags & 32), properties,
    )  # fmt: skip
