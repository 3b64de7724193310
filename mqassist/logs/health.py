"""Connections that only looked whether the port is open, found without putting every story together: a view folds them.

Reads lines as bytes; knows the words of RabbitMQ and Mosquitto, and no screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.log import Fold
from mqassist.logs.levels import CONTINUES

if TYPE_CHECKING:
    from mqassist.logs.document import LogDocument

FEWEST = 3
"""So many checks in a row are worth a fold."""
NEAR = 40
"""Lines of others between two checks; where there are more, another fold begins."""
LONGEST_S = 3.0
MOST_LINES = 12
PAGE = 250
"""Lines between two looks at whether anybody still wants it, and whether the screen has to go first."""
_PEER = re.compile(rb"(?:[( ]|from )(\[?[0-9A-Za-z:.%-]{2,60}\]?:\d{1,5}) (?:-> |on port )")
_OPENED = re.compile(rb"\b[Aa]ccept(?:ing|ed) |New connection from ")
_ENDED = re.compile(rb"clos(?:ing|ed)|terminat|disconnect")
# a name, a login, a refusal, words that are no protocol of ours: somebody who wanted more than to look
_SERIOUS = re.compile(
    rb"user '|client-provided name|authenticated|refused|missed heartbeats|handshake_error|sslError|TLS|"
    rb"New client connected|\bas \S+ \(p\d|client id: |for client ID |not authori[sz]ed|denied|Rejected|"
    rb"bad_header|unexpected_\w{1,30}_header|detected on|did not start with|Unparseable|cannot parse|"
    rb"[Pp]rotocol error|OpenSSL|authentication failure|keepalive timeout|picked vhost"
)
# mosquitto does not say of whom it speaks
_NAMELESS_END = re.compile(
    rb"Client <unknown> (?:\[[^\]]{0,80}\] )?(?:closed its connection|disconnected)|OpenSSL Error"
)


class _Seen:
    def __init__(self, address: str, line: int) -> None:
        self.address = address
        self.lines = [line]
        self.opened = False
        self.ended = False
        self.serious = False


def health_checks(document: LogDocument, first: int, last: int, token: CancelToken) -> list[Fold]:
    """Folds among these lines, in order. Some hundredths of a second for 20,000 lines. Raises Cancelled."""
    checks: dict[str, list[list[int]]] = {}
    for one in _read(document, first, last, token):
        token.check()
        brief = one.opened and one.ended and not one.serious and len(one.lines) <= MOST_LINES
        if brief and _seconds(document, one.lines) <= LONGEST_S:
            checks.setdefault(one.address, []).append(one.lines)
    hidden = frozenset(line for each in checks.values() for lines in each for line in lines)
    found = [fold for address, each in checks.items() for fold in _runs(address, each, hidden)]
    return sorted(found, key=lambda fold: fold.first_line)


def _read(document: LogDocument, first: int, last: int, token: CancelToken) -> list[_Seen]:
    levels = document.index.levels
    seen: list[_Seen] = []
    names: dict[bytes, _Seen] = {}
    silent: list[_Seen] = []
    """Opened, and nothing more was heard of them."""
    above: _Seen | None = None
    for number, raw in _lines(document, first, last, token):
        place = number - 1
        if above is not None and place < len(levels) and levels[place] & CONTINUES:
            above.lines.append(number)
            above.serious |= _SERIOUS.search(raw) is not None
            continue
        above = None
        hit = _PEER.search(raw)
        if hit is None:
            if silent and _NAMELESS_END.search(raw):
                above = silent[-1] if b"OpenSSL" in raw else silent.pop()
                above.lines.append(number)
                above.ended = True
                above.serious |= _SERIOUS.search(raw) is not None
            continue
        opened = _OPENED.search(raw) is not None
        one = names.get(hit[1])
        if one is None or (opened and one.ended):
            one = names[hit[1]] = _Seen(hit[1].decode("ascii").rpartition(":")[0].strip("[]"), number)
            one.opened = opened
            seen.append(one)
            silent.append(one)
        else:
            one.lines.append(number)
            one.ended |= _ENDED.search(raw) is not None
        one.serious |= _SERIOUS.search(raw) is not None
        if one.serious and one in silent[-4:]:
            silent.remove(one)
        above = one
    return seen


def _lines(document: LogDocument, first: int, last: int, token: CancelToken) -> Iterator[tuple[int, bytes]]:
    for begin in range(first, last + 1, PAGE):
        token.check()
        yield from enumerate(document.raw(begin, min(PAGE, last - begin + 1)), start=begin)


def _seconds(document: LogDocument, lines: list[int]) -> float:
    times = [line.at for number in (lines[0], lines[-1]) for line in document.lines(number, 1)]
    begun, ended = times[0] if times else None, times[-1] if times else None
    return float("inf") if begun is None or ended is None else ended - begun


def _runs(address: str, checks: list[list[int]], hidden: frozenset[int]) -> Iterator[Fold]:
    """Checks that stand near each other, together."""
    run: list[list[int]] = []
    for lines in checks:
        if run and sum(line not in hidden for line in range(run[-1][-1] + 1, lines[0])) > NEAR:
            yield from _fold(address, run)
            run = []
        run.append(lines)
    yield from _fold(address, run)


def _fold(address: str, run: list[list[int]]) -> Iterator[Fold]:
    if len(run) >= FEWEST:
        lines = sorted(line for each in run for line in each)
        yield Fold(address, len(run), lines[0], lines[-1], tuple(lines))
