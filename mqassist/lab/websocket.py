"""RFC 6455 from the server's side: reads the upgrade, answers it, and gives peers a link of plain bytes."""

from __future__ import annotations

from mqassist.core.record import record
from mqassist.lab.link import Link
from mqassist.net.websocket import BINARY, CLOSE, HEAD_LIMIT, PING, PONG, accept_for

FRAME_LIMIT = 1 << 20


@record
class WebSocketOptions:
    """`status` other than 101 refuses every upgrade; `subprotocols` are those spoken, `strict` refuses others with 400
    (else they are answered without one). `path` "" takes any path, another path gets 404."""

    path: str = "/mqtt"
    status: int = 101
    reason: str = ""
    subprotocols: tuple[str, ...] = ("mqtt", "mqttv3.1")
    strict: bool = False


@record
class Request:
    """What the client asked for; header names are lower case."""

    path: str
    headers: dict[str, str]

    @property
    def subprotocols(self) -> tuple[str, ...]:
        listed = self.headers.get("sec-websocket-protocol", "")
        return tuple(each.strip() for each in listed.split(",") if each.strip())


async def read_request(link: Link) -> Request | None:
    """None if it is not an HTTP request, or ends before its head does."""
    head = b""
    while b"\r\n\r\n" not in head:
        data = await link.read()
        head += data
        if not data or len(head) > HEAD_LIMIT or not head[:1].isalpha():
            return None
    text, _, rest = head.partition(b"\r\n\r\n")
    link.push_back(rest)
    return parse_request(text)


def parse_request(head: bytes) -> Request | None:
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/"):
        return None
    pairs = (line.partition(":") for line in lines if ":" in line)
    return Request(parts[1], {name.strip().lower(): value.strip() for name, _, value in pairs})


def http_answer(status: int, reason: str, body: bytes = b"", kind: str = "text/plain", *extra: str) -> bytes:
    lines = [f"HTTP/1.1 {status} {reason}", f"content-type: {kind}", f"content-length: {len(body)}", *extra]
    return ("\r\n".join([*lines, "connection: close"]) + "\r\n\r\n").encode() + body


async def upgrade(link: Link, options: WebSocketOptions) -> bool:
    """Answers the client's upgrade; False if it was refused (and said so)."""
    request = await read_request(link)
    if request is None:
        await link.send(http_answer(400, "Bad Request"))
        return False
    key = request.headers.get("sec-websocket-key", "")
    if options.path and request.path.partition("?")[0] != options.path:
        await link.send(http_answer(404, "Not Found", b"Not Found"))
        return False
    if options.status != 101:
        await link.send(http_answer(options.status, options.reason or "Refused", b"refused"))
        return False
    if request.headers.get("upgrade", "").lower() != "websocket" or not key:
        await link.send(http_answer(426, "Upgrade Required", b"", "text/plain", "upgrade: websocket"))
        return False
    chosen = next((each for each in request.subprotocols if each in options.subprotocols), "")
    if not chosen and options.strict:
        await link.send(http_answer(400, "Bad Request", b"no such subprotocol"))
        return False
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    lines.append(f"Sec-WebSocket-Accept: {accept_for(key)}")
    if chosen:
        lines.append(f"Sec-WebSocket-Protocol: {chosen}")
    await link.send(("\r\n".join(lines) + "\r\n\r\n").encode())
    return True


def server_frame(opcode: int, payload: bytes) -> bytes:
    """One final frame, unmasked as a server must (§5.1)."""
    first = bytes([0x80 | opcode])
    if len(payload) < 126:
        return first + bytes([len(payload)]) + payload
    if len(payload) < 65_536:
        return first + b"\x7e" + len(payload).to_bytes(2, "big") + payload
    return first + b"\x7f" + len(payload).to_bytes(8, "big") + payload


class ClientFrames:
    """Unmasks what a client sends: feed bytes, take (opcode, payload). Keeps at most one frame; None is a violation."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes] | None]:
        self._buffer += data
        found: list[tuple[int, bytes] | None] = []
        while (frame := self._next()) != ():
            found.append(frame)  # type: ignore[arg-type]  # () was just excluded
            if frame is None:
                self._buffer.clear()
        return found

    def _next(self) -> tuple[int, bytes] | tuple[()] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return ()
        start, length = 2, buffer[1] & 0x7F
        if not buffer[1] & 0x80:  # §5.1: a client always masks
            return None
        if length > 125:
            start += 2 if length == 126 else 8
            if len(buffer) < start:
                return ()
            length = int.from_bytes(buffer[2:start], "big")
        if length > FRAME_LIMIT:
            return None
        if len(buffer) < start + 4 + length:
            return ()
        opcode, key = buffer[0] & 0x0F, bytes(buffer[start : start + 4])
        body = bytes(buffer[start + 4 : start + 4 + length])
        del buffer[: start + 4 + length]
        repeated = (key * (length // 4 + 1))[:length]
        plain = (int.from_bytes(body, "big") ^ int.from_bytes(repeated, "big")).to_bytes(length, "big")
        return opcode, plain


class ServerFraming:
    """What a link needs to speak in frames: see Link.framing."""

    def __init__(self) -> None:
        self._frames = ClientFrames()

    def incoming(self, data: bytes) -> tuple[bytes, bytes, bool]:
        """(payload, what to answer at once, whether it is over)."""
        payload, answer, over = b"", b"", False
        for found in self._frames.feed(data):
            if found is None:
                return payload, answer + server_frame(CLOSE, (1002).to_bytes(2, "big")), True
            opcode, body = found
            if opcode == CLOSE:
                return payload, answer + server_frame(CLOSE, body[:2]), True
            if opcode == PING:
                answer += server_frame(PONG, body[:125])
            elif opcode != PONG:
                payload += body
        return payload, answer, over

    def outgoing(self, data: bytes) -> bytes:
        return server_frame(BINARY, data)

    def goodbye(self) -> bytes:
        return server_frame(CLOSE, (1000).to_bytes(2, "big"))
