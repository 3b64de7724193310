"""The picture of the four layers, bottom up; a list with the same words for screen readers. A click shows a layer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.states import State, paint_state, state_word
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import FRAME_MS, TURN_MS
from mqassist.gui.wizard.layers import FLOORS, Floor

GAP = 6
SLOPE = 0.085
"""How much of the width each layer is narrower on each side than the one below."""


class PyramidView(QWidget):
    """`chosen` names a layer that was pressed."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.floors: dict[Floor, FloorButton] = {}
        for floor in FLOORS:
            button = FloorButton(floor, self)
            button.clicked.connect(lambda _on=False, floor=floor: self.chosen.emit(floor))
            self.floors[floor] = button
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._advance)
        theme().changed.connect(self._place)
        self.retranslate()

    def show_state(self, floor: Floor, state: State, current: bool) -> None:
        self.floors[floor].show_state(state, current)
        running = any(button.state == "running" for button in self.floors.values())
        if running and not theme().reduced_motion:
            self._timer.start()
        else:
            self._timer.stop()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(330), 4 * (self._floor_height() + GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(240), self.sizeHint().height())

    def _floor_height(self) -> int:
        return self.fontMetrics().height() * 2 + theme().px(16 + 18)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _place(self) -> None:
        high = self._floor_height()
        for number, floor in enumerate(FLOORS):
            inset = round(self.width() * SLOPE * number)
            top = (len(FLOORS) - 1 - number) * (high + GAP)
            self.floors[floor].setGeometry(inset, top, self.width() - 2 * inset, high)
        self.updateGeometry()

    def _advance(self) -> None:
        for button in self.floors.values():
            if button.state == "running":
                button.turn = (button.turn + FRAME_MS / TURN_MS) % 1.0
                button.update()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("The layers, bottom up"))
        words = {
            "network": (self.tr("Network"), self.tr("name, route, port")),
            "security": (self.tr("Security"), self.tr("TLS and login")),
            "service": (self.tr("Service"), self.tr("which broker, which version")),
            "application": (self.tr("Application"), self.tr("rights, heartbeat")),
        }
        for floor, button in self.floors.items():
            button.say(*words[floor])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class FloorButton(QAbstractButton):
    """One layer: shape, name, what belongs to it."""

    def __init__(self, floor: Floor, parent: QWidget) -> None:
        super().__init__(parent)
        self.floor = floor
        self.state: State = "waiting"
        self.turn = 0.0
        self._current = False
        self._more = ""
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def say(self, title: str, more: str) -> None:
        self.setText(title)
        self._more = more
        self._name()

    def show_state(self, state: State, current: bool) -> None:
        self.state, self._current = state, current
        self._name()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(f"{state_word(self.state)}: {self._more}")

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        tokens = look.tokens
        inset = self.width() * SLOPE / (1 - 2 * SLOPE * FLOORS.index(self.floor))
        w, h = self.width() - 1.0, self.height() - 1.0
        shape = QPolygonF([QPointF(inset, 0.5), QPointF(w - inset, 0.5), QPointF(w, h), QPointF(0.5, h)])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = tokens.accent if self._current else tokens.line2
        painter.setPen(QPen(edge, 1.5 if self._current else 1))
        painter.setBrush(tokens.accentbg if self._current else tokens.hover if self.underMouse() else tokens.surface)
        painter.drawPolygon(shape)
        side = look.px(16)
        paint_state(
            painter, QRectF((self.width() - side) / 2, look.px(8), side, side), self.state, tokens, turn=self.turn
        )
        line = self.fontMetrics().height()
        top = look.px(8) + side + look.px(2)
        painter.setFont(look.font("body", SEMIBOLD))
        painter.setPen(tokens.t1)
        painter.drawText(QRectF(0, top, self.width(), line), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.setFont(look.font("caption"))
        painter.setPen(tokens.t2)
        room = self.width() - 2 * inset
        shown = painter.fontMetrics().elidedText(self._more, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(0, top + line, self.width(), line), Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()
