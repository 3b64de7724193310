"""The guide by click and key: what is read from a paste, the questions, a check that is explained, the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.core.secret import MASK, Secret
from mqassist.diagnosis.wording import CauseWording
from mqassist.gui.main_window import MainWindow
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import Theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.wizard.answers import Answers
from mqassist.gui.wizard.glossary import TERMS, explained
from mqassist.gui.wizard.page import ANSWER, RUN, WizardPage
from mqassist.gui.wizard.understand import understand
from mqassist.knowledge.texts import LANGUAGES, Language, Texts
from mqassist.services import Services
from tests.support.canary import CANARY, assert_no_leak
from tests.support.mosquitto import start_mosquitto
from tests.support.peer import Peer, read, silent

SPRING = f"""\
spring:
  rabbitmq:
    host: mq.example.com
    port: 5672
    username: guest
    password: {CANARY}
    virtual-host: prod

2026-11-20 14:02:31.774 ERROR 1 --- [ntContainer#0-1]
org.springframework.amqp.AmqpAuthenticationException: com.rabbitmq.client.AuthenticationFailureException:
ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.
"""


@pytest.fixture
def page(window: MainWindow) -> WizardPage:
    window.go("wizard")
    found = window.page("wizard")
    assert isinstance(found, WizardPage)
    found.run.reading_s = 0.05
    return found


def visible(widget: QWidget) -> str:
    found = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    found += [button.text() for button in widget.findChildren(Button) if button.isVisible()]
    return "\n".join(found)


def paste(page: WizardPage, text: str, qtbot: Any) -> None:
    QGuiApplication.clipboard().setText(text)
    page.paste.text.setFocus()
    page.paste.text.selectAll()
    page.paste.text.paste()
    qtbot.waitUntil(lambda: page.paste.understood is not None and not page.shell.bridge.running, timeout=20_000)


def click(button: Button) -> None:
    QApplication.processEvents()
    assert button.isVisible(), button.text()
    assert button.isEnabled(), button.text()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def to_the_end(page: WizardPage, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: page.report is not None, timeout=30_000)
    qtbot.waitUntil(lambda: not page.shell.bridge.running, timeout=10_000)


# -- what is read from a text ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port", "user", "vhost"),
    [
        (SPRING, "amqp", "mq.example.com", 5672, "guest", "prod"),
        (f"amqps://orders:{CANARY}@mq.example.com/prod", "amqps", "mq.example.com", 5671, "orders", "prod"),
        (f"AMQP_URL=amqp://app:{CANARY}@10.0.0.7:5673/\n", "amqp", "10.0.0.7", 5673, "app", ""),
        (
            "it fails with\n\nmqtt://sensor@iot.example.com:1884\n\nsince Monday",
            "mqtt",
            "iot.example.com",
            1884,
            "sensor",
            "",
        ),
    ],
)
def test_addresses_are_found_in_any_text(
    services: Services, text: str, scheme: str, host: str, port: int, user: str, vhost: str
) -> None:
    found = understand(text, services.profiles.read_text, services.explain, CancelToken())
    assert (found.scheme, found.host, found.port, found.username) == (scheme, host, port, user)
    assert found.vhost in (vhost, "/")
    assert_no_leak(found.text, "what is shown of the paste")
    if CANARY in text:
        assert found.password is not None
        assert found.password.reveal() == CANARY
        assert MASK in found.text


@pytest.mark.parametrize("text", ["", "\n\n", "hello", "{]", "\x00\x01", "password:", "🐰" * 500, "a: b\n\nc: d"])
def test_no_text_breaks_the_reading(services: Services, text: str) -> None:
    found = understand(text, services.profiles.read_text, services.explain, CancelToken())
    assert found.host == ""


def test_a_pasted_password_is_hidden_at_once_and_undo_does_not_bring_it_back(page: WizardPage, qtbot: Any) -> None:
    paste(page, SPRING, qtbot)
    assert_no_leak(page.paste.text.toPlainText(), "the text field")
    assert_no_leak(visible(page), "the page")
    page.paste.text.undo()
    assert_no_leak(page.paste.text.toPlainText(), "the text field after undo")
    assert page.answers.password == Secret(CANARY)
    assert page.paste.found.text_of("password") == "found and hidden"


def test_typing_on_after_a_paste_keeps_the_hidden_password(page: WizardPage, qtbot: Any) -> None:
    paste(page, f"amqp://app:{CANARY}@127.0.0.1", qtbot)
    page.paste.text.appendPlainText("# and it worked yesterday")
    before = page.paste.understood
    qtbot.waitUntil(lambda: page.paste.understood is not before, timeout=10_000)
    assert page.answers.password == Secret(CANARY)
    assert page.answers.host == "127.0.0.1"


def test_what_was_found_can_be_corrected(page: WizardPage, qtbot: Any) -> None:
    paste(page, SPRING, qtbot)
    click(page.paste.found.buttons["host"])
    field = page.paste.found.cells["host"].field
    field.clear()
    QTest.keyClicks(field, "other.example.com")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert page.answers.host == "other.example.com"
    assert page.paste.found.text_of("host") == "other.example.com"
    click(page.paste.found.buttons["port"])
    QTest.keyClicks(page.paste.found.cells["port"].field, "77")
    QTest.keyClick(page.paste.found.cells["port"].field, Qt.Key.Key_Escape)
    assert page.answers.port == 5672


def test_guest_over_the_network_is_warned_of_before_a_packet_is_sent(page: WizardPage, qtbot: Any) -> None:
    paste(page, SPRING, qtbot)
    assert "guest" in page.paste.warning.title()
    assert page.paste.warning.isVisible()


def test_without_a_host_there_is_no_way_on(page: WizardPage, qtbot: Any) -> None:
    paste(page, "Connection refused", qtbot)
    assert not page.next.isEnabled()
    assert not page.skip.isEnabled()
    assert "missing" in visible(page.paste)


def test_clear_forgets_everything(page: WizardPage, qtbot: Any) -> None:
    paste(page, SPRING, qtbot)
    click(page.paste.clear_button)
    assert page.answers == Answers()
    assert page.paste.text.toPlainText() == ""


def test_a_dropped_log_is_read_in_place(page: WizardPage, tmp_path: Path, qtbot: Any) -> None:
    log = tmp_path / "rabbit@mq1.log"
    log.write_text("2026-11-20 12:00:00.000 [error] <0.1.0> closing\n", "utf-8")
    page.paste.take_files([str(log)])
    assert page.answers.logs == (str(log),)
    assert page.paste.found.text_of("logs") == "rabbit@mq1.log"


# -- the questions -----------------------------------------------------------------------------------------


def test_the_questions_by_keyboard_alone(page: WizardPage, window: MainWindow, qtbot: Any) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.paste.text.setFocus()
    QTest.keyClicks(page.paste.text, "amqp://orders@localhost/prod")
    qtbot.waitUntil(lambda: page.answers.host == "localhost", timeout=10_000)

    def tab_to(wanted: QWidget) -> None:
        for _ in range(80):
            if QApplication.focusWidget() is wanted:
                return
            QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        raise AssertionError(f"the Tab key never reached {wanted.accessibleName() or wanted}")

    for number in range(1, RUN):
        tab_to(page.next)
        QTest.keyClick(page.next, Qt.Key.Key_Space)
        if number < RUN - 1:
            assert page.stack.currentIndex() == number
        if number == 1:
            where = page.questions[0]
            tab_to(where.choices["here"])  # type: ignore[attr-defined]
            QTest.keyClick(where.choices["here"], Qt.Key.Key_Space)  # type: ignore[attr-defined]
            assert page.answers.where == "here"
            QTest.keyClick(where.choices["here"], Qt.Key.Key_Down)  # type: ignore[attr-defined]
            assert page.answers.where == "container"
            assert "container itself" in where.strip.title()  # type: ignore[attr-defined]
        if number == 2:
            fields = page.questions[1]
            tab_to(fields.password)  # type: ignore[attr-defined]
            QTest.keyClicks(fields.password, CANARY)  # type: ignore[attr-defined]
            assert page.answers.password == Secret(CANARY)
    tab_to(page.next)
    assert page.next.text() == "Start the check"


def test_tls_is_switched_with_the_port_of_its_own() -> None:
    answers = Answers(scheme="amqp", host="mq", port=5672)
    answers.set_tls(True)
    assert (answers.scheme, answers.port) == ("amqps", 0)
    assert str(answers.endpoint()) == "amqps://mq:5671"
    answers.port = 5999
    answers.set_tls(False)
    assert str(answers.endpoint()) == "amqp://mq:5999"


def test_permissions_of_the_person_become_settings() -> None:
    answers = Answers(scheme="mqtt", host="mq", topic="plant/1", read_only=True, second_logins=False)
    settings = answers.settings(login_tries=3)
    assert (settings.read_only, settings.max_login_tries, settings.topic) == (True, 1, "plant/1")
    answers.read_only, answers.second_logins = False, True
    assert (answers.settings(2).read_only, answers.settings(2).max_login_tries) == (False, 2)


# -- the check -------------------------------------------------------------------------------------------------


def test_a_closed_port_is_explained_at_the_lowest_layer(
    page: WizardPage, free_port: Callable[[], int], qtbot: Any, shell: Shell
) -> None:
    finished: list[object] = []
    shell.run_finished.connect(finished.append)
    port = free_port()
    paste(page, f"amqp://orders:{CANARY}@127.0.0.1:{port}", qtbot)
    click(page.skip)
    assert page.stack.currentIndex() == RUN
    to_the_end(page, qtbot)
    assert page.run.floor == "network"
    assert page.run.title.text() == "Layer 1 of 4: is there a way to the broker?"
    assert page.run.view.floors["network"].state == "broken"
    assert page.run.view.floors["security"].state == "not-reached"
    assert str(port) in page.run.strip.title()
    assert "<b>port</b> the door number on a computer" in visible(page.run)
    click(page.next)
    assert page.stack.currentIndex() == ANSWER
    assert str(port) in page.answer.title.text()
    assert "has to act" in visible(page.answer)
    assert_no_leak(visible(page), "the answer")
    click(page.answer.copy)
    assert str(port) in QGuiApplication.clipboard().text()
    assert_no_leak(QGuiApplication.clipboard().text(), "the clipboard")
    assert len(finished) == 1


def test_retry_after_the_person_acted_finds_it_well(page: WizardPage, tmp_path: Path, qtbot: Any) -> None:
    """The broker is not there; it is started, as the answer says; Retry is pressed."""
    first = start_mosquitto(tmp_path / "first", "listener {port} 127.0.0.1\nallow_anonymous true\n")
    url = first.url(user="", host="127.0.0.1")
    port = first.port
    first.stop()
    paste(page, url, qtbot)
    click(page.skip)
    to_the_end(page, qtbot)
    assert page.run.view.floors["network"].state == "broken"
    broker = start_mosquitto(tmp_path / "second", f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    try:
        click(page.again)
        to_the_end(page, qtbot)
        assert page.report is not None
        assert page.report.verdict.status == "healthy"
        assert page.run.view.floors["security"].state == "works"
        click(page.next)
        assert page.answer.title.text() == "Everything that was checked works"
        assert not page.answer.retry.isVisible()
    finally:
        broker.stop()


def test_each_layer_waits_for_its_turn(page: WizardPage, scripted_peer: Callable[..., Peer], qtbot: Any) -> None:
    """While the first layer is told, nothing is sent to the broker but the knock at its door."""
    peer = scripted_peer([read(8), silent()])
    page.run.reading_s = 3600.0
    paste(page, f"mqtt://sensor:{CANARY}@127.0.0.1:{peer.port}", qtbot)
    click(page.skip)
    qtbot.waitUntil(lambda: page.run.view.floors["network"].state == "works", timeout=10_000)
    qtbot.waitUntil(lambda: len(peer.conversations) == 1, timeout=5000)
    assert (page.run.floor, peer.conversations[0].received, page.controller.busy) == ("network", b"", True)
    assert page.run.view.floors["security"].state == "waiting"
    assert page.run.lead.text() == "The name is known, there is a way, and somebody opens the door."
    page.run.reading_s = 0.0
    page.run.begin_next()
    qtbot.waitUntil(lambda: len(peer.conversations[0].received) >= 8, timeout=5000)
    qtbot.waitUntil(lambda: page.run.view.floors["security"].state == "running", timeout=5000)


def test_stop_between_two_layers_ends_the_run(page: WizardPage, tmp_path: Path, qtbot: Any) -> None:
    broker = start_mosquitto(tmp_path / "broker", "listener {port} 127.0.0.1\nallow_anonymous true\n")
    page.run.reading_s = 3600.0
    try:
        paste(page, broker.url(user="", host="127.0.0.1"), qtbot)
        click(page.skip)
        qtbot.waitUntil(lambda: page.run.view.floors["network"].state == "works", timeout=10_000)
        click(page.stop)
        to_the_end(page, qtbot)
        assert page.report is not None
        assert not page.report.verdict.complete
        assert page.run.floor == "network"
    finally:
        broker.stop()


def test_what_silence_can_mean_is_said_while_nothing_answers(
    page: WizardPage, scripted_peer: Callable[..., Peer], qtbot: Any
) -> None:
    page.run.reading_s = 0.0
    paste(page, f"mqtt://sensor:{CANARY}@127.0.0.1:{scripted_peer([silent()]).port}", qtbot)
    click(page.skip)
    qtbot.waitUntil(page.run.meaning.isVisible, timeout=10_000)
    assert "A slow back end checks the password" in visible(page.run.meaning)
    assert "What the next answer will mean" in visible(page.run.meaning)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The broker answered 403. guest may not log in", ["403", "guest"]),
        ("amqp://guest@mq.example.com and port14030, TLS.", ["TLS"]),
        ("CONNACK 5 after the TLS handshake, on the queue", ["CONNACK", "TLS", "handshake"]),
        ("nothing of the field", []),
    ],
)
def test_words_of_the_field_are_found_where_they_stand_alone(services: Services, text: str, words: list[str]) -> None:
    assert [word for word, _ in explained([text], services.wording)] == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_of_the_field_is_explained_in_each_language(language: Language) -> None:
    texts = Texts(language)
    keys = {f"glossary.{term}.{part}" for term in TERMS for part in ("word", "text")}
    table = texts.keys()
    assert keys == {key for key in table if key.startswith("glossary.")}
    wording = CauseWording(texts, ())
    for term in TERMS:
        for word in texts.sentence(f"glossary.{term}.word").split("|"):
            found = [means for _, means in explained([word], wording)]
            assert texts.sentence(f"glossary.{term}.text") in found, word


def test_stop_comes_at_once_and_keeps_what_was_seen(
    page: WizardPage, scripted_peer: Callable[..., Peer], qtbot: Any
) -> None:
    peer = scripted_peer([silent()])
    paste(page, f"amqp://orders:{CANARY}@127.0.0.1:{peer.port}", qtbot)
    click(page.skip)
    qtbot.waitUntil(lambda: page.pyramid is not None and page.pyramid.running() > 0, timeout=10_000)
    assert page.stop.isVisible()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.controller.busy, timeout=3000)
    qtbot.waitUntil(lambda: page.report is not None, timeout=3000)
    to_the_end(page, qtbot)
    assert page.report is not None
    assert not page.report.verdict.complete
    assert page.again.isVisible()


def test_closing_during_a_run_waits_for_nobody(
    page: WizardPage, window: MainWindow, scripted_peer: Callable[..., Peer], qtbot: Any
) -> None:
    import time

    peer = scripted_peer([silent()])
    paste(page, f"mqtt://127.0.0.1:{peer.port}", qtbot)
    click(page.skip)
    qtbot.waitUntil(lambda: page.pyramid is not None and page.pyramid.running() > 0, timeout=10_000)
    started = time.monotonic()
    window.close()
    assert time.monotonic() - started < 2


def test_the_language_switches_in_the_middle(
    page: WizardPage, window: MainWindow, free_port: Callable[[], int], qtbot: Any
) -> None:
    paste(page, f"amqp://orders@127.0.0.1:{free_port()}", qtbot)
    click(page.skip)
    to_the_end(page, qtbot)
    click(page.next)
    window.choose_language("zh")
    qtbot.waitUntil(lambda: "拒绝连接" in page.answer.title.text())
    assert page.back.text() == "上一步"
    window.choose_language("en")
    qtbot.waitUntil(lambda: "refuses" in page.answer.title.text())


def test_a_layer_that_is_pressed_is_shown(page: WizardPage, free_port: Callable[[], int], qtbot: Any) -> None:
    paste(page, f"amqp://orders@127.0.0.1:{free_port()}", qtbot)
    click(page.skip)
    to_the_end(page, qtbot)
    QTest.mouseClick(page.run.view.floors["application"], Qt.MouseButton.LeftButton)
    assert page.run.floor == "application"
    assert "not reached" in page.run.lead.text()


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_no_button_is_cut_off_in_any_step(
    page: WizardPage, window: MainWindow, look: Theme, tongue: str, percent: int, free_port: Any, qtbot: Any
) -> None:
    window.choose_language(tongue)
    look.choose("light", percent)
    window.resize(1024, 680)
    QApplication.processEvents()
    paste(page, f"amqps://orders@127.0.0.1:{free_port()}", qtbot)
    cut: list[object] = []

    def look_at() -> None:
        QApplication.processEvents()
        cut.extend(
            (page.stack.currentIndex(), button.text(), button.width(), button.sizeHint().width())
            for button in page.findChildren(Button)
            if button.isVisible() and button.width() < button.sizeHint().width()
        )

    look_at()
    for _ in range(RUN - 1):
        click(page.next)
        look_at()
    click(page.next)
    to_the_end(page, qtbot)
    look_at()
    click(page.next)
    look_at()
    assert cut == []


def test_all_steps_with_times_are_one_click_away(
    page: WizardPage, window: MainWindow, free_port: Callable[[], int], qtbot: Any
) -> None:
    port = free_port()
    paste(page, f"amqp://orders@127.0.0.1:{port}", qtbot)
    click(page.skip)
    to_the_end(page, qtbot)
    click(page.run.all_steps)
    assert window.current_page == "checkup"
    window.go("wizard")
    click(page.next)
    click(page.answer.open)
    assert window.current_page == "checkup"
    checkup = window.page("checkup")
    assert checkup is not None
    qtbot.waitUntil(lambda: "refuses the connection" in visible(checkup))
    assert str(port) in visible(checkup)
