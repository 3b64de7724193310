"""What our phrases know of the lines that are seen, looked up behind and kept. Knows no screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mqassist.core.log import KnownLine
from mqassist.core.record import fresh, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from mqassist.core.cancel import CancelToken
    from mqassist.gui.pages.logs.sources import Log

MOST_ENTRY = 400
MOST_KEPT = 50_000

Place = tuple[int, int]


@record
class Found:
    """`places` are the characters of each line's text that the entry is known by."""

    line: int
    known: KnownLine | None
    places: dict[int, Place] = fresh(default_factory=dict)


class Knowing:
    """On the screen thread, but for `look_up`."""

    def __init__(self) -> None:
        self._known: dict[int, KnownLine] = {}
        self._places: dict[int, Place] = {}
        self._asked: set[int] = set()
        self._last = 0
        """The highest of them."""

    def clear(self) -> None:
        self._known.clear()
        self._places.clear()
        self._asked.clear()

    def forget_from(self, line: int) -> None:
        """An entry that had lines added is another one."""
        first = max(0, line - MOST_ENTRY)
        later = range(first, self._last + 1)  # where a log is followed these are few
        for number in later if len(later) < len(self._asked) else [each for each in self._asked if each >= first]:
            self._asked.discard(number)
            self._known.pop(number, None)
            self._places.pop(number, None)

    def wanted(self, lines: Iterable[int]) -> list[int]:
        """Those that nobody has asked for yet; they count as asked from now on."""
        if len(self._asked) > MOST_KEPT:
            self.clear()
        found = [line for line in lines if line not in self._asked]
        self._asked.update(found)
        self._last = max(self._last, *found, 0)
        return found

    def take(self, found: Sequence[Found]) -> list[int]:
        """Keeps what was found; the lines that are known now."""
        lines = []
        for each in found:
            if each.known is not None:
                self._places |= each.places
                for line in range(each.known.line, each.known.last_line + 1):
                    self._known[line] = each.known
                    lines.append(line)
        return lines

    def of(self, line: int) -> KnownLine | None:
        return self._known.get(line)

    def place(self, line: int) -> Place | None:
        return self._places.get(line)


def look_up(document: Log, lines: Sequence[int], token: CancelToken, put: Callable[[Found], None]) -> None:
    """In a thread: each entry once. Raises Cancelled."""
    done = 0
    for line in lines:
        token.check()
        if line > done:
            known = document.explain(line)
            done = line if known is None else known.last_line
            put(Found(line, known, {} if known is None else _places(document, known)))


def _places(document: Log, known: KnownLine) -> dict[int, Place]:
    """The phrase's place counts over the lines of the entry, with one character for each line break."""
    found: dict[int, Place] = {}
    offset = 0
    for line in document.lines(known.line, known.last_line - known.line + 1):
        begin, end = max(0, known.begin - offset), min(len(line.text), known.end - offset)
        if end > begin:
            found[line.number] = (begin, end)
        offset += len(line.text) + 1
    return found
