"""Keeps the connection whose CONNECT nobody answered, to see how and when the broker ends it."""

from __future__ import annotations

import time

from mqassist.core.facts import FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

UNANSWERED = "mqtt-unanswered"
LONGEST_S = 10.8
"""seen: RabbitMQ 3.10.8 ends an MQTT connection whose CONNECT it has not read after 10.0 s."""
SHORTEST_TIMEOUT_S = 2.0
"""Who bounds an operation more tightly wants a quick answer, not this one."""
_ABOUT = ("mqtt.late_end", "mqtt.late_end_ms")


def _run(context: ProbeContext) -> Result:
    from mqassist.probes._mqtt import Unanswered

    held = context.handover.take(UNANSWERED)
    if not isinstance(held, Unanswered):
        return Result("skipped", say("stream.not-open"))
    held.stream.rebind(context.token)
    end = held.wait(LONGEST_S)
    ms = (time.monotonic() - held.sent_at) * 1000
    held.close()
    line = say(f"mqtt.late.{end}", about=_ABOUT, ms=ms)
    return Result("passed", line, {"mqtt.late_end": end, "mqtt.late_end_ms": round(ms, 1)}, [line])


PROBE = Probe(
    id="mqtt.late_close",
    layer="protocol",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "mqtt" and settings.timeout >= SHORTEST_TIMEOUT_S,
    needs=("mqtt.connect",),
    when="mqtt.connect_outcome == 'silent' and first.received == 0",
    gives=(
        FactSpec(
            "mqtt.late_end", "choice", "What became of the unanswered CONNECT.", ("answered", "fin", "reset", "open")
        ),
        FactSpec("mqtt.late_end_ms", "number", "Milliseconds from CONNECT to that."),
    ),
    budget=LONGEST_S + 2,
    deciding=True,
    why="why.mqtt.late_close",
)
