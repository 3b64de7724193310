"""The list of all causes, to browse and to search."""

from __future__ import annotations

from mqassist.core.finding import Audience, Severity
from mqassist.core.record import record


@record
class CatalogueEntry:
    """`title` is in the language of the list; `words` is everything that may be searched, in both languages, in lower
    case. `id` never changes."""

    id: str
    layer: str
    severity: Severity
    who: Audience
    title: str
    words: str


def search(entries: tuple[CatalogueEntry, ...], text: str) -> tuple[CatalogueEntry, ...]:
    """Those that hold every word of the text; those with all of them in id or title first."""
    wanted = text.lower().split()
    found = [entry for entry in entries if all(word in entry.words for word in wanted)]
    if not wanted:
        return tuple(found)

    def distance(entry: CatalogueEntry) -> int:
        head = f"{entry.id} {entry.title}".lower()
        return sum(word not in head for word in wanted)

    return tuple(sorted(found, key=distance))
