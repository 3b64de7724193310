"""TLS records and handshake messages as bytes in, plain data out. No I/O, no OpenSSL; whatever a peer sends, nothing
here raises: what cannot be read is left out."""

from __future__ import annotations

import struct

from mqassist.core.record import record

ALERT, HANDSHAKE = 21, 22
SERVER_HELLO, CERTIFICATE, SERVER_KEY_EXCHANGE, CERTIFICATE_REQUEST = 2, 11, 12, 13
MAX_RECORD = 16384 + 2048
"""RFC 5246 §6.2.3: no ciphertext record is longer."""

SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 = 0x0300, 0x0301, 0x0302, 0x0303, 0x0304
VERSION_NAMES = {SSL_3_0: "SSLv3", TLS_1_0: "TLSv1", TLS_1_1: "TLSv1.1", TLS_1_2: "TLSv1.2", TLS_1_3: "TLSv1.3"}
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


def group_bits(data: bytes) -> int | None:
    """Bits of the Diffie-Hellman prime in a server's first flight, for a DHE suite up to TLS 1.2 (RFC 5246 §7.4.3);
    0 if the flight ends without one, None while more of it must come."""
    at, messages = 0, b""
    while len(data) - at >= 5 and looks_like_tls(data[at:]):
        kind, size = data[at], struct.unpack_from("!H", data, at + 3)[0]
        if kind != HANDSHAKE:
            return 0
        if len(data) < at + 5 + size:
            break
        messages += data[at + 5 : at + 5 + size]
        at += 5 + size
    at = 0
    while len(messages) - at >= 4:
        kind, size = messages[at], int.from_bytes(messages[at + 1 : at + 4], "big")
        if kind == SERVER_KEY_EXCHANGE and len(messages) >= at + 6:
            return 8 * int.from_bytes(messages[at + 4 : at + 6], "big")
        if kind not in (SERVER_HELLO, CERTIFICATE, 22):  # 22: certificate_status, RFC 6066 §8
            return 0
        at += 4 + size
    return None


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
