"""Round trip, jitter and loss of the path, once the main work is done. A fast and clean path costs no connection."""

from __future__ import annotations

import time

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.probes._stream import chosen_address
from mqassist.probes._tcp import Watched
from mqassist.probes.probe import Probe, ProbeContext, Result

CONNECTS = 3
MORE_CONNECTS = 7
"""In all, once something was lost: three tell nothing of how much."""
CONNECT_S = 3.5
SPENT_S = 2.0
"""No new connect begins after this long: on a slow path the check itself must not become slow."""
FAST_MS = 20
"""Below this, and without a loss, the path is no subject: the kernel's own figures of the run's connection will do."""
SYN_RETRY_MS = 900
"""The first SYN is repeated after one second (RFC 6298 §2.1): a connect that took this long lost a packet."""


def _run(context: ProbeContext) -> Result:
    if context.text("first.end") == "silent":
        return Result("skipped", say("tcp.round-trip-skipped"))
    watched = context.handover.take("tcp-watched")
    own = watched.connection if isinstance(watched, Watched) else None
    info = own.tcp_info() if own is not None else None
    if own is not None and info is not None and 0 < info[0] < FAST_MS and not info[2]:
        # the kernel has measured every segment of the run's own connection: no need to bother the broker
        return _own(info)
    if isinstance(watched, Watched) and watched.in_crowd:
        own = info = None  # new connects say what the path is like
    lost = int(own is not None and _lost_syn(own.connect_ms, info))
    times, more_lost, retransmitted = _connect(context, lost)
    if not times:
        return Result("skipped", say("tcp.round-trip-skipped"))
    return _result(times, lost + more_lost, retransmitted + _retransmitted(info))


def _connect(context: ProbeContext, lost_before: int) -> tuple[list[float], int, int]:
    """(milliseconds of each connect, how many lost their SYN, segments sent again)."""
    address = chosen_address(context)
    times: list[float] = []
    lost = retransmitted = 0
    began = time.monotonic()
    while len(times) < (MORE_CONNECTS if lost + lost_before else CONNECTS) and time.monotonic() - began < SPENT_S:
        try:
            connection = context.wire.connect(address, token=context.token, timeout=CONNECT_S)
        except WireError as error:
            if error.kind != "timed-out":
                break  # the broker's limit, or it just went away: nothing that tells of the path
            lost += 1
            times.append(CONNECT_S * 1000)
            continue
        info = connection.tcp_info()
        retransmitted += _retransmitted(info)
        lost += _lost_syn(connection.connect_ms, info)
        times.append(info[0] if info is not None and info[0] > 0 else connection.connect_ms)
        connection.close()
    return times, lost, retransmitted


def _own(info: tuple[float, float, int]) -> Result:
    """The kernel's smoothed round trip and its variation (RFC 6298 §2) of the run's own connection."""
    facts: dict[str, Fact] = {
        "tcp.round_trip_ms": round(info[0], 2),
        "tcp.jitter_ms": round(info[1], 2),
        "tcp.round_trips": 1,
        "tcp.slow_connects": 0,
        "tcp.retransmitted": 0,
    }
    about = ("tcp.round_trip_ms", "tcp.jitter_ms")
    summary = say("tcp.round-trip-own", about=about, ms=info[0], jitter=info[1])
    return Result("passed", summary, facts, [summary])


def _lost_syn(connect_ms: float, info: tuple[float, float, int] | None) -> bool:
    """Where the kernel counts, it must agree: a machine that is out of breath also takes a second to connect."""
    return connect_ms >= SYN_RETRY_MS and (info is None or info[2] > 0)


def _retransmitted(info: tuple[float, float, int] | None) -> int:
    return 0 if info is None else info[2]


def _result(times: list[float], lost: int, retransmitted: int) -> Result:
    ordered = sorted(times)
    median, jitter = ordered[len(ordered) // 2], ordered[-1] - ordered[0]
    facts: dict[str, Fact] = {
        "tcp.round_trip_ms": round(median, 2),
        "tcp.jitter_ms": round(jitter, 2),
        "tcp.round_trips": len(times),
        "tcp.slow_connects": lost,
        "tcp.retransmitted": retransmitted,
    }
    about = ("tcp.round_trip_ms", "tcp.jitter_ms")
    evidence: list[Text] = [say("tcp.round-trip", about=about, ms=median, jitter=jitter, connects=len(times))]
    if lost or retransmitted:
        about = ("tcp.slow_connects", "tcp.retransmitted")
        evidence.append(say("tcp.lost", about=about, slow=lost, connects=len(times) + 1, segments=retransmitted))
    return Result("passed", evidence[0], facts, evidence)


PROBE = Probe(
    id="tcp.round_trip",
    layer="network",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("tcp.connect",),
    after=("tcp.each_address", "tls.handshake", "websocket.upgrade", "amqp.rights", "mqtt.message_path"),
    when="path.open",
    gives=(
        FactSpec("tcp.round_trip_ms", "number", "Median round trip over the connects of this probe."),
        FactSpec("tcp.jitter_ms", "number", "Slowest minus fastest; of a single one its variation."),
        FactSpec("tcp.round_trips", "number", "Over how many connections."),
        FactSpec("tcp.slow_connects", "number", "Connects, the run's own included, whose first SYN was lost."),
        FactSpec("tcp.retransmitted", "number", "Segments sent again on all these connections (Linux only)."),
    ),
    budget=12.0,
)
