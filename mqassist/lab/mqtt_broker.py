"""A practice MQTT broker for 3.1, 3.1.1 and 5.0: sessions, topics, retained messages, QoS 0 to 2, and its refusals.

Behaves as Mosquitto does, unless the options of its scenario say otherwise. # seen: Mosquitto 2.0.11
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping

from mqassist.lab.link import Link
from mqassist.lab.mqtt_client import Acknowledge, ClientDecoder, ClientPacket, Connect, Filters, Wrong
from mqassist.lab.mqtt_options import MqttOptions, filter_fits, filter_is_valid
from mqassist.lab.outbox import Outbox
from mqassist.net import mqtt
from mqassist.net import mqtt_fields as fields
from mqassist.net.mqtt import Publish
from mqassist.net.mqtt_fields import PropertyValue

CONNECT_S = 10.0
OUTBOX_LIMIT = 1 << 20
MAX_RETAINED = 1_000
NO_SUBSCRIBER, NOT_AUTHORIZED, TOO_LARGE = 0x10, 0x87, 0x95
MALFORMED, PROTOCOL_ERROR, TOPIC_INVALID = 0x81, 0x82, 0x90


class MqttBroker:
    """Shared by all connections of one scenario."""

    def __init__(self, options: MqttOptions) -> None:
        self.options = options
        self.sessions: dict[str, Session] = {}
        self.retained: dict[str, Publish] = {}
        self.numbers = itertools.count(1)
        self.connected = 0

    async def serve(self, link: Link) -> None:
        await Session(self, link).run()

    def route(self, message: Publish) -> int:
        """The number of sessions that got it."""
        if message.retain:
            if not message.payload:
                self.retained.pop(message.topic, None)
            elif len(self.retained) < MAX_RETAINED:
                self.retained[message.topic] = message
        return sum(session.offer(message, retained=False) for session in list(self.sessions.values()))


class _Over(Exception):
    """The conversation has ended."""


class Session:
    """One connection; sessions are never kept beyond it."""

    def __init__(self, broker: MqttBroker, link: Link) -> None:
        self.broker = broker
        self.options = broker.options
        self.link = link
        self.client_id = ""
        self.version = "3.1.1"
        self._decoder = ClientDecoder()
        self._outbox = Outbox(link)
        self._filters: dict[str, int] = {}
        self._packet_ids = itertools.cycle(range(1, 65_536))
        self._held: dict[int, Publish] = {}
        self._limit: asyncio.Timeout | None = None
        self._accepted = False

    async def run(self) -> None:
        self._outbox.start()
        try:
            async with asyncio.timeout(CONNECT_S) as self._limit:
                while data := await self.link.read():
                    for packet in self._decoder.feed(data):
                        await self._take(packet)
        except (TimeoutError, _Over, ConnectionError):
            pass
        finally:
            await self._end()

    async def _end(self) -> None:
        if self._accepted:
            self.broker.connected -= 1
        if self.broker.sessions.get(self.client_id) is self:
            del self.broker.sessions[self.client_id]
        await self._outbox.end()

    def _later(self, seconds: float, code: int = -1) -> None:
        async def end() -> None:
            await asyncio.sleep(seconds)
            if code >= 0:
                self._outbox.write(self._goodbye(code))
                await asyncio.sleep(0)
            if self.options.hang_up == "reset":
                self.link.reset()
            else:
                await asyncio.sleep(0.01)
                self.link.hang_up()

        self._outbox.spawn(end())

    # -- packets --------------------------------------------------------------------------------

    async def _take(self, packet: ClientPacket) -> None:
        if isinstance(packet, Connect):
            if self._accepted:  # §3.1: a second CONNECT ends it
                raise _Over
            await self._connect(packet)
        elif isinstance(packet, Wrong):
            if self._accepted and packet.reason == "too-large":
                self._refuse(TOO_LARGE)
            raise _Over
        elif isinstance(packet, Publish):
            await self._trouble_at("publish")
            self._publish(packet)
        elif isinstance(packet, Filters):
            await self._trouble_at("subscribe")
            (self._subscribe if packet.subscribe else self._unsubscribe)(packet)
        elif isinstance(packet, Acknowledge):
            self._acknowledged(packet)
        elif packet.packet_type == mqtt.PINGREQ:
            if self.options.silent_at != "ping":
                self._outbox.write(mqtt.packet(mqtt.PINGRESP, b""))
        else:
            raise _Over

    async def _trouble_at(self, step: str) -> None:
        options = self.options
        if options.silent_at == step:
            await self._only_read()
        if options.garbage_at == step:
            self._outbox.write(b"\xf0\x03abc these bytes are no packet")
            await self._only_read()
        if options.hang_up_at == step:
            if options.hang_up == "reset":
                self.link.reset()
            raise _Over

    async def _only_read(self) -> None:
        if self._limit is not None:
            self._limit.reschedule(None)
        while await self.link.read():
            pass
        raise _Over

    # -- CONNECT --------------------------------------------------------------------------------

    async def _connect(self, packet: Connect) -> None:
        await self._trouble_at("connect")
        if self.options.login_delay:
            await asyncio.sleep(self.options.login_delay)
        if not packet.version and packet.name not in ("MQTT", "MQIsdp"):
            raise _Over
        self.version = packet.version or "3.1.1"
        if self.options.drops_unknown_version and packet.version not in self.options.versions:
            raise _Over
        code = self._connack_code(packet)
        if code:
            self._outbox.write(self._connack(code, {}))
            raise _Over
        if self.options.max_connections and self.broker.connected >= self.options.max_connections:
            raise _Over
        self._welcome(packet)

    def _connack_code(self, packet: Connect) -> int:
        options, five = self.options, packet.version == "5"
        refusal = options.refuse_5 if five else options.refuse
        if packet.version not in options.versions:
            return 1  # a broker that does not know the version answers in its own (MQTT 5 §3.1.2.2)
        if refusal >= 0 and (options.wrong_login == 5 or self._known(packet)):
            return refusal
        if not packet.client_id and ((not packet.clean and not five) or packet.version == "3.1"):
            return 2
        if options.refuse_ids_over and len(packet.client_id) > options.refuse_ids_over:
            return 0x85 if five else 2
        if options.max_keepalive and not five and not 0 < packet.keepalive <= options.max_keepalive:
            return 2
        prefix_fits = packet.client_id.startswith(options.wanted_id_prefix)
        if not self._known(packet) or not prefix_fits:
            return NOT_AUTHORIZED if five else options.wrong_login
        return 0

    def _known(self, packet: Connect) -> bool:
        """Compares, and forgets: the password is not kept."""
        if packet.username is None:
            return self.options.anonymous or not self.options.users
        wanted = self.options.users.get(packet.username)
        given = (packet.password or b"").decode("utf-8", "replace")
        return self.options.anonymous or (wanted is not None and wanted == given)

    def _welcome(self, packet: Connect) -> None:
        options = self.options
        self._accepted = True
        self.broker.connected += 1
        self.client_id = packet.client_id or f"auto-{next(self.broker.numbers):012x}"
        older = self.broker.sessions.get(self.client_id)
        self.broker.sessions[self.client_id] = self
        if older is not None:
            older.end_taken_over()
        properties: dict[str, PropertyValue] = {"topic_alias_maximum": 10, "receive_maximum": 20}
        if not packet.client_id:
            properties["assigned_client_id"] = self.client_id
        if options.max_keepalive and not 0 < packet.keepalive <= options.max_keepalive:
            properties["server_keepalive"] = options.max_keepalive
        if options.max_qos < 2:
            properties["maximum_qos"] = options.max_qos
        if options.max_packet:
            properties["maximum_packet_size"] = options.max_packet
            self._decoder.max_packet = options.max_packet
        if options.no_retain:
            properties["retain_available"] = 0
        if options.no_wildcards:
            properties["wildcard_available"] = 0
        self._outbox.write(self._connack(0, properties | options.properties))
        if self._limit is not None:
            self._limit.reschedule(None)
        keepalive = min(packet.keepalive, options.max_keepalive) if options.max_keepalive else packet.keepalive
        if keepalive:
            self._outbox.spawn(self._watch_keepalive(float(keepalive)))
        if options.idle_cut:
            self._outbox.spawn(self._cut_when_idle())
        if options.disconnect_after:
            self._later(options.disconnect_after, options.disconnect_code)
        elif options.hang_up_after:
            self._later(options.hang_up_after)
        elif options.collides and packet.client_id and not packet.client_id.startswith("mqassist"):
            self._later(0.4, 0x8E if self.version == "5" else -1)

    def _connack(self, code: int, properties: Mapping[str, PropertyValue]) -> bytes:
        body = bytes([0, code])
        if self.version == "5" and "5" in self.options.versions:
            body += fields.properties(properties)
        return mqtt.packet(mqtt.CONNACK, body)

    def _goodbye(self, code: int) -> bytes:
        return mqtt.packet(mqtt.DISCONNECT, bytes([code])) if self.version == "5" and code >= 0 else b""

    def end_taken_over(self) -> None:
        """Another connection has come with the same client id (§3.1.4)."""
        self._outbox.write(self._goodbye(0x8E))
        self._later(0.0)

    def _refuse(self, code: int) -> None:
        """MQTT 5 says why (§3.14), older versions can only hang up."""
        self._outbox.write(self._goodbye(code))
        raise _Over

    async def _watch_keepalive(self, seconds: float) -> None:
        """§3.1.2.10: one and a half times the Keep Alive without a packet, and it is over."""
        now = asyncio.get_running_loop().time
        left = 1.5 * seconds
        while left > 0:
            await asyncio.sleep(left)
            left = 1.5 * seconds - (now() - self.link.last_received_at)
        self._outbox.write(self._goodbye(0x8D))
        self._later(0.0)

    async def _cut_when_idle(self) -> None:
        await self.link.idle_for(self.options.idle_cut)
        self.link.cut(self.options.idle_how)

    # -- messages -------------------------------------------------------------------------------

    def _publish(self, packet: Publish) -> None:
        if not packet.topic or set("+#\0") & set(packet.topic):
            self._refuse(TOPIC_INVALID if packet.topic else PROTOCOL_ERROR)
        if packet.qos > self.options.max_qos:
            self._refuse(0x9B)
        if packet.retain and self.options.no_retain:
            self._refuse(0x9A)
        denied = any(filter_fits(each, packet.topic) for each in self.options.publish_denied)
        if denied and self.options.deny_by == "close":
            self._refuse(NOT_AUTHORIZED)
        reached = 0
        if not denied:
            if packet.qos == 2:
                self._held[packet.packet_id] = packet
                reached = 1
            else:
                reached = self.broker.route(packet)
        if not packet.qos:
            return
        # seen: Mosquitto 2.0.11 tells MQTT 5 clients, and acknowledges to MQTT 3 ones what it has dropped
        code = NOT_AUTHORIZED if denied else 0 if reached else NO_SUBSCRIBER
        self._answer(mqtt.PUBACK if packet.qos == 1 else mqtt.PUBREC, packet.packet_id, code)

    def _answer(self, packet_type: int, packet_id: int, code: int = 0) -> None:
        body = packet_id.to_bytes(2, "big")
        if self.version == "5" and code:
            body += bytes([code])
        self._outbox.write(mqtt.packet(packet_type, body, 2 if packet_type == mqtt.PUBREL else 0))

    def _acknowledged(self, packet: Acknowledge) -> None:
        if packet.packet_type == mqtt.PUBREL:
            held = self._held.pop(packet.packet_id, None)
            if held is not None:
                self.broker.route(held)
            self._answer(mqtt.PUBCOMP, packet.packet_id)
        elif packet.packet_type == mqtt.PUBREC:
            self._answer(mqtt.PUBREL, packet.packet_id)

    def _subscribe(self, packet: Filters) -> None:
        codes = bytearray()
        new: list[str] = []
        for pattern, options in packet.filters:
            qos = min(options & 3, self.options.max_qos)
            if not filter_is_valid(pattern):
                self._refuse(MALFORMED)
            wild = bool(set("+#") & set(pattern))
            denied = any(filter_fits(each, pattern) for each in self.options.subscribe_denied)
            if wild and self.options.no_wildcards:
                codes.append(0xA2 if self.version == "5" else 0x80)
            elif denied and self.options.deny_by == "close":
                self._refuse(NOT_AUTHORIZED)
            elif denied and not self.options.lies:
                codes.append(NOT_AUTHORIZED if self.version == "5" else 0x80)
            else:
                codes.append(qos)
                if len(self._filters) < MAX_RETAINED:
                    self._filters[pattern] = qos
                    new.append(pattern)
        body = packet.packet_id.to_bytes(2, "big") + (b"\0" if self.version == "5" else b"")
        self._outbox.write(mqtt.packet(mqtt.SUBACK, body + bytes(codes)))
        for topic, message in list(self.broker.retained.items()):
            if any(filter_fits(pattern, topic) for pattern in new):
                self.offer(message, retained=True)

    def _unsubscribe(self, packet: Filters) -> None:
        found = [self._filters.pop(pattern, None) for pattern, _ in packet.filters]
        body = packet.packet_id.to_bytes(2, "big")
        if self.version == "5":
            body += b"\0" + bytes(0 if each is not None else 0x11 for each in found)
        self._outbox.write(mqtt.packet(mqtt.UNSUBACK, body))

    def offer(self, message: Publish, *, retained: bool) -> bool:
        """Passes a message on if a filter of this session wants it; False too if the outbox is full."""
        granted = [qos for pattern, qos in self._filters.items() if filter_fits(pattern, message.topic)]
        if not granted or self._outbox.size > OUTBOX_LIMIT:
            return False
        if any(filter_fits(each, message.topic) for each in self.options.subscribe_denied):
            return True  # seen: Mosquitto 2.0.11 counts a subscriber whom it then delivers nothing
        qos = min(max(granted), message.qos)
        body = fields.text(message.topic)
        if qos:
            body += next(self._packet_ids).to_bytes(2, "big")
        if self.version == "5":
            body += fields.properties({})
        self._outbox.write(mqtt.packet(mqtt.PUBLISH, body + message.payload, qos << 1 | retained))
        return True
