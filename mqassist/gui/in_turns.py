"""Work of the screen thread in pieces, each in a turn of the event loop of its own: what is typed and pressed meanwhile
is heard between two of them. Knows no page."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

Piece = Callable[[], None]
BETWEEN_MS = 1
"""A timer of 0 fires again before anything else is heard."""


class InTurns(QObject):
    """One series at a time: another one takes its place."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left: deque[Piece] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(BETWEEN_MS)
        self._timer.timeout.connect(self._next)

    @property
    def going(self) -> bool:
        return bool(self._left)

    def start(self, pieces: Iterable[Piece]) -> None:
        """The first piece comes with the next turn."""
        self._left = deque(pieces)
        self._timer.start()

    def finish(self) -> None:
        """What is left is done now."""
        while self._left:
            self._next()

    def stop(self) -> None:
        """What is left is not done."""
        self._left.clear()
        self._timer.stop()

    def _next(self) -> None:
        piece = self._left.popleft()
        if not self._left:
            self._timer.stop()
        piece()
