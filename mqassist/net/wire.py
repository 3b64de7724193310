"""All that a probe may do with the network: resolve, connect, send, receive. A fake with these methods replaces it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken, slice_s
from mqassist.net.connection import Connection, open_connection
from mqassist.net.dial import Dialling
from mqassist.net.failure import WireError
from mqassist.net.resolve import Address, Resolution, resolve

if TYPE_CHECKING:
    from mqassist.net.ahead import Ahead

CONNECTS_PER_HOST = 64
"""Dialling more at once looks like an attack; the limit is per host, so that black holes do not starve others."""

MOST_ADDRESSES = 4
"""Of a name, where one connection is wanted and any will do."""

_gates: dict[str, threading.BoundedSemaphore] = {}
_gates_lock = threading.Lock()


def dial_ahead(wanted: Iterable[tuple[str, int, float]]) -> Ahead:
    """Begins the connects of many runs, see `Ahead`."""
    from mqassist.net.ahead import Ahead

    return Ahead(wanted, _gate)


def _gate(ip: str) -> threading.BoundedSemaphore:
    with _gates_lock:
        return _gates.setdefault(ip, threading.BoundedSemaphore(CONNECTS_PER_HOST))


class Wire:
    """The network of one run; `timeout` bounds one operation, in seconds. `opened` is told of every TCP connection
    that came to be: brokers log its source port. It may be called from several threads. `max_segment` is the largest
    TCP segment in bytes, either way (an MTU black hole lets small ones pass); None leaves it to the system. `ahead`
    are dials that began before the run, to be used where they fit."""

    def __init__(
        self,
        token: CancelToken,
        timeout: float,
        opened: Callable[[Connection], None] | None = None,
        max_segment: int | None = None,
        ahead: Ahead | None = None,
    ) -> None:
        self._token = token
        self._ahead = ahead
        self._opened = opened
        self._max_segment = max_segment
        self.timeout = timeout

    def with_segments(self, max_segment: int) -> Wire:
        """The same network, with segments of at most so many bytes."""
        return Wire(self._token, self.timeout, self._opened, max_segment)

    def resolve(
        self, host: str, port: int, *, token: CancelToken | None = None, timeout: float | None = None
    ) -> Resolution:
        return resolve(host, port, token or self._token, timeout or self.timeout)

    def connect(
        self, address: Address, *, token: CancelToken | None = None, timeout: float | None = None
    ) -> Connection:
        """Opens a TCP connection; WireError otherwise. The default bound is the run's `timeout`."""
        active = token or self._token
        gate = _gate(address.ip)
        while not gate.acquire(timeout=slice_s()):
            active.check()
        try:
            connection = open_connection(address, active, timeout or self.timeout, max_segment=self._max_segment)
        finally:
            gate.release()
        if self._opened is not None:
            self._opened(connection)
        return connection

    def connect_any(
        self, addresses: Sequence[Address], *, token: CancelToken | None = None, timeout: float | None = None
    ) -> Connection:
        """To the first that takes it, one after the other: a name with an IPv6 address often stands for a server on
        IPv4 alone. `timeout` bounds all of them. Raises the WireError of the first one if none does."""
        tried = addresses[:MOST_ADDRESSES]
        refused = WireError("failed", "no address")
        for number, address in enumerate(tried):
            try:
                return self.connect(address, token=token, timeout=(timeout or self.timeout) / len(tried))
            except WireError as error:
                refused = refused if number else error
        raise refused

    def dial(
        self, addresses: Sequence[Address], *, token: CancelToken | None = None, timeout: float | None = None
    ) -> Dialling:
        """Connects to all of them at once, from the calling thread; the caller waits on it and closes it."""
        begun = self._ahead.take(addresses[0]) if self._ahead is not None and len(addresses) == 1 else None
        if begun is not None:
            begun.adopt(token or self._token, self._opened)
            return begun
        return Dialling(addresses, token or self._token, timeout or self.timeout, _gate, self._opened)
