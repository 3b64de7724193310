"""Rights at a real RabbitMQ: told apart without changing anything, and no alarm for users who may do little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mqassist.core.report import Report
from tests.support.amqp import assert_clean, assert_healthy, connected, facts_of, limit, messages_in, root_of
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

Diagnose = Callable[..., Report]

QUEUE, EXCHANGE = "orders", "events"


@pytest.fixture(scope="module", autouse=True)
def _objects(rabbitmq: RabbitNode) -> Iterator[None]:
    """A durable queue with one message, a topic exchange that routes `order.new` to it, and users who may do little."""
    with connected(rabbitmq) as channel:
        channel.queue_declare(QUEUE, durable=True)
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
        channel.exchange_declare("inner", "direct", durable=True, internal=True)
        channel.queue_bind(QUEUE, EXCHANGE, "order.new")
        channel.basic_publish("", QUEUE, b"somebody's message")
    rabbitmq.add_user("reader", configure="^$", write="^$", read=".*")
    rabbitmq.add_user("writer", configure="^$", write=".*", read="^$")
    rabbitmq.add_user("stranger", configure="^mine-", write="^mine-", read="^mine-")
    wait_until(lambda: messages_in(rabbitmq, QUEUE) == 1, "the message has arrived")
    yield
    with connected(rabbitmq) as channel:
        channel.queue_delete(QUEUE)
        channel.exchange_delete(EXCHANGE)
        channel.exchange_delete("inner")


@pytest.fixture(autouse=True)
def _nothing_left_and_nothing_taken(rabbitmq: RabbitNode) -> Iterator[None]:
    yield
    assert_clean(rabbitmq)
    with connected(rabbitmq) as channel:
        method, _, body = channel.basic_get(QUEUE)
        assert (method.redelivered, body, method.message_count) == (False, b"somebody's message", 0)
        channel.basic_publish("", QUEUE, body)
        channel.basic_ack(method.delivery_tag)


def rights(report: Report) -> dict[str, Any]:
    return {name: value for name, value in facts_of(report).items() if name.startswith(("amqp.queue_", "amqp.own_"))}


# -- without names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "configure", "write"), [("reader", False, False), ("writer", False, True), ("stranger", False, False)]
)
def test_a_user_who_may_do_little_is_healthy(
    diagnose: Diagnose, rabbitmq: RabbitNode, user: str, configure: bool, write: bool
) -> None:
    report = diagnose(rabbitmq.url("amqp", user=user))
    assert_healthy(report)
    assert facts_of(report)["amqp.own_configure"] is configure
    assert facts_of(report)["amqp.own_write"] is write


def test_a_user_who_may_declare_but_not_read_is_healthy(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_user("deaf", read="^$")
    report = diagnose(rabbitmq.url("amqp", user="deaf"))
    assert_healthy(report)
    assert rights(report) == {"amqp.own_configure": True, "amqp.own_write": True, "amqp.own_read": False}


def test_limit_of_queues(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_vhost("rights-full")
    limit(rabbitmq, "vhost", "rights-full", "max-queues", 0)
    report = diagnose(rabbitmq.url("amqp", vhost="rights-full"))
    assert root_of(report) == "amqp.vhost-queue-limit"


def test_read_only_looks_and_publishes_nothing(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), read_only=True, queue=QUEUE, exchange=EXCHANGE, routing_key="order.new")
    assert_healthy(report)
    facts = facts_of(report)
    assert (facts["amqp.queue_state"], facts["amqp.exchange_state"]) == ("exists", "exists")
    assert "amqp.publish_result" not in facts
    assert "amqp.queue_read" not in facts


# -- a named queue -----------------------------------------------------------------------------


def test_all_rights_on_a_named_queue(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), queue=QUEUE)
    assert_healthy(report)
    facts = facts_of(report)
    assert [facts[f"amqp.queue_{right}"] for right in ("configure", "write", "read")] == [True, True, True]
    assert (facts["amqp.queue_messages"], facts["amqp.queue_consumers"]) == (1, 0)


def test_named_queue_that_is_missing(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), queue="no-such-queue")
    assert root_of(report) == "amqp.queue-not-found"


@pytest.mark.parametrize("named", [{"queue": "q" * 256}, {"exchange": "ü" * 128}, {"routing_key": "k" * 300}])
def test_name_that_cannot_be_sent(diagnose: Diagnose, rabbitmq: RabbitNode, named: dict[str, str]) -> None:
    assert root_of(diagnose(rabbitmq.url("amqp"), **named)) == "amqp.name-too-long"


def test_virtual_host_that_cannot_be_sent(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    assert root_of(diagnose(rabbitmq.url("amqp", vhost="v" * 256))) == "amqp.name-too-long"


@pytest.mark.parametrize("name", ["größe 大", "a'b\"c", "\ud800", ""])
def test_odd_names_are_only_missing(diagnose: Diagnose, rabbitmq: RabbitNode, name: str) -> None:
    report = diagnose(rabbitmq.url("amqp"), queue=name)
    assert root_of(report) in ("amqp.queue-not-found", "amqp.refused-otherwise")


def test_named_queue_with_a_reserved_name(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), queue="amq.orders")
    assert root_of(report) == "amqp.reserved-name"


def test_named_queue_without_any_right(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp", user="stranger"), queue=QUEUE)
    assert root_of(report) == "auth.read-denied"
    assert report.verdict.status == "broken"
    assert report.verdict.folded == ("auth.configure-denied",)


def test_named_queue_that_the_user_may_not_declare(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp", user="reader"), queue=QUEUE)
    assert root_of(report) == "auth.configure-denied"
    assert report.verdict.status == "degraded"


def test_named_queue_that_the_user_may_not_read(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_user("declarer", read="^$")
    report = diagnose(rabbitmq.url("amqp", user="declarer"), queue=QUEUE)
    assert root_of(report) == "auth.read-denied"
    assert facts_of(report)["amqp.queue_configure"] is True


def test_exclusive_queue_of_another_connection(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    with connected(rabbitmq) as channel:
        channel.queue_declare("locked", exclusive=True)
        report = diagnose(rabbitmq.url("amqp"), queue="locked")
    assert root_of(report) == "amqp.queue-exclusive"


def test_queue_that_a_consumer_has_for_itself(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    with connected(rabbitmq) as channel:
        channel.queue_declare("taken", auto_delete=True)
        channel.basic_consume("taken", lambda *_: None, exclusive=True)
        report = diagnose(rabbitmq.url("amqp"), queue="taken")
        assert channel.queue_declare("taken", passive=True).method.consumer_count == 1
    assert root_of(report) == "amqp.exclusive-consumer"


def test_queue_with_another_consumer_that_shares(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    with connected(rabbitmq) as channel:
        channel.queue_declare("shared", auto_delete=True)
        channel.basic_consume("shared", lambda *_: None)
        report = diagnose(rabbitmq.url("amqp"), queue="shared")
        assert channel.queue_declare("shared", passive=True).method.consumer_count == 1
    assert_healthy(report)
    assert facts_of(report)["amqp.queue_in_exclusive_use"] is False


def test_queue_that_piles_up_without_a_consumer(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    with connected(rabbitmq) as channel:
        channel.queue_declare("piled-up")
        for _ in range(10_000):
            channel.basic_publish("", "piled-up", b"")
        wait_until(lambda: messages_in(rabbitmq, "piled-up") == 10_000, "all messages are in the queue")
        report = diagnose(rabbitmq.url("amqp"), queue="piled-up")
        channel.queue_delete("piled-up")
    assert root_of(report) == "cluster.queue-backlog"
    assert report.verdict.status == "degraded"


# -- a named exchange and routing key ------------------------------------------------------------


def test_named_exchange_with_the_right_to_write(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp", user="writer"), exchange=EXCHANGE)
    assert_healthy(report)
    assert facts_of(report)["amqp.exchange_write"] is True


def test_named_exchange_without_the_right_to_write(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp", user="reader"), exchange=EXCHANGE)
    assert root_of(report) == "auth.write-denied"


def test_publishing_without_the_right_to_write(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp", user="reader"), exchange=EXCHANGE, routing_key="order.new")
    assert root_of(report) == "auth.write-denied"
    assert facts_of(report)["amqp.publish_result"] == "denied"


def test_named_exchange_that_is_missing(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), exchange="no-such-exchange", routing_key="order.new")
    assert root_of(report) == "amqp.exchange-not-found"


def test_exchange_that_takes_nothing_from_clients(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), exchange="inner", routing_key="x")
    assert root_of(report) == "amqp.exchange-internal"


def test_routing_key_that_reaches_no_queue(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), exchange=EXCHANGE, routing_key="order.old")
    assert root_of(report) == "amqp.unroutable"
    assert report.verdict.status == "degraded"
    assert facts_of(report)["amqp.publish_text"] == "312 NO_ROUTE"


def test_routing_key_without_an_exchange_is_a_queue(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    assert root_of(diagnose(rabbitmq.url("amqp"), routing_key="no-such-queue")) == "amqp.unroutable"


def test_a_routed_message_is_gone_without_a_consumer(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    with connected(rabbitmq) as channel:
        channel.queue_declare("inbox")
        channel.queue_bind("inbox", EXCHANGE, "order.test")
        report = diagnose(rabbitmq.url("amqp"), exchange=EXCHANGE, routing_key="order.test")
        left = messages_in(rabbitmq, "inbox")
        channel.queue_delete("inbox")
    assert_healthy(report)
    assert facts_of(report)["amqp.publish_result"] == "routed"
    assert left == 0


def test_topic_permission(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_user("topical")
    body = {"exchange": EXCHANGE, "write": "^order\\.", "read": ".*"}
    rabbitmq.api("PUT", "/api/topic-permissions/%2F/topical", body)
    report = diagnose(rabbitmq.url("amqp", user="topical"), exchange=EXCHANGE, routing_key="invoice.new")
    assert root_of(report) == "auth.topic-permission-denied"


def test_queue_that_refuses_more(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    with connected(rabbitmq) as channel:
        full = {"x-max-length": 1, "x-overflow": "reject-publish"}
        channel.queue_declare("full", arguments=full)
        channel.basic_publish("", "full", b"the only one")
        wait_until(lambda: messages_in(rabbitmq, "full") == 1, "the queue is full")
        report = diagnose(rabbitmq.url("amqp"), routing_key="full")
        channel.queue_delete("full")
    assert root_of(report) == "amqp.publish-rejected"


# -- patterns ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "cause", "wanted"),
    [
        ({"queue": QUEUE}, "auth.read-denied", ("^mine-|^orders$", "^mine-", "^mine-|^orders$")),
        ({"exchange": EXCHANGE}, "auth.write-denied", ("^mine-", "^mine-|^events$", "^mine-")),
    ],
)
def test_the_pattern_that_does_not_fit(
    diagnose: Diagnose, rabbitmq: RabbitNode, named: dict[str, str], cause: str, wanted: tuple[str, str, str]
) -> None:
    """The command that the report gives is run: after it the same check is healthy."""
    rabbitmq.add_user("patterned", configure="^mine-", write="^mine-", read="^mine-", tags="administrator")
    api = f"http://127.0.0.1:{rabbitmq.management}"
    report = diagnose(rabbitmq.url("amqp", user="patterned"), management=api, **named)
    facts = facts_of(report)
    assert root_of(report) == cause
    assert facts["amqp.pattern_read"] == "^mine-"
    found = tuple(facts[f"amqp.pattern_wanted_{right}"] for right in ("configure", "write", "read"))
    assert found == wanted
    assert report.verdict.primary is not None
    assert "amqp.pattern-fails" in {line.key for line in report.verdict.primary.evidence}
    rabbitmq.ctl("set_permissions", "-p", "/", "patterned", *found)
    assert_healthy(diagnose(rabbitmq.url("amqp", user="patterned"), management=api, **named))


def test_patterns_are_for_administrators(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    api = f"http://127.0.0.1:{rabbitmq.management}"
    report = diagnose(rabbitmq.url("amqp", user="stranger"), management=api, queue=QUEUE)
    assert root_of(report) == "auth.read-denied"
    assert "amqp.pattern_read" not in facts_of(report)
    seen = next(seen for seen in report.observations if seen.probe == "amqp.permission_patterns")
    assert seen.summary is not None
    assert seen.summary.key == "amqp.pattern-not-shown"
