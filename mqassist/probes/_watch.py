"""What the drops of a watched connection have in common, and their timeline. Looks at records only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mqassist.core.record import record

Pattern = Literal["none", "sleep", "network", "idle", "silence", "minute", "broker", "irregular", "too-few"]

FEWEST = 3
"""Drops that make a pattern."""
TRIED_FROM = 2
"""So many are enough where the next connection tries whether signs of life help, and so proves it or not."""
SAME_S = 0.25
SOON_BACK_S = 3.0
"""A line that is down, or a broker that hangs, does not take a new connection as soon as this."""
SPREAD = 0.1
"""Idle times of one limit lie within a tenth of each other, or within a second."""
IDLE_S = 0.9
"""Below this traffic went on until the end: nothing was idle."""
BAR = "▁▂▃▄▅▆▇█"
SLOTS = 60
MINUTE_SLACK_S = 90.0
HOUR_S = 3600.0


@record
class Drop:
    """`at` is wall-clock time (seconds since 1970, UTC), `after_s` seconds since the watch began, `lived_s` how long
    the connection had lasted, `idle_s` seconds without traffic before it ended. `how` as in Ending. `slept` and
    `moved`: our own machine had slept, or had another address when it connected again. `back_s` until it was
    connected again, -1 if it never was."""

    at: float
    after_s: float
    lived_s: float
    idle_s: float
    how: str
    words: str = ""
    slept: bool = False
    moved: bool = False
    back_s: float = -1.0


@record
class Likely:
    """`seconds` is the idle time for "idle" and "silence", the minute of the hour for "minute"; `count` how many drops
    fit."""

    pattern: Pattern
    count: int = 0
    seconds: float = 0.0


def likely(drops: Sequence[Drop]) -> Likely:
    """The one pattern that most of the drops share; what our own machine did goes first and is left out of the rest."""
    if not drops:
        return Likely("none")
    slept = sum(drop.slept for drop in drops)
    moved = sum(drop.moved and not drop.slept for drop in drops)
    most = len(drops) / 2
    if slept > most:
        return Likely("sleep", slept)
    if moved > most:
        return Likely("network", moved)
    others = [drop for drop in drops if not drop.slept and not drop.moved]
    spoken = sum(drop.how == "broker" for drop in others)
    if spoken > most:
        return Likely("broker", spoken)
    for found in (_same_idle([drop for drop in others if drop.how in ("fin", "reset")]), _same_silence(others)):
        if found is not None and found.count > len(others) * 0.7:
            return found
    if len(others) < FEWEST:
        return Likely("too-few", len(others))
    minute = _same_minute(others)
    return minute if minute is not None else Likely("irregular", len(others))


def _same_idle(drops: Sequence[Drop]) -> Likely | None:
    if len(drops) < TRIED_FROM:
        return None
    middle = sorted(drop.idle_s for drop in drops)[len(drops) // 2]
    slack = max(1.0, middle * SPREAD) / 2 if len(drops) >= FEWEST else SAME_S
    fitting = [drop.idle_s for drop in drops if abs(drop.idle_s - middle) <= slack]
    if middle < IDLE_S or len(fitting) < TRIED_FROM:
        return None
    return Likely("idle", len(fitting), round(sum(fitting) / len(fitting), 1))


def _same_silence(drops: Sequence[Drop]) -> Likely | None:
    """Dead when it was used again after being idle, yet the next connection came about at once: what lies between
    has forgotten it. How long that took is only known to be at most the shortest of these idle times."""
    dead = [
        drop
        for drop in drops
        if drop.how == "silent"
        and drop.idle_s >= IDLE_S
        and (0 <= drop.back_s <= SOON_BACK_S or (drop is drops[-1] and drop.back_s < 0))
    ]
    if len(dead) < TRIED_FROM:
        return None
    return Likely("silence", len(dead), round(min(drop.idle_s for drop in dead), 1))


def _same_minute(drops: Sequence[Drop]) -> Likely | None:
    """The same minute of different hours: what is restarted by the clock."""
    first = drops[0].at
    off = [(drop.at - first + HOUR_S / 2) % HOUR_S - HOUR_S / 2 for drop in drops]
    hours = {round((drop.at - first) / HOUR_S) for drop in drops}
    if len(hours) < FEWEST or max(off) - min(off) > MINUTE_SLACK_S:
        return None
    return Likely("minute", len(drops), float(int(first % HOUR_S // 60)))


def timeline(drops: Sequence[Drop], seconds: float) -> tuple[str, float]:
    """A bar of drops over time, "·" for none, and the seconds of one slot: a second, a minute, or more if it would
    not fit."""
    slot = 1.0
    for slot in (1.0, 10.0, 60.0, 600.0, 3600.0):
        if seconds / slot <= SLOTS:
            break
    counts = [0] * max(1, -int(-seconds // slot))
    for drop in drops:
        counts[min(len(counts) - 1, int(drop.after_s / slot))] += 1
    peak = max(counts)
    return "".join(BAR[(count * len(BAR) - 1) // peak] if count else "·" for count in counts), slot
