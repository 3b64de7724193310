"""Dials many addresses at once from one thread. Knows sockets and time; what an outcome means is for the probes."""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Literal

from mqassist.core.cancel import CancelToken, slice_s
from mqassist.core.record import record
from mqassist.net.connection import Connection
from mqassist.net.failure import FailureKind, from_os_error
from mqassist.net.resolve import Address

AttemptKind = FailureKind | Literal["waiting", "pending", "connected"]

_IN_PROGRESS = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN, getattr(errno, "WSAEWOULDBLOCK", 10035)}
_GATE_RETRY_S = 0.02


@record(frozen=False)
class Attempt:
    """One connect. `waiting` has not begun (its host's gate is full), `pending` has no answer yet.

    `took_ms` counts from its own SYN; `code` is this platform's errno, 0 if none. `local_ip` is the source address
    that the system chose, as far as it got that far.
    """

    address: Address
    kind: AttemptKind = "waiting"
    code: int = 0
    took_ms: float = 0.0
    began: float = 0.0
    local_ip: str = ""
    connection: Connection | None = None
    sock: socket.socket | None = None
    gate: threading.BoundedSemaphore | None = None

    @property
    def ended(self) -> bool:
        return self.kind not in ("waiting", "pending")


class Dialling:
    """Connects to every address at once; each attempt has its own `timeout` in seconds.

    Used by one thread at a time, but may be passed on while attempts are pending. Never raises for what the network
    says; Cancelled only. `close()` drops all that is still open here; a connection that was taken stays.
    """

    def __init__(
        self,
        addresses: Sequence[Address],
        token: CancelToken,
        timeout: float,
        gate_of: Callable[[str], threading.BoundedSemaphore] | None = None,
        opened: Callable[[Connection], None] | None = None,
    ) -> None:
        self.attempts = [Attempt(address) for address in addresses]
        self.timeout = timeout
        self._token = token
        self._gate_of = gate_of
        self._opened = opened
        self.in_crowd = False
        """Begun together with the connects of many other runs."""
        # PollSelector: no limit of 1,024 descriptors and no descriptor of its own
        self._selector = getattr(selectors, "PollSelector", selectors.SelectSelector)()
        self._begin_waiting()

    def rebind(self, token: CancelToken) -> None:
        self._token = token

    def adopt(self, token: CancelToken, opened: Callable[[Connection], None] | None) -> None:
        """For a run that did not begin it: from now on its token counts, and it is told of connections."""
        self._token, self._opened = token, opened
        self.in_crowd = True
        for attempt in self.attempts:
            if attempt.connection is not None:
                attempt.connection.rebind(token)
                if opened is not None:
                    opened(attempt.connection)

    @property
    def pending(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if not attempt.ended]

    def add(self, addresses: Sequence[Address]) -> list[Attempt]:
        """Dials more addresses from now on."""
        more = [Attempt(address) for address in addresses]
        self.attempts += more
        self._begin_waiting()
        return more

    def wait(self, seconds: float, enough: Callable[[], bool] | None = None) -> None:
        """Waits until nothing is pending, `enough()` is true, or `seconds` passed. Asked after each change."""
        end = time.monotonic() + seconds
        while self.pending and not (enough is not None and enough()):
            left = self._token.remaining(end - time.monotonic())
            if left <= 0:
                self._collect(0)
                return
            self._collect(min(left, slice_s(), self._until_next()))

    def give_up(self) -> None:
        """What is still pending counts as silent from now on; what never began stays "waiting": nothing is known."""
        for attempt in self.attempts:
            if attempt.kind == "pending":
                self._end(attempt, "timed-out", errno.ETIMEDOUT)

    def take(self, attempt: Attempt) -> Connection | None:
        """The open connection of an attempt; the caller closes it."""
        connection, attempt.connection = attempt.connection, None
        return connection

    def close(self) -> None:
        for attempt in self.attempts:
            if not attempt.ended:
                self._end(attempt, "failed", 0)
            connection = self.take(attempt)
            if connection is not None:
                connection.close()
        self._selector.close()

    # -- the loop -----------------------------------------------------------------------------

    def _until_next(self) -> float:
        """Seconds until the earliest attempt must be given up, or the gate asked again."""
        if any(attempt.kind == "waiting" for attempt in self.attempts):
            return _GATE_RETRY_S
        began = min((attempt.began for attempt in self.attempts if attempt.kind == "pending"), default=0.0)
        return max(0.0, began + self.timeout - time.monotonic())

    def _collect(self, seconds: float) -> None:
        self._begin_waiting()
        if self._selector.get_map():
            ready = self._selector.select(seconds)
        else:
            ready = []
            self._token.sleep(seconds)
        for key, _events in ready:
            attempt: Attempt = key.data
            assert attempt.sock is not None
            self._settle(attempt, attempt.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        now = time.monotonic()
        for attempt in self.attempts:
            if attempt.kind == "pending" and now >= attempt.began + self.timeout:
                self._end(attempt, "timed-out", errno.ETIMEDOUT)

    def _begin_waiting(self) -> None:
        for attempt in self.attempts:
            if attempt.kind == "waiting":
                gate = self._gate_of(attempt.address.ip) if self._gate_of else None
                if gate is None or gate.acquire(blocking=False):
                    attempt.gate = gate
                    self._begin(attempt)

    def _begin(self, attempt: Attempt) -> None:
        address = attempt.address
        attempt.began = time.monotonic()
        attempt.kind = "pending"
        try:
            sock = socket.socket(socket.AF_INET6 if address.is_ipv6 else socket.AF_INET, socket.SOCK_STREAM)
            attempt.sock = sock
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code = sock.connect_ex(
                (address.ip, address.port, 0, address.scope) if address.is_ipv6 else (address.ip, address.port)
            )
        except OSError as error:
            self._end(attempt, from_os_error(error).kind, error.errno or 0)
            return
        if code in _IN_PROGRESS:
            self._selector.register(sock, selectors.EVENT_WRITE, attempt)
        else:
            self._settle(attempt, code)

    def _settle(self, attempt: Attempt, code: int) -> None:
        if code:
            self._end(attempt, from_os_error(OSError(code, errno.errorcode.get(code, str(code)))).kind, code)
            return
        assert attempt.sock is not None
        try:
            connection = Connection(attempt.sock, attempt.address, self._token, attempt.began)
        except OSError as error:  # gone between the answer and our look at it
            self._end(attempt, from_os_error(error).kind, error.errno or 0)
            return
        attempt.connection, attempt.local_ip = connection, connection.local_ip
        if self._opened is not None:
            self._opened(connection)
        self._end(attempt, "connected", 0)

    def _end(self, attempt: Attempt, kind: AttemptKind, code: int) -> None:
        attempt.took_ms = (time.monotonic() - attempt.began) * 1000 if attempt.began else 0.0
        attempt.kind, attempt.code = kind, code
        sock, attempt.sock = attempt.sock, None
        if sock is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(sock)
            if attempt.connection is None:
                with contextlib.suppress(OSError):
                    local = str(sock.getsockname()[0])
                    attempt.local_ip = "" if local in ("0.0.0.0", "::") else local
                sock.close()
        gate, attempt.gate = attempt.gate, None
        if gate is not None:
            gate.release()
