"""Ctrl-C and SIGTERM: the first asks the run to stop and to say what it knows, the second leaves at once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from mqassist.core.cancel import CancelToken

INTERRUPTED = 3


class Stop:
    """Installed for the length of a run; `asked` says whether anybody pressed."""

    def __init__(self, token: CancelToken, before_leaving: Callable[[], None]) -> None:
        self._token = token
        self._before_leaving = before_leaving
        self.asked = False

    def install(self) -> None:
        """Only the main thread may; a program that calls us from another one keeps its own handlers."""
        signals = [signal.SIGINT, signal.SIGTERM]
        if sys.platform == "win32":
            signals.append(signal.SIGBREAK)
        for number in signals:
            try:
                signal.signal(number, self._pressed)
            except ValueError:
                return

    def _pressed(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self.asked:
            self._before_leaving()
            os._exit(INTERRUPTED)
        self.asked = True
        self._token.cancel()
