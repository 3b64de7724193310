"""Lines of a log that were read lately, by number. Knows no screen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mqassist.core.log import LogLine

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.sources import Log

MOST = 4_000
"""Lines kept parsed: some screens up and down."""


class LineCache:
    def __init__(self) -> None:
        self._lines: OrderedDict[int, LogLine] = OrderedDict()

    def clear(self) -> None:
        self._lines.clear()

    def put(self, lines: Iterable[LogLine]) -> None:
        self._lines.update((line.number, line) for line in lines)

    def forget_from(self, line: int) -> None:
        for number in [each for each in self._lines if each >= line]:
            del self._lines[number]

    def lines(self, document: Log, numbers: Sequence[int]) -> list[LogLine]:
        """In rising order; those that are gone are left out. Neighbours are read in one go."""
        for begin, length in runs(number for number in numbers if number not in self._lines):
            for line in document.lines(begin, length):
                self._lines[line.number] = line
        found = [self._lines.get(number) for number in numbers]
        while len(self._lines) > MOST:
            self._lines.popitem(last=False)
        return [line for line in found if line is not None]


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers in rising order as (first, how many) of those that follow each other."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][0] + found[-1][1] == number:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((number, 1))
    return found
