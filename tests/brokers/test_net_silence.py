"""Ports that open and then say nothing, cut the talk, or lose what is large."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.net.resolve import Address
from mqassist.net.wire import CONNECTS_PER_HOST, Wire
from tests.support.look_alikes import black_hole
from tests.support.mosquitto import Broker
from tests.support.netlab import SERVER, NetLab
from tests.support.peer import Peer, fin, rst, silent
from tests.support.pki import Pki
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]


def root(report: Report) -> str | None:
    return report.verdict.primary.cause if report.verdict.primary else None


def named(report: Report) -> set[str]:
    return {finding.cause for finding in (report.verdict.primary, *report.verdict.others) if finding}


def facts(report: Report) -> dict[str, Any]:
    return {name: value for seen in report.observations for name, value in seen.facts.items()}


# -- frozen -------------------------------------------------------------------------------------


def test_a_frozen_mosquitto(diagnose: Diagnose, mosquitto: Callable[..., Broker]) -> None:
    broker = mosquitto()
    broker.process.signal(signal.SIGSTOP)
    report = diagnose(broker.url(), timeout=2.0)
    assert (root(report), report.verdict.status) == ("net.accepted-but-silent", "broken")
    seen = facts(report)
    assert seen["tcp.parallel_opened"] == 3
    assert seen["host.listener_stopped"] is True
    assert report.verdict.primary is not None
    assert {"tcp.parallel", "host.process-stopped"} <= {line.key for line in report.verdict.primary.evidence}
    assert report.took_ms < 12_000


@pytest.mark.parametrize("scheme", ["amqp", "amqps"])
def test_a_frozen_rabbitmq(diagnose: Diagnose, rabbitmq: RabbitNode, pki: Pki, scheme: str) -> None:
    os.kill(rabbitmq.pid, signal.SIGSTOP)
    try:
        report = diagnose(rabbitmq.url(scheme), timeout=2.0, ca=pki.ca)
    finally:
        os.kill(rabbitmq.pid, signal.SIGCONT)
    assert root(report) == "net.accepted-but-silent"
    assert facts(report)["tcp.small_segments_answered"] is False


def test_a_full_accept_queue(diagnose: Diagnose, free_port: Callable[[], int]) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))
        listener.listen(0)
        report = diagnose(f"amqp://127.0.0.1:{listener.getsockname()[1]}", timeout=2.0)
    assert root(report) == "net.backlog-full"
    assert facts(report)["tcp.parallel_silent"] > 0


def test_a_peer_that_accepts_and_never_speaks(diagnose: Diagnose, scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([silent()])
    report = diagnose(f"mqtt://127.0.0.1:{peer.port}", timeout=1.5)
    assert root(report) == "net.accepted-but-silent"
    assert "net.backlog-full" not in named(report)


# -- closed -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "end"), [("mqtt", fin), ("mqtt", rst), ("mqtts", fin), ("amqp", rst), ("amqps", rst)]
)
def test_a_peer_that_closes_on_accept(
    diagnose: Diagnose, scripted_peer: Callable[..., Peer], scheme: str, end: Callable[[], Any]
) -> None:
    """An AMQP port that ends with FIN is left out: no AMQP broker does that, so there it is proxy.no-backend."""
    peer = scripted_peer([end()])
    report = diagnose(f"{scheme}://127.0.0.1:{peer.port}")
    assert root(report) == "net.closed-on-accept"
    assert report.verdict.primary is not None
    assert report.verdict.primary.evidence
    assert report.took_ms < 5000


def test_a_mosquitto_without_descriptors(diagnose: Diagnose, mosquitto: Callable[..., Broker]) -> None:
    import psutil

    broker = mosquitto()
    process = psutil.Process(broker.process.pid)
    process.rlimit(psutil.RLIMIT_NOFILE, (process.num_fds(), process.num_fds()))
    report = diagnose(broker.url(), timeout=2.0)
    assert root(report) == "host.fd-limit"
    assert facts(report)["host.listener_process"] == "mosquitto"


# -- through the router -------------------------------------------------------------------------


@pytest.fixture
def published(netlab: NetLab, rabbitmq: RabbitNode) -> None:
    """The session's RabbitMQ on the server, under the port numbers it has here."""
    for name in ("amqp", "amqps"):
        netlab.publish(rabbitmq.ports[name], rabbitmq.ports[name])


def healthy(report: dict[str, Any]) -> None:
    shown = json.dumps(report, indent=1)[:4000]
    assert (report["verdict"]["status"], report["causes"]) == ("healthy", []), shown


@pytest.mark.usefixtures("published")
def test_an_mtu_black_hole(netlab: NetLab, rabbitmq: RabbitNode, pki: Pki) -> None:
    url = rabbitmq.url("amqps", host=SERVER)
    with black_hole(netlab):
        report = netlab.diagnose(url, "--ca", str(pki.ca), "--server-name", "localhost", "--timeout", "3")
    assert report["verdict"]["cause"] == "net.mtu-blackhole", json.dumps(report, indent=1)[:6000]
    assert "536 bytes" in "\n".join(report["causes"][0]["evidence"])
    assert [cause["id"] for cause in report["causes"]] == ["net.mtu-blackhole"]


@pytest.mark.usefixtures("published")
def test_the_same_without_the_black_hole(netlab: NetLab, rabbitmq: RabbitNode, pki: Pki) -> None:
    url = rabbitmq.url("amqps", host=SERVER)
    healthy(netlab.diagnose(url, "--ca", str(pki.ca), "--server-name", "localhost"))
    healthy(netlab.diagnose(rabbitmq.url(host=SERVER)))


@pytest.mark.usefixtures("published")
def test_a_firewall_that_reads_the_protocol(netlab: NetLab, rabbitmq: RabbitNode) -> None:
    inspecting = ("-m", "string", "--algo", "bm", "--string", "AMQP", "-j", "REJECT", "--reject-with", "tcp-reset")
    with netlab.rule("-p", "tcp", "--dport", str(rabbitmq.amqp), *inspecting):
        report = netlab.diagnose(rabbitmq.url(host=SERVER))
    assert report["verdict"]["cause"] == "net.dpi-reset", json.dumps(report, indent=1)[:6000]
    assert report["causes"][0]["evidence"]


def test_a_check_that_waits_for_its_turn_does_not_call_that_silence(
    diagnose: Diagnose, free_port: Callable[[], int]
) -> None:
    """Sixty-four dials of the same machine are under way; the next one begins when they give up."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))
        listener.listen(0)
        with socket.create_connection(listener.getsockname()):
            full = Address("127.0.0.1", listener.getsockname()[1], is_ipv6=False)
            crowd = Wire(CancelToken(), 2.0).dial([full] * CONNECTS_PER_HOST)
            waiting = threading.Thread(target=lambda: crowd.wait(5))
            waiting.start()
            report = diagnose(f"amqp://127.0.0.1:{free_port()}", timeout=0.3)
            waiting.join()
            crowd.close()
    assert root(report) == "net.connection-refused"
    assert facts(report)["tcp.failed_ms"] < 300
    assert report.took_ms > 1000
