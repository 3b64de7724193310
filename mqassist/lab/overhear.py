"""Listens to both sides of one relayed connection: which protocol it is, and what the program says of itself.

Keeps a bounded piece of the beginning and what was decoded; no payload, and never a password.
"""

from __future__ import annotations

from typing import Literal

from mqassist.core.facts import Fact
from mqassist.core.overheard import Overheard
from mqassist.lab.overhear_amqp import AmqpEar
from mqassist.lab.overhear_mqtt import MqttEar
from mqassist.lab.overhear_tls import MAX_HELLO, Hello, alert_in, read_client_hello
from mqassist.lab.websocket import ClientFrames, parse_request
from mqassist.net.fingerprint import classify
from mqassist.net.proxy import printable
from mqassist.net.websocket import HEAD_LIMIT, Data, FrameDecoder

_VERIFY = {42: "other", 43: "wrong-purpose", 44: "revoked", 45: "expired", 46: "other", 48: "unknown-ca"}
"""What a client's alert says of the broker's certificate (RFC 8446 §6.2)."""


class Ear:
    """`up` gets what the program sends, `down` what comes back, both in clear as far as the relay sees it clear."""

    def __init__(self, number: int, client: str, *, inside_tls: bool) -> None:
        self.number = number
        self.client = client
        self._inside_tls = inside_tls
        self._protocol: Literal["", "amqp", "mqtt", "tls", "http", "unknown"] = ""
        self._ear: AmqpEar | MqttEar | None = None
        self._head = b""
        self._answer = b""
        self._hello: Hello | None = None
        self._alert = -1
        self._web: tuple[ClientFrames, FrameDecoder] | None = None
        self._said: dict[str, str] = {}
        self._facts: dict[str, Fact] = {}
        self._ended = False

    # -- bytes ----------------------------------------------------------------------------------

    def up(self, data: bytes) -> None:
        if self._web is not None:
            payloads = [frame[1] for frame in self._web[0].feed(data) if frame is not None and frame[0] <= 2]
            data = b"".join(payloads)
        if self._ear is not None:
            self._ear.up(data)
            return
        if self._protocol == "tls" and self._hello is not None:
            self._alert = max(self._alert, alert_in(data))
            return
        if len(self._head) < MAX_HELLO:
            self._head += data
            self._look()

    def down(self, data: bytes) -> None:
        if len(self._answer) < HEAD_LIMIT:
            self._answer += data[: HEAD_LIMIT - len(self._answer)]
        if self._protocol == "http" and self._web is None:
            data = self._upgraded()
        elif self._web is not None:
            data = b"".join(event.payload for event in self._web[1].feed(data) if isinstance(event, Data))
        if self._ear is not None:
            self._ear.down(data)

    def ended(self, *, by_broker: bool) -> None:
        self._ended = True
        if self._ear is not None:
            self._ear.ended(by_broker)

    def _look(self) -> None:
        head = self._head
        if head[:1] == b"\x16" and head[1:2] in (b"", b"\x03"):
            self._protocol = "tls"
            self._hello = read_client_hello(head)
        elif b"AMQP".startswith(head[:4]):
            if len(head) >= 4:
                self._protocol = "amqp"
                self._begin(AmqpEar())
        elif head[:1] == b"\x10":
            self._protocol = "mqtt"
            self._begin(MqttEar())
        elif head[:4] == b"GET ":
            self._protocol = "http"
            self._request()
        else:
            self._protocol = "unknown"

    def _begin(self, ear: AmqpEar | MqttEar) -> None:
        self._ear = ear
        ear.up(self._head)
        self._head = b""

    def _request(self) -> None:
        text, end, _rest = self._head.partition(b"\r\n\r\n")
        request = parse_request(text) if end else None
        if request is not None:
            self._said |= {"path": printable(request.path, 200), "subprotocol": ", ".join(request.subprotocols)[:100]}
            self._said["host"] = printable(request.headers.get("host", ""), 200)

    def _upgraded(self) -> bytes:
        """Bytes after a 101, which are frames already."""
        text, end, rest = self._answer.partition(b"\r\n\r\n")
        if not end:
            return b""
        self._said["answer"] = printable(text.split(b"\r\n")[0], 100)
        if b" 101" not in text[:14]:
            return b""
        self._web = (ClientFrames(), FrameDecoder())
        self._protocol = "mqtt"
        self._ear = MqttEar("websocket")
        return b"".join(event.payload for event in self._web[1].feed(rest) if isinstance(event, Data))

    # -- what it comes to -----------------------------------------------------------------------

    def told(self) -> Overheard:
        said, facts = dict(self._said), dict(self._facts)
        if self._ear is not None:
            said |= self._ear.said
            facts |= self._ear.facts
        if self._hello is not None:
            said |= self._tls_said(self._hello)
        facts |= (mismatch := self._mismatch())
        if "input.protocol" in facts:
            facts.setdefault("input.tls", self._inside_tls)
        complete = self._ended or bool(mismatch) or (self._ear is not None and self._ear.complete)
        shown = tuple((key, value) for key, value in said.items() if value)
        return Overheard(self.number, self.client, self._protocol, shown, facts, complete)

    def _tls_said(self, hello: Hello) -> dict[str, str]:
        return {
            "sni": hello.server_name,
            "tls_versions": ", ".join(hello.versions),
            "alpn": ", ".join(hello.alpn),
            "cipher_suites": str(hello.suites),
            "alert": str(self._alert) if self._alert >= 0 else "",
        }

    def _mismatch(self) -> dict[str, Fact]:
        """Program and broker do not speak the same: told from the broker's first bytes."""
        kind = classify(self._answer) if self._answer else None
        if self._protocol == "tls" and self._hello is not None:
            if kind in ("amqp-0-9-1", "amqp-1-0", "mqtt", "http"):
                protocol = "mqtt" if kind == "mqtt" else "amqp"
                return {
                    "input.tls": True, "input.protocol": protocol, "input.transport": "tcp", "first.packet": "tls",
                    "protocol.spoken": False, "protocol.answer": kind,
                }  # fmt: skip
            return self._refused_certificate()
        if self._protocol in ("amqp", "mqtt") and kind is not None and self._ear is not None:
            own = {"amqp": ("amqp-0-9-1", "amqp-1-0"), "mqtt": ("mqtt", "websocket", "http")}[self._protocol]
            if kind not in own:
                tls = {"protocol.tls_on_port": True} if kind == "tls" else {}
                return {"protocol.spoken": False, "protocol.answer": kind, **tls}
        if self._protocol == "http" and kind is not None and kind != "http":
            return {"input.protocol": "mqtt", "input.transport": "websocket", "protocol.answer": kind}
        return {}

    def _refused_certificate(self) -> dict[str, Fact]:
        server = alert_in(self._answer)
        if self._alert in _VERIFY:
            return {"tls.verify": _VERIFY[self._alert], "tls.chain_count": 0, "tls.result": "unverified"}
        return {"tls.result": "refused", "tls.alert": server} if server >= 0 else {}
