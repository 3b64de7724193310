"""Opens the virtual host once more under its likely other spellings: a slash too many, one too few, encoded twice."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.percent import decode
from mqassist.core.text import Text, say
from mqassist.net.amqp import Method
from mqassist.net.failure import WireError
from mqassist.probes._amqp import AmqpSession, Stop
from mqassist.probes._amqp_login import choose_identity, log_in, mechanisms, say_hello
from mqassist.probes._amqp_refusal import read_refusal
from mqassist.probes._stream import open_fresh
from mqassist.probes.probe import Probe, ProbeContext, Result

MOST_SPELLINGS = 3
LONGEST_NAME = 255
"""Bytes of a virtual host's name (AMQP 0-9-1 §4.2.5.3, short string)."""


def spellings(vhost: str, form: str = "named") -> tuple[str, ...]:
    """What else the writer may have meant, likeliest first; never the name itself. `form` is input.vhost_form.

    "/" stands for nothing but slashes: it exists on every broker, so it proves nothing about any other name.
    """
    plain = decode(vhost).strip("/").strip()
    found = [decode(vhost), vhost.strip(), vhost.strip("/"), plain or "/"]
    if form == "several-segments":
        found.append(plain.partition("/")[0])
    if not vhost.startswith("/"):
        found.append(f"/{vhost}")
    return tuple(dict.fromkeys(name for name in found if name and name != vhost))[:MOST_SPELLINGS]


def _run(context: ProbeContext) -> Result:
    lines: list[Text] = []
    for name in spellings(context.endpoint.vhost, context.text("input.vhost_form", "named")):
        if len(name.encode("utf-8", "replace")) > LONGEST_NAME:
            continue
        verdict = _knows(context, name)
        if verdict is None:
            break
        lines.append(say("input.vhost-tried" if verdict else "input.vhost-unknown", about=_ABOUT, vhost=name))
        if verdict:
            facts: dict[str, Fact] = {"input.vhost_other_exists": True, "input.vhost_other": name}
            return Result("passed", lines[-1], facts, lines)
    if not lines:
        return Result("skipped", say("input.vhost-not-tried"))
    return Result("passed", say("input.vhost-no-other", about=_ABOUT), {"input.vhost_other_exists": False}, lines)


_ABOUT = ("input.vhost_other_exists", "input.vhost_other")


def _knows(context: ProbeContext, vhost: str) -> bool | None:
    """Whether the broker has a virtual host of that name, also one this user may not enter; None if it did not say."""
    try:
        connection = open_fresh(context)
    except WireError:
        return None
    session = AmqpSession(connection)
    try:
        start = say_hello(session, context.settings.timeout)
        if not isinstance(start, Method):
            return None
        identity = choose_identity(context.credentials, context.settings, mechanisms(start))
        if identity is None:
            return None
        stop = log_in(session, identity, vhost, context, context.settings.heartbeat).stop
    finally:
        session.close()
    return True if stop is None else _existed(stop)


def _existed(stop: Stop) -> bool | None:
    if stop.how != "close":
        return None
    meaning, _limit = read_refusal(stop.code, stop.text)
    if meaning == "vhost-not-found":
        return False
    return True if meaning in ("vhost-access", "vhost-down", "vhost-connection-limit") else None


PROBE = Probe(
    id="input.vhost_spelling",
    layer="input",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "amqp",
    needs=("amqp.login",),
    when="amqp.refusal == 'vhost-not-found' and input.vhost_form != 'empty'",
    gives=(
        FactSpec("input.vhost_other_exists", "flag", "Under another spelling the broker has the virtual host."),
        FactSpec("input.vhost_other", "text", "The spelling that the broker knows."),
    ),
    budget_for=lambda settings: settings.timeout * 3 + 2,
    deciding=True,
    why="why.input.vhost_spelling",
)
