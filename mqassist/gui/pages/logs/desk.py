"""The open log of one page: what is shown of it, found in it and known about it, kept up to date by jobs.

Everything that reads much runs in jobs of the bridge; what the painting asks for is quick and cached. Rows count from
0 (what is shown), lines from 1 (what the file has).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from mqassist.core.errors import UserError
from mqassist.core.log import Bucket, Level, LineFilter, LogChange, LogLine, SearchFor
from mqassist.core.record import changed
from mqassist.gui.pages.logs.chosen_lines import ChosenLines
from mqassist.gui.pages.logs.folding import Folding
from mqassist.gui.pages.logs.hits import HitList
from mqassist.gui.pages.logs.jobs import Jobs
from mqassist.gui.pages.logs.knowing import Found, Knowing, look_up
from mqassist.gui.pages.logs.line_cache import LineCache
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.pages.logs.rows import Rows
from mqassist.gui.pages.logs.searching import Searching
from mqassist.gui.pages.logs.sources import number_of, open_sources, origin_of
from mqassist.gui.pages.logs.watch import FileWatch
from mqassist.gui.screen_first import JobToken, ScreenFirst
from mqassist.gui.shell import Shell

if TYPE_CHECKING:
    from mqassist.core.report import LogMatch
    from mqassist.gui.pages.logs.sources import Following, Log
    from mqassist.services import View

BUCKETS = 160
REFRESH_MS = 120
"""New lines are shown at this pace while they pour in."""
COUNTED_AFTER_MS = 40
OPEN_AFTER_S = 0.015
"""The page is laid out and painted before the log is read: beside that it would take twice as long."""
INDEX_AFTER_MS = 30
"""The first screen is painted before the indexing takes its share of the processor."""
HISTOGRAM_AFTER_MS, HISTOGRAM_LATER_MS = 300, 2000
"""While lines pour in it is not made anew for each of them; of a log that is followed they change little."""


class LogDesk(QObject):
    """On the screen thread, as are all its signals. The document is opened, indexed and followed behind."""

    opened = Signal()
    failed = Signal(object)
    """A UserError: the log could not be opened, or what was asked of it cannot be done."""
    rows_changed = Signal()
    """Another choice of lines."""
    grown = Signal()
    counted = Signal()
    """Some moments after the last `grown`: for words and numbers, which nobody reads so fast, and which would be laid
    out and painted before the new lines are."""
    """More lines at the end of what was there, or the last of them has other words."""
    folded = Signal()
    """The same lines in other rows: health checks were folded or unfolded."""
    happened = Signal(str, str)
    """What became of the file, with the system's reason: rotated, truncated, gone, unreadable, back."""
    hits_changed = Signal()
    histogram_changed = Signal()
    explained = Signal(int)
    """What is known of this line and its entry is there now."""

    def __init__(self, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self.document: Log | None = None
        self.sources: tuple[str, ...] = ()
        self._opening: tuple[str, ...] = ()
        self.filter = LineFilter()
        self.buckets: list[Bucket] = []
        self.matches: dict[int, LogMatch] = {}
        self.rows = Rows()
        self._head = 0
        """Lines that were read before the index had them."""
        self._histogram_due = QTimer(self, singleShot=True)
        self._histogram_due.timeout.connect(self.refresh_histogram)
        self.knowing = Knowing()
        self._cache = LineCache()
        self._follower: Following | None = None
        self._jobs = Jobs(shell, self, self._tell)
        self._searching = Searching(shell, self._jobs, self.hits_changed.emit, self._tell)
        self.folding = Folding(self._jobs, self._folded)
        self._fresh: list[Log] = []
        """Opened by a job, and nobody has taken them yet."""
        self._refresh = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._refresh.timeout.connect(self._refreshed)
        self._count = QTimer(self, singleShot=True, interval=COUNTED_AFTER_MS)
        self._count.timeout.connect(self.counted)
        self.grown.connect(lambda: None if self._count.isActive() else self._count.start())
        self._late = False
        """More came since the last refresh."""
        self._watch = FileWatch(self)
        self._watch.changed.connect(self._poke)

    # -- opening and closing ----------------------------------------------------------------

    def open(self, *sources: str) -> None:
        """At once, whatever the size; `opened` or `failed` follows. Several are read as one, which takes a second for
        a million lines; what was open stays until then."""
        self._opening = sources
        work = partial(open_sources, self._shell.services, sources, self._fresh, after_s=OPEN_AFTER_S)
        self._jobs.start("open", lambda token: (sources, *work(token)), lambda found: self._use(*found))

    def add(self, source: str) -> None:
        """To be read together with what is open, or is being opened."""
        self.open(*dict.fromkeys((*(self._opening if "open" in self._jobs else self.sources), source)))

    def _use(self, sources: tuple[str, ...], document: Log, head: Sequence[LogLine]) -> None:
        self._fresh.remove(document)
        self.close()
        self.document = document
        self.sources = sources
        self.filter = LineFilter()
        self._searching.look_for(None, None)
        self._cache.put(head)
        self._head = len(head)
        self.rows.show_all(self._head)
        self.opened.emit()
        self.rows_changed.emit()
        self.hits_changed.emit()
        tell = self._shell.bridge.stream(self._changed, self)
        stop = JobToken(self._shell.bridge.screen)
        start = partial(document.start, tell, stop)
        QTimer.singleShot(INDEX_AFTER_MS, self, lambda: start() if document is self.document else None)
        if document.endless:
            self.follow(True)

    def close(self) -> None:
        """Lets go of the log; threads of it end behind."""
        self._jobs.stop_all()
        self._refresh.stop()
        self._histogram_due.stop()
        self._watch.stop()
        document, follower = self.document, self._follower
        self.document = self._follower = None
        self._head = 0
        self.folding.clear()
        self.rows = Rows()
        self._searching.forget()
        self.buckets, self.matches = [], {}
        self._cache.clear()
        self.knowing.clear()
        if document is not None:
            self._shell.bridge.background(lambda _token: _let_go(document, follower))

    def close_now(self) -> None:
        """As `close`, for when the window goes: no job is started any more."""
        document, follower = self.document, self._follower
        self.document = self._follower = None
        self._refresh.stop()
        for each in (document, *self._fresh):
            if each is not None:
                _let_go(each, follower if each is document else None)

    @property
    def screen(self) -> ScreenFirst:
        """For painting: jobs give way to it."""
        return self._shell.bridge.screen

    @property
    def following(self) -> bool:
        return self._follower is not None

    def follow(self, on: bool) -> None:
        """Lines that are added are shown as they come."""
        if on and self._follower is None and self.document is not None:
            self._follower = self.document.follow(self._shell.bridge.stream(self._changed, self))
            self._watch.watch(self.document.paths)
        elif not on and self._follower is not None:
            follower, self._follower = self._follower, None
            self._watch.stop()
            self._shell.bridge.background(lambda _token: follower.stop())

    def _changed(self, changes: Sequence[LogChange]) -> None:
        if self.document is None:
            return
        for change in changes:
            if change.kind == "truncated":
                self.read_anew()
            if change.kind != "grown":
                self.happened.emit(change.kind, change.reason)
        # the last line may have been cut short when it was read
        last = min(change.first_line for change in changes) - 1
        self._cache.forget_from(last)
        self.knowing.forget_from(last)
        if self._refresh.isActive():
            self._late = True
        else:
            self._catch_up()
            self._refresh.start()

    def read_anew(self) -> None:
        """The lines have other numbers now, or other words."""
        self._cache.clear()
        self.knowing.clear()
        self.folding.clear()
        self.rows = Rows()
        self._searching.look_for(self.document, self.search)
        self._catch_up()
        self.mark(self.matches.values())

    def _refreshed(self) -> None:
        if self._late:
            self._late = False
            self._catch_up()
            self._refresh.start()

    def _poke(self) -> None:
        if self._follower is not None:
            self._follower.poke()  # by itself it looks only every tenth of a second
            self.screen.expect()
            self._watch.watch(() if self.document is None else self.document.paths)

    def _catch_up(self) -> None:
        document = self.document
        if document is None:
            return
        view = self.rows.view
        if isinstance(view, ChosenLines):
            self.grown.emit()
        elif view is not None or self.filter != LineFilter():
            chosen, before = self.filter, view
            self._jobs.start("view", lambda token: document.view(chosen, token, after=before), self._take_grown)
        else:
            self.rows.show_all(self._all_rows(document))
            self.grown.emit()
        self._searching.go_on(document)
        if not self._histogram_due.isActive():
            known = document.complete and self.buckets  # the first one is waited for
            self._histogram_due.start(HISTOGRAM_LATER_MS if known else HISTOGRAM_AFTER_MS)

    def _all_rows(self, document: Log) -> int:
        count = document.line_count
        return count if document.complete else max(count, self._head)

    def _take_grown(self, view: View) -> None:
        self.rows.show_view(view)
        self.grown.emit()

    # -- what is shown ----------------------------------------------------------------------

    @property
    def row_count(self) -> int:
        return self.rows.count

    @property
    def is_filtered(self) -> bool:
        return self.rows.view is not None

    def choose(self, chosen: LineFilter) -> None:
        """Another filter; `rows_changed` follows, or `failed`."""
        document = self.document
        self.filter = chosen
        if document is None:
            return
        if chosen == LineFilter():
            self._jobs.stop("view")
            self.rows.show_all(self._all_rows(document))
            self.rows_changed.emit()
            return
        self.folding.stop()
        self._jobs.start("view", lambda token: document.view(chosen, token), self._take_view)

    def _take_view(self, view: View) -> None:
        self.rows.show_view(view)
        self.rows_changed.emit()

    def show_only(self, numbers: Sequence[int] | None) -> None:
        """These lines and no others, or again what the filter leaves."""
        if numbers is None:
            self.choose(self.filter)
        elif self.document is not None:
            self._jobs.stop("view")
            self.rows.show_view(ChosenLines(numbers, self.document.line_count))
            self.rows_changed.emit()

    def change_filter(self, **values: Any) -> None:
        self.choose(changed(self.filter, **values))

    def line_of(self, row: int) -> int:
        """The number of the line in a row, 0 if there is none."""
        return self.rows.line_of(row)

    def row_of(self, line: int) -> int:
        """The row of a line, or of the next one that is shown."""
        return self.rows.row_of(line)

    def shows(self, line: int) -> bool:
        return self.rows.shows(line)

    def lines(self, first_row: int, count: int) -> list[LogLine]:
        """What stands in so many rows from one on."""
        return self.of_numbers(self.rows.numbers(first_row, count))

    def look_for_folds(self, first_line: int, last_line: int) -> None:
        """Health checks around these lines become one row each; `folded` follows."""
        if self.document is not None and self.rows.view is None and first_line and self.document.line_count:
            self.folding.look(self.document, first_line, min(last_line, self.document.line_count))

    def _folded(self) -> None:
        self.rows.fold(self.folding.folds())
        self.folded.emit()

    def of_numbers(self, numbers: Sequence[int]) -> list[LogLine]:
        """Lines by their numbers, in rising order; those that are gone are left out."""
        return [] if self.document is None else self._cache.lines(self.document, numbers)

    def gutter(self, line: int) -> tuple[str, str]:
        """The letter of the log that a line is from, where there are several, and its number there."""
        if self.document is None or not line:
            return "", ""
        letter, _name, number = origin_of(self.document, line)
        return letter, numbered(number)

    # -- errors and times ---------------------------------------------------------------------

    def next_of(self, line: int, levels: Sequence[Level], *, backwards: bool = False) -> int | None:
        """The next line that begins an entry of one of these levels and is shown."""
        document = self.document
        return None if document is None else self.rows.next_of(document, line, levels, backwards=backwards)

    def line_at(self, time: float) -> int:
        return 1 if self.document is None else self.document.line_at(time)

    def refresh_histogram(self) -> None:
        document = self.document
        if document is not None and "histogram" not in self._jobs:
            self._jobs.start("histogram", lambda _token: document.histogram(BUCKETS), self._take_histogram)

    def _take_histogram(self, buckets: list[Bucket]) -> None:
        self.buckets = buckets
        self.histogram_changed.emit()

    # -- searching ----------------------------------------------------------------------------

    @property
    def search(self) -> SearchFor | None:
        return self._searching.search

    @property
    def searching(self) -> bool:
        return self._searching.running

    @property
    def hits(self) -> HitList:
        return self._searching.hits

    def look_for(self, search: SearchFor | None) -> None:
        """Hits come in batches: `hits_changed`. `failed` for a pattern that is none."""
        self._searching.look_for(self.document, search)

    def next_hit(self, line: int, *, backwards: bool = False) -> int | None:
        """The next line with a hit that is shown; goes round at the end."""
        return self.hits.next(line, self.rows.first_shown, backwards=backwards)

    # -- what is known ------------------------------------------------------------------------

    def ask_known(self, lines: Iterable[int]) -> None:
        """Looks up what is not looked up yet; `explained` follows for each entry that is known."""
        document, wanted = self.document, self.knowing.wanted(lines)
        if document is None or not wanted:
            return
        put = self._shell.bridge.stream(self._take_known, self)
        self._jobs.start(f"known {wanted[0]}", lambda token: look_up(document, wanted, token, put), lambda _none: None)

    def _take_known(self, found: list[Found]) -> None:
        for line in self.knowing.take(found):
            self.explained.emit(line)

    def step_title(self, probe: str) -> str:
        return self._shell.services.wording.sentence(f"probe.{probe}")

    # -- the lines of a run ---------------------------------------------------------------------

    def mark(self, matches: Iterable[LogMatch]) -> None:
        """Lines that a run caused; those of other files are left out."""
        document = self.document
        placed = [] if document is None else [(number_of(document, each.file, each.line), each) for each in matches]
        self.matches = {number: match for number, match in placed if number}
        self.rows_changed.emit()

    def _tell(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.failed.emit(error)
        else:
            self._shell.bridge.broke.emit(error)


def _let_go(document: Log, follower: Following | None) -> None:
    if follower is not None:
        follower.stop()
    document.close()
