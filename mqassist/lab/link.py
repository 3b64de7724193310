"""One connection as a peer sees it: bytes in and out, TLS that can begin at any byte, and every way to hang up.

TLS runs over memory buffers, because a ClientHello may have arrived before the peer decides to speak TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import sys
from typing import Protocol

CHUNK = 65_536
GOODBYE_S = 0.5
ABORT_LINGER = struct.pack("ii", 1, 0)
"""SO_LINGER on with zero seconds: close() sends RST."""


class Framing(Protocol):
    """How bytes travel above the connection; `incoming` gives payload, an answer to send at once, and whether it is
    over."""

    def incoming(self, data: bytes) -> tuple[bytes, bytes, bool]: ...

    def outgoing(self, data: bytes) -> bytes: ...

    def goodbye(self) -> bytes: ...


class Link:
    """`received` and `sent` count bytes above TLS. All errors of the other side come out as the end of the stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._tls: _Tls | None = None
        self.framing: Framing | None = None
        """Set once both sides have agreed on frames above TCP or TLS: what comes after travels in them."""
        self._pushed = b""
        self.received = 0
        self.sent = 0
        self.closed = False
        self._deaf = False
        self.was_reset = False
        """The other side ended with RST, not FIN."""
        self.last_received_at = asyncio.get_running_loop().time()
        self.last_sent_at = self.last_received_at
        sock: socket.socket | None = writer.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def client(self) -> tuple[str, int]:
        """Address and port of the other side; ("", 0) once it is gone."""
        name = self._writer.get_extra_info("peername")
        return (str(name[0]), int(name[1])) if name else ("", 0)

    @property
    def tls(self) -> ssl.SSLObject | None:
        return None if self._tls is None else self._tls.session

    # -- bytes ----------------------------------------------------------------------------------

    async def read(self) -> bytes:
        """The next bytes; b"" once the other side has closed, reset, or broken TLS."""
        while True:
            data = await self._read_below()
            self.last_received_at = asyncio.get_running_loop().time()
            if not data:
                return b""
            if self._deaf:
                continue
            if self.framing is not None:
                data, reply, over = self.framing.incoming(data)
                if reply:
                    await self._send_below(reply)
                if not data and not over:
                    continue
            self.received += len(data)
            return data

    async def _read_below(self) -> bytes:
        if self._pushed:
            data, self._pushed = self._pushed, b""
            return data
        try:
            return await (self._reader.read(CHUNK) if self._tls is None else self._read_tls(self._tls))
        except ConnectionResetError:
            self.was_reset = True
            return b""
        except (OSError, ssl.SSLError):
            return b""

    def push_back(self, data: bytes) -> None:
        """Bytes that were only looked at: the next read gives them again."""
        self._pushed = data + self._pushed

    async def send(self, data: bytes) -> None:
        """Raises ConnectionError once the other side is gone."""
        if not data or self._deaf:
            return
        if self.closed or self._writer.is_closing():
            raise ConnectionResetError
        self.sent += len(data)
        self.last_sent_at = asyncio.get_running_loop().time()
        await self._send_below(data if self.framing is None else self.framing.outgoing(data))

    async def _send_below(self, data: bytes) -> None:
        if self._tls is None:
            self._writer.write(data)
        else:
            try:
                self._tls.session.write(data)
            except ssl.SSLError as error:
                raise ConnectionResetError from error
            self._writer.write(self._tls.outgoing.read())
        await self._writer.drain()

    # -- TLS ------------------------------------------------------------------------------------

    async def secure(self, context: ssl.SSLContext, *, server: bool = True, server_name: str | None = None) -> str:
        """The handshake, as the server or as the client; "" if it went well, else OpenSSL's reason or "EOF"."""
        tls = _Tls(context, server=server, server_name=server_name)
        failure = ""
        while True:
            try:
                tls.session.do_handshake()
                break
            except ssl.SSLWantReadError:
                if not await self._exchange(tls):
                    failure = "EOF"
                    break
            except (ssl.SSLError, ValueError) as error:
                failure = getattr(error, "reason", None) or type(error).__name__
                break
        await self._flush(tls)
        if not failure:
            self._tls = tls
        return failure

    async def _exchange(self, tls: _Tls) -> bool:
        await self._flush(tls)
        if self._pushed:
            data, self._pushed = self._pushed, b""
        else:
            try:
                data = await self._reader.read(CHUNK)
            except OSError:
                data = b""
        if not data:
            tls.incoming.write_eof()
            return False
        tls.incoming.write(data)
        return True

    async def _flush(self, tls: _Tls) -> None:
        data = tls.outgoing.read()
        if data and not self._writer.is_closing():
            self._writer.write(data)
            with contextlib.suppress(OSError):
                await self._writer.drain()

    async def _read_tls(self, tls: _Tls) -> bytes:
        while True:
            try:
                return tls.session.read(CHUNK)
            except ssl.SSLWantReadError:
                if not await self._exchange(tls):
                    return b""
            except ssl.SSLError:
                await self._flush(tls)
                return b""

    # -- the end --------------------------------------------------------------------------------

    def reset(self) -> None:
        """RST instead of FIN."""
        sock = self._writer.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT_LINGER)
        self.closed = True
        self._writer.transport.abort()

    def half_close(self) -> None:
        """FIN, but goes on reading."""
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.write_eof()

    async def close(self) -> None:
        """FIN, with TLS's goodbye before it. Never raises."""
        if self.closed:
            return
        if self.framing is not None:
            await self._say_goodbye(self.framing)
        self.closed = True
        with contextlib.suppress(OSError, ssl.SSLError, ValueError):
            if self._tls is not None:
                with contextlib.suppress(ssl.SSLWantReadError):
                    self._tls.session.unwrap()
                self._writer.write(self._tls.outgoing.read())
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()
        if not self._writer.transport.is_closing():
            self._writer.transport.abort()

    def hang_up(self) -> None:
        """FIN without a goodbye, from any task; whoever reads sees the end."""
        self.closed = True
        self._writer.close()

    async def _say_goodbye(self, framing: Framing) -> None:
        """Waits a moment for the other side's own goodbye (RFC 6455 §7.1.1): a reset would overtake the last words."""
        with contextlib.suppress(OSError, TimeoutError, ssl.SSLError):
            async with asyncio.timeout(GOODBYE_S):
                await self._send_below(framing.goodbye())
                while await self._read_below():
                    pass

    async def idle_for(self, seconds: float) -> None:
        """Returns once neither side has sent a byte for that long."""
        now = asyncio.get_running_loop().time
        left = seconds
        while left > 0:
            await asyncio.sleep(left)
            left = seconds - (now() - max(self.last_received_at, self.last_sent_at))

    def cut(self, how: str) -> None:
        """fin, reset, or silent: as what stands on the way would end it, from any task."""
        if how == "silent":
            self.go_deaf()
        elif how == "reset":
            self.reset()
        else:
            self.hang_up()

    def go_deaf(self) -> None:
        """From now on everything is taken and nothing is said: a firewall that has forgotten the connection."""
        self._deaf = True


class _Tls:
    def __init__(self, context: ssl.SSLContext, *, server: bool, server_name: str | None) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(
            self.incoming, self.outgoing, server_side=server, server_hostname=None if server else server_name
        )


async def connect(host: str, port: int, seconds: float) -> Link:
    """A link to somebody else's listener. OSError or TimeoutError if there is none."""
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(host, port, limit=CHUNK)
    return Link(reader, writer)


def loopback_sockets(both: bool = True, port: int = 0, tries: int = 20) -> tuple[list[socket.socket], int]:
    """Listening sockets on 127.0.0.1 and, where there is one, ::1, on the same free port. OSError if none is free."""
    for _ in range(tries):
        first = _listener(socket.AF_INET, "127.0.0.1", port)
        taken = int(first.getsockname()[1])
        if not both or not has_ipv6():
            return [first], taken
        try:
            return [first, _listener(socket.AF_INET6, "::1", taken)], taken
        except OSError:
            first.close()
            if port:
                raise
    raise OSError("no port is free on both loopback addresses")


def _listener(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if sys.platform != "win32":  # there it would let two programs share a port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
        sock.listen(1024)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def has_ipv6() -> bool:
    """Whether ::1 can be bound here."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True
