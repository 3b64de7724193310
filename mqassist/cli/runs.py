"""One run, or many side by side, away from the main thread: that one must stay free to notice Ctrl-C."""

from __future__ import annotations

import gc
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from mqassist.cli.dialling import DialFirst
from mqassist.cli.jobs import Job
from mqassist.core.cancel import CancelToken
from mqassist.core.events import Emit
from mqassist.core.report import Report
from mqassist.services import Services

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
SWITCH_S = 0.02
"""Hundreds of threads that all have something to do: fewer turns, less spent on changing over (5 ms by default)."""
WAIT_S = 0.2
FEW = 32
"""Up to here the machine has time for everybody at once."""


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
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for index in range(len(jobs)):
        waiting.put(index)
    outcomes: dict[int, T] = {}
    failures: list[BaseException] = []
    done = threading.Event()
    workers = min(len(jobs), at_once or MAX_JOBS)
    if workers > 1:
        workers = min(workers, max(FEW, (_prepare_for_many() - RESERVED) // DESCRIPTORS_PER_RUN))
    left = [workers]
    lock = threading.Lock()

    def work() -> None:
        try:
            while not token.cancelled:
                index = waiting.get_nowait()
                job = jobs[index]
                report = services.run.check(
                    job.target, job.settings, credentials=job.credentials, emit=emit, token=token, ahead=ahead
                )
                outcomes[index] = ended(report, job)
        except queue.Empty:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            failures.append(error)
            token.cancel()
        finally:
            with lock:
                left[0] -= 1
                if not left[0]:
                    done.set()

    ahead = None
    if workers > FEW:
        ahead = services.run.dial_ahead((job.target, job.settings) for job in jobs[:workers])
        emit = DialFirst(emit, workers, token).emit
    for number in range(workers):
        threading.Thread(target=work, name=f"run {number}", daemon=True).start()
    # in slices: on Windows an endless wait in the main thread would not notice Ctrl-C
    while not done.wait(WAIT_S):
        pass
    if ahead is not None:
        ahead.close()
    if failures:
        raise failures[0]
    return [outcomes[index] for index in sorted(outcomes)]


def _prepare_for_many() -> int:
    """Small stacks, garbage collected again (see `__main__`), many open files; gives how many there may be."""
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
