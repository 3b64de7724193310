"""Names of errors written as the words they are made of: what BadUserNameOrPassword says is what "bad user name" says.

Knows nothing of phrases; offsets lead back to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

from mqassist.core.record import record
from mqassist.explain.speaker import reports

MAX_SPELLED = 40_000
"""Characters of the longest text that is spelled out: names alone decide in short pastes, hardly ever in long logs."""

_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNDERSCORE = re.compile(r"(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])")
_FRAME = re.compile(r"[ \t]{0,40}(?:at |in |from |File \"|#\d|\d{1,3}: 0x)|[ \t]{0,40}\S{1,200}:\d{1,6}(?::in\b|$)")
"""A line of a stack: the names of functions there are no words of a message."""

_REGISTERED = re.compile(r"<(?:bound method|function|built-in)\b|['\"]?callback['\"]?[:=]", re.IGNORECASE)
"""What a library writes when it takes note of whom to call later: nothing of it has happened."""


@record
class Spelled:
    """A text with the words of its names apart; `joints` are where a blank came in, as offsets of `text`."""

    text: str
    joints: tuple[int, ...]

    def origin(self, offset: int) -> int:
        """Where the sign at `offset` stands in the text that this was made of."""
        return offset - bisect_left(self.joints, offset)


def spelled(text: str) -> Spelled | None:
    """None if there is nothing to take apart, or the text is too long."""
    if len(text) > MAX_SPELLED:
        return None
    lines, joints, start = [], [], 0
    for line in text.split("\n"):
        apart, cuts = line, list[int]()
        if reports(line) and not _FRAME.match(line) and not _REGISTERED.search(line):
            apart = _UNDERSCORE.sub(" ", line)
            cuts = [found.start() for found in _JOINT.finditer(apart)]
        joints += [start + cut + before for before, cut in enumerate(cuts)]
        lines.append(" ".join(apart[begin:end] for begin, end in pairwise((0, *cuts, len(apart)))))
        start += len(lines[-1]) + 1
    written = "\n".join(lines)
    return None if written == text else Spelled(written, tuple(joints))
