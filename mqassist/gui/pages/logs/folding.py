"""Finds health checks around what is seen and remembers which of them the person wants to see in full."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mqassist.core.log import Fold

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken
    from mqassist.gui.pages.logs.jobs import Jobs
    from mqassist.gui.pages.logs.sources import Log

PART = 5_000
"""Lines that are looked through at once."""
MOST_PARTS = 16
"""So many with folds are kept beside those that are seen: with each new one the rows of all are counted anew, and the
screen waits for that."""
AGAIN = 200
"""A part that grew by so many lines is looked through anew."""


class Folding:
    """`changed` is called when there are other folds than before."""

    def __init__(self, jobs: Jobs, changed: Callable[[], None]) -> None:
        self._jobs = jobs
        self._changed = changed
        self.on = True
        self._parts: dict[int, list[Fold]] = {}
        self._read_to: dict[int, int] = {}
        self._open: set[int] = set()
        self._seen = range(0)
        """The parts that were looked at last."""

    def clear(self) -> None:
        self._parts.clear()
        self._read_to.clear()
        self._open.clear()

    def folds(self) -> list[Fold]:
        """What is folded now."""
        if not self.on:
            return []
        return [fold for part in self._parts.values() for fold in part if fold.first_line not in self._open]

    def look(self, document: Log, first: int, last: int) -> None:
        """Looks through the parts in which these lines are, if that was not done."""
        self._seen = range((first - 1) // PART, (max(first, last) - 1) // PART + 1)
        for part in self._seen:
            end = min(document.line_count, (part + 1) * PART)
            read_to = self._read_to.get(part, 0)
            if self.on and (not read_to or end - read_to >= AGAIN):
                self._read_to[part] = end
                self._ask(document, part, end)

    def stop(self) -> None:
        """What is being looked for is not wanted now; it is asked for again."""
        for part in [part for part in self._read_to if f"folds {part}" in self._jobs]:
            self._jobs.stop(f"folds {part}")
            del self._read_to[part]

    def _ask(self, document: Log, part: int, end: int) -> None:
        def work(token: CancelToken) -> list[Fold]:
            return document.stories().checks_between(part * PART + 1, end, token)

        self._jobs.start(f"folds {part}", work, lambda found: self._take(part, found))

    def _take(self, part: int, found: list[Fold]) -> None:
        before = self._parts.pop(part, [])
        self._parts[part] = found
        if found != before:
            away = [each for each in self._parts if self._parts[each] and each not in self._seen]
            for old in away[:-MOST_PARTS]:
                del self._parts[old], self._read_to[old]  # it is looked through again when it is seen again
            self._changed()

    def unfold(self, line: int) -> None:
        self._open.add(line)
        self._changed()

    def set_on(self, on: bool) -> None:
        """All health checks folded, also those that were opened; or none."""
        self.on = on
        self._open.clear()
        self._changed()
