"""Starts the window: application, look, language, one instance; loads the services after the first paint.

Nothing heavy may be imported here: what stands above the first paint is waited for by a person.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from mqassist import __version__
from mqassist.gui import announcements
from mqassist.gui.bridge import Bridge
from mqassist.gui.crashes import Crashes
from mqassist.gui.drop_target import take_file, take_text
from mqassist.gui.garbage import Collector
from mqassist.gui.language import LanguageSwitch
from mqassist.gui.main_window import MainWindow
from mqassist.gui.settings_store import SettingsStore
from mqassist.gui.single_instance import SingleInstance
from mqassist.gui.theme.theme import Theme, theme

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken
    from mqassist.core.profile import KeyringState
    from mqassist.gui.language import Language
    from mqassist.services import Services


class Application:
    """One running window with all that belongs to it. `arguments` may hold a URL, a file or text to open."""

    def __init__(self, app: QApplication, settings: SettingsStore, arguments: Sequence[str]) -> None:
        self.app = app
        self.settings = settings
        self.arguments = list(arguments)
        app.setApplicationName("mqassist")
        app.setApplicationDisplayName("mqassist")
        app.setApplicationVersion(__version__)
        app.setDesktopFileName("mqassist")
        app.setStyle("Fusion")
        self.theme = Theme(app)
        self.theme.choose(settings.current.theme, settings.current.font_percent)
        self.language = LanguageSwitch(app)
        self.language.choose(settings.current.language)
        self.bridge = Bridge(app)
        self.window = MainWindow(settings, self.language, self.bridge)
        self.bridge.broke.connect(self._broke)
        self.crashes = Crashes(self._broke)
        self.ready: list[Callable[[], None]] = []
        """Called once, when the services are there."""

    def start(self) -> None:
        """Shows the window; the services follow in the background."""
        self.window.show()
        self.window.spinner.start()
        QTimer.singleShot(0, self.window, self._load)

    def _load(self) -> None:
        self.app.setWindowIcon(_window_icon())
        language = self.language.current
        self.bridge.background(lambda token: _load_services(language, token), self._use, self._broken, self.window)

    def _use(self, services: Services) -> None:
        self.window.use(services)
        shell = self.window.shell
        if shell is not None:
            shell.updates.found.connect(lambda: announcements.newer_version(self.window, shell))
        for call in self.ready:
            call()
        if self.settings.trouble:
            announcements.settings_trouble(self.window, self.settings.trouble)
        for argument in self.arguments:
            self.open(argument)

        # a system without a home has no profiles, and its keyring is of no use either
        def ask(token: CancelToken) -> KeyringState:
            return services.profiles.keyring(token)

        self.bridge.background(ask, self.window.status.set_keyring, lambda _error: None, self.window)

    def _broken(self, error: Exception) -> None:
        announcements.broken_installation(self.window, str(error), self.crashes.keep(error))

    def _broke(self, error: Exception) -> None:
        path = self.crashes.keep(error)
        announcements.our_fault(self.window, type(error).__name__, path)

    def watch_faults(self) -> None:
        """From now on a crash leaves its trace; one that an earlier run left is offered."""
        if self.crashes.faults.begin():
            self.ready.append(lambda: announcements.last_crash(self.window))  # the first page takes messages away

    def opened_again(self, argument: str) -> None:
        """A second start: this window comes forward with what the other was given."""
        self.window.raise_up()
        if argument:
            self.open(argument)

    def open(self, argument: str) -> None:
        """A file, an address, or text to explain."""
        if self.window.shell is None:
            self.arguments.append(argument)
        elif os.path.exists(argument):
            take_file(argument, self.window.shell)
        else:
            take_text(argument, self.window.shell)


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0, also when another instance took over."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    single = SingleInstance()
    app = QApplication(sys.argv[:1])
    if not single.is_first and single.hand_over(next(iter(arguments), "")):
        return 0
    running = Application(app, SettingsStore(), arguments)
    running.crashes.install()
    collector = Collector(app)
    running.ready.append(collector.settle)
    single.opened.connect(running.opened_again)
    running.start()
    QTimer.singleShot(0, single, single.listen)
    QTimer.singleShot(0, single, running.watch_faults)
    status = app.exec()
    running.settings.settle()
    running.crashes.faults.end()
    single.close()
    return status


def _window_icon() -> QIcon:
    look = theme()
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(look.icons.pixmap("pulse", look.tokens.accent, size, 1.0))
    return made


def _load_services(language: Language, token: CancelToken) -> Services:
    from mqassist.services import build_services

    token.check()
    return build_services(language)
