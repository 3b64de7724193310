"""One reading of this machine for all checks that ask for it at the same time. Never an old one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Snapshot(Generic[T]):
    """A hundred checks that ask at once cost two readings: everybody gets one that began after asking. Thread-safe."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._taken: tuple[float, T] | None = None

    def get(self) -> T:
        """The value; raises what reading raises."""
        asked = time.monotonic()
        with self._lock:
            if self._taken is None or self._taken[0] < asked:
                began = time.monotonic()
                self._taken = (began, self._read())
            return self._taken[1]
