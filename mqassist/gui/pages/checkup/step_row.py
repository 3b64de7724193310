"""One row of the step table, painted: shape, step, result, time, and its bar on the common axis. Knows no run."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from mqassist.core.record import record
from mqassist.gui.pages.checkup.rows import Axis, Row
from mqassist.gui.theme.fonts import NORMAL, SEMIBOLD
from mqassist.gui.theme.states import paint_state, state_colour, state_word
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import FRAME_MS, TURN_MS
from mqassist.report.presented import duration


@record
class Columns:
    """Where things stand, in logical pixels. `two_lines`: the bar stands below the text, over the whole width."""

    title: int
    result: int
    took_right: int
    bars: int
    width: int
    two_lines: bool


@record
class Shown:
    """A row with its words. `opens`: Enter shows more."""

    row: Row
    title: str
    result: str
    took: str
    opens: bool


class StepRow(QWidget):
    toggled = Signal(str)
    entered = Signal(str)
    left_back = Signal()
    """Shift+Tab: the focus is on its way to what stands before the table."""

    def __init__(self, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = key
        self._shown: Shown | None = None
        self._axis = Axis(1.0, (0.0,))
        self._columns = Columns(64, 200, 500, 520, 200, False)
        self._open = False
        self._turn = 0.0
        self._timer: QTimer | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def shown(self) -> Shown | None:
        return self._shown

    def text(self) -> str:
        """The row for the clipboard."""
        shown = self._shown
        if shown is None:
            return ""
        cells = (shown.title, state_word(shown.row.state), shown.result, shown.took)
        return "\t".join(cells) + (f"\t{shown.row.why}" if shown.row.why else "")

    def show_row(self, shown: Shown, axis: Axis, columns: Columns, is_open: bool) -> None:
        if (shown, axis, columns, is_open) == (self._shown, self._axis, self._columns, self._open):
            return
        resized = self._columns.two_lines != columns.two_lines
        self._shown, self._axis, self._columns, self._open = shown, axis, columns, is_open
        words = [shown.title, state_word(shown.row.state), shown.took, shown.result, shown.row.why]
        self.setAccessibleName(", ".join(word for word in words if word and word != "–"))
        turning = shown.row.state == "running" and not theme().reduced_motion
        if turning:
            self._start_turning()
        elif self._timer is not None:
            self._timer.stop()
        if resized:
            self.updateGeometry()
        self.update()

    _last = False
    _by_keyboard = False

    def set_last(self, last: bool) -> None:
        """The end of the table is its frame, no further line."""
        if last != self._last:
            self._last = last
            self.update()

    def sizeHint(self) -> QSize:
        look = theme()
        tall = max(look.px(28), self.fontMetrics().height() + look.px(8))
        if self._columns.two_lines:
            tall += look.px(14) + self.fontMetrics().height()
        return QSize(look.px(300), tall)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.entered.emit(self.key)
            self.toggled.emit(self.key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keyboard = event.reason() != Qt.FocusReason.MouseFocusReason
        self.entered.emit(self.key)
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() == Qt.FocusReason.BacktabFocusReason:
            self.left_back.emit()
        self.update()
        super().focusOutEvent(event)

    def _start_turning(self) -> None:
        if self._timer is None:  # most rows never need one
            self._timer = QTimer(self)
            self._timer.setInterval(FRAME_MS)
            self._timer.timeout.connect(self._advance)
        if not self._timer.isActive():
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._timer is not None:
            self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._shown
        if shown is None:
            return
        look, tokens, columns = theme(), theme().tokens, self._columns
        painter = QPainter(self)
        inner = shown.row.kind == "address"
        ground = tokens.accentbg if self._open and shown.opens else tokens.sunken if inner else tokens.surface
        if self.underMouse() and shown.opens and not self._open:
            ground = tokens.hover
        painter.fillRect(self.rect(), ground)
        if not columns.two_lines:
            self._paint_grid(painter)
        if not self._last:
            painter.fillRect(0, self.height() - 1, self.width(), 1, tokens.line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.height() if not columns.two_lines else max(look.px(28), self.fontMetrics().height() + look.px(8))
        side = look.px(16)
        if shown.opens:
            icon = look.icons.pixmap("dn" if self._open else "rt", tokens.t2, side, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(look.px(8), (line - side) / 2), icon)
        shape = side if not inner else look.px(14)
        box = QRectF(look.px(36), (line - shape) / 2, shape, shape)
        paint_state(painter, box, shown.row.state, tokens, turn=self._turn)
        self._paint_words(painter, shown, line)
        self._paint_bar(painter, shown)
        if self.hasFocus() and self._by_keyboard:
            painter.setPen(QPen(tokens.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -3), look.px(5), look.px(5))
        painter.end()

    def _paint_words(self, painter: QPainter, shown: Shown, line: int) -> None:
        look, tokens, columns = theme(), theme().tokens, self._columns
        row = shown.row
        faint = row.state in ("waiting", "not-reached") or row.kind == "quiet"
        title_font = look.font("mono") if row.kind == "address" else look.font("body", NORMAL if faint else SEMIBOLD)
        room = columns.took_right - look.px(64) if columns.two_lines else columns.result - columns.title - look.px(12)
        painter.setFont(title_font)
        painter.setPen(tokens.t2 if faint else tokens.t1)
        self._text(painter, QRect(columns.title, 0, room, line), shown.title)
        painter.setFont(look.font())
        noted = row.state in ("broken", "warning", "running")
        painter.setPen(state_colour(row.state, tokens) if noted else tokens.t3 if faint else tokens.t1)
        took_wide = QFontMetrics(look.font()).horizontalAdvance(shown.took) + look.px(12)
        if columns.two_lines:
            place = QRect(
                columns.title, line - look.px(6), columns.took_right - columns.title, self.fontMetrics().height()
            )
        else:
            place = QRect(columns.result, 0, columns.took_right - took_wide - columns.result, line)
        cut = self._text(painter, place, shown.result)
        self.setToolTip(shown.result if cut else row.why)
        painter.setPen(tokens.t2)
        right = QRect(0, 0, columns.took_right, line)
        painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown.took)

    def _text(self, painter: QPainter, place: QRect, text: str) -> bool:
        """Whether it had to be cut."""
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        return shown != text

    def _bars(self) -> tuple[float, float]:
        """Left edge and width of the axis."""
        columns = self._columns
        if columns.two_lines:
            return columns.title, max(20, columns.took_right - columns.title)
        return columns.bars, max(20, columns.width - columns.bars - theme().px(12))

    def _paint_grid(self, painter: QPainter) -> None:
        left, wide = self._bars()
        painter.setPen(Qt.PenStyle.NoPen)
        for tick in self._axis.ticks_ms:
            x = round(left + wide * tick / self._axis.span_ms)
            painter.fillRect(x, 0, 1, self.height(), theme().tokens.line)

    def _paint_bar(self, painter: QPainter, shown: Shown) -> None:
        row, look = shown.row, theme()
        if row.started_ms is None or row.took_ms is None or row.kind == "quiet":
            return
        left, wide = self._bars()
        begin = min(row.started_ms, self._axis.span_ms) / self._axis.span_ms
        end = (row.started_ms + row.took_ms) / self._axis.span_ms
        tall = look.px(9)
        y = self.height() - tall - look.px(6) if self._columns.two_lines else (self.height() - tall) / 2
        beyond = end > 1
        x1 = left + wide * begin
        x2 = left + wide * min(1.0, end)
        bar = QRectF(x1, y, max(look.px(3), x2 - x1), tall)
        fill, edge = self._bar_colours(row)
        painter.setPen(QPen(edge, 1) if edge is not None else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(bar, 2, 2)
        if beyond:
            self._paint_gaps(painter, bar)

    def _bar_colours(self, row: Row) -> tuple[QColor, QColor | None]:
        tokens = theme().tokens
        if row.state == "warning":
            return tokens.warnfill, tokens.warn
        colours = {"works": tokens.ok, "broken": tokens.err, "running": tokens.accent, "deciding": tokens.accent}
        return colours.get(row.state, tokens.t3), None

    def _paint_gaps(self, painter: QPainter, bar: QRectF) -> None:
        """Two slanted gaps: the bar is longer than the axis."""
        look = theme()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.tokens.surface)
        for at in (22, 14):
            x = bar.right() - look.px(at)
            slant, thick = look.px(3), look.px(3)
            painter.drawPolygon(
                QPolygonF([QPointF(x, bar.bottom() + 1), QPointF(x + slant, bar.top() - 1),
                           QPointF(x + slant + thick, bar.top() - 1), QPointF(x + thick, bar.bottom() + 1)])
            )  # fmt: skip

    def _advance(self) -> None:
        self._turn = (self._turn + FRAME_MS / TURN_MS) % 1.0
        self.update(QRect(0, 0, theme().px(60), self.height()))


def took_text(row: Row) -> str:
    if row.kind == "not-reached" or row.started_ms is None:
        return "–"
    return "" if row.took_ms is None or row.kind == "quiet" else duration(row.took_ms)
