"""One TCP connection, with or without TLS above it. Every wait has a deadline and asks the cancel token."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import struct
import time
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken, slice_s
from mqassist.core.observation import Exchange
from mqassist.net.failure import WireError, from_os_error
from mqassist.net.resolve import Address
from mqassist.net.send_queue import unacknowledged

if TYPE_CHECKING:
    import ssl

    from mqassist.net.tls_stream import TlsStream

RECORDED_BYTES = 4096
RECORDED_EXCHANGES = 200
"""A transcript never grows past these, whatever the peer sends."""

SMALL_BYTES = 536
"""Fits into the segment that every path takes (RFC 9293 §3.7.1)."""
STUCK_S = 1.0
"""An acknowledgement that is later than this has been lost: the longest round trips there are take less."""

_IN_PROGRESS = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN, getattr(errno, "WSAEWOULDBLOCK", 10035)}


class Connection:
    """An open TCP connection. Not shared between threads. Times are seconds, marks are milliseconds since opening."""

    def __init__(self, sock: socket.socket, address: Address, token: CancelToken, opened_at: float) -> None:
        self._sock = sock
        self._token = token
        self._opened_at = opened_at
        self._tls: TlsStream | None = None
        self._recorded = 0
        self._last_info: tuple[float, float, int] | None = None
        self._pushed_back = b""
        self._sent_at = opened_at
        self.address = address
        self.connect_ms = (time.monotonic() - opened_at) * 1000
        self.raw_received = b""
        """First raw bytes from the peer (up to 64 KiB): shows what answered when a handshake fails."""
        self.transcript: list[Exchange] = []
        local = sock.getsockname()
        self.local_ip, self.local_port = str(local[0]), int(local[1])

    # -- plain life ---------------------------------------------------------------------------

    def rebind(self, token: CancelToken) -> None:
        """Hands the connection to another probe: its waits now obey that probe's token."""
        self._token = token

    @property
    def age_ms(self) -> float:
        return (time.monotonic() - self._opened_at) * 1000

    @property
    def tls(self) -> TlsStream | None:
        """The TLS above this connection once it has shaken hands."""
        return self._tls

    def send(self, data: bytes, timeout: float, *, record: bytes | None = None) -> None:
        """Sends everything. `record` is what the transcript shows instead (a login without its password)."""
        self._record("sent", data if record is None else record)
        if self._tls is None:
            self._send_raw(data, timeout)
        else:
            self._tls.write(data)
            self._flush(self._tls, timeout)

    def receive(self, timeout: float, limit: int = 65536) -> bytes:
        """At least one byte, at most `limit`; b"" once the peer has closed (FIN).

        Raises WireError "timed-out" after `timeout` seconds of silence, "reset" on RST, "tls" on a TLS fault.
        """
        tls = self._tls
        data = self._receive_raw(timeout, limit) if tls is None else self._receive_tls(tls, timeout, limit)
        self._record("received" if data else "closed", data)
        return data

    def begin_tunnel(self, rest: bytes = b"") -> None:
        """From here on the bytes are those of the target behind a proxy: what was said to the proxy is forgotten,
        `rest` are bytes that came after the proxy's answer and are received again."""
        self._pushed_back = rest
        self.raw_received = b""
        self.transcript = []
        self._recorded = 0

    def half_close(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)

    @property
    def is_stuck(self) -> bool:
        """Something large that we said does not get through: the peer's system does not acknowledge it. What is small
        is better left to the system, which goes on trying."""
        return time.monotonic() - self._sent_at > STUCK_S and unacknowledged(self._sock) > SMALL_BYTES

    def close(self) -> None:
        """Ends politely (FIN; TLS close_notify if it can be sent without waiting).

        Where what we said is stuck, a goodbye would wait behind it, and the broker would hold the connection until
        its heartbeat ends it: a reset is small and overtakes.
        """
        self._last_info = self.tcp_info()
        if self.is_stuck:
            with contextlib.suppress(OSError):
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._sock.close()
            return
        if self._tls is not None:
            with contextlib.suppress(OSError):
                self._sock.send(self._tls.farewell())
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()

    def quick_ack(self) -> None:
        """Asks Linux for immediate acknowledgements until the next receive: without it Nagle at the broker
        meets our delayed ACK and costs 40 ms (seen: Mosquitto 2.0.11, QoS 1 echo on loopback)."""
        if hasattr(socket, "TCP_QUICKACK"):
            with contextlib.suppress(OSError):
                self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    @property
    def segment_size(self) -> int:
        """Bytes of a full TCP segment to this peer; 0 where the system does not say."""
        if not hasattr(socket, "TCP_MAXSEG"):
            return 0
        try:
            return self._sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
        except OSError:
            return 0

    def tcp_info(self) -> tuple[float, float, int] | None:
        """(round trip ms, its variance ms, retransmitted segments) from Linux' TCP_INFO; None elsewhere.

        After close() what it was at the end.

        Offsets: struct tcp_info in linux/tcp.h: tcpi_rtt at 68, tcpi_rttvar at 72, tcpi_total_retrans at 100.
        """
        if not hasattr(socket, "TCP_INFO"):
            return None
        try:
            raw = self._sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        except OSError:
            return self._last_info
        if len(raw) < 104:
            return None
        rtt, variance = (int.from_bytes(raw[at : at + 4], "little") / 1000 for at in (68, 72))
        return rtt, variance, int.from_bytes(raw[100:104], "little")

    # -- TLS ----------------------------------------------------------------------------------

    def start_tls(self, context: ssl.SSLContext, server_name: str | None, timeout: float) -> float:
        """Shakes hands over this connection and returns the milliseconds it took. `context` is used for it alone.

        Raises WireError: "tls" with `verify_code` for a certificate that does not verify and with `alert` if the
        peer sent one, "closed", "reset" or "timed-out"; `received` holds what the peer sent.
        """
        from mqassist.net.tls_stream import TlsStream  # costs 10 ms: only where TLS is spoken

        began = time.monotonic()
        end = began + timeout
        tls = TlsStream(context, server_name)
        try:
            while not tls.shake():
                self._flush(tls, max(0.001, end - time.monotonic()))
                self._feed(tls, end - time.monotonic())
            self._flush(tls, max(0.001, end - time.monotonic()))
        except WireError as failure:
            with contextlib.suppress(WireError):
                self._flush(tls, 0.5)  # our alert tells the broker's log why
            told = self._last_words(tls, failure)
            told.received = self.raw_received
            told.tls = tls
            if told is not failure:
                raise told from failure
            raise
        self._tls = tls
        self._record("received", b"", f"TLS handshake: {tls.ssl.version()}")
        return (time.monotonic() - began) * 1000

    def _last_words(self, tls: TlsStream, failure: WireError) -> WireError:
        """A RST that meets our sending hides the alert that came before it and waits to be read."""
        if failure.kind not in ("reset", "closed"):
            return failure
        try:
            while data := self._receive_raw(0.0, 65536):
                tls.feed(data)
                tls.shake()
        except WireError as last:
            return last if last.kind == "tls" else failure
        return failure

    def _feed(self, tls: TlsStream, timeout: float) -> None:
        data = self._receive_raw(timeout, 65536)
        if data:
            tls.feed(data)
        elif tls.eof or self._tls is None:
            raise WireError("closed", "the peer closed", received=self.raw_received)
        else:
            tls.feed_eof()

    def _receive_tls(self, tls: TlsStream, timeout: float, limit: int) -> bytes:
        end = time.monotonic() + timeout
        while (data := tls.read(limit)) is None:
            self._flush(tls, max(0.001, end - time.monotonic()))
            self._feed(tls, end - time.monotonic())
        return data

    def _flush(self, tls: TlsStream, timeout: float) -> None:
        data = tls.pending_output()
        if data:
            self._send_raw(data, timeout)

    # -- waits --------------------------------------------------------------------------------

    def _send_raw(self, data: bytes, timeout: float) -> None:
        self._sent_at = time.monotonic()
        end = self._sent_at + timeout
        view = memoryview(data)
        while view:
            try:
                view = view[self._sock.send(view) :]
            except (BlockingIOError, InterruptedError):
                wait_for(self._sock, self._token, end, writing=True)
            except OSError as error:
                raise from_os_error(error) from error

    def _receive_raw(self, timeout: float, limit: int) -> bytes:
        """A `timeout` below 0 has passed already, also if bytes are there: a flood must not outlast a deadline."""
        if timeout < 0 or self._token.remaining(1.0) <= 0:
            raise WireError("timed-out", "no answer in time", errno.ETIMEDOUT)
        end = time.monotonic() + timeout
        while True:
            try:
                data, self._pushed_back = self._pushed_back[:limit], self._pushed_back[limit:]
                data = data or self._sock.recv(limit)
            except (BlockingIOError, InterruptedError):
                wait_for(self._sock, self._token, end, writing=False)
                continue
            except OSError as error:
                failure = from_os_error(error)
                failure.received = self.raw_received
                self._record("closed", b"", failure.kind)
                raise failure from error
            if len(self.raw_received) < 65536:
                self.raw_received += data[: 65536 - len(self.raw_received)]
            return data

    def _record(self, direction: str, data: bytes, note: str = "") -> None:
        if len(self.transcript) >= RECORDED_EXCHANGES or self._recorded >= RECORDED_BYTES * 4:
            return
        kept = data[:RECORDED_BYTES]
        self._recorded += len(kept)
        shortened = note or (f"{len(data)} bytes" if len(kept) < len(data) else "")
        self.transcript.append(Exchange(round(self.age_ms, 2), direction, kept, shortened))  # type: ignore[arg-type]  # three literal callers


def wait_for(sock: socket.socket, token: CancelToken, end: float, *, writing: bool) -> None:
    """Waits until the socket is ready, in slices; WireError "timed-out" at `end` (time.monotonic) or the deadline."""
    while True:
        left = token.remaining(end - time.monotonic())
        if _ready(sock, max(0.0, min(slice_s(), left)), writing):
            return
        if left <= 0:
            raise WireError("timed-out", "no answer in time", errno.ETIMEDOUT)


def _ready(sock: socket.socket, seconds: float, writing: bool) -> bool:
    if hasattr(select, "poll"):  # no limit of 1,024 descriptors, as select has
        poller = select.poll()
        poller.register(sock, select.POLLOUT if writing else select.POLLIN)
        return bool(poller.poll(seconds * 1000))
    # Windows tells a failed connect only in the third set
    return any(select.select([] if writing else [sock], [sock] if writing else [], [sock], seconds))


def open_connection(
    address: Address, token: CancelToken, timeout: float, *, max_segment: int | None = None, source: str | None = None
) -> Connection:
    """Opens one TCP connection to one address. Raises WireError; `timeout` in seconds.

    `max_segment` sets TCP_MAXSEG first, for both directions; `source` binds a local address.
    """
    family = socket.AF_INET6 if address.is_ipv6 else socket.AF_INET
    began = time.monotonic()
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise from_os_error(error) from error
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if max_segment is not None and hasattr(socket, "TCP_MAXSEG"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, max_segment)
        if source is not None:
            sock.bind((source, 0))
        where = (address.ip, address.port, 0, address.scope) if address.is_ipv6 else (address.ip, address.port)
        code = sock.connect_ex(where)
        if code in _IN_PROGRESS:
            wait_for(sock, token, began + timeout, writing=True)
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise from_os_error(OSError(code, errno.errorcode.get(code, str(code))))
        return Connection(sock, address, token, began)
    except OSError as error:
        sock.close()
        raise from_os_error(error) from error
    except BaseException:
        sock.close()
        raise
