"""One run at a time, in a plain thread: starts it, forwards its events to the screen, stops it. Knows no page.

What a run that was left behind still says is not heard: every run has its number.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from mqassist.core.cancel import CancelToken
from mqassist.core.events import Emit, RunEvent, RunFinished, RunStarted
from mqassist.core.record import record
from mqassist.core.report import Report
from mqassist.core.secret import Credentials
from mqassist.core.settings import CheckSettings
from mqassist.core.target import Target
from mqassist.gui.bridge import Bridge

RunState = Literal["idle", "asking", "running", "stopping"]
"""`asking`: the credentials are being fetched, which may wait for a keyring that a person has to unlock."""

Fetch = Callable[[CancelToken], Credentials]
"""Called off the screen thread. Raises UserError where there are no credentials to be had."""

Listen = Callable[[RunEvent, CancelToken], None]
"""Told each event in the thread of the run, after the screen was: the run goes on when it returns."""

STOP_PATIENCE_MS = 1500
"""After Stop a run has so long to say what it saw; one that hangs is left behind then."""


class Runner(Protocol):
    """`RunService.check`, as far as the window uses it."""

    def check(
        self,
        target: Target,
        settings: CheckSettings | None = None,
        *,
        credentials: Credentials | None = None,
        emit: Emit = ...,
        token: CancelToken | None = None,
    ) -> Report: ...


@record
class _Fetched:
    credentials: Credentials


class RunController(QObject):
    """Made on the screen thread, to which all of it belongs; every page that runs checks has its own."""

    state_changed = Signal(str)
    happened = Signal(object)
    """A RunEvent of the run of now, on the screen thread, in order."""
    failed = Signal(object)
    """The exception that ended it: UserError for what the person gave, anything else is a bug of ours."""
    left_behind = Signal()
    """Stopped without a report: while the credentials were fetched, or because the run hung."""

    def __init__(self, runner: Callable[[], Runner], bridge: Bridge, parent: QObject | None = None) -> None:
        """`runner` is asked at each start, because the services are another bundle after a change of language."""
        super().__init__(parent)
        self._runner = runner
        self._bridge = bridge
        self._number = 0
        self._token: CancelToken | None = None
        self._put = bridge.stream(self._take, self)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(STOP_PATIENCE_MS)
        self._patience.timeout.connect(self._leave_behind)
        self.state: RunState = "idle"
        self.credentials = Credentials()
        """Those of the run of now: its report is cleaned with them."""
        self.began = 0.0
        """`time.monotonic` of the start."""

    @property
    def busy(self) -> bool:
        return self.state != "idle"

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.began

    def start(
        self, target: Target, settings: CheckSettings, fetch: Fetch | None = None, listen: Listen | None = None
    ) -> None:
        """Begins a run; one that still goes is stopped and no longer heard. Without `fetch` the target's own
        credentials are used."""
        self._let_go()
        self._number += 1
        number, runner = self._number, self._runner()
        self.credentials = target.credentials
        self.began = time.monotonic()

        def work(token: CancelToken) -> None:
            def emit(event: RunEvent) -> None:
                self._put((number, event))
                if listen is not None:
                    listen(event, token)

            credentials = target.credentials
            if fetch is not None:
                credentials = fetch(token)
                token.check()
                self._put((number, _Fetched(credentials)))
            runner.check(target, settings, credentials=credentials, emit=emit, token=token)

        self._set("running" if fetch is None else "asking")
        self._token = self._bridge.background(work, None, lambda error: self._fail(number, error), self)

    def stop(self) -> None:
        """Asks the run to let go; what it saw comes as its report within moments. Returns at once."""
        if self.state == "asking":
            self._leave_behind()
        elif self.state == "running" and self._token is not None:
            self._set("stopping")
            self._patience.start()
            self._token.cancel()

    def close(self) -> None:
        """The window closes: nothing is said any more."""
        self._let_go()
        self._number += 1
        self._set("idle")

    def _let_go(self) -> None:
        self._patience.stop()
        if self._token is not None:
            self._token.cancel()
            self._token = None

    def _leave_behind(self) -> None:
        self._let_go()
        self._number += 1
        self._set("idle")
        self.left_behind.emit()

    def _take(self, items: list[tuple[int, RunEvent | _Fetched]]) -> None:
        for number, event in items:
            if number != self._number:
                continue
            if isinstance(event, _Fetched):
                self.credentials = event.credentials
                continue
            if isinstance(event, RunStarted) and self.state == "asking":
                self._set("running")
            if isinstance(event, RunFinished):
                self._patience.stop()
                self._token = None
                self._set("idle")
            self.happened.emit(event)

    def _fail(self, number: int, error: Exception) -> None:
        if number == self._number:
            self._token = None
            self._set("idle")
            self.failed.emit(error)

    def _set(self, state: RunState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
