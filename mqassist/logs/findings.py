"""A run's own lines in the broker's logs, and the facts they add to its verdict."""

from __future__ import annotations

import time
from collections.abc import Sequence

from mqassist.core.cancel import CancelToken
from mqassist.core.facts import Fact
from mqassist.core.record import record
from mqassist.core.report import LogFindings, LogMatch, ReadLogs, Trace
from mqassist.logs.correlate import Match, Scope, correlate
from mqassist.logs.entry import Entry
from mqassist.logs.formats import Format, detect, read_entries
from mqassist.logs.masking import masked
from mqassist.logs.phrases import Phrase, match
from mqassist.logs.tail import Mark, mark, read_since, sizes

PATIENCE_S = 0.6
QUIET_S = 0.15
"""Brokers write their log a little after they answer, and not all of it at once."""
BUSY, BUSY_S = 60, 5.0
"""So many lines of others since shortly before the run: then the end of the writing cannot be told by silence."""
BUSY_PATIENCE_S = 3.5
"""Erlang holds lines back for up to 2 s while it is never idle (seen: RabbitMQ 3.10.8, OTP 25), on a busy machine a
little more."""
MAX_MATCHES = 200
MAX_TEXT = 4000
"""Characters of one message in a report."""
LONGEST_STATE = 2000
REASON_S = 0.1


@record
class _Reading:
    """`past`: the log has got beyond the end of the run. `expected`: there should be lines, as we were connected."""

    found: LogFindings
    busy: bool
    past: bool
    expected: bool

    def complete(self, waited: float, quiet: float) -> bool:
        if self.busy:
            return self.past or waited >= BUSY_PATIENCE_S
        own = any(line.matched_by != "time" or line.facts for line in self.found.matches)
        if own:
            return quiet >= QUIET_S or waited >= PATIENCE_S
        return waited >= (BUSY_PATIENCE_S if self.expected else PATIENCE_S)


class LogReader:
    """Reads what brokers wrote about a run. Built once; used by many runs at once."""

    def __init__(self, formats: Sequence[Format], phrases: Sequence[Phrase]) -> None:
        self._formats = formats
        self._phrases = phrases
        self._of_more = tuple(phrase for phrase in phrases if phrase.scope != "connection")
        ended = {phrase.ends for phrase in phrases if phrase.ends}
        self._states = tuple(phrase for phrase in phrases if phrase.ends or phrase.id in ended)

    def watch(self, paths: Sequence[str]) -> ReadLogs:
        """Marks where these logs end now; the answer reads what a run added. Raises UserError."""
        marks = mark(paths)
        return lambda trace, token: self.findings(marks, trace, token)

    def findings(self, marks: Sequence[Mark], trace: Trace, token: CancelToken) -> LogFindings:
        """Waits until lines of this run are there and nothing more is written, or until a busy log has got past the
        end of the run; BUSY_PATIENCE_S at most. Raises Cancelled."""
        began = time.monotonic()
        reading, seen = self._read(marks, trace), sizes(marks)
        quiet_since = began
        while not reading.complete(time.monotonic() - began, time.monotonic() - quiet_since):
            token.sleep(0.05)
            if sizes(marks) != seen:
                reading, seen = self._read(marks, trace), sizes(marks)
                quiet_since = time.monotonic()
        return reading.found

    def _read(self, marks: Sequence[Mark], trace: Trace) -> _Reading:
        matches: list[LogMatch] = []
        facts: dict[str, Fact] = {}
        quoted: set[str] = set()
        clock: tuple[float | None, float] = (None, 0.0)
        foreign, past = 0, False
        for begun in marks:
            part = read_since(begun)
            if part is None:
                continue
            entries = list(read_entries(part.lines, detect(part.lines, self._formats), part.first_line))
            ours = correlate(entries, trace, self._scope, part.new_from)
            if clock[0] is None:
                clock = ours.clock_offset, ours.clock_precision
            times = [entry.at - (clock[0] or 0.0) for entry in entries if entry.at is not None]
            foreign += sum(when > trace.began - BUSY_S for when in times) - len(ours.matches)
            past = past or any(when > trace.ended for when in times[-20:])
            found = self._with_reasons(entries, ours.matches)
            told = (*self._standing(entries, part.new_from), *_kept(found))
            matches += [self._told(begun.path, each, facts, quoted) for each in told]
        found_all = LogFindings(tuple(matches), facts, *clock, frozenset(quoted))
        return _Reading(found_all, foreign >= BUSY, past, bool(trace.sources))

    def _scope(self, text: str) -> Scope:
        """What the phrase that explains the line speaks of: general words further down may fit it as well."""
        found = match(text, self._phrases) if match(text, self._of_more) is not None else None
        return "connection" if found is None else found[0].scope

    def _standing(self, entries: Sequence[Entry], new_from: int) -> list[Match]:
        """Alarms that were set before the run and have not been cleared since."""
        held: dict[str, Entry] = {}
        for entry in entries:
            found = match(entry.text, self._states) if len(entry.text) < LONGEST_STATE else None
            if found is not None and found[0].ends:
                held.pop(found[0].ends, None)
            elif found is not None:
                held[found[0].id] = entry
        return [Match(entry, "time", "", True, "broker") for entry in held.values() if entry.last_line < new_from]

    def _with_reasons(self, entries: Sequence[Entry], matches: Sequence[Match]) -> Sequence[Match]:
        """With the line in which RabbitMQ gives the reason just before an MQTT login of ours is refused: another
        process of the broker writes it, about the same user, without naming a connection."""
        known = {each.entry.line for each in matches}
        more: list[Match] = []
        for each in matches:
            phrase = match(each.entry.text, self._phrases) if each.main else None
            if phrase is None or ("log.refusal", "vhost-access") not in phrase[0].gives:
                continue
            user = str(phrase[0].facts(phrase[1]).get("log.refused_user", "")).rpartition(":")[2]
            more += [
                Match(before, "time", each.step, True)
                for before in entries
                if before.line not in known and _just_before(before, each.entry) and self._limits(before.text, user)
            ]
        return sorted((*matches, *more), key=lambda each: each.entry.line)

    def _limits(self, text: str, user: str) -> bool:
        phrase = match(text, self._phrases)
        said = {} if phrase is None else phrase[0].facts(phrase[1])
        return said.get("log.refused_user") == user and str(said.get("log.refusal")).endswith("-limit")

    def _told(self, path: str, found: Match, facts: dict[str, Fact], quoted: set[str]) -> LogMatch:
        """The line as it is reported; what it says of the main connection, or of all, is added to `facts`."""
        entry = found.entry
        phrase = match(entry.text, self._phrases)
        if phrase is None or not found.main or found.scope not in ("connection", phrase[0].scope):
            return LogMatch(path, entry.line, _shown(entry), None, found.by, found.step)
        said = {name: value for name, value in phrase[0].facts(phrase[1]).items() if name not in facts}
        facts.update(said)
        quoted.update(phrase[0].quoted.intersection(said))
        cause = phrase[0].cause
        return LogMatch(path, entry.line, _shown(entry), cause, found.by, found.step, tuple(said))


def _shown(entry: Entry) -> str:
    """What a report may hold.

    seen: RabbitMQ 4.0.5 logs addresses of its backends with their passwords when it debugs.
    """
    return masked(entry.text[:MAX_TEXT])


def _just_before(entry: Entry, other: Entry) -> bool:
    """Within so short a time that the one led to the other."""
    return entry.at is not None and other.at is not None and 0 <= other.at - entry.at <= REASON_S and entry is not other


def _kept(matches: Sequence[Match]) -> Sequence[Match]:
    """The main connection's first: its lines decide, and second probes may have caused many."""
    if len(matches) <= MAX_MATCHES:
        return matches
    first = sorted(matches, key=lambda each: (not each.main, each.by == "time"))[:MAX_MATCHES]
    return sorted(first, key=lambda each: each.entry.line)
