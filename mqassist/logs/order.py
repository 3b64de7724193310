"""Several logs as one, by time: the nodes of a cluster, a broker and the balancer in front of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.log import LogLine
from mqassist.logs.lines import time_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.document import LogDocument

MAX_LINES = 5_000_000
"""16 bytes a line are held."""
PAGE = 4096


class Merged:
    """Rows count from 0. A line without a time stays behind the one above it in its file, and so does one whose time
    is before that: each log keeps its order."""

    def __init__(self, documents: Sequence[LogDocument], token: CancelToken) -> None:
        """Reads the time of every line: a second for a million. Raises Cancelled, and UserError for too many lines."""
        import numpy as np

        self.documents = tuple(documents)
        for document in documents:
            document.settle(token)
        self._counts = [document.line_count for document in documents]
        if sum(self._counts) > MAX_LINES:
            raise UserError("log-merge", "too many lines to merge", lines=sum(self._counts), most=MAX_LINES)
        self._firsts = np.concatenate(([0], np.cumsum(self._counts))).astype(np.int64)
        stamps = [line_times(document, token) for document in documents]
        self._order = np.argsort(np.concatenate(stamps) if stamps else np.empty(0), kind="stable")

    @property
    def row_count(self) -> int:
        return len(self._order)

    def places(self, first_row: int, count: int) -> list[tuple[int, int]]:
        """For so many rows: which document (its place in `documents`), and the number of the line there."""
        import numpy as np

        rows = self._order[max(0, first_row) : max(0, first_row) + max(0, count)]
        owners = np.searchsorted(self._firsts, rows, side="right") - 1
        numbers = rows - self._firsts[owners] + 1
        return list(zip(owners.tolist(), numbers.tolist(), strict=True))

    def lines(self, first_row: int, count: int) -> list[tuple[int, LogLine]]:
        """The lines in so many rows, each with the place of its document."""
        found: list[tuple[int, LogLine]] = []
        for owner, first, last in _runs(self.places(first_row, count)):
            found += [(owner, line) for line in self.documents[owner].lines(first, last - first + 1)]
        return found

    def row_of(self, document: int, line: int) -> int:
        """The row of a line. Raises IndexError."""
        import numpy as np

        if not 1 <= line <= self._counts[document]:
            raise IndexError(line)
        return int(np.flatnonzero(self._order == self._firsts[document] + line - 1)[0])


def _runs(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Lines of one document that follow each other, together."""
    run: tuple[int, int, int] | None = None
    for owner, number in places:
        if run is not None and (owner, number) == (run[0], run[2] + 1):
            run = (owner, run[1], number)
            continue
        if run is not None:
            yield run
        run = (owner, number, number)
    if run is not None:
        yield run


def line_times(document: LogDocument, token: CancelToken) -> NDArray[np.float64]:
    """The time of each line, never falling; what comes before the first time is 0."""
    import numpy as np

    count = document.line_count
    found = np.zeros(count)
    latest = 0.0
    clock = _MinuteClock(document)
    for begin in range(0, count, PAGE):
        token.check()
        for place, raw in enumerate(document.raw(begin + 1, min(PAGE, count - begin)), start=begin):
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
        stamp = time_in(self._document.parser.text_of(raw[:512])[0], self._document.form)
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
