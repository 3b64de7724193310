"""A window whose painting goes before all jobs. Knows nothing of what is in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QMainWindow

from mqassist.gui.screen_first import ScreenFirst


class PaintingWindow(QMainWindow):
    def __init__(self, screen: ScreenFirst) -> None:
        self._screen = screen
        super().__init__()

    def event(self, event: QEvent) -> bool:
        """Qt paints all widgets of a window that changed in one go, when this reaches the window."""
        if event.type() != QEvent.Type.UpdateRequest:
            return super().event(event)
        with self._screen:
            return super().event(event)
