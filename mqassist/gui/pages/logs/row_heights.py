"""How many wrapped rows of a log fit on the screen, above or below one of them. Lays out, paints nothing."""

from __future__ import annotations

from mqassist.core.log import LogLine
from mqassist.gui.pages.logs.desk import LogDesk
from mqassist.gui.pages.logs.row_painter import RowPainter, fitting


class RowHeights:
    """For a view of this size, in logical pixels, into which `most` rows of one line fit."""

    def __init__(self, desk: LogDesk, rows: RowPainter, width: int, height: int, most: int) -> None:
        self._desk = desk
        self._rows = rows
        self._width = width
        self._height = height
        self._most = most

    def _of(self, line: LogLine) -> int:
        return self._rows.height_of(self._rows.laid_out(line, self._width - self._rows.text_at - self._rows.char))

    def last_whole(self, top: int) -> int:
        """The last row that is seen as a whole below this one."""
        below = self._desk.lines(top, self._most + 1)
        return top - 1 + fitting((self._of(line) for line in below), self._height)

    def top_for(self, row: int) -> int:
        """The first row, so that this one is the last that is seen as a whole."""
        first = max(0, row - self._most)
        above = reversed(self._desk.lines(first, row - first + 1))
        return min(row, row + 1 - fitting((self._of(line) for line in above), self._height))
