"""A line above the log that asks for a few words: where to go, what to note. Knows no log."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from mqassist.gui.widgets.buttons import IconButton
from mqassist.gui.widgets.labels import Text


class AskBar(QWidget):
    """`answered` gives what was entered; `left` comes after that and after Escape. Hidden until `ask`."""

    answered = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = Text(role="caption", colour="t2", wrap=False)
        self.field = QLineEdit(self)
        self.field.setAcceptDrops(False)
        self.said = Text(role="caption", colour="err")
        self._close = IconButton("x", "", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.label)
        row.addWidget(self.field, 3)
        row.addWidget(self.said, 2)
        row.addWidget(self._close)
        self.said.hide()
        self.field.returnPressed.connect(lambda: self.answered.emit(self.field.text()))
        self.field.textEdited.connect(lambda _text: self.said.hide())
        self._close.clicked.connect(self.leave)
        self.hide()
        self.retranslate()

    def ask(self, question: str, example: str, before: str = "") -> None:
        """`before` is what was answered last time, `example` what stands in the empty field."""
        self.label.setText(question)
        self.field.setPlaceholderText(example)
        self.field.setAccessibleName(question)
        self.field.setText(before)
        self.said.hide()
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def refuse(self, words: str) -> None:
        """What is wrong with the answer; the field stays."""
        self.said.setText(words)
        self.said.show()
        self.field.setAccessibleDescription(words)

    def leave(self) -> None:
        self.hide()
        self.left.emit()

    def retranslate(self) -> None:
        self._close.set_name(self.tr("Close (Esc)"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
