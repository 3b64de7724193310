"""Which of the user's three patterns does not fit a name that was refused, as the management API tells it, and what
the patterns would have to be. RabbitMQ keeps them per virtual host: configure, write, read."""

from __future__ import annotations

import re

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.probes.probe import Probe, ProbeContext, Result

RIGHTS = ("configure", "write", "read")
_NOTHING = ("", "^$")
_ABOUT = ("amqp.queue_read", "amqp.queue_configure", "amqp.exchange_write", "amqp.pattern_write")


def _run(context: ProbeContext) -> Result:
    patterns, why_not = _patterns(context)
    if patterns is None:
        return Result("passed", why_not, {}, [] if why_not is None else [why_not])
    facts: dict[str, Fact] = {f"amqp.pattern_{right}": patterns[right] for right in RIGHTS}
    lines: list[Text] = []
    for right, name in _refused(context):
        lines.append(say("amqp.pattern-fails", about=_ABOUT, right=right, pattern=patterns[right], name=name))
        patterns[right] = widened(patterns[right], name)
    facts |= {f"amqp.pattern_wanted_{right}": patterns[right] for right in RIGHTS}
    return Result("passed", lines[-1] if lines else None, facts, lines)


def widened(pattern: str, name: str) -> str:
    """The pattern that fits this one name as well; RabbitMQ looks for it anywhere in a name unless it is anchored."""
    exact = f"^{re.escape(name)}$"
    return exact if pattern in _NOTHING else f"{pattern}|{exact}"


def _refused(context: ProbeContext) -> list[tuple[str, str]]:
    facts, queue = context.facts, context.settings.queue or ""
    asked = (
        ("amqp.queue_configure", "configure", queue),
        ("amqp.queue_read", "read", queue),
        ("amqp.exchange_write", "write", context.text("amqp.exchange_asked")),
    )
    return [(right, name) for fact, right, name in asked if facts.get(fact) is False]


def _patterns(context: ProbeContext) -> tuple[dict[str, str] | None, Text | None]:
    """The user's own patterns on the virtual host; None and why where they were not to be had."""
    from urllib.parse import quote

    from mqassist.probes._amqp_login import DEFAULT_PASSWORD
    from mqassist.probes._management import ask

    base, user, given = context.settings.management, context.text("amqp.username"), context.credentials.password
    if base is None or not context.logins.take():
        return None, say("amqp.pattern-not-asked")
    word = DEFAULT_PASSWORD if given is None else given.reveal()
    path = f"/api/permissions/{quote(context.endpoint.vhost, safe='')}/{quote(user, safe='')}"
    try:
        status, answer = ask(context, base, path, user, word)
    except WireError as error:
        return None, say("amqp.whoami-unreachable", kind=error.kind)
    if status != 200 or not isinstance(answer, dict):
        return None, say("amqp.pattern-not-shown", status=status)
    found = {right: answer.get(right) for right in RIGHTS}
    texts = {right: value[:MAX_PATTERN] for right, value in found.items() if isinstance(value, str)}
    return (texts, None) if len(texts) == len(RIGHTS) else (None, say("amqp.pattern-not-shown", status=status))


MAX_PATTERN = 1000

PROBE = Probe(
    id="amqp.permission_patterns",
    layer="permissions",
    run=_run,
    applies=lambda endpoint, settings: endpoint.protocol == "amqp" and settings.management is not None,
    needs=("amqp.rights",),
    when="amqp.queue_read == false or amqp.queue_configure == false or amqp.exchange_write == false",
    gives=(
        FactSpec("amqp.pattern_configure", "text", "The user's configure pattern on this virtual host."),
        FactSpec("amqp.pattern_write", "text", "The write pattern."),
        FactSpec("amqp.pattern_read", "text", "The read pattern."),
        FactSpec("amqp.pattern_wanted_configure", "text", "A configure pattern that fits the refused name as well."),
        FactSpec("amqp.pattern_wanted_write", "text", "A write pattern that does."),
        FactSpec("amqp.pattern_wanted_read", "text", "A read pattern that does."),
    ),
    budget_for=lambda settings: settings.timeout * 3 + 2,
    deciding=True,
    why="why.amqp.permission_patterns",
)
