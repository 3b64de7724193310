"""Searches a log from its beginning in blocks, as far as it is indexed, and gives places of lines in batches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.logs.ahead import OVERLAP, PIECE, ROOM, Ahead, Loaded, Newlines, Piece
from mqassist.logs.plain_text import SLACK

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.index import LineIndex
    from mqassist.logs.matchers import Matcher
    from mqassist.logs.store import Store

_Loaded = Loaded[Newlines | None]

BLOCKS = 400
"""More than a piece can have."""
BATCH = 4096
FEW = 120
"""With more hits in a piece it is cheaper to count all its newlines at once."""
FEW_LINES = 400
"""So many lines of a piece are looked at one by one for the further texts of a search."""


class LineSearch:
    """One search over one log: lines with the first of `wanted`, and all others of them, and none of `unwanted`.

    Of a line longer than a piece a match may be 64 KiB long, or it is missed. Places of lines count from 0. Not thread
    safe.
    """

    def __init__(
        self, store: Store, index: LineIndex, token: CancelToken, wanted: Sequence[Matcher],
        unwanted: Sequence[Matcher] = (),
    ) -> None:  # fmt: skip
        self._store = store
        self._index = index
        self._token = token
        self._asks_newlines = False
        """Whether the last piece had so many hits that the next ones' newlines will be asked for."""
        self._first = wanted[0]
        self._others = [*((other, True) for other in wanted[1:]), *((other, False) for other in unwanted)]

    def run(self, more: Callable[[], bool], begin_line: int = 0) -> Iterator[tuple[NDArray[np.int64], float]]:
        """Places in rising order, and the share of the log that was searched. `more` waits for the index to grow,
        False when it is complete. Raises Cancelled, and UserError for a pattern that takes too long."""
        import numpy as np

        waiting: list[NDArray[np.int64]] = []
        count = 0
        first = True
        for loaded in Ahead(self._store, self._pieces(more, begin_line), self._newlines):
            self._token.check()
            found, hits = self._look(loaded)
            self._asks_newlines = hits > FEW
            if begin_line:
                found = found[found >= begin_line]
            if len(found):
                waiting.append(found)
                count += len(found)
                if first or count >= BATCH:
                    yield np.concatenate(waiting), loaded.piece.end / max(1, self._store.size)
                    waiting, count, first = [], 0, False
        yield np.concatenate(waiting) if waiting else np.empty(0, np.int64), 1.0

    def close(self) -> None:
        """Ends what the matchers use."""
        for matcher in (self._first, *(other for other, _ in self._others)):
            matcher.close()

    def _newlines(self, data: bytearray, length: int) -> Newlines | None:
        return Newlines(data, length) if self._asks_newlines else None

    def _pieces(self, more: Callable[[], bool], begin_line: int) -> Iterator[Piece]:
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
                continue
            at_end = end_block >= len(index.block_offsets)
            end = index.offset if at_end else index.block_offsets[end_block]
            yield Piece(index.block_offsets[block], end, index.block_lines[block], block)
            block = end_block
        if self._store.size > index.offset:  # the line that has not ended
            yield Piece(index.offset, self._store.size, index.line_count, max(0, block - 1))

    def _end_of_group(self, block: int, complete: bool) -> int | None:
        """The block after a group of at most two megabytes; None if the index has not got so far."""
        offsets = self._index.block_offsets
        count = len(offsets)
        if block >= count:
            return None
        end = max(block + 1, bisect_left(offsets, offsets[block] + PIECE, block + 1, min(count, block + BLOCKS)))
        if end < count:
            return end
        return count if complete else (count - 1 if count - 1 > block else None)

    # -- one piece --------------------------------------------------------------------------------

    def _look(self, loaded: _Loaded) -> tuple[NDArray[np.int64], int]:
        """Places of lines, and how many hits the first text has."""
        if not loaded.whole:
            found = self._in_long(self._first, loaded)
            for matcher, wanted in self._others if len(found) else ():
                found = _only(found, self._in_long(matcher, loaded), wanted)
            return found, 0
        found, ends, hits = self._in_piece(self._first, loaded)
        for matcher, wanted in self._others:
            if not len(found):
                break
            if len(found) <= FEW_LINES:
                keep = _in_lines(matcher, loaded, ends) == wanted
                found, ends = found[keep], ends[keep]
            else:
                found, ends = _only(found, self._in_piece(matcher, loaded)[0], wanted), ends[:0]
        return found, hits

    def _in_piece(
        self, matcher: Matcher, loaded: _Loaded
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:  # fmt: skip
        """Lines with a hit, where the first hit of each is, and how many hits there are."""
        import numpy as np

        ends = np.asarray(matcher.ends(loaded.data, loaded.length), np.int64)
        if not len(ends):
            return ends, ends, 0
        if len(ends) <= FEW:
            places = self._by_blocks(ends, loaded)
        else:
            newlines = loaded.seen or Newlines(loaded.data, loaded.length)
            places = newlines.before(ends) + loaded.piece.line
        if np.any(places[1:] < places[:-1]):
            lines, first = np.unique(places, return_index=True)
        else:
            first = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
            lines = places[first]
        return lines, ends[first], len(ends)

    def _by_blocks(self, ends: NDArray[np.int64], loaded: _Loaded) -> NDArray[np.int64]:
        """By counting from the beginning of each hit's block."""
        import numpy as np

        count = loaded.data.count
        offsets, lines, begin = self._index.block_offsets, self._index.block_lines, loaded.piece.begin
        block = loaded.piece.block
        last = min(len(offsets), block + BLOCKS)
        found: list[int] = []
        stop, line, place = -1, 0, 0
        for end in ends.tolist():
            if end + begin >= stop:
                block = bisect_right(offsets, end + begin, block, last) - 1
                stop = offsets[block + 1] if block + 1 < len(offsets) else 1 << 62
                line, place = max((loaded.piece.line, 0), (lines[block], offsets[block] - begin))
            line += count(b"\n", place, end)
            place = end
            found.append(line)
        return np.array(found, np.int64)

    def _in_long(self, matcher: Matcher, loaded: _Loaded) -> NDArray[np.int64]:
        """Lines with a hit in a piece that has a line longer than what is in memory at once."""
        import numpy as np

        begin, end, line, _ = loaded.piece
        found: list[NDArray[np.int64]] = []
        while begin < end:
            self._token.check()
            with memoryview(loaded.data) as view:
                length = self._store.read_into(begin, view[: min(end - begin, ROOM)])
            if not length:
                break
            # the rest is read again, so that a match across the border is found
            step = length if begin + length >= end else max(1, length - OVERLAP)
            newlines = np.flatnonzero(np.frombuffer(loaded.data, np.uint8)[:length] == np.uint8(10))
            ends = np.asarray(matcher.ends(loaded.data, length), np.int64)
            found.append(np.searchsorted(newlines, ends) + line)
            line += int(np.searchsorted(newlines, step))
            begin += step
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def _only(found: NDArray[np.int64], others: NDArray[np.int64], wanted: bool) -> NDArray[np.int64]:
    import numpy as np

    return found[np.isin(found, others, assume_unique=True, invert=not wanted)]


def _in_lines(matcher: Matcher, loaded: _Loaded, ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the lines that have these places also have a hit of another matcher."""
    import numpy as np

    data = loaded.data
    together = bytearray()
    begins: list[int] = []
    for end in ends.tolist():
        stop = data.find(b"\n", end, loaded.length)
        begins.append(len(together))
        together += data[data.rfind(b"\n", 0, end) + 1 : stop if stop >= 0 else loaded.length]
        together += b"\n"
    length = len(together)
    together += bytes(SLACK)
    found = np.zeros(len(ends), bool)
    hits = np.asarray(matcher.ends(together, length), np.int64)
    found[np.searchsorted(begins, hits, side="right") - 1] = True
    return found
