"""An upgraded connection that looks like a plain one: send, receive, close. Answers pings by itself."""

from __future__ import annotations

import contextlib
import time

from mqassist.core.cancel import CancelToken
from mqassist.core.observation import Exchange
from mqassist.net import websocket
from mqassist.net.connection import Connection
from mqassist.net.failure import WireError


class WebSocketStream:
    """Bytes over binary frames. Not shared between threads. `close_code` is the peer's, 0 until it closed."""

    def __init__(self, connection: Connection, rest: bytes = b"") -> None:
        self._connection = connection
        self._decoder = websocket.FrameDecoder()
        self._ready = bytearray()
        self._violation = ""
        self._ended = False
        self.close_code = 0
        self.close_reason = ""
        self._pending = rest

    @property
    def transcript(self) -> list[Exchange]:
        return self._connection.transcript

    @property
    def local_port(self) -> int:
        return self._connection.local_port

    def rebind(self, token: CancelToken) -> None:
        self._connection.rebind(token)

    @property
    def is_stuck(self) -> bool:
        return self._connection.is_stuck

    def quick_ack(self) -> None:
        self._connection.quick_ack()

    def send(self, data: bytes, timeout: float, *, record: bytes | None = None) -> None:
        """One binary frame. The transcript shows it unmasked, with `record` in place of the payload if given."""
        shown = websocket.frame_head(websocket.BINARY, len(data)) + (data if record is None else record)
        self._connection.send(websocket.frame(websocket.BINARY, data), timeout, record=shown)

    def receive(self, timeout: float, limit: int = 65536) -> bytes:
        """As Connection.receive; b"" also after the peer's close frame. WireError "failed" when framing breaks."""
        end = time.monotonic() + timeout
        while not self._ready:
            if self._violation:
                raise WireError("failed", f"WebSocket framing: {self._violation}")
            if self._ended:
                return b""
            data, self._pending = self._pending, b""
            if not data:
                # below 0 it times out: frames without a payload must not keep us here for ever
                data = self._connection.receive(end - time.monotonic(), 65536)
            if not data:
                self._ended = True
            for event in self._decoder.feed(data):
                self._take(event, end)
        out = bytes(self._ready[:limit])
        del self._ready[:limit]
        return out

    def _take(self, event: websocket.FrameEvent, end: float) -> None:
        if isinstance(event, websocket.Data):
            self._ready += event.payload
        elif isinstance(event, websocket.Violation):
            self._violation = event.reason
        elif event.kind == "close":
            self._ended = True
            self.close_code, self.close_reason = event.code, event.reason
        elif event.kind == "ping":
            self._connection.send(websocket.frame(websocket.PONG, event.payload), max(0.001, end - time.monotonic()))

    def close(self) -> None:
        """Sends a close frame (1000) if the peer has not closed, never waits for its answer, then closes TCP."""
        if not self._ended:
            with contextlib.suppress(WireError):
                self._connection.send(websocket.frame(websocket.CLOSE, b"\x03\xe8"), 0.2)
        self._connection.close()
