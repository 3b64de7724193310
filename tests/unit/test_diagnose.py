"""Ranking, folding, honesty: what the pure function makes of facts."""

from __future__ import annotations

from typing import Any

from mqassist.core.observation import Observation
from mqassist.core.text import say
from mqassist.diagnosis.causes import Cause
from mqassist.diagnosis.conditions import parse
from mqassist.diagnosis.diagnose import diagnose


def cause(cause_id: str, when: str, **fields: Any) -> Cause:
    values: dict[str, Any] = {
        "severity": "error", "who": "user", "explains": (), "certainty": 0.95, "suspect": None, "decided_by": (),
        "fixes": (), "source": "test", "references": (), "samples": (), "counter_samples": (),
    }  # fmt: skip
    values.update(fields)
    if isinstance(values["suspect"], str):
        values["suspect"] = parse(values["suspect"])
    return Cause(id=cause_id, when=parse(when), **values)


def seen(probe: str, outcome: Any = "passed", layer: Any = "network", **fields: Any) -> Observation:
    return Observation(probe, layer, outcome, **fields)


def test_nothing_true_and_nothing_failed_is_healthy() -> None:
    verdict = diagnose({"a.a": 1}, [cause("net.x", "a.a == 2")], [seen("tcp.connect")])
    assert (verdict.status, verdict.primary, verdict.others) == ("healthy", None, ())


def test_a_failure_that_nothing_explains_is_broken_without_a_cause() -> None:
    verdict = diagnose({}, [cause("net.x", "a.a == 1", suspect="b.b == 1", decided_by=("log",))], [seen("t", "failed")])
    assert (verdict.status, verdict.primary) == ("broken", None)
    assert verdict.undecided == ()


def test_a_suspect_is_undecided_while_unknown_and_ruled_out_when_false() -> None:
    causes = [cause("auth.guest-remote", "w.guest == 1", suspect="l.refused", decided_by=("broker-log",))]
    open_question = diagnose({"l.refused": True}, causes, [seen("login", "failed", "auth")])
    assert [(entry.cause, entry.missing, entry.decided_by) for entry in open_question.undecided] == [
        ("auth.guest-remote", ("w.guest",), ("broker-log",))
    ]
    closed = diagnose({"l.refused": True, "w.guest": 0}, causes, [seen("login", "failed", "auth")])
    assert (closed.undecided, closed.ruled_out) == ((), ("auth.guest-remote",))


def test_what_explains_leads_and_the_consequence_is_folded_through_a_chain() -> None:
    causes = [
        cause("tls.c", "a.a", certainty=0.99),
        cause("net.b", "a.a", explains=("tls.c",)),
        cause("dns.a", "a.a", explains=("net.b",), certainty=0.6),
    ]
    verdict = diagnose({"a.a": True}, causes)
    assert verdict.primary is not None
    assert verdict.primary.cause == "dns.a"
    assert set(verdict.folded) == {"net.b", "tls.c"}
    assert verdict.others == ()


def test_two_that_explain_each_other_do_not_both_vanish() -> None:
    causes = [cause("net.a", "a.a", explains=("net.b",)), cause("net.b", "a.a", explains=("net.a",))]
    verdict = diagnose({"a.a": True}, causes)
    assert verdict.primary is not None
    assert (verdict.primary.cause, verdict.folded) == ("net.a", ("net.b",))


def test_errors_before_warnings_then_certainty_then_depth() -> None:
    causes = [
        cause("tls.soon", "a.a", severity="warning", certainty=1.0),
        cause("dns.low", "a.a", certainty=0.7),
        cause("net.high", "a.a", certainty=0.9),
        cause("auth.deep", "a.a", certainty=0.9),
    ]
    verdict = diagnose({"a.a": True}, causes)
    assert verdict.primary is not None
    assert verdict.primary.cause == "auth.deep"
    assert [(f.cause, f.role) for f in verdict.others] == [
        ("net.high", "contributing"), ("dns.low", "contributing"), ("tls.soon", "warning"),
    ]  # fmt: skip


def test_a_warning_never_stands_in_for_an_unknown_error() -> None:
    verdict = diagnose({"a.a": True}, [cause("tls.soon", "a.a", severity="warning")], [seen("login", "failed", "auth")])
    assert (verdict.status, verdict.primary) == ("broken", None)
    assert [finding.cause for finding in verdict.others] == ["tls.soon"]


def test_a_repaired_target_leads_whatever_the_guess_met() -> None:
    causes = [
        cause("input.uri-malformed", "a.a", certainty=0.9),
        cause("net.connection-refused", "a.a"),
        cause("host.service-not-running", "a.a", explains=("net.connection-refused",), certainty=1.0),
    ]
    for result, first in (("repaired", "input.uri-malformed"), ("ok", "host.service-not-running")):
        verdict = diagnose({"a.a": True, "input.result": result}, causes)
        assert verdict.primary is not None
        assert verdict.primary.cause == first


def test_a_warning_that_explains_an_error_leads_as_an_error() -> None:
    causes = [
        cause("net.connection-refused", "a.a"),
        cause("dns.hosts-file-override", "a.a", severity="warning", explains=("net.connection-refused",)),
    ]
    verdict = diagnose({"a.a": True}, causes, [seen("tcp.connect", "failed")])
    assert verdict.status == "broken"
    assert verdict.primary is not None
    assert (verdict.primary.cause, verdict.primary.severity) == ("dns.hosts-file-override", "error")
    assert verdict.folded == ("net.connection-refused",)


def test_a_warning_alone_degrades_and_an_info_alone_is_healthy() -> None:
    assert diagnose({"a.a": True}, [cause("tls.soon", "a.a", severity="warning")]).status == "degraded"
    verdict = diagnose({"a.a": True}, [cause("mqtt.info", "a.a", severity="info")])
    assert (verdict.status, verdict.primary, verdict.others) == ("healthy", None, ())


def test_a_failed_deciding_probe_alone_does_not_break_a_run() -> None:
    verdict = diagnose({}, [], [seen("tcp.connect"), seen("net.ping", "failed")], frozenset({"net.ping"}))
    assert verdict.status == "healthy"


def test_evidence_is_picked_by_the_facts_of_the_condition() -> None:
    about = say("line.one", about=("a.a",))
    other = say("line.two", about=("b.b",))
    observations = [
        seen("one", "failed", facts={"a.a": 1, "b.b": 2}, evidence=(about, other), summary=say("sum.one")),
        seen("two", facts={"c.c": 3}, summary=say("sum.two")),
        seen("three", facts={"d.d": 3}, summary=say("sum.three")),
    ]
    verdict = diagnose(
        {"a.a": 1, "b.b": 2, "c.c": 3, "d.d": 3}, [cause("net.x", "a.a == 1 and c.c == 3")], observations
    )
    assert verdict.primary is not None
    assert verdict.primary.evidence == (about, say("sum.two"))
    assert verdict.primary.because == (("a.a", 1), ("c.c", 3))


def test_reached_is_the_deepest_layer_where_something_passed() -> None:
    observations = [
        seen("d", layer="dns"),
        seen("t", layer="tls"),
        seen("l", "failed", "auth"),
        seen("h", layer="host"),
    ]
    assert diagnose({}, [], observations).reached == "tls"


def test_reached_counts_the_clients_way_only() -> None:
    observations = [
        seen("tcp.connect", layer="network"),
        seen("proxy.environment", layer="proxy"),
        seen("amqp.client_library", layer="auth"),
    ]
    assert diagnose({}, [], observations, frozenset({"amqp.client_library"})).reached == "network"


def test_stopped_and_crashed_runs_say_so() -> None:
    verdict = diagnose({}, [], [seen("a", "cancelled"), seen("b", "failed", crash="Traceback")])
    assert (verdict.complete, verdict.crashed) == (False, ("b",))
    stopped = diagnose({}, [], [seen("a"), seen("b", "cancelled")])
    assert (stopped.status, stopped.primary) == ("broken", None)
