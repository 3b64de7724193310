"""First packets of many protocols, sent to see what a port answers. None logs in or changes a thing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Literal

from mqassist.net.connection import Connection
from mqassist.net.fingerprint import AMQP_0_9_1_HEADER

Packet = Literal[
    "silence",
    "amqp-0-9-1",
    "amqp-1-0",
    "mqtt",
    "tls",
    "http",
    "websocket",
    "stomp",
    "stream",
    "epmd",
    "erlang",
    "postgresql",
    "proxy+amqp-0-9-1",
    "proxy+mqtt",
    "proxy+tls",
    "http-management",
    "websocket-ws",
    "websocket-mqtt",
]

# MQTT 3.1.1 §3.1.3.1: an empty client id without a clean session must be answered by CONNACK 2 and a close:
# the broker shows itself, yet no login is tried and no session begins
MQTT_PROBE = b"\x10\x0c\x00\x04MQTT\x04\x00\x00\x3c\x00\x00"
AMQP_1_0_HEADER = b"AMQP\x03\x01\x00\x00"  # OASIS AMQP 1.0 §5.3.2: SASL
# an unknown version: STOMP 1.2 §Protocol Negotiation wants an ERROR frame for it, before any login
STOMP_PROBE = b"STOMP\naccept-version:9.9\nhost:/\n\n\x00"
# RabbitMQ Stream protocol, PeerProperties: key 17, version 1, correlation id 0, no properties
STREAM_PROBE = b"\x00\x00\x00\x0c\x00\x11\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"
EPMD_NAMES = b"\x00\x01n"  # Erlang distribution protocol, NAMES_REQ
POSTGRESQL_SSL = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # PostgreSQL §55.7, SSLRequest


def packet(name: Packet, connection: Connection, host: str, port: int, path: str = "/") -> bytes:
    """The bytes of that packet for this connection; `path` is the WebSocket path of the endpoint."""
    return _BUILDERS[name](connection, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", path)


def proxy_line(connection: Connection) -> bytes:
    """PROXY protocol version 1 §2.1, with the true addresses of this connection."""
    family = "TCP6" if connection.address.is_ipv6 else "TCP4"
    source, target = (ip.partition("%")[0] for ip in (connection.local_ip, connection.address.ip))
    text = f"PROXY {family} {source} {target} {connection.local_port} {connection.address.port}"
    return text.encode("ascii") + b"\r\n"


def client_hello(authority: str) -> bytes:
    """A ClientHello as our own OpenSSL makes it; the name is sent only where SNI may carry it."""
    import ssl  # costs 10 ms: only when a peer has to be identified

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    outgoing = ssl.MemoryBIO()
    host = authority.rpartition(":")[0].strip("[]")
    try:
        tls = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=host)
    except ValueError:  # a name that cannot be sent as SNI
        tls = context.wrap_bio(ssl.MemoryBIO(), outgoing)
    with contextlib.suppress(ssl.SSLWantReadError):  # the answer is read elsewhere
        tls.do_handshake()
    return outgoing.read()


def erlang_name() -> bytes:
    """Erlang distribution handshake, send_name of version 6, without the flags that a node must have:
    the node answers with its status and goes no further."""
    # seen: RabbitMQ 3.10.8 on Erlang 25 answers "not_allowed" at once and logs nothing
    name = b"mqassist@localhost"
    body = b"N" + bytes(8) + bytes(4) + len(name).to_bytes(2, "big") + name
    return len(body).to_bytes(2, "big") + body


def _get(path: str, authority: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: mqassist\r\nConnection: close\r\n\r\n".encode()


def _upgrade(path: str, authority: str) -> bytes:
    # RFC 6455 §4.1; MQTT 3.1.1 §6: subprotocol "mqtt"
    return (
        f"GET {path} HTTP/1.1\r\nHost: {authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: bXFhc3Npc3QtcHJvYmUhIQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: mqtt\r\n\r\n"
    ).encode()


_BUILDERS: dict[Packet, Callable[[Connection, str, str], bytes]] = {
    "silence": lambda _connection, _authority, _path: b"",
    "amqp-0-9-1": lambda _connection, _authority, _path: AMQP_0_9_1_HEADER,
    "amqp-1-0": lambda _connection, _authority, _path: AMQP_1_0_HEADER,
    "mqtt": lambda _connection, _authority, _path: MQTT_PROBE,
    "tls": lambda _connection, authority, _path: client_hello(authority),
    "http": lambda _connection, authority, _path: _get("/", authority),
    "websocket": lambda _connection, authority, path: _upgrade(path, authority),
    "stomp": lambda _connection, _authority, _path: STOMP_PROBE,
    "stream": lambda _connection, _authority, _path: STREAM_PROBE,
    "epmd": lambda _connection, _authority, _path: EPMD_NAMES,
    "erlang": lambda _connection, _authority, _path: erlang_name(),
    "postgresql": lambda _connection, _authority, _path: POSTGRESQL_SSL,
    "proxy+amqp-0-9-1": lambda connection, _authority, _path: proxy_line(connection) + AMQP_0_9_1_HEADER,
    "proxy+mqtt": lambda connection, _authority, _path: proxy_line(connection) + MQTT_PROBE,
    "proxy+tls": lambda connection, authority, _path: proxy_line(connection) + client_hello(authority),
    "http-management": lambda _connection, authority, _path: _get("/api/overview", authority),
    "websocket-ws": lambda _connection, authority, _path: _upgrade("/ws", authority),
    "websocket-mqtt": lambda _connection, authority, _path: _upgrade("/mqtt", authority),
}
