"""Connections put together from the lines of a log, and tables of who is refused, who drops out, who falls silent."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.log import (
    Ending,
    Fold,
    LogLine,
    LogTables,
    SearchFor,
    Signature,
    Silences,
    Story,
    TableRow,
    message_of,
)
from mqassist.logs.connections import STOPS, ending_of, mention_in
from mqassist.logs.known import PhraseCounter, entry_at
from mqassist.logs.masking import masked
from mqassist.logs.refusals import address_near
from mqassist.logs.teller import Teller

if TYPE_CHECKING:
    from mqassist.logs.document import LogDocument

MAX_LINES = 200_000
"""So many lines are read for stories of a part; a longer part is cut at its end."""
AROUND = 5_000
"""Lines before and after one in which others like it are counted."""
MAX_OPEN = 50_000
MAX_STILL_OPEN = 3
"""Of so many connections of one name the end is looked for in lines that do not name them."""
MAX_LOOKED = 5_000
"""So many refusals without an address get it from the lines around them."""
MAX_ROWS = 500
MAX_NAMES = 60
MAX_SAID = 1_000
MAX_FOUND = 10_000
"""Entries of one connection that are read."""
QUIET_S = 3.0
FEW_FOR_FOLD = 3
STEP, PART = 64, 100
"""Entries, and lines that are read, between two looks at whether anybody still wants it, and whether the screen has to
go first."""


class Stories:
    """For one document."""

    most_lines = MAX_LINES

    def __init__(self, document: LogDocument) -> None:
        self._document = document

    def between(self, first: int, last: int, token: CancelToken) -> list[Story]:
        """Those of a part of the log, by line numbers. Raises Cancelled."""
        teller = Teller(self._document.known)
        for entry in self._entries(first, min(last, first + MAX_LINES - 1), token):
            teller.take(entry)
        return teller.stories()

    def _entries(self, first: int, last: int, token: CancelToken) -> Iterable[list[LogLine]]:
        entry: list[LogLine] = []
        for begin in range(first, last + 1, PART):
            token.check()
            for line in self._document.lines(begin, min(PART, last - begin + 1)):
                if entry and not line.continuation:
                    yield entry
                    entry = []
                entry.append(line)
        if entry:
            yield entry

    def of_line(self, line: int, token: CancelToken) -> Story | None:
        """The story that a line belongs to, from the whole log. Takes as long as a search; raises Cancelled."""
        entry = entry_at(self._document, line)
        if not entry:
            return None
        mention = mention_in(message_of(entry), entry[0].source)
        name = mention.process or mention.peer or mention.client or entry[0].source
        if not name:
            return None
        stories = self.of_connection(name, token)
        return next(
            (story for story in stories if any(event.line <= line <= event.last_line for event in story.events)), None
        )

    def of_connection(self, name: str, token: CancelToken) -> list[Story]:
        """All stories of a peer, an Erlang pid or a client id. Raises Cancelled."""
        stories = self._told(self._entries_with(SearchFor(name), token), name)
        # lines that do not have the name are found by the peers and processes of those that have it
        others = {part for story in stories for part in (story.peer, story.process) if part} - {name}
        if others and name != next((story.process for story in stories), ""):
            pattern = "|".join(re.escape(part) for part in (name, *sorted(others)[:MAX_NAMES]))
            stories = self._told(self._entries_with(SearchFor(pattern, regex=True), token), name)
        still = [story for story in stories if story.ending == "open"][-MAX_STILL_OPEN:]
        return [self._with_end(story, token) if story in still else story for story in stories]

    def _told(self, entries: Iterable[Sequence[LogLine]], name: str) -> list[Story]:
        teller = Teller(self._document.known)
        for entry in entries:
            teller.take(entry)
        return [story for story in teller.stories() if name in (story.peer, story.process, story.client)]

    def _with_end(self, story: Story, token: CancelToken) -> Story:
        """As lines tell it that do not name it: Mosquitto refuses without a name, and a broker that stops ends all."""
        first, last = story.events[0].line, story.events[-1].last_line
        for near in self.between(first, first + AROUND, token):
            if near.events[0].line == first and near.ending != "open" and near.events[-1].last_line >= last:
                return near
        for hits in self._document.search(SearchFor(STOPS, regex=True), token, last + 1):
            for number in hits.lines[:1]:
                lines = (*(event.line for event in story.events), number)
                name = story.peer or story.process or story.client
                return next(iter(self._told([entry_at(self._document, line) for line in lines], name)), story)
        return story

    def _entries_with(self, search: SearchFor, token: CancelToken) -> Iterable[list[LogLine]]:
        done = count = 0
        for hits in self._document.search(search, token):
            for number in hits.lines:
                if number > done and (entry := entry_at(self._document, number)):
                    token.check()
                    yield entry
                    done = entry[-1].number
                    count += 1
            if count > MAX_FOUND:
                return

    # -- tables over the whole log ------------------------------------------------------------

    def tables(self, token: CancelToken) -> LogTables:
        """Reads what our phrases know. Indexes first; raises Cancelled."""
        return self.survey(token)[1]

    def survey(self, token: CancelToken) -> tuple[list[Signature], LogTables]:
        """All known phrases and the tables, in one go over the log. Indexes first; raises Cancelled."""
        document = self._document
        document.settle(token)
        phrases = document.known.phrases
        refused, closers, silent = _Counter(), _Counter(), _Counter()
        counter = PhraseCounter(phrases)
        endings: dict[int, Ending | None] = {}
        looked = 0
        for spots in document.known.spots(document, token):
            counter.count(spots)
            for at, spot in enumerate(spots):
                if not at % STEP:
                    token.check()
                phrase = phrases[spot.phrase]
                says = _said(document, spot.raw)
                mention = mention_in(says)
                address = mention.peer.rpartition(":")[0].strip("[]")
                if phrase.cause in _REFUSALS or any(name == "log.refusal" for name, _ in phrase.gives):
                    found = phrase.pattern.search(says)
                    user = str(phrase.facts(found).get("log.refused_user", "")) if found else ""
                    if not address and looked < MAX_LOOKED:
                        looked += 1
                        address = address_near(document, spot.line)
                    refused.count(user or mention.user or mention.client, address, phrase.cause, spot.line + 1)
                    continue
                if spot.phrase not in endings:  # what a phrase says of an end, it always says
                    endings[spot.phrase] = ending_of(says)
                ending = endings[spot.phrase]
                who = mention.client or mention.user
                if ending == "heartbeat":
                    silent.count(who or address, address if who else "", phrase.cause, spot.line + 1)
                if ending in ("dropped", "failed", "heartbeat", "replaced") and mention.names_one:
                    closers.count(who or address, address if who else "", phrase.cause, spot.line + 1)
        return counter.signatures(), LogTables(refused.taken(), closers.taken(), silent.taken())

    def checks_between(self, first: int, last: int, token: CancelToken) -> list[Fold]:
        """Health checks among these lines that stand near each other, for a view that folds them. Raises Cancelled."""
        from mqassist.logs.health import health_checks

        return health_checks(self._document, first, last, token)

    def silences(self, line: int, token: CancelToken) -> Silences:
        """Why connections fell silent around a line. Some seconds at most; raises Cancelled."""
        from mqassist.logs.silences import silences_of

        last = min(self._document.line_count, line + AROUND)
        return silences_of(self.between(max(1, line - AROUND), last, token))

    @staticmethod
    def folds(stories: Sequence[Story]) -> list[Fold]:
        """Connections that only looked whether the port is open, by address."""
        by_address: dict[str, list[Story]] = {}
        for story in stories:
            if _is_health_check(story):
                by_address.setdefault(story.address, []).append(story)
        found = []
        for address, checks in by_address.items():
            if len(checks) >= FEW_FOR_FOLD:
                lines = sorted(
                    line for story in checks for event in story.events
                    for line in range(event.line, event.last_line + 1)
                )  # fmt: skip
                found.append(Fold(address, len(checks), lines[0], lines[-1], tuple(lines)))
        return sorted(found, key=lambda fold: fold.first_line)


def _said(document: LogDocument, raw: bytes) -> str:
    """The beginning of an entry, with its prefix where that does no harm: reading each line takes much longer."""
    if raw.startswith(b"{"):  # in JSON nothing is written as it was said
        return message_of(document.parser.parse(raw.rstrip(b"\n").split(b"\n"), 1))[:MAX_SAID]
    text = raw[:MAX_SAID].decode(document.encoding, "replace")
    if document.format == "mosquitto" and (stamp := _MOSQUITTO_STAMP.search(text, 0, 200)):
        return text[stamp.end() :]  # what it says of whom is told by how it begins
    return text


_MOSQUITTO_STAMP = re.compile(r"(?:\d{10}|\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[+-]\d{4}|Z)?): ")
_REFUSALS = ("auth.bad-credentials", "mqtt.bad-credentials", "auth.guest-remote")


def _is_health_check(story: Story) -> bool:
    """Opened and gone at once, without a name, a login or a cause worth telling."""
    if story.user or story.client or not story.address or story.ending in ("open", "refused", "heartbeat", "stopped"):
        return False
    if story.ending == "failed" and story.cause != "amqp.handshake-timeout":  # it said something, and that was wrong
        return False
    kinds = {event.kind for event in story.events}
    brief = story.seconds is not None and story.seconds <= QUIET_S
    return brief and "opened" in kinds and kinds <= {"opened", "closed", "failed", "said"}


class _Counter:
    """Counts by name: how often, the first line and the last. Of texts and numbers only: 50,000 objects that Python
    has to look after would keep the interpreter from the screen when they are looked through, and when they go."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._counts, self._firsts, self._lasts = array("q"), array("q"), array("q")

    def count(self, who: str, where: str, cause: str | None, line: int) -> None:
        key = _APART.join((who, where, cause or ""))
        at = self._places.get(key)
        if at is not None:
            self._counts[at] += 1
            self._lasts[at] = line
        elif len(self._places) < MAX_OPEN:
            self._places[key] = len(self._places)
            self._counts.append(1)
            self._firsts.append(line)
            self._lasts.append(line)

    def taken(self) -> tuple[TableRow, ...]:
        """The most frequent first. Nothing is left in it."""
        import numpy as np

        best = np.lexsort((np.array(self._firsts), -np.array(self._counts)))[:MAX_ROWS].tolist()
        rows: dict[int, TableRow | None] = dict.fromkeys(best)
        while self._places:  # one after the other, so that the screen may have its turn
            key, at = self._places.popitem()
            if at in rows:
                who, where, cause = key.rsplit(_APART, 2)
                rows[at] = TableRow(
                    masked(who), where, cause or None, self._counts[at], self._firsts[at], self._lasts[at]
                )  # fmt: skip
        return tuple(row for row in rows.values() if row is not None)


_APART = "\0"
