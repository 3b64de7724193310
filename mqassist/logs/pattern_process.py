"""A regular expression in a process of its own: one that backtracks without end is stopped, and nothing freezes.

Run as a program it is that process: lines of a JSON header, then blocks of bytes; it answers with places of hits.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
import threading
from array import array
from collections.abc import Sequence
from typing import IO

from mqassist.core.errors import UserError

ANSWER_S = 5.0
"""Seconds for one block of about a megabyte; a pattern that takes longer is given up."""
SWITCH = "match-lines"


def command() -> list[str]:
    """How this program starts itself as such a process."""
    if getattr(sys, "frozen", False):
        return [sys.executable, SWITCH]
    return [sys.executable, "-P", "-m", "mqassist", SWITCH]


def _environment() -> dict[str, str]:
    """With the place of this package, which a checkout that is not installed needs."""
    own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (own, os.environ.get("PYTHONPATH", ""))))}


class ProcessMatcher:
    """Asks the process about one block at a time. `close` ends it."""

    def __init__(self, source: str, ignore_case: bool, encoding: str, answer_s: float = ANSWER_S) -> None:
        self._answer_s = answer_s
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        )
        self._slow = False
        header = {"pattern": source, "ignore_case": ignore_case, "encoding": encoding}
        self._send(json.dumps(header).encode() + b"\n")

    def ends(self, data: bytearray, length: int) -> Sequence[int]:
        stop = threading.Timer(self._answer_s, self._give_up)
        stop.daemon = True
        stop.start()
        try:
            self._send(struct.pack("<I", length), bytes(data[:length]))
            assert self._process.stdout is not None
            count = struct.unpack("<I", _read(self._process.stdout, 4))[0]
            found = array("q")
            found.frombytes(_read(self._process.stdout, count * 8))
        except (OSError, EOFError) as error:
            self.close()
            if not self._slow:
                raise UserError(
                    "log-command", "the search's process ended", program=command()[0], why=type(error).__name__
                ) from error
            raise UserError("log-pattern-slow", "the pattern takes too long", seconds=self._answer_s) from error
        finally:
            stop.cancel()
        return found

    def twin(self) -> None:
        """None: one such process at a time."""

    def _give_up(self) -> None:
        self._slow = True
        self._process.kill()

    def _send(self, *parts: bytes) -> None:
        assert self._process.stdin is not None
        for part in parts:
            self._process.stdin.write(part)
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue  # what was still to be written to a process that is gone
        self._process.wait()


def _read(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def main() -> int:
    """The process itself: ends with its input."""
    source, out = sys.stdin.buffer, sys.stdout.buffer
    header = json.loads(source.readline())
    encoding = header["encoding"]
    pattern = re.compile(header["pattern"], re.IGNORECASE if header["ignore_case"] else 0)
    while len(size := source.read(4)) == 4:
        data = source.read(struct.unpack("<I", size)[0])
        found = array("q")
        place = 0
        for line in data.split(b"\n"):
            if pattern.search(line.decode(encoding, "replace")):
                found.append(place)
            place += len(line) + 1
        if data.endswith(b"\n") and found and found[-1] == len(data):
            found.pop()
        out.write(struct.pack("<I", len(found)) + found.tobytes())
        out.flush()
    return 0
