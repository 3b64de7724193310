"""What is typed into and chosen from: search fields, choices, check boxes, fields with a label."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QRadioButton, QWidget

from mqassist.gui.theme.states import paint_state, state_word
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.dropped import dropped_files


class SearchField(QLineEdit):
    """Finds as one types. Escape empties it; Down goes to the results: `left_down`."""

    left_down = Signal()

    def __init__(self, parent: QWidget | None = None, *, hint: str = "") -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)
        self._hint = hint
        theme().changed.connect(self._make_room)
        self._make_room()

    def set_name(self, name: str) -> None:
        """What it searches, as placeholder and for screen readers."""
        self.setPlaceholderText(name)
        self.setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        paint_field_icon(painter, self, "search", "t3")
        if self._hint and not self.text():
            painter.setFont(theme().font("tag"))
            painter.setPen(theme().tokens.t3)
            place = self.rect().adjusted(0, 0, -theme().px(8), 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._hint)
        painter.end()

    def _make_room(self) -> None:
        self.setTextMargins(theme().px(20), 0, 0, 0)


def paint_field_icon(painter: QPainter, field: QLineEdit, name: str, colour: str) -> None:
    """At the left of a field, as large as its text: Qt's own actions keep the same size at every font size."""
    look = theme()
    side = look.px(16)
    picture = look.icons.pixmap(name, look.tokens.colour(colour), side, field.devicePixelRatioF())
    painter.drawPixmap(look.px(8), (field.height() - side) // 2, picture)


class Choice(QComboBox):
    """A drop-down list in the look of the other fields."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)

    def add(self, text: str, value: object) -> None:
        self.addItem(text, value)

    def value(self) -> object:
        return self.currentData()

    def choose(self, value: object) -> None:
        """Nothing happens for a value that is not in the list."""
        at = self.findData(value)
        if at >= 0:
            self.setCurrentIndex(at)

    def sizeHint(self) -> QSize:
        # Qt does not reckon with edges and an arrow that grow with the text
        words = max((self.fontMetrics().horizontalAdvance(self.itemText(at)) for at in range(self.count())), default=0)
        wide = max(super().sizeHint().width() + theme().px(16), words + theme().px(36))
        return QSize(wide, max(theme().px(28), self.fontMetrics().height() + theme().px(10)))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(look.tokens.accent if focused else look.tokens.field, 2 if focused else 1))
        painter.setBrush(look.tokens.surface if self.isEnabled() else look.tokens.sunken)
        inner = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inner, inner, -inner, -inner), look.px(6), look.px(6))
        side = look.px(16)
        arrow = look.icons.pixmap("dn", look.tokens.t2, side, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - side - look.px(6), (self.height() - side) // 2, arrow)
        painter.setPen(look.tokens.t1 if self.isEnabled() else look.tokens.t3)
        place = QRect(look.px(9), 0, self.width() - side - look.px(18), self.height())
        shown = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class CheckBox(QCheckBox):
    """A check box with the accent's fill and a tick."""

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        side = look.px(16)
        box = QRectF(0.5, (self.height() - side) / 2 + 0.5, side - 1, side - 1)
        on = self.checkState() != Qt.CheckState.Unchecked
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = look.tokens.accent if on else look.tokens.field
        painter.setPen(QPen(edge if self.isEnabled() else look.tokens.line2, 1))
        painter.setBrush(look.tokens.accent if on and self.isEnabled() else look.tokens.surface)
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        if on:
            tick = look.icons.pixmap("check", look.tokens.onaccent, look.px(12), self.devicePixelRatioF())
            painter.drawPixmap(look.px(2), (self.height() - look.px(12)) // 2, tick)
        _paint_label(painter, self)
        painter.end()

    def sizeHint(self) -> QSize:
        return _choice_size(self)

    def minimumSizeHint(self) -> QSize:
        return _choice_size(self)

    def hitButton(self, position: object) -> bool:
        return True


class RadioButton(QRadioButton):
    """One of several, with the accent's ring and dot."""

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        side = look.px(16)
        box = QRectF(0.5, (self.height() - side) / 2 + 0.5, side - 1, side - 1)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        painter.setPen(QPen(look.tokens.accent if on else look.tokens.field, 2 if on else 1))
        painter.setBrush(look.tokens.surface)
        painter.drawEllipse(box)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.tokens.accent)
            inner = look.px(4)
            painter.drawEllipse(box.adjusted(inner, inner, -inner, -inner))
        _paint_label(painter, self)
        painter.end()

    def sizeHint(self) -> QSize:
        return _choice_size(self)

    def minimumSizeHint(self) -> QSize:
        return _choice_size(self)

    def hitButton(self, position: object) -> bool:
        return True


def _choice_size(button: QCheckBox | QRadioButton) -> QSize:
    look = theme()
    text = button.fontMetrics().horizontalAdvance(button.text())
    return QSize(text + look.px(26), max(button.fontMetrics().height() + look.px(4), look.px(20)))


def _paint_label(painter: QPainter, button: QCheckBox | QRadioButton) -> None:
    look = theme()
    painter.setPen(look.tokens.t1 if button.isEnabled() else look.tokens.t3)
    place = button.rect().adjusted(look.px(24), 0, 0, 0)
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, button.text())


class Field(QLineEdit):
    """One line of text; `mono` for addresses, paths and names that a program reads. One that `takes_files` becomes the
    path of a file that is dropped on it; else what is dropped goes to the window, which knows what to do with it."""

    def __init__(
        self,
        name: str = "",
        parent: QWidget | None = None,
        *,
        mono: bool = False,
        icon_name: str = "",
        takes_files: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAcceptDrops(takes_files)
        self._wrong = False
        self._icon_name = icon_name
        self.setAccessibleName(name)
        dress(self, "mono" if mono else "body")
        if icon_name:
            theme().changed.connect(self._make_room)
            self._make_room()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_files(event.mimeData())
        if paths:
            self.setText(paths[0])
            self.textEdited.emit(paths[0])
            event.acceptProposedAction()

    def set_wrong(self, wrong: bool, why: str = "") -> None:
        """Marks it with the shape and word of a warning; `why` goes to tool tip and screen reader."""
        self._wrong = wrong
        self.setToolTip(why)
        self.setAccessibleDescription(f"{state_word('warning')}: {why}" if wrong else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._icon_name:
            painter = QPainter(self)
            paint_field_icon(painter, self, self._icon_name, "t2")
            painter.end()
        if self._wrong:
            side = theme().px(14)
            painter = QPainter(self)
            box = QRectF(self.width() - side - theme().px(8), (self.height() - side) / 2, side, side)
            paint_state(painter, box, "warning", theme().tokens)
            painter.end()

    def _make_room(self) -> None:
        self.setTextMargins(theme().px(22), 0, 0, 0)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        return super().event(event)
