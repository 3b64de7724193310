"""The lines of a log by key and mouse: selecting, going places, marks, copying. Paints nothing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)

from mqassist.gui.pages.logs.accessible import tell_current
from mqassist.gui.pages.logs.painted_rows import PaintedRows
from mqassist.gui.pages.logs.painting import clock

MOST_COPIED = 20_000
"""Lines that go to the clipboard at once."""


class LineView(PaintedRows):
    """`current_changed` tells the line that is selected last (0 for none), `selection_changed` how many are. Up to
    MOST_COPIED lines can be copied, masked as the engine gives them."""

    current_changed = Signal(int)
    selection_changed = Signal(int)
    menu_wanted = Signal(QPoint)

    # -- going places -----------------------------------------------------------------------------

    def go_to_line(self, line: int) -> None:
        """Selects it, or the next one that is shown, and brings it into the middle if it is not seen."""
        if self._desk.row_count:
            self._select(self._desk.row_of(line), keep=False)
            self._bring_in(self._current, centred=True)

    def go_to_lines(self, first: int, last: int) -> None:
        """Selects all that is shown between these lines; the first is brought in."""
        self.go_to_line(first)
        self._select(self._desk.row_of(last), keep=True)

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
        tell_current(self, row - self.verticalScrollBar().value())
        self.current_changed.emit(line)
        self.selection_changed.emit(len(self.selected_rows()))

    def _bring_in(self, row: int, *, centred: bool = False) -> None:
        bar = self.verticalScrollBar()
        top, seen = bar.value(), self.rows_seen
        if self.wrap:
            if not top <= row <= self._heights.last_whole(top):
                bar.setValue(row if row < top else self._heights.top_for(row))
        elif row < top or row >= top + seen:
            bar.setValue(row - seen // 2 if centred else row if row < top else row - seen + 1)

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

    # -- keys and mouse ---------------------------------------------------------------------------

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
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._desk.rows.fold_at(self._line):
            self._desk.folding.unfold(self._line)
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().y())
        if row < 0:
            return
        if event.button() == Qt.MouseButton.RightButton and row in self.selected_rows():
            return
        self._select(row, keep=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        if self._on_link(row, event.position().x()):
            self._desk.folding.unfold(self._line)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._desk.rows.fold_at(self._line):
            self._desk.folding.unfold(self._line)

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
        on_link = self._on_link(row, event.position().x())
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if on_link else Qt.CursorShape.ArrowCursor)

    def _tip(self, row: int) -> str:
        line = self._desk.line_of(row) if row >= 0 else 0
        found = self._desk.of_numbers([line]) if line else []
        if not found:
            return ""
        words = (clock(found[0].at, local=self._rows.local_time, day=True), self.meaning(line))
        return "\n".join(each for each in words if each)

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

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._current < 0 and self._desk.row_count:
            self._select(self.verticalScrollBar().value(), keep=False)
