"""TLS files are recognised by what they hold, and what OpenSSL cannot take is named."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mqassist.core.secret import Credentials, Secret
from mqassist.core.settings import TlsSettings
from mqassist.net.tls_context import client_context, offered_versions, suite_names
from mqassist.net.tls_files import FILE_STATES, MAX_BYTES, look_at
from tests.support.canary import CANARY
from tests.support.pki import Pki


def _certificate(pki: Pki) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pki.server.cert.read_bytes())


def _content(kind: str, pki: Pki) -> bytes:
    certificate = _certificate(pki)
    key = serialization.load_pem_private_key(pki.server.key.read_bytes(), None)
    plain = serialization.NoEncryption()
    made = {
        "der": lambda: certificate.public_bytes(serialization.Encoding.DER),
        "der key": lambda: key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain),
        "pkcs12": lambda: pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, plain),  # type: ignore[arg-type]  # an EC key
        "pkcs7": lambda: pkcs7.serialize_certificates([certificate], serialization.Encoding.PEM),
        "pkcs7 der": lambda: pkcs7.serialize_certificates([certificate], serialization.Encoding.DER),
        "keystore": lambda: b"\xfe\xed\xfe\xed\x00\x00\x00\x02",
        "empty": lambda: b" \n",
        "text": lambda: b"see the wiki",
        "utf-16": lambda: pki.server.cert.read_text().encode("utf-16"),
        "key": pki.server.key.read_bytes,
        "damaged": lambda: b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "good": lambda: b"issuer: someone\r\n" + pki.server.cert.read_bytes().replace(b"\n", b"\r\n"),
    }
    return made[kind]()


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("der", "der"), ("der key", "der"), ("pkcs12", "pkcs12"), ("pkcs7", "pkcs7"), ("pkcs7 der", "pkcs7"),
        ("keystore", "keystore"), ("empty", "empty"), ("text", "not-pem"), ("utf-16", "not-pem"),
        ("key", "wrong-kind"), ("damaged", "damaged"), ("good", "ok"),
    ],
)  # fmt: skip
def test_recognised_by_content(kind: str, state: str, pki: Pki, tmp_path: Path) -> None:
    file = tmp_path / "anything.pem"
    file.write_bytes(_content(kind, pki))
    assert look_at(str(file)).state == state


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert look_at(str(tmp_path / "nothing")).state == "missing"
    assert look_at(str(tmp_path)).state == "directory"
    assert look_at("\0").state == "no-permission"
    large = tmp_path / "large"
    large.write_bytes(b"A" * (MAX_BYTES + 1))
    assert look_at(str(large)).state == "too-large"


def test_keys(pki: Pki) -> None:
    plain = look_at(str(pki.server.key), for_key=True)
    assert (plain.state, plain.has_key, plain.encrypted) == ("ok", True, False)
    locked = look_at(str(pki.identity("client-encrypted-key").key), for_key=True)
    assert (locked.state, locked.encrypted) == ("ok", True)
    assert look_at(str(pki.server.cert), for_key=True).state == "wrong-kind"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200))
def test_whatever_a_file_holds_it_has_a_state(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "any"
    for content in (data, b"\x30" + data, b"-----BEGIN CERTIFICATE-----\n" + base64.b64encode(data)):
        file.write_bytes(content)
        assert look_at(str(file)).state in FILE_STATES
        assert look_at(str(file), for_key=True).state in FILE_STATES


def test_a_context_is_made_without_what_is_broken(pki: Pki, tmp_path: Path) -> None:
    client, other = pki.identity("client"), pki.server
    nothing = str(tmp_path / "nothing.pem")
    built = client_context(TlsSettings(ca=nothing, cert=str(client.cert), key=str(other.key)), Credentials())
    assert built.ca_error
    assert built.cert_error == "KEY_VALUES_MISMATCH"
    assert built.context.check_hostname, "a broken file never switches verification off"


def test_an_encrypted_key_opens_with_its_passphrase_only(pki: Pki) -> None:
    locked = pki.identity("client-encrypted-key")
    wanted = TlsSettings(ca=str(pki.ca), cert=str(locked.cert), key=str(locked.key))
    assert client_context(wanted, Credentials()).cert_error
    assert client_context(wanted, Credentials(key_password=Secret("wrong"))).cert_error
    assert not client_context(wanted, Credentials(key_password=Secret(CANARY))).cert_error


def test_what_this_openssl_offers() -> None:
    assert "TLSv1.3" in offered_versions()
    assert suite_names()[0x1301] == "TLS_AES_128_GCM_SHA256"
    assert 0x1301 in client_context(TlsSettings(), Credentials()).suites()
