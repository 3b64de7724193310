"""The run service: plans the probes that apply, runs independent ones side by side, tells events, makes the report.

Knows nothing of screens, files or languages. Every probe has its own thread, token and budget: one that hangs is
left behind, not waited for; one that crashes is a bug of ours that the report names while the run goes on.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mqassist import __version__
from mqassist.core.cancel import CancelToken
from mqassist.core.endpoint import Endpoint
from mqassist.core.errors import Cancelled, trace_of_bug
from mqassist.core.events import Emit, PlannedProbe, ProbeFinished, ProbeNote, ProbeStarted, RunFinished, RunStarted
from mqassist.core.facts import Fact, FactSpec
from mqassist.core.moments import utc_now
from mqassist.core.observation import Observation
from mqassist.core.record import changed, record
from mqassist.core.report import LogFindings, LogMatch, Remark, Report, WatchLogs
from mqassist.core.secret import Credentials, Redactor
from mqassist.core.settings import CheckSettings
from mqassist.core.target import Target
from mqassist.core.text import say
from mqassist.core.verdict import Verdict
from mqassist.diagnosis.causes import Cause
from mqassist.diagnosis.conditions import evaluate
from mqassist.diagnosis.diagnose import diagnose
from mqassist.net.wire import Wire, dial_ahead
from mqassist.probes.probe import Handover, LoginTries, Probe, ProbeContext, Result
from mqassist.run_cleaned import Cleaned
from mqassist.run_logs import Opened, observed, shown_matches, trace_of
from mqassist.steps import Step, step_of
from mqassist.workers import Workers

if TYPE_CHECKING:
    from mqassist.net.ahead import Ahead

DIAL = "tcp.connect"
OVERRUN_GRACE_S = 1.0
"""A probe gets this long beyond its budget to let go before it is left behind."""
STOP_GRACE_S = 0.25
"""After Stop the run waits this long for probes to say what they saw."""
RECENT_S = 10.0
"""What was read of this machine for another run is new enough if it is younger than this one and than so much."""


def _silent(event: object) -> None:
    del event


class RunService:
    """Built once; `check` may be called from many threads at once."""

    def __init__(
        self,
        probes: Sequence[Probe | Step],
        causes: Sequence[Cause],
        watch_logs: WatchLogs | None = None,
        remark: Remark | None = None,
    ) -> None:
        """`remark` is asked once, after the probes, what is known of the broker that the facts name."""
        self.watch_logs = watch_logs
        self.remark = remark
        self.steps = tuple(probe if isinstance(probe, Step) else step_of(probe) for probe in probes)
        self._causes = tuple(causes)
        self._deciding = frozenset(step.id for step in self.steps if step.deciding)
        self._specs: dict[str, dict[str, FactSpec]] = {}

    def check(
        self,
        target: Target,
        settings: CheckSettings | None = None,
        *,
        credentials: Credentials | None = None,
        emit: Emit = _silent,
        token: CancelToken | None = None,
        ahead: Ahead | None = None,
    ) -> Report:
        """Runs every probe that applies and returns the whole report; never raises for what the network does.

        UserError if a log of `settings.logs` cannot be read.

        `credentials` replace those of the target. After `token.cancel()` the report holds what was seen until then.
        """
        run = _Run(
            self,
            target,
            settings or CheckSettings(),
            credentials or target.credentials,
            emit,
            token or CancelToken(),
            ahead,
        )
        return run.go()

    def dial_ahead(self, runs: Iterable[tuple[Target, CheckSettings]]) -> Ahead:
        """Begins the connects of runs that follow at once; to be given to each of them, and closed after the last."""
        return dial_ahead(
            (target.endpoint.host, target.endpoint.port, settings.timeout)
            for target, settings in runs
            if target.endpoint is not None and self._dials(target.endpoint, settings)
        )

    def _dials(self, endpoint: Endpoint, settings: CheckSettings) -> bool:
        plan = self.plan(endpoint, settings) if settings.only else self.steps
        return any(step.id == DIAL and step.applies(endpoint, settings) for step in plan)

    def plan(self, endpoint: Endpoint, settings: CheckSettings) -> tuple[Step, ...]:
        """The probes that apply; with `settings.only`, those of the layers and whatever they need.

        What a deciding probe waits for is not run for its sake: `--only dns` sends nothing to the broker. A deciding
        probe is asked whether it applies only when its condition comes true.
        """
        fit = {step.id: step for step in self.steps if step.applies(endpoint, settings)}
        if not settings.only:
            return tuple(fit.values())
        wanted: set[str] = set()
        stack = [step.id for step in fit.values() if step.layer in settings.only]
        while stack:
            name = stack.pop()
            if name in fit and name not in wanted:
                wanted.add(name)
                stack.extend(() if fit[name].deciding else fit[name].needs)
        return tuple(step for step in fit.values() if step.id in wanted)

    def specs(self, probe: Probe) -> dict[str, FactSpec]:
        """The facts that it declares, by name."""
        if probe.id not in self._specs:
            self._specs[probe.id] = {spec.name: spec for spec in probe.gives}
        return self._specs[probe.id]

    def verdict(self, facts: dict[str, Fact], observations: Sequence[Observation]) -> Verdict:
        return diagnose(facts, self._causes, observations, self._deciding)


@record(frozen=False)
class _Running:
    probe: Probe
    token: CancelToken
    started_ms: float
    abandon_at: float


def _waits(probe: Probe, context: ProbeContext) -> bool:
    try:
        return probe.waits(context)
    except Exception:  # noqa: BLE001 - what is wrong will be told by the probe itself
        return True


class _Run:
    """One run: its facts, observations and threads. Lives in the thread that called check()."""

    def __init__(
        self,
        service: RunService,
        target: Target,
        settings: CheckSettings,
        credentials: Credentials,
        emit: Emit,
        token: CancelToken,
        ahead: Ahead | None,
    ) -> None:
        self.service = service
        self.target = target
        self.settings = settings
        self.credentials = credentials
        self.emit = emit
        self.token = token
        self.ahead = ahead
        self.id = os.urandom(4).hex()
        self.began = time.monotonic()
        self.facts: dict[str, Fact] = {}
        self.observations: list[Observation] = []
        self.log_matches: tuple[LogMatch, ...] = ()
        self.opened = Opened()
        self.handover = Handover()
        self.logins = LoginTries(settings.max_login_tries)
        self.ended: queue.SimpleQueue[Observation | None] = queue.SimpleQueue()
        self.workers: Workers[Observation] = Workers(self.ended.put)
        endpoint = target.endpoint
        public = () if endpoint is None else (endpoint.host, endpoint.vhost, endpoint.username or "")
        self.cleaned = Cleaned(Redactor(credentials, public))

    def go(self) -> Report:
        started_at = utc_now()
        endpoint = self.target.endpoint
        plan = () if endpoint is None else self.service.plan(endpoint, self.settings)
        planned = tuple(
            PlannedProbe(step.id, step.layer, step.load().seconds(self.settings)) for step in plan if not step.deciding
        )
        watch = self.service.watch_logs
        read_logs = watch(self.settings.logs) if watch is not None and self.settings.logs else None
        began = time.time()
        self.emit(RunStarted(self.id, endpoint, planned))
        self._finished(self._target_observation())
        forget = self.token.on_cancel(lambda: self.ended.put(None))
        try:
            if endpoint is not None:
                self._run_all(plan, endpoint)
            if read_logs is not None:
                trace = trace_of(self.id, self.settings, self.opened, self.facts, began)
                self._add_logs(read_logs(trace, self.token))
        except Cancelled:
            pass  # stopped while waiting for the broker's log: what was seen still counts
        finally:
            forget()
            self.workers.close()
            self.handover.close()
        if self.logins.used > 1 or self.logins.refused:  # else nobody needs to be told
            from mqassist.run_logins import login_step

            self._finished(changed(login_step(self.logins), started_ms=self._now_ms()))
        if self.service.remark is not None and (known := self.service.remark(self.facts)) is not None:
            self._finished(changed(known, started_ms=self._now_ms()))
        order = {probe.id: at for at, probe in enumerate(plan)}
        self.observations.sort(key=lambda seen: (seen.started_ms, order.get(seen.probe, -1)))
        verdict = self.service.verdict(self.facts, self.observations)
        report = Report(
            run_id=self.id,
            tool_version=__version__,
            started_at=started_at,
            took_ms=self._now_ms(),
            target=self.cleaned.redactor.text(self.target.shown),
            endpoint=endpoint,
            observations=tuple(self.observations),
            verdict=verdict,
            log_matches=shown_matches(self.log_matches, verdict),
            asked=self.settings.spoken(),
        )
        self.emit(RunFinished(self.id, report))
        return report

    def _add_logs(self, found: LogFindings) -> None:
        self.log_matches, seen = observed(found, self.observations, self.facts, self.cleaned.redactor.text)
        # a choice is one of our own words: a password that equals one must not change the verdict
        clean = {name: self.cleaned.fact(value) for name, value in seen.facts.items() if name in found.quoted}
        facts = seen.facts | clean
        evidence = tuple(self.cleaned.text(line) for line in seen.evidence)
        self._finished(changed(seen, facts=facts, evidence=evidence, started_ms=self._now_ms()))

    def _now_ms(self) -> float:
        return round((time.monotonic() - self.began) * 1000, 3)

    def _target_observation(self) -> Observation:
        readable = self.target.endpoint is not None
        return Observation(
            probe="input.target",
            layer="input",
            outcome="passed" if readable else "failed",
            facts=dict(self.target.facts),
            summary=say("input.readable" if readable else "input.unreadable", target=self.target.shown),
            evidence=self.target.evidence,
        )

    # -- scheduling -----------------------------------------------------------------------------

    def _run_all(self, plan: Sequence[Step], endpoint: Endpoint) -> None:
        waiting = {step.id: step for step in plan}
        planned = frozenset(waiting)
        running: dict[str, _Running] = {}
        done: set[str] = set()
        while waiting or running:
            if self.token.cancelled:
                self._stop(waiting, running)
                return
            ahead = planned - done
            ready = [s for s in waiting.values() if ahead.isdisjoint(s.needs) and ahead.isdisjoint(s.after)]
            for step in ready:
                del waiting[step.id]
                if self._wanted(step, endpoint):
                    running[step.id] = self._start(step.load(), endpoint)
                else:
                    done.add(step.id)
            if running:
                self._collect(running, done)

    def _wanted(self, step: Step, endpoint: Endpoint) -> bool:
        if step.condition is None or evaluate(step.condition, self.facts) is True:
            return not step.deciding or step.load().applies(endpoint, self.settings)
        if not step.deciding and not self._all_passed(step.needs):  # what nobody needed is not worth a line
            why = say("skipped.not-reached")
            self._finished(Observation(step.id, step.layer, "skipped", started_ms=self._now_ms(), why=why))
        return False

    def _all_passed(self, probes: Sequence[str]) -> bool:
        """True if these ran and went well: a probe whose condition is false after that simply has nothing to do."""
        return all(seen.outcome in ("passed", "warning") for seen in self.observations if seen.probe in probes)

    def _start(self, probe: Probe, endpoint: Endpoint) -> _Running:
        budget = probe.seconds(self.settings)
        token = self.token.child(budget)
        context = ProbeContext(
            endpoint=endpoint,
            credentials=self.credentials,
            settings=self.settings,
            facts=dict(self.facts),
            token=token,
            wire=Wire(token, self.settings.timeout, self.opened.by(probe), ahead=self.ahead),
            handover=self.handover,
            logins=self.logins,
            run_id=self.id,
            note=lambda text: self.emit(ProbeNote(self.id, probe.id, self.cleaned.text(text))),
            target=self.target.shown,
            second=probe.id if probe.deciding else "",
            recent=max(self.began, time.monotonic() - RECENT_S),
        )
        started_ms = self._now_ms()
        self.emit(ProbeStarted(self.id, probe.id, probe.layer, started_ms))
        running = _Running(probe, token, started_ms, time.monotonic() + budget + OVERRUN_GRACE_S)
        if _waits(probe, context):
            self.workers.start(f"probe {probe.id}", lambda: self._observe(running, context))
        else:
            self.ended.put(self._observe(running, context))
        return running

    def _collect(self, running: dict[str, _Running], done: set[str]) -> None:
        """Waits for one probe to end, or for Stop; gives up on those far beyond their budget."""
        left = min(entry.abandon_at for entry in running.values()) - time.monotonic()
        try:
            observation = self.ended.get(timeout=max(0.0, left))
        except queue.Empty:
            now = time.monotonic()
            for late in [entry for entry in running.values() if now >= entry.abandon_at]:
                del running[late.probe.id]
                done.add(late.probe.id)
                self._finished(self._abandoned(late))
            return
        # a probe that was given up before is too late to count
        if observation is not None and running.pop(observation.probe, None) is not None:
            done.add(observation.probe)
            self._finished(observation)

    def _abandoned(self, late: _Running) -> Observation:
        budget = late.probe.seconds(self.settings)
        crash = f"{late.probe.id} did not return within its budget of {budget} s"
        return Observation(
            late.probe.id,
            late.probe.layer,
            "failed",
            started_ms=late.started_ms,
            took_ms=self._now_ms() - late.started_ms,
            summary=say("probe.overran", seconds=budget),
            crash=crash,
        )

    def _stop(self, waiting: dict[str, Step], running: dict[str, _Running]) -> None:
        end = time.monotonic() + STOP_GRACE_S
        while running and (left := end - time.monotonic()) > 0:
            try:
                observation = self.ended.get(timeout=left)
            except queue.Empty:
                break
            if observation is not None and running.pop(observation.probe, None) is not None:
                self._finished(observation)
        for entry in running.values():
            self._finished(self._cancelled(entry.probe, entry.started_ms))
        for probe in waiting.values():
            if not probe.deciding:
                self._finished(self._cancelled(probe, self._now_ms()))

    def _cancelled(self, probe: Probe | Step, started_ms: float) -> Observation:
        took = self._now_ms() - started_ms
        return Observation(
            probe.id, probe.layer, "cancelled", started_ms=started_ms, took_ms=took, why=say("skipped.stopped")
        )

    # -- one probe ------------------------------------------------------------------------------

    def _observe(self, running: _Running, context: ProbeContext) -> Observation:
        probe = running.probe
        try:
            result, crash = probe.run(context), ""
        except Cancelled:
            return self._cancelled(probe, running.started_ms)
        except Exception as error:  # noqa: BLE001 - a probe's bug must not end the run; it is named in the report
            result, crash = Result("failed", say("probe.crashed")), self.cleaned.redactor.text(trace_of_bug(error))
        took_ms = round(self._now_ms() - running.started_ms, 3)
        return self.cleaned.observation(probe, self.service.specs(probe), result, crash, running.started_ms, took_ms)

    def _finished(self, observation: Observation) -> None:
        self.facts.update(observation.facts)
        self.observations.append(observation)
        self.emit(ProbeFinished(self.id, observation))
