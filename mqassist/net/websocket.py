"""RFC 6455 from the client's side: the upgrade request and its answer, frames in and out. No I/O, no clock.

Everything that is kept is bounded: HEAD_LIMIT for the HTTP answer, FRAME_LIMIT for one frame.
"""

from __future__ import annotations

import base64
import os
from typing import Literal

from mqassist.core.record import record

HEAD_LIMIT = 16_384
FRAME_LIMIT = 1_048_576
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # §1.3

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

UpgradeResult = Literal["open", "status", "not-http", "bad-accept", "bad-subprotocol", "too-long"]


@record
class Upgrade:
    """The HTTP answer to the upgrade. `rest` are bytes after it: already frames. Header names are lower case."""

    result: UpgradeResult
    status: int = 0
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    rest: bytes = b""

    def header(self, name: str) -> str:
        return dict(self.headers).get(name, "")


@record
class Data:
    """Payload of a data frame; fragments come one by one, in order: MQTT does not care for borders (MQTT 5 §6)."""

    payload: bytes


@record
class Control:
    """Ping, pong, or close with its code (1005 if none was sent) and the peer's words."""

    kind: Literal["ping", "pong", "close"]
    payload: bytes = b""
    code: int = 0
    reason: str = ""


@record
class Violation:
    """The peer broke the framing; nothing more is decoded."""

    reason: Literal["reserved-bits", "masked", "unknown-opcode", "too-long", "bad-control", "bad-continuation"]


FrameEvent = Data | Control | Violation


def new_key() -> str:
    """Sec-WebSocket-Key: 16 random bytes in base64 (§4.1)."""
    return base64.b64encode(os.urandom(16)).decode()


def accept_for(key: str) -> str:
    """What the server must answer in Sec-WebSocket-Accept (§4.2.2)."""
    import hashlib  # loads OpenSSL: only paid for by WebSocket endpoints

    digest = hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def upgrade_request(authority: str, path: str, key: str, subprotocol: str | None) -> bytes:
    """The client's opening handshake (§4.1). Characters that would end the line are percent-encoded."""
    lines = [
        f"GET {_line_safe(path)} HTTP/1.1",
        f"Host: {_line_safe(authority)}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    ]
    if subprotocol is not None:
        lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _line_safe(value: str) -> str:
    def safe(character: str) -> str:
        if "!" <= character <= "~":
            return character
        return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))

    return "".join(safe(character) for character in value)


class UpgradeReader:
    """Collects the HTTP answer. `feed` gives None until it can be judged; never raises on received bytes."""

    def __init__(self, key: str, subprotocol: str | None) -> None:
        self._accept = accept_for(key)
        self._subprotocol = subprotocol
        self._buffer = b""

    def feed(self, data: bytes) -> Upgrade | None:
        self._buffer += data
        if not b"HTTP/".startswith(self._buffer[:5]):
            return Upgrade("not-http")
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return Upgrade("too-long") if len(self._buffer) > HEAD_LIMIT else None
        if end > HEAD_LIMIT:
            return Upgrade("too-long")
        return self._judge(self._buffer[:end].decode("latin-1"), self._buffer[end + 4 :])

    def _judge(self, head: str, rest: bytes) -> Upgrade:
        first, *lines = head.split("\r\n")
        _, _, tail = first.partition(" ")
        number, _, reason = tail.partition(" ")
        if not (number.isascii() and number.isdigit() and len(number) == 3):
            return Upgrade("not-http")
        pairs = (line.partition(":") for line in lines if ":" in line)
        headers = tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
        result = self._result(int(number), dict(headers))
        return Upgrade(result, int(number), reason.strip(), headers, rest)

    def _result(self, status: int, headers: dict[str, str]) -> UpgradeResult:
        if status != 101:
            return "status"
        if headers.get("upgrade", "").lower() != "websocket" or headers.get("sec-websocket-accept") != self._accept:
            return "bad-accept"
        chosen = headers.get("sec-websocket-protocol")
        # §4.1: a subprotocol that was not asked for fails the connection. None at all is tolerated here, as most
        # client libraries do. seen: RabbitMQ 3.10.8 answers 101 whatever subprotocol is asked for
        return "bad-subprotocol" if chosen is not None and chosen != self._subprotocol else "open"


def frame(opcode: int, payload: bytes, mask: bytes | None = None) -> bytes:
    """One final frame, masked as a client must (§5.3). `mask` is four random bytes unless given (tests)."""
    key = os.urandom(4) if mask is None else mask
    return frame_head(opcode, len(payload)) + key + _masked(payload, key)


def frame_head(opcode: int, length: int) -> bytes:
    """FIN, opcode, mask bit and length (§5.2)."""
    first = bytes([0x80 | opcode])
    if length < 126:
        return first + bytes([0x80 | length])
    if length < 65_536:
        return first + b"\xfe" + length.to_bytes(2, "big")
    return first + b"\xff" + length.to_bytes(8, "big")


def _masked(payload: bytes, key: bytes) -> bytes:
    repeated = (key * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")


class FrameDecoder:
    """Turns what a server sends after the upgrade into events. Never raises; keeps at most one frame."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._in_message = False
        self._dead = False

    def feed(self, data: bytes) -> list[FrameEvent]:
        events: list[FrameEvent] = []
        if not self._dead:
            self._buffer += data
        while not self._dead and (event := self._next()) is not None:
            events.append(event)
            if isinstance(event, Violation) or (isinstance(event, Control) and event.kind == "close"):
                self._dead = True
                self._buffer.clear()
        return events

    def _next(self) -> FrameEvent | None:
        if len(self._buffer) < 2:
            return None
        final, opcode = bool(self._buffer[0] & 0x80), self._buffer[0] & 0x0F
        wrong = self._wrong(final, opcode)
        if wrong is not None:
            return wrong
        start, length = 2, self._buffer[1]
        if length > 125:
            start += 2 if length == 126 else 8
            if len(self._buffer) < start:
                return None
            length = int.from_bytes(self._buffer[2:start], "big")
        if length > FRAME_LIMIT:
            return Violation("too-long")
        if len(self._buffer) < start + length:
            return None
        payload = bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        return self._event(final, opcode, payload)

    def _wrong(self, final: bool, opcode: int) -> Violation | None:
        if self._buffer[0] & 0x70:
            return Violation("reserved-bits")
        if self._buffer[1] & 0x80:  # §5.1: a server never masks
            return Violation("masked")
        if opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            return Violation("unknown-opcode")
        if opcode >= CLOSE and (not final or self._buffer[1] > 125):  # §5.5
            return Violation("bad-control")
        if opcode < CLOSE and (opcode == CONTINUATION) != self._in_message:  # §5.4
            return Violation("bad-continuation")
        return None

    def _event(self, final: bool, opcode: int, payload: bytes) -> FrameEvent:
        if opcode < CLOSE:
            self._in_message = not final
            return Data(payload)
        if opcode == CLOSE:
            code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005
            return Control("close", payload, code, payload[2:].decode("utf-8", "replace"))
        return Control("ping" if opcode == PING else "pong", payload)
