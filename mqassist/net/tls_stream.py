"""TLS as a stream of bytes in and bytes out. The only module on the way of a connection that imports `ssl`;
it owns no socket and waits for nobody, so that plain AMQP and MQTT checks never pay for OpenSSL."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable
from typing import Any

from mqassist.core.record import fresh, record
from mqassist.net.failure import WireError
from mqassist.net.tls_record import sent_certificates

_READ = "read"
_ALERT, _HANDSHAKE = 21, 22
_CERTIFICATE_REQUEST, _CERTIFICATE, _NEW_SESSION_TICKET = 13, 11, 4
_PLAIN_CERTIFICATES = 1 << 32 | 1 << 33
"""SSL_OP_NO_TX_… and SSL_OP_NO_RX_CERTIFICATE_COMPRESSION of OpenSSL 3.2; older ones know neither and ignore them.
Without them a client certificate leaves as CompressedCertificate (RFC 8879), which cannot be read everywhere."""
MAX_NAMES = 100
"""A certificate may hold thousands; nobody reads more."""


@record(frozen=False)
class Seen:
    """What went over the wire, also where TLS 1.3 encrypts it: messages as RFC 8446 §4 and §6 number them."""

    received: list[int] = fresh(default_factory=list)
    alerts_received: list[int] = fresh(default_factory=list)
    alerts_sent: list[int] = fresh(default_factory=list)
    certificate_request: bytes | None = None
    certificate_received: bytes | None = None
    certificate_sent: bytes | None = None
    ticket: bool = False

    def note(self, direction: str, content: int, data: bytes) -> None:
        if content == _ALERT and len(data) == 2:
            (self.alerts_received if direction == _READ else self.alerts_sent).append(data[1])
        elif content == _HANDSHAKE and data:
            if direction != _READ:
                if data[0] == _CERTIFICATE:
                    self.certificate_sent = data
                return
            if len(self.received) < 64:
                self.received.append(data[0])
            if data[0] == _CERTIFICATE_REQUEST:
                self.certificate_request = data
            elif data[0] == _CERTIFICATE:
                self.certificate_received = data
            elif data[0] == _NEW_SESSION_TICKET:
                self.ticket = True


@record
class PeerNames:
    """`names` are the subjectAltName entries, at most MAX_NAMES, None without that extension."""

    subject: str
    issuer: str
    names: tuple[str, ...] | None


class TlsStream:
    """One client side of a TLS connection over memory. Not shared between threads."""

    def __init__(self, context: ssl.SSLContext, server_name: str | None) -> None:
        """`context` belongs to this stream alone. Raises WireError "tls" for a server name that cannot be sent."""
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.seen = Seen()
        self.eof = False
        self.context = context
        with contextlib.suppress(OverflowError):  # Python up to 3.11 on Windows: 32 bits, and no such OpenSSL
            context.options |= _PLAIN_CERTIFICATES
        with contextlib.suppress(AttributeError):
            # without CPython's private hook (unchanged since 3.8) a CertificateRequest of TLS 1.3 is invisible
            context._msg_callback = self._on_message  # type: ignore[attr-defined]  # noqa: SLF001 no public way
        try:
            self.ssl = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        except (ValueError, UnicodeError, ssl.SSLError) as error:
            raise WireError("tls", f"server name {server_name!r} cannot be used: {error}") from error

    def _on_message(self, _conn: object, direction: str, _version: int, content: int, _kind: int, data: bytes) -> None:
        self.seen.note(direction, int(content), data)

    def shake(self) -> bool:
        """One step of the handshake; False while the peer has to speak. Raises WireError "tls"."""
        try:
            self.ssl.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            raise self._failure(error) from error
        return True

    def feed(self, data: bytes) -> None:
        self._incoming.write(data)

    def feed_eof(self) -> None:
        self.eof = True
        self._incoming.write_eof()

    def pending_output(self) -> bytes:
        return self._outgoing.read()

    def write(self, data: bytes) -> None:
        """Raises WireError "tls"."""
        try:
            self.ssl.write(data)
        except ssl.SSLError as error:
            raise self._failure(error) from error

    def read(self, limit: int) -> bytes | None:
        """Bytes of the application, b"" after the peer closed, None if more must be fed. Raises WireError "tls"."""
        try:
            return self.ssl.read(limit)
        except ssl.SSLWantReadError:
            return None
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        except ssl.SSLError as error:
            raise self._failure(error) from error

    def farewell(self) -> bytes:
        """Our close_notify, to be sent if that needs no waiting."""
        # the peer's close_notify is never waited for: SSLWantRead is expected here
        with contextlib.suppress(ssl.SSLError, ValueError):
            self.ssl.unwrap()
        return self._outgoing.read()

    # -- what the peer showed -----------------------------------------------------------------

    @property
    def version(self) -> str:
        return self.ssl.version() or ""

    @property
    def cipher(self) -> str:
        found = self.ssl.cipher()
        return "" if found is None else found[0]

    def sent_chain(self) -> tuple[bytes, ...]:
        """The DER certificates as the peer sent them, also those that were not needed; () before it sent any."""
        found = sent_certificates(self.seen.certificate_received)
        if found:
            return found
        # public since Python 3.13, before that one level deeper
        inner = getattr(self.ssl, "_sslobj", None)
        return _as_der(getattr(inner, "get_unverified_chain", None))

    def verified_chain(self) -> tuple[bytes, ...]:
        """The DER certificates that OpenSSL verified, the trust anchor included; () where this Python cannot tell."""
        return _as_der(getattr(getattr(self.ssl, "_sslobj", None), "get_verified_chain", None))

    def peer_names(self) -> PeerNames:
        """Of a verified certificate; empty for one that nobody verified."""
        found = self.ssl.getpeercert() or {}
        alternative = found.get("subjectAltName")
        names = None
        if isinstance(alternative, tuple):
            names = tuple(_printable(str(entry[1])) for entry in alternative[:MAX_NAMES])
        return PeerNames(_name(found.get("subject")), _name(found.get("issuer")), names)

    def _failure(self, error: ssl.SSLError) -> WireError:
        received = self.seen.alerts_received
        alert = received[-1] if received else alert_in(error.reason or "")
        return WireError(
            "tls",
            error.reason or str(error),
            error.errno or 0,
            alert=alert,
            # truststore raises the same class without a code
            verify_code=getattr(error, "verify_code", 1) if isinstance(error, ssl.SSLCertVerificationError) else 0,
        )


def _name(value: object) -> str:
    """getpeercert()'s nested tuples as `CN=…,O=…`, most specific part first."""
    if not isinstance(value, tuple):
        return ""
    parts = [f"{_SHORT.get(key, key)}={text}" for group in value for key, text in group]
    return _printable(",".join(reversed(parts)))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:300])


_SHORT = {
    "commonName": "CN",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "stateOrProvinceName": "ST",
    "localityName": "L",
    "domainComponent": "DC",
}


def _as_der(get_chain: Callable[[], list[Any] | None] | None) -> tuple[bytes, ...]:
    chain = get_chain() if get_chain is not None else None
    found: list[bytes] = []
    for entry in chain or ():
        if isinstance(entry, bytes):
            found.append(entry)
        else:
            found.append(entry.public_bytes(2))  # _ssl.Certificate; 2 is _ssl.ENCODING_DER
    return tuple(found)


ALERTS = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_cancelled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
}
"""TLS alert descriptions, RFC 8446 §6 and RFC 5246 §7.2."""


def alert_in(reason: str) -> int:
    """The alert that the *peer* sent, by OpenSSL's reason text (SSLV3_ALERT_…, TLSV1_ALERT_…, TLSV13_ALERT_…);
    -1 if the reason is not a received alert."""
    if reason == "TLSV1_UNRECOGNIZED_NAME":  # the one alert whose reason lacks the word
        return 112
    _, found, name = reason.partition("_ALERT_")
    numbers = {text.upper(): number for number, text in ALERTS.items()}
    return numbers.get(name, -1) if found else -1
