"""Text in the roles of the design, elided text, state shapes, spinner, tags and chips."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QWidget

from mqassist.gui.theme.fonts import MEDIUM, SEMIBOLD, Role
from mqassist.gui.theme.states import State, paint_state, state_word
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.baseline import baseline_of
from mqassist.gui.widgets.buttons import FRAME_MS, TURN_MS


class Text(QLabel):
    """Plain text that wraps. `colour` is a token; text from outside is never read as markup."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        role: Role = "body",
        colour: str = "t1",
        weight: QFont.Weight | None = None,
        wrap: bool = True,
        selectable: bool = False,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        dress(self, role, weight, colour=colour)

    def set_colour(self, colour: str) -> None:
        dress(self, colour=colour)


class ValueText(Text):
    """A value beside its name; an `exact` one (an address, a path, bytes) is in the fixed-width font. See `level`."""

    def __init__(self, text: str = "", *, exact: bool = False, colour: str = "t1") -> None:
        super().__init__(text, role="mono" if exact else "body", colour=colour, selectable=True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)


class LineMark(Text):
    """A number or dash that stands on the first line of the text beside it."""

    def __init__(
        self, text: str, beside: QLabel, *, weight: QFont.Weight | None = SEMIBOLD, colour: str = "t3"
    ) -> None:
        self._beside = beside
        super().__init__(text, colour=colour, weight=weight, wrap=False)

    def sizeHint(self) -> QSize:
        tall = round(baseline_of(self._beside)) + self.fontMetrics().descent()
        return QSize(super().sizeHint().width(), tall)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(QPointF(0, round(baseline_of(self._beside))), self.text())
        painter.end()


class SectionTitle(Text):
    """The title of a section of a page."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent, role="section")


class ElidedLabel(QWidget):
    """One line, cut where `mode` says if there is no room, with the whole in the tool tip."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        role: Role = "body",
        colour: str = "t1",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        dress(self, role, colour=colour)
        self.set_text(text)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + theme().px(2))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 6, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        shown = self.fontMetrics().elidedText(self._text, self._mode, self.width())
        self.setToolTip("" if shown == self._text else self._text)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()


class StateShape(QWidget):
    """The shape of a state, 12, 16 or 28 units large; its name is the word. It stands level with the letters in the
    first line of the text `beside` it, with both at the top of their row.
    """

    def __init__(
        self,
        state: State = "waiting",
        parent: QWidget | None = None,
        *,
        size: int = 16,
        expected: bool = False,
        beside: QLabel | None = None,
    ) -> None:
        super().__init__(parent)
        self._beside = beside
        self._state: State = state
        self._expected = expected
        self._size = size
        self._turn = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._advance)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name()

    @property
    def state(self) -> State:
        return self._state

    def set_state(self, state: State, *, expected: bool = False) -> None:
        self._state, self._expected = state, expected
        self._name()
        self._turn_or_not()
        self.updateGeometry()  # the text beside it may be a new one as well
        self.update()

    def sizeHint(self) -> QSize:
        side = theme().px(self._size)
        return QSize(side, side + self._drop())

    def _drop(self) -> int:
        """How far below the top it begins."""
        if self._beside is None:
            return 0
        middle = baseline_of(self._beside) - self._beside.fontMetrics().capHeight() / 2
        return max(0, round(middle - theme().px(self._size) / 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        side = theme().px(self._size)
        top = (self.height() - side) / 2 if self._beside is None else self._drop()
        box = QRectF((self.width() - side) / 2, top, side, side)
        painter = QPainter(self)
        paint_state(painter, box, self._state, theme().tokens, expected=self._expected, turn=self._turn)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._name()
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.FontChange):
            self.updateGeometry()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self._turn_or_not()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _name(self) -> None:
        self.setAccessibleName(state_word(self._state))

    def _turn_or_not(self) -> None:
        if self._state == "running" and self.isVisible() and not theme().reduced_motion:
            self._timer.start()
        else:
            self._timer.stop()

    def _advance(self) -> None:
        self._turn = (self._turn + FRAME_MS / TURN_MS) % 1.0
        self.update()


class Spinner(StateShape):
    """The quarter arc; nothing for the first 300 ms, because what is quick needs no sign."""

    def __init__(self, parent: QWidget | None = None, *, size: int = 16) -> None:
        super().__init__("running", parent, size=size)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(300)
        self._patience.timeout.connect(self.show)
        self.hide()

    def start(self) -> None:
        self._patience.start()

    def stop(self) -> None:
        self._patience.stop()
        self.hide()


class Tag(QWidget):
    """A small word in a frame, with an icon if it has one: production, AMQPS, a tag of a profile."""

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, icon_name: str = "", colour: str = "t2"
    ) -> None:
        super().__init__(parent)
        self._text, self._icon_name, self._colour = "", icon_name, colour
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        dress(self, "tag", MEDIUM)
        self.set_text(text)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = theme()
        icon = look.px(12) + look.px(4) if self._icon_name else 0
        width = self.fontMetrics().horizontalAdvance(self._text) + icon + look.px(12)
        return QSize(width, self.fontMetrics().height() + look.px(4))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        colour = look.tokens.colour(self._colour)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.line2, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(4), look.px(4))
        x = look.px(6)
        if self._icon_name:
            side = look.px(12)
            picture = look.icons.pixmap(self._icon_name, colour, side, self.devicePixelRatioF())
            painter.drawPixmap(x, (self.height() - side) // 2, picture)
            x += side + look.px(4)
        painter.setPen(colour)
        painter.drawText(self.rect().adjusted(x, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.end()


class Chip(QAbstractButton):
    """A filter (checkable: off outlined, on tinted), a fact with a shape or icon, or one that can be taken away.

    `closed` comes from the × and from the Delete key.
    """

    closed = Signal()

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        state: State | None = None,
        icon_name: str = "",
        checkable: bool = False,
        closable: bool = False,
        bold: bool = False,
        arrow: bool = False,
    ) -> None:
        super().__init__(parent)
        self._state, self._icon_name = state, icon_name
        self._closable, self._arrow, self._active = closable, arrow, True
        self.setCheckable(checkable)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        dress(self, "caption", SEMIBOLD if bold else None)
        self.setText(text)

    def set_state(self, state: State | None) -> None:
        self._state = state
        self.updateGeometry()
        self.update()

    def set_passive(self) -> None:
        """A fact to read, not a button to press: the keyboard passes it by."""
        self._active = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        look = theme()
        width = self.fontMetrics().horizontalAdvance(self.text()) + look.px(18)
        width += look.px(17) * (bool(self._state or self._icon_name) + self._closable + self._arrow)
        return QSize(width, self.fontMetrics().height() + look.px(6))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        tokens = look.tokens
        fill, edge = tokens.surface, tokens.line2
        if self.isChecked():
            fill, edge = tokens.accentbg, tokens.accentline
        elif self._active and (self.isDown() or self.underMouse()):
            fill = tokens.hover
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(fill)
        round_end = self.height() / 2 - 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), round_end, round_end)
        x, side = look.px(8), look.px(12)
        top = (self.height() - side) / 2
        if self._state is not None:
            paint_state(painter, QRectF(x, top, side, side), self._state, tokens)
            x += side + look.px(5)
        elif self._icon_name:
            self._paint_icon(painter, self._icon_name, x, tokens.t1)
            x += side + look.px(5)
        painter.setPen(tokens.t1 if self.isEnabled() else tokens.t3)
        painter.drawText(self.rect().adjusted(x, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._arrow or self._closable:
            self._paint_icon(painter, "dn" if self._arrow else "x", self.width() - side - look.px(7), tokens.t2)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._closable and event.position().x() > self.width() - theme().px(24):
            self.setDown(False)
            self.closed.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._closable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _paint_icon(self, painter: QPainter, name: str, x: int, colour: QColor) -> None:
        side = theme().px(12)
        picture = theme().icons.pixmap(name, colour, side, self.devicePixelRatioF())
        painter.drawPixmap(x, (self.height() - side) // 2, picture)
