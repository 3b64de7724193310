"""Subscribes, publishes and reads back on one topic: acknowledgements may lie, the echo decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.record import changed
from mqassist.core.text import Text, say
from mqassist.probes._mqtt_facts import DISCONNECT, MALFORMED_REASON, PUBLISH_RESULTS, SUBSCRIBE_RESULTS
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.core.observation import Outcome
    from mqassist.probes._mqtt import Session
    from mqassist.probes._mqtt_path import Trace
    from mqassist.probes._mqtt_topic import Topic

_ABOUT = (
    *("mqtt.path_result", "mqtt.subscribe_result", "mqtt.publish_result", "mqtt.echo", "mqtt.topic_named"),
    *("mqtt.granted_qos", "mqtt.qos2_as_qos1", "mqtt.disconnect_code", "mqtt.topic_problem", "mqtt.subscribe_code"),
    "mqtt.max_qos",
)
PATH_RESULTS = (
    *("echoed", "subscribed", "no-echo", "publish-denied", "subscribe-denied", "closed", "unanswered"),
    *("not-supported", "invalid-topic", "failed", "malformed"),
)
PROBLEMS = ("empty", "null-character", "too-long", "wildcard-in-word", "hash-not-last", "shared-without-filter")


def _run(context: ProbeContext) -> Result:
    from mqassist.probes._mqtt import Session, payload_of_test
    from mqassist.probes._mqtt_path import OWN_PATIENCE_S, SETTLE_NAMED_S, SETTLE_OWN_S, Plan, travel
    from mqassist.probes._mqtt_topic import own_topic, read_topic

    session = context.handover.take("mqtt")
    if not isinstance(session, Session):
        return Result("skipped", say("stream.not-open"))
    try:
        session.stream.rebind(context.token)
        settings = context.settings
        named = settings.topic is not None
        topic = read_topic(settings.topic or "", read_only=settings.read_only) if named else own_topic(context.run_id)
        facts: dict[str, Fact] = {
            "mqtt.topic": topic.filter,
            "mqtt.topic_named": named,
            "mqtt.topic_wildcard": topic.is_wildcard,
            "mqtt.topic_shared": topic.shared,
        }
        if topic.problem:
            facts |= {"mqtt.topic_problem": topic.problem, "mqtt.path_result": "invalid-topic"}
            context.handover.give("mqtt", session)
            line = say("mqtt.path.invalid-topic", about=_ABOUT, topic=topic.filter[:200])
            return Result("failed", line, facts, [line])
        qos = min(settings.qos, int(context.number("mqtt.max_qos", 2)))
        settle = SETTLE_NAMED_S if named else SETTLE_OWN_S
        # rights on our own topic are not worth a long wait
        patience = settings.timeout if named else max(OWN_PATIENCE_S, context.number("mqtt.connack_ms") / 250)
        plan = Plan(topic.filter, topic.name, qos, payload_of_test(context), settle, settings.timeout, patience)
        trace = travel(session, plan)
        exchanges = session.stream.transcript
    except BaseException:
        session.close()
        raise
    if session.ended:
        session.close()
    else:
        context.handover.give("mqtt", session)
    facts |= _facts(session, trace, topic, qos)
    found = _result(facts, trace, topic, session, exchanges, qos)
    if settings.message_size and facts["mqtt.path_result"] == "no-echo" and not named:
        # a broker's limit shows in the same way as a missing right
        return changed(found, outcome="warning", summary=found.evidence[-1])
    return found


def _facts(session: Session, trace: Trace, topic: Topic, qos: int) -> dict[str, Fact]:
    from mqassist.net.mqtt_codes import reason_name
    from mqassist.probes._mqtt_path import publish_result, subscribe_result

    facts: dict[str, Fact] = {
        "mqtt.subscribe_result": subscribe_result(session, trace),
        "mqtt.path_ms": round(trace.took_ms, 2),
        "mqtt.other_messages": trace.others,
    }
    if trace.suback >= 0:
        facts["mqtt.subscribe_code"] = trace.suback
        if trace.suback <= 2:
            facts["mqtt.granted_qos"] = trace.suback
    if topic.name:
        facts["mqtt.publish_result"] = publish_result(session, trace, qos)
        facts["mqtt.echo"] = trace.echoed
        if trace.puback >= 0:
            facts["mqtt.publish_code"] = trace.puback
        if qos == 2 and trace.acked_by:
            facts["mqtt.qos2_as_qos1"] = trace.acked_by == "puback"
    if trace.echoed:
        facts |= {"mqtt.echo_ms": round(trace.echo_ms, 2), "mqtt.echo_qos": trace.echo_qos}
    if session.ended == "disconnect":
        facts |= {
            "mqtt.disconnect_code": session.disconnect_code,
            "mqtt.disconnect_name": reason_name(session.disconnect_code),
        }
    facts["mqtt.path_result"] = _path_result(facts, topic)
    if session.ended == "malformed" and not trace.echoed:
        facts |= {"mqtt.path_result": "malformed", "mqtt.malformed": session.malformed}
    return facts


def _path_result(facts: dict[str, Fact], topic: Topic) -> str:
    subscribed, published = facts["mqtt.subscribe_result"], facts.get("mqtt.publish_result")
    if facts.get("mqtt.echo"):
        return "echoed"
    if subscribed == "denied":
        return "subscribe-denied"
    if published == "denied":
        return "publish-denied"
    if "closed" in (subscribed, published):
        return "closed"
    if subscribed in ("not-supported", "failed") or published in ("too-large", "quota", "qos", "failed"):
        return "not-supported" if subscribed == "not-supported" else "failed"
    if "invalid" in (subscribed, published):
        return "invalid-topic"
    if "unanswered" in (subscribed, published):
        return "unanswered"
    return "no-echo" if topic.name else "subscribed"


def _result(
    facts: dict[str, Fact], trace: Trace, topic: Topic, session: Session, exchanges: object, qos: int
) -> Result:
    assert isinstance(exchanges, list)
    result = str(facts["mqtt.path_result"])
    lines = _lines(facts, trace, topic, session, qos)
    outcome: Outcome = "passed"
    if result not in ("echoed", "subscribed"):
        outcome = "failed" if topic.named else "warning"
    if facts["mqtt.subscribe_result"] == "unanswered" or result == "malformed":
        outcome = "failed"
    if outcome == "warning" and result in ("no-echo", "publish-denied", "subscribe-denied"):
        # a login without rights on a topic that only we use is in order: name one with --topic to have it judged
        return Result(
            "passed", say("mqtt.path.own-topic-denied", about=_ABOUT, topic=topic.filter), facts, lines, exchanges
        )
    return Result(outcome, lines[-1], facts, lines, exchanges)


def _lines(facts: dict[str, Fact], trace: Trace, topic: Topic, session: Session, qos: int) -> list[Text]:
    lines: list[Text] = []
    if topic.named and topic.name:
        lines.append(say("mqtt.path.published-to-named", about=("mqtt.path_result",), topic=topic.name))
    if topic.shared:
        lines.append(say("mqtt.path.shared-as-plain", about=("mqtt.path_result",), topic=topic.filter))
    if trace.suback >= 0:
        key = "mqtt.path.granted" if trace.suback <= 2 else "mqtt.path.not-granted"
        lines.append(say(key, about=_ABOUT, topic=topic.filter, code=trace.suback))
    if trace.acked_by:
        packet = trace.acked_by.upper()
        lines.append(say("mqtt.path.acked", about=_ABOUT, packet=packet, qos=qos, code=trace.puback))
    result = facts["mqtt.path_result"]
    if result == "echoed":
        lines.append(say("mqtt.path.echoed", about=_ABOUT, topic=topic.filter, qos=trace.echo_qos, ms=trace.echo_ms))
    elif result == "no-echo":
        lines.append(say("mqtt.path.no-echo", about=_ABOUT, topic=topic.filter, ms=trace.took_ms))
    elif session.ended == "disconnect":
        name = str(facts["mqtt.disconnect_name"])
        lines.append(
            say("mqtt.path.disconnected", about=_ABOUT, code=session.disconnect_code, name=name, ms=trace.took_ms)
        )
    elif result == "malformed":
        lines.append(say("mqtt.path.malformed", about=_ABOUT, reason=session.malformed, ms=trace.took_ms))
    elif session.ended in ("fin", "reset"):
        key = "mqtt.path.closed.fin" if session.ended == "fin" else "mqtt.path.closed.reset"
        lines.append(say(key, about=_ABOUT, topic=topic.filter, ms=trace.took_ms))
    elif result == "unanswered":
        waiting = ", ".join(sorted(word.upper() for word in trace.waiting_for if word != "echo"))
        lines.append(say("mqtt.path.unanswered", about=_ABOUT, waiting=waiting, ms=trace.took_ms))
    elif not lines:
        lines.append(say("mqtt.path.no-echo", about=_ABOUT, topic=topic.filter, ms=trace.took_ms))
    return lines


PROBE = Probe(
    id="mqtt.message_path",
    layer="permissions",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "mqtt",
    needs=("mqtt.connect",),
    when="login.result == 'accepted'",
    gives=(
        *DISCONNECT,
        MALFORMED_REASON,
        FactSpec("mqtt.topic", "text", "Topic (or filter) that was tried."),
        FactSpec("mqtt.topic_named", "flag", "The person named it; otherwise it is one made for this run."),
        FactSpec("mqtt.topic_wildcard", "flag", "It is a filter with wildcards: nothing was published."),
        FactSpec("mqtt.topic_shared", "flag", "It was given as a shared subscription and tried as a plain one."),
        FactSpec("mqtt.topic_problem", "choice", "Why it can be no topic at all.", PROBLEMS),
        FactSpec("mqtt.path_result", "choice", "What became of the message in all.", PATH_RESULTS),
        FactSpec("mqtt.subscribe_result", "choice", "What became of SUBSCRIBE.", SUBSCRIBE_RESULTS),
        FactSpec("mqtt.subscribe_code", "number", "Code in the SUBACK."),
        FactSpec("mqtt.granted_qos", "number", "QoS the broker granted."),
        FactSpec("mqtt.publish_result", "choice", "What became of PUBLISH.", PUBLISH_RESULTS),
        FactSpec("mqtt.publish_code", "number", "Highest code in PUBACK, PUBREC or PUBCOMP."),
        FactSpec("mqtt.qos2_as_qos1", "flag", "The broker answered a QoS 2 publish with PUBACK."),
        FactSpec("mqtt.echo", "flag", "Our message came back."),
        FactSpec("mqtt.echo_ms", "number", "Milliseconds from publishing to its return."),
        FactSpec("mqtt.echo_qos", "number", "QoS with which it came back."),
        FactSpec("mqtt.other_messages", "number", "Other messages that came meanwhile."),
        FactSpec("mqtt.path_ms", "number", "Milliseconds for the whole step."),
    ),
    budget_for=lambda settings: settings.timeout * 2 + 2,
    changes_state=True,
)
