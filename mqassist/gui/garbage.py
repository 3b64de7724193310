"""Python's cycle collector on the screen thread only.

Left to itself it runs in whatever thread allocates, probes included, and takes Qt objects apart there: a crash that
comes once in some thousand runs.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 400
YOUNG, MIDDLE, OLD = 700, 4, 50
"""Objects and collections after which the next generation is looked through: the middle one more often than CPython
would, since it takes as long as there are objects in it, and the window stands still meanwhile."""
CROWD, MOST_PUT_OFF = 5_000, 5
"""So many new objects are those of a job at work. To look through them takes longer than painting does, and nearly all
go by themselves when it ends: they are looked through after so many turns at the latest."""


class Collector(QObject):
    """Switches the automatic one off while it lives; `stop` switches it on again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._put_off = 0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def settle(self) -> None:
        """After everything is loaded: what is there by now stays, and is not looked through again and again."""
        gc.collect(1)
        gc.freeze()

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()

    def _look(self) -> None:
        young, middle, old = gc.get_count()
        if young > CROWD and self._put_off < MOST_PUT_OFF:
            self._put_off += 1
            return
        self._put_off = 0
        if old > OLD and middle > MIDDLE:
            gc.collect(2)
        elif middle > MIDDLE:
            gc.collect(1)
        elif young > YOUNG:
            gc.collect(0)
