"""A login refused as for its client id, tried with a short Keep Alive: MQTT 3 has no code for one that is too long."""

from __future__ import annotations

from mqassist.core.facts import FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

SHORT_S = 10
"""The lowest value to which Mosquitto's max_keepalive can be set (mosquitto.conf(5))."""
_ABOUT = ("mqtt.lower_keepalive", "mqtt.keepalive_asked")


def _run(context: ProbeContext) -> Result:
    from mqassist.core.record import changed
    from mqassist.probes._mqtt import asked_login, try_login

    asked = asked_login(context)
    if asked.keepalive == SHORT_S or not context.logins.take():
        return Result("passed", say("mqtt.keepalive-variant.none", about=_ABOUT))
    attempt = try_login(context, changed(asked, keepalive=SHORT_S))
    exchanges = list(attempt.exchanges)
    if attempt.session is None:
        line = say("mqtt.keepalive-variant.refused", about=_ABOUT, short=SHORT_S, code=attempt.code)
        return Result("passed", line, {}, [line], exchanges)
    attempt.session.close()
    line = say("mqtt.keepalive-variant.accepted", about=_ABOUT, short=SHORT_S, asked=asked.keepalive)
    return Result("passed", line, {"mqtt.lower_keepalive": SHORT_S}, [line], exchanges)


PROBE = Probe(
    id="mqtt.keepalive_variant",
    layer="auth",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "mqtt" and settings.mqtt_version != "5",
    needs=("mqtt.connect",),
    when="mqtt.refusal == 'client-id' and mqtt.client_id != ''",
    gives=(FactSpec("mqtt.lower_keepalive", "number", "A shorter Keep Alive with which the login is accepted, s."),),
    budget_for=lambda settings: settings.timeout * 3 + 2,
    deciding=True,
    why="why.mqtt.keepalive_variant",
)
