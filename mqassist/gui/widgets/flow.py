"""Widgets beside each other that go on in the next line where there is no more room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from mqassist.gui.theme.theme import theme


class FlowRow(QWidget):
    """As tall as its lines need at its width. Hidden widgets take no place."""

    def __init__(self, widgets: tuple[QWidget, ...] = (), parent: QWidget | None = None, *, gap: int = 8) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._flow = FlowLayout(self, gap=gap)
        for widget in widgets:
            self._flow.addWidget(widget)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            # a layout that is short of room would cut the last line off
            self.setMinimumHeight(self._flow.heightForWidth(self.width()))
        return done

    def put_before(self, widget: QWidget, other: QWidget) -> None:
        """Into its place in the row; at the end if `other` is not in it."""
        self._flow.addWidget(widget)
        self._flow.move_before(widget, other)


class FlowLayout(QLayout):
    """The layout itself, for where a widget around it would be one too many."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def move_before(self, widget: QWidget, other: QWidget) -> None:
        item = next(item for item in self._items if item.widget() is widget)
        self._items.remove(item)
        at = next((at for at, each in enumerate(self._items) if each.widget() is other), len(self._items))
        self._items.insert(at, item)
        self.invalidate()

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
        edge = self.contentsMargins()
        inside = self._place(QRect(0, 0, width - edge.left() - edge.right(), 0), move=False)
        return inside + edge.top() + edge.bottom() if inside else 0

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect.marginsRemoved(self.contentsMargins()), move=True)

    def sizeHint(self) -> QSize:
        """All in one line."""
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        gaps = theme().px(self._gap) * max(0, len(shown) - 1)
        tall = max((size.height() for size in shown), default=0)
        return QSize(sum(size.width() for size in shown) + gaps, tall).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        wide, tall = (max((each for each in sizes), default=0) for sizes in zip(*_pairs(shown), strict=True))
        return QSize(wide, tall).grownBy(self.contentsMargins())

    def _place(self, rect: QRect, *, move: bool) -> int:
        gap = theme().px(self._gap)
        y = rect.y()
        for line in self._lines(rect.width(), gap):
            x, tallest = rect.x(), max(item.sizeHint().height() for item in line)
            for item in line:
                size = item.sizeHint()
                if move:
                    item.setGeometry(QRect(QPoint(x, y + (tallest - size.height()) // 2), size))
                x += size.width() + gap
            y += tallest + gap
        return max(0, y - gap - rect.y())

    def _lines(self, width: int, gap: int) -> list[list[QLayoutItem]]:
        """What goes into each line of the screen."""
        lines: list[list[QLayoutItem]] = []
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            wide = item.sizeHint().width()
            if not lines or used + wide > width:
                lines.append([])
                used = 0
            lines[-1].append(item)
            used += wide + gap
        return lines


def _pairs(sizes: list[QSize]) -> list[tuple[int, int]]:
    return [(size.width(), size.height()) for size in sizes] or [(0, 0)]
