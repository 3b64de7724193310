"""Where the lines of a store are: the beginning of each block of about 16 KiB, and one byte of level for every line.

Grows with the store. Knows no text: a line is found by counting newlines inside its block.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from mqassist.core.log import LEVELS
from mqassist.logs.chunks import AHEAD_FROM, HEAD, Chunk, Chunks
from mqassist.logs.levels import CONTINUES, LevelReader
from mqassist.logs.lines import first_time
from mqassist.logs.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.formats import Format

BLOCK = 1 << 14
LONG = HEAD
"""Of a line longer than this only the beginning is kept in memory."""
_KEPT = 1024
_COUNTED = 1 << 17
"""Lines that are counted by level together."""
FINE_TIMES = 16 << 20
"""Up to here each block's time is read, beyond only one for each chunk: enough for a histogram."""


class LineIndex:
    """One thread calls `advance`; others may read what is there. Line places count from 0 here."""

    def __init__(self, store: Store, form: Format | None, ahead_from: int = AHEAD_FROM) -> None:
        self._store = store
        self._form = form
        self._reader = LevelReader(form)
        self._chunks = Chunks(store, ahead_from)
        self.block_offsets = array("q")
        self.block_lines = array("q")
        self.block_times = array("d")
        """Seconds since 1970 of the first line of a block that has a time; NaN where it was not looked for."""
        self.line_count = 0
        """Lines that end with a newline."""
        self.offset = 0
        """Where the line begins that has not ended yet."""
        self._counted: tuple[int, tuple[int, ...]] = (0, (0,) * len(LEVELS))
        """So many lines are counted, and how many of them are entries of each level."""
        self._levels: NDArray[np.uint8] | None = None
        self._rest = b""
        """What is in memory of the line that has not ended yet."""
        self._read_to = 0
        self._next_block = 0

    @property
    def levels(self) -> NDArray[np.uint8]:
        """The codes of all lines up to now; a view that must not be written."""
        import numpy as np

        if self._levels is None:
            return np.empty(0, np.uint8)
        return self._levels[: self.line_count]

    @property
    def read_to(self) -> int:
        return self._read_to

    def counts_by_level(self) -> tuple[int, ...]:
        """Entries of each level, in the order of LEVELS."""
        counted, counts = self._counted
        return _added(counts, self.levels[counted:])

    def advance(self) -> bool:
        """Reads one chunk further, unless it is still being read; False if there is nothing more (yet)."""
        import numpy as np

        chunk = self._chunks.take(self._read_to)
        if chunk is None:
            return True
        if not chunk.length:
            return False
        ends = chunk.ends()
        begin, end = HEAD - len(self._rest), HEAD + chunk.length
        chunk.data[begin:HEAD] = self._rest
        if len(ends):
            starts = np.empty(len(ends), np.int64)
            starts[0] = begin
            np.add(ends[:-1], 1, out=starts[1:])
            shift = self._read_to - HEAD  # a place in the chunk plus this is one in the store, from HEAD on
            self._take(chunk, starts, shift)
            begin = int(ends[-1]) + 1
            self.offset = shift + begin
        self._rest = bytes(chunk.data[begin : end if end - begin <= LONG else begin + _KEPT])
        self._read_to += chunk.length
        return True

    def close(self) -> None:
        """Nothing is read from the store any more."""
        self._chunks.close()

    def _take(self, chunk: Chunk, starts: NDArray[np.int64], shift: int) -> None:
        import numpy as np

        codes = self._reader.codes(chunk, starts)
        self._add_blocks(chunk, starts, shift)
        count = self.line_count + len(codes)
        levels = self._levels
        if levels is None or len(levels) < count:
            room = max(1 << 16, count + (count >> 1))
            share = self._store.size / max(1, self._read_to + 1)
            if 1 < share < 1e6:  # the file's length tells about how many lines will come
                room = max(count, min(room * 4, int(count * share * 1.05) + 1024))
            grown = np.empty(room, np.uint8)
            if levels is not None:
                grown[: self.line_count] = levels[: self.line_count]
            self._levels = levels = grown
        levels[self.line_count : count] = codes
        self.line_count = count
        counted, counts = self._counted
        if count - counted >= _COUNTED:
            self._counted = count, _added(counts, levels[counted:count])

    def _add_blocks(self, chunk: Chunk, starts: NDArray[np.int64], shift: int) -> None:
        """A block begins with the first line in each 16 KiB; and with each file, so that one that cannot be read any
        more does not shift the lines of the next."""
        import numpy as np

        first, end = self.offset, shift + int(starts[-1])
        begins = [each.begin for each in self._store.segments if first <= each.begin <= end]
        marks = np.arange(self._next_block, end + 1, BLOCK)
        if begins:
            marks = np.sort(np.append(marks, begins))
        if not len(marks):
            return
        places = starts.searchsorted(marks - shift)
        places = places[np.append(True, places[1:] != places[:-1])]
        if places[0] and (first >= self._next_block or first in begins):
            places = np.append(0, places)
        offsets = starts[places] + shift
        if not places[0]:
            offsets[0] = first  # of a long line only the beginning is still here
        times = np.full(len(places), np.nan)
        for at in range(len(places)) if first < FINE_TIMES else (0,):
            time = first_time(chunk.data, int(starts[places[at]]), self._form)
            times[at] = np.nan if time is None else time
        self.block_times.frombytes(times.tobytes())
        self.block_lines.frombytes((places + self.line_count).tobytes())
        self.block_offsets.frombytes(offsets.tobytes())
        self._next_block = (int(offsets[-1]) // BLOCK + 1) * BLOCK

    def block_of(self, line: int) -> int:
        """The block that holds a line."""
        return max(0, bisect_right(self.block_lines, line, hi=len(self.block_offsets)) - 1)

    def extent(self, block: int) -> tuple[int, int, int, int]:
        """Where a block begins and ends, its first line, and the one after its last."""
        begin, line = self.block_offsets[block], self.block_lines[block]
        if block + 1 < len(self.block_offsets):
            return begin, self.block_offsets[block + 1], line, self.block_lines[block + 1]
        return begin, self.offset, line, self.line_count

    def head_of(self, line: int) -> int:
        """The line that begins the entry to which this one belongs; looks back 100,000 lines."""
        import numpy as np

        end = line + 1
        for _ in range(25):
            begin = max(0, end - 4096)
            heads = np.flatnonzero((self.levels[begin:end] & CONTINUES) == 0)
            if len(heads):
                return begin + int(heads[-1])
            if not begin:
                break
            end = begin
        return line

    def end_of(self, line: int) -> int:
        """The line after the entry to which this one belongs; looks ahead 100,000 lines."""
        import numpy as np

        levels = self.levels
        begin = line + 1
        for _ in range(25):
            heads = np.flatnonzero((levels[begin : begin + 4096] & CONTINUES) == 0)
            if len(heads):
                return begin + int(heads[0])
            begin += 4096
            if begin >= len(levels):
                return len(levels)
        return begin


def _added(counts: tuple[int, ...], codes: NDArray[np.uint8]) -> tuple[int, ...]:
    """With the entries that begin among these lines."""
    import numpy as np

    return tuple(before + int(np.count_nonzero(codes == code)) for code, before in enumerate(counts))


def raw_lines(store: Store, index: LineIndex, place: int, count: int) -> list[bytes]:
    """So many lines from a place on, each cut to 64 KiB; empty where the file has lost them."""
    end = place + count
    found: list[bytes] = []
    while place < min(end, index.line_count):
        block = index.block_of(place)
        begin, stop, line, after = index.extent(block)
        is_last = block + 1 >= len(index.block_offsets)
        length = BLOCK + LONG if is_last else min(stop - begin, BLOCK + LONG)
        parts = store.read(begin, length).split(b"\n")
        wanted = min(end, index.line_count if is_last else after) - place
        taken = parts[place - line : place - line + wanted]
        if is_last and len(taken) < wanted and length == BLOCK + LONG and taken:
            wanted = len(taken)  # more was indexed meanwhile: the next round finds the new block
        taken += [b""] * (wanted - len(taken))
        found += taken
        place += wanted
    if place < end and len(found) < count:
        found.append(store.read(index.offset, LONG).split(b"\n")[0])
    return found
