"""Searches a log from its beginning in blocks, as far as it is indexed, and gives places of lines in batches."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.logs.ahead import OVERLAP, PIECE, Ahead, Newlines, Piece, threads_that_pay
from mqassist.logs.plain_text import SLACK

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.index import LineIndex
    from mqassist.logs.matchers import Matcher
    from mqassist.logs.store import Store

BLOCKS = 400
"""More than a piece can have."""
BATCH = 4096
SOME = 16
"""With more hits in a piece its newlines are marked at once, by a thread that does not hold the interpreter."""
FEW = 120
"""With more hits in a piece it is cheaper to count all its newlines at once."""
FEW_LINES = 400
"""So many lines of a piece are looked at one by one for the further texts of a search."""


class LineSearch:
    """One search over one log: lines with the first of `wanted`, and all others of them, and none of `unwanted`.

    Of a line longer than a piece a match may be as long as the overlap, or it is missed. Places of lines count from 0.
    Not thread safe; looks in up to `threads` of its own.
    """

    def __init__(
        self, store: Store, index: LineIndex, token: CancelToken, wanted: Sequence[Matcher],
        unwanted: Sequence[Matcher] = (), *, threads: int | None = None, piece: int = PIECE, overlap: int = OVERLAP,
    ) -> None:  # fmt: skip
        self._store = store
        self._index = index
        self._token = token
        self._piece = piece
        self._room = piece + overlap
        self._looks = [_LineLook(store, index, token, wanted, unwanted, overlap)]
        for _ in range(1, threads_that_pay() if threads is None else threads):
            twin = self._looks[0].twin()
            if twin is None:
                break
            self._looks.append(twin)

    def run(self, more: Callable[[], bool], begin_line: int = 0) -> Iterator[tuple[NDArray[np.int64], float]]:
        """Places in rising order, and the share of the log that was searched. `more` waits for the index to grow,
        False when it is complete. Raises Cancelled, and UserError for a pattern that takes too long."""
        import numpy as np

        waiting: list[NDArray[np.int64]] = []
        count = 0
        first = True
        for piece, seen in Ahead(self._store, self._pieces(more, begin_line), self._looks, self._token, self._room):
            self._token.check()
            found = seen[seen >= begin_line] if begin_line else seen
            if len(found):
                waiting.append(found)
                count += len(found)
                if first or count >= BATCH:
                    yield np.concatenate(waiting), piece.end / max(1, self._store.size)
                    waiting, count, first = [], 0, False
        yield np.concatenate(waiting) if waiting else np.empty(0, np.int64), 1.0

    def close(self) -> None:
        """Ends what the matchers use."""
        for look in self._looks:
            look.close()

    def _pieces(self, more: Callable[[], bool], begin_line: int) -> Iterator[Piece | None]:
        index = self._index
        block = index.block_of(begin_line) if begin_line else 0
        complete = False
        while not complete or block < len(index.block_offsets):
            self._token.check()
            complete = not more() if block + 1 >= len(index.block_offsets) else False
            end_block = self._end_of_group(block, complete)
            if end_block is None:
                if complete:
                    break
                yield None
                continue
            at_end = end_block >= len(index.block_offsets)
            end = index.offset if at_end else index.block_offsets[end_block]
            yield Piece(index.block_offsets[block], end, index.block_lines[block], block)
            block = end_block
        if self._store.size > index.offset:  # the line that has not ended
            yield Piece(index.offset, self._store.size, index.line_count, block)

    def _end_of_group(self, block: int, complete: bool) -> int | None:
        """The block after a group of about a piece; None if the index has not got so far."""
        offsets = self._index.block_offsets
        count = len(offsets)
        if block >= count:
            return None
        end = max(block + 1, bisect_left(offsets, offsets[block] + self._piece, block + 1, min(count, block + BLOCKS)))
        if end < count:
            return end
        return count if complete else (count - 1 if count - 1 > block else None)


class _LineLook:
    """What one thread looks with."""

    def __init__(
        self, store: Store, index: LineIndex, token: CancelToken, wanted: Sequence[Matcher],
        unwanted: Sequence[Matcher], overlap: int,
    ) -> None:  # fmt: skip
        self._store = store
        self._index = index
        self._token = token
        self._wanted = wanted
        self._unwanted = unwanted
        self._overlap = overlap
        self._first = wanted[0]
        self._others = [*((other, True) for other in wanted[1:]), *((other, False) for other in unwanted)]

    def twin(self) -> _LineLook | None:
        """For another thread; None if a matcher is the only one of its kind."""
        wanted = [twin for matcher in self._wanted if (twin := matcher.twin()) is not None]
        unwanted = [twin for matcher in self._unwanted if (twin := matcher.twin()) is not None]
        if len(wanted) < len(self._wanted) or len(unwanted) < len(self._unwanted):
            return None
        return _LineLook(self._store, self._index, self._token, wanted, unwanted, self._overlap)

    def close(self) -> None:
        for matcher in (*self._wanted, *self._unwanted):
            matcher.close()

    def __call__(self, piece: Piece, data: bytearray, length: int) -> NDArray[np.int64]:
        """Places of lines in rising order."""
        if piece.end - piece.begin > len(data) - SLACK:
            found = self._in_long(self._first, piece, data)
            for matcher, wanted in self._others if len(found) else ():
                found = _only(found, self._in_long(matcher, piece, data), wanted)
            return found
        found, ends = self._in_piece(self._first, piece, data, length)
        for matcher, wanted in self._others:
            if not len(found):
                break
            if len(found) <= FEW_LINES:
                keep = _in_lines(matcher, data, length, ends) == wanted
                found, ends = found[keep], ends[keep]
            else:
                found, ends = _only(found, self._in_piece(matcher, piece, data, length)[0], wanted), ends[:0]
        return found

    def _in_piece(
        self, matcher: Matcher, piece: Piece, data: bytearray, length: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
        """Lines with a hit, and where the first hit of each is."""
        import numpy as np

        ends = np.asarray(matcher.ends(data, length), np.int64)
        if not len(ends):
            return ends, ends
        if len(ends) <= FEW:
            places = self._by_blocks(ends, piece, data)
        else:
            places = Newlines(data, length).before(ends) + piece.line
        if np.any(places[1:] < places[:-1]):
            lines, first = np.unique(places, return_index=True)
        else:
            first = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
            lines = places[first]
        return lines, ends[first]

    def _by_blocks(self, ends: NDArray[np.int64], piece: Piece, data: bytearray) -> NDArray[np.int64]:
        """By counting from the beginning of each hit's block."""
        import numpy as np

        after = piece.block + 1
        offsets = np.array(self._index.block_offsets[after : after + BLOCKS], np.int64) - piece.begin
        lines = np.array(self._index.block_lines[after : after + len(offsets)], np.int64)
        at = np.searchsorted(offsets, ends, side="right")
        spans = zip(np.append(0, offsets)[at].tolist(), ends.tolist(), strict=True)
        if len(ends) > SOME:
            marks, count = np.frombuffer(data, np.uint8) == np.uint8(10), np.count_nonzero
            counts = [int(count(marks[begin:end])) for begin, end in spans]
        else:
            counts = [data.count(b"\n", begin, end) for begin, end in spans]
        places: NDArray[np.int64] = np.append(piece.line, lines)[at] + np.array(counts, np.int64)
        return places

    def _in_long(self, matcher: Matcher, piece: Piece, data: bytearray) -> NDArray[np.int64]:
        """Lines with a hit in a piece that has a line longer than what is in memory at once."""
        import numpy as np

        begin, end, line, _ = piece
        found: list[NDArray[np.int64]] = []
        while begin < end:
            self._token.check()
            with memoryview(data) as view:
                length = self._store.read_into(begin, view[: min(end - begin, len(data) - SLACK)])
            if not length:
                break
            # the rest is read again, so that a match across the border is found
            step = length if begin + length >= end else max(1, length - self._overlap)
            newlines = np.flatnonzero(np.frombuffer(data, np.uint8)[:length] == np.uint8(10))
            ends = np.asarray(matcher.ends(data, length), np.int64)
            found.append(np.searchsorted(newlines, ends) + line)
            line += int(np.searchsorted(newlines, step))
            begin += step
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def _only(found: NDArray[np.int64], others: NDArray[np.int64], wanted: bool) -> NDArray[np.int64]:
    import numpy as np

    return found[np.isin(found, others, assume_unique=True, invert=not wanted)]


def _in_lines(matcher: Matcher, data: bytearray, length: int, ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the lines that have these places also have a hit of another matcher."""
    import numpy as np

    together = bytearray()
    begins: list[int] = []
    for end in ends.tolist():
        stop = data.find(b"\n", end, length)
        begins.append(len(together))
        together += data[data.rfind(b"\n", 0, end) + 1 : stop if stop >= 0 else length]
        together += b"\n"
    size = len(together)
    together += bytes(SLACK)
    found = np.zeros(len(ends), bool)
    hits = np.asarray(matcher.ends(together, size), np.int64)
    found[np.searchsorted(begins, hits, side="right") - 1] = True
    return found
