"""What our phrases know of a log: one entry explained, all of them found and counted. Reads documents, knows no files.

Lines whose stated level is info or debug carry no phrase, unless a phrase says that it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mqassist.core.cancel import CancelToken
from mqassist.core.log import KnownLine, LogLine, Signature
from mqassist.logs.finder import NONE, PhraseFinder, QuickMatch
from mqassist.logs.levels import CODES, CONTINUES, LEVEL_BITS
from mqassist.logs.phrases import MAX_MATCHED, Phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.document import LogDocument
    from mqassist.logs.formats import Format

MAX_ENTRY_LINES = 400
MAX_ENTRY = 1 << 16
GROUP = 1 << 19
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

    def explain(self, document: LogDocument, line: int) -> KnownLine | None:
        """The entry that a line belongs to, if a phrase knows it."""
        entry = entry_at(document, line)
        return self.of_entry(entry) if entry else None

    def of_entry(self, entry: Sequence[LogLine], phrase: Phrase | None = None) -> KnownLine | None:
        """Of a whole entry; with `phrase` if it is this one."""
        text = "\n".join(line.text for line in entry)
        if phrase is None:
            found = self._quick.match(text)
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

    def signatures(self, document: LogDocument, token: CancelToken) -> list[Signature]:
        """How often each phrase occurs, most frequent first."""
        counter = PhraseCounter(self.phrases)
        for spots in self.spots(document, token):
            counter.count(spots)
        return counter.signatures()

    def spots(self, document: LogDocument, token: CancelToken, begin: int = 0) -> Iterator[list[Spot]]:
        """The entries that are known, from a block on, in batches of about half a megabyte of log."""
        index, finder = document.index, PhraseFinder(self._quick)
        loud = _loud(document.form, self.phrases)
        buffer = bytearray(2 * GROUP)
        block, count = begin, len(index.block_offsets)
        while block < count:
            token.check()
            end = block + 1
            offset, _, line, after = index.extent(block)
            while end < count and index.block_offsets[end] - offset < GROUP:
                after = index.extent(end)[3]
                end += 1
            # an entry may go on beyond the group: the lines that continue it are taken along
            codes = index.levels[line : after + MAX_ENTRY_LINES]
            wanted = _wanted(codes[: after - line], loud)
            if len(wanted):
                length = index.extent(end - 1)[1] - offset + MAX_ENTRY
                if length > len(buffer):
                    length = len(buffer)  # a line of any length: what begins after it is in the next group
                with memoryview(buffer) as view:
                    length = document.store.read_into(offset, view[:length])
                yield self._spots_in(document, finder, buffer, length, line, codes, wanted)
            block = end
        last = document.line_count
        if last > index.line_count:
            entry = document.raw(last, 1)
            place = finder.ask(b"", "\n".join(each.text for each in document.parser.parse(entry, last)))
            if place != NONE:
                yield [Spot(last - 1, 1, place, entry[0])]

    def _spots_in(self, document: LogDocument, finder: PhraseFinder, data: bytearray, length: int, line: int,
                  codes: NDArray[np.uint8], wanted: NDArray[np.int64]) -> list[Spot]:  # fmt: skip
        import numpy as np

        ends = np.flatnonzero(np.frombuffer(data, np.uint8)[:length] == 10)
        starts = np.concatenate(([0], ends + 1))
        heads = np.flatnonzero((codes & CONTINUES) == 0)
        after = np.append(heads, len(codes))[np.searchsorted(heads, wanted, side="right")]
        after = np.minimum(after, len(starts) - 1)
        wanted = wanted[wanted < after]
        after = after[-len(wanted) :] if len(wanted) else after
        found: list[Spot] = []
        shape_of, known = finder.shape, document.parser
        spans = zip(wanted.tolist(), after.tolist(), starts[wanted].tolist(), starts[after].tolist(), strict=False)
        for first, last, begin, end in spans:
            raw = bytes(data[begin : min(end, begin + MAX_ENTRY)])
            shape, place = shape_of(raw)
            if place < NONE:
                text = "\n".join(each.text for each in known.parse(raw.rstrip(b"\n").split(b"\n"), 1))
                place = finder.ask(shape, text)
            if place != NONE:
                found.append(Spot(line + first, last - first, place, raw))
        return found


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
        if any(phrase.at_info for phrase in phrases if phrase.id.startswith(broker)):
            heard.add(CODES["info"])
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
