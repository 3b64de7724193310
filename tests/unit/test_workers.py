"""Threads of a run are reused, and end with it."""

from __future__ import annotations

import queue
import threading

from mqassist.workers import Workers


def test_a_free_thread_takes_the_next_job_and_busy_ones_do_not_hold_it_up() -> None:
    results: queue.SimpleQueue[int] = queue.SimpleQueue()
    workers = Workers(results.put)
    held = threading.Event()

    def waits() -> int:
        held.wait(10)
        return threading.get_ident()

    workers.start("one", waits)
    seen: set[int] = set()
    for number in range(5):
        workers.start(f"job {number}", threading.get_ident)
        seen.add(results.get(timeout=10))
    assert len(seen) == 1
    held.set()
    assert results.get(timeout=10) not in seen
    workers.close()


def test_a_thread_that_ends_after_the_close_does_not_stay() -> None:
    results: queue.SimpleQueue[str] = queue.SimpleQueue()
    workers = Workers(results.put)
    held = threading.Event()

    def waits() -> str:
        held.wait(10)
        return threading.current_thread().name

    workers.start("late", waits)
    workers.close()
    held.set()
    assert results.get(timeout=10) == "late"
    for thread in threading.enumerate():
        if thread.name == "late":
            thread.join(10)
            assert not thread.is_alive()
