"""The run service with probes made for the purpose: order, threads, budgets, stop, crashes, secrets."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.endpoint import Endpoint
from mqassist.core.events import ProbeFinished, ProbeNote, ProbeStarted, RunEvent, RunFinished, RunStarted
from mqassist.core.facts import Fact, FactSpec
from mqassist.core.observation import Exchange, Observation
from mqassist.core.record import as_plain
from mqassist.core.report import LogFindings, LogMatch, ReadLogs, Report, Trace
from mqassist.core.secret import Credentials, Secret
from mqassist.core.settings import CheckSettings
from mqassist.core.target import Target
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result
from mqassist.run import RunService

PASSWORD = "canary-7f3a9c"
ENDPOINT = Endpoint("amqp", "amqp", "broker.test", 5672)
TARGET = Target("amqp://broker.test", ENDPOINT, Credentials("u", Secret(PASSWORD)), {}, ())


def gives(*names: str) -> tuple[FactSpec, ...]:
    return tuple(FactSpec(name, "text", name) for name in names)


def passing(**facts: Fact) -> Result:
    return Result("passed", facts={name.replace("__", "."): value for name, value in facts.items()})


def observed(report: Report) -> dict[str, Observation]:
    return {seen.probe: seen for seen in report.observations}


def test_facts_flow_to_those_who_need_them_and_conditions_decide() -> None:
    got: list[str] = []

    def second(context: ProbeContext) -> Result:
        got.append(context.text("a.word"))
        return passing()

    probes = [
        Probe("c.second", "tls", second, (), needs=("a.first",), when="a.word == 'go'"),
        Probe("d.third", "auth", second, (), needs=("a.first",), when="a.word == 'stay'"),
        Probe("e.decides", "auth", second, (), needs=("a.first",), when="z.unknown == 'x'", deciding=True, why="why.e"),
        Probe("a.first", "dns", lambda context: passing(a__word="go"), gives("a.word")),
        Probe("f.failed", "dns", lambda context: Result("failed"), ()),
        Probe("g.after", "tls", second, (), needs=("a.first", "f.failed"), when="a.word == 'stay'"),
    ]
    report = RunService(probes, []).check(TARGET)
    assert got == ["go"]
    outcomes = {name: seen.outcome for name, seen in observed(report).items()}
    assert outcomes == {
        "input.target": "passed",
        "a.first": "passed",
        "c.second": "passed",
        "f.failed": "failed",
        "g.after": "skipped",
    }
    assert observed(report)["g.after"].why == say("skipped.not-reached")


def test_independent_probes_run_side_by_side() -> None:
    both = threading.Barrier(2, timeout=5)

    def meets(context: ProbeContext) -> Result:
        both.wait()
        return passing()

    report = RunService([Probe("a.a", "dns", meets, ()), Probe("b.b", "host", meets, ())], []).check(TARGET)
    assert {seen.outcome for seen in report.observations} == {"passed"}


def test_a_probe_that_ends_at_once_needs_no_thread() -> None:
    threads: dict[str, bool] = {}

    def notes(name: str) -> Callable[[ProbeContext], Result]:
        def run(context: ProbeContext) -> Result:
            threads[name] = threading.current_thread() is not here
            return passing(a__word="known") if name == "a.a" else passing()

        return run

    def broken(context: ProbeContext) -> bool:
        raise ValueError("cannot tell")

    here = threading.current_thread()
    probes = [
        Probe("a.a", "dns", notes("a.a"), gives("a.word")),
        Probe("b.b", "tls", notes("b.b"), (), needs=("a.a",), waits=lambda context: not context.text("a.word")),
        Probe("c.c", "auth", notes("c.c"), (), needs=("b.b",), waits=broken),
    ]
    report = RunService(probes, []).check(TARGET)
    assert threads == {"a.a": True, "b.b": False, "c.c": True}
    assert {seen.outcome for seen in report.observations} == {"passed"}


def test_events_come_in_order_and_end_with_the_report() -> None:
    events: list[RunEvent] = []

    def speaks(context: ProbeContext) -> Result:
        context.note(say("some.note", word=f"{PASSWORD}!"))
        return passing()

    report = RunService([Probe("a.a", "dns", speaks, ())], []).check(TARGET, emit=events.append)
    kinds = [type(event) for event in events]
    assert kinds == [RunStarted, ProbeFinished, ProbeStarted, ProbeNote, ProbeFinished, RunFinished]
    assert {event.run_id for event in events} == {report.run_id}
    note = events[3]
    assert isinstance(note, ProbeNote)
    assert PASSWORD not in repr(note)
    last = events[-1]
    assert isinstance(last, RunFinished)
    assert last.report == report


def test_a_crash_is_named_and_the_run_goes_on() -> None:
    def crashes(context: ProbeContext) -> Result:
        raise ValueError(f"bad {PASSWORD}")

    probes = [Probe("a.a", "dns", crashes, ()), Probe("b.b", "tls", lambda context: passing(), (), needs=("a.a",))]
    report = RunService(probes, []).check(TARGET)
    assert report.verdict.crashed == ("a.a",)
    assert "ValueError: bad •••" in observed(report)["a.a"].crash
    assert observed(report)["b.b"].outcome == "passed"


@pytest.mark.parametrize("fact", [{"x__other": "y"}, {"a__word": 3}])
def test_a_fact_that_was_not_declared_is_a_bug_and_does_not_count(fact: dict[str, Fact]) -> None:
    report = RunService([Probe("a.a", "dns", lambda context: passing(**fact), gives("a.word"))], []).check(TARGET)
    seen = observed(report)["a.a"]
    assert seen.facts == {}
    assert "does not declare" in seen.crash


def test_secrets_are_removed_from_all_that_a_probe_says() -> None:
    def leaks(context: ProbeContext) -> Result:
        exchange = Exchange(0.0, "sent", f"\0u\0{PASSWORD}".encode(), f"note {PASSWORD}")
        return Result(
            "passed", say("k", word=PASSWORD), {"a.word": f"x{PASSWORD}"}, [say("e", word=PASSWORD)], [exchange]
        )

    report = RunService([Probe("a.a", "dns", leaks, gives("a.word"))], []).check(TARGET)
    assert PASSWORD not in json.dumps(as_plain(report), default=repr)


def test_stop_ends_the_run_within_its_grace_and_keeps_what_was_seen() -> None:
    token = CancelToken()
    began = threading.Event()

    def waits(context: ProbeContext) -> Result:
        began.set()
        context.token.sleep(30)
        return passing()

    probes = [
        Probe("a.a", "dns", lambda context: passing(a__word="kept"), gives("a.word")),
        Probe("b.b", "tls", waits, (), needs=("a.a",)),
        Probe("c.c", "auth", lambda context: passing(), (), needs=("b.b",)),
    ]

    def stops() -> None:
        began.wait(5)
        token.cancel()

    stopper = threading.Thread(target=stops)
    stopper.start()
    start = time.monotonic()
    report = RunService(probes, []).check(TARGET, token=token)
    stopper.join()
    assert time.monotonic() - start < 5
    outcomes = {name: seen.outcome for name, seen in observed(report).items()}
    assert outcomes == {"input.target": "passed", "a.a": "passed", "b.b": "cancelled", "c.c": "cancelled"}
    assert not report.verdict.complete


def test_a_probe_that_ignores_its_budget_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mqassist.run.OVERRUN_GRACE_S", 0.05)
    release = threading.Event()

    def hangs(context: ProbeContext) -> Result:
        release.wait(20)
        return passing(a__word="late")

    report = RunService([Probe("a.a", "dns", hangs, gives("a.word"), budget=0.1)], []).check(TARGET)
    release.set()
    seen = observed(report)["a.a"]
    assert (seen.outcome, seen.facts) == ("failed", {})
    assert "did not return" in seen.crash


def test_what_nobody_takes_from_the_handover_is_closed() -> None:
    closed: list[str] = []

    class Held:
        def __init__(self, name: str) -> None:
            self.name = name

        def close(self) -> None:
            closed.append(self.name)

    def leaves(context: ProbeContext) -> Result:
        context.handover.give("tcp", Held("first"))
        context.handover.give("tcp", Held("second"))
        return passing()

    RunService([Probe("a.a", "dns", leaves, ())], []).check(TARGET)
    assert closed == ["first", "second"]


def test_only_runs_the_layers_asked_for_and_what_they_need() -> None:
    probes = [
        Probe("a.a", "dns", lambda context: passing(), ()),
        Probe("b.b", "network", lambda context: passing(), (), needs=("a.a",)),
        Probe("c.c", "tls", lambda context: passing(), (), needs=("b.b",)),
        Probe("d.d", "host", lambda context: passing(), ()),
    ]
    report = RunService(probes, []).check(TARGET, CheckSettings(only=("network",)))
    assert set(observed(report)) == {"input.target", "a.a", "b.b"}


def test_only_does_not_run_for_a_deciding_probe_what_it_waits_for() -> None:
    probes = [
        Probe("a.a", "dns", lambda context: passing(), ()),
        Probe("b.b", "network", lambda context: passing(), (), needs=("a.a",)),
        Probe("a.second", "dns", lambda context: passing(), (), needs=("b.b",), deciding=True, why="why.a.second"),
    ]
    report = RunService(probes, []).check(TARGET, CheckSettings(only=("dns",)))
    assert set(observed(report)) == {"input.target", "a.a", "a.second"}


def test_a_target_without_endpoint_is_a_report_too() -> None:
    target = Target("???", None, Credentials(), {}, ())
    report = RunService([Probe("a.a", "dns", lambda context: passing(), ())], []).check(target)
    assert [seen.probe for seen in report.observations] == ["input.target"]
    assert report.verdict.status == "broken"


def test_the_lines_of_a_log_join_the_facts_and_the_evidence() -> None:
    asked: list[object] = []

    def watch(paths: Sequence[str]) -> ReadLogs:
        asked.append(tuple(paths))

        def read(trace: Trace, token: CancelToken) -> LogFindings:
            asked.append((trace.token, trace.sources, trace.began <= trace.ended, token.cancelled))
            text = f"login refused, password {PASSWORD}"
            line = LogMatch("b.log", 7, text, "auth.bad-credentials", "client-id", "tcp.connect", ("log.refusal",))
            return LogFindings((line,), {"log.refusal": "wrong-credentials"}, 0.0)

        return read

    port = FactSpec("tcp.local_port", "number", "")
    probes = [Probe("a.a", "network", lambda context: passing(tcp__local_port=4711), (port,))]
    report = RunService(probes, [], watch).check(TARGET, CheckSettings(logs=("b.log",)))
    assert asked == [("b.log",), (report.run_id, (), True, False)]
    assert observed(report)["log.lines"].facts == {"log.refusal": "wrong-credentials"}
    assert [line.text for line in report.log_matches] == ["login refused, password •••"]
    assert observed(report)["log.lines"].evidence[0].about == ("log.refusal",)
    assert RunService(probes, [], watch).check(TARGET).log_matches == ()


def test_a_password_that_is_one_of_our_words_does_not_change_a_choice() -> None:
    spec = FactSpec("tcp.result", "choice", "", ("connected", "refused"))
    target = Target("amqp://broker.test", ENDPOINT, Credentials("u", Secret("connected")), {}, ())
    probe = Probe("a.a", "network", lambda context: passing(tcp__result="connected"), (spec,))
    assert observed(RunService([probe], []).check(target))["a.a"].facts == {"tcp.result": "connected"}
