"""Chosen TLS files: what is in them, for how long, whether they fit each other, and what to do about other formats."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mqassist.core.glance import Glance
from mqassist.core.secret import Secret
from mqassist.knowledge.texts import Texts
from mqassist.net.tls_glance import glance
from tests.support.pki import Identity, Pki

PHRASE = Secret("a phrase")


def told(found: Glance) -> list[tuple[str, str]]:
    for language in ("en", "zh"):
        known = Texts(language).keys()  # type: ignore[arg-type]
        assert {line.text.key for line in found.lines} <= known
    return [(line.state, line.text.key.removeprefix("glance.")) for line in found.lines]


def keys(found: Glance) -> list[str]:
    return [key for _, key in told(found)]


@pytest.fixture(scope="module")
def client(pki: Pki) -> Identity:
    return pki.client_for("glanced at")


def made(folder: Path, days: tuple[int, int], usage: object = ExtendedKeyUsageOID.CLIENT_AUTH) -> tuple[Path, Path]:
    """A certificate that begins and ends so many days from now, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "orders")])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=days[0]))
        .not_valid_after(now + datetime.timedelta(days=days[1]))
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)  # type: ignore[list-item]
    )
    cert, file = folder / "made.crt", folder / "made.key"
    cert.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert, file


def test_good_files_are_told_as_good(pki: Pki, client: Identity) -> None:
    os.chmod(client.key, 0o600)
    ca, cert, key = glance(str(pki.ca), str(client.cert), str(client.key))
    assert told(ca)[:2] == [("works", "count-one"), ("works", "is-ca")]
    assert ("works", "for-clients") in told(cert)
    assert told(key) == [("works", "fits")]
    assert ca.usable
    assert cert.usable
    assert key.usable
    assert glance("", "", "") == ()


def test_a_key_of_another_certificate_and_one_that_everybody_reads(pki: Pki, client: Identity) -> None:
    other = pki.client_for("somebody else")
    os.chmod(other.key, 0o644)
    assert told(glance("", str(client.cert), str(other.key))[1]) == [
        ("broken", "does-not-fit"),
        ("warning", "everybody-reads"),
    ]
    assert keys(glance("", "", str(client.key))[0])[0] == "is-key"


@pytest.mark.parametrize(
    ("days", "expected"),
    [((-9, -1), ("broken", "expired")), ((2, 9), ("broken", "not-yet")), ((-9, 19), ("warning", "ends-soon"))],
)
def test_dates_are_judged_now(tmp_path: Path, days: tuple[int, int], expected: tuple[str, str]) -> None:
    cert, _ = made(tmp_path, days)
    found = glance("", str(cert), "")[0]
    assert expected in told(found)
    if expected[1] == "ends-soon":
        assert dict(found.lines[1].text.values) == {"days": 18}


def test_a_servers_certificate_is_not_for_clients(tmp_path: Path) -> None:
    cert, _ = made(tmp_path, (-1, 99), ExtendedKeyUsageOID.SERVER_AUTH)
    assert ("broken", "not-for-clients") in told(glance("", str(cert), "")[0])
    assert ("works", "self-signed") in told(glance(str(cert), "", "")[0])


def test_encrypted_keys_ask_for_their_passphrase(tmp_path: Path, client: Identity) -> None:
    key = load_pem_private_key(client.key.read_bytes(), None)
    file = tmp_path / "locked.key"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"a phrase")))
    os.chmod(file, 0o600)
    assert told(glance("", str(client.cert), str(file))[1]) == [("warning", "needs-passphrase")]
    assert told(glance("", str(client.cert), str(file), Secret("wrong"))[1]) == [("broken", "wrong-passphrase")]
    assert told(glance("", str(client.cert), str(file), PHRASE)[1]) == [("works", "fits")]
    assert told(glance("", str(client.cert), str(client.key), PHRASE)[1]) == [("works", "fits")]


def test_der_and_pkcs12_are_read_and_the_conversion_is_told(tmp_path: Path, client: Identity, pki: Pki) -> None:
    certificate = x509.load_pem_x509_certificate(client.cert.read_bytes())
    key = load_pem_private_key(client.key.read_bytes(), None)
    der, der_key, pfx = tmp_path / "c d.der", tmp_path / "k.der", tmp_path / "both.pfx"
    der.write_bytes(certificate.public_bytes(Encoding.DER))
    der_key.write_bytes(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    pfx.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"a phrase"))  # type: ignore[arg-type]
    )
    for path in (der_key, pfx):
        os.chmod(path, 0o600)
    cert, private = glance("", str(der), str(der_key))
    assert keys(cert)[-1] == keys(private)[-1] == "format-der"
    assert keys(private)[0] == "fits"
    assert cert.command == f"openssl x509 -inform der -in '{der}' -out '{tmp_path}/c d.pem'"
    assert private.command.startswith("openssl pkey -inform der")
    locked, locked_key = glance("", str(pfx), str(pfx))
    assert keys(locked) == ["needs-passphrase", "format-pkcs12"]
    assert keys(locked_key)[0] == "needs-passphrase"
    opened, opened_key = glance("", str(pfx), str(pfx), PHRASE)
    assert "for-clients" in keys(opened)
    assert keys(opened_key)[0] == "fits"
    assert keys(glance("", str(pfx), "", Secret("wrong"))[0])[0] == "wrong-passphrase"
    assert not opened.usable
    assert "openssl pkcs12" in opened.command


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "state-empty"),
        (b"hello", "state-not-pem"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "state-damaged"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "state-wrong-kind"),
        (b"\xfe\xed\xfe\xed\0\0\0\2", "format-keystore"),
        (b"\x30\x82\xff\xff", "state-not-pem"),
        (b"\x30\x82\xff\xff" + b"\0" * 40, "format-der"),
    ],
)
def test_what_is_no_certificate_is_named(tmp_path: Path, content: bytes, key: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    for found in glance(str(file), str(file), ""):
        assert keys(found) == [key]
        assert not found.usable
    assert not glance("", "", str(file))[0].usable


def test_files_that_are_not_there(tmp_path: Path) -> None:
    found = glance(str(tmp_path / "gone"), str(tmp_path), "\0")
    assert [keys(each) for each in found] == [["state-missing"], ["state-directory"], ["state-no-permission"]]
