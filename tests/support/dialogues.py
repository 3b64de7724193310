"""Well-formed first answers of each protocol, as bytes: what hostile peers cut short, repeat and spoil."""

from __future__ import annotations

import base64
import hashlib
import struct

from tests.support.peer import Conversation, Step, read, read_until, send


def shortstr(text: str) -> bytes:
    return bytes([len(text)]) + text.encode()


def longstr(data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + data


def amqp_frame(kind: int, channel: int, payload: bytes) -> bytes:
    # AMQP 0-9-1 §4.2.3
    return struct.pack("!BHI", kind, channel, len(payload)) + payload + b"\xce"


def amqp_method(class_id: int, method_id: int, arguments: bytes = b"", channel: int = 0) -> bytes:
    return amqp_frame(1, channel, struct.pack("!HH", class_id, method_id) + arguments)


def amqp_table(**fields: str) -> bytes:
    return longstr(b"".join(shortstr(name) + b"S" + longstr(value.encode()) for name, value in fields.items()))


AMQP_HEADER = b"AMQP\x00\x00\x09\x01"
_PROPERTIES = amqp_table(product="RabbitMQ", version="3.10.8")
AMQP_START = amqp_method(10, 10, b"\x00\x09" + _PROPERTIES + longstr(b"AMQPLAIN PLAIN") + longstr(b"en_US"))
AMQP_TUNE = amqp_method(10, 30, struct.pack("!HIH", 2047, 131072, 60))
AMQP_OPEN_OK = amqp_method(10, 41, b"\x00")
AMQP_FULL: tuple[Step, ...] = (
    read(8), send(AMQP_START), read_until(b"\x00\x0a\x00\x0b"), send(AMQP_TUNE), read_until(b"\x00\x0a\x00\x28"),
    send(AMQP_OPEN_OK),
)  # fmt: skip
"""The dialogue up to Connection.OpenOk."""


def nested_table(depth: int) -> bytes:
    """A field table in a field table … `depth` levels deep."""
    inner = longstr(b"")
    for _ in range(depth):
        inner = longstr(shortstr("t") + b"F" + inner)
    return inner


def mqtt_packet(first_byte: int, body: bytes) -> bytes:
    # MQTT 3.1.1 §2.2.3
    length, encoded = len(body), b""
    while True:
        length, digit = length >> 7, length & 127
        encoded += bytes([digit | (128 if length else 0)])
        if not length:
            return bytes([first_byte]) + encoded + body


MQTT_CONNACK = b"\x20\x02\x00\x00"


def websocket_upgrade() -> Step:
    """Answers the HTTP upgrade as RFC 6455 §4.2.2 says; the rest of the script runs after it."""

    def step(talk: Conversation) -> None:
        read_until(b"\r\n\r\n")(talk)
        lines = talk.received.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        key = headers.get("sec-websocket-key", "")
        digest = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
        accept = base64.b64encode(digest).decode()
        talk.send(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n".encode()
        )

    return step


def websocket_frame(payload: bytes, opcode: int = 2, *, announced: int | None = None) -> bytes:
    """One unmasked frame; `announced` is the length it claims, if not its own."""
    size = len(payload) if announced is None else announced
    if size < 126:
        return bytes([0x80 | opcode, size]) + payload
    if size < 65536:
        return bytes([0x80 | opcode, 126]) + struct.pack("!H", size) + payload
    return bytes([0x80 | opcode, 127]) + struct.pack("!Q", size) + payload
