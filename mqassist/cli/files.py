"""Reports on disk: complete or not at all, and a place that cannot be written is said before the run."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from mqassist.core.errors import UserError


def write_file(name: str, text: str) -> None:
    """UTF-8, written beside and renamed over, so that an old report survives a full disk. Raises UserError."""
    path = Path(name)
    special = path.exists() and not path.is_file()  # /dev/stderr, a named pipe
    beside = path if special else path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
        if not special:
            beside.replace(path)
    except OSError as error:
        if not special:
            beside.unlink(missing_ok=True)
        raise not_written(name, error.strerror or str(error)) from error


def require_writable(name: str) -> None:
    """Before the run: nobody wants to learn after a minute that the report has no place. Raises UserError."""
    path = Path(name)
    if path.is_dir():
        raise not_written(name, os.strerror(errno.EISDIR))
    if not path.parent.is_dir():
        raise not_written(name, os.strerror(errno.ENOENT))
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise not_written(name, os.strerror(errno.EACCES))


def not_written(name: str, reason: str) -> UserError:
    return UserError("cli.not-written", f"cannot write {name}: {reason}", file=name, reason=reason)
