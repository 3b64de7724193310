"""What our phrases know of a log: one entry explained, all of them found and counted. Reads documents, knows no files.

Lines whose stated level is info or debug carry no phrase, unless a phrase says that it does.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mqassist.core.cancel import CancelToken
from mqassist.core.log import KnownLine, LogLine, Signature
from mqassist.logs.ahead import PIECE, Ahead, Piece
from mqassist.logs.finder import NONE, PhraseFinder, QuickMatch
from mqassist.logs.index import BLOCK, LineIndex
from mqassist.logs.levels import CODES, CONTINUES, LEVEL_BITS
from mqassist.logs.literals import literals_of
from mqassist.logs.matchers import Matcher, any_of
from mqassist.logs.phrases import MAX_MATCHED, Phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.document import LogDocument
    from mqassist.logs.formats import Format

MAX_ENTRY_LINES = 400
MAX_ENTRY = 1 << 16
SAMPLE = 1 << 17
PART = 8
_QUIET = (CODES["info"], CODES["debug"])


class Spot(NamedTuple):
    """An entry that a phrase knows: its first place, how many lines, the phrase's place, and its bytes."""

    line: int
    lines: int
    phrase: int
    raw: bytes


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
        self._own = threading.local()

    def explain(self, document: LogDocument, line: int) -> KnownLine | None:
        """The entry that a line belongs to, if a phrase knows it."""
        entry = entry_at(document, line)
        return self.of_entry(entry) if entry else None

    def of_entry(self, entry: Sequence[LogLine], phrase: Phrase | None = None) -> KnownLine | None:
        """Of a whole entry; with `phrase` if it is this one."""
        text = "\n".join(line.text for line in entry)
        if phrase is None:
            if not hasattr(self._own, "automaton"):
                self._own.automaton = self._quick.automaton()
            found = self._quick.match(text, self._own.automaton)
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

    def lines(self, document: LogDocument, token: CancelToken) -> Iterator[KnownLine]:
        """Every entry that is known, in order, with what it names."""
        for spots in self.spots(document, token):
            for spot in spots:
                entry = document.parser.parse(spot.raw.split(b"\n")[: spot.lines], spot.line + 1)
                found = self.of_entry(entry, self.phrases[spot.phrase])
                if found is not None:
                    yield found

    def signatures(self, document: LogDocument, token: CancelToken, *, routine: bool = True) -> list[Signature]:
        """How often each phrase occurs, most frequent first. Without `routine` lines of the levels info and debug are
        left out, which takes two thirds of the time."""
        counter = PhraseCounter(self.phrases)
        for spots in self.spots(document, token, routine=routine):
            counter.count(spots)
        return counter.signatures()

    def spots(
        self, document: LogDocument, token: CancelToken, begin: int = 0, *, routine: bool = True
    ) -> Iterator[list[Spot]]:
        """The entries that are known, from a block on, in batches of about two megabytes of log."""
        index, finder = document.index, PhraseFinder(self._quick)
        seldom = _seldom(document, self.phrases) if routine else None
        loud = _loud(document.form, self.phrases)

        def look(data: bytearray, length: int) -> _Seen:
            return _Seen(_starts(data, length), seldom.ends(data, length) if seldom is not None else ())

        try:
            for loaded in Ahead(document.store, _groups(index, begin), look):
                token.check()
                line, block = loaded.piece.line, loaded.piece.block
                lines = index.block_lines[block] - line if block < len(index.block_lines) else index.line_count - line
                # an entry may go on beyond the group: the lines that continue it are taken along
                codes = index.levels[line : line + lines + MAX_ENTRY_LINES]
                group = _Group(loaded.data, loaded.seen.starts, line, lines, codes)
                wanted = _wanted(codes[:lines], loud)
                if len(loaded.seen.hits):
                    wanted = group.with_hits(wanted, loaded.seen.hits)
                if len(wanted):
                    yield group.spots(document, finder, wanted)
        finally:
            if seldom is not None:
                seldom.close()
        last = document.line_count
        if last > index.line_count:
            entry = document.raw(last, 1)
            place = finder.ask(b"", "\n".join(each.text for each in document.parser.parse(entry, last)))
            if place != NONE:
                yield [Spot(last - 1, 1, place, entry[0])]


class _Seen(NamedTuple):
    """Of a group: where its lines begin, and where routine phrases may be."""

    starts: NDArray[np.int64]
    hits: Sequence[int]


def _starts(data: bytearray, length: int) -> NDArray[np.int64]:
    import numpy as np

    ends = np.flatnonzero(np.frombuffer(data, np.uint8)[:length] == np.uint8(10))
    return np.concatenate(([0], ends + 1))


def _groups(index: LineIndex, block: int) -> Iterator[Piece]:
    """Some blocks at a time; `block` of a piece is the one after its last here."""
    offsets = index.block_offsets
    count = len(offsets)
    while block < count:
        begin, _, line, _ = index.extent(block)
        after = max(block + 1, bisect_left(offsets, begin + PIECE - BLOCK, block + 1, count))
        # of a line of any length only the beginning is read: what begins after it is in the next group
        yield Piece(begin, index.extent(after - 1)[1] + MAX_ENTRY, line, after)
        block = after


class _Group:
    """Some blocks of a log: `lines` of them from place `line` on, with the codes of these and of some that follow."""

    def __init__(
        self, data: bytearray, starts: NDArray[np.int64], line: int, lines: int, codes: NDArray[np.uint8]
    ) -> None:
        import numpy as np

        self._data = data
        self._line = line
        self._lines = lines
        self._codes = codes
        self._starts = starts
        self._heads = np.flatnonzero((codes & CONTINUES) == 0)

    def with_hits(self, wanted: NDArray[np.int64], hits: Sequence[int]) -> NDArray[np.int64]:
        """With the entries in which these places are."""
        import numpy as np

        at = np.unique(np.searchsorted(self._starts, np.asarray(hits, np.int64), side="right") - 1)
        heads = (
            self._heads[np.maximum(np.searchsorted(self._heads, at, side="right") - 1, 0)] if len(self._heads) else at
        )
        return np.union1d(wanted, heads[heads < self._lines])

    def spots(self, document: LogDocument, finder: PhraseFinder, wanted: NDArray[np.int64]) -> list[Spot]:
        import numpy as np

        starts, data = self._starts, self._data
        after = np.append(self._heads, len(self._codes))[np.searchsorted(self._heads, wanted, side="right")]
        after = np.minimum(after, len(starts) - 1)
        whole = wanted < after
        wanted, after = wanted[whole], after[whole]
        found: list[Spot] = []
        spans = zip(wanted.tolist(), after.tolist(), starts[wanted].tolist(), starts[after].tolist(), strict=True)
        for first, last, begin, end in spans:
            raw = bytes(data[begin : min(end, begin + MAX_ENTRY)])
            shape, place = finder.shape(raw)
            if place < NONE:
                text = "\n".join(each.text for each in document.parser.parse(raw.rstrip(b"\n").split(b"\n"), 1))
                place = finder.ask(shape, text)
            if place != NONE:
                found.append(Spot(self._line + first, last - first, place, raw))
        return found


def _seldom(document: LogDocument, phrases: Sequence[Phrase]) -> Matcher | None:
    """Looks for the phrases that brokers write as routine, by a text that each of them has."""
    form = document.form
    if form is None or form.levels:
        return None
    broker = form.id.split("-")[0]
    texts = [literals_of(phrase.pattern) for phrase in phrases if phrase.at_info and phrase.id.startswith(broker)]
    every = {text for each in texts for text in each}
    if not every:
        return None
    sample = document.store.read(0, SAMPLE)
    return any_of(sorted({_telling(text.encode(document.encoding, "replace"), sample) for text in every}))


def _telling(text: bytes, sample: bytes) -> bytes:
    """The part of a text that is rarest in a log, and its end above all: by that a text is looked for."""
    parts = [text[at : at + PART] for at in range(max(1, len(text) - PART + 1))]
    return min(parts, key=lambda part: (sample.count(part), sample.count(part[-3:]), sample.count(part[-2:]), part))


def _loud(form: Format | None, phrases: Sequence[Phrase]) -> tuple[bool, ...]:
    """By code: whether an entry of this level may be a phrase of ours.

    A format that reads the level from the words may take some of its own broker's phrases for routine.
    """
    heard = set(range(LEVEL_BITS + 1))
    if form is not None:
        heard -= set(_QUIET)
        broker = form.id.split("-")[0]
        own = [phrase for phrase in phrases if phrase.id.startswith(broker)] if form.levels else []
        heard |= {CODES[form.level_of("", sample)] for phrase in own for sample in phrase.samples}
    return tuple(code in heard for code in range(LEVEL_BITS + 1))


def _wanted(codes: NDArray[np.uint8], loud: tuple[bool, ...]) -> NDArray[np.int64]:
    import numpy as np

    skipped = np.zeros(len(codes), bool)
    for code, heard in enumerate(loud):
        if not heard:
            skipped |= codes == code
    skipped |= (codes & CONTINUES) != 0
    return np.flatnonzero(~skipped)


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
