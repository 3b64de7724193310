"""The will's topic outside the access list, and messages above a broker's limit: both are dropped without a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support.amqp import assert_healthy, facts_of, root_of
from tests.support.mosquitto import Broker
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Mosquitto = Callable[..., Broker]

ACL = "user app\ntopic readwrite plant/#\ntopic readwrite mqassist/#\ntopic read state/#\n"


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_a_will_that_mosquitto_would_drop(mosquitto: Mosquitto, diagnose: Diagnose, version: str) -> None:
    broker = mosquitto(acl=ACL)
    assert_healthy(diagnose(broker.url(), will_topic="plant/7/gone", mqtt_version=version))
    report = diagnose(broker.url(), will_topic="state/7", mqtt_version=version)
    assert root_of(report) == "mqtt.will-not-authorized"
    seen = facts_of(report)
    assert (seen["mqtt.will_connect"], seen["mqtt.will_publish"], seen["mqtt.will_code"]) == ("accepted", "denied", 135)


def test_a_will_is_never_left_behind(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    """The trial ends in order, so the broker forgets the will; with --read-only nothing is published at all."""
    broker = mosquitto("log_type all\nlistener {port}\nallow_anonymous false\n")
    report = diagnose(broker.url(), will_topic="state/7", read_only=True)
    assert "mqtt.will_publish" not in facts_of(report)
    broker.stop()
    log = broker.log.read_text()
    assert "Will message specified" in log
    assert "'state/7'" not in log, "somebody was sent the will, or something was published on its topic"


def test_the_will_of_a_user_without_write_at_rabbitmq(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    rabbitmq.add_user("will-reader", write="^mqtt-subscription")
    assert_healthy(diagnose(rabbitmq.url("mqtt"), will_topic="state/7"))
    report = diagnose(rabbitmq.url("mqtt", "will-reader"), will_topic="state/7")
    assert root_of(report) == "mqtt.will-not-authorized"
    assert facts_of(report)["mqtt.will_publish"] in ("denied-by-silence", "denied-by-close")


def test_a_will_on_a_filter(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    report = diagnose(mosquitto().url(), will_topic="state/#")
    assert root_of(report) == "mqtt.topic-invalid"
    assert "mqtt.will_connect" not in facts_of(report)


SMALL = "listener {port}\nallow_anonymous false\n"


@pytest.mark.parametrize("topic", [None, "plant/7"])
@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize("limit", ["message_size_limit 2000", "max_packet_size 3000"])
def test_a_message_above_the_limit(
    mosquitto: Mosquitto, diagnose: Diagnose, limit: str, version: str, topic: str | None
) -> None:
    broker = mosquitto(f"{SMALL}{limit}\n")
    fits = diagnose(broker.url(), topic=topic, message_size=1500, mqtt_version=version)
    assert_healthy(fits)
    above = diagnose(broker.url(), topic=topic, message_size=4000, mqtt_version=version)
    assert root_of(above) == "mqtt.packet-too-large"
    if version == "5" and limit.startswith("max"):
        assert facts_of(above)["mqtt.max_packet"] == 3000
        assert "size" in facts_of(above)["mqtt.lacking"]


def test_a_large_message_there_and_back(mosquitto: Mosquitto, rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    for url in (mosquitto().url(), rabbitmq.url("mqtt")):
        report = diagnose(url, message_size=300_000)
        assert_healthy(report)
        assert facts_of(report)["mqtt.path_result"] == "echoed"


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_an_echo_does_not_wait_for_a_delayed_acknowledgement(
    mosquitto: Mosquitto, rabbitmq: RabbitNode, diagnose: Diagnose, qos: int
) -> None:
    """Linux puts an acknowledgement off by 40 ms, and a peer with Nagle's algorithm waits for it with its second
    packet: that is nobody's latency. The best of several, so that a busy machine does not fail it."""
    for url in (mosquitto().url(), rabbitmq.url("mqtt")):
        echoes = (facts_of(diagnose(url, qos=qos))["mqtt.echo_ms"] for _ in range(8))
        assert any(ms < 30 for ms in echoes)
