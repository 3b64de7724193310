"""The four layers of the pyramid, bottom up, and what is known of each while a run goes. No Qt, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mqassist.core.advice import Wording
from mqassist.core.endpoint import Endpoint
from mqassist.core.events import ProbeFinished, ProbeNote, ProbeStarted, RunEvent, RunFinished, RunStarted
from mqassist.core.observation import Observation
from mqassist.core.record import record
from mqassist.core.report import Report
from mqassist.core.verdict import Verdict
from mqassist.report.cells import printable
from mqassist.report.presented import PresentedCheck, present

Floor = Literal["network", "security", "service", "application"]
FLOORS: tuple[Floor, ...] = ("network", "security", "service", "application")
_FLOOR_OF: dict[str, Floor] = {
    "input": "network",
    "dns": "network",
    "network": "network",
    "proxy": "network",
    "host": "network",
    "tls": "security",
    "auth": "security",
    "protocol": "service",
    "health": "service",
    "permissions": "application",
    "heartbeat": "application",
}
_PREPARING = ("input", "host", "proxy")
FloorState = Literal["waiting", "running", "works", "warning", "broken", "not-reached", "undecided"]


@record
class Line:
    """One check as it is told: `state` as the shapes are called, times in milliseconds, `budget_s` in seconds."""

    probe: str
    title: str
    text: str
    state: FloorState
    took_ms: float = 0.0
    began_ms: float = 0.0
    budget_s: float = 0.0
    minor: bool = False
    """Of no interest while it is fine: preparations, and second probes that decided nothing."""


@record(frozen=False)
class _Known:
    floor: Floor
    layer: str
    state: FloorState = "waiting"
    began_ms: float = 0.0
    budget_s: float = 0.0
    note: str = ""
    check: PresentedCheck | None = None
    planned: bool = True


class Pyramid:
    """Told every event; asked for states and lines as often as the screen likes."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.endpoint: Endpoint | None = None
        self.run_id = ""
        self.finished = False
        self._known: dict[str, _Known] = {}
        self._seen: dict[str, Observation] = {}

    def take(self, event: RunEvent) -> None:
        if isinstance(event, RunStarted):
            self.run_id, self.endpoint = event.run_id, event.endpoint
            self._known = {
                probe.id: _Known(_FLOOR_OF[probe.layer], probe.layer, budget_s=probe.budget_s) for probe in event.plan
            }
        elif isinstance(event, ProbeStarted):
            known = self._known.setdefault(event.probe, _Known(_FLOOR_OF[event.layer], event.layer, planned=False))
            known.state, known.began_ms = "running", event.at_ms
        elif isinstance(event, ProbeNote):
            if event.probe in self._known:
                self._known[event.probe].note = printable(self.wording.render(event.note))
        elif isinstance(event, ProbeFinished):
            self._finish(event.observation)
        elif isinstance(event, RunFinished):
            self.finished = True
            for observation in event.report.observations:
                self._finish(observation)
            for known in self._known.values():
                if known.state in ("waiting", "running"):
                    known.state = "not-reached"

    def reword(self, wording: Wording) -> None:
        self.wording = wording
        for observation in self._seen.values():
            self._finish(observation)

    def _finish(self, seen: Observation) -> None:
        self._seen[seen.probe] = seen
        known = self._known.setdefault(seen.probe, _Known(_FLOOR_OF[seen.layer], seen.layer, planned=False))
        known.check = self._presented(seen)
        known.began_ms = seen.started_ms
        outcomes: dict[str, FloorState] = {"passed": "works", "warning": "warning", "failed": "broken"}
        known.state = "undecided" if seen.crash else outcomes.get(seen.outcome, "not-reached")

    def _presented(self, seen: Observation) -> PresentedCheck:
        alone = Report(self.run_id, "", "", 0.0, "", self.endpoint, (seen,), Verdict("healthy", complete=False))
        return present(alone, self.wording, printable).checks[0]

    # -- asked ----------------------------------------------------------------------------------

    def observations(self) -> tuple[Observation, ...]:
        return tuple(self._seen.values())

    def state(self, floor: Floor) -> FloorState:
        """The worst of its checks; running while one runs or some are done and others wait."""
        states = [known.state for known in self._known.values() if known.floor == floor]
        if not states:
            return "not-reached" if self.finished else "waiting"
        if "running" in states:
            return "running"
        done = [state for state in states if state not in ("waiting", "not-reached")]
        if done and "waiting" in states and not self.finished:
            return "running"
        order: tuple[FloorState, ...] = ("broken", "undecided", "warning", "works")
        return next((state for state in order if state in done), "waiting" if "waiting" in states else "not-reached")

    def current(self) -> Floor:
        """Where the story is: the lowest floor that runs; after the run the lowest that is broken, else the top."""
        states = {floor: self.state(floor) for floor in FLOORS}
        if not self.finished:
            return next((floor for floor in FLOORS if states[floor] in ("running", "waiting")), FLOORS[-1])
        for wanted in ("broken", "undecided"):
            for floor in FLOORS:
                if states[floor] == wanted:
                    return floor
        return next((floor for floor in reversed(FLOORS) if states[floor] != "not-reached"), FLOORS[0])

    def lines(self, floor: Floor) -> tuple[Line, ...]:
        """What ran, runs and waits on a floor; what was skipped is left out once the run is over."""
        found = [self._line(probe, known) for probe, known in self._known.items() if known.floor == floor]
        shown = [line for line in found if not (self.finished and line.state == "not-reached")]
        order: Sequence[FloorState] = ("works", "warning", "broken", "undecided", "running", "waiting", "not-reached")
        return tuple(sorted(shown or found, key=lambda line: (order.index(line.state) > 3, line.began_ms)))

    def running(self) -> int:
        return sum(known.state == "running" for known in self._known.values())

    def _line(self, probe: str, known: _Known) -> Line:
        title = self.wording.sentence(f"probe.{probe}")
        if known.check is None:
            return Line(probe, title, known.note, known.state, 0.0, known.began_ms, known.budget_s, False)
        check = known.check
        text = check.summary or next(iter(check.evidence), "") or check.why
        minor = known.state == "works" and (known.layer in _PREPARING or not known.planned)
        return Line(probe, check.title or title, text, known.state, check.duration_ms, known.began_ms, 0.0, minor)
