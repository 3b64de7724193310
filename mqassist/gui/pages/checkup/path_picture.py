"""The way to the broker as a picture: one lane for each address, joined behind TLS, and where it breaks.

Each node has an invisible child with the same words, so that a screen reader reads the picture as a list.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from mqassist.core.advice import Wording
from mqassist.gui.theme.fonts import NORMAL, SEMIBOLD
from mqassist.gui.theme.states import paint_state, state_colour, state_word
from mqassist.gui.theme.theme import dress, theme
from mqassist.report.presented import duration
from mqassist.report.way import Lane, Node, NodeState, Way

_PASSED = ("works", "warning")
_MARGIN = 48.0
_LANE_GAP = 30.0
_TOP = 30.0


class _Spot(QWidget):
    """Nothing to see: the words of one node, and its tool tip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def say(self, words: str) -> None:
        self.setAccessibleName(words)
        self.setToolTip(words)


class PathPicture(QFrame):
    def __init__(self, wording: Wording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wording = wording
        self._way: Way | None = None
        self._proxy = ""
        self._spots: list[_Spot] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        dress(self, "body")
        theme().changed.connect(self.updateGeometry)

    def show_way(self, way: Way, wording: Wording) -> None:
        if way == self._way and wording.language == self._wording.language:
            return
        taller = self._way is None or len(way.lanes) != len(self._way.lanes)
        self._way, self._wording = way, wording
        self._name_spots()
        if taller:
            self.updateGeometry()
        self.update()

    def words(self) -> list[str]:
        """The picture in words, node by node: what a screen reader reads."""
        return [spot.accessibleName() for spot in self._spots]

    def sizeHint(self) -> QSize:
        look = theme()
        lanes = max(1, len(self._way.lanes) if self._way is not None else 1)
        tall = look.px(_TOP) + self._gap() * (lanes - 1) + look.px(16) + self._line() + look.px(12)
        if self._crowded():
            tall += self._line()
        return QSize(look.px(600), round(tall))

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("The way to the broker"))
        if self._way is not None:
            self._name_spots()
            self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()  # narrow ones need a second line for the labels
        self._place_spots()

    # -- words ----------------------------------------------------------------------------------

    def label(self, node: Node) -> str:
        protocol = (self._way.protocol if self._way is not None else "").upper()
        words = {
            "you": self.tr("You"),
            "dns": "DNS",
            "proxy": self.tr("Proxy"),
            "network": "TCP",
            "tls": "TLS",
            "protocol": protocol,
            "auth": self.tr("Login"),
            "permissions": self.tr("Rights"),
            "heartbeat": self.tr("Keep Alive") if protocol == "MQTT" else self.tr("Heartbeat"),
        }
        return words[node.kind]

    def beside(self, node: Node) -> str:
        """What stands behind the label: the word at the break, else the time."""
        if node.state == "broken":
            return self._wording.sentence(node.word) if node.word else state_word("broken")
        return duration(node.took_ms) if node.took_ms else ""

    def lane_words(self, lane: Lane) -> str:
        """Of an address that failed while the run went on with another one."""
        return self._wording.sentence(lane.word) if lane.word else ""

    def _name_spots(self) -> None:
        way = self._way
        if way is None:
            return
        sentences = [self._node_words(node) for node in way.nodes]
        for lane in way.lanes:
            if len(way.lanes) > 1:
                state = state_word(lane.nodes[0] or "waiting")
                said = self.lane_words(lane) or state
                sentences.append(self.tr("{address}: {what}").format(address=lane.address, what=said))
        if way.hidden:
            sentences.append(self.tr("{count} more addresses").format(count=way.hidden))
        while len(self._spots) < len(sentences):
            self._spots.append(_Spot(self))
            self._spots[-1].show()
        while len(self._spots) > len(sentences):
            self._spots.pop().deleteLater()
        for spot, words in zip(self._spots, sentences, strict=True):
            spot.say(words)
        self._place_spots()
        self.setAccessibleName(self.tr("The way to the broker"))
        self.setAccessibleDescription("; ".join(sentences))

    def _node_words(self, node: Node) -> str:
        parts = [self.label(node), state_word(node.state)]
        if self.beside(node) and self.beside(node) != parts[1]:
            parts.append(self.beside(node))
        return ", ".join(parts)

    # -- geometry -------------------------------------------------------------------------------

    def _line(self) -> int:
        return self.fontMetrics().height()

    def _crowded(self) -> bool:
        """The labels do not fit side by side: every second one stands a line lower."""
        if self._way is None or self.width() < theme().px(200):
            return False
        columns = self._columns()
        if len(columns) < 2:
            return False
        metrics = QFontMetrics(theme().font("caption", SEMIBOLD))
        room = columns[1] - columns[0] - theme().px(8)
        return any(metrics.horizontalAdvance(self.label(node)) > room for node in self._way.nodes)

    def _gap(self) -> float:
        return max(theme().px(_LANE_GAP), QFontMetrics(theme().font("mono")).height() + theme().px(12))

    def _columns(self) -> list[float]:
        count = len(self._way.nodes) if self._way is not None else 1
        left, right = theme().px(_MARGIN), self.width() - theme().px(_MARGIN)
        return [left + (right - left) * at / max(1, count - 1) for at in range(count)]

    def _rows(self) -> list[float]:
        """The middle line of each lane."""
        lanes = max(1, len(self._way.lanes) if self._way is not None else 1)
        return [theme().px(_TOP) + self._gap() * at for at in range(lanes)]

    def _main_row(self) -> float:
        """Where the lanes fork and join: at the middle, or on the one lane that leads on."""
        rows, way = self._rows(), self._way
        if way is not None and len(way.lanes) > 1:
            through = [at for at, lane in enumerate(way.lanes) if lane.nodes[0] in _PASSED]
            if len(through) == 1:
                return rows[through[0]]
            if through:
                return (rows[through[0]] + rows[through[-1]]) / 2
        return (rows[0] + rows[-1]) / 2

    def _place_spots(self) -> None:
        way = self._way
        if way is None or not self._spots:
            return
        side, columns, rows = theme().px(24), self._columns(), self._rows()
        for at, spot in enumerate(self._spots):
            x = columns[at] if at < len(columns) else columns[len(way.before)]
            lane = at - len(columns)
            y = rows[lane] if 0 <= lane < len(rows) else self._main_row()
            spot.setGeometry(round(x - side / 2), round(y - side / 2), side, side)

    # -- painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.line, 1))
        painter.setBrush(look.tokens.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(8), look.px(8))
        if self._way is not None:
            self._paint_lines(painter, self._way)
            self._paint_nodes(painter, self._way)
            self._paint_labels(painter, self._way)
        painter.end()

    def _pen(self, state: NodeState | None) -> QPen:
        """The line that leads to a node of this state."""
        tokens = theme().tokens
        if state in _PASSED:
            return QPen(tokens.ok, 2)
        if state == "running":
            return QPen(tokens.accent, 2)
        if state == "broken":
            return QPen(tokens.ok, 2)
        pen = QPen(tokens.t3, 1.3)
        pen.setDashPattern([2.0, 3.0])
        return pen

    def _paint_lines(self, painter: QPainter, way: Way) -> None:
        columns, rows, main = self._columns(), self._rows(), self._main_row()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        first, last = len(way.before), len(way.before) + len(way.lane_nodes) - 1
        for at in range(1, first):
            self._straight(painter, columns[at - 1], columns[at], main, way.before[at].state)
        for row, lane in zip(rows, way.lanes, strict=False):
            self._curve(painter, columns[first - 1], main, columns[first], row, lane.nodes[0])
            for at in range(1, len(lane.nodes)):
                before = lane.nodes[at - 1]
                if lane.nodes[0] == "broken":
                    break
                follow = lane.nodes[at] if before in _PASSED else None
                self._straight(painter, columns[first + at - 1], columns[first + at], row, follow)
            if lane.nodes[0] != "broken" or len(way.lanes) == 1:
                self._join(painter, columns, last, row, main, way, lane)
        if not way.lanes:
            for at in range(first, last + 1):
                self._straight(painter, columns[at - 1], columns[at], main, way.lane_nodes[at - first].state)
            self._straight(painter, columns[last], columns[last + 1], main, way.after[0].state)
        for at in range(1, len(way.after)):
            x = last + 1 + at
            self._straight(painter, columns[x - 1], columns[x], main, way.after[at].state)

    def _join(
        self, painter: QPainter, columns: list[float], last: int, row: float, main: float, way: Way, lane: Lane
    ) -> None:
        state = way.after[0].state if lane.nodes[-1] in _PASSED else None
        if state == "broken" and lane.nodes[-1] not in _PASSED:
            state = None
        self._curve(painter, columns[last + 1], main, columns[last], row, state, joining=True)

    def _straight(self, painter: QPainter, x1: float, x2: float, y: float, state: NodeState | None) -> None:
        gap = theme().px(11)
        painter.setPen(self._pen(state))
        painter.drawLine(QPointF(x1 + gap, y), QPointF(x2 - gap, y))

    def _curve(
        self,
        painter: QPainter,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        state: NodeState | None,
        *,
        joining: bool = False,
    ) -> None:
        """From the main line to a lane, with two round corners half way; `joining` the other way round."""
        gap, radius = theme().px(11), theme().px(7)
        sign = -1.0 if joining else 1.0
        start, end = x1 + sign * gap, x2 - sign * gap
        pen = self._pen(state)
        if state == "broken" and not joining and self._way is not None and len(self._way.lanes) > 1:
            pen = QPen(theme().tokens.t3, 1.3)
            pen.setDashPattern([2.0, 3.0])
            # what failed at once never was a way; with one lane the line leads to the break
        painter.setPen(pen)
        path = QPainterPath(QPointF(start, y1))
        if abs(y2 - y1) < 1:
            path.lineTo(end, y2)
        else:
            # behind a lane of one node its address needs the room
            late = joining and self._way is not None and len(self._way.lane_nodes) == 1
            middle = start + (end - start) * (0.12 if late else 0.5)
            down = 1.0 if y2 > y1 else -1.0
            bend = min(radius, abs(y2 - y1) / 2)
            path.lineTo(middle - sign * bend, y1)
            path.quadTo(middle, y1, middle, y1 + down * bend)
            path.lineTo(middle, y2 - down * bend)
            path.quadTo(middle, y2, middle + sign * bend, y2)
            path.lineTo(end, y2)
        painter.drawPath(path)

    def _paint_nodes(self, painter: QPainter, way: Way) -> None:
        look, columns, rows, main = theme(), self._columns(), self._rows(), self._main_row()
        side = look.px(20)
        first, last = len(way.before), len(way.before) + len(way.lane_nodes) - 1

        def node(x: float, y: float, state: NodeState) -> None:
            box = QRectF(x - side / 2, y - side / 2, side, side)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.tokens.surface)
            painter.drawEllipse(box.adjusted(-2, -2, 2, 2))
            paint_state(painter, box, state, look.tokens)

        self._paint_you(painter, columns[0], main)
        for at in range(1, first):
            node(columns[at], main, way.before[at].state)
        for row, lane in zip(rows, way.lanes, strict=False):
            for at, state in enumerate(lane.nodes):
                if state is not None:
                    node(columns[first + at], row, state)
        if not way.lanes:
            for at, each in enumerate(way.lane_nodes):
                node(columns[first + at], main, each.state)
        for at, each in enumerate(way.after):
            node(columns[last + 1 + at], main, each.state)

    def _paint_you(self, painter: QPainter, x: float, y: float) -> None:
        look = theme()
        side = look.px(22)
        box = QRectF(x - side / 2, y - side / 2, side, side)
        painter.setPen(QPen(look.tokens.line2, 1))
        painter.setBrush(look.tokens.sunken)
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        painter.setPen(QPen(look.tokens.t1, 1.4))
        inner = box.adjusted(side * 0.24, side * 0.27, -side * 0.24, -side * 0.27)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inner, 1.5, 1.5)
        painter.drawLine(QPointF(inner.left(), inner.top() + inner.height() * 0.32),
                         QPointF(inner.right(), inner.top() + inner.height() * 0.32))  # fmt: skip

    def _paint_labels(self, painter: QPainter, way: Way) -> None:
        look, columns, rows = theme(), self._columns(), self._rows()
        top = rows[-1] + look.px(16)
        room = (columns[1] - columns[0] if len(columns) > 1 else self.width()) - look.px(6)
        crowded = self._crowded()
        for at, (x, node) in enumerate(zip(columns, way.nodes, strict=True)):
            y = top + (self._line() if crowded and at % 2 else 0)
            reached = node.state not in ("not-reached", "waiting")
            bold, plain = look.font("caption", SEMIBOLD), look.font("caption", NORMAL)
            label, beside = self.label(node), self.beside(node)
            wide = QFontMetrics(bold).horizontalAdvance(label)
            more = QFontMetrics(plain).horizontalAdvance(beside) + look.px(6) if beside else 0
            if wide + more > room * (1.8 if crowded else 1) and node.state != "broken":
                more, beside = 0, ""
            left = min(max(look.px(4), x - (wide + more) / 2), self.width() - wide - more - look.px(4))
            painter.setFont(bold)
            painter.setPen(look.tokens.t1 if reached else look.tokens.t2)
            painter.drawText(QRectF(left, y, wide + 2, self._line() + 2), Qt.AlignmentFlag.AlignVCenter, label)
            if beside:
                painter.setFont(plain)
                noted = node.state in ("broken", "running", "warning")
                painter.setPen(state_colour(node.state, look.tokens) if noted else look.tokens.t2)
                place = QRectF(left + wide + look.px(6), y, more + look.px(8), self._line() + 2)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, beside)
        self._paint_addresses(painter, way, columns, rows)

    def _paint_addresses(self, painter: QPainter, way: Way, columns: list[float], rows: list[float]) -> None:
        look = theme()
        font = look.font("mono")
        font.setPointSizeF(look.fonts.body_pt * 0.8)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        first = len(way.before)
        x1, x2 = columns[first], columns[first + 1]
        for row, lane in zip(rows, way.lanes, strict=False):
            broken = lane.nodes[0] == "broken" and len(way.lanes) > 1
            if broken:
                words = f"{lane.address}  {self.lane_words(lane)}"
                painter.setPen(look.tokens.err)
                place = QRectF(x1 + look.px(16), row - metrics.height() / 2, self.width() - x1, metrics.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
                continue
            painter.setPen(look.tokens.t2)
            short = len(way.lane_nodes) == 1 and len(way.lanes) > 1
            # above a single lane there is room on both sides; a short one ends where the lanes join
            room = (x2 - x1) * (1.9 if len(way.lanes) == 1 else 1.0) - look.px(8)
            if short:
                room = (x2 - x1 - look.px(22)) * 0.88 - look.px(6)
            shown = metrics.elidedText(lane.address, Qt.TextElideMode.ElideMiddle, round(room))
            tight = len(way.lanes) == 1 and metrics.horizontalAdvance(shown) > x2 - x1 - look.px(28)
            rise = look.px(14 if tight else 3)  # above the shapes, if it does not fit between them
            above = row - metrics.height() - rise
            left = x1 + look.px(12) if short else (x1 + x2 - room) / 2
            place = QRectF(left, max(1.0, above), room, metrics.height())
            if short:
                painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
                continue
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, shown)
        if way.hidden:
            painter.setPen(look.tokens.t3)
            words = self.tr("+ {count} more").format(count=way.hidden)
            place = QRectF(x1, rows[-1] + look.px(2), x2 - x1, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, words)
