"""What our phrases know of a log: one entry explained, all of them counted. Reads documents, knows no files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.log import KnownLine, LogLine, Signature
from mqassist.logs.phrases import Phrase, match

if TYPE_CHECKING:
    from mqassist.logs.document import LogDocument

MAX_ENTRY_LINES = 400


class Known:
    """Built once from the phrases; serves many documents at once."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = tuple(phrases)

    def explain(self, document: LogDocument, line: int) -> KnownLine | None:
        """The entry that a line belongs to, if a phrase knows it."""
        entry = entry_at(document, line)
        return self.of_entry(entry) if entry else None

    def of_entry(self, entry: Sequence[LogLine]) -> KnownLine | None:
        text = "\n".join(line.text for line in entry)
        found = match(text, self.phrases)
        if found is None:
            return None
        phrase, hit = found
        facts = tuple((name, value) for name, value in phrase.facts(hit).items() if not isinstance(value, tuple))
        return KnownLine(
            entry[0].number, entry[-1].number, phrase.id, phrase.cause, facts, hit.start(), hit.end()
        )  # fmt: skip

    def lines(self, document: LogDocument, token: CancelToken) -> Iterator[KnownLine]:
        for entry in entries(document, token):
            found = self.of_entry(entry)
            if found is not None:
                yield found

    def signatures(self, document: LogDocument, token: CancelToken) -> list[Signature]:
        counted: dict[str, Signature] = {}
        for found in self.lines(document, token):
            known = counted.get(found.phrase)
            first, count = (known.first_line, known.count) if known else (found.line, 0)
            counted[found.phrase] = Signature(found.phrase, found.cause, count + 1, first, found.line)
        return sorted(counted.values(), key=lambda each: (-each.count, each.first_line))


def entry_at(document: LogDocument, line: int) -> list[LogLine]:
    """All lines of the entry that a line belongs to."""
    if not 1 <= line <= document.line_count:
        return []
    index = document.index
    head = index.head_of(min(line, index.line_count) - 1) + 1 if index.line_count else 1
    lines = document.lines(head, MAX_ENTRY_LINES)
    end = next((at for at, each in enumerate(lines[1:], start=1) if not each.continuation), len(lines))
    found = lines[:end]
    return found if found and found[-1].number >= line else document.lines(line, 1)


def entries(document: LogDocument, token: CancelToken) -> Iterator[list[LogLine]]:
    """Every entry in order."""
    entry: list[LogLine] = []
    for first in range(1, document.line_count + 1, 2000):
        token.check()
        for line in document.lines(first, 2000):
            if entry and not line.continuation:
                yield entry
                entry = []
            entry.append(line)
    if entry:
        yield entry
