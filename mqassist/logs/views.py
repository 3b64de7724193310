"""Which lines of a log are shown: one bit of truth a line, and running sums to find the n-th shown line at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_GROUP = 4096


class View:
    """Never changes. Rows count from 0, lines from 1. 2 MB for 13.8 million lines, however many of them are shown."""

    core: View | None = None
    """What was left before the lines around it were put to it; None if none were."""

    def __init__(self, parts: Iterable[NDArray[np.bool_]], count: int) -> None:
        """Of `count` lines whether they are shown, in parts of whole bytes but for the last: a truth for each line at
        once would be 13 MB that the system has to find first, which takes longer than all else."""
        import numpy as np

        self._count = count
        self._bits = np.zeros(-(-count // _GROUP) * (_GROUP // 8), np.uint8)
        at = 0
        for part in parts:
            bits = np.packbits(part)
            self._bits[at : at + len(bits)] = bits
            at += len(bits)
        sums = np.bitwise_count(self._bits.view(np.uint64)).reshape(-1, _GROUP // 64).sum(axis=1, dtype=np.int64)
        self._before = np.concatenate(([0], np.cumsum(sums))).astype(np.int64)

    @property
    def row_count(self) -> int:
        return int(self._before[-1])

    @property
    def line_count(self) -> int:
        """Lines of the log that it speaks of: those that came later are not in it."""
        return self._count

    def lines(self, first_row: int, count: int) -> list[int]:
        """The numbers of the lines in so many rows."""
        import numpy as np

        first_row = max(0, first_row)
        count = min(count, self.row_count - first_row)
        if count <= 0:
            return []
        group = int(np.searchsorted(self._before, first_row, side="right")) - 1
        skip = first_row - int(self._before[group])
        found: list[int] = []
        begin = group * _GROUP
        span = _GROUP
        while len(found) < skip + count and begin < self._count:
            part = np.unpackbits(self._bits[begin >> 3 : (begin + span) >> 3])
            found += (np.flatnonzero(part) + (begin + 1)).tolist()
            begin += span
            span = min(span * 2, 1 << 20)
        return found[skip : skip + count]

    def line(self, row: int) -> int:
        """The number of the line in one row. Raises IndexError."""
        return self.lines(row, 1)[0] if row >= 0 else _refuse(row)

    def row_of(self, line: int) -> int:
        """The row of a line, or of the next shown one after it (row_count if there is none)."""
        import numpy as np

        place = min(max(0, line - 1), self._count)
        group = place // _GROUP
        part = np.unpackbits(self._bits[group * _GROUP >> 3 : (place >> 3) + 1])
        return int(self._before[group]) + int(np.count_nonzero(part[: place - group * _GROUP]))

    def shows(self, line: int) -> bool:
        place = line - 1
        return 0 < line <= self._count and bool(self._bits[place >> 3] & (0x80 >> (place & 7)))

    def without_last(self) -> View:
        """The same without the last line of the log."""
        return View((self.mask[:-1],), self._count - 1)

    def with_around(self, count: int) -> View:
        """The same with so many lines before and after each."""
        shown = self.mask.copy()
        _smear(shown, count)
        _smear(shown[::-1], count)
        wide = View((shown,), self._count)
        wide.core = self
        return wide

    @property
    def mask(self) -> NDArray[np.bool_]:
        import numpy as np

        return np.unpackbits(self._bits, count=self._count).view(np.bool_)


def _smear(shown: NDArray[np.bool_], count: int) -> None:
    """So many places after each as well; in steps that double, so that a wide reach takes little longer."""
    reached = 0
    while reached < count:
        step = min(reached + 1, count - reached)
        shown[step:] |= shown[:-step].copy()
        reached += step


def _refuse(row: int) -> int:
    raise IndexError(row)
