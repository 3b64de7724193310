"""Card, picture and table below the bar: filled from a run that goes or from an answer. Starts nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QDateTime, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.core.snippet import Snippet
from mqassist.gui.in_turns import InTurns
from mqassist.gui.pages.checkup.answer import Answer, decided_by_second_probe, step_content
from mqassist.gui.pages.checkup.fixes import AnswerBody
from mqassist.gui.pages.checkup.fixes_for import this_platform
from mqassist.gui.pages.checkup.live import LiveRun
from mqassist.gui.pages.checkup.path_picture import PathPicture
from mqassist.gui.pages.checkup.progress_body import ProgressBody, ProgressLine
from mqassist.gui.pages.checkup.rows import Row, is_quiet, no_password_sent, rows_of
from mqassist.gui.pages.checkup.step_content import StepContent
from mqassist.gui.pages.checkup.step_details import StepActions, StepDetails
from mqassist.gui.pages.checkup.step_table import StepTable
from mqassist.gui.pages.checkup.verdict_card import CardState, VerdictCard
from mqassist.gui.theme.theme import dress, theme
from mqassist.report.presented import Presented, duration, ran
from mqassist.report.silence import awaited, meanings
from mqassist.report.way import way_of

LARGE_PERCENT = 150
SURE = 0.95
LIKELY = 0.75
SLOW_MS = 1500.0
ROWS_AT_ONCE = 16
"""So many are made in one turn of the event loop."""


class RunView(QScrollArea):
    """`copied` asks for a text to be put on the clipboard; `step_chosen` gives the checks of a step that was opened."""

    copied = Signal(str)
    step_chosen = Signal(object)
    chain_wanted = Signal(object)
    """Certificates, DER, that shall be saved."""
    advice_wanted = Signal()
    option_wanted = Signal(str)
    layer_wanted = Signal(str)
    """A layer that shall be looked at again."""

    def __init__(
        self,
        wording: Wording,
        open_log: Callable[[], Callable[[str, int], None] | None],
        clients: Callable[[Answer], Sequence[Snippet]],
        parent: QWidget | None = None,
    ) -> None:
        """`open_log` gives what goes to a line of a log, or None if this build has no log page; `clients` how common
        clients should connect after that answer."""
        super().__init__(parent)
        self._wording = wording
        self._open_log = open_log
        self._clients = clients
        self._live: LiveRun | None = None
        self._answer: Answer | None = None
        self._now_ms = 0.0
        self._filling = InTurns(self)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.card = VerdictCard()
        self.picture = PathPicture(wording)
        self.table = StepTable(wording, self._details)
        self.table.copied.connect(self.copied)
        self.table.chosen.connect(self.step_chosen)
        self._inside = QWidget()
        box = QVBoxLayout(self._inside)
        box.setContentsMargins(20, 12, 20, 16)
        box.setSpacing(10)
        for widget in (self.card, self.picture, self.table):
            box.addWidget(widget)
        box.addStretch(1)
        self._box = box
        dress(self._inside, ground="surface")
        self.setWidget(self._inside)
        theme().changed.connect(self._fit)
        self.show_nothing()

    def put_above(self, widget: QWidget) -> None:
        """Scrolls with the rest: with large fonts a panel may need more than the window."""
        self._box.insertWidget(self._box.indexOf(self.card), widget)

    @property
    def answer(self) -> Answer | None:
        """None also while it is being built."""
        return None if self.filling else self._answer

    @property
    def filling(self) -> bool:
        """What shall be shown is there, and its parts follow one by one."""
        return self._filling.going

    # -- before, during, after ------------------------------------------------------------------

    def show_nothing(self) -> None:
        self._empty()
        self.card.show_state(
            "none",
            self.tr("Paste an address and press Diagnose"),
            self.tr("Every layer is looked at, from the name to the heartbeat, until the one cause is found."),
        )
        self._put_body(None)
        self.picture.hide()
        self.table.clear_all()

    def begin(self, live: LiveRun) -> None:
        """A new run: what the last one said is gone."""
        self._empty()
        self._live, self._opened_for = live, ""
        self._notes: dict[str, int] = {}
        self.table.clear_all()
        self.table.no_password = False
        body = ProgressBody()
        self.card.show_state("running", self.tr("Beginning"))
        self._put_body(body)
        self.picture.hide()
        self._fit()
        self.verticalScrollBar().setValue(0)

    _body: QWidget | None = None

    def _put_body(self, body: QWidget | None) -> None:
        self._body = body
        self.card.set_body(body)

    def show_asking(self) -> None:
        self.card.show_state(
            "running",
            self.tr("Asking the keyring for the password"),
            self.tr("Your system may want to be unlocked first. Nothing was sent yet."),
        )

    def show_progress(self, now_ms: float, *, at_once: bool = True) -> None:
        """What goes on now, ten times a second. Not `at_once`: way and steps follow in the next turns of the loop."""
        live = self._live
        if live is None or not live.run_id or (self.filling and not at_once):
            return
        self._now_ms = now_ms
        title, summary = self._doing(live)
        if self.card.title.text() != title or self.card.summary.text() != summary:
            self.card.show_state("running", title, summary)
        total, done = max(1, live.planned_count), live.done_count
        meta = self.tr("step {step} of {total} · at most {seconds} s").format(
            step=min(done + 1, total), total=total, seconds=max(1, round(live.budget_left_s()))
        )
        self.card.show_progress(duration(now_ms), meta, done / total)
        if isinstance(self._body, ProgressBody):
            self._fill_progress(self._body, live, now_ms)
        rows, begins = live.rows(now_ms), not self.table.visible_rows()
        ends = (*range(ROWS_AT_ONCE, len(rows), ROWS_AT_ONCE), len(rows)) if begins else (len(rows),)
        pieces: list[Callable[[], None]] = [
            partial(self._show_way, live),
            *(partial(self._show_rows, rows[:end], now_ms) for end in ends),
            partial(self._open_what_waits, live, now_ms),
        ]
        self._fill(pieces, at_once=at_once, veiled=begins)

    def _show_way(self, live: LiveRun) -> None:
        if live.endpoint is not None:
            self.picture.show_way(live.way(), self._wording)
            self.picture.show()
        for probe in live.running:
            if len(live.notes(probe)) != self._notes.get(probe, 0):
                self._notes[probe] = len(live.notes(probe))
                self.table.renew(probe)

    def _show_rows(self, rows: Sequence[Row], now_ms: float) -> None:
        self.table.show_rows(rows, self._wording, at_least_ms=max(50.0, now_ms))

    def _open_what_waits(self, live: LiveRun, now_ms: float) -> None:
        """What keeps everybody waiting shows what that can mean, unless the person looks at something else."""
        slow = [probe for probe in live.running if now_ms - live.began_ms(probe) > SLOW_MS]
        waits = next((probe for probe in slow if self.table.row(probe) is not None), "")
        if self._opened_for and self._opened_for != waits:
            self.table.close_row(self._opened_for)
            self._opened_for = ""
        if waits and not self.table.opened and not self.table.underMouse() and meanings(waits, self._wording):
            self._opened_for = waits
            self.table.open_row(waits)

    _opened_for = ""

    def show_stopping(self) -> None:
        self.card.show_state("running", self.tr("Stopping"), self.tr("Waiting for what the steps saw until now."))

    def show_answer(self, answer: Answer, *, announce: bool = True, at_once: bool = True) -> None:
        """Not `at_once`: built in several turns of the event loop, and seen when all of it is there."""
        self._empty(answer)
        self.table.close_row(self._opened_for)
        self._fill_head(answer.shown, answer.file)
        rows = rows_of(answer.shown)
        pieces: list[Callable[[], None]] = [
            partial(self._fill_body, answer),
            partial(self._fill_steps, answer.shown, rows),
            partial(self._open_broken, rows),
        ]
        if announce:
            pieces.append(self.card.announce)
        self._fill(pieces, at_once=at_once, veiled=True)

    def _fill(self, pieces: list[Callable[[], None]], *, at_once: bool, veiled: bool) -> None:
        """`veiled`: painted a turn after the last piece. Laying it out takes that turn, and painting takes as long."""
        if veiled or not self._inside.updatesEnabled():
            self._inside.setUpdatesEnabled(False)
            pieces.append(partial(self._inside.setUpdatesEnabled, True))
        self._filling.start(pieces)
        if at_once:
            self._filling.finish()

    def _empty(self, answer: Answer | None = None) -> None:
        """What was shown is over; a series of its pieces as well."""
        self._filling.stop()
        self._inside.setUpdatesEnabled(True)
        self._live, self._answer = None, answer

    def _fill_body(self, answer: Answer) -> None:
        shown, body = answer.shown, None
        if AnswerBody.has_something(shown, self._wording):
            clients = partial(self._clients, answer)
            body = AnswerBody(
                shown, self._wording, self.copied.emit, self._open_log(), clients, self.advice_wanted.emit
            )
            body.option_wanted.connect(self.option_wanted)
        self._put_body(body)

    def _fill_steps(self, shown: Presented, rows: Sequence[Row]) -> None:
        self.picture.show_way(way_of(shown), self._wording)
        self.picture.setVisible(bool(shown.endpoint.get("host")))
        self.table.no_password = no_password_sent(shown)
        self.table.renew_details()
        self.table.show_rows(rows, self._wording)

    def _open_broken(self, rows: Sequence[Row]) -> None:
        broken = next((row for row in rows if row.state in ("broken", "undecided") and row.kind == "step"), None)
        if broken is not None and not self.table.opened:
            self.table.open_row(broken.key)
        self._fit()

    def show_left_behind(self, seconds: float) -> None:
        """Stopped without a report: what the events told stays."""
        self.card.show_state(
            "stopped",
            self.tr("Stopped by you after {time}").format(time=duration(seconds * 1000)),
            self.tr("What was seen until then stays below; there is no verdict beyond it."),
        )
        self._put_body(None)

    def show_failure(self, title: str, text: str) -> None:
        """Not a run at all: something the person gave cannot be used, or a bug of ours."""
        self._live = None
        self.card.show_state("crashed", title, text)
        self._put_body(None)

    def show_check(self, probe: str) -> None:
        """Opens the step that did it and brings it in; the focus stays where it is."""
        self._filling.finish()
        row = self.table.show_check(probe)
        if row is not None:
            QTimer.singleShot(0, row, lambda: self.ensureWidgetVisible(row))  # when its details have their height

    # -- words ----------------------------------------------------------------------------------

    def _doing(self, live: LiveRun) -> tuple[str, str]:
        running = live.running
        if not running:
            return self.tr("Putting it together"), self.tr("The facts are weighed against every known cause.")
        probe = max(running, key=lambda name: (live.budget_s(name) > 0, -live.began_ms(name)))
        title = self.tr("Checking: {step}").format(step=live.title(probe))
        notes = live.notes(probe)
        if notes:
            return title, notes[-1].text
        failed = [check for check in live.checks() if check.status == "failed"]
        if failed:
            return title, self.tr("{step} did not work; this tells its causes apart.").format(step=failed[0].title)
        return title, awaited(probe, self._wording) or self.tr("Everything until here is fine.")

    def _fill_progress(self, body: ProgressBody, live: LiveRun, now_ms: float) -> None:
        known = [check for check in live.checks() if ran(check) and not is_quiet(check.id, check.layer)]
        states = {"passed": "works", "warning": "warning", "failed": "broken"}
        body.known.show_lines(
            [ProgressLine(states.get(check.status, "note"), check.summary) for check in known[-3:]]  # type: ignore[arg-type]
        )
        now = []
        for probe in live.running[-3:]:
            spent = duration(now_ms - live.began_ms(probe))
            budget = live.budget_s(probe)
            beside = self.tr("{time} of {budget} s").format(time=spent, budget=f"{budget:.0f}") if budget else spent
            now.append(ProgressLine("running", live.title(probe), beside))
        body.now.show_lines(now)
        body.to_come.show_lines([ProgressLine("waiting", live.title(probe)) for probe in live.waiting[:3]])

    def _fill_head(self, shown: Presented, file: str) -> None:
        state: CardState = shown.state if shown.state in _STATES else "undecided"  # type: ignore[assignment]
        summary = shown.summary
        if not shown.complete and shown.root is not None:
            summary = f"{summary}\n{self._wording.sentence('line.incomplete')}"
        self.card.show_state(state, shown.title, summary)
        root = shown.root
        if root is not None:
            who = (
                self.tr("For you to do")
                if root.who == "user"
                else self.tr("{role} has to act").format(role=_up(root.who_word))
            )
            self.card.show_chips(who, self._certainty(shown, root.confidence), root.id, sure=root.confidence >= SURE)
        when = QDateTime.fromString(shown.started_at, Qt.DateFormat.ISODateWithMs).toLocalTime()
        took = duration(shown.duration_ms)
        if file:
            date = QLocale().toString(when, QLocale.FormatType.ShortFormat)
            meta = self.tr("{file} · {date} · took {time} · run {run}").format(
                file=os.path.basename(file), date=date, time=took, run=shown.run_id
            )
        else:
            clock = when.toString("HH:mm:ss")
            meta = self.tr("{clock} · took {time} · run {run}").format(clock=clock, time=took, run=shown.run_id)
        self.card.show_answer(meta, actions=True)

    def _certainty(self, shown: Presented, confidence: float) -> str:
        percent = round(confidence * 100)
        second = decided_by_second_probe(shown)
        if confidence >= SURE:
            return self.tr("Certain · decided by a second probe") if second else self.tr("Certain")
        if confidence >= LIKELY:
            return self.tr("Very likely, {percent} %").format(percent=percent)
        return self.tr("Likely, {percent} %").format(percent=percent)

    # -- details --------------------------------------------------------------------------------

    def _details(self, row: Row) -> QWidget | None:
        if self._answer is not None:
            content = step_content(self._answer, row.checks, self._wording)
        elif self._live is not None:
            content = self._live_content(self._live, row)
        else:
            return None
        if row.kind == "not-reached":
            content = StepContent(content.checks)
        save, again = self.chain_wanted.emit, self.layer_wanted.emit
        actions = StepActions(self.copied.emit, self._open_log(), save, again)
        made = StepDetails(content, self._wording, actions)
        made.set_width_class(self.viewport().width(), self._large)
        return made

    def _live_content(self, live: LiveRun, row: Row) -> StepContent:
        probe = row.checks[0] if len(row.checks) == 1 else ""
        checks = tuple(check for check in live.checks() if check.id in row.checks)
        silence = meanings(probe, self._wording) if row.state == "running" else ()
        return StepContent(
            checks, live.exchanges(probe), notes=live.notes(probe), platform=this_platform(), silence=silence
        )

    # -- size, language -------------------------------------------------------------------------

    @property
    def _large(self) -> bool:
        return theme().percent >= LARGE_PERCENT

    def _fit(self) -> None:
        wide = self.viewport().width()
        self.card.set_width_class(wide, self._large)
        self.table.set_large(self._large)
        if isinstance(self._body, AnswerBody | ProgressBody):
            self._body.set_width_class(wide, self._large)
        for details in self._inside.findChildren(StepDetails):
            details.set_width_class(wide, self._large)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def reword(self, wording: Wording, answer: Answer | None) -> None:
        """In another language; `answer` is the same run told anew."""
        self._wording = wording
        if answer is not None:
            self.show_answer(answer, announce=False)
        elif self._live is not None:
            self._live.reword(wording)
            self.table.renew_details()
            self.show_progress(self._now_ms)
        elif self.card.state == "none":
            self.show_nothing()


_STATES = ("works", "warning", "broken", "undecided", "stopped", "crashed")


def _up(word: str) -> str:
    return word[:1].upper() + word[1:]
