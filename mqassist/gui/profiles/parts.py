"""Small parts of the editor: a field under its label, rows that become columns, one of several words, file rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from mqassist.core.glance import Glance
from mqassist.gui.theme.fonts import NORMAL, SEMIBOLD
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import clear
from mqassist.gui.widgets.fields import Field
from mqassist.gui.widgets.labels import StateShape, Text


def scrolling(inside: QWidget) -> QScrollArea:
    """Scrolls up and down only; the ground of the page shows through, because a style sheet resets palettes there."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    inside.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    return area


class Labelled(QWidget):
    """A field under its label; the label names the field for screen readers, too."""

    def __init__(self, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.label = Text("", self, role="caption", colour="t2", wrap=False)
        self.label.setBuddy(field)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self.label)
        box.addWidget(field)
        box.addStretch(1)
        theme().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """One line is as tall as the buttons beside it."""
        if isinstance(self.field, Field):
            self.field.setMinimumHeight(max(theme().px(28), self.field.fontMetrics().height() + theme().px(10)))

    def set_name(self, name: str, hint: str = "") -> None:
        self.label.setText(name)
        self.field.setAccessibleName(name)
        if isinstance(self.field, Field):
            self.field.setPlaceholderText(hint)


class FieldRow(QWidget):
    """Fields side by side; under each other where the row is narrower than `least` units of the design."""

    def __init__(self, fields: Sequence[tuple[QWidget, int]], *, least: int = 460) -> None:
        super().__init__()
        self._least = least
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(12)
        for field, stretch in fields:
            self._box.addWidget(field, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < theme().px(self._least)
        self._box.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        super().resizeEvent(event)


class _Segment(QAbstractButton):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        look = theme()
        width = self.fontMetrics().horizontalAdvance(self.text()) + look.px(22)
        return QSize(width, max(look.px(28), self.fontMetrics().height() + look.px(10)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        on = self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.tokens.accentbg if on else look.tokens.hover)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), look.px(5), look.px(5))
        painter.setFont(look.font("body", SEMIBOLD if on else NORMAL))
        painter.setPen(look.tokens.accent if on else look.tokens.t2)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(look.tokens.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), look.px(5), look.px(5))
        painter.end()


class Segments(QWidget):
    """One of a few words side by side. `chosen` only comes from the person."""

    chosen = Signal(str)

    def __init__(self, values: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._buttons = {value: _Segment(self) for value in values}
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for value, button in self._buttons.items():
            self._group.addButton(button)
            row.addWidget(button)
            button.clicked.connect(lambda _on=False, value=value: self.chosen.emit(value))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(next(iter(self._buttons.values())))

    def set_words(self, name: str, words: Sequence[str]) -> None:
        self.setAccessibleName(name)
        for button, word in zip(self._buttons.values(), words, strict=True):
            button.setText(word)
            button.setAccessibleName(f"{name}: {word}")

    def button(self, value: str) -> QAbstractButton:
        return self._buttons[value]

    def value(self) -> str:
        return next((value for value, button in self._buttons.items() if button.isChecked()), "")

    def choose(self, value: str) -> None:
        self._buttons[value].setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.field, 1))
        painter.setBrush(look.tokens.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(6), look.px(6))
        painter.end()


class FileRow(QWidget):
    """A file that was chosen or typed, and what a look at it says. `edited` only comes from the person."""

    edited = Signal()
    browse = Signal()
    command_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text("", self, wrap=False)
        self.field = Field("", self, mono=True, takes_files=True)
        self.choose = Button("", self)
        self._said = QVBoxLayout()
        self._said.setSpacing(4)
        self._glance: Glance | None = None
        self._words: list[str] = []
        middle = QVBoxLayout()
        middle.setSpacing(4)
        middle.addWidget(self.field)
        middle.addLayout(self._said)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        self.title.setContentsMargins(0, 5, 0, 0)
        row.addWidget(self.title, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(middle, 1)
        row.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignTop)
        self.title.setBuddy(self.field)
        self.field.textEdited.connect(lambda _: self.edited.emit())
        self.choose.clicked.connect(self.browse)
        dress(self, "body")

    def set_name(self, name: str, choose: str, choose_name: str) -> None:
        self.title.setText(name)
        self.field.setAccessibleName(name)
        self.choose.setText(choose)
        self.choose.setAccessibleName(choose_name)

    def set_title_width(self, width: int) -> None:
        self.title.setMinimumWidth(width)

    def show_glance(self, glance: Glance | None, sentence: Sequence[str], copy_word: str) -> None:
        """`sentence` are the lines of the glance in words."""
        clear(self._said)
        self._words = list(sentence)
        if glance is None:
            return
        flow: QHBoxLayout | None = None
        used = 0
        room = max(240, self.field.width())
        for line, words in zip(glance.lines, sentence, strict=True):
            shape = StateShape(line.state, self, size=12)
            text = Text(words, self, role="caption", colour="t2", wrap=False)
            wide = text.sizeHint().width() + theme().px(32)
            if flow is None or used + wide > room:
                flow = QHBoxLayout()
                flow.setSpacing(6)
                flow.addStretch(1)
                self._said.addLayout(flow)
                used = 0
            flow.insertWidget(flow.count() - 1, shape, 0, Qt.AlignmentFlag.AlignVCenter)
            flow.insertWidget(flow.count() - 1, text)
            flow.insertSpacing(flow.count() - 1, theme().px(8))
            used += wide
        if glance.command and flow is not None:
            button = Button(copy_word, self, kind="link")
            button.setToolTip(glance.command)
            button.clicked.connect(lambda _on=False: self.command_wanted.emit(glance.command))
            self._said.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def said(self) -> list[str]:
        """The words of the last look, for tests and screen readers."""
        return self._words
