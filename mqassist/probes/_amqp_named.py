"""This client's rights on a queue and an exchange that somebody named, without changing them or taking a message.

Each right is asked for with a request that the broker must refuse anyway, after it has looked at the right:
- configure: declaring the existing queue as exclusive (405 or 406 instead of 403);
- write: undoing a binding that does not exist (it succeeds without doing anything);
- read: consuming with an argument of a wrong type (406 instead of 403), so that no message is ever delivered.
seen: RabbitMQ 3.10.8; rabbit_channel.erl and rabbit_amqqueue.erl look at the right first in 3.x and 4.x.
"""

from __future__ import annotations

import re
import time

from mqassist.core.facts import Fact
from mqassist.core.queue_arguments import read_queue_arguments
from mqassist.core.text import Text, say
from mqassist.net.amqp import Method
from mqassist.net.amqp_methods import (
    basic_cancel,
    basic_consume,
    basic_nack_all,
    basic_publish,
    basic_qos,
    confirm_select,
    exchange_declare_passive,
    exchange_unbind,
    queue_declare,
    queue_declare_as,
    queue_delete,
    queue_unbind,
)
from mqassist.probes._amqp import Stop, shown
from mqassist.probes._amqp_channel import NUMBER, Channel, Heard, Refused
from mqassist.probes._amqp_own import CONFIRM_S, confirm_missing, nowhere, too_large

SOURCE = "amq.direct"
"""An exchange that every virtual host has, as the other end of a binding that does not exist."""

DEFAULT_EXCHANGE = "amq.default"
"""What RabbitMQ calls the exchange without a name where rights are concerned."""


class Named:
    """One pass over the named objects; facts and sentences are collected as they come."""

    def __init__(
        self, channel: Channel, run_id: str, facts: dict[str, Fact], evidence: list[Text], size: int = 0
    ) -> None:
        """`size` is how many bytes the test message has at least."""
        self.channel = channel
        self.size = size
        self.run_id = run_id
        self.facts = facts
        self.evidence = evidence

    def _tell(self, text: Text) -> None:
        self.evidence.append(text)

    @property
    def goes_on(self) -> bool:
        """The connection still answers."""
        return self.channel.lost is None and self.channel.session.blocked is None

    # -- queue --------------------------------------------------------------------------------

    def look_at_queue(self, name: str) -> bool:
        """Passive declare: no right is needed for it. True if the queue is there and can be asked further."""
        self.facts["amqp.queue_reserved"] = name.startswith("amq.")
        answer = self.channel.attempt(queue_declare(NUMBER, name, passive=True), "queue.declare-ok")
        if isinstance(answer, Method):
            messages, consumers = answer.number("messages"), answer.number("consumers")
            self.facts |= {
                "amqp.queue_state": "exists",
                "amqp.queue_messages": messages,
                "amqp.queue_consumers": consumers,
            }
            about = ("amqp.queue_state", "amqp.queue_messages", "amqp.queue_consumers")
            self._tell(say("amqp.queue-exists", about=about, queue=name, messages=messages, consumers=consumers))
            return True
        if isinstance(answer, Refused):
            self.facts |= {"amqp.queue_state": _state(answer), "amqp.queue_text": answer.text}
            about = ("amqp.queue_state", "amqp.queue_text", "amqp.queue_reserved")
            self._tell(say("amqp.queue-refused", about=about, queue=name, code=answer.code, text=answer.text))
        elif self.goes_on:
            self.facts["amqp.queue_state"] = "unanswered"
            self._tell(say("amqp.queue-unanswered", about=("amqp.queue_state",), queue=name, ms=answer.ms))
        return False

    def ask_queue_rights(self, name: str, *, thorough: bool) -> None:
        """Configure, write and read on an existing queue."""
        declared = self.channel.attempt(
            queue_declare(NUMBER, name, exclusive=True, auto_delete=True), "queue.declare-ok"
        )
        if isinstance(declared, Method):  # it was deleted a moment ago, so this one is ours
            self.channel.attempt(queue_delete(NUMBER, name), "queue.delete-ok")
        self._right("amqp.queue_configure", "configure", name, declared)
        key = nowhere(self.run_id)
        unbound = self.channel.attempt(queue_unbind(NUMBER, name, SOURCE, key), "queue.unbind-ok")
        if not (isinstance(unbound, Refused) and f"exchange '{SOURCE}'" not in unbound.text and unbound.code != 403):
            self._right("amqp.queue_write", "write", name, unbound, other=f"exchange '{SOURCE}'")
        product = self.channel.session.start.fields.get("properties")
        checks_first = isinstance(product, dict) and product.get("product") == "RabbitMQ"
        if checks_first and self.goes_on:
            self._ask_read(name, thorough=thorough)

    def ask_equivalence(self, name: str, given: str) -> None:
        """Declares the queue as the client does: a queue that exists stays as it is, and the broker compares."""
        wanted = read_queue_arguments(given)
        declare = queue_declare_as(
            NUMBER, name, wanted.arguments, durable=wanted.durable, exclusive=wanted.exclusive,
            auto_delete=wanted.auto_delete,
        )  # fmt: skip
        answer = self.channel.attempt(declare, "queue.declare-ok")
        about = ("amqp.arguments_fit", "amqp.argument", "amqp.argument_text")
        if isinstance(answer, Method):
            self.facts["amqp.arguments_fit"] = True
            self._tell(say("amqp.arguments-fit", about=about, queue=name, arguments=given))
        elif isinstance(answer, Refused) and answer.code == 406:
            found = re.search(r"\barg '([^']+)'", answer.text)
            self.facts |= {"amqp.arguments_fit": False, "amqp.argument_text": answer.text}
            if found:
                self.facts["amqp.argument"] = found[1]
            self._tell(say("amqp.arguments-differ", about=about, queue=name, text=answer.text))
        elif isinstance(answer, Refused):
            self._tell(say("amqp.arguments-unasked", about=about, queue=name, code=answer.code, text=answer.text))

    def _ask_read(self, name: str, *, thorough: bool) -> None:
        tag = f"mqassist-{self.run_id}"
        answer = self._consume(name, tag, "none")
        self._right("amqp.queue_read", "read", name, answer)
        sole = self.facts.get("amqp.queue_consumers") == 1
        quiet = self.facts.get("amqp.queue_messages") == 0
        if self.facts.get("amqp.queue_read") is True and sole and (quiet or thorough):
            self._ask_exclusive_use(name, tag)

    def _ask_exclusive_use(self, name: str, tag: str) -> None:
        """Only a sole consumer can hold a queue exclusively. We join it at the lowest priority and leave at once:
        nothing is delivered to us while it can take more; what came anyway is given back."""
        answer = self._consume(name, tag, -(2**31))
        if isinstance(answer, Refused) and "in exclusive use" in answer.text:
            self.facts["amqp.queue_in_exclusive_use"] = True
            about = ("amqp.queue_in_exclusive_use",)
            self._tell(say("amqp.queue-in-exclusive-use", about=about, queue=name, text=answer.text))
        elif isinstance(answer, Method):
            self.facts["amqp.queue_in_exclusive_use"] = False

    def _consume(self, name: str, tag: str, priority: str | int) -> Method | Refused | Stop:
        """The broker's answer to basic.consume; a consumer that came about is cancelled again.

        Not in one flight with the cancellation: seen: RabbitMQ 3.10.8, the channel crashes (541) in consumer_monitor
        when basic.cancel overtakes its own bookkeeping.
        """
        consume = basic_consume(NUMBER, name, tag, {"x-priority": priority})
        answer = self.channel.attempt(basic_qos(NUMBER, 1) + consume, "basic.consume-ok")
        if isinstance(answer, Method):
            self.channel.attempt(basic_cancel(NUMBER, tag), "basic.cancel-ok")
            if self.channel.heard.delivered and self.channel.lost is None:
                self.channel.session.send(basic_nack_all(NUMBER), self.channel.timeout)
        return answer

    def _right(self, fact: str, right: str, name: str, answer: Method | Refused | Stop, other: str = "") -> None:
        """403 says no, unless it is about the other object of the request; every other answer came after the check."""
        if isinstance(answer, Refused) and answer.code == 403 and not (other and other in answer.text):
            if "in exclusive use" in answer.text or "reserved prefix" in answer.text:
                return
            self.facts[fact] = False
            self._tell(say("amqp.right-denied", about=(fact,), right=right, name=name, text=answer.text))
        elif isinstance(answer, Method | Refused):
            self.facts[fact] = True
            self._tell(say("amqp.right-granted", about=(fact,), right=right, name=name))

    # -- exchange -----------------------------------------------------------------------------

    def look_at_exchange(self, name: str) -> bool:
        """Passive declare; True if the exchange is there."""
        self.facts["amqp.exchange_asked"] = name
        answer = self.channel.attempt(exchange_declare_passive(NUMBER, name), "exchange.declare-ok")
        if isinstance(answer, Method):
            self.facts["amqp.exchange_state"] = "exists"
            self._tell(say("amqp.exchange-exists", about=("amqp.exchange_state",), exchange=name))
            return True
        if isinstance(answer, Refused):
            self.facts |= {"amqp.exchange_state": _state(answer), "amqp.exchange_text": answer.text}
            about = ("amqp.exchange_state", "amqp.exchange_text")
            self._tell(say("amqp.exchange-refused", about=about, exchange=name, code=answer.code, text=answer.text))
        elif self.goes_on:
            self.facts["amqp.exchange_state"] = "unanswered"
            self._tell(say("amqp.exchange-unanswered", about=("amqp.exchange_state",), exchange=name, ms=answer.ms))
        return False

    def ask_exchange_write(self, name: str) -> None:
        unbound = self.channel.attempt(
            exchange_unbind(NUMBER, name, SOURCE, nowhere(self.run_id)), "exchange.unbind-ok"
        )
        other = f"exchange '{SOURCE}'" if name != SOURCE else ""
        self._right("amqp.exchange_write", "write", name, unbound, other=other)

    def publish(self, exchange: str, key: str) -> None:
        """One real, mandatory, confirmed test message. It lives only as long as a consumer takes to fetch it."""
        self.channel.heard = Heard()
        self.facts["amqp.exchange_asked"] = exchange or DEFAULT_EXCHANGE
        body = f"mqassist {self.run_id}: test message, please ignore".encode().ljust(self.size, b".")
        began = time.monotonic()
        frame_max = self.channel.session.frame_max
        message = basic_publish(NUMBER, exchange, key, body, expiration="0", frame_max=frame_max)
        answer = self.channel.attempt(confirm_select(NUMBER) + message, "basic.ack", "basic.nack")
        if isinstance(answer, Refused):
            self._publish_refused(exchange, key, answer)
        elif isinstance(answer, Method):
            self._published(exchange, key, answer, round((time.monotonic() - began) * 1000, 3))
        elif self.channel.lost is None:
            self.facts["amqp.publish_result"] = "unconfirmed"
            confirm_missing(self.channel, began - CONFIRM_S, self.facts, self.evidence)

    def _publish_refused(self, exchange: str, key: str, answer: Refused) -> None:
        if too_large(answer, self.size, self.facts, self.evidence):
            return
        result = _meaning(answer)
        self.facts |= {"amqp.publish_result": result, "amqp.publish_text": answer.text}
        if result in ("denied", "topic-denied"):
            self.facts["amqp.exchange_write"] = result == "topic-denied"
        self._tell(
            say("amqp.publish-refused", about=_SENT, exchange=exchange, key=key, code=answer.code, text=answer.text)
        )

    def _published(self, exchange: str, key: str, answer: Method, ms: float) -> None:
        returned = self.channel.heard.returned
        self.facts |= {"amqp.exchange_write": True, "amqp.publish_ms": ms}
        if returned is not None:
            text = f"{returned.number('code')} {shown(returned.text('text'), 100)}"
            self.facts |= {"amqp.publish_result": "unroutable", "amqp.publish_text": text}
            self._tell(say("amqp.publish-unroutable", about=_SENT, exchange=exchange, key=key, text=text))
        elif answer.name == "basic.nack":
            self.facts["amqp.publish_result"] = "nacked"
            self._tell(say("amqp.publish-nacked", about=_SENT, exchange=exchange, key=key, ms=ms))
        else:
            self.facts["amqp.publish_result"] = "routed"
            self._tell(say("amqp.publish-routed", about=_SENT, exchange=exchange, key=key, ms=ms))


_SENT = ("amqp.publish_result", "amqp.publish_text", "amqp.publish_ms", "amqp.exchange_write")


def _state(answer: Refused) -> str:
    """seen: RabbitMQ 3.10.8: 404 `no queue`, 405 `locked queue`; 404 `… down or inaccessible` for a lost leader."""
    if "down or inaccessible" in answer.text or "process is stopped" in answer.text:
        return "unavailable"
    return {404: "missing", 405: "locked", 403: "denied"}.get(answer.code, "other")


def _meaning(answer: Refused) -> str:
    if answer.code == 404:
        return "exchange-missing"
    if answer.code == 403:
        if "access to topic" in answer.text:
            return "topic-denied"
        return "internal" if "internal exchange" in answer.text else "denied"
    return "other"
