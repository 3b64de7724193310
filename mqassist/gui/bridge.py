"""The one way from threads to the screen. Plain threads do the work, results arrive on the screen thread.

Knows no page: a result for something that is gone by then is dropped.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled
from mqassist.gui.screen_first import JobToken, ScreenFirst
from mqassist.gui.starter import Starter

T = TypeVar("T")
SCREEN_SLICE_S = 0.008
"""Deliveries hold the screen thread this long at most before painting and typing get their turn."""
SWITCH_S = 0.0001
"""A page of 300 lines beside two jobs that compute is painted in 9 ms, 15 at most; with 1 ms in 20, 140 at most. Jobs
lose 5 % among themselves, and half beside a screen that paints without a pause."""
CLOSING_S = 1.5
"""Longest wait for jobs when the window closes; what hangs then is left behind."""


class Bridge(QObject):
    """Made on the screen thread. `background`, `stream` and `shut_down` belong to it; `post` may be called anywhere."""

    broke = Signal(object)
    """The exception of a job that nobody handles: a bug of ours."""
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # each call into Qt lets go of the interpreter, and a job that computes gives it back only after this time:
        # with Python's 5 ms a page takes 70 ms to paint while a large log is searched
        sys.setswitchinterval(SWITCH_S)
        self._waiting: deque[tuple[QObject | None, Callable[[], None]]] = deque()
        self._lock = threading.Lock()
        self._woken = False
        self._closed = False
        self.screen = ScreenFirst()
        self._jobs: dict[threading.Thread, CancelToken] = {}
        self._starter = Starter(lambda thread: self._jobs.pop(thread, None))
        self._arrived.connect(self._deliver)

    def background(
        self,
        work: Callable[[CancelToken], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        owner: QObject | None = None,
        budget: float | None = None,
    ) -> CancelToken:
        """Runs `work` in a thread of its own, then `done` or `failed` on the screen thread.

        Cancelling the token it returns, or closing the window, ends the work at its next wait; then neither is called.
        Nor are they when `owner` was destroyed meanwhile. An exception without `failed` is told by `broke`.
        `budget` in seconds is the deadline of the token that the work gets.
        """
        token = JobToken(self.screen, budget)

        def run() -> None:
            try:
                result = work(token)
            except Cancelled:
                return
            except Exception as error:  # noqa: BLE001 - a thread has no caller: the screen thread hears of it
                told = error
                if not token.cancelled:
                    self.post(lambda: None if token.cancelled else (failed or self.broke.emit)(told), owner)
            else:
                if done is not None and not token.cancelled:
                    self.post(lambda: None if token.cancelled else done(result), owner)
            finally:
                self._jobs.pop(threading.current_thread(), None)

        thread = threading.Thread(target=run, name="mqassist job", daemon=True)
        self._jobs[thread] = token
        self._starter.start(thread)
        return token

    def post(self, call: Callable[[], None], owner: QObject | None = None) -> None:
        """Calls it on the screen thread, in the order of posting, unless `owner` is gone by then."""
        with self._lock:
            if self._closed:
                return
            self._waiting.append((owner, call))
            if self._woken:
                return
            self._woken = True
        self._arrived.emit()

    def stream(self, take: Callable[[list[T]], None], owner: QObject | None = None) -> Callable[[T], None]:
        """A function for any thread that takes single events; `take` gets them on the screen thread, in batches."""
        batch: list[T] = []
        lock = threading.Lock()

        def deliver() -> None:
            with lock:
                items = batch[:]
                batch.clear()
            if items:
                take(items)

        def put(item: T) -> None:
            with lock:
                batch.append(item)
                first = len(batch) == 1
            if first:
                self.post(deliver, owner)

        return put

    @property
    def running(self) -> int:
        """How many jobs have not ended."""
        return len(self._jobs)

    def shut_down(self, wait_s: float = CLOSING_S) -> bool:
        """Cancels all jobs and waits for them, `wait_s` seconds altogether. Whether all had ended by then."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
        end = time.monotonic() + wait_s
        self._starter.close(wait_s)
        jobs = dict(self._jobs)
        for token in jobs.values():
            token.cancel()
        for thread in jobs:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in jobs)

    def _deliver(self) -> None:
        end = time.monotonic() + SCREEN_SLICE_S
        while True:
            with self._lock:
                if not self._waiting:
                    self._woken = False
                    return
                owner, call = self._waiting.popleft()
            if owner is None or shiboken6.isValid(owner):
                try:
                    with self.screen:
                        call()
                except Exception as error:  # noqa: BLE001 - the next delivery is not to blame
                    self.broke.emit(error)
            if time.monotonic() > end:
                QTimer.singleShot(0, self, self._deliver)
                return
