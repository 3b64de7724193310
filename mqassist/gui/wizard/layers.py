"""The four layers of the pyramid, bottom up, and what is known of each while a run goes. No Qt, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mqassist.core.advice import Wording
from mqassist.core.endpoint import Endpoint
from mqassist.core.events import ProbeFinished, ProbeNote, ProbeStarted, RunEvent, RunFinished, RunStarted
from mqassist.core.observation import Layer, Observation
from mqassist.core.record import changed, record
from mqassist.core.report import Report
from mqassist.core.verdict import Verdict
from mqassist.report.cells import printable
from mqassist.report.presented import PresentedCheck, present
from mqassist.report.silence import awaited

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
LATE = frozenset({"tcp.round_trip"})
"""Measured once the work of the connection is done: no layer waits for it."""
_PREPARING = ("input", "host", "proxy")
FloorState = Literal["waiting", "running", "works", "warning", "broken", "not-reached", "undecided"]


def floor_of(layer: Layer) -> Floor:
    return _FLOOR_OF[layer]


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
        self.complete = False
        self._known: dict[str, _Known] = {}
        self._seen: dict[str, Observation] = {}

    def take(self, event: RunEvent) -> None:
        if isinstance(event, RunStarted):
            self.run_id, self.endpoint = event.run_id, event.endpoint
            self._known = {
                probe.id: _Known(floor_of(probe.layer), probe.layer, budget_s=probe.budget_s) for probe in event.plan
            }
        elif isinstance(event, ProbeStarted):
            known = self._of(event.probe, event.layer)
            known.state, known.began_ms = "running", event.at_ms
        elif isinstance(event, ProbeNote):
            if event.probe in self._known:
                self._known[event.probe].note = printable(self.wording.render(event.note))
        elif isinstance(event, ProbeFinished):
            self._finish(event.observation)
        elif isinstance(event, RunFinished):
            self.finished, self.complete = True, event.report.verdict.complete
            for observation in event.report.observations:
                self._finish(observation)
            for known in self._known.values():
                if known.state in ("waiting", "running"):
                    known.state = "not-reached"

    def _of(self, probe: str, layer: Layer) -> _Known:
        return self._known.setdefault(probe, _Known(floor_of(layer), layer, planned=False))

    def reword(self, wording: Wording) -> None:
        self.wording = wording
        for observation in self._seen.values():
            self._finish(observation)

    def _finish(self, seen: Observation) -> None:
        self._seen[seen.probe] = seen
        known = self._of(seen.probe, seen.layer)
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
        own = [
            known
            for probe, known in self._known.items()
            if known.floor == floor and not (probe in LATE and known.state == "waiting")
        ]
        # what a second probe finds is neither good nor bad
        states = [known.state for known in own if known.planned or known.state != "broken"]
        if floor == "service" and not own and self._answered_login():
            return "works"
        if not states:
            return "not-reached" if self.finished else "waiting"
        if "running" in states:
            return "running"
        done = [state for state in states if state not in ("waiting", "not-reached")]
        if done and "waiting" in states and not self.finished:
            return "running"
        order: tuple[FloorState, ...] = ("broken", "undecided", "warning", "works")
        return next((state for state in order if state in done), "waiting" if "waiting" in states else "not-reached")

    def is_told(self, floor: Floor) -> bool:
        """Nothing that was planned for it runs or waits."""
        own = [
            known
            for probe, known in self._known.items()
            if known.floor == floor and known.planned and probe not in LATE
        ]
        return bool(self._known) and all(known.state not in ("waiting", "running") for known in own)

    def broken(self) -> Floor | None:
        """The lowest floor with something that did not work: nothing above it can."""
        for wanted in ("broken", "undecided"):
            for floor in FLOORS:
                if any(
                    known.floor == floor and known.state == wanted for known in self._known.values() if known.planned
                ):
                    return floor
        return None

    def reached(self) -> Floor:
        """The highest floor of which anything is known."""
        return next((floor for floor in reversed(FLOORS) if self.state(floor) != "not-reached"), FLOORS[0])

    def _answered_login(self) -> bool:
        """MQTT has no greeting before the login: the CONNACK tells that it is MQTT."""
        seen = self._seen.get("mqtt.connect")
        return seen is not None and seen.facts.get("mqtt.connect_outcome") == "accepted"

    def lines(self, floor: Floor) -> tuple[Line, ...]:
        """What ran, runs and waits on a floor; what was skipped is left out once the run is over."""
        found = [self._line(probe, known) for probe, known in self._known.items() if known.floor == floor]
        if floor == "service" and not found and self._answered_login():
            found = [changed(self._line("mqtt.connect", self._known["mqtt.connect"]), state="works")]
        shown = [line for line in found if not (self.finished and line.state == "not-reached")]
        order: Sequence[FloorState] = ("works", "warning", "broken", "undecided", "running", "waiting", "not-reached")
        return tuple(sorted(shown or found, key=lambda line: (order.index(line.state) > 3, line.began_ms)))

    def running(self) -> int:
        return len(self.in_flight())

    def in_flight(self) -> tuple[str, ...]:
        return tuple(probe for probe, known in self._known.items() if known.state == "running")

    def _line(self, probe: str, known: _Known) -> Line:
        title = self.wording.sentence(f"probe.{probe}")
        if known.check is None:
            going = known.note or (awaited(probe, self.wording) if known.state == "running" else "")
            return Line(probe, title, going, known.state, 0.0, known.began_ms, known.budget_s, False)
        check = known.check
        text = check.summary or next(iter(check.evidence), "") or check.why
        minor = known.state == "works" and (known.layer in _PREPARING or not known.planned)
        return Line(probe, check.title or title, text, known.state, check.duration_ms, known.began_ms, 0.0, minor)
