"""A splitter whose handle is wide enough to take hold of and shows one line only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from mqassist.gui.theme.theme import theme

GRIP = 9


class _Handle(QSplitterHandle):
    def paintEvent(self, event: QPaintEvent) -> None:
        middle = self.rect().center()
        painter = QPainter(self)
        if self.orientation() == Qt.Orientation.Horizontal:
            painter.fillRect(middle.x(), 0, 1, self.height(), theme().tokens.line)
        else:
            painter.fillRect(0, middle.y(), self.width(), 1, theme().tokens.line)
        painter.end()


class QuietSplitter(QSplitter):
    """A style sheet of its own would take the palettes of everything inside away."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(GRIP)

    def createHandle(self) -> QSplitterHandle:
        return _Handle(self.orientation(), self)
