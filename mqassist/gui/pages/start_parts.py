"""Parts of the first page: the field that takes anything, examples, cards to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.fields import Field

if TYPE_CHECKING:
    from mqassist.gui.widgets.url_text import Typed


class PasteField(Field):
    """One line that takes anything. A password in an address is hidden as soon as it is one; `whole` has it."""

    submitted = Signal()
    lines_pasted = Signal(str)
    """Several lines: they would lose their ends in this field."""

    def __init__(self) -> None:
        super().__init__(mono=True, icon_name="link")
        self._typed: Typed | None = None
        self.textEdited.connect(self._edited)

    def whole(self) -> str:
        """What was typed or pasted, with the password that is hidden on screen."""
        typed = self._typed
        return (self.text() if typed is None or typed.text != self.text() else typed.whole()).strip()

    def forget(self) -> None:
        self._typed = None
        self.clear()

    def _edited(self, text: str) -> None:
        if "@" not in text and self._typed is None:
            return
        from mqassist.gui.widgets.url_text import settled  # its patterns would cost the first paint some milliseconds

        self._typed = typed = settled(text, None if self._typed is None else self._typed.secret)
        if typed.text != text:
            at = self.cursorPosition() + len(typed.text) - len(text)
            self.setText(typed.text)  # undo forgets what stood there
            self.setCursorPosition(max(0, at))

    def set_name(self, name: str, hint: str) -> None:
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(theme().px(42), super().sizeHint().height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
            return
        if event.matches(QKeySequence.StandardKey.Paste):
            text = QGuiApplication.clipboard().text()
            if "\n" in text.strip():
                self.lines_pasted.emit(text)
                return
        super().keyPressEvent(event)


class Example(QAbstractButton):
    """Something that could be pasted; a click pastes it."""

    def __init__(self, short: str, full: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.full = full
        self.setText(short)
        self.setAccessibleName(full)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        dress(self, "mono")

    def sizeHint(self) -> QSize:
        look = theme()
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + look.px(18), self.fontMetrics().height() + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.line2, 1))
        painter.setBrush(look.tokens.hover if self.underMouse() else look.tokens.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(4), look.px(4))
        painter.setPen(look.tokens.t1)
        place = self.rect().adjusted(look.px(7), 0, -look.px(7), 0)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()


class BigCard(QAbstractButton):
    """A way to begin: icon, title and one sentence."""

    def __init__(self, icon_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self._icon_name = icon_name
        # as tall as the tallest beside it
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def say(self, title: str, text: str) -> None:
        self._text = text
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(230), self.heightForWidth(theme().px(230)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(150), self.heightForWidth(theme().px(230)))

    def heightForWidth(self, width: int) -> int:
        look = theme()
        inner = max(60, width - look.px(32))
        metrics = self.fontMetrics()
        words = metrics.boundingRect(0, 0, inner, 10_000, Qt.TextFlag.TextWordWrap, self._text)
        return words.height() + metrics.height() + look.px(8 + 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.accentline if self.underMouse() else look.tokens.line, 1))
        painter.setBrush(look.tokens.hover if self.isDown() else look.tokens.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(8), look.px(8))
        margin, side = look.px(16), look.px(18)
        high = self.fontMetrics().height()
        picture = look.icons.pixmap(self._icon_name, look.tokens.accent, side, self.devicePixelRatioF())
        painter.drawPixmap(margin, margin + (high - side) // 2, picture)
        painter.setFont(look.font("body", SEMIBOLD))
        painter.setPen(look.tokens.t1)
        place = self.rect().adjusted(margin + side + look.px(8), margin, -margin, 0)
        place.setHeight(high)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, self.text())
        painter.setFont(look.font())
        painter.setPen(look.tokens.t2)
        place = self.rect().adjusted(margin, margin + high + look.px(8), -margin, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self._text)
        painter.end()


class Icon(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(14), theme().px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        picture = look.icons.pixmap(self._name, look.tokens.t2, look.px(14), self.devicePixelRatioF())
        painter.drawPixmap(0, 0, picture)
        painter.end()
