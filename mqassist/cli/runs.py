"""One run, or many side by side, away from the main thread: that one must stay free to notice Ctrl-C."""

from __future__ import annotations

import gc
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from mqassist.cli.jobs import Job
from mqassist.core.cancel import CancelToken
from mqassist.core.events import Emit
from mqassist.core.report import Report
from mqassist.services import Services

if TYPE_CHECKING:
    from mqassist.services import Ahead as Ahead

T = TypeVar("T")

MAX_JOBS = 1024
"""As many at once unless told otherwise: 200 targets that answer nothing must not make the others wait."""
STACK_BYTES = 512 * 1024
"""Thousands of threads at the default of 8 MiB would not fit into a 32-bit or memory-limited process."""
DESCRIPTORS = 65_536
DESCRIPTORS_ON_MACOS = 10_240
"""The kernel refuses more there (OPEN_MAX), whatever the hard limit says."""
DESCRIPTORS_PER_RUN = 12
"""A connection, its second opinion, every address of the name."""
RESERVED = 800
"""For what all runs share: 16 that look for a host's other ports (twenty each), 12 that trace a route (twenty each)
or run a tool of the system, and our own files."""
SWITCH_S = 0.05
"""Who waits for the interpreter wakes this often (5 ms by default): with hundreds that wait it adds up."""
GARBAGE = 20_000
"""New objects between two looks for garbage, 700 by default: looking took a tenth of all time (measured)."""
WAIT_S = 0.2
AT_ONCE = 32
"""So many need no turns: see `Turns`."""


def run_all(
    services: Services,
    jobs: Sequence[Job],
    at_once: int | None,
    emit: Emit,
    token: CancelToken,
    ended: Callable[[Report, Job], T],
) -> list[T]:
    """What `ended` made of each, in the order of the jobs; after a stop only of those that had begun.

    `ended` is called in the thread of the run. Raises what a run raised.
    """
    most = min(len(jobs), at_once or MAX_JOBS)
    if most > 1:
        most = min(most, max(AT_ONCE, (_prepare_for_many() - RESERVED) // DESCRIPTORS_PER_RUN))
    crew = _Crew(services, jobs, emit, token, ended)
    if most > AT_ONCE:
        crew.work_in_turns(most)
    else:
        crew.work_at_once(most)
    if crew.failures:
        raise crew.failures[0]
    return [crew.outcomes[index] for index in sorted(crew.outcomes)]


class _Crew(Generic[T]):
    """The threads of the runs; each takes one job after the other."""

    def __init__(
        self,
        services: Services,
        jobs: Sequence[Job],
        emit: Emit,
        token: CancelToken,
        ended: Callable[[Report, Job], T],
    ) -> None:
        self.outcomes: dict[int, T] = {}
        self.failures: list[BaseException] = []
        self._services = services
        self._jobs = jobs
        self._emit = emit
        self._token = token
        self._ended = ended
        self._waiting = deque(range(len(jobs)))
        self._running = 0
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._ahead: Ahead | None = None
        self._left: Callable[[], None] = lambda: None

    def work_at_once(self, threads: int) -> None:
        for _ in range(threads):
            self._start()
        # in slices: on Windows an endless wait in the main thread would not notice Ctrl-C
        while not self._done.wait(WAIT_S):
            pass

    def work_in_turns(self, most: int) -> None:
        """Dials to literal addresses begin at once; the runs follow as the machine keeps up with them, silent dials
        first: they cost nothing but time."""
        from mqassist.cli.turns import Turns  # only who checks many pays for it

        run = self._services.run
        self._ahead = ahead = run.dial_ahead((job.target, job.settings) for job in self._jobs[:most])
        endpoints = [job.target.endpoint for job in self._jobs[:most]]
        states = ["none" if each is None else ahead.state(each.host, each.port) for each in endpoints]
        order = sorted(range(most), key=lambda index: ("none", "pending", "ended").index(states[index]))
        self._waiting = deque((*order, *range(most, len(self._jobs))))
        turns = Turns(self._emit, states.count("none"), self._token)
        self._emit, self._left = turns.emit, turns.ended
        try:
            while not self._is_done():
                may_begin = min(turns.pace(), most - self._running, len(self._waiting))
                for _ in range(0 if self._token.cancelled else may_begin):
                    turns.begun()
                    self._start()
        finally:
            ahead.close()

    def _is_done(self) -> bool:
        """Also before the first one began: then a stop was asked for."""
        with self._lock:
            return not self._running and (not self._waiting or self._token.cancelled)

    def _start(self) -> None:
        with self._lock:
            self._running += 1
        threading.Thread(target=self._work, name="run", daemon=True).start()

    def _next(self) -> int | None:
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def _work(self) -> None:
        try:
            while not self._token.cancelled and (index := self._next()) is not None:
                job = self._jobs[index]
                report = self._services.run.check(
                    job.target,
                    job.settings,
                    credentials=job.credentials,
                    emit=self._emit,
                    token=self._token,
                    ahead=self._ahead,
                )
                self.outcomes[index] = self._ended(report, job)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            self.failures.append(error)
            self._token.cancel()
        finally:
            self._left()
            with self._lock:
                self._running -= 1
                if not self._running:
                    self._done.set()


def _prepare_for_many() -> int:
    """Small stacks, garbage collected again (see `__main__`), many open files; gives how many there may be."""
    gc.set_threshold(GARBAGE, 20, 20)
    gc.enable()
    threading.stack_size(STACK_BYTES)
    sys.setswitchinterval(SWITCH_S)
    if sys.platform == "win32":
        return DESCRIPTORS  # sockets are handles there, bounded by memory only
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = DESCRIPTORS_ON_MACOS if sys.platform == "darwin" else DESCRIPTORS
    wanted = most if hard == resource.RLIM_INFINITY else min(hard, most)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        return soft
    return wanted
