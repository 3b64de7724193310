"""How a row of the profile list looks: shape, name and protocol; for a group the arrow, its name and "asks first"."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from mqassist.gui.profiles.tree_model import NODE, Node
from mqassist.gui.theme.fonts import MEDIUM, NORMAL, SEMIBOLD
from mqassist.gui.theme.states import paint_state
from mqassist.gui.theme.theme import theme


def ago(seconds: float) -> str:
    """`now`, `5 min`, `3 h`, `12 d`: how long ago, as short as it can be said."""
    translate = QCoreApplication.translate
    if seconds < 60:
        return translate("ProfileRow", "now")
    if seconds < 3_600:
        return translate("ProfileRow", "{count} min").format(count=int(seconds // 60))
    if seconds < 86_400:
        return translate("ProfileRow", "{count} h").format(count=int(seconds // 3_600))
    return translate("ProfileRow", "{count} d").format(count=int(seconds // 86_400))


class RowDelegate(QStyledItemDelegate):
    """Paints by metrics and tokens; no row has a height of its own."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        look = theme()
        tall = self._view.fontMetrics().height() + look.px(8)
        return QSize(look.px(120), max(tall, look.px(28)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        node = index.data(NODE)
        if not isinstance(node, Node):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        depth = 0
        above = index.parent()
        while above.isValid():
            depth += 1
            above = above.parent()
        place = QRect(option.rect)
        place.setLeft(0)
        state = option.state
        if node.kind in ("group", "locals"):
            self._group(painter, place, node, index.model().index(index.row(), 0, index.parent()), depth, state)
        else:
            self._profile(painter, place, node, depth, state)
        painter.restore()

    def _ground(self, painter: QPainter, place: QRect, state: QStyle.StateFlag, *, selected: bool) -> None:
        tokens = theme().tokens
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        if selected or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.sel if selected else tokens.hover)
            painter.drawRoundedRect(QRectF(place), theme().px(6), theme().px(6))

    def _group(
        self,
        painter: QPainter,
        place: QRect,
        node: Node,
        index: QModelIndex,
        depth: int,
        state: QStyle.StateFlag,
    ) -> None:
        look = theme()
        self._ground(painter, place, state, selected=bool(state & QStyle.StateFlag.State_Selected))
        side = look.px(14)
        x = place.left() + look.px(4 + 12 * depth)
        arrow = "dn" if self._view.isExpanded(index) else "rt"
        self._icon(painter, arrow, x, place, side, "t3")
        x += side + look.px(4)
        painter.setFont(look.font("caption", MEDIUM))
        right = place.right() - look.px(8)
        if node.asks_first:
            words = QCoreApplication.translate("ProfileRow", "asks first")
            painter.setPen(look.tokens.t3)
            width = painter.fontMetrics().horizontalAdvance(words)
            room = right - x - painter.fontMetrics().horizontalAdvance(node.label)
            if room > width + side + look.px(16):
                painter.drawText(QRect(right - width, place.top(), width, place.height()), _MIDDLE, words)
                right -= width + look.px(4)
            self._icon(painter, "shield", right - side, place, side, "t3")
            right -= side + look.px(6)
        painter.setPen(look.tokens.t3 if not state & QStyle.StateFlag.State_Selected else look.tokens.t1)
        box = QRect(x, place.top(), max(0, right - x), place.height())
        painter.drawText(box, _MIDDLE, painter.fontMetrics().elidedText(node.label, _CUT, box.width()))

    def _profile(self, painter: QPainter, place: QRect, node: Node, depth: int, state: QStyle.StateFlag) -> None:
        look = theme()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        self._ground(painter, place, state, selected=selected)
        side = look.px(16)
        x = place.left() + look.px(max(0, depth - 1) * 12 + 10)
        box = QRectF(x, place.center().y() - side / 2 + 0.5, side, side)
        paint_state(painter, box, node.state, look.tokens)
        x += side + look.px(8)
        right = place.right() - look.px(8)
        painter.setFont(look.font("tag", MEDIUM if selected else NORMAL))
        metrics = painter.fontMetrics()
        tag = node.tag
        width = metrics.horizontalAdvance(tag)
        painter.setPen(look.tokens.t2 if selected else look.tokens.t3)
        painter.drawText(QRect(right - width, place.top(), width, place.height()), _MIDDLE, tag)
        right -= width + look.px(8)
        name_font = look.font("body", SEMIBOLD if selected else NORMAL)
        painter.setFont(name_font)
        name = painter.fontMetrics().horizontalAdvance(node.label)
        if node.run is not None:
            right = self._when(painter, node, place, x + name, right)
        painter.setFont(name_font)
        painter.setPen(look.tokens.t1)
        box_text = QRect(x, place.top(), max(0, right - x), place.height())
        painter.drawText(box_text, _MIDDLE, painter.fontMetrics().elidedText(node.label, _CUT, box_text.width()))

    def _when(self, painter: QPainter, node: Node, place: QRect, name_end: int, right: int) -> int:
        """How long ago it was checked, where the name leaves room for it; gives where the name may end."""
        assert node.run is not None
        look = theme()
        painter.setFont(look.font("tag"))
        words = ago(time.time() - node.run.at)
        width = painter.fontMetrics().horizontalAdvance(words)
        if right - width - look.px(10) < name_end:
            return right
        painter.setPen(look.tokens.t3)
        painter.drawText(QRect(right - width, place.top(), width, place.height()), _MIDDLE, words)
        return right - width - look.px(8)

    def _icon(self, painter: QPainter, name: str, x: int, place: QRect, side: int, colour: str) -> None:
        look = theme()
        picture = look.icons.pixmap(name, look.tokens.colour(colour), side, self._view.devicePixelRatioF())
        painter.drawPixmap(QPointF(x, place.center().y() - side / 2 + 0.5), picture)


_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_CUT = Qt.TextElideMode.ElideMiddle
