"""Which lines stand in which rows: all of them, those of a filter, and health checks folded into one. Knows no screen.

Rows count from 0, lines from 1. Only where all lines are shown something is folded: who filters asked for what is left.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mqassist.core.log import Fold, Level
from mqassist.gui.pages.logs.chosen_lines import ChosenLines

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.sources import Log
    from mqassist.services import View


class Rows:
    def __init__(self) -> None:
        self.view: View | ChosenLines | None = None
        """None for all lines."""
        self._all = 0
        self._folds: dict[int, Fold] = {}
        """By the line that stands for it."""
        self._hidden: list[int] = []
        self._before: list[int] = []
        """Of each hidden line, how many lines that are not hidden are above it."""

    def show_all(self, count: int) -> None:
        self.view, self._all = None, count

    def show_view(self, view: View | ChosenLines) -> None:
        self.view = view

    def fold(self, folds: Iterable[Fold]) -> None:
        """These and no others. They must not overlap in their lines."""
        self._folds = {fold.first_line: fold for fold in folds}
        self._hidden = sorted(line for fold in self._folds.values() for line in fold.lines if line != fold.first_line)
        self._before = [line - 1 - at for at, line in enumerate(self._hidden)]

    @property
    def count(self) -> int:
        if self.view is not None:
            return self.view.row_count
        return self._all - bisect_right(self._hidden, self._all)

    @property
    def line_count(self) -> int:
        """With what is folded, without what a filter leaves out."""
        return self._all

    def fold_at(self, line: int) -> Fold | None:
        """What a line stands for, beside itself."""
        return self._folds.get(line) if self.view is None else None

    def line_of(self, row: int) -> int:
        """0 if there is none."""
        if not 0 <= row < self.count:
            return 0
        return row + 1 + bisect_right(self._before, row) if self.view is None else self.view.line(row)

    def row_of(self, line: int) -> int:
        """The row of a line, or of the next one that is shown; a folded line is where its fold is."""
        if self.view is not None:
            row = self.view.row_of(line)
        else:
            at = bisect_left(self._hidden, line)
            if at < len(self._hidden) and self._hidden[at] == line:
                line = next(first for first, fold in self._folds.items() if line in fold.lines)
                at = bisect_left(self._hidden, line)
            row = line - 1 - at
        return max(0, min(row, self.count - 1))

    def shows(self, line: int) -> bool:
        """Whether it can be gone to; what is folded can."""
        return 0 < line <= self._all if self.view is None else self.view.shows(line)

    def numbers(self, first_row: int, count: int) -> Sequence[int]:
        """The lines in so many rows."""
        count = min(count, self.count - first_row)
        if count <= 0:
            return ()
        if self.view is not None:
            return self.view.lines(first_row, count)
        if not self._hidden:
            return range(first_row + 1, first_row + count + 1)
        return [self.line_of(row) for row in range(first_row, first_row + count)]

    def first_shown(self, lines: array[int]) -> int | None:
        """The first of these that is shown, however many are not."""
        view = self.view
        if view is None or isinstance(view, ChosenLines):
            return next(filter(self.shows, lines), None)
        shown = view.first_of(lines)
        return None if shown is None else lines[shown]

    def next_of(self, document: Log, line: int, levels: Sequence[Level], *, backwards: bool = False) -> int | None:
        """The next line that begins an entry of one of these levels and is shown."""
        view = self.view
        if not isinstance(view, ChosenLines):
            found = document.next_line(line, levels, backwards=backwards, within=view)
            return found if found is not None and self.shows(found) else None
        while (found := document.next_line(line, levels, backwards=backwards)) is not None and not view.shows(found):
            row = view.row_of(found) - backwards  # what is between is not shown
            if not 0 <= row < view.row_count:
                return None
            line = view.line(row) + (1 if backwards else -1)
        return found
