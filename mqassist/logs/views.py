"""Which lines of a log are shown: one bit of truth a line, and running sums to find the n-th shown line at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_GROUP = 4096


class View:
    """Never changes. Rows count from 0, lines from 1. 14 MB for 13.8 million lines, however many of them are shown."""

    def __init__(self, shown: NDArray[np.bool_]) -> None:
        import numpy as np

        self._shown = shown
        bits = np.packbits(shown)
        words = np.zeros(-(-len(shown) // _GROUP) * (_GROUP // 64), np.uint64)
        words.view(np.uint8)[: len(bits)] = bits
        sums = np.bitwise_count(words).reshape(-1, _GROUP // 64).sum(axis=1, dtype=np.int64)
        self._before = np.concatenate(([0], np.cumsum(sums))).astype(np.int64)

    @property
    def row_count(self) -> int:
        return int(self._before[-1])

    @property
    def line_count(self) -> int:
        """Lines of the log that it speaks of: those that came later are not in it."""
        return len(self._shown)

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
        while len(found) < skip + count and begin < len(self._shown):
            found += (np.flatnonzero(self._shown[begin : begin + span]) + (begin + 1)).tolist()
            begin += span
            span = min(span * 2, 1 << 20)
        return found[skip : skip + count]

    def line(self, row: int) -> int:
        """The number of the line in one row. Raises IndexError."""
        return self.lines(row, 1)[0] if row >= 0 else _refuse(row)

    def row_of(self, line: int) -> int:
        """The row of a line, or of the next shown one after it (row_count if there is none)."""
        import numpy as np

        place = min(max(0, line - 1), len(self._shown))
        group = place // _GROUP
        return int(self._before[group]) + int(np.count_nonzero(self._shown[group * _GROUP : place]))

    def shows(self, line: int) -> bool:
        return 0 < line <= len(self._shown) and bool(self._shown[line - 1])

    def without_last(self) -> View:
        """The same without the last line of the log."""
        return View(self._shown[:-1])

    @property
    def mask(self) -> NDArray[np.bool_]:
        return self._shown


def _refuse(row: int) -> int:
    raise IndexError(row)
