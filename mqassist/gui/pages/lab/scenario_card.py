"""One scenario as a card: what it is about, the verdict it should get, whether it plays, whether that was proved."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from mqassist.core.practice import Card
from mqassist.gui.pages.lab.practice import Proof
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.states import State
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button, IconButton
from mqassist.gui.widgets.labels import ElidedLabel, StateShape, Text

_STATES: dict[str, State] = {"healthy": "works", "degraded": "warning", "broken": "broken"}


class ScenarioCard(QFrame):
    """`chosen` when it is clicked or entered; the buttons speak for themselves. Each with the scenario's name."""

    chosen = Signal(str)
    start_wanted = Signal(str)
    stop_wanted = Signal(str)
    check_wanted = Signal(str)

    def __init__(self, card: Card, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.hidden_answer = False
        self._number = 0
        self._address = ""
        self._busy = False
        self._proof: Proof = ""
        self._selected = False
        self._title = Text(weight=SEMIBOLD)
        self._shape = StateShape(beside=self._title)
        self._hint = Text(colour="t2")
        self._cause = ElidedLabel(role="mono", colour="t3")
        self._proved = Text(role="caption", colour="ok", wrap=False)
        self._running = StateShape("deciding", size=12)
        self._where = ElidedLabel(role="caption", colour="t3")
        self.start = Button(icon_name="play")
        self.check = Button()
        self.stop = IconButton("stop", "")
        self._build()
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.show_state("")

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        proof = QHBoxLayout()
        proof.setSpacing(8)
        proof.addWidget(self._cause, 1)
        proof.addWidget(self._proved)
        top = QVBoxLayout()
        top.setContentsMargins(12, 12, 12, 8)
        top.setSpacing(6)
        top.addLayout(head)
        top.addWidget(self._hint)
        top.addStretch(1)
        top.addLayout(proof)
        self._foot = QHBoxLayout()
        self._foot.setContentsMargins(12, 6, 6, 6)
        self._foot.setSpacing(6)
        self._foot.addWidget(self._running)
        self._foot.addWidget(self._where, 1)
        self._foot.addWidget(self.start)
        self._foot.addWidget(self.check)
        self._foot.addWidget(self.stop)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top, 1)
        box.addLayout(self._foot)

    def _connect(self) -> None:
        self.start.clicked.connect(lambda: self.start_wanted.emit(self.card.name))
        self.check.clicked.connect(lambda: self.check_wanted.emit(self.card.name))
        self.stop.clicked.connect(lambda: self.stop_wanted.emit(self.card.name))

    # -- what it shows --------------------------------------------------------------------------

    def show_card(self, card: Card, *, hidden: bool, number: int, proof: Proof) -> None:
        """`hidden` keeps the answer back; then `number` stands for the title."""
        self.card, self.hidden_answer, self._number, self._proof = card, hidden, number, proof
        self.retranslate()

    def show_state(self, address: str, *, busy: bool = False) -> None:
        """`address` is where it plays, empty if it does not; `busy` while it starts or ends."""
        self._address, self._busy = address, busy
        playing = bool(address)
        self._running.setVisible(playing)
        self.start.setVisible(not playing)
        self.start.set_busy(busy and not playing)
        self.check.setVisible(playing)
        self.stop.setVisible(playing)
        self.retranslate()
        self.update()

    def set_selected(self, selected: bool) -> None:
        self._selected = selected
        self.update()

    @property
    def title(self) -> str:
        if self.hidden_answer:
            return self.tr("Riddle {number}").format(number=self._number)
        return self.card.title

    def retranslate(self) -> None:
        card, hidden = self.card, self.hidden_answer
        self._shape.set_state("undecided" if hidden else _STATES[card.status], expected=not self._proof)
        self._title.setText(self.title)
        self._hint.setText(card.hint)
        dress(self._cause, "mono" if card.cause and not hidden else "caption")  # the name of a cause, or words
        self._cause.set_text(self.tr("What is it?") if hidden else card.cause or self.tr("works"))
        self._proved.setText(self._proof_word())
        self._proved.set_colour("err" if self._proof == "differs" else "ok")
        self._proved.setVisible(bool(self._proof) and not hidden)
        self._where.set_text(self._address or self.tr("not running"))
        self.start.setText(self.tr("Start"))
        self.check.setText(self.tr("Diagnose"))
        self.stop.set_name(self.tr("Stop"))
        self.setAccessibleName(self.title)
        self.setAccessibleDescription(f"{card.hint} {self._where.text()}")
        for button, word in ((self.start, self.tr("Start: {title}")), (self.check, self.tr("Diagnose: {title}"))):
            button.setAccessibleName(word.format(title=self.title))

    def _proof_word(self) -> str:
        if not self._proof:
            return ""
        return self.tr("as expected") if self._proof == "fits" else self.tr("differs")

    # -- Qt -------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self.card.name)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.card.name)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, radius = theme().tokens, theme().px(8)
        edge = tokens.accent if self._address or self._selected else tokens.line
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        foot = min(self._foot.geometry().top(), self.height() - 1)
        outline = QPainterPath()
        outline.addRoundedRect(frame, radius, radius)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.surface)
        painter.drawPath(outline)
        painter.setClipRect(0, foot, self.width(), self.height() - foot)
        painter.setBrush(tokens.sunken)
        painter.drawPath(outline)
        painter.setClipping(False)
        painter.fillRect(QRectF(1, foot, self.width() - 2, 1), tokens.line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(edge, 2 if self._selected else 1))
        painter.drawPath(outline)
        painter.end()
