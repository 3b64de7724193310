"""The verdict card: what it is, who has to act, how sure that is; below, what to do and why. Knows no run.

The card only lays out: what stands in its body is made by `fixes` and `progress_body`.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.states import STATES_OF_RUNS, State
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import clear
from mqassist.gui.widgets.flow import FlowLayout
from mqassist.gui.widgets.labels import Chip, StateShape, Text

CardState = Literal["none", "running", "works", "warning", "broken", "undecided", "stopped", "crashed"]
_TONES: dict[CardState, tuple[str, str]] = {
    "none": ("sunken", "line"),
    "running": ("accentbg", "line"),
    "works": ("okbg", "okline"),
    "warning": ("warnbg", "warnline"),
    "broken": ("errbg", "errline"),
    "undecided": ("sunken", "line2"),
    "stopped": ("sunken", "line2"),
    "crashed": ("warnbg", "warnline"),
}
_SHAPES: dict[str, State] = {"none": "note", "running": "running", **STATES_OF_RUNS}
NARROW = 900


class VerdictCard(QFrame):
    copy_pressed = Signal()
    report_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: CardState = "none"
        self._share: float | None = None
        self.shape = StateShape("note", size=28)
        self.title = Text(role="verdict", selectable=True)
        self.summary = Text(colour="t2", selectable=True)
        self.who = Chip("", icon_name="person", bold=True)
        self.who.set_passive()
        self.certainty = Chip("", state="works")
        self.certainty.set_passive()
        self.cause = Text(role="mono", colour="t2", wrap=False, selectable=True)
        self.copy = Button("", icon_name="copy")
        self.report = Button("", icon_name="doc")
        self.figure = Text(role="title", wrap=False)
        self.figure.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.meta = Text(role="caption", colour="t2", wrap=False)
        self.meta.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.head = self._head()
        self.body = QWidget(self)
        self.body_layout = QVBoxLayout(self.body)
        self.body_layout.setContentsMargins(0, 0, 0, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        box.addWidget(self.head)
        box.addWidget(self.body)
        self.copy.clicked.connect(self.copy_pressed)
        self.report.clicked.connect(self.report_pressed)
        self.retranslate()

    def _head(self) -> QWidget:
        head = QWidget(self)
        self._chips = FlowLayout()
        for widget in (self.who, self.certainty, self.cause):
            self._chips.addWidget(widget)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.title)
        texts.addWidget(self.summary)
        texts.addSpacing(4)
        texts.addLayout(self._chips)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self._before_buttons = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        buttons.addItem(self._before_buttons)
        buttons.addWidget(self.figure)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.report)
        self._after_buttons = QSpacerItem(0, 0, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        buttons.addItem(self._after_buttons)
        self._buttons = buttons
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addLayout(buttons)
        right.addStretch(1)
        right.addWidget(self.meta)
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._across.setSpacing(12)
        self._across.addLayout(texts, 1)
        self._across.addLayout(right)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(self.shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._across, 1)
        return head

    @property
    def state(self) -> CardState:
        return self._state

    def show_state(self, state: CardState, title: str, summary: str = "") -> None:
        """Everything else of the head is hidden until it is set."""
        self._state = state
        self._share = None
        self.shape.set_state(_SHAPES[state])
        self.title.setText(title)
        self.summary.setText(summary)
        self.summary.setVisible(bool(summary))
        for widget in (self.who, self.certainty, self.cause, self.copy, self.report, self.figure, self.meta):
            widget.hide()
        self.setAccessibleName(title)
        self.setAccessibleDescription(summary)
        self.update()

    def show_chips(self, who: str, certainty: str, cause: str, *, sure: bool) -> None:
        for widget, text in ((self.who, who), (self.certainty, certainty), (self.cause, cause)):
            widget.setText(text)
            widget.setAccessibleName(text)
            widget.updateGeometry()
            widget.setVisible(bool(text))
        self.certainty.set_state("works" if sure else "undecided")

    def show_answer(self, meta: str, *, actions: bool) -> None:
        self.meta.setText(meta)
        self.meta.setVisible(bool(meta))
        self.copy.setVisible(actions)
        self.report.setVisible(actions)

    def show_progress(self, figure: str, meta: str, share: float) -> None:
        """`share` of the steps that are done, 0 to 1."""
        self.figure.setText(figure)
        self.meta.setText(meta)
        self.figure.show()
        self.meta.show()
        if share != self._share:
            self._share = share
            self.update()

    def set_body(self, widget: QWidget | None) -> None:
        clear(self.body_layout)
        if widget is not None:
            self.body_layout.addWidget(widget)
        self.body.setVisible(widget is not None)

    def announce(self) -> None:
        """When a run ends its title is said; the focus stays where it is."""
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.title.text()))

    def set_width_class(self, width: int, large: bool) -> None:
        narrow = width < NARROW or large
        if narrow == self._narrow:
            return
        self._narrow = narrow
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._across.setDirection(direction)
        grow, stay = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        self._before_buttons.changeSize(0, 0, stay if narrow else grow)
        self._after_buttons.changeSize(0, 0, grow if narrow else stay)
        side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignRight
        for text in (self.meta, self.figure):
            text.setAlignment(side)
        self.meta.setWordWrap(narrow)
        self._buttons.invalidate()

    _narrow: bool | None = None

    def retranslate(self) -> None:
        self.copy.setText(self.tr("Copy answer"))
        self.report.setText(self.tr("Report…"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        ground, edge = (look.tokens.colour(name) for name in _TONES[self._state])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(frame, look.px(8), look.px(8))
        painter.fillPath(shape, look.tokens.surface)
        if self.body.isVisible():
            top = QRectF(frame)
            top.setHeight(self.head.height() + 1)
            painter.save()
            painter.setClipRect(top)
            painter.fillPath(shape, ground)
            painter.restore()
            below = self.head.height() + 1
            painter.fillRect(QRectF(0.5, below, self.width() - 1, 1), edge)
            if self._share is not None:
                painter.fillRect(QRectF(1, below - 1, self.width() - 2, 3), look.tokens.line)
                painter.fillRect(QRectF(1, below - 1, (self.width() - 2) * self._share, 3), look.tokens.accent)
        else:
            painter.fillPath(shape, ground)
        painter.setPen(QPen(edge, 1))
        painter.drawPath(shape)
        painter.end()


def caption(text: str, parent: QWidget | None = None) -> Text:
    """The small heading of a part of the card."""
    return Text(text, parent, role="caption", colour="t2", weight=SEMIBOLD)
