"""A throw-away certificate authority and every kind of wrong certificate, made on the spot and gone with the folder.

The keys are worth nothing beyond the running scenario. `cryptography` is loaded when the first one is asked for.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import threading
from typing import TYPE_CHECKING, Any

from mqassist.core.record import changed, record

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

NAMES = ("localhost", "127.0.0.1", "::1")


@record
class Identity:
    """Paths: `cert` holds the chain as its owner sends it, `ca` is what the other side is told to trust."""

    cert: str
    key: str
    ca: str


@record
class _Plan:
    """One certificate: validity in days from now, names, purpose, who signs it, what is sent with it."""

    common_name: str = "localhost"
    names: tuple[str, ...] = NAMES
    valid_from: float = -1
    valid_to: float = 365
    purpose: str = "server"
    issuer: str = "ca"
    rsa_bits: int = 0
    sends: tuple[str, ...] = ()
    trusts: str = "ca"


_SERVER = _Plan()
_CLIENT = _Plan(common_name="app", names=(), purpose="client")
_PLANS: dict[str, _Plan] = {
    "server": _SERVER,
    "expired": changed(_SERVER, valid_from=-40, valid_to=-2),
    "not-yet-valid": changed(_SERVER, valid_from=3, valid_to=300),
    "wrong-name": changed(_SERVER, common_name="mail.example", names=("mail.example", "*.mail.example")),
    "self-signed": changed(_SERVER, issuer=""),
    "unknown-ca": changed(_SERVER, issuer="other-ca"),
    "no-san": changed(_SERVER, names=()),
    "intermediate": changed(_SERVER, issuer="intermediate-ca", sends=("intermediate-ca",)),
    "intermediate-missing": changed(_SERVER, issuer="intermediate-ca"),
    "ca-expired": changed(_SERVER, issuer="expired-ca", trusts="expired-ca"),
    "weak-key": changed(_SERVER, rsa_bits=1024),
    "wrong-purpose": changed(_SERVER, purpose="client"),
    "expires-soon": changed(_SERVER, valid_to=5),
    "intercepted": changed(_SERVER, issuer="mitmproxy-ca", sends=("mitmproxy-ca",)),
    "partial-root": changed(_SERVER, issuer="intermediate-ca", trusts="intermediate-ca"),
    "wrong-order": changed(_SERVER, issuer="deep-intermediate-ca", sends=("intermediate-ca", "deep-intermediate-ca")),
    "client": _CLIENT,
    "client-expired": changed(_CLIENT, valid_from=-40, valid_to=-2),
    "client-not-yet-valid": changed(_CLIENT, valid_from=3, valid_to=300),
    "client-unknown-ca": changed(_CLIENT, issuer="other-ca"),
    "client-wrong-purpose": changed(_CLIENT, purpose="server"),
}
IDENTITIES = tuple(_PLANS)


class Pki:
    """Files appear in `folder` when they are first asked for; safe from many threads."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._authorities: dict[str, tuple[x509.Certificate, Key]] = {}
        self._identities: dict[str, Identity] = {}

    def identity(self, name: str) -> Identity:
        """One of IDENTITIES."""
        with self._lock:
            if name not in self._identities:
                self._identities[name] = self._make(name, _PLANS[name])
            return self._identities[name]

    def authority(self, name: str = "ca") -> str:
        """Path of an authority's certificate. One that begins with "expired-" is past its end; one that ends in
        "intermediate-ca" is signed by "ca" ("deep-…" by "intermediate-ca"); the others sign themselves."""
        with self._lock:
            self._authority(name)
            return os.path.join(self.folder, f"{name}.pem")

    def _authority(self, name: str) -> tuple[x509.Certificate, Key]:
        if name not in self._authorities:
            from cryptography.hazmat.primitives import serialization
            from cryptography.hazmat.primitives.asymmetric import ec

            plan = _Plan(f"mqassist practice {name}", (), -400, -2 if name.startswith("expired-") else 3650, "", "")
            if name.endswith("intermediate-ca"):
                plan = changed(plan, issuer="intermediate-ca" if name.startswith("deep-") else "ca")
            key = ec.generate_private_key(ec.SECP256R1())
            made = self._sign(plan, key, is_authority=True)
            self._authorities[name] = made, key
            self._write(f"{name}.pem", made.public_bytes(serialization.Encoding.PEM))
        return self._authorities[name]

    def _make(self, name: str, plan: _Plan) -> Identity:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec, rsa

        key: Key = ec.generate_private_key(ec.SECP256R1())
        if plan.rsa_bits:
            key = rsa.generate_private_key(65537, plan.rsa_bits)
        chain = [self._sign(plan, key), *(self._authority(extra)[0] for extra in plan.sends)]
        pem = serialization.Encoding.PEM
        cert = self._write(f"{name}.crt", b"".join(each.public_bytes(pem) for each in chain))
        plain = serialization.NoEncryption()
        secret = self._write(f"{name}.key", key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
        return Identity(cert, secret, self.authority(plan.trusts))

    def _write(self, name: str, data: bytes) -> str:
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
        return path

    def _sign(self, plan: _Plan, key: Key, *, is_authority: bool = False) -> x509.Certificate:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.x509.oid import NameOID

        now = datetime.datetime.now(datetime.UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, plan.common_name)])
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
            .not_valid_before(now + datetime.timedelta(days=plan.valid_from))
            .not_valid_after(now + datetime.timedelta(days=plan.valid_to))
        )
        for extension, critical in _extensions(plan, key.public_key(), signer.public_key(), is_authority):
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256())


def _extensions(plan: _Plan, own: Any, signer: Any, is_authority: bool) -> list[tuple[x509.ExtensionType, bool]]:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    usage = x509.KeyUsage(
        digital_signature=not is_authority, key_cert_sign=is_authority, crl_sign=is_authority,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=is_authority, path_length=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(own), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), False),
        (usage, True),
    ]
    if plan.purpose:
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH if plan.purpose == "client" else ExtendedKeyUsageOID.SERVER_AUTH
        found.append((x509.ExtendedKeyUsage([purpose]), False))
    if plan.names:
        found.append((x509.SubjectAlternativeName([_general_name(name) for name in plan.names]), False))
    return found


def _general_name(name: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
