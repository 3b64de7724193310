"""The screen thread goes first: jobs that compute stand still at their next check while it paints or takes results.

Every call into Qt lets go of the interpreter, and beside a job that computes it comes back only after a while: a page
of a log, painted in three hundred calls, took 40 ms instead of 3 while one was indexed. Knows no job and no page.
"""

from __future__ import annotations

import threading
import time

from mqassist.core.cancel import CancelToken

LONGEST_S = 0.02
"""No job waits longer at a time, whatever the screen does."""
AGAIN_S = 0.1
"""What comes without end holds jobs up for a part of the time only."""


class ScreenFirst:
    """`with screen_first:` on the screen thread, around what has to be quick. May be nested."""

    def __init__(self) -> None:
        self._depth = 0
        self._free = threading.Event()
        self._free.set()
        self._expected = 0.0

    def __enter__(self) -> None:
        self._depth += 1
        self._free.clear()

    def __exit__(self, *_raised: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._free.set()

    def expect(self) -> None:
        """Something comes that is to be shown at once: who takes it needs a processor, that of the jobs."""
        now = time.monotonic()
        if now > self._expected + AGAIN_S:
            self._expected = now + LONGEST_S

    def give_way(self) -> None:
        """From any other thread: returns when the screen does not need the interpreter."""
        if not self._free.is_set():
            self._free.wait(LONGEST_S)
        elif (rest := self._expected - time.monotonic()) > 0:
            time.sleep(rest)


class JobToken(CancelToken):
    """A token of a job that computes: wherever it may be stopped, it gives way to the screen."""

    def __init__(self, screen: ScreenFirst, budget: float | None = None) -> None:
        super().__init__(budget)
        self._screen = screen

    def check(self) -> None:
        super().check()
        self._screen.give_way()
