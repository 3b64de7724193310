"""The check-up page against a real RabbitMQ and its log."""

from __future__ import annotations

from typing import Any

from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.pages.checkup.step_details import StepDetails
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
from tests.gui.test_checkup import kept, page, run, visible_text  # noqa: F401 - a fixture and what it needs
from tests.support.canary import CANARY, assert_no_leak
from tests.support.rabbitmq import RabbitNode


def test_a_wrong_password_is_told_with_the_brokers_own_line(
    page: CheckupPage,  # noqa: F811 - the fixture above
    rabbitmq: RabbitNode,
    qtbot: Any,
) -> None:
    page.fill_target(rabbitmq.url(password="wrong-" + CANARY))
    page.options.logs = (str(rabbitmq.log),)
    run(page, qtbot, 40)
    assert page.view.card.state in ("broken", "undecided")
    assert "password" in visible_text(page.view.card).lower()
    login = next(row for row in page.view.table.visible_rows() if row.title == "AMQP login")
    assert login.state == "broken"
    assert_no_leak(visible_text(page), "the page")
    log = page.view.answer.shown.log_matches if page.view.answer is not None else ()
    assert any(hit.step == "amqp.login" for hit in log)
    page.view.table.open_row("amqp.login")
    details = page.view.table.details_of("amqp.login")
    assert isinstance(details, StepDetails)
    assert "In the broker's log" in visible_text(details)
    kept(page, qtbot)
