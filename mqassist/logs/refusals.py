"""Where a login came from that was refused in a line without its address: told by the lines around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mqassist.logs.document import LogDocument

AROUND = 60
"""Lines; RabbitMQ 4 names the connection three seconds later."""
_PROCESS = re.compile(rb"<\d+\.\d+\.\d+>")
_PEER = re.compile(rb"[( '\"]\[?([0-9A-Fa-f.:]{2,45}?)\]?:\d{1,5} -> ")
_COMES = re.compile(rb"New (connection|(?:client|bridge) connected) from \[?([0-9A-Fa-f.:]{2,45}?)\]?:(\d{1,5})[ ]")


def address_near(document: LogDocument, place: int) -> str:
    """For the line at a place (from 0); "" if nothing tells."""
    before = document.raw(max(1, place + 1 - AROUND), min(place, AROUND) + 1)
    if not before:
        return ""
    process = _PROCESS.search(before[-1])
    if process is None:
        return _unnamed(before)
    for raw in (*document.raw(place + 2, AROUND), *reversed(before)):
        if process[0] in raw and (peer := _PEER.search(raw)):
            return peer[1].decode("ascii")
    return ""


def _unnamed(lines: list[bytes]) -> str:
    """Mosquitto: who came last and is not named yet."""
    named: set[tuple[bytes, bytes]] = set()
    for raw in reversed(lines):
        if comes := _COMES.search(raw):
            who = (comes[2], comes[3])
            if comes[1] == b"connection" and who not in named:
                return who[0].decode("ascii")
            named.add(who)
    return ""
