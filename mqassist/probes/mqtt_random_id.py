"""Holds the connection once more under an id of our own: if that survives, somebody else uses the person's id."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

_ABOUT = ("mqtt.random_id_held", "mqtt.random_id_ms", "mqtt.observe_end")
_LONGER = 1.5
_AT_LEAST_S = 1.0


def _run(context: ProbeContext) -> Result:
    from mqassist.core.record import changed
    from mqassist.probes._mqtt import asked_login, own_client_id, try_login
    from mqassist.probes._mqtt_hold import hold

    client_id = own_client_id(context, "r")
    attempt = try_login(context, changed(asked_login(context), client_id=client_id))
    if attempt.session is None:
        line = say("mqtt.random-id.refused", about=_ABOUT, client_id=client_id)
        return Result("failed", line, {}, [line], list(attempt.exchanges))
    survived = context.number("mqtt.held_ms", context.number("mqtt.path_ms")) / 1000
    seconds = max(_AT_LEAST_S, survived * _LONGER)
    try:
        watch = hold(attempt.session, seconds, context.number("mqtt.keepalive_asked"), context.settings.timeout)
        exchanges = attempt.session.stream.transcript
    finally:
        attempt.session.close()
    held = watch.end == "held"
    facts: dict[str, Fact] = {"mqtt.random_id_held": held, "mqtt.random_id_ms": round(watch.held_ms, 1)}
    key = "mqtt.random-id.held" if held else "mqtt.random-id.lost"
    line = say(key, about=_ABOUT, client_id=client_id, seconds=watch.held_ms / 1000)
    return Result("passed", line, facts, [line], exchanges)


PROBE = Probe(
    id="mqtt.random_id",
    layer="heartbeat",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "mqtt" and settings.client_id is not None,
    needs=("mqtt.keepalive",),
    when="mqtt.client_id_given and mqtt.observe_end in ('fin', 'reset')",
    gives=(
        FactSpec("mqtt.random_id_held", "flag", "Under an id of our own the connection survives half as long again."),
        FactSpec("mqtt.random_id_ms", "number", "How long it was held under that id."),
    ),
    budget_for=lambda settings: settings.observe * _LONGER + settings.timeout * 3 + 5,
    deciding=True,
    why="why.mqtt.random_id",
)
