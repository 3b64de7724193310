"""The body of the card while a run goes: what is known already, what happens now with the budget of each wait, what
comes. Knows no run: it is told plain lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from mqassist.core.record import record
from mqassist.gui.pages.checkup.verdict_card import caption
from mqassist.gui.theme.states import State
from mqassist.gui.widgets.cards import Line
from mqassist.gui.widgets.labels import ElidedLabel, StateShape, Text

MOST_LINES = 3


@record
class ProgressLine:
    """`beside` is the time of a wait."""

    state: State
    text: str
    beside: str = ""


class _Column(QWidget):
    """Keeps its lines and only changes their words: ten times a second nothing may be made anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = caption("")
        self.otherwise = ""
        """Told in place of lines where there are none."""
        self._rows: list[tuple[QWidget, StateShape, ElidedLabel, Text]] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 10, 16, 12)
        box.setSpacing(6)
        box.addWidget(self.title)
        for _ in range(MOST_LINES):
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(10)
            shape, text = StateShape(size=12), ElidedLabel(mode=Qt.TextElideMode.ElideRight)
            beside = Text(colour="accent", wrap=False)
            row.addWidget(shape)
            row.addWidget(text, 1)
            row.addWidget(beside)
            box.addWidget(holder)
            self._rows.append((holder, shape, text, beside))
        box.addStretch(1)

    def show_lines(self, lines: Sequence[ProgressLine]) -> None:
        for at, (holder, shape, text, beside) in enumerate(self._rows):
            # an empty row keeps its height: nothing below may jump
            there = at < len(lines)
            line = lines[at] if there else ProgressLine("waiting", "" if at else self.otherwise)
            shape.setVisible(there)
            if there and shape.state != line.state:
                shape.set_state(line.state)
            if text.text() != line.text:
                text.set_text(line.text)
            if beside.text() != line.beside:
                beside.setText(line.beside)
            holder.setVisible(True)


class ProgressBody(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.known, self.now, self.to_come = _Column(), _Column(), _Column()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._lines = (Line(vertical=True), Line(vertical=True))
        for widget in (self.known, self._lines[0], self.now, self._lines[1], self.to_come):
            self._row.addWidget(widget, 0 if isinstance(widget, Line) else 1)
        self.retranslate()

    def set_width_class(self, width: int, large: bool) -> None:
        narrow = width < 900 or large
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        for line in self._lines:
            line.setVisible(not narrow)

    def retranslate(self) -> None:
        self.known.title.setText(self.tr("Already known"))
        self.now.title.setText(self.tr("Now"))
        self.to_come.title.setText(self.tr("Still to come"))
        self.to_come.otherwise = self.tr("the answer")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
