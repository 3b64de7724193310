"""Several open logs that are read as one, line by line in the order of their times: the nodes of a cluster, a broker
and the balancer before it. Answers what a LogDocument answers; numbers count over all of them. Knows no screen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled, UserError
from mqassist.core.log import (
    LEVELS,
    Bucket,
    ClockHint,
    Hits,
    KnownLine,
    Level,
    LineFilter,
    LogChange,
    LogLine,
    LogProblem,
    SearchFor,
)
from mqassist.core.record import changed
from mqassist.logs.levels import CODES, CONTINUES, LEVEL_BITS
from mqassist.logs.order import Order
from mqassist.logs.selecting import next_entry
from mqassist.logs.views import View

if TYPE_CHECKING:
    from mqassist.logs.document import LogDocument, OnChange
    from mqassist.logs.together_stories import TogetherStories

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Together:
    """Made in a thread: it reads the time of every line, a second for a million. Raises Cancelled, and UserError for
    too many lines or logs. Lines that come later are put behind those that are there, in the order of their times."""

    complete = True
    progress = 1.0
    endless = False
    format = "together"
    letters = LETTERS

    def __init__(self, documents: Sequence[LogDocument], token: CancelToken) -> None:
        if len(documents) > len(LETTERS):
            raise UserError("log-merge", "too many logs to merge", lines=len(documents), most=len(LETTERS))
        self.documents = tuple(documents)
        self.name = " + ".join(document.name for document in documents)
        self.generation = 0
        self._lock = threading.Lock()
        for document in documents:
            document.settle(token)
        self._order = Order.of(self.documents, token)

    def set_clock_offsets(self, seconds: Sequence[float], token: CancelToken) -> None:
        """Adds to the times of each log, where its clock was wrong; the lines get another order. Takes as long as
        merging; raises Cancelled, and then all is as it was."""
        with self._lock:
            before = [document.parser.clock_offset for document in self.documents]
            try:
                for document, offset in zip(self.documents, seconds, strict=True):
                    document.set_clock_offset(offset)
                self._order = Order.of(self.documents, token)
            except Cancelled:
                for document, offset in zip(self.documents, before, strict=True):
                    document.set_clock_offset(offset)
                raise
            self.generation += 1

    @property
    def clock_offsets(self) -> tuple[float, ...]:
        return tuple(document.parser.clock_offset for document in self.documents)

    def clock_hints(self, token: CancelToken) -> list[ClockHint]:
        """What the same connections in two of them say of their clocks. Some seconds at most; raises Cancelled."""
        from mqassist.logs.clock_hint import clock_hints

        return clock_hints(self.documents, token)

    # -- what it is ------------------------------------------------------------------------

    @property
    def size(self) -> int:
        return sum(document.size for document in self.documents)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(path for document in self.documents for path in document.paths)

    @property
    def problems(self) -> list[LogProblem]:
        return [problem for document in self.documents for problem in document.problems]

    @property
    def line_count(self) -> int:
        return len(self._order.owner)

    def counts(self) -> dict[Level, int]:
        import numpy as np

        levels = self._order.levels
        heads = levels[(levels & CONTINUES) == 0] & LEVEL_BITS
        sums = np.bincount(heads, minlength=len(LEVELS)).tolist()
        return dict(zip(LEVELS, sums, strict=False))

    def origin_of(self, line: int) -> tuple[str, str, int]:
        """The letter and the name of the log that a line is from, and its number there."""
        owner, local = self.local(line)
        return LETTERS[owner], self.documents[owner].name, local

    def number_of(self, path: str, line: int) -> int:
        """The number here of a line of one of the files; 0 if it is not here."""
        for owner, document in enumerate(self.documents):
            if path in document.paths and 0 < line <= len(self._order.rank[owner]):
                return self.number(owner, line)
        return 0

    def local(self, line: int) -> tuple[int, int]:
        order = self._order
        return int(order.owner[line - 1]), int(order.place[line - 1]) + 1

    def number(self, owner: int, line: int) -> int:
        return int(self._order.rank[owner][line - 1]) + 1

    # -- lines -----------------------------------------------------------------------------

    def start(self, on_change: OnChange | None = None, stop: CancelToken | None = None) -> None:
        """All is read already."""
        if on_change is not None and not (stop is not None and stop.cancelled):
            on_change(LogChange("grown", 1, self.line_count))

    def head(self, count: int) -> list[LogLine]:
        return self.lines(1, count)

    def lines(self, first: int, count: int) -> list[LogLine]:
        found: list[LogLine] = []
        row, end = max(0, first - 1), min(self.line_count, first - 1 + count)
        while row < end:
            owner, local = self.local(row + 1)
            length = 1
            while row + length < end and self.local(row + 1 + length) == (owner, local + length):
                length += 1
            read = self.documents[owner].lines(local, length)
            found += [changed(line, number=row + 1 + at) for at, line in enumerate(read)]
            row += length
        return found

    def next_line(
        self, line: int, levels: Sequence[Level], *, backwards: bool = False, within: View | None = None
    ) -> int | None:
        found = next_entry(self._order.levels, line - 1, [CODES[level] for level in levels], backwards, within)
        return None if found is None else found + 1

    def line_at(self, time: float) -> int:
        import numpy as np

        return int(np.searchsorted(self._order.times, time)) + 1

    def histogram(self, buckets: int) -> list[Bucket]:
        import numpy as np

        order = self._order
        known = order.times[order.times > 0]
        if not len(known) or buckets < 1:
            return []
        edges = np.linspace(known[0], max(known[-1], known[0] + 1.0), buckets + 1)
        at = np.searchsorted(order.times, edges)
        at[-1] = len(order.times)
        found = []
        for place in range(buckets):
            codes = order.levels[at[place] : at[place + 1]] & LEVEL_BITS
            sums = np.bincount(codes, minlength=len(LEVELS)).tolist()
            found.append(Bucket(float(edges[place]), float(edges[place + 1]), tuple(sums[: len(LEVELS)])))
        return found

    # -- what is shown, found and known ----------------------------------------------------

    def view(self, chosen: LineFilter, token: CancelToken | None = None, *, after: View | None = None) -> View:
        """As LogDocument.view; with `after`, if nothing came since, it is given back."""
        import numpy as np

        if after is not None and after.line_count == self.line_count:
            return after
        order = self._order
        shown = np.ones(len(order.levels), bool)
        if chosen.levels is not None:
            wanted = [CODES[level] for level in chosen.levels]
            shown = np.isin(order.levels & LEVEL_BITS, wanted)
        if chosen.since is not None:
            shown[: self.line_at(chosen.since) - 1] = False
        if chosen.until is not None:
            shown[self.line_at(chosen.until) - 1 :] = False
        if chosen.searches:
            words = changed(chosen, levels=None, since=None, until=None, around=0)
            fits = np.zeros(len(shown), bool)
            for owner, document in enumerate(self.documents):
                rank = order.rank[owner]
                mask = document.view(words, token).mask[: len(rank)]
                fits[rank[: len(mask)]] = mask
            shown &= fits
        view = View((shown,), len(shown))
        return view.with_around(chosen.around) if chosen.around else view

    def search(self, search: SearchFor, token: CancelToken, first: int = 1) -> Iterator[Hits]:
        """In one batch: hits of one log come before and after those of another."""
        import numpy as np

        found = []
        for owner, document in enumerate(self.documents):
            rank = self._order.rank[owner]
            for places, _done in document.search_places(search, token):
                found.append(rank[places[places < len(rank)]].astype(np.int64) + 1)
        numbers = np.sort(np.concatenate(found)) if found else np.empty(0, np.int64)
        yield Hits(tuple(numbers[numbers >= first].tolist()), 1.0)

    def explain(self, line: int) -> KnownLine | None:
        owner, local = self.local(line)
        known = self.documents[owner].explain(local)
        if known is None or known.last_line > len(self._order.rank[owner]):
            return None
        return changed(known, line=self.number(owner, known.line), last_line=self.number(owner, known.last_line))

    def stories(self) -> TogetherStories:
        from mqassist.logs.together_stories import TogetherStories

        return TogetherStories(self)

    # -- following -------------------------------------------------------------------------

    def follow(self, on_change: OnChange, poll_s: float = 0.1) -> TogetherFollower:
        return TogetherFollower(self, on_change, poll_s)

    def take_change(self, change: LogChange, token: CancelToken) -> LogChange:
        """From the thread that follows one of them."""
        with self._lock:
            if change.kind == "truncated":
                self._order = Order.of(self.documents, token)
                self.generation += 1
                return LogChange("truncated", 1, self.line_count, change.reason)
            before = self.line_count
            self._order = self._order.with_more(self.documents, token)
            return LogChange(change.kind, before + 1, self.line_count, change.reason)

    def close(self) -> None:
        for document in self.documents:
            document.close()


class TogetherFollower:
    """Follows each of them."""

    def __init__(self, together: Together, on_change: Callable[[LogChange], None], poll_s: float) -> None:
        self._token = CancelToken()

        def tell(change: LogChange) -> None:
            told = together.take_change(change, self._token)
            if not self._token.cancelled:
                on_change(told)

        self._followers = [document.follow(tell, poll_s) for document in together.documents]

    @property
    def watched(self) -> tuple[str, ...]:
        return tuple(path for follower in self._followers for path in follower.watched)

    def poke(self) -> None:
        for follower in self._followers:
            follower.poke()

    def stop(self) -> None:
        self._token.cancel()
        for follower in self._followers:
            follower.stop()
