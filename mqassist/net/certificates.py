"""Certificates read in full. The only module that imports `cryptography`, and only inside functions: a healthy check
never comes here."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mqassist.core.record import record
from mqassist.net.pem import pem_blocks

if TYPE_CHECKING:
    from cryptography import x509

_reading = threading.Lock()
"""The list of warning filters belongs to the whole process."""

MAX_CERTIFICATES = 512
"""Of a trust file: system bundles hold about 150."""


@record
class Certificate:
    """One certificate as a person reads it. Dates are seconds since 1970, UTC; `key_bits` is 0 for keys without a size.

    `names` are subjectAltName entries (DNS names and addresses), None without that extension. `key_id` and
    `issuer_key_id` are the hex key identifiers, "" if absent; `issuer_of_issuer` is what the authority key identifier
    says about the issuer's own issuer (RFC 5280 §4.2.1.1), "" if absent. `version` is 1 or 3, `usages` are those of
    keyUsage, None without it, `critical` the OIDs of critical extensions; `path_length` is -1 if there is none.
    """

    der: bytes
    subject: str
    issuer: str
    not_before: float
    not_after: float
    names: tuple[str, ...] | None
    serial: str
    sha256: str
    key_kind: str
    key_bits: int
    signature_hash: str
    purposes: tuple[str, ...] | None
    is_authority: bool
    key_id: str
    issuer_key_id: str
    issuer_of_issuer: str
    issuer_urls: tuple[str, ...]
    version: int = 3
    usages: tuple[str, ...] | None = None
    critical: tuple[str, ...] = ()
    path_length: int = -1

    @property
    def self_issued(self) -> bool:
        return self.subject == self.issuer

    @property
    def common_name(self) -> str:
        return short_name(self.subject)


def read_certificate(der: bytes) -> Certificate | None:
    """None for anything that is not a readable certificate."""
    import warnings

    from cryptography import x509

    try:
        with _reading, warnings.catch_warnings():
            # the library warns of negative serial numbers and the like; a person should not see that on the terminal
            warnings.simplefilter("ignore")
            return _described(x509.load_der_x509_certificate(der), der)
    except (ValueError, TypeError, x509.UnsupportedGeneralNameType):
        return None


def read_pem_certificates(data: bytes) -> tuple[Certificate, ...]:
    """Every readable certificate of a PEM text, at most MAX_CERTIFICATES."""
    found = (read_certificate(der) for der in pem_blocks(data, "CERTIFICATE")[:MAX_CERTIFICATES])
    return tuple(certificate for certificate in found if certificate is not None)


def _described(found: x509.Certificate, der: bytes) -> Certificate:
    import hashlib

    key_kind, key_bits = _key(found)
    issuer_key, issuer_of_issuer = _authority_key(found)
    hashed = found.signature_hash_algorithm
    return Certificate(
        der=der,
        subject=_name(found.subject),
        issuer=_name(found.issuer),
        not_before=found.not_valid_before_utc.timestamp(),
        not_after=found.not_valid_after_utc.timestamp(),
        names=_names(found),
        serial=f"{found.serial_number:x}",
        sha256=hashlib.sha256(der).hexdigest(),
        key_kind=key_kind,
        key_bits=key_bits,
        signature_hash="" if hashed is None else hashed.name,
        purposes=_purposes(found),
        is_authority=_is_authority(found),
        key_id=_key_id(found),
        issuer_key_id=issuer_key,
        issuer_of_issuer=issuer_of_issuer,
        issuer_urls=_issuer_urls(found),
        version=found.version.value + 1,
        usages=_usages(found),
        critical=_critical(found),
        path_length=_path_length(found),
    )


def _name(name: x509.Name) -> str:
    """RFC 4514, most specific part first, control characters made visible: names come from the peer."""
    return printable(name.rfc4514_string())


def printable(text: str, limit: int = 300) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)[:limit]


def short_name(name: str) -> str:
    """The common name of an RFC 4514 text, or the whole text without one."""
    import re

    found = re.search(r"(?:^|[,+])CN=((?:\\.|[^,+\\])+)", name)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else name


def _extension(found: x509.Certificate, name: str) -> object | None:
    from cryptography import x509

    try:
        return found.extensions.get_extension_for_class(getattr(x509, name)).value  # type: ignore[no-any-return]  # by name
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError, x509.UnsupportedGeneralNameType):
        return None


def _names(found: x509.Certificate) -> tuple[str, ...] | None:
    from cryptography import x509

    alternative = _extension(found, "SubjectAlternativeName")
    if not isinstance(alternative, x509.SubjectAlternativeName):
        return None
    names = [entry.value for entry in alternative if isinstance(entry, x509.DNSName | x509.IPAddress)]
    return tuple(printable(str(name)) for name in names[:100])


def _purposes(found: x509.Certificate) -> tuple[str, ...] | None:
    from cryptography import x509

    usage = _extension(found, "ExtendedKeyUsage")
    if not isinstance(usage, x509.ExtendedKeyUsage):
        return None
    return tuple(purpose.dotted_string for purpose in usage)[:20]


def _is_authority(found: x509.Certificate) -> bool:
    from cryptography import x509

    constraints = _extension(found, "BasicConstraints")
    return isinstance(constraints, x509.BasicConstraints) and constraints.ca


def _path_length(found: x509.Certificate) -> int:
    from cryptography import x509

    constraints = _extension(found, "BasicConstraints")
    length = constraints.path_length if isinstance(constraints, x509.BasicConstraints) else None
    return -1 if length is None else length


_USAGES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
           "key_cert_sign", "crl_sign")  # fmt: skip


def _usages(found: x509.Certificate) -> tuple[str, ...] | None:
    from cryptography import x509

    usage = _extension(found, "KeyUsage")
    if not isinstance(usage, x509.KeyUsage):
        return None
    return tuple(name for name in _USAGES if getattr(usage, name))


def _critical(found: x509.Certificate) -> tuple[str, ...]:
    try:
        return tuple(entry.oid.dotted_string for entry in found.extensions if entry.critical)
    except ValueError:  # one of them cannot be read, or is there twice
        return ()


def _key_id(found: x509.Certificate) -> str:
    from cryptography import x509

    identifier = _extension(found, "SubjectKeyIdentifier")
    return identifier.digest.hex() if isinstance(identifier, x509.SubjectKeyIdentifier) else ""


def _authority_key(found: x509.Certificate) -> tuple[str, str]:
    from cryptography import x509

    authority = _extension(found, "AuthorityKeyIdentifier")
    if not isinstance(authority, x509.AuthorityKeyIdentifier):
        return "", ""
    names = [entry.value for entry in authority.authority_cert_issuer or [] if isinstance(entry, x509.DirectoryName)]
    return (authority.key_identifier or b"").hex(), _name(names[0]) if names else ""


def _issuer_urls(found: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509
    from cryptography.x509.oid import AuthorityInformationAccessOID

    access = _extension(found, "AuthorityInformationAccess")
    if not isinstance(access, x509.AuthorityInformationAccess):
        return ()
    return tuple(
        printable(entry.access_location.value)
        for entry in access
        if entry.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        and isinstance(entry.access_location, x509.UniformResourceIdentifier)
    )[:4]


def _key(found: x509.Certificate) -> tuple[str, int]:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        key = found.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "unknown", 0
    kind = type(key).__name__.strip("_").removesuffix("PublicKey").lower()
    names = {"ellipticcurve": "ec"}
    return names.get(kind, kind), int(getattr(key, "key_size", 0))


def signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether `issuer`'s key made the signature, not only whether the names fit."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        child = x509.load_der_x509_certificate(certificate.der)
        child.verify_directly_issued_by(x509.load_der_x509_certificate(issuer.der))
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
