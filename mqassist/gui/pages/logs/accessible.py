"""The painted lines of a log for screen readers: a list whose items are the rows that are seen. Knows no document.

A log has millions of lines, and a reader that asks for all of them would never come back: like the eye it gets what is
on the screen, and scrolls for more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.painted_rows import PaintedRows


class _Row(QAccessibleInterface):
    def __init__(self, view: PaintedRows, at: int) -> None:
        super().__init__()
        self._view = view
        self._at = at

    def isValid(self) -> bool:
        return shiboken6.isValid(self._view) and self._at < self._view.rows_painted

    def object(self) -> QObject | None:  # type: ignore[override]  # Qt allows null here and below
        return None

    def parent(self) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(self._view)

    def child(self, _index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def rect(self) -> QRect:
        box = self._view.row_box(self._at)
        return QRect(self._view.viewport().mapToGlobal(box.topLeft()), box.size())

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        return None

    def text(self, kind: QAccessible.Text) -> str:
        return self._view.spoken_row(self._at) if kind == QAccessible.Text.Name else ""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.selectable = state.focusable = True
        state.selected = state.focused = self._view.is_current(self._at)
        return state


class LinesForReaders(QAccessibleWidget):
    def __init__(self, view: PaintedRows) -> None:
        super().__init__(view, QAccessible.Role.List)
        self._lines = view
        self._rows: dict[int, _Row] = {}
        self._gone = False

    def forget(self) -> None:
        """The view is gone."""
        self._gone = True

    def childCount(self) -> int:
        return 0 if self._gone else self._lines.rows_painted

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not 0 <= index < self.childCount():
            return None
        if index not in self._rows:
            self._rows[index] = _Row(self._lines, index)
        return self._rows[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return next((at for at, row in self._rows.items() if row is child), -1)

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        at = next((at for at in range(self.childCount()) if self._lines.is_current(at)), -1)
        return self.child(at)


_VIEWS: set[int] = set()
"""The views that have such a list, by identity."""
_MADE: list[object] = []
"""Qt takes what Python made and keeps it; Python must not drop it before (seen: PySide6 6.11.3)."""


def make_readable(view: PaintedRows) -> None:
    """From now on screen readers get the rows of this view."""
    if not _MADE:
        _MADE.append(_interface)
        QAccessible.installFactory(_interface)
    known = id(view)
    _VIEWS.add(known)
    view.destroyed.connect(lambda: _VIEWS.discard(known))


def _interface(_key: str, thing: QObject) -> QAccessibleInterface | None:
    if id(thing) not in _VIEWS:
        return None
    made = LinesForReaders(thing)  # type: ignore[arg-type]  # only these are in the set
    _MADE.append(made)
    thing.destroyed.connect(made.forget)
    return made


def tell_current(view: QWidget, at: int) -> None:
    """The row that is selected now is another one."""
    if QAccessible.isActive():
        event = QAccessibleEvent(view, QAccessible.Event.Focus)
        event.setChild(at)
        QAccessible.updateAccessibility(event)
