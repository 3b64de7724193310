"""How the last check of each profile ended, for the dots of the list. May be lost without harm."""

from __future__ import annotations

import json
import os
import threading
from os.path import join

from mqassist.core.profile import LastRun
from mqassist.profiles.store import write_atomically

SCHEMA = "mqassist.last-runs/1"


class LastRuns:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._path = join(folder, "last-runs.json")
        self._guard = threading.Lock()
        self._known: dict[str, LastRun] | None = None

    def all(self) -> dict[str, LastRun]:
        """By profile id; empty if the file is not there or nobody can read it."""
        with self._guard:
            return dict(self._loaded())

    def note(self, profile_id: str, run: LastRun) -> None:
        """Never raises: a full disk must not spoil a verdict."""
        with self._guard:
            self._known = None  # another process may have written meanwhile
            known = {**self._loaded(), profile_id: run}
            self._known = known
            plain = {key: [each.state, each.at, each.title] for key, each in known.items()}
            try:
                os.makedirs(self._folder, mode=0o700, exist_ok=True)
                write_atomically(self._path, json.dumps({"schema": SCHEMA, "runs": plain}, ensure_ascii=False))
            except OSError:
                return

    def _loaded(self) -> dict[str, LastRun]:
        if self._known is None:
            try:
                with open(self._path, encoding="utf-8") as file:
                    runs = json.load(file)["runs"]
                self._known = {
                    str(key): LastRun(str(state), float(at), str(title)) for key, (state, at, title) in runs.items()
                }
            except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
                self._known = {}
        return self._known
