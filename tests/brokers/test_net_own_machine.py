"""The endpoint is this very machine, or its broker's other ports tell what is wrong with it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.mosquitto import Broker
from tests.support.netlab import SERVER, NetLab
from tests.support.ports import accepts, wait_until
from tests.support.processes import Process
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
ROOT = Path(__file__).resolve().parents[2]


def root(report: Report) -> str | None:
    return report.verdict.primary.cause if report.verdict.primary else None


def facts(report: Report) -> dict[str, Any]:
    return {name: value for seen in report.observations for name, value in seen.facts.items()}


def test_a_port_that_nobody_listens_on(diagnose: Diagnose, free_port: Callable[[], int]) -> None:
    report = diagnose(f"amqp://localhost:{free_port()}")
    assert (root(report), report.verdict.status) == ("net.connection-refused", "broken")
    assert report.verdict.others == ()
    assert facts(report)["host.listening"] == "nobody"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_broker_on_ipv4_loopback_only_is_no_network_trouble(
    diagnose: Diagnose, mosquitto: Callable[..., Broker], host: str
) -> None:
    """::1 refuses at once: at most the order of localhost's addresses is worth a word."""
    broker = mosquitto("listener {port} 127.0.0.1\nallow_anonymous false\n")
    report = diagnose(broker.url(host=host))
    named = {finding.cause for finding in (report.verdict.primary, *report.verdict.others) if finding}
    assert named <= {"dns.localhost-ipv6-first"}
    assert report.verdict.status == ("degraded" if named else "healthy")
    assert facts(report)["tcp.round_trip_ms"] < 50


@pytest.mark.parametrize(("listens", "dialled"), [("::1", "127.0.0.1"), ("127.0.0.1", "[::1]")])
def test_a_broker_on_the_other_loopback_address(
    diagnose: Diagnose, mosquitto: Callable[..., Broker], listens: str, dialled: str
) -> None:
    broker = mosquitto(f"listener {{port}} {listens}\nallow_anonymous false\n")
    report = diagnose(broker.url(host=dialled))
    assert (root(report), report.verdict.others) == ("net.listener-on-other-address", ())
    assert report.verdict.primary is not None
    assert "host.listens-elsewhere" in {line.key for line in report.verdict.primary.evidence}


@pytest.fixture(scope="module")
def stopped(rabbitmq_node: Callable[..., RabbitNode]) -> Iterator[RabbitNode]:
    """A node of which only the Erlang machine runs; its MQTT plugin is not enabled."""
    node = rabbitmq_node(plugins=("rabbitmq_management",))
    node.ctl("stop_app")
    yield node
    node.ctl("start_app", check=False)


def test_a_stopped_rabbitmq_on_this_machine(diagnose: Diagnose, stopped: RabbitNode) -> None:
    report = diagnose(stopped.url())
    assert root(report) == "host.app-stopped"
    assert facts(report)["host.idle_node"] == stopped.name
    assert report.verdict.primary is not None
    assert "host.idle-node" in {line.key for line in report.verdict.primary.evidence}


def test_a_closed_port_is_not_blamed_on_a_stopped_node_of_another_port(
    diagnose: Diagnose, stopped: RabbitNode, free_port: Callable[[], int]
) -> None:
    assert stopped.is_up is False
    assert root(diagnose(f"amqp://127.0.0.1:{free_port()}")) == "net.connection-refused"


@pytest.fixture
def published(netlab: NetLab, stopped: RabbitNode) -> Iterator[RabbitNode]:
    """That node as it shows on 10.77.2.2: epmd, distribution and AMQP on their usual ports, before any other."""
    netlab.publish(stopped.dist, stopped.dist)
    outside = netlab.run("server", "iptables", "-t", "nat", "-S", "PREROUTING").stdout.rpartition("--to-destination ")[
        2
    ]
    rules = [
        (
            "-d",
            SERVER,
            "-p",
            "tcp",
            "--dport",
            str(port),
            "-j",
            "DNAT",
            "--to-destination",
            f"{outside.split(':')[0]}:{to}",
        )
        for port, to in ((4369, stopped.epmd), (25672, stopped.dist), (5672, stopped.amqp), (1883, 1))
    ]
    for rule in rules:
        netlab.run("server", "iptables", "-w", "-t", "nat", "-I", "PREROUTING", *rule)
    yield stopped
    for rule in rules:
        netlab.run("server", "iptables", "-w", "-t", "nat", "-D", "PREROUTING", *rule)


def test_a_stopped_rabbitmq_elsewhere(netlab: NetLab, published: RabbitNode) -> None:
    report = netlab.diagnose(f"amqp://{SERVER}")
    assert report["verdict"]["cause"] == "host.app-stopped", report["causes"]
    assert published.name.partition("@")[0] in "\n".join(report["causes"][0]["evidence"])


def test_rabbitmq_without_its_mqtt_plugin(netlab: NetLab, published: RabbitNode) -> None:
    published.ctl("start_app")
    try:
        wait_until(lambda: accepts(published.amqp), "AMQP is served again")
        report = netlab.diagnose(f"mqtt://{SERVER}")
    finally:
        published.ctl("stop_app")
    assert report["verdict"]["cause"] == "host.plugin-disabled", report["causes"]
    assert [cause["id"] for cause in report["causes"]] == ["host.plugin-disabled"]


def test_another_program_on_the_brokers_port(diagnose: Diagnose, free_port: Callable[[], int], tmp_path: Path) -> None:
    """A program called redis-server: what the process table shows is the name."""
    program = tmp_path / "redis-server"
    shutil.copy(Path(sys.executable).resolve(), program)
    port = free_port()
    script = (
        "import socket\n"
        f"s = socket.create_server(('127.0.0.1', {port}))\n"
        "while True:\n"
        "    c, _ = s.accept()\n"
        "    c.recv(64)\n"
        '    c.sendall(b"-ERR unknown command\\r\\n")\n'
        "    c.close()\n"
    )
    process = Process([str(program), "-c", script], tmp_path / "log")
    try:
        wait_until(lambda: accepts(port), "the program listens")
        report = diagnose(f"amqp://127.0.0.1:{port}")
    finally:
        process.kill()
    named = {finding.cause for finding in (report.verdict.primary, *report.verdict.others) if finding}
    assert "host.port-in-use" in named
    assert facts(report)["host.listener_process"] == "redis-server"
    assert report.verdict.status == "broken"


def test_no_descriptor_left_in_this_process(rabbitmq: RabbitNode) -> None:
    """In a process of its own: every descriptor is taken just before the check and given back after it."""
    script = f"""
import importlib, os, pkgutil, resource
import mqassist, psutil
from mqassist.core.settings import CheckSettings
from mqassist.core.target import parse_target
from mqassist.services import build_services

services = build_services("en")
target = parse_target("amqp://127.0.0.1:{rabbitmq.amqp}")
for module in pkgutil.walk_packages(mqassist.__path__, "mqassist."):
    if not module.name.startswith(("mqassist.gui", "mqassist.__main__")):
        importlib.import_module(module.name)
services.run.check(target, CheckSettings(only=("network",)))
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
held = []
try:
    while True:
        held.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
report = services.run.check(target, CheckSettings())
for each in held:
    os.close(each)
print(report.verdict.primary.cause, [seen.crash for seen in report.observations if seen.crash])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "net.client-fd-limit []", done.stdout + done.stderr


def test_a_listener_on_another_own_address(diagnose: Diagnose, free_port: Callable[[], int]) -> None:
    """127.0.0.2 is this machine as well; whoever listens there does not listen on 127.0.0.1."""
    with socket.create_server(("127.0.0.2", free_port())) as listener:
        report = diagnose(f"mqtt://127.0.0.1:{listener.getsockname()[1]}")
    assert root(report) == "net.listener-on-other-address"
    assert facts(report)["host.listening"] == "other-address"
    assert facts(report)["host.listener_addresses"] == ("127.0.0.2",)
