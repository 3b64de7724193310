"""Finds phrases in long texts: one look at the words of each line, patterns only where a word of theirs stands.

Linear in the text. Lines that differ in figures only are looked at a bounded number of times, endless lines in pieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mqassist.core.explained import Side
from mqassist.core.record import record
from mqassist.explain.sayings import NEEDS, Product, Saying
from mqassist.explain.speaker import OTHER, reports
from mqassist.explain.words import EXACT, PART

MAX_LINE = 3_000
"""Characters looked at as one; a longer line is cut into pieces that overlap."""
OVERLAP = 300
AHEAD = 900
"""A phrase may go on in the next lines: so many characters of them are seen."""
SAME_LINES = 20
"""Of lines that differ only in figures, so many are looked at."""
LONGEST_WORD = 2_000
"""Letters of one run that are searched: nobody writes more, and megabytes of one letter would cost seconds."""
MAX_PRODUCT_LINES = 2_000
MAX_HITS = 300
MAX_LOOKS = 15_000
"""Patterns tried on one text: a text made of our own words in every order would cost minutes otherwise."""

_NO_BREAK = re.compile(r"\[\^[^\]]*\\n[^\]]*\]")
_GOES_ON = re.compile(r"\\[ns]")
"""What in a pattern may be a line's end, once the signs that are none are taken out."""

_TO_WORDS = bytes(
    code if 97 <= code <= 122 or code == 10 else code + 32 if 65 <= code <= 90 else 32 for code in range(256)
)


@record
class Hit:
    """A phrase found: offsets in the text, the number of its line, how often such a line stood there."""

    saying: Saying
    start: int
    end: int
    line: int
    found: re.Match[str]
    times: int = 1


@record
class Piece:
    """A line, or a part of an endless one. `number` counts from 1."""

    start: int
    end: int
    number: int
    words: frozenset[str]


class Finder:
    """Built once from all phrases; safe to use from several threads."""

    def __init__(self, sayings: Sequence[Saying], products: Sequence[Product]) -> None:
        self._sayings = tuple(sayings)
        self._spans = [_GOES_ON.search(_NO_BREAK.sub("", saying.pattern.pattern)) is not None for saying in sayings]
        self._always = [at for at, saying in enumerate(sayings) if saying.keys is None]
        self._by_key: dict[str, list[int]] = {}
        for at, saying in enumerate(sayings):
            for key in saying.keys or ():
                self._by_key.setdefault(key, []).append(at)
        self._products = tuple(products)
        keys = {*self._by_key, *(key for product in products for key in product.keys or ())}
        self._words = frozenset(key for key in keys if key[0] not in PART + EXACT)
        self._parts = tuple(sorted(key for key in keys if key[0] == PART))
        self._exact = tuple(sorted(key for key in keys if key[0] == EXACT))

    def pieces(self, seen: str) -> tuple[list[Piece], dict[int, int]]:
        """Pieces worth a look, and for each how often such a line stood there (by the piece's place in the list)."""
        blob = seen.encode("utf-8", "replace").translate(_TO_WORDS)
        known: dict[bytes, int] = {}
        kept: list[tuple[int, int, bytes, str]] = []
        start = 0
        for number, (line, shape) in enumerate(zip(seen.split("\n"), blob.split(b"\n"), strict=True), 1):
            if len(line) > MAX_LINE:
                kept.append((start, number, shape, line))
            elif line:
                form = b" ".join(shape.split())  # figures leave gaps of any width
                count = known.get(form, 0)
                known[form] = count + 1
                if count < SAME_LINES:
                    kept.append((start, number, form, line))
            start += len(line) + 1
        return self._worth_a_look(kept, known)

    def _worth_a_look(
        self, kept: Sequence[tuple[int, int, bytes, str]], known: dict[bytes, int]
    ) -> tuple[list[Piece], dict[int, int]]:
        """`kept` are starts, numbers, letters and lines; `known` how often the letters of a line stood there."""
        shapes = b" ".join(
            {word[:LONGEST_WORD] for shape in {shape for _, _, shape, _ in kept} for word in shape.split()}
        )
        lower = "\n".join(line for _, _, _, line in kept).lower()
        keys = _Present(
            self._words,
            tuple((key, part) for key in self._parts if (part := key[1:].encode()) in shapes),
            tuple((key, key[1:]) for key in self._exact if key[1:] in lower),
        )
        found: list[Piece] = []
        times: dict[int, int] = {}
        firsts: set[bytes] = set()
        words_of: dict[bytes, frozenset[str]] = {}
        for start, number, shape, line in kept:
            if len(line) > MAX_LINE:
                found += _cut(line, start, number, keys)
                continue
            words = words_of.get(shape)
            if words is None:
                words = words_of[shape] = keys.of_letters(shape)
            words |= keys.of_signs(line)
            if words:
                if known[shape] > 1 and shape not in firsts:
                    firsts.add(shape)
                    times[len(found)] = known[shape]
                found.append(Piece(start, start + len(line), number, words))
        return found, times

    def find(
        self,
        seen: str,
        pieces: Sequence[Piece],
        times: dict[int, int],
        side: Callable[[str], Side],
        worlds: frozenset[str] = frozenset(NEEDS),
    ) -> list[Hit]:
        """Hits in the order of the text; of phrases that overlap, the one that stands first in the data. `side` tells
        who wrote a line, `worlds` what the text is of: phrases that need another one are not tried."""
        hits: list[Hit] = []
        if OTHER in worlds:
            return hits
        looks = 0
        foreign = {at for at, saying in enumerate(self._sayings) if saying.needs and saying.needs not in worlds}
        for place, piece in enumerate(pieces):
            candidates = {at for key in piece.words for at in self._by_key.get(key, ())} - foreign
            if not candidates and not self._always:
                continue
            looks += len(candidates)
            if looks > MAX_LOOKS or len(hits) >= MAX_HITS:
                break
            if not reports(seen[piece.start : piece.end]):
                continue
            covered = hits[-1].end if hits else 0
            hits += self._in_piece(
                seen, piece, sorted({*candidates, *self._always}), times.get(place, 1), side, covered
            )
        return _distinct(hits)

    def _in_piece(
        self, seen: str, piece: Piece, candidates: Sequence[int], times: int, side: Callable[[str], Side], covered: int
    ) -> list[Hit]:
        """`covered` is how far an earlier phrase reaches."""
        line, window = seen[piece.start : piece.end], seen[piece.start : piece.end + AHEAD]
        width = piece.end - piece.start
        taken: list[Hit] = []
        writer: Side | None = None
        for at in candidates:
            saying = self._sayings[at]
            if saying.side:
                writer = writer or side(line)
                if saying.side != writer:
                    continue
            found = saying.pattern.search(window if self._spans[at] else line)
            if found is None or found.start() >= width or found.end() == found.start():
                continue
            start, end = piece.start + found.start(), piece.start + found.end()
            if start >= covered and all(end <= other.start or start >= other.end for other in taken):
                taken.append(Hit(saying, start, end, piece.number, found, times))
        return sorted(taken, key=lambda hit: hit.start)

    def products(self, seen: str, pieces: Sequence[Piece]) -> list[tuple[Product, re.Match[str]]]:
        """Each product that the text shows, once, with the match that tells most."""
        best: dict[str, tuple[Product, re.Match[str]]] = {}
        for piece in pieces[:MAX_PRODUCT_LINES]:
            line = seen[piece.start : piece.end]
            for product in self._products:
                if product.keys is not None and not product.keys & piece.words:
                    continue
                held = best.get(product.id)
                if held is not None and held[1].groupdict().get("version"):
                    continue
                found = product.pattern.search(line)
                if found is not None and (held is None or found.groupdict().get("version")):
                    best[product.id] = (product, found)
        return list(best.values())


@record
class _Present:
    """The keys that the whole text holds: whole words, pieces of words, other signs."""

    words: frozenset[str]
    parts: tuple[tuple[str, bytes], ...]
    exact: tuple[tuple[str, str], ...]

    def of_letters(self, shape: bytes) -> frozenset[str]:
        """Those of the letters of a line."""
        found = self.words.intersection(shape.decode("ascii").split())
        if self.parts:
            found |= {key for key, part in self.parts if part in shape}
        return found

    def of_signs(self, line: str) -> frozenset[str]:
        if not self.exact:
            return frozenset()
        lower = line.lower()
        return frozenset(key for key, sign in self.exact if sign in lower)


def _cut(line: str, start: int, number: int, keys: _Present) -> list[Piece]:
    known: set[frozenset[str]] = set()
    found = []
    for begin in range(0, len(line), MAX_LINE - OVERLAP):
        part = line[begin : begin + MAX_LINE]
        words = keys.of_letters(part.encode("utf-8", "replace").translate(_TO_WORDS)) | keys.of_signs(part)
        if words and words not in known:
            known.add(words)
            found.append(Piece(start + begin, start + begin + len(part), number, words))
    return found


def _distinct(hits: Sequence[Hit]) -> list[Hit]:
    """Without a second finding of the same words where pieces overlap."""
    seen: set[tuple[str, int]] = set()
    found = []
    for hit in hits:
        if (hit.saying.id, hit.end) not in seen:
            seen.add((hit.saying.id, hit.end))
            found.append(hit)
    return found
