"""The bytes of a log, chunk by chunk, with the places of their newlines. Knows no levels and keeps no lines.

Where much is left, a thread reads a little ahead: reading and looking for newlines take as long as what is done with
the lines, and both let others run meanwhile.
"""

from __future__ import annotations

import threading
import weakref
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.store import Store

CHUNK = 1 << 21
"""Bytes that are looked at together: threads that take turns more often wait for each other longer than they work."""
HEAD = 1 << 16
"""Room in front of them, for what came before of the line that they begin in."""
_MARGIN = 4096
"""Room behind them, so that a few bytes from the beginning of a line on can always be taken."""
AHEAD_FROM = 16 << 20
"""With less left to read a thread is not worth it."""
_AHEAD = 3
"""Chunks in memory at once."""
_WAIT_S = 0.05
_END_S = 5.0


class Chunk:
    """`length` bytes of a log, from place HEAD of `data` on; `words` are the eight bytes from each place on."""

    def __init__(self) -> None:
        import numpy as np

        self.data = bytearray(HEAD + CHUNK + _MARGIN)
        self.bytes_: NDArray[np.uint8] = np.frombuffer(self.data, np.uint8)
        self.words = words_of(self.data)
        self.length = 0
        self._at = np.empty(0, np.int64)
        self._found = np.empty(0, np.uint64)

    def load(self, store: Store, at: int, eights: Eights) -> None:
        """Reads what a store has from a place on, and finds the eights with newlines. Lets others run meanwhile."""
        with memoryview(self.data) as view:
            self.length = store.read_into(at, view[HEAD : HEAD + CHUNK])
        if not store.is_unchanged():
            self.length = 0  # bytes of a file that was emptied meanwhile are not those that come next
        self._at, self._found = eights.with_newlines(self.bytes_[HEAD : HEAD + self.length])

    def ends(self) -> NDArray[np.int64]:
        """The places of the newlines in `data`, rising."""
        import numpy as np

        at, left = self._at + HEAD // 8, self._found
        found: list[NDArray[np.int64]] = []
        while len(at) or not found:
            below = left - np.uint64(1)
            found.append((at << 3) + (np.bitwise_count(left ^ below) >> 3))
            left = left & below
            again = left.nonzero()[0]
            at, left = at[again], left[again]
        return found[0] if len(found) == 1 else np.sort(np.concatenate(found))


def words_of(data: bytes | bytearray) -> NDArray[np.uint64]:
    """Eight bytes as one number, from each place on."""
    import numpy as np

    return np.ndarray((len(data) - 7,), np.uint64, data, 0, (1,))


class Eights:
    """Looks for newlines eight bytes at a time, as most have none. For one thread: keeps what it writes on the way."""

    def __init__(self) -> None:
        import numpy as np

        self._is_end = np.zeros(CHUNK, bool)
        self._words = self._is_end.view(np.uint64)
        self._some = np.empty(CHUNK // 8, bool)

    def with_newlines(self, data: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Of up to CHUNK bytes: which eights have one, and each of these with 1 for a newline and 0 for all else."""
        import numpy as np

        count = -(-len(data) // 8)
        np.equal(data, 10, out=self._is_end[: len(data)])
        self._is_end[len(data) : count * 8] = False
        at = np.not_equal(self._words[:count], 0, out=self._some[:count]).nonzero()[0]
        return at, self._words.take(at)


class Chunks:
    """For one who reads a store from its beginning to its end, and goes on when it has grown."""

    def __init__(self, store: Store, ahead_from: int = AHEAD_FROM) -> None:
        self._store = store
        self._ahead_from = ahead_from
        self._own: tuple[Chunk, Eights] | None = None
        self._ahead: _Ahead | None = None
        self._closed = False

    def take(self, at: int) -> Chunk | None:
        """The bytes from a place on, until the next call. Of length 0 if there are none (yet), None if they are still
        being read."""
        if self._ahead is None and self._store.size - at >= self._ahead_from and not self._closed:
            self._ahead = _Ahead(self._store, at)
        if self._ahead is not None:
            chunk = self._ahead.take()
            if chunk is None and not self._ahead.ended:
                return None
            if chunk is None or chunk.length < CHUNK:
                self._ahead = None
            if chunk is not None:
                return chunk
        if self._own is None:
            self._own = Chunk(), Eights()
        chunk, eights = self._own
        chunk.load(self._store, at, eights)
        return chunk

    def close(self) -> None:
        """Lets go of the thread, so that the store may be closed."""
        self._closed = True
        ahead = self._ahead
        if ahead is not None:
            ahead.end()


class _Ahead:
    """A thread that reads chunk after chunk until one is not full. It ends when nobody holds this any more."""

    def __init__(self, store: Store, at: int) -> None:
        self._free: SimpleQueue[Chunk | None] = SimpleQueue()
        self._read: SimpleQueue[Chunk | Exception] = SimpleQueue()
        for _ in range(_AHEAD):
            self._free.put(Chunk())
        self._taken: Chunk | None = None
        self._thread = threading.Thread(
            target=_read_ahead, args=(store, at, self._free, self._read), name="log-ahead", daemon=True
        )
        self._thread.start()
        weakref.finalize(self, self._free.put, None)

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive()

    def take(self) -> Chunk | None:
        """None if the next one has not been read yet. Raises what went wrong."""
        if self._taken is not None:
            self._free.put(self._taken)
            self._taken = None
        try:
            found = self._read.get(timeout=_WAIT_S)
        except Empty:
            return None
        if isinstance(found, Exception):
            raise found
        self._taken = found
        return found

    def end(self) -> None:
        self._free.put(None)
        self._thread.join(_END_S)


def _read_ahead(
    store: Store, at: int, free: SimpleQueue[Chunk | None], read: SimpleQueue[Chunk | Exception]
) -> None:  # fmt: skip
    try:
        eights = Eights()
        while (chunk := free.get()) is not None:
            chunk.load(store, at, eights)
            read.put(chunk)
            if chunk.length < CHUNK:
                return
            at += CHUNK
    except Exception as error:  # noqa: BLE001  # whoever takes the chunks has to know
        read.put(error)
