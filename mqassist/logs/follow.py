"""Follows a log as it grows, through rotation; tells of new lines in batches. One thread for each follower."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled
from mqassist.core.log import LogChange

if TYPE_CHECKING:
    from mqassist.logs.document import LogDocument

POLL_S = 0.1


class Follower:
    """Looks at once after `poke`, else every tenth of a second."""

    def __init__(self, document: LogDocument, on_change: Callable[[LogChange], None]) -> None:
        self._document = document
        self._on_change = on_change
        self._wake = threading.Event()
        self._token = CancelToken()
        self._thread = threading.Thread(target=self._run, name="log-follow", daemon=True)
        self._thread.start()

    def poke(self) -> None:
        """Something told that the file or its folder changed."""
        self._wake.set()

    def stop(self) -> None:
        """No change is told after this returns."""
        self._token.cancel()
        self._wake.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(5)

    def _run(self) -> None:
        document = self._document
        seen = document.line_count
        while not self._token.cancelled:
            self._wake.clear()
            try:
                document.index_all(self._token)
            except Cancelled:
                return
            count = document.line_count
            if count != seen and not self._token.cancelled:
                self._on_change(LogChange("grown", min(seen, count) + 1, count))
                seen = count
            self._wake.wait(POLL_S)
