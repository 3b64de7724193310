"""MQTT connections held with --observe: kept, cut when idle, taken over by another client."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from paho.mqtt import client as paho

from tests.brokers.test_mqtt_mosquitto import OPEN, assert_healthy, cause, facts
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Mosquitto = Callable[..., Broker]
Diagnose = Callable[..., "Report"]


@contextmanager
def rival(port: int, client_id: str, user: str = "", password: str = "") -> Iterator[None]:
    """A client of the same id that comes back whenever it is thrown out."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=client_id)
    client.reconnect_delay_set(1, 1)
    if user:
        client.username_pw_set(user, password)
    there = threading.Event()
    client.on_connect = lambda *_: there.set()
    client.connect("localhost", port)
    client.loop_start()
    assert there.wait(10)
    try:
        yield
    finally:
        client.disconnect()
        client.loop_stop()


def test_a_held_connection_is_pinged(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    report = diagnose(mosquitto(OPEN, passwords={}).url(user=""), observe=2.5, heartbeat=1)
    assert_healthy(report)
    seen = facts(report)
    assert (seen["mqtt.observe_end"], seen["mqtt.pings_sent"], seen["mqtt.pings_answered"]) == ("held", 2, 2)


def test_the_brokers_keep_alive_is_honoured(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto("max_keepalive 10\n" + OPEN, passwords={})
    report = diagnose(broker.url(user=""), observe=0.5, heartbeat=600, mqtt_version="5")
    assert_healthy(report)
    assert facts(report)["mqtt.keepalive_used"] == 10


def test_an_idle_connection_is_cut_on_the_way(
    mosquitto: Mosquitto, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    broker = mosquitto(OPEN, passwords={})
    proxy = haproxy(
        "listen mqtt\n bind :::{port} v4v6\n timeout client 1500ms\n timeout server 1500ms\n"
        f" server broker 127.0.0.1:{broker.port}\n"
    )
    report = diagnose(f"mqtt://localhost:{proxy.port}", observe=4)
    assert cause(report) == "heartbeat.idle-cut"
    assert report.verdict.others == ()
    assert 1300 < float(str(facts(report)["heartbeat.idle_ms"])) < 2500


def test_an_idle_cut_is_no_collision_under_a_given_id(
    mosquitto: Mosquitto, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    broker = mosquitto(OPEN, passwords={})
    proxy = haproxy(
        "listen mqtt\n bind :::{port} v4v6\n timeout client 1500ms\n timeout server 1500ms\n"
        f" server broker 127.0.0.1:{broker.port}\n"
    )
    report = diagnose(f"mqtt://localhost:{proxy.port}", observe=4, client_id="pump-7")
    assert cause(report) == "heartbeat.idle-cut"


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_another_client_has_the_same_id(mosquitto: Mosquitto, diagnose: Diagnose, version: str) -> None:
    broker = mosquitto(OPEN, passwords={})
    with rival(broker.port, "pump-7"):
        report = diagnose(broker.url(user=""), client_id="pump-7", observe=6, mqtt_version=version)
    assert cause(report) == "mqtt.client-id-collision"
    assert report.verdict.others == ()
    assert "already connected, closing old connection" in broker.log.read_text()


def test_another_client_has_the_same_id_on_rabbitmq(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    from tests.support.canary import CANARY

    with rival(rabbitmq.mqtt, "pump-8", "app", CANARY):
        report = diagnose(rabbitmq.url("mqtt"), client_id="pump-8", observe=6)
    assert cause(report) == "mqtt.client-id-collision"


def test_an_id_of_our_own_throws_nobody_out(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto(OPEN, passwords={})
    with rival(broker.port, "pump-7"):
        assert_healthy(diagnose(broker.url(user=""), observe=2))
    assert "already connected" not in broker.log.read_text()
