"""Certificates: the short reader agrees with the full one, and the missing link of a chain is found."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from mqassist.net.certificate_chain import Copy, copies_beside, find_gap, interceptor, name_fits, read_any
from mqassist.net.certificates import Certificate, read_certificate, read_pem_certificates, short_name
from mqassist.net.der import CLIENT_AUTH, SERVER_AUTH, sketch
from mqassist.net.der_names import name_content, name_text
from tests.support.pki import Pki


def _first(path: Path) -> Certificate:
    return read_pem_certificates(path.read_bytes())[0]


@pytest.mark.parametrize("name", ["server", "expired", "not-yet-valid", "client", "no-san", "rsa", "self-signed"])
def test_the_short_reader_agrees_with_the_full_one(name: str, pki: Pki) -> None:
    full = _first(pki.identity(name).cert)
    short = sketch(full.der)
    assert short is not None
    assert (short.not_before, short.not_after) == (full.not_before, full.not_after)
    assert short.purposes == full.purposes
    assert (short.issuer == short.subject) == full.self_issued


@pytest.mark.parametrize(
    "when",
    [
        datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC),
        datetime.datetime(1999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC),
        datetime.datetime(2000, 2, 29, 12, tzinfo=datetime.UTC),
        datetime.datetime(2049, 12, 31, tzinfo=datetime.UTC),
        datetime.datetime(2050, 1, 1, tzinfo=datetime.UTC),
        datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC),
    ],
)
def test_dates_of_both_forms(when: datetime.datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dates")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    begin = datetime.datetime(1960, 1, 1, tzinfo=datetime.UTC)
    made = builder.serial_number(1).not_valid_before(begin).not_valid_after(when).sign(key, hashes.SHA256())
    short = sketch(made.public_bytes(serialization.Encoding.DER))
    assert short is not None
    assert short.not_after == int(when.timestamp())
    assert short.not_before == int(begin.timestamp())
    assert short.may(SERVER_AUTH)


def test_purposes(pki: Pki) -> None:
    server, client = (sketch(_first(pki.identity(name).cert).der) for name in ("server", "client"))
    assert server is not None
    assert client is not None
    assert (server.may(SERVER_AUTH), server.may(CLIENT_AUTH)) == (True, False)
    assert (client.may(SERVER_AUTH), client.may(CLIENT_AUTH)) == (False, True)


@given(st.binary(max_size=300))
def test_nonsense_is_no_certificate(data: bytes) -> None:
    assert sketch(data) is None
    assert read_certificate(data) is None
    assert read_any(b"-----BEGIN CERTIFICATE-----\n" + data) == ()


def test_a_certificate_with_one_byte_less_is_none(pki: Pki) -> None:
    der = _first(pki.server.cert).der
    assert sketch(der[:-1]) is None
    assert read_certificate(der[:-1]) is None


def test_names() -> None:
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme, Inc."), x509.NameAttribute(NameOID.COMMON_NAME, "mq 1")]
    )
    text = name_text(subject.public_bytes())
    assert text == "CN=mq 1,O=Acme\\, Inc."
    assert short_name(text) == "mq 1"
    assert name_text(b"\x30\x01\x00") == ""


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=20)


@given(st.lists(st.tuples(st.sampled_from([NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.DOMAIN_COMPONENT,
                                           NameOID.EMAIL_ADDRESS]), NAMES), min_size=1, max_size=5))  # fmt: skip
def test_names_are_read_as_the_library_reads_them(parts: list[tuple[x509.ObjectIdentifier, str]]) -> None:
    name = x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])
    shown = "".join(character if character.isprintable() else "?" for character in name.rfc4514_string())
    assert name_text(name.public_bytes()) == shown[:300]
    assert name.public_bytes().endswith(name_content(name.public_bytes()))


@given(st.binary(max_size=60))
def test_nonsense_is_no_name(data: bytes) -> None:
    assert isinstance(name_text(data), str)
    assert name_content(data) in data


# -- the missing link --------------------------------------------------------------------------------


@pytest.fixture
def link(pki: Pki) -> Callable[[str], Certificate]:
    authorities = {"ca", "other-ca", "intermediate-ca"}
    return lambda name: _first(pki.authority(name) if name in authorities else pki.identity(name).cert)


Link = Callable[[str], Certificate]


def test_a_complete_chain_has_no_gap(link: Link) -> None:
    sent = (link("intermediate"), link("intermediate-ca"))
    assert find_gap(sent, (link("ca"),), ()).kind == "none"


def test_a_missing_intermediate_is_known_by_its_copy(link: Link) -> None:
    gap = find_gap((link("intermediate"),), (link("ca"),), (Copy(link("intermediate-ca"), "/etc/x.pem"),))
    assert (gap.kind, gap.where) == ("intermediate", "/etc/x.pem")


def test_a_missing_root_is_known_by_its_copy(link: Link) -> None:
    gap = find_gap((link("unknown-ca"),), (link("ca"),), (Copy(link("other-ca"), "/etc/x.pem"),))
    assert (gap.kind, gap.issuer) == ("root", "CN=mqassist test other-ca")


def test_nothing_known_of_the_issuer_is_not_decided(link: Link) -> None:
    assert find_gap((link("unknown-ca"),), (link("ca"),), ()).kind == "unknown"


def test_a_root_that_was_sent_is_the_root_that_is_not_trusted(link: Link) -> None:
    assert find_gap((link("unknown-ca"), link("other-ca")), (link("ca"),), ()).kind == "root"


def test_the_same_name_with_another_key_is_seen(pki: Pki, link: Link, tmp_path: Path) -> None:
    renewed = Pki(tmp_path)
    gap = find_gap((_first(renewed.server.cert),), (link("ca"),), ())
    assert (gap.kind, gap.same_name) == ("root", True)


def test_copies_are_looked_for_beside_the_trust_file(pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "intermediate.crt").write_bytes(pki.authority("intermediate-ca").read_bytes())
    (tmp_path / "server.crt").write_bytes(pki.server.cert.read_bytes())
    (tmp_path / "notes.txt").write_text("-----BEGIN CERTIFICATE-----")
    (tmp_path / "broken.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    found = copies_beside(str(tmp_path / "root.pem"))
    assert [copy.where for copy in found] == [str(tmp_path / "intermediate.crt")]
    assert copies_beside(None) == ()
    assert copies_beside(str(tmp_path / "nowhere" / "root.pem")) == ()


@pytest.mark.parametrize(
    ("names", "host", "fits"),
    [
        (("mq.example.com",), "MQ.example.com", True),
        (("mq.example.com",), "mq.example.com.", True),
        (("*.example.com",), "mq.example.com", True),
        (("*.example.com",), "a.b.example.com", False),
        (("*.example.com",), "example.com", False),
        (("10.0.0.1",), "10.0.0.1", True),
        ((), "mq.example.com", False),
        (("mq",), "mq.example.com", False),
    ],
)
def test_names_fit_as_openssl_has_it(names: tuple[str, ...], host: str, fits: bool) -> None:
    assert name_fits(names, host) is fits


def test_interceptors_name_themselves(link: Link) -> None:
    assert interceptor((link("intercepted"),)) == "mitmproxy"
    assert interceptor((link("server"),)) == ""
