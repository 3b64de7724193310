"""The list of questions at the left of the guide: where one is, what is done, what comes. A click goes back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.states import State, paint_state, state_word
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.labels import Text


class StepButton(QAbstractButton):
    """One question: `state` is deciding (here), works (answered), waiting (to come) or what the check found."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.state: State = "waiting"
        self._here = False
        self.narrow = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_state(self, state: State, here: bool, reachable: bool) -> None:
        self.state, self._here = state, here
        self.setEnabled(reachable)
        self.setAccessibleDescription(state_word(state))
        self.update()

    def sizeHint(self) -> QSize:
        look = theme()
        return QSize(look.px(36 if self.narrow else 200), self.fontMetrics().height() + look.px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._here or (self.underMouse() and self.isEnabled()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.tokens.sel if self._here else look.tokens.hover)
            painter.drawRoundedRect(QRectF(self.rect()), look.px(6), look.px(6))
        side = look.px(16)
        box = QRectF(look.px(10), (self.height() - side) / 2, side, side)
        paint_state(painter, box, self.state, look.tokens)
        if self.narrow:
            painter.end()
            return
        painter.setFont(look.font("body", SEMIBOLD if self._here else None))
        quiet = self.state == "waiting" and not self._here
        painter.setPen(look.tokens.t3 if quiet else look.tokens.t1)
        place = self.rect().adjusted(side + look.px(20), 0, -look.px(6), 0)
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        self.setToolTip("" if shown == self.text() else self.text())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class StepList(QWidget):
    """`chosen` gives the number of a question that was answered before, from 0."""

    chosen = Signal(int)

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._narrow = False
        dress(self, ground="sunken")
        self._head = Text(role="caption", colour="t3", weight=SEMIBOLD)
        self._foot = Text(role="caption", colour="t3")
        self.buttons = [StepButton(self) for _ in range(count)]
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 20, 14, 16)
        box.setSpacing(2)
        box.addWidget(self._head)
        box.addSpacing(8)
        for number, button in enumerate(self.buttons):
            button.clicked.connect(lambda _on=False, number=number: self.chosen.emit(number))
            box.addWidget(button)
        box.addStretch(1)
        box.addWidget(self._foot)
        theme().changed.connect(self._fit)
        self._fit()

    def say(self, head: str, titles: Sequence[str], foot: str) -> None:
        self._head.setText(head)
        self._foot.setText(foot)
        for number, (button, title) in enumerate(zip(self.buttons, titles, strict=True), start=1):
            button.setText(title)
            button.setAccessibleName(f"{number}. {title}")
        self._fit()

    def show_states(self, states: Sequence[State], here: int, reached: int) -> None:
        """`reached` is the furthest that may be gone to."""
        for number, (button, state) in enumerate(zip(self.buttons, states, strict=True)):
            button.show_state(state, number == here, number <= reached)

    def set_narrow(self, narrow: bool) -> None:
        """Only the shapes, with the questions in their tool tips: beside large text the answers need the room."""
        self._narrow = narrow
        self._fit()

    def _fit(self) -> None:
        self._head.setVisible(not self._narrow)
        self._foot.setVisible(not self._narrow)
        for button in self.buttons:
            button.narrow = self._narrow
            button.setToolTip(button.text() if self._narrow else "")
            button.updateGeometry()
        self.setFixedWidth(theme().px(36) + 28 if self._narrow else theme().px(256))
