"""Follows a log and pauses while a person looks elsewhere in it, with a way back to the newest lines."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from mqassist.gui.pages.logs.desk import LogDesk
from mqassist.gui.pages.logs.line_view import LineView
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.pages.logs.over import WayBack


class Pausing(QObject):
    """`changed` comes when it is followed, paused, or neither any more."""

    changed = Signal()

    def __init__(self, desk: LogDesk, lines: LineView) -> None:
        super().__init__(lines)
        self._desk = desk
        self._lines = lines
        self.paused = False
        """New lines come in, but what is seen stands still."""
        self._held_at = 0
        self.way_back = WayBack(lines)
        self.way_back.clicked.connect(self.go_on)
        lines.scrolled_by_hand.connect(self._scrolled)

    def follow(self, on: bool) -> None:
        self._desk.follow(on)
        self.paused = False
        self._lines.follow_end = on
        if on:
            self._lines.go_to_end()
        self.say()
        self.changed.emit()

    def hold(self) -> None:
        """Whoever looks elsewhere is not torn away."""
        if self._desk.following and not self.paused:
            self.paused = True
            self._held_at = self._desk.row_count
            self._lines.follow_end = False
            self.say()
            self.changed.emit()

    def go_on(self) -> None:
        if self.paused:
            self.follow(True)

    def _scrolled(self) -> None:
        """Up pauses; who came down to the end again is there to see what comes."""
        self.hold()
        QTimer.singleShot(0, self, self._back_at_end)

    def _back_at_end(self) -> None:
        bar = self._lines.verticalScrollBar()
        if self.paused and bar.value() == bar.maximum():
            self.go_on()

    def say(self) -> None:
        """How many lines came since."""
        new = self._desk.row_count - self._held_at
        if not self.paused:
            self.way_back.tell("")
        elif new > 0:
            self.way_back.tell(self.tr("New lines: {count}. Go on").format(count=numbered(new)))
        else:
            self.way_back.tell(self.tr("Paused. Go on"))
