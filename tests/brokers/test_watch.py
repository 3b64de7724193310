"""--watch: drops of real lines, and what is said of them."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.brokers.test_idle_search import balancer, forgetful
from tests.brokers.test_mqtt_mosquitto import OPEN
from tests.support.amqp import assert_clean, assert_healthy, facts_of, root_of
from tests.support.canary import CANARY
from tests.support.cli import start
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.netlab import SERVER, NetLab
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]


def said(report: Report) -> list[str]:
    return [text.key for seen in report.observations if seen.probe == "watch.line" for text in seen.evidence]


def test_balancer_that_cuts_every_three_seconds(
    rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    report = diagnose(rabbitmq.url("amqp", port=balancer(haproxy, rabbitmq.amqp, 3)), watch=18)
    assert root_of(report) == "heartbeat.idle-cut"
    facts = facts_of(report)
    assert facts["watch.drops"] == 2
    assert (facts["watch.pattern"], facts["watch.trial"]) == ("idle", "helped")
    assert 2.8 <= facts["heartbeat.idle_s"] <= 3.5
    assert {"watch.timeline", "watch.drop", "watch.beats-helped"} <= set(said(report))
    assert_clean(rabbitmq)


def test_line_that_is_forgotten_without_a_word(netlab: NetLab, mosquitto: Callable[..., Broker]) -> None:
    """It looks open until it is used, also at the end of a watch that is too short for the client's own ping."""
    url = mosquitto(OPEN, passwords={}, namespace=netlab.names["server"]).url(user="", host=SERVER)
    with forgetful(netlab, 1):
        short = netlab.diagnose(url, "--watch", "--observe", "2.5", "--heartbeat", "3", "--timeout", "1")
        watched = netlab.diagnose(url, "--watch", "--observe", "14", "--heartbeat", "2", "--timeout", "1")
    assert watched["verdict"]["cause"] == "heartbeat.idle-cut-silently"
    facts = next(check for check in watched["checks"] if check["id"] == "watch.line")["facts"]
    assert (facts["watch.pattern"], facts["watch.drops"], facts["watch.trial"]) == ("silence", 2, "helped")
    assert 1 <= facts["heartbeat.idle_s"] <= 2.5
    assert short["verdict"]["cause"] == "heartbeat.dropped"
    assert any("too few for a pattern" in line for line in short["causes"][0]["evidence"])


def test_quiet_line_is_healthy(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    for scheme in ("amqp", "mqtt"):
        report = diagnose(rabbitmq.url(scheme), heartbeat=6, watch=4)
        assert_healthy(report)
        assert facts_of(report)["watch.drops"] == 0
    assert_clean(rabbitmq)


def lines_of(node: RabbitNode) -> str:
    """The open connections, by their ports; "" without any."""
    rows = node.ctl("list_connections", "-q", "peer_port", "state").splitlines()
    return " ".join(row.split()[0] for row in rows if "running" in row)


def test_connections_that_an_administrator_closes(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    box: list[Report] = []
    thread = threading.Thread(target=lambda: box.append(diagnose(rabbitmq.url("amqp"), watch=25)))
    thread.start()
    before = ""
    for _ in range(2):
        wait_until(lambda: lines_of(rabbitmq) not in ("", before), "another line is open")  # noqa: B023 - used at once
        before = lines_of(rabbitmq)
        rabbitmq.ctl("close_all_connections", "bye from the tests")
    thread.join(30)
    assert root_of(box[0]) == "heartbeat.dropped-by-broker"


def test_broker_that_is_restarted(rabbitmq_node: Callable[..., RabbitNode], diagnose: Diagnose) -> None:
    node = rabbitmq_node()
    box: list[Report] = []
    thread = threading.Thread(target=lambda: box.append(diagnose(node.url("amqp"), watch=30)))
    thread.start()
    wait_until(lambda: lines_of(node) != "", "the line is open")
    node.ctl("stop_app")
    node.ctl("start_app")
    wait_until(lambda: lines_of(node) != "", "the line is open again")
    thread.join(40)
    facts = facts_of(box[0])
    assert (facts["watch.drops"], facts["watch.pattern"]) == (1, "broker")
    assert root_of(box[0]) == "heartbeat.dropped-by-broker"
    words = [dict(text.values) for seen in box[0].observations for text in seen.evidence if text.key == "watch.drop"]
    assert "CONNECTION_FORCED" in str(words[0]["how"])
    assert 0 < float(words[0]["back"]) < 25


def test_broker_that_is_gone_for_good(mosquitto: Callable[..., Broker], diagnose: Diagnose) -> None:
    broker = mosquitto(OPEN, passwords={})
    box: list[Report] = []
    thread = threading.Thread(target=lambda: box.append(diagnose(broker.url(user=""), watch=6)))
    thread.start()
    wait_until(lambda: broker.log.read_text().count("New client connected") >= 2, "the line is open")
    broker.stop()
    thread.join(30)
    facts = facts_of(box[0])
    assert (facts["watch.drops"], facts["watch.pattern"]) == (1, "too-few")
    assert root_of(box[0]) == "heartbeat.dropped"
    assert "watch.drop-for-good" in said(box[0])


def test_ctrl_c_ends_the_watch_with_its_result(rabbitmq: RabbitNode) -> None:
    url = f"amqp://app@localhost:{rabbitmq.amqp}"
    running = start("check", url, "--watch", "--json", "--password-env", "WORD", WORD=CANARY)
    wait_until(lambda: lines_of(rabbitmq) != "", "the line is open")
    running.send_signal(signal.SIGINT)
    output, errors = running.communicate(timeout=20)
    assert running.returncode == 3, errors
    seen = next(probe for probe in json.loads(output)["checks"] if probe["id"] == "watch.line")
    assert seen["facts"]["watch.drops"] == 0
    assert_clean(rabbitmq)
