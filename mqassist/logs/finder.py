"""Finds which phrase a message is, quickly for many messages: messages that differ in numbers only are asked once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mqassist.logs.literals import literals_of
from mqassist.logs.phrases import MAX_MATCHED, Phrase

NONE = -1
_LOOK = -2
MAX_SHAPES = 100_000
MANY = 50_000
"""From so many different messages on it pays to compile all phrases into one automaton, which takes a second."""
_DIGITS = b"0123456789"
_PARTS = re.compile(r"\\.|\{\d*(?:,\d*)?\}|\[\^?\]?[^\]]*\]|\(\?P<\w+>|\d+", re.DOTALL)


class QuickMatch:
    """The same answers as `phrases.match`, at a tenth of its cost. Any thread may ask."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self._asked = tuple((at, literals_of(phrase.pattern), phrase) for at, phrase in enumerate(phrases))

    def match(self, text: str) -> tuple[int, re.Match[str]] | None:
        """The place of the first phrase that is found in a message, and where."""
        text = text[:MAX_MATCHED]
        for at, literals, phrase in self._asked:
            for literal in literals:
                if literal in text:
                    break
            else:
                if literals:
                    continue
            if found := phrase.pattern.search(text):
                return at, found
        return None


class PhraseFinder:
    """For one scan: keeps what it has seen. Not thread safe."""

    def __init__(self, quick: QuickMatch) -> None:
        self._quick = quick
        self._phrases = phrases = quick.phrases
        self._shapes: dict[bytes, int] = {}
        self._asked = 0
        self._automaton: Any = None
        loosened = ((phrase.pattern.pattern, _loosened(phrase.pattern.pattern)) for phrase in phrases)
        self._numbers_matter = tuple(re.compile(loose) for strict, loose in loosened if loose != strict)

    def shape(self, raw: bytes) -> tuple[bytes, int]:
        """The message without its digits, and what is known of such messages: a phrase's place, NONE, or less if it
        has to be asked."""
        shape = raw.translate(None, _DIGITS)
        return shape, self._shapes.get(shape, _LOOK)

    def ask(self, shape: bytes, text: str) -> int:
        """The place of the phrase of a message, NONE if none of ours knows it."""
        self._asked += 1
        place = self._place_of(text)
        if any(pattern.search(text) for pattern in self._numbers_matter):
            return place
        if len(self._shapes) >= MAX_SHAPES:
            self._shapes.clear()
        self._shapes[shape] = place
        return place

    def _place_of(self, text: str) -> int:
        if self._asked >= MANY and self._automaton is None:
            self._automaton = _automaton(self._phrases) or False
        if not self._automaton:
            found = self._quick.match(text)
            return NONE if found is None else found[0]
        text = text[:MAX_MATCHED]
        candidates: list[int] = []
        self._automaton.scan(text.encode(), match_event_handler=lambda place, *_: candidates.append(place))
        return next((at for at in sorted(set(candidates)) if self._phrases[at].pattern.search(text)), NONE)


def _loosened(pattern: str) -> str:
    """The same pattern for any numbers in place of those that it spells out."""
    return _PARTS.sub(lambda part: r"\d+" if part[0].isdigit() else part[0], pattern)


def _automaton(phrases: Sequence[Phrase]) -> Any:
    """One that finds every phrase, and perhaps some that are not there; None where there is no library for it."""
    try:
        import hyperscan
    except ImportError:
        return None
    flag = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
    sources = [phrase.pattern.pattern.encode() for phrase in phrases]
    database = hyperscan.Database()
    try:
        database.compile(
            expressions=sources, ids=list(range(len(sources))), elements=len(sources), flags=[flag] * len(sources)
        )
    except hyperscan.error:
        return None
    return database
