"""The guide as a page: the questions in their order, then the check, then the answer. Runs the same engine as all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.events import ProbeFinished, RunEvent, RunFinished
from mqassist.core.report import Report
from mqassist.gui.run_controller import RunController
from mqassist.gui.shell import Shell
from mqassist.gui.theme.states import State
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Line, scrolling
from mqassist.gui.widgets.labels import Text
from mqassist.gui.wizard.answer_step import AnswerStep
from mqassist.gui.wizard.answers import Answers
from mqassist.gui.wizard.layers import FLOORS, Floor, Pyramid
from mqassist.gui.wizard.paste_step import PasteStep
from mqassist.gui.wizard.possible import possible_causes, possible_of
from mqassist.gui.wizard.questions import QUESTIONS, Question
from mqassist.gui.wizard.run_step import RunStep
from mqassist.gui.wizard.step_list import StepList
from mqassist.gui.wizard.turns import Turns
from mqassist.gui.wizard.understand import Understood, understand
from mqassist.report.formats import presented, redactor_for
from mqassist.services import Services

PASTE, RUN, ANSWER = 0, 1 + len(QUESTIONS), 2 + len(QUESTIONS)
COUNT = ANSWER + 1
QUESTION_AT = {"address": PASTE, "credentials": 2, "certificates": 3, "allowed": 4}


class WizardPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.answers = Answers()
        self.controller = RunController(lambda: shell.services.run, shell.bridge, self)
        self.pyramid: Pyramid | None = None
        self.turns = Turns()
        self.report: Report | None = None
        self._here = PASTE
        self._reached = PASTE
        self._reading = CancelToken()
        self.list = StepList(COUNT)
        self.title = Text(role="title")
        self.paste = PasteStep(self.answers, shell)
        self.questions: tuple[Question, ...] = tuple(make(self.answers, shell) for make in QUESTIONS)
        self.run = RunStep(shell, self.controller)
        self.answer = AnswerStep(shell)
        self.stack = QStackedWidget()
        self._counter = Text(colour="t2", wrap=False)
        self.back = Button(kind="quiet")
        self.skip = Button()
        self.attach = Button(icon_name="log")
        self.stop = Button(kind="danger", icon_name="stop", hint="Esc")
        self.again = Button(icon_name="undo")
        self.next = Button(kind="filled")
        self._build()
        self._connect()
        self.retranslate()
        self._go(PASTE)

    def _build(self) -> None:
        for step in (self.paste, *self.questions, self.run, self.answer):
            self.stack.addWidget(scrolling(step))
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        inner = QVBoxLayout()
        inner.setContentsMargins(32, 24, 32, 12)
        inner.setSpacing(6)
        inner.addWidget(self.title)
        inner.addWidget(self.stack, 1)
        right.addLayout(inner, 1)
        right.addWidget(Line())
        foot = QHBoxLayout()
        foot.setContentsMargins(32, 12, 32, 12)
        foot.setSpacing(8)
        foot.addWidget(self._counter)
        foot.addStretch(1)
        for button in (self.back, self.skip, self.attach, self.stop, self.again, self.next):
            foot.addWidget(button)
        right.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(Line(vertical=True))
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self.list.chosen.connect(self._go)
        self.paste.asked.connect(self._read)
        self.paste.changed.connect(self._answered)
        for question in self.questions:
            question.changed.connect(self._answered)
        self.back.clicked.connect(lambda: self._go(self._here - 1))
        self.skip.clicked.connect(self._retry)
        self.next.clicked.connect(self._next)
        self.again.clicked.connect(self._retry)
        self.run.told.connect(self._next_turn)
        self.run.change_wanted.connect(lambda question: self._go(QUESTION_AT[question]))
        self.attach.clicked.connect(self._attach)
        self.stop.clicked.connect(self.controller.stop)
        self.answer.retried.connect(self._retry)
        self.answer.saved.connect(self._save)
        self.answer.opened.connect(self._open)
        self.run.opened.connect(self._open)
        self.controller.happened.connect(self._take)
        self.controller.failed.connect(self._failed)
        self.controller.left_behind.connect(self._left_behind)
        self.controller.state_changed.connect(lambda _state: self._show_foot())
        QShortcut(QKeySequence("Esc"), self, self.controller.stop)

    # -- going through the questions ------------------------------------------------------------

    def _go(self, number: int) -> None:
        self._here = max(PASTE, min(number, ANSWER))
        self._reached = max(self._reached, self._here)
        step = (self.paste, *self.questions, self.run, self.answer)[self._here]
        if isinstance(step, Question | PasteStep):
            step.refresh()
        self.stack.setCurrentIndex(self._here)
        self.title.setVisible(self._here not in (RUN, ANSWER))
        self._show()

    def _next(self) -> None:
        if self._here == RUN - 1:
            self.start()
        else:
            self._go(self._here + 1)

    def _answered(self) -> None:
        self._show()

    def _read(self, text: str) -> None:
        """Off the screen thread; a later text makes the earlier answer worthless."""
        self._reading.cancel()
        services = self.shell.services

        def work(token: CancelToken) -> Understood:
            return understand(text, services.profiles.read_text, services.explain, token)

        self._reading = self.shell.bridge.background(work, self.paste.show_understood, self._failed, self)

    def fill_text(self, text: str) -> None:
        """Something that was pasted elsewhere."""
        self._go(PASTE)
        self.paste.text.setPlainText(text)

    # -- the run --------------------------------------------------------------------------------

    def start(self, at: Floor = FLOORS[0]) -> None:
        """Layer by layer from the bottom, or at once up to `at`."""
        target = self.answers.target()
        if target is None:
            self._go(PASTE)
            return
        self.report = None
        self._reached = RUN
        self.pyramid = Pyramid(self.shell.services.wording)
        self.turns = Turns(at)
        settings = self.answers.settings(self.shell.settings.current.login_tries)
        self.controller.start(target, settings, listen=self.turns.take)
        self.run.begin(self.pyramid, at)
        self._go(RUN)

    def _next_turn(self) -> None:
        self.turns.next()

    def _broken(self) -> Floor | None:
        """The layer that stopped the last run, if what is asked now is still the same broker."""
        target, pyramid = self.answers.target(), self.pyramid
        if pyramid is None or pyramid.endpoint is None or target is None or target.endpoint is None:
            return None
        same = (
            pyramid.endpoint.scheme == target.endpoint.scheme
            and pyramid.endpoint.authority == target.endpoint.authority
        )
        return pyramid.broken() if same else None

    def _retry(self) -> None:
        """The layer that stopped it; what went well from bottom to top is looked at from the bottom again."""
        self.start(self._broken() or FLOORS[0])

    def _take(self, event: RunEvent) -> None:
        if self.pyramid is None:
            return
        self.pyramid.take(event)
        if isinstance(event, ProbeFinished) and event.observation.outcome == "failed":
            self._look_ahead()
        if isinstance(event, RunFinished):
            self._finished(event.report)
        self._show()

    def _look_ahead(self) -> None:
        """Which causes are left by what is known now: so that the next answer means something."""
        pyramid, services = self.pyramid, self.shell.services
        if pyramid is None:
            return
        observations = pyramid.observations()

        def show(possible: object) -> None:
            if self.pyramid is pyramid and not pyramid.finished:
                self.run.show_possible(possible)  # type: ignore[arg-type]

        self.shell.bridge.background(lambda _token: possible_causes(services, observations), show, None, self)

    def _finished(self, report: Report) -> None:
        self.report = report
        self.run.end()
        self.run.say_took(report.took_ms / 1000)
        self._present()
        services, credentials = self.shell.services, self.controller.credentials

        def keep(_token: CancelToken) -> None:
            services.keep(report, credentials)

        self.shell.bridge.background(keep, lambda _done: self.shell.run_finished.emit(report), self._not_kept, self)

    def _present(self) -> None:
        """The answer in the language of now."""
        report, services = self.report, self.shell.services
        if report is None:
            return
        redactor = redactor_for(report, self.controller.credentials, services.texts.vocabulary)
        shown = presented(report, services.wording, redactor, "html")
        self.answer.show_answer(shown)
        self.run.show_possible(possible_of(shown, services), beside=shown.root is not None)
        self.run.show_verdict(shown)

    def _failed(self, error: Exception) -> None:
        self.run.end()
        self._go(PASTE if self._here == RUN else self._here)
        if isinstance(error, UserError):
            self.shell.show_strip("error", self.shell.words_of(error))
        else:
            self.shell.bridge.broke.emit(error)

    def _not_kept(self, error: Exception) -> None:
        self.shell.show_strip("warning", self.tr("This check could not be kept"), self.shell.words_of(error))

    def _left_behind(self) -> None:
        self.run.end()
        self._go(RUN - 1)

    def close_down(self) -> None:
        self.controller.close()

    def _attach(self) -> None:
        self.shell.open_file(self, self.tr("A broker's log"), "", self._attached)

    def _attached(self, paths: list[str]) -> None:
        """A run that still goes begins anew: its log lines are looked for from its beginning."""
        self.answers.logs = (*self.answers.logs, *paths)
        self._retry()

    def _save(self) -> None:
        target = self.answers.target()
        if target is not None and target.endpoint is not None:
            self.shell.new_profile(str(target.endpoint))

    def _open(self) -> None:
        if self.answer.shown is not None:
            self.shell.show_report(self.answer.shown)

    # -- words ----------------------------------------------------------------------------------

    def _titles(self) -> list[str]:
        return [
            self.tr("What cannot connect?"),
            self.tr("Where does it run?"),
            self.tr("Credentials"),
            self.tr("Certificates"),
            self.tr("What may be tried?"),
            self.tr("Check, layer by layer"),
            self.tr("Answer"),
        ]

    def _heads(self) -> list[str]:
        return [
            self.tr("Paste anything about the connection"),
            self.tr("Where does the program run that cannot connect?"),
            self.tr("Which user does it connect as?"),
            self.tr("Is the connection encrypted?"),
            self.tr("What does it use, and what may be tried?"),
            "",
            "",
        ]

    def _forward(self) -> str:
        return [
            self.tr("Next: where does it run?"),
            self.tr("Next: credentials"),
            self.tr("Next: certificates"),
            self.tr("Next: what may be tried?"),
            self.tr("Start the check"),
            self.tr("Next: the answer"),
            "",
        ][self._here]

    def _states(self) -> list[State]:
        states: list[State] = []
        for number in range(COUNT):
            state: State = "works" if number < self._reached else "waiting"
            if number == RUN and self.controller.busy:
                state = "running"
            elif number == ANSWER and self.report is not None and self.answer.shown is not None:
                known: dict[str, State] = {"works": "works", "warning": "warning", "broken": "broken"}
                state = known.get(self.answer.shown.state, "undecided")
            elif number == self._here:
                state = "deciding"
            states.append(state)
        return states

    def _show(self) -> None:
        self.title.setText(self._heads()[self._here])
        self._counter.setText(self.tr("Step {step} of {count}").format(step=self._here + 1, count=COUNT))
        self.list.show_states(self._states(), self._here, ANSWER if self.report is not None else self._reached)
        self._show_foot()

    def _show_foot(self) -> None:
        running, asking = self.controller.busy, self._here < RUN
        ready = not self.answers.missing()
        again = self._broken() is not None
        self.skip.setText(self.tr("Retry") if again else self.tr("Skip to the check"))
        self.skip.setVisible(asking and (self._here < RUN - 1 or again))
        self.skip.setEnabled(ready)
        self.attach.setVisible(self._here == RUN)
        self.stop.setVisible(self._here == RUN and running)
        self.again.setVisible(self._here == RUN and not running)
        self.again.set_kind("accent" if again else "outlined")
        self.next.setVisible(self._here < ANSWER and not (self._here == RUN and self.report is None))
        self.next.setEnabled(ready)
        narrow = self._narrow()
        self.next.setText(self.tr("Next") if narrow and self._here < RUN - 1 else self._forward())
        self._counter.setVisible(not narrow)
        self.back.setVisible(self._here > PASTE and not running and not (narrow and self._here == RUN))
        if running:
            count = 0 if self.pyramid is None else self.pyramid.running()
            self.shell.set_status(self.tr("Guide · checks in flight: {count}").format(count=count), running=True)
        else:
            self.shell.set_status("")

    def tab_order(self) -> Sequence[QWidget]:
        """The list of questions before the questions."""
        return (*self.list.buttons, self.paste.open_button, self.paste.clear_button, self.paste.text)

    def _narrow(self) -> bool:
        return self.width() < theme().px(860)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.list.set_narrow(self._narrow())
        self._show_foot()

    def retranslate(self) -> None:
        self.list.say(
            self.tr("Guide me"), self._titles(), self.tr("You can leave at any time. Nothing is kept but the check.")
        )
        self.back.setText(self.tr("Back"))
        self.attach.setText(self.tr("Attach a log…"))
        self.stop.setText(self.tr("Stop"))
        self.again.setText(self.tr("Retry"))
        if self.pyramid is not None:
            self.pyramid.reword(self.shell.services.wording)
        self._present()
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
