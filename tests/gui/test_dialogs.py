"""What is true of every dialog: each control has a name in both languages, and it opens no larger than the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

from mqassist.core.profile_book import Book
from mqassist.gui.command_palette import open_palette
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.pages.checkup.production_sheet import ProductionSheet
from mqassist.gui.pages.checkup.report_dialog import ReportDialog
from mqassist.gui.profiles.export_dialog import ExportDialog
from mqassist.gui.profiles.import_dialog import ImportDialog
from mqassist.gui.theme.theme import Theme
from mqassist.gui.widgets.focus import FocusRing


def _palette(window: MainWindow) -> QDialog:
    return open_palette(window)


def _import(window: MainWindow) -> QDialog:
    assert window.shell is not None
    made = ImportDialog(window.shell, Book(), window)
    made.open()
    return made


def _export(window: MainWindow) -> QDialog:
    assert window.shell is not None
    made = ExportDialog(window.shell, (), window)
    made.sealed.setChecked(True)
    made.open()
    return made


def _production(window: MainWindow) -> QDialog:
    assert window.shell is not None
    wording = window.shell.services.wording
    made = ProductionSheet("orders-eu", ["mqtt.message_path"], ["mqtt.acl_v5"], "plant/7", wording, window)
    made.open()
    return made


OPENED: dict[str, Callable[[MainWindow], QDialog]] = {
    "palette": _palette,
    "import": _import,
    "export": _export,
    "production": _production,
}


def nameless(place: QWidget) -> list[str]:
    """The controls in it, reached by Tab, of which a screen reader could only tell the kind."""
    found = [each for each in place.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    seen = [each for each in found if each.isVisible()]
    assert seen, "nothing to reach by keyboard"
    texts = {each: each.text() if isinstance(each, QAbstractButton) else "" for each in seen}
    return [type(each).__name__ for each in seen if not (each.accessibleName() or texts[each])]


def fits(dialog: QWidget) -> bool:
    room = dialog.screen().availableGeometry()
    return dialog.width() <= room.width() and dialog.height() <= room.height()


@pytest.mark.parametrize("chosen", ["en", "zh"])
@pytest.mark.parametrize("name", list(OPENED))
def test_every_control_of_a_dialog_has_a_name(window: MainWindow, name: str, chosen: str) -> None:
    window.choose_language(chosen)
    dialog = OPENED[name](window)
    QApplication.processEvents()
    assert dialog.isVisible()
    assert nameless(dialog) == []
    assert dialog.windowTitle() or dialog.accessibleName()
    dialog.reject()


@pytest.mark.parametrize("name", list(OPENED))
def test_a_dialog_opens_no_larger_than_the_screen(window: MainWindow, look: Theme, name: str) -> None:
    look.choose("light", 200)
    window.resize(1024, 680)
    dialog = OPENED[name](window)
    QApplication.processEvents()
    assert fits(dialog), dialog.size()
    dialog.reject()


@pytest.mark.parametrize("chosen", ["en", "zh"])
def test_the_report_and_the_options_have_names_everywhere(
    window: MainWindow, look: Theme, free_port: Callable[[], int], chosen: str, qtbot: Any
) -> None:
    window.choose_language(chosen)
    look.choose("light", 200)
    window.go("checkup")
    page = window.page("checkup")
    assert isinstance(page, CheckupPage)
    page.fill_target(f"amqp://orders@127.0.0.1:{free_port()}")
    page.options.show()
    QApplication.processEvents()
    assert nameless(page.options) == []
    page.diagnose()
    qtbot.waitUntil(lambda: page.view.answer is not None and not page.controller.busy, timeout=20_000)
    qtbot.waitUntil(lambda: not window.bridge.running, timeout=10_000)
    page.reports.save()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in page.findChildren(ReportDialog)))
    dialog = next(each for each in page.findChildren(ReportDialog) if each.isVisible())
    assert nameless(dialog) == []
    # a part of the page would be cut off by a small window, its buttons first
    assert dialog.isWindow()
    assert not dialog.isModal()
    assert fits(dialog), dialog.size()
    dialog.reject()


@pytest.mark.parametrize("name", ["import", "export", "production"])
def test_where_the_keyboard_is_can_be_seen_in_a_dialog(window: MainWindow, name: str, qtbot: Any) -> None:
    dialog = OPENED[name](window)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    seen = []
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Tab)
        reached = QApplication.focusWidget()
        if isinstance(reached, QAbstractButton):
            (ring,) = dialog.findChildren(FocusRing)
            assert ring.isVisible(), reached.accessibleName()
            assert ring.widget() is reached
            seen.append(reached)
    assert seen
    QTest.mouseClick(dialog, Qt.MouseButton.LeftButton)
    dialog.close()
