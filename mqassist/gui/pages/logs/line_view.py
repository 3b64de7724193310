"""The lines of a log by key and mouse: selecting, going places, marks, copying. Paints nothing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)

from mqassist.gui.pages.logs.accessible import tell_current
from mqassist.gui.pages.logs.desk import LogDesk
from mqassist.gui.pages.logs.painted_rows import PaintedRows
from mqassist.gui.pages.logs.painting import LONGEST, clock
from mqassist.gui.pages.logs.parts import Part, next_word, word_at
from mqassist.gui.theme.theme import theme

RING = 2
"""Logical pixels."""
KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
MOST_COPIED = 20_000
"""Lines that go to the clipboard at once."""


class LineView(PaintedRows):
    """`current_changed` tells the line that is selected last (0 for none), `selection_changed` how many are. Up to
    MOST_COPIED lines can be copied, masked as the engine gives them."""

    current_changed = Signal(int)
    selection_changed = Signal(int)
    part_changed = Signal()
    """Other characters are chosen within the selected line, or none any more."""
    menu_wanted = Signal(QPoint)

    @property
    def desk(self) -> LogDesk:
        """Whose lines these are."""
        return self._desk

    def _rows_changed(self) -> None:
        """What was looked at stays: the selected line if it was seen, else what was at the top."""
        seen = any(row == self._current for row, _ in self._bottom_rows)
        top = self._top_line
        super()._rows_changed()
        if not self.follow_end and self._desk.row_count:
            if seen and self._current >= 0:
                self._bring_in(self._current, centred=True)
            elif top:
                self.verticalScrollBar().setValue(self._desk.row_of(top))
        if self._told and self.current_line != self._told:
            self._tell_selected()

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
        self.choose_part(None)
        self.viewport().update()
        self._line = self.current_line
        self._tell_selected()

    _told = 0
    """The line that was told last: where a filter leaves out the selected one, the next that is shown stands for it."""

    def _tell_selected(self) -> None:
        self._told = line = self.current_line
        self.setAccessibleDescription(self._spoken(line))
        tell_current(self, self._current - self.verticalScrollBar().value())
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
        if self.current_line:
            self.marks.toggle(self.current_line)

    def next_mark(self, *, backwards: bool = False) -> None:
        line = self.marks.next(self.current_line, self._desk.shows, backwards=backwards)
        if line is not None:
            self.go_to_line(line)

    # -- what is taken along ----------------------------------------------------------------------

    def choose_part(self, part: Part | None) -> None:
        """Some characters of the selected line; they are what is copied then."""
        if part != self.part:
            self.part = part
            self.viewport().update()
            self.part_changed.emit()

    def part_text(self) -> str:
        """The chosen characters, masked as the line is; "" if there are none."""
        found = [] if self.part is None else self._desk.of_numbers([self.part.line])
        return found[0].text[self.part.begin : self.part.end] if found and self.part is not None else ""

    def _choose_word(self, row: int, place: int) -> None:
        for line in self._desk.lines(row, 1):
            word = word_at(line.text[:LONGEST], place)
            self.choose_part(None if word is None else Part(line.number, *word))

    def _step_word(self, *, backwards: bool) -> None:
        """The word before or after the chosen one, brought in; without one the first, or the last."""
        for line in self._desk.of_numbers([self.current_line] if self.current_line else []):
            shown, part = line.text[:LONGEST], self.part
            begin, end = (len(shown), 0) if part is None else (part.begin, part.end)
            word = next_word(shown, begin, end, backwards=backwards)
            if word is not None:
                self.choose_part(Part(line.number, *word))
                self.setAccessibleDescription(self.part_text())
                self._bring_across(*self._rows.span_of(line, *word))

    def _bring_across(self, left: float, right: float) -> None:
        bar, room = self.horizontalScrollBar(), self.viewport().width() - self._rows.text_at
        if not bar.value() <= left <= right <= bar.value() + room:
            bar.setValue(round(left - room / 3))

    def selected_text(self, *, numbered: bool = False) -> str:
        """The selected lines as the file has them, masked; at most MOST_COPIED. `numbered` puts the number of each line
        in front, and the letter of its log where there are several; notes follow their line."""
        rows = self.selected_rows()[:MOST_COPIED]
        lines = self._desk.lines(rows.start, len(rows)) if rows else []
        if not numbered:
            return "\n".join(line.raw for line in lines)
        heads = [" ".join(self._desk.gutter(line.number)).strip() for line in lines]
        wide = max(map(len, heads), default=0)
        told: list[str] = []
        for head, line in zip(heads, lines, strict=True):
            told.append(f"{head:>{wide}}  {line.raw}")
            note = self.marks.note(line.number)
            told += [f"{'':{wide}}  # {note}"] if note else []
        return "\n".join(told)

    # -- keys and mouse ---------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_keyboard = True
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
            self._move(self._here(steps[key]) + steps[key], keep=keep)
        elif key == Qt.Key.Key_Home and rows:
            self._move(0, keep=keep)
        elif key == Qt.Key.Key_End and rows:
            self._move(rows - 1, keep=keep)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._desk.rows.fold_at(self._line):
            self._desk.folding.unfold(self._line)
        elif key == Qt.Key.Key_Escape and self.part is not None:
            self.choose_part(None)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._step_word(backwards=key == Qt.Key.Key_Left)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            across = self.horizontalScrollBar()
            across.setValue(across.value() + across.singleStep() * (-1 if key == Qt.Key.Key_Left else 1))
        else:
            super().keyPressEvent(event)

    def _here(self, step: int) -> int:
        """From where keys go: the selected row where something of the selection is seen, else the edge of what is."""
        top, chosen = self.verticalScrollBar().value(), self.selected_rows()
        last = top + self.rows_seen - 1
        if chosen and (self.wrap or (chosen.start <= last and chosen.stop > top)):
            return self._current
        return top - 1 if step == 1 else top if step > 0 else last + (step == -1)

    def _move(self, row: int, *, keep: bool) -> None:
        self.scrolled_by_hand.emit()
        self._select(row, keep=keep)
        self._bring_in(self._current)

    def _select_all(self) -> None:
        if self._desk.row_count:
            self._anchor = 0
            self._select(self._desk.row_count - 1, keep=True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        row = self.row_at(place.y())
        if row < 0:
            return
        self._by_keyboard = False
        self._pressed = (row, self.character_at(row, place.x(), place.y()))
        if event.button() == Qt.MouseButton.RightButton:
            if row not in self.selected_rows():
                self._select(row, keep=False)
            on_text = len(self.selected_rows()) == 1 and place.x() >= self._rows.text_at
            if on_text and not self._in_part(*self._pressed):
                self._choose_word(*self._pressed)
            return
        self._select(row, keep=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        if self._on_link(row, place.x()):
            self._desk.folding.unfold(self._line)

    _by_keyboard = False
    """How the focus came here, or what was used last."""
    _pressed = (-1, 0)
    """The row and the character where the mouse went down."""

    def _in_part(self, row: int, place: int) -> bool:
        part = self.part
        return part is not None and part.line == self._desk.line_of(row) and part.begin <= place <= part.end

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._desk.rows.fold_at(self._line):
            self._desk.folding.unfold(self._line)
        elif event.position().x() >= self._rows.text_at:
            self._choose_word(*self._pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if event.buttons() & Qt.MouseButton.LeftButton and self._current >= 0:
            self._drag_to(place.x(), place.y())
            return
        row = self.row_at(place.y())
        self.viewport().setToolTip(self._tip(row))
        self.viewport().setCursor(self._cursor_at(row, place.x()))

    def _cursor_at(self, row: int, x: float) -> Qt.CursorShape:
        if self._on_link(row, x):
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.IBeamCursor if row >= 0 and x >= self._rows.text_at else Qt.CursorShape.ArrowCursor

    def _drag_to(self, x: float, y: float) -> None:
        """Within one row its characters are chosen, across rows whole lines."""
        if y < 0 or y > self.viewport().height():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + (-1 if y < 0 else 1))
            row = bar.value() + (0 if y < 0 else self.rows_seen - 1)
        else:
            row = self.row_at(y)
        if row >= 0 and row != self._current:
            self._select(row, keep=True)
        pressed, begin = self._pressed
        if row == pressed == self._anchor and not self._desk.rows.fold_at(self._line):
            end = self.character_at(row, x, y)
            low, high = sorted((begin, end))
            self.choose_part(Part(self._line, low, high) if high > low else None)

    def _tip(self, row: int) -> str:
        line = self._desk.line_of(row) if row >= 0 else 0
        found = self._desk.of_numbers([line]) if line else []
        if not found:
            return ""
        words = (clock(found[0].at, local=self._rows.local_time, day=True), self.meaning(line), self.marks.note(line))
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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Around the selected row while the keyboard is here: a ring around all would be hidden by what is beside."""
        super().paintEvent(event)
        at = next((at for at in range(self.rows_painted) if self.is_current(at)), -1)
        if at >= 0 and self._by_keyboard and self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(QPen(theme().tokens.accent, RING))
            painter.drawRect(self.row_box(at).adjusted(1, 1, -1, -1))
            painter.end()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in KEYBOARD
        self.viewport().update()
        if self._current < 0 and self._desk.row_count:
            self._select(self.verticalScrollBar().value(), keep=False)
