"""Every login that a check tries is counted and capped, and the count is what the broker's log has of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support.amqp import facts_of, root_of
from tests.support.mosquitto import Broker
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
WRONG = "not the password"


def refused_lines(node: RabbitNode) -> int:
    """Failed logins as RabbitMQ's log has them: over AMQP, MQTT and the management API."""
    words = (
        *("login refused: user", "MQTT login failed", "HTTP access denied: user"),
        "MQTT connection failed: access refused for user",  # RabbitMQ 4
    )
    return sum(word in line for line in node.text().splitlines() for word in words)


def tries(report: Report) -> tuple[int, int, int]:
    facts = facts_of(report)
    return facts["login.tries"], facts["login.tries_refused"], facts["login.tries_allowed"]


@pytest.mark.parametrize(("allowed", "expected"), [(0, 1), (1, 1), (2, 2), (3, 3), (9, 3)])
def test_amqp(rabbitmq: RabbitNode, diagnose: Diagnose, allowed: int, expected: int) -> None:
    before = refused_lines(rabbitmq)
    api = f"http://127.0.0.1:{rabbitmq.management}"
    report = diagnose(rabbitmq.url("amqp", password=WRONG), management=api, max_login_tries=allowed)
    assert root_of(report) == "auth.bad-credentials"
    assert tries(report) == (expected, expected, max(1, allowed))
    wait_until(lambda: refused_lines(rabbitmq) - before >= expected, "the log has each of them")
    assert refused_lines(rabbitmq) - before == expected
    told = next(seen for seen in report.observations if seen.probe == "login.tries").summary
    assert told is not None
    assert told.key == ("login.tries-capped" if allowed < 3 else "login.tries")


@pytest.mark.parametrize(("allowed", "expected"), [(0, 1), (2, 2), (9, 2)])
def test_mqtt(rabbitmq: RabbitNode, diagnose: Diagnose, allowed: int, expected: int) -> None:
    before = refused_lines(rabbitmq)
    report = diagnose(rabbitmq.url("mqtt", password=WRONG), max_login_tries=allowed)
    assert tries(report) == (expected, expected, max(1, allowed))
    wait_until(lambda: refused_lines(rabbitmq) - before >= expected, "the log has each of them")
    assert refused_lines(rabbitmq) - before == expected


@pytest.mark.parametrize(("allowed", "expected"), [(0, 1), (2, 2), (9, 4)])
def test_mosquitto(mosquitto: Callable[..., Broker], diagnose: Diagnose, allowed: int, expected: int) -> None:
    broker = mosquitto()
    report = diagnose(broker.url(password=WRONG), max_login_tries=allowed)
    broker.stop()
    assert tries(report) == (expected, expected, max(1, allowed))
    assert broker.log.read_text().count("disconnected, not authorised") == expected


@pytest.mark.parametrize("scheme", ["amqp", "mqtt"])
def test_one_login_that_is_accepted_is_not_worth_a_line(
    rabbitmq: RabbitNode, diagnose: Diagnose, scheme: str
) -> None:
    assert "login.tries" not in facts_of(diagnose(rabbitmq.url(scheme), max_login_tries=0))
