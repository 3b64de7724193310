"""Which of the user's patterns does not fit a name or a routing key that was refused, as the management API tells it,
and what the patterns would have to be."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._patterns import RIGHTS, ask_as_user, fits, of_exchange, permissions_path, texts_of, widened
from mqassist.probes.probe import Probe, ProbeContext, Result

_ABOUT = ("amqp.queue_read", "amqp.queue_configure", "amqp.exchange_write", "amqp.pattern_write")
_ABOUT_TOPIC = ("amqp.publish_result", "amqp.topic_pattern_write")


def _run(context: ProbeContext) -> Result:
    topics = context.text("amqp.publish_result") == "topic-denied"
    user = context.text("amqp.username")
    asked = ask_as_user(context, user, permissions_path(context.endpoint.vhost, user, topics=topics))
    if asked.why_not is not None:
        return Result("passed", asked.why_not, {}, [asked.why_not])
    if topics:
        return _topic(context, asked.answer, user)
    patterns = texts_of(asked.answer)
    if patterns is None:
        line = say("amqp.pattern-not-shown", status=200)
        return Result("passed", line, {}, [line])
    facts: dict[str, Fact] = {f"amqp.pattern_{right}": patterns[right] for right in RIGHTS}
    lines: list[Text] = []
    for right, name in _refused(context):
        lines.append(say("amqp.pattern-fails", about=_ABOUT, right=right, pattern=patterns[right], name=name))
        patterns[right] = widened(patterns[right], name)
    facts |= {f"amqp.pattern_wanted_{right}": patterns[right] for right in RIGHTS}
    return Result("passed", lines[-1] if lines else None, facts, lines)


def _topic(context: ProbeContext, answer: object, user: str) -> Result:
    exchange, key = context.text("amqp.exchange_asked"), context.settings.routing_key or ""
    patterns = of_exchange(answer, exchange)
    if patterns is None:
        line = say("amqp.topic-pattern-none", exchange=exchange)
        return Result("passed", line, {}, [line])
    facts: dict[str, Fact] = {f"amqp.topic_pattern_{right}": pattern for right, pattern in patterns.items()}
    fitting = fits(patterns["write"], key, {"username": user, "vhost": context.endpoint.vhost})
    if fitting is not False:  # another one of several backends may have refused it
        line = say("amqp.topic-pattern-fits", about=_ABOUT_TOPIC, pattern=patterns["write"], name=key)
        return Result("passed", line, facts, [line])
    line = say("amqp.topic-pattern-fails", about=_ABOUT_TOPIC, pattern=patterns["write"], name=key, exchange=exchange)
    facts["amqp.topic_pattern_wanted"] = widened(patterns["write"], key)
    return Result("passed", line, facts, [line])


def _refused(context: ProbeContext) -> list[tuple[str, str]]:
    facts, queue = context.facts, context.settings.queue or ""
    asked = (
        ("amqp.queue_configure", "configure", queue),
        ("amqp.queue_read", "read", queue),
        ("amqp.exchange_write", "write", context.text("amqp.exchange_asked")),
    )
    return [(right, name) for fact, right, name in asked if facts.get(fact) is False]


PROBE = Probe(
    id="amqp.permission_patterns",
    layer="permissions",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "amqp" and settings.management is not None,
    needs=("amqp.rights",),
    when=(
        "amqp.queue_read == false or amqp.queue_configure == false or amqp.exchange_write == false"
        " or amqp.publish_result == 'topic-denied'"
    ),
    gives=(
        FactSpec("amqp.pattern_configure", "text", "The user's configure pattern on this virtual host."),
        FactSpec("amqp.pattern_write", "text", "The write pattern."),
        FactSpec("amqp.pattern_read", "text", "The read pattern."),
        FactSpec("amqp.pattern_wanted_configure", "text", "A configure pattern that fits the refused name as well."),
        FactSpec("amqp.pattern_wanted_write", "text", "A write pattern that does."),
        FactSpec("amqp.pattern_wanted_read", "text", "A read pattern that does."),
        FactSpec("amqp.topic_pattern_write", "text", "The user's pattern for routing keys to publish with."),
        FactSpec("amqp.topic_pattern_read", "text", "The one for routing keys to bind with."),
        FactSpec("amqp.topic_pattern_wanted", "text", "A pattern to publish with that fits the refused key as well."),
    ),
    budget_for=lambda settings: settings.timeout * 3 + 2,
    deciding=True,
    why="why.amqp.permission_patterns",
)
