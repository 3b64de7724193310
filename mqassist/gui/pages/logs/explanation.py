"""What the selected line means: likely cause, who has to act, what to do next, with commands to copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from mqassist.core.log import KnownLine, LogLine
from mqassist.gui.pages.logs.desk import LogDesk
from mqassist.gui.pages.logs.known_advice import advice_of, broker_in, next_checks
from mqassist.gui.pages.logs.likely import LikelyFirst, is_silence
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.pages.logs.painting import STATES, clock
from mqassist.gui.shell import Shell
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import dress
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import CommandBox, clear
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import StateShape, Text

if TYPE_CHECKING:
    from mqassist.core.advice import Advice
    from mqassist.core.report import LogMatch

FILLED_AFTER_MS = 250
"""By then all parts are laid out and painted; until then jobs that compute give way."""


class Explanation(QScrollArea):
    """`show_line` fills it; `explain_wanted` and `copy_wanted` speak of the lines that are selected."""

    explain_wanted = Signal()
    copy_wanted = Signal()
    report_wanted = Signal()
    connection_wanted = Signal(str)
    step_wanted = Signal(str)
    """The step of the check-up that caused the line."""

    def __init__(self, shell: Shell, desk: LogDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._desk = desk
        self._line: LogLine | None = None
        self._known: KnownLine | None = None
        self._match: LogMatch | None = None
        self._selected = 0
        self.local_time = False
        self._filling: Iterator[None] = iter(())
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._fill_on)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = QWidget()
        dress(self._inside, ground="surface")
        self._box = QVBoxLayout(self._inside)
        self._box.setContentsMargins(16, 12, 16, 16)
        self._box.setSpacing(8)
        self.setWidget(self._inside)
        self.retranslate()

    def show_line(self, line: LogLine | None, known: KnownLine | None, match: LogMatch | None, selected: int) -> None:
        """`selected` is how many lines are; a KnownLine of this line's entry, if there is one."""
        if (line, known, match, selected) != (self._line, self._known, self._match, self._selected):
            self._line, self._known, self._match, self._selected = line, known, match, selected
            self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Explanation"))
        clear(self._box)
        self._box.addStretch(1)
        self.verticalScrollBar().setValue(0)
        if self._line is None:
            self._filling = iter(())
            self._add(Text(self.tr("Select a line to see what it means."), colour="t2"))
        else:
            self._filling = self._fill(self._line)
            screen = self._desk.screen  # also while Qt lays the parts out, between one and the next
            screen.__enter__()
            QTimer.singleShot(FILLED_AFTER_MS, screen.__exit__)
            self._fill_on()

    def _fill_on(self) -> None:
        """One part after the other: all at once, their styles and places would take 60 ms of the screen thread."""
        if next(self._filling, self) is not self:
            self._next.start()
        else:
            QTimer.singleShot(0, self, self._order_tabs)  # when all have their places

    def _order_tabs(self) -> None:
        """The parts are made later than what is beside, and yet are reached from here."""
        before: QWidget = self
        for part in sorted(self._inside.findChildren(QWidget), key=lambda part: part.mapTo(self._inside, QPoint()).y()):
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisibleTo(self):
                QWidget.setTabOrder(before, part)
                before = part

    def _add(self, part: QWidget, at: Qt.AlignmentFlag | None = None) -> None:
        """Before the stretch at the end."""
        place = self._box.count() - 1
        if at is None:
            self._box.insertWidget(place, part)
        else:
            self._box.insertWidget(place, part, 0, at)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # -- parts ------------------------------------------------------------------------------------

    def _fill(self, line: LogLine) -> Iterator[None]:
        head = QHBoxLayout()
        head.addWidget(Text(self.tr("Explanation"), role="caption", colour="t3", weight=SEMIBOLD, wrap=False))
        head.addStretch(1)
        words = (
            self.tr("{count} lines").format(count=numbered(self._selected))
            if self._selected > 1
            else self.tr("line {number}").format(number=" ".join(self._desk.gutter(line.number)).strip())
        )
        day = "" if self._selected > 1 or line.at is None else clock(line.at, local=self.local_time, day=True)[:10]
        head.addWidget(Text(day, role="caption", colour="t3", wrap=False))
        head.addWidget(Text(words, role="caption", colour="t3", wrap=False))
        self._box.insertLayout(self._box.count() - 1, head)
        advice = self._advice()
        if self._selected > 1:
            self._several()
        elif advice is None:
            self._unknown(line)
        else:
            yield from self._known_cause(line, advice)
        yield
        if self._match is not None:
            self._own_run(self._match)
            yield
        yield from self._actions()

    def _advice(self) -> Advice | None:
        known = self._known
        if known is None or known.cause is None:
            return None
        return advice_of(known, self._shell.services)

    def title_of(self, line: int) -> str:
        """What a line is known as, "" if it is not known."""
        known = self._desk.knowing.of(line)
        if known is None or known.cause is None:
            return ""
        advice = advice_of(known, self._shell.services)
        return "" if advice is None else advice.title

    def _several(self) -> None:
        words = self.tr("Explain them together, or copy them: passwords in them are masked.")
        self._add(Text(words, colour="t2"))

    def _unknown(self, line: LogLine) -> None:
        if self._known is not None and STATES[line.level] not in (None, "note"):
            self._title(self.tr("A known line, which alone does not tell the cause"), line)
            words = self.tr("Several causes read like this. The full explanation weighs the lines around it as well.")
            self._add(Text(words, colour="t2"))
            return
        title = {
            "error": self.tr("An error that is not in our list"),
            "critical": self.tr("An error that is not in our list"),
            "warning": self.tr("A warning that is not in our list"),
        }.get(line.level, self.tr("Nothing out of the ordinary"))
        self._title(title, line)
        text = (
            self.tr("This line is part of the normal work of a broker, as far as we know it.")
            if STATES[line.level] in (None, "note")
            else self.tr("The explanation below may know more when it gets the lines around it as well.")
        )
        self._add(Text(text, colour="t2"))

    def _title(self, words: str, line: LogLine) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(StateShape(STATES[line.level] or "note"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Text(words, role="section", selectable=True), 1)
        self._box.insertLayout(self._box.count() - 1, row)

    def _known_cause(self, line: LogLine, advice: Advice) -> Iterator[None]:
        self._title(advice.title, line)
        yield
        self._add(Text(advice.summary, colour="t2", selectable=True))
        yield
        self._heading(self.tr("What it means"))
        self._add(Text(advice.explanation, colour="t2", selectable=True))
        yield
        if self._desk.document is not None and self._known is not None and is_silence(self._known):
            self._add(LikelyFirst(self._shell, self._desk.document, line.number))
        checks = next_checks(advice.cause, self._shell.services)[:3]
        if checks:
            self._heading(self.tr("What would decide"))
        for words in checks:
            self._add(Text(words, selectable=True))
            yield
        if advice.steps:
            self._heading(self.tr("What usually helps"))
        for step in advice.steps:
            self._add(Text(step.text, selectable=True))
            yield
            if step.command:
                self._add(CommandBox(step.command, copy=self._shell.copy))
                yield
        for reference in advice.references[:2]:
            self._add(Text(reference, role="caption", colour="t3", selectable=True))
            yield

    def _heading(self, words: str) -> None:
        self._box.insertSpacing(self._box.count() - 1, 4)
        self._add(Text(words, role="caption", colour="t2", weight=SEMIBOLD))

    def _own_run(self, match: LogMatch) -> None:
        self._heading(self.tr("This computer's last check"))
        words = {
            "source-port": self.tr("This line is about a connection of the check: address and port are the same."),
            "client-id": self.tr("This line is about a connection of the check: it carries the check's own name."),
            "time": self.tr("This line was written while the check was connected."),
        }[match.matched_by]
        self._add(Text(words, colour="t2"))
        if match.step:
            title = self._shell.services.wording.sentence(f"probe.{match.step}")
            show = Button(self.tr("Show the step: {step}").format(step=title), kind="link")
            show.clicked.connect(lambda: self.step_wanted.emit(match.step))
            self._add(show, Qt.AlignmentFlag.AlignLeft)

    def _actions(self) -> Iterator[None]:
        self._box.insertSpacing(self._box.count() - 1, 4)
        explain = Button(self.tr("Explain in full"), kind="accent", icon_name="explain")
        explain.clicked.connect(self.explain_wanted)
        copy = Button(self.tr("Copy"), icon_name="copy")
        copy.clicked.connect(self.copy_wanted)
        report = Button(self.tr("Add to the report"), icon_name="doc")
        report.clicked.connect(self.report_wanted)
        self._add(FlowRow((explain, copy, report)))
        yield
        broker = broker_in(self._line.raw) if self._line is not None and self._advice() is not None else ""
        if broker:
            check = Button(self.tr("Decide by a check of {broker}").format(broker=broker), kind="link")
            check.clicked.connect(lambda: self._shell.fill_target(broker))
            self._add(check, Qt.AlignmentFlag.AlignLeft)
        peer = self._peer()
        if peer and self._selected <= 1:
            only = Button(self.tr("Show only {peer}").format(peer=peer), kind="link")
            only.clicked.connect(lambda: self.connection_wanted.emit(peer))
            self._add(only, Qt.AlignmentFlag.AlignLeft)

    def _peer(self) -> str:
        """What names the connection of this line: a peer's address and port, else an Erlang process."""
        if self._line is None:
            return ""
        text = self._line.text
        found = re.search(r"\((\S{2,60}:\d{1,5}) -> ", text) or re.search(r"(<\d+\.\d+\.\d+>)", text)
        return found[1] if found else ""
