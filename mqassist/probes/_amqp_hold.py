"""Holds an open AMQP connection and watches it: heartbeats both ways, silence of the peer, a line that is cut."""

from __future__ import annotations

import time
from typing import Literal

from mqassist.core.record import record
from mqassist.net.amqp_methods import connection_close
from mqassist.probes._amqp import AmqpSession, Stop

End = Literal["held", "fin", "reset", "garbage", "silent", "closed-by-broker", "closing-unanswered"]

SILENT_AFTER = 2.0
"""Heartbeat intervals without a byte after which a peer counts as gone (§4.2.7)."""
SLACK_S = 0.5


@record
class Held:
    """`idle_ms` is the time from the last byte in either direction to the end; `gap_ms` the longest time without a
    byte from the peer; `stop` says how a connection that was lost ended."""

    end: End
    held_ms: float
    idle_ms: float
    gap_ms: float
    sent: int
    received: int
    stop: Stop | None = None


def hold(session: AmqpSession, seconds: float, heartbeat: int, timeout: float) -> Held:
    """Sends heartbeats every half interval (0: none) for so many seconds, then closes; ends earlier if it is lost."""
    began = now = time.monotonic()
    end = began + seconds
    every = heartbeat / 2 if heartbeat else seconds + 1
    beats_before, sent, gap = len(session.beats), 0, 0.0
    next_beat, last_heard = began + every, began
    stop: Stop | None = None
    silent = False
    while now < end and stop is None and not silent:
        event = session.next_event(now, min(end, next_beat, now + 0.25) - now)
        now = time.monotonic()
        heard = max(session.last_received_at, began)
        gap, last_heard = max(gap, heard - last_heard, now - heard), heard
        if isinstance(event, Stop) and event.how != "silent":
            stop = event
        elif heartbeat and now - heard > heartbeat * SILENT_AFTER + SLACK_S:
            silent = True
        elif now >= next_beat:
            stop = session.beat(timeout)
            sent, next_beat = sent + 1, next_beat + every
    idle_ms = (time.monotonic() - session.last_byte_at) * 1000
    held_ms = (time.monotonic() - began) * 1000
    how: End = "silent" if silent else "held"
    if stop is None and not silent and session.blocked is None:  # a broker in alarm reads no goodbye
        answer = session.ask(connection_close(), timeout, "connection.close-ok")
        session.is_open = False
        if isinstance(answer, Stop):
            stop, how = answer, "closing-unanswered"
    if stop is not None and stop.how == "close":
        how = "closed-by-broker"
    elif stop is not None and (stop.how == "fin" or stop.how == "reset" or stop.how == "garbage"):
        how = stop.how
    received = len(session.beats) - beats_before
    return Held(how, round(held_ms, 1), round(idle_ms, 1), round(gap * 1000, 1), sent, received, stop)
