"""Newer versions in the window: asked for only by who wants it, told in the settings and the help, never in the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from mqassist import __version__
from mqassist.gui.app import Application
from mqassist.gui.main_window import MainWindow
from mqassist.gui.settings_store import SettingsStore
from mqassist.gui.shell import Shell
from mqassist.services import Services
from tests.support.peer import Peer, fin, read_until, send, silent

ASKED = read_until(b"\r\n\r\n")
LEFT = Qt.MouseButton.LeftButton
Start = Callable[..., Peer]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def answers(told: object) -> list[Any]:
    body = json.dumps(told).encode()
    return [ASKED, send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body), fin()]


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def card(window: MainWindow) -> Any:
    window.go("settings")
    page: Any = window.page("settings")
    return page.updates


def type_address(window: MainWindow, peer: Peer) -> Any:
    updates = card(window)
    updates.address.setFocus()
    updates.address.clear()
    QTest.keyClicks(updates.address, f"http://127.0.0.1:{peer.port}/latest")
    QTest.keyClick(updates.address, Qt.Key.Key_Return)
    return updates


def test_out_of_the_box_nothing_is_asked(window: MainWindow, shell: Shell) -> None:
    updates = card(window)
    assert not updates.wanted.isChecked()
    assert not updates.now.isEnabled()
    assert "without an address" in words(updates)
    shell.updates.look_if_due()
    assert not shell.updates.looking
    assert SettingsStore().current.update_seen == {}


def test_a_newer_version_is_told_in_settings_and_help(window: MainWindow, scripted_peer: Start, qtbot: Any) -> None:
    page = "https://forge.example/releases/99"
    updates = type_address(window, scripted_peer(answers({"tag_name": "v99.1", "html_url": page})))
    QTest.mouseClick(updates.now, LEFT)
    qtbot.waitUntil(lambda: "the newest is 99.1" in words(updates), timeout=20_000)
    assert f"version {__version__}" in words(updates)
    window.go("help")
    help_page: Any = window.page("help")
    assert "the newest is 99.1" in words(help_page)
    assert help_page.open_newest.isVisibleTo(help_page)
    assert SettingsStore().current.update_seen["page"] == page
    window.choose_language("zh")
    qtbot.waitUntil(lambda: "最新版本 99.1" in words(help_page))
    assert "最新版本 99.1" in words(updates)


def test_the_same_version_is_no_news(window: MainWindow, scripted_peer: Start, qtbot: Any) -> None:
    updates = type_address(window, scripted_peer(answers({"version": __version__})))
    QTest.mouseClick(updates.now, LEFT)
    qtbot.waitUntil(lambda: "none is newer" in words(updates), timeout=20_000)
    window.go("help")
    help_page: Any = window.page("help")
    assert not help_page.open_newest.isVisibleTo(help_page)


def test_a_look_that_fails_is_told_there_and_what_was_known_stays(
    window: MainWindow, shell: Shell, scripted_peer: Start, qtbot: Any
) -> None:
    shell.settings.change(update_seen={"at": 1, "version": "99.1", "page": "", "problem": "", "detail": ""})
    updates = type_address(window, scripted_peer([ASKED, send(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"), fin()]))
    QTest.mouseClick(updates.now, LEFT)
    qtbot.waitUntil(lambda: "the error 503" in words(updates), timeout=20_000)
    assert shell.updates.newer == "99.1"


def test_who_switches_it_on_is_asked_for_once_a_day(
    window: MainWindow, shell: Shell, scripted_peer: Start, qtbot: Any
) -> None:
    peer = scripted_peer(answers({"version": "0.0.1"}))
    updates = type_address(window, peer)
    assert peer.conversations == []
    QTest.mouseClick(updates.wanted, LEFT)
    assert SettingsStore().current.updates
    qtbot.waitUntil(lambda: "none is newer" in words(updates), timeout=20_000)
    shell.updates.look_if_due()
    assert not shell.updates.looking, "it was today"
    assert len(peer.conversations) == 1
    yesterday = {**shell.settings.current.update_seen, "at": time.time() - 25 * 3600}
    shell.settings.change(update_seen=yesterday)
    shell.updates.look_if_due()
    qtbot.waitUntil(lambda: len(peer.conversations) == 2 and not shell.updates.looking, timeout=20_000)


def test_a_newer_version_found_by_itself_is_announced_once(
    qapp: QApplication, services: Services, scripted_peer: Start, qtbot: Any
) -> None:
    peer = scripted_peer(answers({"version": "99.2"}))
    store = SettingsStore()
    store.change(updates=True, update_address=f"http://127.0.0.1:{peer.port}/", language="en")
    running = Application(qapp, store, ())
    running._use(services)  # noqa: SLF001 - what the end of loading calls
    shell = running.window.shell
    assert shell is not None
    shell.updates.look_if_due()
    qtbot.waitUntil(lambda: "mqassist 99.2 is there" in words(running.window), timeout=20_000)
    running.window.close()
    assert running.bridge.shut_down(10)
    running.window.deleteLater()


def test_a_silent_server_delays_no_check(
    window: MainWindow, shell: Shell, scripted_peer: Start, free_port: Callable[[], int], qtbot: Any
) -> None:
    """The check ends, with its verdict, while the other still waits for its answer."""
    updates = type_address(window, scripted_peer([ASKED, silent()]))
    QTest.mouseClick(updates.now, LEFT)
    assert "Looking for a newer version" in words(updates)
    ended: list[Any] = []
    shell.run_finished.connect(ended.append)
    shell.start_check(f"amqp://127.0.0.1:{free_port()}")
    qtbot.waitUntil(lambda: bool(ended), timeout=30_000)
    primary = ended[0].verdict.primary
    assert primary is not None
    assert primary.cause == "net.connection-refused"


def test_what_stands_in_a_broken_settings_file_is_no_harm(window: MainWindow, shell: Shell) -> None:
    shell.settings.change(update_seen={"at": "x", "version": 5, "problem": "no such"}, updates=False)
    assert shell.updates.looked_at == 0
    assert shell.updates.newer == ""
    assert shell.updates.sentence() == ""
