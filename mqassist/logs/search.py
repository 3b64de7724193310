"""Searches a log from its beginning in blocks, as far as it is indexed, and gives line numbers in batches."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.log import Hits

if TYPE_CHECKING:
    from mqassist.logs.index import LineIndex
    from mqassist.logs.matchers import Matcher
    from mqassist.logs.store import Store

PIECE = 1 << 20
OVERLAP = 1 << 16
"""Of a line longer than a piece a match may be so long, or it is missed."""
BATCH = 4096
DENSE = 200
"""With more hits in a piece it is cheaper to look for all its newlines."""
NEWLINE = 10


def search_lines(
    store: Store,
    index: LineIndex,
    matcher: Matcher,
    token: CancelToken,
    more: Callable[[], bool],
    begin_line: int = 0,
    last: bool = True,
) -> Iterator[Hits]:
    """Places of lines from 0. `more` waits for the index to grow, False when it is complete; `last`: the line that
    has not ended is searched as well. Raises Cancelled, and UserError for a pattern that takes too long."""
    buffer = bytearray(PIECE + OVERLAP)
    waiting: list[int] = []
    block = index.block_of(begin_line) if begin_line else 0
    first_hit = True
    while True:
        token.check()
        complete = not more() if block + 1 >= len(index.block_offsets) else False
        end_block = _end_of_group(index, block, complete)
        if end_block is None:
            if complete:
                break
            continue
        begin, end, line = _range(index, block, end_block)
        found = _in_range(store, index, matcher, buffer, begin, end, line, token)
        waiting += [hit for hit in found if hit >= begin_line] if line < begin_line else found
        if waiting and (first_hit or len(waiting) >= BATCH):
            yield Hits(tuple(waiting), end / max(1, store.size))
            waiting.clear()
            first_hit = False
        block = end_block
        if complete and block >= len(index.block_offsets):
            break
    if last and store.size > index.offset:
        waiting += _in_range(store, index, matcher, buffer, index.offset, store.size, index.line_count, token)
    yield Hits(tuple(waiting), 1.0)


def _end_of_group(index: LineIndex, block: int, complete: bool) -> int | None:
    """The block after a group of about a megabyte; None if the index has not got so far."""
    count = len(index.block_offsets)
    if block >= count:
        return None
    end = block + 1
    begin = index.block_offsets[block]
    while end < count and index.block_offsets[end] - begin < PIECE:
        end += 1
    if end >= count:
        return count if complete else (count - 1 if count - 1 > block else None)
    return end - 1 if index.block_offsets[end] - begin > PIECE and end - 1 > block else end


def _range(index: LineIndex, block: int, end_block: int) -> tuple[int, int, int]:
    at_end = end_block >= len(index.block_offsets)
    end = index.offset if at_end else index.block_offsets[end_block]
    return index.block_offsets[block], end, index.block_lines[block]


def _in_range(
    store: Store,
    index: LineIndex,
    matcher: Matcher,
    buffer: bytearray,
    begin: int,
    end: int,
    line: int,
    token: CancelToken,
) -> list[int]:
    """Whole lines from `begin` to `end`, the first of which is `line`."""
    found: list[int] = []
    whole = end - begin <= len(buffer)
    while begin < end:
        token.check()
        length = min(end - begin, len(buffer))
        with memoryview(buffer) as view:
            length = store.read_into(begin, view[:length])
        if not length:
            break
        ends = matcher.ends(buffer, length)
        # the rest is read again, so that a match across the border is found
        step = length if begin + length >= end else max(1, length - OVERLAP)
        if len(ends) > DENSE or (not whole and (len(ends) or step < length)):
            line = _all_to_lines(buffer, ends, line, step, length, found)
        elif len(ends):
            _few_to_lines(index, buffer, ends, begin, found)
        begin += step
    return found


def _few_to_lines(index: LineIndex, buffer: bytearray, ends: Sequence[int], begin: int, found: list[int]) -> None:
    """By counting from the beginning of each hit's block."""
    import numpy as np

    bytes_ = np.frombuffer(buffer, np.uint8)
    offsets, lines = index.block_offsets, index.block_lines
    above = found[-1] if found else -1
    block, stop, line, place = -1, -1, 0, 0
    for end in ends:
        if end + begin >= stop:
            block = bisect_right(offsets, end + begin) - 1
            stop = offsets[block + 1] if block + 1 < len(offsets) else 1 << 62
            line, place = lines[block], offsets[block] - begin
        line += int(np.count_nonzero(bytes_[place:end] == NEWLINE))
        place = end
        if line != above:
            found.append(line)
            above = line


def _all_to_lines(
    buffer: bytearray, ends: Sequence[int], line: int, step: int, length: int, found: list[int]
) -> int:  # fmt: skip
    """By where all newlines are; the line that begins the next piece."""
    import numpy as np

    newlines = np.flatnonzero(np.frombuffer(buffer, np.uint8)[:length] == NEWLINE)
    if len(ends):
        places = np.unique(np.searchsorted(newlines, np.asarray(ends)) + line)
        if found:
            places = places[places > found[-1]]
        found += places.tolist()
    return line + int(np.searchsorted(newlines, step)) if step < length else line
