"""How far the clocks of two logs are apart, told by connections that both of them name. Gives hints, changes nothing.

A node and the balancer before it, a client and its broker: both write of a connection within moments, each by its own
clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

from mqassist.core.cancel import CancelToken
from mqassist.core.log import ClockHint
from mqassist.core.record import record

if TYPE_CHECKING:
    from mqassist.logs.document import LogDocument

MAX_LINES = 100_000
"""So many lines of each log are read: a second at most."""
PAGE = 2_000
CLOCK_READ = 1_000
"""So often the time is read on the way where only minutes count: of each line it would take longer than all else."""
MAX_NAMES = 50_000
CLUSTER_S = 2.0
"""Differences this near each other say the same: a clock is read when the line is written, not when it happened."""
AGAIN_S = 600.0
LEAST_SHARE = 0.6
"""Of the connections that both name, so many have to agree."""
LEAST_S, LEAST_COARSE_S = 0.05, 1.5
"""What lines of one connection are apart where the clocks agree: the way, and the writing; stamps of whole seconds."""
_NAMES = re.compile(
    # an address with its port, as brokers write it (not their own), and as Python prints a socket
    rb"(?<![\w.:])(?<!-> )(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}:\d{4,5}|\[[0-9a-f:]{3,39}\]:\d{4,5})(?![\w.])"
    rb"|laddr=\('([0-9a-f.:]{3,39})', (\d{4,5})"
    # a client id or the name of a connection
    rb"|(?:client[_ -]?id|clientid|client-provided name|[cC]lient|as)\"?(?: is|[:=])? ?b?[\"']?"
    rb"([A-Za-z][\w.@-]{4,80}[\w])"
)
_BROKER_PORTS = (b":1883", b":8883", b":5671", b":5672", b":15672", b":15675", b":61613", b":8083", b":8084", b":9001")
_WORDS = re.compile(
    rb"connected|disconnected|connection|closed|client|unknown|already|session|version|received", re.IGNORECASE
)


@record
class _Sight:
    """`at` is when the first line that names it was written."""

    at: float
    line: int


_Sights: TypeAlias = dict[bytes, list[_Sight]]


def clock_hints(documents: Sequence[LogDocument], token: CancelToken) -> list[ClockHint]:
    """For each log but the first at most one hint, against the earliest log with which it shares connections; none
    where the clocks agree. Some seconds at most. Raises Cancelled."""
    seen = [_sights(document, token) for document in documents]
    found: dict[int, ClockHint] = {}
    agreed: set[int] = set()
    for against, log in combinations(range(len(documents)), 2):
        if log in found or log in agreed:
            continue
        hint = _apart(seen[log], seen[against], log, against)
        least = LEAST_COARSE_S if _is_coarse(seen[log]) or _is_coarse(seen[against]) else LEAST_S
        if hint is not None and abs(hint.seconds) < max(least, hint.spread):
            agreed.add(log)
        elif hint is not None:
            found[log] = hint
    return list(found.values())


def _is_coarse(sights: _Sights) -> bool:
    return all(one.at == int(one.at) for each in sights.values() for one in each)


def _apart(mine: _Sights, theirs: _Sights, log: int, against: int) -> ClockHint | None:
    pairs = sorted(
        (other.at - one.at, name, one.line, other.line)
        for name in mine.keys() & theirs.keys() if len(mine[name]) == len(theirs[name])
        for one, other in zip(mine[name], theirs[name], strict=True)
    )  # fmt: skip
    if not pairs:
        return None
    begin = end = low = 0
    for high, pair in enumerate(pairs):  # the most that lie near each other
        while pair[0] - pairs[low][0] > CLUSTER_S:
            low += 1
        if high + 1 - low > end - begin:
            begin, end = low, high + 1
    agreeing = pairs[begin:end]
    if len(agreeing) < len(pairs) * LEAST_SHARE:
        return None
    middle = median(pair[0] for pair in agreeing)
    spread = median(abs(pair[0] - middle) for pair in agreeing)
    _, name, line, line_against = min(agreeing, key=lambda pair: abs(pair[0] - middle))
    return ClockHint(
        log, against, round(middle, 3), len(agreeing), round(spread, 3), name.decode("utf-8", "replace"),
        line, line_against,
    )  # fmt: skip


def _sights(document: LogDocument, token: CancelToken) -> _Sights:
    """Where each connection is named first; a port that is used again after a while is another connection."""
    found: _Sights = {}
    latest: dict[bytes, float] = {}
    about = 0.0
    step = max(1, min(document.line_count, MAX_LINES) // CLOCK_READ)
    for number, raw in _lines(document, token):
        if number % step == 0:
            about = document.parser.time_in(raw) or about
        names = {name for name in map(_name, _NAMES.finditer(raw[:2_000])) if name}
        new = [
            name for name in names
            if (name not in found and len(found) < MAX_NAMES) or about - latest.get(name, about) > AGAIN_S
        ]  # fmt: skip
        at = document.parser.time_in(raw) if new else None
        if at is not None:
            about = max(about, at)
            for name in new:
                found.setdefault(name, []).append(_Sight(at, number))
        latest.update(dict.fromkeys(names, about))
    return found


def _name(hit: re.Match[bytes]) -> bytes:
    address, ip, port, client = hit.groups()
    if client:
        return b"" if _WORDS.fullmatch(client) else client
    if address and address.endswith(_BROKER_PORTS):
        return b""
    return address or (b"[" + ip + b"]:" + port if b":" in ip else ip + b":" + port)


def _lines(document: LogDocument, token: CancelToken) -> Iterator[tuple[int, bytes]]:
    for first in range(1, min(document.line_count, MAX_LINES) + 1, PAGE):
        token.check()
        yield from enumerate(document.raw(first, min(PAGE, MAX_LINES + 1 - first)), start=first)
