"""CA, certificate and key files as a person chooses them: what is inside, for how long, whether they fit each other.

Reads PEM, DER and PKCS#12; what OpenSSL's file readers do not take gets the command that converts it.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path
from shlex import quote
from typing import Any

from mqassist.core.glance import Glance, GlanceLine, GlanceState, TlsRole
from mqassist.core.record import record
from mqassist.core.secret import Secret
from mqassist.core.text import Text, Value
from mqassist.net.certificates import Certificate, read_certificate, read_pem_certificates
from mqassist.net.tls_files import MAX_BYTES, LookedAt, look_at

SOON_DAYS = 30
_DAY_S = 86_400
_CLIENT_AUTH = ("1.3.6.1.5.5.7.3.2", "clientAuth", "2.5.29.37.0", "anyExtendedKeyUsage")


@record
class _Content:
    """`key` is a private key of cryptography, None without one or while it is locked."""

    certificates: tuple[Certificate, ...] = ()
    key: Any = None
    locked: bool = False
    wrong_passphrase: bool = False


def glance(ca: str, cert: str, key: str, passphrase: Secret | None = None) -> tuple[Glance, ...]:
    """One for each path that is not empty, in this order. Never raises for what the files hold."""
    found: list[Glance] = []
    if ca:
        found.append(_authority(ca))
    client = _read(cert, passphrase) if cert else _Content()
    if cert:
        found.append(_client(cert, client))
    if key:
        found.append(_key(key, client, passphrase))
    return tuple(found)


def _line(state: GlanceState, key: str, **values: Value) -> GlanceLine:
    return GlanceLine(state, Text(f"glance.{key}", tuple(values.items())))


def _authority(path: str) -> Glance:
    look = look_at(path)
    content = _read(path, None)
    if not content.certificates:
        return _unusable("ca", look)
    count = len(content.certificates)
    lines = [_line("works", "count-one") if count == 1 else _line("works", "count", count=count)]
    if any(each.is_authority for each in content.certificates):
        lines.append(_line("works", "is-ca"))
    elif all(each.self_issued for each in content.certificates):
        lines.append(_line("works", "self-signed"))
    else:
        lines.append(_line("warning", "no-ca"))
    lines.append(_dates(min(content.certificates, key=lambda each: each.not_after)))
    return _with_format("ca", look, lines)


def _client(path: str, content: _Content) -> Glance:
    look = look_at(path)
    if not content.certificates:
        if content.locked or content.wrong_passphrase:
            state: GlanceState = "broken" if content.wrong_passphrase else "warning"
            key = "wrong-passphrase" if content.wrong_passphrase else "needs-passphrase"
            return _with_format("cert", look, [_line(state, key)])
        return _unusable("cert", look)
    first = content.certificates[0]
    lines = [_line("note", "subject", subject=first.common_name or first.subject), _dates(first)]
    if first.purposes is None or any(purpose in _CLIENT_AUTH for purpose in first.purposes):
        lines.append(_line("works", "for-clients"))
    else:
        lines.append(_line("broken", "not-for-clients"))
    if len(content.certificates) > 1:
        lines.append(_line("note", "intermediates", count=len(content.certificates) - 1))
    return _with_format("cert", look, lines)


def _key(path: str, client: _Content, passphrase: Secret | None) -> Glance:
    look = look_at(path, for_key=True)
    content = _read(path, passphrase)
    if content.key is None and not content.locked and not content.wrong_passphrase:
        return _unusable("key", look)
    lines: list[GlanceLine] = []
    if content.wrong_passphrase:
        lines.append(_line("broken", "wrong-passphrase"))
    elif content.locked:
        lines.append(_line("warning", "needs-passphrase"))
    elif client.certificates:
        fits = _public(content.key) == _public_of(client.certificates[0])
        lines.append(_line("works", "fits") if fits else _line("broken", "does-not-fit"))
    else:
        lines.append(_line("works", "is-key"))
    if _everybody_reads(path):
        lines.append(_line("warning", "everybody-reads"))
    return _with_format("key", look, lines)


def _dates(certificate: Certificate) -> GlanceLine:
    now = time.time()
    until = time.strftime("%Y-%m-%d", time.gmtime(max(0.0, certificate.not_after)))
    left = int((certificate.not_after - now) // _DAY_S)
    if now >= certificate.not_after:
        return _line("broken", "expired", date=until)
    if now < certificate.not_before:
        since = time.strftime("%Y-%m-%d", time.gmtime(max(0.0, certificate.not_before)))
        return _line("broken", "not-yet", date=since)
    return _line("warning", "ends-soon", days=left) if left < SOON_DAYS else _line("works", "until", date=until)


def _unusable(role: TlsRole, look: LookedAt) -> Glance:
    return _with_format(role, look, [] if look.state in _CONVERTIBLE else [_line("broken", f"state-{_state(look)}")])


def _state(look: LookedAt) -> str:
    return look.state if look.state != "ok" else "wrong-kind"


_CONVERTIBLE = ("der", "pkcs12", "pkcs7", "keystore")


def _with_format(role: TlsRole, look: LookedAt, lines: list[GlanceLine]) -> Glance:
    """A format that OpenSSL's readers of files do not take is named, with the command that makes PEM of it."""
    if look.state not in _CONVERTIBLE:
        return Glance(role, tuple(lines))
    path = quote(look.path)
    beside = quote(str(Path(look.path).with_suffix(".pem")))
    commands = {
        "der": f"openssl {'pkey' if role == 'key' else 'x509'} -inform der -in {path} -out {beside}",
        "pkcs12": f"openssl pkcs12 -in {path} -out {beside} {'-nocerts' if role == 'key' else '-nokeys'}",
        "pkcs7": f"openssl pkcs7 -inform der -print_certs -in {path} -out {beside}",
        "keystore": f"keytool -importkeystore -srckeystore {path} -destkeystore {quote(look.path + '.p12')}"
        " -deststoretype PKCS12",
    }
    return Glance(role, (*lines, _line("broken", f"format-{look.state}")), commands[look.state])


def _read(path: str, passphrase: Secret | None) -> _Content:
    """Whatever the file holds, by what it is and not by its name."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES)
    except (OSError, ValueError):
        return _Content()
    if b"-----BEGIN " in data:
        key, locked, wrong = _private(data, passphrase, pem=True)
        return _Content(read_pem_certificates(data), key, locked, wrong)
    single = read_certificate(data)
    if single is not None:
        return _Content((single,))
    bundle = _pkcs12(data, passphrase)
    if bundle is not None:
        return bundle
    key, locked, wrong = _private(data, passphrase, pem=False)
    return _Content((), key, locked, wrong)


def _private(data: bytes, passphrase: Secret | None, *, pem: bool) -> tuple[Any, bool, bool]:
    """(key, needs a passphrase, the passphrase is wrong)."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    if pem and b"PRIVATE KEY-----" not in data:
        return None, False, False
    load = load_pem_private_key if pem else load_der_private_key
    given = passphrase.reveal().encode() if passphrase is not None and not passphrase.is_blank else None
    try:
        return load(_key_block(data) if pem else data, given), False, False
    except TypeError:
        if given is None:
            return None, True, False
        return _private(data, None, pem=pem)  # it has none, although one was given
    except (ValueError, UnsupportedAlgorithm):
        encrypted = pem and (b"ENCRYPTED" in data)
        return None, False, encrypted and given is not None


def _key_block(data: bytes) -> bytes:
    """A file may hold the certificate before its key."""
    marked = data.find(b"PRIVATE KEY-----")
    begin = data.rfind(b"-----BEGIN ", 0, marked)
    end = data.find(b"-----END ", marked)
    close = data.find(b"-----", end + 9)
    return data[begin : close + 5] + b"\n" if begin >= 0 and close > 0 else data


def _pkcs12(data: bytes, passphrase: Secret | None) -> _Content | None:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    if data[:1] != b"\x30":
        return None
    given = passphrase.reveal().encode() if passphrase is not None and not passphrase.is_blank else None
    try:
        bundle = load_pkcs12(data, given)
    except ValueError as error:
        if "password" not in str(error).lower() and "mac" not in str(error).lower():
            return None
        return _Content((), None, given is None, given is not None)
    listed = [bundle.cert, *bundle.additional_certs]
    ders = [each.certificate.public_bytes(Encoding.DER) for each in listed if each is not None]
    return _Content(tuple(found for der in ders if (found := read_certificate(der)) is not None), bundle.key)


def _public(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    data: bytes = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return data


def _public_of(certificate: Certificate) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    found = x509.load_der_x509_certificate(certificate.der).public_key()
    return found.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _everybody_reads(path: str) -> bool:
    """Only where the bits say it; Windows' access lists are another matter."""
    if sys.platform == "win32":
        return False
    try:
        return bool(os.stat(path).st_mode & stat.S_IROTH)
    except OSError:
        return False
