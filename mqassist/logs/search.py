"""Searches a log from its beginning in blocks, as far as it is indexed, and gives places of lines in batches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.index import LineIndex
    from mqassist.logs.matchers import Matcher
    from mqassist.logs.store import Store

PIECE = 1 << 21
OVERLAP = 1 << 16
"""Of a line longer than a piece a match may be so long, or it is missed."""
BLOCKS = 400
"""More than a piece can have."""
BATCH = 4096
DENSE = 400
"""With more hits in a piece it is cheaper to look for all its newlines."""


class LineSearch:
    """One search over one log. Places of lines count from 0. Not thread safe."""

    def __init__(self, store: Store, index: LineIndex, matcher: Matcher, token: CancelToken) -> None:
        self._store = store
        self._index = index
        self._matcher = matcher
        self._token = token
        self._buffer = bytearray(PIECE + OVERLAP)

    def run(self, more: Callable[[], bool], begin_line: int = 0) -> Iterator[tuple[NDArray[np.int64], float]]:
        """Places in rising order, and the share of the log that was searched. `more` waits for the index to grow,
        False when it is complete. Raises Cancelled, and UserError for a pattern that takes too long."""
        import numpy as np

        index = self._index
        waiting: list[NDArray[np.int64]] = []
        count = 0
        first = True
        block = index.block_of(begin_line) if begin_line else 0
        while True:
            self._token.check()
            complete = not more() if block + 1 >= len(index.block_offsets) else False
            end_block = self._end_of_group(block, complete)
            if end_block is None:
                if complete:
                    break
                continue
            at_end = end_block >= len(index.block_offsets)
            begin, line = index.block_offsets[block], index.block_lines[block]
            end = index.offset if at_end else index.block_offsets[end_block]
            found = self._in_range(begin, end, line, block)
            if line < begin_line:
                found = found[found >= begin_line]
            if len(found):
                waiting.append(found)
                count += len(found)
                if first or count >= BATCH:
                    yield np.concatenate(waiting), end / max(1, self._store.size)
                    waiting, count, first = [], 0, False
            block = end_block
            if complete and block >= len(index.block_offsets):
                break
        if self._store.size > index.offset:  # the line that has not ended
            waiting.append(self._in_range(index.offset, self._store.size, index.line_count, max(0, block - 1)))
        yield np.concatenate(waiting) if waiting else np.empty(0, np.int64), 1.0

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

    def _in_range(self, begin: int, end: int, line: int, block: int) -> NDArray[np.int64]:
        """Whole lines from `begin` to `end`, the first of which is `line` and begins the block."""
        import numpy as np

        buffer = self._buffer
        whole = end - begin <= len(buffer)
        found: list[NDArray[np.int64]] = []
        while begin < end:
            self._token.check()
            length = min(end - begin, len(buffer))
            with memoryview(buffer) as view:
                length = self._store.read_into(begin, view[:length])
            if not length:
                break
            ends = self._matcher.ends(buffer, length)
            # the rest is read again, so that a match across the border is found
            step = length if begin + length >= end else max(1, length - OVERLAP)
            if len(ends) > DENSE or (not whole and (len(ends) or step < length)):
                places, line = self._by_all_newlines(ends, line, step, length)
                found.append(places)
            elif len(ends):
                found.append(self._by_blocks(ends, begin, block))
            begin += step
        if len(found) == 1:
            return found[0]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)

    def _by_blocks(self, ends: Sequence[int], begin: int, block: int) -> NDArray[np.int64]:
        """By counting from the beginning of each hit's block."""
        import numpy as np

        bytes_ = np.frombuffer(self._buffer, np.uint8)
        newline, count = np.uint8(10), np.count_nonzero
        offsets, lines = self._index.block_offsets, self._index.block_lines
        found: list[int] = []
        above, stop, line, place = -1, -1, 0, 0
        for end in ends:
            if end + begin >= stop:
                block = bisect_right(offsets, end + begin, block, min(len(offsets), block + BLOCKS)) - 1
                stop = offsets[block + 1] if block + 1 < len(offsets) else 1 << 62
                line, place = lines[block], offsets[block] - begin
            line += int(count(bytes_[place:end] == newline))
            place = end
            if line != above:
                found.append(line)
                above = line
        return np.array(found, np.int64)

    def _by_all_newlines(
        self, ends: Sequence[int], line: int, step: int, length: int
    ) -> tuple[NDArray[np.int64], int]:  # fmt: skip
        """By where all newlines are; also the line that begins the next piece."""
        import numpy as np

        newlines = np.flatnonzero(np.frombuffer(self._buffer, np.uint8)[:length] == np.uint8(10))
        places = np.unique(np.searchsorted(newlines, np.asarray(ends, np.int64))) + line
        return places, line + int(np.searchsorted(newlines, step)) if step < length else line
