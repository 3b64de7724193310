"""Plays all scenarios against our own check, some side by side, off the screen thread; can be stopped at any time."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QObject

from mqassist.core.cancel import CancelToken
from mqassist.core.practice import Played
from mqassist.gui.shell import Shell

AT_ONCE = 8


class Rounds:
    """`played` after each, `over` (how many, how many differ, seconds) after the last; both on the screen thread."""

    def __init__(
        self,
        shell: Shell,
        played: Callable[[Played], None],
        over: Callable[[int, int, float], None],
        owner: QObject,
    ) -> None:
        self._shell = shell
        self._tell = played
        self._over = over
        self._owner = owner
        self._tokens: list[CancelToken] = []
        self._waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._left = self._done = self._wrong = 0
        self._began = 0.0

    @property
    def going(self) -> bool:
        return self._left > 0

    def go(self, names: Sequence[str]) -> None:
        self._waiting = queue.SimpleQueue()
        for name in names:
            self._waiting.put(name)
        self._left, self._done, self._wrong, self._began = len(names), 0, 0, time.monotonic()
        self._shell.set_status(self._words(), running=True)
        self._tokens = [self._next() for _ in range(min(AT_ONCE, len(names)))]

    def stop(self) -> None:
        """Nothing is told after this."""
        for token in self._tokens:
            token.cancel()
        self._tokens = []
        if self._left:
            self._left = 0
            self._shell.set_status("")

    def _next(self) -> CancelToken:
        waiting, services = self._waiting, self._shell.services

        def work(token: CancelToken) -> Played | None:
            try:
                name = waiting.get_nowait()
            except queue.Empty:
                return None
            return services.play(name, token)

        def done(played: Played | None) -> None:
            if played is not None and waiting is self._waiting and self._left:
                self._take(played)
                self._tokens.append(self._next())

        return self._shell.bridge.background(work, done, owner=self._owner)

    def _take(self, played: Played) -> None:
        self._left -= 1
        self._done += 1
        self._wrong += not played.fits
        self._tell(played)
        if self._left:
            self._shell.set_status(self._words(), running=True)
        else:
            self._shell.set_status("")
            self._over(self._done, self._wrong, time.monotonic() - self._began)

    def _words(self) -> str:
        template = QCoreApplication.translate("Rounds", "Comparing: {done} of {all}")
        return template.format(done=self._done, all=self._done + self._left)
