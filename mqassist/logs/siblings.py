"""The rotated files beside a log: `rabbit@mq.log.1`, `mosquitto.log-20261120.gz`, `emqx.log.3`. Names and ages only."""

from __future__ import annotations

import os
import re

from mqassist.core.record import record

COMPRESSED = (".gz", ".zst", ".xz", ".bz2")
# `.1`, `.1.gz`, `-20261120`, `.2026-11-20`, `.2026-11-20T15-56-01`, `.0.log`
_ROTATED = re.compile(r"[._-]?(?:\d{1,6}|\d{4}-?\d\d-?\d\d[\dT:.+-]{0,20}|old|bak)(?:\.(?:gz|zst|xz|bz2))?", re.ASCII)
MAX_SIBLINGS = 150
"""Each of them is held open, and macOS lets a program have 256."""


@record
class Sibling:
    path: str
    inode: int
    size: int
    changed: float

    @property
    def identity(self) -> tuple[int, int, float]:
        """Stays when the file is renamed, changes when it gets other content."""
        return (self.inode, self.size, self.changed)


def siblings(path: str) -> list[Sibling]:
    """Rotated files of this log, the oldest first, only the latest of too many; none if the folder cannot be read."""
    return all_siblings(path)[-MAX_SIBLINGS:]


def all_siblings(path: str) -> list[Sibling]:
    folder, base = os.path.split(os.path.abspath(path))
    found: list[Sibling] = []
    try:
        names = os.listdir(folder)
    except OSError:
        return found
    stem = base.removesuffix(".log")
    for name in names:
        if name == base or not (_belongs(name, base) or (stem != base and _belongs(name, stem, ".log"))):
            continue
        try:
            stat = os.stat(os.path.join(folder, name))
        except OSError:
            continue
        found.append(Sibling(os.path.join(folder, name), stat.st_ino, stat.st_size, stat.st_mtime))
    found.sort(key=lambda each: (each.changed, -_number(each.path)))
    return found


def _belongs(name: str, base: str, ending: str = "") -> bool:
    """`mq.log.1` to `mq.log`; `mq-2026-11-20.log` to `mq` with its ending."""
    if not name.startswith(base) or not name.endswith(ending):
        return False
    rest = name[len(base) : len(name) - len(ending)]
    return len(rest) > 1 and rest[0] in ".-_" and _ROTATED.fullmatch(rest) is not None


def _number(path: str) -> int:
    """The higher, the older."""
    found = re.search(r"\.(\d{1,4})(?:\.\w+)?$", path)
    return int(found[1]) if found else 0
