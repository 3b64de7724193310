"""A ClientHello read from the outside (RFC 8446 §4.1.2): what a client offers before anything is encrypted. No I/O."""

from __future__ import annotations

from mqassist.core.record import record
from mqassist.net.tls_record import HANDSHAKE, VERSION_NAMES

MAX_HELLO = 1 << 16
CLIENT_HELLO = 1


@record
class Hello:
    """`versions` are names as OpenSSL writes them, highest first."""

    server_name: str
    versions: tuple[str, ...]
    alpn: tuple[str, ...]
    suites: int


def read_client_hello(data: bytes) -> Hello | None:
    """None while more must come, or if it is none. Never raises."""
    message = b""
    at = 0
    while len(data) - at >= 5 and data[at] == HANDSHAKE:
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        message += data[at + 5 : at + 5 + size]
        at += 5 + size
    if len(message) < 4 or message[0] != CLIENT_HELLO or len(message) < 4 + int.from_bytes(message[1:4], "big"):
        return None
    try:
        return _hello(message[4:])
    except IndexError:
        return None


def _hello(body: bytes) -> Hello:
    legacy = int.from_bytes(body[:2], "big")
    at = 34
    at += 1 + body[at]
    count = int.from_bytes(body[at : at + 2], "big") // 2
    at += 2 + 2 * count
    at += 1 + body[at]
    found = _extensions(body[at + 2 :])
    name = found.get(0, b"")[5:].decode("ascii", "replace")
    offered = found.get(43, b"")
    numbers = [int.from_bytes(offered[i : i + 2], "big") for i in range(1, len(offered), 2)] or [legacy]
    versions = tuple(VERSION_NAMES[number] for number in sorted(set(numbers), reverse=True) if number in VERSION_NAMES)
    return Hello(name, versions, _alpn(found.get(16, b"")), count)


def _extensions(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(data) and len(found) < 64:
        kind, size = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        found[kind] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return found


def _alpn(data: bytes) -> tuple[str, ...]:
    names: list[str] = []
    at = 2
    while at < len(data) and len(names) < 16:
        names.append(data[at + 1 : at + 1 + data[at]].decode("ascii", "replace"))
        at += 1 + data[at]
    return tuple(names)


def alert_in(data: bytes) -> int:
    """The number of a plain TLS alert at the front of these bytes; -1 if there is none."""
    return data[6] if len(data) >= 7 and data[0] == 21 and data[1] == 3 and data[3:5] == b"\0\2" else -1
