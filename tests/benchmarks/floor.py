#!/usr/bin/env python3
"""The least a healthy check can cost: the same steps with raw sockets, no findings, no report. Standard library only.

    floor.py amqp|amqps|mqtt HOST PORT --user NAME [--ca FILE]     the password comes from the variable FLOOR_PASSWORD

Resolve, connect, (TLS with verification), then AMQP: open, declare an exclusive queue, publish, get; or MQTT: connect,
subscribe, publish at QoS 1, echo. Requests that need no answer first go out together.
"""

from __future__ import annotations

import argparse
import os
import socket
import struct
import sys


class Stream:
    """Bytes in, in pieces of known size."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.buffer = b""

    def take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            if hasattr(socket, "TCP_QUICKACK"):
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            data = self.sock.recv(65536)
            if not data:
                sys.exit("the broker closed")
            self.buffer += data
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken


def frame(kind: int, channel: int, payload: bytes) -> bytes:
    return struct.pack("!BHI", kind, channel, len(payload)) + payload + b"\xce"


def method(channel: int, class_id: int, method_id: int, arguments: bytes) -> bytes:
    return frame(1, channel, struct.pack("!HH", class_id, method_id) + arguments)


def short(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def amqp_read(stream: Stream) -> tuple[int, bytes]:
    kind, _, size = struct.unpack("!BHI", stream.take(7))
    return kind, stream.take(size + 1)[:-1]


def amqp_expect(stream: Stream, class_id: int, method_id: int) -> bytes:
    while True:
        kind, payload = amqp_read(stream)
        if kind == 1 and struct.unpack("!HH", payload[:4]) == (class_id, method_id):
            return payload[4:]
        if kind == 1 and payload[:4] in (b"\x00\x0a\x00\x32", b"\x00\x14\x00\x28"):
            sys.exit(f"refused: {payload!r}")


def amqp(sock: socket.socket, user: bytes, password: bytes) -> None:
    stream = Stream(sock)
    sock.sendall(b"AMQP\x00\x00\x09\x01")
    amqp_expect(stream, 10, 10)
    login = b"\0" + user + b"\0" + password
    start_ok = struct.pack("!I", 0) + short(b"PLAIN") + struct.pack("!I", len(login)) + login + short(b"en_US")
    sock.sendall(method(0, 10, 11, start_ok))
    tune = amqp_expect(stream, 10, 30)
    sock.sendall(method(0, 10, 31, tune[:8]) + method(0, 10, 40, short(b"/") + b"\0\0"))
    amqp_expect(stream, 10, 41)
    queue = b"floor-" + os.urandom(6).hex().encode()
    sock.sendall(
        method(1, 20, 10, b"\0")
        + method(1, 50, 10, b"\0\0" + short(queue) + b"\x0c" + struct.pack("!I", 0))
        + method(1, 60, 40, b"\0\0" + short(b"") + short(queue) + b"\0")
        + frame(2, 1, struct.pack("!HHQH", 60, 0, 5, 0))
        + frame(3, 1, b"hello")
        + method(1, 60, 70, b"\0\0" + short(queue) + b"\x01")
    )
    amqp_expect(stream, 60, 71)
    amqp_read(stream)
    if amqp_read(stream) != (3, b"hello"):
        sys.exit("another message came back")
    sock.sendall(method(0, 10, 50, struct.pack("!H", 200) + short(b"bye") + bytes(4)))


def mqtt(sock: socket.socket, user: bytes, password: bytes) -> None:
    def text(value: bytes) -> bytes:
        return struct.pack("!H", len(value)) + value

    def packet(kind: int, body: bytes) -> bytes:
        return bytes([kind, len(body)]) + body  # none is longer than 127 bytes here

    stream = Stream(sock)
    mark = os.urandom(5).hex().encode()
    login = text(user) + text(password)
    sock.sendall(packet(0x10, text(b"MQTT") + b"\x04\xc2\x00\x3c" + text(b"floor" + mark) + login))
    if stream.take(4) != b"\x20\x02\x00\x00":
        sys.exit("refused")
    topic = text(b"floor/" + mark)
    sock.sendall(packet(0x82, b"\x00\x01" + topic + b"\x01") + packet(0x32, topic + b"\x00\x02hello"))
    while True:
        kind, size = stream.take(2)
        stream.take(size)
        if kind >> 4 == 3:
            break
    sock.sendall(b"\xe0\x00")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scheme", choices=["amqp", "amqps", "mqtt"])
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--user", default="guest")
    parser.add_argument("--ca")
    given = parser.parse_args()
    address = socket.getaddrinfo(given.host, given.port, socket.AF_INET, socket.SOCK_STREAM)[0][4]
    sock = socket.create_connection(address[:2], 5)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if given.scheme == "amqps":
        import ssl

        sock = ssl.create_default_context(cafile=given.ca).wrap_socket(sock, server_hostname=given.host)
    speak = mqtt if given.scheme == "mqtt" else amqp
    speak(sock, given.user.encode(), os.environ["FLOOR_PASSWORD"].encode())


if __name__ == "__main__":
    main()
