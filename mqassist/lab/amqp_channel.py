"""One AMQP channel of a practice broker: queues, exchanges, publishing with confirms, getting and consuming.

Refusals are RabbitMQ's, word for word. # seen: RabbitMQ 3.10.8
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from mqassist.core.record import record
from mqassist.lab.amqp_client import ContentBody, ContentHead
from mqassist.lab.amqp_rights import ChannelRefused, Rights
from mqassist.lab.amqp_world import KINDS, MAX_QUEUES, Binding, Consumer, Exchange, Message, Queue
from mqassist.net.amqp import FRAME_BODY, FRAME_HEADER, Method
from mqassist.net.amqp_codec import long_string, short_string
from mqassist.net.amqp_methods import frame, method

if TYPE_CHECKING:
    from mqassist.lab.amqp_broker import Conversation

MAX_BODY = 1 << 22
MAX_UNACKED = 1_000


@record
class _Unacked:
    queue: str
    message: Message


class Channel:
    """`talk` is the connection it belongs to."""

    def __init__(self, talk: Conversation, number: int) -> None:
        self.talk = talk
        self.number = number
        self.host = talk.host
        self.closing = False
        self.rights = Rights(talk)
        self._confirms = False
        self._published = 0
        self._deliveries = 0
        self._prefetch = 0
        self._unacked: dict[int, _Unacked] = {}
        self._call: Method | None = None
        self._head: ContentHead | None = None
        self._body = b""
        self._tags = 0

    # -- plumbing -------------------------------------------------------------------------------

    def _say(self, class_id: int, method_id: int, arguments: bytes = b"") -> None:
        self.talk.write(method(self.number, class_id, method_id, arguments))

    def take(self, call: Method) -> None:
        """Raises ChannelRefused; unknown methods are a hard refusal as §4.2.2 wants it."""
        handle = _HANDLERS.get(call.name)
        if handle is None:
            raise ChannelRefused(540, f"NOT_IMPLEMENTED - {call.name}", hard=True)
        handle(self, call)

    def content(self, event: ContentHead | ContentBody) -> None:
        """A message's header or a piece of its body."""
        call = self._call
        if call is None or (isinstance(event, ContentBody) and self._head is None):
            raise ChannelRefused(505, "UNEXPECTED_FRAME - expected method frame, got content", hard=True)
        if isinstance(event, ContentHead):
            self._head, self._body = event, b""
            if event.size > MAX_BODY:
                text = f"message size {event.size} is larger than configured max size {MAX_BODY}"
                raise ChannelRefused(406, f"PRECONDITION_FAILED - {text}")
        else:
            self._body += event.data
        head = self._head
        if head is not None and len(self._body) >= head.size:
            message = Message(call.text("exchange"), call.text("key"), head.properties, self._body)
            self._call, self._head, self._body = None, None, b""
            self._publish(message, call)

    def end(self) -> None:
        """The channel is over: what was not acknowledged goes back."""
        for queue in list(self.host.queues.values()):
            self.host.drop_consumers(queue, lambda each: each.owner is self)
        self._give_back(list(self._unacked))

    def _give_back(self, tags: list[int]) -> None:
        for tag in reversed(tags):
            held = self._unacked.pop(tag)
            queue = self.host.queues.get(held.queue)
            if queue is not None:
                old = held.message
                queue.messages.appendleft(Message(old.exchange, old.key, old.properties, old.body, True))
                queue.pass_on()

    # -- exchanges and queues -------------------------------------------------------------------

    def exchange_declare(self, call: Method) -> None:
        name = call.text("exchange")
        if call.flag("passive"):
            self.rights.exchange(name)
        elif name not in self.host.exchanges:
            if call.text("type") not in KINDS:
                raise ChannelRefused(503, f"COMMAND_INVALID - unknown exchange type '{call.text('type')}'", hard=True)
            self.rights.may("configure", "exchange", name)
            self.host.exchanges[name] = Exchange(name, call.text("type"), call.flag("internal"))
        self._ok(call, 40, 11)

    def exchange_delete(self, call: Method) -> None:
        self.rights.may("configure", "exchange", call.text("exchange"))
        self.host.exchanges.pop(call.text("exchange"), None)
        self._ok(call, 40, 21)

    def exchange_bind(self, call: Method) -> None:
        source, destination = self.rights.exchange(call.text("source")), self.rights.exchange(call.text("destination"))
        self.rights.may("write", "exchange", destination.name)
        self.rights.may("read", "exchange", source.name)
        self._ok(call, 40, 31 if call.method_id == 30 else 51)

    def queue_declare(self, call: Method) -> None:
        name = call.text("queue")
        if not name and not call.flag("passive"):
            name = f"amq.gen-{self.talk.next_number():022x}"
        elif name.startswith("amq.") and not call.flag("passive"):
            raise ChannelRefused(403, f"ACCESS_REFUSED - queue name '{name}' contains reserved prefix 'amq.*'")
        if call.flag("passive"):
            queue = self.rights.queue(name)
        else:
            self.rights.may("configure", "queue", name)
            queue = self._same(call, name) if name in self.host.queues else self._new_queue(call, name)
        messages = len(queue.messages) + queue.extra_messages
        counts = struct.pack("!II", messages, len(queue.consumers) + queue.extra_consumers)
        self._ok(call, 50, 11, short_string(name) + counts)

    def _same(self, call: Method, name: str) -> Queue:
        """A queue that is there already; one can only declare it as it is."""
        queue = self.rights.queue(name)
        if call.flag("exclusive") != queue.exclusive:
            raise self.rights.locked(name)
        if queue.durable != call.flag("durable"):
            asked, current = str(call.flag("durable")).lower(), str(queue.durable).lower()
            what = f"inequivalent arg 'durable' for queue '{name}' in vhost '{self.host.name}'"
            raise ChannelRefused(406, f"PRECONDITION_FAILED - {what}: received '{asked}' but current is '{current}'")
        return queue

    def _new_queue(self, call: Method, name: str) -> Queue:
        limit = self.talk.options.queue_limit
        if limit or len(self.host.queues) >= MAX_QUEUES:
            what = f"queue limit in vhost '{self.host.name}' ({limit or MAX_QUEUES}) is reached"
            raise ChannelRefused(406, f"PRECONDITION_FAILED - cannot declare queue '{name}': {what}")
        exclusive = call.flag("exclusive")
        made = Queue(name, call.flag("durable"), call.flag("auto_delete"), exclusive, self.talk if exclusive else None)
        self.host.queues[name] = made
        return made

    def queue_bind(self, call: Method) -> None:
        queue, exchange = self.rights.queue(call.text("queue")), self.rights.exchange(call.text("exchange"))
        self.rights.may("write", "queue", queue.name)
        self.rights.may("read", "exchange", exchange.name)
        binding = Binding(queue.name, call.text("key"))
        if binding not in exchange.bindings and len(exchange.bindings) < MAX_QUEUES:
            exchange.bindings.append(binding)
        self._ok(call, 50, 21)

    def queue_unbind(self, call: Method) -> None:
        exchange = self.rights.exchange(call.text("exchange"))
        self.rights.may("write", "queue", call.text("queue"))
        self.rights.may("read", "exchange", exchange.name)
        gone = Binding(call.text("queue"), call.text("key"))
        if gone in exchange.bindings:
            exchange.bindings.remove(gone)
        self._say(50, 51)

    def queue_purge(self, call: Method) -> None:
        queue = self.rights.queue(call.text("queue"))
        self.rights.may("read", "queue", queue.name)
        count = len(queue.messages)
        queue.messages.clear()
        self._ok(call, 50, 31, struct.pack("!I", count))

    def queue_delete(self, call: Method) -> None:
        name = call.text("queue")
        count = 0
        if name in self.host.queues:  # deleting what is not there is no error since RabbitMQ 3.2
            self.rights.queue(name)
            self.rights.may("configure", "queue", name)
            count = self.host.delete(name)
        self._ok(call, 50, 41, struct.pack("!I", count))

    def _ok(self, call: Method, class_id: int, method_id: int, arguments: bytes = b"") -> None:
        if not call.flag("no_wait"):
            self._say(class_id, method_id, arguments)

    # -- messages -------------------------------------------------------------------------------

    def confirm_select(self, call: Method) -> None:
        self._confirms = True
        self._ok(call, 85, 11)

    def basic_qos(self, call: Method) -> None:
        self._prefetch = call.number("count")
        self._say(60, 11)

    def basic_publish(self, call: Method) -> None:
        self._call = call

    def _publish(self, message: Message, call: Method) -> None:
        if self.talk.publisher_blocked():
            return
        if call.flag("immediate"):
            raise ChannelRefused(540, "NOT_IMPLEMENTED - immediate=true", hard=True)
        exchange = self.rights.exchange(message.exchange)
        self.rights.may("write", "exchange", exchange.name)
        if exchange.internal:
            what = f"cannot publish to internal exchange '{exchange.name}' in vhost '{self.host.name}'"
            raise ChannelRefused(403, f"ACCESS_REFUSED - {what}")
        if exchange.kind == "topic" and re.search(self.talk.options.topic_write, message.key) is None:
            where = f"exchange '{exchange.name}' in vhost '{self.host.name}'"
            raise self.rights.denied(f"access to topic '{message.key}' in {where}")
        queues = self.host.route(message)
        if not queues and call.flag("mandatory"):
            back = struct.pack("!H", 312) + short_string("NO_ROUTE") + short_string(message.exchange)
            self._say(60, 50, back + short_string(message.key))
            self._send_content(message)
        kept = [queue.put(message) for queue in queues]
        if self._confirms:
            self._confirm(all(kept))

    def _confirm(self, kept: bool) -> None:
        self._published += 1
        number = struct.pack("!Q", self._published)
        how = self.talk.options.confirms
        if how == "nack" or not kept:
            self._say(60, 120, number + b"\0")
        elif how == "ack":
            self._say(60, 80, number + b"\0")

    def _send_content(self, message: Message) -> None:
        head = struct.pack("!HHQ", 60, 0, len(message.body)) + message.properties
        out = frame(FRAME_HEADER, self.number, head)
        room = max(1, self.talk.frame_max - 8)
        for at in range(0, len(message.body), room):
            out += frame(FRAME_BODY, self.number, message.body[at : at + room])
        self.talk.write(out)

    def _hand_over(self, queue: str, message: Message, *, acked: bool) -> bytes:
        self._deliveries += 1
        if not acked:
            self._unacked[self._deliveries] = _Unacked(queue, message)
        return struct.pack("!Q?", self._deliveries, message.redelivered)

    def basic_get(self, call: Method) -> None:
        queue = self.rights.queue(call.text("queue"))
        self.rights.may("read", "queue", queue.name)
        if not queue.messages:
            self._say(60, 72, b"\0")
            return
        message = queue.messages.popleft()
        delivery = self._hand_over(queue.name, message, acked=call.flag("no_ack"))
        names = short_string(message.exchange) + short_string(message.key)
        self._say(60, 71, delivery + names + struct.pack("!I", len(queue.messages)))
        self._send_content(message)

    def basic_consume(self, call: Method) -> None:
        queue = self.rights.queue(call.text("queue"))
        self.rights.may("read", "queue", queue.name)
        arguments = call.fields.get("arguments")
        priority = arguments.get("x-priority", 0) if isinstance(arguments, Mapping) else 0
        if not isinstance(priority, int):
            what = f"invalid arg 'x-priority' for queue '{queue.name}' in vhost '{self.host.name}'"
            raise ChannelRefused(406, f"PRECONDITION_FAILED - {what}: {{unacceptable_type,longstr}}")
        if queue.in_exclusive_use or any(each.exclusive for each in queue.consumers):
            what = f"queue '{queue.name}' in vhost '{self.host.name}' in exclusive use"
            raise ChannelRefused(403, f"ACCESS_REFUSED - {what}")
        self._tags += 1
        tag = call.text("tag") or f"amq.ctag-{self.number}-{self._tags}"
        no_ack = call.flag("no_ack")

        def deliver(name: str, message: Message) -> bool:
            full = self._prefetch and len(self._unacked) >= self._prefetch
            if (not no_ack and (full or len(self._unacked) >= MAX_UNACKED)) or not self.talk.has_room():
                return False
            delivery = self._hand_over(name, message, acked=no_ack)
            names = short_string(message.exchange) + short_string(message.key)
            self._say(60, 60, short_string(tag) + delivery + names)
            self._send_content(message)
            return True

        self._ok(call, 60, 21, short_string(tag))
        queue.consumers.append(Consumer(self, tag, call.flag("exclusive"), deliver))
        queue.pass_on()

    def basic_cancel(self, call: Method) -> None:
        tag = call.text("tag")
        for queue in list(self.host.queues.values()):
            self.host.drop_consumers(queue, lambda each: each.owner is self and each.tag == tag)
        self._ok(call, 60, 31, short_string(tag))

    def _settled(self, call: Method) -> list[int]:
        number, multiple = call.number("delivery"), call.flag("multiple")
        if multiple:
            return [tag for tag in self._unacked if not number or tag <= number]
        if number not in self._unacked:
            raise ChannelRefused(406, f"PRECONDITION_FAILED - unknown delivery tag {number}")
        return [number]

    def basic_ack(self, call: Method) -> None:
        for tag in self._settled(call):
            queue = self.host.queues.get(self._unacked.pop(tag).queue)
            if queue is not None:
                queue.pass_on()

    def basic_reject(self, call: Method) -> None:
        tags = self._settled(call)
        if call.flag("requeue"):
            self._give_back(tags)
        else:
            for tag in tags:
                del self._unacked[tag]

    def basic_recover(self, call: Method) -> None:
        del call
        self._give_back(list(self._unacked))
        self._say(60, 111)

    def flow(self, call: Method) -> None:
        self._say(20, 21, bytes([call.flag("active")]))

    def flow_ok(self, call: Method) -> None:
        """Nothing to do: we never ask for flow."""

    def transaction(self, call: Method) -> None:
        self._say(90, call.method_id + 1)

    def refuse(self, refusal: ChannelRefused, call: Method | None) -> None:
        """Says Channel.Close; the client's close-ok ends it."""
        self.closing = True
        about = (0, 0) if call is None else (call.class_id, call.method_id)
        arguments = struct.pack("!H", refusal.code) + short_string(refusal.text[:255]) + struct.pack("!HH", *about)
        self._say(20, 40, arguments)
        self.end()

    def open_ok(self) -> None:
        self._say(20, 11, long_string(b""))

    def close_ok(self) -> None:
        self.end()
        self._say(20, 41)


_HANDLERS: dict[str, Callable[[Channel, Method], None]] = {
    "exchange.declare": Channel.exchange_declare,
    "exchange.delete": Channel.exchange_delete,
    "exchange.bind": Channel.exchange_bind,
    "exchange.unbind": Channel.exchange_bind,
    "queue.declare": Channel.queue_declare,
    "queue.bind": Channel.queue_bind,
    "queue.unbind": Channel.queue_unbind,
    "queue.purge": Channel.queue_purge,
    "queue.delete": Channel.queue_delete,
    "confirm.select": Channel.confirm_select,
    "basic.qos": Channel.basic_qos,
    "basic.publish": Channel.basic_publish,
    "basic.get": Channel.basic_get,
    "basic.consume": Channel.basic_consume,
    "basic.cancel": Channel.basic_cancel,
    "basic.ack": Channel.basic_ack,
    "basic.reject": Channel.basic_reject,
    "basic.nack": Channel.basic_reject,
    "basic.recover": Channel.basic_recover,
    "channel.flow": Channel.flow,
    "channel.flow-ok": Channel.flow_ok,
    "tx.select": Channel.transaction,
    "tx.commit": Channel.transaction,
    "tx.rollback": Channel.transaction,
}
