"""MQTT against a real RabbitMQ: plugin and web plugin, virtual hosts, rights, versions, alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.brokers.test_mqtt_mosquitto import assert_healthy, cause, facts
from tests.support.netlab import SERVER, NetLab
from tests.support.pki import Pki
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]

BESIDE = "127.0.0.77"
"""A loopback address of its own, so that AMQP can stand on its usual port next to MQTT."""
MQTT_BESIDE = 11883


@pytest.mark.parametrize("version", ["3.1", "3.1.1"])
def test_healthy(rabbitmq: RabbitNode, diagnose: Diagnose, version: str) -> None:
    report = diagnose(rabbitmq.url("mqtt"), mqtt_version=version)
    assert_healthy(report)
    client_id = str(facts(report)["mqtt.client_id"])
    wait_until(lambda: client_id in rabbitmq.text(), "the node has logged the connection")
    queues = lambda: [queue["name"] for queue in rabbitmq.api("GET", "/api/queues")]  # type: ignore[attr-defined]  # noqa: E731
    wait_until(lambda: not [name for name in queues() if client_id in name], "the subscription's queue is gone")


def test_healthy_over_tls(rabbitmq: RabbitNode, diagnose: Diagnose, pki: Pki) -> None:
    assert_healthy(diagnose(rabbitmq.url("mqtts"), ca=pki.ca))


def test_healthy_web_mqtt(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(rabbitmq.url("ws"))
    assert_healthy(report)
    assert facts(report)["websocket.server"] == "Cowboy"


def test_healthy_on_a_wildcard(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(rabbitmq.url("mqtt"), topic="plant/#")
    assert_healthy(report)
    assert facts(report)["mqtt.path_result"] == "subscribed"


@pytest.mark.parametrize("path", ["/mqtt", "/", ""])
def test_web_mqtt_on_another_path(rabbitmq: RabbitNode, diagnose: Diagnose, path: str) -> None:
    report = diagnose(rabbitmq.url("ws").removesuffix("/ws") + path)
    assert cause(report) == "proto.websocket-path"
    assert report.verdict.others == ()
    assert facts(report)["websocket.working_path"] == "/ws"


@pytest.mark.parametrize(("user", "password"), [("app", "wrong"), ("nobody", "wrong")])
@pytest.mark.parametrize("scheme", ["mqtt", "ws"])
def test_wrong_password_and_unknown_user_look_the_same(
    rabbitmq: RabbitNode, diagnose: Diagnose, scheme: str, user: str, password: str
) -> None:
    report = diagnose(rabbitmq.url(scheme, user=user, password=password))
    assert cause(report) == "mqtt.bad-credentials"
    assert facts(report)["login.result"] == "refused"


@pytest.mark.parametrize("scheme", ["mqtt", "ws"])
def test_no_credentials(rabbitmq: RabbitNode, diagnose: Diagnose, scheme: str) -> None:
    port, path = (rabbitmq.mqtt, "") if scheme == "mqtt" else (rabbitmq.web_mqtt, "/ws")
    assert cause(diagnose(f"{scheme}://localhost:{port}{path}")) == "mqtt.anonymous-refused"


@pytest.mark.parametrize("scheme", ["mqtt", "ws"])
def test_version_5_is_dropped_without_a_word(rabbitmq: RabbitNode, diagnose: Diagnose, scheme: str) -> None:
    """Before 3.13, the first RabbitMQ that speaks it."""
    report = diagnose(rabbitmq.url(scheme), mqtt_version="5")
    if rabbitmq.version >= (3, 13):
        assert_healthy(report)
        return
    assert cause(report) == "proto.mqtt-version-unsupported"
    assert report.verdict.others == ()
    assert facts(report)["mqtt.other_version"] == "3.1.1"


def test_unknown_virtual_host_in_the_user_name(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(rabbitmq.url("mqtt", user="nope:app"))
    assert cause(report) == "mqtt.rabbitmq-vhost-prefix"
    seen = facts(report)
    assert (seen["mqtt.vhost_prefix"], seen["mqtt.user_without_prefix"], seen["mqtt.connack_code"]) == (
        "nope",
        "app",
        4,
    )


def test_virtual_host_without_rights_in_the_user_name(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    rabbitmq.add_vhost("mqtt-closed", user="")
    report = diagnose(rabbitmq.url("mqtt", user="mqtt-closed:app"))
    assert cause(report) == "mqtt.rabbitmq-vhost-prefix"
    assert facts(report)["mqtt.connack_code"] == 5


def test_virtual_host_with_rights_in_the_user_name(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    rabbitmq.add_vhost("mqtt-open")
    assert_healthy(diagnose(rabbitmq.url("mqtt", user="mqtt-open:app")))


def test_wrong_password_behind_a_virtual_host(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    assert cause(diagnose(rabbitmq.url("mqtt", user="/:app", password="wrong"))) == "mqtt.bad-credentials"


def test_right_password_without_any_rights(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    """RabbitMQ answers a user it knows with another code than one it does not."""
    rabbitmq.add_user("mqtt-none", rights=False)
    report = diagnose(rabbitmq.url("mqtt", user="mqtt-none"))
    assert cause(report) == "mqtt.not-authorized"
    assert (facts(report)["mqtt.connack_code"], facts(report)["mqtt.unknown_user_code"]) == (5, 4)


def test_guest_from_another_machine(netlab: NetLab, rabbitmq: RabbitNode) -> None:
    """Over MQTT RabbitMQ does tell guest's right password from a wrong one."""
    netlab.publish(1883, rabbitmq.mqtt)
    assert netlab.diagnose(f"mqtt://guest:guest@{SERVER}")["verdict"]["cause"] == "auth.guest-remote"
    assert netlab.diagnose(f"mqtt://guest:wrong@{SERVER}")["verdict"]["cause"] == "mqtt.bad-credentials"


def test_qos_2_is_answered_as_qos_1(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(rabbitmq.url("mqtt"), qos=2)
    assert cause(report) == "mqtt.qos-not-supported"
    assert facts(report)["mqtt.qos2_as_qos1"] is True


@pytest.fixture(scope="module")
def users(rabbitmq: RabbitNode) -> RabbitNode:
    """Users that may only read, and only write to the exchange."""
    rabbitmq.add_user("mqtt-reader", write="^(?!amq[.]topic).*$")
    rabbitmq.add_user("mqtt-writer", configure="^$", read="^$", write="amq[.]topic")
    return rabbitmq


@pytest.mark.parametrize("user", ["mqtt-reader", "mqtt-writer"])
def test_no_right_on_our_own_topic_is_no_fault(users: RabbitNode, diagnose: Diagnose, user: str) -> None:
    report = diagnose(users.url("mqtt", user=user))
    assert_healthy(report)
    assert facts(report)["mqtt.echo"] is False


@pytest.mark.parametrize("qos", [0, 1])
@pytest.mark.parametrize(
    ("user", "expected"), [("mqtt-reader", "mqtt.publish-denied"), ("mqtt-writer", "mqtt.subscribe-denied")]
)
def test_rights_on_a_named_topic(users: RabbitNode, diagnose: Diagnose, user: str, expected: str, qos: int) -> None:
    report = diagnose(users.url("mqtt", user=user), topic="plant/7", qos=qos, timeout=2)
    assert cause(report) == expected
    assert report.verdict.others == ()


@pytest.fixture(scope="module")
def beside(rabbitmq_node: Callable[..., RabbitNode]) -> RabbitNode:
    return rabbitmq_node(f"listeners.tcp.2 = {BESIDE}:5672\nmqtt.listeners.tcp.2 = {BESIDE}:{MQTT_BESIDE}\n")


def at_its_side(node: RabbitNode, user: str = "app") -> str:
    return node.url("mqtt", user=user).replace(f"localhost:{node.mqtt}", f"{BESIDE}:{MQTT_BESIDE}")


def test_healthy_beside_amqp(beside: RabbitNode, diagnose: Diagnose) -> None:
    assert_healthy(diagnose(at_its_side(beside)))


def test_amqp_names_the_missing_right_on_the_virtual_host(beside: RabbitNode, diagnose: Diagnose) -> None:
    beside.add_user("mqtt-none", rights=False)
    report = diagnose(at_its_side(beside, "mqtt-none"))
    assert cause(report) == "auth.vhost-access-denied"
    assert report.verdict.others == ()


@pytest.fixture
def memory_alarm(beside: RabbitNode) -> Iterator[RabbitNode]:
    beside.ctl("set_vm_memory_high_watermark", "absolute", "1MB")
    wait_until(lambda: "memory resource limit alarm set" in beside.text(), "the alarm is in force")
    yield beside
    beside.ctl("set_vm_memory_high_watermark", "0.8")


def test_memory_alarm(memory_alarm: RabbitNode, diagnose: Diagnose) -> None:
    """CONNECT has no answer; over AMQP the broker says why."""
    report = diagnose(at_its_side(memory_alarm), timeout=2)
    assert cause(report) == "cluster.alarm-mqtt"
    assert report.verdict.others == ()
    assert facts(report)["mqtt.amqp_alarm_reason"] == "low on memory"


def test_memory_alarm_told_by_when_the_broker_gives_up(memory_alarm: RabbitNode, diagnose: Diagnose) -> None:
    """AMQP is not where it usually is, but the unread CONNECT ends after RabbitMQ's 10 s."""
    report = diagnose(memory_alarm.url("mqtt"), timeout=2)
    assert cause(report) == "cluster.alarm-mqtt"
    assert facts(report)["mqtt.late_end"] == "fin"
    assert report.verdict.others == ()
