"""The system's own tools as child processes, each with a deadline and a stop. Knows nothing of what they print."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import lru_cache

from mqassist.core.cancel import CancelToken, slice_s

CHILDREN_AT_ONCE = 12
"""For the whole program: a thousand checks at once must not start two thousand processes."""
MAX_OUTPUT = 64 * 1024

_free = threading.BoundedSemaphore(CHILDREN_AT_ONCE)
# administrators' tools are often outside the search path of plain users
_MORE_PATHS = ("/usr/sbin", "/sbin", "/usr/local/sbin")


def find_tool(name: str) -> str | None:
    """Full path of a program of this system, None if it is not installed."""
    # a thousand checks at once ask for the same three; a person who installs one asks again later
    return _found_tool(name, os.environ.get("PATH"), int(time.monotonic()))


@lru_cache(maxsize=32)
def _found_tool(name: str, path: str | None, second: int) -> str | None:
    del second
    return shutil.which(name, path=path) or shutil.which(name, path=os.pathsep.join(_MORE_PATHS))


class Child:
    """One running tool. `close()` kills it if it still runs; what it printed until then can be read."""

    def __init__(self, argv: Sequence[str], process: subprocess.Popen[bytes]) -> None:
        self.argv = tuple(argv)
        self._process = process
        self._output: bytes | None = None
        self._lock = threading.Lock()

    def wait(self, token: CancelToken, seconds: float) -> str:
        """What the tool printed, complete or until `seconds` passed; then it is killed. Raises Cancelled."""
        end = time.monotonic() + seconds
        try:
            while self._process.poll() is None:
                left = token.remaining(end - time.monotonic())
                if left <= 0:
                    break
                self._wait(min(left, slice_s()))
        finally:
            self.close()
        return (self._output or b"").decode("utf-8", "replace")

    def _wait(self, seconds: float) -> None:
        """Until it ends, at most that long. Linux can be asked to wake us; elsewhere `wait` looks again and again."""
        if sys.platform == "linux":
            try:
                descriptor = os.pidfd_open(self._process.pid)
            except OSError:  # an old kernel, or no descriptor left
                pass
            else:
                poller = select.poll()
                poller.register(descriptor, select.POLLIN)
                poller.poll(seconds * 1000)
                os.close(descriptor)
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode

    def close(self) -> None:
        with self._lock:
            if self._output is not None:
                return
            if self._process.poll() is None:
                self._process.kill()
            stream = self._process.stdout
            self._output = b"" if stream is None else stream.read(MAX_OUTPUT)
            if stream is not None:
                stream.close()
            self._process.wait()
        _free.release()


def start(argv: Sequence[str]) -> Child | None:
    """Starts a tool in the C locale; None if it is not installed or too many run already."""
    path = find_tool(argv[0])
    if path is None or not _free.acquire(blocking=False):
        return None
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, arguments are ours and IP addresses
            [path, *argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C", "LANG": "C"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:
        _free.release()
        return None
    return Child(argv, process)
