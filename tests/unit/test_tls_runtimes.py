"""Who would accept a chain, by the rules of each library, and what is wrong with the order of one that was sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.core.record import changed
from mqassist.knowledge.texts import LANGUAGES, Language, Texts
from mqassist.net.certificate_runtimes import FAULTS, RUNTIMES, opinions, strict_faults
from mqassist.net.certificates import Certificate, read_pem_certificates
from mqassist.net.chain_order import may_displease, sent_order
from tests.support.pki import Pki


def _read(*paths: Path) -> tuple[Certificate, ...]:
    return tuple(found for path in paths for found in read_pem_certificates(path.read_bytes()))


def _refusing(path: tuple[Certificate, ...], wanted: str = "localhost") -> dict[str, tuple[str, ...]]:
    return {entry.runtime: entry.why for entry in opinions(path, wanted) if entry.opinion == "refuses"}


def _unsure(path: tuple[Certificate, ...]) -> dict[str, tuple[str, ...]]:
    return {entry.runtime: entry.why for entry in opinions(path, "localhost") if entry.opinion == "unsure"}


@pytest.fixture
def good(pki: Pki) -> tuple[Certificate, ...]:
    return _read(pki.identity("intermediate").cert, pki.ca)


def test_all_accept_a_good_chain(good: tuple[Certificate, ...]) -> None:
    assert len(good) == 3
    found = opinions(good, "localhost")
    assert [entry.runtime for entry in found] == list(RUNTIMES)
    assert {entry.opinion for entry in found} == {"accepts"}
    assert not may_displease([entry.der for entry in good])


def test_nobody_has_an_opinion_on_nothing() -> None:
    assert opinions((), "localhost") == ()


STRICT = [
    (0, {"issuer_key_id": ""}, "no-authority-key"),
    (1, {"issuer_key_id": ""}, "no-authority-key"),
    (0, {"critical": ("2.5.29.35",)}, "authority-key-critical"),
    (1, {"key_id": ""}, "no-subject-key"),
    (1, {"critical": ("2.5.29.19", "2.5.29.14")}, "subject-key-critical"),
    (2, {"critical": ("2.5.29.15",)}, "constraints-not-critical"),
    (2, {"usages": None}, "authority-without-usage"),
    (2, {"version": 1, "is_authority": False, "usages": None}, "version-1-authority"),
    (0, {"usages": ("digital_signature", "key_cert_sign")}, "signs-but-no-authority"),
    (0, {"path_length": 0}, "path-length-misplaced"),
    (1, {"subject": ""}, "empty-subject"),
    (0, {"subject": ""}, "empty-subject"),
]


@pytest.mark.parametrize(("at", "change", "fault"), STRICT)
def test_what_only_python_minds(
    at: int, change: dict[str, object], fault: str, good: tuple[Certificate, ...]
) -> None:
    path = tuple(changed(entry, **change) if place == at else entry for place, entry in enumerate(good))
    assert strict_faults(path) == (fault,)
    assert _refusing(path) == {"python": (fault,)}


def test_the_anchor_needs_no_authority_key(good: tuple[Certificate, ...]) -> None:
    assert strict_faults((*good[:2], changed(good[2], issuer_key_id=""))) == ()


def test_one_certificate_alone_is_left_in_peace(good: tuple[Certificate, ...]) -> None:
    assert strict_faults((changed(good[0], issuer_key_id=""),)) == ()


OTHERS = [
    ({"names": None}, {"go": ("only-common-name",)}),
    ({"names": ()}, {"go": ("only-common-name",)}),
    ({"usages": ("key_encipherment",)}, {"java": ("no-digital-signature",)}),
    ({"usages": None}, {}),
    ({"names": ("*.example.test",)}, {"erlang": ("only-wildcard",)}),
    ({"names": ("*.example.test", "mq.example.test")}, {}),
    ({"serial": "-1f"}, {"go": ("negative-serial",)}),
    ({"signature_hash": "sha1"}, {"go": ("weak-hash",)}),
]


@pytest.mark.parametrize(("change", "refusing"), OTHERS)
def test_what_others_mind(
    change: dict[str, object], refusing: dict[str, object], good: tuple[Certificate, ...]
) -> None:
    assert _refusing((changed(good[0], **change), *good[1:]), "mq.example.test") == refusing


def test_where_it_depends(good: tuple[Certificate, ...]) -> None:
    small = (changed(good[0], key_kind="rsa", key_bits=1024), *good[1:])
    assert set(_unsure(small)) == set(RUNTIMES)
    hashed = (changed(good[0], signature_hash="sha1"), *good[1:])
    assert set(_unsure(hashed)) == set(RUNTIMES) - {"go"}
    assert _unsure((*good[:2], changed(good[2], signature_hash="sha1"))) == {}, "nobody checks a root"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_can_be_said(language: Language) -> None:
    assert {f"tls.runtime-{fault}" for fault in (*FAULTS, "strict-other")} <= set(Texts(language).keys())


@pytest.mark.parametrize("identity", ["no-authority-key", "loose-ca", "no-san"])
def test_the_first_look_sees_what_the_second_names(identity: str, pki: Pki) -> None:
    shown = pki.identity(identity)
    path = _read(shown.cert, shown.ca)
    assert may_displease([entry.der for entry in path])
    assert _refusing(path)


# -- order -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identity", "path", "repeated", "needless", "root"),
    [
        ("server", (0,), (), (), -1),
        ("self-signed", (0,), (), (), -1),
        ("intermediate", (0, 1), (), (), -1),
        ("right-order", (0, 1, 2), (), (), -1),
        ("wrong-order", (0, 2, 1), (), (), -1),
        ("root-sent", (0, 1), (), (), 1),
        ("twice-sent", (0, 1), (2,), (), -1),
        ("expired-extra", (0,), (), (1,), -1),
        ("intermediate-missing", (0,), (), (), -1),
    ],
)
def test_order(
    identity: str, path: tuple[int, ...], repeated: tuple[int, ...], needless: tuple[int, ...], root: int, pki: Pki
) -> None:
    order = sent_order([entry.der for entry in _read(pki.identity(identity).cert)])
    assert (order.path, order.repeated, order.needless, order.root) == (path, repeated, needless, root)
    assert order.in_order == (identity != "wrong-order")
    good = identity in ("server", "self-signed", "intermediate", "right-order", "intermediate-missing")
    assert order.as_it_should_be == good


@given(st.lists(st.binary(max_size=40), max_size=16))
def test_nonsense_is_needless(sent: list[bytes]) -> None:
    order = sent_order(sent)
    assert order.path == ()
    assert len(order.repeated) + len(order.needless) == len(sent)
