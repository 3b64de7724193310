"""What a run tells screen and terminal while it goes. `emit(event)` is the whole interface."""

from __future__ import annotations

from collections.abc import Callable

from mqassist.core.endpoint import Endpoint
from mqassist.core.observation import Layer, Observation
from mqassist.core.record import record
from mqassist.core.report import Report
from mqassist.core.text import Text


@record
class PlannedProbe:
    id: str
    layer: Layer
    budget_s: float


@record
class RunStarted:
    run_id: str
    endpoint: Endpoint | None
    plan: tuple[PlannedProbe, ...]


@record
class ProbeStarted:
    run_id: str
    probe: str
    layer: Layer
    at_ms: float


@record
class ProbeNote:
    run_id: str
    probe: str
    note: Text


@record
class ProbeFinished:
    run_id: str
    observation: Observation


@record
class RunFinished:
    run_id: str
    report: Report


RunEvent = RunStarted | ProbeStarted | ProbeNote | ProbeFinished | RunFinished
Emit = Callable[[RunEvent], None]
