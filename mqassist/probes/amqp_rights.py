"""What this client may do on the broker: with own objects that vanish by themselves, or on the queue, exchange and
routing key that somebody named. Sees alarms, because only a publisher is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._amqp_facts import CLOSED, NAME_TOO_LONG
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.probes._amqp import AmqpSession
    from mqassist.probes._amqp_channel import Channel

STATES = ("exists", "missing", "locked", "denied", "unavailable", "unanswered", "other")


def _run(context: ProbeContext) -> Result:
    from mqassist.probes._amqp import AmqpSession  # only paid for where AMQP is spoken
    from mqassist.probes._amqp_channel import Channel

    session = context.handover.take("amqp-open")
    if not isinstance(session, AmqpSession):
        return Result("skipped", say("amqp.rights-not-reached"))
    session.rebind(context.token)
    facts: dict[str, Fact] = {}
    evidence: list[Text] = []
    try:
        channel = Channel(session, context.settings.timeout)
        try:
            _ask(context, channel, facts, evidence)
        except ValueError:  # §4.2.5.3: names have at most 255 bytes
            evidence.append(say("amqp.name-too-long", about=("amqp.name_too_long",)))
            facts["amqp.name_too_long"] = True
        if channel.lost is not None:
            _lost(channel, facts, evidence)
    except BaseException:
        session.close()
        raise
    if session.is_open and session.blocked is None:
        context.handover.give("amqp-open", session)
    else:
        session.close()
    return _result(context, facts, evidence, session)


def _ask(context: ProbeContext, channel: Channel, facts: dict[str, Fact], evidence: list[Text]) -> None:
    from mqassist.probes._amqp_own import ask_for_alarm, try_own_queue

    settings = context.settings
    named = settings.queue is not None or settings.exchange is not None or settings.routing_key is not None
    if named:
        if not settings.read_only:
            ask_for_alarm(channel, context.run_id, facts, evidence, settings.message_size)
        _ask_named(context, channel, facts, evidence)
    elif not settings.read_only:
        try_own_queue(channel, context.run_id, facts, evidence, settings.message_size)


def _ask_named(context: ProbeContext, channel: Channel, facts: dict[str, Fact], evidence: list[Text]) -> None:
    from mqassist.probes._amqp_named import Named

    settings = context.settings
    asking = Named(channel, context.run_id, facts, evidence, settings.message_size)
    active = not settings.read_only
    if settings.queue is not None and asking.goes_on and asking.look_at_queue(settings.queue) and active:
        if settings.queue_arguments is not None:
            asking.ask_equivalence(settings.queue, settings.queue_arguments)
        if asking.goes_on:
            asking.ask_queue_rights(settings.queue, thorough=settings.thorough)
    exchange = settings.exchange or ""
    there = not exchange or (asking.goes_on and asking.look_at_exchange(exchange))
    if there and active and asking.goes_on:
        if settings.routing_key is not None:
            asking.publish(exchange, settings.routing_key)
        elif exchange:
            asking.ask_exchange_write(exchange)


def _lost(channel: Channel, facts: dict[str, Fact], evidence: list[Text]) -> None:
    stop = channel.lost
    assert stop is not None
    if stop.how == "close":
        from mqassist.probes._amqp_refusal import refusal

        facts |= refusal(stop, "rights")
        about = ("amqp.refusal", "amqp.close_code", "amqp.close_text", "amqp.close_stage", "amqp.limit")
        evidence.append(say("amqp.refused", about=about, code=stop.code, text=stop.text, ms=stop.ms))
    else:
        facts |= {"amqp.close_stage": "rights", "amqp.rights_end": stop.how}
        evidence.append(say("amqp.rights-lost", about=("amqp.close_stage", "amqp.rights_end"), ms=stop.ms))


_FAILS: dict[str, tuple[Fact, ...]] = {
    "amqp.name_too_long": (True,),
    "amqp.close_stage": ("rights",),
    "amqp.alarm": ("memory", "disk", "other"),
    "amqp.confirm": ("none",),
    "amqp.message_too_large": (True,),
    "amqp.queue_limit_reached": (True,),
    "amqp.queue_state": tuple(state for state in STATES if state != "exists"),
    "amqp.queue_read": (False,),
    "amqp.queue_in_exclusive_use": (True,),
    "amqp.arguments_fit": (False,),
    "amqp.exchange_state": tuple(state for state in STATES if state != "exists"),
    "amqp.publish_result": ("denied", "topic-denied", "internal", "exchange-missing", "unconfirmed", "other"),
}
_WARNS: dict[str, tuple[Fact, ...]] = {
    "amqp.queue_configure": (False,),
    "amqp.publish_result": ("unroutable", "nacked"),
}


def _result(context: ProbeContext, facts: dict[str, Fact], evidence: list[Text], session: AmqpSession) -> Result:
    def any_of(bad: dict[str, tuple[Fact, ...]]) -> bool:
        return any(facts.get(name) in values for name, values in bad.items() if name in facts)

    exchange_denied = context.settings.exchange is not None and facts.get("amqp.exchange_write") is False
    outcome = "failed" if any_of(_FAILS) or exchange_denied else "warning" if any_of(_WARNS) else "passed"
    key = {"failed": "amqp.rights-failed", "warning": "amqp.rights-warning", "passed": "amqp.rights-passed"}[outcome]
    if context.settings.read_only and outcome == "passed":
        key = "amqp.rights-read-only"
    return Result(outcome, say(key), facts, evidence, session.new_exchanges())  # type: ignore[arg-type]  # three literals


PROBE = Probe(
    id="amqp.rights",
    layer="permissions",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "amqp",
    needs=("amqp.login",),
    when="login.result == 'accepted'",
    gives=(
        *CLOSED,
        FactSpec("amqp.rights_end", "choice", "How the connection was lost meanwhile.", ("fin", "reset", "garbage")),
        NAME_TOO_LONG,
        FactSpec("amqp.own_configure", "flag", "The user may declare a queue of our own name."),
        FactSpec("amqp.own_write", "flag", "The user may publish to the default exchange."),
        FactSpec("amqp.own_read", "flag", "The user may read from a queue of our own name."),
        FactSpec("amqp.round_trip_ok", "flag", "A message went through our own queue and came back."),
        FactSpec("amqp.confirm", "choice", "What became of the test message's confirm.", ("acked", "nacked", "none")),
        FactSpec("amqp.confirm_ms", "number", "Time from sending the flight to the last confirm."),
        FactSpec("amqp.alarm", "choice", "Which alarm the broker blocks publishers for.", ("memory", "disk", "other")),
        FactSpec("amqp.alarm_reason", "text", "The reason in connection.blocked, in the broker's words."),
        FactSpec("amqp.message_too_large", "flag", "The broker takes no message of the size that was asked for."),
        FactSpec("amqp.message_text", "text", "The broker's words about that size."),
        FactSpec("amqp.queue_limit_reached", "flag", "The virtual host's limit of queues forbids another one."),
        FactSpec("amqp.queue_state", "choice", "What a passive declare says of the named queue.", STATES),
        FactSpec("amqp.queue_text", "text", "The broker's words where the named queue cannot be used."),
        FactSpec("amqp.queue_reserved", "flag", "The named queue begins with amq., which clients may not declare."),
        FactSpec("amqp.queue_messages", "number", "Messages ready in the named queue."),
        FactSpec("amqp.queue_consumers", "number", "Consumers of the named queue."),
        FactSpec("amqp.queue_configure", "flag", "The user may declare and delete the named queue."),
        FactSpec("amqp.queue_write", "flag", "The user may bind the named queue."),
        FactSpec("amqp.queue_read", "flag", "The user may consume from the named queue."),
        FactSpec("amqp.queue_in_exclusive_use", "flag", "Another consumer holds the named queue for itself."),
        FactSpec("amqp.arguments_fit", "flag", "The named queue is as the client declares it."),
        FactSpec("amqp.argument", "text", "The argument that differs or is invalid, as the broker names it."),
        FactSpec("amqp.argument_text", "text", "The broker's words about it."),
        FactSpec("amqp.exchange_state", "choice", "What a passive declare says of the named exchange.", STATES),
        FactSpec("amqp.exchange_asked", "text", "The named exchange; amq.default is the one without a name."),
        FactSpec("amqp.exchange_text", "text", "The broker's words where the named exchange cannot be used."),
        FactSpec("amqp.exchange_write", "flag", "The user may publish to the named exchange."),
        FactSpec(
            "amqp.publish_result",
            "choice",
            "What became of the test message for the named exchange and routing key.",
            (
                *("routed", "unroutable", "nacked", "unconfirmed"),
                *("denied", "topic-denied", "internal", "exchange-missing", "other"),
            ),
        ),
        FactSpec("amqp.publish_text", "text", "The broker's words about that message."),
        FactSpec("amqp.publish_ms", "number", "Time from publishing it to its confirm."),
    ),
    budget_for=lambda settings: settings.timeout * 4 + 10,
    changes_state=True,
)
