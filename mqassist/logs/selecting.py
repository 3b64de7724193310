"""Which lines a filter leaves: by level and time at once, by text through a search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.log import LineFilter, SearchFor
from mqassist.core.record import changed
from mqassist.logs.levels import CODES, CONTINUES, LEVEL_BITS
from mqassist.logs.views import View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.document import LogDocument

_SLICE = 1 << 18
_GROUP = 1 << 12
_AROUND = 1 << 16


def select(document: LogDocument, chosen: LineFilter, token: CancelToken, after: View | None) -> View:
    """See LogDocument.view."""
    import numpy as np

    if chosen.around:
        left = select(document, changed(chosen, around=0), token, None if after is None else after.core)
        return left.with_around(chosen.around)
    begin = 0
    if after is not None and 0 < after.line_count <= document.line_count:
        begin = after.line_count - 1  # the last line may have been incomplete
    if chosen.searches:
        document.settle(token)
    count = document.line_count
    if not begin and chosen == LineFilter(levels=chosen.levels):
        return View(_parts_by_level(_codes(document, 0, count), chosen), count)
    shown = np.concatenate((*_parts_by_level(_codes(document, begin, count), chosen), np.empty(0, bool)))
    _by_time(document, chosen, shown, begin)
    if chosen.include:
        shown &= _found(document, chosen.include, chosen.exclude, begin, count, token)
    else:
        for search in chosen.exclude:
            shown &= ~_found(document, (search,), (), begin, count, token)
    if chosen.connection:
        shown &= _of_connection(document, chosen.connection, begin, count, token)
    return after.continued(begin, shown) if begin and after is not None else View((shown,), len(shown))


def _codes(document: LogDocument, begin: int, count: int) -> NDArray[np.uint8]:
    import numpy as np

    levels = document.index.levels[begin:count]
    if begin + len(levels) >= count:
        return levels
    last = [CODES[line.level] | (CONTINUES if line.continuation else 0) for line in document.lines(count, 1)]
    missing = count - begin - len(levels)
    return np.append(levels, np.array((last or [CODES["unknown"]])[:missing], np.uint8))


def _parts_by_level(codes: NDArray[np.uint8], chosen: LineFilter) -> Iterator[NDArray[np.bool_]]:
    import numpy as np

    all_levels = chosen.levels is None or len(chosen.levels) == len(CODES)
    wanted = sorted(code for level, code in CODES.items() if chosen.levels is None or level in chosen.levels)
    spans = [[code, code] for code in wanted[:1]]
    for code in wanted[1:]:  # neighbours are found together
        if code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    for at in range(0, len(codes), _SLICE):
        part = codes[at : at + _SLICE] & LEVEL_BITS
        shown = np.full(len(part), all_levels)
        for lowest, highest in spans if not all_levels else ():  # what is below becomes a number beyond every code
            shown |= part - np.uint8(lowest) <= np.uint8(highest - lowest)
        yield shown


def _by_time(document: LogDocument, chosen: LineFilter, shown: NDArray[np.bool_], begin: int) -> None:
    if chosen.since is not None:
        shown[: max(0, document.line_at(chosen.since) - 1 - begin)] = False
    if chosen.until is not None:
        shown[max(0, document.line_at(chosen.until) - 1 - begin) :] = False


def places_with(
    document: LogDocument, wanted: Sequence[SearchFor], unwanted: Sequence[SearchFor], token: CancelToken,
    first: int = 0,
) -> Iterator[tuple[NDArray[np.int64], float]]:  # fmt: skip
    """Lines with all of the one, at least one of them, and none of the other, as LogDocument.search_places."""
    from mqassist.logs.matchers import matcher_for
    from mqassist.logs.search import LineSearch

    matchers = [matcher_for(search, document.encoding) for search in (*wanted, *unwanted)]
    search = LineSearch(document.store, document.index, token, matchers[: len(wanted)], matchers[len(wanted) :])
    try:
        yield from search.run(lambda: document.more(token), first)
    finally:
        search.close()


def _found(
    document: LogDocument, wanted: Sequence[SearchFor], unwanted: Sequence[SearchFor], begin: int, count: int,
    token: CancelToken,
) -> NDArray[np.bool_]:  # fmt: skip
    import numpy as np

    found = np.zeros(count - begin, bool)
    for places, _ in places_with(document, wanted, unwanted, token, begin):
        within = places - begin
        found[within[(within >= 0) & (within < len(found))]] = True
    return found


def _of_connection(
    document: LogDocument, connection: str, begin: int, count: int, token: CancelToken
) -> NDArray[np.bool_]:
    """Lines that name it, with the whole entries they stand in."""
    import numpy as np

    named = _found(document, (SearchFor(connection),), (), begin, count, token)
    codes = _codes(document, begin, count)
    continues = (codes & CONTINUES) != 0
    for place in np.flatnonzero(named).tolist():
        first = place
        while first > 0 and continues[first] and place - first < _AROUND:
            first -= 1
        last = place
        while last + 1 < len(continues) and continues[last + 1] and last - place < _AROUND:
            last += 1
        named[first : last + 1] = True
    return named


def next_entry(
    codes: NDArray[np.uint8], place: int, wanted: Sequence[int], backwards: bool, within: View | None = None
) -> int | None:
    """The place of the next line that begins an entry with one of these codes, and is shown `within` a view. The screen
    waits for it: some milliseconds at most for ten million lines."""
    begin, end = (0, min(place, len(codes))) if backwards else (max(0, place + 1), len(codes))
    span = _GROUP
    while begin < end:
        low, high = (max(begin, end - span), end) if backwards else (begin, min(end, begin + span))
        part = codes[low:high]
        fits = part == wanted[0]
        for code in wanted[1:]:
            fits |= part == code
        if within is not None and fits.any():
            fits &= within.part(low, high)
        at = int((fits[::-1] if backwards else fits).argmax())
        found = high - 1 - at if backwards else low + at
        if fits[found - low]:
            return found
        begin, end = (begin, low) if backwards else (high, end)
        span = min(span * 4, _SLICE)
    return None
