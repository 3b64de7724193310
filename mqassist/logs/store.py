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


@record(frozen=False)
class Segment:
    """`begin` is its place in the stream, `length` the bytes of it that are known so far (all others are ignored)."""

    path: str
    file: BinaryIO
    begin: int
    length: int = 0


class Store:
    """Thread safe. Bytes that cannot be read any more (a file that shrank, a disk that failed) read as nothing."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self._begins: list[int] = []
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        last = self.segments[-1] if self.segments else None
        return 0 if last is None else last.begin + last.length

    def add(self, path: str, file: BinaryIO) -> Segment:
        """A further file at the end of the stream, as long as it is now."""
        segment = Segment(path, file, self.size, _length(file))
        with self._lock:
            self.segments.append(segment)
            self._begins.append(segment.begin)
        return segment

    def grow(self) -> int:
        """Looks at the last file's length; the bytes that have come."""
        if not self.segments:
            return 0
        last = self.segments[-1]
        more = max(0, _length(last.file) - last.length)
        last.length += more
        return more

    def read(self, offset: int, length: int) -> bytes:
        into = bytearray(max(0, min(length, self.size - offset)))
        return bytes(memoryview(into)[: self.read_into(offset, memoryview(into))])

    def read_into(self, offset: int, view: memoryview) -> int:
        """Bytes read; fewer than asked for at the end of the stream, and where bytes are gone."""
        done = 0
        while done < len(view):
            at = bisect_right(self._begins, offset + done) - 1
            if at < 0:
                break
            segment = self.segments[at]
            within = offset + done - segment.begin
            room = min(len(view) - done, segment.length - within)
            if room <= 0:
                break
            got = self._read(segment.file, within, view[done : done + room])
            if not got:
                break
            done += got
        return done

    def _read(self, file: BinaryIO, at: int, view: memoryview) -> int:
        try:
            if sys.platform == "win32":
                with self._lock:
                    file.seek(at)
                    return file.readinto(view) or 0  # type: ignore[attr-defined]  # a raw file has it
            return os.preadv(file.fileno(), [view], at)
        except (OSError, ValueError):
            return 0

    def close(self) -> None:
        with self._lock:
            for segment in self.segments:
                segment.file.close()


def _length(file: BinaryIO) -> int:
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
