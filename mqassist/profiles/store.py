"""The file of all profiles: versioned, written whole or not at all, safe against a second process and a crash.

Holds no secret and must not know the keyring.
"""

from __future__ import annotations

import json
import os
import threading
import time
from binascii import crc32
from collections.abc import Callable, Mapping
from contextlib import suppress
from os.path import exists, join

from mqassist.core.errors import UserError
from mqassist.core.profile_book import Book
from mqassist.profiles.lock import locked
from mqassist.profiles.profile_json import Json, book_from_json, book_json

VERSION = 1
SCHEMA = "mqassist.profiles"
PATIENCE_S = 5.0
"""Another process writes for milliseconds; one that was stopped in the middle must not hold us for ever."""
MAX_BYTES = 64 * 1024 * 1024
REPLACE_TRIES, REPLACE_WAIT_S = 50, 0.02

Migrations = Mapping[int, Callable[[Json], Json]]


def _from_bare_list(content: Json) -> Json:
    """Version 0, before files had a head: a list of profiles and nothing else, as people write it by hand."""
    return {**content, "groups": []}


MIGRATIONS: Migrations = {0: _from_bare_list}
"""From each old version to the next one."""


def write_atomically(path: str, text: str, *, private: bool = True) -> None:
    """Beside, flushed to the disk, renamed over: a reader sees the old content or the new one. Raises OSError."""
    beside = f"{path}.{os.getpid()}.{threading.get_ident()}.new"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _replace(beside: str, path: str) -> None:
    """On Windows a file that somebody reads at this moment cannot be replaced: readers are done in milliseconds."""
    for left in range(REPLACE_TRIES - 1, -1, -1):
        try:
            os.replace(beside, path)
        except PermissionError:
            if os.name != "nt" or not left:
                raise
            time.sleep(REPLACE_WAIT_S)
        else:
            return


class ProfileStore:
    """`problems` says what was wrong when the file was last read; `newer` that it is a later version's and kept as
    it is. Threads may share one."""

    def __init__(
        self,
        folder: str,
        *,
        version: int = VERSION,
        migrations: Migrations = MIGRATIONS,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.folder = folder
        self.path = join(folder, "profiles.json")
        self.problems: tuple[UserError, ...] = ()
        self.newer = False
        self._version = version
        self._migrations = migrations
        self._patience_s = patience_s
        self._guard = threading.RLock()
        self._stamp: tuple[int, ...] | None = None
        self._book = Book()

    def book(self) -> Book:
        """What is saved now; the file is read again only if it changed. Raises UserError if it cannot be read."""
        with self._guard:
            stamp = self._stamp_now()
            if stamp != self._stamp or stamp is None:
                self._book = self._read()
                self._stamp = self._stamp_now()
            return self._book

    def change(self, edit: Callable[[Book], Book]) -> Book:
        """`edit` of what is saved at this moment, written before anybody else can. Raises UserError, also `edit`'s."""
        with self._guard:
            try:
                os.makedirs(self.folder, mode=0o700, exist_ok=True)
                with locked(join(self.folder, "profiles.lock"), self._patience_s):
                    before = self.book()
                    if self.newer:
                        raise self._too_new()
                    after = edit(before)
                    if after != before:
                        self._write(after)
                    return after
            except OSError as error:
                reason = error.strerror or str(error)
                raise UserError(
                    "profiles-not-written", f"cannot write {self.path}: {reason}", file=self.path, reason=reason
                ) from error

    def _stamp_now(self) -> tuple[int, ...] | None:
        try:
            stat = os.stat(self.path)
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _read(self) -> Book:
        self.problems, self.newer = (), False
        try:
            with open(self.path, encoding="utf-8") as file:
                text = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return Book()
        except UnicodeDecodeError:
            return self._set_aside()
        except OSError as error:
            reason = error.strerror or str(error)
            raise UserError(
                "profiles-not-read", f"cannot read {self.path}: {reason}", file=self.path, reason=reason
            ) from error
        try:
            return self._understood(text)
        except (ValueError, RecursionError):
            return self._set_aside()
        except UserError as error:
            if error.reference != "profile-entry":
                raise
            return self._set_aside()

    def _understood(self, text: str) -> Book:
        """Raises ValueError and UserError ("profile-entry") for what is no such file."""
        content = json.loads(text)
        if isinstance(content, list):
            content = {"schema": f"{SCHEMA}/0", "profiles": content}
        if not isinstance(content, dict):
            raise ValueError("neither a list nor an object")
        name, _, number = str(content.get("schema", "")).partition("/")
        if name != SCHEMA or not number.isdigit():
            raise ValueError("no schema of ours")
        version = int(number[:6])
        self.newer = version > self._version
        while version < self._version:
            content = self._migrations[version](content)
            version += 1
        book, wrong = book_from_json(content)
        if self.newer:
            self.problems = (self._too_new(),)
        elif wrong:
            aside = self._copied_aside(text)
            self.problems = (
                *wrong,
                UserError("profiles-left-out", "some are left out", file=aside, count=len(wrong)),
            )
        return book

    def _too_new(self) -> UserError:
        return UserError("profiles-newer", f"written by a newer version: {self.path}", file=self.path)

    def _set_aside(self) -> Book:
        """A file that nobody can read is kept under another name; the last good one takes its place."""
        aside = self._aside_name("corrupt")
        try:
            os.replace(self.path, aside)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UserError(
                "profiles-not-read", f"cannot read {self.path}: {reason}", file=self.path, reason=reason
            ) from error
        book = Book()
        backup = f"{self.path}.bak"
        told = "profiles-corrupt"
        if exists(backup):
            try:
                with open(backup, encoding="utf-8") as file:
                    text = file.read(MAX_BYTES)
                book = self._understood(text)
                write_atomically(self.path, text)
                told = "profiles-corrupt-restored"
            except (OSError, ValueError, RecursionError, UserError):
                book = Book()
        self.problems = (UserError(told, f"{self.path} could not be read", file=aside, count=len(book.profiles)),)
        return book

    def _copied_aside(self, text: str) -> str:
        """Once for the same content, however often it is read before somebody saves."""
        aside = f"{self.path}.partly-{crc32(text.encode('utf-8', 'surrogatepass')):08x}"
        try:
            if not exists(aside):
                write_atomically(aside, text)
        except OSError:
            return self.path
        return aside

    def _aside_name(self, word: str) -> str:
        base = f"{self.path}.{word}-{time.strftime('%Y%m%d-%H%M%S')}"
        name, count = base, 2
        while exists(name):
            name, count = f"{base}-{count}", count + 1
        return name

    def _write(self, book: Book) -> None:
        if exists(self.path) and not self.problems:
            backup = f"{self.path}.bak"
            with open(self.path, encoding="utf-8") as file:
                write_atomically(backup, file.read())
        content = {"schema": f"{SCHEMA}/{self._version}", **book_json(book)}
        write_atomically(self.path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        self.problems = ()
        self._book = book
        self._stamp = self._stamp_now()
