"""The level of every line of a block at once: where the level stands is learned from lines that the format reads.

Owns no file. A line costs two array look-ups; what they do not settle is read by the format's own patterns.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from mqassist.core.log import LEVELS, Level
from mqassist.core.record import record
from mqassist.logs.chunks import words_of
from mqassist.logs.formats import JSON_LEVEL, MAX_LINE, Format, Head, read_head

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.chunks import Chunk

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
_GOLDEN = 0x9E_37_79_B9_7F_4A_7C_15
"""Two to the power of 64, divided by the golden ratio: it spreads numbers well."""
_SLOT_BITS = 10
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
    table: _Table | None = None

    def told(self, chunk: Chunk, at: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The codes of lines; _OPEN for those that it says nothing about."""
        if self.table is None:
            self.table = _Table(self.keys)
        found = chunk.words[self.place :][at]
        found &= self.mask
        codes = self.table.values(found)
        if len(self.first) < 8:
            begins = chunk.bytes_.take(at)
            good = begins == min(self.first)
            for byte in self.first:
                good |= begins == byte
            codes *= good
        codes -= 1  # what fits nothing is 0, and becomes _OPEN
        return codes


class _Table:
    """Numbers by other numbers, for many at once: a factor is looked for that brings each key to a slot of its own."""

    def __init__(self, known: dict[int, int]) -> None:
        import numpy as np

        factor = _GOLDEN
        while len({self._slot(key, factor) for key in known}) < len(known):
            factor = (factor + 2 * _GOLDEN) & _EIGHT
        self._factor = np.uint64(factor)
        self._keys = np.zeros(1 << _SLOT_BITS, np.uint64)
        self._values = np.zeros(1 << _SLOT_BITS, np.uint8)
        for key, value in known.items():
            self._keys[self._slot(key, factor)] = key
            self._values[self._slot(key, factor)] = value + 1

    @staticmethod
    def _slot(key: int, factor: int) -> int:
        return (key * factor & _EIGHT) >> 64 - _SLOT_BITS

    def values(self, keys: NDArray[np.uint64]) -> NDArray[np.uint8]:
        """Each one's number plus one, 0 for those that are not known."""
        import numpy as np

        slots = keys * self._factor
        slots >>= 64 - _SLOT_BITS
        at = slots.view(np.int64)
        found = self._values.take(at)
        found *= self._keys.take(at) == keys
        return found


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

    def codes(self, chunk: Chunk, starts: NDArray[np.int64]) -> NDArray[np.uint8]:
        """For the lines that begin at `starts` of a chunk's data."""
        import numpy as np

        if self._form is None:
            return np.full(len(starts), UNKNOWN, np.uint8)
        if not self._has_head and chunk.data.startswith(_BOM, int(starts[0])):
            starts = np.concatenate((starts[:1] + len(_BOM), starts[1:]))
        codes = np.full(len(starts), _OPEN, np.uint8)
        open_at = self._by_columns(codes, chunk, starts, None)
        if len(open_at):
            self._by_reading(codes, chunk, starts, open_at)
        highest, lowest = np.max(codes), np.min(codes)
        continues = bool(highest >= CONTINUES)
        if continues:
            self._continue(codes)
        self._has_head = self._has_head or bool(lowest < CONTINUES)
        self._above = int(codes[-1]) & LEVEL_BITS
        if self._form.repeats_prefix:
            self._mark_repeated(codes, chunk, starts, continues)
        return codes

    def _continue(self, codes: NDArray[np.uint8]) -> None:
        """Lines that continue an entry have its level; before the first entry each line is one of its own."""
        import numpy as np

        continued = (codes & CONTINUES) != 0
        heads = np.maximum.accumulate(np.where(continued, -1, np.arange(len(codes))))
        levels = np.where(heads < 0, self._above, codes[np.maximum(heads, 0)] & LEVEL_BITS)
        np.copyto(codes, (levels | CONTINUES).astype(np.uint8), where=continued)
        if not self._has_head:
            codes[heads < 0] = UNKNOWN

    def _by_columns(self, codes: NDArray[np.uint8], chunk: Chunk, starts: NDArray[np.int64],
                    left: NDArray[np.int64] | None) -> NDArray[np.int64]:  # fmt: skip
        """Sets what the columns tell, of all lines or of those that are `left`; which are left then."""
        import numpy as np

        for column in self._columns:
            told = column.told(chunk, starts if left is None else starts[left])
            if left is None:
                codes[:] = told
            else:
                codes[left] = told
            still = (told == _OPEN).nonzero()[0]
            left = still if left is None else left[still]
            if not len(left):
                break
        return np.arange(len(starts)) if left is None else left

    def _by_reading(self, codes: NDArray[np.uint8], chunk: Chunk, starts: NDArray[np.int64],
                    open_at: NDArray[np.int64]) -> None:  # fmt: skip
        """Reads lines one by one until a new column is learned, which then settles the others like it."""
        assert self._form is not None
        data = chunk.data
        begins = chunk.bytes_[starts[open_at]]
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
                waiting = self._by_columns(codes, chunk, starts, waiting)

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
        column.table = None
        return True

    def _mark_repeated(
        self, codes: NDArray[np.uint8], chunk: Chunk, starts: NDArray[np.int64], continues: bool
    ) -> None:
        """RabbitMQ since 3.9 repeats the prefix on each line of a message: same time, level and writer. `continues`:
        whether there are lines that continue others already."""
        heads = None  # mostly every line is one, and picking them would take longer than the rest
        at = starts
        if continues:
            heads = (codes < CONTINUES).nonzero()[0]
            if not len(heads):
                return
            at = starts[heads]
        repeated = self._same_prefix(chunk.bytes_, chunk.words, at)
        codes[repeated if heads is None else heads[repeated]] |= CONTINUES
        if self._repeats_last(chunk.data, int(at[0])):
            codes[0 if heads is None else heads[0]] |= CONTINUES
        last = int(at[-1])
        self._last = bytes(chunk.data[last : last + _FAR])

    def _repeats_last(self, data: bytearray, begin: int) -> bool:
        """Whether a line has the prefix of the last one of the chunk before."""
        import numpy as np

        line = bytes(data[begin : begin + _FAR])
        times = [slice(*column.time) for column in self._columns if column.time is not None]
        if not any(line[time] == self._last[time] for time in times):
            return False
        both = self._last.ljust(_FAR) + line.ljust(_FAR)
        return bool(len(self._same_prefix(np.frombuffer(both, np.uint8), words_of(both), np.array([0, _FAR]))))

    def _same_prefix(
        self, bytes_: NDArray[np.uint8], words: NDArray[np.uint64], at: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Which of the lines from the second on have the prefix of the one before."""
        import numpy as np

        found = [np.empty(0, np.int64)]
        for column in self._columns:
            if column.time is None:
                continue
            begin, end = column.time
            # what differs most is the end of the seconds' fraction, or of a number
            end = begin + 26 if end - begin > 26 else end
            digits = bytes_[end - 1 :].take(at)
            near = (digits[1:] == digits[:-1]).nonzero()[0] + 1
            stamps = words[end - 8 :]
            near = near[stamps[at[near]] == stamps[at[near - 1]]]
            if len(near):
                places = (max(begin, end - 16), column.place)
                found.append(near[_same_bytes(words, at[near - 1], at[near], places, column)])
        return np.concatenate(found)


def _same_bytes(words: NDArray[np.uint64], one: NDArray[np.int64], other: NDArray[np.int64],
                places: tuple[int, ...], column: _Column) -> NDArray[np.bool_]:  # fmt: skip
    """Whether two lines each have the same eight bytes at some places, and from there on the same Erlang pid up to its
    end."""
    import numpy as np

    writer = column.place + 7
    offsets = np.array([*places, writer, writer + 8, writer + 16])[:, np.newaxis]
    these = words[one + offsets]
    differs: NDArray[np.uint64] = these ^ words[other + offsets]
    begins, ends = column.marks
    end = _has(these[2:], ends)
    # all bits up to the end's own; all 64 if there is none
    differs[3:] &= end[1:] ^ (end[1:] - np.uint64(1))
    ended = np.logical_or.accumulate(end[:2])
    differs[3:][ended] = 0
    same: NDArray[np.bool_] = np.logical_not(differs.any(axis=0))
    same &= _has(these[2], begins) != 0
    return same


def _has(words: NDArray[np.uint64], byte: int) -> NDArray[np.uint64]:
    """The top bit of the first byte that is this one, among higher ones that mean nothing; 0 if none is."""
    import numpy as np

    found = words ^ np.uint64(byte * _ONES)
    return (found - np.uint64(_ONES)) & ~found & np.uint64(_TOPS)
