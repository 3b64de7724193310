"""What the person chose about the window, in one JSON file: written whole or not at all. Holds no secret.

Written by a thread: the disk may take longer than painting does.
"""

from __future__ import annotations

import _thread
import json
import os
import threading
import time
from os.path import dirname, join
from typing import Any, Literal

from mqassist import __version__
from mqassist.core.places import data_folder
from mqassist.core.record import as_plain, changed, fields, fresh, record
from mqassist.gui.whole_file import write_text

VERSION = 1
FILE = "settings.json"
LanguageChoice = Literal["system", "en", "zh"]
ThemeChoice = Literal["system", "light", "dark"]


@record
class Settings:
    """`font_percent` of the system's size, 50 to 300; `login_tries` at most in one run, 1 to 10; `updates` only if the
    person wants newer versions looked for, `update_address` where, "" for what the copy came with; `geometry`, `state`
    and `splitters` are what Qt saved, in base64; `sidebar_open` false is the narrow rail."""

    theme: ThemeChoice = "system"
    language: LanguageChoice = "system"
    font_percent: int = 100
    login_tries: int = 3
    sidebar_open: bool = True
    updates: bool = False
    update_address: str = ""
    update_seen: dict[str, Any] = fresh(default_factory=dict)
    """`at` (seconds since 1970), `version`, `page`, `problem`, `detail` of the last look for a newer version."""
    geometry: str = ""
    state: str = ""
    splitters: dict[str, str] = fresh(default_factory=dict)
    pages: dict[str, Any] = fresh(default_factory=dict)
    """What pages remember of themselves: plain values of JSON, by the page's name."""


_CHOICES: dict[str, tuple[str, ...]] = {"theme": ("system", "light", "dark"), "language": ("system", "en", "zh")}
_RANGES = {"font_percent": (50, 300), "login_tries": (1, 10)}
SETTLE_S = 5.0
"""A disk that hangs keeps the window from closing no longer than this."""
_writing: set[threading.Event] = set()
"""Of each thread that writes, whichever store it is of: whoever reads waits until they are set."""


class SettingsStore:
    """Reads at once; `change` writes a moment later, `settle` waits for it. What cannot be read is set aside, and
    `trouble` says so."""

    def __init__(self, path: str | None = None) -> None:
        self.path = path or join(data_folder(), FILE)
        self._lock = threading.Lock()
        self._unwritten: Settings | None = None
        self._is_writing = False
        self.trouble = ""
        """Where the unreadable file lies now, or the system's sentence why nothing can be written; else empty."""
        self.current = self._read()

    def change(self, **values: Any) -> None:
        """Keeps and writes them. A disk that refuses is told by `trouble`; the settings hold until the end. Returns
        before they are written."""
        wanted = changed(self.current, **values)
        if wanted == self.current:
            return
        self.current = wanted
        with self._lock:
            self._unwritten = wanted
            if self._is_writing:
                return
            self._is_writing = True
        done = threading.Event()
        _writing.add(done)
        _thread.start_new_thread(self._write_all, (done,))  # a Thread would be waited for until it runs

    def _write_all(self, done: threading.Event) -> None:
        """Until nothing is left to be written: what changes meanwhile as well."""
        try:
            while True:
                with self._lock:
                    wanted, self._unwritten = self._unwritten, None
                    if wanted is None:
                        self._is_writing = False
                        break
                try:
                    self._write(wanted)
                except OSError as error:
                    self.trouble = error.strerror or str(error)
        finally:
            _writing.discard(done)
            done.set()

    def remember(self, page: str, value: Any) -> None:
        """What a page keeps of itself."""
        self.change(pages={**self.current.pages, page: value})

    @staticmethod
    def settle() -> None:
        """Returns when all is written that was changed before, or the disk has taken too long."""
        end = time.monotonic() + SETTLE_S
        for done in tuple(_writing):
            done.wait(max(0.0, end - time.monotonic()))

    def _read(self) -> Settings:
        self.settle()
        try:
            with open(self.path, encoding="utf-8") as file:
                content = json.load(file)
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError):
            return self._set_aside()
        if not isinstance(content, dict) or not isinstance(content.get("version"), int):
            return self._set_aside()
        return Settings(**{name: value for name, value in content.items() if _fits(name, value)})

    def _set_aside(self) -> Settings:
        beside = f"{self.path}.{time.strftime('%Y%m%d-%H%M%S')}.unreadable"
        try:
            os.replace(self.path, beside)
            self.trouble = beside
        except OSError as error:
            self.trouble = error.strerror or str(error)
        return Settings()

    def _write(self, settings: Settings) -> None:
        os.makedirs(dirname(self.path), exist_ok=True)
        content = {"version": VERSION, "written_by": __version__, **as_plain(settings)}
        write_text(self.path, json.dumps(content, ensure_ascii=False, indent=1))


def _fits(name: str, value: object) -> bool:
    """A value of another version, or that a person mistyped, must not keep the window from opening."""
    if name not in fields(Settings):
        return False
    if name in _CHOICES:
        return value in _CHOICES[name]
    if name in _RANGES:
        low, high = _RANGES[name]
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    return isinstance(value, type(getattr(Settings(), name)))
