"""The command line against real brokers: exit statuses, the contract, every format, a stop while observing."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable

import psutil
import pytest

from tests.support.canary import CANARY, assert_no_leak
from tests.support.cli import mqassist, start
from tests.support.contract import assert_report
from tests.support.mosquitto import Broker
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

LOGIN = ("--user", "app", "--password-env", "MQ_CANARY")


def test_healthy_broker_exits_with_0(rabbitmq: RabbitNode, mosquitto: Callable[..., Broker]) -> None:
    broker = mosquitto()
    urls = [f"amqp://localhost:{rabbitmq.amqp}", f"mqtt://localhost:{broker.port}"]
    done = mqassist("check", *urls, *LOGIN, "--json", MQ_CANARY=CANARY)
    assert (done.returncode, done.stderr) == (0, "")
    for document in json.loads(done.stdout):
        assert_report(document)
        assert document["verdict"]["status"] == "healthy"
        assert {check["status"] for check in document["checks"]} <= {"passed", "skipped"}


@pytest.mark.parametrize("output", ["text", "json", "markdown", "html", "junit"])
def test_wrong_password_in_every_format(output: str, rabbitmq: RabbitNode) -> None:
    done = mqassist(
        "check", f"amqp://app@localhost:{rabbitmq.amqp}", "--password-stdin", "--format", output,
        stdin=CANARY + "x", MQ_CANARY=CANARY,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert "auth.bad-credentials" in done.stdout
    assert_no_leak(done.stdout, output)


def test_given_names_stand_in_the_sentences(rabbitmq: RabbitNode) -> None:
    done = mqassist(
        "check", f"amqp://localhost:{rabbitmq.amqp}", *LOGIN, "--queue", "no such; queue", "--lang", "zh",
        MQ_CANARY=CANARY,
    )  # fmt: skip
    assert done.returncode == 1
    assert "no such; queue" in done.stdout
    assert "–" not in done.stdout.splitlines()[2]


def let_in(pid: int, node: RabbitNode) -> bool:
    """Whether the broker's log says so of a connection of this process, not of one that another test left."""
    ports = [line.laddr.port for line in psutil.Process(pid).net_connections("tcp") if line.raddr]
    welcome = "user 'app' authenticated and granted access"
    lines = [line for line in node.text().splitlines() if welcome in line]
    return any(f":{port} -> " in line for port in ports for line in lines)


def test_stop_while_observing_keeps_what_was_seen(rabbitmq: RabbitNode) -> None:
    process = start("check", f"amqp://localhost:{rabbitmq.amqp}", *LOGIN, "--observe", "60", "--json", MQ_CANARY=CANARY)
    try:
        wait_until(lambda: let_in(process.pid, rabbitmq), "the broker let it in")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == 3
    document = json.loads(output)
    assert_report(document)
    states = {check["id"]: check["status"] for check in document["checks"]}
    assert states["amqp.login"] in ("passed", "cancelled")
    assert "cancelled" in states.values()
    assert document["verdict"]["complete"] is False
