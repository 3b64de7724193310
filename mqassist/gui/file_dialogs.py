"""The system's dialogs for files, without blocking. Knows no page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from mqassist.gui.theme.theme import dress


def ask_where_to_save(
    parent: QWidget, title: str, suggested: str, filters: str, then: Callable[[str], None]
) -> QFileDialog:
    """`filters` as Qt has them: "HTML (*.html);;JSON (*.json)"."""
    dialog = QFileDialog(parent.window(), title, suggested, filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dress(dialog, styled=True)  # where the system has no dialog of its own
    dialog.fileSelected.connect(then)
    dialog.open()
    return dialog


def ask_for_files(parent: QWidget, title: str, filters: str, then: Callable[[list[str]], None]) -> QFileDialog:
    dialog = QFileDialog(parent.window(), title, "", filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dress(dialog, styled=True)  # where the system has no dialog of its own
    dialog.filesSelected.connect(then)
    dialog.open()
    return dialog
