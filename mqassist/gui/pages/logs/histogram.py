"""When how much was logged: stacked bars by level, in which a span can be dragged or moved with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from mqassist.core.log import LEVELS, Bucket
from mqassist.gui.pages.logs.painting import clock
from mqassist.gui.theme.theme import dress, theme

WARNINGS = (LEVELS.index("warning"),)
ERRORS = (LEVELS.index("error"), LEVELS.index("critical"))
BARS, HANDLE, NEAR = 46, 14, 6
"""Logical pixels at 100 %: height of the bars, of the handles, and how near the mouse must be to take one."""
TICKS_S = (0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 604800, 2592000)


class Histogram(QWidget):
    """`span_chosen` gives the chosen span in seconds since 1970 (UTC), or None twice when it is taken away."""

    span_chosen = Signal(object, object)
    time_picked = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buckets: list[Bucket] = []
        self._known = False
        """Whether it was counted; before that nothing is said of the times."""
        self._span: tuple[float, float] | None = None
        self._dragged = ""
        self._pressed_at = 0.0
        self.local_time = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        dress(self, "caption")
        self.retranslate()

    def forget(self) -> None:
        """Another log was opened, and is not counted yet."""
        self._known, self._buckets = False, []
        self.set_span(None)

    def set_buckets(self, buckets: Sequence[Bucket]) -> None:
        self._known, self._buckets = True, list(buckets)
        self._describe()
        self.update()

    def set_span(self, span: tuple[float, float] | None) -> None:
        self._span = span
        self._describe()
        self.update()

    @property
    def span(self) -> tuple[float, float] | None:
        return self._span

    def sizeHint(self) -> QSize:
        look = theme()
        return QSize(look.px(300), look.px(BARS) + self.fontMetrics().height() + look.px(8))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(120), self.sizeHint().height())

    # -- places and times -----------------------------------------------------------------------

    @property
    def _ends(self) -> tuple[float, float]:
        return (self._buckets[0].begin, self._buckets[-1].end) if self._buckets else (0.0, 1.0)

    def _x(self, time: float) -> float:
        begin, end = self._ends
        return (time - begin) / max(1e-9, end - begin) * self.width()

    def _time(self, x: float) -> float:
        begin, end = self._ends
        return begin + min(1.0, max(0.0, x / max(1, self.width()))) * (end - begin)

    # -- mouse and keys ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._buckets:
            return
        x = event.position().x()
        self._pressed_at = x
        self._dragged = self._handle_at(x) or "new"

    def _handle_at(self, x: float) -> str:
        if self._span is None:
            return ""
        near = theme().px(NEAR)
        distances = {"begin": abs(self._x(self._span[0]) - x), "end": abs(self._x(self._span[1]) - x)}
        nearest = min(distances, key=lambda name: distances[name])
        return nearest if distances[nearest] <= near else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if not self._dragged:
            self.setCursor(Qt.CursorShape.SizeHorCursor if self._handle_at(x) else Qt.CursorShape.ArrowCursor)
            self._tell(event)
            return
        if self._dragged == "new":
            if abs(x - self._pressed_at) < theme().px(4):
                return
            low, high = sorted((self._time(self._pressed_at), self._time(x)))
            self._span = (low, high)
        elif self._span is not None:
            self._move(self._dragged, self._time(x))
        self.update()

    def _move(self, which: str, time: float) -> None:
        assert self._span is not None
        begin, end = self._span
        begin, end = (time, end) if which == "begin" else (begin, time)
        if begin > end:  # one end was dragged over the other
            begin, end = end, begin
            self._dragged = {"begin": "end", "end": "begin"}.get(self._dragged, self._dragged)
        self._span = (begin, end)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._dragged:
            return
        x, was = event.position().x(), self._dragged
        self._dragged = ""
        if was == "new" and abs(x - self._pressed_at) < theme().px(4):
            self.time_picked.emit(self._time(x))
            return
        self._choose(self._span)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._choose(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self._span is not None:
            self._choose(None)
        elif step is not None and self._buckets:
            begin, end = self._ends
            width = (end - begin) / len(self._buckets)
            if self._span is None:
                self._span = (begin, end)
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            which = 0 if shift else 1
            moved = min(end, max(begin, self._span[which] + step * width))
            low, high = sorted((moved, self._span[1 - which]))
            self._choose((low, max(high, low + width)))
        else:
            super().keyPressEvent(event)

    def _choose(self, span: tuple[float, float] | None) -> None:
        self.set_span(span)
        self.span_chosen.emit(*(span or (None, None)))

    # -- words --------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Lines over time"))
        self._describe()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _describe(self) -> None:
        if not self._buckets:
            words = self.tr("No times to draw: the lines state none, or all the same")
            self.setAccessibleDescription(words if self._known else "")
            return
        begin, end = self._span or self._ends
        self.setAccessibleDescription(
            self.tr("From {begin} to {end}. Arrow keys move the end, with Shift the start; Escape shows all").format(
                begin=clock(begin, local=self.local_time, day=True), end=clock(end, local=self.local_time, day=True)
            )
        )

    def _tell(self, event: QMouseEvent) -> None:
        bucket = self._bucket_at(event.position().x())
        if bucket is None:
            return
        errors, warnings, all_lines = _stack(bucket)
        words = self.tr("{begin} – {end}: {lines} lines, {errors} errors, {warnings} warnings").format(
            begin=clock(bucket.begin, local=self.local_time), end=clock(bucket.end, local=self.local_time),
            lines=all_lines, errors=errors, warnings=warnings,
        )  # fmt: skip
        QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def _bucket_at(self, x: float) -> Bucket | None:
        if not self._buckets:
            return None
        return self._buckets[min(len(self._buckets) - 1, max(0, int(x / max(1, self.width()) * len(self._buckets))))]

    # -- painting -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._buckets:
            self._paint_span(painter)
            self._paint_bars(painter)
            self._paint_ticks(painter)
            self._paint_handles(painter)
        else:
            painter.setPen(theme().tokens.t3)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.accessibleDescription())
        painter.end()

    def _paint_span(self, painter: QPainter) -> None:
        if self._span is not None:
            left, right = (self._x(time) for time in self._span)
            painter.fillRect(QRectF(left, 0, right - left, theme().px(BARS)), theme().tokens.accentbg)

    def _paint_bars(self, painter: QPainter) -> None:
        tokens, height = theme().tokens, theme().px(BARS)
        stacks = [_stack(bucket) for bucket in self._buckets]
        # many quiet lines must not make a few errors invisible, so their share is the square root
        highest = max((stack[2] for stack in stacks), default=1) or 1
        slot = self.width() / len(stacks)
        gap = 1.0 if slot > 3 else 0.0
        for at, (errors, warnings, lines) in enumerate(stacks):
            if not lines:
                continue
            whole = max(2.0, (lines / highest) ** 0.5 * (height - 4))
            loud = [max(2.0, count / lines * whole) if count else 0.0 for count in (errors, warnings)]
            whole = max(whole, sum(loud))
            x, y = at * slot, height - whole
            for part, colour in ((loud[0], tokens.err), (loud[1], tokens.warnfill)):
                painter.fillRect(QRectF(x, y, slot - gap, part), colour)
                y += part
            painter.fillRect(QRectF(x, y, slot - gap, height - y), tokens.line2)

    def _paint_ticks(self, painter: QPainter) -> None:
        begin, end = self._ends
        metrics = self.fontMetrics()
        step = next((each for each in TICKS_S if self._fits(each, end - begin)), TICKS_S[-1])
        painter.setPen(theme().tokens.t3)
        base = theme().px(BARS) + metrics.ascent() + theme().px(3)
        first = -(-begin // step) * step
        for at in range(60):
            time = first + at * step
            if time > end:
                break
            words = _tick(time, step, local=self.local_time)
            x = self._x(time)
            if x + metrics.horizontalAdvance(words) <= self.width():
                painter.drawText(QPointF(x, base), words)

    def _fits(self, step: float, span: float) -> bool:
        room = self.fontMetrics().horizontalAdvance(_tick(0.0, step, local=False)) * 2
        return step * self.width() >= span * room

    def _paint_handles(self, painter: QPainter) -> None:
        if self._span is None:
            return
        look = theme()
        height, tall = look.px(BARS), look.px(HANDLE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for time in self._span:
            x = min(max(1.0, self._x(time)), self.width() - 1.0)
            painter.setPen(QPen(look.tokens.accent, 2))
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
            painter.setPen(QPen(look.tokens.accent, 1.4))
            painter.setBrush(look.tokens.surface)
            painter.drawRoundedRect(QRectF(x - 4, height / 2 - tall / 2, 8, tall), 2, 2)


def _stack(bucket: Bucket) -> tuple[int, int, int]:
    """(errors, warnings, all lines)."""
    counts = bucket.counts
    return sum(counts[at] for at in ERRORS), sum(counts[at] for at in WARNINGS), sum(counts)


def _tick(time: float, step: float, *, local: bool) -> str:
    text = clock(time, local=local, day=True)
    if step >= 86400:
        return text[:10]
    if step >= 60 and text[11:16] == "00:00":
        return text[5:10]  # where a day begins it is the day that tells
    return text[11:16] if step >= 60 else text[11:19] if step >= 1 else text[11:]
