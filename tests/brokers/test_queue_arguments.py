"""A queue that is not as the client declares it: the broker's 406 is explained, and the queue stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.amqp import assert_healthy, connected, facts_of, root_of
from tests.support.look_alikes import unchanged
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]

QUEUE = "declared"
AS_IT_IS = "durable, x-message-ttl=60000, x-max-length=100, x-dead-letter-exchange=dead, x-overflow=reject-publish"


@pytest.fixture(scope="module")
def node(rabbitmq: RabbitNode) -> Iterator[RabbitNode]:
    with connected(rabbitmq) as channel:
        channel.queue_declare(QUEUE, durable=True, arguments={
            "x-message-ttl": 60000, "x-max-length": 100, "x-dead-letter-exchange": "dead",
            "x-overflow": "reject-publish",
        })  # fmt: skip
    yield rabbitmq
    with connected(rabbitmq) as channel:
        channel.queue_delete(QUEUE)


def test_a_queue_that_is_as_declared(node: RabbitNode, diagnose: Diagnose) -> None:
    with unchanged(node):
        report = diagnose(node.url("amqp"), queue=QUEUE, queue_arguments=AS_IT_IS)
    assert_healthy(report)
    assert facts_of(report)["amqp.arguments_fit"] is True


@pytest.mark.parametrize(
    ("given", "argument", "words"),
    [
        (AS_IT_IS.removeprefix("durable, "), "durable", "received 'false' but current is 'true'"),
        (AS_IT_IS + ", auto-delete", "auto_delete", "received 'true' but current is 'false'"),
        (AS_IT_IS + ", exclusive", "", "exclusive"),
        (AS_IT_IS.replace("60000", "30000"), "x-message-ttl", "'30000'"),
        (AS_IT_IS.replace("=100", "=5"), "x-max-length", "'5'"),
        (AS_IT_IS.replace("=dead", "=grave"), "x-dead-letter-exchange", "grave"),
        (AS_IT_IS.replace(", x-overflow=reject-publish", ""), "x-overflow", "received none"),
        (AS_IT_IS + ", x-queue-type=quorum", "x-queue-type", "quorum"),
        (AS_IT_IS.replace("60000", "soon"), "x-message-ttl", "soon"),
    ],
)  # fmt: skip
def test_what_differs_is_named(node: RabbitNode, diagnose: Diagnose, given: str, argument: str, words: str) -> None:
    with unchanged(node):
        report = diagnose(node.url("amqp"), queue=QUEUE, queue_arguments=given)
    if not argument:  # seen: RabbitMQ 3.10.8 answers 405 before it compares anything
        assert "amqp.arguments_fit" not in facts_of(report)
        return
    assert root_of(report) == "amqp.precondition-failed"
    facts = facts_of(report)
    assert facts["amqp.argument"] == argument
    assert words in facts["amqp.argument_text"]


def test_nothing_is_declared_that_is_not_there(node: RabbitNode, diagnose: Diagnose) -> None:
    with unchanged(node):
        report = diagnose(node.url("amqp"), queue="not-there", queue_arguments=AS_IT_IS)
    assert root_of(report) == "amqp.queue-not-found"
    with unchanged(node):
        assert_healthy(diagnose(node.url("amqp"), queue=QUEUE, queue_arguments="durable", read_only=True))
