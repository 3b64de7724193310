"""One whole run: the only thing that is saved, shown and exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from mqassist.core.cancel import CancelToken
from mqassist.core.endpoint import Endpoint
from mqassist.core.facts import Fact, Facts
from mqassist.core.observation import Observation
from mqassist.core.record import record
from mqassist.core.text import Values
from mqassist.core.verdict import Verdict

SCHEMA = "mqassist.report/1"


MatchedBy = Literal["source-port", "client-id", "time"]


@record
class LogMatch:
    """A broker log line of this run. `line` counts from 1.

    `step` is the check that caused it, "" if that cannot be told. `cause` is what the line alone stands for; None
    also for lines that a second probe caused. `facts` are those that this line added to the verdict.
    """

    file: str
    line: int
    text: str
    cause: str | None
    matched_by: MatchedBy
    step: str = ""
    facts: tuple[str, ...] = ()


@record
class Excerpt:
    """A line of a log that a person put into the report. `line` counts from 1; `text` is masked; `cause` is what a
    phrase of ours knows it by."""

    file: str
    line: int
    text: str
    cause: str | None = None


@record
class Source:
    """One TCP connection that a run opened. `step` opened it, from source port `port` at `ip`; `at` is this
    machine's clock in seconds since 1970. `main`: on it the client's own work was done, no second probe's."""

    port: int
    ip: str
    step: str
    at: float
    main: bool


@record
class Trace:
    """What a run leaves behind in a broker's log: `token` is in connection names and client ids, `client_id` is the
    person's own id or "", `sources` are its connections in the order of opening (empty if something in between
    gave them other ports); `began` and `ended` are this machine's clock, seconds since 1970."""

    token: str
    client_id: str
    sources: tuple[Source, ...]
    began: float
    ended: float


@record
class LogFindings:
    """The run's own lines. `facts` come only from lines that its main connection caused or that speak of the whole
    broker; `clock_offset` is the log's clock minus ours in seconds, give or take `clock_precision`, None if no line
    of a connection of ours has a time. `quoted` names the facts whose values are the broker's words, not ours."""

    matches: tuple[LogMatch, ...]
    facts: dict[str, Fact]
    clock_offset: float | None
    clock_precision: float = 0.0
    quoted: frozenset[str] = frozenset()


ReadLogs = Callable[[Trace, CancelToken], LogFindings]
WatchLogs = Callable[[Sequence[str]], ReadLogs]
"""Marks where the logs end now; what it returns reads, after the run, what was written since. Raises UserError."""

Remark = Callable[[Facts], Observation | None]
"""What is known beforehand of what the facts name, as a step that always passes; None if nothing is."""


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
    excerpts: tuple[Excerpt, ...] = ()
