"""One whole run: the only thing that is saved, shown and exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from mqassist.core.cancel import CancelToken
from mqassist.core.endpoint import Endpoint
from mqassist.core.facts import Fact
from mqassist.core.observation import Observation
from mqassist.core.record import record
from mqassist.core.text import Values
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
class Trace:
    """What a run leaves behind in a broker's log: `token` is in connection names and client ids, `ports` are its
    source ports; `began` and `ended` are this machine's clock, seconds since 1970."""

    token: str
    client_id: str
    ports: frozenset[int]
    began: float
    ended: float


@record
class LogFindings:
    """The run's own lines. `facts` come only from lines that carry its token or port; `clock_offset` is the broker's
    clock minus ours in seconds, None if no such line has a time."""

    matches: tuple[LogMatch, ...]
    facts: dict[str, Fact]
    clock_offset: float | None


ReadLogs = Callable[[Trace, CancelToken], LogFindings]
WatchLogs = Callable[[Sequence[str]], ReadLogs]
"""Marks where the logs end now; what it returns reads, after the run, what was written since. Raises UserError."""


@record
class Report:
    """`target` is what the person gave, without secrets; `endpoint` is None if nothing could be read from it.

    `asked` are the settings that sentences may name (queue, topic, timeout …), by those names.
    """

    run_id: str
    tool_version: str
    started_at: str
    took_ms: float
    target: str
    endpoint: Endpoint | None
    observations: tuple[Observation, ...]
    verdict: Verdict
    log_matches: tuple[LogMatch, ...] = ()
    asked: Values = ()
