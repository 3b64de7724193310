"""Holds the connection for as long as the person asked and says how it fared: pings, cuts, being taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._mqtt_facts import DISCONNECT, MALFORMED_REASON
from mqassist.probes._shared import AGREED_S, IDLE_FITS, IDLE_MS, IDLE_S, QUIET_MS, idle_facts
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.probes._mqtt import Session
    from mqassist.probes._mqtt_hold import Watch

ENDS = ("held", "fin", "reset", "disconnect", "malformed", "ping-unanswered")
_ABOUT = ("mqtt.observe_end", "heartbeat.idle_ms", "mqtt.held_ms", "mqtt.disconnect_code", "mqtt.pings_answered")


def _run(context: ProbeContext) -> Result:
    from mqassist.net.mqtt_codes import reason_name
    from mqassist.probes._mqtt import Session, asked_login, try_login
    from mqassist.probes._mqtt_hold import hold

    session = context.handover.take("mqtt")
    if not isinstance(session, Session):
        session = try_login(context, asked_login(context)).session
        if session is None:
            return Result("skipped", say("stream.not-open"))
    imposed = context.number("mqtt.server_keepalive", -1)
    keepalive = imposed if imposed >= 0 else context.number("mqtt.keepalive_asked")
    try:
        session.stream.rebind(context.token)
        context.note(say("mqtt.hold.begins", seconds=context.settings.observe, keepalive=keepalive))
        watch = hold(session, context.settings.observe, keepalive, context.settings.timeout)
        exchanges = session.stream.transcript
    finally:
        session.close()
    facts: dict[str, Fact] = {
        "mqtt.keepalive_used": keepalive,
        "mqtt.observe_end": watch.end,
        "mqtt.held_ms": round(watch.held_ms, 1),
        "mqtt.pings_sent": watch.pings,
        "mqtt.pings_answered": len(watch.answers),
    }
    if watch.answers:
        facts["mqtt.ping_ms"] = round(max(watch.answers), 2)
    if watch.end == "ping-unanswered":
        facts |= {"heartbeat.quiet_ms": round(watch.quiet_ms, 1), "heartbeat.agreed_s": keepalive}
    if watch.end in ("fin", "reset", "disconnect"):
        facts |= idle_facts(watch.idle_ms)
    if watch.end == "disconnect":
        facts["mqtt.disconnect_code"] = session.disconnect_code
        facts["mqtt.disconnect_name"] = reason_name(session.disconnect_code)
    if watch.end == "malformed":
        facts["mqtt.malformed"] = session.malformed
    line = _line(watch, session)
    return Result("passed" if watch.end == "held" else "failed", line, facts, [line], exchanges)


def _line(watch: Watch, session: Session) -> Text:
    from mqassist.net.mqtt_codes import reason_name

    seconds, idle = watch.held_ms / 1000, watch.idle_ms / 1000
    if watch.end == "held" and not watch.pings:
        return say("mqtt.hold.held-quiet", about=_ABOUT, seconds=seconds)
    if watch.end == "held":
        return say("mqtt.hold.held", about=_ABOUT, seconds=seconds, pings=watch.pings, answered=len(watch.answers))
    if watch.end == "ping-unanswered":
        return say("mqtt.hold.ping-unanswered", about=_ABOUT, seconds=seconds, pings=watch.pings)
    if watch.end == "disconnect":
        code = session.disconnect_code
        return say("mqtt.hold.disconnect", about=_ABOUT, seconds=seconds, code=code, name=reason_name(code))
    if watch.end == "malformed":
        return say("mqtt.hold.malformed", about=_ABOUT, seconds=seconds, reason=session.malformed)
    key = "mqtt.hold.fin" if watch.end == "fin" else "mqtt.hold.reset"
    return say(key, about=_ABOUT, seconds=seconds, idle=idle)


PROBE = Probe(
    id="mqtt.keepalive",
    layer="heartbeat",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "mqtt" and settings.observe > 0,
    needs=("mqtt.connect", "mqtt.message_path"),
    when="login.result == 'accepted'",
    gives=(
        *DISCONNECT,
        MALFORMED_REASON,
        IDLE_MS,
        IDLE_S,
        IDLE_FITS,
        QUIET_MS,
        AGREED_S,
        FactSpec("mqtt.keepalive_used", "number", "Keep Alive in force, seconds: the broker's if it imposes one."),
        FactSpec("mqtt.observe_end", "choice", "How the held connection fared.", ENDS),
        FactSpec("mqtt.held_ms", "number", "How long it was held."),
        FactSpec("mqtt.pings_sent", "number", "PINGREQ sent."),
        FactSpec("mqtt.pings_answered", "number", "PINGRESP received."),
        FactSpec("mqtt.ping_ms", "number", "Slowest PINGRESP."),
    ),
    budget_for=lambda settings: settings.observe + settings.timeout * 3 + 5,
)
