"""Repeats a message that did not come back as MQTT 5 with QoS 1, step by step: its reason codes do not lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.observation import Exchange
from mqassist.core.text import Text, say
from mqassist.probes._mqtt_facts import VERSIONS
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.probes._mqtt import Attempt, Session
    from mqassist.probes._mqtt_path import Trace
    from mqassist.probes._mqtt_topic import Topic

_ABOUT = ("mqtt.acl_publish", "mqtt.acl_subscribe", "mqtt.acl_result", "mqtt.acl_publish_code")
_STEP_S = 2.0
TOO_LARGE = 0x95


def _run(context: ProbeContext) -> Result:
    from mqassist.probes._mqtt_topic import own_topic, read_topic

    named = context.settings.topic
    topic = own_topic(context.run_id) if named is None else read_topic(named, read_only=context.settings.read_only)
    steps = _Steps(context, topic)
    if not steps.in_version("5"):
        # seen: RabbitMQ 3.10.8 knows no MQTT 5 and 4.0.5 gives no code; there the connection that is closed tells
        # which right is missing
        steps.one_by_one()
    elif topic.name and steps.unheard:
        steps.publish_alone()
    told = "mqtt.acl_publish" in steps.facts or "mqtt.acl_subscribe" in steps.facts
    rights = f"{steps.facts.get('mqtt.acl_publish', '')} {steps.facts.get('mqtt.acl_subscribe', '')}"
    denied, too_large = "denied" in rights, "too-large" in rights
    steps.facts["mqtt.acl_result"] = (
        "denied" if denied else "too-large" if too_large else "allowed" if told else "unclear"
    )
    summary = steps.lines[-1] if steps.lines else say("mqtt.acl.unclear", about=_ABOUT, topic=topic.filter)
    return Result("passed", summary, steps.facts, steps.lines, steps.exchanges)


class _Steps:
    """Subscribing and publishing apart from each other, each on a session that may be lost over it."""

    def __init__(self, context: ProbeContext, topic: Topic) -> None:
        self.context = context
        self.topic = topic
        self.facts: dict[str, Fact] = {}
        self.lines: list[Text] = []
        self.exchanges: list[Exchange] = []
        self._opened = 0
        self.unheard = False
        """The session ended before anything was said about the message."""

    def _open(self, version: str) -> Attempt:
        from mqassist.core.record import changed
        from mqassist.net.mqtt import VERSIONS as KNOWN
        from mqassist.probes._mqtt import asked_login, second_client_id, try_login

        self._opened += 1
        asked = asked_login(self.context)
        wanted = next(known for known in KNOWN if known == version)
        client_id = second_client_id(self.context, "abcd"[self._opened - 1])
        return try_login(self.context, changed(asked, version=wanted, client_id=client_id))

    def _travel(self, session: Session, subscribe: str, publish: str, *, short: bool = False) -> Trace:
        from mqassist.probes._mqtt import payload_of_test
        from mqassist.probes._mqtt_path import Plan, travel

        payload = payload_of_test(self.context, f" {self._opened}")
        payload = payload.rstrip(b".") if short else payload
        whole = self.context.settings.timeout
        patience = min(whole, max(_STEP_S, self.context.number("mqtt.connack_ms") / 100))
        try:
            return travel(session, Plan(subscribe, publish, 1, payload, patience, whole, patience))
        finally:
            self.exchanges += session.stream.transcript
            session.close()

    def in_version(self, version: str) -> bool:
        """False if the broker does not take that version, or only closed the connection without a code."""
        attempt = self._open(version)
        session = attempt.session
        if session is None:
            return False
        self.facts["mqtt.acl_version"] = version
        if self._announced_too_large(attempt):
            session.close()
            return True
        trace = self._travel(session, self.topic.filter, self.topic.name)
        if session.disconnect_code == TOO_LARGE:
            self._told("publish", "too-large", TOO_LARGE)
            return True
        self.unheard = bool(session.ended) and trace.puback < 0
        if trace.suback >= 0x80:
            self._told("subscribe", "denied", trace.suback)
        if trace.puback >= 0:
            self.facts["mqtt.acl_publish_code"] = trace.puback
            if trace.puback == TOO_LARGE:
                self._told("publish", "too-large", trace.puback)
                return True
            self._told("publish", "denied" if trace.puback == 0x87 else "allowed", trace.puback)
            if trace.puback < 0x80 and 0 <= trace.suback < 0x80:
                # seen: Mosquitto 2.0.11 grants any SUBSCRIBE and drops at delivery what may not be read
                self._told("subscribe", "allowed" if trace.echoed else "denied-silently", trace.suback)
        # seen: RabbitMQ 4.0.5 closes on a PUBLISH that it refuses, in MQTT 5 too
        return bool(self.lines) or not session.ended

    def _announced_too_large(self, attempt: Attempt) -> bool:
        """§3.2.2.3.6: the CONNACK may name the largest packet. What it says cannot get lost on the way, as the
        DISCONNECT can that Mosquitto sends before it resets the connection."""
        from mqassist.net.mqtt import publish
        from mqassist.probes._mqtt import payload_of_test

        largest = None if attempt.connack is None else attempt.connack.property("maximum_packet_size")
        payload = payload_of_test(self.context, f" {self._opened}")
        size = len(publish("5", self.topic.name, payload, 1, 1)) if self.topic.name else 0
        if not isinstance(largest, int) or size <= largest:
            return False
        self.facts["mqtt.acl_publish"] = "too-large"
        self.lines.append(say("mqtt.acl.announced-too-large", about=_ABOUT, size=size, largest=largest))
        return True

    def one_by_one(self) -> None:
        version = self.context.settings.mqtt_version
        self.facts["mqtt.acl_version"] = version
        session = self._open(version).session
        if session is not None:
            trace = self._travel(session, self.topic.filter, "")
            if session.ended:
                self._told("subscribe", "denied-by-close", trace.suback)
        # what this version has acknowledged it would acknowledge again
        if self.topic.name and self.context.text("mqtt.publish_result") != "acked":
            self.publish_alone()

    def publish_alone(self) -> None:
        session = self._open(str(self.facts["mqtt.acl_version"])).session
        if session is not None:
            trace = self._travel(session, "", self.topic.name)
            if session.ended or trace.puback < 0:
                # seen: RabbitMQ 3.10.8 never acknowledges a QoS 1 publish that it refuses, and closes on QoS 0
                how = "denied-by-close" if session.ended else "denied-by-silence"
                self._told("publish", "too-large" if self._short_one_passes() else how, trace.puback)

    def _short_one_passes(self) -> bool:
        """seen: RabbitMQ 3.10.8 is as silent about a message above max_message_size as about a missing right."""
        if not self.context.settings.message_size:
            return False
        session = self._open(self.context.settings.mqtt_version).session
        return session is not None and self._travel(session, "", self.topic.name, short=True).puback == 0

    def _told(self, what: str, how: str, code: int) -> None:
        self.facts[f"mqtt.acl_{what}"] = how
        version = str(self.facts["mqtt.acl_version"])
        packet = "SUBSCRIBE" if what == "subscribe" else "PUBLISH"
        topic = self.topic.filter
        key = "too-large-silently" if how == "too-large" and code < 0 else how
        line = say(f"mqtt.acl.{key}", about=_ABOUT, version=version, packet=packet, topic=topic, code=code)
        self.lines.append(line)


RESULTS = ("denied", "too-large", "allowed", "unclear")
RIGHTS = ("allowed", "denied", "denied-silently", "denied-by-close", "denied-by-silence", "too-large")

PROBE = Probe(
    id="mqtt.acl_v5",
    layer="permissions",
    run=_run,
    applies=lambda endpoint, settings: (
        endpoint.protocol == "mqtt" and (settings.topic is not None or settings.message_size > 0)
    ),
    needs=("mqtt.message_path",),
    when=(
        "((mqtt.topic_named or mqtt.message_size > 0) and mqtt.path_result in ('no-echo', 'closed', 'unanswered'))"
        # what became of the message of a client that may not subscribe either
        " or (mqtt.topic_named and mqtt.path_result == 'subscribe-denied'"
        " and (mqtt.publish_result in ('closed', 'unanswered')"
        " or (mqtt.version != '5' and mqtt.publish_result == 'acked')))"
    ),
    gives=(
        FactSpec("mqtt.acl_version", "choice", "MQTT version in which the rights were tried one by one.", VERSIONS),
        FactSpec("mqtt.acl_publish", "choice", "Whether the topic may be published to.", RIGHTS),
        FactSpec("mqtt.acl_subscribe", "choice", "Whether the topic may be read.", RIGHTS),
        FactSpec("mqtt.acl_publish_code", "number", "Reason code of the PUBACK in MQTT 5."),
        FactSpec("mqtt.acl_result", "choice", "What the steps told in all.", RESULTS),
    ),
    budget_for=lambda settings: settings.timeout * 12 + 2,
    changes_state=True,
    deciding=True,
    why="why.mqtt.acl_v5",
)
