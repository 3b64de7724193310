"""A thorough check that observes measures when this broker gives up a silent client, and blames nobody for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.brokers.test_mqtt_mosquitto import OPEN
from tests.support.amqp import assert_clean, assert_healthy, facts_of
from tests.support.mosquitto import Broker
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]


def test_rabbitmq_gives_up_after_three_heartbeats(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(rabbitmq.url("amqp"), observe=0.2, thorough=True, logs=(str(rabbitmq.log),))
    wait_until(lambda: "missed heartbeats from client" in rabbitmq.text(), "the broker's log says so")
    again = diagnose(rabbitmq.url("amqp"), observe=0.2, thorough=True, logs=(str(rabbitmq.log),))
    for seen in (report, again):
        assert_healthy(seen)
        facts = facts_of(seen)
        assert facts["heartbeat.dead_peer_beat_s"] == 2
        assert 4 <= facts["heartbeat.dead_peer_s"] <= 8
    assert_clean(rabbitmq)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_mosquitto_gives_up_soon_after_one_and_a_half_keep_alives(
    mosquitto: Callable[..., Broker], diagnose: Diagnose, version: str
) -> None:
    report = diagnose(mosquitto(OPEN, passwords={}).url(user=""), observe=0.2, thorough=True, mqtt_version=version)
    assert_healthy(report)
    assert 2.5 <= facts_of(report)["heartbeat.dead_peer_s"] <= 9


def test_only_on_request(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    for settings in ({"observe": 0.2}, {"thorough": True}):
        facts = facts_of(diagnose(rabbitmq.url("amqp"), **settings))
        assert not [name for name in facts if name.startswith("heartbeat.dead_peer")]
