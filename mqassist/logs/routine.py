"""Where among lines of the levels info and debug a phrase may be: by texts without which no phrase is found.

Owns how these texts are chosen for one log. Knows bytes and patterns, not entries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from mqassist.logs.formats import Format
from mqassist.logs.literals import Needs, chosen
from mqassist.logs.matchers import Matcher, any_of

if TYPE_CHECKING:
    from mqassist.logs.store import Store

SAMPLE = 1 << 17
PART = 8
SHORTEST = 3
COLOURED = b"\x1b"
"""Where terminal colours are written, they may stand within a text."""
# what is written otherwise where a line is the value of a JSON object, as docker's are; or where it is of two parts
_ESCAPED = re.compile(r"[^\x20-\x7e]+|[\"\\/<>&]+")
_JOINED = re.compile(_ESCAPED.pattern + r"|[,:] ")


def routine_matcher(store: Store, form: Format | None, needs: Sequence[Needs]) -> Matcher | None:
    """Finds the lines in which one of these may be; None where each line has to be asked: without a library, or with a
    pattern that can be anywhere."""
    split = _JOINED if form is not None and form.json else _ESCAPED
    seldom = _Seldom(store.read(0, SAMPLE))
    wanted = {COLOURED}
    for need in needs:
        texts = chosen(need, lambda text: max(map(seldom.worth, split.split(text))))
        if not texts:
            return None
        wanted |= {seldom.part(max(split.split(text), key=seldom.worth)) for text in texts}
    return any_of(sorted(wanted))


class _Seldom:
    """How seldom texts are, as far as a sample tells."""

    def __init__(self, sample: bytes) -> None:
        import numpy as np

        bytes_ = np.frombuffer(sample, np.uint8).astype(np.uint32)
        triples, times = np.unique((bytes_[:-2] << 16) | (bytes_[1:-1] << 8) | bytes_[2:], return_counts=True)
        self._times: dict[int, int] = dict(zip(triples.tolist(), times.tolist(), strict=True))
        self.worth = cache(self._worth)

    def _worth(self, text: str) -> float:
        """0 for what is too short to be looked for, up to 1."""
        if len(text) < SHORTEST:
            return 0.0
        part = self.part(text)
        # how long a text is decides between those that the sample does not have
        return 1.0 / (1 + 1000 * self._least(part) + PART - len(part))

    def part(self, text: str) -> bytes:
        """The part that is rarest, and its end above all: by that a text is looked for."""
        whole = text.encode("ascii")
        parts = [whole[at : at + PART] for at in range(max(1, len(whole) - PART + 1))]
        return min(parts, key=lambda part: (self._least(part), self._of(part[-3:]), part))

    def _least(self, part: bytes) -> int:
        return min(self._of(part[at : at + 3]) for at in range(len(part) - 2))

    def _of(self, triple: bytes) -> int:
        return self._times.get(int.from_bytes(triple, "big"), 0)
