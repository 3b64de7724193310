"""Facts and words that the TLS probes share: what OpenSSL's verdict means, and what a certificate looks like."""

from __future__ import annotations

import time

from mqassist.core.endpoint import Endpoint
from mqassist.core.facts import FactSpec
from mqassist.core.settings import CheckSettings


def applies(endpoint: Endpoint, settings: CheckSettings) -> bool:
    del settings
    return endpoint.tls


def moment(seconds: float) -> str:
    """As people compare it with other clocks: date and time in UTC. `seconds` since 1970."""
    try:
        return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))
    except (OverflowError, ValueError, OSError):  # years that this platform's C library does not know
        return f"year {1970 + seconds / 31556952:.0f}"


VERIFY_BY_CODE = {
    2: "partial-root",
    7: "bad-signature",
    9: "not-yet-valid",
    10: "expired",
    18: "self-signed",
    19: "untrusted-root",
    20: "unknown-ca",
    21: "unknown-ca",
    23: "revoked",
    26: "wrong-purpose",
    62: "hostname-mismatch",
    64: "ip-mismatch",
    66: "weak-key",
    67: "weak-ca-key",
    68: "weak-signature",
}
"""OpenSSL's X509_V_ERR_… numbers (x509_vfy.h, the same since 1.1.1); 10 may also be "ca-expired": dates tell."""

VERIFY_CHOICES = (
    "ok",
    "expired",
    "not-yet-valid",
    "ca-expired",
    "hostname-mismatch",
    "ip-mismatch",
    "self-signed",
    "unknown-ca",
    "untrusted-root",
    "partial-root",
    "bad-signature",
    "weak-key",
    "weak-ca-key",
    "weak-signature",
    "wrong-purpose",
    "revoked",
    "disabled",
    "other",
)

DATES = ("ok", "expired", "not-yet-valid")

RESULT = FactSpec(
    "tls.result",
    "choice",
    "How the handshake ended: done; the certificate did not verify; an alert came; we gave up on what the peer sent; "
    "the answer was not TLS; FIN; RST; silence.",
    ("ok", "unverified", "refused", "broken", "not-tls", "closed", "reset", "silent"),
)
VERIFY = FactSpec("tls.verify", "choice", "OpenSSL's verdict on the server's certificate.", VERIFY_CHOICES)

SUBJECT = FactSpec("tls.subject", "text", "Subject of the server's certificate.")
ISSUER = FactSpec("tls.issuer", "text", "Issuer of the server's certificate.")
NAMES = FactSpec("tls.names", "list", "Names and addresses in its subjectAltName.")
HAS_SAN = FactSpec("tls.has_san", "flag", "It has a subjectAltName.")
NOT_AFTER = FactSpec("tls.not_after", "text", "When it ends, as date and time in UTC.")
DAYS_LEFT = FactSpec("tls.days_left", "number", "Days until it ends; negative once it ended.")
CHAIN_COUNT = FactSpec("tls.chain_count", "number", "Certificates that the server sent.")
CLIENT_ISSUERS = FactSpec("tls.client_issuers", "list", "The authorities that the server accepts, as it names them.")
CLIENT_ISSUER = FactSpec("tls.client_issuer", "text", "The issuer of our client certificate.")
CLIENT_ISSUER_KNOWN = FactSpec("tls.client_issuer_known", "flag", "One of them issued our client certificate.")
SERVER_NAME = FactSpec("tls.server_name", "text", "The name that was asked for and compared with the certificate.")

CERTIFICATE_FACTS = (SUBJECT, ISSUER, NAMES, HAS_SAN, NOT_AFTER, DAYS_LEFT)
