"""Alarms, and connections that are held and watched: on a node of its own, because the others would feel it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.events import ProbeStarted, RunEvent
from mqassist.core.report import Report
from mqassist.core.settings import CheckSettings
from mqassist.core.target import parse_target
from tests.support.amqp import assert_clean, assert_healthy, facts_of, root_of
from tests.support.diagnosis import services
from tests.support.haproxy import Proxy
from tests.support.netlab import SERVER, NetLab
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

Diagnose = Callable[..., Report]
Balancers = Callable[..., Proxy]


@pytest.fixture
def node(rabbitmq_node: Callable[..., RabbitNode]) -> Iterator[RabbitNode]:
    own = rabbitmq_node(plugins=("rabbitmq_management",))
    yield own
    assert_clean(own)


def while_held(
    node: RabbitNode, event: Callable[[], object], token: CancelToken | None = None, **settings: float
) -> Report:
    """A check that holds its connection, and something that happens as soon as it does."""
    held = threading.Event()

    def emit(seen: RunEvent) -> None:
        if isinstance(seen, ProbeStarted) and seen.probe == "amqp.heartbeat":
            held.set()

    box: list[Report] = []
    target = parse_target(node.url("amqp"))
    thread = threading.Thread(
        target=lambda: box.append(
            services().run.check(target, CheckSettings(**settings), emit=emit, token=token)  # type: ignore[arg-type]
        )
    )
    thread.start()
    try:
        assert held.wait(20)
        event()
    finally:
        thread.join(60)
    return box[0]


# -- alarms ------------------------------------------------------------------------------------


@contextmanager
def alarm(node: RabbitNode, on: tuple[str, ...], off: tuple[str, ...], word: str) -> Iterator[None]:
    before = node.text().count(f"{word} resource limit alarm set on node")
    cleared = node.text().count(f"{word} resource limit alarm cleared on node")
    node.ctl(*on)
    try:
        wait_until(lambda: node.text().count(f"{word} resource limit alarm set on node") > before, "the alarm is set")
        yield
    finally:
        node.ctl(*off)
        wait_until(lambda: node.text().count(f"{word} resource limit alarm cleared on node") > cleared, "it is cleared")


MEMORY = (("set_vm_memory_high_watermark", "0.00001"), ("set_vm_memory_high_watermark", "0.4"), "memory")
DISK = (("set_disk_free_limit", "900000GB"), ("set_disk_free_limit", "1MB"), "disk")


@pytest.mark.parametrize(("on", "off", "word"), [MEMORY, DISK], ids=["memory", "disk"])
def test_alarm(diagnose: Diagnose, node: RabbitNode, on: tuple[str, ...], off: tuple[str, ...], word: str) -> None:
    with alarm(node, on, off, word):
        plain = diagnose(node.url("amqp"))
        named = diagnose(node.url("amqp"), exchange="amq.topic", routing_key="x")
        looking = diagnose(node.url("amqp"), read_only=True)
    assert root_of(plain) == f"amqp.{word}-alarm"
    assert facts_of(plain)["amqp.alarm_reason"] == f"low on {word}"
    assert root_of(named) == f"amqp.{word}-alarm"
    assert "amqp.publish_result" not in facts_of(named)
    assert_healthy(looking)


# -- heartbeats --------------------------------------------------------------------------------


def test_held_connection_with_beats_is_healthy(diagnose: Diagnose, node: RabbitNode) -> None:
    report = diagnose(node.url("amqp"), heartbeat=6, observe=7)
    assert_healthy(report)
    facts = facts_of(report)
    assert facts["amqp.observe_end"] == "held"
    assert facts["amqp.beats_received"] >= 2
    assert facts["amqp.beats_sent"] >= 2
    assert facts["amqp.longest_gap_ms"] < 6000


@pytest.mark.parametrize(
    ("wanted", "agreed", "cause"), [(0, 0, "heartbeat.disabled"), (3, 3, "heartbeat.too-low"), (900, 60, None)]
)
def test_heartbeat_that_was_agreed_on(
    diagnose: Diagnose, node: RabbitNode, wanted: int, agreed: int, cause: str | None
) -> None:
    report = diagnose(node.url("amqp"), heartbeat=wanted)
    assert facts_of(report)["amqp.heartbeat"] == agreed
    assert root_of(report) == cause
    assert report.verdict.status == ("degraded" if cause else "healthy")


def test_balancer_that_cuts_idle_connections(diagnose: Diagnose, node: RabbitNode, haproxy: Balancers) -> None:
    balancer = haproxy(
        "listen amqp\n    bind :::{port} v4v6\n    timeout client 2s\n    timeout server 2s\n"
        f"    server one 127.0.0.1:{node.amqp}\n"
    )
    report = diagnose(node.url("amqp", port=balancer.port), observe=10)
    assert root_of(report) == "heartbeat.idle-cut"
    facts = facts_of(report)
    assert 1800 < facts["amqp.observe_idle_ms"] < 3000
    assert facts["amqp.idle_second"] == "survived"


def test_firewall_that_forgets_idle_connections(netlab: NetLab, node: RabbitNode) -> None:
    """The router's connection tracking forgets after 2 s and drops what it does not know, in both directions."""
    netlab.publish(node.amqp, node.amqp)
    settings = {"nf_conntrack_tcp_timeout_established": ("2", "432000"), "nf_conntrack_tcp_loose": ("0", "1")}
    with netlab.rule("-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP"):
        for name, (value, _) in settings.items():
            netlab.run("router", "sysctl", "-qw", f"net.netfilter.{name}={value}")
        try:
            url = node.url("amqp", host=SERVER)
            report = netlab.diagnose(url, "--heartbeat", "0", "--observe", "4", "--timeout", "2")
        finally:
            for name, (_, value) in settings.items():
                netlab.run("router", "sysctl", "-qw", f"net.netfilter.{name}={value}")
    assert report["verdict"]["cause"] == "heartbeat.idle-cut-silently"
    assert [cause["id"] for cause in report["causes"]][1:] == ["heartbeat.disabled"]


def test_frozen_broker_falls_silent(node: RabbitNode) -> None:
    try:
        report = while_held(node, lambda: os.kill(node.pid, signal.SIGSTOP), heartbeat=2, observe=20.0, timeout=1.0)
    finally:
        os.kill(node.pid, signal.SIGCONT)
    assert root_of(report) == "heartbeat.missed"
    assert [other.cause for other in report.verdict.others] == ["heartbeat.too-low"]


def test_frozen_broker_does_not_answer_the_goodbye(node: RabbitNode) -> None:
    try:
        report = while_held(node, lambda: os.kill(node.pid, signal.SIGSTOP), observe=1.5, timeout=1.0)
    finally:
        os.kill(node.pid, signal.SIGCONT)
    assert root_of(report) == "heartbeat.missed"
    assert facts_of(report)["amqp.observe_end"] == "closing-unanswered"


def test_stop_while_held_closes_the_connection(node: RabbitNode) -> None:
    token = CancelToken()
    report = while_held(node, token.cancel, token, observe=60.0)
    assert not report.verdict.complete
    assert report.took_ms < 5_000


# -- closed while held ---------------------------------------------------------------------------


def test_administrator_closes_the_connection(node: RabbitNode) -> None:
    report = while_held(node, lambda: node.ctl("close_all_connections", "bye from the tests"), observe=20.0)
    assert root_of(report) == "amqp.connection-forced"
    facts = facts_of(report)
    assert facts["amqp.close_code"] == 320
    assert "bye from the tests" in facts["amqp.close_text"]


def test_user_is_deleted(diagnose: Diagnose, node: RabbitNode) -> None:
    report = while_held(node, lambda: node.api("DELETE", "/api/users/app"), observe=20.0)
    node.add_user("app")
    assert root_of(report) == "amqp.connection-forced"
    assert_healthy(diagnose(node.url("amqp")))


def test_node_is_put_into_maintenance(node: RabbitNode) -> None:
    drain = "rabbit_maintenance:drain()."
    try:
        report = while_held(node, lambda: node.ctl("eval", drain), observe=20.0)
    finally:
        node.ctl("eval", "rabbit_maintenance:revive().")
    wait_until(lambda: node.is_up, "the node takes connections again")
    assert root_of(report) == "cluster.maintenance"


def test_broker_dies_while_held(node: RabbitNode) -> None:
    report = while_held(node, lambda: os.kill(node.pid, signal.SIGKILL), observe=20.0, timeout=1.0)
    node.halt()
    node.start()
    assert root_of(report) == "amqp.connection-lost"
    assert facts_of(report)["amqp.idle_second"] in ("no-login", "not-tried")
