"""Plain texts one of which every match of a pattern must hold: looking for them first spares most of the matching."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# the parser of the standard library, which `re` itself uses; private by name, the same since CPython 3.11
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

MOST = 16
"""With more alternatives than these there is nothing to gain."""
SHORTEST = 3

Needs = tuple["str | tuple[Needs, ...]", ...]
"""What a text must hold to be matched, all of it: a plain text, or one of several needs."""
Worth = Callable[[str], float]


def needs_of(pattern: re.Pattern[str]) -> Needs:
    """() if nothing can be told, or case is ignored."""
    if pattern.flags & re.IGNORECASE:
        return ()
    try:
        return _of_sequence(_parser.parse(pattern.pattern, pattern.flags))
    except (re.error, RecursionError, AttributeError, TypeError):
        return ()


def literals_of(needs: Needs) -> tuple[str, ...]:
    """One of these is in every text that has these needs; () if that cannot be told. Long ones rather than short
    ones, one rather than several."""
    found = chosen(needs, len, 2)
    return found if len(found) <= MOST and all(len(text) >= SHORTEST for text in found) else ()


def chosen(needs: Needs, worth: Worth, for_each: float = 0) -> tuple[str, ...]:
    """The texts to look for: those the least of which is worth the most, less `for_each` of them; () if there are
    none. A text that is worth nothing is none."""
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    for need in needs:
        if isinstance(need, str):
            texts: tuple[str, ...] = (need,)
        else:
            parts = [chosen(part, worth, for_each) for part in need]
            texts = tuple(text for part in parts for text in part) if all(parts) else ()
        least = min(map(worth, texts), default=0)
        if least > 0 and (not best[1] or least - for_each * len(texts) > best[0]):
            best = least - for_each * len(texts), texts
    return best[1]


def _of_sequence(items: Sequence[tuple[Any, Any]]) -> Needs:
    needs: list[str | tuple[Needs, ...]] = []
    run = ""
    for kind, value in [*items, (None, None)]:
        if kind is _constants.LITERAL:
            run += chr(value)
            continue
        if run:
            needs.append(run)
        run = ""
        if kind is _constants.SUBPATTERN:
            if not value[1] & re.IGNORECASE:
                needs += _of_sequence(value[-1])
        elif kind is _constants.ASSERT:
            needs += _of_sequence(value[1])
        elif kind is _constants.BRANCH:
            needs.append(tuple(_of_sequence(branch) for branch in value[1]))
        elif kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and value[0] >= 1:
            needs += _of_sequence(value[2])
    return tuple(needs)
