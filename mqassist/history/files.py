"""The files of one history folder: written beside and renamed over, read line by line, set aside when damaged.

A run is one file of two lines: what the list shows of it, and the report as JSON. Both were cleaned of secrets before
they came here. Knows no bounds and no list.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from os.path import join
from typing import Any, TypeAlias

from mqassist.core.errors import UserError
from mqassist.core.record import as_plain, changed
from mqassist.core.runs import KeptRun

Json: TypeAlias = dict[str, Any]

FORMAT = 1
RUN, PIN, NEW, DELETED, DAMAGED = ".json", ".pin", ".new", ".deleted", ".damaged"
INDEX, SETTINGS = "index.lines", "settings.json"
MAX_BYTES = 64 * 1024 * 1024
"""No report of ours comes near; a file beyond it is not read into memory."""


class Damaged(Exception):
    """The file is there but is no run of ours."""


class Newer(Exception):
    """A newer version wrote it: it is left as it is."""


def encoded(value: Json) -> str:
    """One line, whatever the strings hold."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def write_atomically(path: str, text: str, settled: bool = True) -> None:
    """Only the owner may read it. Raises OSError; the old file, if any, is whole then.

    Without `settled` the system may take its time: the file outlives this process, but not surely a power failure.
    """
    beside = f"{path}.{os.getpid()}{NEW}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    try:
        try:
            data = memoryview(text.encode("utf-8", "backslashreplace"))
            while data:
                data = data[os.write(descriptor, data) :]
            if settled:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(beside, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def append_lines(path: str, lines: Sequence[str]) -> None:
    """In one piece: two processes at once do not mix their lines on a local disk. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        os.write(descriptor, "".join(f"{line}\n" for line in lines).encode("ascii"))
    finally:
        os.close(descriptor)


def make_private(folder: str) -> None:
    """Raises OSError."""
    os.makedirs(folder, mode=0o700, exist_ok=True)


def is_run(name: str) -> bool:
    return name.endswith(RUN) and name != SETTINGS


def id_of(name: str) -> str:
    return name.removesuffix(RUN)


def head_line(run: KeptRun) -> str:
    fields = as_plain(changed(run, pinned=False, size=0))
    return encoded({"format": FORMAT, **fields})


_STRINGS = (
    "id", "run", "started_at", "target", "protocol", "host", "status", "state", "cause", "title", "language", "profile",
)  # fmt: skip


def head_of(found: object, *, pinned: bool = False, size: int = 0) -> KeptRun:
    """From the JSON of a first line. Raises Damaged or Newer."""
    if type(found) is not dict or type(found.get("format")) is not int:
        raise Damaged("no head")
    if found["format"] > FORMAT:
        raise Newer
    texts = {name: found.get(name, "") for name in _STRINGS}
    port, took = found.get("port", 0), found.get("duration_ms", 0.0)
    if not texts["id"] or not texts["run"] or set(map(type, texts.values())) != {str}:
        raise Damaged("a text is missing")
    if type(port) is not int or type(took) not in (int, float):
        raise Damaged("a number is missing")
    return KeptRun(duration_ms=float(took), port=port, pinned=pinned, size=size, **texts)


def parsed(line: str | bytes) -> object:
    """Raises Damaged."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Damaged("not JSON") from error


def parsed_lines(data: bytes) -> list[object]:
    """All lines that are JSON. At once where all of them are: five times as fast as one by one."""
    lines = data.splitlines()
    try:
        found = json.loads(b"[" + b",".join(lines) + b"]")
        return list(found)
    except (ValueError, RecursionError):
        good = []
        for line in lines:
            with contextlib.suppress(Damaged):
                good.append(parsed(line))
        return good


def read_head(folder: str, name: str) -> KeptRun:
    """Raises Damaged, Newer or OSError."""
    with open(join(folder, name), "rb") as file:
        line = file.readline(1024 * 1024)
    head = head_of(parsed(line))
    if head.id != id_of(name):
        raise Damaged("another run's head")
    return head


def read_document(folder: str, name: str) -> Json:
    """The report as JSON. Raises Damaged, Newer or OSError."""
    path = join(folder, name)
    if os.path.getsize(path) > MAX_BYTES:
        raise Damaged("too large")
    with open(path, "rb") as file:
        head_of(parsed(file.readline()))
        found = parsed(file.read())
    if not isinstance(found, dict):
        raise Damaged("no report")
    return found


def set_aside(folder: str, name: str) -> str:
    """Renames a damaged file, so that it is told once and can still be looked at; gives the new path."""
    path = join(folder, name)
    aside = path + DAMAGED
    with contextlib.suppress(OSError):
        os.replace(path, aside)
    return aside


def cannot_write(error: OSError, folder: str) -> UserError:
    reason = error.strerror or type(error).__name__
    return UserError("history.not-written", f"cannot write to {folder}: {reason}", folder=folder, reason=reason)
