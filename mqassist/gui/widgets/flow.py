"""A row that goes on in the next line where there is no room. Knows no widget of ours."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    def __init__(self, parent: QWidget | None = None, *, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay_out(QRect(0, 0, width, 10_000), move=False)

    def setGeometry(self, place: QRect) -> None:
        super().setGeometry(place)
        self._lay_out(place, move=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        wide = sum(size.width() for size in shown) + self._gap * max(0, len(shown) - 1)
        edge = self.contentsMargins()
        tall = max((size.height() for size in shown), default=0)
        return QSize(wide + edge.left() + edge.right(), tall + edge.top() + edge.bottom())

    def minimumSize(self) -> QSize:
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in shown), default=0), max((size.height() for size in shown), default=0)
        )

    def _lay_out(self, place: QRect, *, move: bool) -> int:
        """The height that is needed."""
        edge = self.contentsMargins()
        place = place.marginsRemoved(edge)
        x, y, tall = place.x(), place.y(), 0
        highest = max((item.sizeHint().height() for item in self._items if not item.isEmpty()), default=0)
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(max(1, place.width()), 100_000))
            if x > place.x() and x + size.width() > place.right() + 1:
                x, y, tall = place.x(), y + tall + self._gap // 2, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y + (highest - size.height()) // 2), size))
            x += size.width() + self._gap
            tall = highest
        return y + tall - place.y() + edge.top() + edge.bottom()
