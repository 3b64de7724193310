"""The body of the card after a run: numbered fixes with commands to copy, beside the proof."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.core.snippet import Snippet
from mqassist.gui.pages.checkup.fixes_for import groups_for, platforms_in, this_platform
from mqassist.gui.pages.checkup.options_panel import field_of
from mqassist.gui.pages.checkup.proof import Proof, figures_of
from mqassist.gui.pages.checkup.verdict_card import caption
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Collapsible, CommandBox, Line, clear
from mqassist.gui.widgets.client_lines import ClientLines
from mqassist.gui.widgets.labels import Chip, LineMark, StateShape, Text
from mqassist.report.presented import OpenQuestion, Presented, PresentedCause
from mqassist.report.steps import Instruction, grouped, slug

PROOF_WIDTH = 452
CLIENT_SIDE = {"client developer", "user"}
ABOUT_CLIENTS = ("tls.", "auth.", "heartbeat.", "amqp.", "mqtt.", "proto.", "input.vhost")
"""Where how the client connects may be what is wrong; nobody's lines bring a name or a port into being."""


_OPTION = re.compile(r"(?<!\S)--([a-z][a-z-]+)")
"""Options of the command line in a sentence: what the panel "What is checked" calls otherwise is set there."""


class AnswerBody(QWidget):
    """`copy` puts a text on the clipboard; `open_log` goes to file and line. `option_wanted` names a field of
    `OptionsPanel` that a step of the answer speaks of.
    """

    option_wanted = Signal(str)

    def __init__(
        self,
        report: Presented,
        wording: Wording,
        copy: Callable[[str], None],
        open_log: Callable[[str, int], None] | None,
        clients: Callable[[], Sequence[Snippet]],
        advise: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        """`clients` gives how common clients should connect; asked only where the client's side may be changed.
        `advise` shows which settings follow from what was measured."""
        super().__init__(parent)
        self._report = report
        self._wording = wording
        self._copy = copy
        self._clients = clients
        self._platforms = platforms_in(report.causes)
        self._platform: str = self._platforms[0] if self._platforms else this_platform()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(0)
        self._left = QWidget()
        self._steps = QVBoxLayout(self._left)
        self._steps.setContentsMargins(16, 10, 16, 12)
        self._steps.setSpacing(8)
        self._line = Line(vertical=True)
        self._proof = Proof(report, wording, open_log, advise)
        self._fold = Collapsible("")
        self._columns.addWidget(self._left, 1)
        self._columns.addWidget(self._line)
        self._columns.addWidget(self._proof)
        self._columns.addWidget(self._fold)
        self._folded: bool | None = None
        self._fill()
        self.set_width_class(2000, False)

    @staticmethod
    def has_something(report: Presented, wording: Wording) -> bool:
        return bool(report.causes or report.undecided or figures_of(report, wording))

    def set_width_class(self, width: int, large: bool) -> None:
        """Below 1100 the proof is folded to one line below the steps."""
        folded = width < 1100 or large
        alone = not self._left.isVisibleTo(self)
        folded = folded and not alone
        self._proof.setMinimumWidth(0 if folded or alone else theme().px(PROOF_WIDTH))
        self._proof.setMaximumWidth(16777215 if folded or alone else theme().px(PROOF_WIDTH))
        if folded:
            room = width - theme().px(130)
            line = self.fontMetrics().elidedText(self._proof.one_line(), Qt.TextElideMode.ElideRight, room)
            self._fold.set_title(line)
        if folded == self._folded:
            return
        self._folded = folded
        empty = not self._proof.filled
        self._line.setVisible(not folded and not empty and not alone)
        self._fold.setVisible(folded and not empty)
        if folded:
            self._columns.setDirection(QBoxLayout.Direction.TopToBottom)
            self._fold.body.addWidget(self._proof)
        else:
            self._columns.setDirection(QBoxLayout.Direction.LeftToRight)
            self._columns.insertWidget(2, self._proof, 1 if alone else 0, Qt.AlignmentFlag.AlignTop)
        self._proof.setVisible(not empty)

    def _fill(self) -> None:
        clear(self._steps)
        report = self._report
        if report.root is not None:
            self._head(self.tr("What to do"))
            self._groups(report.root, numbered=True)
        if report.undecided:
            self._steps.addWidget(caption(self.tr("What it may be, and what decides")))
            for question in report.undecided:
                self._question(question)
        for cause in report.causes:
            if cause is not report.root:
                self._other(cause)
        if report.folded:
            names = self._wording.sentence("line.comma").join(item.title for item in report.folded)
            self._steps.addWidget(caption(self.tr("Follows from it")))
            self._steps.addWidget(Text(names, colour="t2", selectable=True))
        self._left.setVisible(self._steps.count() > 0)
        self._steps.addStretch(1)

    def _head(self, title: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(caption(title))
        row.addStretch(1)
        if len(self._platforms) > 1:
            for name in self._platforms:
                chip = Chip(self._wording.sentence(f"platform.{name}"), checkable=True)
                chip.setChecked(name == self._platform)
                chip.setAccessibleName(self.tr("Commands for {platform}").format(platform=chip.text()))
                chip.clicked.connect(lambda _on=False, name=name: self._choose(name))
                row.addWidget(chip)
        self._steps.addLayout(row)

    def _choose(self, platform: str) -> None:
        self._platform = platform
        self._fill()

    def _groups(self, cause: PresentedCause, *, numbered: bool) -> None:
        for group in groups_for(cause, self._platform):
            own = group.audience == cause.who
            if not own:
                self._steps.addWidget(
                    Text(self._wording.sentence(f"for.{slug(group.audience)}"), role="caption", colour="t3")
                )
            for number, instruction in enumerate(group.instructions, 1):
                self._instruction(f"{number}" if own and numbered else "–", instruction)
        theirs = cause.id.startswith(ABOUT_CLIENTS) and CLIENT_SIDE & {group.audience for group in grouped(cause)}
        if cause is self._report.root and theirs and (snippets := self._clients()):
            self._steps.addWidget(ClientLines(snippets, self._copy))

    def _instruction(self, mark: str, instruction: Instruction) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, theme().px(12))
        grid.setColumnStretch(1, 1)
        words = Text(instruction.text, selectable=True)
        grid.addWidget(LineMark(mark, words), 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, 0, 1)
        for row, (platform, command) in enumerate(instruction.commands, 1):
            box = CommandBox(command, copy=self._copy)
            if platform not in ("any", self._platform):
                box.setToolTip(self._wording.sentence(f"platform.{platform}"))
            grid.addWidget(box, row, 1)
        self._offer_option(instruction.text, grid)
        self._steps.addLayout(grid)

    def _offer_option(self, text: str, grid: QGridLayout) -> None:
        name = next((name for name in map(field_of, _OPTION.findall(text)) if name), "")
        if not name:
            return
        link = Button(self.tr("Set this for the next check"), kind="link", icon_name="gear")
        link.clicked.connect(lambda _on=False: self.option_wanted.emit(name))
        grid.addWidget(link, grid.rowCount(), 1, Qt.AlignmentFlag.AlignLeft)

    def _question(self, question: OpenQuestion) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        title = Text(question.title, weight=SEMIBOLD, selectable=True)
        grid.addWidget(StateShape("undecided", beside=title), 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(title, 0, 1)
        for row, sentence in enumerate(question.decided_by, 1):
            grid.addWidget(Text(sentence, colour="t2", selectable=True), row, 1)
        self._offer_option(" ".join(question.decided_by), grid)
        self._steps.addLayout(grid)

    def _other(self, cause: PresentedCause) -> None:
        self._steps.addSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(10)
        title = Text(cause.title, weight=SEMIBOLD, selectable=True)
        state = {"error": "broken", "warning": "warning"}.get(cause.severity, "note")
        shape = StateShape(state, beside=title)  # type: ignore[arg-type]  # one of three words
        row.addWidget(shape, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(Text(cause.summary, colour="t2", selectable=True))
        meta = self.tr("{who} · {cause}").format(who=cause.who_word, cause=cause.id)
        words.addWidget(Text(meta, role="caption", colour="t3"))
        row.addLayout(words, 1)
        self._steps.addLayout(row)
        self._groups(cause, numbered=False)
