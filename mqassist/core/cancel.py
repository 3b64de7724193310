"""Stop request and deadline in one token. Owns the only clock that waits may ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from mqassist.core.errors import Cancelled

SLICE_S = 0.05
"""Longest uninterrupted wait of one run, in seconds: Stop is noticed within one slice."""


MANY_THREADS = 64


def slice_s() -> float:
    """How long one wait may last now: longer where hundreds of threads wait, up to half a second.

    1,600 threads that wake twenty times a second each keep a core busy with nothing (measured: twice the processor
    time for 800 checks at once).
    """
    return SLICE_S * min(10.0, max(1.0, threading.active_count() / MANY_THREADS))


class CancelToken:
    """Asked by every wait. A child stops with its parent and may have an earlier deadline.

    All times are seconds of `time.monotonic`.
    """

    def __init__(self, budget: float | None = None, parent: CancelToken | None = None) -> None:
        self._event = threading.Event()
        self._parent = parent
        self._callbacks: dict[object, Callable[[], None]] = {}
        own = None if budget is None else time.monotonic() + budget
        above = None if parent is None else parent.deadline
        bounds = [bound for bound in (own, above) if bound is not None]
        self.deadline: float | None = min(bounds) if bounds else None

    def cancel(self) -> None:
        self._event.set()
        for callback in tuple(self._callbacks.values()):
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Calls back when this token or one above it is cancelled, from the thread that cancels, or at once if it is.

        For waits that need not look again and again. Returns what undoes it.
        """
        mark = object()
        self._callbacks[mark] = callback
        forget_above = None if self._parent is None else self._parent.on_cancel(callback)
        if self._event.is_set():
            callback()

        def forget() -> None:
            self._callbacks.pop(mark, None)
            if forget_above is not None:
                forget_above()

        return forget

    @property
    def cancelled(self) -> bool:
        return self._event.is_set() or (self._parent is not None and self._parent.cancelled)

    def remaining(self, cap: float) -> float:
        """Seconds left, at most `cap`, never below 0. Raises Cancelled after a stop request."""
        self.check()
        if self.deadline is None:
            return cap
        return max(0.0, min(cap, self.deadline - time.monotonic()))

    def check(self) -> None:
        if self.cancelled:
            raise Cancelled

    def sleep(self, seconds: float) -> None:
        """Wait that long, or to the deadline; raises Cancelled within one slice of a stop request."""
        end = time.monotonic() + self.remaining(seconds)
        while (left := end - time.monotonic()) > 0:
            self._event.wait(min(left, slice_s()))
            self.check()

    def child(self, budget: float | None = None) -> CancelToken:
        return CancelToken(budget, self)
