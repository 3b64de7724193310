"""The hosts file of this machine: which addresses it gives a name, past every name server."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from mqassist.core.record import record

if TYPE_CHECKING:  # loading it costs a twentieth of a healthy check
    from pathlib import Path

LARGEST = 16 * 1024 * 1024
"""Bytes read at most; block lists against advertising have a few megabytes."""


@record
class HostsEntry:
    """One line of the hosts file that names the host; `line` counts from 1."""

    address: str
    line: int


def hosts_path() -> str:
    if sys.platform == "win32":
        return os.path.join(os.environ.get("SYSTEMROOT", "C:\\Windows"), "System32", "drivers", "etc", "hosts")
    return "/etc/hosts"


def hosts_entries(name: str, path: Path | None = None) -> tuple[HostsEntry, ...]:
    """Every line that gives this name an address, in order; nothing if the file cannot be read.

    Format: hosts(5): address, canonical name, aliases; `#` begins a comment; names without regard to case.
    """
    wanted = name.rstrip(".").lower().encode("utf-8", "replace")
    if not wanted:
        return ()
    try:
        with open(path or hosts_path(), "rb") as file:
            content = file.read(LARGEST)
    except OSError:
        return ()
    if wanted not in content.lower():
        return ()
    found: list[HostsEntry] = []
    for number, line in enumerate(content.splitlines(), 1):
        address, *names = line.partition(b"#")[0].split() or [b""]
        if wanted in (given.rstrip(b".").lower() for given in names):
            found.append(HostsEntry(address.decode("ascii", "replace"), number))
    return tuple(found)
