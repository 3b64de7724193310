"""Whose turn it is: a run goes up layer by layer and waits, between two, until the one below was told. No Qt.

The run waits in its own thread, in `take`; the screen lets it go on with `next`, a failure or Stop at once.
"""

from __future__ import annotations

import threading

from mqassist.core.cancel import CancelToken
from mqassist.core.events import ProbeFinished, RunEvent, RunStarted
from mqassist.gui.wizard.layers import FLOORS, LATE, Floor, floor_of

SLICE_S = 0.05


class Turns:
    def __init__(self, straight_to: Floor = FLOORS[0]) -> None:
        """Layers below `straight_to` are passed without a stop: a layer that is tried again needs them."""
        self._turn = threading.Condition()
        self._at = FLOORS.index(straight_to)
        self._left: dict[str, int] = {}
        self._free = False

    def next(self) -> None:
        """The layer of now was told: the run may begin the one above."""
        with self._turn:
            self._at = min(self._at + 1, len(FLOORS) - 1)
            self._turn.notify_all()

    def take(self, event: RunEvent, token: CancelToken) -> None:
        """In the thread of the run, which begins nothing new until this returns."""
        if isinstance(event, RunStarted):
            self._left = {each.id: FLOORS.index(floor_of(each.layer)) for each in event.plan if each.id not in LATE}
        elif isinstance(event, ProbeFinished):
            seen = event.observation
            self._left.pop(seen.probe, None)
            # what broke is looked at by other probes now, and nothing above can work: there is no further turn
            self._free = self._free or seen.outcome == "failed" or bool(seen.crash)
            self._wait(token)

    def _wait(self, token: CancelToken) -> None:
        with self._turn:
            while self._left and not self._free and not token.cancelled and self._is_told_first():
                self._turn.wait(SLICE_S)

    def _is_told_first(self) -> bool:
        """Nothing is left to do up to the layer of now, but above it."""
        return all(floor > self._at for floor in self._left.values())
