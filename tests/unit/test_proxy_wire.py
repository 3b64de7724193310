"""HTTP CONNECT and SOCKS5 as bytes in, events out."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.net.proxy import MAX_HEADER, HttpConnect, Login, Negotiation, Opened, Refused, Send, Socks5, printable
from tests.support.canary import CANARY


def answer(talk: Negotiation, *pieces: bytes) -> list[Send | Opened | Refused]:
    talk.start()
    return [event for piece in pieces for event in talk.feed(piece)]


# -- HTTP CONNECT -------------------------------------------------------------------------------


def test_connect_names_the_target_twice_and_shows_no_password() -> None:
    sent = HttpConnect("mq.example", 5672, Login("me", CANARY)).start()
    assert sent.data.startswith(b"CONNECT mq.example:5672 HTTP/1.1\r\nHost: mq.example:5672\r\n")
    assert base64.b64encode(f"me:{CANARY}".encode()) in sent.data
    assert CANARY.encode() not in sent.shown
    assert base64.b64encode(f"me:{CANARY}".encode()) not in sent.shown


def test_an_ipv6_target_stands_in_brackets() -> None:
    assert HttpConnect("2001:db8::1", 5671).start().data.startswith(b"CONNECT [2001:db8::1]:5671 HTTP/1.1\r\n")


def test_success_hands_on_what_came_behind_the_header() -> None:
    got = answer(HttpConnect("h", 1), b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\nSSH-2.0-x\r\n")
    assert got == [Opened(200, "Connection established", b"SSH-2.0-x\r\n")]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_the_answer_may_come_in_any_pieces(size: int) -> None:
    whole = b"HTTP/1.1 200 OK\r\nProxy-agent: x\r\n\r\nrest"
    got = answer(HttpConnect("h", 1), *(whole[at : at + size] for at in range(0, len(whole), size)))
    assert isinstance(got[0], Opened)
    assert len(got) == 1


@pytest.mark.parametrize(
    ("head", "login", "result", "target"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n", None, "denied", ""),
        (b"HTTP/1.1 405 Method Not Allowed\r\n", None, "denied", ""),
        (b"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Basic realm=x\r\n", None, "authentication-required", ""),
        (b"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Basic realm=x\r\n", Login("a", "b"), "authentication-failed", ""),
        (b"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Negotiate\r\n", Login("a", "b"), "no-shared-method", ""),
        (b"HTTP/1.1 503 Service\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\n", None, "bad-gateway", "refused"),
        (b"HTTP/1.1 503 Service\r\nX-Squid-Error: ERR_CONNECT_FAIL 113\r\n", None, "bad-gateway", "host-unreachable"),
        (b"HTTP/1.1 503 Service\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\n", None, "bad-gateway", "name-not-found"),
        (b"HTTP/1.1 500 Error\r\nX-Squid-Error: ERR_CANNOT_FORWARD 0\r\n", None, "bad-gateway", ""),
        (b"HTTP/1.1 504 Gateway Timeout\r\n", None, "bad-gateway", "timed-out"),
        (b"HTTP/1.1 404 Not Found\r\n", None, "not-a-proxy", ""),
        (b"HTTP/1.1 501 Unsupported method\r\n", None, "not-a-proxy", ""),
        (b"HTTP/1.1 500 Oops\r\n", None, "failed", ""),
    ],
)
def test_refusals_are_told_apart(head: bytes, login: Login | None, result: str, target: str) -> None:
    (refused,) = answer(HttpConnect("h", 1, login), head + b"\r\n")
    assert isinstance(refused, Refused)
    assert (refused.result, refused.target) == (result, target)
    assert refused.status == int(head[9:12])


@pytest.mark.parametrize("data", [b"AMQP\0\0\t\1", b"\x05\xff", b"SSH-2.0-x\r\n", b"HTTP/1.1 x\r\n\r\n", b"HTTP/2"])
def test_other_answers_are_not_a_proxys(data: bytes) -> None:
    (refused,) = answer(HttpConnect("h", 1), data)
    assert isinstance(refused, Refused)
    assert refused.result == "not-a-proxy"
    assert refused.status == -1


def test_an_endless_header_is_given_up() -> None:
    got = answer(HttpConnect("h", 1), b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * (MAX_HEADER // 6 + 1))
    assert [event.detail for event in got if isinstance(event, Refused)] == ["endless header"]


# -- SOCKS5 -------------------------------------------------------------------------------------

REPLY = b"\x05\x00\x00\x01\x7f\x00\x00\x01\x1f\x90"


def test_without_a_login_only_no_authentication_is_offered() -> None:
    talk = Socks5("mq.example", 5672)
    assert talk.start().data == b"\x05\x01\x00"
    assert talk.feed(b"\x05\x00") == (
        Send(b"\x05\x01\x00\x03\x0amq.example\x16\x28", b"\x05\x01\x00\x03\x0amq.example\x16\x28"),
    )
    assert talk.feed(REPLY + b"AMQP") == (Opened(0, "succeeded", b"AMQP"),)


def test_login_is_sent_when_asked_for_and_never_shown() -> None:
    talk = Socks5("10.0.0.1", 1883, Login("me", CANARY))
    assert talk.start().data == b"\x05\x02\x00\x02"
    (sent,) = talk.feed(b"\x05\x02")
    assert isinstance(sent, Send)
    assert sent.data == b"\x01\x02me" + bytes([len(CANARY)]) + CANARY.encode()
    assert CANARY.encode() not in sent.shown
    request = b"\x05\x01\x00\x01\x0a\0\0\x01\x07\x5b"
    assert talk.feed(b"\x01\x00") == (Send(request, request),)


def test_ipv6_targets_are_sent_as_addresses() -> None:
    (sent,) = answer(Socks5("::1", 5672), b"\x05\x00")
    assert isinstance(sent, Send)
    assert sent.data == b"\x05\x01\x00\x04" + bytes(15) + b"\x01\x16\x28"


@pytest.mark.parametrize(
    ("code", "result", "target"),
    [
        (1, "failed", ""),
        (2, "denied", ""),
        (3, "bad-gateway", "network-unreachable"),
        (4, "bad-gateway", "host-unreachable"),
        (5, "bad-gateway", "refused"),
        (6, "bad-gateway", "timed-out"),
        (7, "denied", ""),
        (8, "failed", ""),
        (99, "failed", ""),
    ],
)
def test_each_reply_code_has_its_meaning(code: int, result: str, target: str) -> None:
    got = answer(Socks5("h", 1), b"\x05\x00", bytes([5, code, 0, 1, 0, 0, 0, 0, 0, 0]))[-1]
    assert isinstance(got, Refused)
    assert (got.result, got.target, got.status) == (result, target, code)


@pytest.mark.parametrize(
    ("pieces", "login", "result"),
    [
        ((b"\x05\xff",), None, "authentication-required"),
        ((b"\x05\xff",), Login("a", "b"), "no-shared-method"),
        ((b"\x05\x01",), Login("a", "b"), "no-shared-method"),
        ((b"\x05\x02", b"\x01\x01"), Login("a", "b"), "authentication-failed"),
        ((b"HTTP/1.1 400 Bad Request\r\n",), None, "not-a-proxy"),
        ((b"\x05\x00", b"\x05\x00\x00\x09"), None, "not-a-proxy"),
        ((b"\x05\x00", b"\x04\x00"), None, "not-a-proxy"),
        ((b"\x05\x02",), Login("a", ""), "failed"),
        ((b"\x05\x02",), Login("a", "x" * 256), "failed"),
    ],
)
def test_socks_refusals(pieces: tuple[bytes, ...], login: Login | None, result: str) -> None:
    got = answer(Socks5("h", 1, login), *pieces, b"\0\0\0\0\0\0")
    refused = [event for event in got if isinstance(event, Refused)]
    assert [event.result for event in refused] == [result]


def test_a_host_name_that_does_not_fit_is_refused_before_it_is_sent() -> None:
    (refused,) = answer(Socks5("x" * 300, 1), b"\x05\x00")
    assert isinstance(refused, Refused)
    assert refused.result == "failed"


# -- hostile bytes --------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=64), max_size=12), st.booleans(), st.booleans())
def test_no_bytes_make_it_raise_and_one_end_is_all(pieces: list[bytes], socks: bool, login: bool) -> None:
    own = Login("u", "p") if login else None
    talk: Negotiation = Socks5("h", 1, own) if socks else HttpConnect("h", 1, own)
    ends = [event for event in answer(talk, *pieces) if not isinstance(event, Send)]
    assert len(ends) <= 1


@given(st.binary(max_size=400))
def test_what_is_shown_of_a_peer_is_one_bounded_printable_line(data: bytes) -> None:
    shown = printable(data, 80)
    assert shown.isprintable()
    assert len(shown) <= 81
