"""epmd's answer, and facts about several addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.net.dial import Attempt, AttemptKind
from mqassist.net.resolve import Address
from mqassist.probes._tcp import EACH, best, each_facts, outcome
from mqassist.probes.tcp_other_ports import read_names


@pytest.mark.parametrize(
    ("answer", "nodes"),
    [
        (b"\x00\x00\x11\x11name rabbit at port 25672\n", (("rabbit", 25672),)),
        (b"\x00\x00\x11\x11name a at port 1\nname b at port 2\n", (("a", 1), ("b", 2))),
        (b"\x00\x00\x11\x11", ()),
        (b"\x00\x00\x11\x11old node b at port 2\nname c at port two\n", ()),
        (b"HTTP/1.1 400 Bad Request\r\n", None),
        (b"\x00\x00", None),
        (b"", None),
    ],
)
def test_names_of_epmd(answer: bytes, nodes: tuple[tuple[str, int], ...] | None) -> None:
    assert read_names(answer) == nodes


@given(st.binary(max_size=400))
def test_no_answer_of_epmd_is_too_odd(answer: bytes) -> None:
    found = read_names(answer)
    assert found is None or len(found) <= 64


def attempt(kind: AttemptKind, *, ipv6: bool = False, ms: float = 1.0) -> Attempt:
    return Attempt(Address("2001:db8::1" if ipv6 else "192.0.2.1", 5672, ipv6), kind, 0, ms)


@pytest.mark.parametrize(
    ("kinds", "result"),
    [
        (("timed-out", "connected"), "connected"),
        (("timed-out", "refused"), "refused"),
        (("network-unreachable", "timed-out"), "timed-out"),
        (("network-unreachable", "network-unreachable"), "network-unreachable"),
        (("closed", "tls"), "failed"),
        (("pending",), "timed-out"),
    ],
)
def test_the_most_telling_outcome_stands_for_all(kinds: tuple[AttemptKind, ...], result: str) -> None:
    assert outcome(best([attempt(kind) for kind in kinds]).kind) == result


def test_facts_about_each_address() -> None:
    facts = each_facts([attempt("network-unreachable", ipv6=True, ms=0.2), attempt("connected")])
    assert facts["tcp.first_failed"] is True
    assert (facts["tcp.ipv6_failed"], facts["tcp.ipv4_failed"]) == (True, False)
    assert (facts["tcp.ipv6_failed_count"], facts["tcp.ipv4_failed_count"]) == (1, 0)
    assert facts["tcp.failed_kinds"] == ("network-unreachable",)
    assert facts["tcp.outcome_us"][1] == 200, "the one that failed comes last"  # type: ignore[index]  # a list
    specs = {spec.name: spec for spec in EACH}
    assert all(specs[name].fits(value) for name, value in facts.items())


def test_nothing_is_said_of_a_family_without_addresses() -> None:
    facts = each_facts([attempt("connected")])
    assert "tcp.ipv6_failed" not in facts
    assert "tcp.slowest_failure_ms" not in facts
