"""A slider with its name and its value in words above it. Its steps are values of any kind, not evenly spaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from mqassist.gui.theme.theme import grow, theme
from mqassist.gui.widgets.labels import Text


class _Bar(QSlider):
    """The groove in the accent up to the knob, as the other fields are."""

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        knob = look.px(8)
        middle, span = self.height() / 2, self.width() - 2 * knob
        share = (self.value() - self.minimum()) / max(1, self.maximum() - self.minimum())
        at = knob + span * share
        on = look.tokens.accent if self.isEnabled() else look.tokens.line2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        thick = look.px(4)
        for left, right, colour in ((knob, self.width() - knob, look.tokens.line2), (knob, at, on)):
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(left, middle - thick / 2, right - left, thick), thick / 2, thick / 2)
        painter.setPen(QPen(on, 2))
        painter.setBrush(look.tokens.surface)
        painter.drawEllipse(QPointF(at, middle), knob - 1, knob - 1)
        painter.end()


class NamedSlider(QWidget):
    """`moved` gives the value that the person chose."""

    moved = Signal(float)

    def __init__(self, steps: Sequence[float], word: Callable[[float], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = list(steps)
        self._word = word
        self._name, self._value = Text(), Text(wrap=False)
        self.slider = _Bar(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(self._steps) - 1)
        self.slider.setPageStep(1)
        self._name.setBuddy(self.slider)
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self._value)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addLayout(head)
        box.addWidget(self.slider)
        self.slider.valueChanged.connect(self._changed)
        grow(self.slider, self.slider.setMinimumHeight, 22)

    @property
    def value(self) -> float:
        return self._steps[self.slider.value()]

    def set_value(self, value: float) -> None:
        """The nearest step; `moved` does not come."""
        nearest = min(range(len(self._steps)), key=lambda at: abs(self._steps[at] - value))
        self.slider.blockSignals(True)
        self.slider.setValue(nearest)
        self.slider.blockSignals(False)
        self._say()

    def set_name(self, name: str) -> None:
        self._name.setText(name)
        self.slider.setAccessibleName(name)
        self._say()

    def _changed(self) -> None:
        self._say()
        self.moved.emit(self.value)

    def _say(self) -> None:
        self._value.setText(self._word(self.value))
        self.slider.setAccessibleDescription(self._value.text())
