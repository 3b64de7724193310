"""Connects begun before the runs that will use them: a host that answers nothing costs its whole time limit, so that
must not begin behind the work of hundreds of checks. Literal addresses only. Knows sockets, not targets or runs.
"""

from __future__ import annotations

import selectors
import threading
import time
from collections.abc import Callable, Iterable
from typing import Literal

from mqassist.core.cancel import CancelToken
from mqassist.net.dial import Dialling
from mqassist.net.resolve import Address, literal

FRESH_S = 4.0
"""A connection that was open for longer without a word may be closed by its broker any moment: it is not used."""
LOOK_S = 0.1
BURST = 32
BURST_S = 0.003
"""Many names may lead to one broker, and its queue of new connections is short (Mosquitto: 100): what does not fit is
lost and comes a second later, which would look like a network that loses packets."""
MOST_FOR_SELECT = 500
"""Windows has no poll(), and its select() takes 512 sockets."""


class Ahead:
    """Dials at once, as far as the gates of the hosts let it; `take` gives each dial away once. Thread-safe."""

    def __init__(
        self, wanted: Iterable[tuple[str, int, float]], gate_of: Callable[[str], threading.BoundedSemaphore]
    ) -> None:
        """`wanted`: host, port and time limit in seconds. What is no literal address is passed over."""
        self._lock = threading.Lock()
        self._waiting: dict[Address, list[Dialling]] = {}
        self._begun: dict[tuple[str, int], Dialling] = {}
        poll = getattr(selectors, "PollSelector", None)
        self._selector = selectors.SelectSelector() if poll is None else poll()
        token = CancelToken()
        burst_ends = time.monotonic() + BURST_S
        for number, (host, port, timeout) in enumerate(wanted, 1):
            if poll is None and self.pending >= MOST_FOR_SELECT:
                break
            addresses = literal(host, port)
            if len(addresses) == 1:
                self._begun[host, port] = dialling = Dialling(addresses, token, timeout, gate_of)
                self._begin(addresses[0], dialling)
            if number % BURST == 0:
                self._note_until(burst_ends)
                burst_ends = time.monotonic() + BURST_S
        if self.pending:
            threading.Thread(target=self._watch, name="dial ahead", daemon=True).start()

    def _begin(self, address: Address, dialling: Dialling) -> None:
        attempt = dialling.attempts[0]
        if attempt.sock is None:
            dialling.close()  # the host's gate is full, or it failed at once: its run dials, and tells
            return
        self._waiting.setdefault(address, []).append(dialling)
        self._selector.register(attempt.sock, selectors.EVENT_WRITE, (address, dialling))

    def state(self, host: str, port: int) -> Literal["none", "pending", "ended"]:
        """Of the dial that was begun last for this pair, "none" where none was."""
        dialling = self._begun.get((host, port))
        return "none" if dialling is None else "pending" if dialling.pending else "ended"

    @property
    def pending(self) -> int:
        """How many have no answer yet and were not taken."""
        return len(self._selector.get_map())

    def take(self, address: Address) -> Dialling | None:
        """A dial to that address that is pending or has just succeeded; None if there is none."""
        with self._lock:
            dials = self._waiting.get(address)
            if not dials:
                return None
            dialling = dials.pop()
            self._forget(dialling)
        attempt = dialling.attempts[0]
        if attempt.ended and (attempt.connection is None or attempt.connection.age_ms > FRESH_S * 1000):
            dialling.close()
            return None
        return dialling

    def close(self) -> None:
        """Drops what nobody took."""
        with self._lock:
            for dials in self._waiting.values():
                for dialling in dials:
                    self._forget(dialling)
                    dialling.close()
            self._waiting.clear()

    def _forget(self, dialling: Dialling) -> None:
        sock = dialling.attempts[0].sock
        if sock is not None:
            self._selector.unregister(sock)

    def _watch(self) -> None:
        """Notes each answer as it comes: when a run looks, much later, it could not tell how long that took."""
        while self.pending:
            self._note(LOOK_S)

    def _note_until(self, moment: float) -> None:
        while self.pending and (left := moment - time.monotonic()) > 0:
            self._note(left)
        time.sleep(max(0.0, moment - time.monotonic()))

    def _note(self, seconds: float) -> None:
        """What is answered by now, or within so many seconds."""
        ready = self._selector.select(seconds)
        with self._lock:
            for key, _events in ready:
                address, dialling = key.data
                if dialling in self._waiting.get(address, ()):
                    self._selector.unregister(key.fileobj)
                    dialling.wait(0)
