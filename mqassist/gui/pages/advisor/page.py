"""The advisor page: of which run, what only the person knows, the settings with their arithmetic, lines to paste.

What reads the disk or calculates is done off the screen thread.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.core.runs import KeptRun, local_time, short
from mqassist.core.settings import CheckSettings
from mqassist.gui.pages.advisor.setting_table import SettingTable
from mqassist.gui.pages.advisor.subject import AdviceSubject, Told, advice, latest, of_kept, of_shown, profile_of
from mqassist.gui.pages.advisor.workload_card import WorkloadCard
from mqassist.gui.shell import Shell
from mqassist.gui.theme.states import STATES_OF_RUNS
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, Collapsible, EmptyState, MessageStrip, clear, reading_column
from mqassist.gui.widgets.client_lines import ClientLines
from mqassist.gui.widgets.fields import Choice
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import SectionTitle, StateShape, Text
from mqassist.report.advised import numbered
from mqassist.report.presented import Presented
from mqassist.services import Services

WIDTH = 1080


class AdvisorPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        del services  # those of the shell speak the language of now
        self.shell = shell
        self._subject: AdviceSubject | None = None
        self._told: Told | None = None
        self._asked: CancelToken | None = None
        self._choices: dict[str, KeptRun] = {}
        self._said: list[str] = []
        self._reworded = False
        self._stale = True
        """A run has ended since the list was read."""
        self._sent_here = False
        """Another page said of which run; the newest one is not meant."""
        self._title = Text(role="title")
        self._intro = Text(colour="t2")
        self._of = Text(role="caption", colour="t3", wrap=False)
        self.choice = Choice()
        self.again = Button(icon_name="play")
        self.copy = Button(icon_name="copy")
        self.strip = MessageStrip(closable=True)
        self.nothing = EmptyState()
        self.verdict = Text(colour="t2", selectable=True)
        self.shape = StateShape("note", beside=self.verdict)
        self.workload = WorkloadCard()
        self.table = SettingTable()
        self._sayings_title, self._lines_title = SectionTitle(), SectionTitle()
        self.sayings = QVBoxLayout()
        self._password = Text(role="caption", colour="t3")
        self.lines: ClientLines | None = None
        self._lines_box = QVBoxLayout()
        self.sources = Collapsible()
        self._sources_text = Text(role="caption", colour="t2", selectable=True)
        self._pages = QStackedWidget()
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        box = reading_column(self, WIDTH)
        box.setSpacing(12)
        self.choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(30)
        self._of.setBuddy(self.choice)
        self.strip.hide()
        box.addWidget(self._title)
        box.addWidget(self._intro)
        box.addWidget(FlowRow((self._of, self.choice, self.again, self.copy)))
        box.addWidget(self.strip)
        box.addWidget(self._advice())
        box.addWidget(self.nothing, 1)
        box.addStretch(1)

    def _advice(self) -> QWidget:
        self._filled = QWidget()
        box = QVBoxLayout(self._filled)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.shape, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.verdict, 1)
        box.addLayout(head)
        box.addWidget(self.workload)
        box.addWidget(self.table)
        box.addWidget(self._lines_title)
        box.addWidget(self._password)
        box.addLayout(self._lines_box)
        box.addWidget(self._sayings_title)
        card = Card()
        self.sayings.setSpacing(6)
        card.body.addLayout(self.sayings)
        box.addWidget(card)
        self.sources.body.addWidget(self._sources_text)
        box.addWidget(self.sources)
        return self._filled

    def _connect(self) -> None:
        self.choice.activated.connect(self._chosen)
        self.again.clicked.connect(self._check_again)
        self.copy.clicked.connect(self._copy)
        self.nothing.triggered.connect(lambda: self.shell.go("checkup"))
        self.workload.said.connect(self._calculate)
        self.shell.run_finished.connect(self._ran)

    # -- what is advised on ---------------------------------------------------------------------

    def show_advice(self, told: Presented, url: str, settings: CheckSettings, profile: str) -> None:
        """Of a run that another page shows."""
        services = self.shell.services
        self._stale, self._sent_here = False, True
        self._ask(lambda: of_shown(services, told, url, settings, profile))
        self._list()

    def _ran(self, _report: object) -> None:
        """What is seen stays as it is until the person comes back."""
        self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._sent_here = False
            self._list()

    def _list(self) -> None:
        services = self.shell.services

        def read() -> list[tuple[KeptRun, str]]:
            found = []
            for run in latest(services):
                profile = profile_of(services, run.profile)
                found.append((run, short(run.target) if profile is None else profile.name))
            return found

        self.shell.bridge.background(lambda _token: read(), self._listed, self._failed, self)

    def _listed(self, runs: list[tuple[KeptRun, str]]) -> None:
        self._choices = {run.run: run for run, _ in runs}
        self.choice.clear()
        for run, name in runs:
            self.choice.add(name, run.run)
        wants_newest = self._stale or self._subject is None
        self._stale = False
        if self._sent_here:
            self._mark()
        elif wants_newest and runs:
            self.choice.setCurrentIndex(0)
            self._chosen()
        elif self._subject is None:
            self._show_nothing()

    def _mark(self) -> None:
        """The run that is shown in the list; one that no history keeps is put into it."""
        if self._subject is None:
            return
        if self.choice.findData(self._subject.run) < 0:
            self.choice.insertItem(0, self._subject.name, self._subject.run)
        self.choice.choose(self._subject.run)

    def _chosen(self) -> None:
        run = self._choices.get(str(self.choice.value()))
        if run is not None:
            services, wanted = self.shell.services, run
            self._ask(lambda: of_kept(services, wanted))

    def _ask(self, subject_of: Callable[[], AdviceSubject]) -> None:
        """Finds the subject and calculates, off the screen thread; an older question is not answered any more."""
        if self._asked is not None:
            self._asked.cancel()
        services, workload = self.shell.services, self.workload.workload()

        def work(_token: CancelToken) -> tuple[AdviceSubject, Told | None]:
            subject = subject_of()
            return subject, advice(services, subject, workload)

        self._asked = self.shell.bridge.background(work, self._answered, self._failed, self)

    def _calculate(self) -> None:
        subject = self._subject
        if subject is not None:
            self._ask(lambda: subject)

    # -- what is shown --------------------------------------------------------------------------

    def _answered(self, found: tuple[AdviceSubject, Told | None]) -> None:
        self._subject, self._told = found
        self.strip.hide()
        self._mark()
        if self._told is None:
            self._show_nothing()
        else:
            self._show(self._told)

    def _show(self, told: Told) -> None:
        shown = told.shown
        self.nothing.hide()
        self._filled.show()
        for widget in (self._of, self.choice, self.again, self.copy):
            widget.show()
        self.shape.set_state(STATES_OF_RUNS[shown.state])
        date = local_time(told.subject.told.started_at)
        self.verdict.setText(self.tr("{verdict} Measured on {date}.").format(verdict=shown.verdict, date=date))
        sources = numbered(shown)
        self.table.show_settings(shown.settings, sources)
        self._sources_text.setText("\n".join(f"[{number}] {source}" for source, number in sources.items()))
        self._show_sayings([f"{text} [{sources[source]}]" if source else text for text, source in shown.sayings])
        if self.lines is None or self._reworded or not self.lines.renew(shown.snippets):
            before = self.lines.chosen if self.lines is not None else ""
            clear(self._lines_box)
            self.lines = ClientLines(shown.snippets, self.shell.copy, always=before or shown.snippets[0].id)
            self._lines_box.addWidget(self.lines)
        self._reworded = False

    def _show_sayings(self, texts: list[str]) -> None:
        if texts != self._said:
            self._said = texts
            clear(self.sayings)
            for text in texts:
                self.sayings.addWidget(Text(text, colour="t2"))

    def _show_nothing(self) -> None:
        self._filled.hide()
        has_list = self.choice.count() > 0
        for widget in (self._of, self.choice):
            widget.setVisible(has_list)
        self.again.hide()
        self.copy.hide()
        self.nothing.show()

    def _failed(self, error: Exception) -> None:
        self.strip.say("error", self.tr("This run cannot be read"), self.shell.words_of(error))

    def _check_again(self) -> None:
        if self._subject is not None:
            self.shell.start_check(self._subject.again)

    def _copy(self) -> None:
        """All of it as Markdown, for a ticket or a pull request."""
        if self._told is None:
            return
        from mqassist.report.advised_text import render_markdown

        shown = self._told.shown
        self.shell.copy(render_markdown(shown, shown.snippets, self.shell.services.wording))
        self.shell.set_status(self.tr("The advice is on the clipboard"))

    # -- language -------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self._title.setText(self.tr("Advisor"))
        self._intro.setText(
            self.tr("Client settings that fit what a check-up measured, each with its arithmetic and what it rests on.")
        )
        self._of.setText(self.tr("Measured in the check-up of"))
        self.choice.setAccessibleName(self.tr("Measured in the check-up of"))
        self.again.setText(self.tr("Check again"))
        self.copy.setText(self.tr("Copy as Markdown"))
        self.nothing.say(
            self.tr("Nothing was measured yet"),
            self.tr("A check-up measures the way to a broker and hears its limits. The advice is made of that."),
            self.tr("Go to the check-up"),
        )
        self._lines_title.setText(self.tr("Lines to paste"))
        self._password.setText(
            self.tr("The password is read from the environment variable MQ_PASSWORD; it is in none of these lines.")
        )
        self._sayings_title.setText(self.tr("What guides and tutorials say"))
        self.sources.set_title(self.tr("Sources"))
        self._reworded = True
        self._calculate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
