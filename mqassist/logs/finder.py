"""Finds which phrase a message is, quickly for many messages: messages that differ in numbers only are asked once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from mqassist.logs.literals import Needs, literals_of, needs_of
from mqassist.logs.phrases import MAX_MATCHED, Phrase

NONE = -1
_LOOK = -2
MAX_SHAPES = 100_000
_DIGITS = b"0123456789"
_PARTS = re.compile(r"\\.|\{\d*(?:,\d*)?\}|\[\^?\]?[^\]]*\]|\(\?P<\w+>|\d+", re.DOTALL)
_SOME_DIGITS = re.compile(r"\[\^?[\d-]+\]")


class QuickMatch:
    """The same answers as `phrases.match`, at a hundredth of its cost. Any thread may ask."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self.needs: tuple[Needs, ...] = tuple(needs_of(phrase.pattern) for phrase in phrases)
        self._asked = tuple((at, literals_of(needs)) for at, needs in enumerate(self.needs))
        self._without = tuple(at for at, literals in self._asked if not literals)

    def match(self, text: str, automaton: Any = None) -> tuple[int, re.Match[str]] | None:
        """The place of the first phrase that is found in a message, and where. `automaton` is what `automaton` made,
        for one thread."""
        text = text[:MAX_MATCHED]
        for at in self._possible(text) if automaton is None else self._seen_by(automaton, text):
            if found := self.phrases[at].pattern.search(text):
                return at, found
        return None

    def _possible(self, text: str) -> Iterator[int]:
        for at, literals in self._asked:
            for literal in literals:
                if literal in text:
                    yield at
                    break
            else:
                if not literals:
                    yield at

    def _seen_by(self, automaton: Any, text: str) -> list[int]:
        seen = set(self._without)
        automaton.scan(text.encode("utf-8", "replace"), match_event_handler=lambda at, *_: seen.add(at))
        return sorted(seen)

    def numbers_matter(self, text: str) -> bool:
        """Whether a message that differs from this one in numbers only may be of another phrase."""
        return any(
            any(map(text.__contains__, literals)) and pattern.search(text) for literals, pattern in self._numbered
        )

    @cached_property
    def _numbered(self) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
        loosened = ((phrase.pattern.pattern, _loosened(phrase.pattern.pattern)) for phrase in self.phrases)
        patterns = [re.compile(loose) for strict, loose in loosened if loose != strict]
        return tuple((literals_of(needs_of(pattern)) or ("",), pattern) for pattern in patterns)

    def automaton(self) -> Any:
        """What finds all plain texts of all phrases at once, made in some hundredths of a second; None where there is
        no library for it."""
        try:
            import hyperscan
        except ImportError:
            return None
        pairs = [(at, literal.encode()) for at, literals in self._asked for literal in literals]
        database = hyperscan.Database()
        try:
            database.compile(
                expressions=[literal for _, literal in pairs], ids=[at for at, _ in pairs], elements=len(pairs),
                flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(pairs), literal=True,
            )  # fmt: skip
        except hyperscan.error:
            return None
        return database


class PhraseFinder:
    """For one scan: keeps what it has seen. Not thread safe."""

    def __init__(self, quick: QuickMatch) -> None:
        self._quick = quick
        self._shapes: dict[bytes, int] = {}
        self._automaton = quick.automaton()

    def shape(self, raw: bytes) -> tuple[bytes, int]:
        """The message without its digits, and what is known of such messages: a phrase's place, NONE, or less if it
        has to be asked."""
        shape = raw.translate(None, _DIGITS)
        return shape, self._shapes.get(shape, _LOOK)

    def ask(self, shape: bytes | None, text: str) -> int:
        """The place of the phrase of a message, NONE if none of ours knows it; kept for its shape, if that is given."""
        found = self._quick.match(text, self._automaton)
        place = NONE if found is None else found[0]
        if shape is None:
            return place
        if self._quick.numbers_matter(text):
            return place
        if len(self._shapes) >= MAX_SHAPES:
            self._shapes.clear()
        self._shapes[shape] = place
        return place


def _loosened(pattern: str) -> str:
    """The same pattern for any numbers in place of those that it spells out."""
    return _PARTS.sub(_loose, pattern)


def _loose(part: re.Match[str]) -> str:
    if part[0].isdigit():
        return r"\d+"
    return r"\d" if part[0] != "[0-9]" and _SOME_DIGITS.fullmatch(part[0]) else part[0]
