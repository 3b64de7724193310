"""Named facts: what was observed. A fact that nobody observed is absent, never false."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from mqassist.core.record import record

Fact = str | int | float | bool | tuple[str, ...] | tuple[int, ...]
"""Plain values only. Times are milliseconds in names that end in `_ms`; sizes are bytes."""

Facts = Mapping[str, Fact]

Kind = Literal["text", "number", "flag", "choice", "list"]


@record
class FactSpec:
    """What a probe or a phrase may say: `name` is `area.words_with_underscores`.

    `choices` lists every value of a "choice" fact: a probe that emits another one fails its tests,
    and a condition that compares with another one is refused at load.
    """

    name: str
    kind: Kind
    meaning: str
    choices: tuple[str, ...] = ()

    def fits(self, value: Fact) -> bool:
        if self.kind == "flag":
            return isinstance(value, bool)
        if self.kind == "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        if self.kind == "list":
            return isinstance(value, tuple)
        return isinstance(value, str) and (self.kind == "text" or value in self.choices)
