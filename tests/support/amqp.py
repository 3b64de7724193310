"""What the tests' own AMQP clients do at the broker (with pika), and that a check leaves nothing behind."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pika  # type: ignore[import-untyped]
import psutil

from tests.support.canary import CANARY
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report


@contextlib.contextmanager
def connected(node: RabbitNode, user: str = "app", vhost: str = "/", password: str = CANARY) -> Iterator[Any]:
    """A channel of a client of the tests; closed at the end."""
    login = pika.PlainCredentials(user, password)
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", node.amqp, vhost, login, heartbeat=0))
    try:
        yield connection.channel()
    finally:
        with contextlib.suppress(pika.exceptions.AMQPError):
            connection.close()


def messages_in(node: RabbitNode, queue: str, vhost: str = "/") -> int:
    """Messages ready, counted by a passive declare: the management API is seconds behind."""
    with connected(node, vhost=vhost) as channel:
        return int(channel.queue_declare(queue, passive=True).method.message_count)


def remains(node: RabbitNode) -> list[str]:
    """Queues and connections of our checks that are still at the broker."""
    queues = node.api("GET", "/api/queues?columns=name&disable_stats=true")
    connections = node.api("GET", "/api/connections?columns=name,client_properties")
    assert isinstance(queues, list)
    assert isinstance(connections, list)
    # a subscription of MQTT is a queue whose name has the client id in it
    left = [f"queue {queue['name']}" for queue in queues if "mqassist" in str(queue["name"])]
    for connection in connections:
        properties = connection.get("client_properties") or {}
        names = [str(properties.get(each, "")) for each in ("connection_name", "client_id")] if properties else []
        if any(name.startswith("mqassist") for name in names):
            left.append(f"connection {connection['name']}")
    return left


def assert_clean(node: RabbitNode, seconds: float = 20.0) -> None:
    """Fails if anything of ours stays; what has just been closed may take the broker's books a moment.

    The management API lists connections from its statistics: seen: RabbitMQ 3.10.8, when the last figures of a
    connection come in after its end, it stays listed until the next clearing of these tables. What the node itself
    holds open decides.
    """

    left: list[str] = []

    def is_clean() -> bool:
        left[:] = remains(node)
        if left and time.monotonic() - began > OWN_BOOKS_S:
            left[:] = _really_remains(node, left)
        return not left

    began = time.monotonic()
    try:
        wait_until(is_clean, "no queue and no connection of ours is left at the broker", seconds)
    except AssertionError as error:
        raise AssertionError(f"{error}; left: {left}") from None


OWN_BOOKS_S = 6.0
"""One interval of the statistics, after which the management API is usually right again."""


def _really_remains(node: RabbitNode, left: list[str]) -> list[str]:
    """Of these, the queues, and what the node itself lists as an open connection if its other end is still open.

    seen: RabbitMQ 3.10.8 on a busy machine lists connections through TLS half a minute after the client's process was
    gone: that is the broker's own affair.
    """
    answer = json.loads(node.ctl("list_connections", "name", "--formatter", "json"))
    open_now = {f"connection {each['name']}" for each in answer}
    return [each for each in left if each.startswith("queue ") or (each in open_now and _is_held(node, each))]


def _is_held(node: RabbitNode, listed: str) -> bool:
    """Whether the client's end of `connection ADDRESS:PORT -> ADDRESS:PORT` is open; beyond this machine's own network
    that cannot be told, and it counts as open."""
    ports = [int(end.rpartition(":")[2]) for end in listed.split(" -> ")]
    if node.is_elsewhere:
        return True
    lines = psutil.net_connections("tcp")
    return any(
        line.status in (psutil.CONN_ESTABLISHED, psutil.CONN_CLOSE_WAIT)
        and [end[1] for end in (line.laddr, line.raddr) if end] == ports
        for line in lines
    )


def limit(node: RabbitNode, kind: str, name: str, which: str, value: int) -> None:
    """Sets a limit of a "vhost" or a "user"."""
    node.api("PUT", f"/api/{kind}-limits/{quote(name, safe='')}/{which}", {"value": value})


def facts_of(report: Report) -> dict[str, Any]:
    return {name: value for seen in report.observations for name, value in seen.facts.items()}


def root_of(report: Report) -> str | None:
    """The root cause; a cause without evidence fails."""
    primary = report.verdict.primary
    assert primary is None or primary.evidence, "a verdict without evidence"
    return None if primary is None else primary.cause


def assert_healthy(report: Report) -> None:
    verdict = report.verdict
    assert (verdict.status, verdict.primary, verdict.others) == ("healthy", None, ()), root_of(report)
