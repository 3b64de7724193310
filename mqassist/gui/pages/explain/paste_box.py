"""The field that takes a pasted text and shows the words that prove something, each with its letter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from mqassist.core.explained import Mark
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import dress, theme

MOST_SPANS = 60


class PasteBox(QPlainTextEdit):
    """`pasted` comes with what would stand in the field; nothing is inserted before its secrets are gone.

    `file_dropped` comes with the path of a file.
    """

    pasted = Signal(str)
    file_dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: tuple[Mark, ...] = ()
        self._chosen: frozenset[str] = frozenset()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setStyleSheet("QPlainTextEdit { border: none; background: transparent; }")
        dress(self, "mono")
        self._gutter = _Gutter(self)
        self.updateRequest.connect(self._scrolled)
        self.blockCountChanged.connect(self._fit)
        theme().changed.connect(self._look_changed)
        self._fit()

    # -- marks ----------------------------------------------------------------------------------

    def show_marked(self, text: str, marks: Sequence[Mark]) -> None:
        """Replaces the text, if it is another one, and marks its spans. The cursor stays where it was."""
        if text != self.toPlainText():
            place = self.textCursor().position()
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)
            cursor = self.textCursor()
            cursor.setPosition(min(place, len(text)))
            self.setTextCursor(cursor)
        self._marks = tuple(marks)[:MOST_SPANS]
        self._paint_spans()
        self._gutter.update()

    def choose(self, letters: Sequence[str]) -> None:
        """The spans of the card that is selected stand out; the first of them comes into sight."""
        self._chosen = frozenset(letters)
        self._paint_spans()
        first = next((mark for mark in self._marks if mark.letter in self._chosen), None)
        if first is not None:
            cursor = QTextCursor(self.document())
            cursor.setPosition(_utf16(self.toPlainText(), first.start))
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
        self._gutter.update()

    def marked_words(self) -> list[tuple[str, str]]:
        """(letter, words) of every span that is painted."""
        return [
            (mark.letter, selection.cursor.selectedText())
            for mark, selection in zip(self._marks, self.extraSelections(), strict=False)
        ]

    def _paint_spans(self) -> None:
        text = self.toPlainText()
        selections = []
        for mark in self._marks:
            selection = QTextEdit.ExtraSelection()
            form = QTextCharFormat()
            form.setBackground(theme().tokens.colour("mark"))
            if mark.letter in self._chosen:
                form.setFontUnderline(True)
                form.setUnderlineColor(theme().tokens.colour("accent"))
            cursor = QTextCursor(self.document())
            cursor.setPosition(_utf16(text, mark.start))
            cursor.setPosition(_utf16(text, min(mark.end, len(text))), QTextCursor.MoveMode.KeepAnchor)
            selection.format = form
            selection.cursor = cursor
            selections.append(selection)
        self.setExtraSelections(selections)

    # -- pasting --------------------------------------------------------------------------------

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Plain text only, and first to whoever takes the secrets out of it."""
        urls = source.urls()
        if urls and urls[0].isLocalFile():
            self.file_dropped.emit(urls[0].toLocalFile())
            return
        cursor = self.textCursor()
        text = self.toPlainText()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        data = text.encode("utf-16-le", "surrogatepass")
        before = data[: 2 * start].decode("utf-16-le", "replace")
        after = data[2 * end :].decode("utf-16-le", "replace")
        self.pasted.emit(before + source.text() + after)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.canInsertFromMimeData(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.insertFromMimeData(event.mimeData())
        event.acceptProposedAction()

    # -- the letters ----------------------------------------------------------------------------

    def paint_letters(self, painter: QPainter) -> None:
        """A filled circle with its letter beside each line that has a mark."""
        look = theme()
        by_line: dict[int, list[Mark]] = {}
        for mark in self._marks:
            line = self.document().findBlock(_utf16(self.toPlainText(), mark.start)).blockNumber()
            by_line.setdefault(line, []).append(mark)
        size = min(look.px(16), self.fontMetrics().height() - 1)  # circles of two lines do not touch
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font("caption", SEMIBOLD))
        block = self.firstVisibleBlock()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if place.top() > self.viewport().height():
                break
            for index, mark in enumerate(by_line.get(block.blockNumber(), ())[:2]):
                left = look.px(4) + index * (size + look.px(2))
                circle = QRectF(left, place.top() + (place.height() - size) / 2, size, size)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.tokens.colour("accent"))
                painter.drawEllipse(circle)
                painter.setPen(look.tokens.colour("onaccent"))
                painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, mark.letter)
            block = block.next()

    def gutter_width(self) -> int:
        return theme().px(44)

    def _fit(self) -> None:
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.setViewportMargins(self.gutter_width(), theme().px(6), theme().px(8), 0)

    def _look_changed(self) -> None:
        self._fit()
        self._paint_spans()

    def _scrolled(self, rect: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        place = self.contentsRect()
        self._gutter.setGeometry(place.left(), place.top() + theme().px(6), self.gutter_width(), place.height())


class _Gutter(QWidget):
    def __init__(self, box: PasteBox) -> None:
        super().__init__(box)
        self._box = box

    def sizeHint(self) -> QSize:
        return QSize(self._box.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._box.paint_letters(painter)
        painter.end()


def _utf16(text: str, at: int) -> int:
    """Qt counts in UTF-16 units."""
    return at if text.isascii() else at + sum(ord(sign) > 0xFFFF for sign in text[:at])
