"""One search over the open log: its hits as they come in, also of lines that are added later. Knows no widget."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from mqassist.core.log import SearchFor
from mqassist.gui.pages.logs.hits import HitList
from mqassist.gui.pages.logs.jobs import Jobs
from mqassist.gui.shell import Shell

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken
    from mqassist.gui.pages.logs.sources import Log


TOLD_MS = 40
"""While hits pour in they are told of at this pace: nobody reads their number faster."""


class Searching:
    """`changed` is called when there are more hits, or the search has ended; `failed` for a pattern that is none."""

    def __init__(
        self, shell: Shell, jobs: Jobs, changed: Callable[[], None], failed: Callable[[Exception], None]
    ) -> None:
        self._shell = shell
        self._jobs = jobs
        self._changed = changed
        self._failed = failed
        self.search: SearchFor | None = None
        self.running = False
        self.hits = HitList()
        self._pace = QTimer(singleShot=True, interval=TOLD_MS)
        self._pace.timeout.connect(self._tell_late)
        self._late = False
        """More came since they were told of."""

    def forget(self) -> None:
        """The lines are other ones now."""
        self.hits = HitList()

    def look_for(self, document: Log | None, search: SearchFor | None) -> None:
        self._jobs.stop("search")
        self.search = search if search is not None and search.text else None
        self.hits = HitList()
        self.running = False
        self._changed()
        if document is not None:
            self.go_on(document)

    def go_on(self, document: Log) -> None:
        """Lines were added."""
        search = self.search
        if search is None or self.running:
            return
        self.running = True
        put = self._shell.bridge.stream(partial(self._take, search))
        first = self.hits.last + 1

        def work(token: CancelToken) -> None:
            for hits in document.search(search, token, first):
                put(array("q", hits.lines))  # the screen takes a whole array at once, not number by number

        self._jobs.start("search", work, lambda _none: self._ended(), self._broke)

    def _take(self, search: SearchFor, batches: list[array[int]]) -> None:
        if search is self.search:
            for lines in batches:
                self.hits.add(lines)
            self._late = True
            if not self._pace.isActive():
                self._tell_late()

    def _tell_late(self) -> None:
        if self._late:
            self._late = False
            self._pace.start()
            self._changed()

    def _ended(self) -> None:
        self.running = self._late = False
        self._changed()

    def _broke(self, error: Exception) -> None:
        self._ended()
        self._failed(error)
