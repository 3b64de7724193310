"""Which pattern of RabbitMQ keeps an MQTT client from a topic: the rights on the exchange amq.topic or on its
queue, or the topic permission, as the management API tells it."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes.probe import Probe, ProbeContext, Result

EXCHANGE = "amq.topic"
"""Where RabbitMQ's MQTT plugin publishes unless mqtt.exchange says otherwise; / in a topic is . in the routing key."""
_ABOUT = ("mqtt.acl_publish", "mqtt.acl_subscribe", "mqtt.pattern_fails", "mqtt.publish_result", "mqtt.will_publish")


def _run(context: ProbeContext) -> Result:
    from mqassist.probes._patterns import ask_as_user, of_exchange, permissions_path, texts_of

    vhost, user = _vhost_and_user(context)
    asked = ask_as_user(context, user, permissions_path(vhost, user))
    patterns = texts_of(asked.answer)
    if asked.why_not is not None or patterns is None:
        line = asked.why_not or say("amqp.pattern-not-shown", status=200)
        return Result("passed", line, {}, [line])
    topics = of_exchange(ask_as_user(context, user, permissions_path(vhost, user, topics=True)).answer, EXCHANGE)
    facts: dict[str, Fact] = {"mqtt.pattern_vhost": vhost, "mqtt.pattern_user": user}
    lines: list[Text] = []
    for right, topic in _refused(context):
        _judge(context, right, topic, patterns, topics or {}, facts, lines)
    if not lines:
        lines = [say("mqtt.pattern-none", about=_ABOUT, exchange=EXCHANGE)]
    return Result("passed", lines[0], facts, lines)


def _judge(
    context: ProbeContext,
    right: str,
    topic: str,
    patterns: dict[str, str],
    topics: dict[str, str],
    facts: dict[str, Fact],
    lines: list[Text],
) -> None:
    from mqassist.probes._patterns import RIGHTS, fits, widened

    vhost, user = _vhost_and_user(context)
    if fits(patterns[right], EXCHANGE) is False:
        lines.append(say("amqp.pattern-fails", about=_ABOUT, right=right, pattern=patterns[right], name=EXCHANGE))
        patterns[right] = widened(patterns[right], EXCHANGE)
        facts["mqtt.pattern_fails"] = "exchange"
        facts |= {f"mqtt.pattern_wanted_{each}": patterns[each] for each in RIGHTS}
    key = topic.replace("/", ".")
    variables = {"username": user, "vhost": vhost, "client_id": context.text("mqtt.client_id")}
    if topics and fits(topics[right], key, variables) is False:
        pattern = topics[right]
        lines.append(say("mqtt.pattern-topic", about=_ABOUT, right=right, pattern=pattern, key=key, topic=topic))
        topics[right] = widened(pattern, key)
        facts["mqtt.pattern_fails"] = "topic"
        facts |= {f"mqtt.topic_pattern_wanted_{each}": topics[each] for each in ("write", "read")}


def _vhost_and_user(context: ProbeContext) -> tuple[str, str]:
    """RabbitMQ reads a user name `vhost:user` as both (mqtt.vhost is / otherwise)."""
    vhost, colon, user = (context.credentials.username or "guest").rpartition(":")
    return (vhost, user) if colon else ("/", user)


def _refused(context: ProbeContext) -> list[tuple[str, str]]:
    facts, topic = context.facts, context.text("mqtt.topic")
    said = {
        "write": (facts.get("mqtt.acl_publish"), facts.get("mqtt.publish_result")),
        "read": (facts.get("mqtt.acl_subscribe"), facts.get("mqtt.subscribe_result")),
    }
    found = [(right, topic) for right, seen in said.items() if any("denied" in str(each) for each in seen)]
    if "denied" in context.text("mqtt.will_publish"):
        found.append(("write", context.text("mqtt.will_topic")))
    return found


PROBE = Probe(
    id="mqtt.permission_patterns",
    layer="permissions",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "mqtt" and settings.management is not None,
    needs=("mqtt.message_path", "mqtt.acl_v5", "mqtt.will"),
    when=(
        "mqtt.acl_result == 'denied' or mqtt.will_publish in ('denied', 'denied-by-close', 'denied-by-silence')"
        " or mqtt.topic_named and (mqtt.publish_result == 'denied' or mqtt.subscribe_result == 'denied')"
    ),
    gives=(
        FactSpec("mqtt.pattern_fails", "choice", "Which pattern does not fit.", ("exchange", "topic")),
        FactSpec("mqtt.pattern_vhost", "text", "The virtual host that the login leads to."),
        FactSpec("mqtt.pattern_user", "text", "The user without the virtual host."),
        FactSpec("mqtt.pattern_wanted_configure", "text", "The user's configure pattern."),
        FactSpec("mqtt.pattern_wanted_write", "text", "A write pattern that fits the exchange as well."),
        FactSpec("mqtt.pattern_wanted_read", "text", "A read pattern that does."),
        FactSpec("mqtt.topic_pattern_wanted_write", "text", "A pattern of topics to publish to that fits as well."),
        FactSpec("mqtt.topic_pattern_wanted_read", "text", "A pattern of topics to read that does."),
    ),
    budget_for=lambda settings: settings.timeout * 6 + 2,
    deciding=True,
    why="why.mqtt.permission_patterns",
)
