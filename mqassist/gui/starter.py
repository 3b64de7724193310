"""Starts threads for the screen thread, which must not wait until they run: where all processors are busy `start()` of
a thread takes longer than a page of a log takes to paint."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

IDLE_S = 2.0
"""Without anything to start the starter ends, and another one begins with the next thread."""


class Starter:
    """`dropped` is told of a thread that was never started, because `close` came first."""

    def __init__(self, dropped: Callable[[threading.Thread], object]) -> None:
        self._dropped = dropped
        self._waiting: SimpleQueue[threading.Thread | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._own: threading.Thread | None = None
        self._closed = False

    def start(self, thread: threading.Thread) -> None:
        """At once or in a moment. Nothing is started after `close`."""
        with self._lock:
            if self._closed:
                self._dropped(thread)
                return
            self._waiting.put(thread)
            if self._own is not None:
                return
            self._own = own = threading.Thread(target=self._run, name="mqassist starter", daemon=True)
        own.start()

    def _run(self) -> None:
        while True:
            try:
                thread = self._waiting.get(timeout=IDLE_S)
            except Empty:
                with self._lock:
                    if not self._waiting.empty():
                        continue
                    self._own = None
                return
            if thread is None:
                return
            if self._closed:
                self._dropped(thread)
            else:
                thread.start()

    def close(self, wait_s: float) -> None:
        """What was not started is dropped."""
        with self._lock:
            self._closed = True
            own, self._own = self._own, None
        if own is not None:
            self._waiting.put(None)
            own.join(wait_s)
