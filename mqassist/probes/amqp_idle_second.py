"""The held connection was cut without a word. A second one with heartbeats shorter than that idle time shows whether
being idle was the reason: idle cuts spare it, a broken broker or path does not."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.probes.probe import Probe, ProbeContext, Result

SHORTEST_IDLE_MS = 900
LONGEST_HOLD_S = 600.0


def _run(context: ProbeContext) -> Result:
    from mqassist.probes._amqp_hold import hold
    from mqassist.probes._amqp_login import open_second

    idle_ms = context.number("amqp.observe_idle_ms")
    if idle_ms < SHORTEST_IDLE_MS:
        return _result("not-tried", say("amqp.second-not-idle", about=_ABOUT, idle=idle_ms))
    # AMQP heartbeats are whole seconds, sent every half interval: the shortest there is beats twice a second
    heartbeat = max(1, int(idle_ms / 3000))
    seconds = min(idle_ms / 1000 * 1.5 + 1, LONGEST_HOLD_S)
    try:
        second = open_second(context, context.endpoint.vhost, heartbeat)
    except WireError as error:
        return _result("no-login", say("amqp.second-no-path", about=_ABOUT, kind=error.kind))
    if second is None:
        return _result("no-login", say("amqp.second-no-login", about=_ABOUT))
    session, login = second
    try:
        if login.stop is not None:
            return _result("no-login", say("amqp.second-no-login", about=_ABOUT))
        held = hold(session, seconds, heartbeat, context.settings.timeout)
    finally:
        session.close()
    facts: dict[str, Fact] = {"amqp.second_heartbeat": heartbeat, "amqp.second_held_ms": held.held_ms}
    if held.end == "held":
        text = say("amqp.second-survived", about=_ABOUT, heartbeat=heartbeat, ms=held.held_ms, idle=idle_ms)
        return _result("survived", text, facts)
    return _result("cut-again", say("amqp.second-cut", about=_ABOUT, heartbeat=heartbeat, ms=held.held_ms), facts)


_ABOUT = ("amqp.idle_second", "amqp.second_heartbeat", "amqp.second_held_ms")


def _result(outcome: str, text: Text, facts: dict[str, Fact] | None = None) -> Result:
    found: dict[str, Fact] = {"amqp.idle_second": outcome, **(facts or {})}
    return Result("passed" if outcome == "survived" else "warning", text, found, [text])


PROBE = Probe(
    id="amqp.idle_second",
    layer="heartbeat",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "amqp" and settings.observe > 0,
    needs=("amqp.heartbeat",),
    when="amqp.observe_end in ('fin', 'reset', 'closing-unanswered')",
    gives=(
        FactSpec(
            "amqp.idle_second",
            "choice",
            "What became of a second connection with short heartbeats; not tried if the first was not idle.",
            ("survived", "cut-again", "no-login", "not-tried"),
        ),
        FactSpec("amqp.second_heartbeat", "number", "The heartbeat of that connection, seconds."),
        FactSpec("amqp.second_held_ms", "number", "How long it was held."),
    ),
    budget_for=lambda settings: min(settings.observe * 1.5 + 1, LONGEST_HOLD_S) + settings.timeout * 4 + 5,
    deciding=True,
    why="why.amqp.idle_second",
)
