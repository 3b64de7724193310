"""Several first packets at once, each on its own connection, to see which one a port understands."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence

from mqassist.core.cancel import SLICE_S
from mqassist.core.errors import Cancelled
from mqassist.core.observation import Exchange
from mqassist.core.record import changed
from mqassist.net.connection import Connection
from mqassist.net.failure import WireError
from mqassist.net.fingerprint import classify
from mqassist.net.first_packets import Packet, packet
from mqassist.net.identity import End, Reply
from mqassist.probes._stream import open_fresh, open_plain, start_tls
from mqassist.probes.probe import ProbeContext

ANSWER_SHOWN = 512
REST_S = 0.2
"""How long the rest of an answer may lag behind its first bytes."""

LABELS: dict[Packet, str] = {
    "silence": "–",
    "amqp-0-9-1": "AMQP 0-9-1",
    "amqp-1-0": "AMQP 1.0",
    "mqtt": "MQTT CONNECT",
    "tls": "TLS ClientHello",
    "http": "HTTP GET",
    "websocket": "WebSocket upgrade",
    "stomp": "STOMP",
    "stream": "RabbitMQ Stream PeerProperties",
    "epmd": "epmd NAMES",
    "erlang": "Erlang send_name",
    "postgresql": "PostgreSQL SSLRequest",
    "proxy+amqp-0-9-1": "PROXY v1 + AMQP 0-9-1",
    "proxy+mqtt": "PROXY v1 + MQTT CONNECT",
    "proxy+tls": "PROXY v1 + TLS ClientHello",
    "http-management": "HTTP GET /api/overview",
    "websocket-ws": "WebSocket upgrade /ws",
    "websocket-mqtt": "WebSocket upgrade /mqtt",
}


class Contrast:
    """One round of questions to one endpoint. `replies` grows while `wait` waits; `close` lets all connections go."""

    def __init__(self, context: ProbeContext, wait_s: float, *, inside_tls: bool) -> None:
        """`inside_tls` shakes hands first, without judging the certificate. Each reply is awaited `wait_s` seconds."""
        self.replies: dict[Packet, Reply] = {}
        self._token = context.token.child()
        self._context = changed(context, token=self._token)
        self._wait_s = wait_s
        self._inside_tls = inside_tls
        self._ended: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._asked: set[Packet] = set()

    def ask(self, names: Sequence[Packet]) -> None:
        """Each packet once, however often it is named."""
        for name in names:
            if name in self._asked:
                continue
            self._asked.add(name)
            thread = threading.Thread(target=self._answer, args=(name,), name=f"contrast {name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    @property
    def pending(self) -> int:
        return len(self._asked) - len(self.replies)

    def wait(self, seconds: float, enough: Callable[[], bool]) -> None:
        """Until `enough()`, every reply has come or the time is over. Raises Cancelled."""
        end = time.monotonic() + self._token.remaining(seconds)
        while self.pending and not enough() and (left := end - time.monotonic()) > 0:
            try:
                reply = self._ended.get(timeout=min(SLICE_S, left))
            except queue.Empty:
                self._token.check()
                continue
            self.replies[reply.packet] = reply

    def close(self) -> None:
        """What is still open then counts as open: silence up to here."""
        self._token.cancel()
        for thread in self._threads:
            thread.join(SLICE_S * 4)
        while self.pending:
            try:
                reply = self._ended.get_nowait()
            except queue.Empty:
                break
            self.replies[reply.packet] = reply

    def exchanges(self) -> list[Exchange]:
        lines: list[Exchange] = []
        for reply in self.replies.values():
            note = LABELS[reply.packet]
            if reply.sent:
                lines.append(Exchange(0.0, "sent", reply.sent, note))
            direction = "received" if reply.data else "closed"
            words = note if reply.data else f"{note}: {reply.end}"
            lines.append(Exchange(round(reply.ms, 1), direction, reply.data, words))  # type: ignore[arg-type]  # two literals
        return lines

    def _answer(self, name: Packet) -> None:
        try:
            self._ended.put(self._try(name))
        except Cancelled:
            self._ended.put(Reply(name, b"", "failed", 0.0))

    def _try(self, name: Packet) -> Reply:
        try:
            connection = self._connect()
        except WireError as error:
            # a refusal comes as another error: this one was accepted, and cut off before we could look
            cut_off = error.kind == "reset" and not self._inside_tls
            return Reply(name, b"", "reset" if cut_off else "failed", 0.0)
        try:
            return self._exchange(name, connection)
        finally:
            connection.close()

    def _connect(self) -> Connection:
        if not self._inside_tls:
            return open_plain(self._context)
        if self._context.endpoint.tls:
            return open_fresh(self._context, verify=False)
        connection = open_plain(self._context)
        try:
            start_tls(self._context, connection, verify=False)
        except BaseException:
            connection.close()
            raise
        return connection

    def _exchange(self, name: Packet, connection: Connection) -> Reply:
        endpoint = self._context.endpoint
        sent = packet(name, connection, endpoint.host, endpoint.port, endpoint.path or "/")
        opened_ms = connection.age_ms
        data, end = b"", "open"
        try:
            if sent:
                connection.send(sent, self._wait_s)
            data, end = self._receive(connection, sent)
        except WireError as error:
            end = {"timed-out": "open", "closed": "fin"}.get(error.kind, "reset")
        except Cancelled:  # somebody else's answer decided
            end = "open"
        return Reply(name, data, end, connection.age_ms - opened_ms, sent)  # type: ignore[arg-type]  # literals above

    def _receive(self, connection: Connection, sent: bytes) -> tuple[bytes, End]:
        data = connection.receive(self._wait_s, ANSWER_SHOWN)
        if not data:
            return b"", "fin"
        end = time.monotonic() + REST_S
        try:
            while _is_unfinished(data) and len(data) < ANSWER_SHOWN * 4 and not sent.startswith(data):
                more = connection.receive(max(0.001, end - time.monotonic()), ANSWER_SHOWN)
                if not more:
                    break
                data += more
        except WireError:
            pass  # the first bytes are enough
        return data, "data"


def _is_unfinished(data: bytes) -> bool:
    """An HTTP header without its end, or too few bytes to know them (epmd writes its list in two pieces)."""
    return b"\r\n\r\n" not in data if data.startswith(b"HTTP/") else classify(data) is None
