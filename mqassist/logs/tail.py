"""The part of a log file that was written during a run: marked before, read after."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from mqassist.core.errors import UserError
from mqassist.core.record import record

MAX_BYTES = 16 << 20
"""A run does not write more; a file that grew further is read from its end."""
LEAD_BYTES = 65_536
"""Read before the mark, so that the format can be told and an entry that was being written is whole."""
_BLOCK = 1 << 20


@record
class Mark:
    """Where a log ended when the run began. `inode` tells a file that was rotated since."""

    path: str
    size: int
    inode: int


@record
class Part:
    """Lines of a log; `first_line` is the number of the first of them in the file, `new_from` that of the first
    line written after the mark."""

    path: str
    first_line: int
    new_from: int
    lines: tuple[str, ...]


def mark(paths: Sequence[str]) -> tuple[Mark, ...]:
    """Raises UserError naming the first file that cannot be read."""
    marks: list[Mark] = []
    for path in paths:
        try:
            stat = Path(path).stat()
            if not S_ISREG(stat.st_mode):  # opening a pipe would wait for its writer
                raise OSError(errno.EINVAL, "not a regular file")
            with Path(path).open("rb") as file:
                stat = os.fstat(file.fileno())
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise UserError("log-unreadable", f"cannot read {path}: {why}", path=path, why=why) from error
        marks.append(Mark(path, stat.st_size, stat.st_ino))
    return tuple(marks)


def sizes(marks: Sequence[Mark]) -> tuple[tuple[int, int], ...]:
    """Size and inode of each log now, to see whether anything was written; (-1, 0) where it is gone."""
    found: list[tuple[int, int]] = []
    for begun in marks:
        try:
            stat = Path(begun.path).stat()
            found.append((stat.st_size, stat.st_ino))
        except OSError:
            found.append((-1, 0))
    return tuple(found)


def read_since(begun: Mark) -> Part | None:
    """What was written since the mark, with a little before it; None if the file is gone or cannot be read now."""
    try:
        with Path(begun.path).open("rb") as file:
            stat = os.fstat(file.fileno())
            rotated = stat.st_ino != begun.inode or stat.st_size < begun.size
            new_at = 0 if rotated else begun.size
            new_at = max(new_at, stat.st_size - MAX_BYTES)
            start = max(0, new_at - LEAD_BYTES)
            first_line = 1 + _newlines(file, start)
            file.seek(start)
            data = file.read(stat.st_size - start)
    except OSError:
        return None
    if start:  # begin with a whole line
        cut = data.find(b"\n") + 1
        data, start, first_line = data[cut:], start + cut, first_line + 1
    new_from = first_line + data.count(b"\n", 0, max(0, new_at - start))
    lines = data.decode("utf-8", "replace").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return Part(begun.path, first_line, new_from, tuple(lines))


def _newlines(file: BinaryIO, until: int) -> int:
    """Lines before a place in the file; a gigabyte takes about a tenth of a second."""
    count = at = 0
    file.seek(0)
    while at < until and (block := file.read(min(_BLOCK, until - at))):
        count += block.count(b"\n")
        at += len(block)
    return count
