"""What of a long text stands on the screen: the surroundings of its marks. No Qt."""

from __future__ import annotations

from mqassist.core.explained import Explanation, Mark
from mqassist.core.record import changed, record

MOST = 120_000
"""Characters that a text field shows at once without a pause."""
AROUND = 12
"""Lines before and after each mark."""
HEAD = 60
LONGEST_LINE = 4_000


@record
class Shown:
    """`text` with `marks` whose places refer to it; `left_out` counts lines that are not shown."""

    text: str
    marks: tuple[Mark, ...]
    left_out: int = 0


def shown_of(explained: Explanation, gap: str) -> Shown:
    """All of a short text; of a long one its beginning and what lies around the marks. `gap` is a sentence with
    `{count}` for lines left out."""
    if len(explained.text) <= MOST:
        return Shown(explained.text, explained.marks)
    lines = explained.text.split("\n")
    wanted = set(range(min(HEAD, len(lines))))
    for mark in explained.marks:
        wanted.update(range(max(0, mark.line - 1 - AROUND), min(len(lines), mark.line + AROUND)))
    starts: list[int] = []
    at = 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    parts: list[str] = []
    places: dict[int, tuple[int, int]] = {}
    length, last, left_out = 0, -1, 0
    for number in sorted(wanted):
        if number > last + 1:
            skipped = number - last - 1
            left_out += skipped
            length += _add(parts, gap.format(count=skipped))
        begin = _begin(number, lines[number], starts[number], explained.marks)
        places[number] = (length, begin)
        length += _add(parts, lines[number][begin : begin + LONGEST_LINE])
        last = number
    if last < len(lines) - 1:
        left_out += len(lines) - 1 - last
        _add(parts, gap.format(count=len(lines) - 1 - last))
    marks = tuple(moved for mark in explained.marks if (moved := _moved(mark, starts, places)) is not None)
    return Shown("\n".join(parts), marks, left_out)


def _add(parts: list[str], line: str) -> int:
    parts.append(line)
    return len(line) + 1


def _begin(number: int, line: str, start: int, marks: tuple[Mark, ...]) -> int:
    """Where the shown part of an endless line begins."""
    if len(line) <= LONGEST_LINE:
        return 0
    first = next((mark.start - start for mark in marks if mark.line == number + 1), 0)
    return max(0, first - LONGEST_LINE // 2)


def _moved(mark: Mark, starts: list[int], places: dict[int, tuple[int, int]]) -> Mark | None:
    number = mark.line - 1
    if number not in places:
        return None
    place, begin = places[number]
    start = place + mark.start - starts[number] - begin
    length = min(mark.end - mark.start, 600)
    return changed(mark, start=start, end=start + length) if start >= place else None
