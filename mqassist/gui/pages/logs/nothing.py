"""Why no line of a log is shown, in place of the lines, with what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractScrollArea

from mqassist.core.log import LineFilter
from mqassist.gui.pages.logs.over import Over
from mqassist.gui.theme.theme import dress
from mqassist.gui.widgets.cards import EmptyState

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.desk import LogDesk
    from mqassist.gui.pages.logs.sources import Log


class NothingHere(EmptyState):
    """`all_wanted`: without the filter. `follow_wanted`: whatever comes."""

    all_wanted = Signal()
    follow_wanted = Signal()

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(view)
        dress(self, ground="surface")
        self._over = Over(view, self, whole=True)
        self._filtered = False
        self.triggered.connect(self._pressed)
        self.hide()

    def _pressed(self) -> None:
        (self.all_wanted if self._filtered else self.follow_wanted).emit()

    def tell_of(self, desk: LogDesk, document: Log) -> None:
        """Covers the lines if there are none, and uncovers them."""
        self._filtered = desk.filter != LineFilter()
        if not document.complete or desk.row_count:
            self.hide()
            return
        if self._filtered:
            self.say(self.tr("No line fits"), self.tr("The chips above say what is looked for."), self.tr("Show all"))
        else:
            text = self.tr("Lines appear here as they are written, while the log is followed.")
            self.say(self.tr("This log is empty"), text, "" if desk.following else self.tr("Follow"))
        self._over.place()
        self.show()
