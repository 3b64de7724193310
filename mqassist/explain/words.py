"""Which words a text must hold before a pattern can match: read from the pattern itself, so that nobody writes them.

A line is looked at by a pattern only if it holds one of these words; that makes thousands of patterns affordable.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from typing import Any

_LETTERS = re.compile(r"[a-z]+")
_COMMON = frozenset(
    "connection connect client server error failed failure closed the to of from for a an in on is not by be with at "
    "and was has exception message reason code http tcp ssl tls mqtt amqp rabbitmq broker could user name socket".split()
)
"""Words that every log is full of: another word of the same pattern is the better key."""

Keys = frozenset[str]


def required_words(pattern: str) -> Keys | None:
    """Lower-case words of which a match holds at least one; None if the pattern requires no whole word.

    Words are runs of ASCII letters. A pattern is taken to begin and to end between two words.
    """
    parser: Any = importlib.import_module("re._parser")
    found = _best(_sequence(list(parser.parse(pattern, re.IGNORECASE)), True, True))
    return None if found is None else frozenset(found)


def _best(options: Iterable[Keys]) -> Keys | None:
    return max(options, key=_worth, default=None)


def _worth(keys: Keys) -> tuple[bool, int, int]:
    """The weakest word decides; of equal ones, the set with fewer words."""
    return not keys & _COMMON, min(len(word) for word in keys), -len(keys)


def _sequence(items: list[Any], opens: bool, closes: bool) -> list[Keys]:
    """Sets of words for one concatenation: each set alone is required. `opens`, `closes`: a word may begin or end at
    its ends."""
    found: list[Keys] = []
    run = ""
    begins_whole = opens
    for at, (kind, value) in enumerate(items):
        name = str(kind)
        if name == "LITERAL":
            run += chr(value)
            continue
        found += _words_of(run, begins_whole, not _may_be_letter(name, value))
        run = ""
        begins_whole = not _may_be_letter(name, value)
        last = at == len(items) - 1
        inner = _inside(name, value, opens and at == 0, closes and last)
        if inner is not None:
            found.append(inner)
    found += _words_of(run, begins_whole, closes)
    return found


def _inside(name: str, value: Any, opens: bool, closes: bool) -> Keys | None:
    if name == "SUBPATTERN":
        return _best(_sequence(list(value[-1]), opens, closes))
    if name == "ATOMIC_GROUP":
        return _best(_sequence(list(value), opens, closes))
    if name == "BRANCH":
        parts = [_best(_sequence(list(branch), opens, closes)) for branch in value[1]]
        return None if any(part is None for part in parts) else frozenset().union(*(part for part in parts if part))
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and value[0] >= 1:
        return _best(_sequence(list(value[2]), False, False))
    if name == "ASSERT" and value[0] == 1:
        return _best(_sequence(list(value[1]), opens, False))
    return None


def _may_be_letter(name: str, value: Any) -> bool:
    """Whether what stands beside a run of literals may continue its last word."""
    if name == "AT":
        return str(value) not in ("AT_BOUNDARY", "AT_BEGINNING", "AT_END", "AT_BEGINNING_STRING", "AT_END_STRING")
    if name == "IN":
        return any(_item_may_be_letter(str(kind), item) for kind, item in value)
    return True


def _item_may_be_letter(kind: str, value: Any) -> bool:
    if kind == "LITERAL":
        return chr(value).isalpha()
    if kind == "RANGE":
        return not (value[1] < ord("A") or value[0] > ord("z"))
    if kind == "CATEGORY":
        return str(value) not in ("CATEGORY_SPACE", "CATEGORY_DIGIT")
    return True


def _words_of(run: str, begins_whole: bool, ends_whole: bool) -> list[Keys]:
    lower = run.lower()
    found = []
    for word in _LETTERS.finditer(lower):
        whole = (word.start() > 0 or begins_whole) and (word.end() < len(lower) or ends_whole)
        if whole and len(word[0]) > 1:
            found.append(frozenset({word[0]}))
    return found
