"""What a peer is, by the bytes it answers. Pure: bytes in, a name out; knows nothing of sockets.

The marks come from the protocols' own specifications, cited beside each, and from answers seen on real brokers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from mqassist.net.proxy import printable

Kind = Literal[
    "amqp-0-9-1",
    "amqp-1-0",
    "mqtt",
    "tls",
    "http",
    "websocket",
    "stomp",
    "rabbitmq-stream",
    "epmd",
    "erlang-distribution",
    "ssh",
    "smtp",
    "ftp",
    "pop3",
    "imap",
    "telnet",
    "redis",
    "mysql",
    "postgresql",
    "nats",
    "socks5",
]

AMQP_0_9_1_HEADER = b"AMQP\x00\x00\x09\x01"  # AMQP 0-9-1 §4.2.2
BANNER_SHOWN = 80


def classify(data: bytes) -> Kind | None:
    """The protocol that these first bytes prove, or None. Never raises."""
    return next((kind for kind, proves in _MARKS if proves(data)), None)


def is_amqp_header(data: bytes) -> bool:
    """The protocol header by which a 0-9-1 server refuses what it was sent (§4.2.2)."""
    return data[:8] == AMQP_0_9_1_HEADER


def is_refusing_header(data: bytes) -> bool:
    """The protocol header by which an AMQP server of any version refuses what it was sent."""
    # seen: RabbitMQ 3.10.8 refuses with AMQP 0 0 9 1; 4.0.5 with AMQP 3 1 0 0, though it speaks 0-9-1 as well
    return is_amqp_header(data) or _amqp_1_0(data)


def is_connection_start(data: bytes) -> bool:
    """A method frame on channel 0 with class 10, method 10 (AMQP 0-9-1 §4.2.3, §1.4.2.1)."""
    return data[:3] == b"\x01\x00\x00" and data[7:11] == b"\x00\x0a\x00\x0a"


def is_connack(data: bytes) -> bool:
    """MQTT 3.1.1 §3.2 (two bytes follow) or MQTT 5 §3.2 (at least three)."""
    return len(data) >= 4 and data[0] == 0x20 and data[1] >= 2 and data[2] in (0, 1) and (data[1] > 2 or data[3] <= 5)


def is_server_hello(data: bytes) -> bool:
    """A TLS handshake record that carries a ServerHello (RFC 8446 §4, §5.1)."""
    return len(data) >= 6 and data[0] == 22 and data[1] == 3 and data[5] == 2


def is_tls_alert(data: bytes) -> bool:
    """A TLS alert record (RFC 8446 §6)."""
    # seen: RabbitMQ 3.10.8 answers plain bytes on a TLS port with 15 03 01 00 02 02 0a
    return len(data) >= 7 and data[:2] == b"\x15\x03" and data[3:5] == b"\x00\x02" and data[5] in (1, 2)


def is_unexpected_message(data: bytes) -> bool:
    """A fatal alert 10. After a ClientHello no server of sense sends it: there something spoiled the record."""
    # seen: RabbitMQ 4.0.5 on OTP 27 with proxy_protocol = true takes a ClientHello for the PROXY line that it waits for
    return is_tls_alert(data) and data[5:7] == b"\x02\x0a"


def _amqp_1_0(data: bytes) -> bool:
    # OASIS AMQP 1.0 §2.2: protocol id 0 (AMQP), 2 (TLS), 3 (SASL), version 1.0.0
    return data[:4] == b"AMQP" and data[4:5] in (b"\x00", b"\x02", b"\x03") and data[5:8] == b"\x01\x00\x00"


def _epmd(data: bytes) -> bool:
    # Erlang distribution protocol, NAMES_RESP: epmd's own port in four bytes, then lines "name X at port N"
    if len(data) < 4 or not 0 < int.from_bytes(data[:4], "big") < 65536:
        return False
    return re.match(rb"name [^\n]+ at port \d+\n", data[4:]) is not None


def _erlang(data: bytes) -> bool:
    # Erlang distribution handshake, send_status: two bytes of length, 's', then one of these words
    words = (b"ok", b"ok_simultaneous", b"nok", b"not_allowed", b"alive", b"named:")
    return (
        len(data) >= 5
        and data[2:3] == b"s"
        and any(data[3 : 3 + len(word)] == word and int.from_bytes(data[:2], "big") >= 1 + len(word) for word in words)
    )


def _stream(data: bytes) -> bool:
    # RabbitMQ Stream protocol: size, key 0x8011 (answer to PeerProperties), version 1
    return len(data) >= 8 and data[4:8] == b"\x80\x11\x00\x01"


def _stomp(data: bytes) -> bool:
    # STOMP 1.2 §Frames; memcached says "ERROR\r\n" and nothing more
    return data.startswith((b"CONNECTED\n", b"CONNECTED\r\n")) or (
        data.startswith((b"ERROR\n", b"ERROR\r\n")) and b":" in data
    )


def _mysql(data: bytes) -> bool:
    # MySQL client/server protocol: 3 bytes of length, sequence 0, then protocol version 10 or an ERR packet
    if len(data) < 7 or data[3] != 0 or int.from_bytes(data[:3], "little") < 5:
        return False
    return data[4] == 0xFF or re.match(rb"\x0a[0-9]+\.[ -~]*\x00", data[4:]) is not None


def _postgresql(data: bytes) -> bool:
    # PostgreSQL §55.2.10: one byte answers an SSLRequest; an ErrorResponse starts with 'E' and a length
    return data in (b"S", b"N") or re.match(rb"E\x00\x00..SS?[A-Z]", data, re.DOTALL) is not None


def _redis(data: bytes) -> bool:
    return re.match(rb"-(ERR|DENIED|NOAUTH|MISCONF|LOADING)[ \r]", data) is not None


def _starts(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(marks)


def _greeting(word: bytes) -> Callable[[bytes], bool]:
    pattern = re.compile(rb"220[ -][^\r\n]*" + word, re.IGNORECASE)
    return lambda data: pattern.match(data) is not None


_MARKS: tuple[tuple[Kind, Callable[[bytes], bool]], ...] = (
    ("amqp-0-9-1", lambda data: is_amqp_header(data) or is_connection_start(data)),
    ("amqp-1-0", _amqp_1_0),
    ("mqtt", is_connack),
    ("tls", lambda data: is_server_hello(data) or is_tls_alert(data)),
    ("websocket", lambda data: re.match(rb"HTTP/1\.1 101[ \r]", data) is not None),
    ("http", lambda data: re.match(rb"HTTP/[012]\.[0-9] [1-5][0-9][0-9]", data) is not None),
    ("ssh", _starts(b"SSH-")),  # RFC 4253 §4.2
    ("smtp", _greeting(rb"E?SMTP|LMTP")),  # RFC 5321 §4.2
    ("ftp", _greeting(rb"FTP")),  # RFC 959 §5.4
    ("pop3", _starts(b"+OK ")),  # RFC 1939 §3
    ("imap", _starts(b"* OK ", b"* PREAUTH ", b"* BYE ")),  # RFC 9051 §7.1
    ("telnet", _starts(b"\xff\xfb", b"\xff\xfd")),  # RFC 854
    ("redis", _redis),
    ("nats", _starts(b"INFO {")),
    ("epmd", _epmd),
    ("rabbitmq-stream", _stream),
    ("stomp", _stomp),
    ("erlang-distribution", _erlang),
    ("mysql", _mysql),
    ("postgresql", _postgresql),
    ("socks5", lambda data: data == b"\x05\xff"),  # RFC 1928 §3: no method of those offered
)


def banner(data: bytes) -> str:
    """The bytes as a person can read them: the first line of text, else hex. One bounded line, nothing raw."""
    if _epmd(data):
        data = data[4:]
    first = re.split(rb"[\r\n]", data.strip()[: BANNER_SHOWN * 2], maxsplit=1)[0]
    if first and not any(byte < 32 or byte == 127 for byte in first):
        return printable(first, BANNER_SHOWN)
    return data[:16].hex(" ") + (" …" if len(data) > 16 else "")


def http_head(data: bytes) -> tuple[int, dict[str, str]]:
    """Status and headers (lower-case names) of an HTTP answer; (0, {}) if it is none. RFC 9112 §4, §5."""
    found = re.match(rb"HTTP/[012]\.[0-9] ([1-5][0-9][0-9])", data)
    if found is None:
        return 0, {}
    headers: dict[str, str] = {}
    for line in data.split(b"\r\n\r\n", 1)[0].split(b"\r\n")[1:64]:
        name, _, value = line.partition(b":")
        headers[printable(name).lower()] = printable(value.strip(), 120)
    return int(found[1]), headers


def is_rabbitmq_management(status: int, headers: dict[str, str]) -> bool:
    """The answer to GET /api/overview without a login. Seen: RabbitMQ 3.10.8: 401, realm "RabbitMQ Management"."""
    return status == 401 and "rabbitmq management" in headers.get("www-authenticate", "").lower()
