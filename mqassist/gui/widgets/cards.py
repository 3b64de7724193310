"""Grounds and groups: cards, message strips, empty states, sections that open, tables of facts, boxes of commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Literal

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QTextOption
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.states import State
from mqassist.gui.theme.theme import dress, grow, theme
from mqassist.gui.widgets.baseline import level
from mqassist.gui.widgets.buttons import Button, CopyButton, IconButton
from mqassist.gui.widgets.labels import StateShape, Text, ValueText

Tone = Literal["plain", "sunken", "ok", "warning", "error", "note", "accent"]
StripKind = Literal["warning", "error", "note", "ok"]
_GROUNDS: dict[Tone, tuple[str, str]] = {
    "plain": ("surface", "line"),
    "sunken": ("sunken", "line"),
    "ok": ("okbg", "okline"),
    "warning": ("warnbg", "warnline"),
    "error": ("errbg", "errline"),
    "note": ("sunken", "line2"),
    "accent": ("accentbg", "accentline"),
}
_STRIP_STATES: dict[StripKind, State] = {"warning": "warning", "error": "broken", "note": "note", "ok": "works"}
OPEN_MS = 120


def clear(layout: QLayout) -> None:
    """Takes everything out of a layout and destroys it."""
    while (item := layout.takeAt(0)) is not None:
        _destroy(item)


def _destroy(item: QLayoutItem) -> None:
    widget = item.widget()
    if widget is not None:
        widget.hide()
        widget.deleteLater()
        return
    inner = item.layout()
    if inner is not None:
        clear(inner)


def scrolling(page: QWidget) -> QScrollArea:
    """The page in a scroll area without a frame, on the ground of content."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    dress(page, ground="surface")
    return area


def reading_column(page: QWidget, width: int) -> QVBoxLayout:
    """The layout of a page to read: a column of at most `width` units of the design, at the left."""
    outer = QHBoxLayout(page)
    outer.setContentsMargins(20, 20, 20, 20)
    column = QWidget()
    grow(column, column.setMaximumWidth, width)
    outer.addWidget(column, 10)
    outer.addStretch(1)
    box = QVBoxLayout(column)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(8)
    return box


class Card(QFrame):
    """A ground with a border of one pixel and round corners; `body` is its layout."""

    def __init__(self, parent: QWidget | None = None, *, tone: Tone = "plain", margin: int = 16, gap: int = 8) -> None:
        super().__init__(parent)
        self._tone: Tone = tone
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(gap)

    def set_tone(self, tone: Tone) -> None:
        self._tone = tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        ground, edge = _GROUNDS[self._tone]
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.colour(edge), 1))
        painter.setBrush(tokens.colour(ground))
        radius = theme().px(8)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.end()


class Line(QWidget):
    """A separator of one pixel."""

    def __init__(self, parent: QWidget | None = None, *, vertical: bool = False) -> None:
        super().__init__(parent)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().tokens.line)
        painter.end()


class MessageStrip(Card):
    """Says what is the matter where it is, with actions and a cross; never a box that blocks."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None, *, closable: bool = False) -> None:
        super().__init__(parent, tone="note", margin=8)
        self._title = Text(weight=SEMIBOLD)
        self._shape = StateShape("note", beside=self._title)
        self._text = Text(colour="t2", role="caption")
        self._actions = QHBoxLayout()
        self._actions.setSpacing(8)
        self._close = IconButton("x", "", self)
        self._close.setVisible(closable)
        self._close.clicked.connect(self._dismiss)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._text)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addLayout(self._actions)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self._row = row
        self.retranslate()

    def say(
        self, kind: StripKind, title: str, text: str = "", actions: Sequence[tuple[str, Callable[[], None]]] = ()
    ) -> None:
        """Shows it; `actions` are buttons with what they do."""
        clear(self._actions)
        self._shape.set_state(_STRIP_STATES[kind])
        self.set_tone(kind)
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._row.setAlignment(self._shape, Qt.AlignmentFlag.AlignTop if text else Qt.AlignmentFlag.AlignVCenter)
        for label, act in actions:
            button = Button(label, self)
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._actions.addWidget(button)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.show()

    def title(self) -> str:
        return self._title.text()

    def retranslate(self) -> None:
        self._close.set_name(self.tr("Dismiss"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()


class EmptyState(QWidget):
    """Nothing here yet: one sentence and one action."""

    triggered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Text(role="section")
        self._text = Text(colour="t2")
        self._button = Button(kind="outlined")
        self._button.clicked.connect(self.triggered)
        box = QVBoxLayout(self)
        box.setSpacing(8)
        box.addStretch(1)
        for widget in (self._title, self._text):
            widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            box.addWidget(widget)
        box.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(2)

    def say(self, title: str, text: str = "", action: str = "") -> None:
        for widget, words in ((self._title, title), (self._text, text), (self._button, action)):
            widget.setText(words)
            widget.setVisible(bool(words))


class Collapsible(QWidget):
    """A section that opens and closes; `body` is the layout of what it holds. `toggled` tells whether it is open."""

    toggled = Signal(bool)

    def __init__(self, title: str = "", parent: QWidget | None = None, *, is_open: bool = False) -> None:
        super().__init__(parent)
        self._head = Button(title, self, kind="quiet", icon_name="rt")
        self._head.setCheckable(True)
        self._head.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._head.clicked.connect(self.set_open)
        self._inside = QWidget(self)
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(theme().px(34), 2, 0, 4)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._head)
        box.addWidget(self._inside)
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(OPEN_MS)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(lambda value: self._inside.setMaximumHeight(int(value)))
        self._motion.finished.connect(self._settle)
        self._open = not is_open
        self.set_open(is_open, animated=False)

    @property
    def is_open(self) -> bool:
        return self._open

    def set_title(self, title: str) -> None:
        self._head.setText(title)

    def set_open(self, is_open: bool, *, animated: bool = True) -> None:
        if is_open == self._open:
            return
        self._open = is_open
        self._head.setChecked(is_open)
        self._head.set_icon_name("dn" if is_open else "rt")
        self._motion.stop()
        if animated and self.isVisible() and not theme().reduced_motion:
            self._inside.show()
            tall = self._inside.sizeHint().height()
            self._motion.setStartValue(0 if is_open else tall)
            self._motion.setEndValue(tall if is_open else 0)
            self._motion.start()
        else:
            self._settle()
        self.toggled.emit(is_open)

    def _settle(self) -> None:
        self._inside.setVisible(self._open)
        self._inside.setMaximumHeight(16777215)  # QWIDGETSIZE_MAX


class KeyValueTable(QWidget):
    """Names on the left, values on the right; values can be selected, `mono` ones are addresses, paths and names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def set_rows(self, rows: Sequence[tuple[str, str]], *, mono: bool = False) -> None:
        clear(self._grid)
        for row, (name, value) in enumerate(rows):
            label = Text(name, colour="t3", role="body", wrap=False)
            shown = ValueText(value, exact=mono)
            shown.setAccessibleName(name)
            label.setBuddy(shown)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(shown, row, 1)
            level(label, shown)


class CommandBox(Card):
    """A command or other fixed text. Long lines scroll sideways, the button copies all of it through `copy`."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, copy: Callable[[str], None]) -> None:
        super().__init__(parent, tone="sunken", margin=2)
        self._copy = copy
        self._field = QPlainTextEdit()
        self._field.setReadOnly(True)
        self._field.setFrameShape(QFrame.Shape.NoFrame)
        self._field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._field.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self._field.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._field.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._field.setTabChangesFocus(True)
        self._field.setStyleSheet("QPlainTextEdit { border: none; background: transparent; }")
        dress(self._field, "mono")
        self._field.installEventFilter(self)
        self.button = CopyButton(self)
        self.button.clicked.connect(self._take)
        row = QHBoxLayout()
        row.setContentsMargins(6, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._field, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._fit)
        self.retranslate()
        self.set_text(text)

    def text(self) -> str:
        return self._field.toPlainText()

    def set_text(self, text: str) -> None:
        self._field.setPlainText(text)
        self._fit()

    def retranslate(self) -> None:
        self._field.setAccessibleName(self.tr("Command"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # the field has its own width only after this box was laid out
        if event.type() == QEvent.Type.Resize and watched is self._field:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        metrics = self._field.fontMetrics()
        lines = self._field.toPlainText().split("\n")
        widest = max(metrics.horizontalAdvance(line) for line in lines)
        # the view port still has its old width when the field is told of its new one
        bar = theme().px(10) if widest > self._field.width() - 2 * int(self._field.document().documentMargin()) else 0
        # no fixed height: as many lines as there are, and each a fraction taller than its font says
        first = self._field.firstVisibleBlock()
        self._field.blockBoundingRect(first)  # lays it out; its own height has the margin of a last block in it
        tall = max(metrics.lineSpacing(), first.layout().boundingRect().height())
        self._field.setFixedHeight(ceil(tall * len(lines)) + theme().px(10) + bar)

    def _take(self) -> None:
        self._copy(self.text())
        self.button.show_copied()
