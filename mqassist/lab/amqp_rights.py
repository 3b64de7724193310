"""What a client of a practice AMQP broker may do, and the words by which it is refused. # seen: RabbitMQ 3.10.8"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mqassist.lab.amqp_world import Exchange, Queue

if TYPE_CHECKING:
    from mqassist.lab.amqp_broker import Conversation


class ChannelRefused(Exception):
    """Becomes Channel.Close; `hard` ones become Connection.Close."""

    def __init__(self, code: int, text: str, *, hard: bool = False) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.hard = hard


class Rights:
    """Every refusal comes as ChannelRefused."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk

    def may(self, right: str, kind: str, name: str) -> None:
        pattern = getattr(self._talk.options, right)
        if re.search(pattern, name or "amq.default") is None:
            raise self.denied(f"access to {kind} '{name}' in vhost '{self._talk.host.name}'")

    def denied(self, access: str) -> ChannelRefused:
        return ChannelRefused(403, f"ACCESS_REFUSED - {access} refused for user '{self._talk.user}'")

    def queue(self, name: str) -> Queue:
        found = self._talk.host.queues.get(name)
        if found is None:
            raise ChannelRefused(404, f"NOT_FOUND - no queue '{name}' in vhost '{self._talk.host.name}'")
        if found.down:
            where = f"durable queue '{name}' in vhost '{self._talk.host.name}'"
            raise ChannelRefused(404, f"NOT_FOUND - home node 'rabbit@mq2' of {where} is down or inaccessible")
        if found.exclusive and found.locked_by is not self._talk:
            raise self.locked(name)
        return found

    def locked(self, name: str) -> ChannelRefused:
        return ChannelRefused(
            405,
            f"RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '{name}' in vhost "
            f"'{self._talk.host.name}'. It could be originally declared on another connection or the exclusive "
            "property value does not match that of the original declaration.",
        )

    def exchange(self, name: str) -> Exchange:
        found = self._talk.host.exchanges.get(name)
        if found is None:
            raise ChannelRefused(404, f"NOT_FOUND - no exchange '{name}' in vhost '{self._talk.host.name}'")
        return found
