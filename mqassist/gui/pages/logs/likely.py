"""Why a connection fell silent, most likely first: counted over others like it around the line. One small widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from mqassist.core.log import KnownLine, Silences
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.shell import Shell
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.widgets.labels import StateShape, Text

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.sources import Log

SILENT = ("missed-heartbeats", "keepalive-timeout")


def is_silence(known: KnownLine) -> bool:
    """Whether this line ends a connection because nothing was heard of it."""
    return dict(known.facts).get("log.closed") in SILENT


class LikelyFirst(QWidget):
    """Empty until it is counted, which takes some tenths of a second in a thread."""

    def __init__(self, shell: Shell, document: Log, line: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self.hide()
        counting = shell.bridge.background(
            lambda token: document.stories().silences(line, token), self._fill, owner=self
        )
        self.destroyed.connect(counting.cancel)

    def _fill(self, found: Silences) -> None:
        compared = found.busy + found.way + found.gone
        if not compared:
            return
        reasons = sorted(
            (
                (found.busy, self.tr("The client is busy and does not answer")),
                (found.way, self.tr("Something on the way drops connections silently")),
                (found.gone, self.tr("The computer slept or lost its network")),
            ),
            key=lambda each: -each[0],
        )
        head = Text(self.tr("Most likely first"), role="caption", colour="t2", weight=SEMIBOLD)
        self._grid.addWidget(head, 0, 0, 1, 3)
        for row, (count, words) in enumerate(reasons, start=1):
            self._grid.addWidget(StateShape("deciding" if row == 1 else "undecided"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(Text(words), row, 1)
            share = self.tr("{count} of {all}").format(count=numbered(count), all=numbered(found.closes))
            self._grid.addWidget(Text(share, colour="t2", wrap=False), row, 2, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(Text(self._how(found), role="caption", colour="t2"), len(reasons) + 1, 0, 1, 3)
        self.show()

    def _how(self, found: Silences) -> str:
        return self.tr(
            "Counted over the {all} such ends around this line: in {busy}, another connection of the same computer "
            "stayed alive; in {way}, those of other computers fell silent at the same moment; in {gone}, all of that "
            "computer did."
        ).format(
            all=numbered(found.closes), busy=numbered(found.busy), way=numbered(found.way), gone=numbered(found.gone)
        )
