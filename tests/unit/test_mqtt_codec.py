"""The MQTT codec: what it sends is what the specification says, what it receives never surprises it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.net import mqtt, mqtt_fields
from mqassist.net.mqtt import Ack, ConnAck, Decoder, Malformed, Publish, Signal, Skipped, Version
from mqassist.net.mqtt_codes import REFUSALS, connack_name, reason_name, refusal
from mqassist.probes import _mqtt_facts, mqtt_connect

versions = st.sampled_from(mqtt.VERSIONS)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


# -- what is sent -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.1", "10 11 00 06 4d 51 49 73 64 70 03 02 00 3c 00 03 61 62 63"),
        ("3.1.1", "10 0f 00 04 4d 51 54 54 04 02 00 3c 00 03 61 62 63"),
        ("5", "10 10 00 04 4d 51 54 54 05 02 00 3c 00 00 03 61 62 63"),
    ],
)
def test_connect_without_login(version: Version, expected: str) -> None:
    assert mqtt.connect(version, "abc", keepalive=60) == bytes.fromhex(expected)


def test_connect_with_login() -> None:
    expected = "10 17 00 04 4d 51 54 54 04 c2 00 0a 00 03 61 62 63 00 01 75 00 03 70 77 64"
    assert mqtt.connect("3.1.1", "abc", keepalive=10, username="u", password="pwd") == bytes.fromhex(expected)


def test_a_password_without_user_name_is_for_version_5_only() -> None:
    with pytest.raises(ValueError, match="user name"):
        mqtt.connect("3.1.1", "abc", keepalive=10, password="pwd")
    assert mqtt.connect("5", "abc", keepalive=10, password="pwd")[9] == 0x42


def test_connect_properties() -> None:
    sent = mqtt.connect("5", "c", keepalive=0, properties={"maximum_packet_size": 256, "user_property": "a=b"})
    assert bytes.fromhex("0c 27 00 00 01 00 26 00 01 61 00 01 62") in sent


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (mqtt.subscribe("3.1.1", 7, "a/b", 1), "82 08 00 07 00 03 61 2f 62 01"),
        (mqtt.subscribe("5", 7, "a/b", 1), "82 09 00 07 00 00 03 61 2f 62 01"),
        (mqtt.unsubscribe("3.1", 8, "a"), "a2 05 00 08 00 01 61"),
        (mqtt.unsubscribe("5", 8, "a"), "a2 06 00 08 00 00 01 61"),
        (mqtt.publish("3.1.1", "a", b"hi", 0), "30 05 00 01 61 68 69"),
        (mqtt.publish("3.1.1", "a", b"hi", 2, 9), "34 07 00 01 61 00 09 68 69"),
        (mqtt.publish("5", "a", b"hi", 1, 9), "32 08 00 01 61 00 09 00 68 69"),
        (mqtt.acknowledge(mqtt.PUBREL, 5), "62 02 00 05"),
        (mqtt.acknowledge(mqtt.PUBACK, 5), "40 02 00 05"),
        (mqtt.ping(), "c0 00"),
        (mqtt.disconnect(), "e0 00"),
    ],
)
def test_packets_are_as_the_specification_says(sent: bytes, expected: str) -> None:
    assert sent == bytes.fromhex(expected)


def test_nothing_is_ever_retained() -> None:
    assert all(not mqtt.publish(version, "t", b"x", qos, 1)[0] & 1 for version in mqtt.VERSIONS for qos in (0, 1, 2))


@pytest.mark.parametrize(("value", "size"), [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (268_435_455, 4)])
def test_variable_integers(value: int, size: int) -> None:
    written = mqtt_fields.variable(value)
    assert len(written) == size
    assert mqtt_fields.Reader(written).variable() == value


@pytest.mark.parametrize("value", [-1, 268_435_456])
def test_variable_integers_out_of_range(value: int) -> None:
    with pytest.raises(ValueError, match="four bytes"):
        mqtt_fields.variable(value)


def test_strings_out_of_range() -> None:
    with pytest.raises(ValueError, match="65,535"):
        mqtt_fields.text("x" * 65_536)


# -- what is received -------------------------------------------------------------------------------


def decode(data: bytes, version: Version = "3.1.1", limit: int = mqtt.PACKET_LIMIT) -> list[mqtt.Event]:
    return Decoder(version, limit).feed(data)


@pytest.mark.parametrize(
    ("data", "version", "expected"),
    [
        ("20 02 00 00", "3.1.1", ConnAck(False, 0)),
        ("20 02 01 00", "3.1.1", ConnAck(True, 0)),
        ("20 02 07 05", "3.1", ConnAck(True, 5)),
        ("20 02 00 01", "5", ConnAck(False, 1)),
        ("20 03 00 87 00", "5", ConnAck(False, 0x87)),
        ("20 08 00 00 05 21 00 14 24 01", "5", ConnAck(False, 0, (("receive_maximum", 20), ("maximum_qos", 1)))),
        ("90 03 00 02 80", "3.1.1", Ack("suback", 2, (0x80,))),
        ("90 04 00 02 00 87", "5", Ack("suback", 2, (0x87,))),
        ("40 02 00 01", "3.1.1", Ack("puback", 1, (0,))),
        ("40 02 00 01", "5", Ack("puback", 1, (0,))),
        ("40 03 00 01 87", "5", Ack("puback", 1, (0x87,))),
        ("40 04 00 01 10 00", "5", Ack("puback", 1, (0x10,))),
        ("62 02 00 01", "3.1.1", Ack("pubrel", 1, (0,))),
        ("b0 02 00 03", "3.1.1", Ack("unsuback", 3, (0,))),
        ("b0 04 00 03 00 11", "5", Ack("unsuback", 3, (0x11,))),
        ("d0 00", "3.1.1", Signal("pingresp")),
        ("e0 00", "5", Signal("disconnect", 0)),
        ("e0 01 8e", "5", Signal("disconnect", 0x8E)),
        ("e0 02 9d 00", "5", Signal("disconnect", 0x9D)),
        ("f0 00", "5", Signal("auth", 0)),
        ("30 05 00 01 61 68 69", "3.1.1", Publish("a", b"hi", 0, False, 0)),
        ("33 07 00 01 61 00 09 68 69", "3.1.1", Publish("a", b"hi", 1, True, 9)),
        ("32 0a 00 01 61 00 09 02 01 01 68 69", "5", Publish("a", b"hi", 1, False, 9, (("payload_format", 1),))),
    ],
)  # fmt: skip
def test_packets_of_a_server(data: str, version: Version, expected: mqtt.Event) -> None:
    assert decode(bytes.fromhex(data), version) == [expected]


@pytest.mark.parametrize(
    ("data", "version", "reason"),
    [
        ("21 02 00 00", "3.1.1", "flags"),
        ("20 02 02 00", "3.1.1", "flags"),
        ("60 02 00 01", "3.1.1", "flags"),
        ("20 01 00", "3.1.1", "truncated"),
        ("20 03 00 00 00", "3.1.1", "trailing-bytes"),
        ("d0 01 00", "3.1.1", "trailing-bytes"),
        ("40 03 00 01 00", "3.1.1", "trailing-bytes"),
        ("20 ff ff ff ff 01", "3.1.1", "remaining-length"),
        ("20 80 80 08", "3.1.1", "too-large"),
        ("36 07 00 01 61 00 09 68 69", "3.1.1", "qos"),
        ("e0 00", "3.1.1", "packet-type"),
        ("10 00", "5", "packet-type"),
        ("00 00", "5", "packet-type"),
        ("20 05 00 00 02 7e 01", "5", "unknown-property"),
        ("20 07 00 00 04 24 01 24 00", "5", "repeated-property"),
        ("20 05 00 00 ff 24 01", "5", "truncated"),
        ("20 07 00 00 ff ff ff ff 01", "5", "variable-integer"),
    ],
)
def test_broken_packets_have_a_reason(data: str, version: Version, reason: str) -> None:
    assert decode(bytes.fromhex(data), version) == [Malformed(reason)]


def test_user_properties_may_be_repeated() -> None:
    event = decode(bytes.fromhex("20 11 00 00 0e 26 00 01 61 00 01 62 26 00 01 61 00 01 63"), "5")[0]
    assert isinstance(event, ConnAck)
    assert event.properties == (("user_property", "a=b"), ("user_property", "a=c"))
    assert event.property("server_keepalive") is None


def test_nothing_follows_a_broken_packet() -> None:
    decoder = Decoder("3.1.1")
    assert decoder.feed(b"\x21\x00\xd0\x00") == [Malformed("flags")]
    assert decoder.feed(b"\xd0\x00") == []


def test_large_messages_are_skipped_not_kept() -> None:
    large = mqtt.publish("3.1.1", "big", b"x" * 5000, 0)
    decoder = Decoder("3.1.1", limit=1000)
    events = [event for at in range(0, len(large), 700) for event in decoder.feed(large[at : at + 700])]
    assert events == [Skipped(mqtt.PUBLISH, len(large) - 3)]
    assert decoder.feed(b"\xd0\x00") == [Signal("pingresp")]


def test_a_skipped_message_in_one_piece() -> None:
    decoder = Decoder("3.1.1", limit=10)
    assert decoder.feed(mqtt.publish("3.1.1", "t", b"x" * 20, 0) + b"\xd0\x00") == [
        Skipped(mqtt.PUBLISH, 23),
        Signal("pingresp"),
    ]


def test_broken_utf8_stays_readable() -> None:
    assert decode(b"\x30\x05\x00\x02\xff\x61x") == [Publish("\ufffda", b"x", 0, False, 0)]


@given(version=versions, topic=words, payload=st.binary(max_size=50), qos=st.sampled_from([0, 1, 2]))
def test_a_publish_that_comes_back_is_the_one_that_was_sent(
    version: Version, topic: str, payload: bytes, qos: int
) -> None:
    packet_id = 77 if qos else 0
    assert decode(mqtt.publish(version, topic, payload, qos, packet_id), version) == [
        Publish(topic, payload, qos, False, packet_id)
    ]


@given(data=st.binary(max_size=300), version=versions, cuts=st.lists(st.integers(1, 40), max_size=20))
def test_any_bytes_in_any_pieces_give_the_same_events(data: bytes, version: Version, cuts: list[int]) -> None:
    """Never raises, and does not depend on how TCP cuts the stream."""
    whole = Decoder(version, 100).feed(data)
    decoder, pieces, at = Decoder(version, 100), [], 0
    for size in [*cuts, len(data)]:
        pieces += decoder.feed(data[at : at + size])
        at += size
    pieces += decoder.feed(data[at:])
    assert pieces == whole
    assert all(event.reason in mqtt.MALFORMED for event in whole if isinstance(event, Malformed))


@given(names=st.dictionaries(st.sampled_from(["reason_string", "server_reference", "assigned_client_id"]), words))
def test_properties_that_come_back_are_those_that_were_sent(names: dict[str, str]) -> None:
    body = b"\0\0" + mqtt_fields.properties(names)
    assert decode(mqtt.packet(mqtt.CONNACK, body), "5") == [ConnAck(False, 0, tuple(names.items()))]


# -- codes ------------------------------------------------------------------------------------------


def test_every_code_has_a_refusal() -> None:
    assert {refusal(code) for code in range(1, 256)} == set(REFUSALS)


@pytest.mark.parametrize(
    ("code", "name"), [(0, "Connection accepted"), (5, "Not authorized"), (0x87, "Not authorized"), (0xEE, "0xee")]
)
def test_connack_names(code: int, name: str) -> None:
    assert connack_name(code) == name


def test_reason_names() -> None:
    assert (reason_name(0x8E), reason_name(0x10), reason_name(0x7F)) == (
        "Session taken over",
        "No matching subscribers",
        "0x7f",
    )


def test_the_login_probe_knows_every_word_of_the_codec() -> None:
    """They are spelled out there, so that loading the probes does not load the codec."""
    assert mqtt_connect.REFUSALS == REFUSALS
    assert _mqtt_facts.MALFORMED == mqtt.MALFORMED
