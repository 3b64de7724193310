"""The level of every line of a block at once: where the level stands is learned from lines that the format reads.

Owns no file. A line costs two array look-ups; what they do not settle is read by the format's own patterns.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from mqassist.core.log import LEVELS, Level
from mqassist.core.record import record
from mqassist.logs.formats import Format, head_of, unwrap

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
JSON_BYTES = 8192
"""Of an object, which may have the broker's own line anywhere."""
_BRACE = 0x7B
MAX_COLUMNS = 4
MAX_KEYS = 48
_FIVE = 0xFF_FF_FF_FF_FF
_EIGHT = 0xFF_FF_FF_FF_FF_FF_FF_FF
_OPEN = 255
_JSON_LEVEL = re.compile(r'"(?:level|severity)"\s{0,3}:\s{0,3}"(\w+)"')


@record(frozen=False)
class _Column:
    """Bytes at this place of a line, under a mask, tell its level: `keys` by what they mean. `first` are the bytes
    that such lines begin with. `time` is the place of the seconds' fraction, -1 if there is none."""

    place: int
    mask: int
    keys: dict[int, int]
    first: set[int]
    time: int
    sorted_keys: NDArray[np.uint64] | None = None
    sorted_codes: NDArray[np.uint8] | None = None


class LevelReader:
    """For one log in order: a continuation takes its level from the line above, also across blocks."""

    def __init__(self, form: Format | None) -> None:
        self._form = form
        self._columns: list[_Column] = []
        self._shapes: dict[bytes, int] = {}
        self._above = UNKNOWN
        self._last: tuple[int, int, int] | None = None

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
        if self._columns:
            self._by_columns(codes, bytes_, words, starts)
        open_at = np.flatnonzero(codes == _OPEN)
        if len(open_at):
            self._by_reading(codes, data, bytes_, words, starts, open_at)
        continued = (codes & CONTINUES) != 0
        if continued.any():
            places = np.where(continued, -1, np.arange(count))
            heads = np.maximum.accumulate(places)
            levels = np.where(heads < 0, self._above, codes[np.maximum(heads, 0)] & LEVEL_BITS)
            codes = np.where(continued, levels | CONTINUES, codes).astype(np.uint8)
        self._above = int(codes[-1]) & LEVEL_BITS
        if self._form.repeats_prefix and self._columns and self._columns[0].time >= 0:
            self._mark_repeated(codes, words, starts)
        return codes

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
        indented = (bytes_[starts[open_at]] == 32) | (bytes_[starts[open_at]] == 9) | (bytes_[starts[open_at]] == 10)
        codes[open_at[indented]] = CONTINUES
        waiting = open_at[~indented]
        while len(waiting):
            learned = len(waiting)
            for step, at in enumerate(waiting.tolist()):
                begin = int(starts[at])
                cut = begin + (JSON_BYTES if data[begin] == _BRACE else HEAD_BYTES)
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
        inner, _ = unwrap(text)
        head = head_of(form, inner) if not form.json or line[-1:] == b"}" else None
        if head is None:
            cut_json = _JSON_LEVEL.search(text) if form.json and inner.startswith("{") else None
            if cut_json is None:
                return CONTINUES, False
        code = CODES[head.level] if head is not None else UNKNOWN
        learned = False
        if form.json:
            found = _JSON_LEVEL.search(text)
            if found:
                code = CODES[form.level_of(found[1])]
                learned = self._learn(line, found.start(1) - 1, _FIVE, code, -1)
        elif not text.rstrip("\r").endswith(inner):  # in JSON its bytes are not those that it says
            learned = False
        elif head is not None and head.level_at >= 0:
            offset = text.rfind(inner)
            place = max(0, offset + head.level_at - 1)
            time = offset + head.time_at + 19 if head.time_at >= 0 and head.level_at > head.time_at else -1
            learned = self._learn(line, place, _FIVE, code, time)
        elif head is not None:
            begin = head.text[:8].ljust(8)
            if begin in self._quick:
                learned = self._learn(line, len(text) - len(head.text), _EIGHT, code, -1)
        if not learned and not wrapped:
            if len(self._shapes) >= 20_000:
                self._shapes.clear()
            self._shapes[shape] = code
        return code, learned

    def _learn(self, line: bytes, place: int, mask: int, code: int, time: int) -> bool:
        key = int.from_bytes(line[place : place + 8].ljust(8, b"\n"), "little") & mask
        column = next((known for known in self._columns if (known.place, known.mask) == (place, mask)), None)
        if column is None:
            if len(self._columns) >= MAX_COLUMNS:
                return False
            column = _Column(place, mask, {}, set(), time)
            self._columns.append(column)
        if (key in column.keys and line[0] in column.first) or len(column.keys) >= MAX_KEYS:
            return False
        column.keys.setdefault(key, code)
        column.first.add(line[0])
        column.sorted_keys = None
        return True

    def _mark_repeated(self, codes: NDArray[np.uint8], words: NDArray[np.uint64], starts: NDArray[np.int64]) -> None:
        """RabbitMQ since 3.9 repeats the prefix on each line of a message: same time, level and writer."""
        import numpy as np

        column = self._columns[0]
        stamps = words[starts + column.time]
        same = np.flatnonzero(stamps[1:] == stamps[:-1])
        if len(same):
            before, after = starts[same], starts[same + 1]
            level, pid, hour = column.place, column.place + 7, column.time - 8
            for place in (level, pid, hour):
                equal = words[before + place] == words[after + place]
                same, before, after = same[equal], before[equal], after[equal]
            marked = same + 1
            codes[marked[(codes[marked] & CONTINUES) == 0]] |= CONTINUES
        first = (int(stamps[0]), int(words[starts[0] + column.place]), int(words[starts[0] + column.place + 7]))
        if self._last == first and first[0]:
            codes[0] |= CONTINUES
        at = int(starts[-1])
        self._last = (int(stamps[-1]), int(words[at + column.place]), int(words[at + column.place + 7]))
