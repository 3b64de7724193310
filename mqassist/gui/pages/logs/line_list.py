"""The lines with a hit, or those that were marked, as a list below the log: another look at the same lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from mqassist.gui.pages.logs.line_view import LineView
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.pages.logs.side_desk import SideDesk
from mqassist.gui.shell import Shell
from mqassist.gui.widgets.labels import Text

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.desk import LogDesk
    from mqassist.gui.pages.logs.marks import Marks

LISTS = ("hits", "marks")


class LineList(QStackedWidget):
    """`line_wanted` is a line that was chosen here."""

    line_wanted = Signal(int)

    def __init__(self, shell: Shell, desk: LogDesk, marks: Marks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._marks = marks
        self._led = False
        self.desk = SideDesk(shell, desk)
        self.lines = LineView(self.desk, marks=marks)
        self.hint = Text("", colour="t2")
        empty = QWidget()
        box = QVBoxLayout(empty)
        box.setContentsMargins(20, 12, 20, 12)
        box.addWidget(self.hint)
        box.addStretch(1)
        self.addWidget(empty)
        self.addWidget(self.lines)
        self.lines.current_changed.connect(self._chosen)

    def show_list(self, what: str) -> str:
        """`hits` or `marks`; how many there are, in words, "" for none."""
        if what == "hits":
            self.desk.show_hits()
            count = len(self._desk.hits)
        else:
            self.desk.show_lines(self._marks.lines)
            count = len(self._marks)
        self.lines.setAccessibleName(self.tr("Lines with a hit") if what == "hits" else self.tr("Marked lines"))
        self.hint.setText(self._empty(what))
        self.setCurrentIndex(1 if count else 0)
        return self.tr("{count} lines").format(count=numbered(count)) if count else ""

    def _empty(self, what: str) -> str:
        if what == "marks":
            return self.tr("Ctrl+F2 marks a line, Ctrl+M marks it with a note. What is marked is listed here.")
        if self._desk.search is None:
            return self.tr("Search in the log: the lines with a hit are listed here.")
        return self.tr("Searching …") if self._desk.searching else self.tr("No line has a hit.")

    def follow(self, line: int) -> None:
        """The line that is selected in the log is selected here, where it is listed."""
        if not self.lines.hasFocus() and self.desk.rows.view is not None and self.desk.shows(line):
            self._led = True
            self.lines.go_to_line(line)
            self._led = False

    def _chosen(self, line: int) -> None:
        if line and not self._led:
            self.line_wanted.emit(line)
