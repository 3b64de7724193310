"""A row of the list of causes: its title, over as many lines as it needs, and its name. Heights come from the text as
it is laid out: Chinese lines are taller than the metrics of the Latin font say.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QTextLayout
from PySide6.QtWidgets import QListWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import paint_chosen_ground, theme

EDGE = 6
Index = QModelIndex | QPersistentModelIndex


class CauseRows(QStyledItemDelegate):
    """The item's text is the title, its user data the name of the cause."""

    def __init__(self, view: QListWidget) -> None:
        super().__init__(view)
        self._view = view
        self._heights: dict[tuple[str, int], int] = {}  # each key pressed in the search asks for all of them
        theme().changed.connect(self._heights.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        look = theme()
        # with the scroll bar, whether it is there or not: it must not come and go by the heights it causes
        width = self._view.width() - self._view.verticalScrollBar().sizeHint().width() - 2 * self._view.spacing()
        key = (str(index.data()), width)
        if key not in self._heights:
            self._heights[key] = round(sum(_height(each) for each in self._lines(index, width))) + 2 * look.px(EDGE)
        return QSize(width, self._heights[key])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme()
        rect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            paint_chosen_ground(painter, rect)
        top = float(rect.top() + look.px(EDGE))
        for layout, colour in zip(self._lines(index, rect.width(), bold=selected), ("t1", "t3"), strict=True):
            painter.setPen(look.tokens.colour(colour))
            layout.draw(painter, QPointF(rect.left() + look.px(EDGE), top))
            top += _height(layout)
        painter.restore()

    def _lines(self, index: Index, width: int, *, bold: bool = False) -> tuple[QTextLayout, QTextLayout]:
        look = theme()
        room = max(1, width - 2 * look.px(EDGE))
        title = _laid_out(str(index.data()), look.font("body", SEMIBOLD if bold else None), room)
        return title, _laid_out(str(index.data(Qt.ItemDataRole.UserRole)), look.font("mono"), room)


def _laid_out(text: str, font: QFont, width: int) -> QTextLayout:
    layout = QTextLayout(text, font)
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


def _height(layout: QTextLayout) -> float:
    return layout.boundingRect().height()
