"""One channel that reopens itself after a refusal, so that several rights can be asked on one connection, one after
another: a second channel would be a false alarm for users who may open only one."""

from __future__ import annotations

import time
from collections.abc import Callable

from mqassist.core.record import fresh, record
from mqassist.net.amqp import Method
from mqassist.net.amqp_methods import channel_close_ok, channel_open
from mqassist.probes._amqp import AmqpSession, Stop, shown

NUMBER = 1


@record
class Refused:
    """A Channel.Close of the broker (§1.5.2.5): this one question was refused, the connection lives."""

    code: int
    text: str
    class_id: int
    method_id: int


@record(frozen=False)
class Heard:
    """What came while waiting: returned messages, confirms by publishing number (the last at `confirmed_at` of
    time.monotonic), deliveries."""

    returned: Method | None = None
    confirmed: int = 0
    nacked: int = 0
    confirmed_at: float = 0.0
    delivered: bool = False
    methods: set[str] = fresh(default_factory=set)


class Channel:
    """Channel 1 of a session. `lost` is set once the whole connection ended."""

    def __init__(self, session: AmqpSession, timeout: float) -> None:
        self.session = session
        self.timeout = timeout
        self.lost: Stop | None = None
        self.heard = Heard()
        self._prefix = channel_open(NUMBER)

    def attempt(self, data: bytes, *names: str) -> Method | Refused | Stop:
        """Sends methods of channel 1 (opening or reopening it first) and waits for one of `names`."""
        prefix, self._prefix = self._prefix, b""
        began = time.monotonic()
        self.session.send(prefix + data, self.timeout)
        return self.wait(began, self.timeout, lambda: False, *names)

    def wait(self, began: float, timeout: float, enough: Callable[[], bool], *names: str) -> Method | Refused | Stop:
        """Until one of `names`, a refusal, connection.blocked or the end; `enough()` ends it early as silence."""
        while True:
            if enough() or (self.session.blocked is not None and names):
                return Stop("silent", (time.monotonic() - began) * 1000)
            event = self.session.next_event(began, timeout)
            if isinstance(event, Stop):
                if event.how != "silent":
                    self.lost = event
                return event
            if not isinstance(event, Method):
                continue
            self._listen(event)
            if event.name == "channel.close":
                self._prefix = channel_close_ok(NUMBER) + channel_open(NUMBER)
                return Refused(
                    event.number("code"), shown(event.text("text")), event.number("class_id"), event.number("method_id")
                )
            if event.name in names:
                return event

    def _listen(self, event: Method) -> None:
        heard = self.heard
        heard.methods.add(event.name)
        if event.name == "basic.return":
            heard.returned = event
        elif event.name == "basic.deliver":
            heard.delivered = True
        elif event.name in ("basic.ack", "basic.nack"):
            heard.confirmed_at = time.monotonic()
            if event.name == "basic.ack":
                heard.confirmed = max(heard.confirmed, event.number("delivery"))
            else:
                heard.nacked = max(heard.nacked, event.number("delivery"))
