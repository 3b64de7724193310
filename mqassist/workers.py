"""The threads of one run, kept for the next probe once they are free: starting one costs more than most probes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Job = tuple[str, Callable[[], T]]


class Workers(Generic[T]):
    """Runs jobs at once, each in a thread of its own; `publish` gets every result, in that thread.

    A job must not raise. One that never returns keeps its thread (a daemon) and nothing else.
    """

    def __init__(self, publish: Callable[[T], None]) -> None:
        self._publish = publish
        self._jobs: queue.SimpleQueue[Job[T] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._closed = False

    def start(self, name: str, job: Callable[[], T]) -> None:
        with self._lock:
            reused = self._idle > 0
            self._idle -= reused
        if reused:
            self._jobs.put((name, job))
        else:
            threading.Thread(target=self._work, args=(name, job), name=name, daemon=True).start()

    def close(self) -> None:
        """Idle threads end now, busy ones after their job."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, 0
        for _ in range(idle):
            self._jobs.put(None)

    def _work(self, name: str, job: Callable[[], T]) -> None:
        while True:
            threading.current_thread().name = name
            result = job()
            with self._lock:
                stay = not self._closed
                self._idle += stay  # before the result is known: who gets it may need a thread at once
            self._publish(result)
            following = self._jobs.get() if stay else None
            if following is None:
                return
            name, job = following
