"""The TLS files of a profile, looked at before a packet is sent: what they hold and why OpenSSL cannot take them.
Never shows what is inside a key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from mqassist.core.record import record
from mqassist.net.der import CertificateSketch, sketch
from mqassist.net.pem import pem_blocks

MAX_BYTES = 4 * 1024 * 1024

FileState = Literal[
    "ok", "missing", "no-permission", "directory", "too-large", "empty", "der", "pkcs12", "pkcs7", "keystore",
    "not-pem", "wrong-kind", "damaged",
]  # fmt: skip
FILE_STATES: tuple[FileState, ...] = (
    "ok", "missing", "no-permission", "directory", "too-large", "empty", "der", "pkcs12", "pkcs7", "keystore",
    "not-pem", "wrong-kind", "damaged",
)  # fmt: skip

_CERTIFICATE = rb"(?:TRUSTED |X509 )?CERTIFICATE"
_KEY = rb"(?:RSA |EC |DSA |ENCRYPTED |ANY )?PRIVATE KEY"


@record
class LookedAt:
    """`certificates` are those that could be read; `encrypted` says that the key in it needs a passphrase."""

    path: str
    state: FileState
    certificates: tuple[CertificateSketch, ...] = ()
    has_key: bool = False
    encrypted: bool = False


def look_at(path: str, *, for_key: bool = False) -> LookedAt:
    """One file that should hold certificates, or (`for_key`) a private key. Never raises for what it holds."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return LookedAt(path, "missing")
    except IsADirectoryError:
        return LookedAt(path, "directory")
    except (OSError, ValueError):
        # Windows says "permission denied" for a directory too
        return LookedAt(path, "directory" if _is_directory(path) else "no-permission")
    if len(data) > MAX_BYTES:
        return LookedAt(path, "too-large")
    return _judged(path, data, for_key)


def _is_directory(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _judged(path: str, data: bytes, for_key: bool) -> LookedAt:
    if not data.strip():
        return LookedAt(path, "empty")
    if b"-----BEGIN " not in data:
        return LookedAt(path, _binary(data))
    certificates = tuple(found for found in map(sketch, _certificate_blocks(data)) if found is not None)
    has_key = re.search(rb"-----BEGIN " + _KEY + rb"-----", data) is not None
    encrypted = has_key and (b"BEGIN ENCRYPTED PRIVATE KEY" in data or b"Proc-Type: 4,ENCRYPTED" in data)
    state: FileState = "ok"
    if for_key and not has_key:
        state = "wrong-kind"
    elif not for_key and not certificates:
        begun = re.search(rb"-----BEGIN " + _CERTIFICATE + rb"-----", data) is not None
        state = "damaged" if begun else "pkcs7" if b"BEGIN PKCS7" in data else "wrong-kind"
    return LookedAt(path, state, certificates, has_key, encrypted)


def _certificate_blocks(data: bytes) -> list[bytes]:
    return pem_blocks(data, "(?:TRUSTED |X509 )?CERTIFICATE")


def _binary(data: bytes) -> FileState:
    """By content, because extensions lie: DER (X.690), PKCS#12 (RFC 7292: version 3 first), Java's JKS and JCEKS."""
    if data[:4] in (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"):
        return "keystore"
    if data[:1] != b"\x30" or len(data) < 8:
        return "not-pem"
    if sketch(data) is not None:
        return "der"
    header = 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
    if data[header : header + 3] == b"\x02\x01\x03":
        return "pkcs12"
    if data[header : header + 3] == b"\x06\x09\x2a":  # the object identifier of PKCS#7 signedData comes first
        return "pkcs7"
    return "der"
