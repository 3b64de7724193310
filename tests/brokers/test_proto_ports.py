"""Every listener of real brokers, dialled with the wrong scheme: the check names what really answers there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mqassist.core.report import Report
from tests.support.mosquitto import Broker
from tests.support.pki import Pki
from tests.support.rabbitmq import RabbitNode

Diagnose = Callable[..., Report]

TIMEOUT = 1.5
"""Ports of another protocol often wait for their own first packet: no use in waiting long for ours."""

WRONG = [
    ("amqp", "amqps", "proto.plaintext-to-tls-port"),
    ("amqp", "mqtt", "proto.amqp-to-mqtt-port"),
    ("amqp", "mqtts", "proto.amqp-to-mqtt-port"),
    ("amqp", "web_mqtt", "proto.tcp-to-websocket-port"),
    ("amqp", "management", "proto.management-port"),
    ("amqp", "stomp", "proto.stomp-or-stream-port"),
    ("amqp", "stream", "proto.stomp-or-stream-port"),
    ("amqp", "dist", "proto.erlang-distribution-port"),
    ("amqp", "epmd", "proto.epmd-port"),
    ("amqps", "amqp", "proto.tls-to-plaintext-port"),
    ("amqps", "mqtt", "proto.amqp-to-mqtt-port"),
    ("amqps", "mqtts", "proto.amqp-to-mqtt-port"),
    ("amqps", "management", "proto.management-port"),
    ("amqps", "dist", "proto.erlang-distribution-port"),
    ("mqtt", "amqp", "proto.mqtt-to-amqp-port"),
    ("mqtt", "amqps", "proto.mqtt-to-amqp-port"),
    ("mqtt", "mqtts", "proto.plaintext-to-tls-port"),
    ("mqtt", "web_mqtt", "proto.tcp-to-websocket-port"),
    ("mqtt", "management", "proto.management-port"),
    ("mqtt", "stomp", "proto.stomp-or-stream-port"),
    ("mqtt", "stream", "proto.stomp-or-stream-port"),
    ("mqtt", "dist", "proto.erlang-distribution-port"),
    ("mqtt", "epmd", "proto.epmd-port"),
    ("mqtts", "mqtt", "proto.tls-to-plaintext-port"),
    ("mqtts", "amqp", "proto.mqtt-to-amqp-port"),
    ("mqtts", "amqps", "proto.mqtt-to-amqp-port"),
    ("mqtts", "web_mqtt", "proto.tcp-to-websocket-port"),
    ("ws", "mqtt", "proto.websocket-to-tcp-port"),
    ("ws", "mqtts", "proto.websocket-to-tcp-port"),
    ("ws", "amqp", "proto.mqtt-to-amqp-port"),
    ("ws", "management", "proto.management-port"),
    ("wss", "web_mqtt", "proto.tls-to-plaintext-port"),
]


def names_root(report: Report, cause: str) -> None:
    """`cause` leads, nothing else is named beside it, and the evidence stands."""
    primary = report.verdict.primary
    assert primary is not None, report.verdict
    others = [finding.cause for finding in report.verdict.others]
    assert (report.verdict.status, primary.cause, others) == ("broken", cause, [])
    assert primary.evidence


@pytest.mark.parametrize(("scheme", "listener", "cause"), WRONG, ids=[f"{s}-to-{to}" for s, to, _ in WRONG])
def test_wrong_listener_of_rabbitmq(
    rabbitmq: RabbitNode, diagnose: Diagnose, pki: Pki, scheme: str, listener: str, cause: str
) -> None:
    host = "127.0.0.1" if listener == "dist" else "localhost"  # Erlang's own listens on IPv4 only
    port = rabbitmq.ports[listener]
    url = rabbitmq.url("ws" if scheme == "wss" else scheme, port=port, host=host).replace("ws:", f"{scheme}:")
    names_root(diagnose(url, timeout=TIMEOUT, ca=pki.ca), cause)


MOSQUITTO = """
listener {port}
listener {port2}
cafile CA
certfile CERT
keyfile KEY
listener {port3}
protocol websockets
listener {port4}
protocol websockets
cafile CA
certfile CERT
keyfile KEY
"""


@pytest.mark.parametrize(
    ("scheme", "port", "cause"),
    [
        ("amqp", "port", "proto.amqp-to-mqtt-port"),
        ("amqp", "port2", "proto.amqp-to-mqtt-port"),
        ("amqps", "port", "proto.amqp-to-mqtt-port"),
        ("mqtt", "port2", "proto.plaintext-to-tls-port"),
        ("mqtt", "port3", "proto.tcp-to-websocket-port"),
        ("mqtts", "port", "proto.tls-to-plaintext-port"),
        ("mqtts", "port3", "proto.tcp-to-websocket-port"),
        ("ws", "port", "proto.websocket-to-tcp-port"),
        ("wss", "port3", "proto.tls-to-plaintext-port"),
        ("ws", "port4", "proto.plaintext-to-tls-port"),
        ("mqtts", "port4", "proto.tcp-to-websocket-port"),
        ("mqtt", "port4", "proto.tcp-to-websocket-port"),
        ("wss", "port2", "proto.websocket-to-tcp-port"),
    ],
)
def test_wrong_listener_of_mosquitto(
    mosquitto: Callable[..., Broker], diagnose: Diagnose, pki: Pki, scheme: str, port: str, cause: str
) -> None:
    own = pki.server
    conf = MOSQUITTO.replace("CA", str(own.ca)).replace("CERT", str(own.cert)).replace("KEY", str(own.key))
    broker = mosquitto(conf)
    names_root(diagnose(broker.url(scheme, port=port), timeout=TIMEOUT, ca=pki.ca), cause)


@pytest.mark.parametrize("scheme", ["amqp", "amqps", "mqtt", "mqtts", "ws"])
def test_the_right_listener_is_healthy(rabbitmq: RabbitNode, diagnose: Diagnose, pki: Pki, scheme: str) -> None:
    verdict = diagnose(rabbitmq.url(scheme), ca=pki.ca).verdict
    assert (verdict.status, verdict.primary, verdict.others) == ("healthy", None, ())


def test_identifying_a_port_begins_no_session(mosquitto: Callable[..., Broker], diagnose: Diagnose) -> None:
    """Nothing of what tells the port is a login, so nobody is locked out and nothing is left behind by it."""
    broker = mosquitto("listener {port}\nallow_anonymous true\n")
    names_root(diagnose(broker.url("amqp"), timeout=TIMEOUT), "proto.amqp-to-mqtt-port")
    broker.stop()
    assert "New connection from" in broker.process.text()
    assert "New client connected" not in broker.process.text()
