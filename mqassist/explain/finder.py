"""Finds phrases in long texts: one look at the words of each line, patterns only where a word of theirs stands.

Linear in the text. Lines that differ in figures only are looked at a bounded number of times, endless lines in pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mqassist.core.record import record
from mqassist.explain.sayings import Product, Saying

MAX_LINE = 3_000
"""Characters looked at as one; a longer line is cut into pieces that overlap."""
OVERLAP = 300
AHEAD = 900
"""A phrase may go on in the next lines: so many characters of them are seen."""
SAME_LINES = 40
"""Of lines that differ only in figures, so many are looked at."""
MAX_HITS = 400
MAX_LOOKS = 60_000
"""Patterns tried on one text: a text made of our own words in every order would cost minutes otherwise."""

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
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = {}
        self._by_literal: list[tuple[str, int]] = []
        for at, saying in enumerate(sayings):
            if saying.keys is not None:
                for word in saying.keys:
                    self._by_word.setdefault(word, []).append(at)
            elif saying.literals:
                self._by_literal += [(literal, at) for literal in saying.literals]
            else:
                self._always.append(at)
        self._products = tuple(products)
        self._product_words = {word for product in products for word in product.keys or ()}
        self._words = frozenset(self._by_word)

    def pieces(self, seen: str) -> tuple[list[Piece], dict[int, int]]:
        """Pieces worth a look, and for each how often such a line stood there (by the piece's place in the list)."""
        shapes = seen.encode("utf-8", "replace").translate(_TO_WORDS).split(b"\n")
        known: dict[bytes, int] = {}
        firsts: dict[bytes, int] = {}
        found: list[Piece] = []
        times: dict[int, int] = {}
        wanted = self._words | self._product_words
        start = 0
        for number, (line, shape) in enumerate(zip(seen.split("\n"), shapes, strict=True), 1):
            end = start + len(line)
            if end - start > MAX_LINE:
                found += _cut(seen, start, end, number, wanted)
            elif shape:
                count = known.get(shape, 0)
                known[shape] = count + 1
                if count < SAME_LINES:
                    words = _words(shape) & wanted
                    if words or not line.isascii():
                        firsts.setdefault(shape, len(found))
                        found.append(Piece(start, end, number, words))
            start = end + 1
        for shape, at in firsts.items():
            if known[shape] > SAME_LINES:
                times[at] = known[shape]
        return found, times

    def find(self, seen: str, pieces: Sequence[Piece], times: dict[int, int]) -> list[Hit]:
        """Hits in the order of the text; of phrases that overlap, the one that stands first in the data."""
        hits: list[Hit] = []
        looks = 0
        foreign = [(literal, at) for literal, at in self._by_literal if literal in seen]
        for place, piece in enumerate(pieces):
            candidates = {at for word in piece.words for at in self._by_word.get(word, ())}
            line = seen[piece.start : piece.end]
            if foreign and not line.isascii():
                candidates.update(at for literal, at in foreign if literal in line)
            if not candidates and not self._always:
                continue
            looks += len(candidates)
            if looks > MAX_LOOKS or len(hits) >= MAX_HITS:
                break
            hits += self._in_piece(seen, piece, sorted({*candidates, *self._always}), times.get(place, 1))
        return _distinct(hits)

    def _in_piece(self, seen: str, piece: Piece, candidates: Sequence[int], times: int) -> list[Hit]:
        window = seen[piece.start : piece.end + AHEAD]
        width = piece.end - piece.start
        taken: list[Hit] = []
        for at in candidates:
            saying = self._sayings[at]
            found = saying.pattern.search(window)
            if found is None or found.start() >= width or found.end() == found.start():
                continue
            start, end = piece.start + found.start(), piece.start + found.end()
            if all(end <= other.start or start >= other.end for other in taken):
                taken.append(Hit(saying, start, end, piece.number, found, times))
        return sorted(taken, key=lambda hit: hit.start)

    def products(self, seen: str, pieces: Iterable[Piece]) -> list[tuple[Product, re.Match[str]]]:
        """Each product that the text shows, once, with the match that tells most."""
        best: dict[str, tuple[Product, re.Match[str]]] = {}
        for piece in pieces:
            if not piece.words & self._product_words:
                continue
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


def _words(shape: bytes) -> frozenset[str]:
    return frozenset(shape.decode("ascii", "ignore").split())


def _cut(seen: str, start: int, end: int, number: int, wanted: frozenset[str] | set[str]) -> list[Piece]:
    known: set[frozenset[str]] = set()
    found = []
    for begin in range(start, end, MAX_LINE - OVERLAP):
        part = seen[begin : min(begin + MAX_LINE, end)]
        words = _words(part.encode("utf-8", "replace").translate(_TO_WORDS)) & wanted
        if (words and words not in known) or not part.isascii():
            known.add(words)
            found.append(Piece(begin, begin + len(part), number, words))
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
