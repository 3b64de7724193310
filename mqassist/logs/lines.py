"""Bytes of lines to lines that can be shown: decoded, without prefix, with level and time, masked. No files."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.log import Level, LogLine
from mqassist.core.secret import Redactor
from mqassist.logs.formats import MAX_LINE, Format, Head, head_of, read_head, unwrap
from mqassist.logs.masking import masked
from mqassist.logs.times import read_time

MAX_SHOWN = 16_384
"""Characters of a line; what is longer is cut, and says so."""
_CONTROLS = {code: 0x2400 + code for code in range(32) if code != 9} | {
    127: 0x2421,
    **dict.fromkeys((*range(128, 160), *range(8234, 8239), *range(8294, 8298)), 65533),
}
"""Control characters are shown as their pictures; marks that turn the direction of text could hide what it says."""


class LineParser:
    """Reads lines of one log in order, one run of lines after the other."""

    def __init__(self, form: Format | None, encoding: str = "utf-8", redactor: Redactor | None = None,
                 clock_offset: float = 0.0) -> None:  # fmt: skip
        """`clock_offset`: seconds that are added to each time that the log states."""
        self._form = form
        self.encoding = encoding
        self._redactor = redactor
        self.clock_offset = clock_offset

    def text_of(self, raw: bytes) -> tuple[str, bool]:
        """A line as text, and whether it was cut."""
        text = self._whole(raw)
        return text[:MAX_SHOWN], len(text) > MAX_SHOWN or len(raw) > MAX_LINE

    def _whole(self, raw: bytes) -> str:
        return raw[:MAX_LINE].decode(self.encoding, "replace").rstrip("\r").removeprefix("\ufeff")

    def parse(self, raws: Sequence[bytes], first: int, above: LogLine | None = None) -> list[LogLine]:
        """`first` is the number of the first line; `above` the head of the entry that it may continue."""
        lines: list[LogLine] = []
        head: Head | None = None
        level: Level = above.level if above else "unknown"
        at = above.at if above else None
        source = above.source if above else ""
        open_entry = above is not None and (level != "unknown" or at is not None or bool(source))
        for number, raw in enumerate(raws, start=first):
            text = self._whole(raw)
            found, inner, stamp = read_head(self._form, text)
            continues = False
            shown = inner
            if found is not None:
                shown = found.text
                time = self._corrected(read_time(found.time or stamp))
                repeated = self._repeats(head, found) if head else open_entry and self._same(above, found, time)
                if repeated:
                    continues = True
                else:
                    level, at, source, open_entry = found.level, time, found.source, True
                head = found
            elif self._form is not None and open_entry:
                continues = True
            else:
                level, at, source = "unknown", self._corrected(read_time(stamp)) if stamp else None, ""
            cut = len(text) > MAX_SHOWN or len(raw) > MAX_LINE
            whole = self.shown(text[:MAX_SHOWN])
            part = self.shown(shown[:MAX_SHOWN]) if len(shown) != len(text) else whole
            lines.append(LogLine(number, part, level, at, continues, whole, source, cut))
        return lines

    def time_in(self, raw: bytes) -> float | None:
        """The time that a line states, None if it states none."""
        return self._corrected(time_in(self.text_of(raw[:512])[0], self._form))

    def _corrected(self, time: float | None) -> float | None:
        return None if time is None else time + self.clock_offset

    def _repeats(self, above: Head, found: Head) -> bool:
        assert self._form is not None
        same = (above.time, above.level, above.source) == (found.time, found.level, found.source)
        return self._form.repeats_prefix and same and bool(found.source) and bool(found.time)

    def _same(self, above: LogLine | None, found: Head, time: float | None) -> bool:
        assert self._form is not None
        if above is None or not self._form.repeats_prefix or not found.source or not found.time:
            return False
        return (above.at, above.level, above.source) == (time, found.level, found.source)

    def shown(self, text: str) -> str:
        """As it may leave: secrets masked, control characters made visible."""
        if self._redactor is not None:
            text = self._redactor.text(text)
        text = masked(text)
        return text if text.isprintable() else text.translate(_CONTROLS)


def first_time(data: bytearray | bytes, place: int, form: Format | None, lines: int = 20) -> float | None:
    """The time of the first line from a place on that has one, among so many lines."""
    if form is None:
        return None
    for _ in range(lines):
        end = data.find(b"\n", place, place + 4096)
        raw = bytes(data[place : end if end >= 0 else place + 4096])
        at = time_in(raw.decode("utf-8", "replace"), form)
        if at is not None:
            return at
        if end < 0 or end + 1 >= len(data):
            return None
        place = end + 1
    return None


def time_in(text: str, form: Format | None) -> float | None:
    """The time that a line states, None if it states none."""
    inner, stamp = unwrap(text.rstrip("\r"))
    head = head_of(form, inner) if form is not None else None
    if head is None:
        return None
    return read_time(head.time or stamp)
