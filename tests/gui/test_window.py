"""The frame by click and key: pages, palette, panes, sidebar, language, look, dropping, settings, closing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QAccessibleInterface, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QWidget

from mqassist.core.secret import Credentials, Redactor, Secret
from mqassist.gui.command_palette import CommandPalette
from mqassist.gui.drops import is_address, kind_of_file
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages import PAGES
from mqassist.gui.settings_store import Settings, SettingsStore
from mqassist.gui.shell import Shell, masked_urls
from mqassist.gui.theme.theme import Theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import CommandBox, MessageStrip
from mqassist.gui.widgets.labels import Text
from tests.support.mosquitto import start_mosquitto

SECRET = "correct-horse-battery"


def words(widget: QWidget) -> str:
    """All that a person can read in it now."""
    texts = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    texts += [button.text() for button in widget.findChildren(Button) if button.isVisible()]
    return "\n".join(text for text in texts if text)


def palette_of(window: MainWindow) -> CommandPalette | None:
    return next((child for child in window.findChildren(CommandPalette) if child.isVisible()), None)


# -- keys ----------------------------------------------------------------------------------------


def test_the_palette_finds_a_page_and_goes_there(window: MainWindow, qtbot: Any) -> None:
    QTest.keySequence(window, "Ctrl+K")
    qtbot.waitUntil(lambda: palette_of(window) is not None)
    palette = palette_of(window)
    assert palette is not None
    QTest.keyClicks(palette.field, "sett")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.current_page == "settings"
    qtbot.waitUntil(lambda: palette_of(window) is None)


def test_the_palette_lists_what_fits_and_the_arrows_move_in_it(window: MainWindow, qtbot: Any) -> None:
    QTest.keySequence(window, "Ctrl+K")
    qtbot.waitUntil(lambda: palette_of(window) is not None)
    palette = palette_of(window)
    assert palette is not None
    everything = palette.list.count()
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    QTest.keyClicks(palette.field, "zzzz")
    assert palette.list.count() == 0 < everything
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    QTest.keyClick(palette, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: palette_of(window) is None)


def test_f6_goes_round_the_panes_and_shows_the_ring(window: MainWindow, qtbot: Any) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    seen: list[QWidget] = []
    for _ in range(len(window.keyboard.panes())):
        QTest.keySequence(window, "F6")
        focused = QApplication.focusWidget()
        seen += [pane for pane in window.keyboard.panes() if focused is not None and pane.isAncestorOf(focused)]
    assert set(seen) == set(window.keyboard.panes())


def test_the_ring_follows_the_keyboard_and_not_the_mouse(window: MainWindow, qtbot: Any) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.go("settings")
    QTest.mouseClick(window.sidebar.settings, Qt.MouseButton.LeftButton)
    window.sidebar.settings.setFocus(Qt.FocusReason.MouseFocusReason)
    assert window.ring.widget() is None
    QTest.keyClick(window.sidebar.settings, Qt.Key.Key_Tab)
    assert window.ring.widget() in (QApplication.focusWidget(), None)
    QTest.keySequence(window, "F6")
    QTest.keySequence(window, "F6")
    assert QApplication.focusWidget() is not None


def test_tab_goes_through_sidebar_page_and_foot_in_the_order_of_reading(window: MainWindow, qtbot: Any) -> None:
    window.go("start")
    qtbot.waitUntil(lambda: not window.bridge.running, timeout=30_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page: Any = window.page("start")
    window.sidebar.findChildren(QWidget)[0].setFocus()
    seen: list[QWidget] = []
    for _ in range(60):
        focused = QApplication.focusWidget()
        if focused is None or focused in seen:
            break
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    wanted = [window.sidebar.settings, page.field, page.diagnose, *page.examples, page.guide, window.status.language]
    assert [each for each in seen if each in wanted] == wanted


def test_ctrl_b_makes_a_rail_and_it_is_remembered(window: MainWindow) -> None:
    assert not window.sidebar.is_rail
    QTest.keySequence(window, "Ctrl+B")
    assert window.sidebar.is_rail
    assert SettingsStore().current.sidebar_open is False
    QTest.keySequence(window, "Ctrl+B")
    assert not window.sidebar.is_rail


def test_a_narrow_window_has_a_rail_by_itself(window: MainWindow, qtbot: Any) -> None:
    window.resize(1024, 680)
    qtbot.waitUntil(lambda: window.sidebar.is_rail)
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: not window.sidebar.is_rail)


# -- language and look ----------------------------------------------------------------------------


def test_a_click_switches_the_language_of_everything_at_once(window: MainWindow, shell: Shell, qtbot: Any) -> None:
    window.go("settings")
    assert "Where things are kept" in words(window)
    QTest.mouseClick(window.status.language, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "文件存放位置" in words(window))
    assert "Where things are kept" not in words(window)
    assert shell.services.texts.language == "zh"
    assert SettingsStore().current.language == "zh"
    QTest.mouseClick(window.status.language, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Where things are kept" in words(window))


def test_no_english_is_left_on_chinese_pages(window: MainWindow) -> None:
    """Names of products, protocols and keys stay as they are; whole English sentences do not."""
    window.choose_language("zh")
    QApplication.processEvents()
    own = ("start", "settings")
    for name in own:
        window.go(name)
        page = window.page(name)
        assert page is not None
        lines = [line for line in words(page).splitlines() if not any("\u4e00" <= sign <= "\u9fff" for sign in line)]
        assert [line for line in lines if len(line.split()) > 3 and "Reason" not in line] == []


def test_settings_hold_at_once_and_after_a_restart(window: MainWindow, look: Theme) -> None:
    window.go("settings")
    page: Any = window.page("settings")
    page.theme.setCurrentIndex(page.theme.findData("dark"))
    page.theme.activated.emit(page.theme.currentIndex())
    assert look.scheme == "dark"
    page.text_size.setCurrentIndex(page.text_size.findData(150))
    page.text_size.activated.emit(page.text_size.currentIndex())
    assert look.percent == 150
    column = page.layout().itemAt(0).widget()
    wide = column.maximumWidth()
    window.go("help")
    look.choose("dark", 200)
    assert column.maximumWidth() == pytest.approx(wide * 200 / 150, abs=1), "also while nobody sees it"
    look.choose("dark", 150)
    page.login_tries.setValue(1)
    kept = SettingsStore().current
    assert (kept.theme, kept.font_percent, kept.login_tries) == ("dark", 150, 1)


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_no_text_is_cut_off(window: MainWindow, look: Theme, qtbot: Any, tongue: str, percent: int) -> None:
    window.choose_language(tongue)
    look.choose("light", percent)
    window.resize(1024, 680)
    for name in ("start", "settings", "help"):
        window.go(name)
        QApplication.processEvents()
        page = window.page(name)
        assert page is not None
        cut = [
            (type(child).__name__, child.text(), child.width(), child.sizeHint().width())
            for child in page.findChildren(Button)
            if child.isVisible() and child.width() < child.sizeHint().width()
        ]
        assert cut == []


def ground_of(field: QWidget) -> str:
    return field.grab().toImage().pixelColor(4, field.height() // 2).name()


def test_a_page_that_was_hidden_during_a_switch_has_the_new_look_when_it_is_shown(
    window: MainWindow, look: Theme, qtbot: Any
) -> None:
    window.go("settings")
    page: Any = window.page("settings")
    assert ground_of(page.login_tries) == look.tokens.surface.name()
    window.go("explain")
    light = look.tokens.surface.name()
    look.choose("dark", 100)
    assert look.tokens.surface.name() != light
    window.go("settings")
    assert ground_of(page.login_tries) == look.tokens.surface.name()
    look.choose("light", 100)
    assert ground_of(page.login_tries) == light, "what is seen follows at once"
    QTest.keySequence(window, "Ctrl+K")
    qtbot.waitUntil(lambda: palette_of(window) is not None)
    palette = palette_of(window)
    assert palette is not None
    look.choose("dark", 100)
    assert ground_of(palette.field) == look.tokens.surface.name(), "a dialog as well"
    QTest.keyClick(palette, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: palette_of(window) is None)


def test_a_page_that_was_hidden_during_a_change_of_size_has_room_for_its_texts(
    window: MainWindow, look: Theme, qtbot: Any
) -> None:
    def cut() -> list[str]:
        texts = [text for text in page.findChildren(Text) if text.isVisible() and text.wordWrap()]
        return [text.text() for text in texts if text.height() < text.heightForWidth(text.width())]

    def settle() -> None:
        qtbot.waitUntil(lambda: bool(page.grid.cards) and page.grid.complete)
        for _ in range(20):  # layouts ask each other for room
            QApplication.processEvents()

    window.go("lab")
    page: Any = window.page("lab")
    settle()
    window.go("explain")
    look.choose("light", 130)
    settle()
    window.go("lab")
    settle()
    assert cut() == []


# -- names ------------------------------------------------------------------------------------------

TALKING = {
    QAccessible.Role.Button,
    QAccessible.Role.PushButton,
    QAccessible.Role.CheckBox,
    QAccessible.Role.RadioButton,
    QAccessible.Role.ComboBox,
    QAccessible.Role.EditableText,
    QAccessible.Role.SpinBox,
    QAccessible.Role.List,
    QAccessible.Role.Tree,
    QAccessible.Role.Table,
    QAccessible.Role.Slider,
    QAccessible.Role.Link,
}


def nodes(interface: QAccessibleInterface | None) -> Iterator[QAccessibleInterface]:
    if interface is None or not interface.isValid():
        return
    yield interface
    for index in range(interface.childCount()):
        yield from nodes(interface.child(index))


def nameless(widget: QWidget) -> list[str]:
    found = []
    for node in nodes(QAccessible.queryAccessibleInterface(widget)):
        state = node.state()
        inner = node.object()
        # parts inside another control (the line edit of a spin box) speak with its name
        if getattr(inner, "objectName", lambda: "")().startswith("qt_"):
            continue
        if node.role() in TALKING and not state.invisible and not node.text(QAccessible.Text.Name).strip():
            found.append(f"{node.role().name} {type(inner).__name__}")
    return found


@pytest.mark.parametrize("page", [entry.name for entry in PAGES])
def test_every_control_of_every_page_has_a_name(window: MainWindow, page: str, qtbot: Any) -> None:
    window.go(page)
    qtbot.waitUntil(lambda: not window.bridge.running, timeout=20_000)
    QApplication.processEvents()
    assert window.current_page == page
    assert nameless(window) == []


# -- dropping and starting again -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("amqps://orders@mq.example.com/prod", True),
        ("mq.example.com:5672", True),
        ("mqtt://[::1]:1883", True),
        ("connection refused", False),
        ("amqp://a\namqp://b", False),
        ("", False),
    ],
)
def test_an_address_is_told_from_other_text(text: str, yes: bool) -> None:
    assert is_address(text) is yes


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("ca.txt", "-----BEGIN CERTIFICATE-----\nMII", "certificate"),
        ("client.pfx", "\x30\x82", "certificate"),
        ("rabbit@mq1.log", "2026-11-20 12:00:00.000 [error] <0.1.0> closing", "log"),
        ("saved.txt", "2026-11-20 12:00:00.000 [error] <0.1.0> closing", "log"),
        ("docker-compose.yml", "services:\n  rabbit:\n", "profiles"),
        (".env", "AMQP_URL=amqp://a\n", "profiles"),
        ("result.json", '{"schema": "mqassist.report/1"}', "report"),
        ("trace.txt", "Traceback (most recent call last):\n", "text"),
    ],
)
def test_dropped_files_are_told_apart(tmp_path: Path, name: str, content: str, kind: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    assert kind_of_file(str(path)) == kind


def drop(window: MainWindow, data: QMimeData) -> None:
    event = QDropEvent(
        QPointF(200, 200),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_a_file_that_cannot_be_read_is_said_where_it_was_dropped(window: MainWindow, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "gone.log"))])
    drop(window, data)
    assert window.strip.isVisible()
    assert "gone.log" in window.strip.title()


# -- secrets -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"amqps://orders:{SECRET}@mq.example.com/prod",
        f"AMQP_URL='mqtt://sensor:{SECRET}@10.0.0.7:1883'",
        f"see amqp://a:{SECRET}@x and amqp://b:{SECRET}@y, both",
    ],
)
def test_copying_masks_the_passwords_of_urls(shell: Shell, text: str) -> None:
    shell.copy(text)
    copied = QGuiApplication.clipboard().text()
    assert SECRET not in copied
    assert "@" in copied


def test_copying_masks_what_the_redactor_of_a_run_knows(shell: Shell) -> None:
    shell.copy(f"--password {SECRET}", Redactor(Credentials("orders", Secret(SECRET))))
    assert SECRET not in QGuiApplication.clipboard().text()


def test_text_without_secrets_is_copied_as_it_is() -> None:
    text = "openssl s_client -connect mq.example.com:5671 -servername mq.example.com  # orders@mq"
    assert masked_urls(text) == text


def test_a_command_is_copied_whole(shown: Callable[[QWidget], QWidget], shell: Shell) -> None:
    box = CommandBox("line one " + "x" * 500 + "\nline two", copy=shell.copy)
    shown(box)
    QTest.mouseClick(box.button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == box.text()
    assert box.button.accessibleName() == "Copied"


def test_the_scroll_bar_of_a_command_leaves_its_line_free(shown: Callable[[QWidget], QWidget], shell: Shell) -> None:
    box = CommandBox("rabbitmqctl " + "x" * 200, copy=shell.copy)
    box.resize(4000, 80)
    shown(box)
    field = box.findChild(QPlainTextEdit)
    assert field is not None
    assert not field.horizontalScrollBar().isVisible()
    box.resize(300, 80)
    QApplication.processEvents()
    assert field.horizontalScrollBar().isVisible()
    assert field.viewport().height() >= field.fontMetrics().lineSpacing() + field.document().documentMargin()


# -- settings on disk --------------------------------------------------------------------------------------


def test_settings_survive_and_unknown_values_do_not_stop_the_window(home: Path) -> None:
    SettingsStore().change(theme="dark", font_percent=125)
    SettingsStore.settle()
    path = home / "settings.json"
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**content, "theme": "purple", "font_percent": 9000, "new": 1}), "utf-8")
    store = SettingsStore()
    assert store.trouble == ""
    assert (store.current.theme, store.current.font_percent) == ("system", 100)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"theme": "dark"}', "\x00\x01"])
def test_an_unreadable_settings_file_is_set_aside_and_told(home: Path, content: str) -> None:
    home.mkdir(parents=True)
    path = home / "settings.json"
    path.write_text(content, "utf-8")
    store = SettingsStore()
    assert store.current == Settings()
    assert store.trouble.endswith(".unreadable")
    assert Path(store.trouble).read_text("utf-8") == content
    store.change(theme="dark")
    assert SettingsStore().current.theme == "dark"


# -- strips and closing ---------------------------------------------------------------------------------------


def test_a_strip_says_it_acts_and_goes(shown: Callable[[QWidget], QWidget]) -> None:
    strip = MessageStrip(closable=True)
    shown(strip)
    done: list[int] = []
    strip.say("error", "The log is gone", "moved", [("Choose another", lambda: done.append(1))])
    QApplication.processEvents()
    act = next(button for button in strip.findChildren(Button) if button.text() == "Choose another")
    QTest.mouseClick(act, Qt.MouseButton.LeftButton)
    assert done == [1]
    close = next(button for button in strip.findChildren(Button) if button.accessibleName() == "Dismiss")
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not strip.isVisible()


def test_the_window_closes_within_two_seconds_while_something_hangs(window: MainWindow) -> None:
    go = threading.Event()
    window.bridge.background(lambda _token: go.wait(60))
    QTest.mouseClick(window.sidebar, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    started = time.monotonic()
    window.close()
    assert time.monotonic() - started < 2
    assert not window.isVisible()
    go.set()


def test_size_and_place_are_remembered(window: MainWindow, language: Any, qtbot: Any, look: Theme) -> None:
    from mqassist.gui.bridge import Bridge

    window.resize(1300, 777)
    QApplication.processEvents()
    window.close()
    again = MainWindow(SettingsStore(), language, Bridge())
    again.show()
    assert (again.width(), again.height()) == (1300, 777)
    again.close()
    again.deleteLater()


@pytest.mark.parametrize(("allowed", "made"), [(1, 1), (2, 2)])
def test_the_settings_bound_the_logins_of_every_check(
    window: MainWindow, shell: Shell, tmp_path: Path, qtbot: Any, allowed: int, made: int
) -> None:
    """A broker that refuses everybody: whether the refusal has to do with the password is worth a second login."""
    broker = start_mosquitto(tmp_path / "mosquitto", "listener {port} 127.0.0.1\nallow_anonymous false\n")
    reports: list[Any] = []
    shell.run_finished.connect(reports.append)
    shell.settings.change(login_tries=allowed)
    try:
        shell.start_check(f"mqtt://somebody:{SECRET}@127.0.0.1:{broker.port}")
        qtbot.waitUntil(lambda: bool(reports) and not window.bridge.running, timeout=30_000)
    finally:
        broker.stop()
    facts = {name: value for seen in reports[0].observations for name, value in seen.facts.items()}
    assert (facts["login.tries"], facts["login.tries_allowed"]) == (made, allowed)
