"""The check-up page by click and key, against scripted peers and real brokers; what a person reads is what counts."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.core.events import ProbeNote, RunFinished, RunStarted
from mqassist.core.record import changed
from mqassist.core.secret import Credentials, Secret
from mqassist.core.settings import CheckSettings
from mqassist.core.target import parse_target
from mqassist.core.text import say
from mqassist.gui.bridge import Bridge
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.pages.checkup.production_sheet import ProductionSheet
from mqassist.gui.pages.checkup.report_dialog import ReportDialog
from mqassist.gui.run_controller import RunController
from mqassist.gui.theme.theme import Theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import CommandBox
from mqassist.gui.widgets.url_text import DOTS
from mqassist.services import Services
from tests.support.canary import CANARY, assert_no_leak
from tests.support.mosquitto import start_mosquitto
from tests.support.peer import Peer, fin, read, silent, tls
from tests.support.pki import Pki

ENCODED = "canary%2F9F%2B7%40bird"


@pytest.fixture
def page(window: MainWindow, qtbot: Any) -> CheckupPage:
    window.go("checkup")
    found = window.page("checkup")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert isinstance(found, CheckupPage)
    return found


@pytest.fixture
def nobody(free_port: Callable[[], int]) -> str:
    """An address where nothing listens."""
    return f"amqp://orders:{ENCODED}@127.0.0.1:{free_port()}"


def visible_text(widget: QWidget) -> str:
    """Everything a person can read in it now."""
    found = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    found += [button.text() for button in widget.findChildren(Button) if button.isVisible()]
    found += [field.text() for field in widget.findChildren(QLineEdit) if field.isVisible()]
    found += [box.text() for box in widget.findChildren(CommandBox) if box.isVisible()]
    return "\n".join(found)


def type_address(page: CheckupPage, address: str) -> None:
    page.bar.field.setFocus()
    page.bar.field.clear()
    QTest.keyClicks(page.bar.field, address)


def run(page: CheckupPage, qtbot: Any, seconds: float = 20) -> None:
    """Presses Enter in the field and waits for the answer."""
    QTest.keyClick(page.bar.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.controller.busy or page.view.answer is not None, timeout=2000)
    qtbot.waitUntil(lambda: not page.controller.busy and not page.view.filling, timeout=int(seconds * 1000))


def kept(page: CheckupPage, qtbot: Any) -> None:
    """Until the run is in the history: a test must not end in the middle of it."""
    bridge = page._shell.bridge  # noqa: SLF001 - nothing else tells
    qtbot.waitUntil(lambda: not bridge.running and not page.view.filling, timeout=10_000)


# -- the way through ------------------------------------------------------------------------------


def test_an_address_is_typed_and_the_verdict_read(page: CheckupPage, nobody: str, qtbot: Any) -> None:
    assert page.bar.main.text() == "Diagnose"
    assert page.bar.main.kind == "filled"
    type_address(page, nobody)
    assert CANARY not in page.bar.field.text()
    assert ENCODED not in page.bar.field.text()
    assert f"orders:{DOTS}@127.0.0.1" in page.bar.field.text()
    run(page, qtbot)
    port = nobody.rpartition(":")[2]
    assert page.view.card.state == "broken"
    assert port in page.view.card.title.text()
    assert page.view.card.who.text().endswith("has to act")
    assert page.view.card.cause.text().startswith("net.")
    assert page.bar.main.text() == "Diagnose again"
    assert page.bar.main.kind == "accent"
    assert_no_leak(visible_text(page), "the page")
    kept(page, qtbot)


def test_a_real_broker_is_found_healthy(page: CheckupPage, tmp_path: Path, qtbot: Any) -> None:
    broker = start_mosquitto(tmp_path / "mosquitto", "listener {port} 127.0.0.1\nallow_anonymous false\n")
    try:
        page.fill_target(broker.url(host="127.0.0.1"))
        run(page, qtbot)
        assert page.view.card.state == "works"
        assert page.view.card.title.text() == "Everything that was checked works"
        rows = {row.title: row.state for row in page.view.table.visible_rows()}
        assert rows["MQTT login"] == "works"
        assert "Login, works" in "\n".join(page.view.picture.words())
        assert not page.view.card.who.isVisible()
        kept(page, qtbot)
    finally:
        broker.stop()


def test_the_certificate_of_another_name(
    page: CheckupPage, scripted_peer: Callable[..., Peer], pki: Pki, qtbot: Any
) -> None:
    identity = pki.identity("wrong-name")
    peer = scripted_peer(lambda _number: [tls(identity), read(8)])
    page.fill_target(peer.url("amqps", f"orders:{ENCODED}"))
    page.options.fields["ca"].setText(str(identity.ca))
    run(page, qtbot)
    assert page.view.card.cause.text() == "tls.hostname-mismatch"
    assert page.view.card.who.text() == "Broker administrator has to act"
    words = page.view.picture.words()
    assert "TLS, broken here, name mismatch" in words
    assert "Login, not reached" in words
    assert "tls.handshake" in page.view.table.opened, "the row that is broken opens by itself"
    not_reached = page.view.table.row("not-reached")
    assert not_reached is not None
    assert "No password was sent" in not_reached.text()
    details = page.view.table.details_of("tls.handshake")
    assert details is not None
    assert "openssl s_client -connect" in visible_text(details)
    kept(page, qtbot)


def test_an_option_that_an_answer_speaks_of_is_set_with_one_click(
    page: CheckupPage, scripted_peer: Callable[..., Peer], pki: Pki, qtbot: Any
) -> None:
    identity = pki.identity("wrong-name")
    peer = scripted_peer(lambda _number: [tls(identity), read(8)])
    page.fill_target(peer.url("amqps", f"orders:{ENCODED}"))
    run(page, qtbot)
    assert page.view.card.cause.text() == "tls.unknown-ca"
    link = next(each for each in page.view.findChildren(Button) if each.text() == "Set this for the next check")
    assert not page.options.isVisible()
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.options.fields["ca"].hasFocus, timeout=3000)
    QTest.keyClicks(page.options.fields["ca"], str(identity.ca))
    run(page, qtbot)
    assert page.view.card.cause.text() == "tls.hostname-mismatch"


def test_nothing_typed_is_answered_without_a_run(page: CheckupPage, qtbot: Any) -> None:
    qtbot.mouseClick(page.bar.main, Qt.MouseButton.LeftButton)
    assert not page.controller.busy
    assert "There is no address yet" in page.strip.title()
    assert page.bar.field.hasFocus() or page.bar.field.text() == ""


def test_the_settings_of_a_check_speak_the_words_of_its_protocol(page: CheckupPage) -> None:
    page.options.show()
    for address, words in (("mqtt://h", "Keep Alive, seconds"), ("amqp://h", "Heartbeat, seconds")):
        page.fill_target(address)
        assert page.options.fields["heartbeat"].accessibleName() == words
        assert words in visible_text(page.options)


def test_what_cannot_be_dialled_is_a_verdict_too(page: CheckupPage, qtbot: Any) -> None:
    type_address(page, "https://mq.example.com:15672/")
    run(page, qtbot)
    assert page.view.card.cause.text().startswith("input.")
    kept(page, qtbot)


# -- the address ----------------------------------------------------------------------------------


def test_what_looks_wrong_is_said_and_repaired_with_one_click(page: CheckupPage, qtbot: Any) -> None:
    type_address(page, "ampq://orders@mq.example.com")
    qtbot.waitUntil(page.bar.strip.isVisible, timeout=3000)
    button = next(each for each in page.bar.strip.findChildren(Button) if each.text() == "Correct it")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.bar.field.text().startswith("amqp://orders@mq.example.com")
    assert not page.bar.strip.isVisible()


def test_a_pasted_password_cannot_be_brought_back_or_copied(page: CheckupPage, qtbot: Any) -> None:
    QGuiApplication.clipboard().setText(f"amqps://orders:{ENCODED}@mq.example.com/prod")
    page.bar.field.setFocus()
    QTest.keySequence(page.bar.field, QKeySequence.StandardKey.Paste)
    assert page.bar.field.text() == f"amqps://orders:{DOTS}@mq.example.com/prod"
    secret = page.bar.secret()
    assert secret is not None
    assert secret.reveal() == ENCODED
    QTest.keySequence(page.bar.field, QKeySequence.StandardKey.Undo)
    assert_no_leak(page.bar.field.text(), "after undo")
    QGuiApplication.clipboard().clear()
    QTest.keySequence(page.bar.field, QKeySequence.StandardKey.SelectAll)
    QTest.keySequence(page.bar.field, QKeySequence.StandardKey.Copy)
    assert_no_leak(QGuiApplication.clipboard().text(), "the clipboard")


def test_the_options_become_settings_and_a_wrong_number_is_named(page: CheckupPage, qtbot: Any) -> None:
    page.fill_target("amqp://orders@127.0.0.1:1")
    page.options.show()
    page.options.fields["queue"].setText("orders.in")
    page.options.fields["timeout"].setText("2,5")
    page.options.fields["heartbeat"].setText("30")
    page.options.fields["proxy"].setText(f"http://u:{ENCODED}@proxy.test:3128")
    page.options.thorough.setChecked(True)
    found = page.options.settings(CheckSettings())
    assert (found.queue, found.timeout, found.heartbeat, found.thorough) == ("orders.in", 2.5, 30, True)
    assert_no_leak(str(found.proxy), "the settings")
    password = page.options.proxy_password()
    assert password is not None
    assert password.reveal() == CANARY
    page.options.fields["heartbeat"].setText("soon")
    page.diagnose()
    assert not page.controller.busy
    assert "Heartbeat, seconds" in page.strip.title()
    assert not page.options.fields["topic"].isVisible(), "a topic is MQTT's"
    assert page.options.fields["queue"].isVisible()


# -- stop, late events, closing -------------------------------------------------------------------


@pytest.fixture
def mute(scripted_peer: Callable[..., Peer]) -> str:
    """A port that takes connections and never says a word."""
    return scripted_peer(lambda _number: [silent()]).url("amqp", f"orders:{ENCODED}")


def going(page: CheckupPage, qtbot: Any) -> None:
    """Until the step that waits for the broker has begun."""
    qtbot.waitUntil(lambda: page._live is not None and "amqp.handshake" in page._live.running, timeout=10_000)  # noqa: SLF001


def test_stop_is_seen_at_once_and_what_was_seen_stays(page: CheckupPage, mute: str, qtbot: Any) -> None:
    page.fill_target(mute)
    QTest.keyClick(page.bar.field, Qt.Key.Key_F5)
    going(page, qtbot)
    assert page.bar.main.text() == "Stop"
    assert page.bar.main.kind == "danger"
    assert page.bar.field.isReadOnly()
    page.view.show_progress(page.controller.elapsed_s * 1000)
    assert "Checking:" in page.view.card.title.text()
    qtbot.mouseClick(page.bar.main, Qt.MouseButton.LeftButton)
    assert page.bar.main.text() == "Stopping…", "the press itself is answered"
    qtbot.waitUntil(lambda: not page.controller.busy, timeout=2000)
    assert page.view.card.state == "stopped"
    assert page.view.card.title.text() == "Stopped before the answer was known"
    rows = {row.title: row.state for row in page.view.table.visible_rows()}
    assert rows["TCP connection"] == "works"
    assert not page.bar.field.isReadOnly()
    kept(page, qtbot)


def test_escape_stops_too(page: CheckupPage, mute: str, qtbot: Any) -> None:
    page.fill_target(mute)
    page.diagnose()
    going(page, qtbot)
    page.bar.field.setFocus()
    QTest.keyClick(page.bar.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.controller.busy, timeout=2000)
    assert page.view.card.state == "stopped"
    kept(page, qtbot)


class Puppet:
    """A run that does what the test says: its `emit` and token are kept, and it ends when it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.let_go = threading.Event()
        self.emits: list[Any] = []
        self.tokens: list[CancelToken] = []
        self.credentials: list[Credentials | None] = []

    def check(self, target: Any, settings: Any = None, *, credentials: Any = None, emit: Any, token: Any = None) -> Any:
        self.emits.append(emit)
        self.tokens.append(token)
        self.credentials.append(credentials)
        self.begun.set()
        self.let_go.wait(20)


def controller(puppet: Puppet, bridge: Bridge) -> tuple[RunController, list[Any], list[str]]:
    made = RunController(lambda: puppet, bridge)
    heard: list[Any] = []
    states: list[str] = []
    made.happened.connect(heard.append)
    made.state_changed.connect(states.append)
    return made, heard, states


TARGET = parse_target(f"amqp://orders:{ENCODED}@127.0.0.1:1")


def test_late_events_of_an_older_run_are_not_heard(bridge: Bridge, qtbot: Any) -> None:
    puppet = Puppet()
    made, heard, _states = controller(puppet, bridge)
    made.start(TARGET, CheckSettings())
    qtbot.waitUntil(puppet.begun.is_set)
    puppet.begun.clear()
    made.start(TARGET, CheckSettings())
    qtbot.waitUntil(puppet.begun.is_set)
    assert puppet.tokens[0].cancelled, "the older run was told to stop"
    old, new = puppet.emits
    old(RunStarted("old", None, ()))
    new(RunStarted("new", None, ()))
    old(ProbeNote("old", "tcp.connect", say("probe.crashed")))
    qtbot.waitUntil(lambda: len(heard) >= 1)
    puppet.let_go.set()
    qtbot.waitUntil(lambda: not bridge.running)
    assert [event.run_id for event in heard] == ["new"]
    assert made.busy
    made.close()


def test_stop_tells_the_run_within_100_ms_and_leaves_a_hanging_one_behind(bridge: Bridge, qtbot: Any) -> None:
    puppet = Puppet()
    made, _heard, states = controller(puppet, bridge)
    left: list[bool] = []
    made.left_behind.connect(lambda: left.append(True))
    made.start(TARGET, CheckSettings())
    qtbot.waitUntil(puppet.begun.is_set)
    asked = time.monotonic()
    made.stop()
    assert states[-1] == "stopping"
    assert puppet.tokens[0].cancelled
    assert time.monotonic() - asked < 0.1, "nothing is waited for"
    qtbot.waitUntil(lambda: left == [True], timeout=4000)
    assert states[-1] == "idle"
    puppet.let_go.set()


def test_a_keyring_that_waits_for_a_person_does_not_hold_the_screen(bridge: Bridge, qtbot: Any) -> None:
    puppet, opened = Puppet(), threading.Event()
    made, _heard, states = controller(puppet, bridge)

    def fetch(token: CancelToken) -> Credentials:
        while not opened.is_set():
            token.sleep(0.01)
        return Credentials("orders", Secret("from-the-keyring"))

    began = time.monotonic()
    made.start(TARGET, CheckSettings(), fetch)
    assert time.monotonic() - began < 0.1
    assert states == ["asking"]
    opened.set()
    qtbot.waitUntil(puppet.begun.is_set)
    assert puppet.credentials == [Credentials("orders", Secret("from-the-keyring"))]
    qtbot.waitUntil(lambda: made.credentials.password == Secret("from-the-keyring"))
    puppet.let_go.set()
    made.close()


def test_stop_while_the_keyring_is_asked_sends_nothing(bridge: Bridge, qtbot: Any) -> None:
    puppet = Puppet()
    made, _heard, states = controller(puppet, bridge)
    made.start(TARGET, CheckSettings(), lambda token: token.sleep(20) or Credentials())  # type: ignore[func-returns-value]
    made.stop()
    assert states == ["asking", "idle"]
    qtbot.waitUntil(lambda: not bridge.running)
    assert puppet.emits == []


def test_a_bug_in_the_run_is_told_and_the_next_run_works(bridge: Bridge, qtbot: Any) -> None:
    class Broken:
        def check(self, *_arguments: Any, **_named: Any) -> Any:
            raise ZeroDivisionError("a bug")

    made = RunController(Broken, bridge)
    told: list[Exception] = []
    made.failed.connect(told.append)
    made.start(TARGET, CheckSettings())
    qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0], ZeroDivisionError)
    assert not made.busy


def test_the_window_closes_during_a_run_without_waiting(
    window: MainWindow, page: CheckupPage, mute: str, qtbot: Any
) -> None:
    page.fill_target(mute)
    page.diagnose()
    going(page, qtbot)
    began = time.monotonic()
    window.close()
    assert time.monotonic() - began < 2.0
    assert not window.isVisible()


# -- keyboard, copying ----------------------------------------------------------------------------


def test_the_steps_are_walked_opened_and_copied_by_keyboard(page: CheckupPage, nobody: str, qtbot: Any) -> None:
    page.fill_target(nobody)
    run(page, qtbot)
    table = page.view.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    keys = [row.key for row in table.visible_rows()]
    assert page.window().isActiveWindow(), "nothing else came up during the run"
    assert table.row(keys[0]).hasFocus()  # type: ignore[union-attr]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    row = table.row(keys[1])
    assert row is not None
    assert row.hasFocus()
    before = keys[1] in table.opened
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert (keys[1] in table.opened) != before
    QTest.keySequence(row, QKeySequence.StandardKey.Copy)
    copied = QGuiApplication.clipboard().text()
    assert copied.split("\t")[0] == table.visible_rows()[1].title
    kept(page, qtbot)


def test_the_answer_is_copied_without_a_secret(page: CheckupPage, nobody: str, qtbot: Any) -> None:
    page.fill_target(nobody)
    run(page, qtbot)
    QTest.keyClick(
        page.bar.field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    text = QGuiApplication.clipboard().text()
    assert page.view.card.title.text() in text
    assert page.view.card.cause.text() in text
    assert "1. " in text
    assert_no_leak(text, "the clipboard")
    kept(page, qtbot)


# -- reports --------------------------------------------------------------------------------------


def dialog_of(page: CheckupPage, qtbot: Any) -> ReportDialog:
    qtbot.mouseClick(page.view.card.report, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(each.isVisible() for each in page.findChildren(ReportDialog)))
    return next(each for each in page.findChildren(ReportDialog) if each.isVisible())


def test_reports_are_saved_in_each_format_without_a_secret(
    page: CheckupPage, nobody: str, tmp_path: Path, qtbot: Any
) -> None:
    page.fill_target(nobody)
    run(page, qtbot)
    dialog = dialog_of(page, qtbot)
    for name, chip in dialog.chips.items():
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
        path = tmp_path / name.replace(" ", "-")
        dialog.save_to(str(path))
        qtbot.waitUntil(lambda: list(tmp_path.glob(f"{path.name}.*")) != [])  # noqa: B023 - called at once
        qtbot.waitUntil(lambda: dialog.strip.isVisible() and path.name in dialog.strip.title())  # noqa: B023
        saved = next(tmp_path.glob(f"{path.name}.*"))
        text = saved.read_text(encoding="utf-8")
        assert page.view.card.title.text().split('"')[0].strip() in text.replace("&quot;", '"'), name
        assert_no_leak(text, name)
    dialog.choose("json")
    assert "•••" in dialog.plain.toPlainText()
    assert "masked" in visible_text(dialog)
    dialog.close()
    kept(page, qtbot)


def test_a_folder_that_cannot_be_written_is_said(page: CheckupPage, nobody: str, tmp_path: Path, qtbot: Any) -> None:
    page.fill_target(nobody)
    run(page, qtbot)
    dialog = dialog_of(page, qtbot)
    dialog.save_to(str(tmp_path / "no" / "such" / "folder.html"))
    qtbot.waitUntil(lambda: dialog.strip.title() == "It could not be saved")
    dialog.close()
    kept(page, qtbot)


def test_a_report_of_a_colleague_is_shown_like_an_own_run(
    page: CheckupPage, nobody: str, tmp_path: Path, qtbot: Any
) -> None:
    page.fill_target(nobody)
    run(page, qtbot)
    title, rows = page.view.card.title.text(), [row.title for row in page.view.table.visible_rows()]
    dialog = dialog_of(page, qtbot)
    dialog.choose("json")
    path = tmp_path / "sent.json"
    dialog.save_to(str(path))
    qtbot.waitUntil(path.exists)
    dialog.close()
    page.view.show_nothing()
    page.reports.read(str(path))
    qtbot.waitUntil(lambda: page.view.card.title.text() == title)
    assert [row.title for row in page.view.table.visible_rows()] == rows
    assert "sent.json" in page.view.card.meta.text()
    assert page.bar.field.text().startswith("amqp://orders")
    kept(page, qtbot)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"schema": "mqassist.report/9"}', '{"schema": 3}', "[" * 5000, "\x00\xff"]
)
def test_a_file_that_is_no_report_is_refused_in_words(
    page: CheckupPage, tmp_path: Path, qtbot: Any, content: str
) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content, encoding="utf-8")
    page.reports.read(str(path))
    qtbot.waitUntil(page.strip.isVisible)
    assert "odd.json" in page.strip.title()


def test_a_run_is_kept_in_the_history(page: CheckupPage, nobody: str, services: Services, qtbot: Any) -> None:
    page.fill_target(nobody)
    finished: list[Any] = []
    page._shell.run_finished.connect(finished.append)  # noqa: SLF001 - as the history page does
    run(page, qtbot)
    qtbot.waitUntil(lambda: bool(finished), timeout=10_000)
    runs = services.history.runs().runs
    assert [each.run for each in runs] == [finished[0].run_id]
    document = json.dumps(services.history.document(runs[0].id))
    assert_no_leak(document, "the history")


# -- production -----------------------------------------------------------------------------------


def production_page(page: CheckupPage, services: Services, url: str) -> None:
    from mqassist.core.profile import profile_from_url

    profile, _secrets = profile_from_url(url, "orders-eu")
    saved = services.profiles.save(changed(profile, production=True, keep="session"), {})
    page.fill_target(f"profile:{saved.id}")


def sheet_of(page: CheckupPage) -> ProductionSheet | None:
    return next((each for each in page.findChildren(ProductionSheet) if each.isVisible()), None)


@pytest.fixture
def own_profiles(services: Services) -> Iterator[Services]:
    """Those of this test's own folder; the services are shared by all tests."""
    services.shared.clear()
    yield services
    services.shared.clear()


def test_a_production_broker_is_asked_for_first(
    page: CheckupPage, own_profiles: Services, free_port: Callable[[], int], qtbot: Any
) -> None:
    production_page(page, own_profiles, f"amqp://127.0.0.1:{free_port()}")
    assert page.bar.field.tag.isVisible()
    assert page.bar.field.tag.text() == "production"
    page.diagnose()
    assert not page.controller.busy
    qtbot.waitUntil(lambda: sheet_of(page) is not None)
    sheet = sheet_of(page)
    assert sheet is not None
    text = visible_text(sheet)
    assert "orders-eu is a production broker" in text
    assert "Removed" in text
    qtbot.mouseClick(sheet.cancel, Qt.MouseButton.LeftButton)
    assert not page.controller.busy
    page.diagnose()
    qtbot.waitUntil(lambda: sheet_of(page) is not None)
    sheet = sheet_of(page)
    assert sheet is not None
    qtbot.mouseClick(sheet.read_only, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.view.answer is not None, timeout=20_000)
    kept(page, qtbot)
    assert own_profiles.profiles.last_runs() != {}


def test_editing_the_port_keeps_the_protection_and_another_host_ends_it(
    page: CheckupPage, own_profiles: Services, qtbot: Any
) -> None:
    production_page(page, own_profiles, "amqp://orders@mq.example.com")
    page.bar.field.end(False)
    QTest.keyClicks(page.bar.field, "x")
    assert page.bar.field.tag.isVisible(), "half typed: still protected"
    QTest.keyClick(page.bar.field, Qt.Key.Key_Backspace)
    QTest.keyClick(page.bar.field, Qt.Key.Key_Backspace)
    assert page.bar.field.tag.isVisible()
    type_address(page, "amqp://orders@localhost")
    assert not page.bar.field.tag.isVisible()


# -- language, look, size -------------------------------------------------------------------------


def test_language_and_look_change_while_an_answer_is_shown(
    window: MainWindow, page: CheckupPage, nobody: str, look: Theme, qtbot: Any
) -> None:
    page.fill_target(nobody)
    run(page, qtbot)
    kept(page, qtbot)
    english = page.view.card.title.text()
    opened = page.view.table.opened
    window.switch_language()
    qtbot.waitUntil(lambda: page.bar.main.text() == "重新诊断")
    assert page.view.card.title.text() != english
    assert "处理人" in page.view.card.who.text()
    assert page.view.table.opened == opened
    assert "DNS" in page.view.picture.words()[1]
    look.choose("dark", 100)
    window.switch_language()
    qtbot.waitUntil(lambda: page.view.card.title.text() == english)


def test_language_changes_during_a_run(window: MainWindow, page: CheckupPage, mute: str, qtbot: Any) -> None:
    page.fill_target(mute)
    page.diagnose()
    going(page, qtbot)
    window.switch_language()
    qtbot.waitUntil(lambda: page.bar.main.text() == "停止")
    page.view.show_progress(page.controller.elapsed_s * 1000)
    assert page.view.card.title.text().startswith("正在检查")
    page.stop()
    qtbot.waitUntil(lambda: not page.controller.busy, timeout=2000)
    assert page.view.card.title.text() != ""
    kept(page, qtbot)


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_at_200_percent_in_the_smallest_window_nothing_is_cut_off(
    window: MainWindow, page: CheckupPage, nobody: str, look: Theme, qtbot: Any, spoken: str
) -> None:
    page.fill_target(nobody)
    run(page, qtbot)
    kept(page, qtbot)
    window.choose_language(spoken)
    look.choose("light", 200)
    window.resize(1024, 680)
    qtbot.waitUntil(lambda: window.width() == 1024)
    qtbot.waitUntil(lambda: page.view.widget().width() <= page.view.viewport().width())
    wide = page.view.viewport().width()
    for button in page.findChildren(Button):
        if button.isVisible() and not button.visibleRegion().isEmpty():
            assert button.width() >= button.sizeHint().width(), button.text()
            assert button.mapTo(page, button.rect().topRight()).x() <= page.width(), button.text()
    assert page.view.card.width() <= wide


def test_every_control_has_a_name(page: CheckupPage, nobody: str, qtbot: Any) -> None:
    page.fill_target(nobody)
    run(page, qtbot)
    kept(page, qtbot)
    page.options.show()
    nameless = []
    for widget in page.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            if not (widget.accessibleName() or text):
                nameless.append(type(widget).__name__)
    assert nameless == []


def test_one_layer_is_checked_alone(page: CheckupPage, nobody: str, qtbot: Any) -> None:
    page.fill_target(nobody)
    page.bar.layer_chosen.emit("dns")
    qtbot.waitUntil(lambda: page.view.answer is not None and not page.controller.busy, timeout=10_000)
    assert page.view.answer is not None
    layers = {check.layer for check in page.view.answer.shown.checks if check.status == "passed"}
    assert "dns" in layers
    assert "network" not in layers
    kept(page, qtbot)


def test_many_probes_and_events_arrive_in_order(bridge: Bridge, services: Services, qtbot: Any) -> None:
    """All events of a real run, through a controller of its own."""
    made = RunController(lambda: services.run, bridge)
    heard: list[Any] = []
    made.happened.connect(heard.append)
    made.start(TARGET, CheckSettings())
    qtbot.waitUntil(lambda: bool(heard) and isinstance(heard[-1], RunFinished), timeout=20_000)
    assert isinstance(heard[0], RunStarted)
    assert len({event.run_id for event in heard}) == 1
    assert not made.busy


def test_a_peer_that_hangs_up_is_told_with_its_bytes(
    page: CheckupPage, scripted_peer: Callable[..., Peer], qtbot: Any
) -> None:
    peer = scripted_peer(lambda _number: [read(8), fin()])
    page.fill_target(peer.url("amqp"))
    page.options.fields["timeout"].setText("1")
    run(page, qtbot, 30)
    details = page.view.table.details_of("amqp.handshake")
    assert details is not None
    shown = "\n".join(field.toPlainText() for field in details.findChildren(QPlainTextEdit))
    assert "41 4d 51 50 00 00 09 01" in shown
    assert "AMQP····" in shown
    assert "closed" in shown
    kept(page, qtbot)


def test_a_profile_that_asks_for_its_password_asks_before_the_run(
    page: CheckupPage, own_profiles: Services, free_port: Callable[[], int], qtbot: Any
) -> None:
    from mqassist.core.profile import profile_from_url

    profile, _secrets = profile_from_url(f"amqp://orders@127.0.0.1:{free_port()}", "orders-eu")
    saved = own_profiles.profiles.save(changed(profile, keep="ask"), {})
    page.fill_target(f"profile:{saved.id}")
    page.diagnose()
    assert not page.controller.busy
    assert "orders-eu" in page.strip.title()
    assert page.options.password.hasFocus()
    QTest.keyClicks(page.options.password, CANARY)
    QTest.keyClick(page.options.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.view.answer is not None, timeout=20_000)
    assert page.controller.credentials.password == Secret(CANARY)
    assert page.options.password.text() == "", "asked for each run"
    assert_no_leak(visible_text(page), "the page")
    kept(page, qtbot)


def test_another_host_of_the_profile_is_one_of_its_own(page: CheckupPage, own_profiles: Services, qtbot: Any) -> None:
    from mqassist.core.profile import profile_from_url

    profile, _secrets = profile_from_url("amqp://orders@mq1.example.com", "orders-eu")
    several = changed(profile, hosts=("mq2.example.com",), production=True, keep="session")
    saved = own_profiles.profiles.save(several, {})
    page.fill_target(f"profile:{saved.id}")
    page.bar.host_chosen.emit(saved.urls()[1])
    assert "mq2.example.com" in page.bar.field.text()
    assert page.bar.field.tag.isVisible(), "the second node is production too"
    assert page._subject is not None  # noqa: SLF001 - whose secrets are used is nowhere to be seen
    assert page._subject.profile_id == saved.id  # noqa: SLF001


def test_the_whole_way_by_keyboard_alone(window: MainWindow, page: CheckupPage, nobody: str, qtbot: Any) -> None:
    QTest.keySequence(window, "Ctrl+L")
    assert page.bar.field.hasFocus()
    QTest.keyClicks(page.bar.field, nobody)
    run(page, qtbot)
    kept(page, qtbot)
    assert page.bar.field.hasFocus(), "an answer does not take the focus"
    seen: list[QWidget] = []
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
        if seen[-1].parentWidget() is page.view.table:
            break
    names = [widget.text() if isinstance(widget, QAbstractButton) else widget.accessibleName() for widget in seen]
    assert names.index("Diagnose again") < names.index("Copy answer") < names.index("Report…")
    first = page.view.table.visible_rows()[0]
    assert page.view.table.row(first.key) is seen[-1]
    for _ in range(2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    second = page.view.table.visible_rows()[2].key
    assert page.view.table.row(second) is QApplication.focusWidget()
    was_open = second in page.view.table.opened
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert (second in page.view.table.opened) != was_open
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    back = QApplication.focusWidget()
    assert back is not None
    assert not page.view.table.isAncestorOf(back), "Shift+Tab leaves the table"
    assert back is not page.view.table
    QTest.keySequence(window, "Ctrl+Shift+C")
    assert page.view.card.title.text() in QGuiApplication.clipboard().text()


def test_a_locked_keyring_is_named_and_a_typed_password_goes_without_it(
    page: CheckupPage, own_profiles: Services, free_port: Callable[[], int], tmp_path: Path, qtbot: Any
) -> None:
    import keyring.errors

    from mqassist.core.places import data_folder
    from mqassist.core.profile import profile_from_url
    from mqassist.profiles.last_runs import LastRuns
    from mqassist.profiles.saved import SavedProfiles
    from mqassist.profiles.store import ProfileStore
    from mqassist.profiles.vault import Vault

    class Backend:
        """As a desktop's keyring before the person unlocks it."""

        locked = False
        kept: dict[str, str] = {}  # noqa: RUF012 - one for this test

        def set_password(self, _service: str, name: str, password: str) -> None:
            self.kept[name] = password

        def get_password(self, _service: str, name: str) -> str | None:
            if self.locked:
                raise keyring.errors.KeyringLocked("locked")
            return self.kept.get(name)

    backend = Backend()
    place = data_folder()
    saved_profiles = SavedProfiles(ProfileStore(place), Vault(find_backend=lambda: backend), LastRuns(place))
    own_profiles.shared[place] = saved_profiles
    profile, _secrets = profile_from_url(f"amqp://orders@127.0.0.1:{free_port()}", "orders-eu")
    saved = saved_profiles.save(profile, {"password": Secret(CANARY)})
    backend.locked = True
    page.fill_target(f"profile:{saved.id}")
    page.diagnose()
    qtbot.waitUntil(lambda: page.strip.isVisible() and not page.controller.busy, timeout=10_000)
    assert page.strip.title() == "The keyring is locked"
    assert page.view.card.state == "none"
    assert page.options.password.hasFocus()
    QTest.keyClicks(page.options.password, "typed-now-9")
    QTest.keyClick(page.options.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.view.answer is not None, timeout=20_000)
    assert page.controller.credentials.password == Secret("typed-now-9")
    kept(page, qtbot)
    backend.locked = False
    page.options.password.clear()
    page.diagnose()
    qtbot.waitUntil(lambda: page.view.answer is not None and not page.controller.busy, timeout=20_000)
    assert page.controller.credentials.password == Secret(CANARY)
    assert_no_leak(visible_text(page), "the page")
    kept(page, qtbot)
