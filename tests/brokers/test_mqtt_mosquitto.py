"""MQTT against real Mosquitto brokers: healthy in every version and QoS, and each way to be turned away."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mqassist.net import mqtt
from tests.support.canary import CANARY
from tests.support.mosquitto import Broker, start_mosquitto
from tests.support.pki import Pki
from tests.support.processes import Process

if TYPE_CHECKING:
    from mqassist.core.facts import Fact
    from mqassist.core.report import Report

Mosquitto = Callable[..., Broker]
Diagnose = Callable[..., "Report"]

ACL = "user app\ntopic readwrite allowed/#\ntopic read readonly/#\ntopic write writeonly/#\n"
OPEN = "listener {port}\nallow_anonymous true\n"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One broker with a password and an access list, for all tests that only look."""
    broker = start_mosquitto(tmp_path_factory.mktemp("guarded"), acl=ACL)
    yield broker
    broker.stop()


def cause(report: Report) -> str | None:
    """The root cause; it has evidence with figures."""
    primary = report.verdict.primary
    if primary is None:
        return None
    assert primary.evidence
    return primary.cause


def facts(report: Report) -> dict[str, Fact]:
    return {name: value for seen in report.observations for name, value in seen.facts.items()}


def assert_healthy(report: Report) -> None:
    verdict = report.verdict
    assert (verdict.status, verdict.primary, verdict.others) == ("healthy", None, ())


@contextmanager
def connected(port: int, client_id: str = "held") -> Iterator[socket.socket]:
    """Another client that is logged in and stays."""
    with socket.create_connection(("localhost", port), 5) as other:
        other.sendall(mqtt.connect("3.1.1", client_id, keepalive=60))
        assert other.recv(4) == b"\x20\x02\x00\x00"
        yield other


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("version", ["3.1", "3.1.1", "5"])
def test_healthy_in_every_version_and_qos(mosquitto: Mosquitto, diagnose: Diagnose, version: str, qos: int) -> None:
    broker = mosquitto()
    report = diagnose(broker.url(), mqtt_version=version, qos=qos)
    assert_healthy(report)
    seen = facts(report)
    assert (seen["mqtt.echo"], seen["mqtt.echo_qos"], seen["mqtt.version"]) == (True, qos, version)
    assert len(str(seen["mqtt.client_id"])) <= mqtt.MAX_CLIENT_ID_31
    broker.stop()
    log = broker.log.read_text()
    assert log.count("New client connected") == 1, "a healthy check costs one login"
    assert "Received DISCONNECT" in log, "the client said goodbye"
    assert "Received UNSUBSCRIBE" in log
    assert "r1" not in log.split("Received PUBLISH")[1].split(",")[2], "nothing was retained"


def test_healthy_anonymous(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto(OPEN, passwords={})
    assert_healthy(diagnose(broker.url(user="")))


def test_healthy_over_tls(mosquitto: Mosquitto, diagnose: Diagnose, pki: Pki) -> None:
    conf = f"listener {{port}}\nallow_anonymous false\ncertfile {pki.server.cert}\nkeyfile {pki.server.key}\n"
    broker = mosquitto(conf)
    report = diagnose(broker.url("mqtts"), ca=pki.ca)
    assert_healthy(report)
    assert facts(report)["mqtt.echo"] is True


# Mosquitto 2.0.11 does not start with WebSocket listeners alone
WEBSOCKETS = "listener {port2}\nlistener {port}\nprotocol websockets\n"


def test_healthy_websocket(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto(WEBSOCKETS + "allow_anonymous false\n")
    report = diagnose(broker.url("ws"))
    assert_healthy(report)
    seen = facts(report)
    assert (seen["websocket.status"], seen["websocket.subprotocol"], seen["mqtt.echo"]) == (101, "mqtt", True)
    broker.stop()
    assert "Received DISCONNECT" in broker.log.read_text()


def test_wrong_password_over_websocket(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto(WEBSOCKETS + "allow_anonymous false\n")
    assert cause(diagnose(broker.url("ws", password="wrong"))) == "mqtt.bad-credentials"


def test_healthy_websocket_over_tls(mosquitto: Mosquitto, diagnose: Diagnose, pki: Pki) -> None:
    tls = f"allow_anonymous true\ncertfile {pki.server.cert}\nkeyfile {pki.server.key}\n"
    broker = mosquitto(WEBSOCKETS + tls, passwords={})
    assert_healthy(diagnose(broker.url("wss", user=""), ca=pki.ca, mqtt_version="5"))


@pytest.fixture
def local_only(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[int]:
    """The port of a Mosquitto without any configuration."""
    port = free_port()
    broker = Process(["mosquitto", "-v", "-p", str(port)], tmp_path / "mosquitto.log")
    broker.wait_for(lambda: "running" in broker.text(), "mosquitto is running")
    assert "local only mode" in broker.text()
    yield port
    broker.stop()


def test_healthy_in_local_only_mode(local_only: int, diagnose: Diagnose) -> None:
    """Without a listener line Mosquitto 2 takes clients of this computer only: they are fine."""
    assert_healthy(diagnose(f"mqtt://localhost:{local_only}"))


@pytest.mark.parametrize(
    ("user", "password"), [("app", "wrong"), ("nobody", CANARY), ("app", "")], ids=["wrong", "unknown-user", "blank"]
)
@pytest.mark.parametrize("version", ["3.1", "3.1.1", "5"])
def test_wrong_password_and_unknown_user_look_the_same(
    guarded: Broker, diagnose: Diagnose, version: str, user: str, password: str
) -> None:
    report = diagnose(guarded.url(user=user, password=password), mqtt_version=version)
    assert cause(report) == "mqtt.bad-credentials"
    assert facts(report)["mqtt.login_split"] == "unclear"
    assert facts(report)["login.result"] == "refused"


def test_wrong_password_where_anonymous_clients_are_welcome(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    """That anonymous is accepted under the same client id proves that only the credentials are refused."""
    broker = mosquitto(OPEN)
    report = diagnose(broker.url(password="wrong"))
    assert cause(report) == "mqtt.bad-credentials"
    assert facts(report)["mqtt.login_split"] == "credentials"
    assert facts(report)["mqtt.anonymous_accepted"] is True


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_no_credentials(guarded: Broker, diagnose: Diagnose, version: str) -> None:
    report = diagnose(guarded.url(user=""), mqtt_version=version)
    assert cause(report) == "mqtt.anonymous-refused"
    assert report.verdict.others == ()


def test_no_more_logins_are_tried_than_allowed(guarded: Broker, diagnose: Diagnose) -> None:
    before = guarded.log.read_text().count("New connection from")
    report = diagnose(guarded.url(password="wrong"), max_login_tries=1)
    refused = guarded.log.read_text()
    assert report.verdict.status == "broken"
    assert refused.count("New connection from") - before <= 2, "one login, and one measuring of the round trip"


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_no_right_on_our_own_topic_is_no_fault(guarded: Broker, diagnose: Diagnose, version: str) -> None:
    report = diagnose(guarded.url(), mqtt_version=version)
    assert_healthy(report)
    assert facts(report)["mqtt.echo"] is False


@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("allowed/x", None),
        ("allowed/#", None),
        ("readonly/x", "mqtt.publish-denied"),
        ("writeonly/x", "mqtt.subscribe-denied"),
        ("elsewhere/x", "mqtt.publish-denied"),
    ],
)
def test_rights_on_a_named_topic(
    guarded: Broker, diagnose: Diagnose, version: str, topic: str, expected: str | None
) -> None:
    report = diagnose(guarded.url(), mqtt_version=version, topic=topic)
    assert cause(report) == expected
    assert report.verdict.status == ("healthy" if expected is None else "broken")


@pytest.mark.parametrize("qos", [0, 2])
def test_a_refused_publish_is_found_in_every_qos(guarded: Broker, diagnose: Diagnose, qos: int) -> None:
    assert cause(diagnose(guarded.url(), topic="readonly/x", qos=qos)) == "mqtt.publish-denied"


def test_read_only_publishes_nothing_to_a_named_topic(guarded: Broker, diagnose: Diagnose) -> None:
    before = guarded.log.read_text().count("PUBLISH from")
    report = diagnose(guarded.url(), topic="allowed/quiet", read_only=True)
    assert_healthy(report)
    assert "mqtt.publish_result" not in facts(report)
    assert guarded.log.read_text().count("PUBLISH from") == before


def test_a_shared_subscription_takes_no_message_from_its_group(guarded: Broker, diagnose: Diagnose) -> None:
    report = diagnose(guarded.url(), topic="$share/workers/allowed/x", mqtt_version="5")
    assert_healthy(report)
    assert facts(report)["mqtt.topic_shared"] is True
    assert "$share" not in guarded.log.read_text()


@pytest.mark.parametrize("topic", ["plant/#/7", "plant/a+b", "", "plant\0"])
def test_a_topic_that_is_none(guarded: Broker, diagnose: Diagnose, topic: str) -> None:
    assert cause(diagnose(guarded.url(), topic=topic)) == "mqtt.topic-invalid"


def test_listener_is_full(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto(OPEN + "max_connections 1\n", passwords={})
    with connected(broker.port):
        report = diagnose(broker.url(user=""))
    assert cause(report) == "net.closed-on-accept"
    assert "mqtt.connection-limit" in [question.cause for question in report.verdict.undecided]
    assert facts(report)["mqtt.closed_unasked"] is True


def test_client_id_outside_the_allowed_prefix(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto("listener {port}\nallow_anonymous false\nclientid_prefixes mqassist-\n")
    report = diagnose(broker.url(), client_id="prod-7")
    assert cause(report) == "mqtt.client-id-rejected"
    assert str(facts(report)["mqtt.accepted_id"]).startswith("mqassist-")


def test_client_id_within_the_allowed_prefix(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto("listener {port}\nallow_anonymous false\nclientid_prefixes dev-\n")
    report = diagnose(broker.url(), client_id="dev-7")
    assert_healthy(report)
    assert facts(report)["mqtt.client_id_given"] is True


def test_a_prefix_that_nobody_named_stays_an_open_question(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    """Mosquitto answers as to a wrong password: the client id is not claimed, and not ruled out either."""
    broker = mosquitto("listener {port}\nallow_anonymous false\nclientid_prefixes dev-\n")
    report = diagnose(broker.url())
    assert "mqtt.client-id-rejected" in [question.cause for question in report.verdict.undecided]


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_empty_client_id_is_not_allowed(mosquitto: Mosquitto, diagnose: Diagnose, version: str) -> None:
    conf = "per_listener_settings true\n" + OPEN + "allow_zero_length_clientid false\n"
    broker = mosquitto(conf, passwords={})
    assert cause(diagnose(broker.url(user=""), client_id="", mqtt_version=version)) == "mqtt.client-id-rejected"


def test_empty_client_id_is_allowed(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto(OPEN, passwords={})
    report = diagnose(broker.url(user=""), client_id="", mqtt_version="5")
    assert_healthy(report)
    assert str(facts(report)["mqtt.assigned_client_id"]).startswith("auto-")


def test_settings_of_each_listener_for_itself(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    """The same broker: one listener takes everybody, the other wants a password."""
    conf = "per_listener_settings true\n" + OPEN + "listener {port2}\nallow_anonymous false\n"
    broker = mosquitto(conf)
    assert_healthy(diagnose(broker.url(user="")))
    assert cause(diagnose(broker.url(user="", port="port2"))) == "mqtt.anonymous-refused"
    assert_healthy(diagnose(broker.url(port="port2")))


LIMITED = "max_keepalive 30\nretain_available false\n" + OPEN + "max_qos 1\n"


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_limits_that_nobody_asks_beyond_are_fine(mosquitto: Mosquitto, diagnose: Diagnose, version: str) -> None:
    broker = mosquitto(LIMITED, passwords={})
    report = diagnose(broker.url(user=""), mqtt_version=version)
    if version == "3.1.1" and broker.version >= (2, 0, 21):
        # 2.0.11 heeds max_keepalive for MQTT 5 only, which can tell a client the lower value
        assert cause(report) == "mqtt.keepalive-refused"
        report = diagnose(broker.url(user=""), mqtt_version=version, heartbeat=30)
    assert_healthy(report)
    if version == "5":
        seen = facts(report)
        assert (seen["mqtt.server_keepalive"], seen["mqtt.retain_available"], seen["mqtt.max_qos"]) == (30, False, 1)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_qos_above_the_listeners_highest(mosquitto: Mosquitto, diagnose: Diagnose, version: str) -> None:
    broker = mosquitto(LIMITED, passwords={})
    report = diagnose(broker.url(user=""), mqtt_version=version, qos=2, heartbeat=30)
    assert cause(report) == "mqtt.qos-not-supported"


def test_packets_larger_than_the_broker_takes(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto("message_size_limit 5\n" + OPEN, passwords={})
    assert cause(diagnose(broker.url(user=""), mqtt_version="5")) == "mqtt.packet-too-large"


def test_a_packet_limit_that_leaves_room_is_fine(mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto("max_packet_size 200\n" + OPEN, passwords={})
    report = diagnose(broker.url(user=""), mqtt_version="5")
    assert_healthy(report)
    assert facts(report)["mqtt.max_packet"] == 200


def test_what_the_client_library_says_stands_beside(guarded: Broker, diagnose: Diagnose) -> None:
    report = diagnose(guarded.url(user=""))
    assert "Not authorized" in str(facts(report)["paho.error"])


def test_a_thorough_check_compares_the_client_library(guarded: Broker, diagnose: Diagnose) -> None:
    report = diagnose(guarded.url(), topic="allowed/x", thorough=True)
    assert_healthy(report)
    assert facts(report)["paho.result"] == "connected"


def test_local_only_mode_dialled_at_another_loopback_address(local_only: int, diagnose: Diagnose) -> None:
    """127.0.0.3 is local as well, so it is not the mode that keeps this client out, only the address."""
    report = diagnose(f"mqtt://127.0.0.3:{local_only}")
    assert cause(report) == "net.listener-on-other-address"
    assert report.verdict.others == ()
