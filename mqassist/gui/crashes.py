"""Bugs of ours: kept in a file on this computer, without what was typed. Sends nothing anywhere."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from os.path import join
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler, qVersion

from mqassist import __version__
from mqassist.core.places import data_folder
from mqassist.gui.fault_file import FaultFile

FOLDER = "crashes"
KEPT = 20
_FATAL = {QtMsgType.QtWarningMsg: "warning", QtMsgType.QtCriticalMsg: "critical", QtMsgType.QtFatalMsg: "fatal"}


def crash_folder() -> str:
    return join(data_folder(), FOLDER)


class Crashes:
    """Takes over the hooks for exceptions that nobody caught and for Qt's own messages."""

    def __init__(self, told: Callable[[Exception], None]) -> None:
        self._told = told
        self._telling = False
        self.faults = FaultFile(crash_folder(), _headline, _masked)

    def install(self) -> None:
        sys.excepthook = self._uncaught
        threading.excepthook = lambda args: self._keep_any(args.exc_value)
        qInstallMessageHandler(self._qt_message)

    def keep(self, error: BaseException) -> str:
        """The file it was written to, or "" if the disk refuses. The exception's own message stays out: it may quote
        a password."""
        import traceback

        places = "".join(traceback.format_tb(error.__traceback__))
        text = f"{_headline()}\n{type(error).__name__}\n{places}"
        folder = crash_folder()
        path = join(folder, f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt")
        try:
            os.makedirs(folder, exist_ok=True)
            with open(f"{path}.new", "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(f"{path}.new", path)
            for old in sorted(name for name in os.listdir(folder) if name.endswith(".txt"))[:-KEPT]:
                os.unlink(join(folder, old))
        except OSError:
            return ""
        return path

    def _uncaught(self, kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, where)
            return
        if isinstance(error, Exception) and not self._telling:
            self._telling = True  # telling it may fail in the same way
            try:
                self._told(error.with_traceback(where))
            finally:
                self._telling = False

    def _qt_message(self, kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        """To the terminal and the fault file; a Python handler must never raise into Qt."""
        if kind not in _FATAL:
            return
        self.faults.note(f"Qt {_FATAL[kind]}: {message}")
        if sys.stderr is not None:
            try:
                sys.stderr.write(f"Qt {_FATAL[kind]}: {message}\n")
            except (OSError, ValueError):
                return

    def _keep_any(self, error: BaseException | None) -> None:
        if error is not None:
            self.keep(error)


def _headline() -> str:
    import platform

    return f"mqassist {__version__} · Python {platform.python_version()} · Qt {qVersion()} · {platform.platform()}"


def _masked(text: str) -> str:
    from mqassist.gui.shell import masked_urls

    return masked_urls(text)
