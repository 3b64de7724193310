"""What an MQTT program and its broker say to each other while connecting. Bytes of both sides in, facts out; the
password is only looked at for being there."""

from __future__ import annotations

from mqassist.core.facts import Fact
from mqassist.lab.mqtt_client import ClientDecoder, Connect, Filters
from mqassist.net import mqtt
from mqassist.net.mqtt import Ack, ConnAck, Decoder, Event, Malformed, Publish, Signal
from mqassist.net.mqtt_codes import connack_name, reason_name, refusal
from mqassist.net.proxy import printable

FAILED = 0x80


class MqttEar:
    """`said` and `facts` grow as the handshake goes on."""

    def __init__(self, transport: str = "tcp") -> None:
        self.said: dict[str, str] = {}
        self.facts: dict[str, Fact] = {"input.protocol": "mqtt", "input.transport": transport}
        self.complete = False
        self._client = ClientDecoder()
        self._server: Decoder | None = None
        self._accepted = False

    def up(self, data: bytes) -> None:
        for packet in self._client.feed(data):
            if isinstance(packet, Connect):
                self._connect(packet)
            elif isinstance(packet, Filters) and packet.subscribe and packet.filters:
                self.said.setdefault("subscribes", printable(", ".join(text for text, _ in packet.filters[:8]), 200))
            elif isinstance(packet, Publish):
                self.said.setdefault("publishes", printable(packet.topic, 200))

    def _connect(self, packet: Connect) -> None:
        version = packet.version or f"{packet.name} {packet.level}"
        known = packet.version in mqtt.VERSIONS
        self.said |= {
            "mqtt_version": printable(version, 40),
            "client_id": printable(packet.client_id, 200),
            "keepalive": str(packet.keepalive),
            "clean": "yes" if packet.clean else "no",
        }
        self.facts |= {
            "mqtt.client_id": printable(packet.client_id, 200),
            "mqtt.client_id_given": True,
            "mqtt.user_sent": packet.username is not None,
            "mqtt.keepalive_asked": packet.keepalive,
        }
        if known:
            self.facts["mqtt.version"] = packet.version
        if packet.username is not None:
            self.said["user"] = printable(packet.username, 100)
            self.facts["input.username"] = printable(packet.username, 100)
        self.said["password"] = "none" if packet.password is None else "given" if packet.password else "empty"
        if packet.will_topic:
            self.said["will_topic"] = printable(packet.will_topic, 200)
        for name in ("session_expiry", "receive_maximum", "maximum_packet_size"):
            if (value := packet.property(name)) is not None:
                self.said[name] = str(value)
        self._server = Decoder("5" if packet.version == "5" else "3.1" if packet.version == "3.1" else "3.1.1")

    def down(self, data: bytes) -> None:
        if self._server is None:
            return
        for event in self._server.feed(data):
            self._heard(event)

    def _heard(self, event: Event) -> None:
        if isinstance(event, ConnAck):
            self._connack(event)
        elif isinstance(event, Signal) and event.kind == "disconnect":
            self.facts["mqtt.disconnect_code"] = event.code
            self.said["closed"] = f"0x{event.code:02x} {reason_name(event.code)}"
        elif isinstance(event, Ack) and any(code >= FAILED for code in event.codes):
            code = next(code for code in event.codes if code >= FAILED)
            self.facts["mqtt.topic_named"] = True
            if event.kind == "suback":
                self.facts["mqtt.path_result"] = "subscribe-denied"
            elif event.kind in ("puback", "pubrec") and code == 0x87:
                self.facts["mqtt.publish_result"] = "denied"
            self.said[f"{event.kind}_refused"] = f"0x{code:02x} {reason_name(code)}"
        elif isinstance(event, Malformed) and not self._accepted:
            self.facts["mqtt.connect_outcome"] = "malformed"

    def _connack(self, event: ConnAck) -> None:
        self._accepted = not event.code
        self.complete = True
        self.said["connack"] = f"{event.code} {connack_name(event.code)}"
        self.facts |= {
            "protocol.spoken": True,
            "path.open": True,
            "mqtt.connack_code": event.code,
            "mqtt.connect_outcome": "refused" if event.code else "accepted",
            "login.result": "refused" if event.code else "accepted",
        }
        if event.code:
            why = refusal(event.code)
            self.facts["mqtt.refusal"] = why
            if why == "credentials" and self.facts.get("mqtt.user_sent"):
                self.facts["mqtt.login_split"] = "credentials"
        for name in ("server_keepalive", "maximum_qos"):
            value = event.property(name)
            if isinstance(value, int):
                self.said[name] = str(value)
                self.facts["mqtt.server_keepalive" if name == "server_keepalive" else "mqtt.max_qos"] = value

    def ended(self, by_broker: bool) -> None:
        if by_broker and not self.complete and self._server is not None:
            self.facts |= {"mqtt.connect_outcome": "closed", "login.result": "closed"}
        self.complete = True
