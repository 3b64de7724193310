"""Which lines of a log are shown: one bit of truth a line, and running sums to find the n-th shown line at once."""

from __future__ import annotations

from array import array
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

    def __init__(self, parts: Iterable[NDArray[np.bool_]], count: int, kept: NDArray[np.uint8] | None = None) -> None:
        """Of `count` lines whether they are shown, in parts of whole bytes but for the last: a truth for each line at
        once would be 13 MB that the system has to find first, which takes longer than all else. `kept` are the bits of
        the lines before the first part."""
        import numpy as np

        self._count = count
        self._bits = np.zeros(-(-count // _GROUP) * (_GROUP // 8), np.uint8)
        at = 0 if kept is None else len(kept)
        if kept is not None:
            self._bits[:at] = kept
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
        after = int(np.searchsorted(self._before, first_row + count))
        # where few lines are shown most groups have none, and only the others are looked at
        filled = np.flatnonzero(np.diff(self._before[group : after + 1])) + group
        part = np.unpackbits(self._bits.reshape(-1, _GROUP // 8)[filled])
        at = np.flatnonzero(part.view(np.bool_))
        found: list[int] = (filled[at // _GROUP] * _GROUP + at % _GROUP + 1).tolist()
        skip = first_row - int(self._before[group])
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

    def first_of(self, lines: array[int]) -> int | None:
        """Which of these lines is the first that is shown, counted from 0. They rise or fall; there is at least one."""
        import numpy as np

        lowest, highest = sorted((lines[0], lines[-1]))
        if self.row_of(lowest) == self.row_of(highest + 1):
            return None
        places = np.frombuffer(lines, np.int64) - 1
        known = np.minimum(places, self._count - 1)
        shown = (self._bits[known >> 3] << (known & 7).astype(np.uint8)) & np.uint8(0x80)
        if highest > self._count:  # the log had not that many when this was made
            shown[places > known] = 0
        at = int(shown.argmax())
        return at if shown[at] else None

    def part(self, begin: int, end: int) -> NDArray[np.bool_]:
        """Of the places from `begin` to `end` whether they are shown; what the log had not when it was made is not."""
        import numpy as np

        first = begin & ~7
        shown = np.zeros(end - first, np.bool_)
        known = np.unpackbits(self._bits[first >> 3 : (end + 7) >> 3])[: end - first]
        shown[: len(known)] = known
        return shown[begin - first :]

    def continued(self, begin: int, shown: NDArray[np.bool_]) -> View:
        """The same up to place `begin`, and from there on what is `shown`."""
        import numpy as np

        first = begin & ~7
        return View((np.append(self.part(first, begin), shown),), begin + len(shown), self._bits[: first >> 3])

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
