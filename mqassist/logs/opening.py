"""Opens a log wherever it is: a file, a compressed one, its rotated siblings, a pipe, what a command prints."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from functools import partial
from stat import S_ISBLK, S_ISCHR, S_ISDIR, S_ISFIFO
from typing import TYPE_CHECKING, BinaryIO

from mqassist.core.errors import UserError
from mqassist.core.log import LogProblem
from mqassist.core.secret import Redactor
from mqassist.logs.compressed import kind_of, unpacked
from mqassist.logs.document import LogDocument
from mqassist.logs.feeds import MAX_BYTES, Failed, Feed, SpoolFeed, WideFeed, pipe_chunks
from mqassist.logs.formats import Format
from mqassist.logs.siblings import MAX_SIBLINGS, all_siblings
from mqassist.logs.sniffing import wide_encoding
from mqassist.logs.store import Store, open_shared

if TYPE_CHECKING:
    from mqassist.logs.known import Known

FIRST_BYTES_S = 0.3
"""What comes from elsewhere may show its format within this; if not, it is recognized when it comes."""
HEAD = 4096


def open_log(
    source: str,
    formats: Sequence[Format],
    known: Callable[[], Known],
    redactor: Redactor | None = None,
    *,
    rotated: bool = False,
    follow: bool = False,
    stdin: BinaryIO | None = None,
    limit: int = MAX_BYTES,
) -> LogDocument:
    """A path, `-` (then `stdin` is read), or what `command_of` understands. Reads only the beginning and the end;
    everything else comes when it is asked for.

    `rotated`: with the older files beside it, as one log. `follow`: a command goes on as the log grows. At most
    `limit` bytes are unpacked or taken from a pipe; more is told as a problem. Raises UserError.
    """
    store = Store()
    feed = _feed(source, store, rotated=rotated, follow=follow, stdin=stdin, limit=limit)
    if feed.running:
        feed.wait(FIRST_BYTES_S)
        store.grow()
    document = LogDocument(source, store, formats, known, redactor, feed)
    document.endless = follow and not isinstance(feed, _Row) and feed.running
    return document


def _feed(source: str, store: Store, *, rotated: bool, follow: bool, stdin: BinaryIO | None, limit: int) -> Feed:
    if source == "-" and stdin is not None:
        return SpoolFeed(store, pipe_chunks(stdin), lambda: None, limit=limit)
    from mqassist.logs.commands import Running, command_of

    command = command_of(source, follow=follow) if not os.path.exists(source) else None
    if command is not None:
        running = Running(command)
        return SpoolFeed(store, running.chunks(), running.close, limit=limit)
    file, head, flows = _opened(source)
    if flows:
        return SpoolFeed(store, pipe_chunks(file, waits=True), file.close, limit=limit)
    if rotated:
        return _with_siblings(source, file, store, limit)
    return _file_feed(source, file, head, store, limit) or _added(source, file, store)


def _opened(path: str) -> tuple[BinaryIO, bytes, bool]:
    """The file, its first bytes, and whether it is a pipe or the like: of that nothing is read yet, and nobody waits
    for its writer. Raises UserError for what cannot be read as a log."""
    try:
        mode = os.stat(path).st_mode
        if S_ISDIR(mode) or S_ISBLK(mode):
            number = errno.EISDIR if S_ISDIR(mode) else errno.EINVAL
            raise OSError(number, os.strerror(number))
        file = open_shared(path)
        flows = S_ISFIFO(mode) or (S_ISCHR(mode) and os.path.realpath(path) != os.devnull)
        return file, b"" if flows else file.read(HEAD), flows
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UserError("log-unreadable", f"cannot read {path}: {why}", path=path, why=why) from error


def _file_feed(path: str, file: BinaryIO, head: bytes, store: Store, limit: int) -> SpoolFeed | None:
    """For a file that cannot be read as it is; None for plain bytes."""
    if kind := kind_of(head):
        file.seek(0)
        return SpoolFeed(store, unpacked(file, kind), file.close, partial(_place, file), limit)
    wide = wide_encoding(head)
    return None if wide is None else WideFeed(store, path, file, wide, limit)


def _added(path: str, file: BinaryIO, store: Store) -> Feed:
    store.add(path, file)
    return Feed()


def _place(file: BinaryIO) -> int:
    try:
        return file.tell()
    except (OSError, ValueError):
        return 0


# -- rotated files as one log ------------------------------------------------------------------


def _with_siblings(path: str, live: BinaryIO, store: Store, limit: int) -> Feed:
    """The plain ones are read where they are; only what is compressed before the oldest plain one is unpacked."""
    every = all_siblings(path)
    if not every:
        store.add(path, live)
        return Feed()
    row = _Row(store, [*(each.path for each in every[-MAX_SIBLINGS:]), path], live, limit)
    if len(every) > MAX_SIBLINGS:
        row.problem = LogProblem("log.problem.siblings", (("count", len(every)), ("read", MAX_SIBLINGS)))
    return row


class _Row(Feed):
    """Adds one file after the other; a compressed one when it is unpacked."""

    def __init__(self, store: Store, paths: Sequence[str], live: BinaryIO, limit: int) -> None:
        self._store = store
        self._waiting = list(paths)
        self._live = live
        self._limit = limit
        self._spool: SpoolFeed | None = None
        self._next()

    def _next(self) -> None:
        while self._waiting and (self._spool is None or not self._spool.running):
            if self._spool is not None and self._spool.problem is not None:
                self.problem = self._spool.problem
            self._store.grow()
            if self._spool is not None:
                self._spool.stop()
                self._spool = None
            path = self._waiting.pop(0)
            if not self._waiting:
                self._store.add(path, self._live)
                return
            try:
                file, head, flows = _opened(path)
                if flows:
                    file.close()
                    continue
                self._spool = _file_feed(path, file, head, self._store, self._limit)
            except (UserError, Failed) as error:
                self.problem = LogProblem("log.problem.sibling", (("path", path), ("why", str(error))))
                continue
            if self._spool is None:
                self._store.add(path, file)

    @property
    def running(self) -> bool:
        return bool(self._waiting)

    def step(self) -> None:
        self._next()

    def wait(self, seconds: float) -> None:
        if self._spool is not None:
            self._spool.wait(seconds)

    def stop(self) -> None:
        self._waiting.clear()
        if self._spool is not None:
            self._spool.stop()
