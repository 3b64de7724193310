"""Tells when the system says that a file changed; goes on with what takes the file's place."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import exists

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal


class FileWatch(QObject):
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda _path: self.changed.emit())

    def watch(self, paths: Sequence[str]) -> None:
        """These as well; a file that was put in the place of another has to be watched anew."""
        watched = set(self._watcher.files())
        missing = [path for path in paths if path not in watched and exists(path)]
        if missing:
            self._watcher.addPaths(missing)

    def stop(self) -> None:
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())
