"""The bytes behind the listing of versions and suites."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.net.tls_context import suite_names
from mqassist.net.tls_hello import SUITES_BEFORE, client_hello
from mqassist.net.tls_record import SSL_3_0, TLS_1_2, group_bits
from mqassist.net.tls_suites import DHE_SUITES, is_broken, suite_name, weaknesses

KNOWN = suite_names()


@pytest.mark.parametrize(
    ("suite", "kinds", "broken"),
    [
        (0xC02F, (), False), (0x1301, (), False), (0x000A, ("3des",), False), (0xC012, ("3des",), False),
        (0x0005, ("rc4",), True), (0x0003, ("export", "rc4"), True), (0x0018, ("anonymous", "rc4"), True),
        (0x0034, ("anonymous",), True), (0x003B, ("null",), True), (0xC015, ("null", "anonymous"), True),
        (0x0009, ("des",), True), (0x0008, ("export", "des"), True),
    ],
)  # fmt: skip
def test_weaknesses(suite: int, kinds: tuple[str, ...], broken: bool) -> None:
    assert weaknesses(suite) == kinds
    assert is_broken(suite) is broken


def test_openssl_agrees_on_every_suite_it_knows() -> None:
    """Its names say what a suite is made of."""
    shared = {suite: name for suite, name in KNOWN.items() if suite in SUITES_BEFORE and "PSK" not in name}
    assert len(shared) > 40
    for suite, name in shared.items():
        kinds = weaknesses(suite)
        assert ("null" in kinds) == ("NULL" in name), name
        assert ("anonymous" in kinds) == name.startswith(("ADH-", "AECDH-")), name
        assert ("rc4" in kinds) == ("RC4" in name), name
        assert ("3des" in kinds) == ("CBC3" in name), name
        assert (suite in DHE_SUITES) == name.startswith(("DHE-", "ADH-")), name


def test_names() -> None:
    assert suite_name(0xC02F, KNOWN) == "ECDHE-RSA-AES128-GCM-SHA256"
    assert suite_name(0x0003, {}) == "EXP-RC4-MD5"
    assert suite_name(0x1305, {}) == "TLS_AES_128_CCM_8_SHA256"
    assert suite_name(0xABCD, KNOWN) == "0xABCD"


def test_a_hello_of_ssl_3_has_no_extensions() -> None:
    old, new = (client_hello(version, (0x0005,), "host", bytes(96)) for version in (SSL_3_0, TLS_1_2))
    assert old[:3] == b"\x16\x03\x00"
    assert len(old) == 5 + 4 + 2 + 32 + 1 + 2 + 2 + 2
    assert len(new) > len(old)


def _record(*messages: bytes) -> bytes:
    body = b"".join(messages)
    return struct.pack("!BHH", 22, TLS_1_2, len(body)) + body


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


FLIGHT = (_message(2, bytes(70)), _message(11, bytes(700)), _message(12, b"\x01\x00" + bytes(256)))


def test_size_of_a_group() -> None:
    assert group_bits(b"".join(map(_record, FLIGHT))) == 2048
    assert group_bits(_record(*FLIGHT)) == 2048
    assert group_bits(_record(FLIGHT[0]) + _record(FLIGHT[1])) is None, "more has to come"
    assert group_bits(_record(*FLIGHT[:2], _message(14, b""))) == 0
    assert group_bits(b"\x15\x03\x03\x00\x02\x02\x28") == 0


@given(st.binary(max_size=200))
def test_nonsense_has_no_group(data: bytes) -> None:
    for flight in (data, _record(data), _record(_message(11, data)), _record(_message(1, data))):
        assert group_bits(flight) in (None, 0) or _message(12, b"")[:1] in flight
