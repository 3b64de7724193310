"""One CONNECT in the asked version with the person's credentials: what the broker answers, and what it limits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._mqtt_facts import MALFORMED_REASON, OUTCOMES, VERSIONS
from mqassist.probes._shared import FIRST, LOGIN_RESULT, PROTOCOL_SPOKEN
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.probes._mqtt import Attempt

_WORDS = 300
SLOW_REFUSAL_MS = 3500
"""seen: RabbitMQ 4.0.5 answers a refused login 3.0 s after it, so that a shorter silence says nothing."""
_ABOUT = (
    *("login.result", "protocol.spoken", "mqtt.refusal", "mqtt.connack_code", "mqtt.malformed", "mqtt.connect_outcome"),
    *("mqtt.user_sent", "first.packet", "first.end", "first.received", "first.end_ms"),
)

# CONNACK property: (fact, kind)
_LIMITS = {
    "server_keepalive": ("mqtt.server_keepalive", "number"),
    "maximum_packet_size": ("mqtt.max_packet", "number"),
    "maximum_qos": ("mqtt.max_qos", "number"),
    "receive_maximum": ("mqtt.receive_max", "number"),
    "topic_alias_maximum": ("mqtt.topic_alias_max", "number"),
    "session_expiry": ("mqtt.session_expiry", "number"),
    "retain_available": ("mqtt.retain_available", "flag"),
    "wildcard_available": ("mqtt.wildcard_available", "flag"),
    "shared_available": ("mqtt.shared_available", "flag"),
    "subscription_identifier_available": ("mqtt.sub_id_available", "flag"),
    "assigned_client_id": ("mqtt.assigned_client_id", "text"),
    "reason_string": ("mqtt.reason_string", "text"),
    "server_reference": ("mqtt.server_reference", "text"),
}

UNASKED_QOS = 1
"""What a message of our own goes with: nobody's client need be able to."""


def _run(context: ProbeContext) -> Result:
    from mqassist.probes._mqtt import asked_login, connect, first_stream  # only paid for where MQTT is spoken

    stream = first_stream(context)
    if stream is None:
        return Result("skipped", say("stream.not-open"))
    login = asked_login(context)
    given = context.settings.client_id is not None
    facts: dict[str, Fact] = {
        "mqtt.version": login.version,
        "mqtt.client_id": login.client_id,
        "mqtt.client_id_given": given,
        "mqtt.user_sent": login.username is not None,
        "mqtt.keepalive_asked": login.keepalive,
        "mqtt.message_size": context.settings.message_size,
    }
    if context.settings.topic is not None or context.settings.qos != UNASKED_QOS:
        facts["mqtt.asked_qos"] = context.settings.qos
    try:
        login.packet()
    except ValueError:
        stream.close()
        return Result("failed", say("mqtt.connect.unsendable"), facts)
    context.logins.take()
    keep = partial(context.handover.give, "mqtt-unanswered")
    attempt = connect(stream, login, context.settings.timeout, keep)
    if attempt.outcome == "refused":
        context.logins.was_refused()
    facts |= _connack_facts(attempt) | _end_facts(attempt)
    line = _line(attempt)
    evidence = [_sent(attempt, given), line]
    facts["mqtt.connect_outcome"] = attempt.outcome
    if context.settings.thorough and attempt.outcome == "accepted":
        facts["mqtt.library_wanted"] = True
    if attempt.session is None:
        return Result("failed", line, facts, evidence, list(attempt.exchanges))
    facts["protocol.spoken"] = True
    facts["login.result"] = "accepted"
    context.handover.give("mqtt", attempt.session)
    return Result("passed", line, facts, evidence, list(attempt.exchanges))


def _connack_facts(attempt: Attempt) -> dict[str, Fact]:
    from mqassist.net.mqtt_codes import connack_name

    facts: dict[str, Fact] = {"mqtt.connack_ms": round(attempt.ms, 2)}
    connack = attempt.connack
    if attempt.refusal:
        facts["mqtt.refusal"] = attempt.refusal
    if attempt.close_code:
        facts["websocket.close_code"] = attempt.close_code
        facts["websocket.close_reason"] = attempt.close_reason[:_WORDS]
    if connack is None:
        if attempt.refusal:
            facts["mqtt.reason_name"] = attempt.close_reason[:_WORDS]
        return facts
    facts["mqtt.connack_code"] = connack.code
    facts["mqtt.reason_name"] = connack_name(connack.code)
    if not connack.code:
        facts["mqtt.session_present"] = connack.session_present
    for name, value in connack.properties:
        fact, kind = _LIMITS.get(name, ("", ""))
        if kind == "flag":
            facts[fact] = bool(value)
        elif fact:
            facts[fact] = value[:_WORDS] if isinstance(value, str) else value if isinstance(value, int) else len(value)
    return facts


def _end_facts(attempt: Attempt) -> dict[str, Fact]:
    """What `first.*`, `login.result` and `protocol.spoken` say when the login was not accepted."""
    if attempt.outcome == "accepted":
        return {}
    if attempt.outcome == "refused":
        return {"protocol.spoken": True, "login.result": "refused"}
    facts: dict[str, Fact] = {
        "protocol.spoken": False,
        "first.packet": "mqtt",
        "first.end": attempt.end,
        "first.end_ms": round(attempt.ms, 1),
        "first.received": len(attempt.received),
        "first.hex": attempt.received[:64].hex(),
    }
    if attempt.outcome in ("closed", "silent"):
        facts["login.result"] = attempt.outcome
    if attempt.outcome == "silent" and attempt.ms >= SLOW_REFUSAL_MS:
        facts["mqtt.outwaited_refusal"] = True
    if attempt.malformed:
        facts["mqtt.malformed"] = attempt.malformed
    return facts


def _sent(attempt: Attempt, given: bool) -> Text:
    login = attempt.login
    about = ("login.result", "mqtt.refusal", "mqtt.user_sent", "mqtt.client_id", "mqtt.version", "mqtt.client_id_given")
    values: dict[str, Any] = {"version": login.version, "client_id": login.client_id, "keepalive": login.keepalive}
    if given and login.username is not None:
        return say("mqtt.sent.own-id-user", about=about, user=login.username, **values)
    if given:
        return say("mqtt.sent.own-id", about=about, **values)
    if login.username is not None:
        return say("mqtt.sent.user", about=about, user=login.username, **values)
    return say("mqtt.sent.anonymous", about=about, **values)


def _line(attempt: Attempt) -> Text:
    from mqassist.net.mqtt_codes import connack_name

    ms, code, shown = attempt.ms, attempt.code, attempt.received[:32].hex(" ")
    if attempt.outcome == "accepted":
        about = (*_ABOUT, "mqtt.server_keepalive", "mqtt.max_qos")
        return say("mqtt.accepted", about=about, version=attempt.login.version, ms=ms)
    if attempt.close_code and attempt.connack is None:
        return say(
            "mqtt.closed.websocket", about=_ABOUT, code=attempt.close_code, words=attempt.close_reason[:_WORDS], ms=ms
        )
    if attempt.outcome == "refused":
        about = (*_ABOUT, "mqtt.server_reference", "mqtt.reason_string")
        name = connack_name(code)
        words = attempt.connack.property("reason_string") if attempt.connack else None
        if isinstance(words, str):
            return say("mqtt.refused.words", about=about, code=code, name=name, words=words[:_WORDS], ms=ms)
        return say("mqtt.refused", about=about, code=code, name=name, ms=ms)
    if attempt.outcome == "malformed":
        return say("mqtt.malformed", about=_ABOUT, reason=attempt.malformed, hex=shown, ms=ms)
    if attempt.outcome == "other":
        return say("mqtt.other", about=_ABOUT, received=len(attempt.received), hex=shown, ms=ms)
    if attempt.outcome == "silent":
        return say("mqtt.silent", about=_ABOUT, ms=ms)
    key = "mqtt.closed.reset" if attempt.end == "reset" else "mqtt.closed.fin"
    return say(key, about=_ABOUT, ms=ms, received=len(attempt.received))


# as _mqtt_facts.MALFORMED: the codec's words, spelled out
REFUSALS = (
    *("version", "client-id", "unavailable", "credentials", "not-authorized", "malformed", "banned"),
    *("authentication-method", "topic", "packet-too-large", "quota", "retain", "qos", "moved", "rate", "other"),
)

PROBE = Probe(
    id="mqtt.connect",
    layer="auth",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "mqtt",
    needs=("tcp.connect", "proxy.connect", "tls.handshake", "websocket.upgrade"),
    when="path.open",
    gives=(
        PROTOCOL_SPOKEN,
        LOGIN_RESULT,
        *FIRST,
        FactSpec("mqtt.connect_outcome", "choice", "How the CONNECT fared.", OUTCOMES),
        FactSpec("mqtt.version", "choice", "MQTT version asked for.", VERSIONS),
        FactSpec("mqtt.client_id", "text", "Client id sent."),
        FactSpec("mqtt.client_id_given", "flag", "It is the person's own id, not one made for this run."),
        FactSpec("mqtt.user_sent", "flag", "CONNECT carried a user name."),
        FactSpec("mqtt.keepalive_asked", "number", "Keep Alive asked for, seconds; 0 is off."),
        FactSpec("mqtt.asked_qos", "number", "QoS the person asked for; unknown where nobody did."),
        FactSpec("mqtt.message_size", "number", "Bytes of the person's largest message; 0 if nobody said."),
        FactSpec("mqtt.library_wanted", "flag", "A thorough check: a client library is to be compared as well."),
        FactSpec("mqtt.connack_code", "number", "Return code (MQTT 3) or reason code (MQTT 5) of the CONNACK."),
        FactSpec("mqtt.reason_name", "text", "The specification's words for that code."),
        FactSpec("mqtt.refusal", "choice", "Why the CONNACK refuses, whatever the version.", REFUSALS),
        FactSpec("websocket.close_code", "number", "Code of the WebSocket close frame that came instead of a CONNACK."),
        FactSpec("websocket.close_reason", "text", "The reason in that frame."),
        FactSpec("mqtt.connack_ms", "number", "Milliseconds from CONNECT to its answer or its end."),
        FactSpec("mqtt.outwaited_refusal", "flag", "It was silent for longer than brokers delay a refusal (3 s)."),
        MALFORMED_REASON,
        FactSpec("mqtt.session_present", "flag", "The broker resumed a session."),
        FactSpec("mqtt.server_keepalive", "number", "Keep Alive the broker imposes, seconds (MQTT 5)."),
        FactSpec("mqtt.max_packet", "number", "Largest packet the broker takes, bytes (MQTT 5)."),
        FactSpec("mqtt.max_qos", "number", "Highest QoS the broker takes (MQTT 5; absent means 2)."),
        FactSpec("mqtt.receive_max", "number", "Unacknowledged publishes the broker takes at once (MQTT 5)."),
        FactSpec("mqtt.topic_alias_max", "number", "Highest topic alias the broker takes (MQTT 5)."),
        FactSpec("mqtt.session_expiry", "number", "Session expiry the broker imposes, seconds (MQTT 5)."),
        FactSpec("mqtt.retain_available", "flag", "The broker takes retained messages (MQTT 5)."),
        FactSpec("mqtt.wildcard_available", "flag", "The broker takes wildcard subscriptions (MQTT 5)."),
        FactSpec("mqtt.shared_available", "flag", "The broker takes shared subscriptions (MQTT 5)."),
        FactSpec("mqtt.sub_id_available", "flag", "The broker takes subscription identifiers (MQTT 5)."),
        FactSpec("mqtt.assigned_client_id", "text", "Client id the broker made up (MQTT 5)."),
        FactSpec("mqtt.reason_string", "text", "The broker's own words with its answer (MQTT 5)."),
        FactSpec("mqtt.server_reference", "text", "Another server the broker points to (MQTT 5)."),
    ),
    budget_for=lambda settings: settings.timeout * 2 + 2,
)
