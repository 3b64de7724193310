"""Reads $SYS/broker/version on a connection of its own: MQTT itself never says who the broker is."""

from __future__ import annotations

import re
import time

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

TOPIC = "$SYS/broker/version"
_PATIENCE_S = 1.0
"""The message is retained: it comes at once or not at all."""
_ABOUT = ("mqtt.broker_product", "mqtt.broker_version")
_SHOWN = 60


def _run(context: ProbeContext) -> Result:
    from mqassist.core.record import changed
    from mqassist.net import mqtt
    from mqassist.probes._mqtt import asked_login, second_client_id, try_login

    asked = asked_login(context)
    attempt = try_login(context, changed(asked, client_id=second_client_id(context, "v")))
    session = attempt.session
    if session is None:
        return Result("passed", say("mqtt.broker-version.unknown", about=_ABOUT), exchanges=list(attempt.exchanges))
    found = ""
    end = time.monotonic() + min(_PATIENCE_S, context.settings.timeout)
    try:
        session.send(mqtt.subscribe(session.version, session.next_id(), TOPIC, 0), context.settings.timeout)
        session.subscribed = TOPIC
        while not found and not session.ended and (left := end - time.monotonic()) > 0:
            for event in session.receive(left):
                if isinstance(event, mqtt.Publish) and event.topic == TOPIC:
                    found = event.payload[:_SHOWN].decode("utf-8", "replace")
    finally:
        session.close()
    told = re.fullmatch(r"(mosquitto) version (\d+\.\d+\.\d+)\S*", found.strip())
    if told is None:
        line = say("mqtt.broker-version.unknown", about=_ABOUT)
        return Result("passed", line, {}, [line], session.stream.transcript)
    facts: dict[str, Fact] = {"mqtt.broker_product": "Mosquitto", "mqtt.broker_version": told[2]}
    line = say("mqtt.broker-version.told", about=_ABOUT, product="Mosquitto", version=told[2], topic=TOPIC)
    return Result("passed", line, facts, [line], session.stream.transcript)


PROBE = Probe(
    id="mqtt.broker_version",
    layer="protocol",
    run=_run,
    # a second login, and brokers that cut off whoever subscribes to what he may not: only where more was asked for
    applies=lambda endpoint, settings: endpoint.protocol == "mqtt" and settings.thorough,
    needs=("mqtt.connect", "mqtt.message_path", "mqtt.keepalive"),
    when="login.result == 'accepted'",
    gives=(
        FactSpec("mqtt.broker_product", "text", "The broker's product name, from $SYS/broker/version."),
        FactSpec("mqtt.broker_version", "text", "Its version, from the same."),
    ),
    budget_for=lambda settings: settings.timeout * 3 + 2,
)
