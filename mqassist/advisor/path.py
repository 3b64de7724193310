"""What the facts of a run say about the way to the broker: its round trip, its losses, its idle cut. Pure."""

from __future__ import annotations

from math import ceil

from mqassist.core.facts import Fact, Facts
from mqassist.core.record import record
from mqassist.core.text import Text, say

LEAST_RTO_S = 1.0
"""RFC 6298 §2.4."""
REPEATS = 3
"""Losses in a row that a sign of life should survive: R + 2 R + 4 R after it was sent, it is there."""
BACKOFF: int = 2**REPEATS - 1

_LOST = ("fin", "reset", "closing-unanswered")

Evidence = tuple[tuple[str, Fact], ...]


def number(facts: Facts, name: str) -> float | None:
    value = facts.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def picked(facts: Facts, *names: str) -> Evidence:
    """Those of the facts that were observed."""
    return tuple((name, facts[name]) for name in names if name in facts)


@record
class Path:
    """Times in milliseconds, as measured; None: not measured. `lossy`: something had to be sent again.

    `reach_ms` is how long it took to reach the port, a proxy's part included. `cut_s` is the idle time after which a
    connection is lost, as far as it surely survives; `fits_s` half of it in whole seconds; `survived_s` an idle time
    that was survived while no cut was found.
    """

    facts: Facts
    round_trip_ms: float | None
    jitter_ms: float
    reach_ms: float | None
    lossy: bool
    cut_s: float | None
    fits_s: int | None
    survived_s: float | None

    @property
    def rto_s(self) -> float:
        """After this long a lost segment is sent again."""
        return max(LEAST_RTO_S, ((self.round_trip_ms or 0.0) + 4 * self.jitter_ms) / 1000)

    @property
    def stall_s(self) -> float:
        """So long a sign of life is under way when it is lost three times in a row."""
        return BACKOFF * self.rto_s

    @property
    def stall_told(self) -> Text:
        values = {"rto": round(self.rto_s, 2), "stall": round(self.stall_s, 2)}
        if self.round_trip_ms is None:
            return say("advise.stall-unmeasured", rto=values["rto"], stall=values["stall"])
        return say(
            "advise.stall",
            round_trip=round(self.round_trip_ms, 2),
            jitter=round(self.jitter_ms, 2),
            rto=values["rto"],
            stall=values["stall"],
        )

    @property
    def round_trip_evidence(self) -> Evidence:
        return picked(self.facts, "tcp.round_trip_ms", "tcp.jitter_ms", "tcp.round_trips")

    @property
    def unmeasured(self) -> tuple[Text, ...]:
        return () if self.round_trip_ms is not None else (say("advise.unknown.round-trip"),)


def path_of(facts: Facts) -> Path:
    reach = number(facts, "tcp.connect_ms")
    if reach is None and (to_proxy := number(facts, "proxy.connect_ms")) is not None:
        reach = to_proxy + (number(facts, "proxy.tunnel_ms") or 0.0)
    cut, fits = _cut(facts)
    return Path(
        facts,
        number(facts, "tcp.round_trip_ms"),
        number(facts, "tcp.jitter_ms") or 0.0,
        reach,
        any((number(facts, name) or 0) > 0 for name in ("tcp.slow_connects", "tcp.retransmitted")),
        cut,
        fits,
        number(facts, "idle.survived_s") if facts.get("idle.kind") == "none" else None,
    )


def _cut(facts: Facts) -> tuple[float | None, int | None]:
    """Only what is the path's doing: one with signs of life was not lost, and no broker ended it with words."""
    found = (
        facts.get("idle.kind") in ("fin", "reset", "silent", "on-use")
        or (facts.get("amqp.observe_end") in _LOST and facts.get("amqp.idle_second") == "survived")
        or (facts.get("mqtt.observe_end") in _LOST and facts.get("mqtt.idle_second") == "survived")
        or (facts.get("watch.pattern") in ("idle", "silence") and facts.get("watch.trial") == "helped")
    )
    idle, fits = number(facts, "heartbeat.idle_s"), number(facts, "heartbeat.fits_s")
    if not found or idle is None or fits is None:
        return None, None
    return idle, int(fits)


def up(seconds: float) -> int:
    """Whole seconds, rounded up, at least 1; what is a hair above a whole one is that one."""
    return max(1, ceil(round(seconds, 6)))
