"""The scenario that is selected: what one sees, a riddle to guess, where to point a program, and the lesson."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from mqassist.core.practice import Card
from mqassist.gui.pages.lab.practice import Proof
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import CommandBox, Line, MessageStrip, clear
from mqassist.gui.widgets.fields import RadioButton
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Tag, Text


class Detail(QWidget):
    """`guessed` gives the name of the scenario and the name of the answer that was chosen."""

    guessed = Signal(str, str)
    start_wanted = Signal(str)
    stop_wanted = Signal(str)
    check_wanted = Signal(str)

    def __init__(self, copy: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: Card | None = None
        self._choices: Sequence[Card] = ()
        self._right: bool | None = None
        self._revealed = False
        self._address = ""
        self._login: tuple[str, str] = ("", "")
        self._nothing = Text(colour="t3")
        self._title = Text(role="section")
        self._level = Tag()
        self._cause = Tag()
        self._hint = Text(colour="t2")
        self._use = Text(role="caption", colour="t3")
        self.address = CommandBox(copy=copy)
        self._as = Text(role="caption", colour="t3", selectable=True)
        self._ask = Text(weight=SEMIBOLD)
        self._answers = QButtonGroup(self)
        self._riddle = QWidget()
        self._riddle_box = QVBoxLayout(self._riddle)
        self.guess = Button()
        self.verdict = MessageStrip()
        self._lesson_title = Text(weight=SEMIBOLD)
        self.lesson = Text()
        self.reveal = Button(kind="link")
        self.start, self.check, self.stop = Button(icon_name="play"), Button(), Button(icon_name="stop")
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        self._riddle_box.setContentsMargins(0, 0, 0, 0)
        self._riddle_box.setSpacing(4)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(10)
        self._rows: tuple[QWidget, ...] = (
            self._title, FlowRow((self._level, self._cause), gap=6), self._hint,
            FlowRow((self.start, self.check, self.stop), gap=8), self._use, self.address, self._as,
        )  # fmt: skip
        box.addWidget(self._nothing)
        row: QWidget
        for row in self._rows:
            box.addWidget(row)
        self._line = Line()
        self._after: tuple[QWidget, ...] = (
            self._line, self._ask, self._riddle, self.guess, self.verdict, self._lesson_title, self.lesson,
            self.reveal,
        )  # fmt: skip
        for row in self._after:
            box.addWidget(row)
        box.addStretch(1)

    def _connect(self) -> None:
        self.guess.clicked.connect(self._guess)
        self.reveal.clicked.connect(self._reveal)
        for button, signal in (
            (self.start, self.start_wanted),
            (self.check, self.check_wanted),
            (self.stop, self.stop_wanted),
        ):
            button.clicked.connect(lambda _on=False, signal=signal: self._card and signal.emit(self._card.name))

    # -- what it shows --------------------------------------------------------------------------

    def show_card(
        self, card: Card, title: str, choices: Sequence[Card], *, right: bool | None, proof: Proof, level: str
    ) -> None:
        """`choices` are the answers of a riddle that is still open; `right` says how it was guessed, None if not."""
        if self._card is None or self._card.name != card.name:
            self._revealed = False
        self._card, self._right = card, right
        self._title.setText(title)
        self._level.set_text(level)
        self._cause.set_text(card.cause or self.tr("works"))
        self._cause.setVisible(not choices)
        self._hint.setText(card.hint)
        self.lesson.setText(card.lesson)
        self._known = bool(proof) or right is not None or self._revealed
        if [each.name for each in choices] != [each.name for each in self._choices]:
            self._choices = choices
            self._offer(choices)
        self._settle()

    def show_state(self, address: str, login: tuple[str, str], *, busy: bool = False) -> None:
        """Where it plays, without the password; `login` is name and password, which are worth nothing elsewhere."""
        self._address, self._login = address, login
        self.start.set_busy(busy and not address)
        self.address.set_text(address)
        self._settle()

    def _offer(self, choices: Sequence[Card]) -> None:
        clear(self._riddle_box)
        self._answers = QButtonGroup(self)
        for at, choice in enumerate(choices):
            button = RadioButton(choice.title)
            button.setToolTip(choice.cause)
            self._answers.addButton(button, at)
            self._riddle_box.addWidget(button)
        self._answers.idToggled.connect(lambda _at, _on: self.guess.setEnabled(self._answers.checkedId() >= 0))

    def answers(self) -> list[RadioButton]:
        """The answers of the riddle that is asked now."""
        return [button for button in self._answers.buttons() if isinstance(button, RadioButton)]

    def _settle(self) -> None:
        there, asking = self._card is not None, bool(self._choices)
        self._nothing.setVisible(not there)
        for widget in (*self._rows, *self._after):
            widget.setVisible(there)
        playing = bool(self._address)
        for widget in (self._use, self.address, self._as):
            widget.setVisible(there and playing)
        self._as.setVisible(there and playing and bool(self._login[0]))
        self.start.setVisible(there and not playing)
        self.check.setVisible(there and playing)
        self.stop.setVisible(there and playing)
        for widget in (self._ask, self._riddle, self.guess):
            widget.setVisible(there and asking)
        self.guess.setEnabled(self._answers.checkedId() >= 0)
        self.verdict.setVisible(there and self._right is not None and not asking)
        known = there and not asking and (self._known or self._revealed)
        self._lesson_title.setVisible(known)
        self.lesson.setVisible(known)
        self.reveal.setVisible(there and not asking and not known)
        self.retranslate()

    _known = False

    def _guess(self) -> None:
        at = self._answers.checkedId()
        if self._card is not None and at >= 0:
            self.guessed.emit(self._card.name, self._choices[at].name)

    def _reveal(self) -> None:
        self._revealed = True
        self._settle()

    def retranslate(self) -> None:
        self._nothing.setText(self.tr("Select a scenario to see what it is about."))
        self._use.setText(self.tr("Point your own program at this address, or press Diagnose."))
        user, password = self._login
        self._as.setText(self.tr("Log in as {user} with the password {password}").format(user=user, password=password))
        self.address.setAccessibleName(self.tr("Address"))
        self._ask.setText(self.tr("What do you think it is?"))
        self.guess.setText(self.tr("That is my guess"))
        self._lesson_title.setText(self.tr("What is behind it"))
        self.reveal.setText(self.tr("Show the lesson"))
        self.start.setText(self.tr("Start"))
        self.check.setText(self.tr("Diagnose"))
        self.stop.setText(self.tr("Stop"))
        if self._right is not None and self._card is not None and not self._choices:
            said = self.tr("Right.") if self._right else self.tr('Not this time: it is "{title}".')
            self.verdict.say("ok" if self._right else "note", said.format(title=self._card.title))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
