"""Follows a log as it grows, through rotation; tells of new lines in batches. One thread for each follower.

What was written before a rotation is read from the file's new name, or from its copy, before the new file is.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled
from mqassist.core.log import ChangeKind, LogChange
from mqassist.logs.siblings import COMPRESSED, siblings
from mqassist.logs.store import Segment, Store, open_shared

if TYPE_CHECKING:
    from mqassist.logs.document import LogDocument

POLL_S = 0.1
GONE_POLLS = 3
"""A file that is missing so often is told as gone: between deleting and creating it is missing for a moment."""
LATE_POLLS = 100
"""So long a writer may still write into the file that was renamed (ten seconds)."""
HEAD_BYTES = 256


class Follower:
    """Looks at once after `poke`, else every tenth of a second."""

    def __init__(self, document: LogDocument, on_change: Callable[[LogChange], None], poll_s: float = POLL_S) -> None:
        self._document = document
        self._on_change = on_change
        self._poll_s = poll_s
        self._wake = threading.Event()
        self._token = CancelToken()
        document.store.keep_recent()
        self._told: ChangeKind = "grown"
        self._missing = 0
        self._late: list[tuple[Segment, int]] = []
        live = document.store.segments[-1] if document.store.segments else None
        self._path = live.path if live is not None else ""
        self._seen = document.line_count
        self._partial = self._ends_open()
        self._size = document.store.size
        self._known = {each.identity for each in siblings(self._path)} if self._path else set()
        self._thread = threading.Thread(target=self._run, name="log-follow", daemon=True)
        self._thread.start()

    @property
    def watched(self) -> tuple[str, ...]:
        """The file and its folder: whatever the system tells of them is worth a `poke`."""
        return (self._path, os.path.dirname(os.path.abspath(self._path))) if self._path else ()

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
        try:
            while not self._token.cancelled:
                self._wake.clear()
                self._look()
                self._document.wait_for_feed(0)
                self._wake.wait(self._poll_s)
        except Cancelled:
            return

    def _look(self) -> None:
        self._document.catch_up(self._token)
        self._tell("grown")
        if not self._path:
            return
        try:
            stat = os.stat(self._path)
        except FileNotFoundError:
            self._missing += 1
            if self._missing >= GONE_POLLS:
                self._tell_state("gone")
            return
        except OSError as error:
            self._tell_state("unreadable", error.strerror or str(error))
            return
        self._missing = 0
        live = self._live()
        if (stat.st_dev, stat.st_ino) != _identity(live):
            self._rotated(live)
        elif self._document.store.truncated:
            self._truncated(live)
        elif self._told in ("gone", "unreadable"):
            self._tell_state("back")
        self._read_late()

    def _live(self) -> Segment:
        return next(each for each in reversed(self._document.store.segments) if each.path == self._path)

    # -- the file has another one in its place ------------------------------------------------

    def _rotated(self, old: Segment) -> None:
        try:
            file = open_shared(self._path)
        except OSError as error:
            self._tell_state("unreadable", error.strerror or str(error))
            return
        document = self._document
        if document.store.truncated:
            self._from_copy(old)
        document.catch_up(self._token)  # what came before it was renamed
        document.store.truncated = False
        identity = os.fstat(file.fileno()).st_ino
        with document.growing:
            for between in self._rotated_between(old, identity):
                document.store.add(between, open_shared(between))
            document.store.add(self._path, file)
        self._late = [(old, LATE_POLLS), *self._late[:3]]
        self._known = {each.identity for each in siblings(self._path)}
        document.catch_up(self._token)
        document.store.forget_oldest()
        self._told = "rotated"
        self._tell("rotated")

    def _rotated_between(self, old: Segment, new: int) -> list[str]:
        """Files that came and were rotated away since the last look."""
        ours = {new, _identity(old)[1]}
        return [
            each.path
            for each in siblings(self._path)
            if each.inode not in ours
            and each.identity not in self._known
            and each.size
            and not each.path.endswith(COMPRESSED)
        ]

    def _read_late(self) -> None:
        """A writer that has not noticed the rotation goes on in the old file: its lines are not lost."""
        document = self._document
        store = document.store
        for at, (segment, polls) in enumerate(self._late):
            if segment.file is None or polls <= 0:
                continue
            known = sum(each.length for each in store.segments if each.file is segment.file)
            try:
                size = os.fstat(segment.file.fileno()).st_size
            except (OSError, ValueError):
                continue
            if size > known:
                live = self._live()
                with document.growing:
                    store.add(segment.path + " ", segment.file, known)
                    assert live.file is not None
                    store.add(self._path, live.file, live.skip + live.length)
                document.catch_up(self._token)
                self._tell("grown")
            self._late[at] = (segment, polls - 1)

    # -- the file was emptied -----------------------------------------------------------------

    def _truncated(self, live: Segment) -> None:
        document = self._document
        assert live.file is not None
        document.store.forget_changed()
        if self._from_copy(live):
            document.catch_up(self._token)
            with document.growing:
                document.store.truncated = False
                document.store.add(self._path, open_shared(self._path))
            document.catch_up(self._token)
            document.store.forget_oldest()
            self._told = "rotated"
            self._tell("rotated")
            return
        store = Store()
        store.keep_recent()
        store.add(self._path, open_shared(self._path))
        emptied = document.store
        document.replace(store)
        emptied.close()
        document.catch_up(self._token)
        self._seen, self._partial = 0, False
        self._told = "truncated"
        self._tell("truncated")

    def _from_copy(self, live: Segment) -> bool:
        """Reads the rest of the old content from the copy that was made before the file was emptied."""
        document = self._document
        for each in reversed(siblings(self._path)):
            if each.identity in self._known or each.size < live.length or each.path.endswith(COMPRESSED):
                continue
            try:
                file = open_shared(each.path)
            except OSError:
                continue
            copy = Segment(each.path, file, live.begin, live.length, live.skip)
            if self._is_copy(copy, live):
                with document.growing:
                    copy.length = each.size - live.skip
                    copy.end_print = document.store.print_of(copy)
                    document.store.swap(live, copy)
                    document.store.truncated = False
                self._known.add(each.identity)
                return True
            file.close()
        return False

    def _is_copy(self, copy: Segment, live: Segment) -> bool:
        begin = max(0, live.length - len(live.end_print))
        into = bytearray(live.length - begin)
        got = copy.read_into(begin, memoryview(into), threading.Lock())
        return bytes(into[:got]) == live.end_print

    # -- telling ------------------------------------------------------------------------------

    def _ends_open(self) -> bool:
        return self._document.line_count > self._document.index.line_count

    def _tell(self, kind: ChangeKind) -> None:
        count, partial = self._document.line_count, self._ends_open()
        size = self._document.store.size
        if kind == "grown" and (count, partial, size) == (self._seen, self._partial, self._size):
            return
        self._size = size
        first = self._seen if self._partial else self._seen + 1
        self._seen, self._partial = count, partial
        if not self._token.cancelled:
            self._on_change(LogChange(kind, max(1, first), count))

    def _tell_state(self, kind: ChangeKind, reason: str = "") -> None:
        """Once, until it changes."""
        if kind != self._told and not self._token.cancelled:
            self._told = kind
            count = self._document.line_count
            self._on_change(LogChange(kind, count + 1, count, reason))


def _identity(segment: Segment) -> tuple[int, int]:
    if segment.file is None:
        return (0, 0)
    try:
        stat = os.fstat(segment.file.fileno())
    except (OSError, ValueError):
        return (0, 0)
    return (stat.st_dev, stat.st_ino)
