"""The message strip of the whole window."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from mqassist.gui.widgets.cards import MessageStrip


class TopStrip(MessageStrip):
    """What concerns the whole window. While it is shown it keeps off the upper edge; hidden it takes no room."""

    def __init__(self) -> None:
        super().__init__(closable=True)
        self.around = QVBoxLayout()

    def showEvent(self, event: QShowEvent) -> None:
        self.around.setContentsMargins(20, 8, 20, 0)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.around.setContentsMargins(20, 0, 20, 0)
        super().hideEvent(event)
