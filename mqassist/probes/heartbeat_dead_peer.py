"""With --thorough and --observe: how long this broker keeps a client from which nothing comes any more."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes.probe import Probe, ProbeContext, Result

ASKED_S = 2
"""As short as both protocols' brokers take it, so that it is soon over."""
PATIENCE = 5
"""Heartbeats that a broker gets to notice (seen: with 2 s RabbitMQ 3.10.8 closes after 6.0 s, Mosquitto 2.0.11
after 5.5 to 5.7 s)."""
LOOK_EVERY_S = 0.02
_ABOUT = ("heartbeat.dead_peer_s", "heartbeat.dead_peer_beat_s", "heartbeat.dead_peer_end")


def _run(context: ProbeContext) -> Result:
    import time

    from mqassist.probes._line import Refusal, close_all, open_line

    line = open_line(context, "d", ASKED_S)
    if isinstance(line, Refusal):
        return Result("skipped", say("dead-peer.no-line"))
    began = time.monotonic()
    try:
        if not 0 < line.agreed_s <= 2 * ASKED_S:
            return Result("skipped", say("dead-peer.other-beat", seconds=line.agreed_s))
        bound = line.agreed_s * PATIENCE + 1
        ending = line.look()
        while ending is None and time.monotonic() - began < bound:
            context.token.sleep(LOOK_EVERY_S)
            ending = line.look()
        took = round(time.monotonic() - began, 1)
    finally:
        close_all([line])
    facts: dict[str, Fact] = {"heartbeat.dead_peer_beat_s": line.agreed_s}
    if ending is None:
        facts["heartbeat.dead_peer_end"] = "kept"
        return _result(say("dead-peer.kept", about=_ABOUT, seconds=took, beat=line.agreed_s), facts)
    facts |= {"heartbeat.dead_peer_end": ending.how, "heartbeat.dead_peer_s": took}
    times = round(took / line.agreed_s, 1)
    return _result(say("dead-peer.closed", about=_ABOUT, seconds=took, beat=line.agreed_s, times=times), facts)


def _result(line: Text, facts: dict[str, Fact]) -> Result:
    return Result("passed", line, facts, [line])


PROBE = Probe(
    id="heartbeat.dead_peer",
    layer="heartbeat",
    run=_run,
    applies=lambda endpoint, settings: settings.thorough and settings.observe > 0,
    needs=("amqp.login", "mqtt.connect"),
    after=("amqp.heartbeat", "mqtt.keepalive", "amqp.idle_second", "mqtt.idle_second"),
    when="login.result == 'accepted'",
    gives=(
        FactSpec("heartbeat.dead_peer_s", "number", "Seconds until a client that fell silent was disconnected."),
        FactSpec("heartbeat.dead_peer_beat_s", "number", "Its heartbeat or Keep Alive, seconds."),
        FactSpec(
            "heartbeat.dead_peer_end",
            "choice",
            "How it was disconnected; kept: not within five heartbeats.",
            ("fin", "reset", "broker", "garbage", "silent", "kept"),
        ),
    ),
    budget_for=lambda settings: 2 * ASKED_S * PATIENCE + settings.timeout * 4 + 5,
    # its connection does not do the client's work: what the broker logs of it must not count against the client
    deciding=True,
    why="why.heartbeat.dead_peer",
)
