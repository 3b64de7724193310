"""What a practice AMQP broker keeps: exchanges, queues, bindings, messages, and who may do what. No I/O.

Names, default exchanges and rules as AMQP 0-9-1 §3.1 and RabbitMQ 3.10 have them; everything is bounded.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from mqassist.core.record import fresh, record
from mqassist.knowledge.files import Json

MAX_MESSAGES = 1_000
MAX_QUEUES = 2_000


@record
class Message:
    exchange: str
    key: str
    properties: bytes
    body: bytes
    redelivered: bool = False


@record(frozen=False)
class Consumer:
    """`deliver` hands over one message and says whether there was room for it."""

    owner: object
    tag: str
    exclusive: bool
    deliver: Callable[[str, Message], bool]


@record(frozen=False)
class Queue:
    """`extra_messages` and `extra_consumers` are only told, as a scenario wants it. `locked_by` owns it alone."""

    name: str
    durable: bool = False
    auto_delete: bool = False
    exclusive: bool = False
    locked_by: object = None
    messages: deque[Message] = fresh(default_factory=deque)
    consumers: list[Consumer] = fresh(default_factory=list)
    extra_messages: int = 0
    extra_consumers: int = 0
    in_exclusive_use: bool = False
    down: bool = False

    def put(self, message: Message) -> bool:
        """False if it is full."""
        if len(self.messages) >= MAX_MESSAGES:
            return False
        self.messages.append(message)
        self.pass_on()
        return True

    def pass_on(self) -> None:
        """Gives waiting messages to consumers, in turn."""
        while self.messages and self.consumers:
            for _ in range(len(self.consumers)):
                consumer = self.consumers.pop(0)
                self.consumers.append(consumer)
                if consumer.deliver(self.name, self.messages[0]):
                    self.messages.popleft()
                    break
            else:
                return


@record
class Binding:
    queue: str
    key: str


@record(frozen=False)
class Exchange:
    name: str
    kind: str
    internal: bool = False
    bindings: list[Binding] = fresh(default_factory=list)

    def queues(self, key: str) -> list[str]:
        """The names of the queues that a message with this key goes to."""
        return list(dict.fromkeys(bound.queue for bound in self.bindings if self._fits(bound.key, key)))

    def _fits(self, pattern: str, key: str) -> bool:
        if self.kind in ("fanout", "headers"):
            return True
        return topic_fits(pattern, key) if self.kind == "topic" else pattern == key


def topic_fits(pattern: str, key: str) -> bool:
    """§3.1.3.3: `*` is one word, `#` any number of words."""
    words = {"*": r"[^.]*", "#": r".*"}
    expression = r"\.".join(words.get(word, re.escape(word)) for word in pattern.split("."))
    expression = expression.replace(r".*\.", r"(?:.*\.)?").replace(r"\..*", r"(?:\..*)?")
    return re.fullmatch(expression, key) is not None


KINDS = ("direct", "fanout", "topic", "headers")
_DEFAULTS = (
    ("", "direct"), ("amq.direct", "direct"), ("amq.fanout", "fanout"), ("amq.topic", "topic"),
    ("amq.headers", "headers"), ("amq.match", "headers"), ("amq.rabbitmq.trace", "topic"),
)  # fmt: skip


class VirtualHost:
    """One virtual host, shared by all connections of a scenario."""

    def __init__(self, name: str, queues: tuple[Json, ...] = (), exchanges: tuple[Json, ...] = ()) -> None:
        self.name = name
        self.exchanges = {each: Exchange(each, kind, each == "amq.rabbitmq.trace") for each, kind in _DEFAULTS}
        for table in exchanges:
            made = Exchange(str(table["name"]), str(table.get("type", "direct")), bool(table.get("internal", False)))
            self.exchanges[made.name] = made
        self.queues: dict[str, Queue] = {}
        for table in queues:
            name = str(table["name"])
            self.queues[name] = Queue(
                name,
                durable=True,
                locked_by="somebody else" if table.get("exclusive") else None,
                exclusive=bool(table.get("exclusive")),
                extra_messages=int(table.get("messages", 0)),
                extra_consumers=int(table.get("consumers", 0)),
                in_exclusive_use=bool(table.get("in_exclusive_use", False)),
                down=bool(table.get("down", False)),
            )

    def route(self, message: Message) -> list[Queue]:
        if not message.exchange:
            found = self.queues.get(message.key)
            return [] if found is None else [found]
        exchange = self.exchanges[message.exchange]
        return [self.queues[name] for name in exchange.queues(message.key) if name in self.queues]

    def delete(self, name: str) -> int:
        """The number of messages that went with it."""
        queue = self.queues.pop(name, None)
        for exchange in self.exchanges.values():
            exchange.bindings = [bound for bound in exchange.bindings if bound.queue != name]
        return 0 if queue is None else len(queue.messages)

    def forget(self, owner: object) -> None:
        """A connection has ended: its consumers and its exclusive queues end with it."""
        for queue in list(self.queues.values()):
            self.drop_consumers(queue, lambda each: each.owner is owner)
            if queue.locked_by is owner:
                self.delete(queue.name)

    def drop_consumers(self, queue: Queue, which: Callable[[Consumer], bool]) -> None:
        before = len(queue.consumers)
        queue.consumers = [each for each in queue.consumers if not which(each)]
        if queue.auto_delete and before and not queue.consumers:
            self.delete(queue.name)
