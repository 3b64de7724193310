"""The bytes of a log as one stream: one file, or several one after the other. Reads anywhere, knows no lines.

A store only grows at its end. A file that was rotated away stays open, so its bytes stay readable.
"""

from __future__ import annotations

import os
import sys
import threading
from bisect import bisect_right
from typing import BinaryIO

from mqassist.core.record import record

PRINT_BYTES = 64
"""So many bytes before the end tell whether a file that grew is still the one it was."""
RECENT, RECENT_BEFORE = 1 << 18, 1 << 17
"""Bytes that came last, kept in memory while a log is followed: who was told of them may read them after the file was
emptied, and before the follower has noticed. Of what was there before, enough for a whole block of lines."""


MOST_OPEN = 150
"""Files that stay open: each one that was rotated away takes room on the disk, although it may have been deleted."""


@record(frozen=False)
class Segment:
    """`begin` is its place in the stream, `length` the bytes of it that are known so far (all others are ignored).
    `skip` are bytes of the file before its first. `end_print` are the last bytes that were known, `recent` are
    those that came last and their place, if they are kept."""

    path: str
    file: BinaryIO | None
    begin: int
    length: int = 0
    skip: int = 0
    end_print: bytes = b""
    data: bytes = b""
    recent: tuple[int, bytes] = (0, b"")

    def read_into(self, at: int, view: memoryview, lock: threading.Lock) -> int:
        if self.file is None:
            part = self.data[at : at + len(view)]
            view[: len(part)] = part
            return len(part)
        begin, recent = self.recent
        if begin <= at and at + len(view) <= begin + len(recent):
            view[:] = recent[at - begin : at - begin + len(view)]
            return len(view)
        return self.read_file(at, view, lock)

    def read_file(self, at: int, view: memoryview, lock: threading.Lock) -> int:
        """What the file itself has there now."""
        file = self.file
        if file is None:
            return 0
        try:
            if sys.platform == "win32":
                with lock:
                    file.seek(self.skip + at)
                    return file.readinto(view) or 0  # type: ignore[attr-defined]  # a raw file has it
            return os.preadv(file.fileno(), [view], self.skip + at)
        except (OSError, ValueError):
            return 0


class Store:
    """Thread safe. Bytes that cannot be read any more (a file that shrank, a disk that failed) read as nothing."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.truncated = False
        """The last file has fewer bytes than before, or other ones."""
        self.keeps_recent = False
        self._begins: list[int] = []
        self._released: list[BinaryIO] = []
        """Nobody begins to read in these; whoever did has long ended when the next ones are released."""
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        last = self.segments[-1] if self.segments else None
        return 0 if last is None else last.begin + last.length

    def add(self, path: str, file: BinaryIO, skip: int = 0) -> Segment:
        """A further file at the end of the stream, as long as it is now. A line never goes on in another file."""
        self._end_line()
        segment = Segment(path, file, self.size, max(0, length_of(file) - skip), skip)
        segment.end_print = self.print_of(segment)
        if self.keeps_recent:
            for each in self.segments:
                each.recent = (0, b"")
            self._keep(segment, segment.length - RECENT_BEFORE)
        self._append(segment)
        return segment

    def _end_line(self) -> None:
        size = self.size
        if size and self.read(size - 1, 1) != b"\n":
            self._append(Segment("", None, size, 1, data=b"\n"))

    def _append(self, segment: Segment) -> None:
        with self._lock:
            self._begins.append(segment.begin)
            self.segments.append(segment)

    def forget_oldest(self) -> None:
        """Of many files that were rotated away only the latest stay readable. All has to be indexed."""
        with self._lock:
            held = {id(each.file): each.file for each in self.segments if each.file is not None}
            self._release(list(held.values())[: max(0, len(held) - MOST_OPEN)])

    def _release(self, files: list[BinaryIO]) -> None:
        """Their lines cannot be read any more."""
        if not files:
            return
        for old in self._released:
            old.close()
        self._released = files
        for each in self.segments:
            if each.file in files:
                each.file = None

    def forget_changed(self) -> None:
        """A copy that was made before a rotation may have been overwritten by the next: its lines are lost, and others
        must not be taken for them."""
        with self._lock:
            changed = {
                id(each.file): each.file for each in self.segments[:-1]
                if each.file is not None and self.print_of(each) != each.end_print
            }  # fmt: skip
            self._release(list(changed.values()))

    def swap(self, old: Segment, new: Segment) -> None:
        """The same bytes in another file, at the end of the stream; it may have more of them."""
        with self._lock:
            self.segments[self.segments.index(old)] = new
        if old.file is not None and not any(each.file is old.file for each in self.segments):
            old.file.close()

    def grow(self) -> int:
        """Looks at the last file's length; the bytes that have come. Sets `truncated`."""
        last = self.segments[-1] if self.segments else None
        if last is None or last.file is None:
            return 0
        more = length_of(last.file) - last.skip - last.length
        if self.truncated or more < 0 or not self.is_unchanged():
            self.truncated = True
            return 0
        if not more:
            return 0
        last.length += more
        if self.keeps_recent:
            self._keep(last, last.length - min(more, RECENT))
        last.end_print = self.print_of(last)
        return more

    def keep_recent(self) -> None:
        """From now on what comes last is kept in memory."""
        self.keeps_recent = True
        if self.segments:
            self._keep(self.segments[-1], self.segments[-1].length - RECENT_BEFORE)

    def _keep(self, segment: Segment, place: int) -> None:
        place = max(0, place)
        into = bytearray(segment.length - place)
        got = segment.read_file(place, memoryview(into), self._lock)
        begin, kept = segment.recent
        if not kept or begin + len(kept) != place:
            begin, kept = place, b""
        kept += bytes(into[:got])
        segment.recent = begin + len(kept) - len(kept[-RECENT:]), kept[-RECENT:]

    def is_unchanged(self) -> bool:
        """Whether the last file still has the bytes that it had when it was last looked at."""
        last = self.segments[-1] if self.segments else None
        return last is None or last.file is None or self.print_of(last) == last.end_print

    def print_of(self, segment: Segment) -> bytes:
        """The last bytes of what is known of it, as they are now."""
        begin = max(0, segment.length - PRINT_BYTES)
        into = bytearray(segment.length - begin)
        view = memoryview(into)
        return bytes(view[: segment.read_file(begin, view, self._lock)])

    def read(self, offset: int, length: int) -> bytes:
        into = bytearray(max(0, min(length, self.size - offset)))
        return bytes(memoryview(into)[: self.read_into(offset, memoryview(into))])

    def read_into(self, offset: int, view: memoryview) -> int:
        """Bytes read; fewer than asked for at the end of the stream, and where bytes are gone."""
        done = 0
        while done < len(view):
            at = bisect_right(self._begins, offset + done, hi=len(self.segments)) - 1
            if at < 0:
                break
            segment = self.segments[at]
            within = offset + done - segment.begin
            room = min(len(view) - done, segment.length - within)
            if room <= 0:
                break
            got = segment.read_into(within, view[done : done + room], self._lock)
            if not got:
                break
            done += got
        return done

    def close(self) -> None:
        with self._lock:
            for file in (*self._released, *(segment.file for segment in self.segments)):
                if file is not None:
                    file.close()


def length_of(file: BinaryIO) -> int:
    try:
        return os.fstat(file.fileno()).st_size
    except (OSError, ValueError):
        return 0


def open_shared(path: str) -> BinaryIO:
    """For reading, without standing in the way of who renames or deletes the file. Raises OSError.

    On Windows Python's own open() would keep the broker from rotating its log.
    """
    if sys.platform == "win32":
        import _winapi
        import msvcrt

        read, share_all, existing, normal = 0x80000000, 0x7, 3, 0x80
        handle = _winapi.CreateFile(path, read, share_all, 0, existing, normal, 0)
        return os.fdopen(msvcrt.open_osfhandle(handle, os.O_RDONLY | os.O_BINARY), "rb", buffering=0)
    return open(path, "rb", buffering=0, opener=_opened)


def _opened(path: str, flags: int) -> int:
    """Without waiting for the writer of a pipe that took the file's place."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
