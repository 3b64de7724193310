"""TLS peers that want our time or memory: long chains, endless names, a yes to every question."""

from __future__ import annotations

import struct
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.canary import CANARY
from tests.support.peer import Peer, Step, answer, drip, endless, fin, read, rst, send, silent, tls
from tests.support.pki import Identity, Pki
from tests.support.tls import facts, ran

if TYPE_CHECKING:
    from mqassist.core.report import Report

DEADLINE_S = 20.0
MEMORY_BYTES = 24 * 1024 * 1024
LONGEST_FACT = 40_000


@pytest.fixture
def survive(diagnose: Callable[..., Report], scripted_peer: Callable[..., Peer]) -> Callable[..., Report]:
    def check(script: Sequence[Step], timeout: float = 0.5, **settings: object) -> Report:
        peer = scripted_peer(script)
        tracemalloc.start()
        began = time.monotonic()
        try:
            report = diagnose(peer.url("amqps"), user="app", password=CANARY, timeout=timeout, **settings)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert time.monotonic() - began < DEADLINE_S
        assert peak < MEMORY_BYTES, f"{peak / 1e6:.0f} MB"
        assert max(len(repr(value)) for value in facts(report).values()) < LONGEST_FACT
        assert report.verdict.status == "broken"
        return report

    return check


def _with_more(identity: Identity, more: bytes, folder: Path) -> Identity:
    chain = folder / "chain.pem"
    chain.write_bytes(identity.cert.read_bytes() + more)
    return Identity(identity.name, chain, identity.key, identity.ca)


@pytest.mark.parametrize("count", [12, 100, 1000])
def test_a_chain_that_goes_on_and_on(count: int, survive: Callable[..., Report], pki: Pki, tmp_path: Path) -> None:
    shown = _with_more(pki.server, pki.authority("other-ca").read_bytes() * count, tmp_path)
    # OpenSSL takes a Certificate message of at most 100 KB: it breaks off at once, but has to get so far
    report = survive([tls(shown), silent()], timeout=2.0 if count <= 100 else 8.0, ca=pki.ca, thorough=True)
    assert facts(report)["tls.result"] == ("ok" if count <= 100 else "broken")
    if count <= 100:
        assert len(facts(report)["tls.chain_sent"]) <= 16  # type: ignore[arg-type]  # a list


@pytest.mark.parametrize("ca", ["ca", "other-ca"])
def test_a_certificate_with_thousands_of_names(ca: str, survive: Callable[..., Report], pki: Pki) -> None:
    names = [f"a-rather-long-name-{number}.of-many.example.com" for number in range(1500)]
    shown = pki.server_with(["localhost", *names])
    report = survive([tls(shown), silent()], ca=pki.authority(ca), thorough=True)
    assert facts(report)["tls.result"] == ("ok" if ca == "ca" else "unverified")
    assert len(facts(report)["tls.names"]) == 100  # type: ignore[arg-type]  # a list


def test_names_that_would_change_a_terminal(survive: Callable[..., Report], pki: Pki) -> None:
    shown = pki.server_with(["localhost", "\x1b]0;gotcha\x07.example.com", "x" * 5000])
    report = survive([tls(shown), silent()], ca=pki.ca)
    names = facts(report)["tls.names"]
    assert isinstance(names, tuple)
    assert all(name.isprintable() and len(name) <= 300 for name in names)


# -- the listing -------------------------------------------------------------------------------------


def _agree(received: bytes) -> bytes:
    """A ServerHello that takes the first suite offered, whatever it is, with the version that was asked for."""
    asked = struct.unpack_from("!H", received, 9)[0]
    at = 44 + received[43]
    suite = received[at + 2 : at + 4]
    extension = b""
    if b"\x00\x2b\x00\x03\x02\x03\x04" in received:
        extension = struct.pack("!H", 6) + b"\x00\x2b\x00\x02\x03\x04"
    body = struct.pack("!H", asked) + bytes(range(32)) + b"\x00" + suite + b"\x00" + extension
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    return struct.pack("!BHH", 22, 0x0303, len(message)) + message


def _foreign(received: bytes) -> bytes:
    """As above, but a suite that nobody offered."""
    good = bytearray(_agree(received))
    good[44:46] = b"\x7a\x7a"
    return bytes(good)


LISTED: dict[str, Sequence[Step]] = {
    "agrees to everything": [read(200), answer(_agree), silent()],
    "takes what was not offered": [read(200), answer(_foreign), silent()],
    "hello, then endless messages": [read(200), answer(_agree), endless(b"\x16\x03\x03\x10\x00" + bytes(4096))],
    "hello, then drips": [read(200), answer(_agree), drip(b"\x16\x03\x03\x10\x00\x0b", every=0.05)],
    "alert to everything": [read(200), send(b"\x15\x03\x03\x00\x02\x02\x28"), fin()],
    "half a hello": [read(200), send(b"\x16\x03\x03\x00\x50\x02\x00\x00\x4c\x03\x03"), silent()],
    "half a hello, then reset": [read(200), send(b"\x16\x03\x03\x00\x50\x02\x00\x00\x4c\x03\x03"), rst()],
}


@pytest.mark.parametrize("name", LISTED)
def test_a_listing_ends(name: str, survive: Callable[..., Report], pki: Pki) -> None:
    report = survive(LISTED[name], ca=pki.ca, thorough=True)
    assert "tls.listing" in ran(report)
    seen = facts(report)
    assert int(str(seen["tls.listing_connections"])) <= 700
    if name == "takes what was not offered":
        assert all(len(str(value)) < 200 for fact, value in seen.items() if fact.startswith("tls.suites_"))
