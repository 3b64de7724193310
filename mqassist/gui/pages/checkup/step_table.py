"""The step table: rows on one time axis, opened by Enter, walked by the arrows. Knows no run and no report.

It is one stop of the Tab key; inside, the arrows move.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.gui.pages.checkup.rows import Axis, Row, axis_for
from mqassist.gui.pages.checkup.step_row import Columns, Shown, StepRow, took_text
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.roles import give_role

WIDE, MIDDLE = 1100, 900
BARS_WIDE, BARS_MIDDLE = 430, 250
NARROWEST_TITLE, WIDEST_TITLE = 128, 240

Details = Callable[[Row], QWidget | None]


class _Header(QWidget):
    """The names of the columns and the figures of the axis."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._names = ("", "", "")
        self._axis = Axis(1.0, (0.0,))
        self._columns = Columns(64, 200, 500, 520, 600, False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        dress(self, "caption", SEMIBOLD)

    def say(self, names: tuple[str, str, str]) -> None:
        self._names = names
        self.update()

    def show_axis(self, axis: Axis, columns: Columns) -> None:
        if (axis, columns) != (self._axis, self._columns):
            self._axis, self._columns = axis, columns
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.fontMetrics().height() + theme().px(10))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, columns = theme(), self._columns
        painter = QPainter(self)
        painter.setPen(look.tokens.t2)
        tall = self.height()
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        step, result, took = self._names
        painter.drawText(columns.title, 0, self.width(), tall, middle, step)
        if not columns.two_lines:
            painter.drawText(columns.result, 0, self.width(), tall, middle, result)
        painter.drawText(0, 0, columns.took_right, tall, middle | right, took)
        if not columns.two_lines:
            self._paint_ticks(painter)
        painter.fillRect(0, tall - 1, self.width(), 1, look.tokens.line)
        painter.end()

    def _paint_ticks(self, painter: QPainter) -> None:
        look, columns = theme(), self._columns
        painter.setFont(look.font("caption"))
        left, wide = columns.bars, max(20, columns.width - columns.bars - look.px(12))
        free = 0.0
        for at, tick in enumerate(self._axis.ticks_ms):
            x = left + wide * tick / self._axis.span_ms
            painter.fillRect(round(x), 0, 1, self.height(), look.tokens.line)
            words = tick_text(tick, self._axis, last=at == len(self._axis.ticks_ms) - 1)
            needs = painter.fontMetrics().horizontalAdvance(words) + look.px(8)
            # the axis drops labels, never the scale
            if x >= free and x + needs <= self.width():
                place = QRectF(x + look.px(4), 0, needs, self.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
                free = x + needs


def tick_text(tick_ms: float, axis: Axis, *, last: bool) -> str:
    """0, 50, 100, 150 ms; 0, 0.5, 1.0, 1.5 s: the unit at the last one."""
    if axis.ticks_ms[-1] >= 1000:
        shown = (
            "0" if not tick_ms else f"{tick_ms / 1000:.1f}" if axis.ticks_ms[-1] < 10_000 else f"{tick_ms / 1000:.0f}"
        )
        return f"{shown} s" if last else shown
    shown = f"{tick_ms:.0f}" if tick_ms == int(tick_ms) else f"{tick_ms:.1f}"
    return f"{shown} ms" if last else shown


class StepTable(QFrame):
    """`chosen` gives the checks of a row that the person opened."""

    copied = Signal(str)
    chosen = Signal(object)

    def __init__(self, wording: Wording, details: Details, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_role(StepTable, QAccessible.Role.List)
        give_role(StepRow, QAccessible.Role.ListItem)
        self._wording = wording
        self._details_for = details
        self._rows: tuple[Row, ...] = ()
        self._axis = Axis(1.0, (0.0,))
        self._open: set[str] = set()
        self._widgets: dict[str, StepRow] = {}
        self._details: dict[str, QWidget] = {}
        self._current = ""
        self._large = False
        self.no_password = False
        """Said in the row of what was not reached."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._header = _Header(self)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(1, 1, 1, 5)  # below the last row: the round corners
        self._box.setSpacing(0)
        self._box.addWidget(self._header)
        theme().changed.connect(self._relayout)
        self.retranslate()

    # -- content --------------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[Row], wording: Wording, *, at_least_ms: float = 0.0) -> None:
        """`at_least_ms`: the axis of a run that goes never becomes shorter than that."""
        self._rows, self._wording = tuple(rows), wording
        self._axis = axis_for(rows, at_least_ms=at_least_ms)
        self._relayout()

    def clear_all(self) -> None:
        """For a new run: nothing is open."""
        self._open.clear()
        self._drop_details()
        self._current = ""
        self.show_rows((), self._wording)

    def renew_details(self) -> None:
        """What is open is made anew: after the run, or in another language."""
        self._drop_details()
        self._relayout()

    def renew(self, key: str) -> None:
        """Its details are made anew if they are open."""
        self._forget_details(key)

    def open_row(self, key: str) -> None:
        if key not in self._open:
            self._turn(key)

    def show_check(self, probe: str) -> StepRow | None:
        """Opens the step that did this check; None if there is none."""
        row = next((row for row in self._rows if probe in row.checks and not row.parent), None)
        if row is None:
            return None
        self.open_row(row.key)
        return self._widgets.get(row.key)

    def close_row(self, key: str) -> None:
        if key in self._open:
            self._turn(key)

    @property
    def opened(self) -> frozenset[str]:
        return frozenset(self._open)

    def details_of(self, key: str) -> QWidget | None:
        return self._details.get(key)

    def row(self, key: str) -> StepRow | None:
        return self._widgets.get(key)

    def visible_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self._rows if not row.parent or row.parent in self._open)

    # -- words ----------------------------------------------------------------------------------

    def _shown(self, row: Row) -> Shown:
        title, result = row.title, row.result
        if row.kind == "quiet":
            title = self.tr("Beside the path")
            result = self.tr("{count} checks, nothing to note").format(count=len(row.checks))
        elif row.kind == "not-reached":
            title, result = self._not_reached(row)
        elif row.state == "waiting":
            result = self.tr("waiting")
        elif row.kind == "address" and not result:  # an address whose sentence stands at another step
            result = self._wording.sentence("short.tcp.connected" if row.state == "works" else "short.tcp.failed")
        took = took_text(row)
        if row.state == "running" and row.budget_s:
            took = self.tr("{time} of {budget} s").format(time=took, budget=f"{row.budget_s:.0f}")
        return Shown(row, title, result, took, row.kind != "address" and row.state != "waiting")

    def _not_reached(self, row: Row) -> tuple[str, str]:
        titles = [self._wording.sentence(f"probe.{probe}") for probe in row.checks]
        names = self._wording.sentence("line.comma").join(titles)
        stopped = row.why == "stopped"
        title = self.tr("Stopped") if stopped else self.tr("Not reached")
        if self.no_password:
            return title, self.tr("{steps}. No password was sent").format(steps=names)
        return title, names

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Steps"))
        self._header.say((self.tr("Step"), self.tr("Result"), self.tr("Took")))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # -- layout ---------------------------------------------------------------------------------

    def set_large(self, large: bool) -> None:
        """Font of 150 % and more: rows of two lines."""
        if large != self._large:
            self._large = large
            self._relayout()

    def columns(self) -> Columns:
        look = theme()
        wide = self.width()
        two_lines = self._large or wide < MIDDLE * 0.8
        metrics = self._header.fontMetrics()
        longest = max((metrics.horizontalAdvance(row.title) for row in self._rows), default=0)
        title = min(look.px(WIDEST_TITLE), max(look.px(NARROWEST_TITLE), round(longest * 1.1)))
        bars = look.px(BARS_WIDE if wide >= WIDE - 40 else BARS_MIDDLE)
        if wide < WIDE - 40:
            title = min(title, look.px(170))
        left = look.px(64)
        if two_lines:
            return Columns(left, left, wide - look.px(12), 0, wide, True)
        return Columns(left, left + title + look.px(12), wide - bars - look.px(8), wide - bars, wide, False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._relayout()

    def _relayout(self) -> None:
        columns = self.columns()
        self._header.show_axis(self._axis, columns)
        visible = self.visible_rows()
        keys = [row.key for row in visible]
        for key in [key for key in self._widgets if key not in keys]:
            self._forget(key)
        place = 1
        for at, row in enumerate(visible):
            place = self._place(row, columns, place, last=at == len(visible) - 1)
            follow = visible[at + 1].parent if at + 1 < len(visible) else ""
            owner = row.parent or row.key
            if follow != owner:  # the addresses of a step come before its details
                place = self._place_details(owner, place)
        self.setVisible(bool(visible))

    def _place(self, row: Row, columns: Columns, place: int, *, last: bool) -> int:
        widget = self._widgets.get(row.key)
        if widget is None:
            widget = self._widgets[row.key] = StepRow(row.key, self)
            widget.toggled.connect(self._toggle)
            widget.entered.connect(self._enter)
            widget.left_back.connect(self._leave_back)
        if self._box.indexOf(widget) != place:
            self._box.removeWidget(widget)
            self._box.insertWidget(place, widget)
        widget.set_last(last and row.key not in self._open)
        widget.show_row(self._shown(row), self._axis, columns, row.key in self._open)
        return place + 1

    def _place_details(self, key: str, place: int) -> int:
        row = next(row for row in self._rows if row.key == key)
        if key not in self._open or not self._shown(row).opens:
            return place
        details = self._details.get(key)
        if details is None:
            made = self._details_for(row)
            if made is None:
                return place
            details = self._details[key] = made
            dress(details, ground="sunken")
        if self._box.indexOf(details) != place:
            self._box.removeWidget(details)
            self._box.insertWidget(place, details)
            details.show()
        return place + 1

    def _forget(self, key: str) -> None:
        widget = self._widgets.pop(key, None)
        if widget is None:  # hiding another one moved the focus, and all was laid out anew meanwhile
            return
        self._box.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
        self._forget_details(key)

    def _forget_details(self, key: str) -> None:
        details = self._details.pop(key, None)
        if details is not None:
            self._box.removeWidget(details)
            details.hide()
            details.deleteLater()

    def _drop_details(self) -> None:
        for key in list(self._details):
            self._forget_details(key)

    # -- keyboard -------------------------------------------------------------------------------

    def _toggle(self, key: str) -> None:
        self._turn(key)
        if key in self._open:
            self.chosen.emit(next(row.checks for row in self._rows if row.key == key))

    def _turn(self, key: str) -> None:
        row = next((row for row in self._rows if row.key == key), None)
        if row is None or not self._shown(row).opens:
            return
        if key in self._open:
            self._open.discard(key)
            self._forget_details(key)
        else:
            self._open.add(key)
        self._relayout()

    def _enter(self, key: str) -> None:
        self._current = key

    def _step(self, by: int) -> None:
        keys = [row.key for row in self.visible_rows()]
        if not keys:
            return
        at = keys.index(self._current) if self._current in keys else -1
        self._go_to(keys[min(len(keys) - 1, max(0, at + by))])

    def _go_to(self, key: str) -> None:
        self._current = key
        widget = self._widgets.get(key)
        if widget is not None:
            widget.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = [row.key for row in self.visible_rows()]
        row = self._widgets.get(self._current)
        if event.matches(QKeySequence.StandardKey.Copy) and row is not None:
            self.copied.emit(row.text())
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and keys:
            self._go_to(keys[0 if event.key() == Qt.Key.Key_Home else -1])
        elif (
            (event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current)
            or (event.key() == Qt.Key.Key_Right and self._current and self._current not in self._open)
            or (event.key() == Qt.Key.Key_Left and self._current in self._open)
        ):
            self._toggle(self._current)
        else:
            super().keyPressEvent(event)

    def _leave_back(self) -> None:
        self._going_back = True

    _going_back = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The table itself has nothing to show: its row has the focus, or what stands before the table."""
        if self._going_back:
            self._going_back = False
            self.focusNextPrevChild(False)
            return
        keys = [row.key for row in self.visible_rows()]
        if keys:
            self._go_to(self._current if self._current in keys else keys[0])

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(8), look.px(8))
        painter.fillPath(shape, look.tokens.surface)
        painter.save()
        painter.setClipRect(0, 0, self.width(), self._header.height() + 1)
        painter.fillPath(shape, look.tokens.sunken)
        painter.restore()
        painter.setPen(QPen(look.tokens.line, 1))
        painter.drawPath(shape)
        painter.end()
