"""What a page may ask of the window: go elsewhere, fill a target, start a check, say something, copy, save.

Pages never import each other. They speak to whichever page can do it, by the small protocols here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from mqassist.core.errors import UserError
from mqassist.core.record import record
from mqassist.gui.bridge import Bridge
from mqassist.gui.language import Language, LanguageSwitch
from mqassist.gui.settings_store import LanguageChoice, SettingsStore
from mqassist.gui.theme.theme import Theme, theme
from mqassist.gui.updates import Updates
from mqassist.gui.widgets.cards import StripKind

if TYPE_CHECKING:
    from mqassist.core.report import Excerpt
    from mqassist.core.secret import Redactor
    from mqassist.core.settings import CheckSettings
    from mqassist.report.presented import Presented
    from mqassist.services import Services

Actions = Sequence[tuple[str, Callable[[], None]]]


@record
class Command:
    """A line of the command palette. `hint` is a shortcut or a second word; `words` are found but not shown."""

    title: str
    run: Callable[[], None]
    icon: str = "rt"
    hint: str = ""
    words: str = ""


@runtime_checkable
class Checks(Protocol):
    """The check-up page. `target` is a URL or `profile:<id>`."""

    def fill_target(self, target: str) -> None: ...

    def start_check(self, target: str) -> None: ...


@runtime_checkable
class ShowsRuns(Protocol):
    """The check-up page again: a run that another page made or kept, with all steps and times. `file` is where it
    was read from, or ""."""

    def show_report(self, shown: Presented, file: str) -> None: ...


@runtime_checkable
class TakesLogLines(Protocol):
    """The check-up page once more: lines of a log for the report that is shown. The run that has them now, "" if
    there is none; and the lines out of it again."""

    def add_to_report(self, lines: Sequence[Excerpt]) -> str: ...

    def take_from_report(self, lines: Sequence[Excerpt]) -> None: ...


@runtime_checkable
class ReadsLogs(Protocol):
    def open_log(self, path: str, line: int | None = None) -> None: ...


@runtime_checkable
class Explains(Protocol):
    def explain_text(self, text: str) -> None: ...


@runtime_checkable
class Advises(Protocol):
    """The advisor page: client settings that fit this run. `url` is its address without a password, `profile` the
    id of the profile it was started from, or ""."""

    def show_advice(self, told: Presented, url: str, settings: CheckSettings, profile: str) -> None: ...


@runtime_checkable
class Guides(Protocol):
    """The guide: begins with this text."""

    def fill_text(self, text: str) -> None: ...


@runtime_checkable
class EditsProfiles(Protocol):
    """The profile list in the sidebar. `new_profile` opens the editor, with this address or certificate if given."""

    def new_profile(self, target: str = "", certificate: str = "") -> None: ...

    def edit_profile(self, profile_id: str) -> None: ...

    def import_profiles(self, path: str = "") -> None: ...


@runtime_checkable
class ReadsReports(Protocol):
    """The history page: a report file that a colleague sent."""

    def read_report_file(self, path: str) -> None: ...


@runtime_checkable
class Offers(Protocol):
    """A page or panel with lines of its own for the command palette."""

    def commands(self) -> Iterable[Command]: ...


@runtime_checkable
class AsksBeforeLeaving(Protocol):
    """A page with unsaved work: `may_leave(then)` calls `then` at once or after the person has decided."""

    def may_leave(self, then: Callable[[], None]) -> None: ...


@runtime_checkable
class OrdersTabs(Protocol):
    """A page whose parts were not made in the order of reading."""

    def tab_order(self) -> Sequence[QWidget]: ...


@runtime_checkable
class Closes(Protocol):
    """A page with something running: told once when the window closes; must return at once."""

    def close_down(self) -> None: ...


class Frame(Protocol):
    """What the main window does for the shell."""

    def go(self, page: str) -> None: ...

    def page(self, name: str) -> QWidget | None: ...

    def has_page(self, name: str) -> bool: ...

    def can(self, kind: type[Any]) -> bool: ...

    def able(self, kind: type[Any]) -> Any: ...

    def show_strip(self, kind: StripKind, title: str, text: str, actions: Actions) -> None: ...

    def hide_strip(self) -> None: ...

    def set_status(self, text: str, running: bool) -> None: ...

    def set_title(self, text: str) -> None: ...

    def show_log_dock(self, shown: bool) -> None: ...

    def choose_language(self, choice: LanguageChoice) -> None: ...


class Shell(QObject):
    """Given to every page beside the services. `services` here is always the bundle in the language of now: take it
    anew in `retranslate()`."""

    profiles_changed = Signal()
    run_finished = Signal(object)
    """A Report, after a run ended; history and the profile list want to know."""
    language_changed = Signal(str)
    page_changed = Signal(str)
    step_chosen = Signal(object)
    """The person opened a step of the check-up, by the ids of its probes: their lines of the log are meant."""
    step_wanted = Signal(str)
    """The person chose a line of the log that this step caused."""

    def __init__(
        self, services: Services, bridge: Bridge, settings: SettingsStore, language: LanguageSwitch, frame: Frame
    ) -> None:
        super().__init__()
        self.services = services
        self.bridge = bridge
        self.settings = settings
        self.updates = Updates(settings, bridge, self)
        self._language = language
        self._frame = frame

    def speak(self, language: Language) -> None:
        """The sentences of the engine from now on; the window's own are Qt's business."""
        if self.services.texts.language != language:
            from mqassist.services import in_language

            self.services = in_language(self.services, language)

    # -- going places ---------------------------------------------------------------------------

    def go(self, page: str) -> None:
        """Shows a page by its name in the table of pages. Nothing happens for a page that this build has not."""
        self._frame.go(page)

    def page(self, name: str) -> QWidget | None:
        """The page, made if need be; None if this build has not got it."""
        return self._frame.page(name)

    def page_exists(self, name: str) -> bool:
        """Whether this build has the page; does not make it."""
        return self._frame.has_page(name)

    def can(self, kind: type[Any]) -> bool:
        """Whether a page or panel fulfils one of the protocols above; does not make it."""
        return self._frame.can(kind)

    def able(self, kind: type[Any]) -> Any:
        """The first page or panel that fulfils one of the protocols above, made if need be; else None."""
        return self._frame.able(kind)

    def fill_target(self, target: str) -> None:
        """Puts a URL, or `profile:<id>`, into the check-up page and shows it."""
        page: Checks | None = self.able(Checks)
        if page is not None:
            self.go("checkup")
            page.fill_target(target)

    def start_check(self, target: str) -> None:
        page: Checks | None = self.able(Checks)
        if page is not None:
            self.go("checkup")
            page.start_check(target)

    def show_report(self, shown: Presented, file: str = "") -> None:
        page: ShowsRuns | None = self.able(ShowsRuns)
        if page is not None:
            self.go("checkup")
            page.show_report(shown, file)

    def open_log(self, path: str, line: int | None = None) -> None:
        page: ReadsLogs | None = self.able(ReadsLogs)
        if page is not None:
            self.go("logs")
            page.open_log(path, line)

    def add_to_report(self, lines: Sequence[Excerpt]) -> str:
        """Lines of a log go into the report that is shown; its run, or "" if there is none."""
        page: TakesLogLines | None = self.able(TakesLogLines)
        return "" if page is None else page.add_to_report(lines)

    def take_from_report(self, lines: Sequence[Excerpt]) -> None:
        page: TakesLogLines | None = self.able(TakesLogLines)
        if page is not None:
            page.take_from_report(lines)

    def explain_text(self, text: str) -> None:
        page: Explains | None = self.able(Explains)
        if page is not None:
            self.go("explain")
            page.explain_text(text)

    def advise(self, told: Presented, url: str, settings: CheckSettings, profile: str = "") -> None:
        page: Advises | None = self.able(Advises)
        if page is not None:
            self.go("advisor")
            page.show_advice(told, url, settings, profile)

    def guide(self, text: str) -> None:
        page: Guides | None = self.able(Guides)
        if page is not None:
            self.go("wizard")
            page.fill_text(text)

    def new_profile(self, target: str = "", certificate: str = "") -> None:
        panel: EditsProfiles | None = self.able(EditsProfiles)
        if panel is not None:
            panel.new_profile(target, certificate)

    def import_profiles(self, path: str = "") -> None:
        panel: EditsProfiles | None = self.able(EditsProfiles)
        if panel is not None:
            panel.import_profiles(path)

    def open_report(self, path: str) -> None:
        page: ReadsReports | None = self.able(ReadsReports)
        if page is not None:
            self.go("history")
            page.read_report_file(path)

    # -- saying things --------------------------------------------------------------------------

    def show_strip(self, kind: StripKind, title: str, text: str = "", actions: Actions = ()) -> None:
        """A message above the page. Where the problem has a place of its own, put a MessageStrip there instead."""
        self._frame.show_strip(kind, title, text, actions)

    def hide_strip(self) -> None:
        self._frame.hide_strip()

    def set_status(self, text: str, *, running: bool = False) -> None:
        """The first words of the status bar; empty brings "Read-only checks" back. `running` turns the arc."""
        self._frame.set_status(text, running)

    def set_title(self, text: str) -> None:
        """What the window is about now: a profile's name, a log file. Empty: only the program's name."""
        self._frame.set_title(text)

    def show_log_dock(self, shown: bool = True) -> None:
        self._frame.show_log_dock(shown)

    def words_of(self, error: Exception) -> str:
        """What a person reads for an exception: the sentence of a UserError in the language of now, else its kind."""
        if not isinstance(error, UserError):
            return type(error).__name__
        for key in (f"error.{error.reference}", error.reference):
            sentence = self.services.wording.sentence(key, error.parameters)
            if sentence != key:
                return sentence
        return str(error)

    # -- clipboard and files --------------------------------------------------------------------

    def copy(self, text: str, redactor: Redactor | None = None) -> None:
        """To the clipboard, without secrets: those the redactor knows, and the password of any URL in it."""
        clean = masked_urls(redactor.text(text) if redactor is not None else text)
        QGuiApplication.clipboard().setText(clean)  # data of ours there would outlive Python, and crash at the end

    def save_file(self, parent: QWidget, title: str, suggested: str, filters: str, then: Callable[[str], None]) -> None:
        """Asks where to save; `then` gets the path. Does not block; nothing happens after Cancel."""
        from mqassist.gui.file_dialogs import ask_where_to_save

        ask_where_to_save(parent, title, suggested, filters, then)

    def open_file(self, parent: QWidget, title: str, filters: str, then: Callable[[list[str]], None]) -> None:
        """Asks for one or more files; `then` gets their paths. Does not block; nothing happens after Cancel."""
        from mqassist.gui.file_dialogs import ask_for_files

        ask_for_files(parent, title, filters, then)

    def choose_language(self, choice: LanguageChoice) -> None:
        self._frame.choose_language(choice)

    # -- the look and the language --------------------------------------------------------------

    @property
    def language(self) -> Language:
        return self._language.current

    @property
    def theme(self) -> Theme:
        return theme()


def masked_urls(text: str) -> str:
    """Every URL with its password masked; all else untouched."""
    import re

    return re.sub(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]*@[^\s\"'<>]*", lambda found: _masked(found[0]), text)


def _masked(url: str) -> str:
    from mqassist.core.target import parse_target  # its patterns would cost the first paint some milliseconds

    shown = parse_target(url)
    password = shown.credentials.password
    return url if password is None or password.is_blank else shown.shown
