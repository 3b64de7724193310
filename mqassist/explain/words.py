"""Which words a text must hold before a pattern can match: read from the pattern itself, so that nobody writes them.

A line is looked at by a pattern only if it holds one of these words; that makes hundreds of patterns affordable.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

_COMMON = frozenset((
    "connection", "connect", "client", "server", "error", "failed", "failure", "closed", "the", "to", "of", "from",
    "for", "a", "an", "in", "on", "is", "not", "by", "be", "with", "at", "and", "was", "has", "exception", "message",
    "reason", "code", "http", "tcp", "ssl", "tls", "mqtt", "amqp", "rabbitmq", "broker", "could", "user", "name",
    "socket", "no", "info", "warning", "file",
))  # fmt: skip
"""Words that every log is full of: another word of the same pattern is the better key."""
KEYS_FORMAT = 6
"""Grows with every change of what is made here: keys are kept in a cache."""
PART = "~"
"""Begins a key that may stand inside a longer word."""
EXACT = "="
"""Begins a key of other signs than ASCII letters."""
SHORTEST_PART = 4
SHORTEST_EXACT = 6
"""For figures; of Chinese, two signs are enough."""
_MOST = 4_000
"""Spellings of one pattern that are looked at; beyond, its optional parts count as unknown."""
_UNKNOWN = "\0"
FIRST_LINE = 60
"""Characters of a spelling that surely stand in the line where a match begins."""

Keys = frozenset[str]


def required_words(pattern: str) -> Keys | None:
    """Lower-case keys of which a match holds at least one; None if the pattern requires nothing that could be one.

    A key is a run of ASCII letters: a whole word, or with PART before it a piece of one; or with EXACT before it
    letters of other scripts or figures as they stand. A pattern is taken to begin and to end between two words.
    """
    parser: Any = importlib.import_module("re._parser")
    spellings = _expand(list(parser.parse(pattern, re.IGNORECASE)))
    keys: set[str] = set()
    for spelling in spellings:
        # a line is looked at by its own words: what stands late in a pattern may be in the next line
        first = spelling.partition("\n")[0]
        found = _uncommon(_keys_of(f" {first[:FIRST_LINE]}{_UNKNOWN if len(first) > FIRST_LINE else ' '}"))
        found = found or _keys_of(f" {spelling} ")
        if not found:
            return None
        if not keys & found.keys():
            keys.add(max(found, key=lambda key: found[key]))
    return frozenset(keys)


def _keys_of(spelling: str) -> dict[str, tuple[bool, bool, int]]:
    """Each possible key and its worth: no common word, a whole one, a long one."""
    found = {}
    for match in re.finditer("[a-z]+", spelling):
        word = match[0]
        whole = spelling[match.start() - 1] != _UNKNOWN and spelling[match.end()] != _UNKNOWN
        if whole and len(word) > 1:
            found[word] = (word not in _COMMON, True, len(word))
        elif len(word) >= SHORTEST_PART:
            found[PART + word] = (word not in _COMMON, False, len(word))
    if not found:
        for run in re.findall(f"[^ {_UNKNOWN}]+", spelling):
            if len(run) >= (SHORTEST_EXACT if run.isascii() else 2):
                found[EXACT + run] = (True, False, len(run))
    return found


def _uncommon(found: dict[str, tuple[bool, bool, int]]) -> dict[str, tuple[bool, bool, int]]:
    return {key: worth for key, worth in found.items() if worth[0] and worth[1]}


def _expand(items: list[Any]) -> list[str]:
    """The pattern's spellings: letters as they are, a blank for what is surely no letter, _UNKNOWN for the rest."""
    spellings = [""]
    for kind, value in items:
        choices = _choices(str(kind), value)
        if len(spellings) * len(choices) > _MOST:
            choices = [_UNKNOWN]
        if choices != [""]:
            spellings = [spelling + choice for spelling in spellings for choice in choices]
    return list(dict.fromkeys(spellings))


def _choices(kind: str, value: Any) -> list[str]:
    if kind == "LITERAL":
        return [_letter(value)]
    if kind == "IN":
        return _set(value)
    if kind == "AT":
        return [_UNKNOWN] if str(value) == "AT_NON_BOUNDARY" else [" "]
    if kind == "SUBPATTERN":
        return _expand(list(value[-1]))
    if kind == "ATOMIC_GROUP":
        return _expand(list(value))
    if kind == "BRANCH":
        return list(dict.fromkeys(spelling for branch in value[1] for spelling in _expand(list(branch))))
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _repeated(value)
    if kind == "ASSERT" and value[0] == 1:
        return [_UNKNOWN + spelling + _UNKNOWN for spelling in _expand(list(value[1]))]
    return [""] if kind in ("ASSERT", "ASSERT_NOT") else [_UNKNOWN]


def _repeated(value: Any) -> list[str]:
    least, most, inner = value[0], value[1], _expand(list(value[2]))
    if least == 0 and inner != ["\n"]:
        return ["", *inner] if most == 1 else [_UNKNOWN]
    if inner in ([" "], ["\n"]):
        return inner
    return inner if least == most == 1 else [spelling + _UNKNOWN for spelling in inner]


def _set(parts: Any) -> list[str]:
    if {"CATEGORY_SPACE", "CATEGORY_NOT_SPACE"} <= {str(value) for _, value in parts}:
        return ["\n"]  # anything at all: what follows may be in another line
    if all(str(kind) == "LITERAL" for kind, _ in parts):
        letters = list(dict.fromkeys(_letter(value) for _, value in parts))
        return letters if len(letters) <= 4 else [_UNKNOWN]
    return [_UNKNOWN] if any(_may_be_letter(str(kind), value) for kind, value in parts) else [" "]


def _letter(code: int) -> str:
    sign = chr(code).lower()
    return sign if len(sign) == 1 and sign != _UNKNOWN else " "


def _may_be_letter(kind: str, value: Any) -> bool:
    if kind == "LITERAL":
        return chr(value).isalpha()
    if kind == "RANGE":
        return not (value[1] < ord("A") or value[0] > ord("z"))
    if kind == "CATEGORY":
        return str(value) not in ("CATEGORY_SPACE", "CATEGORY_DIGIT")
    return True
