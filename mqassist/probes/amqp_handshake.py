"""Sends the AMQP 0-9-1 header and reads what the broker says of itself before any login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._shared import FIRST, PROTOCOL_SPOKEN
from mqassist.probes._stream import take_first
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.net.amqp import Method, ServerHeader
    from mqassist.probes._amqp import AmqpSession, Stop


def _run(context: ProbeContext) -> Result:
    from mqassist.net.amqp import Method  # only paid for where AMQP is spoken
    from mqassist.probes._amqp import AmqpSession
    from mqassist.probes._amqp_login import say_hello

    stream = take_first(context)
    if stream is None:
        return Result("skipped", say("stream.not-open"))
    session = AmqpSession(stream)
    try:
        answer = say_hello(session, context.settings.timeout)
    except BaseException:
        session.close()
        raise
    if isinstance(answer, Method):
        result = _spoken(session, answer)
        context.handover.give("amqp", session)
        return result
    result = _other(session, answer)
    session.close()
    return result


def _spoken(session: AmqpSession, start: Method) -> Result:
    from mqassist.probes._amqp import shown
    from mqassist.probes._amqp_login import mechanisms, words_of

    start_ms = session.age_of_last_answer()
    facts: dict[str, Fact] = {
        "protocol.spoken": True,
        "amqp.mechanisms": mechanisms(start),
        "amqp.locales": words_of(start, "locales"),
        "amqp.start_ms": start_ms,
    }
    properties = start.fields.get("properties")
    if isinstance(properties, dict):
        for name in ("product", "version", "cluster_name", "platform"):
            value = properties.get(name)
            if isinstance(value, str):
                facts[f"amqp.{name}"] = shown(value, 100)
        offered = properties.get("capabilities")
        if isinstance(offered, dict):
            facts["amqp.capabilities"] = tuple(shown(name, 60) for name, value in offered.items() if value is True)[:40]
    product, version = str(facts.get("amqp.product", "?")), str(facts.get("amqp.version", "?"))
    greeting = say(
        "amqp.greeting",
        about=("amqp.product", "amqp.version", "amqp.start_ms", "protocol.spoken"),
        product=product,
        version=version,
        ms=start_ms,
    )
    names = ", ".join(mechanisms(start)) or "–"
    offers = say("amqp.offers", about=("amqp.mechanisms",), mechanisms=names)
    return Result("passed", greeting, facts, [greeting, offers], session.new_exchanges())


def _other(session: AmqpSession, answer: Stop | ServerHeader) -> Result:
    from mqassist.net.amqp import ServerHeader

    ms = session.age_of_last_answer()
    facts: dict[str, Fact] = {
        "protocol.spoken": False,
        "first.packet": "amqp",
        "first.end_ms": ms,
        "first.received": session.received_total,
    }
    if session.received:
        facts["first.hex"] = session.received.hex()
    about = ("protocol.spoken", "first.packet", "first.end", "first.end_ms", "first.received", "first.hex")
    summary: Text
    if isinstance(answer, ServerHeader):
        facts |= {"first.end": "answered", "amqp.server_header": answer.version}
        summary = say("amqp.other-version", about=(*about, "amqp.server_header"), version=answer.version, ms=ms)
    elif session.received_total:
        facts["first.end"] = "answered"
        summary = say("amqp.not-amqp", about=about, count=session.received_total, hex=session.received.hex(" "), ms=ms)
    else:
        end = answer.how if answer.how in ("silent", "fin", "reset") else "reset"
        facts["first.end"] = end
        summary = say(f"amqp.unanswered-{end}", about=about, ms=ms)
    return Result("failed", summary, facts, [summary], session.new_exchanges())


PROBE = Probe(
    id="amqp.handshake",
    layer="protocol",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "amqp",
    needs=("tcp.connect", "proxy.connect", "tls.handshake"),
    when="path.open and (not input.tls or tls.result == 'ok')",
    gives=(
        PROTOCOL_SPOKEN,
        *FIRST,
        FactSpec("amqp.server_header", "text", "The version in the protocol header that the server answered with."),
        FactSpec("amqp.product", "text", "The broker's product name, from Connection.Start."),
        FactSpec("amqp.version", "text", "The broker's version, from Connection.Start."),
        FactSpec("amqp.platform", "text", "What the broker runs on, from Connection.Start."),
        FactSpec("amqp.cluster_name", "text", "The cluster's name, from Connection.Start."),
        FactSpec("amqp.mechanisms", "list", "SASL mechanisms offered, in the broker's order."),
        FactSpec("amqp.capabilities", "list", "Capabilities that the broker declares."),
        FactSpec("amqp.locales", "list", "Locales offered."),
        FactSpec("amqp.start_ms", "number", "Time from our protocol header to Connection.Start."),
    ),
    budget_for=lambda settings: settings.timeout * 3 + 2,
)
