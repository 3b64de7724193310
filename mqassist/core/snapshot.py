"""One reading of this machine for all checks that ask for it at the same time. Never an older one than they want."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Snapshot(Generic[T]):
    """A hundred checks that ask at once cost two readings: everybody gets one that began after asking, or after
    `since`, the moment of `time.monotonic` from which on a reading is new enough for them. Thread-safe."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._taken: tuple[float, T] | None = None
        self._announced = float("-inf")

    def get(self, since: float | None = None) -> T:
        """The value; raises what reading raises."""
        wanted = time.monotonic() if since is None else since
        taken = self._taken
        if taken is not None and taken[0] >= wanted:
            return taken[1]
        with self._lock:
            taken = self._taken
            if taken is None or taken[0] < wanted:
                began = time.monotonic()
                taken = self._taken = (began, self._read())
            return taken[1]

    def is_taken(self, since: float) -> bool:
        """Whether `get` answers at once."""
        taken = self._taken
        return taken is not None and taken[0] >= since

    def read_ahead(self, since: float) -> None:
        """Begins a reading for those who will ask soon, unless one began since. Nobody waits for it here."""
        if self._announced >= since:
            return
        self._announced = time.monotonic()

        def read() -> None:
            with contextlib.suppress(Exception):  # who asks gets it
                self.get(since)

        threading.Thread(target=read, name="read ahead", daemon=True).start()
