"""The practice lab page: scenarios on the left; on the right the one that is selected, or the fault relay.

Whatever listens, checks or waits does so off the screen thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.core.practice import Card, Played
from mqassist.core.report import Report
from mqassist.core.target import parse_target
from mqassist.gui.pages.lab.card_grid import CardGrid
from mqassist.gui.pages.lab.detail import Detail
from mqassist.gui.pages.lab.filter_bar import FilterBar
from mqassist.gui.pages.lab.practice import Progress, progress_of, riddle
from mqassist.gui.pages.lab.relay_desk import RelayDesk
from mqassist.gui.pages.lab.relay_panel import RelayPanel
from mqassist.gui.pages.lab.rounds import Rounds
from mqassist.gui.pages.lab.scenario_card import ScenarioCard
from mqassist.gui.pages.lab.sides import Sides
from mqassist.gui.shell import Command, Shell
from mqassist.gui.theme.theme import dress
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import MessageStrip
from mqassist.gui.widgets.fields import CheckBox
from mqassist.gui.widgets.labels import Text

if TYPE_CHECKING:
    from mqassist.services import RunningScenario, Services

PAGE = "lab"
TARGET_PREFIX = "lab:"


class LabPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self.services = services
        self.shell = shell
        self.progress: Progress = progress_of(shell.settings.current.pages.get(PAGE))
        self._all: tuple[Card, ...] = ()
        self._shown: list[Card] = []
        self._running: dict[str, RunningScenario] = {}
        self._busy: set[str] = set()
        self._selected = ""
        self._checking = ""
        self._title, self._subtitle = Text(role="title"), Text(role="caption", colour="t2")
        self.guess_first = CheckBox()
        self.compare = Button()
        self.filters = FilterBar()
        self.strip = MessageStrip(closable=True)
        self.grid = CardGrid(self._make_card)
        self.detail = Detail(shell.copy)
        self.relay = RelayPanel(shell.copy, lambda: self.shell.services.wording)
        self.sides = Sides(self.filters, self.grid, self.detail, self.relay)
        self.tabs = self.sides.tabs
        self._desk = RelayDesk(self.relay, shell, self)
        self._rounds = Rounds(shell, self._played, self._rounds_over, self)
        self._build()
        self._connect()
        self.retranslate()

    # -- layout ---------------------------------------------------------------------------------

    def _build(self) -> None:
        dress(self, ground="surface")
        self.strip.hide()
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        head.addLayout(words, 1)
        head.addWidget(self.guess_first)
        head.addSpacing(12)
        head.addWidget(self.compare)
        page = QVBoxLayout(self)
        page.setContentsMargins(20, 16, 20, 12)
        page.setSpacing(12)
        page.addLayout(head)
        page.addWidget(self.strip)
        page.addWidget(self.sides, 1)

    def _connect(self) -> None:
        self.filters.narrowed.connect(self._narrow)
        self.filters.search.left_down.connect(self._to_cards)
        self.guess_first.setChecked(self.progress.guess_first)
        self.guess_first.toggled.connect(self._guess_first)
        self.compare.clicked.connect(self._compare)
        self.sides.became_narrow.connect(self._subtitle.setHidden)
        self.detail.start_wanted.connect(self.start)
        self.detail.stop_wanted.connect(self.stop)
        self.detail.check_wanted.connect(self.check)
        self.detail.guessed.connect(self._guessed)
        self.shell.run_finished.connect(self._run_finished)

    def _make_card(self, card: Card) -> ScenarioCard:
        made = ScenarioCard(card, self.grid.widget())
        made.chosen.connect(self.select)
        made.start_wanted.connect(self.start)
        made.stop_wanted.connect(self.stop)
        made.check_wanted.connect(self.check)
        self._show_card(made)
        return made

    def retranslate(self) -> None:
        self.services = self.shell.services
        self._title.setText(self.tr("Practice lab"))
        self._subtitle.setText(
            self.tr(
                "Endpoints on this computer, healthy and broken. Each card names the verdict it should get; its shape "
                "is filled once a check has proved it."
            )
        )
        self.guess_first.setText(self.tr("Guess first"))
        self.guess_first.setToolTip(self.tr("Hides the answers until you have guessed"))
        self.grid.setAccessibleName(self.tr("Scenarios"))
        self.grid.nothing.say(self.tr("No scenario fits"), self.tr("Take a filter away or search for something else."))
        self._rounds_word()
        if self._all:
            self._load()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._all:
            self._load()

    def close_down(self) -> None:
        """Everything that listens ends with the window; that may take a moment, which the window does not wait for."""
        self._rounds.stop()
        self._desk.close_down()
        threading.Thread(target=self.services.lab.stop, name="lab ends", daemon=True).start()

    def commands(self) -> Iterable[Command]:
        yield Command(self.tr("Practice lab: fault relay"), lambda: self.tabs["relay"].setChecked(True), "swap")
        yield Command(self.tr("Practice lab: run and compare"), self._compare, "lab")

    # -- cards ----------------------------------------------------------------------------------

    def _load(self) -> None:
        """From files, once for each language."""
        services = self.shell.services
        self.shell.bridge.background(lambda _token: services.practice_cards(), self._loaded, self._failed, self)

    def _loaded(self, cards: tuple[Card, ...]) -> None:
        self._all = cards
        self._narrow()
        if not self._selected and cards:
            self._selected = cards[0].name
            self._show_all()
            if self.sides.is_narrow:
                self.tabs["cards"].setChecked(True)

    def _narrow(self) -> None:
        found = [card for card in self._all if self.filters.wants(card)]
        if self.progress.guess_first:
            found = [card for card in found if card.status != "healthy"]
        self._shown = found
        self.grid.show_cards(found)
        self._rounds_word()
        self._show_all()

    def _to_cards(self) -> None:
        first = next((card for card in self.grid.cards.values() if card.isVisible()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _card(self, name: str) -> Card | None:
        return next((card for card in self._all if card.name == name), None)

    def _show_all(self) -> None:
        for widget in self.grid.cards.values():
            self._show_card(widget)
        self._show_detail()

    def _show_card(self, widget: ScenarioCard) -> None:
        name = widget.card.name
        card = self._card(name) or widget.card
        number = next((at for at, each in enumerate(self._all, 1) if each.name == name), 0)
        hidden = self.progress.hidden(card) and card.status != "healthy"
        widget.show_card(card, hidden=hidden, number=number, proof=self.progress.proof(name))
        widget.show_state(self._address(name), busy=name in self._busy)
        widget.set_selected(name == self._selected)

    def _address(self, name: str) -> str:
        running = self._running.get(name)
        return "" if running is None else f"{running.host}:{running.port}"

    def select(self, name: str) -> None:
        self._selected = name
        self.tabs["scenario"].setChecked(True)
        self._show_all()

    def _show_detail(self) -> None:
        card = self._card(self._selected)
        if card is None:
            return
        hidden = self.progress.hidden(card) and card.status != "healthy"
        choices = riddle(card, [each for each in self._all if each.cause]) if hidden else ()
        widget = self.grid.cards.get(card.name)
        title = card.title if not hidden or widget is None else widget.title
        levels = {1: self.tr("Easy"), 2: self.tr("Medium"), 3: self.tr("Hard")}
        self.detail.show_card(
            card, title, choices, right=self.progress.guessed.get(card.name), proof=self.progress.proof(card.name),
            level=levels[card.difficulty],
        )  # fmt: skip
        running = self._running.get(card.name)
        if running is None:
            self.detail.show_state("", ("", ""), busy=card.name in self._busy)
            return
        target = parse_target(running.target)
        password = target.credentials.password
        login = (target.credentials.username or "", password.reveal() if password is not None else "")
        address = str(target.endpoint) if target.endpoint is not None else target.shown
        self.detail.show_state(address, login)

    # -- playing --------------------------------------------------------------------------------

    def start(self, name: str) -> None:
        if name in self._busy or name in self._running:
            return
        self._busy.add(name)
        self.select(name)
        services = self.shell.services

        def done(running: RunningScenario) -> None:
            self._busy.discard(name)
            self._running[name] = running
            self._show_all()

        def failed(error: Exception) -> None:
            self._busy.discard(name)
            self._failed(error)

        self.shell.bridge.background(lambda _token: services.lab.start(name), done, failed, self)

    def stop(self, name: str) -> None:
        running = self._running.pop(name, None)
        if running is not None:
            self.shell.bridge.background(lambda _token: running.stop(), owner=self)
            self._show_all()

    def check(self, name: str) -> None:
        """Fills the check-up page with it, settings and certificates included, and starts."""
        if name in self._running:
            self._checking = name
            self.shell.start_check(f"{TARGET_PREFIX}{name}")

    def _run_finished(self, report: Report) -> None:
        name, self._checking = self._checking, ""
        port = report.endpoint.port if report.endpoint is not None else 0
        name = next((each for each, running in self._running.items() if running.port == port), name)
        if name not in self._running:
            return
        from_report = self.shell.services.played(name, report)
        self._played(from_report)

    def _played(self, played: Played) -> None:
        self.progress = self.progress.with_proof(played)
        self._keep()
        widget = self.grid.cards.get(played.name)
        if widget is not None:
            self._show_card(widget)
        if played.name == self._selected:
            self._show_detail()

    # -- guessing -------------------------------------------------------------------------------

    def _guess_first(self, on: bool) -> None:
        self.progress = progress_of({**self.progress.kept(), "guess_first": on})
        self._keep()
        if on and self.filters.chips["healthy"].isChecked():
            self.filters.chips[""].setChecked(True)  # there is nothing to guess where all is well
        self._narrow()

    def _guessed(self, name: str, answer: str) -> None:
        card, chosen = self._card(name), self._card(answer)
        if card is not None and chosen is not None:
            self.progress = self.progress.with_guess(name, card.cause == chosen.cause)
            self._keep()
            self._show_all()

    def _keep(self) -> None:
        self.shell.settings.remember(PAGE, self.progress.kept())

    # -- all of them ----------------------------------------------------------------------------

    def _compare(self) -> None:
        if self._rounds.going:
            self._rounds.stop()
        else:
            self.strip.hide()
            self._rounds.go([card.name for card in self._shown])
        self._rounds_word()

    def _rounds_word(self) -> None:
        all_of_them = len(self._shown) == len(self._all)
        word = self.tr("Run all and compare") if all_of_them else self.tr("Run these and compare")
        self.compare.setText(self.tr("Stop comparing") if self._rounds.going else word)
        self.compare.setEnabled(bool(self._shown) or self._rounds.going)

    def _rounds_over(self, done: int, wrong: int, seconds: float) -> None:
        self._rounds_word()
        if wrong:
            said = self.tr("{wrong} of {done} verdicts differ").format(wrong=wrong, done=done)
            self.strip.say("warning", said)
        else:
            said = self.tr("All {done} verdicts are as they should be ({seconds} s)")
            self.strip.say("ok", said.format(done=done, seconds=f"{seconds:.0f}"))

    def _failed(self, error: Exception) -> None:
        self._show_all()
        if isinstance(error, UserError):
            sentence = self.shell.services.wording.sentence(f"error.{error.reference}", error.parameters)
        else:
            sentence = str(error)
        self.strip.say("error", self.tr("The lab could not do that"), sentence)
