"""Plain texts one of which every match of a pattern must hold: looking for them first spares most of the matching."""

from __future__ import annotations

import re
from collections.abc import Sequence

# the parser of the standard library, which `re` itself uses; private by name, the same since CPython 3.11
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

MOST = 16
"""With more alternatives than these there is nothing to gain."""


def literals_of(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """One of these is in every text that the pattern matches; () if that cannot be told, or case is ignored."""
    if pattern.flags & re.IGNORECASE:
        return ()
    try:
        found = _of_sequence(_parser.parse(pattern.pattern, pattern.flags))
    except (re.error, RecursionError, AttributeError, TypeError):
        return ()
    return found if found and len(found) <= MOST and min(map(len, found)) >= 3 else ()


def _of_sequence(items: Sequence[tuple[Any, Any]]) -> tuple[str, ...]:
    """The best of what its parts ask for: a long text rather than a short one, one rather than several."""
    best: tuple[str, ...] = ()
    run = ""
    for kind, value in [*items, (None, None)]:
        if kind is _constants.LITERAL:
            run += chr(value)
            continue
        best = _better(best, (run,) if run else ())
        run = ""
        if kind is _constants.SUBPATTERN:
            best = _better(best, _of_sequence(value[-1]))
        elif kind is _constants.BRANCH:
            branches = [_of_sequence(branch) for branch in value[1]]
            if all(branches):
                best = _better(best, tuple(text for branch in branches for text in branch))
        elif kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and value[0] >= 1:
            best = _better(best, _of_sequence(value[2]))
    return best


def _better(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    def worth(texts: tuple[str, ...]) -> tuple[bool, int]:
        return (bool(texts), min(map(len, texts)) - 2 * len(texts)) if texts else (False, 0)

    return other if worth(other) > worth(one) else one
