"""What was found in the pasted text, field by field; each can be corrected in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QStackedLayout, QWidget

from mqassist.core.record import record
from mqassist.gui.theme.states import State
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Line, clear
from mqassist.gui.widgets.fields import Field
from mqassist.gui.widgets.labels import ElidedLabel, StateShape, Text


@record
class Row:
    """`name` is the field of the answers, `title` its word; `edit` is what a person may type, None if nothing."""

    name: str
    title: str
    shown: str
    state: State
    edit: str | None = None
    mono: bool = False
    secret: bool = False


class FoundTable(QWidget):
    """`edited` gives the field's name and what was typed."""

    edited = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(2, 1)
        self._rows: tuple[Row, ...] = ()
        self.cells: dict[str, _Cell] = {}
        self.buttons: dict[str, Button] = {}

    def show_rows(self, rows: Sequence[Row]) -> None:
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        self.cells, self.buttons = {}, {}
        clear(self._grid)
        for number, row in enumerate(rows):
            self._add(row, number * 2)

    def text_of(self, name: str) -> str:
        """What a person reads in that row; "" for one that is not there."""
        return self.cells[name].shown.text() if name in self.cells else ""

    def retranslate(self) -> None:
        rows, self._rows = self._rows, ()
        self.show_rows(rows)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _add(self, row: Row, at: int) -> None:
        grid = self._grid
        cell = _Cell(row, lambda text: self.edited.emit(row.name, text))
        self.cells[row.name] = cell
        title = Text(row.title, colour="t3", wrap=False)
        grid.addWidget(StateShape(row.state, size=14), at, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(title, at, 1)
        grid.addWidget(cell, at, 2)
        if row.edit is not None:
            button = Button(self.tr("Edit"), kind="link")
            button.setAccessibleName(self.tr("Edit: {field}").format(field=row.title))
            button.clicked.connect(cell.edit)
            self.buttons[row.name] = button
            grid.addWidget(button, at, 3)
        grid.addWidget(Line(), at + 1, 0, 1, 4)


class _Cell(QWidget):
    """The value as text; as a field while it is edited. Enter takes it, Escape leaves it."""

    def __init__(self, row: Row, taken: Callable[[str], None]) -> None:
        super().__init__()
        self._row = row
        self._taken = taken
        self.shown = ElidedLabel(row.shown, role="mono" if row.mono else "body")
        self.field = Field(row.title, mono=row.mono)
        if row.secret:
            self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.installEventFilter(self)
        self.field.editingFinished.connect(self._take)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.shown)
        self._stack.addWidget(self.field)
        theme().changed.connect(self.updateGeometry)

    def edit(self) -> None:
        self.field.setText(self._row.edit or "")
        self._stack.setCurrentWidget(self.field)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._stack.setCurrentWidget(self.shown)
            return True
        return False

    def _take(self) -> None:
        if self._stack.currentWidget() is not self.field:
            return
        self._stack.setCurrentWidget(self.shown)
        if self.field.text() != (self._row.edit or ""):
            self._taken(self.field.text().strip() if not self._row.secret else self.field.text())
