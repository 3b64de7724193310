"""Opens three more connections at once when the first one met silence: tells a full accept queue from a frozen peer."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes._stream import chosen_address
from mqassist.probes.probe import Probe, ProbeContext, Result

CONNECTS = 3
WAIT_S = 2.2
"""Lets one SYN retransmission through (1 s), so that a single lost packet does not count."""

_ABOUT = ("tcp.parallel_opened", "tcp.parallel_silent", "tcp.parallel_refused")


def _run(context: ProbeContext) -> Result:
    address = chosen_address(context)
    dialling = context.wire.dial([address] * CONNECTS, token=context.token, timeout=WAIT_S)
    try:
        dialling.wait(WAIT_S + 0.3)
        kinds = [attempt.kind for attempt in dialling.attempts]
    finally:
        dialling.close()
    opened, refused = kinds.count("connected"), kinds.count("refused")
    facts: dict[str, Fact] = {
        "tcp.parallel_opened": opened,
        "tcp.parallel_silent": kinds.count("timed-out"),
        "tcp.parallel_refused": refused,
    }
    summary = say(
        "tcp.parallel", about=_ABOUT, opened=opened, silent=kinds.count("timed-out"), tried=CONNECTS, seconds=WAIT_S
    )
    return Result("passed", summary, facts, [summary])


PROBE = Probe(
    id="tcp.parallel",
    layer="network",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("tcp.connect", "tls.handshake", "websocket.upgrade", "amqp.handshake", "mqtt.connect"),
    when="first.end == 'silent'",
    deciding=True,
    why="why.tcp.parallel",
    gives=(
        FactSpec("tcp.parallel_opened", "number", "Of three connections opened at once, how many were accepted."),
        FactSpec("tcp.parallel_silent", "number", "How many of them got no answer at all."),
        FactSpec("tcp.parallel_refused", "number", "How many of them were refused."),
    ),
    budget=6.0,
)
