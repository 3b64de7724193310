"""Rows with a check box in the look of ours: space and a click on the box switch it."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mqassist.gui.theme.theme import theme

Index = QModelIndex | QPersistentModelIndex


class ChoiceRows(QStyledItemDelegate):
    """Paints every column: box, text, ground of the selected row; with room around, by metrics."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        look = theme()
        base = super().sizeHint(option, index)
        box = look.px(16) if self._checkable(index) else 0
        return QSize(base.width() + box + look.px(16), base.height() + look.px(8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, look.tokens.sel)
        place = option.rect.adjusted(look.px(8), 0, -look.px(4), 0)
        if self._checkable(index):
            self._box(painter, QRectF(self._box_of(option)), index)
            place.setLeft(place.left() + look.px(24))
        painter.setFont(option.font)
        painter.setPen(look.tokens.t1)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(str(index.data() or ""), Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if not self._checkable(index):
            return False
        if isinstance(event, QMouseEvent):
            if event.type() != QEvent.Type.MouseButtonRelease or not self._box_of(option).contains(event.position()):
                return False
        elif not isinstance(event, QKeyEvent) or event.key() not in (Qt.Key.Key_Space, Qt.Key.Key_Select):
            return False
        fresh = Qt.CheckState.Unchecked if self._is_on(index) else Qt.CheckState.Checked
        return model.setData(index, fresh, Qt.ItemDataRole.CheckStateRole)

    def _checkable(self, index: Index) -> bool:
        return index.data(Qt.ItemDataRole.CheckStateRole) is not None

    def _is_on(self, index: Index) -> bool:
        value = index.data(Qt.ItemDataRole.CheckStateRole)
        return Qt.CheckState(value) == Qt.CheckState.Checked

    def _box_of(self, option: QStyleOptionViewItem) -> QRectF:
        side = theme().px(16)
        top = option.rect.center().y() - side / 2 + 0.5
        return QRectF(option.rect.left() + theme().px(8), top, side, side)

    def _box(self, painter: QPainter, box: QRectF, index: Index) -> None:
        look = theme()
        on = self._is_on(index)
        painter.setPen(QPen(look.tokens.accent if on else look.tokens.field, 1))
        painter.setBrush(look.tokens.accent if on else look.tokens.surface)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), look.px(4), look.px(4))
        if on:
            side = look.px(12)
            tick = look.icons.pixmap("check", look.tokens.onaccent, side, 2.0)
            painter.drawPixmap(QPointF(box.center().x() - side / 2, box.center().y() - side / 2), tick)
