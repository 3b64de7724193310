"""The shapes of states: silhouette, colour and word always go together. Painted for widgets and delegates alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from mqassist.gui.theme.tokens import Tokens

State = Literal["works", "warning", "broken", "running", "waiting", "not-reached", "undecided", "deciding", "note"]
STATES: tuple[State, ...] = (
    "works",
    "warning",
    "broken",
    "running",
    "waiting",
    "not-reached",
    "undecided",
    "deciding",
    "note",
)
STATES_OF_RUNS: dict[str, State] = {
    "works": "works",
    "warning": "warning",
    "broken": "broken",
    "undecided": "undecided",
    "stopped": "not-reached",
    "crashed": "undecided",
}
"""Of a run's state the shape that is drawn for it."""
_INK = QColor("#2A1C00")
"""The exclamation mark, in both palettes: it stands on the same amber."""


def state_word(state: State) -> str:
    """The word that says the same as the shape, in the language of now."""
    translate = QCoreApplication.translate
    return {
        "works": lambda: translate("State", "works"),
        "warning": lambda: translate("State", "works, with a warning"),
        "broken": lambda: translate("State", "broken here"),
        "running": lambda: translate("State", "running"),
        "waiting": lambda: translate("State", "waiting"),
        "not-reached": lambda: translate("State", "not reached"),
        "undecided": lambda: translate("State", "cannot tell yet"),
        "deciding": lambda: translate("State", "deciding probe"),
        "note": lambda: translate("State", "note"),
    }[state]()


def state_colour(state: State, tokens: Tokens) -> QColor:
    """For the word or the bar beside a shape."""
    name = {"works": "ok", "warning": "warn", "broken": "err", "running": "accent", "deciding": "accent"}
    return tokens.colour(name.get(state, "t2" if state == "undecided" else "t3"))


def paint_state(
    painter: QPainter, box: QRectF, state: State, tokens: Tokens, *, expected: bool = False, turn: float = 0.0
) -> None:
    """Fills the square `box`. `expected` outlines a state that nobody has proved yet (works, warning, broken);
    `turn` is how far the quarter arc of a running state has gone, 0 to 1."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 16, box.height() / 16)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state == "running":
        _running(painter, tokens, turn)
    elif expected and state in _EXPECTED:
        _EXPECTED[state](painter, tokens)
    else:
        _PAINTERS[state](painter, tokens)
    painter.restore()


def _pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _shape(*points: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


_OCTAGON = ((5.1, 1), (10.9, 1), (15, 5.1), (15, 10.9), (10.9, 15), (5.1, 15), (1, 10.9), (1, 5.1))
_OCTAGON_LINE = ((5.4, 1.8), (10.6, 1.8), (14.2, 5.4), (14.2, 10.6), (10.6, 14.2), (5.4, 14.2), (1.8, 10.6), (1.8, 5.4))
_TRIANGLE = ((8, 1.3), (15.3, 14.2), (0.7, 14.2))
_DIAMOND = ((8, 1.2), (14.8, 8), (8, 14.8), (1.2, 8))


def _filled(painter: QPainter, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)


def _ring(painter: QPainter, colour: QColor, radius: float, width: float) -> None:
    painter.setPen(_pen(colour, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(8, 8), radius, radius)


def _dot(painter: QPainter, colour: QColor, y: float, radius: float) -> None:
    _filled(painter, colour)
    painter.drawEllipse(QPointF(8, y), radius, radius)


def _works(painter: QPainter, tokens: Tokens) -> None:
    _filled(painter, tokens.ok)
    painter.drawEllipse(QPointF(8, 8), 7, 7)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(tokens.surface, 1.8))
    painter.drawPolyline(_shape((4.8, 8.3), (7, 10.5), (11.2, 5.9)))


def _works_expected(painter: QPainter, tokens: Tokens) -> None:
    _ring(painter, tokens.ok, 6.3, 1.4)
    painter.setPen(_pen(tokens.ok, 1.5))
    painter.drawPolyline(_shape((5.2, 8.3), (7.1, 10.2), (10.8, 6.1)))


def _warning(painter: QPainter, tokens: Tokens) -> None:
    painter.setPen(_pen(tokens.warn, 1))
    painter.setBrush(tokens.warnfill)
    painter.drawPolygon(_shape(*_TRIANGLE))
    _exclamation(painter, _INK)


def _warning_expected(painter: QPainter, tokens: Tokens) -> None:
    painter.setPen(_pen(tokens.warn, 1.3))
    painter.drawPolygon(_shape((8, 2), (14.7, 13.8), (1.3, 13.8)))
    _exclamation(painter, tokens.warn)


def _exclamation(painter: QPainter, colour: QColor) -> None:
    painter.setPen(_pen(colour, 1.7))
    painter.drawLine(QPointF(8, 5.6), QPointF(8, 9.8))
    _dot(painter, colour, 12, 1)


def _broken(painter: QPainter, tokens: Tokens) -> None:
    _filled(painter, tokens.err)
    painter.drawPolygon(_shape(*_OCTAGON))
    _cross(painter, tokens.surface, 5.4, 1.8)


def _broken_expected(painter: QPainter, tokens: Tokens) -> None:
    painter.setPen(_pen(tokens.err, 1.4))
    painter.drawPolygon(_shape(*_OCTAGON_LINE))
    _cross(painter, tokens.err, 5.9, 1.5)


def _cross(painter: QPainter, colour: QColor, low: float, width: float) -> None:
    high = 16 - low
    painter.setPen(_pen(colour, width))
    painter.drawLine(QPointF(low, low), QPointF(high, high))
    painter.drawLine(QPointF(high, low), QPointF(low, high))


def _running(painter: QPainter, tokens: Tokens, turn: float) -> None:
    _ring(painter, tokens.line2, 6, 2)
    painter.setPen(_pen(tokens.accent, 2.2))
    # sixteenths of a degree, counted against the clock from three o'clock
    painter.drawArc(QRectF(2, 2, 12, 12), round((90 - 360 * turn) * 16), -90 * 16)


def _waiting(painter: QPainter, tokens: Tokens) -> None:
    _ring(painter, tokens.t3, 6, 1.3)


def _not_reached(painter: QPainter, tokens: Tokens) -> None:
    pen = QPen(tokens.t3, 1.3)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([2.2 / 1.3, 2.51 / 1.3])
    painter.setPen(pen)
    painter.drawEllipse(QPointF(8, 8), 6, 6)
    painter.setPen(_pen(tokens.t3, 1.4))
    painter.drawLine(QPointF(5.8, 8), QPointF(10.2, 8))


def _undecided(painter: QPainter, tokens: Tokens) -> None:
    painter.setPen(_pen(tokens.t2, 1.4))
    painter.drawPolygon(_shape(*_DIAMOND))
    hook = QPainterPath(QPointF(6.6, 6.7))
    hook.cubicTo(6.6, 5.8, 7.2, 5.3, 8, 5.3)
    hook.cubicTo(8.8, 5.3, 9.4, 5.8, 9.4, 6.5)
    hook.cubicTo(9.4, 7.5, 8, 7.6, 8, 8.6)
    painter.setPen(_pen(tokens.t2, 1.3))
    painter.drawPath(hook)
    _dot(painter, tokens.t2, 10.7, 0.8)


def _deciding(painter: QPainter, tokens: Tokens) -> None:
    _ring(painter, tokens.accent, 6.3, 1.4)
    _dot(painter, tokens.accent, 8, 2.6)


def _note(painter: QPainter, tokens: Tokens) -> None:
    _ring(painter, tokens.t3, 6.3, 1.3)
    painter.setPen(_pen(tokens.t3, 1.5))
    painter.drawLine(QPointF(8, 7.3), QPointF(8, 11))
    _dot(painter, tokens.t3, 5, 0.9)


_Paint = Callable[[QPainter, Tokens], None]
_PAINTERS: dict[State, _Paint] = {
    "works": _works,
    "warning": _warning,
    "broken": _broken,
    "waiting": _waiting,
    "not-reached": _not_reached,
    "undecided": _undecided,
    "deciding": _deciding,
    "note": _note,
}
_EXPECTED: dict[State, _Paint] = {"works": _works_expected, "warning": _warning_expected, "broken": _broken_expected}
