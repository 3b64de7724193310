"""Looks at a log piece by piece in threads of its own, and gives what was seen in order. Knows bytes and newlines.

Reading takes as long as looking for a text, and neither holds the interpreter: two threads that each do both are
twice as fast as one. What was read stays with the thread that read it; only what was seen there is handed over.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from mqassist.core.cancel import CancelToken
from mqassist.logs.plain_text import SLACK

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.store import Store

PIECE = 1 << 21
OVERLAP = 1 << 16
ROOM = PIECE + OVERLAP
"""Bytes that are in memory as a whole."""
ALONE = 2
"""The first pieces are looked at by whoever asks: a small log is not worth a thread."""
AHEAD = 8
"""So many pieces may be under way."""
MOST_THREADS = 2

Seen = TypeVar("Seen")


class Piece(NamedTuple):
    """Whole lines from `begin` to `end`, the first of which is `line` and begins the block."""

    begin: int
    end: int
    line: int
    block: int


Look = Callable[[Piece, bytearray, int], Seen]
"""Is asked about a piece, of which so many bytes are in memory; `SLACK` more may be read there."""


def threads_that_pay() -> int:
    """One where this program may use only one processor."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(MOST_THREADS, cores)


class Newlines:
    """How many newlines there are before a place: by counting bits, 64 bytes at a time."""

    def __init__(self, data: bytearray, length: int) -> None:
        import numpy as np

        bits = np.packbits(np.frombuffer(data, np.uint8)[:length] == np.uint8(10), bitorder="little")
        self._words = np.zeros(-(-len(bits) // 8) + 1, "<u8")
        self._words.view(np.uint8)[: len(bits)] = bits
        counts = np.bitwise_count(self._words)
        self._before = np.cumsum(counts, dtype=np.int64) - counts

    def before(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        import numpy as np

        at = places >> 6
        below = (np.uint64(1) << (places & 63).astype(np.uint64)) - np.uint64(1)
        ranks: NDArray[np.int64] = self._before[at] + np.bitwise_count(self._words[at] & below)
        return ranks


class _Failed(NamedTuple):
    error: BaseException


class _Task(Generic[Seen]):
    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.answer: SimpleQueue[Seen | _Failed] = SimpleQueue()


class Ahead(Generic[Seen]):
    """For one reader: each piece and what was seen in it, in order. There is one thread for each of `looks`. None
    among the pieces says that the next one is not there yet. Raises what a look raises, and Cancelled."""

    def __init__(
        self, store: Store, pieces: Iterator[Piece | None], looks: Sequence[Look[Seen]], token: CancelToken,
        room: int = ROOM,
    ) -> None:  # fmt: skip
        self._store = store
        self._token = token
        self._pieces = pieces
        self._looks = looks
        self._room = room
        self._tasks: SimpleQueue[_Task[Seen] | None] = SimpleQueue()
        self._ended = False

    def __iter__(self) -> Iterator[tuple[Piece, Seen]]:
        memory = bytearray(self._room + SLACK)
        alone = 0
        for piece in self._pieces:
            if piece is not None:
                yield piece, self._seen(piece, self._looks[0], memory)
                alone += 1
                if alone == ALONE:
                    break
        else:
            return
        threads: list[Thread] = []
        try:
            for look in self._looks:
                thread = Thread(target=self._work, args=(look,), name="log-read", daemon=True)
                thread.start()
                threads.append(thread)
            yield from self._in_order()
        finally:
            self._ended = True
            for _ in threads:
                self._tasks.put(None)
            for thread in threads:
                thread.join()

    def _in_order(self) -> Iterator[tuple[Piece, Seen]]:
        waiting: deque[_Task[Seen]] = deque()
        for piece in self._pieces:
            if piece is not None:
                waiting.append(_Task(piece))
                self._tasks.put(waiting[-1])
            while waiting and (len(waiting) >= AHEAD or not waiting[0].answer.empty()):
                yield _answered(waiting.popleft())
        while waiting:
            yield _answered(waiting.popleft())

    def _work(self, look: Look[Seen]) -> None:
        memory = bytearray(self._room + SLACK)
        while (task := self._tasks.get()) is not None and not self._ended:
            try:
                task.answer.put(self._seen(task.piece, look, memory))
            except BaseException as error:  # noqa: BLE001  # raised where the answer is taken
                task.answer.put(_Failed(error))

    def _seen(self, piece: Piece, look: Look[Seen], memory: bytearray) -> Seen:
        self._token.check()
        with memoryview(memory) as view:
            length = self._store.read_into(piece.begin, view[: min(piece.end - piece.begin, self._room)])
        return look(piece, memory, length)


def _answered(task: _Task[Seen]) -> tuple[Piece, Seen]:
    answer = task.answer.get()
    if isinstance(answer, _Failed):
        raise answer.error
    return task.piece, answer
