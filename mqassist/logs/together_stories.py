"""Stories, tables and health checks over several logs that are read as one: each log tells its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.log import Fold, LogTables, Silences, Story, TableRow
from mqassist.core.record import changed
from mqassist.logs.stories import Stories

if TYPE_CHECKING:
    from mqassist.logs.together import Together


class TogetherStories:
    """As Stories; a connection is in one log only."""

    folds = staticmethod(Stories.folds)

    def __init__(self, together: Together) -> None:
        self._together = together
        self._stories = [document.stories() for document in together.documents]

    def of_line(self, line: int, token: CancelToken) -> Story | None:
        owner, local = self._together.local(line)
        story = self._stories[owner].of_line(local, token)
        return None if story is None else self._placed(owner, story)

    def between(self, first: int, last: int, token: CancelToken) -> list[Story]:
        found = [
            self._placed(owner, story)
            for owner, begin, end in self._parts(first, last)
            for story in self._stories[owner].between(begin, end, token)
        ]
        return sorted(found, key=lambda story: story.events[0].line)

    def checks_between(self, first: int, last: int, token: CancelToken) -> list[Fold]:
        found = []
        for owner, begin, end in self._parts(first, last):
            for fold in self._stories[owner].checks_between(begin, end, token):
                lines = tuple(self._together.number(owner, line) for line in fold.lines)
                found.append(changed(fold, first_line=lines[0], last_line=lines[-1], lines=lines))
        return sorted(found, key=lambda fold: fold.first_line)

    def silences(self, line: int, token: CancelToken) -> Silences:
        owner, local = self._together.local(line)
        return self._stories[owner].silences(local, token)

    def tables(self, token: CancelToken) -> LogTables:
        each = [(owner, stories.tables(token)) for owner, stories in enumerate(self._stories)]
        return LogTables(
            self._joined([(owner, tables.refused) for owner, tables in each]),
            self._joined([(owner, tables.closers) for owner, tables in each]),
            self._joined([(owner, tables.heartbeats) for owner, tables in each]),
        )

    def _joined(self, tables: Sequence[tuple[int, Sequence[TableRow]]]) -> tuple[TableRow, ...]:
        found: dict[tuple[str, str, str | None], TableRow] = {}
        for owner, rows in tables:
            for row in rows:
                first, last = (self._together.number(owner, line) for line in (row.first_line, row.last_line))
                key = (row.who, row.where, row.cause)
                known = found.get(key)
                found[key] = changed(
                    row,
                    count=row.count + (known.count if known else 0),
                    first_line=min(first, known.first_line) if known else first,
                    last_line=max(last, known.last_line) if known else last,
                )
        return tuple(sorted(found.values(), key=lambda row: (-row.count, row.first_line)))

    def _parts(self, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """Of each log the lines that lie between these."""
        locals_: dict[int, list[int]] = {}
        for line in range(first, min(last, self._together.line_count) + 1):
            owner, local = self._together.local(line)
            locals_.setdefault(owner, []).append(local)
        for owner, lines in sorted(locals_.items()):
            yield owner, min(lines), max(lines)

    def _placed(self, owner: int, story: Story) -> Story:
        number = self._together.number
        events = tuple(
            changed(event, line=number(owner, event.line), last_line=number(owner, event.last_line))
            for event in story.events
        )
        return changed(story, events=events)
