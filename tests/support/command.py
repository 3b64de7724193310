"""The command line as a person's shell would run it: a process of its own, in an empty home, watched while it runs."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """`started` are the argument lists and, for its children, the environments seen while it ran."""

    status: int
    output: bytes
    errors: bytes
    started: bytes


def run_command(
    arguments: Sequence[str],
    home: Path,
    *,
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
    terminal: bool = False,
    seconds: float = 60.0,
) -> Ran:
    """`mqassist` with these arguments; all that it writes lands below `home`. `terminal` gives it one for errors."""
    home.mkdir(parents=True, exist_ok=True)
    places = {name: str(home) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "TMPDIR")}
    outside = {name: value for name, value in os.environ.items() if name not in ("MQASSIST_DATA", "MQASSIST_CACHE")}
    own = {**outside, **places, "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": "1", **(environment or {})}
    screen: tuple[int, int] | None = pty.openpty() if terminal else None
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "mqassist", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=screen[1] if screen else subprocess.PIPE,
        env=own, cwd=home,
    )  # fmt: skip
    watch = _Watch(process.pid)
    shown = _Screen(screen) if screen else None
    try:
        output, errors = process.communicate(stdin.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    finally:
        seen = watch.end()
        drawn = shown.end() if shown else b""
    return Ran(process.returncode, output, errors or drawn, seen)


class _Screen:
    """Keeps what is drawn on a pseudo-terminal."""

    def __init__(self, ends: tuple[int, int]) -> None:
        self._ours, self._theirs = ends
        self._drawn = bytearray()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # EIO once nobody holds the other end
            while data := os.read(self._ours, 65536):
                self._drawn += data

    def end(self) -> bytes:
        os.close(self._theirs)
        self._thread.join()
        os.close(self._ours)
        return bytes(self._drawn)


class _Watch:
    """Collects the argument lists of a process and of all it starts, as long as it runs."""

    def __init__(self, pid: int) -> None:
        self._family = {pid}
        self._seen: set[bytes] = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def end(self) -> bytes:
        self._done.set()
        self._thread.join()
        return b"\n".join(self._seen)

    def _look(self) -> None:
        while not self._done.wait(0.003):
            for folder in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError, IndexError):  # it ended meanwhile
                    self._note(folder)

    def _note(self, folder: Path) -> None:
        pid = int(folder.name)
        if pid not in self._family:
            parent = int((folder / "stat").read_bytes().rpartition(b")")[2].split()[1])
            if parent not in self._family:
                return
            self._family.add(pid)
            self._seen.add((folder / "environ").read_bytes())
        self._seen.add((folder / "cmdline").read_bytes())


def files_below(folder: Path) -> dict[Path, bytes]:
    """Every file and its content."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
