"""The order of several logs that are read as one: by the times of their lines. Knows no text and no screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.logs.levels import CODES, CONTINUES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.document import LogDocument

MAX_LINES = 5_000_000
"""18 bytes a line are held."""
PAGE = 4096


class Order:
    """Never changes. Rows count from 0. A line without a time stays behind the one above it in its log, and so does
    one whose time is before that: each log keeps its order.

    `owner` and `place` say for each row which log it is from, and its place there; `rank` for each line of each log the
    row in which it is. `times` never fall; `levels` are the codes of the lines.
    """

    def __init__(self, owner: NDArray[np.uint8], place: NDArray[np.uint32], times: NDArray[np.float64],
                 levels: NDArray[np.uint8], rank: Sequence[NDArray[np.uint32]]) -> None:  # fmt: skip
        self.owner = owner
        self.place = place
        self.times = times
        self.levels = levels
        self.rank = tuple(rank)

    @staticmethod
    def of(documents: Sequence[LogDocument], token: CancelToken) -> Order:
        """Reads the time of every line: a second for a million. Raises Cancelled, and UserError for too many lines."""
        import numpy as np

        counts = [document.line_count for document in documents]
        if sum(counts) > MAX_LINES:
            raise UserError("log-merge", "too many lines to merge", lines=sum(counts), most=MAX_LINES)
        nothing = np.empty(0, np.uint32)
        none = Order(
            np.empty(0, np.uint8), nothing, np.empty(0, np.float64), np.empty(0, np.uint8), [nothing] * len(documents)
        )  # fmt: skip
        return none.with_more(documents, token)

    def with_more(self, documents: Sequence[LogDocument], token: CancelToken) -> Order:
        """With the lines that came since behind the others; itself if none came."""
        import numpy as np

        owners, places, times, levels = [], [], [], []
        for owner, document in enumerate(documents):
            begin, count = len(self.rank[owner]), document.line_count
            if count > begin:
                found = line_times(document, token, begin, count)
                owners.append(np.full(len(found), owner, np.uint8))
                places.append(np.arange(begin, begin + len(found), dtype=np.uint32))
                times.append(found)
                levels.append(_codes(document, begin, begin + len(found)))
        if not owners:
            return self
        every = np.concatenate(times)
        order = np.argsort(every, kind="stable")
        owner_of, place_of = np.concatenate(owners)[order], np.concatenate(places)[order]
        before = len(self.owner)
        rows = np.arange(before, before + len(order), dtype=np.uint32)
        return Order(
            np.concatenate((self.owner, owner_of)),
            np.concatenate((self.place, place_of)),
            np.maximum.accumulate(np.concatenate((self.times, every[order]))),
            np.concatenate((self.levels, np.concatenate(levels)[order])),
            [np.concatenate((rank, rows[owner_of == owner])) for owner, rank in enumerate(self.rank)],
        )


def _codes(document: LogDocument, begin: int, end: int) -> NDArray[np.uint8]:
    """With the line that has not ended yet."""
    import numpy as np

    known = document.index.levels[begin:end]
    rest = document.lines(begin + len(known) + 1, end - begin - len(known))
    codes = [CODES[line.level] | (CONTINUES if line.continuation else 0) for line in rest]
    codes += [CODES["unknown"]] * (end - begin - len(known) - len(codes))
    return np.concatenate((known, np.array(codes, np.uint8)))


def line_times(
    document: LogDocument, token: CancelToken, first: int = 0, end: int | None = None
) -> NDArray[np.float64]:  # fmt: skip
    """The time of each line from a place on, never falling; what comes before the first time is 0."""
    import numpy as np

    end = document.line_count if end is None else end
    found = np.zeros(end - first)
    latest = 0.0
    if first:
        above = document.time_of(first)
        latest = 0.0 if above is None else above
    clock = _MinuteClock(document)
    for begin in range(first, end, PAGE):
        token.check()
        for place, raw in enumerate(document.raw(begin + 1, min(PAGE, end - begin)), start=begin - first):
            stamp = clock.read(raw)
            if stamp is not None and stamp > latest:
                latest = stamp
            found[place] = latest
    return found


class _MinuteClock:
    """Reads the times of lines one after the other: within a minute only seconds and their fraction change."""

    def __init__(self, document: LogDocument) -> None:
        self._document = document
        self._minute = b""
        self._base = 0.0
        self._rest = b""

    def read(self, raw: bytes) -> float | None:
        if self._minute and raw[:16] == self._minute and raw[26:32] == self._rest and raw[16:17] == b":":
            seconds = raw[17:26]
            if seconds[2:3] == b"." and seconds[:2].isdigit() and seconds[3:].isdigit():
                return self._base + float(seconds)
        stamp = self._document.parser.time_in(raw)
        if (
            stamp is not None
            and raw[4:5] == b"-"
            and raw[13:14] == b":"
            and raw[19:20] == b"."
            and raw[20:26].isdigit()
        ):
            self._minute, self._rest = raw[:16], raw[26:32]
            self._base = stamp - float(raw[17:26])
        return stamp
