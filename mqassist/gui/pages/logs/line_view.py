"""The lines of a log, painted by ourselves: only what is seen is read and laid out, whatever the file's length.

The vertical bar counts rows, not pixels: with wrapped lines nobody knows the height of ten million of them.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from mqassist.core.log import LogLine
from mqassist.gui.pages.logs.desk import LogDesk
from mqassist.gui.pages.logs.painting import LONGEST, Highlight, clock, level_word, match_words, spans_of
from mqassist.gui.pages.logs.row_painter import Dress, RowPainter, fitting
from mqassist.gui.theme.theme import theme

MOST_COPIED = 20_000
"""Lines that go to the clipboard at once."""
ZOOM = (0.6, 3.0)
KNOWN_AFTER_MS = 60
"""What is known of the seen lines is looked up when scrolling rests for so long."""


class LineView(QAbstractScrollArea):
    """Rows of a LogDesk. `current_changed` tells the line that is selected last (0 for none), `selection_changed`
    how many are. Up to MOST_COPIED lines can be copied, masked as the engine gives them."""

    current_changed = Signal(int)
    selection_changed = Signal(int)
    scrolled_by_hand = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, desk: LogDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = RowPainter()
        self.wrap = False
        self.marks: set[int] = set()
        self.highlights: tuple[Highlight, ...] = ()
        self.follow_end = False
        self._zoom = 1.0
        self._current = self._anchor = -1
        self._line = 0
        self._bottom_rows: list[tuple[int, int]] = []
        """(row, height) of what the last painting showed."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(KNOWN_AFTER_MS)
        self._rest.timeout.connect(self._look_up)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().sliderMoved.connect(lambda _value: self.scrolled_by_hand.emit())
        desk.rows_changed.connect(self._rows_changed)
        desk.grown.connect(self._rest.start)
        desk.hits_changed.connect(self.viewport().update)
        desk.explained.connect(lambda _line: self.viewport().update())
        desk.opened.connect(self._opened)
        theme().changed.connect(self._measure)
        self._measure()
        self.retranslate()

    # -- measures -------------------------------------------------------------------------------

    def _measure(self) -> None:
        self._rows.measure(self._zoom, self._line_count())
        self._fit_bars()
        self.viewport().update()

    def _line_count(self) -> int:
        return 0 if self._desk.document is None else self._desk.document.line_count

    @property
    def rows_seen(self) -> int:
        """How many unwrapped rows fit."""
        return max(1, self.viewport().height() // self._rows.row_height)

    def _fit_bars(self) -> None:
        bar = self.verticalScrollBar()
        rows = self._desk.row_count
        bar.setRange(0, max(0, rows - 1 if self.wrap else rows - self.rows_seen))
        bar.setPageStep(self.rows_seen)
        across = self.horizontalScrollBar()
        if self.wrap:
            across.setRange(0, 0)
            return
        widest = max((min(len(line.text), LONGEST) for line in self._seen()), default=0) + 4
        room = self.viewport().width() - self._rows.text_at
        across.setRange(0, max(across.value(), round(widest * self._rows.char - room), 0))
        across.setPageStep(max(1, round(room)))
        across.setSingleStep(round(self._rows.char * 4))

    def _seen(self) -> list[LogLine]:
        return self._desk.lines(self.verticalScrollBar().value(), self.rows_seen + 1)

    # -- what changes ---------------------------------------------------------------------------

    def _opened(self) -> None:
        self._current = self._anchor = -1
        self._line = 0
        self.marks.clear()
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)

    def _rows_changed(self) -> None:
        line = self._line
        self._rows.place(self._line_count())
        self._fit_bars()
        if line and self._desk.row_count:
            self._current = self._anchor = self._desk.row_of(line)
        elif self._current >= self._desk.row_count:
            self._current = self._anchor = -1
        if self.follow_end:
            self.go_to_end()
        self._rest.start()
        self.viewport().update()

    def _scrolled(self) -> None:
        self._rest.start()
        self.viewport().update()

    def _look_up(self) -> None:
        self._fit_bars()
        self._desk.ask_known(line.number for line in self._seen() if line.number)

    def set_wrap(self, on: bool) -> None:
        top = self.verticalScrollBar().value()
        self.wrap = on
        self.horizontalScrollBar().setValue(0)
        self._fit_bars()
        self.verticalScrollBar().setValue(top)
        self.viewport().update()

    def set_local_time(self, on: bool) -> None:
        self._rows.local_time = on
        self.viewport().update()

    def zoom(self, factor: float) -> None:
        """1.0 is the size that belongs to the window's font."""
        self._zoom = min(ZOOM[1], max(ZOOM[0], factor))
        self._measure()

    @property
    def zoom_factor(self) -> float:
        return self._zoom

    # -- going places ---------------------------------------------------------------------------

    @property
    def current_line(self) -> int:
        """The number of the selected line, 0 if there is none."""
        return self._desk.line_of(self._current) if self._current >= 0 else 0

    def selected_rows(self) -> range:
        if self._current < 0:
            return range(0)
        low, high = sorted((self._anchor, self._current))
        return range(low, high + 1)

    def go_to_line(self, line: int) -> None:
        """Selects it, or the next one that is shown, and brings it into the middle if it is not seen."""
        if self._desk.row_count:
            self._select(self._desk.row_of(line), keep=False)
            self._bring_in(self._current, centred=True)

    def go_to_end(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def show_rows_from(self, row: int) -> None:
        self.verticalScrollBar().setValue(row)

    def _select(self, row: int, *, keep: bool) -> None:
        row = min(max(0, row), self._desk.row_count - 1)
        if row < 0:
            return
        self._current = row
        if not keep:
            self._anchor = row
        self.viewport().update()
        self._line = line = self.current_line
        self.setAccessibleDescription(self._spoken(line))
        self.current_changed.emit(line)
        self.selection_changed.emit(len(self.selected_rows()))

    def _spoken(self, line: int) -> str:
        found = self._desk.of_numbers([line]) if line else []
        if not found:
            return ""
        each = found[0]
        return self.tr("Line {number}, {time}, {level}: {text}").format(
            number=each.number, time=clock(each.at, local=self._rows.local_time), level=level_word(each.level),
            text=each.text[:500],
        )  # fmt: skip

    def _bring_in(self, row: int, *, centred: bool = False) -> None:
        bar = self.verticalScrollBar()
        top, seen = bar.value(), self.rows_seen
        if self.wrap:
            if not top <= row <= self._last_whole(top):
                bar.setValue(row if row < top else self._top_for(row))
        elif row < top or row >= top + seen:
            bar.setValue(row - seen // 2 if centred else row if row < top else row - seen + 1)

    def _height(self, line: LogLine) -> int:
        room = self.viewport().width() - self._rows.text_at - self._rows.char
        return self._rows.height_of(self._rows.laid_out(line, room))

    def _last_whole(self, top: int) -> int:
        """The last wrapped row that is seen as a whole below this one."""
        below = self._desk.lines(top, self.rows_seen + 1)
        return top - 1 + fitting((self._height(line) for line in below), self.viewport().height())

    def _top_for(self, row: int) -> int:
        """The first row, so that this wrapped one is the last that is seen as a whole."""
        first = max(0, row - self.rows_seen)
        above = reversed(self._desk.lines(first, row - first + 1))
        return min(row, row + 1 - fitting((self._height(line) for line in above), self.viewport().height()))

    def toggle_mark(self) -> None:
        line = self.current_line
        if line:
            self.marks ^= {line}
            self.viewport().update()

    def next_mark(self, *, backwards: bool = False) -> None:
        shown = sorted(line for line in self.marks if self._desk.shows(line))
        here = self.current_line
        ahead = [line for line in shown if line < here] if backwards else [line for line in shown if line > here]
        if shown:
            self.go_to_line((ahead[-1] if backwards else ahead[0]) if ahead else (shown[-1] if backwards else shown[0]))

    def selected_text(self) -> str:
        """The selected lines as the file has them, masked; at most MOST_COPIED."""
        rows = self.selected_rows()[:MOST_COPIED]
        return "\n".join(line.raw for line in self._desk.lines(rows.start, len(rows))) if rows else ""

    # -- keys and mouse -------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self._select_all()
            return
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -self.rows_seen,
            Qt.Key.Key_PageDown: self.rows_seen,
        }
        key = Qt.Key(event.key())
        keep = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        rows = self._desk.row_count
        if key in steps and rows:
            here = self._current if self._current >= 0 else self.verticalScrollBar().value() - 1
            self._move(here + steps[key], keep=keep)
        elif key == Qt.Key.Key_Home and rows:
            self._move(0, keep=keep)
        elif key == Qt.Key.Key_End and rows:
            self._move(rows - 1, keep=keep)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            across = self.horizontalScrollBar()
            across.setValue(across.value() + across.singleStep() * (-1 if key == Qt.Key.Key_Left else 1))
        else:
            super().keyPressEvent(event)

    def _move(self, row: int, *, keep: bool) -> None:
        self.scrolled_by_hand.emit()
        self._select(row, keep=keep)
        self._bring_in(self._current)

    def _select_all(self) -> None:
        if self._desk.row_count:
            self._anchor = 0
            self._select(self._desk.row_count - 1, keep=True)

    def row_at(self, y: float) -> int:
        """The row at a height of the viewport, -1 below the last."""
        top = 0
        for row, height in self._bottom_rows:
            if top <= y < top + height:
                return row
            top += height
        return -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().y())
        if row < 0:
            return
        if event.button() == Qt.MouseButton.RightButton and row in self.selected_rows():
            return
        self._select(row, keep=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        y = event.position().y()
        if event.buttons() & Qt.MouseButton.LeftButton and self._current >= 0:
            bar = self.verticalScrollBar()
            if y < 0 or y > self.viewport().height():
                bar.setValue(bar.value() + (-1 if y < 0 else 1))
                row = bar.value() + (0 if y < 0 else self.rows_seen - 1)
            else:
                row = self.row_at(y)
            if row >= 0 and row != self._current:
                self._select(row, keep=True)
            return
        row = self.row_at(y)
        self.viewport().setToolTip(self._tip(row))

    def _tip(self, row: int) -> str:
        line = self._desk.line_of(row) if row >= 0 else 0
        found = self._desk.of_numbers([line]) if line else []
        return clock(found[0].at, local=self._rows.local_time, day=True) if found else ""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(self._zoom * (1.1 if turned > 0 else 1 / 1.1))
            return
        if turned:
            self.scrolled_by_hand.emit()
        super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bars()
        if self.follow_end:
            self.go_to_end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._current < 0 and self._desk.row_count:
            self._select(self.verticalScrollBar().value(), keep=False)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._rows.place(self._line_count())
            self.viewport().update()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Lines of the log"))

    # -- painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme().tokens.surface)
        painter.setFont(self._rows.font)
        top = self.verticalScrollBar().value()
        selected = self._tinted_rows()
        self._bottom_rows = []
        y = 0
        for row, line in enumerate(self._desk.lines(top, self.rows_seen + 2), start=top):
            if y >= self.viewport().height():
                break
            height = self._paint_row(painter, line, y, selected=row in selected)
            self._bottom_rows.append((row, height))
            y += height
        painter.end()

    def _tinted_rows(self) -> range:
        """Those that are selected; of a single one its whole entry, as far as it is known."""
        rows = self.selected_rows()
        known = self._desk.knowing.of(self.current_line) if len(rows) == 1 else None
        if known is None or not self._desk.shows(known.line):
            return rows
        return range(self._desk.row_of(known.line), self._desk.row_of(known.last_line) + 1)

    def _paint_row(self, painter: QPainter, line: LogLine, y: int, *, selected: bool) -> int:
        desk, width = self._desk, self.viewport().width()
        known = desk.knowing.place(line.number)
        dress = Dress(
            selected=selected,
            own_run=line.number in desk.matches,
            marked=line.number in self.marks,
            spans=tuple(spans_of(line.text[:LONGEST], known, desk.search, self.highlights)),
            tag=match_words(desk.matches.get(line.number)),
        )
        layout = self._rows.laid_out(line, width - self._rows.text_at - self._rows.char) if self.wrap else None
        if layout is None:
            self._rows.paint(painter, line, dress, y, width, self.horizontalScrollBar().value())
        else:
            self._rows.paint_wrapped(painter, line, layout, dress, y, width)
        return self._rows.height_of(layout)
