"""ClientHello messages made by hand, for questions that OpenSSL would not ask. No I/O; only deciding probes need it."""

from __future__ import annotations

import struct

from mqassist.net.tls_record import HANDSHAKE, SSL_3_0, TLS_1_0, TLS_1_2, TLS_1_3

SUITES_TLS_1_3 = (0x1302, 0x1303, 0x1301, 0x1304, 0x1305)
SUITES_BEFORE = tuple(
    sorted(
        {
            # every suite that a broker's TLS stack may take: ECDHE, DHE, RSA, PSK-free; down to RC4, DES and export
            *range(0x0001, 0x001C),
            *range(0x002F, 0x0047),
            *range(0x0062, 0x006E),
            *range(0x0084, 0x00C6),
            *range(0xC001, 0xC01A),
            *range(0xC023, 0xC033),
            *range(0xC03C, 0xC0B0),
            *range(0xCCA8, 0xCCAF),
        }
    )
)
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019, 0x001E, 0x0100, 0x0101)
_SIGNATURES = (
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B,
    0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0202,
)  # fmt: skip
_P256_POINT = bytes.fromhex(
    # any valid point does, because no handshake is finished: this is the curve's base point
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)


def client_hello(version: int, suites: tuple[int, ...], server_name: str | None, random: bytes) -> bytes:
    """A ClientHello for exactly one TLS version, RFC 8446 §4.1.2. `random` is at least 96 bytes.

    Made by hand because OpenSSL refuses to offer what its own security level forbids; it can only be asked, never
    finished. `server_name` must be ASCII; None leaves SNI out.
    """
    extensions = b""
    if server_name is not None:
        name = server_name.encode("ascii", "ignore")
        extensions += _extension(0, struct.pack("!HBH", len(name) + 3, 0, len(name)) + name)
    extensions += _extension(10, _vector(_GROUPS)) + _extension(11, b"\x01\x00")
    if version >= TLS_1_2:
        extensions += _extension(13, _vector(_SIGNATURES))
    session = b""
    if version == TLS_1_3:
        session = random[64:96]
        share = struct.pack("!HH", 0x001D, 32) + random[32:64] + struct.pack("!HH", 0x0017, 65) + _P256_POINT
        extensions += _extension(43, b"\x02\x03\x04") + _extension(45, b"\x01\x01")
        extensions += _extension(51, struct.pack("!H", len(share)) + share)
    legacy = min(version, TLS_1_2)
    body = struct.pack("!H", legacy) + random[:32] + bytes([len(session)]) + session
    body += _vector(suites) + b"\x01\x00"
    if version > SSL_3_0:  # RFC 6101 §5.6.1.2 knows no extensions
        body += struct.pack("!H", len(extensions)) + extensions
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return struct.pack("!BHH", HANDSHAKE, min(version, TLS_1_0), len(message)) + message


def _extension(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body


def _vector(items: tuple[int, ...]) -> bytes:
    return struct.pack("!H", 2 * len(items)) + b"".join(struct.pack("!H", item) for item in items)
