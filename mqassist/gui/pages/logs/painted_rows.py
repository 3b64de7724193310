"""The lines of a log, painted by ourselves: only what is seen is read and laid out, whatever the file's length.

The vertical bar counts rows, not pixels: with wrapped lines nobody knows the height of ten million of them.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from mqassist.core.log import LogLine
from mqassist.gui.pages.logs.accessible import make_readable
from mqassist.gui.pages.logs.desk import LogDesk
from mqassist.gui.pages.logs.marks import Marks
from mqassist.gui.pages.logs.painting import (
    LONGEST,
    Highlight,
    Span,
    clock,
    fold_words,
    level_word,
    match_words,
    spans_of,
)
from mqassist.gui.pages.logs.parts import Part
from mqassist.gui.pages.logs.row_heights import RowHeights
from mqassist.gui.pages.logs.row_painter import Dress, RowPainter
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.focus import OWN_RING

ZOOM = (0.6, 3.0)
KNOWN_AFTER_MS = 60
"""What is known of the seen lines is looked up when scrolling rests for so long."""


class PaintedRows(QAbstractScrollArea):
    """Rows of a LogDesk, one of which may be selected. Whoever builds on it says how."""

    scrolled_by_hand = Signal()

    def __init__(self, desk: LogDesk, parent: QWidget | None = None, *, marks: Marks | None = None) -> None:
        """`marks` are those of another view of the same log."""
        super().__init__(parent)
        self._desk = desk
        self._rows = RowPainter()
        self.wrap = False
        self.marks = Marks(self) if marks is None else marks
        self.marks.changed.connect(self.viewport().update)
        self.part: Part | None = None
        """What is chosen within the selected line."""
        self.highlights: tuple[Highlight, ...] = ()
        self.follow_end = False
        self._zoom = 1.0
        self._current = self._anchor = -1
        self._line = 0
        self._top_line = 0
        self._links: dict[int, tuple[float, float]] = {}
        """From where to where a row has a link, as it was last painted."""
        self._bottom_rows: list[tuple[int, int]] = []
        """(row, height) of what the last painting showed."""
        self._is_full = False
        """Whether more rows were there than fit: what comes after them changes nothing that is seen."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(OWN_RING, True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(KNOWN_AFTER_MS)
        self._rest.timeout.connect(self._look_up)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._rest.start())
        self.verticalScrollBar().sliderMoved.connect(lambda _value: self.scrolled_by_hand.emit())
        desk.rows_changed.connect(self._rows_changed)
        desk.grown.connect(self._grew)
        desk.folded.connect(self._folded)
        desk.explained.connect(lambda _line: self.viewport().update())
        desk.opened.connect(self._opened)
        theme().changed.connect(self._measure)
        self.meaning: Callable[[int], str] = lambda _line: ""
        """What is known of a line in a few words, for who points at it."""
        make_readable(self)
        self._measure()
        self.retranslate()

    # -- measures -------------------------------------------------------------------------------

    def _measure(self) -> None:
        self._rows.measure(self._zoom, self._line_count())
        self._fit_bars()
        self._rest.start()
        self.viewport().update()

    def _place(self) -> bool:
        return self._rows.place(self._line_count(), lettered=len(self._desk.sources) > 1)

    def _line_count(self) -> int:
        """As many as there will be, as far as that can be told: the gutter shall not become wider again and again."""
        document = self._desk.document
        if document is None:
            return 0
        return document.line_count if document.complete else round(document.line_count / max(document.progress, 0.001))

    @property
    def rows_seen(self) -> int:
        """How many unwrapped rows fit."""
        return max(1, self.viewport().height() // self._rows.row_height)

    def _fit_range(self) -> None:
        bar = self.verticalScrollBar()
        rows = self._desk.row_count
        bar.setRange(0, max(0, rows - 1 if self.wrap else rows - self.rows_seen))
        bar.setPageStep(self.rows_seen)

    def _fit_bars(self) -> None:
        self._fit_range()
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
        self._line = self._top_line = 0
        self._links.clear()
        self.part = None
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)

    def _rows_changed(self) -> None:
        self._place()
        self._fit_bars()
        self._find_selected()
        if self.follow_end:
            self.go_to_end()
        self._rest.start()
        self.viewport().update()

    def _find_selected(self) -> None:
        """The selected line stays selected, in whatever row it is now."""
        if self._line and self._desk.row_count:
            self._current = self._anchor = self._desk.row_of(self._line)
        elif self._current >= self._desk.row_count:
            self._current = self._anchor = -1

    def _folded(self) -> None:
        """What is at the top stays there."""
        self._find_selected()
        self._fit_bars()
        if self.follow_end:
            self.go_to_end()
        elif self._top_line:
            self.verticalScrollBar().setValue(self._desk.row_of(self._top_line))
        self.viewport().update()

    def _grew(self) -> None:
        """Nothing is painted anew that is seen already: while a log pours in, painting would take most of the time."""
        placed = self._place()
        if self._line and self.current_line != self._line:  # it was not read that far when it was gone to
            self._find_selected()
        if self.follow_end:
            last = 0 if placed else self.last_row_painted
            self._fit_bars()
            self.go_to_end()
            self._update_from(last)
        elif placed or not self._is_full:
            self._fit_bars()
            self.viewport().update()
        else:
            self._fit_range()
        self._rest.start()

    def _update_from(self, row: int) -> None:
        """The line that was the last may have got longer."""
        y = 0 if self.wrap else max(0, (row - self.verticalScrollBar().value()) * self._rows.row_height)
        self.viewport().update(0, y, self.viewport().width(), self.viewport().height() - y)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """By whole rows what is painted is moved, and only the rest painted: most of the way to a line that is followed
        is painting. Between the points of the screen nothing can be moved."""
        whole = self.devicePixelRatioF().is_integer()
        if whole and not dx and not self.wrap and abs(dy) < self.rows_seen:
            self.viewport().scroll(0, dy * self._rows.row_height)
        else:
            self.viewport().update()

    def _look_up(self) -> None:
        self._fit_bars()
        seen = [line.number for line in self._seen() if line.number]
        self._desk.ask_known(seen)
        if seen:
            self._desk.look_for_folds(seen[0], seen[-1])

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

    # -- what is selected -------------------------------------------------------------------------

    @property
    def current_line(self) -> int:
        """The number of the selected line, 0 if there is none."""
        return self._desk.line_of(self._current) if self._current >= 0 else 0

    def selected_rows(self) -> range:
        if self._current < 0:
            return range(0)
        low, high = sorted((self._anchor, self._current))
        return range(low, high + 1)

    def go_to_end(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _spoken(self, line: int) -> str:
        found = self._desk.of_numbers([line]) if line else []
        if not found:
            return ""
        each = found[0]
        fold = self._desk.rows.fold_at(line)
        if fold is not None:
            return fold_words(fold)
        return self.tr("Line {number}, {time}, {level}: {text}").format(
            number=each.number, time=clock(each.at, local=self._rows.local_time), level=level_word(each.level),
            text=each.text[:500],
        )  # fmt: skip

    @property
    def _heights(self) -> RowHeights:
        return RowHeights(self._desk, self._rows, self.viewport().width(), self.viewport().height(), self.rows_seen)

    # -- for screen readers -------------------------------------------------------------------

    @property
    def rows_painted(self) -> int:
        return len(self._bottom_rows)

    @property
    def last_row_painted(self) -> int:
        return self._bottom_rows[-1][0] if self._bottom_rows else -1

    def row_box(self, at: int) -> QRect:
        """Where the row is that was painted as the `at`th, in the viewport."""
        top = sum(height for _, height in self._bottom_rows[:at])
        return QRect(0, top, self.viewport().width(), self._bottom_rows[at][1])

    def spoken_row(self, at: int) -> str:
        return self._spoken(self._desk.line_of(self._bottom_rows[at][0])) if at < len(self._bottom_rows) else ""

    def is_current(self, at: int) -> bool:
        return at < len(self._bottom_rows) and self._bottom_rows[at][0] == self._current

    # -- painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with self._desk.screen:
            self._paint(event)

    def _paint(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme().tokens.surface)
        painter.setFont(self._rows.font)
        top = self.verticalScrollBar().value()
        selected = self._tinted_rows()
        self._bottom_rows = []
        self._is_full = False
        self._top_line = self._desk.line_of(top)
        y, begin, end = 0, event.rect().top(), event.rect().bottom()
        above = self._desk.line_of(top - 1)
        for row, line in enumerate(self._desk.lines(top, self.rows_seen + 2), start=top):
            if y >= self.viewport().height():
                self._is_full = True
                break
            height = self._rows.row_height
            if self.wrap or (y <= end and y + height > begin):
                self._links.pop(row, None)
                alone = above != line.number - 1
                height = self._paint_row(painter, line, y, row, selected=row in selected, alone=alone)
            self._bottom_rows.append((row, height))
            above = line.number
            y += height
        painter.end()

    def _tinted_rows(self) -> range:
        """Those that are selected; of a single one its whole entry, as far as it is known."""
        rows = self.selected_rows()
        known = self._desk.knowing.of(self.current_line) if len(rows) == 1 else None
        if known is None or not self._desk.shows(known.line):
            return rows
        return range(self._desk.row_of(known.line), self._desk.row_of(known.last_line) + 1)

    def _paint_row(self, painter: QPainter, line: LogLine, y: int, row: int, *, selected: bool, alone: bool) -> int:
        desk, width = self._desk, self.viewport().width()
        fold = desk.rows.fold_at(line.number)
        if fold is not None:
            dress = Dress(selected=selected, marked=line.number in self.marks, gutter=desk.gutter(line.number))
            self._links[row] = self._rows.paint_fold(painter, line, fold, dress, y, width)
            return self._rows.row_height
        dress = Dress(
            selected=selected,
            headed=alone or not line.continuation,
            own_run=line.number in desk.matches,
            marked=line.number in self.marks,
            spans=self._spans(line),
            gutter=desk.gutter(line.number),
            tag=self.marks.note(line.number) or match_words(desk.matches.get(line.number), desk.step_title),
        )
        layout = self._layout(line)
        if layout is None:
            self._rows.paint(painter, line, dress, y, width, self.horizontalScrollBar().value())
        else:
            self._rows.paint_wrapped(painter, line, layout, dress, y, width)
        return self._rows.height_of(layout)

    def _layout(self, line: LogLine) -> QTextLayout | None:
        room = self.viewport().width() - self._rows.text_at - self._rows.char
        return self._rows.laid_out(line, room) if self.wrap else None

    def _spans(self, line: LogLine) -> tuple[Span, ...]:
        shown, known, part = line.text[:LONGEST], self._desk.knowing.place(line.number), self.part
        spans = spans_of(shown, known, self._desk.search, self.highlights)
        if part is not None and part.line == line.number and part.begin < len(shown):
            spans.append((part.begin, min(part.end, len(shown)), "part"))
        return tuple(spans)

    def character_at(self, row: int, x: float, y: float) -> int:
        """Before which character of a row's text a point of the viewport lies."""
        top = 0
        for painted, height in self._bottom_rows:
            if painted == row:
                break
            top += height
        line = next(iter(self._desk.lines(row, 1)), None)
        if line is None:
            return 0
        return self._rows.character_at(line, self._layout(line), x, y - top, self.horizontalScrollBar().value())

    def row_at(self, y: float) -> int:
        """The row at a height of the viewport, -1 below the last."""
        top = 0
        for row, height in self._bottom_rows:
            if top <= y < top + height:
                return row
            top += height
        return -1

    def link_of(self, row: int) -> tuple[float, float]:
        """From where to where a row has a link, in the viewport; nothing is between 0 and -1."""
        return self._links.get(row, (0.0, -1.0))

    def _on_link(self, row: int, x: float) -> bool:
        left, right = self.link_of(row)
        return left <= x <= right

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bars()
        self._rest.start()
        if self.follow_end:
            self.go_to_end()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._place()
            self.viewport().update()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Lines of the log"))
