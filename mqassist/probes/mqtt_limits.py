"""Compares what the broker's CONNACK allows with what the person asked for. Sends nothing."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes.probe import Probe, ProbeContext, Result

_FRAME_ROOM = 12
"""Bytes of a PUBLISH beside topic and message, at most: header 5, length of topic 2, packet id 2, properties."""
_ABOUT = ("mqtt.lacking",)


def _run(context: ProbeContext) -> Result:
    facts = context.facts
    topic = context.settings.topic or ""
    lines: list[Text] = []
    lacking: list[str] = []
    asked, highest = context.number("mqtt.asked_qos"), context.number("mqtt.max_qos", 2)
    if asked > highest:
        lacking.append("qos")
        lines.append(say("mqtt.limits.qos", about=_ABOUT, asked=int(asked), highest=int(highest)))
    if ("+" in topic or "#" in topic) and facts.get("mqtt.wildcard_available") is False:
        lacking.append("wildcard")
        lines.append(say("mqtt.limits.wildcard", about=_ABOUT, topic=topic))
    if topic.startswith("$share/") and facts.get("mqtt.shared_available") is False:
        lacking.append("shared")
        lines.append(say("mqtt.limits.shared", about=_ABOUT, topic=topic))
    largest, size = context.number("mqtt.max_packet"), context.settings.message_size
    needed = size + len(topic.encode("utf-8", "replace")) + _FRAME_ROOM
    if largest:
        lines.append(say("mqtt.limits.largest", about=("mqtt.lacking", "mqtt.max_packet"), largest=int(largest)))
    if largest and size and needed > largest:
        lacking.append("size")
        lines.insert(0, say("mqtt.limits.size", about=_ABOUT, size=size, needed=needed, largest=int(largest)))
    keepalive, imposed = context.number("mqtt.keepalive_asked"), context.number("mqtt.server_keepalive", -1)
    if imposed >= 0 and imposed != keepalive:
        about = ("mqtt.keepalive_imposed",)
        lines.append(say("mqtt.limits.keepalive", about=about, asked=int(keepalive), imposed=int(imposed)))
    given: dict[str, Fact] = {"mqtt.lacking": tuple(lacking)}
    if imposed >= 0:
        given["mqtt.keepalive_imposed"] = imposed != keepalive
    if lacking:
        return Result("warning", lines[0], given, lines)
    return Result("passed", say("mqtt.limits.fit", about=_ABOUT), given, lines)


PROBE = Probe(
    id="mqtt.limits",
    layer="permissions",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "mqtt" and settings.mqtt_version == "5",
    needs=("mqtt.connect",),
    when="login.result == 'accepted'",
    gives=(
        FactSpec("mqtt.lacking", "list", "What was asked for and is not offered: qos, wildcard, shared, size."),
        FactSpec("mqtt.keepalive_imposed", "flag", "The broker's Keep Alive differs from the one asked for."),
    ),
)
