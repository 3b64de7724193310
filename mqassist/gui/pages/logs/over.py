"""What lies over the lines of a log, kept in its place: the way back to the newest. Knows no log."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import Button


class Over(QObject):
    """Keeps one widget in its place when the view it lies over changes its size."""

    def __init__(self, view: QAbstractScrollArea, part: QWidget, *, whole: bool) -> None:
        super().__init__(part)
        self._view = view
        self._part = part
        self._whole = whole
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def place(self) -> None:
        room = self._view.viewport().geometry()
        if self._whole:
            self._part.setGeometry(room)
            return
        size = self._part.sizeHint()
        left = room.left() + (room.width() - size.width()) // 2
        self._part.setGeometry(QRect(left, room.bottom() - size.height() - theme().px(10), size.width(), size.height()))


class WayBack(Button):
    """At the lower edge of lines that stand still while new ones come."""

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__("", view, kind="accent", icon_name="dn")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._over = Over(view, self, whole=False)
        self.hide()

    def tell(self, words: str) -> None:
        """Without words it is not there."""
        if words and words != self.text():
            self.setText(words)
            self._over.place()
        self.setVisible(bool(words))
