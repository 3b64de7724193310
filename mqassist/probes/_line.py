"""A logged-in connection that is only held, the same for AMQP and MQTT: look at it, send a sign of life, ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Literal, Protocol

from mqassist.core.cancel import CancelToken
from mqassist.core.record import record
from mqassist.probes.probe import ProbeContext

GLANCE_S = 0.001
CLOSING_S = 0.2
"""All lines together: a run that was stopped has a quarter of a second to say what it knows."""
MQTT_NO_KEEPALIVE_IS_REFUSED_S = 60
TOLERANCE = 1.5
"""A broker closes after one and a half Keep Alive times without a packet (MQTT 3.1.1 §3.1.2.10)."""

How = Literal["fin", "reset", "broker", "garbage", "silent"]


@record
class Ending:
    """How a line ended: FIN or RST without a word, the broker's own close, something that is not the protocol, or
    no answer to a question. `words` are the broker's own."""

    how: How
    words: str = ""


@record
class Refusal:
    """No line came to be: the broker or the path would not have one more."""

    how: Literal["no-path", "refused", "silent"]


class Line(Protocol):
    """Not shared between threads. `broker_limit` is when the broker itself ends a line that stays idle, in seconds;
    0 if it said nothing of the kind. `agreed_s` is the heartbeat or Keep Alive in force, 0 for none."""

    broker_limit: float
    agreed_s: float
    local_ip: str

    def idle_s(self) -> float:
        """Seconds since the last byte of the protocol in either direction."""
        ...

    def look(self) -> Ending | None:
        """What happened meanwhile, without waiting."""
        ...

    def beat(self, timeout: float) -> None: ...

    def ask(self, timeout: float) -> Ending | None:
        """None: the broker answered in time."""
        ...

    def close(self) -> None:
        """Says goodbye; bounded; never raises."""
        ...


def open_line(context: ProbeContext, name: str, heartbeat: int) -> Line | Refusal:
    """One more connection of this client, logged in. `heartbeat` in seconds, 0 for none; `name` is a letter or two
    that tell the lines of one run apart. A refused login counts as one."""
    if context.endpoint.protocol == "amqp":
        from mqassist.probes._line_amqp import open_amqp_line

        return open_amqp_line(context, heartbeat)
    from mqassist.probes._line_mqtt import open_mqtt_line

    return open_mqtt_line(context, name, heartbeat)


def leave_own(context: ProbeContext) -> None:
    """Closes the connection of the steps before: held idle beside a search it would be one more that gets cut."""
    for name in ("amqp-open", "mqtt"):
        held = context.handover.take(name)
        if held is not None:
            held.close()  # type: ignore[attr-defined]  # promised in Handover.give()


def close_all(lines: Sequence[Line]) -> None:
    """At once, in threads of their own: each waits for its broker's goodbye."""
    threads = [threading.Thread(target=line.close, daemon=True, name="goodbye") for line in lines]
    for thread in threads:
        thread.start()
    end = time.monotonic() + CLOSING_S
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def unbound() -> CancelToken:
    """A token for goodbyes, which are owed also after a stop."""
    return CancelToken(1.0)
