"""Messages that hang because of their size look like a missing right or a broker in alarm: a line that loses large
packets, a broker that limits messages, a listener that does no such QoS. Each comes out as its own cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.amqp import assert_healthy
from tests.support.look_alikes import assert_no_second_look, black_hole, tell_apart, told, unchanged
from tests.support.mosquitto import Broker
from tests.support.netlab import SERVER, NetLab
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Mosquitto = Callable[..., Broker]

SHORT_WAITS = ("--timeout", "1.5")
LARGE = ("--topic", "plant/7", "--message-size", "5000")


@contextmanager
def largest_message(node: RabbitNode, size: int) -> Iterator[None]:
    """max_message_size of a node that runs; MQTT has a limit of its own from RabbitMQ 4 on."""

    def take(message: int, packet: int) -> None:
        if node.version >= (4,):
            new = f"persistent_term:put(max_message_size, {message}),"
            node.ctl("eval", f"{new} persistent_term:put(mqtt_max_packet_size_authenticated, {packet}).")
        else:
            node.ctl("eval", f"application:set_env(rabbit, max_message_size, {message}).")

    take(size, size)
    try:
        yield
    finally:
        usual = 16 << 20 if node.version >= (4,) else 128 << 20
        take(usual, (256 << 20) - 1)


def test_a_line_that_loses_large_packets_without_tls(
    netlab: NetLab, rabbitmq: RabbitNode, mosquitto: Mosquitto
) -> None:
    """Logins are small and pass. An AMQP check sends one message of a full segment and gets it back; an MQTT check
    sends one as large as it is told to."""
    broker = mosquitto(namespace=netlab.names["server"])
    netlab.publish(rabbitmq.amqp, rabbitmq.amqp)
    amqp, mqtt = rabbitmq.url(host=SERVER), broker.url(host=SERVER)
    with black_hole(netlab):
        found = tell_apart("tcp.small_segments", {
            "net.mtu-blackhole#amqp": netlab.diagnose(amqp, *SHORT_WAITS),
            "net.mtu-blackhole#mqtt": netlab.diagnose(mqtt, *SHORT_WAITS, *LARGE),
        }, alike=True)  # fmt: skip
    for seen in found.values():
        assert seen.named == ("net.mtu-blackhole",)
        assert not seen.undecided
        assert (seen.facts["tcp.small_segments_answered"], seen.facts["tcp.full_segments_answered"]) == (True, False)
    assert_no_second_look(netlab.diagnose(amqp))
    assert_no_second_look(netlab.diagnose(mqtt, *LARGE))


def test_a_rabbitmq_that_takes_no_message_of_this_size(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    rabbitmq.add_user("large-reader", configure="^$", write="^$")
    settings = {"message_size": 5000, "timeout": 1.0}
    # RabbitMQ 4 drops a packet for its size before it looks at rights; 3.10.8 looks at rights first
    denied = {**settings, "message_size": 900} if rabbitmq.version >= (4,) else settings
    with largest_message(rabbitmq, 1000), unchanged(rabbitmq):
        found = tell_apart("", {
            "amqp.message-too-large": diagnose(rabbitmq.url(), **settings),
            "mqtt.packet-too-large": diagnose(rabbitmq.url("mqtt"), topic="plant/7", **settings),
            "mqtt.publish-denied": diagnose(rabbitmq.url("mqtt", "large-reader"), topic="plant/7", **denied),
        })  # fmt: skip
        named = told(diagnose(rabbitmq.url(), exchange="amq.topic", routing_key="nobody", **settings))
        # a check of nobody's size in particular stays within any limit
        for scheme in ("amqp", "mqtt"):
            assert_healthy(diagnose(rabbitmq.url(scheme)))
            assert_healthy(diagnose(rabbitmq.url(scheme), message_size=900))
    assert named.cause == "amqp.message-too-large"
    assert found["mqtt.packet-too-large"].why["mqtt.acl_v5"]
    assert_healthy(diagnose(rabbitmq.url(), message_size=300_000))


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_a_listener_without_qos_1(mosquitto: Mosquitto, diagnose: Diagnose, version: str) -> None:
    """It closes the connection over the message, as over one that may not be published."""
    broker = mosquitto("listener {port}\nallow_anonymous false\nmax_qos 0\n")
    for qos in (1, 2):
        seen = told(diagnose(broker.url(), topic="plant/7", qos=qos, mqtt_version=version))
        assert (seen.cause, seen.named) == ("mqtt.qos-not-supported", ("mqtt.qos-not-supported",))
        if version == "3.1.1":
            assert seen.why["mqtt.lower_qos"]
    # nobody asked for more than it does
    assert_healthy(diagnose(broker.url(), mqtt_version=version))
    assert_no_second_look(diagnose(broker.url(), topic="plant/7", qos=0, mqtt_version=version))
