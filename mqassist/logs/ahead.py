"""Reads a log piece by piece, a little ahead of who looks at the pieces. Knows bytes and newlines.

Reading takes as long as looking for a text; both at once are twice as fast, as neither holds the interpreter. One
thread more, not several that all look: each hit asks for the interpreter, and they would wait for each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from mqassist.logs.plain_text import SLACK

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.store import Store

PIECE = 1 << 21
OVERLAP = 1 << 16
ROOM = PIECE + OVERLAP
"""Bytes that are in memory as a whole."""
ALONE = 2
"""The first pieces are read by whoever asks: a small log is not worth a thread."""
AHEAD = 2

Seen = TypeVar("Seen")


class Piece(NamedTuple):
    """Whole lines from `begin` to `end`, the first of which is `line` and begins the block."""

    begin: int
    end: int
    line: int
    block: int


class Loaded(NamedTuple, Generic[Seen]):
    """`length` bytes of a piece, and what was found out about them ahead."""

    piece: Piece
    data: bytearray
    length: int
    seen: Seen

    @property
    def whole(self) -> bool:
        return self.piece.end - self.piece.begin <= ROOM


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


class Ahead(Generic[Seen]):
    """For one reader of pieces. What it gives may be used until the next is taken; `look` is asked about the bytes of
    each piece before, perhaps in another thread."""

    def __init__(self, store: Store, pieces: Iterator[Piece], look: Callable[[bytearray, int], Seen]) -> None:
        self._store = store
        self._pieces = pieces
        self._look = look
        self._own = bytearray(ROOM + SLACK)

    def __iter__(self) -> Iterator[Loaded[Seen]]:
        for _ in range(ALONE):
            piece = next(self._pieces, None)
            if piece is None:
                return
            yield self._load(piece, self._own)
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor(1, "log-read")
        try:
            yield from self._loaded(pool.submit)
        finally:
            pool.shutdown(cancel_futures=True)

    def _loaded(self, submit: Callable[..., Future[Loaded[Seen]]]) -> Iterator[Loaded[Seen]]:
        free = [self._own, *(bytearray(ROOM + SLACK) for _ in range(AHEAD))]
        waiting: deque[Future[Loaded[Seen]]] = deque()
        for piece in self._pieces:
            waiting.append(submit(self._load, piece, free.pop()))
            while waiting and (not free or waiting[0].done()):
                loaded = waiting.popleft().result()
                yield loaded
                free.append(loaded.data)
        while waiting:
            yield waiting.popleft().result()

    def _load(self, piece: Piece, into: bytearray) -> Loaded[Seen]:
        wanted = min(piece.end - piece.begin, ROOM)
        with memoryview(into) as view:
            length = self._store.read_into(piece.begin, view[:wanted])
        return Loaded(piece, into, length, self._look(into, length))
