"""What stays at a broker after checks of every kind: no session, no retained message, no queue, no definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.support.amqp import connected
from tests.support.canary import CANARY
from tests.support.look_alikes import unchanged
from tests.support.mosquitto import Broker
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
TOPIC = "plant/of-the-test"
END = "of-the-test/end"

OVER_MQTT: list[dict[str, Any]] = [
    {},
    {"topic": TOPIC},
    {"topic": TOPIC, "qos": 2},
    {"topic": TOPIC, "qos": 1, "mqtt_version": "5", "thorough": True},
    {"topic": TOPIC, "client_id": "mqassist-of-the-test"},
    {"topic": "denied/x", "qos": 1},
    {"observe": 1.0, "heartbeat": 1},
]


@contextmanager
def client(port: int, client_id: str, *, clean: bool = True) -> Iterator[tuple[paho.Client, list[str]]]:
    """A client of the tests that is logged in, and the payloads that come to it."""
    one = paho.Client(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=clean)
    one.username_pw_set("app", CANARY)
    came: list[str] = []
    one.on_message = lambda _client, _data, message: came.append(message.payload.decode(errors="replace"))
    one.connect("localhost", port)
    one.loop_start()
    try:
        wait_until(one.is_connected, "logged in")
        yield one, came
    finally:
        one.disconnect()
        one.loop_stop()


def retained(port: int) -> list[str]:
    """Payloads of all retained messages that the user may read."""
    with client(port, "collector") as (one, came):
        subscribed: list[bool] = []
        one.on_subscribe = lambda *_: subscribed.append(True)
        one.subscribe([("#", 1), (END, 1)])
        wait_until(lambda: bool(subscribed), "subscribed")
        # what was retained comes before what is published after the subscription
        one.publish(END, "the end", qos=1)
        wait_until(lambda: "the end" in came, "the end of them")
        return [payload for payload in came if payload != "the end"]


@pytest.mark.parametrize("password", [CANARY, "not the password"])
def test_a_mosquitto_that_keeps_everything(
    mosquitto: Callable[..., Broker], diagnose: Diagnose, password: str
) -> None:
    """Its database is what a restart would bring back: no client id and no topic of ours may be in it."""
    broker = mosquitto(
        "listener {port}\nallow_anonymous false\npersistence true\npersistence_location {dir}/\n"
        "autosave_interval 1\nautosave_on_changes true\n",
        acl="user app\ntopic readwrite plant/#\ntopic readwrite of-the-test/#\ntopic readwrite mqassist/#\n",
    )
    for settings in OVER_MQTT:
        diagnose(broker.url(password=password), **settings)
    assert retained(broker.port) == []
    broker.stop()
    kept = (broker.directory / "mosquitto.db").read_bytes()
    assert b"collector" not in kept
    assert b"mqassist" not in kept
    assert TOPIC.encode() not in kept


def test_messages_that_wait_for_the_real_client_still_wait(
    mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    """A check under an id of its own takes nothing out of the session that somebody else has."""
    broker = mosquitto("listener {port}\nallow_anonymous false\npersistence true\npersistence_location {dir}/\n")
    with client(broker.port, "the-real-one", clean=False) as (one, _):
        subscribed: list[bool] = []
        one.on_subscribe = lambda *_: subscribed.append(True)
        one.subscribe(END, 1)
        wait_until(lambda: bool(subscribed), "subscribed")
    with client(broker.port, "publisher") as (one, _):
        one.publish(END, "for the real one", qos=1).wait_for_publish(10)
    for settings in OVER_MQTT:
        diagnose(broker.url(), **settings)
    with client(broker.port, "the-real-one", clean=False) as (_, came):
        wait_until(lambda: bool(came), "what waited for it came")
    assert came == ["for the real one"]


def test_a_rabbitmq_over_mqtt(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    with unchanged(rabbitmq):
        for settings in OVER_MQTT:
            diagnose(rabbitmq.url("mqtt"), **{**settings, "timeout": 2.0})
        assert retained(rabbitmq.mqtt) == []


def test_a_rabbitmq_over_amqp(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    with connected(rabbitmq) as channel:
        channel.queue_declare("left-alone")
        channel.basic_publish("", "left-alone", b"one")
        with unchanged(rabbitmq):
            for settings in (
                {}, {"queue": "left-alone"}, {"exchange": "amq.topic", "routing_key": "nobody"}, {"queue": "missing"},
                {"thorough": True}, {"observe": 1.0}, {"password": "not the password"}, {"vhost": "missing"},
                {"queue": "left-alone", "read_only": True},
            ):  # fmt: skip
                diagnose(rabbitmq.url("amqp"), **settings)
        wait_until(lambda: channel.queue_declare("left-alone", passive=True).method.message_count == 1, "still there")
        channel.queue_delete("left-alone")
