"""Which word of a line stands at a place, and which comes next: what a person means by a click or a key. No widget."""

from __future__ import annotations

import re

from mqassist.core.record import record

_WORD = re.compile(
    r"<\d+\.\d+\.\d+>"  # an Erlang process
    r"|\[[0-9A-Fa-f:.]{2,45}\](?::\d+)?"  # an IPv6 address
    r"|[\w@/+%~*#-]+(?:[.:][\w@/+%~*#-]+)*"  # a name, an address with its port, a path
)


@record
class Part:
    """Some characters of one line's text."""

    line: int
    begin: int
    end: int


def word_at(text: str, place: int) -> tuple[int, int] | None:
    """From where to where the word goes that a place between two characters touches."""
    for found in _WORD.finditer(text):
        if found.start() <= place <= found.end():
            return found.start(), found.end()
    return None


def next_word(text: str, begin: int, end: int, *, backwards: bool = False) -> tuple[int, int] | None:
    """The word after `end`, or the one before `begin`."""
    words = [found.span() for found in _WORD.finditer(text)]
    if backwards:
        return next((word for word in reversed(words) if word[1] <= begin and word[0] < begin), None)
    return next((word for word in words if word[0] >= end), None)
