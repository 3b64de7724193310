"""What ties a run to a broker's log: the source ports it used, and the step that each line found belongs to."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from mqassist.core.facts import Fact, Facts
from mqassist.core.observation import Observation, Outcome
from mqassist.core.record import changed
from mqassist.core.report import LogFindings, LogMatch, Source, Trace
from mqassist.core.settings import CheckSettings
from mqassist.core.text import Text, say
from mqassist.core.verdict import Verdict
from mqassist.net.connection import Connection
from mqassist.probes.probe import Probe

SHOWN_CHARACTERS = 400
MAX_SOURCES = 5000
_WORK = ("tls", "protocol", "auth", "permissions", "heartbeat")
"""Layers whose own steps, if they open a connection at all, do the client's work on it."""


class Opened:
    """The connections of one run, told by the probes' threads as they open them."""

    def __init__(self) -> None:
        self._sources: list[Source] = []  # appending is atomic; read once, when the probes have ended

    def by(self, probe: Probe) -> Callable[[Connection], None]:
        works = not probe.deciding and probe.layer in _WORK

        def note(connection: Connection) -> None:
            if len(self._sources) < MAX_SOURCES:
                at = time.time() - connection.age_ms / 1000
                self._sources.append(Source(connection.local_port, connection.local_ip, probe.id, at, works))

        return note

    def sources(self, main_port: Fact | None) -> tuple[Source, ...]:
        """`main_port` is the source port of the connection that was handed from step to step."""
        found = (
            changed(it, main=it.main or (it.step == "tcp.connect" and it.port == main_port)) for it in self._sources
        )
        return tuple(sorted(found, key=lambda source: source.at))


def trace_of(run_id: str, settings: CheckSettings, opened: Opened, facts: Facts, began: float) -> Trace:
    """Behind a proxy the broker sees the proxy's ports, so ours tell nothing there."""
    sources = () if settings.proxy else opened.sources(facts.get("tcp.local_port"))
    return Trace(run_id, settings.client_id or "", sources, began, time.time())


def observed(
    found: LogFindings, observations: Sequence[Observation], facts: Facts, clean: Callable[[str], str] = str
) -> tuple[tuple[LogMatch, ...], Observation]:
    """The lines with the step that each belongs to, and what the reading adds to the run. `clean` takes secrets out:
    of whole lines, before any of them is cut."""
    broken = next((seen.probe for seen in observations if seen.outcome == "failed" and seen.why is None), "")
    matches = tuple(
        changed(line, text=clean(line.text), step=broken if line.facts and line.step and broken else line.step)
        for line in found.matches
    )
    gained = dict(found.facts)
    evidence = [_line(line) for line in matches if line.facts]
    if found.clock_offset is not None and abs(found.clock_offset) > found.clock_precision:
        gained["log.clock_offset_ms"] = round(found.clock_offset * 1000)
        evidence.append(_clock(found.clock_offset, found.clock_precision))
    summary = _summary(matches, facts)
    outcome: Outcome = "warning" if summary.key == "log.none-of-open" else "passed"
    return matches, Observation("log.lines", "host", outcome, gained, summary, tuple(evidence))


def shown_matches(matches: tuple[LogMatch, ...], verdict: Verdict) -> tuple[LogMatch, ...]:
    """On a healthy endpoint no line stands for a cause: our own look at rights may have been refused on purpose."""
    if verdict.status != "healthy":
        return matches
    return tuple(changed(line, cause=None) for line in matches)


def _line(line: LogMatch) -> Text:
    text = line.text if len(line.text) <= SHOWN_CHARACTERS else line.text[:SHOWN_CHARACTERS] + " …"
    return say("log.line", about=line.facts, file=line.file, line=line.line, text=text)


def _clock(offset: float, precision: float) -> Text:
    key = "log.clock-ahead" if offset > 0 else "log.clock-behind"
    return say(key, about=("log.clock_offset_ms",), seconds=round(abs(offset), 3), precision=round(precision, 3))


def _summary(matches: Sequence[LogMatch], facts: Facts) -> Text:
    own = sum(line.matched_by != "time" for line in matches)
    if own:
        return say("log.found", count=own)
    if matches:
        return say("log.found-by-time", count=len(matches))
    return say("log.none-of-open" if facts.get("path.open") is True else "log.none")
