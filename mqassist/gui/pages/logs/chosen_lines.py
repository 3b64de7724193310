"""A handful of lines, chosen by number, as a view of a log."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


class ChosenLines:
    """As `View` of the log engine, for few lines. Rows count from 0, lines from 1."""

    def __init__(self, numbers: Sequence[int], line_count: int) -> None:
        self._numbers = list(numbers)
        self.line_count = line_count

    @property
    def row_count(self) -> int:
        return len(self._numbers)

    def lines(self, first_row: int, count: int) -> list[int]:
        return self._numbers[max(0, first_row) : max(0, first_row + count)]

    def line(self, row: int) -> int:
        return self._numbers[row]

    def row_of(self, line: int) -> int:
        return bisect_left(self._numbers, line)

    def shows(self, line: int) -> bool:
        at = bisect_left(self._numbers, line)
        return at < len(self._numbers) and self._numbers[at] == line
