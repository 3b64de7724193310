"""Holds one connection for hours as a client in good order does, connects again when it is lost, and keeps a record."""

from __future__ import annotations

import time

from mqassist.core.record import changed, fresh, record
from mqassist.core.text import say
from mqassist.probes._line import Ending, Line, Refusal, open_line
from mqassist.probes._watch import Drop, likely
from mqassist.probes.probe import ProbeContext

LOOK_EVERY_S = 0.05
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0
NOTE_EVERY_S = 1.0
CLOCK_JUMP_S = 3.0
"""Wall clock against monotonic clock: the latter stands still while Linux and macOS sleep."""
STALL_S = 20.0
"""A turn of the loop that takes longer: the machine slept where the monotonic clock goes on, or we were stopped."""
AFTER_SLEEP_S = 120.0
"""A drop this soon after waking up is the sleep's doing."""
MOST_DROPS = 5000
LAST_QUESTION_S = 1.0
"""A line that was idle for longer when the watch ends is asked whether it still carries anything."""
PROOF = 3.0
"""With signs of life a connection must live this many times the idle time to prove that being idle was the reason."""


@record(frozen=False)
class Watched:
    """What has been seen so far; times in seconds. `beats_helped` None: nobody tried. `gave_up`: further logins might
    lock the account."""

    began: float = fresh(default_factory=time.monotonic)
    seconds: float = 0.0
    drops: list[Drop] = fresh(default_factory=list)
    beats_helped: bool | None = None
    gave_up: bool = False
    woke_at: float = -1e9
    looked_at: float = fresh(default_factory=time.monotonic)
    clocks: float = fresh(default_factory=lambda: time.time() - time.monotonic())
    noted_at: float = -1e9


def watch(context: ProbeContext, seconds: float, heartbeat: int, seen: Watched) -> None:
    """For so many seconds. Fills `seen` as it goes. Raises Cancelled after a stop."""
    end = seen.began + seconds
    pause, address = FIRST_PAUSE_S, ""
    lost_at = 0.0
    while time.monotonic() < end and not seen.gave_up:
        line = open_line(context, "w", heartbeat)
        _look_at_clocks(seen, stall=False)
        if isinstance(line, Refusal):
            seen.gave_up = line.how == "refused" and context.logins.used >= context.logins.limit
            _note(context, seen, connected=False)
            _wait(context, seen, min(pause, end - time.monotonic()))
            pause = min(pause * 2, LONGEST_PAUSE_S)
            continue
        if seen.drops and lost_at:
            moved = bool(address and line.local_ip and line.local_ip != address)
            back = round(time.monotonic() - lost_at, 1)
            seen.drops[-1] = changed(seen.drops[-1], moved=moved, back_s=back)
        pause, address = FIRST_PAUSE_S, line.local_ip
        try:
            ended = _hold(context, line, end, seen)
        finally:
            line.close()
        lost_at = time.monotonic()
        if ended is not None:
            _wait(context, seen, FIRST_PAUSE_S)
    seen.seconds = time.monotonic() - seen.began


def _hold(context: ProbeContext, line: Line, end: float, seen: Watched) -> Ending | None:
    """Until it is lost (and written down) or the time is up (None)."""
    began = time.monotonic()
    guess = likely(seen.drops)
    trial = guess.seconds / 3 if guess.pattern in ("idle", "silence") and seen.beats_helped is not False else 0.0
    every = trial or _pause_between(context, line)
    ending: Ending | None = None
    idle = 0.0
    while ending is None and time.monotonic() < end:
        _look_at_clocks(seen)
        _note(context, seen, connected=True)
        idle = line.idle_s()
        ending = line.look()
        if ending is None and every and idle >= every:
            ending = line.ask(context.settings.timeout)
        lived = time.monotonic() - began
        if trial and lived > guess.seconds * PROOF:
            seen.beats_helped = True
        if ending is None:
            context.token.sleep(LOOK_EVERY_S)
            seen.seconds = time.monotonic() - seen.began
    if ending is None and idle >= LAST_QUESTION_S:
        # a line that was forgotten looks open until it is used
        idle = line.idle_s()
        ending = line.ask(context.settings.timeout)
    if ending is None:
        return None
    if trial and seen.beats_helped is None:
        seen.beats_helped = False
    _look_at_clocks(seen)
    now = time.monotonic()
    slept = now - seen.woke_at < AFTER_SLEEP_S
    if len(seen.drops) < MOST_DROPS:
        after, lived = now - seen.began, now - began
        seen.drops.append(Drop(time.time(), after, lived, idle, ending.how, ending.words, slept))
    return ending


def _pause_between(context: ProbeContext, line: Line) -> float:
    """AMQP clients send heartbeats at half the time (§4.2.7 asks for one per interval), MQTT's ping when it is over."""
    return line.agreed_s / 2 if context.endpoint.protocol == "amqp" else line.agreed_s * 0.95


def _wait(context: ProbeContext, seen: Watched, seconds: float) -> None:
    context.token.sleep(max(0.0, seconds))
    _look_at_clocks(seen, stall=False)
    seen.seconds = time.monotonic() - seen.began


def _look_at_clocks(seen: Watched, *, stall: bool = True) -> None:
    """`stall` False: what took long was waiting for the network or on purpose."""
    now, clocks = time.monotonic(), time.time() - time.monotonic()
    if clocks - seen.clocks > CLOCK_JUMP_S or (stall and now - seen.looked_at > STALL_S):
        seen.woke_at = now
    seen.looked_at, seen.clocks = now, clocks


def _note(context: ProbeContext, seen: Watched, *, connected: bool) -> None:
    now = time.monotonic()
    if now - seen.noted_at >= NOTE_EVERY_S:
        seen.noted_at = now
        key = "watch.note-up" if connected else "watch.note-down"
        context.note(say(key, seconds=int(now - seen.began), drops=len(seen.drops)))
