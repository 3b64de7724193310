"""What is known of a run while it goes, from its events alone; the same rows and way as afterwards. No Qt, no clock."""

from __future__ import annotations

from mqassist.core.advice import Wording
from mqassist.core.endpoint import Endpoint
from mqassist.core.events import ProbeFinished, ProbeNote, ProbeStarted, RunEvent, RunStarted
from mqassist.core.observation import Exchange, Observation
from mqassist.core.record import record
from mqassist.core.report import Report
from mqassist.core.text import Text
from mqassist.core.verdict import Verdict
from mqassist.gui.pages.checkup.rows import Row, address_rows, is_quiet, layer_rank, row_of
from mqassist.report.cells import printable
from mqassist.report.presented import PresentedCheck, is_deciding, present, ran
from mqassist.report.silence import awaited
from mqassist.report.way import NodeState, Way, drawn

NOTES_KEPT = 50


@record
class Note:
    """What a probe said meanwhile, `at_ms` after the start of the run."""

    at_ms: float
    text: str


@record(frozen=False)
class _Begun:
    layer: str
    at_ms: float


class LiveRun:
    """Told every event with `take`; asked for rows as often as the screen likes."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.run_id = ""
        self.endpoint: Endpoint | None = None
        self._layers: dict[str, str] = {}
        self._budgets: dict[str, float] = {}
        self._planned: tuple[str, ...] = ()
        self._running: dict[str, _Begun] = {}
        self._seen: dict[str, Observation] = {}
        self._checks: dict[str, PresentedCheck] = {}
        self._notes: dict[str, list[tuple[float, Text]]] = {}

    def take(self, event: RunEvent, at_ms: float) -> None:
        """`at_ms` is when the screen heard of it, for notes only."""
        if isinstance(event, RunStarted):
            self.run_id, self.endpoint = event.run_id, event.endpoint
            self._planned = tuple(probe.id for probe in event.plan)
            self._layers = {probe.id: probe.layer for probe in event.plan}
            self._budgets = {probe.id: probe.budget_s for probe in event.plan}
        elif isinstance(event, ProbeStarted):
            self._running[event.probe] = _Begun(event.layer, event.at_ms)
            self._layers[event.probe] = event.layer
        elif isinstance(event, ProbeNote):
            kept = self._notes.setdefault(event.probe, [])
            kept.append((at_ms, event.note))
            del kept[:-NOTES_KEPT]
        elif isinstance(event, ProbeFinished):
            seen = event.observation
            self._running.pop(seen.probe, None)
            self._layers[seen.probe] = seen.layer
            self._seen[seen.probe] = seen
            self._checks[seen.probe] = self._presented(seen)

    def reword(self, wording: Wording) -> None:
        """After a change of language everything is said anew."""
        self.wording = wording
        self._checks = {probe: self._presented(seen) for probe, seen in self._seen.items()}

    @property
    def running(self) -> tuple[str, ...]:
        return tuple(self._running)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Planned and not begun, in the order of the layers."""
        left = [probe for probe in self._planned if probe not in self._running and probe not in self._seen]
        return tuple(sorted(left, key=lambda probe: layer_rank(self._layers[probe])))

    @property
    def planned_count(self) -> int:
        return len(self._planned)

    @property
    def done_count(self) -> int:
        return sum(probe in self._seen for probe in self._planned)

    def checks(self) -> tuple[PresentedCheck, ...]:
        return tuple(self._checks.values())

    def exchanges(self, probe: str) -> tuple[Exchange, ...]:
        return self._seen[probe].exchanges if probe in self._seen else ()

    def observations(self) -> tuple[Observation, ...]:
        return tuple(self._seen.values())

    def title(self, probe: str) -> str:
        return self.wording.sentence(f"probe.{probe}")

    def layer(self, probe: str) -> str:
        return self._layers.get(probe, "")

    def began_ms(self, probe: str) -> float:
        return self._running[probe].at_ms

    def budget_s(self, probe: str) -> float:
        """0 for a deciding probe: it is not in the plan."""
        return self._budgets.get(probe, 0.0)

    def notes(self, probe: str) -> tuple[Note, ...]:
        return tuple(Note(at_ms, printable(self.wording.render(text))) for at_ms, text in self._notes.get(probe, ()))

    def budget_left_s(self) -> float:
        """At most so long, if every wait that is running or to come is used up; probes side by side are not added."""
        longest: dict[str, float] = {}
        for probe in (*self._running, *self.waiting):
            layer = self._layers[probe]
            longest[layer] = max(longest.get(layer, 0.0), self._budgets.get(probe, 0.0))
        return sum(longest.values())

    def rows(self, now_ms: float) -> tuple[Row, ...]:
        """As in the table at the end, but what runs and waits has its row, and nothing is folded but quiet checks."""
        main = [probe for probe in {**dict.fromkeys(self._planned), **self._layers} if not self._is_second(probe)]
        main.sort(key=lambda probe: layer_rank(self._layers[probe]))
        quiet = [probe for probe in main if self._is_quiet(probe)]
        rows = [self._quiet_row(quiet, now_ms)] if quiet else []
        for probe in main:
            if probe not in quiet:
                rows.append(self._row(probe, now_ms))
                if probe in self._checks:
                    rows.extend(address_rows(self._checks[probe]))
        seconds = [probe for probe in self._layers if self._is_second(probe)]
        rows.extend(self._row(probe, now_ms) for probe in seconds)
        return tuple(rows)

    def way(self) -> Way:
        states: dict[str, NodeState] = {}
        for probe in self._layers:
            if self._is_second(probe):
                continue
            check = self._checks.get(probe)
            if check is None:
                states[probe] = "running" if probe in self._running else "waiting"
            else:
                known: dict[str, NodeState] = {"passed": "works", "warning": "warning", "failed": "broken"}
                states[probe] = "undecided" if check.crash else known.get(check.status, "not-reached")
        endpoint: dict[str, str | int | bool | None] = {}
        if self.endpoint is not None:
            endpoint = {"protocol": self.endpoint.protocol, "tls": self.endpoint.tls}
        main = tuple(check for probe, check in self._checks.items() if not self._is_second(probe))
        return drawn(endpoint, main, states, ended=False, layers=self._layers)

    def _is_second(self, probe: str) -> bool:
        """A deciding probe is never in the plan; the run's own lines (target, log, logins) are no probes."""
        if probe in self._planned:
            return False
        check = self._checks.get(probe)
        return probe in self._running or (check is not None and is_deciding(check))

    def _is_quiet(self, probe: str) -> bool:
        check = self._checks.get(probe)
        fine = check is None or (check.status in ("passed", "skipped") and not check.crash)
        return is_quiet(probe, self._layers[probe]) and fine

    def _quiet_row(self, probes: list[str], now_ms: float) -> Row:
        open_ones = [probe for probe in probes if probe not in self._checks]
        state: NodeState = "running" if any(probe in self._running for probe in open_ones) else "works"
        if open_ones and len(open_ones) == len(probes):
            state = "waiting"
        took = sum(self._checks[probe].duration_ms for probe in probes if probe in self._checks)
        return Row(
            "quiet", "quiet", "input", "", state, "", 0.0, min(took, now_ms),
            checks=tuple(probe for probe in probes if probe in self._checks and ran(self._checks[probe])),
        )  # fmt: skip

    def _row(self, probe: str, now_ms: float) -> Row:
        check = self._checks.get(probe)
        if check is not None:
            return row_of(check)
        layer, title = self._layers[probe], self.title(probe)
        begun = self._running.get(probe)
        kind = "deciding" if self._is_second(probe) else "step"
        if begun is None:
            return Row(probe, "step", layer, title, "waiting", checks=(probe,))
        notes = self.notes(probe)
        return Row(
            probe,
            kind,  # type: ignore[arg-type]  # one of two words
            layer,
            title,
            "running",
            notes[-1].text if notes else awaited(probe, self.wording),
            begun.at_ms,
            max(0.0, now_ms - begun.at_ms),
            self.budget_s(probe),
            checks=(probe,),
        )

    def _presented(self, seen: Observation) -> PresentedCheck:
        """By way of a report of this one step, so that no sentence is made in two places."""
        alone = Report(
            self.run_id, "", "", 0.0, "", self.endpoint, (seen,), Verdict("healthy", complete=False)
        )  # fmt: skip
        return present(alone, self.wording, printable).checks[0]
