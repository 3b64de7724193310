"""Logins and messages that look the same to a client, row by row: each situation comes out as its own cause, the probe
that decides says why it ran, and nothing at the broker is another afterwards."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.amqp import assert_clean, assert_healthy, connected, limit
from tests.support.canary import CANARY
from tests.support.dialogues import AMQP_HEADER, AMQP_START, AMQP_TUNE, amqp_method, shortstr
from tests.support.look_alikes import (
    BESIDE,
    BESIDE_CONF,
    MQTT_BESIDE,
    assert_no_second_look,
    tell_apart,
    told,
    unchanged,
)
from tests.support.meddling_relay import MeddlingRelay
from tests.support.mosquitto import Broker
from tests.support.netlab import SERVER, NetLab
from tests.support.peer import Peer, read_until, send
from tests.support.pki import Pki
from tests.support.ports import free_port, wait_until
from tests.support.rabbitmq import RabbitNode

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Nodes = Callable[..., RabbitNode]
Mosquitto = Callable[..., Broker]
Peers = Callable[..., Peer]

WRONG = "not the password"
START_OK, OPEN = b"\x00\x0a\x00\x0b", b"\x00\x0a\x00\x28"


@pytest.fixture(scope="module")
def beside(rabbitmq_node: Nodes) -> RabbitNode:
    """A node whose AMQP is found from its MQTT port, with every kind of user that may not come in."""
    node = rabbitmq_node(BESIDE_CONF)
    node.add_user("no-rights", rights=False)
    for name in ("limited", "single"):
        node.add_user(name)
    node.add_vhost("full")
    limit(node, "vhost", "full", "max-connections", 0)
    limit(node, "user", "single", "max-connections", 0)
    return node


def at_its_side(node: RabbitNode, user: str = "app", password: str = CANARY) -> str:
    return node.url("mqtt", user=user, password=password, host=BESIDE, port=MQTT_BESIDE)


def wait_for_quiet(node: RabbitNode) -> None:
    """Until the node has written nothing for half a second."""
    seen, since = node.text(), time.monotonic()

    def quiet() -> bool:
        nonlocal seen, since
        text = node.text()
        if text != seen:
            seen, since = text, time.monotonic()
        return time.monotonic() - since >= 0.5

    wait_until(quiet, "the node's log is quiet")


# -- healthy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "line"), [
    ("amqp", "accepting AMQP connection"),
    ("amqps", "accepting AMQP connection"),
    ("mqtt", "accept(?:ing|ed) MQTT connection"),  # the latter is what RabbitMQ 4 says
])  # fmt: skip
def test_a_healthy_rabbitmq_is_not_looked_at_twice(
    rabbitmq: RabbitNode, diagnose: Diagnose, pki: Pki, scheme: str, line: str
) -> None:
    wait_for_quiet(rabbitmq)  # what the test before did may still be on its way into the log
    before = len(re.findall(line, rabbitmq.text(), re.IGNORECASE))
    with unchanged(rabbitmq):
        report = diagnose(rabbitmq.url(scheme, host="127.0.0.1"), ca=pki.ca)
        assert_no_second_look(report)
        assert_clean(rabbitmq)
    wait_until(lambda: report.run_id in rabbitmq.text(), "the node has logged the connection")
    assert len(re.findall(line, rabbitmq.text(), re.IGNORECASE)) - before == 1


def test_a_healthy_mosquitto_is_not_looked_at_twice(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto()
    assert_no_second_look(diagnose(broker.url(host="127.0.0.1")))
    broker.stop()
    assert broker.log.read_text().count("New connection from") == 1


# -- row 1: 403 ACCESS_REFUSED -----------------------------------------------------------------------


def test_row_1_403_with_the_management_api(netlab: NetLab, rabbitmq: RabbitNode) -> None:
    netlab.publish(rabbitmq.amqp, rabbitmq.amqp)
    netlab.publish(rabbitmq.management, rabbitmq.management)
    rabbitmq.api("PUT", "/api/users/passwordless", {"password_hash": "", "tags": ""})
    api = ("--management", f"http://{SERVER}:{rabbitmq.management}")

    def refused(user: str, password: str) -> dict[str, object]:
        return netlab.diagnose(rabbitmq.url("amqp", user, password, host=SERVER), *api)

    with unchanged(rabbitmq):
        found = tell_apart(
            "amqp.second_opinion",
            {
                "auth.bad-credentials": refused("app", WRONG),
                "auth.guest-remote": refused("guest", "guest"),
                "auth.blank-password": refused("passwordless", ""),
            },
        )
        same = [told(refused(*login)) for login in (("nobody", WRONG), ("guest", WRONG), ("passwordless", WRONG))]
    # the broker keeps to itself which of the two was wrong, from everybody
    assert {seen.cause for seen in same} == {"auth.bad-credentials"}
    assert found["auth.guest-remote"].facts["amqp.second_opinion"] == "localhost-only"


def test_row_1_403_without_the_management_api(netlab: NetLab, rabbitmq: RabbitNode) -> None:
    """guest with another password than the public one may be either: left open, with what would settle it."""
    netlab.publish(rabbitmq.amqp, rabbitmq.amqp)
    found = tell_apart(
        "amqp.second_opinion",
        {
            "auth.bad-credentials": netlab.diagnose(rabbitmq.url("amqp", "app", WRONG, host=SERVER)),
            "auth.guest-remote": netlab.diagnose(rabbitmq.url("amqp", "guest", "guest", host=SERVER)),
            "[auth.guest-remote]": netlab.diagnose(rabbitmq.url("amqp", "guest", WRONG, host=SERVER)),
        },
    )
    assert set(found["[auth.guest-remote]"].undecided) >= {"auth.guest-remote", "auth.bad-credentials"}


@pytest.fixture(scope="module")
def service_gone(rabbitmq_node: Nodes) -> RabbitNode:
    """It asks a web service about its users, and nobody listens there."""
    conf = f"auth_backends.1 = http\nauth_http.user_path = http://127.0.0.1:{free_port()}/user\n"
    return rabbitmq_node(conf, plugins=("rabbitmq_auth_backend_http", "rabbitmq_mqtt"))


def test_row_1_403_of_a_broker_whose_user_service_is_gone(diagnose: Diagnose, service_gone: RabbitNode) -> None:
    url = service_gone.url("amqp")
    report = diagnose(url, logs=(str(service_gone.log),))
    tell_apart("amqp.second_opinion", {"auth.backend-down": report, "[auth.backend-down]": diagnose(url)})


# -- rows 2 to 4: AMQP logins ------------------------------------------------------------------------


def without_capability(data: bytes) -> bytes:
    """StartOk of an old client, which RabbitMQ does not tell why: it hangs up after 3 s."""
    return data.replace(b"authentication_failure_close", b"authentication_failure_clos_")


def with_frame_max_0(data: bytes) -> bytes:
    """TuneOk (10, 31): channel_max, then frame_max in four bytes."""
    at = data.find(b"\x00\x0a\x00\x1f")
    return data if at < 0 else data[: at + 6] + bytes(4) + data[at + 10 :]


def test_row_2_a_reset_after_the_login(rabbitmq: RabbitNode, rabbitmq_node: Nodes, diagnose: Diagnose) -> None:
    """Our client reads the mechanisms first, and says that it takes a 403: only a broker that does not listen to that
    resets."""
    external = rabbitmq_node(
        "auth_mechanisms.1 = EXTERNAL\nauth_mechanisms.2 = RABBIT-CR-DEMO\n", plugins=("rabbitmq_management",)
    )
    tell_apart("", {
        "auth.mechanism-unsupported": diagnose(external.url("amqp")),
        "auth.bad-credentials": diagnose(rabbitmq.url("amqp", password=WRONG)),
    })  # fmt: skip
    with MeddlingRelay(rabbitmq.amqp, without_capability) as old:
        url = rabbitmq.url("amqp", password=WRONG, host="127.0.0.1", port=old.port)
        found = tell_apart("amqp.second_opinion", {
            "amqp.handshake-closed": diagnose(url, max_login_tries=1),
            "auth.bad-credentials#by the log": diagnose(url, max_login_tries=1, logs=(str(rabbitmq.log),)),
        })  # fmt: skip
        assert_no_second_look(diagnose(rabbitmq.url("amqp", host="127.0.0.1", port=old.port)))
    for seen in found.values():
        assert 2900 < seen.facts["amqp.login_wait_ms"] < 4500


def test_row_3_a_reset_after_open(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    """The check answers with exactly the broker's own values, so they cannot be what it minds: only something on the
    way that changes them is reset after 3 s, and a virtual host is always told about, at once."""
    with MeddlingRelay(rabbitmq.amqp, with_frame_max_0) as meddling:
        changed = diagnose(rabbitmq.url("amqp", host="127.0.0.1", port=meddling.port), max_login_tries=1)
    found = tell_apart("", {
        "auth.vhost-not-found": diagnose(rabbitmq.url("amqp", vhost="nope")),
        "amqp.handshake-closed": changed,
    })  # fmt: skip
    assert found["auth.vhost-not-found"].facts["amqp.login_wait_ms"] < 1000
    assert 2900 < found["amqp.handshake-closed"].facts["amqp.login_wait_ms"] < 4500
    wait_until(lambda: "negotiated frame_max = 0" in rabbitmq.text(), "the node says what it minds")
    assert_no_second_look(diagnose(rabbitmq.url("amqp", host="127.0.0.1")))


def test_row_4_530_not_allowed(beside: RabbitNode, scripted_peer: Peers, diagnose: Diagnose) -> None:
    text = "NOT_ALLOWED - access to vhost '/' refused for user 'app': node connection limit (1) is reached"
    close = amqp_method(10, 50, (530).to_bytes(2, "big") + shortstr(text) + b"\x00\x0a\x00\x28")
    opened = (read_until(AMQP_HEADER), send(AMQP_START), read_until(START_OK), send(AMQP_TUNE), read_until(OPEN))
    node = scripted_peer([*opened, send(close)])
    with unchanged(beside):
        found = tell_apart("", {
            "auth.vhost-not-found": diagnose(beside.url("amqp", vhost="nope")),
            "auth.vhost-access-denied": diagnose(beside.url("amqp", "no-rights")),
            "auth.vhost-connection-limit": diagnose(beside.url("amqp", vhost="full")),
            "auth.user-connection-limit": diagnose(beside.url("amqp", "single")),
            "auth.node-connection-limit": diagnose(f"amqp://app:x@localhost:{node.port}"),
        })  # fmt: skip
    assert found["auth.vhost-not-found"].why["amqp.vhost_variant"]
    assert "amqp.vhost_variant" not in found["auth.user-connection-limit"].why


# -- rows 5 to 7: MQTT CONNACK -----------------------------------------------------------------------


def test_row_5_connack_4_of_rabbitmq(beside: RabbitNode, diagnose: Diagnose) -> None:
    with unchanged(beside):
        found = tell_apart("", {
            "mqtt.bad-credentials": diagnose(at_its_side(beside, password=WRONG)),
            "mqtt.anonymous-refused": diagnose(at_its_side(beside, user="")),
            "mqtt.rabbitmq-vhost-prefix": diagnose(at_its_side(beside, "nope:app")),
        })  # fmt: skip
    assert {seen.facts["mqtt.connack_code"] for seen in found.values()} == {4}
    assert found["mqtt.rabbitmq-vhost-prefix"].why["mqtt.login_variation"]
    assert found["mqtt.bad-credentials"].why["mqtt.login_variation"]
    assert "mqtt.login_variation" not in found["mqtt.anonymous-refused"].why


def test_row_5_connack_4_of_a_rabbitmq_whose_user_service_is_gone(diagnose: Diagnose, service_gone: RabbitNode) -> None:
    """Over MQTT not even the log of RabbitMQ 3.10.8 tells: left open, and it is said where it would be told."""
    seen = told(diagnose(service_gone.url("mqtt"), logs=(str(service_gone.log),)))
    assert seen.facts["mqtt.connack_code"] == 4
    if service_gone.version >= (4,):  # its log does
        assert seen.cause == "auth.backend-down"
        seen = told(diagnose(service_gone.url("mqtt")))
    assert any("AMQP" in way for way in seen.undecided["auth.backend-down"])


def test_row_6_connack_5_of_rabbitmq(beside: RabbitNode, netlab: NetLab, diagnose: Diagnose) -> None:
    netlab.publish(1883, beside.mqtt)
    with unchanged(beside):
        found = tell_apart("mqtt.login_variation", {
            "auth.guest-remote": netlab.diagnose(f"mqtt://guest:guest@{SERVER}"),
            "auth.vhost-access-denied": diagnose(at_its_side(beside, "no-rights")),
            "auth.vhost-connection-limit": diagnose(at_its_side(beside, "full:app")),
            "auth.user-connection-limit": diagnose(at_its_side(beside, "single")),
        })  # fmt: skip
    assert {seen.facts["mqtt.connack_code"] for seen in found.values()} == {5}
    for cause in ("auth.vhost-access-denied", "auth.vhost-connection-limit", "auth.user-connection-limit"):
        assert found[cause].why["mqtt.amqp_sibling"]


def test_row_7_connack_5_of_mosquitto(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    plain = mosquitto()
    picky = mosquitto("listener {port}\nallow_anonymous false\nclientid_prefixes mqassist-\n")
    own = mosquitto("listener {port}\nallow_anonymous false\nclientid_prefixes plant-\n")
    found = tell_apart("", {
        "mqtt.bad-credentials": diagnose(plain.url(password=WRONG)),
        "mqtt.anonymous-refused": diagnose(plain.url(user="")),
        "mqtt.client-id-rejected": diagnose(picky.url(), client_id="prod-7"),
    })  # fmt: skip
    assert found["mqtt.bad-credentials"].why["mqtt.login_variation"]
    assert found["mqtt.client-id-rejected"].why["mqtt.login_variation"]
    # an id of our own that is not allowed, and a wrong password: nothing from outside tells them apart
    left = told(diagnose(own.url()))
    assert "mqtt.client-id-rejected" in left.undecided
    assert left.undecided["mqtt.client-id-rejected"]


# -- rows 19 and 20: messages that do not arrive -----------------------------------------------------


@pytest.fixture
def crossing(rabbitmq: RabbitNode) -> Iterator[str]:
    """An exchange without any queue."""
    with connected(rabbitmq) as channel:
        channel.exchange_declare("crossing", "topic")
    rabbitmq.add_user("look-reader", write="^$")
    yield "crossing"
    with connected(rabbitmq) as channel:
        channel.exchange_delete("crossing")


def test_row_19_a_publish_that_works_and_arrives_nowhere_amqp(
    rabbitmq: RabbitNode, crossing: str, beside: RabbitNode, diagnose: Diagnose
) -> None:
    def publish(node: RabbitNode, user: str, exchange: str) -> Report:
        return diagnose(node.url("amqp", user), exchange=exchange, routing_key="nowhere")

    unroutable = publish(rabbitmq, "app", crossing)
    denied = publish(rabbitmq, "look-reader", crossing)
    beside.ctl("set_vm_memory_high_watermark", "absolute", "1MB")
    try:
        wait_until(lambda: "memory resource limit alarm set" in beside.text(), "the alarm is in force")
        blocked = publish(beside, "app", "amq.topic")
    finally:
        beside.ctl("set_vm_memory_high_watermark", "0.8")
    tell_apart("", {
        "amqp.unroutable": unroutable, "auth.write-denied": denied, "amqp.memory-alarm": blocked,
    })  # fmt: skip


ACL = "user app\ntopic readwrite both/#\ntopic read readonly/#\ntopic write writeonly/#\n"


def test_row_19_a_publish_that_works_and_arrives_nowhere_mqtt(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto(acl=ACL)
    found = tell_apart("", {
        "mqtt.publish-denied": diagnose(broker.url(), topic="readonly/x"),
        "": diagnose(broker.url(), topic="both/x"),
    })  # fmt: skip
    denied = found["mqtt.publish-denied"]
    assert denied.why["mqtt.acl_v5"]
    assert denied.facts["mqtt.acl_publish_code"] == 0x87
    assert_no_second_look(diagnose(broker.url(), topic="both/x"))


def test_row_20_a_subscription_that_is_granted_and_stays_empty(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto(acl=ACL)
    found = tell_apart("", {
        "mqtt.subscribe-denied": diagnose(broker.url(), topic="writeonly/x"),
        "mqtt.publish-denied": diagnose(broker.url(), topic="readonly/x"),
        "": diagnose(broker.url(), topic="both/x"),
    })  # fmt: skip
    denied = found["mqtt.subscribe-denied"]
    assert denied.why["mqtt.acl_v5"]
    assert denied.facts["mqtt.acl_subscribe"] == "denied-silently"


# -- row 24: dropped without a CONNACK ---------------------------------------------------------------


def test_row_24_mqtt_5_that_is_dropped_without_a_connack(
    rabbitmq: RabbitNode, mosquitto: Mosquitto, diagnose: Diagnose
) -> None:
    from tests.brokers.test_mqtt_mosquitto import connected as held

    full = mosquitto("listener {port}\nallow_anonymous true\nmax_connections 1\n", passwords={})
    with held(full.port):
        crowded = diagnose(full.url(user=""), mqtt_version="5")
    with unchanged(rabbitmq):
        old = diagnose(rabbitmq.url("mqtt"), mqtt_version="5")
    if rabbitmq.version >= (3, 13):  # the first that speaks MQTT 5
        assert_healthy(old)
        assert told(crowded).facts["mqtt.closed_unasked"] is True
        return
    found = tell_apart("mqtt.connect_again", {
        "proto.mqtt-version-unsupported": old, "[mqtt.connection-limit]": crowded,
    })  # fmt: skip
    assert found["proto.mqtt-version-unsupported"].why["mqtt.version_variant"]
    assert found["proto.mqtt-version-unsupported"].facts["mqtt.closed_unasked"] is False
    assert found["[mqtt.connection-limit]"].facts["mqtt.closed_unasked"] is True
