"""AMQP 0-9-1 bytes: what we encode is read back, what a peer sends is bounded and never raises."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.net.amqp import MAX_FRAME, Content, Decoder, Heartbeat, Malformed, Method, ServerHeader
from mqassist.net.amqp_codec import CodecError, Reader, Value, short_string, table
from mqassist.net.amqp_methods import (
    HEARTBEAT,
    amqplain_response,
    basic_publish,
    connection_close,
    frame,
    method,
    plain_response,
    queue_declare,
    tune_ok,
)

SCALARS = st.one_of(
    st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text(max_size=40), st.none(), st.floats(allow_nan=False)
)
NAMES = st.text(max_size=30)
TABLES = st.dictionaries(NAMES, SCALARS | st.dictionaries(NAMES, SCALARS, max_size=4), max_size=6)


@given(TABLES)
def test_tables_survive_the_way_there_and_back(values: dict[str, Value]) -> None:
    assert Reader(table(values)).table() == values


@given(st.binary(max_size=200))
def test_any_bytes_as_table_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(CodecError):
        assert isinstance(Reader(data).table(), dict)


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_any_bytes_from_a_peer_become_events(chunks: list[bytes]) -> None:
    decoder = Decoder()
    for chunk in chunks:
        for event in decoder.feed(chunk):
            assert isinstance(event, Method | Content | Heartbeat | ServerHeader | Malformed)
    assert decoder.unfinished <= 60 * 8


@given(st.integers(1, 30))
def test_events_do_not_depend_on_how_the_bytes_are_cut(size: int) -> None:
    stream = method(0, 10, 30, struct.pack("!HIH", 2047, 131072, 60)) + HEARTBEAT + method(1, 85, 11)
    whole = Decoder().feed(stream)
    decoder, pieces = Decoder(), []
    for at in range(0, len(stream), size):
        pieces += decoder.feed(stream[at : at + size])
    assert pieces == whole
    assert [type(event) for event in whole] == [Method, Heartbeat, Method]


def test_close_carries_its_reason() -> None:
    arguments = struct.pack("!H", 530) + short_string("NOT_ALLOWED - vhost x not found") + struct.pack("!HH", 10, 40)
    (event,) = Decoder().feed(method(0, 10, 50, arguments))
    assert isinstance(event, Method)
    assert (event.name, event.number("code"), event.text("text")) == (
        *("connection.close", 530),
        "NOT_ALLOWED - vhost x not found",
    )
    assert (event.number("class_id"), event.number("method_id")) == (10, 40)


@pytest.mark.parametrize(
    ("raw", "version"),
    [
        (b"AMQP\x00\x00\x09\x01", "0-9-1"),
        (b"AMQP\x00\x01\x00\x00", "1-0"),
        (b"AMQP\x03\x01\x00\x00", "1-0 (SASL)"),
        (b"AMQP\x02\x01\x00\x00", "1-0 (TLS)"),
        (b"AMQP\x01\x01\x00\x0a", "1-0"),
    ],
)
def test_a_header_as_answer_names_its_version(raw: bytes, version: str) -> None:
    (event,) = Decoder().feed(raw + b"anything")
    assert isinstance(event, ServerHeader)
    assert event.version == version


def test_a_header_may_come_byte_by_byte() -> None:
    decoder = Decoder()
    events = [event for byte in b"AMQP\x00\x00\x09\x01" for event in decoder.feed(bytes([byte]))]
    assert events == [ServerHeader(b"AMQP\x00\x00\x09\x01")]


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\x15\x03\x01\x00\x02\x02\n",
        b"\x01\x00\x00\xff\xff\xff\xff",
        frame(1, 0, b"\x00\x0a\x00\x0a")[:-1] + b"\x00",
        frame(1, 0, b"\x00\x0a"),
        frame(1, 0, struct.pack("!HH", 10, 50) + b"\x01"),
        frame(2, 1, b"\x00"),
    ],
    ids=["http", "tls alert", "huge length", "frame end", "cut method", "cut arguments", "cut header"],
)
def test_what_is_not_amqp_ends_the_decoding(raw: bytes) -> None:
    decoder = Decoder()
    events = decoder.feed(raw)
    assert isinstance(events[-1], Malformed)
    assert decoder.feed(method(0, 10, 41)) == []
    assert decoder.unfinished == 0


def test_a_frame_is_buffered_only_up_to_the_limit() -> None:
    decoder = Decoder()
    assert decoder.feed(struct.pack("!BHI", 3, 1, MAX_FRAME) + bytes(1000)) == []
    assert isinstance(Decoder().feed(struct.pack("!BHI", 3, 1, MAX_FRAME + 1))[0], Malformed)


def test_deep_tables_are_refused() -> None:
    inner = table({})
    for _ in range(100):
        inner = struct.pack("!I", len(inner) + 3) + b"\x01tF" + inner
    with pytest.raises(CodecError):
        Reader(inner).table()


def test_unknown_methods_keep_their_numbers() -> None:
    assert Decoder().feed(method(7, 99, 1, b"whatever")) == [Method(7, "99.1", 99, 1, {})]


def test_bits_share_an_octet_and_numbers_start_anew() -> None:
    (event,) = Decoder().feed(method(1, 60, 120, struct.pack("!Q", 5) + b"\x03"))
    assert isinstance(event, Method)
    assert dict(event.fields) == {"delivery": 5, "multiple": True, "requeue": True}


def test_a_publish_is_three_frames_in_one_piece() -> None:
    events = Decoder().feed(basic_publish(1, "x", "k", b"body", expiration="0"))
    assert [type(event) for event in events] == [Method, Content, Content]
    assert events[1] == Content(1, size=4)
    assert events[2] == Content(1, data=b"body")


def test_flags_of_our_own_queue() -> None:
    raw = queue_declare(1, "q", exclusive=True, auto_delete=True)
    assert raw[7:] == b"\x00\x32\x00\x0a\x00\x00\x01q\x0c\x00\x00\x00\x00\xce"


def test_what_we_send_fits_the_specification() -> None:
    assert tune_ok(1, 2, 3) == b"\x01\x00\x00\x00\x00\x00\x0c\x00\x0a\x00\x1f\x00\x01\x00\x00\x00\x02\x00\x03\xce"
    assert HEARTBEAT == b"\x08\x00\x00\x00\x00\x00\x00\xce"
    assert connection_close()[:11] == b"\x01\x00\x00\x00\x00\x00\x0f\x00\x0a\x00\x32"
    assert plain_response("ü", "p") == b"\x00\xc3\xbc\x00p"
    assert amqplain_response("u", "p") == b"\x05LOGINS\x00\x00\x00\x01u\x08PASSWORDS\x00\x00\x00\x01p"


def test_names_longer_than_a_short_string_are_refused() -> None:
    assert len(short_string("x" * 255)) == 256
    with pytest.raises(ValueError, match="255"):
        short_string("ü" * 128)


def test_text_that_is_no_unicode_is_sent_all_the_same() -> None:
    assert short_string("a\udcff\ud800") == b"\x03a??"
    assert plain_response("a\udcff", "b\udcff\ud800") == b"\x00a\xff\x00b??"
