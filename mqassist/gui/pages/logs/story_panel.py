"""The story of the connection that the selected line belongs to, and tables over the whole log."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mqassist.core.log import Fold, LogTables, Story, TableRow
from mqassist.gui.pages.logs.jobs import Jobs
from mqassist.gui.pages.logs.line_list import LISTS, LineList
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.pages.logs.painting import clock
from mqassist.gui.pages.logs.story_table import Bar, Cells, StoryTable
from mqassist.gui.pages.logs.story_words import Row, ending_state, ending_words, name_of, rows_of, span
from mqassist.gui.shell import Shell
from mqassist.gui.theme.states import State
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.fields import Choice
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Chip, Text

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken
    from mqassist.gui.pages.logs.desk import LogDesk
    from mqassist.gui.pages.logs.marks import Marks
    from mqassist.gui.pages.logs.sources import Log

VIEWS = ("story", "stories", "refused", "closers", "heartbeats", *LISTS)
AROUND_LINES = 20_000
"""So many lines around the selected one are read for the list of stories."""
MOST_ROWS = 200
ASKED_AFTER_MS = 300


class StoryPanel(QWidget):
    """`line_wanted` is a line to go to; `connection_wanted` what to narrow the log to."""

    line_wanted = Signal(int)
    connection_wanted = Signal(str)

    def __init__(self, shell: Shell, desk: LogDesk, marks: Marks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._desk = desk
        self._story: Story | None = None
        self._stories: list[Story | Fold] = []
        self._tables: LogTables | None = None
        self._line = 0
        self._told = 0
        self._jobs = Jobs(shell, self)
        self.title = Text(role="section", wrap=False)
        self.peer = Text("", role="mono", wrap=False)
        self.client = Chip()
        self.user = Chip()
        self.lived = Text("", role="caption", colour="t3", wrap=False)
        self.view = Choice()
        self.table = StoryTable()
        self.hint = Text("", colour="t2")
        self.list = LineList(shell, desk, marks)
        self._local = False
        self._body = QStackedWidget()
        self._build()
        self.retranslate()

    def _build(self) -> None:
        for chip in (self.client, self.user):
            chip.set_passive()
        head = QHBoxLayout()
        head.setContentsMargins(20, 6, 20, 6)
        told = FlowRow((self.title, self.peer, self.client, self.user, self.lived))
        head.addWidget(told, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.view, 0, Qt.AlignmentFlag.AlignTop)
        ground = QWidget()
        ground.setLayout(head)
        dress(ground, ground="sunken")
        inset = QVBoxLayout()
        inset.setContentsMargins(20, 12, 20, 12)
        inset.addWidget(self.hint)
        inset.addStretch(1)
        hint = QWidget()
        hint.setLayout(inset)
        beside = QWidget()
        inner = QHBoxLayout(beside)
        inner.setContentsMargins(16, 0, 8, 0)
        inner.addWidget(self.table)
        self._body.addWidget(hint)
        self._body.addWidget(beside)
        self._body.addWidget(self.list)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(ground)
        box.addWidget(self._body, 1)
        self.view.currentIndexChanged.connect(lambda _at: self._turn())
        self.table.line_wanted.connect(self.line_wanted)
        self.list.line_wanted.connect(self.line_wanted)
        self._desk.hits_changed.connect(lambda: self._list_changed("hits"))
        self.list.lines.marks.changed.connect(lambda: self._list_changed("marks"))
        theme().changed.connect(self._show)

    # -- what is shown ----------------------------------------------------------------------------

    def forget(self) -> None:
        """Another log was opened."""
        self._jobs.stop_all()
        self._story, self._stories, self._tables = None, [], None
        self._line = self._told = 0
        self._show()
        QTimer.singleShot(ASKED_AFTER_MS, self, self._turn)  # the first screen comes first

    def show_line(self, line: int) -> None:
        """The connection of this line, if the story is what is shown."""
        self._line = line
        if self.view.value() == "story" and self.isVisible():
            self._ask_story()

    def _turn(self) -> None:
        what = self.view.value()
        if what == "story":
            self._ask_story()
        elif what == "stories":
            self._ask_stories()
        elif what not in LISTS and self._tables is None:
            self._ask_tables()
        self._show()

    def set_local_time(self, on: bool) -> None:
        self._local = on
        self.list.lines.set_local_time(on)
        self._show()

    def _list_changed(self, what: str) -> None:
        if self.view.value() == what:
            self._show()

    def _ask_story(self) -> None:
        document, line = self._desk.document, self._line
        if document is None or not line or line == self._told:
            return
        if self._story is not None and any(event.line <= line <= event.last_line for event in self._story.events):
            return
        self._told = line
        self._job("story", lambda token: document.stories().of_line(line, token), self._take_story)

    def _take_story(self, story: Story | None) -> None:
        self._story = story
        self._show()

    def _ask_stories(self) -> None:
        document = self._desk.document
        if document is None:
            return
        first = max(1, (self._line or 1) - AROUND_LINES // 2)
        last = min(document.line_count, first + AROUND_LINES)

        self._job("stories", lambda token: _around(document, first, last, token), self._take_stories)

    def _take_stories(self, stories: list[Story | Fold]) -> None:
        self._stories = stories
        self._show()

    def _ask_tables(self) -> None:
        document = self._desk.document
        if document is not None:
            self._job("tables", lambda token: document.stories().tables(token), self._take_tables)

    def _take_tables(self, tables: LogTables) -> None:
        self._tables = tables
        self._show()

    def _job(self, name: str, work: Callable[[CancelToken], object], done: Callable[..., None]) -> None:
        self._jobs.start(name, work, done)
        self._show()

    @property
    def busy(self) -> bool:
        """Something is still being read."""
        return bool(self._jobs)

    # -- filling ----------------------------------------------------------------------------------

    def _show(self) -> None:
        what = str(self.view.value())
        story = self._story if what == "story" else None
        for chip, text in ((self.client, story.client if story else ""), (self.user, story.user if story else "")):
            chip.setVisible(bool(text))
            chip.setText(text)
            chip.updateGeometry()
        self.peer.setText((story.peer or story.process) if story else "")
        seconds = story.seconds if story else None
        self.lived.setText("" if seconds is None else self.tr("lived {time}").format(time=span(seconds)))
        self.title.setText(self.tr("Story of one connection") if what == "story" else self.view.currentText())
        if what in LISTS:
            self.lived.setText(self.list.show_list(what))
            self._body.setCurrentWidget(self.list)
            return
        {"story": self._fill_story, "stories": self._fill_stories}.get(what, self._fill_table)()

    def _fill_story(self) -> None:
        rows = rows_of(self._story) if self._story is not None else []
        names = ("", self.tr("Time"), self.tr("After"), self.tr("What happened"), "")
        ends = [row.at for row in rows if row.at is not None]
        whole = (ends[0], ends[-1]) if ends else (0.0, 0.0)
        self.table.show_rows(names, rows, partial(_story_cells, whole, self._local), named=False)
        self._say(bool(rows), self.tr("Select a line that belongs to a connection to read what became of it."))

    def _fill_stories(self) -> None:
        names = ("", self.tr("Began"), self.tr("Lived"), self.tr("Who and how it ended"), "")
        self.table.show_rows(names, self._stories, self._stories_cells)
        self._say(bool(self._stories), self.tr("No connection begins or ends around the selected line."))

    def _stories_cells(self, story: Story | Fold) -> Cells:
        if isinstance(story, Fold):
            words = self.tr("{count} health checks from {address}: opened and closed").format(
                count=numbered(story.count), address=story.address
            )
            return Cells("not-reached", "", "", words, story.first_line)
        words = self.tr("{name} from {peer}: {ending}").format(
            name=name_of(story), peer=story.peer or "–", ending=ending_words(story)
        )
        lived = "" if story.seconds is None else span(story.seconds)
        return Cells(ending_state(story), clock(story.begun, local=self._local), lived, words, story.events[0].line)

    def _fill_table(self) -> None:
        what = str(self.view.value())
        rows: tuple[TableRow, ...] = getattr(self._tables, what) if self._tables is not None else ()
        who = {
            "refused": self.tr("User"),
            "closers": self.tr("Application or user"),
            "heartbeats": self.tr("Application"),
        }.get(what, "")
        names = ("", self.tr("How often"), self.tr("Lines"), who, self.tr("Address"))
        cells = partial(_table_cells, "warning" if what == "closers" else "broken")
        self.table.show_rows(names, rows[:MOST_ROWS], cells)
        empty = {
            "refused": self.tr("No login was refused."),
            "closers": self.tr("No connection ended badly."),
            "heartbeats": self.tr("No heartbeat was missed."),
        }.get(what, "")
        self._say(bool(rows), empty if self._tables is not None else self.tr("Reading the log …"))

    def _say(self, filled: bool, empty: str) -> None:
        self.hint.setText(self.tr("Reading the log …") if self.busy else empty)
        self._body.setCurrentIndex(1 if filled else 0)

    # -- words ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        words = {
            "story": self.tr("This connection"),
            "stories": self.tr("Connections around here"),
            "refused": self.tr("Refused logins"),
            "closers": self.tr("Bad endings"),
            "heartbeats": self.tr("Missed heartbeats"),
            "hits": self.tr("Search hits"),
            "marks": self.tr("Marks"),
        }
        chosen = self.view.value() or "story"
        self.view.blockSignals(True)
        self.view.clear()
        for name in VIEWS:
            self.view.add(words[name], name)
        self.view.choose(chosen)
        self.view.blockSignals(False)
        self.view.setAccessibleName(self.tr("What is told"))
        self.table.setAccessibleName(self.tr("Stories of connections"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _around(document: Log, first: int, last: int, token: CancelToken) -> list[Story | Fold]:
    """In a thread: what is worth a row of the connections in a part of the log. Raises Cancelled."""
    told = document.stories()
    stories = told.between(first, last, token)
    folds = told.folds(stories)
    checked = {line for fold in folds for line in fold.lines}
    others = [story for story in stories if story.events[0].line not in checked]
    bad = [story for story in others if story.ending != "closed"]
    rows: list[Story | Fold] = sorted((*folds, *(bad or others)), key=_first_line)
    del rows[MOST_ROWS:], bad
    while stories:  # thousands that go at once would keep the interpreter from the screen
        stories.pop()
        others[-1:] = []
    return rows


def _first_line(row: Story | Fold) -> int:
    return row.first_line if isinstance(row, Fold) else row.events[0].line


def _story_cells(whole: tuple[float, float], local: bool, row: Row) -> Cells:
    after = "" if row.after is None else f"+{span(row.after)}" if row.after else "0 ms"
    bar = None if row.begin is None or row.end is None else Bar(*whole, row.begin, row.end, row.state)
    return Cells(row.state, clock(row.at, local=local), after, row.words, row.line, bar=bar)


def _table_cells(state: State, row: TableRow) -> Cells:
    lines = numbered(row.first_line)
    if row.last_line != row.first_line:
        lines = f"{lines} – {numbered(row.last_line)}"
    return Cells(state, numbered(row.count), lines, row.who or "–", row.first_line, row.where)
