"""Test before saving: the same run as a check-up, told in a few lines beside the fields."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.core.events import ProbeStarted, RunEvent, RunFinished
from mqassist.core.report import Report
from mqassist.core.settings import CheckSettings
from mqassist.core.target import Target
from mqassist.gui.run_controller import Fetch, RunController
from mqassist.gui.shell import Shell
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.states import STATES, State
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, Line, clear
from mqassist.gui.widgets.labels import StateShape, Text

MOST_ROWS = 10
_QUIET = ("input", "host", "proxy")
"""Layers that are worth a line only if something is wrong in them."""
_STATES: dict[str, State] = {
    **{state: state for state in STATES},
    "passed": "works",
    "failed": "broken",
    "skipped": "not-reached",
    "cancelled": "not-reached",
}
"""Outcomes of steps and states of answers."""


class TestCard(Card):
    """`wanted` asks the page for what shall be tested; it answers with `start`."""

    __test__ = False
    wanted = Signal()
    finished = Signal(object)

    def __init__(self, shell: Shell) -> None:
        super().__init__(margin=0, gap=0)
        self._shell = shell
        self._report: Report | None = None
        self._error: UserError | None = None
        self.controller = RunController(lambda: shell.services.run, shell.bridge, self)
        self.title = Text("", weight=SEMIBOLD, wrap=False)
        self.button = Button("", kind="accent", icon_name="play")
        self.rows = QGridLayout()
        self.rows.setHorizontalSpacing(8)
        self.rows.setVerticalSpacing(6)
        self.rows.setColumnStretch(1, 1)
        self.now = Text("", colour="t2")
        self.note = Text("", role="caption", colour="t3")
        head = QHBoxLayout()
        head.setContentsMargins(14, 8, 8, 8)
        head.addWidget(self.title, 1)
        head.addWidget(self.button)
        self.body.addLayout(head)
        self.body.addWidget(Line())
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(14, 10, 14, 12)
        grid.setVerticalSpacing(8)
        grid.addLayout(self.rows, 0, 0)
        grid.addWidget(self.now, 1, 0)
        grid.addWidget(self.note, 2, 0)
        self.body.addWidget(inside)
        self.button.clicked.connect(self._pressed)
        self.controller.happened.connect(self._happened)
        self.controller.failed.connect(self._failed)
        self.controller.left_behind.connect(self._stopped)
        self.controller.state_changed.connect(lambda _state: self._name_button())
        self.retranslate()

    def start(self, target: Target, settings: CheckSettings, fetch: Fetch) -> None:
        self._report, self._error = None, None
        clear(self.rows)
        self.now.setText(self.tr("Asking for the passwords…"))
        self.controller.start(target, settings, fetch)

    def refuse(self, error: UserError) -> None:
        """There is nothing to test yet."""
        self._failed(error)

    def forget(self) -> None:
        """Another profile: what was said before is not about it."""
        self.controller.close()
        self._report, self._error = None, None
        self._show()

    def _pressed(self) -> None:
        if self.controller.busy:
            self.controller.stop()
        else:
            self.wanted.emit()

    def _happened(self, event: RunEvent) -> None:
        if isinstance(event, ProbeStarted):
            title = self._shell.services.wording.sentence(f"probe.{event.probe}")
            self.now.setText(self.tr("{step}…").format(step=title))
        elif isinstance(event, RunFinished):
            self._report = event.report
            self._show()
            self.finished.emit(event.report)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            self._shell.bridge.broke.emit(error)
            return
        self._error = error
        self._show()

    def _stopped(self) -> None:
        clear(self.rows)
        self.now.setText(self.tr("Stopped."))

    def _show(self) -> None:
        clear(self.rows)
        wording = self._shell.services.wording
        if self._error is not None:
            self._row(0, "broken", wording.sentence(f"error.{self._error.reference}", self._error.parameters), "")
        self.now.setVisible(self._report is None and self._error is None)
        self.now.setText(self.tr("Tries the address with these settings, step by step."))
        self._note()
        if self._report is None:
            return
        from mqassist.report.formats import presented, redactor_for
        from mqassist.report.presented import duration, is_deciding, ran, shape_of

        vocabulary = self._shell.services.texts.vocabulary
        redactor = redactor_for(self._report, self.controller.credentials, vocabulary)
        told = presented(self._report, wording, redactor, "text")
        steps = [
            check
            for check in told.checks
            if ran(check) and not is_deciding(check) and (check.layer not in _QUIET or check.status != "passed")
        ]
        shown = steps[:MOST_ROWS]
        for row, check in enumerate(shown):
            self._row(row, shape_of(check), check.summary or check.title, duration(check.duration_ms))
        root = told.root
        if root is not None:
            self._row(len(shown), told.state, told.title, "", root.summary)
        elif told.state != "works":
            self._row(len(shown), told.state, told.title, "", told.summary)

    def _row(self, row: int, shape: str, text: str, took: str, more: str = "") -> None:
        words = Text(text, weight=SEMIBOLD if more else None)
        state = StateShape(_STATES.get(shape, "note"), beside=words)
        self.rows.addWidget(state, row * 2, 0, Qt.AlignmentFlag.AlignTop)
        self.rows.addWidget(words, row * 2, 1)
        if took:
            self.rows.addWidget(Text(took, colour="t2", wrap=False), row * 2, 2, _TOP_RIGHT)
        if more:
            self.rows.addWidget(Text(more, role="caption", colour="t2"), row * 2 + 1, 1, 1, 2)

    def _note(self) -> None:
        tries = 0 if self._report is None else _logins(self._report)
        words = self.tr("Nothing is saved by it.")
        if tries:
            counted = self.tr("Nothing is saved by it. One login was tried.")
            if tries != 1:
                counted = self.tr("Nothing is saved by it. {count} logins were tried.").format(count=tries)
            words = counted
        self.note.setText(words)

    def said(self) -> list[str]:
        """What stands in the card, for tests and screen readers."""
        labels = (self.rows.itemAt(at) for at in range(self.rows.count()))
        return [item.widget().text() for item in labels if item is not None and isinstance(item.widget(), Text)]  # type: ignore[union-attr]

    def _name_button(self) -> None:
        going = self.controller.busy
        self.button.setText(self.tr("Stop") if going else self.tr("Test"))
        self.button.set_icon_name("stop" if going else "play")
        self.button.set_kind("danger" if going else "accent")

    def retranslate(self) -> None:
        self.title.setText(self.tr("Test before saving"))
        self._name_button()
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


_TOP_RIGHT = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight


def _logins(report: Report) -> int:
    """How many logins the run counted."""
    for observation in report.observations:
        value = observation.facts.get("login.tries")
        if isinstance(value, int | float):
            return int(value)
    tried = ("passed", "failed", "warning")
    return sum(each.probe in ("amqp.login", "mqtt.connect") and each.outcome in tried for each in report.observations)
