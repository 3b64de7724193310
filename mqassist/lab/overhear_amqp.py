"""What an AMQP program and its broker say to each other while connecting. Bytes of both sides in, facts out; passwords
are looked at for being empty or the default, and dropped at once."""

from __future__ import annotations

from collections.abc import Mapping

from mqassist.core.facts import Fact
from mqassist.lab.amqp_client import ClientDecoder
from mqassist.net.amqp import Decoder, Malformed, Method, ServerHeader
from mqassist.net.amqp_codec import CodecError, Reader, Value, long_string
from mqassist.net.proxy import printable

_DEFAULT = "guest"


class AmqpEar:
    """`said` and `facts` grow as the handshake goes on."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}
        self.facts: dict[str, Fact] = {"input.protocol": "amqp", "input.transport": "tcp"}
        self.complete = False
        self._client = ClientDecoder()
        self._server = Decoder()
        self._stage = "header"
        self._offered = (0, 0, 0)

    def up(self, data: bytes) -> None:
        for event in self._client.feed(data):
            if isinstance(event, Method):
                self._call(event)

    def down(self, data: bytes) -> None:
        for event in self._server.feed(data):
            if isinstance(event, Method):
                self._method(event)
            elif isinstance(event, ServerHeader):
                self.facts |= {"protocol.spoken": False, "protocol.answer": "amqp-1-0"}
                self.said["broker"] = f"AMQP {event.version}"
            elif isinstance(event, Malformed):
                self.facts.setdefault("login.result", "closed")

    def ended(self, by_broker: bool) -> None:
        if by_broker and not self.complete and self._stage in ("login", "tune", "open"):
            self.facts |= {"login.result": "closed", "amqp.login_end": "fin", "amqp.close_stage": self._where()}
            if self._beyond_offer():
                # the only reason for which brokers hang up on TuneOk: their log would say the same
                self.facts["log.closed"] = "tune-rejected"
        self.complete = True

    def _where(self) -> str:
        return "login" if self._stage == "login" else "open"

    def _beyond_offer(self) -> bool:
        channels, frame = self.facts.get("amqp.channel_max"), self.facts.get("amqp.frame_max")
        if not isinstance(channels, int) or not isinstance(frame, int):
            return False
        most_channels, most_frame, _ = self._offered
        if frame < 4096 or frame > most_frame > 0:
            return True
        return most_channels > 0 and not 0 < channels <= most_channels

    # -- the client -----------------------------------------------------------------------------

    def _call(self, call: Method) -> None:
        if call.name == "connection.start-ok":
            self._start_ok(call)
        elif call.name == "connection.tune-ok":
            numbers = {name: call.number(name) for name in ("channel_max", "frame_max", "heartbeat")}
            self.facts |= {f"amqp.{name}": number for name, number in numbers.items()}
            self.said |= {name: str(number) for name, number in numbers.items()}
        elif call.name == "connection.open":
            self._stage = "open"
            self.facts["amqp.vhost"] = self.said["vhost"] = printable(call.text("vhost"))

    def _start_ok(self, call: Method) -> None:
        self._stage = "login"
        properties = call.fields.get("properties")
        if isinstance(properties, Mapping):
            for key, name in (("product", "library"), ("version", "version"), ("platform", "platform"),
                              ("connection_name", "connection_name")):  # fmt: skip
                if isinstance(value := properties.get(key), str):
                    self.said[name] = printable(value, 100)
            self.said["capabilities"] = ", ".join(_enabled(properties.get("capabilities")))
        mechanism = call.text("mechanism")
        self.said["mechanism"] = self.facts["amqp.mechanism"] = printable(mechanism, 40)
        offered = self.facts.get("amqp.mechanisms")
        if isinstance(offered, tuple):
            self.facts["amqp.mechanism_common"] = mechanism in offered
        self._login(mechanism, call.raw("response"))

    def _login(self, mechanism: str, response: bytes) -> None:
        user = password = ""
        if mechanism == "PLAIN":  # RFC 4616 §2
            _, _, rest = response.partition(b"\0")
            name, _, word = rest.partition(b"\0")
            user, password = name.decode("utf-8", "replace"), word.decode("utf-8", "replace")
        elif mechanism == "AMQPLAIN":
            try:
                fields = Reader(long_string(response)).table()
            except CodecError:
                return
            user, password = str(fields.get("LOGIN", "")), str(fields.get("PASSWORD", ""))
        else:
            return
        self.said["user"] = self.facts["amqp.username"] = printable(user, 100)
        self.facts["amqp.password_blank"] = not password
        self.facts["amqp.default_password"] = password == _DEFAULT
        self.facts["amqp.user_is_guest"] = user == _DEFAULT
        self.facts["amqp.default_credentials"] = user == password == _DEFAULT
        self.said["password"] = "empty" if not password else "given"

    # -- the broker -----------------------------------------------------------------------------

    def _method(self, method: Method) -> None:
        if method.name == "connection.start":
            self._start(method)
        elif method.name == "connection.tune":
            self._stage = "tune"
            self._offered = (method.number("channel_max"), method.number("frame_max"), method.number("heartbeat"))
            self.facts["amqp.heartbeat_offered"] = self._offered[2]
            self.said["offered"] = "channel_max {}, frame_max {}, heartbeat {}".format(*self._offered)
        elif method.name == "connection.open-ok":
            self._stage = "running"
            self.facts["login.result"] = "accepted"
            self.complete = True
        elif method.name == "connection.blocked":
            reason = printable(method.text("reason"))
            kinds = {"memory": "memory", "disk": "disk"}
            self.facts["amqp.alarm"] = next((kind for word, kind in kinds.items() if word in reason.lower()), "other")
            self.facts["amqp.alarm_reason"] = self.said["blocked"] = reason
        elif method.name in ("connection.close", "channel.close"):
            self._closed(method)

    def _start(self, method: Method) -> None:
        self.facts["protocol.spoken"] = True
        self.facts["path.open"] = True
        self.facts["amqp.mechanisms"] = tuple(printable(word, 40) for word in method.text("mechanisms").split()[:20])
        properties = method.fields.get("properties")
        if isinstance(properties, Mapping):
            product, version = (printable(str(properties.get(key, "")), 60) for key in ("product", "version"))
            self.facts |= {"amqp.product": product, "amqp.version": version}
            self.said["broker"] = f"{product} {version}".strip()

    def _closed(self, method: Method) -> None:
        code, text = method.number("code"), printable(method.text("text"), 400)
        self.said["closed" if method.name == "connection.close" else "channel_closed"] = f"{code} {text}"
        if method.name == "connection.close":
            if self._stage != "running":
                self.facts["login.result"] = "refused"
            stage = "channel" if self._stage == "running" else self._where()
            self.facts |= {"amqp.close_code": code, "amqp.close_text": text, "amqp.close_stage": stage}
        else:
            self.facts |= _channel_facts(code, text, (method.number("class_id"), method.number("method_id")))
        self.complete = True


def _channel_facts(code: int, text: str, about: tuple[int, int]) -> dict[str, Fact]:
    """What a channel exception says of the object that the program named."""
    queues, exchanges = (50, 10), (40, 10)
    if code == 404 and "no queue" in text:
        return {"amqp.queue_state": "missing", "amqp.queue_text": text, "amqp.queue_reserved": False}
    if code == 404 and "no exchange" in text:
        return {"amqp.exchange_state": "missing", "amqp.exchange_text": text}
    if code == 405:
        return {"amqp.queue_state": "locked", "amqp.queue_text": text}
    if code == 403 and "in exclusive use" in text:
        return {"amqp.queue_in_exclusive_use": True}
    if code == 403 and about == (60, 40):
        return {"amqp.exchange_write": False, "amqp.publish_result": "denied", "amqp.publish_text": text}
    if code == 403 and about in ((60, 20), (60, 70)):
        return {"amqp.queue_read": False}
    if code == 403 and about in (queues, exchanges):
        return {"amqp.queue_configure": False}
    return {}


def _enabled(capabilities: Value) -> list[str]:
    if not isinstance(capabilities, Mapping):
        return []
    return [printable(name, 40) for name, value in list(capabilities.items())[:32] if value is True]
