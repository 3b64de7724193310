"""The log of another desk, of which only some lines are shown: those with a hit, those that were marked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from mqassist.core.log import SearchFor
from mqassist.gui.pages.logs.chosen_lines import ChosenLines
from mqassist.gui.pages.logs.desk import LogDesk
from mqassist.gui.pages.logs.hits import HitList
from mqassist.gui.shell import Shell


class HitLines(ChosenLines):
    """The lines with a hit, also those that come in later."""

    def __init__(self, hits: HitList) -> None:
        super().__init__((), 0)
        self.hits = hits

    @property
    def row_count(self) -> int:
        return len(self.hits)

    def lines(self, first_row: int, count: int) -> list[int]:
        return [self.hits[row] for row in range(max(0, first_row), min(len(self.hits), first_row + count))]

    def line(self, row: int) -> int:
        return self.hits[row]

    def row_of(self, line: int) -> int:
        return bisect_left(self.hits, line)

    def shows(self, line: int) -> bool:
        return bool(self.hits.number(line))


class SideDesk(LogDesk):
    """Opens, follows and closes nothing: the other desk does."""

    def __init__(self, shell: Shell, whole: LogDesk) -> None:
        super().__init__(shell, whole)
        self._whole = whole
        self.knowing = whole.knowing
        self._cache = whole._cache  # noqa: SLF001  # the same lines, read once and forgotten together
        whole.opened.connect(self._reopened)
        whole.rows_changed.connect(self._marked)
        whole.explained.connect(self.explained)

    def _reopened(self) -> None:
        self.document, self.sources = self._whole.document, self._whole.sources
        self.opened.emit()

    def _marked(self) -> None:
        self.matches = self._whole.matches

    @property
    def search(self) -> SearchFor | None:
        return self._whole.search

    def show_hits(self) -> None:
        """All there are by now."""
        shown = self.rows.view
        if isinstance(shown, HitLines) and shown.hits is self._whole.hits:
            self.grown.emit()
        else:
            self._show(HitLines(self._whole.hits))

    def show_lines(self, numbers: Sequence[int]) -> None:
        """In rising order."""
        self._show(ChosenLines(numbers, numbers[-1] if numbers else 0))

    def _show(self, chosen: ChosenLines) -> None:
        self.rows.show_view(chosen)
        self.rows_changed.emit()

    def close_now(self) -> None:
        self.document = None
