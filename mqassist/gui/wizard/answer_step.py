"""The answer in plain words: what is wrong, who has to act, what to do now, and Retry."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mqassist.gui.shell import EditsProfiles, Shell, ShowsRuns
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.states import STATES_OF_RUNS
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, Collapsible, clear
from mqassist.gui.widgets.flow import FlowLayout
from mqassist.gui.widgets.labels import SectionTitle, StateShape, Text
from mqassist.gui.wizard.glossary import GlossaryLine
from mqassist.gui.wizard.to_do import PLATFORM, ToDo
from mqassist.report.presented import Presented
from mqassist.report.steps import grouped

WIDTH = 860
_TONES = {"works": "ok", "warning": "warning", "broken": "error"}


class AnswerStep(QWidget):
    """`retried`, `saved` and `opened` are its three buttons: again, keep as a profile, all steps with times."""

    retried = Signal()
    saved = Signal()
    opened = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.shown: Presented | None = None
        self._column = QWidget()
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._column, 10)
        outer.addStretch(1)
        self._box = QVBoxLayout(self._column)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(10)
        self.title = Text(role="verdict")
        self.retry = Button(kind="accent", icon_name="undo")
        self.retry.clicked.connect(self.retried)
        self.copy = Button(icon_name="copy")
        self.copy.clicked.connect(self._copy)
        self.save = Button(icon_name="plus")
        self.save.clicked.connect(self.saved)
        self.open = Button(kind="link")
        self.open.clicked.connect(self.opened)
        theme().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self._column.setMaximumWidth(theme().px(WIDTH))

    def show_answer(self, shown: Presented) -> None:
        self.shown = shown
        for button in (self.retry, self.copy, self.save, self.open):
            button.setParent(self)
            button.hide()
        clear(self._box)
        self._box.addWidget(self._head(shown))
        root = shown.root
        if root is not None:
            to_do = ToDo(self.shell)
            to_do.show_cause(root)
            self._box.addWidget(to_do)
        elif shown.undecided:
            self._box.addWidget(self._open_questions(shown))
        self._box.addLayout(self._buttons(can_retry=shown.state != "works"))
        glossary = GlossaryLine()
        glossary.explain((shown.title, shown.summary, *(root.evidence if root else ())), self.shell.services.wording)
        self._box.addWidget(glossary)
        if root is not None and root.evidence:
            self._box.addWidget(self._section(self.tr("How do we know?"), root.evidence, is_open=True))
        if root is not None and root.explanation:
            self._box.addWidget(self._section(self.tr("What does it mean?"), (root.explanation,), is_open=False))
        if shown.ruled_out:
            titles = tuple(each.title for each in shown.ruled_out)
            self._box.addWidget(self._section(self.tr("What it is not"), titles, is_open=False))
        self._box.addStretch(1)

    def _head(self, shown: Presented) -> QWidget:
        card = Card(tone=_TONES.get(shown.state, "note"))  # type: ignore[arg-type]  # one of the tones
        row = QHBoxLayout()
        row.setSpacing(12)
        self.title = Text(shown.title, role="verdict", selectable=True)
        shape = StateShape(STATES_OF_RUNS[shown.state], size=28, beside=self.title)
        row.addWidget(shape, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        if shown.summary:
            words.addWidget(Text(shown.summary, colour="t2", selectable=True))
        if shown.root is not None:
            who = shown.root.who_word
            acts = self.tr("{who} has to act").format(who=who[:1].upper() + who[1:])
            if shown.root.who == "user":
                acts = self.tr("You can put this right yourself")
            words.addWidget(Text(acts, weight=SEMIBOLD))
        row.addLayout(words, 1)
        card.body.addLayout(row)
        return card

    def _open_questions(self, shown: Presented) -> QWidget:
        card = Card()
        card.body.addWidget(SectionTitle(self.tr("What would decide it")))
        for question in shown.undecided:
            row = QHBoxLayout()
            title = Text(question.title, weight=SEMIBOLD)
            row.addWidget(StateShape("undecided", size=14, beside=title), 0, Qt.AlignmentFlag.AlignTop)
            words = QVBoxLayout()
            words.addWidget(title)
            for sentence in question.decided_by:
                words.addWidget(Text(sentence, colour="t2"))
            row.addLayout(words, 1)
            card.body.addLayout(row)
        return card

    def _section(self, title: str, lines: tuple[str, ...], *, is_open: bool) -> QWidget:
        section = Collapsible(title, is_open=is_open)
        for line in lines:
            section.body.addWidget(Text(line, colour="t2", selectable=True))
        return section

    def _buttons(self, *, can_retry: bool) -> FlowLayout:
        row = FlowLayout()
        self.retry.setText(self.tr("Retry"))
        self.copy.setText(self.tr("Copy the answer"))
        self.save.setText(self.tr("Save as a profile"))
        self.open.setText(self.tr("Show all steps with times"))
        for button, shown in (
            (self.retry, can_retry),
            (self.copy, True),
            (self.save, self.shell.can(EditsProfiles)),
            (self.open, self.shell.can(ShowsRuns)),
        ):
            row.addWidget(button)
            button.setVisible(shown)
        return row

    def _copy(self) -> None:
        shown = self.shown
        if shown is None:
            return
        lines = [shown.title, shown.summary, shown.target]
        if shown.root is not None:
            lines += [f"{shown.root.who_word} · {shown.root.id}", ""]
            for group in grouped(shown.root, PLATFORM):
                for instruction in group.instructions:
                    lines.append(f"- {instruction.text}")
                    lines += [f"  {command}" for _platform, command in instruction.commands]
            lines += ["", *shown.root.evidence]
        self.shell.copy("\n".join(line for line in lines if line is not None))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self.shown is not None:
            for button in (self.retry, self.copy, self.save, self.open):
                button.update()
        super().changeEvent(event)
