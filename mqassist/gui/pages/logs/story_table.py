"""The table below the lines: its rows are put into words when they are seen, so filling it takes no time, however many
there are. Knows no log; what a row says, it is told by a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from mqassist.core.record import record
from mqassist.gui.theme.states import State, paint_state, state_colour, state_word
from mqassist.gui.theme.theme import theme

COLUMNS = 5
BAR_ROLE = Qt.ItemDataRole.UserRole + 1
LINE_ROLE = Qt.ItemDataRole.UserRole
_STATE, _FIRST, _SECOND, _WORDS, _LAST = range(COLUMNS)
Index = QModelIndex | QPersistentModelIndex


@record
class Bar:
    """Where from `begin` to `end` something lies within what lasts from `first` to `last`; seconds since 1970."""

    first: float
    last: float
    begin: float
    end: float
    state: State


@record
class Cells:
    """What one row says. `line` is where it is in the log; the last column has words or a bar."""

    state: State
    first: str
    second: str
    words: str
    line: int
    last: str = ""
    bar: Bar | None = None


class StoryRows(QAbstractTableModel):
    """`cells` of a row are asked for once, when it is first seen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ("",) * COLUMNS
        self._rows: Sequence[object] = ()
        self._cells: Callable[..., Cells] = lambda _row: Cells("note", "", "", "", 0)
        self._told: dict[int, Cells] = {}
        self._icons: dict[State, QIcon] = {}

    def show_rows(self, names: Sequence[str], rows: Sequence[object], cells: Callable[..., Cells]) -> None:
        self.beginResetModel()
        self._names, self._rows, self._cells = names, rows, cells
        self._told, self._icons = {}, {}
        self.endResetModel()

    def row(self, at: int) -> Cells:
        found = self._told.get(at)
        if found is None:
            found = self._told[at] = self._cells(self._rows[at])
        return found

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as well
        return 0 if parent.isValid() else COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._names[section]
        if section == _SECOND and role == Qt.ItemDataRole.TextAlignmentRole:  # as what stands below it
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cells, column = self.row(index.row()), index.column()
        if role == LINE_ROLE:
            return cells.line
        if column == _STATE:
            if role == Qt.ItemDataRole.DecorationRole:
                return self._icon(cells.state)
            return state_word(cells.state) if role == Qt.ItemDataRole.AccessibleTextRole else None
        if role == Qt.ItemDataRole.DisplayRole or (role == Qt.ItemDataRole.ToolTipRole and column != _LAST):
            return (cells.first, cells.second, cells.words, cells.last)[column - 1]
        if role == BAR_ROLE and column == _LAST:
            return cells.bar
        if column in (_FIRST, _SECOND) and role == Qt.ItemDataRole.FontRole:
            return theme().font("mono")
        if column == _SECOND and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _icon(self, state: State) -> QIcon:
        if state not in self._icons:
            self._icons[state] = _icon(state)
        return self._icons[state]


class StoryTable(QTableView):
    """`line_wanted` is the line of the row that was clicked."""

    line_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = StoryRows(self)
        self.setModel(self.rows)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(_WORDS, QHeaderView.ResizeMode.Stretch)
        self.setItemDelegateForColumn(_LAST, _Bars(self))
        self.activated.connect(self._wanted)
        self.clicked.connect(self._wanted)

    def show_rows(
        self, names: Sequence[str], rows: Sequence[object], cells: Callable[..., Cells], *, named: bool = True
    ) -> None:
        """`named`: with the names above the columns."""
        self.rows.show_rows(names, rows, cells)
        header, look = self.horizontalHeader(), theme()
        header.setVisible(named)
        figures = QFontMetrics(look.font("mono"))
        # times are of one length, and of counts the first is the highest
        longest = ("00:00:00.000", self.rows.row(0).first if rows else "")
        widest = max(figures.horizontalAdvance(each) for each in longest)
        header.resizeSection(_STATE, look.px(34))
        header.resizeSection(_FIRST, max(widest, header.fontMetrics().horizontalAdvance(names[_FIRST])) + look.px(16))
        header.resizeSection(_SECOND, self.fontMetrics().horizontalAdvance("00 min 00 s") + look.px(24))
        header.resizeSection(_LAST, max(look.px(80), self.width() // 4))
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + look.px(8))
        self.setIconSize(QSize(look.px(14), look.px(14)))

    def _wanted(self, index: QModelIndex) -> None:
        line = self.rows.row(index.row()).line
        if line:
            self.line_wanted.emit(line)


class _Bars(QStyledItemDelegate):
    """Where in the life of the connection an event lies."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        bar = index.data(BAR_ROLE)
        if not isinstance(bar, Bar):
            return
        tokens, look = theme().tokens, theme()
        room = QRectF(option.rect).adjusted(look.px(8), 0, -look.px(12), 0)
        middle = room.center().y()
        painter.fillRect(QRectF(room.left(), middle, room.width(), 1), tokens.line)
        length = max(1e-9, bar.last - bar.first)
        x1, x2 = ((time - bar.first) / length * (room.width() - look.px(3)) for time in (bar.begin, bar.end))
        colour = QColor(tokens.line2) if bar.end > bar.begin else state_colour(bar.state, tokens)
        tall = look.px(8)
        painter.fillRect(QRectF(room.left() + x1, middle - tall / 2, max(look.px(3), x2 - x1), tall), colour)


def _icon(state: State) -> QIcon:
    side = theme().px(14)
    picture = QPixmap(side * 2, side * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_state(painter, QRectF(0, 0, side, side), state, theme().tokens)
    painter.end()
    return QIcon(picture)
