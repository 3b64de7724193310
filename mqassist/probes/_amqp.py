"""One AMQP conversation over an open connection: what the AMQP probes pass on to each other. Gives events or the way
it ended, never an exception for what the peer does; counts the peer's heartbeats; keeps passwords out of the record."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from typing import Literal

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled
from mqassist.core.facts import Fact
from mqassist.core.observation import Exchange
from mqassist.core.record import record
from mqassist.net.amqp import Content, Decoder, Event, Heartbeat, Malformed, Method, ServerHeader
from mqassist.net.amqp_methods import HEARTBEAT, connection_close, connection_close_ok
from mqassist.net.connection import Connection
from mqassist.net.failure import WireError

FAREWELL_S = 1.0
"""How long close() waits for the broker's close-ok: without it the broker may log our end as a lost client."""
LAST_WORDS_S = 0.05
TEXT_LIMIT = 400
EVENTS_LIMIT = 10_000
"""More events than this in one conversation is a peer that never stops."""

How = Literal["close", "fin", "reset", "silent", "garbage", "challenge"]


@record
class Stop:
    """Why no answer came: a close frame of the broker, FIN, RST, silence, something that is not
    AMQP, or a SASL challenge that nobody here can answer.

    `ms` counts from the question. `code` and `text` are those of Connection.Close.
    """

    how: How
    ms: float
    code: int = 0
    text: str = ""
    class_id: int = 0
    method_id: int = 0


def shown(text: str, limit: int = TEXT_LIMIT) -> str:
    """Text of the peer, fit for a fact: bounded, one line, printable."""
    return "".join(char if char.isprintable() else " " for char in text[:limit]).strip()


class AmqpSession:
    """From the protocol header on. Not shared between threads; `rebind` hands it to the next probe."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.decoder = Decoder()
        self.start = Method(0, "", 0, 0, {})
        self.received = b""
        """First 64 bytes of what the peer said above TLS."""
        self.received_total = 0
        self.blocked: str | None = None
        """The reason in connection.blocked, once it came."""
        self.is_open = False
        self.frame_max = 0
        """Bytes, as agreed in TuneOk; 0 is no limit."""
        self.ended: Stop | None = None
        self.beats: list[float] = []
        """Arrival of each heartbeat of the peer, seconds of time.monotonic."""
        self.last_byte_at = self.last_received_at = self.asked_at = time.monotonic()
        self._events: deque[Event] = deque()
        self._events_seen = 0
        self._told = 0

    def rebind(self, token: CancelToken) -> None:
        self.connection.rebind(token)

    def new_exchanges(self) -> list[Exchange]:
        """What went over the wire since the last call."""
        told, self._told = self._told, len(self.connection.transcript)
        return self.connection.transcript[told:]

    # -- talking ------------------------------------------------------------------------------

    def ask(self, data: bytes, timeout: float, *names: str, record: bytes | None = None) -> Method | Stop:
        """Sends, then waits for one of these methods."""
        refused = self.send(data, timeout, record=record)
        return self.wait(timeout, *names) if refused is None else refused

    def send(self, data: bytes, timeout: float, *, record: bytes | None = None) -> Stop | None:
        began = self.asked_at = time.monotonic()
        try:
            self.connection.send(data, timeout, record=record)
        except WireError as error:
            return self._last_words(_how(error), began)
        self.last_byte_at = time.monotonic()
        return None

    def _last_words(self, how: How, began: float) -> Stop:
        """Sending failed: a broker that says why and closes may have reset us meanwhile, so its reason comes first."""
        while self._fill(time.monotonic(), LAST_WORDS_S) is None:
            pass
        for event in self._events:
            if isinstance(event, Method) and event.name == "connection.close":
                return self._closed_by_peer(event, began)
        return self._stopped(how, began)

    def wait(self, timeout: float, *names: str) -> Method | Stop:
        """The next method of these names; other methods are dropped, Connection.Close ends the conversation."""
        began = time.monotonic()
        while True:
            event = self.next_event(began, timeout)
            if isinstance(event, Stop):
                return event
            if isinstance(event, Method) and event.name in names:
                return event

    def next_event(self, began: float, timeout: float) -> Method | Content | ServerHeader | Stop:
        """The next event, without heartbeats; `began` (time.monotonic) and `timeout` bound the wait."""
        while True:
            if self.ended is not None:
                return self.ended
            if self._events:
                found = self._judge(self._events.popleft(), began)
                if found is not None:
                    return found
                continue
            stop = self._fill(began, timeout)
            if stop is not None:
                return stop

    def _fill(self, began: float, timeout: float) -> Stop | None:
        left = began + timeout - time.monotonic()
        if left <= 0:
            return Stop("silent", _ms(began))
        try:
            data = self.connection.receive(left)
        except WireError as error:
            how = _how(error)
            return Stop("silent", _ms(began)) if how == "silent" else self._stopped(how, began)
        if not data:
            return self._stopped("fin", began)
        self.last_byte_at = self.last_received_at = time.monotonic()
        self.received_total += len(data)
        self.received += data[: 64 - len(self.received)]
        events = self.decoder.feed(data)
        self._events_seen += len(events)
        if self._events_seen > EVENTS_LIMIT:
            return self._stopped("garbage", began)
        self._events.extend(events)
        return None

    def _judge(self, event: Event, began: float) -> Method | Content | ServerHeader | Stop | None:
        if isinstance(event, Heartbeat):
            self.beats.append(time.monotonic())
            return None
        if isinstance(event, Malformed):
            return self._stopped("garbage", began)
        if isinstance(event, Method):
            if event.name == "connection.close":
                return self._closed_by_peer(event, began)
            if event.name == "connection.blocked":
                self.blocked = shown(event.text("reason"))
        return event

    def _closed_by_peer(self, event: Method, began: float) -> Stop:
        with contextlib.suppress(WireError):
            self.connection.send(connection_close_ok(), FAREWELL_S)
        text, code = shown(event.text("text")), event.number("code")
        return self._stopped("close", began, code, text, event.number("class_id"), event.number("method_id"))

    def _stopped(
        self, how: How, began: float, code: int = 0, text: str = "", class_id: int = 0, method_id: int = 0
    ) -> Stop:
        stop = Stop(how, _ms(began), code, text, class_id, method_id)
        if self.ended is None or how == "close":
            self.ended = stop
            self.is_open = False
        return stop

    def age_of_last_answer(self) -> float:
        """Milliseconds from the last sending to now."""
        return _ms(self.asked_at)

    def beat(self, timeout: float) -> Stop | None:
        return self.send(HEARTBEAT, timeout)

    # -- the end ------------------------------------------------------------------------------

    def close(self) -> None:
        """Ends the conversation the way a client should. Bounded; never raises."""
        try:
            if self.is_open and self.blocked is None and not self.connection.is_stuck:  # in alarm it reads nothing
                self.connection.rebind(CancelToken(FAREWELL_S))
                self.ask(connection_close(), FAREWELL_S, "connection.close-ok")
        except Cancelled:
            pass
        finally:
            self.is_open = False
            self.connection.close()


def _ms(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 3)


def _how(error: WireError) -> How:
    if error.kind == "timed-out":
        return "silent"
    return "fin" if error.kind == "closed" else "reset" if error.kind == "reset" else "garbage"


def close_facts(stop: Stop, stage: str) -> dict[str, Fact]:
    """Facts of a Connection.Close."""
    return {"amqp.close_code": stop.code, "amqp.close_text": stop.text, "amqp.close_stage": stage}
