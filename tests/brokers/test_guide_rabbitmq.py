"""The guide against a real RabbitMQ: a paste with a wrong password, the log that decides, the right one retried."""

from __future__ import annotations

from typing import Any

from PySide6.QtTest import QTest

from mqassist.gui.wizard.page import ANSWER, WizardPage
from tests.gui.conftest import (  # noqa: F401 - fixtures
    _no_window_left,
    _qt_says_nothing,
    bridge,
    home,
    language,
    look,
    qapp_args,
    services,
    window,
)
from tests.gui.test_wizard import click, page, paste, to_the_end, visible  # noqa: F401 - a fixture and what it needs
from tests.support.canary import CANARY, assert_no_leak
from tests.support.rabbitmq import RabbitNode


def spring(node: RabbitNode, password: str) -> str:
    return (
        f"spring:\n  rabbitmq:\n    host: 127.0.0.1\n    port: {node.ports['amqp']}\n"
        f"    username: app\n    password: {password}\n"
    )


def test_a_wrong_password_is_explained_and_the_right_one_retried(
    page: WizardPage,  # noqa: F811 - the fixture above
    rabbitmq: RabbitNode,
    qtbot: Any,
) -> None:
    paste(page, spring(rabbitmq, "not-the-" + CANARY), qtbot)
    assert page.answers.username == "app"
    page.answers.logs = (str(rabbitmq.log),)
    click(page.skip)
    to_the_end(page, qtbot)
    assert page.run.view.floors["network"].state in ("works", "warning")
    assert page.run.view.floors["security"].state == "broken"
    assert page.run.floor == "security"
    assert "password" in page.run.strip.title().lower()
    click(page.next)
    assert "password" in page.answer.title.text().lower()
    assert_no_leak(visible(page), "the guide")
    click(page.list.buttons[2])  # type: ignore[arg-type]  # a button of the list of questions
    credentials: Any = page.questions[1]
    credentials.password.setFocus()
    QTest.keyClicks(credentials.password, CANARY)
    click(page.skip)
    to_the_end(page, qtbot)
    assert page.report is not None
    assert page.report.verdict.status in ("healthy", "degraded")
    assert page.run.view.floors["security"].state in ("works", "warning")
    click(page.next)
    assert page.stack.currentIndex() == ANSWER
    assert_no_leak(visible(page), "the guide")


def test_a_healthy_broker_is_told_layer_by_layer_bottom_up(
    page: WizardPage,  # noqa: F811 - the fixture above
    rabbitmq: RabbitNode,
    qtbot: Any,
) -> None:
    page.run.reading_s = 0.2
    told: list[str] = []
    paste(page, rabbitmq.url(), qtbot)
    page.run.told.connect(lambda: told.append(page.run.floor))
    click(page.skip)
    to_the_end(page, qtbot)
    assert told == ["security", "service", "application"]
    assert {floor: button.state for floor, button in page.run.view.floors.items()} == dict.fromkeys(
        ("network", "security", "service", "application"), "works"
    )
    assert page.report is not None
    assert page.report.verdict.status == "healthy"


def test_retry_repeats_from_the_layer_that_stopped(
    page: WizardPage,  # noqa: F811 - the fixture above
    rabbitmq: RabbitNode,
    qtbot: Any,
) -> None:
    """A wrong password: the way back to it is one click; Retry does not tell the lower layers again."""
    page.run.reading_s = 0.2
    paste(page, rabbitmq.url(password="another"), qtbot)
    click(page.skip)
    to_the_end(page, qtbot)
    assert page.run.floor == "security"
    assert page.run.to_do.isVisible()
    assert "Retry" in visible(page.run.to_do)
    assert page.run.to_do.change is not None
    click(page.run.to_do.change)
    assert page.stack.currentIndex() == 2
    field = page.questions[1].password  # type: ignore[attr-defined]
    QTest.keyClicks(field, CANARY)
    shown: list[str] = []
    page.run.told.connect(lambda: shown.append(page.run.floor))
    assert page.skip.text() == "Retry"
    click(page.skip)
    assert (page.run.floor, page.run.lead.text()[:23]) == ("security", "We try this layer again")
    to_the_end(page, qtbot)
    assert page.report is not None
    assert page.report.verdict.status == "healthy"
    assert shown == ["service", "application"]
    assert not page.run.to_do.isVisible()
