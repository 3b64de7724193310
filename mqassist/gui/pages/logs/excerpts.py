"""Lines of a log go into the report of the check-up: where they stand in their file, masked, with what they are known
by. Knows no page of the check-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from mqassist.core.log import LogLine
from mqassist.core.report import Excerpt
from mqassist.gui.pages.logs.desk import LogDesk
from mqassist.gui.pages.logs.sources import origin_of
from mqassist.gui.shell import Shell
from mqassist.gui.widgets.cards import MessageStrip

MOST = 500


class ToReport:
    """Says in the strip what became of them."""

    def __init__(self, shell: Shell, strip: MessageStrip) -> None:
        self._shell = shell
        self._strip = strip

    def add(self, desk: LogDesk, rows: range) -> None:
        """At most MOST of these rows, as they are seen."""
        lines = excerpts_of(desk, desk.lines(rows.start, min(len(rows), MOST)))
        if not lines:
            return
        translate = QCoreApplication.translate
        show = (translate("ToReport", "Go to the check-up"), lambda: self._shell.go("checkup"))
        run = self._shell.add_to_report(lines)
        if not run:
            words = translate("ToReport", "There is no check-up yet whose report could take these lines")
            self._strip.say("note", words, "", [show])
            return
        words = translate("ToReport", "Added to the report of run {run}. Lines: {count}")
        undo = (translate("ToReport", "Take them out again"), lambda: self._take_out(lines))
        self._strip.say("ok", words.format(run=run, count=len(lines)), "", [show, undo])

    def _take_out(self, lines: Sequence[Excerpt]) -> None:
        self._shell.take_from_report(lines)
        self._strip.hide()


def excerpts_of(desk: LogDesk, lines: Iterable[LogLine]) -> list[Excerpt]:
    found = []
    for line in lines:
        if desk.document is not None and line.number:
            _letter, name, number = origin_of(desk.document, line.number)
            known = desk.knowing.of(line.number)
            found.append(Excerpt(name, number, line.raw, None if known is None else known.cause))
    return found
