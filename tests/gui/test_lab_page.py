"""The practice lab page, driven by click and key: real scenarios, a real check, a real program through the relay."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pika  # type: ignore[import-untyped]  # it has no types of its own
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget

from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.lab.page import LabPage
from mqassist.gui.pages.lab.practice import Progress, progress_of, riddle
from mqassist.gui.pages.lab.scenario_card import ScenarioCard
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import Theme
from mqassist.lab.scenario import load_scenarios
from mqassist.services import Services
from tests.gui.screens import settle
from tests.support.ports import accepts

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(window: MainWindow, services: Services) -> Iterator[LabPage]:
    window.go("lab")
    found = window.page("lab")
    assert isinstance(found, LabPage)
    settle(lambda: found.grid.cards and found.grid.complete)
    yield found
    services.lab.stop()


Click = Callable[[QWidget], None]


@pytest.fixture
def click(qtbot: Any) -> Click:
    return lambda widget: qtbot.mouseClick(widget, LEFT)


def words(widget: QWidget) -> str:
    found = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    found += [button.text() for button in widget.findChildren(QAbstractButton) if button.isVisible()]
    return "\n".join(found)


def shown(page: LabPage) -> list[str]:
    return [name for name, card in page.grid.cards.items() if card.isVisible()]


def started(page: LabPage, name: str, click: Click) -> ScenarioCard:
    card = page.grid.cards[name]
    page.grid.ensureWidgetVisible(card)
    click(card.start)
    settle(card.check.isVisible)
    return card


def test_every_scenario_has_its_card(page: LabPage, click: Click) -> None:
    assert set(shown(page)) == {each.name for each in load_scenarios() if each.status == "healthy"}
    click(page.filters.chips[""])
    settle(lambda: page.grid.complete)
    assert sorted(shown(page)) == sorted(each.name for each in load_scenarios())
    text = words(page)
    assert "The expired passport" in text
    assert "Practice lab" in text


def test_cards_are_narrowed_by_layer_level_protocol_and_words(page: LabPage, click: Click, qtbot: Any) -> None:
    filters = page.filters
    click(filters.chips["tls"])
    settle(lambda: page.grid.complete)
    wanted = {each.name for each in load_scenarios() if each.layer == "tls" and each.status != "healthy"}
    assert set(shown(page)) == wanted
    filters.difficulty.setFocus()
    qtbot.keyClick(filters.difficulty, Qt.Key.Key_Down)
    assert set(shown(page)) == {each.name for each in load_scenarios() if each.name in wanted and each.difficulty == 1}
    qtbot.keyClick(filters.difficulty, Qt.Key.Key_Up)
    qtbot.keyClick(filters.protocol, Qt.Key.Key_End)
    assert shown(page)
    assert all(page.grid.cards[name].card.target.startswith(("mqtt", "ws")) for name in shown(page))
    qtbot.keyClick(filters.protocol, Qt.Key.Key_Home)
    qtbot.keyClicks(filters.search, "expired badge")
    assert shown(page) == ["client-certificate-expired"]
    qtbot.keyClicks(filters.search, " zzz")
    assert shown(page) == []
    assert "No scenario fits" in words(page)
    qtbot.keyClick(filters.search, Qt.Key.Key_Escape)
    assert set(shown(page)) == wanted


def test_start_diagnose_and_the_lesson(page: LabPage, window: MainWindow, shell: Shell, click: Click) -> None:
    """The whole way: Start, Diagnose fills and runs the check-up with the scenario's certificates, and it is proved."""
    click(page.filters.chips["tls"])
    settle(lambda: page.grid.complete)
    card = started(page, "certificate-expired", click)
    assert "127.0.0.1:" in card.accessibleDescription()
    assert "What is behind it" not in words(page)
    reports: list[Any] = []
    shell.run_finished.connect(reports.append)
    click(card.check)
    settle(lambda: reports)
    assert reports[0].verdict.primary.cause == "tls.certificate-expired"
    assert shell.settings.current.pages["lab"]["proved"] == {"certificate-expired": "fits"}
    window.go("lab")
    settle(page.isVisible)
    assert "as expected" in words(card)
    assert "past its last day" in words(page)
    click(card.stop)
    settle(card.start.isVisible)
    settle(lambda: not shell.services.lab.running)


def test_the_keyboard_alone(page: LabPage, qtbot: Any) -> None:
    page.filters.search.setFocus()
    qtbot.keyClicks(page.filters.search, "porter")
    qtbot.keyClick(page.filters.search, Qt.Key.Key_Down)
    name = next(name for name in page.grid.cards if page.grid.cards[name].isVisible())
    card = page.grid.cards[name]
    assert card.hasFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert card.title in words(page.detail)
    card.start.setFocus()
    qtbot.keyClick(card.start, Qt.Key.Key_Space)
    settle(card.check.isVisible)
    qtbot.keyClick(card.stop, Qt.Key.Key_Space)
    settle(card.start.isVisible)


def press(widget: QWidget, text: str, click: Click) -> None:
    buttons = [each for each in widget.findChildren(QPushButton) if each.text() == text and each.isVisible()]
    assert len(buttons) == 1, f"{text}: {len(buttons)}"
    click(buttons[0])


@pytest.mark.parametrize("right", [True, False])
def test_guess_first(page: LabPage, shell: Shell, click: Click, right: bool) -> None:
    click(page.guess_first)
    click(page.filters.chips["auth"])
    settle(lambda: page.grid.complete)
    card = page.grid.cards["vhost-missing"]
    page.grid.ensureWidgetVisible(card)
    click(card)
    assert "Riddle" in card.title
    text = words(page.detail) + words(card)
    assert "auth.vhost-not-found" not in text
    assert "A virtual host is a floor" not in text
    answers = page.detail.answers()
    own = next(button for button in answers if button.text() == "The floor that does not exist")
    click(own if right else next(button for button in answers if button is not own))
    press(page.detail, "That is my guess", click)
    assert ("Right." in words(page.detail)) is right
    assert "A virtual host is a floor" in words(page.detail)
    assert card.title == "The floor that does not exist"
    assert shell.settings.current.pages["lab"]["guessed"] == {"vhost-missing": right}
    click(page.guess_first)
    assert not shell.settings.current.pages["lab"]["guess_first"]


def test_progress_comes_back_and_nonsense_does_not() -> None:
    kept = Progress({"refused": "fits"}, {"refused": False}, True)
    assert progress_of(kept.kept()) == kept
    assert progress_of({"proved": {"a": 7}, "guessed": {"a": "yes"}, "guess_first": 1}) == Progress()
    assert progress_of("spoiled") == Progress()


def test_a_riddle_has_one_right_answer(services: Services) -> None:
    cards = [card for card in services.practice_cards() if card.cause]
    for card in cards:
        choices = riddle(card, cards)
        assert len(choices) == 4
        assert [each.cause for each in choices].count(card.cause) == 1
        assert choices == riddle(card, cards)
    services.lab.stop()


def test_run_a_group_and_compare(page: LabPage, shell: Shell, click: Click) -> None:
    assert page.compare.text() == "Run these and compare"
    click(page.compare)
    assert page.compare.text() == "Stop comparing"
    settle(page.strip.isVisible, 60)
    assert page.strip.title().startswith(f"All {len(shown(page))} verdicts are as they should be")
    assert page.compare.text() == "Run these and compare"
    assert shell.settings.current.pages["lab"]["proved"] == dict.fromkeys(shown(page), "fits")
    assert "as expected" in words(page.grid.cards["amqp-healthy"])


def test_comparing_can_be_stopped(page: LabPage, shell: Shell, click: Click) -> None:
    click(page.filters.chips[""])
    assert page.compare.text() == "Run all and compare"
    click(page.compare)
    settle(lambda: shell.settings.current.pages.get("lab", {}).get("proved"))
    click(page.compare)
    assert page.compare.text() == "Run all and compare"
    settle(lambda: not shell.services.lab.running)
    assert not page.strip.isVisible()


def test_the_relay_and_the_program_behind_it(page: LabPage, shell: Shell, click: Click, qtbot: Any) -> None:
    broker = shell.services.lab.start("amqp-healthy")
    click(page.tabs["relay"])
    panel = page.relay
    click(panel.start)
    assert "Which broker" in words(panel)
    qtbot.keyClicks(panel.broker, f"amqp://app@127.0.0.1:{broker.port}")
    qtbot.keyClick(panel.broker, Qt.Key.Key_Return)
    settle(panel.address.isVisible)
    assert "Nothing has connected yet." in words(panel)
    port = int(panel.address.text().rsplit(":", 1)[1])
    login = pika.PlainCredentials("app", "open-sesame")
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port, "/", login, heartbeat=0))
    settle(lambda: "Pika" in words(panel))
    settle(lambda: "1 open, 1 so far" in words(panel))
    assert "given (not shown)" in words(panel)
    assert "open-sesame" not in words(panel)
    settle(lambda: any("eartbeat" in strip for strip in panel.mistake_titles()))
    click(panel.reset)
    settle(lambda: "0 open, 1 so far" in words(panel))
    settle(lambda: "reset, as you told the relay" in words(panel))
    with pytest.raises(pika.exceptions.AMQPError):
        connection.process_data_events(2)
    click(panel.stop)
    settle(panel.start.isVisible)
    settle(lambda: not accepts(port))


def test_switches_hold_while_it_runs(page: LabPage, shell: Shell, click: Click, qtbot: Any) -> None:
    mirror = shell.services.lab.start("mirror")
    click(page.tabs["relay"])
    panel = page.relay
    qtbot.keyClicks(panel.broker, f"amqp://127.0.0.1:{mirror.port}")
    click(panel.start)
    settle(panel.address.isVisible)
    port = int(panel.address.text().rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        sock.sendall(b"hello")
        assert sock.recv(10) == b"hello"
        click(panel.drop)
        sock.sendall(b"lost")
        settle(lambda: ("Bytes swallowed", "4") in panel.counted())
        click(panel.drop)
        panel.delay.slider.setFocus()
        qtbot.keyClick(panel.delay.slider, Qt.Key.Key_Right)
        assert panel.line().delay_ms == 20
        press(panel, "Clear the line", click)
        assert panel.line().is_plain
        sock.sendall(b"again")
        assert sock.recv(10) == b"again"


def test_one_side_at_a_time_where_it_is_narrow(page: LabPage, window: MainWindow, look: Theme, click: Click) -> None:
    window.resize(1024, 680)
    look.choose("light", 200)
    settle(page.tabs["cards"].isVisible)
    click(page.tabs["cards"])
    assert shown(page)
    assert not page.detail.isVisible()
    card = page.grid.cards["amqp-healthy"]
    page.grid.ensureWidgetVisible(card)
    click(card)
    settle(page.detail.isVisible)
    assert not card.isVisible()
    click(page.tabs["relay"])
    settle(page.relay.isVisible)
    for widget in (page.compare, page.guess_first, *page.tabs.values()):
        assert widget.width() >= widget.minimumSizeHint().width()
        assert widget.height() >= widget.minimumSizeHint().height()
    look.choose("light", 100)
    window.resize(1440, 900)
    settle(lambda: not page.tabs["cards"].isVisible())
    assert card.isVisible()


def test_the_language_switches_while_it_plays(page: LabPage, shell: Shell, click: Click) -> None:
    card = started(page, "amqp-healthy", click)
    shell.choose_language("zh")
    settle(lambda: "正常营业的商店" in words(card))
    assert "练习场" in words(page)
    assert "诊断" in words(card)
    assert card.check.isVisible()
    shell.choose_language("en")
    settle(lambda: "The shop that is open" in words(card))


def test_closing_ends_whatever_listens(page: LabPage, window: MainWindow, services: Services, click: Click) -> None:
    card = started(page, "amqp-healthy", click)
    port = int(card.accessibleDescription().rsplit(":", 1)[1])
    window.close()
    settle(lambda: not services.lab.running)
    settle(lambda: not accepts(port))
