"""The story of the connection that the selected line belongs to, and tables over the whole log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mqassist.core.log import Fold, LogTables, Story, TableRow
from mqassist.gui.pages.logs.jobs import Jobs
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.pages.logs.painting import clock
from mqassist.gui.pages.logs.story_words import Row, ending_state, ending_words, name_of, rows_of, span
from mqassist.gui.shell import Shell
from mqassist.gui.theme.states import State, paint_state, state_colour, state_word
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.fields import Choice
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Chip, Text

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken
    from mqassist.gui.pages.logs.desk import LogDesk

VIEWS = ("story", "stories", "refused", "closers", "heartbeats")
AROUND_LINES = 20_000
"""So many lines around the selected one are read for the list of stories."""
MOST_ROWS = 200
BAR_ROLE = Qt.ItemDataRole.UserRole + 1
LINE_ROLE = Qt.ItemDataRole.UserRole


class StoryPanel(QWidget):
    """`line_wanted` is a line to go to; `connection_wanted` what to narrow the log to."""

    line_wanted = Signal(int)
    connection_wanted = Signal(str)

    def __init__(self, shell: Shell, desk: LogDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._desk = desk
        self._story: Story | None = None
        self._stories: list[Story] = []
        self._folds: list[Fold] = []
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
        self.table = QTableWidget(0, 5)
        self.hint = Text("", colour="t2")
        self._body = QStackedWidget()
        self._build()
        self.retranslate()

    def _build(self) -> None:
        for chip in (self.client, self.user):
            chip.set_passive()
        head = QHBoxLayout()
        head.setContentsMargins(20, 6, 20, 6)
        head.addWidget(FlowRow((self.title, self.peer, self.client, self.user, self.lived)), 1)
        head.addWidget(self.view, 0, Qt.AlignmentFlag.AlignTop)
        ground = QWidget()
        ground.setLayout(head)
        dress(ground, ground="sunken")
        table = self.table
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setHighlightSections(False)
        table.setItemDelegateForColumn(4, _Bars(table))
        table.itemActivated.connect(self._activated)
        table.itemClicked.connect(self._activated)
        inset = QVBoxLayout()
        inset.setContentsMargins(20, 12, 20, 12)
        inset.addWidget(self.hint)
        inset.addStretch(1)
        hint = QWidget()
        hint.setLayout(inset)
        beside = QWidget()
        inner = QHBoxLayout(beside)
        inner.setContentsMargins(16, 0, 8, 0)
        inner.addWidget(table)
        self._body.addWidget(hint)
        self._body.addWidget(beside)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(ground)
        box.addWidget(self._body, 1)
        self.view.currentIndexChanged.connect(lambda _at: self._turn())
        theme().changed.connect(self._show)

    # -- what is shown ----------------------------------------------------------------------------

    def forget(self) -> None:
        """Another log was opened."""
        self._jobs.stop_all()
        self._story, self._stories, self._folds, self._tables = None, [], [], None
        self._line = self._told = 0
        self._show()

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
        elif self._tables is None:
            self._ask_tables()
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

        def work(token: CancelToken) -> tuple[list[Story], list[Fold]]:
            told = document.stories()
            stories = told.between(first, last, token)
            return stories, told.folds(stories)

        self._job("stories", work, self._take_stories)

    def _take_stories(self, found: tuple[list[Story], list[Fold]]) -> None:
        stories, self._folds = found
        checked = {line for fold in self._folds for line in fold.lines}
        self._stories = [story for story in stories if story.events[0].line not in checked]
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
        {"story": self._fill_story, "stories": self._fill_stories}.get(what, self._fill_table)()

    def _fill_story(self) -> None:
        rows = rows_of(self._story) if self._story is not None else []
        self._head(("", self.tr("Time"), self.tr("After"), self.tr("What happened"), ""))
        ends = [row.at for row in rows if row.at is not None]
        whole = (ends[0], ends[-1]) if ends else (0.0, 0.0)
        self._fill(rows, lambda row: self._story_cells(row, whole))
        self.table.horizontalHeader().hide()
        self._say(bool(rows), self.tr("Select a line that belongs to a connection to read what became of it."))

    def _story_cells(self, row: Row, whole: tuple[float, float]) -> tuple[State, Sequence[str], int, object]:
        after = "" if row.after is None else f"+{span(row.after)}" if row.after else "0 ms"
        bar = None if row.begin is None or row.end is None else (*whole, row.begin, row.end, row.state)
        return row.state, (clock(row.at), after, row.words), row.line, bar

    def _fill_stories(self) -> None:
        stories = [story for story in self._stories if story.ending != "closed"] or self._stories
        self._head(("", self.tr("Began"), self.tr("Lived"), self.tr("Who and how it ended"), ""))
        told: list[Story | Fold] = [*self._folds, *stories]
        rows = sorted(told, key=_first_line)
        self._fill(rows[:MOST_ROWS], self._stories_cells)
        self._say(bool(rows), self.tr("No connection begins or ends around the selected line."))

    def _stories_cells(self, story: Story | Fold) -> tuple[State, Sequence[str], int, object]:
        if isinstance(story, Fold):
            words = self.tr("{count} health checks from {address}: opened and closed").format(
                count=numbered(story.count), address=story.address
            )
            return "not-reached", ("", "", words), story.first_line, None
        words = self.tr("{name} from {peer}: {ending}").format(
            name=name_of(story), peer=story.peer or "–", ending=ending_words(story)
        )
        lived = "" if story.seconds is None else span(story.seconds)
        return ending_state(story), (clock(story.begun), lived, words), story.events[0].line, None

    def _fill_table(self) -> None:
        what = str(self.view.value())
        rows: tuple[TableRow, ...] = getattr(self._tables, what) if self._tables is not None else ()
        who = {
            "refused": self.tr("User"),
            "closers": self.tr("Application or user"),
            "heartbeats": self.tr("Application"),
        }.get(what, "")
        self._head(("", self.tr("How often"), self.tr("Lines"), who, self.tr("Address")))
        self._fill(rows[:MOST_ROWS], self._table_cells)
        empty = {
            "refused": self.tr("No login was refused."),
            "closers": self.tr("No connection ended badly."),
            "heartbeats": self.tr("No heartbeat was missed."),
        }.get(what, "")
        self._say(bool(rows), empty)

    def _table_cells(self, row: TableRow) -> tuple[State, Sequence[str], int, object]:
        lines = numbered(row.first_line)
        if row.last_line != row.first_line:
            lines = f"{lines} – {numbered(row.last_line)}"
        state: State = "broken" if self.view.value() != "closers" else "warning"
        return state, (numbered(row.count), lines, row.who or "–"), row.first_line, row.where

    def _fill(self, rows: Sequence[object], cells: Callable[..., tuple[State, Sequence[str], int, object]]) -> None:
        table, header = self.table, self.table.horizontalHeader()
        # a header that measures its contents would do so for each item that is put in
        for column in range(5):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        table.setRowCount(len(rows))
        figures = QFontMetrics(theme().font("mono"))
        widest = figures.horizontalAdvance("00:00:00.000")
        icons: dict[State, QIcon] = {}
        for at, row in enumerate(rows):
            state, words, line, last = cells(row)
            if state not in icons:
                icons[state] = _icon(state)
            first = QTableWidgetItem(icons[state], "")
            first.setData(Qt.ItemDataRole.AccessibleTextRole, state_word(state))
            texts = [first, *(QTableWidgetItem(word) for word in words)]
            texts.append(QTableWidgetItem(last if isinstance(last, str) else ""))
            texts[-1].setData(BAR_ROLE, last if isinstance(last, tuple) else None)
            for column, item in enumerate(texts):
                item.setData(LINE_ROLE, line)
                if column in (1, 2):
                    item.setFont(theme().font("mono"))
                if column == 1:
                    widest = max(widest, figures.horizontalAdvance(item.text()))
                if column == 2:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if 0 < column < 4:
                    item.setToolTip(item.text())
                table.setItem(at, column, item)
        height = table.fontMetrics().height() + theme().px(8)
        table.verticalHeader().setDefaultSectionSize(height)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, theme().px(34))
        title = table.horizontalHeaderItem(1)
        named = 0 if title is None else header.fontMetrics().horizontalAdvance(title.text())
        header.resizeSection(1, max(widest, named) + theme().px(16))
        header.resizeSection(2, table.fontMetrics().horizontalAdvance("00 min 00 s") + theme().px(24))
        header.resizeSection(4, max(theme().px(80), self.width() // 4))
        table.setIconSize(QSize(theme().px(14), theme().px(14)))

    def _head(self, names: Sequence[str]) -> None:
        self.table.setHorizontalHeaderLabels(list(names))
        self.table.horizontalHeader().show()
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _say(self, filled: bool, empty: str) -> None:
        self.hint.setText(self.tr("Reading the log …") if self.busy else empty)
        self._body.setCurrentIndex(1 if filled else 0)

    def _activated(self, item: QTableWidgetItem) -> None:
        line = item.data(LINE_ROLE)
        if isinstance(line, int) and line:
            self.line_wanted.emit(line)

    # -- words ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        words = {
            "story": self.tr("This connection"),
            "stories": self.tr("Connections around here"),
            "refused": self.tr("Refused logins"),
            "closers": self.tr("Bad endings"),
            "heartbeats": self.tr("Missed heartbeats"),
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
        self.title.setText(self.tr("Story of one connection") if chosen == "story" else words[str(chosen)])
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class _Bars(QStyledItemDelegate):
    """Where in the life of the connection an event lies."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        bar = index.data(BAR_ROLE)
        if not isinstance(bar, tuple | list) or len(bar) != 5:
            return
        first, last, begin, end = (float(each) for each in bar[:4])
        tokens, look = theme().tokens, theme()
        room = QRectF(option.rect).adjusted(look.px(8), 0, -look.px(12), 0)
        middle = room.center().y()
        painter.fillRect(QRectF(room.left(), middle, room.width(), 1), tokens.line)
        length = max(1e-9, last - first)
        x1, x2 = ((time - first) / length * (room.width() - look.px(3)) for time in (begin, end))
        colour = QColor(tokens.line2) if end > begin else state_colour(bar[4], tokens)
        tall = look.px(8)
        painter.fillRect(QRectF(room.left() + x1, middle - tall / 2, max(look.px(3), x2 - x1), tall), colour)


def _first_line(row: Story | Fold) -> int:
    return row.first_line if isinstance(row, Fold) else row.events[0].line


def _icon(state: State) -> QIcon:
    side = theme().px(14)
    picture = QPixmap(side * 2, side * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_state(painter, QRectF(0, 0, side, side), state, theme().tokens)
    painter.end()
    return QIcon(picture)
