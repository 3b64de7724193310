"""Rights on objects of our own: an exclusive queue that dies with the connection, and one message in it.

All requests go out in one flight. The first is a message that no queue can take: a broker in alarm stops reading
right there, so that our queue is never declared and nothing is left behind while publishers are blocked.
"""

from __future__ import annotations

import time

from mqassist.core.facts import Fact
from mqassist.core.text import Text, say
from mqassist.net.amqp import Method
from mqassist.net.amqp_methods import basic_get, basic_publish, confirm_select, queue_declare, queue_delete
from mqassist.probes._amqp_channel import NUMBER, Channel, Refused

SHORT = 8
"""A message that is within every limit: the bytes of its first word."""

LARGEST_SEGMENT = 9216
"""More than the segments of any line (jumbo frames have 9,000 bytes): above that it is this machine itself."""

CONFIRM_S = 2.0
"""Brokers confirm a transient message within milliseconds; alarms and lost leaders show as longer silence."""

QUEUE, PUBLISH, GET = (50, 10), (60, 40), (60, 70)


def own_name(run_id: str) -> str:
    return f"mqassist-{run_id}"


def nowhere(run_id: str) -> str:
    """A routing key for which no queue exists."""
    return f"mqassist-{run_id}-nowhere"


def message_to_nowhere(channel: Channel, run_id: str, size: int) -> bytes:
    """Publishes what comes back as it went: no queue can take it, and it is mandatory.

    It has `size` bytes, 0 for as many as fill a segment of the line: only such a one shows that large packets pass.
    """
    segment = channel.session.connection.segment_size
    body = b"mqassist".ljust(size or (segment if segment <= LARGEST_SEGMENT else 0), b".")
    frame_max = channel.session.frame_max
    return confirm_select(NUMBER) + basic_publish(NUMBER, "", nowhere(run_id), body, frame_max=frame_max)


def ask_for_alarm(channel: Channel, run_id: str, facts: dict[str, Fact], evidence: list[Text], size: int = 0) -> None:
    """Publishes one message that no queue can take: shows alarms and the right to write, changes nothing."""
    began = time.monotonic()
    answer = channel.attempt(message_to_nowhere(channel, run_id, size), "basic.ack", "basic.nack")
    if isinstance(answer, Refused):
        if size != SHORT and too_large(answer, size, facts, evidence):
            ask_for_alarm(channel, run_id, facts, evidence, SHORT)
            return
        if (answer.class_id, answer.method_id) == PUBLISH:
            facts["amqp.own_write"] = False
            evidence.append(say("amqp.own-write-denied", about=("amqp.own_write",), text=answer.text))
    elif isinstance(answer, Method):
        facts["amqp.own_write"] = True
    elif channel.lost is None:
        confirm_missing(channel, began, facts, evidence)


def too_large(answer: Refused, size: int, facts: dict[str, Fact], evidence: list[Text]) -> bool:
    """True if the broker refused the message for its size, which only matters if the person's own have it.

    seen: RabbitMQ 3.10.8 and 4.0.5: 406 "message size 5000 is larger than configured max size 1000".
    """
    if answer.code != 406 or "message size" not in answer.text:
        return False
    if size:
        facts |= {"amqp.message_too_large": True, "amqp.message_text": answer.text}
        about = ("amqp.message_too_large", "amqp.message_text")
        evidence.append(say("amqp.message-too-large", about=about, size=size, text=answer.text))
    return True


def try_own_queue(channel: Channel, run_id: str, facts: dict[str, Fact], evidence: list[Text], size: int = 0) -> None:
    """Declare, publish, get, delete; what is refused is told apart by the method that the broker names."""
    name = own_name(run_id)
    flight = (
        message_to_nowhere(channel, run_id, size)
        + queue_declare(NUMBER, name, exclusive=True, auto_delete=True)
        + basic_publish(NUMBER, "", name, b"mqassist")
        + basic_get(NUMBER, name)
        + queue_delete(NUMBER, name)
    )
    began = time.monotonic()
    answer = channel.attempt(flight, "queue.delete-ok")
    if isinstance(answer, Refused):
        _refused(channel, answer, run_id, facts, evidence, size)
    elif channel.lost is None and channel.session.blocked is None:
        _heard(channel, began, facts, evidence)
    elif channel.session.blocked is not None:
        confirm_missing(channel, began, facts, evidence)


def _heard(channel: Channel, began: float, facts: dict[str, Fact], evidence: list[Text]) -> None:
    heard = channel.heard
    if "queue.declare-ok" in heard.methods:
        facts["amqp.own_configure"] = True
    if "basic.get-ok" in heard.methods or "basic.get-empty" in heard.methods:
        facts["amqp.own_read"] = True

    def enough() -> bool:
        return max(heard.confirmed, heard.nacked) >= 2 or channel.session.blocked is not None

    if not enough():
        channel.wait(time.monotonic(), CONFIRM_S, enough)
    if heard.confirmed or heard.nacked:
        facts["amqp.own_write"] = True
    if heard.confirmed < 2 and heard.nacked < 2:
        confirm_missing(channel, began, facts, evidence)
        return
    facts["amqp.confirm"] = "acked" if heard.confirmed >= 2 else "nacked"
    facts["amqp.confirm_ms"] = confirm_ms = round((heard.confirmed_at - began) * 1000, 3)
    if "basic.get-ok" in heard.methods:
        facts["amqp.round_trip_ok"] = True
        about = ("amqp.round_trip_ok", "amqp.own_configure", "amqp.own_write", "amqp.own_read", "amqp.confirm")
        evidence.append(say("amqp.own-round-trip", about=about, ms=confirm_ms))


def confirm_missing(channel: Channel, began: float, facts: dict[str, Fact], evidence: list[Text]) -> None:
    """No confirm yet: waits on for connection.blocked, then says which of both it is."""
    session = channel.session
    if session.blocked is None and channel.lost is None:
        channel.wait(began, CONFIRM_S, lambda: session.blocked is not None)
    if session.blocked is not None:
        reason = session.blocked.lower()
        facts["amqp.alarm"] = "memory" if "memory" in reason else "disk" if "disk" in reason else "other"
        facts["amqp.alarm_reason"] = session.blocked
        about = ("amqp.alarm", "amqp.alarm_reason")
        evidence.append(say("amqp.blocked", about=about, reason=session.blocked, ms=(time.monotonic() - began) * 1000))
    elif channel.lost is None:
        waited = (time.monotonic() - began) * 1000
        facts["amqp.confirm"] = "none"
        evidence.append(say("amqp.no-confirm", about=("amqp.confirm",), ms=waited))


def _refused(
    channel: Channel, first: Refused, run_id: str, facts: dict[str, Fact], evidence: list[Text], size: int
) -> None:
    """The channel is closed at the first refusal: ask for what stood behind it again, piece by piece."""
    answer: object = first
    name = own_name(run_id)
    if size != SHORT and too_large(first, size, facts, evidence):
        try_own_queue(channel, run_id, facts, evidence, SHORT)
        return
    if _is(answer, PUBLISH):
        facts["amqp.own_write"] = False
        evidence.append(say("amqp.own-write-denied", about=("amqp.own_write",), text=first.text))
        declare = queue_declare(NUMBER, name, exclusive=True, auto_delete=True)
        answer = channel.attempt(declare + basic_get(NUMBER, name) + queue_delete(NUMBER, name), "queue.delete-ok")
    elif "basic.ack" in channel.heard.methods or "basic.return" in channel.heard.methods:
        facts["amqp.own_write"] = True
    if isinstance(answer, Refused) and _is(answer, QUEUE):
        _declare_refused(answer, facts, evidence)
    elif isinstance(answer, Refused) and _is(answer, GET):
        facts |= {"amqp.own_configure": True, "amqp.own_read": False}
        evidence.append(say("amqp.own-read-denied", about=("amqp.own_read",), text=answer.text))
        channel.attempt(queue_delete(NUMBER, name), "queue.delete-ok")
    elif isinstance(answer, Method):
        facts |= {"amqp.own_configure": True, "amqp.own_read": True}


def _declare_refused(answer: Refused, facts: dict[str, Fact], evidence: list[Text]) -> None:
    if "queue limit in vhost" in answer.text:  # seen: RabbitMQ 3.10.8, 406
        facts["amqp.queue_limit_reached"] = True
        evidence.append(say("amqp.queue-limit", about=("amqp.queue_limit_reached",), text=answer.text))
    elif answer.code == 403:
        facts["amqp.own_configure"] = False
        evidence.append(say("amqp.own-configure-denied", about=("amqp.own_configure",), text=answer.text))


def _is(answer: object, method: tuple[int, int]) -> bool:
    return isinstance(answer, Refused) and (answer.class_id, answer.method_id) == method
