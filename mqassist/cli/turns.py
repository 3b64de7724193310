"""Many runs at once: as many of them work as the machine keeps up with, while any number waits for its network.

Hundreds of threads that all have something to do at the same time do nothing but take turns: on a busy machine a
thousand checks then took minutes (measured: two processors, other programs on both). And a target that answers nothing
costs its whole time limit, but hardly any processor time: its wait begins first, not behind the work of those that
answer.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from mqassist.core.cancel import CancelToken
from mqassist.core.events import Emit, ProbeFinished, ProbeStarted, RunEvent, RunStarted

DIAL = "tcp.connect"
FEW = 32
"""Up to here the machine has time for everybody at once."""
TICK_S = 0.02
LATE_S = 0.02
"""Who wants to wake every TICK_S and comes later than this sees that the machine does not keep up."""
SILENT_S = 0.03
"""A dial that has got no answer for so long only waits: its run gives its turn away."""
PATIENCE_S = 2.0
"""No answered connection is left idle for longer: brokers close one that says nothing for some seconds."""


class Turns:
    """Runs that begin have a turn, and lose it while their dial waits; `pace` says how many more may begin.

    `emit` of all runs goes through here: it holds back a run whose dial has ended until there is a turn for it. The
    first `undialled` runs have no connect that began ahead: nobody talks before all of them have begun.
    """

    def __init__(self, emit: Emit, undialled: int, token: CancelToken) -> None:
        self._emit = emit
        self._token = token
        self._lock = threading.Lock()
        self._working = 0
        self._undialled = undialled
        self._dialling: dict[str, float] = {}
        self._queue: deque[threading.Lock] = deque()
        self._changed = threading.Event()
        self._until = time.monotonic() + PATIENCE_S
        token.on_cancel(self._let_all_go)

    def emit(self, event: RunEvent) -> None:
        self._emit(event)
        if isinstance(event, RunStarted):
            with self._lock:
                self._undialled -= self._undialled > 0
        elif isinstance(event, ProbeStarted) and event.probe == DIAL:
            with self._lock:
                self._dialling[event.run_id] = time.monotonic()
        elif isinstance(event, ProbeFinished) and event.observation.probe == DIAL:
            self._go_on(event.run_id)

    def begun(self) -> None:
        """A run begins, and has a turn."""
        with self._lock:
            self._working += 1

    def ended(self) -> None:
        """A run that has a turn gives it back for good, to who waits longest."""
        with self._lock:
            if self._queue and self._working <= FEW and self._may_talk(time.monotonic()):
                self._queue.popleft().release()
                return
            self._working -= 1
        self._changed.set()

    def pace(self) -> int:
        """Waits a moment, wakes those whose turn it is, and says how many new runs may begin then."""
        began = time.monotonic()
        changed = self._changed.wait(TICK_S)
        self._changed.clear()
        now = time.monotonic()
        with self._lock:
            self._give_turns_away(now)
            room = max(0, FEW - self._working)
            if not changed and now - began < TICK_S + LATE_S:
                room += FEW  # nothing ends and the machine has time: those with a turn wait for their networks
            while room and self._queue and self._may_talk(now):
                self._queue.popleft().release()
                self._working += 1
                room -= 1
            return room

    def _may_talk(self, now: float) -> bool:
        return not self._undialled or now > self._until

    def _give_turns_away(self, now: float) -> None:
        """Those of silent dials; they come back through `_go_on`."""
        for run in [run for run, since in self._dialling.items() if now - since > SILENT_S]:
            del self._dialling[run]
            self._working -= 1

    def _go_on(self, run: str) -> None:
        with self._lock:
            kept = self._dialling.pop(run, None) is not None
            if self._token.cancelled or (kept and not self._undialled):
                return
            self._working -= kept
            if self._working < FEW and not self._queue and self._may_talk(time.monotonic()):
                self._working += 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._queue.append(turn)
        turn.acquire()

    def _let_all_go(self) -> None:
        with self._lock:
            while self._queue:
                self._queue.popleft().release()
