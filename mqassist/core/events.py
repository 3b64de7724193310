"""What a run tells screen and terminal while it goes. `emit(event)` is the whole interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mqassist.core.endpoint import Endpoint
from mqassist.core.observation import Layer, Observation
from mqassist.core.report import Report
from mqassist.core.text import Text


@dataclass(frozen=True, slots=True)
class PlannedProbe:
    id: str
    layer: Layer
    budget_s: float


@dataclass(frozen=True, slots=True)
class RunStarted:
    run_id: str
    endpoint: Endpoint | None
    plan: tuple[PlannedProbe, ...]


@dataclass(frozen=True, slots=True)
class ProbeStarted:
    run_id: str
    probe: str
    layer: Layer
    at_ms: float


@dataclass(frozen=True, slots=True)
class ProbeNote:
    run_id: str
    probe: str
    note: Text


@dataclass(frozen=True, slots=True)
class ProbeFinished:
    run_id: str
    observation: Observation


@dataclass(frozen=True, slots=True)
class RunFinished:
    run_id: str
    report: Report


RunEvent = RunStarted | ProbeStarted | ProbeNote | ProbeFinished | RunFinished
Emit = Callable[[RunEvent], None]
