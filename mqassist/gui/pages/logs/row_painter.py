"""Paints the rows of a log: gutter, shape, time, level, text with its tinted spans. Knows fonts, but no bars."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QTextLayout, QTextOption

from mqassist.core.log import Fold, LogLine
from mqassist.core.record import record
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.pages.logs.painting import (
    COLOURS,
    HIGHLIGHT_COLOURS,
    LONGEST,
    STATES,
    Span,
    clock,
    fold_words,
    level_word,
)
from mqassist.gui.theme.states import paint_state
from mqassist.gui.theme.theme import mixed, theme

TIME_CHARS = 12
_CONTINUED = 2
"""Columns by which a line that continues an entry is moved in."""


@record
class Dress:
    """How a row is painted beside its text."""

    selected: bool = False
    headed: bool = True
    """Whether it says its time and level: the lines that continue an entry do so where its first is not above them."""
    own_run: bool = False
    marked: bool = False
    spans: tuple[Span, ...] = ()
    gutter: tuple[str, str] = ("", "")
    """The letter of its log, where there are several, and its number there."""
    tag: str = ""
    """Words on a chip at the right end."""


class RowPainter:
    """Measured anew when fonts, zoom, language or the number of lines change. Lengths in logical pixels."""

    def __init__(self) -> None:
        self.local_time = False
        self.text_at = 0.0
        self.measure(1.0, 1)

    def measure(self, zoom: float, line_count: int) -> None:
        look = theme()
        self.font = look.font("mono")
        self.font.setPointSizeF(self.font.pointSizeF() * zoom)
        self.metrics = QFontMetricsF(self.font)
        self.char = self.metrics.horizontalAdvance("0")
        narrow, wide = (self.metrics.horizontalAdvance(each * 20) for each in "iW")
        self._fixed = abs(narrow - wide) < 0.5
        self.row_height = max(round(self.metrics.height() + 6 * zoom), look.px(21 * zoom))
        self._pad = (self.row_height - self.metrics.height()) / 2
        self.place(line_count)

    def place(self, line_count: int, *, lettered: bool = False) -> bool:
        """Columns, from left to right; whether they are elsewhere now."""
        before = self.text_at
        gap = self.char * 1.4
        digits = max(5, len(numbered(max(line_count, 1))))
        self._letter_at = gap * 1.6
        self._number_end = gap * 1.6 + digits * self.char + (2 * self.char if lettered else 0)
        self._shape = min(self.row_height * 0.72, self.char * 2)
        self._shape_at = self._number_end + gap * 0.6
        self._time_at = self._shape_at + self._shape + gap
        self._level_at = self._time_at + TIME_CHARS * self.char + gap
        words = [level_word(level) for level in STATES] + [QCoreApplication.translate("LogFold", "folded")]
        width = max(self.metrics.horizontalAdvance(word) for word in words)
        self.text_at = self._level_at + width + gap
        return self.text_at != before

    def paint(self, painter: QPainter, line: LogLine, dress: Dress, y: int, width: int, offset: int) -> None:
        """One line high; `offset` pixels of the text are to the left of what is seen."""
        shown = line.text[:LONGEST]
        self._paint_ground(painter, dress, QRect(0, y, width, self.row_height))
        base = y + self._pad + self.metrics.ascent()
        self._paint_gutter(painter, line, dress, y, base)
        painter.save()
        painter.setClipRect(QRectF(self.text_at - 2, y, width - self.text_at + 2, self.row_height))
        left = self.text_at + self._indent(line) - offset
        for begin, end, kind in dress.spans:
            if kind != "dim":
                first, last = left + self._advance(shown, begin), left + self._advance(shown, end)
                self._paint_span(painter, QRectF(first - 1, y + 2, last - first + 2, self.row_height - 4), kind)
        self._paint_text(painter, line, shown, dress.spans, left, width, base)
        painter.restore()
        if dress.tag:
            self._paint_tag(painter, dress.tag, y, width)

    def paint_fold(
        self, painter: QPainter, line: LogLine, fold: Fold, dress: Dress, y: int, width: int
    ) -> tuple[float, float]:
        """Health checks in one row; from where to where the link is that shows them."""
        look, translate = theme(), QCoreApplication.translate
        self._paint_ground(painter, dress, QRect(0, y, width, self.row_height))
        base = y + self._pad + self.metrics.ascent()
        side = max(1, round(self._shape))
        picture = look.icons.pixmap("rt", look.tokens.t2, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(round(self._shape_at), round(y + (self.row_height - side) / 2), picture)
        self._paint_number(painter, dress, base)
        painter.setPen(look.tokens.t2)
        painter.drawText(_point(self._time_at, base), clock(line.at, local=self.local_time))
        painter.drawText(_point(self._level_at, base), translate("LogFold", "folded"))
        words, show = fold_words(fold), translate("LogFold", "show")
        painter.drawText(_point(self.text_at, base), words)
        left = self.text_at + self.metrics.horizontalAdvance(words) + 2 * self.char
        painter.setPen(look.tokens.accent)
        painter.drawText(_point(left, base), show)
        return left, left + self.metrics.horizontalAdvance(show)

    def paint_wrapped(
        self, painter: QPainter, line: LogLine, layout: QTextLayout, dress: Dress, y: int, width: int
    ) -> None:
        height = self.height_of(layout)
        self._paint_ground(painter, dress, QRect(0, y, width, height))
        self._paint_gutter(painter, line, dress, y, y + self._pad + self.metrics.ascent())
        left, top = self.text_at + self._indent(line), y + self._pad
        for box, kind in _boxes(layout, dress.spans):
            self._paint_span(painter, box.translated(left, top), kind)
        painter.setPen(theme().tokens.t1)
        layout.draw(painter, QPointF(left, top), _dimming(dress.spans, len(layout.text())))
        last = layout.lineAt(layout.lineCount() - 1)
        if dress.tag and last.naturalTextWidth() < (width - left) * 0.6:
            self._paint_tag(painter, dress.tag, y + height - self.row_height, width)

    def laid_out(self, line: LogLine, room: float) -> QTextLayout | None:
        """The text over several lines of the screen; None if it fits on one."""
        shown = line.text[:LONGEST]
        room -= self._indent(line)
        if self._advance(shown, len(shown)) <= room:
            return None
        layout = QTextLayout(shown, self.font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        y = 0.0
        while (part := layout.createLine()).isValid():
            part.setLineWidth(max(room, self.char * 10))
            part.setPosition(QPointF(0, y))
            y += part.height()
        layout.endLayout()
        return layout

    def character_at(self, line: LogLine, layout: QTextLayout | None, x: float, y: float, offset: int) -> int:
        """Before which character of the shown text a point lies; `y` is counted from the top of the row."""
        shown = line.text[:LONGEST]
        x -= self.text_at + self._indent(line)
        if layout is not None:
            parts = [layout.lineAt(at) for at in range(layout.lineCount())]
            seen = next((part for part in parts if y - self._pad < part.y() + part.height()), parts[-1])
            return int(seen.xToCursor(x))
        x += offset
        if self._fixed and shown.isascii():
            return min(len(shown), max(0, round(x / self.char)))
        return bisect_left(range(len(shown)), x, key=lambda count: self._advance(shown, count))

    def span_of(self, line: LogLine, begin: int, end: int) -> tuple[float, float]:
        """From where to where these characters go on an unwrapped row, counted from where its text begins."""
        shown, indent = line.text[:LONGEST], self._indent(line)
        return indent + self._advance(shown, begin), indent + self._advance(shown, end)

    def height_of(self, layout: QTextLayout | None) -> int:
        return self.row_height if layout is None else round(layout.boundingRect().height() + 2 * self._pad)

    # -- parts of a row -------------------------------------------------------------------------

    def _paint_ground(self, painter: QPainter, dress: Dress, box: QRect) -> None:
        tokens = theme().tokens
        if dress.selected:
            painter.fillRect(box, tokens.sel)
        elif dress.own_run:
            painter.fillRect(box, tokens.accentbg)
        if dress.own_run:
            painter.fillRect(QRect(0, box.y(), theme().px(3), box.height()), tokens.accent)

    def _paint_gutter(self, painter: QPainter, line: LogLine, dress: Dress, y: int, base: float) -> None:
        tokens = theme().tokens
        self._paint_number(painter, dress, base)
        if dress.marked:
            side = max(1, round(self._shape))
            picture = theme().icons.pixmap("mark", tokens.accent, side, painter.device().devicePixelRatioF())
            painter.drawPixmap(theme().px(4), round(y + (self.row_height - side) / 2), picture)
        if not dress.headed:
            return
        state = STATES[line.level]
        if state is not None:
            box = QRectF(self._shape_at, y + (self.row_height - self._shape) / 2, self._shape, self._shape)
            paint_state(painter, box, state, tokens)
        at = clock(line.at, local=self.local_time)
        if at:
            painter.setPen(tokens.t2)
            painter.drawText(_point(self._time_at, base), at)
        word = level_word(line.level)
        if word:
            painter.setPen(tokens.colour(COLOURS.get(line.level, "t2")))
            painter.drawText(_point(self._level_at, base), word)

    def _paint_number(self, painter: QPainter, dress: Dress, base: float) -> None:
        letter, number = dress.gutter
        painter.setPen(theme().tokens.t3)
        painter.drawText(_point(self._number_end - len(number) * self.char, base), number)
        if letter:
            painter.setPen(theme().tokens.accent)
            painter.drawText(_point(self._letter_at, base), letter)

    def _paint_text(
        self, painter: QPainter, line: LogLine, shown: str, spans: Sequence[Span], left: float, width: int, base: float
    ) -> None:
        tokens = theme().tokens
        colour = tokens.t2 if line.level == "debug" else tokens.t1
        painter.setPen(colour)
        if not (self._fixed and shown.isascii()):
            painter.drawText(_point(left, base), shown)
            return
        # of a long line only what is seen is handed over
        first = max(0, int((self.text_at - left) / self.char))
        last = min(len(shown), first + int((width - self.text_at) / self.char) + 3)
        at = first
        for begin, end in _dimmed(spans, first, last):
            self._paint_piece(painter, shown, at, begin, left, base)
            painter.setPen(tokens.t3)
            self._paint_piece(painter, shown, begin, end, left, base)
            painter.setPen(colour)
            at = end
        self._paint_piece(painter, shown, at, last, left, base)

    def _paint_tag(self, painter: QPainter, words: str, y: int, width: int) -> None:
        look = theme()
        painter.save()
        painter.setFont(look.font("tag"))
        wide = painter.fontMetrics().horizontalAdvance(words) + look.px(16)
        room = (width - self.text_at) / 3  # the text needs the rest
        if wide > room:
            words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, round(room) - look.px(16))
            wide = painter.fontMetrics().horizontalAdvance(words) + look.px(16)
        box = QRectF(width - wide - look.px(8) + 0.5, y + 2.5, wide, self.row_height - 5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.accentline, 1))
        painter.setBrush(look.tokens.surface)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(look.tokens.accent)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()

    def _paint_piece(self, painter: QPainter, shown: str, begin: int, end: int, left: float, base: float) -> None:
        if end > begin:
            painter.drawText(QPointF(left + begin * self.char, base), shown[begin:end])

    def _paint_span(self, painter: QPainter, box: QRectF, kind: str) -> None:
        tokens = theme().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if kind.startswith("own:"):
            ground, edge = highlight_look(kind[4:])
            painter.setPen(QPen(edge, 1))
            painter.setBrush(ground)
        elif kind == "part":
            painter.setPen(QPen(tokens.accent, 1))
            painter.setBrush(tokens.accentline)
        else:
            painter.setPen(QPen(tokens.warn, 1) if kind == "hit" else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.mark)
        painter.drawRoundedRect(box, 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _indent(self, line: LogLine) -> float:
        return self.char * _CONTINUED if line.continuation else 0.0

    def _advance(self, shown: str, count: int) -> float:
        head = shown[:count]
        return len(head) * self.char if self._fixed and head.isascii() else self.metrics.horizontalAdvance(head)


def highlight_look(name: str) -> tuple[QColor, QColor]:
    """Ground and border of a highlight; text on it stays as readable as on any tint of the design."""
    surface, colour = theme().tokens.surface, QColor(HIGHLIGHT_COLOURS.get(name, HIGHLIGHT_COLOURS["accent"]))
    return mixed(surface, colour, 0.26), mixed(surface, colour, 0.7)


def fitting(heights: Iterable[int], room: int) -> int:
    """How many of these fit one after the other."""
    count = 0
    for height in heights:
        room -= height
        if room < 0:
            break
        count += 1
    return count


def _dimmed(spans: Iterable[Span], first: int, last: int) -> list[tuple[int, int]]:
    """What is to be written in grey and stands on no tint, within what is seen."""
    tinted = [(begin, end) for begin, end, kind in spans if kind != "dim"]
    found = []
    for start, stop, kind in spans:
        begin, end = max(start, first), min(stop, last)
        if kind == "dim" and end > begin and not any(low < end and begin < high for low, high in tinted):
            found.append((begin, end))
    return found


def _dimming(spans: Iterable[Span], length: int) -> list[QTextLayout.FormatRange]:
    found = []
    for begin, end in _dimmed(spans, 0, length):
        each = QTextLayout.FormatRange()
        each.start, each.length = begin, end - begin
        each.format.setForeground(theme().tokens.t3)
        found.append(each)
    return found


def _boxes(layout: QTextLayout, spans: Iterable[Span]) -> list[tuple[QRectF, str]]:
    found = []
    for begin, end, kind in spans:
        for at in range(layout.lineCount() if kind != "dim" else 0):
            part = layout.lineAt(at)
            first, last = max(begin, part.textStart()), min(end, part.textStart() + part.textLength())
            if last > first:
                low, high = _x(part.cursorToX(first)), _x(part.cursorToX(last))
                found.append((QRectF(low - 1, part.y() + 1, high - low + 2, part.height() - 2), kind))
    return found


def _x(answer: object) -> float:
    """PySide6 gives the place alone or with the cursor, by version."""
    return float(answer[0]) if isinstance(answer, tuple) else float(answer)  # type: ignore[arg-type]  # a number


def _point(x: float, y: float) -> QPoint:
    return QPoint(round(x), round(y))
