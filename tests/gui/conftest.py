"""Every test of the window: offscreen, in folders of its own; a Qt warning, a left window or thread fails it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    # a desk of 1920 x 1200: the plug-in's own screen is smaller than the smallest window
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).with_name('screen.json')}"
os.environ.setdefault("QT_ACCESSIBILITY", "0")

import pytest
from PySide6.QtCore import QEvent, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from mqassist.gui.bridge import Bridge
from mqassist.gui.language import LanguageSwitch
from mqassist.gui.main_window import MainWindow
from mqassist.gui.settings_store import SettingsStore
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import Theme
from mqassist.services import Services, build_services

collect_ignore = [] if sys.platform.startswith("linux") else ["test_start_linux.py"]
HARMLESS = (
    "This plugin does not support propagateSizeHints",
    "This plugin does not support raise()",
    "This plugin does not support grabbing the keyboard",
)
"""What the offscreen plug-in says of itself."""
_SERVICES: dict[str, Services] = {}


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["mqassist"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, profiles and history of this test alone."""
    monkeypatch.setenv("MQASSIST_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def _qt_says_nothing() -> Iterator[None]:
    said: list[str] = []

    def listen(kind: QtMsgType, _context: object, message: str) -> None:
        if kind != QtMsgType.QtDebugMsg and kind != QtMsgType.QtInfoMsg and not message.startswith(HARMLESS):
            said.append(message)

    before = qInstallMessageHandler(listen)
    yield
    qInstallMessageHandler(before)
    assert said == []


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Theme]:
    """The theme, light at 100 %; whatever a test chooses is undone."""
    found = qapp.property("mqassist_theme")
    if not isinstance(found, Theme):
        qapp.setStyle("Fusion")
        found = Theme(qapp)
    found.reduced_motion = False
    found.choose("light", 100)
    yield found
    found.choose("light", 100)


@pytest.fixture
def language(qapp: QApplication) -> Iterator[LanguageSwitch]:
    """English; whatever a test chooses is undone."""
    switch = LanguageSwitch(qapp)
    yield switch
    switch.choose("en")


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    """Fails the test if a job broke and nobody handled it, or outlives its closing."""
    made = Bridge()
    broken: list[Exception] = []
    made.broke.connect(broken.append)
    yield made
    ended = made.shut_down(10)
    if broken:
        raise broken[0]
    assert ended, "a job did not end when it was cancelled"


@pytest.fixture
def services() -> Services:
    """Built once for all tests: loading them takes longer than most tests."""
    if "en" not in _SERVICES:
        _SERVICES["en"] = build_services("en")
    return _SERVICES["en"]


@pytest.fixture
def window(
    qapp: QApplication, look: Theme, language: LanguageSwitch, bridge: Bridge, services: Services
) -> Iterator[MainWindow]:
    """The real window with its services, shown, on its first page."""
    made = MainWindow(SettingsStore(), language, bridge)
    made.resize(1440, 900)
    made.show()
    made.use(services)
    qapp.processEvents()
    yield made
    made.close()
    _destroy(made)


@pytest.fixture
def shell(window: MainWindow) -> Shell:
    assert window.shell is not None
    return window.shell


@pytest.fixture
def shown(qapp: QApplication, look: Theme, qtbot: Any) -> Iterator[Callable[[QWidget], QWidget]]:
    """`shown(widget)` shows a widget of its own and takes it away after the test."""
    made: list[QWidget] = []

    def show(widget: QWidget) -> QWidget:
        made.append(widget)
        widget.show()
        qtbot.waitExposed(widget)
        qapp.processEvents()
        return widget

    yield show
    for widget in made:
        widget.close()
        _destroy(widget)


@pytest.fixture(autouse=True)
def _no_window_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.processEvents()
        left = [widget for widget in app.topLevelWidgets() if widget.isVisible()]
        for widget in left:
            widget.close()
        assert [type(widget).__name__ for widget in left] == []


def _destroy(widget: QWidget) -> None:
    app = QApplication.instance()
    widget.deleteLater()
    assert app is not None
    app.sendPostedEvents(widget, QEvent.Type.DeferredDelete.value)
    gc.collect()
