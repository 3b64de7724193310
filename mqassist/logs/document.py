"""One log that is open: its lines, their levels and times, what is shown of it, found in it and known about it.

Opens at once and indexes behind; any thread may ask. Knows no screen. Line numbers count from 1.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled
from mqassist.core.log import (
    LEVELS,
    Bucket,
    Hits,
    KnownLine,
    Level,
    LineFilter,
    LogChange,
    LogLine,
    LogProblem,
    SearchFor,
    Signature,
)
from mqassist.core.secret import Redactor
from mqassist.logs.clock import Times
from mqassist.logs.feeds import Feed
from mqassist.logs.formats import PLAIN, Format
from mqassist.logs.index import LineIndex, raw_lines
from mqassist.logs.levels import CONTINUES
from mqassist.logs.lines import LineParser
from mqassist.logs.sniffing import SAMPLE, encoding_of, format_of
from mqassist.logs.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mqassist.logs.follow import Follower
    from mqassist.logs.known import Known
    from mqassist.logs.stories import Stories
    from mqassist.logs.views import View

PROGRESS_BYTES = 64 << 20
"""So often the progress of indexing is told."""
FEED_WAIT_S = 0.05

OnChange = Callable[[LogChange], None]


class LogDocument:
    """`name` is what a person calls it, `format` the id of its format (`plain` if none reads it)."""

    def __init__(self, name: str, store: Store, formats: Sequence[Format], known: Callable[[], Known],
                 redactor: Redactor | None = None, feed: Feed | None = None) -> None:  # fmt: skip
        self.name = name
        self.store = store
        self._formats = formats
        self._redactor = redactor
        self.encoding = encoding_of(store)
        self.form = format_of(store, self.encoding, formats)
        self.index = LineIndex(store, self.form)
        self.parser = LineParser(self.form, self.encoding, redactor)
        self.problems: list[LogProblem] = []
        self.endless = False
        """Whether it comes from something that goes on until it is stopped."""
        self.generation = 0
        """Grows whenever lines that were there before cannot be read any more."""
        self._known_source = known
        self._feed = feed or Feed()
        self.growing = threading.Lock()
        """Held by whoever adds bytes or lines."""
        self._complete = False
        self._stop = CancelToken()
        self._thread: threading.Thread | None = None

    # -- what it is ------------------------------------------------------------------------

    @property
    def format(self) -> str:
        return PLAIN if self.form is None else self.form.id

    @property
    def size(self) -> int:
        return self.store.size

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(segment.path for segment in self.store.segments)

    @property
    def complete(self) -> bool:
        """Whether all that is there is indexed."""
        return self._complete and not self._feed.running

    @property
    def progress(self) -> float:
        """The share that is indexed, 0 to 1."""
        return 1.0 if self._complete else self.index.read_to / max(1, self.store.size)

    @property
    def line_count(self) -> int:
        """Lines indexed so far, with one at the end that has no newline yet once all is read."""
        index = self.index
        return index.line_count + (1 if index.read_to >= self.store.size > index.offset else 0)

    def counts(self) -> dict[Level, int]:
        """Entries of each level so far."""
        found = dict(zip(LEVELS, self.index.counts_by_level(), strict=True))
        if self.line_count > self.index.line_count:
            for last in self.lines(self.line_count, 1):
                found[last.level] += not last.continuation
        return found

    def entry_count(self) -> int:
        return sum(self.counts().values())

    # -- indexing --------------------------------------------------------------------------

    def start(self, on_change: OnChange | None = None, stop: CancelToken | None = None) -> None:
        """Indexes in a thread of its own, and tells from there how far it is, and when it is through. `stop` is asked
        at each step; closing cancels it."""
        if self._thread is None:
            self._stop = stop or self._stop
            self._thread = threading.Thread(target=self._run, args=(on_change,), name="log-index", daemon=True)
            self._thread.start()

    def _run(self, on_change: OnChange | None) -> None:
        told = first = 0
        try:
            while self.advance(self._stop):
                if on_change is not None and (told == 0 or self.index.read_to - told >= PROGRESS_BYTES):
                    on_change(LogChange("grown", first + 1, self.line_count))
                    told, first = self.index.read_to, self.index.line_count
        except Cancelled:
            return
        if on_change is not None and not self._stop.cancelled:
            on_change(LogChange("grown", first + 1, self.line_count))

    def index_all(self, token: CancelToken) -> None:
        """Returns when everything is indexed. Raises Cancelled."""
        while self.advance(token):
            token.check()

    def advance(self, token: CancelToken) -> bool:
        """One step of indexing, by whoever calls; False if all that is there is indexed. Raises Cancelled."""
        token.check()
        with self.growing:
            if self.index.advance():
                self._complete = False
                return True
            was_running = self._feed.running
            self._feed.step()
            if self._grow():
                return True
            if self.store.truncated:
                self._note(LogProblem("log.problem.shrank"))
            if self._feed.problem is not None:
                self._note(self._feed.problem)
            if not was_running:
                self._complete = True
                return False
        self._feed.wait(FEED_WAIT_S)
        return True

    def _grow(self) -> bool:
        """Looks for more bytes; as long as there are few, they may tell what format this is."""
        young = self.store.size <= SAMPLE
        if not self.store.grow():
            return False
        if young and (self.form is None or self.form.fallback):
            self.encoding, before = encoding_of(self.store), self.form
            self.form = format_of(self.store, self.encoding, self._formats) or before
            if self.form is not before:
                self.index = LineIndex(self.store, self.form)
                self.parser = LineParser(self.form, self.encoding, self._redactor, self.parser.clock_offset)
                self.__dict__.pop("_times", None)
                self.generation += 1
        return True

    def _note(self, problem: LogProblem) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def settle(self, token: CancelToken) -> None:
        """Indexes all that there is; of a source without end, what has come."""
        if self.endless:
            self.catch_up(token)
        else:
            self.index_all(token)

    def more(self, token: CancelToken) -> bool:
        """Indexes a step further; False if all is indexed, or what has come of a source without end."""
        if self.endless:
            self.catch_up(token)
            return False
        return self.advance(token)

    def catch_up(self, token: CancelToken) -> None:
        """Indexes what is there now, without waiting for more. Raises Cancelled."""
        while True:
            token.check()
            with self.growing:
                self._feed.step()
                if not self.index.advance() and not self._grow():
                    self._complete = not self._feed.running
                    return

    def wait_for_feed(self, seconds: float) -> None:
        self._feed.wait(seconds)

    def replace(self, store: Store) -> None:
        """Other content altogether: the file was emptied, and its lines are nowhere else."""
        with self.growing:
            self.index.close()
            self.store = store
            self.index = LineIndex(store, self.form)
            self.__dict__.pop("_times", None)
            self.generation += 1

    # -- lines -----------------------------------------------------------------------------

    def lines(self, first: int, count: int) -> list[LogLine]:
        """Up to `count` lines from number `first` on, as far as they are indexed."""
        first = max(1, first)
        count = min(count, self.line_count - first + 1)
        if count <= 0:
            return []
        return self.parser.parse(self.raw(first, count), first, self._above(first))

    def _above(self, first: int) -> LogLine | None:
        """The head of the entry that a line continues."""
        place = first - 1
        if place >= self.index.line_count:
            place = self.index.line_count  # the line that has not ended
            if not place:
                return None
            head = self.index.head_of(place - 1)
        elif self.index.levels[place] & CONTINUES:
            head = self.index.head_of(place)
        else:
            return None
        found = self.parser.parse(self.raw(head + 1, 1), head + 1)
        return found[0] if found else None

    def raw(self, first: int, count: int) -> list[bytes]:
        """Lines as bytes, each cut to 64 KiB; empty where the file has lost them."""
        return raw_lines(self.store, self.index, first - 1, count)

    def head(self, count: int) -> list[LogLine]:
        """The first lines, before anything is indexed."""
        data = self.store.read(0, SAMPLE)
        parts = data.split(b"\n")
        if parts and not parts[-1]:
            parts.pop()
        return self.parser.parse(parts[:count], 1)

    def tail(self, count: int) -> list[LogLine]:
        """The last lines, before anything is indexed: without numbers."""
        begin = max(0, self.store.size - SAMPLE)
        parts = self.store.read(begin, SAMPLE).split(b"\n")
        if begin and len(parts) > 1:
            parts.pop(0)
        if parts and not parts[-1]:
            parts.pop()
        found = self.parser.parse(parts, 1)[-count:]
        from mqassist.core.record import changed

        return [changed(line, number=0) for line in found]

    def whole_entries(self, first: int, last: int, after: int = 0) -> list[list[LogLine]]:
        """The entries that these lines belong to, each with all its lines; none that begins at or before `after`."""
        from mqassist.logs.known import entries_of

        return [entry for entry in entries_of(self, first, last) if entry[0].number > after]

    def next_line(
        self, line: int, levels: Sequence[Level], *, backwards: bool = False, within: View | None = None
    ) -> int | None:
        """The next entry (or the one before) of these levels that a view shows."""
        from mqassist.logs.levels import CODES
        from mqassist.logs.selecting import next_entry

        found = next_entry(self.index.levels, line - 1, [CODES[level] for level in levels], backwards, within)
        return None if found is None else found + 1

    # -- times -----------------------------------------------------------------------------

    def set_clock_offset(self, seconds: float) -> None:
        """Adds so much to the times that the log states, because the clock was wrong that wrote it."""
        self.parser.clock_offset = seconds
        self.__dict__.pop("_times", None)

    @cached_property
    def _times(self) -> Times:
        return Times(self)

    def time_of(self, line: int) -> float | None:
        """Seconds since 1970 (UTC) of the entry that a line belongs to."""
        return self._times.time_of(line)

    def line_at(self, time: float) -> int:
        """The first line at or after a time; one past the last if there is none. Times are taken to rise."""
        return self._times.line_at(time)

    def span(self) -> tuple[float, float] | None:
        """The first and the last time that the log states."""
        return self._times.span()

    def last_time(self) -> float | None:
        span = self.span()
        return None if span is None else span[1]

    def histogram(self, buckets: int, since: float | None = None, until: float | None = None) -> list[Bucket]:
        """Lines by level in spans of equal length over the log, or over a part of it; none without times."""
        return self._times.histogram(buckets, since, until)

    # -- what is shown and found -----------------------------------------------------------

    def view(self, chosen: LineFilter, token: CancelToken | None = None, *, after: View | None = None) -> View:
        """The lines that fit. Quick unless the filter looks at texts: then not on the screen's thread.

        With `after` (a view of the same filter) only lines that came since are looked at. Raises Cancelled and
        UserError (a pattern that is none, or takes too long).
        """
        from mqassist.logs.selecting import select

        return select(self, chosen, token or CancelToken(), after)

    def search(self, search: SearchFor, token: CancelToken, first: int = 1) -> Iterator[Hits]:
        """Numbers of the lines with a hit in rising order, from line `first` on; waits for the index where it must.

        Raises UserError and Cancelled.
        """
        for places, done in self.search_places(search, token, first - 1):
            yield Hits(tuple((places + 1).tolist()), done)

    def search_places(
        self, search: SearchFor, token: CancelToken, first: int = 0
    ) -> Iterator[tuple[NDArray[np.int64], float]]:
        """As `search`, with places that count from 0: for searches that most lines answer."""
        from mqassist.logs.selecting import places_with

        yield from places_with(self, (search,), (), token, first)

    # -- what is known ---------------------------------------------------------------------

    @cached_property
    def known(self) -> Known:
        return self._known_source()

    def explain(self, line: int) -> KnownLine | None:
        """What we know of the entry that a line belongs to."""
        return self.known.explain(self, line)

    def signatures(self, token: CancelToken) -> list[Signature]:
        """All known phrases over the whole log, most frequent first. Indexes first; raises Cancelled."""
        self.settle(token)
        return self.known.signatures(self, token)

    def known_lines(self, token: CancelToken) -> Iterator[KnownLine]:
        """Every entry that a phrase of ours knows, in order."""
        self.settle(token)
        return self.known.lines(self, token)

    def stories(self) -> Stories:
        """Connections put together from their lines, and tables over the log."""
        from mqassist.logs.stories import Stories

        return Stories(self)

    # -- following -------------------------------------------------------------------------

    def follow(self, on_change: OnChange, poll_s: float = 0.1) -> Follower:
        """Tells of lines that are added, in a thread of its own, until its `stop` is called."""
        from mqassist.logs.follow import Follower

        return Follower(self, on_change, poll_s)

    @property
    def alive(self) -> bool:
        """Whether more may come: always of a file, of a command or a pipe until it ends."""
        return bool(self.store.segments and self.store.segments[-1].path) or self._feed.alive

    @property
    def ends_open(self) -> bool:
        """Whether the last line has no newline yet."""
        return self.line_count > self.index.line_count

    def close(self) -> None:
        """Lets go of files and processes; waits for the thread."""
        self._stop.cancel()
        self._feed.stop()
        if self._thread is not None:
            self._thread.join(5)
        self.index.close()
        self.store.close()
