"""RabbitMQ 4.0.5 (Debian 13): healthy in every protocol, and each way to be turned away, as the older one is told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.amqp import connected, facts_of, limit, root_of
from tests.support.canary import CANARY
from tests.support.pki import Pki
from tests.support.ports import free_port, wait_until
from tests.support.rabbitmq import RabbitNode
from tests.support.recorded import assert_told

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Nodes = Callable[..., RabbitNode]

BROKER = "rabbitmq-4.0.5"
STRICT = "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\n"
BESIDE = f"127.0.{os.getpid() % 200 + 40}.78"
"""A loopback address of this test run's own, so that AMQP can stand on its usual port next to MQTT."""
BESIDE_MQTT = free_port()
GONE = free_port()


def name_of(request: pytest.FixtureRequest) -> str:
    return str(request.node.name).removeprefix("test_")


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Callable[[Report, str | None], None]:
    return lambda report, cause: assert_told(report, BROKER, name_of(request), cause)


Told = Callable[["Report", "str | None"], None]


# -- healthy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["amqp", "amqps"])
def test_healthy_amqp(rabbitmq4: RabbitNode, diagnose: Diagnose, pki: Pki, told: Told, scheme: str) -> None:
    report = diagnose(rabbitmq4.url(scheme), ca=pki.ca)
    told(report, None)
    facts = facts_of(report)
    assert facts["amqp.version"] == "4.0.5"
    assert (facts["amqp.round_trip_ok"], facts["amqp.confirm"]) == (True, "acked")
    assert (facts["broker.series"], facts["broker.support_ended"]) == ("4.0", "2025-04-15")
    assert "rabbitmq.mirroring-gone" in facts["broker.changes"]


@pytest.mark.parametrize("version", ["3.1", "3.1.1", "5"])
@pytest.mark.parametrize("scheme", ["mqtt", "mqtts", "ws"])
def test_healthy_mqtt(
    rabbitmq4: RabbitNode, diagnose: Diagnose, pki: Pki, told: Told, scheme: str, version: str
) -> None:
    report = diagnose(rabbitmq4.url(scheme), mqtt_version=version, ca=pki.ca)
    told(report, None)
    assert facts_of(report)["mqtt.echo"] is True


def test_nothing_deprecated_is_used(rabbitmq4: RabbitNode, diagnose: Diagnose) -> None:
    """Queues that are neither durable nor exclusive and prefetch for a whole channel will be refused by 4.3."""
    diagnose(rabbitmq4.url("amqp"), thorough=True)
    diagnose(rabbitmq4.url("mqtt"), thorough=True)
    for feature in ("transient_nonexcl_queues", "global_qos"):
        assert f"`{feature}`" not in rabbitmq4.text()


@pytest.mark.parametrize("protocol", ["amqp", "mqtt"])
def test_thorough(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, protocol: str) -> None:
    report = diagnose(rabbitmq4.url(protocol), thorough=True)
    told(report, None)
    assert facts_of(report)["pika.result" if protocol == "amqp" else "paho.result"] == "connected"


@pytest.mark.parametrize("user", ["v4-reader", "v4-writer", "v4-stranger"])
def test_a_user_who_may_do_little_is_healthy(
    rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, user: str
) -> None:
    rights = {"v4-reader": ("^$", "^$", ".*"), "v4-writer": ("^$", ".*", "^$"), "v4-stranger": ("^my", "^my", "^my")}
    configure, write, read = rights[user]
    rabbitmq4.add_user(user, configure=configure, write=write, read=read)
    told(diagnose(rabbitmq4.url("amqp", user=user)), None)


# -- refused logins --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "version", "cause"),
    [
        ("amqp", "3.1.1", "auth.bad-credentials"),
        ("amqps", "3.1.1", "auth.bad-credentials"),
        ("mqtt", "3.1.1", "mqtt.bad-credentials"),
        ("mqtt", "5", "mqtt.bad-credentials"),
        ("ws", "5", "mqtt.bad-credentials"),
    ],
)
def test_wrong_password(
    rabbitmq4: RabbitNode, diagnose: Diagnose, pki: Pki, told: Told, scheme: str, version: str, cause: str
) -> None:
    url = rabbitmq4.url(scheme, password="not the password")
    told(diagnose(url, mqtt_version=version, ca=pki.ca, max_login_tries=1), cause)


def test_the_management_api_gives_a_second_opinion(rabbitmq4: RabbitNode, diagnose: Diagnose) -> None:
    api = f"http://127.0.0.1:{rabbitmq4.management}"
    report = diagnose(rabbitmq4.url("amqp", password="not the password"), management=api)
    assert facts_of(report)["amqp.second_opinion"] == "wrong-credentials"


def test_a_silence_shorter_than_a_refusal_is_not_named(rabbitmq4: RabbitNode, diagnose: Diagnose) -> None:
    """It takes three seconds to refuse an MQTT login: who waits for two has seen nothing yet."""
    report = diagnose(rabbitmq4.url("mqtt", password="not the password"), timeout=2.0)
    assert (report.verdict.status, report.verdict.primary) == ("broken", None)
    assert "mqtt.connack-timeout" in [question.cause for question in report.verdict.undecided]


def test_blank_password(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told) -> None:
    told(diagnose(f"amqp://app:@localhost:{rabbitmq4.amqp}"), "auth.blank-password")


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_no_credentials(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, version: str) -> None:
    report = diagnose(rabbitmq4.url("mqtt", user=""), mqtt_version=version, max_login_tries=1)
    told(report, "mqtt.anonymous-refused")


def test_unknown_virtual_host(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told) -> None:
    told(diagnose(rabbitmq4.url("amqp", vhost="nope")), "auth.vhost-not-found")


def test_virtual_host_without_rights(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told) -> None:
    rabbitmq4.add_vhost("v4-closed", user="")
    told(diagnose(rabbitmq4.url("amqp", vhost="v4-closed")), "auth.vhost-access-denied")


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_unknown_virtual_host_in_the_user_name(
    rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, version: str
) -> None:
    report = diagnose(rabbitmq4.url("mqtt", user="nope:app"), mqtt_version=version)
    told(report, "mqtt.rabbitmq-vhost-prefix")


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_mqtt_login_without_any_right(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, version: str) -> None:
    rabbitmq4.add_user("v4-none", rights=False)
    report = diagnose(rabbitmq4.url("mqtt", user="v4-none"), mqtt_version=version, max_login_tries=2)
    told(report, "mqtt.not-authorized")


@pytest.mark.parametrize("kind", ["vhost", "user"])
def test_connection_limit(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, kind: str) -> None:
    rabbitmq4.add_user("v4-one")
    rabbitmq4.add_vhost("v4-one", user="v4-one")
    name = "v4-one"
    limit(rabbitmq4, kind, name, "max-connections", 1)
    try:
        with connected(rabbitmq4, name, name):
            report = diagnose(rabbitmq4.url("amqp", user=name, vhost=name))
    finally:
        limit(rabbitmq4, kind, name, "max-connections", -1)
    told(report, f"auth.{kind}-connection-limit")
    assert facts_of(report)["amqp.limit"] == 1


@pytest.mark.parametrize("kind", ["vhost", "user"])
def test_connection_limit_over_mqtt_5(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, kind: str) -> None:
    rabbitmq4.add_user("v4-few")
    rabbitmq4.add_vhost("v4-few", user="v4-few")
    limit(rabbitmq4, kind, "v4-few", "max-connections", 0)
    try:
        report = diagnose(rabbitmq4.url("mqtt", user="v4-few:v4-few"), mqtt_version="5")
    finally:
        limit(rabbitmq4, kind, "v4-few", "max-connections", -1)
    told(report, "mqtt.connection-quota")


def test_channel_limit_of_the_user(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told) -> None:
    rabbitmq4.add_user("v4-mute")
    limit(rabbitmq4, "user", "v4-mute", "max-channels", 0)
    told(diagnose(rabbitmq4.url("amqp", user="v4-mute")), "auth.user-channel-limit")


def test_limit_of_queues(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told) -> None:
    rabbitmq4.add_vhost("v4-full")
    limit(rabbitmq4, "vhost", "v4-full", "max-queues", 0)
    told(diagnose(rabbitmq4.url("amqp", vhost="v4-full")), "amqp.vhost-queue-limit")


# -- rights and the message path -------------------------------------------------------------------


@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize("qos", [0, 1])
def test_publish_denied_closes_without_a_code(
    rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, version: str, qos: int
) -> None:
    rabbitmq4.add_user("v4-mqtt-reader", write="^(?!amq[.]topic).*$")
    report = diagnose(rabbitmq4.url("mqtt", user="v4-mqtt-reader"), mqtt_version=version, topic="plant/7", qos=qos)
    told(report, "mqtt.publish-denied")


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_subscribe_denied(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, version: str) -> None:
    rabbitmq4.add_user("v4-mqtt-writer", configure="^$", read="^$", write="amq[.]topic")
    report = diagnose(rabbitmq4.url("mqtt", user="v4-mqtt-writer"), mqtt_version=version, topic="plant/7")
    told(report, "mqtt.subscribe-denied")


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_qos_2_is_answered_as_qos_1(rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, version: str) -> None:
    told(diagnose(rabbitmq4.url("mqtt"), mqtt_version=version, qos=2), "mqtt.qos-not-supported")


@pytest.mark.parametrize(
    ("named", "cause"),
    [({"queue": "no-such-queue"}, "amqp.queue-not-found"), ({"exchange": "no-such"}, "amqp.exchange-not-found")],
)
def test_missing_objects(
    rabbitmq4: RabbitNode, diagnose: Diagnose, told: Told, named: dict[str, str], cause: str
) -> None:
    told(diagnose(rabbitmq4.url("amqp"), **named), cause)


def test_neither_may_be_done(rabbitmq4: RabbitNode, diagnose: Diagnose) -> None:
    """It closes the connection over the message that came with a refused subscription: asked again, by itself."""
    rabbitmq4.add_user("v4-neither", configure="^$", read="^$", write="^$")
    for version in ("3.1.1", "5"):
        report = diagnose(rabbitmq4.url("mqtt", user="v4-neither"), mqtt_version=version, topic="plant/7")
        named = {finding.cause for finding in (report.verdict.primary, *report.verdict.others) if finding}
        assert named == {"mqtt.publish-denied", "mqtt.subscribe-denied"}


# -- alarms ----------------------------------------------------------------------------------------


@pytest.fixture
def memory_alarm(rabbitmq4_node: Nodes) -> Iterator[RabbitNode]:
    node = rabbitmq4_node(f"listeners.tcp.2 = {BESIDE}:5672\nmqtt.listeners.tcp.2 = {BESIDE}:{BESIDE_MQTT}\n")
    node.ctl("set_vm_memory_high_watermark", "absolute", "1MB")
    wait_until(lambda: "memory resource limit alarm set" in node.text(), "the alarm is in force")
    yield node
    node.ctl("set_vm_memory_high_watermark", "0.8")


def test_memory_alarm(memory_alarm: RabbitNode, diagnose: Diagnose, told: Told) -> None:
    told(diagnose(memory_alarm.url("amqp")), "amqp.memory-alarm")


def test_memory_alarm_over_mqtt(memory_alarm: RabbitNode, diagnose: Diagnose, told: Told) -> None:
    url = memory_alarm.url("mqtt").replace(f"localhost:{memory_alarm.mqtt}", f"{BESIDE}:{BESIDE_MQTT}")
    report = diagnose(url, timeout=2)
    told(report, "cluster.alarm-mqtt")
    assert facts_of(report)["mqtt.amqp_alarm_reason"] == "low on memory"


# -- wrong protocol on each port -------------------------------------------------------------------

WRONG = [
    ("amqp", "amqps", "proto.plaintext-to-tls-port"),
    ("amqp", "mqtt", "proto.amqp-to-mqtt-port"),
    ("amqp", "web_mqtt", "proto.tcp-to-websocket-port"),
    ("amqp", "management", "proto.management-port"),
    ("amqp", "stomp", "proto.stomp-or-stream-port"),
    ("amqp", "stream", "proto.stomp-or-stream-port"),
    ("amqp", "dist", "proto.erlang-distribution-port"),
    ("amqp", "epmd", "proto.epmd-port"),
    ("amqps", "amqp", "proto.tls-to-plaintext-port"),
    ("amqps", "mqtts", "proto.amqp-to-mqtt-port"),
    ("mqtt", "amqp", "proto.mqtt-to-amqp-port"),
    ("mqtt", "mqtts", "proto.plaintext-to-tls-port"),
    ("mqtt", "stream", "proto.stomp-or-stream-port"),
    ("mqtts", "mqtt", "proto.tls-to-plaintext-port"),
    ("mqtts", "amqps", "proto.mqtt-to-amqp-port"),
    ("ws", "mqtt", "proto.websocket-to-tcp-port"),
    ("ws", "amqp", "proto.mqtt-to-amqp-port"),
]


@pytest.mark.parametrize(("scheme", "listener", "cause"), WRONG, ids=[f"{s}-to-{to}" for s, to, _ in WRONG])
def test_wrong_listener(
    rabbitmq4: RabbitNode, diagnose: Diagnose, pki: Pki, told: Told, scheme: str, listener: str, cause: str
) -> None:
    told(diagnose(rabbitmq4.url(scheme, port=rabbitmq4.ports[listener]), timeout=1.0, ca=pki.ca), cause)


# -- client certificates ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "cause"),
    [
        ("client", None),
        ("", "tls.client-certificate-required"),
        ("client-expired", "tls.client-certificate-expired"),
        ("client-unknown-ca", "tls.client-certificate-rejected"),
        ("client-wrong-purpose", "tls.client-certificate-wrong-purpose"),
    ],
)
@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_client_certificate(
    rabbitmq4_node: Nodes, diagnose: Diagnose, pki: Pki, told: Told, scheme: str, client: str, cause: str | None
) -> None:
    node = rabbitmq4_node(STRICT, ("rabbitmq_mqtt",))
    files: dict[str, Any] = {"ca": pki.ca}
    if client:
        files |= {"cert": pki.identity(client).cert, "key": pki.identity(client).key}
    report = diagnose(node.url(scheme), **files)
    told(report, cause)
    assert CANARY not in node.text()


def test_a_user_service_that_is_gone(rabbitmq4_node: Nodes, diagnose: Callable[..., Report]) -> None:
    """Unlike 3.10.8 it says so in the log over MQTT as well."""
    conf = f"auth_backends.1 = http\nauth_http.user_path = http://127.0.0.1:{GONE}/user\n"
    node = rabbitmq4_node(conf, ("rabbitmq_auth_backend_http", "rabbitmq_mqtt"))
    for scheme in ("amqp", "mqtt"):
        report = diagnose(node.url(scheme), logs=(str(node.log),), max_login_tries=1)
        assert root_of(report) == "auth.backend-down"
        assert facts_of(report)["log.backend"] == "rabbit_auth_backend_http"


def test_a_node_that_takes_no_more_connections(rabbitmq4: RabbitNode, diagnose: Callable[..., Report]) -> None:
    """connection_max, which RabbitMQ 3.10.8 does not heed yet."""
    rabbitmq4.ctl("eval", "application:set_env(rabbit, connection_max, 0).")
    try:
        report = diagnose(rabbitmq4.url("amqp"))
    finally:
        rabbitmq4.ctl("eval", "application:set_env(rabbit, connection_max, infinity).")
    assert root_of(report) == "auth.node-connection-limit"
    assert "node connection limit" in str(facts_of(report)["amqp.close_text"])
