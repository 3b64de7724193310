"""The level of every line of a block at once: where the level stands is learned from lines that the format reads.

Owns no file. A line costs two array look-ups; what they do not settle is read by the format's own patterns.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from mqassist.core.log import LEVELS, Level
from mqassist.core.record import record
from mqassist.logs.formats import JSON_LEVEL, MAX_LINE, Format, Head, read_head

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CODES: dict[Level, int] = {level: code for code, level in enumerate(LEVELS)}
LEVEL_BITS = 7
CONTINUES = 8
"""Set in the code of a line that continues the entry above; the level is then that entry's."""
UNKNOWN = CODES["unknown"]
HEAD_BYTES = 512
"""The level of a line is looked for in its beginning."""
_LONG_HEADS = b"{\x1b"
"""An object may have its level, or the broker's own line, anywhere; it may have a colour."""
MAX_COLUMNS = 4
MAX_KEYS = 48
_FIVE = 0xFF_FF_FF_FF_FF
_EIGHT = 0xFF_FF_FF_FF_FF_FF_FF_FF
_OPEN = 255
_FAR = 2048
"""The level, the time and the writer are looked for in so many bytes of a line."""
_BOM = "\ufeff".encode()
_ONES, _TOPS = 0x01_01_01_01_01_01_01_01, 0x80_80_80_80_80_80_80_80


@record(frozen=False)
class _Column:
    """Bytes at this place of a line, under a mask, tell its level: `keys` by what they mean. `first` are the bytes
    that such lines begin with. `time` is the place of the seconds' fraction, -1 if there is none."""

    place: int
    mask: int
    keys: dict[int, int]
    first: set[int]
    time: tuple[int, int] | None
    marks: tuple[int, int] = (0x3C, 0x3E)
    """Bytes in which the writer begins and ends: `<0.1.0>`, in JSON `\\u003c0.1.0\\u003e`."""
    sorted_keys: NDArray[np.uint64] | None = None
    sorted_codes: NDArray[np.uint8] | None = None


class LevelReader:
    """For one log in order: a continuation takes its level from the line above, also across blocks."""

    def __init__(self, form: Format | None) -> None:
        self._form = form
        self._columns: list[_Column] = []
        self._shapes: dict[bytes, int] = {}
        self._above = UNKNOWN
        self._has_head = False
        self._last = b""

    @cached_property
    def _quick(self) -> frozenset[str]:
        return frozenset(word[:8].ljust(8) for word in (self._form.quick if self._form else ()))

    @cached_property
    def _numbers_matter(self) -> bool:
        """Whether lines that differ in figures only may have different levels, as by nginx's status."""
        return self._form is not None and any(re.search(r"\d|\\d", rule.pattern) for rule, _ in self._form.levels)

    def codes(self, data: bytearray, bytes_: NDArray[np.uint8], words: NDArray[np.uint64],
              starts: NDArray[np.int64]) -> NDArray[np.uint8]:  # fmt: skip
        """For lines that begin at `starts` of `data`; `words` are its 8 bytes from each place on."""
        import numpy as np

        count = len(starts)
        if self._form is None:
            return np.full(count, UNKNOWN, np.uint8)
        codes = np.full(count, _OPEN, np.uint8)
        if not self._has_head and data.startswith(_BOM, int(starts[0])):
            starts = np.concatenate((starts[:1] + len(_BOM), starts[1:]))
        if self._columns:
            self._by_columns(codes, bytes_, words, starts)
        open_at = np.flatnonzero(codes == _OPEN)
        if len(open_at):
            self._by_reading(codes, data, bytes_, words, starts, open_at)
        self._continue(codes)
        if self._form.repeats_prefix:
            self._mark_repeated(codes, data, words, starts)
        return codes

    def _continue(self, codes: NDArray[np.uint8]) -> None:
        """Lines that continue an entry have its level; before the first entry each line is one of its own."""
        import numpy as np

        continued = (codes & CONTINUES) != 0
        if continued.any():
            heads = np.maximum.accumulate(np.where(continued, -1, np.arange(len(codes))))
            levels = np.where(heads < 0, self._above, codes[np.maximum(heads, 0)] & LEVEL_BITS)
            np.copyto(codes, (levels | CONTINUES).astype(np.uint8), where=continued)
            if not self._has_head:
                codes[heads < 0] = UNKNOWN
        self._has_head = self._has_head or not continued.all()
        self._above = int(codes[-1]) & LEVEL_BITS

    def _by_columns(self, codes: NDArray[np.uint8], bytes_: NDArray[np.uint8], words: NDArray[np.uint64],
                    starts: NDArray[np.int64], only: NDArray[np.int64] | None = None) -> None:  # fmt: skip
        import numpy as np

        left = only
        for column in self._columns:
            at = starts if left is None else starts[left]
            if not len(at):
                return
            if column.sorted_keys is None or column.sorted_codes is None:
                ordered = sorted(column.keys)
                column.sorted_keys = np.array(ordered, np.uint64)
                column.sorted_codes = np.array([column.keys[key] for key in ordered], np.uint8)
            found = words[at + column.place] & np.uint64(column.mask)
            place = np.searchsorted(column.sorted_keys, found)
            place[place == len(column.sorted_keys)] = 0
            fits = column.sorted_keys[place] == found
            if len(column.first) < 8:
                begins = bytes_[at]
                good = begins == min(column.first)
                for byte in column.first:
                    good |= begins == byte
                fits &= good
            if left is None:
                np.copyto(codes, column.sorted_codes[place], where=fits)
                left = np.flatnonzero(~fits)
            else:
                codes[left[fits]] = column.sorted_codes[place[fits]]
                left = left[~fits]

    def _by_reading(self, codes: NDArray[np.uint8], data: bytearray, bytes_: NDArray[np.uint8],
                    words: NDArray[np.uint64], starts: NDArray[np.int64],
                    open_at: NDArray[np.int64]) -> None:  # fmt: skip
        """Reads lines one by one until a new column is learned, which then settles the others like it."""
        assert self._form is not None
        begins = bytes_[starts[open_at]]
        # RabbitMQ's first object has no line of its own, and may stand behind blanks
        indented = (begins == 10) if self._form.json else (begins == 32) | (begins == 9) | (begins == 10)
        codes[open_at[indented]] = CONTINUES
        waiting = open_at[~indented]
        while len(waiting):
            learned = len(waiting)
            for step, at in enumerate(waiting.tolist()):
                begin = int(starts[at])
                cut = begin + (MAX_LINE if self._form.json or data[begin] in _LONG_HEADS else HEAD_BYTES)
                end = data.find(b"\n", begin, cut)
                line = bytes(data[begin : end if end >= 0 else cut])
                codes[at], new = self._read(line)
                if new:
                    learned = step + 1
                    break
            waiting = waiting[learned:]
            if len(waiting):
                self._by_columns(codes, bytes_, words, starts, waiting)
                waiting = waiting[codes[waiting] == _OPEN]

    def _read(self, line: bytes) -> tuple[int, bool]:
        """The code of a line, and whether a key was learned from it. Latin-1 keeps the places of the bytes."""
        shape = line[:200] if self._numbers_matter else line[:200].translate(None, b"0123456789")
        form = self._form
        assert form is not None
        wrapped = line[:1] == b"{" and not form.json  # the broker's own line may be far behind, so no shape tells it
        known = None if wrapped else self._shapes.get(shape)
        if known is not None:
            return known, False
        text = line.decode("latin-1")
        head, inner, _ = read_head(form, text.rstrip("\r"))
        if head is None:
            return CONTINUES, False
        code = CODES[head.level]
        learned = self._learn_from(line, text, inner, head, code)
        if not learned and not wrapped:
            if len(self._shapes) >= 20_000:
                self._shapes.clear()
            self._shapes[shape] = code
        return code, learned

    def _learn_from(self, line: bytes, text: str, inner: str, head: Head, code: int) -> bool:
        """`inner` is what is in a wrapper, which may write it in other bytes (JSON does): then nothing is learned."""
        form = self._form
        assert form is not None
        if form.json:
            found = JSON_LEVEL.search(text)
            return found is not None and self._learn(line, found.start(1) - 1, _FIVE, code, None)
        if head.level_at >= 0:
            at, width, mask = max(0, head.level_at - 1), 5, _FIVE
        else:
            at, width, mask = len(inner) - len(head.text), 8, _EIGHT
            if head.text[:8].ljust(8) not in self._quick:
                return False
        offset = text.find(inner[: at + width])
        if offset < 0:
            return False
        begin = offset + head.time_at
        has_time = 0 <= head.time_at < head.level_at and len(head.time) >= 8
        return self._learn(line, offset + at, mask, code, (begin, begin + len(head.time)) if has_time else None)

    def _learn(self, line: bytes, place: int, mask: int, code: int, time: tuple[int, int] | None) -> bool:
        key = int.from_bytes(line[place : place + 8].ljust(8, b"\n"), "little") & mask
        column = next((known for known in self._columns if (known.place, known.mask) == (place, mask)), None)
        if column is None:
            if len(self._columns) >= MAX_COLUMNS or place + 40 > _FAR:
                return False
            column = _Column(place, mask, {}, set(), time)
            if line[:1] == b"{":
                column.marks = (0x5C, 0x65)
            self._columns.append(column)
        if (key in column.keys and line[0] in column.first) or len(column.keys) >= MAX_KEYS:
            return False
        column.keys.setdefault(key, code)
        column.first.add(line[0])
        column.sorted_keys = None
        return True

    def _mark_repeated(self, codes: NDArray[np.uint8], data: bytearray, words: NDArray[np.uint64],
                       starts: NDArray[np.int64]) -> None:  # fmt: skip
        """RabbitMQ since 3.9 repeats the prefix on each line of a message: same time, level and writer."""
        import numpy as np

        heads = None  # mostly every line is one, and counting them would take longer than the rest
        at = starts
        if int(codes.max()) >= CONTINUES:
            heads = np.flatnonzero(codes < CONTINUES)
            if not len(heads):
                return
            at = starts[heads]
        repeated = self._same_prefix(words, at) + 1
        codes[repeated if heads is None else heads[repeated]] |= CONTINUES
        if self._repeats_last(data, int(at[0])):
            codes[0 if heads is None else heads[0]] |= CONTINUES
        last = int(at[-1])
        self._last = bytes(data[last : last + _FAR])

    def _repeats_last(self, data: bytearray, begin: int) -> bool:
        """Whether a line has the prefix of the last one of the block before."""
        import numpy as np

        line = bytes(data[begin : begin + _FAR])
        times = [slice(*column.time) for column in self._columns if column.time is not None]
        if not any(line[time] == self._last[time] for time in times):
            return False
        both = self._last.ljust(_FAR) + line.ljust(_FAR)
        words: NDArray[np.uint64] = np.ndarray((len(both) - 7,), np.uint64, both, 0, (1,))
        return bool(len(self._same_prefix(words, np.array([0, _FAR]))))

    def _same_prefix(self, words: NDArray[np.uint64], at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which of the lines from the second on have the prefix of the one before."""
        import numpy as np

        found = [np.empty(0, np.int64)]
        for column in self._columns:
            if column.time is None:
                continue
            begin, end = column.time
            # what differs most: the seconds' fraction, or the end of a number
            first = begin + 19 if end - begin > 26 else end - 8
            stamps = words[at + first]
            near = np.flatnonzero(stamps[1:] == stamps[:-1])
            one, other = at[near], at[near + 1]
            writer = column.place + 7
            same = _same_writer(words, one + writer, other + writer, column.marks)
            for place in (writer, column.place, max(begin, first - 8)):
                same &= words[one + place] == words[other + place]
            found.append(near[same])
        return np.concatenate(found)


def _same_writer(words: NDArray[np.uint64], one: NDArray[np.int64], other: NDArray[np.int64],
                 marks: tuple[int, int]) -> NDArray[np.bool_]:  # fmt: skip
    """Whether an Erlang pid that begins in these eight bytes is the same up to its end."""
    import numpy as np

    begins, ends = marks
    first = words[one]
    same: NDArray[np.bool_] = _has(first, begins) != 0
    still_open = np.flatnonzero(_has(first, ends) == 0)
    for place in (8, 16):
        if not len(still_open):
            break
        these = words[one[still_open] + place]
        end = _has(these, ends)
        # all bits up to the end's own; all 64 if there is none
        differs = ((these ^ words[other[still_open] + place]) & (end ^ (end - np.uint64(1)))) != 0
        same[still_open[differs]] = False
        still_open = still_open[end == 0]
    return same


def _has(words: NDArray[np.uint64], byte: int) -> NDArray[np.uint64]:
    """The top bit of the first byte that is this one, among higher ones that mean nothing; 0 if none is."""
    import numpy as np

    found = words ^ np.uint64(byte * _ONES)
    return (found - np.uint64(_ONES)) & ~found & np.uint64(_TOPS)
