"""The PROXY protocol between a balancer and real brokers: agreed, missing, and too much."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mqassist.core.report import Report
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.pki import Pki
from tests.support.rabbitmq import RabbitNode

Diagnose = Callable[..., Report]
Nodes = Callable[..., RabbitNode]

EXPECTING = "proxy_protocol = true\nmqtt.proxy_protocol = true"
TIMEOUT = 2.0


def _root(report: Report) -> str | None:
    primary = report.verdict.primary
    assert primary is None or primary.evidence
    return None if primary is None else primary.cause


@pytest.mark.parametrize("scheme", ["amqp", "amqps", "mqtt", "mqtts"])
def test_direct_client_to_a_listener_behind_a_balancer(
    rabbitmq_node: Nodes, diagnose: Diagnose, pki: Pki, scheme: str
) -> None:
    node = rabbitmq_node(EXPECTING)
    assert _root(diagnose(node.url(scheme), timeout=TIMEOUT, ca=pki.ca)) == "proto.proxy-protocol-expected"


@pytest.mark.parametrize("scheme", ["amqp", "amqps", "mqtt", "mqtts"])
def test_direct_client_to_a_rabbitmq_4_behind_a_balancer(
    rabbitmq4_node: Nodes, diagnose: Diagnose, pki: Pki, scheme: str
) -> None:
    """On OTP 27 its TLS listeners do not keep silent: they answer a ClientHello with alert 10."""
    node = rabbitmq4_node(EXPECTING)
    assert _root(diagnose(node.url(scheme), timeout=TIMEOUT, ca=pki.ca)) == "proto.proxy-protocol-expected"


def test_through_a_balancer_that_agrees_it_is_healthy(
    rabbitmq_node: Nodes, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    node = rabbitmq_node(EXPECTING)
    balancer = haproxy(f"listen amqp\n    bind :::{{port}} v4v6\n    server one 127.0.0.1:{node.amqp} send-proxy\n")
    verdict = diagnose(node.url("amqp", port=balancer.port)).verdict
    assert (verdict.status, verdict.primary) == ("healthy", None)


def test_balancer_sends_a_line_that_rabbitmq_does_not_expect(
    rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    balancer = haproxy(f"listen amqp\n    bind :::{{port}} v4v6\n    server one 127.0.0.1:{rabbitmq.amqp} send-proxy\n")
    report = diagnose(rabbitmq.url("amqp", port=balancer.port), timeout=TIMEOUT)
    assert _root(report) == "proto.proxy-protocol-unexpected"


def test_balancer_sends_a_line_that_mosquitto_does_not_expect(
    mosquitto: Callable[..., Broker], haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    """Mosquitto drops the balancer's line without a word. From outside nobody behind the balancer takes the connection;
    whether its line is the reason, the balancer's configuration decides."""
    broker = mosquitto()
    balancer = haproxy(f"listen mqtt\n    bind :::{{port}} v4v6\n    server one 127.0.0.1:{broker.port} send-proxy\n")
    report = diagnose(f"mqtt://app:x@localhost:{balancer.port}", timeout=TIMEOUT)
    assert _root(report) == "proxy.no-backend"
    assert "proto.proxy-protocol-unexpected" in [question.cause for question in report.verdict.undecided]
