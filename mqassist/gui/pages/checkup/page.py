"""The check-up page: an address or a profile goes in, one run, its answer comes out. Owns the run, draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.core.events import RunEvent, RunFinished, RunStarted
from mqassist.core.record import changed
from mqassist.core.report import Excerpt
from mqassist.core.secret import MASK, Redactor
from mqassist.core.settings import CheckSettings
from mqassist.gui.pages import PAGES
from mqassist.gui.pages.checkup.answer import Answer, answer_of
from mqassist.gui.pages.checkup.consent import ask_first, changed_something
from mqassist.gui.pages.checkup.live import LiveRun
from mqassist.gui.pages.checkup.options_panel import OptionsPanel
from mqassist.gui.pages.checkup.password_ask import PasswordAsk
from mqassist.gui.pages.checkup.reports import Reports
from mqassist.gui.pages.checkup.run_view import RunView
from mqassist.gui.pages.checkup.subject import Subject, subject_of, subject_of_text
from mqassist.gui.pages.checkup.url_bar import UrlBar
from mqassist.gui.run_controller import RunController
from mqassist.gui.shell import Command, EditsProfiles, Shell
from mqassist.gui.widgets.cards import MessageStrip
from mqassist.report.presented import Presented
from mqassist.services import Services

REFRESH_MS = 100
LAYERS = ("dns", "network", "tls", "protocol", "auth", "permissions", "heartbeat")


class CheckupPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._subject: Subject | None = None
        self._live: LiveRun | None = None
        self._answer: Answer | None = None
        self._dirty = False
        self.bar = UrlBar(services.wording)
        self.options = OptionsPanel()
        self.options.hide()
        self.strip = MessageStrip(closable=True)
        self.strip.hide()
        self.reports = Reports(self, shell)
        self.view = RunView(services.wording, self._log_opener, self.reports.client_lines)
        self._ask = PasswordAsk(self.options, self.strip, self)
        self.controller = RunController(lambda: shell.services.run, shell.bridge, self)
        self._refresh = QTimer(self)
        self._refresh.setInterval(REFRESH_MS)
        self._refresh.timeout.connect(self._show_progress)
        self._build()
        self._connect()
        self._words_of_layers()

    def _build(self) -> None:
        for widget in (self.bar.strip, self.strip, self.options):
            self.view.put_above(widget)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.bar)
        box.addWidget(self.view, 1)

    def _connect(self) -> None:
        self.bar.pressed.connect(self._pressed)
        self.bar.guide_pressed.connect(lambda: self._shell.go("wizard"))
        self.bar.options_pressed.connect(lambda: self.options.setVisible(not self.options.isVisible()))
        self.bar.report_pressed.connect(self.reports.save)
        self.bar.open_report_pressed.connect(self.reports.open)
        self.bar.save_profile_pressed.connect(self._save_profile)
        self.bar.host_chosen.connect(self.bar.field.put)
        self.bar.layer_chosen.connect(lambda layer: self.diagnose(only=layer))
        self.bar.field.returnPressed.connect(self.diagnose)
        self.bar.field.changed.connect(self._edited)
        self.options.closed.connect(self.options.hide)
        self.options.asked_for.connect(lambda: self.view.verticalScrollBar().setValue(0))
        self.options.password.returnPressed.connect(self.diagnose)
        self.options.add_log.clicked.connect(self._choose_logs)
        self.view.step_chosen.connect(self._shell.step_chosen)
        self._shell.step_wanted.connect(self.view.show_check)
        self.view.chain_wanted.connect(self.reports.save_chain)
        self.view.layer_wanted.connect(lambda layer: self.diagnose(only=layer))
        self.view.copied.connect(lambda text: self._shell.copy(text, self.redactor()))
        self.view.card.copy_pressed.connect(self.reports.copy_answer)
        self.view.card.report_pressed.connect(self.reports.save)
        self.view.advice_wanted.connect(self.reports.advise)
        self.view.option_wanted.connect(self.options.ask_for)
        self.controller.happened.connect(self._happened)
        self.controller.failed.connect(self._failed)
        self.controller.left_behind.connect(self._left_behind)
        self.controller.state_changed.connect(self._state_changed)
        for keys, act in (
            ("F5", self.diagnose),
            ("Esc", self.stop),
            ("Ctrl+L", self._to_field),
            ("Ctrl+Shift+C", self.reports.copy_answer),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            # wherever the focus is in the window, as long as this page is seen
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(act)
            if keys == "Esc":
                self._escape = shortcut
        self._escape.setEnabled(False)

    # -- what the window asks of this page ------------------------------------------------------

    def fill_target(self, target: str) -> None:
        """A URL, or `profile:<id>`. A run that goes is not disturbed."""
        if self.controller.busy:
            self._say_busy()
            return
        try:
            self._take(self._read(target))
        except UserError as error:
            self.say(error)

    def start_check(self, target: str) -> None:
        self.fill_target(target)
        if not self.controller.busy and not self.strip.isVisible():
            self.diagnose()

    def show_report(self, shown: Presented, file: str) -> None:
        """A report that a colleague sent, or a run of the history, as if it were one of our own."""
        if self.controller.busy:
            self._say_busy()
            return
        self.strip.hide()
        self._subject = None
        self.bar.field.put(shown.target.replace(f":{MASK}@", "@"))
        self.bar.field.set_tag("")
        self._show(Answer(shown, Redactor(), file=file))

    def add_to_report(self, lines: Sequence[Excerpt]) -> str:
        return self.reports.add(lines)

    def take_from_report(self, lines: Sequence[Excerpt]) -> None:
        self.reports.take(lines)

    def take_answer(self, answer: Answer) -> None:
        self._answer = answer

    def close_down(self) -> None:
        self._refresh.stop()
        self.controller.close()

    def commands(self) -> Iterable[Command]:
        yield Command(self.tr("Diagnose"), self.diagnose, "play", "F5")
        yield Command(self.tr("What is checked…"), self.options.show, "gear")
        yield Command(self.tr("Open a report…"), self.reports.open, "folder")
        if self._answer is not None:
            yield Command(self.tr("Copy answer"), self.reports.copy_answer, "copy", "Ctrl+Shift+C")
            yield Command(self.tr("Save report…"), self.reports.save, "doc")

    # -- the subject ----------------------------------------------------------------------------

    def _read(self, target: str) -> Subject:
        return subject_of(self._shell.services, target)

    def _take(self, subject: Subject) -> None:
        self._subject = subject
        self.strip.hide()
        self.bar.field.set_typed(subject.typed)
        self._subject = subject  # filling the field counts as an edit
        self.bar.field.set_tag(self.tr("production") if subject.production else "")
        self.options.show_settings(subject.settings)
        self.bar.set_hosts(subject.urls())
        self._shell.set_title(subject.name)
        self._edited()

    def _edited(self) -> None:
        """Another address is another subject; the same host stays under the protection of its profile."""
        subject, typed = self._subject, self.bar.field.typed
        if subject is not None and typed.text != subject.typed.text:
            self._subject = subject.edited(typed)
            self.bar.field.set_tag(self.tr("production") if self._subject.production else "")
        target = typed.target()
        self.options.show_protocol("" if target.endpoint is None else target.endpoint.protocol)

    def _current(self) -> Subject:
        typed = self.bar.field.typed
        return self._subject or subject_of_text(typed.text, typed.secret)

    # -- running --------------------------------------------------------------------------------

    def _pressed(self) -> None:
        if self.controller.busy:
            self.stop()
        else:
            self.diagnose()

    def diagnose(self, *, only: str = "", without_password: bool = False) -> None:
        """Starts a run of what stands in the bar; asks first where it is a production broker."""
        if self.controller.busy:
            return
        self.strip.hide()
        if not self.bar.field.text().strip():
            self.strip.say("note", self.tr("There is no address yet. Paste one, or choose a profile."))
            self._to_field()
            return
        subject = self._current()
        try:
            settings = self.options.settings(subject.settings)
        except UserError as error:
            self.options.show()
            self.say(error)
            return
        tries = min(settings.max_login_tries, self._shell.settings.current.login_tries)
        settings = changed(settings, max_login_tries=tries)
        if only:
            settings = changed(settings, only=(only,))
        if not without_password and self._password_is_missing(subject):
            self._ask.before_run(subject.name, lambda: self.diagnose(only=only, without_password=True))
            return
        if subject.production:
            ask_first(self, self._shell.services, subject, settings, lambda wanted: self._start(subject, wanted))
        else:
            self._start(subject, settings)

    def _password_is_missing(self, subject: Subject) -> bool:
        """The profile says that the person is asked, and nothing was typed. Asks no keyring."""
        if subject.profile is None or self.options.typed_password() is not None:
            return False
        return self._shell.services.profiles.needs_password(subject.profile)

    def _start(self, subject: Subject, settings: CheckSettings) -> None:
        self._answer = None
        self._subject = subject
        self._settings = settings
        self._shell.set_title(subject.name)
        self._live = LiveRun(self._shell.services.wording)
        self.view.begin(self._live)
        fetch = subject.fetch(self._shell.services, self.options.typed_password(), self.options.proxy_password())
        if subject.profile is not None and subject.profile.keep == "ask":
            self.options.password.clear()  # for one run, as was said
        self.controller.start(subject.target(), settings, fetch)
        self._refresh.start()

    def stop(self) -> None:
        self.controller.stop()

    def _state_changed(self, state: str) -> None:
        going = state != "idle"
        phase = "stopping" if state == "stopping" else "running" if going else "after"
        self.bar.set_phase(phase)  # type: ignore[arg-type]  # one of four words
        self.options.setEnabled(not going)
        self._escape.setEnabled(going)  # else it belongs to fields and menus
        if state == "asking":
            self.view.show_asking()
        elif state == "stopping":
            self.view.show_stopping()
        if not going:
            self._refresh.stop()
            self._shell.set_status("")

    def _happened(self, event: RunEvent) -> None:
        live = self._live
        if live is None:
            return
        live.take(event, self.controller.elapsed_s * 1000)
        if isinstance(event, RunStarted):
            self._show_progress()
        elif isinstance(event, RunFinished):
            self._finish(event)

    def _show_progress(self) -> None:
        live = self._live
        if live is None or self.controller.state != "running":
            return
        self.view.show_progress(self.controller.elapsed_s * 1000, at_once=False)
        if live.run_id:
            words = self.tr("Run {run} · probes in flight: {count}").format(run=live.run_id, count=len(live.running))
            self._shell.set_status(words, running=True)

    def _finish(self, event: RunFinished) -> None:
        services = self._shell.services
        credentials = self.controller.credentials
        answer = answer_of(event.report, services.wording, credentials, services.texts.vocabulary, self._settings)
        self._live = None
        self._show(answer, at_once=False)
        if not self._settings.read_only and changed_something(self._shell.services, answer.shown):
            # the status bar says "Read-only checks" otherwise, which would not be true
            self._shell.set_status(self.tr("Active tests: what was created is removed"))
        profile = self._subject.profile_id if self._subject is not None else ""
        report, shown = event.report, answer.shown
        self.reports.kept_for = profile

        def keep() -> None:
            if profile:
                services.profiles.note_run(profile, shown.state, shown.title)
            services.keep(report, credentials, profile)

        self._shell.bridge.background(
            lambda _token: keep(), lambda _done: self._shell.run_finished.emit(report), self.not_kept, self
        )

    _settings = CheckSettings()

    def _show(self, answer: Answer, *, at_once: bool = True) -> None:
        self._answer = answer
        self.view.show_answer(answer, at_once=at_once)
        self.bar.set_phase("after")
        self.bar.set_report_ready(True)

    def _failed(self, error: Exception) -> None:
        self._live = None
        if isinstance(error, UserError) and error.reference.startswith("keyring-"):
            self.view.show_nothing()
            self._ask.instead_of_keyring(error.reference, self.diagnose)
        elif isinstance(error, UserError):
            self.view.show_nothing()
            self.say(error)
        else:
            self.view.show_failure(
                self.tr("mqassist itself failed before the check began"), f"{type(error).__name__}: {error}"
            )
            self._shell.bridge.broke.emit(error)
        self.bar.set_phase("before")

    def _left_behind(self) -> None:
        self.view.show_left_behind(self.controller.elapsed_s)
        self._live = None

    # -- what others do -------------------------------------------------------------------------

    @property
    def answer(self) -> Answer | None:
        return self._answer

    def widget(self) -> QWidget:
        return self

    def redactor(self) -> Redactor:
        return self._answer.redactor if self._answer is not None else Redactor(self.controller.credentials)

    def _log_opener(self) -> Callable[[str, int], None] | None:
        # asked of the table, not of the page: making that one takes its time
        return self._shell.open_log if any(entry.name == "logs" for entry in PAGES) else None

    def _choose_logs(self) -> None:
        self._shell.open_file(
            self,
            self.tr("Broker's log"),
            self.tr("Logs (*.log *.txt *.gz);;All files (*)"),
            lambda paths: self.options.set_logs(tuple(dict.fromkeys((*self.options.logs, *paths)))),
        )

    def _save_profile(self) -> None:
        self._shell.new_profile(self.bar.field.typed.whole())

    # -- words ----------------------------------------------------------------------------------

    def _to_field(self) -> None:
        self.bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.field.selectAll()

    def say(self, error: Exception) -> None:
        """What the person gave and cannot be used; a bug goes the way of bugs."""
        if not isinstance(error, UserError):
            self._shell.bridge.broke.emit(error)
            return
        self.strip.say("error", self._shell.words_of(error))

    def _say_busy(self) -> None:
        self.strip.say("note", self.tr("A check is running. Stop it first."), "", [(self.tr("Stop"), self.stop)])

    def not_kept(self, error: Exception) -> None:
        reason = str(error)
        self.strip.say("warning", self.tr("This run could not be put into the history"), reason)

    def _words_of_layers(self) -> None:
        wording = self._shell.services.wording
        self.bar.set_layers([(layer, wording.sentence(f"layer.{layer}")) for layer in LAYERS])
        self.bar.set_guide_shown(any(entry.name == "wizard" for entry in PAGES))
        self.bar.set_profiles_shown(self._shell.able(EditsProfiles) is not None)

    def retranslate(self) -> None:
        services = self._shell.services
        self._words_of_layers()
        self.bar.set_wording(services.wording)
        answer = self._answer
        if answer is not None and answer.report is not None:
            answer = answer_of(
                answer.report, services.wording, answer.credentials, services.texts.vocabulary, answer.settings
            )
            self._answer = answer
        self.view.reword(services.wording, answer)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
