"""The keys that work everywhere in the window: pages, palette, panes, sidebar, settings, help."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from mqassist.gui.main_window import MainWindow


class Keyboard:
    """Keys of one page (F5, Esc, Ctrl+L …) belong to that page."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        for number, name in enumerate(window.sidebar.names()[:9], start=1):
            self._bind(f"Ctrl+{number}", partial(window.go, name))
        self._bind("Ctrl+B", window.toggle_rail)
        self._bind("Ctrl+K", self.find)
        self._bind("Ctrl+,", lambda: window.go("settings"))
        self._bind("F1", lambda: window.go("help"))
        self._bind("F6", lambda: self.next_pane(1))
        self._bind("Shift+F6", lambda: self.next_pane(-1))

    def _bind(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self._window)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(act)

    def find(self) -> None:
        from mqassist.gui.command_palette import open_palette

        if self._window.shell is not None:
            open_palette(self._window)

    def panes(self) -> list[QWidget]:
        window = self._window
        found = [window.sidebar, window.stack.currentWidget(), window.log_dock.widget(), window.status]
        return [pane for pane in found if pane is not None and pane.isVisible()]

    def next_pane(self, step: int) -> None:
        """Round the panes; each takes the focus back to where it was, else to its first control."""
        panes = self.panes()
        focused = QApplication.focusWidget()
        at = next((i for i, pane in enumerate(panes) if focused is not None and pane.isAncestorOf(focused)), -1)
        start = at if at >= 0 else (-1 if step > 0 else 0)
        for offset in range(1, len(panes) + 1):
            pane = panes[(start + step * offset) % len(panes)]
            target = _first_focusable(pane)
            if target is not None:
                self._window.ring.keyboard_moves()
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return


def _first_focusable(pane: QWidget) -> QWidget | None:
    kept = pane.focusWidget()
    if kept is not None and kept.isVisible() and kept.isEnabled() and pane.isAncestorOf(kept):
        return kept
    for child in pane.findChildren(QWidget):
        if child.isVisible() and child.isEnabled() and child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return child
    return None
