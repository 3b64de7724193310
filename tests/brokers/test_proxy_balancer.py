"""HAProxy without anybody behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mqassist.core.report import Report
from tests.support.haproxy import Proxy
from tests.support.pki import Pki
from tests.support.ports import free_port
from tests.support.rabbitmq import RabbitNode

Diagnose = Callable[..., Report]
Balancers = Callable[..., Proxy]

DEAD = "listen dead\n    bind :::{port} v4v6\n    server one 127.0.0.1:DEAD OPTIONS\n"


def _root(report: Report) -> str | None:
    primary = report.verdict.primary
    assert primary is None or primary.evidence
    return None if primary is None else primary.cause


@pytest.mark.parametrize("scheme", ["amqp", "amqps", "mqtt"])
def test_every_server_in_maintenance(
    haproxy: Balancers, diagnose: Diagnose, rabbitmq: RabbitNode, pki: Pki, scheme: str
) -> None:
    balancer = haproxy(DEAD.replace("DEAD", str(rabbitmq.ports[scheme])).replace("OPTIONS", "disabled"))
    report = diagnose(rabbitmq.url(scheme, port=balancer.port), ca=pki.ca)
    assert _root(report) == "proxy.no-backend"
    assert report.took_ms < 5_000


@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_it_ends_tls_and_has_nobody_behind(
    haproxy: Balancers, diagnose: Diagnose, rabbitmq: RabbitNode, pki: Pki, tmp_path: Path, scheme: str
) -> None:
    both = tmp_path / "both.pem"
    both.write_text(Path(pki.server.cert).read_text() + Path(pki.server.key).read_text())
    conf = DEAD.replace("v4v6", f"v4v6 ssl crt {both}").replace("DEAD", str(rabbitmq.amqp))
    balancer = haproxy(conf.replace("OPTIONS", "disabled"))
    report = diagnose(rabbitmq.url(scheme, port=balancer.port), ca=pki.ca)
    assert _root(report) == "proxy.no-backend"


@pytest.mark.parametrize("scheme", ["amqp", "mqtt"])
def test_nobody_listens_behind_it(haproxy: Balancers, diagnose: Diagnose, scheme: str) -> None:
    """HAProxy tries once a second before it gives up: each client is closed at the same late moment."""
    balancer = haproxy(DEAD.replace("DEAD", str(free_port())).replace("OPTIONS", ""))
    report = diagnose(f"{scheme}://app:x@localhost:{balancer.port}")
    assert _root(report) == "proxy.no-backend"
    facts = {name: value for seen in report.observations for name, value in seen.facts.items()}
    assert isinstance(facts["protocol.silent_close_ms"], float)
    assert facts["protocol.silent_close_ms"] > 1000


def test_with_a_broker_behind_it_all_is_well(haproxy: Balancers, diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    balancer = haproxy(DEAD.replace("DEAD", str(rabbitmq.amqp)).replace("OPTIONS", ""))
    verdict = diagnose(rabbitmq.url("amqp", port=balancer.port)).verdict
    assert (verdict.status, verdict.primary) == ("healthy", None)
