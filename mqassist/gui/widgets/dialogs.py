"""What all dialogs have: how large they open, and where the keyboard is. Knows nothing of what is in them."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget

from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.focus import FocusRing

_SHARE = 0.92
"""Of the screen, at most: the frame and its title need the rest."""


class Dialog(QDialog):
    """Shows where the keyboard is, as the window does."""

    _ring: FocusRing | None = None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        dress(self, styled=True)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self._ring is None:
            self._ring = FocusRing(self)
        self._ring.keyboard_moves()
        return super().focusNextPrevChild(forward)


def open_size(dialog: QDialog, width: int, height: int) -> None:
    """`width` and `height` in pixels at 100 %; larger with the font, yet never larger than the screen shows."""
    parent = dialog.parentWidget()
    room = (parent or dialog).screen().availableGeometry()
    look = theme()
    dialog.resize(min(look.px(width), int(room.width() * _SHARE)), min(look.px(height), int(room.height() * _SHARE)))
