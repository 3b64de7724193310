"""Lines that a person marked, each with a note if there is something to say. Knows no widget and no document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

LONGEST_NOTE = 200
MOST = 5_000


class Marks(QObject):
    """Lines count from 1. At most MOST of them."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notes: dict[int, str] = {}
        self.lines: list[int] = []
        """In rising order."""

    def __contains__(self, line: int) -> bool:
        return line in self._notes

    def __len__(self) -> int:
        return len(self.lines)

    def note(self, line: int) -> str:
        return self._notes.get(line, "")

    def toggle(self, line: int) -> None:
        if line in self._notes:
            del self._notes[line]
            self.lines.remove(line)
            self.changed.emit()
        else:
            self.put(line, "")

    def put(self, line: int, note: str) -> None:
        """Marks it, if it is not marked, with this note."""
        if line not in self._notes:
            if len(self.lines) >= MOST:
                return
            self.lines.insert(bisect_left(self.lines, line), line)
        self._notes[line] = " ".join(note.split())[:LONGEST_NOTE]
        self.changed.emit()

    def clear(self) -> None:
        self._notes.clear()
        self.lines.clear()
        self.changed.emit()

    def renumber(self, now: Mapping[int, int]) -> None:
        """The lines have other numbers; those that are not named are marked no longer."""
        self._notes = {now[line]: note for line, note in self._notes.items() if line in now}
        self.lines = sorted(self._notes)
        self.changed.emit()

    def next(self, line: int, shows: Callable[[int], bool], *, backwards: bool = False) -> int | None:
        """The next marked line that is shown; goes round at the end."""
        at = bisect_left(self.lines, line) if backwards else bisect_right(self.lines, line)
        ahead = self.lines[at:] + self.lines[:at]
        if backwards:
            ahead.reverse()
        return next((each for each in ahead if shows(each)), None)
