"""The right column: a card for each cause, the first one open, with the words that prove it and what settles it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.core.runs import KeptRun
from mqassist.gui.pages.explain.seen_card import SeenCard
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, CommandBox, Line, clear
from mqassist.gui.widgets.labels import Chip, LineMark, SectionTitle, StateShape, Text
from mqassist.report.explanation import PresentedExplanation, PresentedMatch

SEVERITY_STATES = {"error": "broken", "warning": "warning", "info": "note"}
PLATFORMS = {"linux": "Linux", "windows": "Windows", "macos": "macOS"}
MOST_LOG_LINES = 3


class CauseCard(Card):
    """One cause. A click or the space key chooses it: then its body is shown."""

    chosen = Signal(str)
    page_wanted = Signal(str)

    def __init__(self, number: int, match: PresentedMatch, wording: Wording, copy: Callable[[str], None]) -> None:
        super().__init__(tone="plain", margin=0, gap=0)
        self.match = match
        self._wording = wording
        self._copy = copy
        self._open = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{number}. {match.title}")
        self._head = QWidget()
        self._build_head(number)
        self._body = QWidget()
        self._inside = QVBoxLayout(self._body)
        self._inside.setContentsMargins(theme().px(38), 8, 14, 12)
        self._inside.setSpacing(6)
        self.body.addWidget(self._head)
        self._line = Line()
        self.body.addWidget(self._line)
        self.body.addWidget(self._body)
        self.set_open(False)

    def _build_head(self, number: int) -> None:
        match = self.match
        row = QHBoxLayout(self._head)
        row.setContentsMargins(14, 10, 12, 10)
        row.setSpacing(10)
        title = Text(match.title, weight=SEMIBOLD)
        row.addWidget(LineMark(str(number), title, weight=None), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(title)
        texts.addWidget(Text(match.id, role="mono", colour="t3", selectable=True))
        row.addLayout(texts, 1)
        who = Chip(begun(match.who_word), icon_name="person")
        who.set_passive()
        row.addWidget(who, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def is_open(self) -> bool:
        return self._open

    def set_open(self, is_open: bool) -> None:
        if is_open and not self._inside.count():
            self._fill()
        self._open = is_open
        self._body.setVisible(is_open)
        self._line.setVisible(is_open)
        self.update()

    def _fill(self) -> None:
        match = self.match
        self._inside.addWidget(Text(match.summary))
        if match.excerpt:
            letters = " ".join(match.letters)
            sentence = self.tr("{letters}: line {line}").format(letters=letters or "–", line=match.line)
            self._inside.addWidget(Text(sentence, role="caption", colour="t3"))
        for settles in match.settles:
            self._inside.addWidget(Text(self.tr("Settled by: {what}").format(what=settles), colour="t2"))
        self._steps(match)
        if match.log_lines:
            self._inside.addWidget(Text(self.tr("In the broker's log, lines like these:"), colour="t3", role="caption"))
            for line, source in match.log_lines[:MOST_LOG_LINES]:
                shown = CommandBox(" ".join(line.split())[:300], copy=self._copy)
                shown.setToolTip(source)
                self._inside.addWidget(shown)
        more = Button(self.tr("About this cause"), kind="quiet", icon_name="bulb")
        more.clicked.connect(lambda: self.page_wanted.emit(match.id))
        row = QHBoxLayout()
        row.addWidget(more)
        row.addStretch(1)
        self._inside.addLayout(row)

    def _steps(self, match: PresentedMatch) -> None:
        """Each sentence once, with the commands of each system: the broker may stand elsewhere."""
        said = ""
        for step in match.steps:
            label = self._wording.sentence(f"who.{step.audience.replace(' ', '-')}")
            sentence = self._wording.sentence("line.labelled", {"label": begun(label), "text": step.text})
            if sentence != said:
                self._inside.addWidget(Text(sentence))
            said = sentence
            if step.command:
                if step.platform != "any":
                    self._inside.addWidget(Text(PLATFORMS[step.platform], role="caption", colour="t3"))
                self._inside.addWidget(CommandBox(step.command, copy=self._copy))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._open:
            return
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = theme().px(8)
        painter.setPen(QPen(tokens.colour("accent"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self.match.id)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.match.id)
            return
        super().keyPressEvent(event)


def begun(role: str) -> str:
    """A role at the beginning of a line."""
    return role[:1].upper() + role[1:]


class AnswerColumn(QWidget):
    """`chosen` comes with the id of the cause whose words shall stand out; `page_wanted` with that of its page;
    `report_wanted` with the id of a kept run that had the cause."""

    chosen = Signal(str)
    page_wanted = Signal(str)
    report_wanted = Signal(str)

    def __init__(self, copy: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._copy = copy
        self.cards: list[CauseCard] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(10)
        self.seen = SeenCard()
        self._shown: PresentedExplanation | None = None
        self._seen: Sequence[KeptRun] = ()
        self._wording: Wording | None = None

    def show_answer(self, shown: PresentedExplanation | None, wording: Wording, seen: Sequence[KeptRun] = ()) -> None:
        """None empties it. `seen` are kept runs with one of the causes, newest first."""
        self._shown, self._wording, self._seen = shown, wording, seen
        clear(self._box)
        self.cards = []
        if shown is None:
            self._box.addWidget(SectionTitle(self.tr("Causes appear here")))
            self._box.addWidget(
                Text(
                    self.tr(
                        "The likeliest first, each with the words that prove it, who has to act, and what settles it. "
                        "Passwords in the text are hidden at once."
                    ),
                    colour="t2",
                )
            )
            self._box.addStretch(1)
            return
        head = QHBoxLayout()
        head.addWidget(SectionTitle(self._title(shown)), 1)
        if shown.matches:
            head.addWidget(Text(self.tr("From words only, not measured"), role="caption", colour="t3", wrap=False))
        self._box.addLayout(head)
        if not shown.matches:
            self._box.addWidget(_line_of("works" if shown.outcome == "healthy" else "undecided", shown.heading))
        for number, match in enumerate(shown.matches, 1):
            card = CauseCard(number, match, wording, self._copy)
            card.chosen.connect(self.choose)
            card.page_wanted.connect(self.page_wanted)
            self.cards.append(card)
            self._box.addWidget(card)
        if shown.folded:
            names = " · ".join(shown.folded)
            self._box.addWidget(_line_of("note", self.tr("Follows from it: {causes}").format(causes=names)))
        if shown.ruled_out:
            names = " · ".join(shown.ruled_out)
            self._box.addWidget(_line_of("works", self.tr("Ruled out: {causes}").format(causes=names)))
        self.seen = SeenCard()
        self.seen.report_wanted.connect(self.report_wanted)
        self._box.addWidget(self.seen)
        self._box.addStretch(1)
        if self.cards:
            self.choose(self.cards[0].match.id)

    def choose(self, cause: str) -> None:
        for card in self.cards:
            card.set_open(card.match.id == cause)
        self.seen.show_runs([run for run in self._seen if run.cause == cause])
        self.chosen.emit(cause)

    def retranslate(self) -> None:
        if self._wording is not None:
            self.show_answer(self._shown, self._wording, self._seen)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _title(self, shown: PresentedExplanation) -> str:
        if len(shown.matches) > 1:
            return self.tr("Possible causes, the likeliest first")
        return self.tr("The cause") if shown.matches else self.tr("The answer")


def _line_of(state: str, words: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(2, 0, 2, 0)
    text = Text(words)
    shape = StateShape(state, beside=text)  # type: ignore[arg-type]  # states of the theme
    row.addWidget(shape, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text, 1)
    return line
