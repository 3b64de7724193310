"""Repeats with a lower QoS a message over whose QoS the connection was lost."""

from __future__ import annotations

from mqassist.core.facts import FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

_ABOUT = ("mqtt.lower_qos_echo", "mqtt.path_result", "mqtt.asked_qos", "mqtt.granted_qos")


def _run(context: ProbeContext) -> Result:
    from mqassist.core.record import changed
    from mqassist.probes._mqtt import asked_login, second_client_id, try_login
    from mqassist.probes._mqtt_path import SETTLE_OWN_S, Plan, travel

    login = changed(asked_login(context), client_id=second_client_id(context, "q"))
    session = try_login(context, login).session
    if session is None:
        return Result("skipped", say("stream.not-open"))
    topic, timeout = context.text("mqtt.topic"), context.settings.timeout
    # a subscription is granted at most the broker's highest QoS; a publish above it is what costs the connection
    qos = int(min(context.number("mqtt.granted_qos", 2), context.settings.qos - 1))
    try:
        payload = f"mqassist {context.run_id} QoS {qos}".encode()
        trace = travel(session, Plan(topic, topic, qos, payload, SETTLE_OWN_S, timeout, timeout))
    finally:
        session.close()
    line = (
        say("mqtt.lower.echoed", about=_ABOUT, qos=qos, ms=trace.echo_ms)
        if trace.echoed
        else say("mqtt.lower.lost", about=_ABOUT, qos=qos)
    )
    return Result("passed", line, {"mqtt.lower_qos_echo": trace.echoed}, [line], session.stream.transcript)


PROBE = Probe(
    id="mqtt.lower_qos",
    layer="permissions",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "mqtt" and settings.qos > 0 and not settings.read_only,
    needs=("mqtt.message_path",),
    when=(
        "mqtt.path_result == 'closed' and not mqtt.topic_wildcard"
        " and (mqtt.asked_qos == 2 or mqtt.asked_qos > mqtt.granted_qos)"
    ),
    gives=(FactSpec("mqtt.lower_qos_echo", "flag", "The same message with a lower QoS comes back."),),
    budget_for=lambda settings: settings.timeout * 4 + 2,
    changes_state=True,
    deciding=True,
    why="why.mqtt.lower_qos",
)
