"""Mosquitto writes of clients that it refuses `Client <unknown> disconnected …`, without address or port: whose line
that is follows from the connections that were open and had no name yet. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from mqassist.core.record import record
from mqassist.logs.entry import Entry

PENDING_S = 100.0
"""Mosquitto ends a connection without a CONNECT after 90 s."""

_OPENED = re.compile(r"New connection from (\S{1,60}):(\d{1,5}) on port")
_NAMED = re.compile(r"New client connected from (\S{1,60}?)(?::(\d{1,5}))? as ")
_ENDED = re.compile(r"Client <unknown>(?: \[[^\]]{0,80}\])? (?:disconnected|closed|has )")
_SAYS_NOTHING = re.compile(r"closed its connection|unexpected eof")
_SPOKEN_OF = re.compile(r"OpenSSL Error|Client <unknown>")


@record
class Nameless:
    """`opened_by` is the place of the entry that opened the connection, None if it cannot be told; `doubtful`: the
    line may be ours, but somebody else's connection was open without a name as well."""

    opened_by: int | None
    doubtful: bool


Use = Literal["main", "unused", "second"]
"""What a connection of ours was for; on an unused one (another address answered first) nothing was ever sent."""


def nameless_of(entries: Sequence[Entry], ours: Mapping[int, Use]) -> dict[int, Nameless]:
    """For each line that names nobody and that is, or may be, about a connection of `ours` (by the places of the
    entries that speak of it)."""
    found: dict[int, Nameless] = {}
    pending: dict[tuple[str, str], int] = {}
    for at, entry in enumerate(entries):
        text = entry.text[:200]
        if opened := _OPENED.match(text):
            pending[opened[1], opened[2]] = at
        elif named := _NAMED.match(text):
            _forget(pending, named[1], named[2])
        elif _SPOKEN_OF.match(text):
            _drop_stale(pending, entries, entry.at)
            own = [place for place in pending.values() if place in ours]
            one = _whose(own, ours, text)
            if own:
                mixed = len(own) < len(pending)
                found[at] = Nameless(None if mixed else one, mixed)
            if _ENDED.match(text) and pending:
                gone = [place for place in pending.values() if place == one] or [
                    place for place in own if ours[place] == "unused"
                ]
                del pending[next((key for key, place in pending.items() if place in gone[:1]), next(iter(pending)))]
    return found


def _whose(own: Sequence[int], ours: Mapping[int, Use], text: str) -> int | None:
    """The only one of our open connections that a line can be about; the latest of several second probes."""
    if not _SAYS_NOTHING.search(text):
        own = [place for place in own if ours[place] != "unused"] or own
    return own[-1] if len({ours[place] for place in own}) == 1 else None


def _forget(pending: dict[tuple[str, str], int], ip: str, port: str | None) -> None:
    """Before 2.0 the line has no port: the oldest of that address."""
    key = (ip, port) if port else next((known for known in pending if known[0] == ip), None)
    if key is not None:
        pending.pop(key, None)


def _drop_stale(pending: dict[tuple[str, str], int], entries: Sequence[Entry], now: float | None) -> None:
    for key, place in list(pending.items()):
        began = entries[place].at
        if now is not None and began is not None and now - began > PENDING_S:
            del pending[key]
