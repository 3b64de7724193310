"""What brings bytes into a store from elsewhere: a decompression, standard input, a command. Bounded, and told if cut.

The bytes go to a file without a name, so that any part of them can be read again and nothing is left behind.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO

from mqassist.core.log import LogProblem
from mqassist.logs.store import PRINT_BYTES, Store, open_shared

MAX_BYTES = 8 << 30
DISK_SHARE = 0.5
"""Of what is free in the folder for temporary files."""
MAX_RATIO = 250
FREE_OF_RATIO = 512 << 20
"""A log of equal lines may compress well; more than this from a few bytes is meant to harm."""
CHUNK = 1 << 18
LOOK_S = 0.2


class Feed:
    """What still brings bytes into a store; this one brings none."""

    problem: LogProblem | None = None

    @property
    def running(self) -> bool:
        return False

    @property
    def alive(self) -> bool:
        """Whether more may come, now or later."""
        return self.running

    def step(self) -> None:
        """Does what is due; called by whoever holds the store."""

    def wait(self, seconds: float) -> None:
        """Returns when bytes have come, or after so many seconds."""

    def stop(self) -> None:
        return None


class Failed(Exception):
    """Nothing more will come from a source, and why."""

    def __init__(self, problem: LogProblem) -> None:
        super().__init__(problem.key)
        self.problem = problem


class SpoolFeed(Feed):
    """Writes what `chunks` gives into the store, in a thread of its own. `taken` tells how many bytes of the source
    were used for it; `close` frees the source, from any thread."""

    def __init__(
        self,
        store: Store,
        chunks: Iterator[bytes],
        close: Callable[[], None],
        taken: Callable[[], int] | None = None,
        limit: int = MAX_BYTES,
    ) -> None:
        self._chunks = chunks
        self._close = close
        self._taken = taken
        self._came = threading.Condition()
        self._count = 0
        self._seen = 0
        self._stopped = False
        self._file: BinaryIO = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self._limit = min(limit, int(shutil.disk_usage(tempfile.gettempdir()).free * DISK_SHARE))
        store.add("", self._file)
        self._thread = threading.Thread(target=self._run, name="log-feed", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        with self._came:
            if self._count == self._seen and self._thread.is_alive():
                self._came.wait(seconds)
            self._seen = self._count

    def stop(self) -> None:
        self._stopped = True
        self._close()
        self._thread.join(2)

    def _run(self) -> None:
        try:
            for given in self._chunks:
                if self._stopped:
                    return
                if not given:
                    continue
                chunk = self._fitting(given)
                _write_all(self._file, chunk)
                with self._came:
                    self._count += len(chunk)
                    self._came.notify_all()
                if self.problem is not None:
                    return
        except Failed as failed:
            self.problem = failed.problem
        except OSError as error:
            if not self._stopped:
                self.problem = LogProblem("log.problem.read", (("why", error.strerror or str(error)),))
        except ValueError:  # the source was closed under us
            return
        finally:
            if not self._stopped:
                self._close()
            with self._came:
                self._came.notify_all()

    def _fitting(self, chunk: bytes) -> bytes:
        total = self._count + len(chunk)
        if total > self._limit:
            self.problem = LogProblem("log.problem.too-large", (("megabytes", self._limit >> 20),))
            return chunk[: max(0, self._limit - self._count)]
        taken = self._taken() if self._taken is not None else 0
        if taken and total > FREE_OF_RATIO and total > taken * MAX_RATIO:
            self.problem = LogProblem("log.problem.bomb", (("megabytes", total >> 20), ("packed", taken)))
        return chunk


def _write_all(file: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while len(view):
        view = view[file.write(view) :]


def pipe_chunks(stream: BinaryIO, *, waits: bool = False) -> Iterator[bytes]:
    """Whatever a pipe has, as soon as it has it; b"" now and then while it has nothing, so that a stop is noticed.
    `waits`: it may have no writer yet."""
    import select
    import time

    descriptor = stream.fileno()
    while True:
        if sys.platform != "win32" and not select.select([descriptor], [], [], LOOK_S)[0]:
            yield b""
            continue
        data = os.read(descriptor, CHUNK)
        if not data and not waits:
            return
        if not data:
            time.sleep(LOOK_S)
        waits &= not data
        yield data


class WideFeed(SpoolFeed):
    """A file of another encoding as UTF-8; broken characters are replaced. Goes on as the file grows, and with the
    file that takes its place."""

    def __init__(self, store: Store, path: str, file: BinaryIO, encoding: str, limit: int = MAX_BYTES) -> None:
        self._path = path
        self._source = file
        self._encoding = encoding
        self._begin_anew(file)
        super().__init__(store, self._decoded(), lambda: None, limit=limit)

    @property
    def alive(self) -> bool:
        return True

    def _begin_anew(self, file: BinaryIO) -> None:
        import codecs

        self._source = file
        self._source.seek(0)
        self._decoder = codecs.getincrementaldecoder(self._encoding)("replace")
        self._first = True
        self._last = b""

    def _decoded(self) -> Iterator[bytes]:
        while data := self._source.read(CHUNK):
            self._last = data[-PRINT_BYTES:]
            text = self._decoder.decode(data)
            yield (text.removeprefix("\ufeff") if self._first else text).encode("utf-8", "replace")
            self._first = self._first and not text

    def step(self) -> None:
        if self.running or self._stopped or self.problem is not None:
            return
        try:
            if not self._is_unchanged():
                self._begin_anew(self._source)
            self._chunks = self._decoded()
            self._run()
            new = os.stat(self._path)
            old = os.fstat(self._source.fileno())
            if (new.st_dev, new.st_ino) != (old.st_dev, old.st_ino):
                file = open_shared(self._path)
                self._source.close()
                self._begin_anew(file)
        except (OSError, ValueError):
            return  # it is missing while it is rotated; the next look finds it

    def _is_unchanged(self) -> bool:
        """Whether what was read last is still there: the file may have been emptied, and filled again."""
        self._source.seek(-len(self._last), os.SEEK_CUR)
        return self._source.read(len(self._last)) == self._last

    def stop(self) -> None:
        super().stop()
        self._source.close()
