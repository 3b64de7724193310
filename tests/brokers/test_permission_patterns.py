"""Which of RabbitMQ's patterns stands in the way of a routing key or a topic: the command in the report is run, and
after it the same check is healthy."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.amqp import assert_healthy, connected, facts_of, root_of
from tests.support.diagnosis import services
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]


@pytest.fixture
def limited(rabbitmq: RabbitNode) -> Iterator[RabbitNode]:
    """A user whose routing keys on amq.topic must begin with its own name, and a queue that takes everything."""
    rabbitmq.add_user("topical", tags="administrator")
    rabbitmq.api("PUT", "/api/topic-permissions/%2F/topical", {
        "exchange": "amq.topic", "write": "^{username}[.]", "read": "^{username}[.]|^mqassist",
    })  # fmt: skip
    with connected(rabbitmq) as channel:
        channel.queue_declare("all-topics")
        channel.queue_bind("all-topics", "amq.topic", "#")
    yield rabbitmq
    with connected(rabbitmq) as channel:
        channel.queue_delete("all-topics")
    rabbitmq.api("DELETE", "/api/users/topical")


def api(node: RabbitNode) -> str:
    return f"http://127.0.0.1:{node.management}"


def run_advice(node: RabbitNode, report: Report, cause: str, command: str) -> None:
    advice = services().wording.advice(cause, facts_of(report))
    assert advice is not None
    found = [step.command for step in advice.steps if step.command and command in step.command]
    assert len(found) == 1, advice.steps
    node.ctl(*shlex.split(found[0])[1:])


def test_a_routing_key_outside_the_topic_permission(limited: RabbitNode, diagnose: Diagnose) -> None:
    asked = {"exchange": "amq.topic", "management": api(limited)}
    assert_healthy(diagnose(limited.url("amqp", "topical"), routing_key="topical.new", **asked))
    report = diagnose(limited.url("amqp", "topical"), routing_key="order.new", **asked)
    assert root_of(report) == "auth.topic-permission-denied"
    facts = facts_of(report)
    assert facts["amqp.topic_pattern_write"] == "^{username}[.]"
    assert facts["amqp.topic_pattern_wanted"] == r"^{username}[.]|^order\.new$"
    assert report.verdict.primary is not None
    assert "amqp.topic-pattern-fails" in {line.key for line in report.verdict.primary.evidence}
    run_advice(limited, report, "auth.topic-permission-denied", "set_topic_permissions")
    assert_healthy(diagnose(limited.url("amqp", "topical"), routing_key="order.new", **asked))


def test_a_topic_outside_the_topic_permission(limited: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(limited.url("mqtt", "topical"), topic="plant/7", management=api(limited))
    assert root_of(report) in ("mqtt.publish-denied", "mqtt.subscribe-denied")
    assert facts_of(report)["mqtt.pattern_fails"] == "topic"
    assert report.verdict.primary is not None
    assert "mqtt.pattern-topic" in {line.key for line in report.verdict.primary.evidence}
    run_advice(limited, report, str(root_of(report)), "set_topic_permissions")
    assert_healthy(diagnose(limited.url("mqtt", "topical"), topic="plant/7", management=api(limited)))


def test_a_will_whose_exchange_the_user_may_not_write(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    rabbitmq.add_user("will-less", write="^mqtt-subscription", tags="administrator")
    report = diagnose(rabbitmq.url("mqtt", "will-less"), will_topic="state/7", management=api(rabbitmq))
    assert root_of(report) == "mqtt.will-not-authorized"
    assert facts_of(report)["mqtt.pattern_fails"] == "exchange"
    run_advice(rabbitmq, report, "mqtt.will-not-authorized", "set_permissions")
    after = diagnose(rabbitmq.url("mqtt", "will-less"), will_topic="state/7", management=api(rabbitmq))
    assert facts_of(after)["mqtt.will_publish"] in ("allowed", "unclear")
    assert_healthy(after)
