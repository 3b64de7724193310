"""Many runs at once: first everybody dials, then everybody talks.

A target that answers nothing costs its whole time limit, but hardly any processor time. So its wait must begin first,
and not behind the work of hundreds of targets that answer.
"""

from __future__ import annotations

import threading
import time

from mqassist.core.cancel import CancelToken, slice_s
from mqassist.core.events import Emit, ProbeFinished, ProbeStarted, RunEvent, RunFinished

DIAL = "tcp.connect"
PATIENCE_S = 2.0
"""No answered connection is left idle for longer: brokers close one that says nothing for some seconds."""


class DialFirst:
    """An `emit` that holds back runs whose connection is open until `runs` of them have begun to dial."""

    def __init__(self, emit: Emit, runs: int, token: CancelToken) -> None:
        self._emit = emit
        self._token = token
        self._lock = threading.Lock()
        self._dialling: set[str] = set()
        self._runs = runs
        self._everybody = threading.Event()
        self._until = time.monotonic() + PATIENCE_S

    def emit(self, event: RunEvent) -> None:
        self._emit(event)
        if self._everybody.is_set():
            return
        if isinstance(event, RunFinished) or (isinstance(event, ProbeStarted) and event.probe == DIAL):
            with self._lock:
                self._dialling.add(event.run_id)
                if len(self._dialling) >= self._runs:
                    self._everybody.set()
        elif isinstance(event, ProbeFinished) and event.observation.probe == DIAL:
            self._hold()

    def _hold(self) -> None:
        while not self._token.cancelled and (left := self._until - time.monotonic()) > 0:
            if self._everybody.wait(min(left, slice_s())):
                return
        self._everybody.set()
