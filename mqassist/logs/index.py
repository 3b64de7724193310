"""Where the lines of a store are: the beginning of each block of about 16 KiB, and one byte of level for every line.

Grows with the store. Knows no text: a line is found by counting newlines inside its block.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from mqassist.core.log import LEVELS
from mqassist.logs.levels import CONTINUES, LevelReader
from mqassist.logs.lines import first_time
from mqassist.logs.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.formats import Format

BLOCK = 1 << 14
CHUNK = 1 << 19
"""Bytes that are read and counted at once: what fits a processor's cache, and lets the screen have its turn."""
LONG = 1 << 16
"""Of a line longer than this only the beginning is kept in memory."""
_KEPT = 1024
_MARGIN = 4096
FINE_TIMES = 16 << 20
"""Up to here each block's time is read, beyond only one for each chunk: enough for a histogram."""


class LineIndex:
    """One thread calls `advance`; others may read what is there. Line places count from 0 here."""

    def __init__(self, store: Store, form: Format | None) -> None:
        self._store = store
        self._form = form
        self._reader = LevelReader(form)
        self.block_offsets = array("q")
        self.block_lines = array("q")
        self.block_times = array("d")
        """Seconds since 1970 of the first line of a block that has a time; NaN where it was not looked for."""
        self.line_count = 0
        """Lines that end with a newline."""
        self.offset = 0
        """Where the line begins that has not ended yet."""
        self.counts = [0] * (2 * CONTINUES)
        """Lines by code."""
        self._levels: NDArray[np.uint8] | None = None
        self._buffer = bytearray(CHUNK + LONG + _MARGIN)
        self._kept = 0
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
        return tuple(self.counts[code] for code in range(len(LEVELS)))

    def advance(self) -> bool:
        """Reads one chunk further; False if there is nothing more (yet)."""
        import numpy as np

        view = memoryview(self._buffer)
        got = self._store.read_into(self._read_to, view[self._kept : self._kept + CHUNK])
        view.release()
        if not got or not self._store.is_unchanged():
            return False  # bytes of a file that was emptied meanwhile are not those that come next
        length = self._kept + got
        bytes_ = np.frombuffer(self._buffer, np.uint8)
        ends = np.flatnonzero(bytes_[:length] == 10)
        shift = self._read_to - self._kept  # a place in the buffer plus this is one in the store, from _kept on
        if len(ends):
            self._take(ends, bytes_, shift)
            begin = int(ends[-1]) + 1
            self.offset = shift + begin
        else:
            begin = 0
        rest = length - begin
        if rest > LONG:
            rest = _KEPT
        self._buffer[:rest] = self._buffer[begin : begin + rest]
        self._read_to += got
        self._kept = rest
        return True

    def _take(self, ends: NDArray[np.int64], bytes_: NDArray[np.uint8], shift: int) -> None:
        import numpy as np

        starts = np.empty(len(ends), np.int64)
        starts[0] = 0
        np.add(ends[:-1], 1, out=starts[1:])
        words: NDArray[np.uint64] = np.ndarray((len(self._buffer) - 7,), np.uint64, self._buffer, 0, (1,))
        codes = self._reader.codes(self._buffer, bytes_, words, starts)
        self._add_blocks(starts, shift)
        for code, times in enumerate(np.bincount(codes, minlength=2 * CONTINUES).tolist()):
            self.counts[code] += times
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

    def _add_blocks(self, starts: NDArray[np.int64], shift: int) -> None:
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
        places = np.unique(np.searchsorted(starts, marks - shift))
        if first >= self._next_block or first in begins:
            places = np.unique(np.append(0, places))
        offsets = starts[places] + shift
        if not places[0]:
            offsets[0] = first  # of a long line only the beginning is still here
        times = np.full(len(places), np.nan)
        for at in range(len(places)) if first < FINE_TIMES else (0,):
            found = first_time(self._buffer, int(starts[places[at]]), self._form)
            times[at] = np.nan if found is None else found
        self.block_times.frombytes(times.tobytes())
        self.block_lines.frombytes((places + self.line_count).astype(np.int64).tobytes())
        self.block_offsets.frombytes(offsets.astype(np.int64).tobytes())
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
