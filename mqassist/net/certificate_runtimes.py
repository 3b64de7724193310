"""What the TLS libraries of other languages make of a chain that OpenSSL accepted here: a pure function over parsed
certificates. It knows the rules that differ, not all rules; who is not sure says so.

Sources: Python 3.13 "What's new" (ssl); OpenSSL x509_vfy.c check_extensions (X509_V_FLAG_X509_STRICT); JDK 17
sun.security.validator.EndEntityChecker and java.security (jdk.certpath.disabledAlgorithms); Go release notes 1.15,
1.17, 1.18, 1.23, 1.24 (crypto/x509, crypto/tls); Node.js lib/tls.js checkServerIdentity; Erlang/OTP public_key
pkix_verify_hostname. Seen with real handshakes: Python 3.11 with both flags, OpenJDK 17.0.15, Node.js 20.20, OTP 25."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mqassist.core.record import record
from mqassist.net.certificate_chain import name_fits
from mqassist.net.certificates import Certificate
from mqassist.net.chain_order import AUTHORITY_KEY, CONSTRAINTS, NAMES, SUBJECT_KEY

Opinion = Literal["accepts", "refuses", "unsure"]

RUNTIMES = {
    "python": "Python ≥ 3.13",
    "openssl": "OpenSSL",
    "java": "Java",
    "go": "Go",
    "node": "Node.js",
    "dotnet": ".NET",
    "erlang": "Erlang",
}

FAULTS = (
    "no-authority-key", "authority-key-critical", "no-subject-key", "subject-key-critical", "constraints-not-critical",
    "authority-without-usage", "version-1-authority", "signs-but-no-authority", "path-length-misplaced",
    "empty-subject", "only-common-name", "weak-hash", "small-key", "no-digital-signature", "only-wildcard",
    "negative-serial",
)  # fmt: skip


@record
class RuntimeOpinion:
    """`runtime` is a key of RUNTIMES, `why` names of FAULTS; () where it accepts."""

    runtime: str
    opinion: Opinion
    why: tuple[str, ...] = ()


def opinions(path: Sequence[Certificate], wanted: str) -> tuple[RuntimeOpinion, ...]:
    """One opinion per runtime on `path`, the chain that verified here, from the server's certificate to the trust
    anchor, when `wanted` is dialled and the same anchor is given. () for an empty path."""
    if not path:
        return ()
    strict, weak = strict_faults(path), _weak(path)
    common_name = ("only-common-name",) if not path[0].names else ()
    serial = ("negative-serial",) if any(entry.serial.startswith("-") for entry in path) else ()
    hashes = tuple(fault for fault in weak if fault == "weak-hash")
    signature = ("no-digital-signature",) if _cannot_sign(path[0]) else ()
    wildcard = ("only-wildcard",) if _only_wildcard(path[0], wanted) else ()
    return (
        _opinion("python", refuses=strict, unsure=weak),
        _opinion("openssl", unsure=weak),
        _opinion("java", refuses=signature, unsure=weak),
        _opinion("go", refuses=(*common_name, *hashes, *serial), unsure=weak),
        _opinion("node", unsure=weak),
        _opinion("dotnet", unsure=(*weak, *serial)),
        _opinion("erlang", refuses=wildcard, unsure=weak),
    )


def _opinion(runtime: str, *, refuses: Sequence[str] = (), unsure: Sequence[str] = ()) -> RuntimeOpinion:
    if refuses:
        return RuntimeOpinion(runtime, "refuses", tuple(refuses))
    return RuntimeOpinion(runtime, "unsure", tuple(unsure)) if unsure else RuntimeOpinion(runtime, "accepts")


def strict_faults(path: Sequence[Certificate]) -> tuple[str, ...]:
    """What X509_V_FLAG_X509_STRICT finds in a chain of more than one certificate; one alone is left in peace."""
    if len(path) < 2:
        return ()
    found: list[str] = []
    for at, entry in enumerate(path):
        found += _strict(entry, is_last=at + 1 == len(path), issues=at > 0)
    return tuple(dict.fromkeys(found))


def _strict(entry: Certificate, *, is_last: bool, issues: bool) -> list[str]:
    signs = "key_cert_sign" in (entry.usages or ())
    checks = {
        "version-1-authority": issues and entry.version < 3,
        "path-length-misplaced": entry.path_length >= 0 and not (
            entry.is_authority and ("key_cert_sign" in entry.usages if entry.usages is not None else True)
        ),
        "constraints-not-critical": entry.is_authority and CONSTRAINTS not in entry.critical,
        "authority-without-usage": entry.is_authority and entry.usages is None,
        "signs-but-no-authority": not entry.is_authority and signs,
        "empty-subject": not entry.subject and (entry.is_authority or not entry.names or NAMES not in entry.critical),
        "authority-key-critical": AUTHORITY_KEY in entry.critical,
        "subject-key-critical": SUBJECT_KEY in entry.critical,
        "no-authority-key": entry.version >= 3 and not is_last and not entry.issuer_key_id,
        "no-subject-key": entry.version >= 3 and entry.is_authority and not entry.key_id,
    }  # fmt: skip
    return [fault for fault, is_so in checks.items() if is_so]


def _weak(path: Sequence[Certificate]) -> tuple[str, ...]:
    """Below OpenSSL's security level 2, which differs from system to system; nobody checks the anchor's signature."""
    faults = []
    if any(entry.signature_hash in ("sha1", "md5") for entry in path if not entry.self_issued):
        faults.append("weak-hash")
    limits = {"rsa": 2048, "dsa": 2048, "ec": 224}
    if any(0 < entry.key_bits < limits.get(entry.key_kind, 0) for entry in path):
        faults.append("small-key")
    return tuple(faults)


def _cannot_sign(leaf: Certificate) -> bool:
    """TLS 1.3 and every ECDHE suite have the server sign: Java insists on the usage, OpenSSL takes any for RSA."""
    return leaf.usages is not None and "digital_signature" not in leaf.usages


def _only_wildcard(leaf: Certificate, wanted: str) -> bool:
    """Erlang matches no wildcards unless the client is told to (customize_hostname_check)."""
    plain = tuple(name for name in leaf.names or () if not name.startswith("*."))
    return bool(leaf.names) and name_fits(leaf.names or (), wanted) and not name_fits(plain, wanted)
