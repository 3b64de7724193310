"""Mosquitto 2.0.21 (Debian 13): healthy in every version, and each way to be turned away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.brokers.test_mqtt_mosquitto import ACL, OPEN, connected
from tests.support.amqp import facts_of
from tests.support.mosquitto import Broker
from tests.support.pki import Pki
from tests.support.recorded import assert_told
from tests.support.tls import mosquitto_listener

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Mosquitto = Callable[..., Broker]
Told = Callable[["Report", "str | None"], None]

BROKER = "mosquitto-2.0.21"
KEEPALIVE = "max_keepalive 30\n" + OPEN


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Told:
    name = str(request.node.name).removeprefix("test_")
    return lambda report, cause: assert_told(report, BROKER, name, cause)


@pytest.mark.parametrize("version", ["3.1", "3.1.1", "5"])
def test_healthy(mosquitto21: Mosquitto, diagnose: Diagnose, told: Told, version: str) -> None:
    report = diagnose(mosquitto21().url(), mqtt_version=version, qos=2)
    told(report, None)
    assert facts_of(report)["mqtt.echo"] is True


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_a_thorough_check_reads_the_version(
    mosquitto21: Mosquitto, diagnose: Diagnose, told: Told, version: str
) -> None:
    report = diagnose(mosquitto21().url(), mqtt_version=version, thorough=True)
    told(report, None)
    facts = facts_of(report)
    assert (facts["mqtt.broker_product"], facts["mqtt.broker_version"]) == ("Mosquitto", "2.0.21")
    assert facts["broker.changes"] == ("mosquitto.closed-by-default",)


def test_a_version_that_may_not_be_read_is_no_fault(mosquitto21: Mosquitto, diagnose: Diagnose, told: Told) -> None:
    report = diagnose(mosquitto21(acl=ACL).url(), thorough=True, topic="allowed/x")
    told(report, None)
    assert "mqtt.broker_version" not in facts_of(report)


def test_healthy_websockets(mosquitto21: Mosquitto, diagnose: Diagnose, told: Told) -> None:
    broker = mosquitto21("listener {port}\nprotocol websockets\nallow_anonymous false\n")
    told(diagnose(broker.url("ws")), None)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize("user", ["app", "nobody"])
def test_wrong_password(mosquitto21: Mosquitto, diagnose: Diagnose, told: Told, user: str, version: str) -> None:
    report = diagnose(mosquitto21().url(user=user, password="wrong"), mqtt_version=version)
    told(report, "mqtt.bad-credentials")


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_no_credentials(mosquitto21: Mosquitto, diagnose: Diagnose, told: Told, version: str) -> None:
    told(diagnose(mosquitto21().url(user=""), mqtt_version=version), "mqtt.anonymous-refused")


@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize(
    ("topic", "cause"),
    [("allowed/x", None), ("readonly/x", "mqtt.publish-denied"), ("writeonly/x", "mqtt.subscribe-denied")],
)
def test_rights(
    mosquitto21: Mosquitto, diagnose: Diagnose, told: Told, version: str, topic: str, cause: str | None
) -> None:
    told(diagnose(mosquitto21(acl=ACL).url(), mqtt_version=version, topic=topic), cause)


@pytest.mark.parametrize("version", ["3.1", "3.1.1"])
@pytest.mark.parametrize("heartbeat", [None, 0])
def test_keep_alive_above_the_highest(
    mosquitto21: Mosquitto, diagnose: Diagnose, told: Told, version: str, heartbeat: int | None
) -> None:
    """Code 2, as for a client id: 2.0.11 let such clients in."""
    broker = mosquitto21(KEEPALIVE, passwords={})
    report = diagnose(broker.url(user=""), mqtt_version=version, heartbeat=heartbeat)
    told(report, "mqtt.keepalive-refused")
    assert facts_of(report)["mqtt.connack_code"] == 2


@pytest.mark.parametrize(("version", "heartbeat"), [("3.1.1", 30), ("5", None)])
def test_keep_alive_within_or_imposed(
    mosquitto21: Mosquitto, diagnose: Diagnose, told: Told, version: str, heartbeat: int | None
) -> None:
    broker = mosquitto21(KEEPALIVE, passwords={})
    told(diagnose(broker.url(user=""), mqtt_version=version, heartbeat=heartbeat), None)


def test_client_id_outside_the_allowed_prefix(mosquitto21: Mosquitto, diagnose: Diagnose, told: Told) -> None:
    broker = mosquitto21("listener {port}\nallow_anonymous false\nclientid_prefixes mqassist-\n")
    told(diagnose(broker.url(), client_id="prod-7"), "mqtt.client-id-rejected")


def test_listener_is_full(mosquitto21: Mosquitto, diagnose: Diagnose, told: Told) -> None:
    broker = mosquitto21(OPEN + "max_connections 1\n", passwords={})
    with connected(broker.port):
        report = diagnose(broker.url(user=""))
    told(report, "net.closed-on-accept")


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_qos_above_the_highest(mosquitto21: Mosquitto, diagnose: Diagnose, told: Told, version: str) -> None:
    broker = mosquitto21(OPEN + "max_qos 1\n", passwords={})
    told(diagnose(broker.url(user=""), mqtt_version=version, qos=2), "mqtt.qos-not-supported")


def test_packets_larger_than_the_broker_takes(mosquitto21: Mosquitto, diagnose: Diagnose, told: Told) -> None:
    broker = mosquitto21("message_size_limit 5\n" + OPEN, passwords={})
    told(diagnose(broker.url(user=""), mqtt_version="5"), "mqtt.packet-too-large")


@pytest.mark.parametrize(
    ("scheme", "cause"),
    [
        ("amqp", "proto.amqp-to-mqtt-port"),
        ("mqtts", "proto.tls-to-plaintext-port"),
        ("ws", "proto.websocket-to-tcp-port"),
    ],
)
def test_wrong_protocol(mosquitto21: Mosquitto, diagnose: Diagnose, told: Told, scheme: str, cause: str) -> None:
    told(diagnose(mosquitto21().url(scheme), timeout=1.0), cause)


@pytest.mark.parametrize(
    ("client", "cause"),
    [
        ("client", None),
        ("", "tls.client-certificate-required"),
        ("client-expired", "tls.client-certificate-expired"),
        ("client-unknown-ca", "tls.client-certificate-rejected"),
    ],
)
@pytest.mark.parametrize("version", ["tlsv1.2", "tlsv1.3"])
def test_client_certificate(
    mosquitto21: Mosquitto, diagnose: Diagnose, pki: Pki, told: Told, version: str, client: str, cause: str | None
) -> None:
    broker = mosquitto21(
        mosquitto_listener(pki.server, f"cafile {pki.ca}\nrequire_certificate true\ntls_version {version}")
    )
    files: dict[str, Any] = {"ca": pki.ca}
    if client:
        files |= {"cert": pki.identity(client).cert, "key": pki.identity(client).key}
    told(diagnose(broker.url("mqtts"), **files), cause)
