"""What our phrases know of a log: one entry explained, all of them found and counted. Reads documents, knows no files.

What the scan of a log finds is what asking entry by entry finds; entries that are cut in memory are asked alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from mqassist.core.cancel import CancelToken
from mqassist.core.log import KnownLine, LogLine, Signature, message_of
from mqassist.logs.ahead import PIECE, Ahead, Piece, threads_that_pay
from mqassist.logs.finder import NONE, PhraseFinder, QuickMatch
from mqassist.logs.index import BLOCK, LineIndex
from mqassist.logs.levels import CODES, CONTINUES
from mqassist.logs.phrases import MAX_MATCHED, Phrase
from mqassist.logs.routine import routine_matcher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.document import LogDocument
    from mqassist.logs.matchers import Matcher

MAX_ENTRY_LINES = 400
MAX_ENTRY = 1 << 16
SAID_LINES = 20
"""Of an entry of any length so many lines are kept."""
_QUIET = (CODES["info"], CODES["debug"])


class Spot(NamedTuple):
    """An entry that a phrase knows: its first place, how many lines, the phrase's place, and its bytes, `whole` or
    only the beginning of them."""

    line: int
    lines: int
    phrase: int
    raw: bytes
    whole: bool = True


_Entry = tuple[int, int, bytes | None]
"""The first place of an entry, how many lines, and its bytes; None where it has to be asked alone."""


class PhraseCounter:
    """Counts the entries of one log by phrase."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._phrases = phrases
        self._counts: dict[int, list[int]] = {}

    def count(self, spots: Sequence[Spot]) -> None:
        for spot in spots:
            known = self._counts.get(spot.phrase)
            if known is None:
                self._counts[spot.phrase] = [1, spot.line, spot.line]
            else:
                known[0] += 1
                known[2] = spot.line

    def signatures(self) -> list[Signature]:
        """The most frequent first."""
        ordered = sorted(self._counts.items(), key=lambda each: (-each[1][0], each[1][1]))
        return [
            Signature(self._phrases[at].id, self._phrases[at].cause, count, first + 1, last + 1)
            for at, (count, first, last) in ordered
        ]


class Known:
    """Built once from the phrases; serves many documents at once."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self._quick = QuickMatch(phrases)
        self._free: list[Any] = []
        """What `automaton` made, when nobody uses it: each serves one thread at a time."""

    def explain(self, document: LogDocument, line: int) -> KnownLine | None:
        """The entry that a line belongs to, if a phrase knows it."""
        entry = entry_at(document, line)
        return self.of_entry(entry) if entry else None

    def of_entry(self, entry: Sequence[LogLine], phrase: Phrase | None = None) -> KnownLine | None:
        """Of a whole entry; with `phrase` if it is this one."""
        text = message_of(entry)
        if phrase is None:
            found = self._matched(text)
            if found is None:
                return None
            phrase, hit = self.phrases[found[0]], found[1]
        elif (own := phrase.pattern.search(text[:MAX_MATCHED])) is not None:
            hit = own
        else:
            return None
        facts = tuple((name, value) for name, value in phrase.facts(hit).items() if not isinstance(value, tuple))
        return KnownLine(
            entry[0].number, entry[-1].number, phrase.id, phrase.cause, facts, hit.start(), hit.end()
        )  # fmt: skip

    def warm_up(self) -> None:
        """Makes what the first scan and the first explanation would have to wait for."""
        self._matched("")
        self._quick.numbers_matter("")

    def _matched(self, text: str) -> tuple[int, re.Match[str]] | None:
        try:
            automaton = self._free.pop()
        except IndexError:
            automaton = self._quick.automaton()
        try:
            return self._quick.match(text, automaton)
        finally:
            self._free.append(automaton)

    def lines(self, document: LogDocument, token: CancelToken) -> Iterator[KnownLine]:
        """Every entry that is known, in order, with what it names."""
        for spots in self.spots(document, token):
            for spot in spots:
                if spot.whole:
                    entry = document.parser.parse(spot.raw.split(b"\n")[: spot.lines], spot.line + 1)
                    found = self.of_entry(entry, self.phrases[spot.phrase])
                else:
                    found = self.explain(document, spot.line + 1)
                if found is not None:
                    yield found

    def signatures(self, document: LogDocument, token: CancelToken, *, routine: bool = True) -> list[Signature]:
        """How often each phrase occurs, most frequent first. Without `routine` lines of the levels info and debug are
        left out, which takes two thirds of the time."""
        counter = PhraseCounter(self.phrases)
        for spots in self.spots(document, token, routine=routine):
            counter.count(spots)
        return counter.signatures()

    def spots(self, document: LogDocument, token: CancelToken, *, routine: bool = True) -> Iterator[list[Spot]]:
        """The entries that are known, in order, in batches of about two megabytes of log. Raises Cancelled."""
        finder = PhraseFinder(self._quick)
        last: Spot | None = None
        for spots in self._in_groups(document, finder, token, routine):
            if spots:
                yield spots[:-1] if last is None else [last, *spots[:-1]]
                last = spots[-1]
        if document.line_count > document.index.line_count:  # the line that has not ended may continue the last entry
            entry = entry_at(document, document.line_count)
            if entry and last is not None and entry[0].number == last.line + 1:
                last = None
            alone = None if not entry or entry[0].continuation else _asked_alone(document, finder, entry)
            yield [spot for spot in (last, alone) if spot is not None]
        elif last is not None:
            yield [last]

    def _in_groups(
        self, document: LogDocument, finder: PhraseFinder, token: CancelToken, routine: bool
    ) -> Iterator[list[Spot]]:
        seldom = routine_matcher(document.store, document.form, self._quick.needs) if routine else None
        # in a text of no format that we know each line is as good as any other
        quiet: Sequence[int] = _QUIET if document.form is not None or seldom is None else (*_QUIET, CODES["unknown"])
        if routine and seldom is None:
            quiet = ()
        twins = (None if seldom is None else seldom.twin() for _ in range(1, threads_that_pay()))
        matchers = [seldom, *twins]
        looks = [partial(_entries_to_ask, document.index, matcher, quiet) for matcher in matchers]
        try:
            for _, entries in Ahead(document.store, _groups(document.index), looks, token):
                yield _spots(document, finder, entries, token)
        finally:
            for matcher in matchers:
                if matcher is not None:
                    matcher.close()


BETWEEN_CHECKS = 64
"""Entries that are asked at a stretch, some 0.1 ms each if their shape is new."""


def _entries_to_ask(
    index: LineIndex, seldom: Matcher | None, quiet: Sequence[int], piece: Piece, data: bytearray, length: int
) -> list[_Entry]:  # fmt: skip
    """Of a group: those that are not quiet, and those that have what `seldom` finds. Overwrites the data."""
    line, block = piece.line, piece.block
    lines = index.block_lines[block] - line if block < len(index.block_lines) else index.line_count - line
    # an entry may go on beyond the group: the lines that continue it are taken along
    group = _Group(data, length, line, lines, index.levels[line : line + lines + MAX_ENTRY_LINES])
    entries = group.take_loud(quiet)
    if seldom is not None:
        entries += group.take_with(seldom.ends(data, length))
        entries.sort()
    return entries


def _spots(
    document: LogDocument, finder: PhraseFinder, entries: Sequence[_Entry], token: CancelToken
) -> list[Spot]:  # fmt: skip
    found: list[Spot] = []
    for at, (line, lines, raw) in enumerate(entries):
        if not at % BETWEEN_CHECKS:
            token.check()
        if raw is None:
            spot = _asked_alone(document, finder, entry_at(document, line + 1))
            if spot is not None:
                found.append(spot)
            continue
        shape, place = finder.shape(raw)
        if place < NONE:
            place = finder.ask(shape, message_of(document.parser.parse(raw.rstrip(b"\n").split(b"\n"), 1)))
        if place != NONE:
            found.append(Spot(line, lines, place, raw))
    return found


def _groups(index: LineIndex) -> Iterator[Piece]:
    """Some blocks at a time; `block` of a piece is the one after its last here."""
    offsets = index.block_offsets
    block, count = 0, len(offsets)
    while block < count:
        begin, _, line, _ = index.extent(block)
        after = max(block + 1, bisect_left(offsets, begin + PIECE - BLOCK, block + 1, count))
        # of a line of any length only the beginning is read: what begins after it is in the next group
        yield Piece(begin, index.extent(after - 1)[1] + MAX_ENTRY, line, after)
        block = after


class _Group:
    """Some blocks of a log: `lines` of them from place `line` on, with the codes of these and of some that follow."""

    def __init__(self, data: bytearray, length: int, line: int, lines: int, codes: NDArray[np.uint8]) -> None:
        import numpy as np

        ends = np.flatnonzero(np.frombuffer(data, np.uint8)[:length] == np.uint8(10))
        self._data = data
        self._line = line
        self._codes = codes
        self._starts = np.concatenate(([0], ends + 1))
        self._heads = np.flatnonzero((codes & CONTINUES) == 0)
        own = self._heads[: int(np.searchsorted(self._heads, lines))]
        self._left = own
        """The heads of the entries that begin in the group and were not taken yet."""

    def take_loud(self, quiet: Sequence[int]) -> list[_Entry]:
        """Those of other levels, and the one of which not all is here. They are wiped out: what is looked for
        afterwards is not found in them, and each hit would cost."""
        import numpy as np

        heads = self._left
        loud = ~np.isin(self._codes[heads], quiet) | self._are_cut(heads, self._ends(heads))
        self._left = heads[~loud]
        return self._taken(heads[loud])

    def take_with(self, hits: Sequence[int]) -> list[_Entry]:
        """Those in which these places are."""
        import numpy as np

        at = np.searchsorted(self._starts, np.asarray(hits, np.int64), side="right") - 1
        owners = np.searchsorted(self._heads, at, side="right") - 1
        return self._taken(self._left[np.isin(self._left, self._heads[owners[owners >= 0]])])

    def _taken(self, wanted: NDArray[np.int64]) -> list[_Entry]:
        import numpy as np

        starts, data = self._starts, self._data
        ends = self._ends(wanted)
        alone = self._are_cut(wanted, ends)
        begins, stops = starts[np.minimum((wanted, ends), len(starts) - 1)]
        alone |= stops - begins > MAX_ENTRY
        raws: list[bytes | None] = []
        for begin, stop, is_alone in zip(begins.tolist(), stops.tolist(), alone.tolist(), strict=True):
            if is_alone:
                raws.append(None)
            else:
                raws.append(bytes(data[begin:stop]))
                data[begin:stop] = bytes(stop - begin)
        return list(zip((wanted + self._line).tolist(), (ends - wanted).tolist(), raws, strict=True))

    def _ends(self, heads: NDArray[np.int64]) -> NDArray[np.int64]:
        """The line after each of these entries."""
        import numpy as np

        return np.append(self._heads, len(self._codes))[np.searchsorted(self._heads, heads, side="right")]

    def _are_cut(self, heads: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether not all lines of an entry are in memory, or more than are looked at."""
        cut: NDArray[np.bool_] = (ends > len(self._starts) - 1) | (ends - heads > MAX_ENTRY_LINES)
        return cut


def _asked_alone(document: LogDocument, finder: PhraseFinder, entry: Sequence[LogLine]) -> Spot | None:
    place = finder.ask(None, message_of(entry))
    if place == NONE:
        return None
    raw = b"\n".join(document.raw(entry[0].number, min(len(entry), SAID_LINES)))
    return Spot(entry[0].number - 1, len(entry), place, raw, whole=False)


def entry_at(document: LogDocument, line: int) -> list[LogLine]:
    """All lines of the entry that a line belongs to, 400 at most."""
    if not 1 <= line <= document.line_count:
        return []
    index = document.index
    place = line - 1
    if place >= index.line_count:  # the line that has not ended: it may continue the entry above
        last = document.lines(line, 1)
        if not last or not last[0].continuation or not index.line_count:
            return last
        place = index.line_count - 1
    head = index.head_of(place)
    end = min(index.end_of(place), head + MAX_ENTRY_LINES)
    found = document.lines(head + 1, end - head)
    if end == index.line_count and document.line_count > end:
        found += [each for each in document.lines(end + 1, 1) if each.continuation]
    return found if found and found[-1].number >= line else document.lines(line, 1)


def entries_of(document: LogDocument, first: int, last: int) -> list[list[LogLine]]:
    """All entries that lines of this range belong to, each with all its lines."""
    index = document.index
    begin = index.head_of(first - 1) + 1 if first <= index.line_count else first
    end = index.end_of(last - 1) if last <= index.line_count else last
    lines = document.lines(begin, end - begin + 1)
    if end == index.line_count:
        lines += [each for each in document.lines(end + 1, 1) if each.continuation]
    found: list[list[LogLine]] = []
    for line in lines:
        if found and line.continuation:
            found[-1].append(line)
        else:
            found.append([line])
    return found
