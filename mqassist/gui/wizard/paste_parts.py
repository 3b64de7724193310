"""Parts of the first question: the card around the text, and the place where files are dropped."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card
from mqassist.gui.widgets.labels import Text


class TextCard(Card):
    """Holds a text field without a frame of its own: its border is the field's, also when that has the focus."""

    def __init__(self, text: QPlainTextEdit) -> None:
        super().__init__(margin=1, gap=0)
        self._text = text
        text.setFrameShape(QFrame.Shape.NoFrame)
        text.setStyleSheet("QPlainTextEdit { border: none; background: transparent; }")
        text.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, focused = theme(), self._text.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.colour("accent" if focused else "field"), 2 if focused else 1))
        painter.setBrush(look.tokens.colour("surface"))
        edge = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), look.px(8), look.px(8))
        painter.end()


class DropPlace(QWidget):
    """A dashed frame that takes files, with a button for the keyboard. `dropped` gives the paths."""

    dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._over = False
        self._title = Text(weight=SEMIBOLD)
        self._text = Text(role="caption", colour="t2")
        self.button = Button()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.addLayout(words, 1)
        row.addWidget(self.button)

    def say(self, title: str, text: str, action: str) -> None:
        self._title.setText(title)
        self._text.setText(text)
        self.button.setText(action)
        self.button.setAccessibleName(f"{action} {title}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_over(False)

    def _show_over(self, over: bool) -> None:
        self._over = over
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        self.dropped.emit([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme().tokens
        pen = QPen(tokens.accent if self._over else tokens.field, 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        if self._over:
            painter.setBrush(tokens.accentbg)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme().px(6), theme().px(6))
        painter.end()
