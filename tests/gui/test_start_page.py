"""The first page by click and key: whatever is pasted finds the page that can use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.pages.start import StartPage
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.wizard.page import WizardPage
from tests.support.canary import CANARY
from tests.support.mosquitto import start_mosquitto


@pytest.fixture
def page(window: MainWindow) -> StartPage:
    window.go("start")
    found = window.page("start")
    assert isinstance(found, StartPage)
    return found


def text_of(widget: QWidget) -> str:
    found = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    found += [field.text() for field in widget.findChildren(QLineEdit) if field.isVisible()]
    return "\n".join(found)


def quiet(window: MainWindow, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not window.bridge.running, timeout=30_000)


def test_it_is_the_first_thing_that_a_person_without_profiles_sees(window: MainWindow) -> None:
    assert window.current_page == "start"


def test_an_address_is_checked_at_once(page: StartPage, window: MainWindow, free_port: Any, qtbot: Any) -> None:
    port = free_port()
    page.field.setFocus()
    QTest.keyClicks(page.field, f"mqtt://127.0.0.1:{port}")
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    assert window.current_page == "checkup"
    checkup = window.page("checkup")
    assert checkup is not None
    qtbot.waitUntil(lambda: f"127.0.0.1:{port} refuses" in text_of(checkup), timeout=20_000)
    quiet(window, qtbot)


def test_a_settings_line_goes_to_the_guide(page: StartPage, window: MainWindow, qtbot: Any) -> None:
    QTest.mouseClick(page.examples[2], Qt.MouseButton.LeftButton)
    assert page.field.text() == "SPRING_RABBITMQ_HOST=mq.example.com"
    QTest.mouseClick(page.diagnose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.current_page == "wizard", timeout=10_000)
    guide = window.page("wizard")
    assert isinstance(guide, WizardPage)
    qtbot.waitUntil(lambda: guide.answers.host == "mq.example.com", timeout=10_000)
    quiet(window, qtbot)


def test_an_error_is_explained(page: StartPage, window: MainWindow, qtbot: Any) -> None:
    QTest.mouseClick(page.examples[1], Qt.MouseButton.LeftButton)
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.current_page == "explain", timeout=10_000)
    quiet(window, qtbot)


def test_a_password_is_hidden_as_soon_as_it_is_one_and_used_all_the_same(
    page: StartPage, window: MainWindow, free_port: Callable[[], int], qtbot: Any
) -> None:
    assert window.focusWidget() is page.field, "nothing has to be clicked before pasting"
    address = f"amqp://orders:{CANARY}@127.0.0.1:{free_port()}/prod"
    QTest.keyClicks(page.field, address)
    assert CANARY not in page.field.text()
    assert page.field.whole() == address
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.current_page == "checkup", timeout=10_000)
    assert page.field.text() == ""
    checkup = cast("CheckupPage", window.page("checkup"))
    assert checkup.bar.field.typed.whole() == address
    quiet(window, qtbot)


def test_pasted_lines_keep_their_ends(page: StartPage, window: MainWindow, qtbot: Any) -> None:
    QGuiApplication.clipboard().setText(
        f"spring:\n  rabbitmq:\n    host: mq.example.com\n    username: app\n    password: {CANARY}\n"
    )
    page.field.setFocus()
    QTest.keySequence(page.field, QKeySequence(QKeySequence.StandardKey.Paste))
    qtbot.waitUntil(lambda: window.current_page == "wizard", timeout=10_000)
    guide = window.page("wizard")
    assert isinstance(guide, WizardPage)
    qtbot.waitUntil(lambda: guide.answers.username == "app", timeout=10_000)
    assert CANARY not in guide.paste.text.toPlainText()
    assert page.field.text() == ""
    quiet(window, qtbot)


def test_brokers_of_this_computer_are_found_and_checked(
    qapp: QApplication, tmp_path: Path, request: pytest.FixtureRequest, qtbot: Any
) -> None:
    broker = start_mosquitto(tmp_path / "mosquitto", "listener {port} 127.0.0.1\nallow_anonymous true\n")
    try:
        window: MainWindow = request.getfixturevalue("window")
        page: Any = window.page("start")
        name = f"Check Mosquitto at mqtt://127.0.0.1:{broker.port}"
        qtbot.waitUntil(
            lambda: any(button.accessibleName() == name for button in page.findChildren(Button)), timeout=10_000
        )
        button = next(button for button in page.findChildren(Button) if button.accessibleName() == name)
        button.click()
        checkup = window.page("checkup")
        assert checkup is not None
        qtbot.waitUntil(lambda: "Everything that was checked works" in text_of(checkup), timeout=20_000)
        quiet(window, qtbot)
    finally:
        broker.stop()


@pytest.mark.parametrize(
    ("text", "goes_to"),
    [
        ("amqps://orders@mq.example.com/prod", "checkup"),
        ("pika.exceptions.ProbableAuthenticationError: ConnectionClosedByBroker: (403)", "explain"),
    ],
)
def test_text_dropped_on_the_window_finds_its_page(window: MainWindow, text: str, goes_to: str, qtbot: Any) -> None:
    data = QMimeData()
    data.setText(text)
    nothing = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, nothing))
    assert window.current_page == goes_to
    quiet(window, qtbot)


@pytest.mark.parametrize(
    ("name", "content", "goes_to"),
    [
        ("rabbit@mq1.log", "2026-11-20 12:00:00.000 [error] <0.1.0> closing AMQP connection\n", "logs"),
        ("trace.txt", "Traceback (most recent call last):\nConnectionRefusedError: [Errno 111]\n", "explain"),
    ],
)
def test_files_dropped_on_the_window_find_their_page(
    window: MainWindow, tmp_path: Path, name: str, content: str, goes_to: str, qtbot: Any
) -> None:
    from PySide6.QtCore import QUrl

    (tmp_path / name).write_text(content, "utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
    nothing = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, nothing))
    assert window.current_page == goes_to
    quiet(window, qtbot)
