"""The lines with a hit of one search, in rising order, as they come in. Knows no screen."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

MOST = 5_000_000
SMALL = 4096
"""A part with fewer hits takes in the next one. Larger ones stay as they came: one long list of millions would be
moved in memory again and again, and the screen waits for that."""
FEW, MANY = 16, 1 << 16


class HitList:
    def __init__(self) -> None:
        self._parts: list[array[int]] = []
        self._firsts = array("q")
        """The first line of each part."""
        self._before = array("q")
        """Hits before each part."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: int) -> int:
        """The line of a hit, counted from 0. Raises IndexError."""
        if not 0 <= at < self._count:
            raise IndexError(at)
        part = bisect_right(self._before, at) - 1
        return self._parts[part][at - self._before[part]]

    @property
    def last(self) -> int:
        """0 if there is none."""
        return self._parts[-1][-1] if self._parts else 0

    def add(self, lines: array[int]) -> None:
        if not lines or self._count >= MOST:
            return
        if self._parts and len(self._parts[-1]) < SMALL:
            self._parts[-1].extend(lines)
        else:
            self._parts.append(lines)
            self._firsts.append(lines[0])
            self._before.append(self._count)
        self._count += len(lines)

    def number(self, line: int) -> int:
        """Which hit a line is, counted from 1; 0 if it is none."""
        at = self._above(line)
        return at + 1 if at < self._count and self[at] == line else 0

    def next(
        self, line: int, first_shown: Callable[[array[int]], int | None], *, backwards: bool = False
    ) -> int | None:
        """The next line with a hit that is shown; goes round at the end. `first_shown` gives the first that is shown
        of many."""
        at = self._above(line if backwards else line + 1)
        here, there = (0, at), (at, self._count)
        for begin, end in (here, there) if backwards else (there, here):
            for lines in self._between(begin, end, backwards):
                found = first_shown(lines)
                if found is not None:
                    return found
        return None

    def _between(self, begin: int, end: int, backwards: bool) -> Iterator[array[int]]:
        """These hits, at first a few, then more and more at once."""
        size = FEW
        while begin < end:
            part = bisect_right(self._before, end - 1 if backwards else begin) - 1
            before, lines = self._before[part], self._parts[part]
            if backwards:
                low = max(begin, before, end - size)
                yield lines[low - before : end - before][::-1]
                end = low
            else:
                high = min(end, before + len(lines), begin + size)
                yield lines[begin - before : high - before]
                begin = high
            size = min(size * 4, MANY)

    def _above(self, line: int) -> int:
        """How many hits are before a line."""
        part = bisect_right(self._firsts, line) - 1
        return 0 if part < 0 else self._before[part] + bisect_left(self._parts[part], line)
