"""Repeats what had no answer, the first packet or a message, over a connection that only allows small segments: they
fit through an MTU black hole. When they do, the same is tried once more with full segments right after: only if that
still hangs is the size to blame.
"""

from __future__ import annotations

import time

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.record import changed
from mqassist.core.text import say
from mqassist.net.failure import WireError
from mqassist.probes._stream import open_plain
from mqassist.probes.probe import Probe, ProbeContext, Result

SMALL = 536
"""The segment size that every IPv4 host must take (RFC 9293 §3.7.1): no path is narrower."""
LONG = 2 * 9216
"""Bytes of a message that fills the segments of any line."""
ANSWER_S = 3.0
_AMQP_HEADER = b"AMQP\x00\x00\x09\x01"  # AMQP 0-9-1 §4.2.2

_ABOUT = ("tcp.small_segments_answered", "tcp.full_segments_answered")


def _run(context: ProbeContext) -> Result:
    facts: dict[str, Fact] = {}
    ask = _message_ms if "login.result" in context.facts else _first_packet_ms
    small = ask(changed(context, wire=context.wire.with_segments(SMALL)), min(ANSWER_S, context.settings.timeout))
    facts["tcp.small_segments_answered"] = small is not None
    if small is None:
        summary = say("tcp.small-segments-silent", about=_ABOUT, size=SMALL)
        return Result("passed", summary, facts, [summary])
    facts["tcp.small_segments_ms"] = round(small, 1)
    full = ask(context, min(ANSWER_S, max(1.2, small / 1000 * 5)))
    facts["tcp.full_segments_answered"] = full is not None
    key = "tcp.small-segments-only" if full is None else "tcp.all-segments-answered"
    summary = say(key, about=_ABOUT, size=SMALL, ms=small)
    return Result("passed", summary, facts, [summary])


def _first_packet_ms(context: ProbeContext, seconds: float) -> float | None:
    """Milliseconds until the first packet got its whole answer, None if none came in time."""
    try:
        connection = open_plain(context)
    except WireError:
        return None
    began = time.monotonic()
    try:
        if context.endpoint.tls:
            from mqassist.net.tls_context import client_context

            tls = context.settings.tls
            built = client_context(tls, context.credentials, verify=False)
            connection.start_tls(built.context, tls.server_name or context.endpoint.host, seconds)
        if context.text("first.packet") == "amqp":
            connection.send(_AMQP_HEADER, seconds)
            if not connection.receive(seconds, 64):
                return None
    except WireError as error:
        # an alert is an answer too: only silence and a peer that gave up waiting are not
        if not error.received and error.alert < 0:
            return None
    finally:
        connection.close()
    return (time.monotonic() - began) * 1000


def _message_ms(context: ProbeContext, seconds: float) -> float | None:
    """Milliseconds until the message that had no answer was answered on a connection of its own, None without."""
    limited = changed(context, settings=changed(context.settings, timeout=seconds))
    began = time.monotonic()
    trip = _amqp_message_answered if context.endpoint.protocol == "amqp" else _mqtt_message_answered
    return (time.monotonic() - began) * 1000 if trip(limited) else None


def _amqp_message_answered(context: ProbeContext) -> bool:
    from mqassist.net.amqp import Method
    from mqassist.probes._amqp_channel import Channel, Refused
    from mqassist.probes._amqp_login import open_second
    from mqassist.probes._amqp_own import message_to_nowhere

    timeout = context.settings.timeout
    try:
        second = open_second(context, context.endpoint.vhost, context.settings.heartbeat)
    except WireError:
        return False
    if second is None:
        return False
    session, login = second
    try:
        if login.stop is not None:
            return False
        size = context.settings.message_size or LONG
        channel = Channel(session, timeout)
        answer = channel.attempt(message_to_nowhere(channel, context.run_id, size), "basic.ack", "basic.nack")
        return isinstance(answer, Method | Refused)
    finally:
        session.close()


def _mqtt_message_answered(context: ProbeContext) -> bool:
    from mqassist.probes._mqtt import asked_login, payload_of_test, second_client_id, try_login
    from mqassist.probes._mqtt_path import Plan, travel

    login = changed(asked_login(context), client_id=second_client_id(context, "s"))
    session = try_login(context, login).session
    if session is None:
        return False
    topic, timeout = context.text("mqtt.topic"), context.settings.timeout
    try:
        trace = travel(session, Plan(topic, topic, 1, payload_of_test(context, " s"), timeout, timeout, timeout))
    finally:
        session.close()
    return trace.echoed


PROBE = Probe(
    id="tcp.small_segments",
    layer="network",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=(
        *("tcp.connect", "tls.handshake", "websocket.upgrade", "amqp.handshake", "mqtt.connect"),
        *("amqp.rights", "mqtt.message_path"),
    ),
    when=(
        "(first.packet in ('tls', 'amqp') and (first.end == 'silent'"
        " or (first.end in ('fin', 'reset') and first.received == 0 and first.end_ms > 1500)))"
        " or amqp.confirm == 'none'"
        f" or (mqtt.message_size > {SMALL} and mqtt.path_result in ('no-echo', 'unanswered')"
        " and not mqtt.topic_wildcard)"
    ),
    deciding=True,
    why="why.tcp.small_segments",
    gives=(
        FactSpec("tcp.small_segments_answered", "flag", "With segments of at most 536 bytes the answer came."),
        FactSpec("tcp.small_segments_ms", "number", "How long it took."),
        FactSpec("tcp.full_segments_answered", "flag", "Right after that, with full segments, an answer came as well."),
    ),
    budget_for=lambda settings: settings.timeout * 4 + 10,
    changes_state=True,
)
