"""Which entries of a log belong to a run: by its token, then by source port, then by time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Literal

from mqassist.core.record import record
from mqassist.core.report import Trace
from mqassist.logs.entry import Entry

MatchedBy = Literal["client-id", "source-port", "time"]

# `10.0.0.7:41234 -> 10.0.0.5:5672` (RabbitMQ), `New connection from 10.0.0.7:41234 on port 1883` (Mosquitto)
_PORT = re.compile(r"[\d.:a-fA-F\]]:(\d{1,5})(?= ->| on port|\b[^\n]{0,40}?(?:as |peername))")
_NEW_CONNECTION = re.compile(r"^New connection from \S+:(\d{1,5}) on port")
# only what concerns the whole broker is told by time: an alarm, a listener, a backend
_OF_A_CLIENT = re.compile(r"\b[Cc]lients? |\b[Cc]onnection |[Cc]hannel | -> |login (?:failed|refused)")
_NAMELESS = "<unknown>"
TIME_SLACK_S = 1.5
"""Mosquitto stamps whole seconds."""


@record
class Match:
    entry: Entry
    by: MatchedBy


@record
class Correlation:
    """`clock_offset` is the broker's clock minus ours in seconds, estimated from entries that carry the token or
    the port; None if there are none with a time."""

    matches: tuple[Match, ...]
    clock_offset: float | None


def correlate(entries: Sequence[Entry], trace: Trace) -> Correlation:
    """The entries of this run, in order. Time only speaks for lines that name no other connection."""
    found: dict[int, MatchedBy] = {}
    pids: dict[str, MatchedBy] = {}
    for at, entry in enumerate(entries):
        by = _directly(entry, trace)
        if by is not None:
            found[at] = by
            for pid in _pids(entry):
                pids[pid] = "client-id" if by == "client-id" else pids.get(pid, by)
    for at, entry in enumerate(entries):
        if at not in found and entry.source in pids:
            found[at] = pids[entry.source]
    found.update(_nameless_after(entries, found))
    offset = _offset([entries[at] for at in found], trace)
    for at, entry in enumerate(entries):
        if at not in found and _by_time(entry, trace, offset):
            found[at] = "time"
    return Correlation(tuple(Match(entries[at], found[at]) for at in sorted(found)), offset)


def _directly(entry: Entry, trace: Trace) -> MatchedBy | None:
    if trace.token in entry.text or (trace.client_id and _has_word(entry.text, trace.client_id)):
        return "client-id"
    if any(int(port) in trace.ports for port in _ports(entry.text)):
        return "source-port"
    return None


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def _ports(text: str) -> Iterable[str]:
    return _PORT.findall(text[:2000])


def _pids(entry: Entry) -> Iterable[str]:
    """The connection's own process: the writer, and the one that the line calls by name (`connection <0.875.0>`)."""
    if entry.source:
        yield entry.source
    yield from re.findall(r"connection (<\d+\.\d+\.\d+>)", entry.text[:2000])


def _nameless_after(entries: Sequence[Entry], found: dict[int, MatchedBy]) -> dict[int, MatchedBy]:
    """Mosquitto refuses `<unknown>` clients without a port: the line follows that connection's opening line."""
    more: dict[int, MatchedBy] = {}
    ours = False
    for at, entry in enumerate(entries):
        if _NEW_CONNECTION.match(entry.text):
            ours = at in found
        elif ours and at not in found and (_NAMELESS in entry.text or entry.text.startswith("OpenSSL Error")):
            more[at] = "source-port"
    return more


def _offset(entries: Sequence[Entry], trace: Trace) -> float | None:
    """Half-way between "the first cannot be before we began" and "the last cannot be after we ended"."""
    times = [entry.at for entry in entries if entry.at is not None]
    if not times:
        return None
    middle = (trace.began + trace.ended) / 2
    return median(times) - middle


def _by_time(entry: Entry, trace: Trace, offset: float | None) -> bool:
    if entry.at is None or entry.level not in ("warning", "error", "critical"):
        return False
    if _OF_A_CLIENT.search(entry.text):
        return False
    shift = offset if offset is not None else 0.0
    return trace.began - TIME_SLACK_S <= entry.at - shift <= trace.ended + TIME_SLACK_S
