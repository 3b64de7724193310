"""The lines with a hit of one search, in rising order, as they come in. Knows no screen."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable

MOST = 5_000_000


class HitList:
    def __init__(self) -> None:
        self._lines = array("q")

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def last(self) -> int:
        """0 if there is none."""
        return self._lines[-1] if self._lines else 0

    def add(self, lines: array[int]) -> None:
        if len(self._lines) < MOST:
            self._lines.extend(lines)

    def number(self, line: int) -> int:
        """Which hit a line is, counted from 1; 0 if it is none."""
        at = bisect_left(self._lines, line)
        return at + 1 if at < len(self._lines) and self._lines[at] == line else 0

    def next(self, line: int, shows: Callable[[int], bool], *, backwards: bool = False) -> int | None:
        """The next line with a hit that is shown; goes round at the end."""
        count = len(self._lines)
        at = bisect_left(self._lines, line) - 1 if backwards else bisect_right(self._lines, line)
        step = -1 if backwards else 1
        for offset in range(count):
            found = self._lines[(at + step * offset) % count]
            if shows(found):
                return found
        return None
