"""Files that are dropped on a text: their paths, never a `file://` in the middle of what stands there."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QPlainTextEdit


def dropped_files(data: QMimeData) -> list[str]:
    """Paths of files on this computer; none for text and for addresses elsewhere."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


class PasteText(QPlainTextEdit):
    """Takes text as text; `files_dropped` gives the paths of files, dropped or pasted."""

    files_dropped = Signal(list)

    def insertFromMimeData(self, source: QMimeData) -> None:
        paths = dropped_files(source)
        if paths:
            self.files_dropped.emit(paths)
        else:
            super().insertFromMimeData(source)
