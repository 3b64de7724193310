"""Which link of a certificate chain is missing, from what was sent, what is trusted and what else is at hand.
No I/O besides reading certificate files; uses certificates.py."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from mqassist.core.record import record
from mqassist.net.certificates import Certificate, read_certificate, read_pem_certificates, signed_by
from mqassist.net.der import CLIENT_AUTH

GapKind = Literal["none", "intermediate", "root", "unknown"]

MAX_FILES, MAX_FILE_BYTES = 200, 65536
_SUFFIXES = {".pem", ".crt", ".cer", ".der", ".cert"}
_INTERMEDIATE_WORDS = re.compile(r"\b(intermediate|issuing|sub[- ]?ca|subordinate|signing ca)\b", re.IGNORECASE)


@record
class Copy:
    """A certificate found elsewhere: `where` is a path or a URL."""

    certificate: Certificate
    where: str


@record
class Gap:
    """`issuer` is the name of the first certificate that is neither sent nor trusted; `where` is where a copy of it
    was found, "" if nowhere; `same_name` says that one of that name is trusted, but made by another key."""

    kind: GapKind
    issuer: str = ""
    where: str = ""
    same_name: bool = False


def find_gap(sent: tuple[Certificate, ...], trusted: tuple[Certificate, ...], copies: tuple[Copy, ...]) -> Gap:
    """Walks up from the first certificate sent. "root": the chain ends at an authority that is not trusted here;
    "intermediate": the server left out a certificate between its own and the root; "unknown": either of the two."""
    if not sent:
        return Gap("unknown")
    top, steps = sent[0], 0
    while steps < 16:
        if _holds(trusted, top):
            return Gap("none")
        if top.self_issued:
            return Gap("root", top.subject, same_name=any(anchor.subject == top.subject for anchor in trusted))
        if _issuer_among(trusted, top) is not None:
            return Gap("none")
        above = _issuer_among(sent, top)
        if above is None:
            break
        top, steps = above, steps + 1
    same_name = any(anchor.subject == top.issuer for anchor in trusted)
    copy = next((c for c in copies if c.certificate.subject == top.issuer and signed_by(top, c.certificate)), None)
    if copy is not None:
        kind: GapKind = "root" if copy.certificate.self_issued else "intermediate"
        return Gap(kind, top.issuer, copy.where, same_name)
    named_above = bool(top.issuer_of_issuer) and top.issuer_of_issuer != top.issuer
    if named_above or _INTERMEDIATE_WORDS.search(top.issuer):
        return Gap("intermediate", top.issuer, "", same_name)
    return Gap("root" if steps or same_name else "unknown", top.issuer, "", same_name)


def _holds(among: tuple[Certificate, ...], certificate: Certificate) -> bool:
    return any(entry.der == certificate.der for entry in among)


def _issuer_among(among: tuple[Certificate, ...], child: Certificate) -> Certificate | None:
    for entry in among:
        if entry.subject == child.issuer and entry.der != child.der and signed_by(child, entry):
            return entry
    return None


def copies_beside(path: str | None) -> tuple[Copy, ...]:
    """The certificates in the folder of the trust file: people keep an intermediate next to its root."""
    return tuple(copy for copy in _beside(path) if copy.certificate.is_authority)


def client_certificates_beside(path: str, issuers: tuple[str, ...]) -> tuple[Copy, ...]:
    """Certificates in that file's folder that a client may use now and that one of `issuers` (RFC 4514) issued."""
    now = time.time()
    return tuple(
        copy
        for copy in _beside(path)
        if copy.certificate.issuer in issuers
        and not copy.certificate.is_authority
        and copy.certificate.not_before <= now <= copy.certificate.not_after
        and (copy.certificate.purposes is None or CLIENT_AUTH in copy.certificate.purposes)
    )


def _beside(path: str | None) -> Iterator[Copy]:
    if not path:
        return
    try:
        files = sorted(entry for entry in Path(path).resolve().parent.iterdir() if entry.suffix.lower() in _SUFFIXES)
    except OSError:
        return
    for file in files[:MAX_FILES]:
        try:
            if not file.is_file() or file.stat().st_size > MAX_FILE_BYTES:
                continue
            data = file.read_bytes()
        except OSError:
            continue
        yield from (Copy(certificate, str(file)) for certificate in read_any(data))


def read_any(data: bytes) -> tuple[Certificate, ...]:
    """PEM or one DER certificate; () for anything else."""
    if b"-----BEGIN" in data:
        return read_pem_certificates(data)
    single = read_certificate(data)
    return () if single is None else (single,)


def name_fits(names: tuple[str, ...], host: str) -> bool:
    """RFC 6125 §6.4.3 as OpenSSL applies it: a star stands for the whole leftmost label and for one label only."""
    wanted = host.rstrip(".").lower()
    for name in names:
        pattern = name.rstrip(".").lower()
        if pattern == wanted:
            return True
        if pattern.startswith("*.") and "." in pattern[2:] and wanted.partition(".")[2] == pattern[2:]:
            return True
    return False


_INTERCEPTORS = (
    "Zscaler", "Fortinet", "FortiGate", "Palo Alto", "Blue Coat", "Netskope", "Cisco Umbrella", "Cisco Secure",
    "Sophos", "Kaspersky", "ESET SSL Filter", "Avast", "AVG Web", "Bitdefender", "McAfee", "Check Point", "Barracuda",
    "WatchGuard", "Untangle", "mitmproxy", "Charles Proxy", "Fiddler", "DO_NOT_TRUST", "PortSwigger", "Squid",
    "Forcepoint", "Websense", "SonicWall", "Sangfor", "Menlo Security", "iboss", "Trend Micro", "Symantec Web",
    "Cloudflare Gateway", "pfSense", "Smoothwall", "ContentKeeper", "Lightspeed", "GoGuardian", "Hillstone", "QAX",
    "NetSpark", "Cato Networks",
)  # fmt: skip


def interceptor(certificates: tuple[Certificate, ...]) -> str:
    """The product that names itself in an issuer, if it is known to open TLS on the way; "" if none."""
    issuers = " ".join(certificate.issuer for certificate in certificates).lower()
    return next((name for name in _INTERCEPTORS if name.lower() in issuers), "")
