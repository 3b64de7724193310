"""How large a dialog opens. Knows nothing of what is in it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from mqassist.gui.theme.theme import theme

_SHARE = 0.92
"""Of the screen, at most: the frame and its title need the rest."""


def open_size(dialog: QDialog, width: int, height: int) -> None:
    """`width` and `height` in pixels at 100 %; larger with the font, yet never larger than the screen shows."""
    parent = dialog.parentWidget()
    room = (parent or dialog).screen().availableGeometry()
    look = theme()
    dialog.resize(min(look.px(width), int(room.width() * _SHARE)), min(look.px(height), int(room.height() * _SHARE)))
