"""A report as people and programs read it: every sentence rendered, every secret removed, nothing laid out yet.
All formats are made from this form, so that none of them can say more, or less, than another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from mqassist.core.advice import Advice, Step, Wording
from mqassist.core.facts import Fact
from mqassist.core.finding import Finding
from mqassist.core.observation import Observation
from mqassist.core.record import changed, record
from mqassist.core.report import Excerpt, LogMatch, Report
from mqassist.core.text import Text
from mqassist.core.verdict import Undecided

Logged = TypeVar("Logged", LogMatch, Excerpt)
Clean = Callable[[str], str]
"""Removes what must not leave: the run's secrets and, where people read, control characters."""


@record
class PresentedCause:
    """`confidence` is 0 to 1. `who` is the role that has to act, `who_word` its name in this language."""

    id: str
    role: str
    severity: str
    confidence: float
    who: str
    who_word: str
    title: str
    summary: str
    explanation: str
    evidence: tuple[str, ...]
    steps: tuple[Step, ...]
    references: tuple[str, ...]


@record
class PresentedCheck:
    """`why` says why it was skipped, or why a deciding probe ran. Times are milliseconds from the start of the run."""

    id: str
    title: str
    layer: str
    layer_word: str
    status: str
    started_ms: float
    duration_ms: float
    summary: str
    why: str
    evidence: tuple[str, ...]
    facts: Mapping[str, Fact]
    crash: str


@record
class OpenQuestion:
    """A cause that fits what was seen, and what would settle it."""

    cause: str
    title: str
    missing: tuple[str, ...]
    decided_by: tuple[str, ...]


@record
class Named:
    """A cause of which only the name is told: folded under the root, or ruled out."""

    id: str
    title: str


@record
class Presented:
    """`state` is works, warning, broken, undecided, stopped or crashed: what the shape before the title says.

    `status` is the contract's word; a run that was stopped before anything was proved is never called healthy.
    """

    language: str
    run_id: str
    tool_version: str
    started_at: str
    duration_ms: float
    target: str
    endpoint: Mapping[str, str | int | bool | None]
    status: str
    state: str
    title: str
    summary: str
    complete: bool
    reached: str
    root: PresentedCause | None
    causes: tuple[PresentedCause, ...]
    folded: tuple[Named, ...]
    ruled_out: tuple[Named, ...]
    undecided: tuple[OpenQuestion, ...]
    crashed: tuple[str, ...]
    checks: tuple[PresentedCheck, ...]
    log_matches: tuple[LogMatch, ...]
    profile: str = ""
    excerpts: tuple[Excerpt, ...] = ()


def present(report: Report, wording: Wording, clean: Clean) -> Presented:
    """Every sentence that leaves passes through `clean`; identifiers and figures do not."""
    return _Presenter(report, wording, clean).all()


_IN_THE_LOG = (
    ("amqp.vhost", "log.vhost"),
    ("amqp.limit", "log.limit"),
    ("amqp.username", "log.refused_user"),
    ("mqtt.amqp_alarm_reason", "log.alarm"),
)
"""For sentences only: what the broker's log names where the protocol did not say it."""


def named_by_log(values: dict[str, Fact]) -> dict[str, Fact]:
    """With the names under which sentences ask for what only a log told."""
    found = dict(values)
    for name, logged in (*_IN_THE_LOG, ("vhost", "log.vhost"), ("user", "log.refused_user")):
        if logged in values:
            found.setdefault(name, values[logged])
    return found


def known_values(report: Report) -> dict[str, Fact]:
    """Everything that a sentence about this run may name: the endpoint's parts, and each fact by its name."""
    values: dict[str, Fact] = {}
    for seen in report.observations:
        values |= seen.facts
    for name, logged in _IN_THE_LOG:
        if logged in values:
            values.setdefault(name, values[logged])
    endpoint = report.endpoint
    if endpoint is not None:
        values |= {
            "host": endpoint.host,
            "port": endpoint.port,
            "authority": endpoint.authority,
            "scheme": endpoint.scheme,
            "protocol": endpoint.protocol,
            "server_name": endpoint.host,
        }
        if endpoint.protocol == "amqp":
            values["vhost"] = endpoint.vhost
        if endpoint.path:
            values["path"] = endpoint.path
        if endpoint.username is not None:
            values["user"] = endpoint.username
    return values | dict(report.asked)


class _Presenter:
    def __init__(self, report: Report, wording: Wording, clean: Clean) -> None:
        self.report = report
        self.wording = wording
        self.clean = clean
        self.values = known_values(report)

    def all(self) -> Presented:
        report, verdict = self.report, self.report.verdict
        findings = ([verdict.primary] if verdict.primary else []) + list(verdict.others)
        causes = tuple(self.cause(finding) for finding in findings)
        root = causes[0] if verdict.primary else None
        undecided = tuple(self.open_question(item) for item in verdict.undecided)
        checks = tuple(self.check(seen) for seen in report.observations)
        state = state_of(report)
        title, summary = (root.title, root.summary) if root else self.heading(state, undecided, checks)
        return Presented(
            language=self.wording.language,
            run_id=report.run_id,
            tool_version=report.tool_version,
            started_at=report.started_at,
            duration_ms=report.took_ms,
            target=self.clean(report.target),
            endpoint=self.endpoint(),
            status=_contract_status(report),
            state=state,
            title=title,
            summary=summary,
            complete=verdict.complete,
            reached=verdict.reached,
            root=root,
            causes=causes,
            folded=tuple(self.named(name) for name in verdict.folded),
            ruled_out=tuple(self.named(name) for name in verdict.ruled_out),
            undecided=undecided,
            crashed=verdict.crashed,
            checks=checks,
            log_matches=tuple(self.logged(hit) for hit in report.log_matches),
            excerpts=tuple(self.logged(each) for each in report.excerpts),
        )

    def logged(self, line: Logged) -> Logged:
        return changed(line, file=self.clean(line.file), text=self.clean(line.text))

    def say(self, key: str, **values: Fact) -> str:
        return self.clean(self.wording.sentence(key, values))

    def text(self, text: Text | None) -> str:
        return "" if text is None else self.clean(self.wording.render(text))

    def endpoint(self) -> Mapping[str, str | int | bool | None]:
        """The contract's `target`: null for what could not be read from what was given."""
        endpoint = self.report.endpoint
        if endpoint is None:
            names = ("protocol", "scheme", "host", "port", "vhost", "username", "tls", "transport")
            return dict.fromkeys(names)
        return {
            "protocol": endpoint.protocol,
            "scheme": endpoint.scheme,
            "host": self.clean(endpoint.host),
            "port": endpoint.port,
            "vhost": self.clean(endpoint.vhost) if endpoint.protocol == "amqp" else None,
            "username": None if endpoint.username is None else self.clean(endpoint.username),
            "tls": endpoint.tls,
            "transport": endpoint.transport,
        }

    def advice(self, cause_id: str, extra: Mapping[str, Fact] | None = None) -> Advice | None:
        return self.wording.advice(cause_id, {**self.values, **(extra or {})})

    def cause(self, finding: Finding) -> PresentedCause:
        advice = self.advice(finding.cause, dict(finding.parameters))
        if advice is None:
            advice = Advice(finding.cause, "user", finding.cause, "", "")
        return PresentedCause(
            id=finding.cause,
            role=finding.role,
            severity=finding.severity,
            confidence=finding.certainty,
            who=advice.who,
            who_word=self.wording.sentence("who." + advice.who.replace(" ", "-")),
            title=self.clean(advice.title),
            summary=self.clean(advice.summary),
            explanation=self.clean(advice.explanation),
            evidence=self.evidence(finding),
            steps=tuple(self.step(step) for step in advice.steps),
            references=advice.references,
        )

    def evidence(self, finding: Finding) -> tuple[str, ...]:
        """A cause without a sentence about its facts still shows the facts themselves."""
        lines = tuple(dict.fromkeys(self.text(line) for line in finding.evidence))
        return lines or tuple(self.clean(f"{name} = {_plain(value)}") for name, value in finding.because)

    def step(self, step: Step) -> Step:
        command = None if step.command is None else self.clean(step.command)
        return Step(step.audience, step.platform, self.clean(step.text), command)

    def named(self, cause_id: str) -> Named:
        advice = self.advice(cause_id)
        return Named(cause_id, cause_id if advice is None else self.clean(advice.title))

    def open_question(self, item: Undecided) -> OpenQuestion:
        decided_by = tuple(self.say(f"decide.{key}") for key in item.decided_by)
        return OpenQuestion(item.cause, self.named(item.cause).title, item.missing, decided_by)

    def check(self, seen: Observation) -> PresentedCheck:
        return PresentedCheck(
            id=seen.probe,
            title=self.say(f"probe.{seen.probe}"),
            layer=seen.layer,
            layer_word=self.say(f"layer.{seen.layer}"),
            status=seen.outcome,
            started_ms=seen.started_ms,
            duration_ms=seen.took_ms,
            summary=self.text(seen.summary) or self.say("check.crashed" if seen.crash else f"check.{seen.outcome}"),
            why=self.why(seen),
            evidence=tuple(self.text(line) for line in seen.evidence),
            facts={name: self.fact(value) for name, value in seen.facts.items()},
            crash=self.clean(seen.crash),
        )

    def why(self, seen: Observation) -> str:
        """A probe that left itself out says the reason in its summary."""
        left_out = seen.outcome == "skipped" and seen.summary is not None
        return self.text(seen.summary if left_out else seen.why)

    def fact(self, value: Fact) -> Fact:
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, tuple):
            return tuple(self.clean(item) if isinstance(item, str) else item for item in value)  # type: ignore[return-value]  # each item keeps its type
        return value

    def heading(
        self, state: str, undecided: Sequence[OpenQuestion], checks: Sequence[PresentedCheck]
    ) -> tuple[str, str]:
        """Title and summary of a run without a root cause: healthy, stopped, our own bug, or not decided."""
        done = [check for check in checks if check.status in ("passed", "warning")]
        values: dict[str, Fact] = {
            "steps": len(done),
            "took": duration(self.report.took_ms),
            "authority": self.values.get("authority", self.report.target),
        }
        if state == "undecided":
            return self._undecided_heading(undecided, checks)
        if state == "crashed":
            values["step"] = self.say(f"probe.{self.report.verdict.crashed[0]}")
        protocol = "" if self.report.endpoint is None else self.report.endpoint.protocol
        values["protocol"] = protocol.upper()
        reached = self.report.verdict.reached
        values["reached"] = self.say(f"layer.{reached}") if reached else self.say("reached.nothing")
        summary = "summary-one" if state == "works" and len(done) == 1 else "summary"
        return self.say(f"verdict.{state}.title", **values), self.say(f"verdict.{state}.{summary}", **values)

    def _undecided_heading(
        self, undecided: Sequence[OpenQuestion], checks: Sequence[PresentedCheck]
    ) -> tuple[str, str]:
        failed = [check for check in checks if check.status == "failed"]
        step, seen = (failed[0].title, failed[0].summary) if failed else ("", "")
        if not undecided:
            return self.say("verdict.unknown.title", step=step), self.say("verdict.unknown.summary", seen=seen)
        if len(undecided) == 1:
            title = self.say("verdict.one-left.title", title=undecided[0].title)
        else:
            title = self.say("verdict.some-left.title", count=len(undecided))
        return title, self.say("verdict.undecided.summary", seen=seen)


LAYERS = ("input", "host", "dns", "proxy", "network", "tls", "protocol", "auth", "permissions", "heartbeat", "health")
"""In the order in which a packet meets them."""


def by_layer(report: Presented) -> tuple[PresentedCheck, ...]:
    """For reading: as the layers lie, not as the threads ended. Within a layer by time."""
    return tuple(sorted(report.checks, key=lambda check: LAYERS.index(check.layer)))


def ran(check: PresentedCheck) -> bool:
    return check.status not in ("skipped", "cancelled")


def is_deciding(check: PresentedCheck) -> bool:
    """A second probe that ran only to tell look-alikes apart."""
    return bool(check.why) and ran(check)


def deciding(report: Presented) -> tuple[PresentedCheck, ...]:
    """In the order in which they were needed."""
    return tuple(check for check in report.checks if is_deciding(check))


def shape_of(check: PresentedCheck) -> str:
    """The state whose shape stands before the check: what a deciding probe finds is neither good nor bad."""
    return (
        "deciding" if is_deciding(check) and check.status in ("passed", "failed") and not check.crash else check.status
    )


def told(report: Presented) -> tuple[PresentedCheck, ...]:
    """The checks that a reader cares for: the way as far as it was gone, what was not reached, the deciding probes."""
    left_out = not_reached(report)
    way = (check for check in by_layer(report) if check in left_out or (ran(check) and not is_deciding(check)))
    return (*way, *deciding(report))


def not_reached(report: Presented) -> tuple[PresentedCheck, ...]:
    """Checks below the deepest layer that answered. One that was left out further up was simply not needed."""
    deepest = LAYERS.index(report.reached) if report.reached in LAYERS else -1
    return tuple(
        check
        for check in by_layer(report)
        if check.status == "cancelled" or (check.status == "skipped" and LAYERS.index(check.layer) > deepest)
    )


def _plain(value: Fact) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, tuple) else str(value)


def _contract_status(report: Report) -> str:
    verdict = report.verdict
    return "broken" if verdict.status == "healthy" and not verdict.complete else verdict.status


def state_of(report: Report) -> str:
    verdict = report.verdict
    if verdict.primary is not None:
        return "warning" if verdict.status == "degraded" else "broken"
    if not verdict.complete:
        return "stopped"
    if verdict.crashed and verdict.status != "healthy":
        return "crashed"
    return {"healthy": "works", "degraded": "warning"}.get(verdict.status, "undecided")


def duration(milliseconds: float) -> str:
    """With the unit: 3.1 ms, 41 ms, 1.2 s."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"
