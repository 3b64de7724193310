"""After a cut: a second connection that pings more often than that idle time: was being idle the reason?"""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

SHORTEST_IDLE_MS = 900
LONGEST_HOLD_S = 600.0
_ABOUT = ("mqtt.idle_second", "mqtt.second_ping_ms", "mqtt.second_held_ms")
RESULTS = ("survived", "cut-again", "no-login", "not-tried")


def _run(context: ProbeContext) -> Result:
    from mqassist.core.record import changed
    from mqassist.probes._mqtt import asked_login, second_client_id, try_login
    from mqassist.probes._mqtt_hold import hold

    idle_ms = context.number("heartbeat.idle_ms")
    if idle_ms < SHORTEST_IDLE_MS:
        line = say("mqtt.second.not-idle", about=_ABOUT, idle=idle_ms)
        return Result("passed", line, {"mqtt.idle_second": "not-tried"}, [line])
    login = changed(asked_login(context), client_id=second_client_id(context, "i"))
    session = try_login(context, login).session
    if session is None:
        line = say("mqtt.second.no-login", about=_ABOUT)
        return Result("passed", line, {"mqtt.idle_second": "no-login"}, [line])
    ping_s = idle_ms / 3000
    try:
        seconds = min(idle_ms / 1000 * 1.5 + 1, LONGEST_HOLD_S)
        watch = hold(session, seconds, ping_s, context.settings.timeout)
    finally:
        session.close()
    survived = watch.end == "held"
    facts: dict[str, Fact] = {
        "mqtt.idle_second": "survived" if survived else "cut-again",
        "mqtt.second_ping_ms": round(ping_s * 1000),
        "mqtt.second_held_ms": round(watch.held_ms, 1),
    }
    key = "mqtt.second.survived" if survived else "mqtt.second.cut"
    line = say(key, about=_ABOUT, every=ping_s * 1000, ms=watch.held_ms)
    return Result("passed", line, facts, [line], session.stream.transcript)


PROBE = Probe(
    id="mqtt.idle_second",
    layer="heartbeat",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "mqtt" and settings.observe > 0,
    needs=("mqtt.keepalive", "mqtt.random_id"),
    # under an id that somebody else uses, being thrown out says nothing about being idle
    when="mqtt.observe_end in ('fin', 'reset') and (not mqtt.client_id_given or not mqtt.random_id_held)",
    gives=(
        FactSpec("mqtt.idle_second", "choice", "What became of a second connection that pinged often.", RESULTS),
        FactSpec("mqtt.second_ping_ms", "number", "Time between its pings."),
        FactSpec("mqtt.second_held_ms", "number", "How long it was held."),
    ),
    budget_for=lambda settings: min(settings.observe * 1.5 + 1, LONGEST_HOLD_S) + settings.timeout * 3 + 5,
    deciding=True,
    why="why.mqtt.idle_second",
)
