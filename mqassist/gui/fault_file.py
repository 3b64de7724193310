"""Where a crash that Python cannot catch leaves its trace: a file that is open while the window runs, on this computer.

A clean end removes it. What a process that died left behind becomes a crash file at the next start. Holds places in the
code and Qt's own words, with passwords of addresses masked; sends nothing anywhere.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import time
from collections.abc import Callable
from os.path import join
from typing import IO

RUNNING, KEPT = ".running", ".txt"
_DIED = "most recent call first"
"""Python's faulthandler writes it above the places; notes of Qt alone are of a run that was switched off."""
MOST_NOTES = 200
"""Lines of Qt's that one run may leave: a warning in a paint event comes sixty times a second."""


class FaultFile:
    """`begin` and `end` belong to the screen thread; `note` may come from anywhere and never raises."""

    def __init__(self, folder: str, headline: Callable[[], str], clean: Callable[[str], str]) -> None:
        self._folder = folder
        self._headline = headline
        self._clean = clean
        self._file: IO[str] | None = None
        self._path = ""
        self._length = 0
        self._notes = 0

    def begin(self) -> str:
        """Gives the crash file that an earlier run became just now, or "". A disk that refuses is no reason not to
        start."""
        picked = ""
        try:
            os.makedirs(self._folder, exist_ok=True)
            picked = self._pick_up()
            self._path = join(self._folder, f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}{RUNNING}")
            self._file = open(self._path, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115 - stays open
            self._file.write(self._headline() + "\n")
            self._file.flush()
            self._length = os.path.getsize(self._path)
            faulthandler.enable(self._file, all_threads=True)
        except (OSError, ValueError):
            self._file = None
        return picked

    def note(self, line: str) -> None:
        file = self._file
        if file is None or self._notes >= MOST_NOTES:
            return
        self._notes += 1
        with contextlib.suppress(OSError, ValueError):
            file.write(self._clean(line) + "\n")
            file.flush()

    def end(self) -> None:
        """Nothing is left of a run that ended as it should."""
        if self._file is None:
            return
        faulthandler.disable()
        self._file.close()
        self._file = None
        with contextlib.suppress(OSError):
            os.unlink(self._path)

    def _pick_up(self) -> str:
        """What a process left that is no more: kept if it says anything, else removed. Gives one that died."""
        picked = ""
        for name in os.listdir(self._folder):
            if not name.endswith(RUNNING) or _is_alive(name.removesuffix(RUNNING).rpartition("-")[2]):
                continue
            path = join(self._folder, name)
            with contextlib.suppress(OSError):  # on Windows one that is open cannot be taken: it lives
                with open(path, encoding="utf-8", errors="replace") as file:
                    told = file.read()
                if len(told.splitlines()) > 1:
                    os.replace(path, path.removesuffix(RUNNING) + KEPT)
                    picked = path.removesuffix(RUNNING) + KEPT if _DIED in told else picked
                else:
                    os.unlink(path)
        return picked


def _is_alive(number: str) -> bool:
    if not number.isdigit() or sys.platform == "win32":
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
