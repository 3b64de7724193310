"""TLS records and handshake messages: right ones read right, wrong ones read as nothing, never an exception."""

from __future__ import annotations

import os
import ssl
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.net.tls_hello import SUITES_BEFORE, SUITES_TLS_1_3, client_hello
from mqassist.net.tls_record import (
    RETRY_REQUEST,
    TLS_1_2,
    TLS_1_3,
    acceptable_issuers,
    looks_like_tls,
    own_certificate_was_sent,
    read_answer,
    sent_certificates,
)


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def _record(content: int, data: bytes) -> bytes:
    return struct.pack("!BHH", content, 0x0303, len(data)) + data


def _server_hello(random: bytes = bytes(32), extensions: bytes = b"", version: int = 0x0303) -> bytes:
    body = struct.pack("!H", version) + random + b"\x00" + struct.pack("!HB", 0x1301, 0)
    return _message(2, body + struct.pack("!H", len(extensions)) + extensions)


def test_tls_1_2_server_hello() -> None:
    answer = read_answer(_record(22, _server_hello()))
    assert answer.hello is not None
    assert (answer.hello.version, answer.hello.cipher) == (TLS_1_2, 0x1301)
    assert not answer.hello.is_retry


def test_tls_1_3_is_said_by_an_extension() -> None:
    answer = read_answer(_record(22, _server_hello(RETRY_REQUEST, b"\x00\x2b\x00\x02\x03\x04")))
    assert answer.hello is not None
    assert answer.hello.version == TLS_1_3
    assert answer.hello.is_retry


def test_server_hello_over_two_records() -> None:
    message = _server_hello()
    answer = read_answer(_record(22, message[:20]) + _record(22, message[20:]))
    assert answer.hello is not None


def test_alert() -> None:
    answer = read_answer(_record(21, b"\x02\x46"))
    assert (answer.is_tls, answer.complete, answer.alert) == (True, True, 70)


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_beginning_waits_for_more(cut: int) -> None:
    answer = read_answer(_record(22, _server_hello())[:cut])
    assert answer.is_tls
    assert not answer.complete


@pytest.mark.parametrize(
    "data",
    [b"AMQP\x00\x00\x09\x01", b"HTTP/1.1 400 Bad Request", b"\x20\x02\x00\x05", b"\x16\x03\x03\xff\xff", b"SSH-2.0"],
)
def test_other_protocols_are_not_tls(data: bytes) -> None:
    assert not looks_like_tls(data)
    assert not read_answer(data).is_tls


def test_certificates_of_both_versions() -> None:
    ders = [b"\x30\x03abc", b"\x30\x02de"]
    old = b"".join(len(der).to_bytes(3, "big") + der for der in ders)
    new = b"".join(len(der).to_bytes(3, "big") + der + b"\x00\x00" for der in ders)
    assert sent_certificates(_message(11, len(old).to_bytes(3, "big") + old)) == tuple(ders)
    assert sent_certificates(_message(11, b"\x00" + len(new).to_bytes(3, "big") + new)) == tuple(ders)


@pytest.mark.parametrize("empty", [b"\x00\x00\x00", b"\x00\x00\x00\x00"])
def test_an_empty_list_is_no_certificate(empty: bytes) -> None:
    assert not own_certificate_was_sent(_message(11, empty))
    assert not own_certificate_was_sent(None)


def test_issuers_that_a_server_accepts() -> None:
    names = b"\x00\x03one\x00\x03two"
    listed = struct.pack("!H", len(names)) + names
    old = _message(13, b"\x02\x01\x40" + b"\x00\x02\x04\x03" + listed)
    new = _message(13, b"\x00" + struct.pack("!HHH", 4 + len(listed), 47, len(listed)) + listed)
    assert acceptable_issuers(old, tls_1_3=False) == (b"one", b"two")
    assert acceptable_issuers(new, tls_1_3=True) == (b"one", b"two")
    assert acceptable_issuers(None, tls_1_3=True) == ()


@given(st.binary(max_size=400))
def test_nothing_a_peer_sends_raises(data: bytes) -> None:
    read_answer(data)
    read_answer(_record(22, data))
    read_answer(_record(22, _message(2, data)))
    for kind in (11, 13):
        message = _message(kind, data)
        sent_certificates(message)
        acceptable_issuers(message, tls_1_3=True)
        acceptable_issuers(message, tls_1_3=False)


@pytest.mark.parametrize(("version", "suites"), [(TLS_1_2, SUITES_BEFORE), (TLS_1_3, SUITES_TLS_1_3)])
def test_openssl_understands_our_hello(version: int, suites: tuple[int, ...]) -> None:
    """A server of OpenSSL without a certificate gets as far as choosing: it refuses for want of one, not our bytes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    asked: list[str | None] = []
    context.sni_callback = lambda _connection, name, _context: asked.append(name)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(client_hello(version, suites, "mq.example.com", os.urandom(96)))
    with pytest.raises(ssl.SSLError, match=r"NO_SHARED_CIPHER|NO_SUITABLE_SIGNATURE_ALGORITHM"):
        server.do_handshake()
    assert asked == ["mq.example.com"]
    assert read_answer(outgoing.read()).alert == 40
