"""The heartbeat that was agreed on; with `observe` the connection is held that long and watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._amqp_facts import CLOSED
from mqassist.probes._shared import AGREED_S, IDLE_FITS, IDLE_MS, IDLE_S, QUIET_MS, idle_facts
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.probes._amqp_hold import Held

LOWEST, HIGHEST = 6, 300
"""Seconds: below, a short stall of the network or the client ends the connection; above, dead peers stay unnoticed
for longer than most firewalls remember a connection (RabbitMQ's heartbeat guide)."""


def _run(context: ProbeContext) -> Result:
    heartbeat = int(context.number("amqp.heartbeat"))
    key = "amqp.heartbeat-on" if heartbeat else "amqp.heartbeat-off"
    offered = int(context.number("amqp.heartbeat_offered"))
    agreed = say(key, about=("amqp.heartbeat", "amqp.heartbeat_offered"), seconds=heartbeat, offered=offered)
    hurts = not heartbeat or not LOWEST <= heartbeat <= HIGHEST
    if context.settings.observe <= 0:
        return Result("warning" if hurts else "passed", agreed, {}, [agreed])
    from mqassist.probes._amqp import AmqpSession
    from mqassist.probes._amqp_hold import hold

    session = context.handover.take("amqp-open")
    if not isinstance(session, AmqpSession):
        return Result("skipped", say("amqp.nothing-to-hold"), {}, [agreed])
    session.rebind(context.token)
    session.new_exchanges()
    try:
        held = hold(session, context.settings.observe, heartbeat, context.settings.timeout)
    finally:
        session.close()
    facts = _facts(held) | {"heartbeat.quiet_ms": held.gap_ms, "heartbeat.agreed_s": heartbeat}
    evidence = [agreed, _told(held, facts)]
    outcome = "warning" if held.end == "held" and hurts else "passed" if held.end == "held" else "failed"
    return Result(outcome, evidence[-1], facts, evidence, session.new_exchanges())  # type: ignore[arg-type]  # literals


def _facts(held: Held) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "amqp.observe_end": held.end,
        "amqp.observed_ms": held.held_ms,
        "amqp.beats_sent": held.sent,
        "amqp.beats_received": held.received,
        "amqp.longest_gap_ms": held.gap_ms,
    }
    if held.end != "held":
        facts["amqp.observe_idle_ms"] = held.idle_ms
        facts |= idle_facts(held.idle_ms)
        facts["amqp.close_stage"] = "observe"
    if held.stop is not None and held.stop.how == "close":
        from mqassist.probes._amqp_refusal import refusal

        facts |= refusal(held.stop, "observe")
    return facts


def _told(held: Held, facts: dict[str, Fact]) -> Text:
    about = tuple(facts)
    if held.end == "closed-by-broker" and held.stop is not None:
        return say("amqp.held-closed", about=about, ms=held.held_ms, code=held.stop.code, text=held.stop.text)
    if held.end == "held":
        return say("amqp.held", about=about, ms=held.held_ms, sent=held.sent, received=held.received, gap=held.gap_ms)
    if held.end == "silent":
        return say("amqp.held-silent", about=about, ms=held.gap_ms, received=held.received)
    if held.end == "closing-unanswered":
        return say("amqp.held-unanswered", about=about, ms=held.held_ms, idle=held.idle_ms)
    return say("amqp.held-lost", about=about, end=held.end.upper(), ms=held.held_ms, idle=held.idle_ms)


PROBE = Probe(
    id="amqp.heartbeat",
    layer="heartbeat",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "amqp",
    needs=("amqp.rights",),
    when="login.result == 'accepted'",
    gives=(
        *CLOSED,
        IDLE_MS,
        IDLE_S,
        IDLE_FITS,
        QUIET_MS,
        AGREED_S,
        FactSpec(
            "amqp.observe_end",
            "choice",
            "How the held connection ended: held to the end; FIN or RST without a word; no heartbeat from the broker; "
            "Connection.Close from the broker; held, but our own Close went unanswered.",
            ("held", "fin", "reset", "garbage", "silent", "closed-by-broker", "closing-unanswered"),
        ),
        FactSpec("amqp.observed_ms", "number", "How long the connection was held."),
        FactSpec("amqp.observe_idle_ms", "number", "Time from the last byte in either direction to the end."),
        FactSpec("amqp.longest_gap_ms", "number", "Longest time without a byte from the broker."),
        FactSpec("amqp.beats_sent", "number", "Heartbeats that we sent."),
        FactSpec("amqp.beats_received", "number", "Heartbeats that came."),
    ),
    budget_for=lambda settings: settings.observe + settings.timeout * 2 + 5,
)
