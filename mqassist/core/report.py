"""One whole run: the only thing that is saved, shown and exported."""

from __future__ import annotations

from typing import Literal

from mqassist.core.endpoint import Endpoint
from mqassist.core.observation import Observation
from mqassist.core.record import record
from mqassist.core.verdict import Verdict

SCHEMA = "mqassist.report/1"


@record
class LogMatch:
    """A broker log line of this run. `line` counts from 1."""

    file: str
    line: int
    text: str
    cause: str | None
    matched_by: Literal["source-port", "client-id", "time"]


@record
class Report:
    """`target` is what the person gave, without secrets; `endpoint` is None if nothing could be read from it."""

    run_id: str
    tool_version: str
    started_at: str
    took_ms: float
    target: str
    endpoint: Endpoint | None
    observations: tuple[Observation, ...]
    verdict: Verdict
    log_matches: tuple[LogMatch, ...] = ()
