"""One writer at a time: a lock file that two processes of this program respect. The system releases it on a crash."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError

RETRY_S = 0.02


@contextmanager
def locked(path: str, patience_s: float) -> Iterator[None]:
    """Held until the end of the block. Raises UserError ("profiles-locked") if another process keeps it that long."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        end = time.monotonic() + patience_s
        token = CancelToken(patience_s)
        while not _taken(handle):
            if time.monotonic() >= end:
                raise UserError("profiles-locked", f"another mqassist is writing: {path}", file=path)
            token.sleep(RETRY_S)
        try:
            yield
        finally:
            _release(handle)
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _release(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, 0, os.SEEK_SET)
        with suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
        return
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_UN)
