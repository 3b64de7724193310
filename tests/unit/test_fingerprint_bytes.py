"""Which protocol a peer's first bytes prove. The bytes of brokers were recorded from real ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.net.fingerprint import banner, classify, http_head, is_rabbitmq_management

RECORDED = [
    ("amqp-0-9-1", b"AMQP\x00\x00\x09\x01"),
    ("amqp-0-9-1", b"\x01\x00\x00\x00\x00\x01\xfe\x00\x0a\x00\x0a\x00\x09\x00\x00\x01\xd9\x0ccapabilities"),
    ("amqp-1-0", b"AMQP\x03\x01\x00\x00"),
    ("amqp-1-0", b"AMQP\x00\x01\x00\x00"),
    ("mqtt", b"\x20\x02\x00\x02"),
    ("mqtt", b"\x20\x02\x00\x05"),
    ("mqtt", b"\x20\x03\x00\x87\x00"),
    ("tls", b"\x15\x03\x01\x00\x02\x02\x0a"),
    ("tls", b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03\x6e\xea"),
    ("http", b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"),
    ("http", b"HTTP/1.0 403 Forbidden\r\ncontent-type: text/html\r\n"),
    ("websocket", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"),
    ("epmd", b"\x00\x00\x11\x11name rabbit at port 25672\n"),
    ("erlang-distribution", b"\x00\x0csnot_allowed"),
    ("erlang-distribution", b"\x00\x03sok"),
    ("stomp", b"ERROR\nmessage:Version mismatch\nversion:1.0,1.1,1.2\ncontent-type:text/plain\n\nx\x00"),
    ("rabbitmq-stream", b"\x00\x00\x01\x02\x80\x11\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x06"),
    ("ssh", b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"),
    ("smtp", b"220 mail.example.org ESMTP Postfix (Debian/GNU)\r\n"),
    ("ftp", b"220 ProFTPD Server (Debian) [::ffff:10.0.0.1]\r\n"),
    ("ftp", b"220-Welcome to Pure-FTPd\r\n"),
    ("pop3", b"+OK Dovecot ready.\r\n"),
    ("imap", b"* OK [CAPABILITY IMAP4rev1 SASL-IR] Dovecot ready.\r\n"),
    ("telnet", b"\xff\xfd\x18\xff\xfd\x20"),
    ("redis", b"-ERR wrong number of arguments for 'get' command\r\n"),
    ("redis", b"-DENIED Redis is running in protected mode\r\n"),
    ("mysql", b"\x5b\x00\x00\x00\x0a5.5.5-10.11.6-MariaDB-0+deb12u1\x00\x2a\x00\x00\x00"),
    ("mysql", b"\x45\x00\x00\x00\xffj\x04Host '10.0.0.1' is not allowed to connect to this MySQL server"),
    ("postgresql", b"N"),
    ("postgresql", b"E\x00\x00\x00\x8cSFATAL\x00VFATAL\x00C0A000\x00"),
    ("nats", b'INFO {"server_id":"x","version":"2.10"} \r\n'),
    ("socks5", b"\x05\xff"),
]


@pytest.mark.parametrize(("kind", "data"), RECORDED, ids=[f"{kind}-{at}" for at, (kind, _) in enumerate(RECORDED)])
def test_recorded_answers(kind: str, data: bytes) -> None:
    assert classify(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"A",
        b"AMQP",
        b"AMQP\x01\x01\x00\x0a",
        b"\x01\x00\x00\x00",
        b"\x20\x02",
        b"\x20\x02\x07\x00",
        b"\x15\x03\x01\x00\x02",
        b"\x16\x03\x01\x00\x05\x01\x00\x00",
        b"HTTP",
        b"HTTP/1.1 abc",
        b"220 hello\r\n",
        b"ERROR\r\n",
        b"\x00\x00\x11\x11",
        b"hello world",
        b"\x00" * 64,
        b"\xff" * 64,
    ],
)
def test_bytes_that_prove_nothing(data: bytes) -> None:
    assert classify(data) is None


@given(st.binary(max_size=300))
def test_nothing_raises_and_a_banner_is_one_bounded_printable_line(data: bytes) -> None:
    classify(data)
    http_head(data)
    assert banner(data).isprintable()
    assert len(banner(data)) <= 82


def test_banners_show_text_as_text_and_the_rest_in_hex() -> None:
    assert banner(b"SSH-2.0-x\r\nmore") == "SSH-2.0-x"
    assert banner(b"AMQP\x00\x00\x09\x01") == "41 4d 51 50 00 00 09 01"
    assert banner(b"\x00\x00\x11\x11name rabbit at port 25672\n") == "name rabbit at port 25672"
    assert banner(b"\x1b[31mred\r\n") == "1b 5b 33 31 6d 72 65 64 0d 0a"


def test_the_management_page_is_known_by_its_realm() -> None:
    head = b'HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic realm="RabbitMQ Management"\r\nserver: Cowboy\r\n\r\n'
    assert is_rabbitmq_management(*http_head(head))
    assert not is_rabbitmq_management(*http_head(b"HTTP/1.1 401 Unauthorized\r\nserver: Cowboy\r\n\r\n"))
    assert not is_rabbitmq_management(*http_head(b"SSH-2.0-x"))
