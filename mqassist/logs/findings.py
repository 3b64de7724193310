"""A run's own lines in the broker's logs, and the facts they add to its verdict."""

from __future__ import annotations

import time
from collections.abc import Sequence

from mqassist.core.cancel import CancelToken
from mqassist.core.facts import Fact
from mqassist.core.report import LogFindings, LogMatch, ReadLogs, Trace
from mqassist.logs.correlate import correlate
from mqassist.logs.formats import Format, detect, read_entries
from mqassist.logs.phrases import Phrase, match
from mqassist.logs.tail import Mark, mark, read_since

PATIENCE_S = 0.6
"""Brokers write their log a little after they answer."""
MAX_MATCHES = 200


class LogReader:
    """Reads what brokers wrote about a run. Built once; used by many runs at once."""

    def __init__(self, formats: Sequence[Format], phrases: Sequence[Phrase]) -> None:
        self._formats = formats
        self._phrases = phrases

    def watch(self, paths: Sequence[str]) -> ReadLogs:
        """Marks where these logs end now; the answer reads what a run added. Raises UserError."""
        marks = mark(paths)
        return lambda trace, token: self.findings(marks, trace, token)

    def findings(self, marks: Sequence[Mark], trace: Trace, token: CancelToken) -> LogFindings:
        """Waits up to PATIENCE_S for lines of this run to appear. Raises Cancelled."""
        end = time.monotonic() + PATIENCE_S
        while True:
            found = self._read(marks, trace)
            if any(line.matched_by != "time" for line in found.matches) or time.monotonic() >= end:
                return found
            token.sleep(0.1)

    def _read(self, marks: Sequence[Mark], trace: Trace) -> LogFindings:
        matches: list[LogMatch] = []
        facts: dict[str, Fact] = {}
        offset: float | None = None
        for begun in marks:
            part = read_since(begun)
            if part is None:
                continue
            entries = list(read_entries(part.lines, detect(part.lines, self._formats), part.first_line))
            ours = correlate([entry for entry in entries if entry.last_line >= part.new_from], trace)
            offset = ours.clock_offset if offset is None else offset
            for found in ours.matches[:MAX_MATCHES]:
                phrase = match(found.entry.text, self._phrases)
                cause = None if phrase is None else phrase[0].cause
                matches.append(LogMatch(begun.path, found.entry.line, found.entry.text, cause, found.by))
                if phrase is not None and found.by != "time":
                    for name, value in phrase[0].facts(phrase[1]).items():
                        facts.setdefault(name, value)
        return LogFindings(tuple(matches), facts, offset)
