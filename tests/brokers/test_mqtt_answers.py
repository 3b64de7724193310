"""Answers that no real broker here gives on request, played by a scripted peer: codes, redirections, broken packets."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest

from mqassist.net import mqtt, mqtt_fields, websocket
from tests.brokers.test_mqtt_mosquitto import assert_healthy, cause, facts
from tests.support.peer import (
    Conversation,
    Ended,
    Peer,
    Step,
    answer,
    drip,
    endless,
    fin,
    read,
    read_until,
    rst,
    send,
    silent,
)

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Play = Callable[..., Peer]

LOGIN = "app:secret"


def connack(code: int, version: str = "5", **properties: int | str) -> bytes:
    body = bytes([0, code]) + (mqtt_fields.properties(properties) if version == "5" else b"")
    return mqtt.packet(mqtt.CONNACK, body)


def answering(data: bytes) -> Sequence[Step]:
    """After a CONNECT these bytes, then the end. Whoever says nothing or something else hears nothing."""
    return [read_until(b"MQ"), send(data), fin()]


def after_login(*steps: Step, version: str = "5", **properties: int | str) -> Sequence[Step]:
    """A good login, then these steps once more has come."""
    return [read_until(b"MQTT"), send(connack(0, version, **properties)), read(10), *steps]


@pytest.mark.parametrize(
    ("version", "code", "expected"),
    [
        ("3.1.1", 1, "proto.mqtt-version-unsupported"),
        ("3.1.1", 2, "mqtt.client-id-rejected"),
        ("3.1.1", 3, "mqtt.server-unavailable"),
        ("3.1.1", 4, "mqtt.bad-credentials"),
        ("3.1.1", 5, "mqtt.bad-credentials"),
        ("5", 0x81, "proto.mqtt-malformed-connect"),
        ("5", 0x82, "proto.mqtt-malformed-connect"),
        ("5", 0x84, "proto.mqtt-version-unsupported"),
        ("5", 0x85, "mqtt.client-id-rejected"),
        ("5", 0x86, "mqtt.bad-credentials"),
        ("5", 0x87, "mqtt.bad-credentials"),
        ("5", 0x88, "mqtt.server-unavailable"),
        ("5", 0x89, "mqtt.server-unavailable"),
        ("5", 0x8A, "mqtt.banned"),
        ("5", 0x8C, "mqtt.authentication-method-unknown"),
        ("5", 0x95, "mqtt.packet-too-large"),
        ("5", 0x97, "mqtt.connection-quota"),
        ("5", 0x9A, "mqtt.retain-not-supported"),
        ("5", 0x9B, "mqtt.qos-not-supported"),
        ("5", 0x9F, "mqtt.server-unavailable"),
    ],
)
def test_each_code_of_a_refused_login(
    scripted_peer: Play, diagnose: Diagnose, version: str, code: int, expected: str
) -> None:
    peer = scripted_peer(answering(connack(code, version)))
    report = diagnose(peer.url("mqtt", LOGIN), mqtt_version=version, timeout=1)
    assert cause(report) == expected
    assert facts(report)["mqtt.connack_code"] == code
    assert report.verdict.status == "broken"


def test_an_unspecified_refusal_names_no_cause(scripted_peer: Play, diagnose: Diagnose) -> None:
    peer = scripted_peer(answering(connack(0x80)))
    report = diagnose(peer.url("mqtt", LOGIN), mqtt_version="5", timeout=1)
    assert (report.verdict.status, report.verdict.primary) == ("broken", None)


@pytest.mark.parametrize("code", [0x9C, 0x9D])
def test_another_server_is_named(scripted_peer: Play, diagnose: Diagnose, code: int) -> None:
    peer = scripted_peer(answering(connack(code, server_reference="mq2.example.com:8883")))
    report = diagnose(peer.url("mqtt", LOGIN), mqtt_version="5", timeout=1)
    assert cause(report) == "mqtt.server-moved"
    assert facts(report)["mqtt.server_reference"] == "mq2.example.com:8883"


def test_the_brokers_own_words_are_kept(scripted_peer: Play, diagnose: Diagnose) -> None:
    peer = scripted_peer(answering(connack(0x8A, reason_string="too many reconnects")))
    report = diagnose(peer.url("mqtt", LOGIN), mqtt_version="5", timeout=1)
    assert facts(report)["mqtt.reason_string"] == "too many reconnects"
    assert report.verdict.primary is not None
    values = [value for line in report.verdict.primary.evidence for _, value in line.values]
    assert "too many reconnects" in values


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"\x20\x03\x00\x00\x07", "trailing-bytes"),
        (b"\x20\x01\x00", "truncated"),
        (b"\x20\x02\xfe\x00", "flags"),
        (b"\x20\xff\xff\xff\xff\x7f", "remaining-length"),
        (b"\x20\xff\xff\x7f" + b"\0" * 100, "too-large"),
    ],
)
def test_a_broken_connack(scripted_peer: Play, diagnose: Diagnose, answer: bytes, reason: str) -> None:
    report = diagnose(scripted_peer(answering(answer)).url("mqtt", LOGIN), timeout=1)
    assert cause(report) == "mqtt.malformed-packet"
    assert facts(report)["mqtt.malformed"] == reason


def test_an_answer_in_the_form_of_version_5(scripted_peer: Play, diagnose: Diagnose) -> None:
    """A broker for MQTT 5 alone that answers older clients in its own way."""
    report = diagnose(scripted_peer(answering(connack(0))).url("mqtt", LOGIN), timeout=1)
    assert cause(report) == "proto.mqtt-version-unsupported"
    assert facts(report)["mqtt.other_version"] == "5"


def test_unknown_and_doubled_properties_in_a_connack(scripted_peer: Play, diagnose: Diagnose) -> None:
    for body, reason in ((b"\0\0\x02\x7e\x01", "unknown-property"), (b"\0\0\x04\x24\x01\x24\x01", "repeated-property")):
        peer = scripted_peer(answering(mqtt.packet(mqtt.CONNACK, body)))
        report = diagnose(peer.url("mqtt", LOGIN), mqtt_version="5", timeout=1)
        assert facts(report)["mqtt.malformed"] == reason
        assert cause(report) == "mqtt.malformed-packet"


@pytest.mark.parametrize("steps", [[drip(b"\x20\x02")], [endless()], [silent()]], ids=["drip", "endless", "silent"])
def test_a_peer_that_never_comes_to_an_end(scripted_peer: Play, diagnose: Diagnose, steps: Sequence[Step]) -> None:
    report = diagnose(scripted_peer(steps).url("mqtt", LOGIN), timeout=0.5)
    assert report.verdict.status == "broken"
    assert report.took_ms < 10_000


@pytest.mark.parametrize("flood", [b"\xd0\x00", mqtt.publish("3.1.1", "noise", b"x" * 500, 0)], ids=["pings", "noise"])
def test_a_flood_after_the_login(scripted_peer: Play, diagnose: Diagnose, flood: bytes) -> None:
    peer = scripted_peer(after_login(endless(flood * 200), version="3.1.1"))
    report = diagnose(peer.url("mqtt", LOGIN), timeout=0.5, topic="plant/7")
    assert report.verdict.status == "broken"
    assert report.took_ms < 10_000


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0x94, "mqtt.topic-alias"),
        (0x95, "mqtt.packet-too-large"),
        (0x9A, "mqtt.retain-not-supported"),
        (0x9B, "mqtt.qos-not-supported"),
        (0x8E, "mqtt.client-id-collision"),
        (0x8D, "mqtt.keepalive-expired"),
    ],
)
def test_disconnect_with_a_reason(scripted_peer: Play, diagnose: Diagnose, code: int, expected: str) -> None:
    peer = scripted_peer(after_login(send(mqtt.packet(mqtt.DISCONNECT, bytes([code]))), fin()))
    report = diagnose(peer.url("mqtt", LOGIN), mqtt_version="5", client_id="pump", timeout=1)
    assert cause(report) == expected
    assert facts(report)["mqtt.disconnect_code"] == code


@pytest.mark.parametrize("code", [0x9E, 0xA1, 0xA2])
def test_a_subscription_the_broker_has_not_got(scripted_peer: Play, diagnose: Diagnose, code: int) -> None:
    suback = mqtt.packet(mqtt.SUBACK, b"\x00\x01\x00" + bytes([code]))
    peer = scripted_peer(after_login(send(suback), silent()))
    report = diagnose(peer.url("mqtt", LOGIN), mqtt_version="5", topic="plant/#", timeout=1)
    assert cause(report) == "mqtt.subscription-feature-not-supported"


@pytest.mark.parametrize(
    ("topic", "lacking"), [("plant/#", "wildcard_available"), ("$share/a/plant", "shared_available")]
)
def test_a_feature_the_broker_says_it_lacks(scripted_peer: Play, diagnose: Diagnose, topic: str, lacking: str) -> None:
    suback = mqtt.packet(mqtt.SUBACK, b"\x00\x01\x00\x00")
    peer = scripted_peer(after_login(send(suback), silent(), **{lacking: 0}))
    report = diagnose(peer.url("mqtt", LOGIN), mqtt_version="5", topic=topic, timeout=1, read_only=True)
    assert cause(report) == "mqtt.subscription-feature-not-supported"


def test_subscribing_is_refused_in_mqtt_3(scripted_peer: Play, diagnose: Diagnose) -> None:
    suback = mqtt.packet(mqtt.SUBACK, b"\x00\x01\x80") + mqtt.acknowledge(mqtt.PUBACK, 2)
    peer = scripted_peer(after_login(send(suback), silent(), version="3.1.1"))
    report = diagnose(peer.url("mqtt", LOGIN), topic="plant/7", timeout=1)
    assert cause(report) == "mqtt.subscribe-denied"


def test_a_topic_the_broker_calls_invalid(scripted_peer: Play, diagnose: Diagnose) -> None:
    suback = mqtt.packet(mqtt.SUBACK, b"\x00\x01\x00\x8f") + mqtt.packet(mqtt.PUBACK, b"\x00\x02\x90")
    peer = scripted_peer(after_login(send(suback), silent()))
    report = diagnose(peer.url("mqtt", LOGIN), mqtt_version="5", topic="plant/7", timeout=1)
    assert cause(report) == "mqtt.topic-invalid"


def test_messages_that_get_lost_without_any_code(scripted_peer: Play, diagnose: Diagnose) -> None:
    """MQTT 3 only, everything acknowledged, nothing delivered: one of two rights, and it cannot be told which."""
    acks = mqtt.packet(mqtt.SUBACK, b"\x00\x01\x01") + mqtt.acknowledge(mqtt.PUBACK, 2)

    def play(talk: Conversation) -> None:
        read_until(b"MQTT")(talk)
        is_5 = talk.received[8] == 5
        talk.send(connack(1, "3.1.1") if is_5 else connack(0, "3.1.1"))
        if not is_5:
            read(10)(talk)
            talk.send(acks + mqtt.packet(mqtt.SUBACK, b"\x00\x01\x01") + mqtt.acknowledge(mqtt.PUBACK, 1))
        silent()(talk)

    report = diagnose(scripted_peer([play]).url("mqtt", LOGIN), topic="plant/7", timeout=1)
    assert cause(report) == "mqtt.acl-denied"


def test_a_listener_that_has_room_again(scripted_peer: Play, diagnose: Diagnose) -> None:
    """Whoever comes is closed on; only the same client's second login is taken."""
    logins: list[bytes] = []

    def play(talk: Conversation) -> None:
        with contextlib.suppress(Ended):
            talk.receive(0.1)
        logins.append(talk.received)
        if logins.count(talk.received) < 2 or b"MQTT" not in talk.received:
            fin()(talk)
        talk.send(connack(0, "3.1.1"))
        silent()(talk)

    report = diagnose(scripted_peer([play]).url("mqtt", LOGIN), timeout=1)
    assert cause(report) == "mqtt.connection-limit"
    assert report.verdict.others == ()


@pytest.mark.parametrize("size", [1000, 50, 45])
def test_an_echo_shows_no_password(scripted_peer: Play, diagnose: Diagnose, size: int) -> None:
    """Our own CONNECT comes back, whole or cut in the middle of the password."""
    word = "wZ9-not-to-be-seen-anywhere"
    peer = scripted_peer([read_until(word.encode()), answer(lambda received: received[:size]), silent()])
    report = diagnose(peer.url("mqtt", f"app:{word}"), timeout=0.5)
    assert report.verdict.status == "broken"
    shown = repr([(seen.facts, seen.evidence, seen.summary) for seen in report.observations])
    assert word[:6] not in shown
    assert word[:6].encode().hex() not in shown
    assert word[:6].encode().hex(" ") not in shown


def test_a_broker_that_answers_only_half_the_time(scripted_peer: Play, diagnose: Diagnose) -> None:
    report = diagnose(scripted_peer([read(10), rst()]).url("mqtt", LOGIN), timeout=1)
    assert report.verdict.status == "broken"
    assert facts(report)["first.end"] == "reset"


# -- WebSocket --------------------------------------------------------------------------------------


def head(status: str, *lines: str) -> bytes:
    return ("\r\n".join([f"HTTP/1.1 {status}", *lines]) + "\r\n\r\n").encode()


def switched(talk: Conversation, *lines: str) -> None:
    """The answer that a good server gives."""
    key = talk.received.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0].decode()
    accept = f"Sec-WebSocket-Accept: {websocket.accept_for(key)}"
    talk.send(head("101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", accept, *lines))


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "502 Bad Gateway", "503 Service Unavailable"])
def test_a_web_server_that_turns_the_upgrade_away(scripted_peer: Play, diagnose: Diagnose, status: str) -> None:
    peer = scripted_peer([read_until(b"\r\n\r\n"), send(head(status, "Content-Length: 0", "Server: nginx")), fin()])
    report = diagnose(peer.url("ws", LOGIN), timeout=1)
    assert cause(report) == "proto.websocket-refused"
    assert facts(report)["websocket.status"] == int(status[:3])


def test_a_server_that_wants_no_subprotocol(scripted_peer: Play, diagnose: Diagnose) -> None:
    def play(talk: Conversation) -> None:
        read_until(b"\r\n\r\n")(talk)
        if b"Sec-WebSocket-Protocol" in talk.received:
            fin()(talk)
        if b"Sec-WebSocket-Key" in talk.received:
            switched(talk)
        silent()(talk)

    report = diagnose(scripted_peer([play]).url("ws", LOGIN), timeout=1)
    assert cause(report) == "proto.websocket-subprotocol"
    assert facts(report)["websocket.working_subprotocol"] == "none"


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not-http"),
        (head("101 Switching Protocols", "Upgrade: websocket", "Sec-WebSocket-Accept: nonsense"), "bad-accept"),
        (b"HTTP/1.1 101 OK\r\n" + b"X: y\r\n" * 4000, "too-long"),
        (head("302 Found", "Location: https://elsewhere.example/"), "refused"),
    ],
)
def test_answers_that_are_no_upgrade(scripted_peer: Play, diagnose: Diagnose, answer: bytes, result: str) -> None:
    report = diagnose(scripted_peer([read_until(b"\r\n\r\n"), send(answer), fin()]).url("ws", LOGIN), timeout=1)
    assert report.verdict.status == "broken"
    assert facts(report)["websocket.result"] == result


@pytest.mark.parametrize(
    "frame", [b"\x82\x84abcdwxyz", b"\xf2\x00", b"\x82\x7f\x7f" + b"\xff" * 7, b"\x89\x7e\x01\x00"]
)
def test_broken_framing_after_the_upgrade(scripted_peer: Play, diagnose: Diagnose, frame: bytes) -> None:
    def play(talk: Conversation) -> None:
        read_until(b"\r\n\r\n")(talk)
        switched(talk)
        read(10)(talk)
        talk.send(frame)
        silent()(talk)

    report = diagnose(scripted_peer([play]).url("ws", LOGIN), timeout=1)
    assert report.verdict.status == "broken"
    assert facts(report)["mqtt.connect_outcome"] == "closed"


def test_connack_in_small_frames(scripted_peer: Play, diagnose: Diagnose) -> None:
    """Borders of frames mean nothing to MQTT; pings between them are answered."""

    def frames(data: bytes) -> bytes:
        return b"".join(b"\x82\x01" + data[at : at + 1] for at in range(len(data)))

    def play(talk: Conversation) -> None:
        read_until(b"\r\n\r\n")(talk)
        switched(talk, "Sec-WebSocket-Protocol: mqtt")
        read(10)(talk)
        talk.send(b"\x89\x02hi" + frames(connack(0, "3.1.1")))
        silent()(talk)

    report = diagnose(scripted_peer([play]).url("ws", LOGIN), timeout=1)
    assert facts(report)["login.result"] == "accepted"


def first_packet(data: bytes) -> tuple[bytes, bytes]:
    """The first of these packets, all shorter than 128 bytes behind the fixed header, and what follows it."""
    end = 2 + data[1]
    return data[:end], data[end:]


def test_healthy_scripted_broker(scripted_peer: Play, diagnose: Diagnose) -> None:
    """The peer decodes what we send and gives it back, so that the encoder is read by somebody else's eyes."""

    def play(talk: Conversation) -> None:
        read_until(b"MQTT")(talk)
        talk.send(connack(0, "3.1.1"))
        read_until(b"mqassist ")(talk)
        connect, rest = first_packet(talk.received)
        subscribe, rest = first_packet(rest)
        publish, _ = first_packet(rest)
        assert (connect[0], subscribe[0], publish[0]) == (0x10, 0x82, 0x32)
        talk.send(mqtt.packet(mqtt.SUBACK, b"\x00\x01\x01") + publish + mqtt.acknowledge(mqtt.PUBACK, 2))
        silent()(talk)

    report = diagnose(scripted_peer([play]).url("mqtt", LOGIN), timeout=2)
    assert_healthy(report)
