"""--find-idle-cut: what the path does to connections without traffic, found on real brokers behind real devices."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.brokers.test_mqtt_mosquitto import OPEN
from tests.support.amqp import assert_clean, assert_healthy, facts_of, limit, root_of
from tests.support.canary import CANARY
from tests.support.cli import start
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.netlab import SERVER, NetLab
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Mosquitto = Callable[..., Broker]
Diagnose = Callable[..., "Report"]
Balancers = Callable[..., Proxy]


def balancer(haproxy: Balancers, port: int, seconds: int) -> int:
    return haproxy(
        f"listen one\n bind :::{{port}} v4v6\n timeout client {seconds}s\n timeout server {seconds}s\n"
        f" server broker 127.0.0.1:{port}\n"
    ).port


@contextmanager
def forgetful(netlab: NetLab, seconds: int) -> Iterator[None]:
    """The router's connection tracking forgets idle flows and drops what it does not know."""
    settings = {"nf_conntrack_tcp_timeout_established": (str(seconds), "432000"), "nf_conntrack_tcp_loose": ("0", "1")}
    with netlab.rule("-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP"):
        for name, (value, _) in settings.items():
            netlab.run("router", "sysctl", "-qw", f"net.netfilter.{name}={value}")
        try:
            yield
        finally:
            for name, (_, value) in settings.items():
                netlab.run("router", "sysctl", "-qw", f"net.netfilter.{name}={value}")


@pytest.mark.parametrize("seconds", [3, 7])
def test_balancer_in_front_of_rabbitmq(
    rabbitmq: RabbitNode, haproxy: Balancers, diagnose: Diagnose, seconds: int
) -> None:
    report = diagnose(rabbitmq.url("amqp", port=balancer(haproxy, rabbitmq.amqp, seconds)), idle_search=12)
    assert root_of(report) == "heartbeat.idle-cut"
    facts = facts_of(report)
    assert facts["idle.kind"] == "fin"
    assert seconds - 0.2 <= facts["idle.cut_after_s"] <= seconds + 1
    assert facts["idle.connections"] == 8
    assert facts["heartbeat.fits_s"] == seconds // 2
    assert_clean(rabbitmq)


def test_balancer_in_front_of_mosquitto(mosquitto: Mosquitto, haproxy: Balancers, diagnose: Diagnose) -> None:
    broker = mosquitto(OPEN, passwords={})
    report = diagnose(f"mqtt://localhost:{balancer(haproxy, broker.port, 3)}", idle_search=8)
    assert root_of(report) == "heartbeat.idle-cut"
    facts = facts_of(report)
    assert facts["idle.kind"] in ("fin", "reset")
    assert 2.8 <= facts["idle.cut_after_s"] <= 4


def test_a_cut_that_the_heartbeat_prevents_is_no_problem(
    rabbitmq: RabbitNode, haproxy: Balancers, diagnose: Diagnose
) -> None:
    port = balancer(haproxy, rabbitmq.amqp, 9)
    report = diagnose(rabbitmq.url("amqp", port=port), heartbeat=6, idle_search=12)
    assert_healthy(report)
    assert facts_of(report)["idle.kind"] == "fin"


@pytest.mark.parametrize("scheme", ["amqp", "mqtt"])
def test_firewall_that_forgets_without_a_word(netlab: NetLab, rabbitmq: RabbitNode, scheme: str) -> None:
    port = rabbitmq.amqp if scheme == "amqp" else rabbitmq.mqtt
    netlab.publish(port, port)
    with forgetful(netlab, 3):
        url = rabbitmq.url(scheme, host=SERVER)
        report = netlab.diagnose(url, "--find-idle-cut", "--observe", "16", "--timeout", "2")
    assert report["verdict"]["cause"] == "heartbeat.idle-cut-silently"
    facts = {name: value for probe in report["checks"] for name, value in probe["facts"].items()}
    assert facts["idle.kind"] == "silent"
    assert facts["idle.survived_s"] < 3.5 < facts["idle.cut_after_s"] + 1
    assert facts["idle.cut_after_s"] - facts["idle.survived_s"] < 1


@pytest.mark.parametrize("scheme", ["amqp", "mqtt"])
def test_without_anything_on_the_way_nothing_is_cut(rabbitmq: RabbitNode, diagnose: Diagnose, scheme: str) -> None:
    report = diagnose(rabbitmq.url(scheme), idle_search=4)
    assert_healthy(report)
    facts = facts_of(report)
    assert facts["idle.kind"] == "none"
    assert "idle.cut_after_s" not in facts
    assert 4 <= facts["idle.survived_s"] < 5
    assert_clean(rabbitmq)


def test_keep_alive_of_the_broker_bounds_the_search(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto("max_keepalive 10\n" + OPEN, passwords={})
    report = diagnose(broker.url(user=""), idle_search=30, mqtt_version="5")
    facts = facts_of(report)
    assert facts["idle.kind"] == "none"
    assert facts["idle.searched_s"] == pytest.approx(9)
    assert_healthy(report)


def test_limit_of_connections_is_not_used_up(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    rabbitmq.add_user("idle-few")
    limit(rabbitmq, "user", "idle-few", "max-connections", 5)
    report = diagnose(rabbitmq.url("amqp", user="idle-few"), idle_search=3)
    assert_healthy(report)
    facts = facts_of(report)
    assert facts["idle.kind"] == "none"
    assert facts["idle.connections"] == 5
    said = [text.key for seen in report.observations if seen.probe == "idle.search" for text in seen.evidence]
    assert "idle.refused" in said


def test_user_without_channels_is_asked_all_the_same(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    rabbitmq.add_user("idle-mute")
    limit(rabbitmq, "user", "idle-mute", "max-channels", 0)
    report = diagnose(rabbitmq.url("amqp", user="idle-mute"), idle_search=2)
    assert facts_of(report)["idle.kind"] == "none"


def test_broker_that_dies_is_no_idle_cut(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    import threading

    broker = mosquitto(OPEN, passwords={})
    box: list[Report] = []
    thread = threading.Thread(target=lambda: box.append(diagnose(broker.url(user=""), idle_search=20)))
    thread.start()
    wait_until(lambda: broker.log.read_text().count("New client connected") >= 9, "the lines are open")
    broker.stop()
    thread.join(30)
    assert facts_of(box[0])["idle.kind"] == "lost"
    assert root_of(box[0]) is None or "idle-cut" not in str(root_of(box[0]))


def test_ctrl_c_says_what_is_known_and_how_to_go_on(rabbitmq: RabbitNode) -> None:
    url = f"amqp://app@localhost:{rabbitmq.amqp}"
    running = start("check", url, "--find-idle-cut", "--observe", "64", "--json", "--password-env", "WORD", WORD=CANARY)
    try:
        wait_until(lambda: _open_lines(running.pid, rabbitmq.amqp) >= 8, "the lines are open", 20)
        wait_until(lambda: _open_lines(running.pid, rabbitmq.amqp) == 7, "the first was asked and closed", 20)
        running.send_signal(signal.SIGINT)
        output, errors = running.communicate(timeout=20)
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()
    assert running.returncode == 3, errors
    seen = next(probe for probe in json.loads(output)["checks"] if probe["id"] == "idle.search")
    assert 1 <= seen["facts"]["idle.survived_s"] < 2
    assert "idle.kind" not in seen["facts"]
    assert_clean(rabbitmq)


def _open_lines(pid: int, port: int) -> int:
    """Asked of the machine: the broker's own tool takes longer to start than the first line stays open."""
    lines = psutil.Process(pid).net_connections("tcp")
    return sum(line.status == psutil.CONN_ESTABLISHED and line.raddr.port == port for line in lines)


def test_a_stopped_search_goes_on(rabbitmq: RabbitNode, haproxy: Balancers, diagnose: Diagnose) -> None:
    port = balancer(haproxy, rabbitmq.amqp, 4)
    report = diagnose(rabbitmq.url("amqp", port=port), idle_search=6, idle_from=3.0)
    assert root_of(report) == "heartbeat.idle-cut"
    assert facts_of(report)["idle.survived_s"] >= 3
