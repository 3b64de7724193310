"""Holds an open session and watches it: pings at the Keep Alive, as a client in good order does."""

from __future__ import annotations

import time

from mqassist.core.record import fresh, record
from mqassist.net import mqtt
from mqassist.probes._mqtt import Session


@record(frozen=False)
class Watch:
    """What happened. `end` is "held" or how the session ended; times in milliseconds."""

    end: str = "held"
    held_ms: float = 0.0
    idle_ms: float = 0.0
    quiet_ms: float = 0.0
    """Since the broker last said anything."""
    pings: int = 0
    answers: list[float] = fresh(default_factory=list)


def hold(session: Session, seconds: float, keepalive: float, timeout: float) -> Watch:
    """For `seconds`, with PINGREQ after `keepalive` seconds without sending (0 sends none; MQTT 5 §3.1.2.10)."""
    watch = Watch()
    began = sent_at = heard_at = time.monotonic()
    asked_at = 0.0
    while not session.ended:
        now = time.monotonic()
        if now - began >= seconds:
            break
        if asked_at and now - asked_at > timeout:
            watch.end = "ping-unanswered"
            break
        if keepalive and not asked_at and now - sent_at >= keepalive:
            session.send(mqtt.ping(), timeout)
            watch.pings += 1
            sent_at = asked_at = time.monotonic()
        until = [began + seconds]
        if asked_at:
            until.append(asked_at + timeout + 0.001)
        elif keepalive:
            until.append(sent_at + keepalive)
        quiet_since = session.last_traffic
        events = session.receive(max(0.001, min(until) - time.monotonic()))
        heard_at = time.monotonic() if events else heard_at
        for event in events:
            if isinstance(event, mqtt.Signal) and event.kind == "pingresp" and asked_at:
                watch.answers.append((time.monotonic() - asked_at) * 1000)
                asked_at = 0.0
        watch.idle_ms = (time.monotonic() - quiet_since) * 1000
    watch.held_ms = (time.monotonic() - began) * 1000
    watch.quiet_ms = (time.monotonic() - heard_at) * 1000
    if session.ended:
        watch.end = session.ended
    return watch
