"""Which entries of a log belong to a run, and to which of its connections: by token, by source port, by time. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from mqassist.core.record import record
from mqassist.core.report import MatchedBy, Source, Trace
from mqassist.logs.entry import Entry
from mqassist.logs.nameless import Use, nameless_of

Scope = Literal["connection", "unaddressed", "address", "broker"]
"""Whom a line speaks of: the connection it names; one it does not name; all from an address; the whole broker."""

ScopeOf = Callable[[str], Scope]

# `10.0.0.7:41234 -> 10.0.0.5:5672` (RabbitMQ), `from 10.0.0.7:41234 on port 1883`, `… as sensor` (Mosquitto),
# `peername: 10.0.0.7:41234,` and `c1@10.0.0.7:41234 [` (EMQX)
_ADDRESS = re.compile(r"(?<![\w.:\]])(?<!-> )\[?([0-9A-Fa-f:.]{2,45})\]?:(\d{1,5})(?= ->| on port | as |,| \[|$)")
_ONLY_ADDRESS = re.compile(r"\bfrom ([0-9A-Fa-f:.]{2,45}) denied")
_PROCESS = re.compile(r"connection (<\d+\.\d+\.\d+>)")
# what concerns the whole broker is told by time alone: an alarm, a listener, a backend
_OF_A_CLIENT = re.compile(r"\b[Cc]lients? |\b[Cc]onnection |[Cc]hannel | -> |login (?:failed|refused)")
_OPENING = re.compile(r"accepting \w+ connection|New (?:client )?connect")
_LOOKED_AT = 2000
"""Characters: the address stands at the beginning, and a message may be a crash report of any length."""

TIME_SLACK_S = 1.5
CLOCK_PRECISION_S = 1.0
"""Brokers write of a connection when its first bytes have come, and some stamp whole seconds."""
UNADDRESSED_S = 3.0
"""A TLS handshake that fails does so this soon, or there is no telling whose it was."""
FOREIGN_ADDRESS_S = 2.0
"""A port is ours under another address (NAT) only if it turns up about when we opened it."""


@record
class Match:
    """`step` opened the connection that the entry speaks of, "" if it speaks of none or that cannot be told."""

    entry: Entry
    by: MatchedBy
    step: str
    main: bool
    scope: Scope = "connection"


@record
class Correlation:
    """`clock_offset` is the log's clock minus ours in seconds, from entries that carry the token or a port of ours,
    right to `clock_precision`; None if there are none with a time."""

    matches: tuple[Match, ...]
    clock_offset: float | None
    clock_precision: float = 0.0


@record
class _Owner:
    by: MatchedBy
    step: str
    main: bool


def correlate(
    entries: Sequence[Entry], trace: Trace, scope_of: ScopeOf = lambda text: "connection", new_from: int = 1
) -> Correlation:
    """The entries of this run, in order; those that end before line `new_from` only help to understand the others.

    Time alone speaks for lines that name no connection: those of the whole broker, those about our address, and
    those that name nobody and fall to exactly one connection of ours.
    """
    owners = _by_name(entries, trace)
    for at, owner in nameless_of(entries, {at: _use(owner) for at, owner in owners.items()}).items():
        first = owners[owner.opened_by] if owner.opened_by is not None else None
        if first is not None and not owner.doubtful:
            owners.setdefault(at, _Owner("source-port", first.step, first.main))
        else:
            owners.setdefault(at, _Owner("time", "", False))
    quantum = 1.0 if all(entry.at is None or entry.at == int(entry.at) for entry in entries) else 0.05
    offset, precision = _offset(entries, owners, trace, quantum)
    found = {at: Match(entries[at], it.by, it.step, it.main) for at, it in owners.items()}
    found.update(_by_time(entries, found, trace, scope_of, offset or 0.0, quantum))
    ours = tuple(found[at] for at in sorted(found) if found[at].entry.last_line >= new_from)
    return Correlation(ours, offset, precision)


def _use(owner: _Owner) -> Use:
    if owner.main:
        return "main"
    return "unused" if owner.step == "tcp.connect" else "second"


# -- by name: token, client id, source port, and the process that wrote such a line --------------


def _by_name(entries: Sequence[Entry], trace: Trace) -> dict[int, _Owner]:
    sources = _sources_of(entries, trace)
    ports_fit = bool(sources)
    owners: dict[int, _Owner] = {}
    processes: dict[str, _Owner] = {}
    for at, entry in enumerate(entries):
        owner = _named(entry.text, sources.get(at), trace, ports_fit)
        if owner is None:
            continue
        owners[at] = owner
        for process in _processes(entry):
            known = processes.get(process)
            if known is None or (owner.by == "client-id" and known.by != "client-id"):
                processes[process] = owner if known is None else _Owner(owner.by, known.step, known.main)
    for at, entry in enumerate(entries):
        if at not in owners and entry.source in processes:
            owners[at] = processes[entry.source]
    return owners


def _named(text: str, source: Source | None, trace: Trace, ports_fit: bool) -> _Owner | None:
    plain = _plain_token(text, trace)
    if source is not None:
        return _Owner("source-port" if plain is None else "client-id", source.step, source.main)
    if plain is not None:
        second = re.search(rf"mqassist {trace.token} ([a-z]+\.[a-z_]+)", text)
        return _Owner("client-id", second[1] if second else "", plain)
    if trace.client_id and _has_word(text, trace.client_id):
        if ports_fit and _ADDRESS.search(text[:_LOOKED_AT]):
            return None  # somebody else's connection with the same id
        return _Owner("client-id", "", True)
    return None


def _plain_token(text: str, trace: Trace) -> bool | None:
    """None without the token; True if every name with it is the one of the run's main connection.

    Second probes add to the name: `mqassist 1a2b3c4d amqp.idle_second`, `mqassist-1a2b3c4dq`, `given-1a2b3c4dp`.
    """
    if trace.token not in text:
        return None
    main = rf"mqassist {trace.token}(?! [a-z]+\.[a-z_]+)(?!\w)"
    if not trace.client_id:
        main += rf"|mqassist-{trace.token}(?![^\W_])|mqassist/{trace.token}"
    return len(re.findall(main, text)) == text.count(trace.token)


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def _addresses(text: str) -> Iterator[tuple[str, int]]:
    for ip, port in _ADDRESS.findall(text[:_LOOKED_AT]):
        yield _normal(ip), int(port)


def _normal(ip: str) -> str:
    return ip.lower().removeprefix("::ffff:")


def _sources_of(entries: Sequence[Entry], trace: Trace) -> dict[int, Source]:
    """The connection of ours that each entry names. Another address with our port is somebody else, unless our own
    never turns up and that one does when we opened the port: then something in between translates addresses."""
    by_port: dict[int, Source] = {}
    for source in trace.sources:
        if source.port not in by_port or source.main:
            by_port[source.port] = source
    exact: dict[int, Source] = {}
    foreign: dict[str, dict[int, Source]] = {}
    for at, entry in enumerate(entries):
        for ip, port in _addresses(entry.text):
            known = by_port.get(port)
            if known is None:
                continue
            if ip == _normal(known.ip):
                exact[at] = known
            elif (entry.at is not None and abs(entry.at - known.at) <= FOREIGN_ADDRESS_S) or ip in foreign:
                foreign.setdefault(ip, {})[at] = known
    if exact or not foreign:
        return exact
    return max(foreign.values(), key=lambda found: len({source.port for source in found.values()}))


def _processes(entry: Entry) -> Iterator[str]:
    """The connection's own: the writer, and the one that the line calls by name (`connection <0.875.0>`)."""
    if entry.source:
        yield entry.source
    yield from _PROCESS.findall(entry.text[:_LOOKED_AT])


# -- by time ----------------------------------------------------------------------------------


def _offset(
    entries: Sequence[Entry], owners: dict[int, _Owner], trace: Trace, quantum: float
) -> tuple[float | None, float]:
    """Each connection's first line is written soon after it was opened; the earliest of them is nearest."""
    sources = _sources_of(entries, trace)
    lags: dict[int, float] = {}
    for at, source in sources.items():
        stamp = entries[at].at
        if stamp is not None and source.port not in lags and _OPENING.match(entries[at].text):
            lags[source.port] = stamp - source.at
    if lags:
        return min(lags.values()) + (quantum / 2 if quantum == 1.0 else 0.0), CLOCK_PRECISION_S + int(quantum)
    stamps = [stamp for at in owners if (stamp := entries[at].at) is not None]
    if not stamps:
        return None, 0.0
    return sum(stamps) / len(stamps) - (trace.began + trace.ended) / 2, (trace.ended - trace.began) / 2 + TIME_SLACK_S


def _by_time(
    entries: Sequence[Entry], found: dict[int, Match], trace: Trace, scope_of: ScopeOf, offset: float, quantum: float
) -> dict[int, Match]:
    more: dict[int, Match] = {}
    unaddressed: dict[Source, list[int]] = {}
    for at, entry in enumerate(entries):
        if at in found or entry.at is None:
            continue
        when = entry.at - offset
        slack = TIME_SLACK_S if quantum == 1.0 else quantum
        if not trace.began - slack <= when <= trace.ended + slack:
            continue
        scope = scope_of(entry.text)
        if scope == "unaddressed":
            source = _latest(trace.sources, when) or _latest(trace.sources, when + quantum)
            if source is not None:
                unaddressed.setdefault(source, []).append(at)
        elif scope == "address":
            if _about_our_address(entry.text, when, trace, quantum):
                more[at] = Match(entry, "time", "tcp.connect", True, scope)
        elif scope == "broker":
            more[at] = Match(entry, "time", "", True, scope)
        elif entry.level in ("warning", "error", "critical") and not _OF_A_CLIENT.search(entry.text[:_LOOKED_AT]):
            more[at] = Match(entry, "time", "", False)
    for source, places in unaddressed.items():
        alone = len(places) == 1 and quantum < 1
        for at in places:
            more[at] = Match(entries[at], "time", source.step if alone else "", source.main and alone, "unaddressed")
    return more


def _latest(sources: Sequence[Source], when: float) -> Source | None:
    """The connection that was opened last before that moment, if that was not long ago."""
    before = [source for source in sources if source.at <= when]
    return before[-1] if before and when - before[-1].at <= UNADDRESSED_S else None


def _about_our_address(text: str, when: float, trace: Trace, quantum: float) -> bool:
    named = _ONLY_ADDRESS.search(text[:_LOOKED_AT])
    return named is not None and any(
        source.main and _normal(source.ip) == _normal(named[1]) and -quantum <= when - source.at <= TIME_SLACK_S
        for source in trace.sources
    )
