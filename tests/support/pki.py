"""A throw-away certificate authority and every kind of broken certificate. Keys are EC P-256 by default."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from tests.support.canary import CANARY

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DAY = datetime.timedelta(days=1)
NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Identity:
    """`cert` holds the chain as the owner sends it; `ca` is what the other side is told to trust.

    `key_password` is empty unless the key file is encrypted.
    """

    name: str
    cert: Path
    key: Path
    ca: Path
    key_password: str = ""


@dataclass(frozen=True)
class _Plan:
    """One certificate to make: validity in days from now, names, purpose, and who signs it."""

    common_name: str = "localhost"
    names: tuple[str, ...] = NAMES
    valid_from: float = -1
    valid_to: float = 365
    purpose: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.SERVER_AUTH
    issuer: str = "ca"
    rsa_bits: int = 0
    encrypted: bool = False
    sends: tuple[str, ...] = ()
    trusts: str = "ca"
    issuer_url: str = ""
    authority_key: bool = True
    signs: bool = True


_SERVER = _Plan()
_CLIENT = _Plan(common_name="app", names=(), purpose=ExtendedKeyUsageOID.CLIENT_AUTH)
_PLANS: dict[str, _Plan] = {
    "server": _SERVER,
    "expired": replace(_SERVER, valid_from=-40, valid_to=-2),
    "not-yet-valid": replace(_SERVER, valid_from=3, valid_to=300),
    "wrong-name": replace(_SERVER, common_name="other.example", names=("other.example", "*.other.example")),
    "self-signed": replace(_SERVER, issuer=""),
    "unknown-ca": replace(_SERVER, issuer="other-ca"),
    "no-san": replace(_SERVER, names=()),
    "intermediate": replace(_SERVER, issuer="intermediate-ca", sends=("intermediate-ca",)),
    "intermediate-missing": replace(_SERVER, issuer="intermediate-ca"),
    "ca-expired": replace(_SERVER, issuer="expired-ca", trusts="expired-ca"),
    "weak-key": replace(_SERVER, rsa_bits=1024),
    "wrong-purpose": replace(_SERVER, purpose=ExtendedKeyUsageOID.CLIENT_AUTH),
    "expires-soon": replace(_SERVER, valid_to=5),
    "expired-extra": replace(_SERVER, sends=("expired-ca",)),
    "rsa": replace(_SERVER, rsa_bits=2048),
    "untrusted-root": replace(_SERVER, issuer="other-ca", sends=("other-ca",)),
    "partial-root": replace(_SERVER, issuer="intermediate-ca", trusts="intermediate-ca"),
    "sub-expired": replace(_SERVER, issuer="expired-intermediate-ca", sends=("expired-intermediate-ca",)),
    "intercepted": replace(_SERVER, issuer="mitmproxy-ca", sends=("mitmproxy-ca",)),
    "wrong-name-expired": replace(_SERVER, names=("other.example",), valid_from=-40, valid_to=-2),
    "wrong-order": replace(
        _SERVER, issuer="deep-intermediate-ca", sends=("intermediate-ca", "deep-intermediate-ca")
    ),
    "right-order": replace(
        _SERVER, issuer="deep-intermediate-ca", sends=("deep-intermediate-ca", "intermediate-ca")
    ),
    "root-sent": replace(_SERVER, sends=("ca",)),
    "twice-sent": replace(_SERVER, issuer="intermediate-ca", sends=("intermediate-ca", "intermediate-ca")),
    "no-authority-key": replace(_SERVER, authority_key=False),
    "loose-ca": replace(_SERVER, issuer="loose-ca", trusts="loose-ca"),
    "rsa-only-encrypts": replace(_SERVER, rsa_bits=2048, signs=False),
    "client": _CLIENT,
    "client-expired": replace(_CLIENT, valid_from=-40, valid_to=-2),
    "client-unknown-ca": replace(_CLIENT, issuer="other-ca"),
    "client-wrong-purpose": replace(_CLIENT, purpose=ExtendedKeyUsageOID.SERVER_AUTH),
    "client-not-yet-valid": replace(_CLIENT, valid_from=3, valid_to=300),
    "client-weak-key": replace(_CLIENT, rsa_bits=1024),
    "client-rsa": replace(_CLIENT, rsa_bits=2048),
    "client-encrypted-key": replace(_CLIENT, encrypted=True),
}


class Pki:
    """Files appear in `directory` when they are first asked for."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._authorities: dict[str, tuple[x509.Certificate, Key]] = {}
        self._identities: dict[str, Identity] = {}

    @property
    def ca(self) -> Path:
        """The authority that signs `server` and `client`, PEM."""
        return self.authority("ca")

    @property
    def server(self) -> Identity:
        """Good for localhost, 127.0.0.1 and ::1."""
        return self.identity("server")

    def authority(self, name: str) -> Path:
        """PEM of "ca" or any other name. One that begins with "expired-" is past its end, one that ends in
        "intermediate-ca" is signed by "ca" ("deep-…" by "intermediate-ca"); the others sign themselves. "loose-ca"
        leaves its key usage out and its basic constraints uncritical, as many a home-made authority does.
        """
        self._authority(name)
        return self.directory / f"{name}.pem"

    def identity(self, name: str) -> Identity:
        """One of the names in the module's table of plans."""
        if name not in self._identities:
            self._identities[name] = self._make(name, _PLANS[name])
        return self._identities[name]

    def server_for(self, *names: str, valid_to: float = 365) -> Identity:
        """A good server certificate for other names or addresses; `valid_to` in days from now."""
        label = "server-" + "-".join(name.replace(":", "_").replace("*", "any") for name in names)
        if label not in self._identities:
            plan = replace(_SERVER, common_name=names[0], names=names, valid_to=valid_to)
            self._identities[label] = self._make(label, plan)
        return self._identities[label]

    def server_with(self, names: Sequence[str]) -> Identity:
        """A server certificate with just these names, however odd or many, as an ill-meaning peer would show it."""
        label = f"server-with-{len(self._identities)}"
        self._identities[label] = self._make(label, replace(_SERVER, names=tuple(names)))
        return self._identities[label]

    def with_issuer_at(self, url: str) -> Identity:
        """A server certificate that lacks its intermediate, but says where to fetch it (RFC 5280 §4.2.2.1)."""
        label = f"issuer-at-{len(self._identities)}"
        self._identities[label] = self._make(label, replace(_PLANS["intermediate-missing"], issuer_url=url))
        return self._identities[label]

    def client_for(self, common_name: str) -> Identity:
        """A good client certificate with that subject."""
        label = f"client-{common_name}"
        if label not in self._identities:
            self._identities[label] = self._make(label, replace(_CLIENT, common_name=common_name))
        return self._identities[label]

    def _authority(self, name: str) -> tuple[x509.Certificate, Key]:
        if name not in self._authorities:
            expired = name.startswith("expired-")
            plan = _Plan(common_name=f"mqassist test {name}", names=(), purpose=None, issuer="",
                         valid_from=-400, valid_to=-2 if expired else 3650)
            if name.endswith("intermediate-ca"):
                plan = replace(plan, issuer="intermediate-ca" if name.startswith("deep-") else "ca")
            key = ec.generate_private_key(ec.SECP256R1())
            made = self._sign(plan, key, is_authority=True, loose=name == "loose-ca")
            self._authorities[name] = made, key
            (self.directory / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return self._authorities[name]

    def _make(self, name: str, plan: _Plan) -> Identity:
        key: Key = ec.generate_private_key(ec.SECP256R1())
        if plan.rsa_bits:
            key = rsa.generate_private_key(65537, plan.rsa_bits)
        chain = [self._sign(plan, key), *(self._authority(extra)[0] for extra in plan.sends)]
        cert_file, key_file = self.directory / f"{name}.crt", self.directory / f"{name}.key"
        cert_file.write_bytes(b"".join(each.public_bytes(serialization.Encoding.PEM) for each in chain))
        encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if plan.encrypted:
            encryption = serialization.BestAvailableEncryption(CANARY.encode())
        key_file.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
        )
        key_file.chmod(0o644)  # brokers that drop their rights must still read it; it is worth nothing
        return Identity(name, cert_file, key_file, self.authority(plan.trusts), CANARY if plan.encrypted else "")

    def _sign(self, plan: _Plan, key: Key, *, is_authority: bool = False, loose: bool = False) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        subject = _name(plan.common_name)
        signer, issuer = key, subject
        if plan.issuer:
            authority, signer = self._authority(plan.issuer)
            issuer = authority.subject
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + plan.valid_from * DAY)
            .not_valid_after(now + plan.valid_to * DAY)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=not loose)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if plan.authority_key:
            known = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
            builder = builder.add_extension(known, critical=False)
        if not loose:
            builder = _key_usage(is_authority, plan.signs)(builder)
        for add in (_purpose(plan), _alternative_names(plan), _issuer_url(plan)):
            builder = add(builder)
        return builder.sign(signer, hashes.SHA256())


Step = Callable[[x509.CertificateBuilder], x509.CertificateBuilder]


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_usage(is_authority: bool, signs: bool) -> Step:
    usage = x509.KeyUsage(
        digital_signature=signs and not is_authority, key_cert_sign=is_authority, crl_sign=is_authority,
        content_commitment=False, key_encipherment=not signs, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return lambda builder: builder.add_extension(usage, critical=True)


def _purpose(plan: _Plan) -> Step:
    if plan.purpose is None:
        return lambda builder: builder
    usage = x509.ExtendedKeyUsage([plan.purpose])
    return lambda builder: builder.add_extension(usage, critical=False)


def _alternative_names(plan: _Plan) -> Step:
    if not plan.names:
        return lambda builder: builder
    names = x509.SubjectAlternativeName([_general_name(name) for name in plan.names])
    return lambda builder: builder.add_extension(names, critical=False)


def _issuer_url(plan: _Plan) -> Step:
    if not plan.issuer_url:
        return lambda builder: builder
    place = x509.UniformResourceIdentifier(plan.issuer_url)
    access = x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, place)]
    )
    return lambda builder: builder.add_extension(access, critical=False)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
