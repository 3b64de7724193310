"""The page that explains texts, driven as a person drives it: pasting, clicking, typing; what is read on the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit, QPushButton, QWidget

from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.explain.page import ExplainPage
from tests.gui.scenes.explain import GO, HEALTHY, SEVERAL
from tests.gui.screens import settle
from tests.support.canary import CANARY
from tests.support.kept_runs import fill

Opened = Callable[[], ExplainPage]


@pytest.fixture
def page(window: MainWindow) -> ExplainPage:
    window.go("explain")
    found = window.page("explain")
    assert isinstance(found, ExplainPage)
    return found


def words(widget: QWidget) -> str:
    found = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    found += [button.text() for button in widget.findChildren(QAbstractButton) if button.isVisible()]
    found += [field.toPlainText() for field in widget.findChildren(QPlainTextEdit) if field.isVisible()]
    return "\n".join(found)


def press(widget: QWidget, text: str, qtbot: Any) -> None:
    buttons = [each for each in widget.findChildren(QPushButton) if each.text() == text and each.isVisible()]
    assert len(buttons) == 1, f"{text}: {len(buttons)}"
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)


def put_on_clipboard(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def read(page: ExplainPage) -> None:
    settle(lambda: bool(page.answer.cards) or "Causes appear here" not in words(page))


def test_a_pasted_error_is_explained_with_its_words_marked(page: ExplainPage, qtbot: Any) -> None:
    assert "Causes appear here" in words(page)
    put_on_clipboard(GO)
    press(page, "Paste", qtbot)
    read(page)
    seen = words(page)
    for part in ('The virtual host "prod-eu" does not exist', "auth.vhost-not-found", "amqp091-go", "Worth knowing"):
        assert part in seen
    assert page.box.marked_words() == [
        ("A", "amqps://orders:•••@mq.example.com:5671/prod-eu"),
        ("B", "no access to this vhost"),
        ("C", "rabbitmq/amqp091-go v1.10.0"),
    ]
    assert "Filled from the text, mark A" in seen
    assert "See mark C." in seen
    assert page.answer.cards[0].match.letters == ("B",)
    assert [card.match.id for card in page.answer.cards][:2] == ["auth.vhost-not-found", "auth.vhost-access-denied"]


def test_secrets_never_stand_on_the_screen(page: ExplainPage, qtbot: Any) -> None:
    put_on_clipboard(f"password={CANARY}\nconnect ECONNREFUSED 10.0.0.5:5672")
    page.box.setFocus()
    qtbot.keyClick(page.box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    read(page)
    assert CANARY not in words(page)
    assert "Secrets hidden: 1" in words(page)
    assert "net.connection-refused" in words(page)


def test_typed_text_is_explained_after_a_pause(page: ExplainPage, qtbot: Any) -> None:
    page.box.setFocus()
    qtbot.keyClicks(page.box, "ECONNREFUSED")
    read(page)
    assert page.answer.cards[0].match.id == "net.connection-refused"
    assert page.box.toPlainText() == "ECONNREFUSED"


def test_a_card_opens_by_click_and_by_key(page: ExplainPage, qtbot: Any) -> None:
    page.explain_text(GO)
    read(page)
    first, second, third = page.answer.cards[:3]
    assert (first.is_open, second.is_open) == (True, False)
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert (first.is_open, second.is_open) == (False, True)
    third.setFocus()
    qtbot.keyClick(third, Qt.Key.Key_Space)
    assert third.is_open


def test_a_distractor_is_folded_and_routine_is_no_alarm(page: ExplainPage) -> None:
    page.explain_text(SEVERAL)
    read(page)
    assert page.answer.cards[0].match.id == "host.port-in-use"
    assert "Follows from it: Mosquitto" in words(page)
    page.explain_text(HEALTHY)
    settle(lambda: not page.answer.cards)
    assert "These lines are routine" in words(page)


def test_an_unknown_text_says_so_and_what_to_add(page: ExplainPage) -> None:
    page.explain_text("flux capacitor overload")
    settle(lambda: "Nothing in this text" in words(page))
    assert "What to add" in words(page)


def test_earlier_runs_with_the_same_cause_are_told(page: ExplainPage, window: MainWindow, qtbot: Any) -> None:
    assert window.shell is not None
    runs = fill(window.shell.services)
    cause = next(run.cause for run in runs if run.cause.startswith("auth."))
    same = [run for run in runs if run.cause == cause]
    page.explain_text("ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN")
    read(page)
    assert page.answer.cards[0].match.id == cause
    settle(page.answer.seen.isVisible)
    assert "Seen on this computer" in words(page.answer.seen)
    assert same[-1].target in words(page.answer.seen)
    qtbot.mouseClick(page.answer.seen.open_report, Qt.MouseButton.LeftButton)
    settle(lambda: not page.isVisible())
    checkup = window.page("checkup")
    assert checkup is not None
    assert same[-1].host in words(checkup)
    page.explain_text("ECONNREFUSED")
    window.go("explain")
    settle(lambda: page.answer.cards[0].match.id == "net.connection-refused")
    assert not page.answer.seen.isVisible()


def test_clear_brings_the_empty_page_back(page: ExplainPage, qtbot: Any) -> None:
    page.explain_text(GO)
    read(page)
    press(page, "Clear", qtbot)
    assert page.box.toPlainText() == ""
    settle(lambda: "Causes appear here" in words(page))
    assert page.answer.cards == []


def test_the_text_becomes_a_check(page: ExplainPage, window: MainWindow, qtbot: Any) -> None:
    page.explain_text("connecting to amqp://app@127.0.0.1:9/prod\nno access to this vhost")
    read(page)
    assert "127.0.0.1:9" in words(page.target)
    press(page, "Check it now", qtbot)
    settle(lambda: window.stack.currentWidget() is not None and not page.isVisible())
    checkup = window.page("checkup")
    assert checkup is not None
    settle(lambda: not window.bridge.running)
    assert "127.0.0.1" in words(checkup) + str(checkup.bar.field.typed.whole())  # type: ignore[attr-defined]


def test_a_long_log_shows_what_lies_around_its_marks(page: ExplainPage) -> None:
    filler = "\n".join(f"line {at} of a long and boring log that says nothing at all" for at in range(20_000))
    page.explain_text(f"{filler}\nconnect ECONNREFUSED 10.0.0.5:5672\n{filler}")
    read(page)
    assert page.box.isReadOnly()
    assert len(page.box.toPlainText()) < 120_000
    assert page.box.marked_words() == [("A", "ECONNREFUSED"), ("B", "10.0.0.5:5672")]
    assert "lines are not shown" in page.box.toPlainText()


def test_a_file_is_read(page: ExplainPage, tmp_path: Path) -> None:
    file = tmp_path / "error.log"
    file.write_bytes("由于目标计算机积极拒绝，无法连接。".encode("gb18030"))
    page.box.file_dropped.emit(str(file))
    read(page)
    assert page.answer.cards[0].match.id == "net.connection-refused"


def test_the_catalogue_is_searched_by_words_of_both_languages(page: ExplainPage, qtbot: Any) -> None:
    press(page, "All causes", qtbot)
    settle(lambda: page.catalogue.list.count() > 200)
    qtbot.keyClicks(page.catalogue.field, "certificate expired")
    settle(lambda: page.catalogue.list.count() < 30)
    ids = [page.catalogue.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(page.catalogue.list.count())]
    assert "tls.certificate-expired" in ids
    settle(lambda: page.catalogue.list.currentItem().text() in words(page.catalogue))
    first = page.catalogue.list.item(0)
    qtbot.keyClicks(page.catalogue.field, " ")
    assert page.catalogue.list.item(0) is first, "rows that stay are not made anew"
    page.catalogue.field.setText("证书 过期")
    ids = [page.catalogue.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(page.catalogue.list.count())]
    assert "tls.certificate-expired" in ids
    page.catalogue.show_cause("tls.certificate-expired")
    settle(lambda: "The broker's certificate has expired" in words(page.catalogue))
    assert "What to do" in words(page.catalogue)
    press(page, "Back to the text", qtbot)
    assert not page.catalogue.isVisible()


def test_a_card_leads_to_the_page_of_its_cause(page: ExplainPage, qtbot: Any) -> None:
    page.explain_text("connect ECONNREFUSED 10.0.0.5:5672")
    read(page)
    press(page.answer, "About this cause", qtbot)
    settle(lambda: "Known from:" in words(page.catalogue))
    assert page.catalogue.isVisible()
    assert "net.connection-refused" in words(page.catalogue)


def test_the_language_changes_while_a_text_is_explained(page: ExplainPage, window: MainWindow) -> None:
    page.explain_text(GO)
    read(page)
    window.choose_language("zh")
    settle(lambda: "可能的原因，最可能的在前" in words(page))
    assert "虚拟主机 prod-eu 不存在" in words(page)
    assert "转成一次检查" in words(page)


def test_everything_can_be_reached_and_has_a_name(page: ExplainPage) -> None:
    page.explain_text(GO)
    read(page)
    for button in page.findChildren(QPushButton):
        assert button.text() or button.accessibleName()
    assert page.box.accessibleName()
    assert all(card.accessibleName() and card.focusPolicy() for card in page.answer.cards)
