"""Takes lines along: to the clipboard, to the page that explains, into the report, into a file. Masked everywhere."""

from __future__ import annotations

from collections.abc import Callable
from os.path import basename, splitext
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mqassist.gui.pages.logs.excerpts import ToReport
from mqassist.gui.pages.logs.line_view import MOST_COPIED, LineView
from mqassist.gui.pages.logs.saving import Saving
from mqassist.gui.shell import Shell
from mqassist.gui.widgets.cards import MessageStrip

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.desk import LogDesk

MOST_EXPLAINED = 2_000


class Taking(QObject):
    """`told` gives words for the status bar; what takes longer is told in the strip."""

    told = Signal(str)

    def __init__(self, shell: Shell, view: Callable[[], LineView], strip: MessageStrip) -> None:
        super().__init__(strip)
        self._shell = shell
        self._view = view
        self._to_report = ToReport(shell, strip)
        self.saving = Saving(shell, strip)

    @property
    def _lines(self) -> LineView:
        """Those that have the focus: the log itself, or a list below it."""
        return self._view()

    @property
    def _desk(self) -> LogDesk:
        return self._lines.desk

    def copy(self) -> None:
        """The chosen characters, else the selected lines."""
        text = self._lines.part_text()
        if text:
            self._shell.copy(text)
            self.told.emit(self.tr("Copied: {text}").format(text=text[:60]))
        else:
            self.copy_lines()

    def copy_lines(self, *, numbered: bool = False) -> None:
        text = self._lines.selected_text(numbered=numbered)
        if not text:
            return
        self._shell.copy(text)
        rows = len(self._lines.selected_rows())
        if rows > MOST_COPIED:
            words = self.tr("Only the first {count} lines were copied; saving to a file takes all of them")
            self.told.emit(words.format(count=MOST_COPIED))
        else:
            self.told.emit(self.tr("Lines copied, with passwords masked: {count}").format(count=rows))

    def explain(self) -> None:
        """The selected lines, or the whole entry of one, to the page that explains."""
        rows = self._lines.selected_rows()
        if len(rows) > 1:
            found = self._desk.lines(rows.start, min(len(rows), MOST_EXPLAINED))
        else:
            line = self._lines.current_line
            known = self._desk.knowing.of(line)
            first, last = (line, line) if known is None else (known.line, known.last_line)
            found = self._desk.of_numbers(range(first, last + 1)) if line else []
        if found:
            self._shell.explain_text("\n".join(each.raw for each in found))

    def add_to_report(self) -> None:
        self._to_report.add(self._desk, self._lines.selected_rows())

    def save(self) -> None:
        """The selected lines where there are several, else all that are shown."""
        document, chosen = self._desk.document, self._lines.selected_rows()
        rows = chosen if len(chosen) > 1 else range(self._desk.row_count)
        if document is None or not rows:
            return
        name, end = splitext(basename(document.name) or "log")
        title = self.tr("Save the selected lines") if rows is chosen else self.tr("Save the lines that are shown")
        desk = self._desk
        self._shell.save_file(
            self._lines, title, f"{name}-part{end or '.log'}", self.tr("Logs (*.log *.txt);;All files (*)"),
            lambda path: self.saving.save(desk, rows, path),
        )  # fmt: skip
