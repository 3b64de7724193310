"""TLS records and handshake messages as bytes in, plain data out. No I/O, no OpenSSL; whatever a peer sends, nothing
here raises: what cannot be read is left out."""

from __future__ import annotations

import struct

from mqassist.core.record import record

ALERT, HANDSHAKE = 21, 22
SERVER_HELLO, CERTIFICATE, CERTIFICATE_REQUEST = 2, 11, 13
MAX_RECORD = 16384 + 2048
"""RFC 5246 §6.2.3: no ciphertext record is longer."""

TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 = 0x0301, 0x0302, 0x0303, 0x0304
VERSION_NAMES = {0x0300: "SSLv3", TLS_1_0: "TLSv1", TLS_1_1: "TLSv1.1", TLS_1_2: "TLSv1.2", TLS_1_3: "TLSv1.3"}
"""As OpenSSL's SSL_get_version writes them."""

RETRY_REQUEST = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""RFC 8446 §4.1.3: a ServerHello with this random is a HelloRetryRequest."""


@record
class ServerHello:
    """`version` is the one chosen, also where supported_versions says it (RFC 8446 §4.2.1)."""

    version: int
    cipher: int
    random: bytes

    @property
    def is_retry(self) -> bool:
        return self.random == RETRY_REQUEST


@record
class Answer:
    """What the first plaintext records of a server say. `alert` is -1 without one; `complete` is false while the
    bytes are still a beginning of TLS."""

    is_tls: bool
    complete: bool
    hello: ServerHello | None = None
    alert: int = -1


def looks_like_tls(data: bytes) -> bool:
    """Whether these are the first bytes of a TLS record (RFC 8446 §5.1), as far as they go."""
    if not data or data[0] not in (20, ALERT, HANDSHAKE, 23):
        return False
    if len(data) > 1 and data[1] != 3:
        return False
    return len(data) < 5 or 0 < struct.unpack_from("!H", data, 3)[0] <= MAX_RECORD


def read_answer(data: bytes) -> Answer:
    """A server's answer to a ClientHello, as far as it is readable: RFC 8446 §4.1.3, §5.1, §6."""
    if not looks_like_tls(data):
        return Answer(is_tls=False, complete=bool(data))
    at, messages = 0, b""
    while len(data) - at >= 5:
        kind, size = data[at], struct.unpack_from("!H", data, at + 3)[0]
        if not looks_like_tls(data[at:]):
            return Answer(is_tls=True, complete=True)
        fragment = data[at + 5 : at + 5 + size]
        if kind == ALERT and len(fragment) >= 2:
            return Answer(is_tls=True, complete=True, alert=fragment[1])
        if kind == HANDSHAKE:
            messages += fragment
            if len(messages) >= 4 and messages[0] != SERVER_HELLO:
                return Answer(is_tls=True, complete=True)
            hello = _server_hello(messages)
            if hello is not None:
                return Answer(is_tls=True, complete=True, hello=hello)
        if len(fragment) < size:
            break
        at += 5 + size
    return Answer(is_tls=True, complete=False)


def _server_hello(messages: bytes) -> ServerHello | None:
    if len(messages) < 4:
        return None
    size = int.from_bytes(messages[1:4], "big")
    if len(messages) < 4 + size or size < 38:
        return None
    return parse_server_hello(messages[: 4 + size])


def parse_server_hello(message: bytes) -> ServerHello | None:
    """A whole handshake message with its 4 bytes of header; None if it is not a readable ServerHello."""
    body = message[4:]
    if len(body) < 38 or message[0] != SERVER_HELLO:
        return None
    version, random, id_size = struct.unpack_from("!H", body)[0], body[2:34], body[34]
    if len(body) < 35 + id_size + 3:
        return None
    cipher = struct.unpack_from("!H", body, 35 + id_size)[0]
    for kind, content in _extensions(body[35 + id_size + 3 :]):
        if kind == 43 and len(content) == 2:
            version = struct.unpack("!H", content)[0]
    return ServerHello(version, cipher, random)


def _extensions(data: bytes) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    at = 2
    while at + 4 <= len(data) and len(found) < 64:
        kind, size = struct.unpack_from("!HH", data, at)
        found.append((kind, data[at + 4 : at + 4 + size]))
        at += 4 + size
    return found


def sent_certificates(message: bytes | None) -> tuple[bytes, ...]:
    """The DER certificates of a Certificate message, in the order sent: TLS 1.2 (RFC 5246 §7.4.2) and TLS 1.3
    (RFC 8446 §4.4.2: a context before the list, extensions after each entry). At most 16 are read."""
    if not message or message[0] != CERTIFICATE:
        return ()
    body = message[4:]
    if len(body) >= 3 and int.from_bytes(body[:3], "big") == len(body) - 3:
        found = _certificate_list(body[3:], with_extensions=False)
        if found is not None:
            return found
    if body and len(body) >= 4 + body[0]:
        return _certificate_list(body[1 + body[0] + 3 :], with_extensions=True) or ()
    return ()


def _certificate_list(data: bytes, *, with_extensions: bool) -> tuple[bytes, ...] | None:
    found: list[bytes] = []
    at = 0
    while at < len(data) and len(found) < 16:
        size = int.from_bytes(data[at : at + 3], "big")
        entry = data[at + 3 : at + 3 + size]
        if len(entry) < size or entry[:1] != b"\x30":
            return None
        found.append(entry)
        at += 3 + size
        if with_extensions:
            at += 2 + int.from_bytes(data[at : at + 2], "big")
    return tuple(found)


def acceptable_issuers(message: bytes | None, *, tls_1_3: bool) -> tuple[bytes, ...]:
    """The DER names of the authorities that a CertificateRequest lists; none listed means any.

    TLS 1.2: RFC 5246 §7.4.4. TLS 1.3: extension certificate_authorities (47), RFC 8446 §4.2.4 and §4.3.2.
    """
    if not message or message[0] != CERTIFICATE_REQUEST:
        return ()
    body = message[4:]
    if tls_1_3:
        if not body or len(body) < 1 + body[0] + 2:
            return ()
        names = next((content for kind, content in _extensions(body[1 + body[0] :]) if kind == 47), b"")
        return _names(names[2:])
    at = 1 + body[0] if body else 0
    if len(body) < at + 2:
        return ()
    at += 2 + struct.unpack_from("!H", body, at)[0]
    return _names(body[at + 2 :])


def _names(data: bytes) -> tuple[bytes, ...]:
    found: list[bytes] = []
    at = 0
    while at + 2 <= len(data) and len(found) < 256:
        size = struct.unpack_from("!H", data, at)[0]
        found.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return tuple(found)


def own_certificate_was_sent(message: bytes | None) -> bool:
    """Whether our Certificate message held a certificate; an empty list is how a client says that it has none."""
    return bool(sent_certificates(message))


# -- ClientHello ------------------------------------------------------------------------------

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
    body += _vector(suites) + b"\x01\x00" + struct.pack("!H", len(extensions)) + extensions
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return struct.pack("!BHH", HANDSHAKE, TLS_1_0, len(message)) + message


def _extension(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body


def _vector(items: tuple[int, ...]) -> bytes:
    return struct.pack("!H", 2 * len(items)) + b"".join(struct.pack("!H", item) for item in items)
