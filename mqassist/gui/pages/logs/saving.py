"""Writes lines of the open log to a file, as they are shown: masked, and whole or not at all. In a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from mqassist.gui.pages.logs.line_cache import runs
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.shell import Shell
from mqassist.gui.whole_file import whole_file
from mqassist.gui.widgets.cards import MessageStrip

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken
    from mqassist.gui.pages.logs.desk import LogDesk
    from mqassist.gui.pages.logs.sources import Log

BATCH = 2_000
Numbers = Callable[[int, int], Sequence[int]]
"""The lines in so many rows from one on."""


class Saving:
    """Says in the strip how far it is and what became of it. One at a time."""

    def __init__(self, shell: Shell, strip: MessageStrip) -> None:
        self._shell = shell
        self._strip = strip
        self._token: CancelToken | None = None

    def save(self, desk: LogDesk, rows: range, path: str) -> None:
        """What stands in these rows now, wherever the filter goes meanwhile."""
        document, view, bridge = desk.document, desk.rows.view, self._shell.bridge
        if document is None:
            return
        self.stop()
        numbers: Numbers = _all if view is None else view.lines
        if view is None:  # with what is folded
            rows = range(desk.line_of(rows.start) - 1, desk.line_of(rows.stop - 1))
        all_lines = len(rows)

        def told(counts: list[int]) -> None:
            self._say(counts[-1], all_lines)

        say = bridge.stream(told, desk)
        self._token = bridge.background(
            lambda token: write_lines(document, numbers, rows, path, say, token),
            lambda count: self._done(count, path), self._failed, desk,
        )  # fmt: skip

    def stop(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._token = None

    def _say(self, count: int, of: int) -> None:
        if self._token is not None:
            translate = QCoreApplication.translate
            words = translate("LogSaving", "Saving lines: {count} of {all}")
            stop = (translate("LogSaving", "Stop"), self._stopped)
            self._strip.say("note", words.format(count=numbered(count), all=numbered(of)), "", [stop])

    def _stopped(self) -> None:
        self.stop()
        self._strip.say("note", QCoreApplication.translate("LogSaving", "Stopped. No file was written"))

    def _done(self, count: int, path: str) -> None:
        self._token = None
        words = QCoreApplication.translate("LogSaving", "Saved with passwords masked. Lines: {count}")
        self._strip.say("ok", words.format(count=numbered(count)), path)

    def _failed(self, error: Exception) -> None:
        self._token = None
        if isinstance(error, OSError):
            words = QCoreApplication.translate("LogSaving", "The file cannot be written: {reason}")
            self._strip.say("error", words.format(reason=error.strerror or str(error)), str(error.filename or ""))
        else:
            self._shell.bridge.broke.emit(error)


def _all(first: int, count: int) -> Sequence[int]:
    return range(first + 1, first + count + 1)


def write_lines(
    document: Log, numbers: Numbers, rows: range, path: str, say: Callable[[int], None], token: CancelToken
) -> int:
    """How many lines were written. Raises OSError and Cancelled; then there is no file, or still the one before."""
    written = 0
    with whole_file(path) as file:
        for first in range(rows.start, rows.stop, BATCH):
            token.check()
            wanted = numbers(first, min(BATCH, rows.stop - first))
            for begin, length in runs(wanted):
                for line in document.lines(begin, length):
                    file.write(f"{line.raw}\n")
                    written += 1
            say(written)
    return written
