"""The advisor page, driven as a person drives it: from the check-up's answer, from the list of runs, by typing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from mqassist.core.runs import KeptRun, unmasked
from mqassist.core.settings import CheckSettings
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.advisor.page import AdvisorPage
from mqassist.gui.pages.advisor.setting_table import SettingRow
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import Theme
from mqassist.gui.widgets.labels import Tag
from mqassist.services import Services
from tests.gui.screens import settle
from tests.support.canary import assert_no_leak
from tests.support.kept_runs import fill


@pytest.fixture
def runs(services: Services) -> list[KeptRun]:
    return fill(services)


def opened(window: MainWindow) -> AdvisorPage:
    window.go("advisor")
    page = window.page("advisor")
    assert isinstance(page, AdvisorPage)
    return page


def sent(shell: Shell, run: KeptRun, url: str = "") -> AdvisorPage:
    """As the check-up sends a person here."""
    shell.advise(shell.services.kept(run.id), url or unmasked(run.target), CheckSettings())
    page = shell.page("advisor")
    assert isinstance(page, AdvisorPage)
    settle(lambda: bool(page.table.rows) and page.choice.count() > 0)
    return page


def row(page: AdvisorPage, name: str) -> SettingRow:
    return next(each for each in page.table.rows if each.setting.id == name)


def words(widget: QWidget) -> str:
    found: list[QLabel | Tag] = [*widget.findChildren(QLabel), *widget.findChildren(Tag)]
    return "\n".join(each.text() for each in found if each.isVisible())


def test_without_a_run_it_leads_to_the_check_up(window: MainWindow, qtbot: Any) -> None:
    page = opened(window)
    settle(page.nothing.isVisible)
    button = next(each for each in page.nothing.findChildren(QPushButton) if each.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.stack.currentWidget() is not None
    checkup = window.page("checkup")
    assert checkup is not None
    assert checkup.isVisible()


def test_the_newest_run_is_advised_on(runs: list[KeptRun], window: MainWindow) -> None:
    page = opened(window)
    settle(lambda: bool(page.table.rows))
    assert page.choice.value() == runs[-1].run
    assert page.choice.count() == 3, "one for each endpoint"
    assert "certificate does not name" in page.verdict.text()
    assert row(page, "handshake-timeout").setting.value is None
    page.choice.setCurrentIndex(2)
    page.choice.activated.emit(2)
    settle(lambda: bool(page.table.rows) and page.table.rows[0].setting.id == "keep-alive")
    assert page.lines is not None
    assert "paho" in page.lines.chips


def test_from_the_answer_to_the_settings(runs: list[KeptRun], shell: Shell, window: MainWindow, qtbot: Any) -> None:
    """One click on the check-up's healthy answer, and all of it is there."""
    kept = shell.services.kept(runs[0].id)
    shell.show_report(kept)
    checkup = window.page("checkup")
    assert checkup is not None
    links = [each for each in checkup.findChildren(QPushButton) if each.text().startswith("Client settings")]
    assert len(links) == 1
    qtbot.mouseClick(links[0], Qt.MouseButton.LeftButton)
    page = opened(window)
    settle(lambda: bool(page.table.rows))
    assert page.isVisible()
    assert (row(page, "heartbeat").setting.value, page.choice.value()) == (20, kept.run_id)
    seen = words(page)
    for text in (
        "Heartbeat",
        "20 s",
        "documented rule, not measured",
        "R = round trip + 4 × jitter",
        "--find-idle-cut",
    ):
        assert text in seen, text
    assert "advise." not in seen
    assert re.search(r"Measured on 2026-01-2\d", page.verdict.text())


def test_what_is_typed_is_calculated(runs: list[KeptRun], shell: Shell, qtbot: Any) -> None:
    page = sent(shell, runs[0])
    assert row(page, "prefetch").setting.value is None
    qtbot.keyClicks(page.workload.fields["processing"], "5000")
    settle(lambda: row(page, "prefetch").setting.value == 2)
    qtbot.keyClicks(page.workload.fields["outage"], "90")
    settle(lambda: row(page, "blocked-timeout").setting.value == 90)
    field = page.workload.fields["clients"]
    qtbot.keyClicks(field, "many")
    assert "A whole number above 0" in field.accessibleDescription()
    assert page.lines is not None
    qtbot.mouseClick(page.lines.chips["pika"], Qt.MouseButton.LeftButton)
    assert page.lines.shown is not None, "one is always shown"
    code = page.lines.shown.text()
    assert "prefetch_count=2" in code
    assert "blocked_connection_timeout=90" in code
    qtbot.mouseClick(page.lines.shown.button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == code
    assert 'os.environ["MQ_PASSWORD"]' in code


def test_the_chosen_client_stays(runs: list[KeptRun], shell: Shell, qtbot: Any) -> None:
    page = sent(shell, runs[0])
    assert page.lines is not None
    qtbot.mouseClick(page.lines.chips["go-amqp"], Qt.MouseButton.LeftButton)
    qtbot.keyClicks(page.workload.fields["processing"], "5000")
    settle(lambda: row(page, "prefetch").setting.value == 2)
    assert page.lines.chosen == "go-amqp"
    qtbot.mouseClick(page.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("# Client settings for amqps://")
    assert "```go" in copied
    assert_no_leak(copied, "advice")


def test_again_starts_a_check(runs: list[KeptRun], shell: Shell, window: MainWindow, qtbot: Any) -> None:
    page = sent(shell, runs[3], "amqp://app@127.0.0.1:1")
    qtbot.mouseClick(page.again, Qt.MouseButton.LeftButton)
    checkup: Any = window.page("checkup")
    assert checkup.isVisible()
    assert checkup.bar.field.text().startswith("amqp://app@127.0.0.1:1")
    settle(lambda: checkup.answer is not None and not checkup.controller.busy)


def test_both_languages(runs: list[KeptRun], shell: Shell, window: MainWindow) -> None:
    page = sent(shell, runs[0])
    window.choose_language("zh")
    settle(lambda: "心跳" in words(page))
    seen = words(page)
    assert "客户端设置" in seen
    assert "客户端里怎么写" in seen
    assert not re.search(r"\badvise\.|Heartbeat|Not measured", seen)


@pytest.mark.parametrize("percent", [100, 200])
def test_everything_is_named_and_fits(
    runs: list[KeptRun], shell: Shell, window: MainWindow, look: Theme, percent: int, qtbot: Any
) -> None:
    look.choose("dark", percent)
    window.resize(1024, 680)
    page = sent(shell, runs[0])
    settle(lambda: page.table.rows[0].height() > 0)
    for widget in (page.choice, page.again, page.copy, *page.workload.fields.values()):
        assert widget.accessibleName() or getattr(widget, "text", str)(), widget
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert widget.mapTo(page, widget.rect().topRight()).x() <= page.width(), widget.accessibleName()
    for each in page.table.rows:
        assert each.accessibleName().startswith(each.setting.label)
        assert each.mapTo(page, each.rect().topRight()).x() <= page.width()
