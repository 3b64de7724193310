"""The history page: kept runs on the left, on the right the report of the one that is selected, or two compared.

Everything that touches the disk is done off the screen thread.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.core.comparison import Comparison
from mqassist.core.errors import UserError
from mqassist.core.record import changed, record
from mqassist.core.runs import KeptRun, KeptRuns, RunFilter, unmasked
from mqassist.gui.pages.history.comparison_view import ComparisonView
from mqassist.gui.pages.history.report_view import ReportView
from mqassist.gui.pages.history.run_actions import RunActions
from mqassist.gui.pages.history.run_list import RunList, Shown
from mqassist.gui.shell import Shell
from mqassist.gui.theme.states import State
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import EmptyState, Line, MessageStrip
from mqassist.gui.widgets.fields import SearchField
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Chip, Text
from mqassist.gui.widgets.splitter import QuietSplitter
from mqassist.report.presented import Presented
from mqassist.services import Services

UNDO_MS = 12_000
"""So long a deletion can be taken back."""
REPORTS, MANY = "*.json", 3
NARROW = 700
"""Below so many pixels at 100 % the report stands below the list."""


@record
class _Pair:
    comparison: Comparison
    files: tuple[str, str]


class HistoryPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self.services = services
        self.shell = shell
        self._kept = KeptRuns(())
        self._opened: list[Shown] = []
        self._selected: list[Shown] = []
        self._deleted: tuple[str, ...] = ()
        self._asked = CancelToken()
        self._shown: Presented | None = None
        self._stale = True
        self._title = Text(role="title")
        self.open_file = Button(icon_name="folder")
        self.search = SearchField()
        self.chips = {state: Chip(state=shape, checkable=True) for state, shape in _CHIPS.items()}
        self.pinned = Chip(icon_name="mark", checkable=True)
        self.strip = MessageStrip(closable=True)
        self.list = RunList()
        self._count = Text(role="caption", colour="t3")
        self.nothing = EmptyState()
        self.report = ReportView()
        self.comparison = ComparisonView()
        self.right = QStackedWidget()
        self.buttons = RunActions()
        self._undo_timer = QTimer(self)
        self._undo_timer.setSingleShot(True)
        self._undo_timer.setInterval(UNDO_MS)
        self._undo_timer.timeout.connect(self._forget)
        self._build()
        self._connect()
        self.retranslate()

    # -- layout ---------------------------------------------------------------------------------

    def _build(self) -> None:
        dress(self, ground="surface")
        self.strip.hide()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(FlowRow((*self.chips.values(), self.pinned), gap=6))
        column.addWidget(self.strip)
        column.addWidget(Line())
        column.addWidget(self.list, 1)
        column.addWidget(self._count)
        for view in (self.nothing, self.report, self.comparison):
            self.right.addWidget(view)
        side = QWidget()
        rows = QVBoxLayout(side)
        rows.setContentsMargins(12, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(self.buttons)
        rows.addWidget(self.right, 1)
        self.splitter = QuietSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(left)
        self.splitter.addWidget(side)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.setSizes([420, 700])
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.open_file)
        page = QVBoxLayout(self)
        page.setContentsMargins(20, 16, 20, 12)
        page.setSpacing(12)
        page.addLayout(head)
        page.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.open_file.clicked.connect(self._choose_file)
        self.search.textChanged.connect(self._narrow)
        self.search.left_down.connect(self._to_list)
        for chip in (*self.chips.values(), self.pinned):
            chip.toggled.connect(self._narrow)
        self.list.chosen.connect(self._choose)
        self.list.deleting.connect(self._delete)
        self.list.left_up.connect(self.search.setFocus)
        self.list.activated.connect(self._to_right)
        self.buttons.compare.clicked.connect(self._compare_with_earlier)
        self.buttons.again.clicked.connect(self._check_again)
        self.buttons.pin.clicked.connect(self._pin)
        self.buttons.save.clicked.connect(self._save)
        self.buttons.delete.clicked.connect(self._delete)
        self.report.copied.connect(self.shell.copy)
        self.comparison.copied.connect(self.shell.copy)
        self.shell.run_finished.connect(self._grown)
        self.nothing.triggered.connect(lambda: self.shell.go("checkup"))

    def retranslate(self) -> None:
        self.services = self.shell.services
        self._title.setText(self.tr("History"))
        self.open_file.setText(self.tr("Open a report…"))
        self.search.set_name(self.tr("Search address, answer or run id"))
        words = {"healthy": self.tr("Works"), "degraded": self.tr("Warning"), "broken": self.tr("Broken")}
        for status, chip in self.chips.items():
            chip.setText(words[status])
        self.pinned.setText(self.tr("Pinned"))
        self.list.setAccessibleName(self.tr("Kept runs"))
        self._narrow()
        self._choose(self._selected)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= theme().px(NARROW)
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if wanted != self.splitter.orientation():
            self.splitter.setOrientation(wanted)
        self.list.setMinimumHeight(0 if beside else theme().px(120))
        self.right.setMinimumHeight(0 if beside else theme().px(220))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stale = True  # another window, or the command line, may keep runs meanwhile

    def close_down(self) -> None:
        """What was deleted stays so; the files go with the next bounding of the history if this is too late."""
        self._forget()

    # -- the list -------------------------------------------------------------------------------

    def refresh(self) -> None:
        self._stale = False
        history = self.services.history
        self._work(history.runs, self._listed)

    def _grown(self, _report: object) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _listed(self, kept: KeptRuns) -> None:
        news = set(kept.damaged) - set(self._kept.damaged)
        self._kept = kept
        if news:
            title = self.tr("Damaged runs were set aside: {count}").format(count=len(news))
            self.strip.say("warning", title, min(news))
        self._narrow()

    def _narrow(self) -> None:
        statuses = tuple(status for status, chip in self.chips.items() if chip.isChecked())
        wanted = RunFilter(self.search.text().strip(), statuses, pinned=self.pinned.isChecked())
        kept = [Shown(run) for run in self._kept.runs if wanted.takes(run)]
        self.list.show_rows([*self._opened, *kept])
        every = len(self._kept.runs)
        if len(kept) == every:
            self._count.setText(self.tr("{count} runs").format(count=every) if every != 1 else self.tr("1 run"))
        else:
            self._count.setText(self.tr("{shown} of {count} runs").format(shown=len(kept), count=every))
        self._say_nothing()

    def _say_nothing(self) -> None:
        if len(self._selected) >= MANY:
            text = self.tr("Two can be compared; all of them can be pinned or deleted.")
            self.nothing.say(self.tr("{count} runs are selected").format(count=len(self._selected)), text)
        elif not self._kept.runs and not self._opened:
            self.nothing.say(
                self.tr("No run is kept yet"),
                self.tr("Every check is kept here, without its passwords, so that you can see later what changed."),
                self.tr("Go to the check-up"),
            )
        else:
            self.nothing.say(
                self.tr("Select a run to read it, two to compare them"),
                self.tr("Hold Ctrl to select a second one. A report that a colleague sent can be compared, too."),
            )

    def _to_list(self) -> None:
        self.list.setFocus()
        if not self.list.selected() and self.list.runs.rowCount():
            self.list.select([self.list.runs.row(0).run.id])

    def _to_right(self) -> None:
        compared = self.right.currentWidget() is self.comparison
        (self.comparison if compared else self.report.page).setFocus(Qt.FocusReason.TabFocusReason)

    # -- what is selected -----------------------------------------------------------------------

    def _choose(self, selected: list[Shown]) -> None:
        self._selected = list(selected)
        self._asked.cancel()
        one = selected[0] if len(selected) == 1 else None
        self.buttons.show_for(selected, comparable=one is not None and self._earlier(one) is not None)
        if one is not None:
            self._asked = self._work(lambda: self._report_of(one), self._show_report)
        elif len(selected) == 2:
            older, newer = sorted(selected, key=lambda row: row.run.started_at)
            self._asked = self._work(lambda: self._pair(older, newer), self._show_pair)
        else:
            self._say_nothing()
            self.right.setCurrentWidget(self.nothing)

    def _report_of(self, row: Shown) -> Presented:
        return row.report if row.report is not None else self.services.kept(row.run.id)

    def _pair(self, older: Shown, newer: Shown) -> _Pair:
        found = self.services.compare(self._report_of(older), self._report_of(newer))
        return _Pair(found, (older.file, newer.file))

    def _show_report(self, report: Presented) -> None:
        self._shown = report
        self.report.show_report(report, self.services.wording)
        self.right.setCurrentWidget(self.report)

    def _show_pair(self, pair: _Pair) -> None:
        self.comparison.show_comparison(pair.comparison, pair.files, self.services.wording)
        self.right.setCurrentWidget(self.comparison)

    def _earlier(self, row: Shown) -> KeptRun | None:
        """What it is compared with: the run of the same target before it; of a file, the newest, best of its target."""
        same = [run for run in self._kept.runs if run.target == row.run.target]
        if row.report is not None:
            return next(iter([*same, *self._kept.runs]), None)
        return next((run for run in same if run.id < row.run.id), None)

    def _compare_with_earlier(self) -> None:
        earlier = self._earlier(self._selected[0]) if len(self._selected) == 1 else None
        if earlier is None:
            return
        if self.list.runs.place_of(earlier.id) < 0:  # the filter hides it
            self.search.clear()
            for chip in (*self.chips.values(), self.pinned):
                chip.setChecked(False)
        self.list.select([self._selected[0].run.id, earlier.id])

    # -- what can be done with them -------------------------------------------------------------

    def _check_again(self) -> None:
        run = self._selected[0].run
        self.shell.fill_target(f"profile:{run.profile}" if run.profile else unmasked(run.target))

    def _pin(self) -> None:
        kept = [row.run for row in self._selected if row.report is None]
        wanted = not all(run.pinned for run in kept)
        history = self.services.history

        def work() -> None:
            for run in kept:
                history.pin(run.id, wanted)

        chosen = {run.id for run in kept}
        self._kept = changed(
            self._kept,
            runs=tuple(changed(run, pinned=wanted) if run.id in chosen else run for run in self._kept.runs),
        )
        self._narrow()
        self._choose(self.list.selected())
        self._work(work, lambda _none: None)

    def _delete(self) -> None:
        """Reports from files only leave the list; runs can be brought back for a while."""
        rows = list(self._selected)
        self._opened = [row for row in self._opened if row.run.id not in {gone.run.id for gone in rows}]
        ids = tuple(row.run.id for row in rows if row.report is None)
        if not ids:
            self._narrow()
            return
        self._forget()
        self._asked.cancel()  # the report that is being read may be the one that goes
        history = self.services.history
        self._work(lambda: history.delete(ids), self._went)

    def _went(self, ids: tuple[str, ...]) -> None:
        self._deleted = ids
        self._kept = changed(self._kept, runs=tuple(run for run in self._kept.runs if run.id not in ids))
        self._narrow()
        title = self.tr("1 run deleted") if len(ids) == 1 else self.tr("{count} runs deleted").format(count=len(ids))
        self.strip.say("note", title, "", [(self.tr("Undo"), self._undo)])
        self._undo_timer.start()

    def _undo(self) -> None:
        ids, self._deleted = self._deleted, ()
        self._undo_timer.stop()
        self.strip.hide()
        history = self.services.history
        self._work(lambda: history.restore(ids), lambda _back: self.refresh())

    def _forget(self) -> None:
        ids, self._deleted = self._deleted, ()
        self._undo_timer.stop()
        if ids:
            self.strip.hide()
            history = self.services.history
            self._work(lambda: history.forget(ids), lambda _none: None)

    def _save(self) -> None:
        run = self._selected[0].run
        suggested = f"mqassist-{run.host or 'run'}-{run.run}.json"
        filters = self.tr("Report to compare ({pattern})").format(pattern=REPORTS)
        self.shell.save_file(self, self.tr("Save the report"), suggested, filters, lambda path: self._write(run, path))

    def _write(self, run: KeptRun, path: str) -> None:
        services = self.services
        said = self.tr("Saved as {path}").format(path=path)
        self._work(lambda: services.save_kept(run.id, path), lambda _none: self.strip.say("ok", said))

    # -- a colleague's report -------------------------------------------------------------------

    def _choose_file(self) -> None:
        filters = self.tr("Reports of mqassist ({pattern})").format(pattern=REPORTS)
        self.shell.open_file(self, self.tr("Open a report"), filters, self._open_all)

    def _open_all(self, paths: Sequence[str]) -> None:
        for path in paths:
            self.read_report_file(path)

    def read_report_file(self, path: str) -> None:
        """A report in JSON, or an array of them: above the list until it is closed; nothing of it is kept."""
        services = self.services
        self._work(lambda: services.read_reports(path), lambda found: self._opened_file(path, found))

    def _opened_file(self, path: str, found: tuple[tuple[KeptRun, Presented], ...]) -> None:
        known = {row.run.id for row in self._opened}
        rows = [
            Shown(changed(run, id=f"{path}#{at}"), os.path.basename(path), report)
            for at, (run, report) in enumerate(found)
        ]
        self._opened = [*(row for row in rows if row.run.id not in known), *self._opened]
        self._narrow()
        self.list.select([rows[0].run.id])

    # -- the disk -------------------------------------------------------------------------------

    def _work(self, work: Callable[[], object], done: Callable[..., None]) -> CancelToken:
        return self.shell.bridge.background(lambda _token: work(), done, self._failed, self)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        wording = self.services.wording
        key = error.reference if error.reference.startswith(("history.", "report.")) else f"error.{error.reference}"
        said = wording.sentence(key, error.parameters)
        self.strip.say("error", str(error) if said == key else said)
        if error.reference in ("history.damaged", "history.unknown"):
            self.refresh()


_CHIPS: dict[str, State] = {"healthy": "works", "degraded": "warning", "broken": "broken"}
