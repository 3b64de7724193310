"""RFC 6455 from the client's side: upgrade, frames, masking, and whatever a server may send instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.net import websocket
from mqassist.net.websocket import Control, Data, FrameDecoder, Upgrade, UpgradeReader, Violation

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455 §1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_accept_is_that_of_the_specification() -> None:
    assert websocket.accept_for(KEY) == ACCEPT


def test_keys_are_sixteen_random_bytes() -> None:
    keys = {websocket.new_key() for _ in range(20)}
    assert len(keys) == 20
    assert all(len(key) == 24 for key in keys)


def test_request() -> None:
    request = websocket.upgrade_request("mq.example.com:9001", "/mqtt", KEY, "mqtt").decode()
    assert request.startswith("GET /mqtt HTTP/1.1\r\nHost: mq.example.com:9001\r\n")
    assert "Sec-WebSocket-Protocol: mqtt\r\n" in request
    assert request.endswith("\r\n\r\n")
    assert "Sec-WebSocket-Protocol" not in websocket.upgrade_request("h", "/", KEY, None).decode()


def test_a_path_cannot_add_lines_to_the_request() -> None:
    request = websocket.upgrade_request("h", "/a b\r\nX-Evil: 1\r\n中", KEY, None)
    assert request.startswith(b"GET /a%20b%0D%0AX-Evil:%201%0D%0A%E4%B8%AD HTTP/1.1\r\n")


def answer(*lines: str, status: str = "101 Switching Protocols") -> bytes:
    return ("\r\n".join([f"HTTP/1.1 {status}", *lines]) + "\r\n\r\n").encode()


GOOD = ("Upgrade: WebSocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {ACCEPT}")


@pytest.mark.parametrize(
    ("data", "result", "status"),
    [
        (answer(*GOOD), "open", 101),
        (answer(*GOOD, "Sec-WebSocket-Protocol: mqtt"), "open", 101),
        (answer(*GOOD, "Sec-WebSocket-Protocol: amqp"), "bad-subprotocol", 101),
        (answer(*GOOD[:2], "Sec-WebSocket-Accept: other"), "bad-accept", 101),
        (answer(GOOD[1], GOOD[2]), "bad-accept", 101),
        (answer(status="404 Not Found"), "status", 404),
        (answer(status="200"), "status", 200),
        (answer(status="20 OK"), "not-http", 0),
        (b"AMQP\0\0\x09\x01", "not-http", 0),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 5000, "too-long", 0),
        (answer("X: " + "y" * 20_000), "too-long", 0),
    ],
)
def test_answers_to_the_upgrade(data: bytes, result: str, status: int) -> None:
    found = UpgradeReader(KEY, "mqtt").feed(data)
    assert found is not None
    assert (found.result, found.status) == (result, status)


def test_headers_and_what_comes_after_them() -> None:
    found = UpgradeReader(KEY, "mqtt").feed(answer(*GOOD, "Server: Cowboy") + b"\x82\x00")
    assert found is not None
    assert (found.header("server"), found.header("location"), found.rest) == ("Cowboy", "", b"\x82\x00")


@given(st.binary(max_size=200), st.lists(st.integers(1, 30), max_size=10))
def test_any_answer_in_any_pieces_is_judged_or_waited_for(data: bytes, cuts: list[int]) -> None:
    whole = UpgradeReader(KEY, None).feed(b"HTTP/1.1 404 " + data)
    reader, found, at = UpgradeReader(KEY, None), None, 0
    text = b"HTTP/1.1 404 " + data
    for size in [*cuts, len(text)]:
        if found is None and at < len(text):
            found = reader.feed(text[at : at + size])
            at += size
    assert (found is None) == (whole is None)
    assert found is None or (isinstance(found, Upgrade) and found.status in (0, 404))


# -- frames -----------------------------------------------------------------------------------------


def unmasked(frame: bytes) -> tuple[int, bytes]:
    """What a server reads in a client's frame."""
    assert frame[0] & 0x80
    assert frame[1] & 0x80, "a client masks"
    length, at = frame[1] & 0x7F, 2
    if length > 125:
        size = 2 if length == 126 else 8
        length, at = int.from_bytes(frame[2 : 2 + size], "big"), 2 + size
    mask, payload = frame[at : at + 4], frame[at + 4 :]
    assert len(payload) == length
    return frame[0] & 0x0F, bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def test_masking_is_that_of_the_specification() -> None:
    assert websocket.frame(websocket.TEXT, b"Hello", b"\x37\xfa\x21\x3d") == bytes.fromhex("818537fa213d7f9f4d5158")


@pytest.mark.parametrize("length", [0, 1, 3, 4, 125, 126, 65_535, 65_536])
def test_frames_of_every_length_form(length: int) -> None:
    payload = bytes(i % 251 for i in range(length))
    assert unmasked(websocket.frame(websocket.BINARY, payload)) == (websocket.BINARY, payload)


def server_frame(opcode: int, payload: bytes, *, final: bool = True) -> bytes:
    first = (0x80 if final else 0) | opcode
    if len(payload) < 126:
        return bytes([first, len(payload)]) + payload
    return bytes([first, 126]) + len(payload).to_bytes(2, "big") + payload


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (server_frame(2, b"ab"), [Data(b"ab")]),
        (server_frame(1, b"ab"), [Data(b"ab")]),
        (server_frame(2, b"a", final=False) + server_frame(0, b"b"), [Data(b"a"), Data(b"b")]),
        (
            server_frame(2, b"a", final=False) + server_frame(9, b"p") + server_frame(0, b"b"),
            [Data(b"a"), Control("ping", b"p"), Data(b"b")],
        ),
        (server_frame(10, b""), [Control("pong")]),
        (server_frame(8, b""), [Control("close", b"", 1005)]),
        (server_frame(8, b"\x03\xeabye"), [Control("close", b"\x03\xeabye", 1002, "bye")]),
        (server_frame(2, b"x" * 300), [Data(b"x" * 300)]),
    ],
)
def test_frames_of_a_server(data: bytes, expected: list[websocket.FrameEvent]) -> None:
    assert FrameDecoder().feed(data) == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xc2\x00", "reserved-bits"),
        (b"\x82\x81abcdx", "masked"),
        (b"\x83\x00", "unknown-opcode"),
        (b"\x09\x00", "bad-control"),
        (b"\x89\x7e\x00\x80", "bad-control"),
        (b"\x80\x00", "bad-continuation"),
        (server_frame(2, b"a", final=False) + server_frame(2, b"b"), "bad-continuation"),
        (b"\x82\x7f" + (websocket.FRAME_LIMIT + 1).to_bytes(8, "big"), "too-long"),
        (b"\x82\x7f" + b"\xff" * 8, "too-long"),
    ],
)
def test_broken_frames_have_a_reason(data: bytes, reason: str) -> None:
    assert FrameDecoder().feed(data)[-1] == Violation(reason)  # type: ignore[arg-type]  # literals


def test_nothing_follows_a_close() -> None:
    decoder = FrameDecoder()
    assert decoder.feed(server_frame(8, b"") + server_frame(2, b"late")) == [Control("close", b"", 1005)]
    assert decoder.feed(server_frame(2, b"later")) == []


@given(data=st.binary(max_size=300), cuts=st.lists(st.integers(1, 40), max_size=20))
def test_any_bytes_in_any_pieces_give_the_same_events(data: bytes, cuts: list[int]) -> None:
    whole = FrameDecoder().feed(data)
    decoder, pieces, at = FrameDecoder(), [], 0
    for size in [*cuts, len(data)]:
        pieces += decoder.feed(data[at : at + size])
        at += size
    pieces += decoder.feed(data[at:])
    assert pieces == whole


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=200)), max_size=6))
def test_good_frames_come_through_whole(frames: list[tuple[int, bytes]]) -> None:
    data = b"".join(server_frame(opcode, payload) for opcode, payload in frames)
    assert FrameDecoder().feed(data) == [Data(payload) for _, payload in frames]
