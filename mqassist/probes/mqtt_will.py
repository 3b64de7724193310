"""Tries the will that the person's client leaves: with CONNECT, and by publishing on its topic, because most brokers
look at the right only when the will is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._mqtt_facts import OUTCOMES
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.probes._mqtt import Attempt
    from mqassist.probes._mqtt_path import Trace

PROBLEMS = ("", "empty", "null-character", "too-long", "wildcard")
RIGHTS = ("allowed", "denied", "denied-by-close", "denied-by-silence", "unclear")
STEP_S = 2.0
NOT_AUTHORIZED, FAILED = 0x87, 0x80
_ABOUT = ("mqtt.will_connect", "mqtt.will_publish", "mqtt.will_code")


def _run(context: ProbeContext) -> Result:
    topic = context.settings.will_topic or ""
    problem = _problem(topic)
    facts: dict[str, Fact] = {"mqtt.will_topic": topic[:300], "mqtt.will_problem": problem}
    if problem:
        line = say("mqtt.will.problem", about=("mqtt.will_problem",), topic=topic[:200])
        return Result("failed", line, facts, [line])
    attempt = _connect(context, topic)
    lines = [_told(attempt, topic)]
    facts["mqtt.will_connect"] = attempt.outcome
    if attempt.code >= 0:
        facts["mqtt.will_code"] = attempt.code
    if attempt.session is not None:
        attempt.session.close()  # an orderly end: the broker forgets the will
        if not context.settings.read_only:
            _publish(context, topic, facts, lines)
    bad = attempt.session is None or "denied" in str(facts.get("mqtt.will_publish"))
    return Result("failed" if bad else "passed", lines[-1], facts, lines, list(attempt.exchanges))


def _problem(topic: str) -> str:
    from mqassist.probes._mqtt_topic import problem_of

    if "+" in topic or "#" in topic:
        return "wildcard"  # MQTT 5 §3.3.2.1: nothing is published to a filter
    return problem_of(topic)


def _connect(context: ProbeContext, topic: str) -> Attempt:
    from mqassist.core.record import changed
    from mqassist.probes._mqtt import asked_login, second_client_id, try_login

    login = changed(asked_login(context), client_id=second_client_id(context, "w"), will_topic=topic)
    return try_login(context, login)


def _publish(context: ProbeContext, topic: str, facts: dict[str, Fact], lines: list[Text]) -> None:
    """With QoS 1 in MQTT 5, where a code tells; in the person's version where the broker knows no MQTT 5."""
    trace, ended = _travel(context, topic, "5", "b")
    version, proved = "5", True
    if trace is None or (trace.puback < 0 and not ended):
        version = context.settings.mqtt_version
        trace, ended = _travel(context, topic, version, "c")
        if trace is not None and trace.puback >= 0:
            # seen: Mosquitto 2.0.11 acknowledges in MQTT 3 what it drops: only a message that comes back is a proof
            again, _ = _travel(context, topic, version, "d", subscribe=True)
            proved = again is not None and again.echoed
    lines.append(say("mqtt.will.published", about=("mqtt.will_publish",), topic=topic))
    right = "unclear" if trace is None else _right(trace, ended=ended, proved=proved)
    facts["mqtt.will_publish"] = right
    code = -1 if trace is None else trace.puback
    if code >= 0:
        facts["mqtt.will_code"] = code
    key = "mqtt.will.unclear" if right == "unclear" else f"mqtt.acl.{right}"
    lines.append(say(key, about=_ABOUT, version=version, packet="PUBLISH", topic=topic, code=code))


def _right(trace: Trace, *, ended: bool, proved: bool) -> str:
    """One of RIGHTS. seen: RabbitMQ 3.10.8 never acknowledges a QoS 1 publish that it refuses, 4.0.5 closes."""
    if trace.puback < 0:
        return "denied-by-close" if ended else "denied-by-silence"
    if trace.puback == NOT_AUTHORIZED:
        return "denied"
    return "allowed" if trace.puback < FAILED and proved else "unclear"


def _travel(
    context: ProbeContext, topic: str, version: str, tail: str, *, subscribe: bool = False
) -> tuple[Trace | None, bool]:
    """One message on a session of its own, None if there was none; whether the broker ended it over the message."""
    from mqassist.core.record import changed
    from mqassist.net.mqtt import VERSIONS
    from mqassist.probes._mqtt import asked_login, second_client_id, try_login
    from mqassist.probes._mqtt_path import Plan, travel

    wanted = next(known for known in VERSIONS if known == version)
    login = changed(asked_login(context), version=wanted, client_id=second_client_id(context, f"w{tail}"))
    session = try_login(context, login).session
    if session is None:
        return None, False
    patience = min(context.settings.timeout, max(STEP_S, context.number("mqtt.connack_ms") / 100))
    payload = f"mqassist {context.run_id}: test of a will, please ignore".encode()
    plan = Plan(topic if subscribe else "", topic, 1, payload, patience, context.settings.timeout, patience)
    try:
        return travel(session, plan), bool(session.ended)
    finally:
        session.close()


def _told(attempt: Attempt, topic: str) -> Text:
    from mqassist.net.mqtt_codes import connack_name

    if attempt.session is not None:
        return say("mqtt.will.accepted", about=_ABOUT, topic=topic, ms=attempt.ms)
    if attempt.connack is not None:
        name = connack_name(attempt.code)
        return say("mqtt.will.refused", about=_ABOUT, topic=topic, code=attempt.code, name=name)
    return say("mqtt.will.lost", about=_ABOUT, topic=topic, end=attempt.end)


PROBE = Probe(
    id="mqtt.will",
    layer="permissions",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "mqtt" and settings.will_topic is not None,
    needs=("mqtt.connect", "mqtt.message_path"),
    when="login.result == 'accepted'",
    gives=(
        FactSpec("mqtt.will_topic", "text", "Topic of the will that was tried."),
        FactSpec("mqtt.will_problem", "choice", "Why it can be no topic to publish to; empty if it can.", PROBLEMS),
        FactSpec("mqtt.will_connect", "choice", "How the CONNECT with the will fared.", OUTCOMES),
        FactSpec("mqtt.will_publish", "choice", "Whether that topic may be published to.", RIGHTS),
        FactSpec("mqtt.will_code", "number", "The code that told: of the CONNACK or the PUBACK."),
    ),
    budget_for=lambda settings: settings.timeout * 8 + 2,
    changes_state=True,
)
