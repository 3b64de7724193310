"""A log that can be read: lines, filters, search, histogram and explanation around one desk. The page and the dock are
made of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.core.log import Level, LineFilter, SearchFor
from mqassist.gui.pages.logs.ask_bar import AskBar
from mqassist.gui.pages.logs.desk import LogDesk
from mqassist.gui.pages.logs.explanation import Explanation
from mqassist.gui.pages.logs.filter_bar import FilterBar
from mqassist.gui.pages.logs.going import place_of
from mqassist.gui.pages.logs.happenings import say_happened, say_no_text
from mqassist.gui.pages.logs.highlights import highlights_of
from mqassist.gui.pages.logs.histogram import Histogram
from mqassist.gui.pages.logs.line_actions import LineActions
from mqassist.gui.pages.logs.line_view import LineView
from mqassist.gui.pages.logs.nothing import NothingHere
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.pages.logs.pausing import Pausing
from mqassist.gui.pages.logs.story_panel import StoryPanel
from mqassist.gui.pages.logs.taking import Taking
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.cards import Line, MessageStrip

if TYPE_CHECKING:
    from mqassist.core.report import LogMatch

LOUD: tuple[Level, ...] = ("error", "critical")
EXPLAIN_AFTER_MS = 40
MOST_LOOKED_AT = 60
ROOM_FOR_STORIES, ROOM_FOR_HISTOGRAM = 560, 330
NARROW = 800
"""Logical pixels at 100 %: heights below which a part is left out, width below which the explanation goes under."""


class LogReader(QWidget):
    """`told` gives words for the status bar. Keys work while the focus is in its parent."""

    told = Signal(str)
    changed = Signal()

    def __init__(self, shell: Shell, parent: QWidget | None = None, *, compact: bool = False) -> None:
        super().__init__(parent)
        self._shell = shell
        self.desk = LogDesk(shell, self)
        self.lines = LineView(self.desk)
        self.filters = FilterBar()
        self.histogram = Histogram()
        self.explanation = Explanation(shell, self.desk)
        self.strip = MessageStrip(closable=True)
        self.strip.hide()
        self.taking = Taking(shell, self.chosen_view, self.strip)
        self.highlights = highlights_of(shell)
        self.goto = AskBar()
        self.note = AskBar()
        self._wanted_line = 0
        # whoever holds a key down sees lines pass, and gets the explanation where it stops
        self._rest = QTimer(self, singleShot=True, interval=EXPLAIN_AFTER_MS)
        self._rest.timeout.connect(self._rested)
        self.pausing = Pausing(self.desk, self.lines)
        self.nothing = NothingHere(self.lines)
        self._waiting: tuple[LogMatch, ...] = ()
        self.stories = StoryPanel(shell, self.desk, self.lines.marks)
        self.beside = QSplitter(Qt.Orientation.Horizontal)
        self.below = QSplitter(Qt.Orientation.Vertical)
        self._build(compact)
        self._connect()
        self.actions_of_lines = LineActions(self, parent or self)
        for view in (self.lines, self.stories.list.lines):
            view.menu_wanted.connect(self.actions_of_lines.show_menu)

    def _build(self, compact: bool) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        above = QVBoxLayout()
        above.setContentsMargins(20, 6, 20, 6)
        above.setSpacing(6)
        above.addWidget(self.strip)
        above.addWidget(self.filters)
        above.addWidget(self.goto)
        above.addWidget(self.note)
        above.addWidget(self.histogram)
        box.addLayout(above)
        box.addWidget(Line())
        self.beside.addWidget(self.lines)
        self.beside.addWidget(self.explanation)
        self.beside.setStretchFactor(0, 1)
        self.beside.setSizes([860, 320])
        self.beside.setChildrenCollapsible(False)
        self.beside.setHandleWidth(1)
        self.below.addWidget(self.beside)
        self.below.addWidget(self.stories)
        self.below.setStretchFactor(0, 1)
        self.below.setSizes([500, 190])
        self.below.setChildrenCollapsible(False)
        self.below.setHandleWidth(1)
        box.addWidget(self.below, 1)
        self.wanted = {"stories": not compact, "histogram": not compact, "explanation": True}

    def _connect(self) -> None:
        desk, lines, filters = self.desk, self.lines, self.filters
        desk.opened.connect(self._opened)
        desk.failed.connect(self._failed)
        desk.happened.connect(self._happened)
        desk.rows_changed.connect(self.refresh)
        desk.grown.connect(self._go_to_wanted)
        desk.counted.connect(self.refresh)
        desk.hits_changed.connect(self._say_hits)
        desk.histogram_changed.connect(lambda: self.histogram.set_buckets(desk.buckets))
        desk.explained.connect(lambda line: self._explain() if line == lines.current_line else None)
        lines.current_changed.connect(lambda _line: self._selected())
        lines.selection_changed.connect(lambda _count: self._rest.start())
        self.pausing.changed.connect(self.refresh)
        self.nothing.all_wanted.connect(filters.show_all)
        self.nothing.follow_wanted.connect(lambda: self.follow(True))
        filters.changed.connect(self._filter)
        filters.search.wanted.connect(self._look_for)
        filters.search.list_wanted.connect(lambda: self.show_list("hits"))
        filters.search.step.connect(lambda step: self.next_hit(backwards=step < 0))
        self.histogram.span_chosen.connect(filters.set_span)
        self.histogram.time_picked.connect(lambda time: lines.go_to_line(desk.line_at(time)))
        self.explanation.explain_wanted.connect(self.taking.explain)
        self.explanation.copy_wanted.connect(self.taking.copy)
        self.explanation.report_wanted.connect(self.taking.add_to_report)
        self.explanation.step_wanted.connect(self._show_step)
        lines.meaning = self.explanation.title_of
        self.explanation.connection_wanted.connect(filters.set_connection)
        self.stories.line_wanted.connect(self._to_line)
        self.goto.answered.connect(self._go)
        self.note.answered.connect(self._note)
        for bar in (self.goto, self.note):
            bar.left.connect(lines.setFocus)
        self.taking.told.connect(self.told)
        self.highlights.changed.connect(self._tint)
        self._tint()

    # -- opening ----------------------------------------------------------------------------------

    def open_log(self, path: str, line: int | None = None) -> None:
        self._wanted_line = line or 0
        self.strip.hide()
        self.desk.open(path)

    def add_log(self, source: str) -> None:
        self.strip.hide()
        self.desk.add(source)

    def _opened(self) -> None:
        self.filters.show_filter(LineFilter())
        self.filters.search.field.clear()
        self.histogram.forget()
        self.explanation.show_line(None, None, None, 0)
        self.stories.forget()
        self.lines.marks.clear()
        self.desk.mark(self._waiting)
        say_no_text(self.strip, self.desk.lines(0, MOST_LOOKED_AT))
        self.changed.emit()

    def _failed(self, error: UserError) -> None:
        self.strip.say("error", self._shell.words_of(error))

    def _happened(self, kind: str, reason: str) -> None:
        if kind == "truncated":  # what was told of the old lines is told of lines that are gone
            self.stories.forget()
            self.lines.marks.clear()
            self.desk.refresh_histogram()
        say_happened(self.strip, kind, reason)

    def mark_run(self, matches: Iterable[LogMatch]) -> None:
        """Lines of the last check, in whatever log is open now or next."""
        self._waiting = tuple(matches)
        self.desk.mark(self._waiting)

    # -- what changes -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Words and numbers about what is shown now."""
        if (document := self.desk.document) is not None:
            self.filters.levels.set_counts(document.counts())
            self.nothing.tell_of(self.desk, document)
        self._go_to_wanted()
        self._say_hits()
        self.pausing.say()
        self.changed.emit()

    def _go_to_wanted(self) -> None:
        # not by the document's count: it may have grown since the rows were counted
        if 0 < self._wanted_line <= self.desk.row_count:
            self.lines.go_to_line(self._wanted_line)
            self._wanted_line = 0

    def _filter(self, chosen: LineFilter) -> None:
        self.desk.choose(chosen)
        if chosen.since is None and chosen.until is None:
            self.histogram.set_span(None)
        elif chosen.since is not None and chosen.until is not None:
            self.histogram.set_span((chosen.since, chosen.until))

    def _look_for(self, search: object) -> None:
        self.desk.look_for(search)  # type: ignore[arg-type]  # a SearchFor or None: Signal(object)
        self.lines.viewport().update()

    def _say_hits(self) -> None:
        hits, line = self.desk.hits, self.lines.current_line
        self.filters.search.say_hits(hits.number(line), len(hits), running=self.desk.searching)

    def _selected(self) -> None:
        self._say_hits()
        self.stories.list.follow(self.lines.current_line)
        self._rest.start()

    def _rested(self) -> None:
        line = self.lines.current_line
        with self.desk.screen:
            if line:
                self.desk.ask_known([line])
                self.stories.show_line(line)
            self._explain()

    def _explain(self) -> None:
        line = self.lines.current_line
        shown = next(iter(self.desk.of_numbers([line] if line else [])), None)
        known, match = self.desk.knowing.of(line), self.desk.matches.get(line)
        self.explanation.show_line(shown, known, match, len(self.lines.selected_rows()))

    def _to_line(self, line: int) -> None:
        self.pausing.hold()
        self.lines.go_to_line(line)

    # -- going places -----------------------------------------------------------------------------

    def next_hit(self, *, backwards: bool = False) -> None:
        line = self.desk.next_hit(self.lines.current_line, backwards=backwards)
        if line is not None:
            self.pausing.hold()
            self.lines.go_to_line(line)

    def next_error(self, *, backwards: bool = False) -> None:
        here = self.lines.current_line or 0
        line = self.desk.next_of(here, LOUD, backwards=backwards)
        if line is None:
            self.told.emit(self.tr("No error before this line") if backwards else self.tr("No error after this line"))
            return
        self.pausing.hold()
        self.lines.go_to_line(line)

    def ask_place(self) -> None:
        self.goto.ask(self.tr("Go to"), self.tr("a line, a time, a date: 1500, 13:58:01, 20 Nov 13:58, +5m, 50 %, end"))

    def _go(self, text: str) -> None:
        line = place_of(text, self.desk, self.lines.current_line, local=self.histogram.local_time)
        if line is None:
            self.goto.refuse(self.tr("No line and no time that this log knows: try 1500, 13:58 or 2026-11-20 13:58"))
            return
        if line > self.desk.rows.line_count and self.desk.rows.view is None:
            count = numbered(self.desk.rows.line_count)
            self.told.emit(self.tr("The log ends before that, with line {count}").format(count=count))
        self.goto.leave()
        self._to_line(line)

    def show_among_all(self) -> None:
        """The selected line with what a filter leaves out around it."""
        line = self.lines.current_line
        self.filters.show_all()
        self._to_line(line)

    # -- what was chosen in a line, marks and notes ------------------------------------------------

    def chosen_view(self) -> LineView:
        """Where the focus is: the log itself, or the list of hits or marks below it."""
        below = self.stories.list.lines
        return below if below.hasFocus() else self.lines

    def _part(self) -> str:
        text = self.chosen_view().part_text()
        if not text:
            self.told.emit(self.tr("Choose a word first: double-click it, or press Ctrl and an arrow key"))
        return text

    def search_part(self) -> None:
        if text := self._part():
            self.filters.search.look_for(text)
            self.next_hit()

    def highlight_part(self) -> None:
        if text := self._part():
            self.highlights.toggle_word(text)

    def narrow_to_part(self, what: str) -> None:
        if text := self._part():
            self.filters.narrow(what, SearchFor(text))

    def ask_note(self) -> None:
        line = self.chosen_view().current_line
        if line:
            self._noted = line
            name = " ".join(self.desk.gutter(line)).strip()
            self.note.ask(
                self.tr("Note on line {number}").format(number=name), self.tr("what you found here"),
                self.lines.marks.note(line),
            )  # fmt: skip

    _noted = 0

    def _note(self, text: str) -> None:
        self.lines.marks.put(self._noted, text)
        self.note.leave()

    def show_list(self, name: str) -> None:
        """`hits` or `marks`, below the log; in a low window in place of the explanation."""
        self._list_first = True
        self.show_part("stories", True)
        self.stories.view.choose(name)

    _list_first = False

    # -- following --------------------------------------------------------------------------------

    @property
    def following(self) -> bool:
        return self.desk.following

    @property
    def paused(self) -> bool:
        """New lines come in, but what is seen stands still."""
        return self.pausing.paused

    def follow(self, on: bool) -> None:
        self.pausing.follow(on)

    def go_on(self) -> None:
        self.pausing.go_on()

    # -- the look ---------------------------------------------------------------------------------

    def _show_step(self, step: str) -> None:
        self._shell.go("checkup")
        self._shell.step_wanted.emit(step)

    def _tint(self) -> None:
        for view in (self.lines, self.stories.list.lines):
            view.highlights = self.highlights.active()
            view.viewport().update()

    def set_local_time(self, on: bool) -> None:
        self.lines.set_local_time(on)
        self.stories.set_local_time(on)
        self.explanation.local_time = on
        self.histogram.local_time = on
        self.histogram.update()
        self.filters.local_time = on
        self.filters.show_filter(self.filters.filter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
        narrow = self.width() < theme().px(NARROW)
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if self.beside.orientation() != wanted:
            self.beside.setOrientation(wanted)
            self.beside.setStretchFactor(0, 2 if narrow else 1)
            self.beside.setStretchFactor(1, 1 if narrow else 0)
            self.beside.setSizes([640, 320] if narrow else [860, 320])

    def show_part(self, name: str, on: bool) -> None:
        """`stories`, `explanation` or `histogram`: what the person wants to see, where there is room for it."""
        self.wanted[name] = on
        self._list_first &= name != "explanation"
        self.fit()

    def fit(self) -> None:
        """In a low window the lines come first."""
        tall = self.height() / max(0.5, theme().scale)
        low = tall < ROOM_FOR_STORIES
        self.stories.setVisible(self.wanted["stories"] and (not low or self._list_first))
        self.histogram.setVisible(self.wanted["histogram"] and tall >= ROOM_FOR_HISTOGRAM)
        self.explanation.setVisible(self.wanted["explanation"] and not (low and self._list_first))

    def close_down(self) -> None:
        self.stories.list.desk.close_now()
        self.desk.close_now()
