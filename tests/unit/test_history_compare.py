"""Two reports side by side: what differs is named once, at the first layer; what differs in every run is no news."""

from __future__ import annotations

from typing import Any

import pytest

from mqassist.core.comparison import Comparison
from mqassist.core.facts import Fact
from mqassist.core.record import changed
from mqassist.history.compare import compare
from mqassist.report import comparison
from mqassist.report.presented import Presented, PresentedCheck
from mqassist.report.style import Style
from tests.support.diagnosis import services

ENDPOINT: dict[str, str | int | bool | None] = {
    "protocol": "amqp", "scheme": "amqps", "host": "mq.example", "port": 5671, "vhost": "/", "username": "orders",
    "tls": True, "transport": "tcp",
}  # fmt: skip


def check(name: str, layer: str, status: str = "passed", took: float = 5.0, why: str = "", **facts: Fact) -> Any:
    named = {key.replace("__", "."): value for key, value in facts.items()}
    return PresentedCheck(name, name, layer, layer, status, 0.0, took, f"{name} {status}", why, (), named, "")


def run(*checks: PresentedCheck, status: str = "healthy", **endpoint: str | int) -> Presented:
    return Presented(
        language="en", run_id="00000000", tool_version="0", started_at="2026-01-01T00:00:00.000Z", duration_ms=9.0,
        target="amqps://mq.example", endpoint={**ENDPOINT, **endpoint}, status=status,
        state="works" if status == "healthy" else "undecided", title=status, summary="", complete=True, reached="",
        root=None, causes=(), folded=(), ruled_out=(), undecided=(), crashed=(), checks=checks, log_matches=(),
    )  # fmt: skip


WAY = (
    check("dns.resolve", "dns", dns__addresses=("10.0.0.1", "10.0.0.2")),
    check("tcp.connect", "network", tcp__result="connected", tcp__local_port=50_001, tcp__connect_ms=3.0),
    check("tls.handshake", "tls", tls__version="TLSv1.3", tls__days_left=80),
    check("amqp.login", "auth", amqp__refusal="none"),
)


def replaced(*instead: PresentedCheck, **options: Any) -> Presented:
    """The way with other outcomes of some of its steps."""
    others = {each.id: each for each in instead}
    known = tuple(others.pop(each.id, each) for each in WAY)
    return run(*known, *others.values(), **options)


def kinds(found: Comparison) -> dict[str, str]:
    return {step.id: ("follows " if step.follows else "") + step.kind for step in found.steps if step.kind != "same"}


def test_a_run_is_like_itself() -> None:
    found = compare(run(*WAY), run(*WAY))
    assert found.same
    assert (found.first_layer, kinds(found)) == ("", {})


def test_what_differs_in_every_run_is_told_and_means_nothing() -> None:
    later = replaced(
        check("dns.resolve", "dns", dns__addresses=("10.0.0.2", "10.0.0.1")),
        check(
            "tcp.connect", "network", took=60.0, tcp__result="connected", tcp__local_port=50_002, tcp__connect_ms=58.0
        ),
        check("tls.handshake", "tls", tls__version="TLSv1.3", tls__days_left=79),
    )
    found = compare(run(*WAY), later)
    assert found.same
    told = {fact.name for step in found.steps for fact in step.facts}
    assert told == {"tcp.local_port", "tcp.connect_ms", "tls.days_left"}
    assert all(fact.expected for step in found.steps for fact in step.facts)


def test_a_fact_can_differ_where_the_outcome_does_not() -> None:
    """The name resolves elsewhere, and only there is the port closed."""
    later = replaced(
        check("dns.resolve", "dns", dns__addresses=("10.9.9.9",)),
        check("tcp.connect", "network", "failed", tcp__result="refused"),
        check("tls.handshake", "tls", "skipped"),
        check("amqp.login", "auth", "skipped"),
        check("tcp.other_ports", "network", why="to tell", tcp__ports_open=("22",)),
        status="broken",
    )
    found = compare(run(*WAY), later)
    assert (found.first_layer, found.first_steps) == ("dns", ("dns.resolve",))
    assert kinds(found) == {
        "dns.resolve": "changed",
        "tcp.connect": "changed",
        "tcp.other_ports": "follows added",
        "tls.handshake": "follows missing",
        "amqp.login": "follows missing",
    }
    (fact,) = found.steps[0].facts
    assert (fact.name, fact.kind, fact.before, fact.after) == (
        "dns.addresses", "changed", ("10.0.0.1", "10.0.0.2"), ("10.9.9.9",),
    )  # fmt: skip


def test_layers_count_as_packets_meet_them_not_as_threads_ended() -> None:
    later = replaced(
        check("amqp.login", "auth", "failed", amqp__refusal="password"),
        check("tls.handshake", "tls", tls__version="TLSv1.2", tls__days_left=80),
        status="broken",
    )
    assert compare(run(*WAY), later).first_layer == "tls"
    assert compare(later, run(*WAY)).first_layer == "tls"


def test_facts_come_and_go() -> None:
    later = replaced(check("tls.handshake", "tls", tls__days_left=80, tls__alert=40, tls__verify="ok"))
    facts = {fact.name: fact.kind for step in compare(run(*WAY), later).steps for fact in step.facts}
    assert facts == {"tls.version": "missing", "tls.alert": "added", "tls.verify": "added"}


@pytest.mark.parametrize(
    ("before", "after", "slower"),
    [(5.0, 495.0, 0.0), (5.0, 510.0, 102.0), (400.0, 1100.0, 0.0), (400.0, 1400.0, 3.5), (1400.0, 400.0, 0.29)],
)
def test_times_differ_where_a_person_would_feel_it(before: float, after: float, slower: float) -> None:
    first = replaced(check("tcp.connect", "network", took=before, tcp__result="connected", tcp__connect_ms=before))
    second = replaced(check("tcp.connect", "network", took=after, tcp__result="connected", tcp__connect_ms=after))
    found = compare(first, second)
    step = next(step for step in found.steps if step.id == "tcp.connect")
    assert step.slower == pytest.approx(slower, abs=0.01)
    assert found.first_layer == ("network" if slower else "")


def test_a_time_does_not_hide_the_answer_below_it() -> None:
    slow = check("dns.resolve", "dns", took=900.0, dns__addresses=("10.0.0.1", "10.0.0.2"))
    later = replaced(slow, check("amqp.login", "auth", "failed", amqp__refusal="password"), status="broken")
    found = compare(run(*WAY), later)
    assert found.first_layer == "auth"
    assert kinds(found) == {"dns.resolve": "changed", "amqp.login": "changed"}


def test_other_targets_are_told_apart_from_what_was_seen() -> None:
    asked = check("input.target", "input", input__host="a", input__port=5671)
    other = check("input.target", "input", input__host="b", input__port=5672, input__port_owner="amqp")
    elsewhere = check("dns.resolve", "dns", dns__addresses=("192.0.2.7",))
    found = compare(replaced(asked), replaced(other, elsewhere, host="b", port=5672))
    assert [(change.name, change.before, change.after) for change in found.target] == [
        ("host", "mq.example", "b"),
        ("port", 5671, 5672),
    ]
    assert not found.same
    assert found.first_layer == ""


def test_names_that_a_run_makes_of_its_own_id_are_alike() -> None:
    first, second = (
        changed(replaced(check("mqtt.path", "permissions", mqtt__topic=f"mqassist/{name}")), run_id=name)
        for name in ("1a2b3c4d", "99887766")
    )
    assert compare(first, second).same
    assert not compare(first, changed(second, run_id="1a2b3c4d")).same


def test_truth_is_not_the_number_one() -> None:
    first, second = (replaced(check("tls.handshake", "tls", tls__x=value)) for value in (True, 1))
    assert compare(first, second).first_layer == "tls"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("ascii_shapes", [True, False])
def test_a_person_reads_where_they_part(language: Any, ascii_shapes: bool) -> None:
    from mqassist.services import load_wording

    later = replaced(
        check("tcp.connect", "network", "failed", tcp__result="refused", **{f"tcp__x{n}": n for n in range(9)}),
        check("tls.handshake", "tls", "skipped"),
        status="broken",
        port=5672,
    )
    found = compare(run(*WAY), later)
    text = comparison.render(found, load_wording(language), Style(width=80, ascii_shapes=ascii_shapes))
    assert "compare." not in text
    assert "tcp.connect" in text
    assert {"en": "Port  5671 ", "zh": "端口  5671 "}[language] in text
    assert "tls.version" not in text, "what merely follows is only named"
    assert ("≠" in text) is not ascii_shapes


def test_json_has_every_step_and_the_answer_first() -> None:
    document = comparison.document(compare(run(*WAY), replaced(check("amqp.login", "auth", "failed"), status="broken")))
    assert (document["schema"], document["same"], document["first_layer"]) == ("mqassist.comparison/1", False, "auth")
    assert [step["id"] for step in document["steps"]] == [each.id for each in WAY]
    assert changed(compare(run(*WAY), run(*WAY)), first_layer="tls").same is False
    assert services().compare(run(*WAY), run(*WAY)).same
