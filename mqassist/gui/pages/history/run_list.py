"""The list of kept runs and of reports that were opened from files: model, painting, keyboard. Knows no disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from mqassist.core.record import record
from mqassist.core.runs import KeptRun, local_time, short
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.states import State, paint_state, state_word
from mqassist.gui.theme.theme import theme
from mqassist.report.presented import Presented

STATES: dict[str, State] = {
    "works": "works",
    "warning": "warning",
    "broken": "broken",
    "undecided": "undecided",
    "stopped": "not-reached",
    "crashed": "broken",
}
"""Of a report's state the shape that is drawn for it."""
Index = QModelIndex | QPersistentModelIndex


@record
class Shown:
    """A row: a kept run, or a report from `file` (then `report` is there and nothing of it is on this disk)."""

    run: KeptRun
    file: str = ""
    report: Presented | None = None


class RunModel(QAbstractListModel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Shown, ...] = ()

    def show_rows(self, rows: Sequence[Shown]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row(self, at: int) -> Shown:
        return self._rows[at]

    def place_of(self, run_id: str) -> int:
        """-1 for one that is not listed."""
        return next((at for at, row in enumerate(self._rows) if row.run.id == run_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        run = row.run
        if role == Qt.ItemDataRole.DisplayRole:
            return run.target
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = [state_word(STATES[run.state]), run.target, local_time(run.started_at), run.title]
            return ", ".join([*words, *([self.tr("pinned")] if run.pinned else []), *([row.file] if row.file else [])])
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{run.target}\n{local_time(run.started_at, seconds=True)}\n{run.title}"
        return None


class RunDelegate(QStyledItemDelegate):
    """Two lines: shape, address and time; below the answer. Heights come from the font."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        look = theme()
        tall = option.fontMetrics.height() * 2 + look.px(14)
        return QSize(look.px(200), tall)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, row = theme(), index.data(Qt.ItemDataRole.UserRole)
        place: QRect = option.rect
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        tokens = look.tokens
        if selected or hovered:
            painter.fillRect(place, tokens.sel if selected else tokens.sunken)
        if selected:
            painter.fillRect(place.left(), place.top(), look.px(3), place.height(), tokens.accent)
        self._paint_words(painter, place, row, selected)
        if state & QStyle.StateFlag.State_HasFocus:
            pen = painter.pen()
            pen.setColor(tokens.accent)
            pen.setWidth(2)
            painter.setPen(pen)
            painter.drawRect(place.adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_words(self, painter: QPainter, place: QRect, row: Shown, selected: bool) -> None:
        look, tokens, run = theme(), theme().tokens, row.run
        side, gap = look.px(16), look.px(12)
        left = place.left() + gap
        half = place.height() // 2
        top = QRect(left + side + gap, place.top() + look.px(4), place.width() - side - 3 * gap, half - look.px(4))
        below = QRect(top.left(), place.top() + half, top.width(), half - look.px(4))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QRectF(left, top.top() + (top.height() - side) / 2, side, side)
        paint_state(painter, shape, STATES[run.state], tokens)
        painter.setFont(look.font("caption"))
        painter.setPen(tokens.t3)
        when = row.file or local_time(run.started_at)
        wide = painter.fontMetrics().horizontalAdvance(when)
        narrow = wide > top.width() * 0.4
        painter.drawText(below if narrow else top, middle | Qt.AlignmentFlag.AlignRight, when)
        taken = 0 if narrow else wide + gap
        marked = "mark" if run.pinned else "doc" if row.file else ""
        if marked:
            taken += look.px(18)
            picture = look.icons.pixmap(marked, tokens.t2, look.px(12), painter.device().devicePixelRatio())
            at = top.right() - taken + gap
            painter.drawPixmap(at, top.top() + (top.height() - look.px(12)) // 2, picture)
        painter.setFont(look.font("body", SEMIBOLD if selected else None))
        painter.setPen(tokens.t1)
        self._paint_cut(painter, short(run.target), top.adjusted(0, 0, -taken, 0), Qt.TextElideMode.ElideMiddle)
        painter.setFont(look.font("caption"))
        painter.setPen(tokens.t2)
        room = below.adjusted(0, 0, -wide - gap if narrow else 0, 0)
        self._paint_cut(painter, run.title, room, Qt.TextElideMode.ElideRight)

    def _paint_cut(self, painter: QPainter, text: str, room: QRect, mode: Qt.TextElideMode) -> None:
        shown = painter.fontMetrics().elidedText(text, mode, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class RunList(QListView):
    """Several can be selected; `chosen` tells the rows that are, in the order of the list."""

    chosen = Signal(list)
    deleting = Signal()
    left_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs = RunModel(self)
        self.setModel(self.runs)
        self.setItemDelegate(RunDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit(self.selected()))
        theme().changed.connect(self.doItemsLayout)

    def selected(self) -> list[Shown]:
        return [self.runs.row(index.row()) for index in sorted(self.selectedIndexes(), key=lambda index: index.row())]

    def show_rows(self, rows: Sequence[Shown]) -> None:
        """Keeps what was selected, as far as it is still there."""
        before = [row.run.id for row in self.selected()]
        quiet = self.selectionModel().blockSignals(True)
        self.runs.show_rows(rows)
        self._select([place for place in map(self.runs.place_of, before) if place >= 0])
        self.selectionModel().blockSignals(quiet)
        if [row.run.id for row in self.selected()] != before:
            self.chosen.emit(self.selected())
        self.viewport().update()

    def select(self, run_ids: Sequence[str]) -> None:
        places = [place for place in map(self.runs.place_of, run_ids) if place >= 0]
        self._select(places)
        if places:
            self.scrollTo(self.runs.index(places[0], 0))

    def _select(self, places: Sequence[int]) -> None:
        chosen = self.selectionModel()
        chosen.clearSelection()
        for place in places:
            chosen.select(self.runs.index(place, 0), QItemSelectionModel.SelectionFlag.Select)
        if places:
            chosen.setCurrentIndex(self.runs.index(places[0], 0), QItemSelectionModel.SelectionFlag.NoUpdate)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deleting.emit()
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_up.emit()
        else:
            super().keyPressEvent(event)
