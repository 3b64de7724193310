"""MQTT as the probes speak it: one login, and a session over a plain, TLS or WebSocket stream.

Holds no opinion: how a login fared is an Attempt, what came afterwards are events.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Literal, Protocol

from mqassist.core.cancel import CancelToken
from mqassist.core.observation import Exchange
from mqassist.core.record import record
from mqassist.core.secret import Secret
from mqassist.net import mqtt
from mqassist.net.failure import WireError
from mqassist.net.mqtt import ConnAck, Event, Malformed, Publish, Version
from mqassist.net.mqtt_codes import refusal
from mqassist.probes._stream import open_fresh, take_first
from mqassist.probes.probe import ProbeContext

DEFAULT_KEEPALIVE_S = 60
_HIDDEN = "•••"
_TAIL_S = 0.2
_ENOUGH_TO_NAME = 64
_FAREWELL_S = 0.2
_HEADER_ROOM = 70_000
"""More than the header of any PUBLISH: a topic has up to 65,535 bytes."""
WILL = b"mqassist: trial of a will, please ignore"

# seen: RabbitMQ 3.10.8's web MQTT gives these reasons with close code 1002 in place of a CONNACK
_CLOSE_WORDS = {"unauthenticated": "credentials", "unauthorized": "not-authorized"}

Outcome = Literal["accepted", "refused", "closed", "silent", "malformed", "other", "unreachable"]
End = Literal["answered", "silent", "fin", "reset"]


class Stream(Protocol):
    """What Connection and WebSocketStream have in common."""

    @property
    def local_port(self) -> int: ...
    @property
    def transcript(self) -> list[Exchange]: ...
    def rebind(self, token: CancelToken) -> None: ...
    @property
    def is_stuck(self) -> bool: ...
    def quick_ack(self) -> None: ...
    def send(self, data: bytes, timeout: float, *, record: bytes | None = None) -> None: ...
    def receive(self, timeout: float, limit: int = 65536) -> bytes: ...
    def close(self) -> None: ...


@record
class Login:
    """What one CONNECT says. `keepalive` in seconds; the password never leaves through repr. `largest` is the size
    in bytes of the largest packet that it wants to be sent."""

    version: Version
    client_id: str
    keepalive: int
    username: str | None = None
    password: Secret | None = None
    will_topic: str = ""
    largest: int = mqtt.PACKET_LIMIT

    def packet(self, *, shown: bool = False) -> bytes:
        """CONNECT; with `shown` the password is replaced, for transcripts. ValueError if it cannot be sent."""
        password = self.password
        if self.username is None and self.version != "5":
            password = None  # MQTT 3.1.1 §3.1.2.9
        revealed = None if password is None else _HIDDEN if shown else password.reveal()
        # §3.1.2.11.4: nobody's large messages are wanted here
        wishes = {"maximum_packet_size": self.largest} if self.version == "5" else None
        return mqtt.connect(
            self.version,
            self.client_id,
            keepalive=self.keepalive,
            username=self.username,
            password=revealed,
            properties=wishes,
            will=(self.will_topic, WILL) if self.will_topic else None,
        )


class Session:
    """A login that was accepted. `ended` says how it ended, "" while it lasts. Not shared between threads."""

    def __init__(self, stream: Stream, login: Login, decoder: mqtt.Decoder, early: list[Event]) -> None:
        self.stream = stream
        self.login = login
        self.ended: Literal["", "fin", "reset", "disconnect", "malformed"] = ""
        self.disconnect_code = -1
        self.malformed = ""
        self.subscribed: str = ""
        self.last_traffic = time.monotonic()
        self._decoder = decoder
        self._early = early
        self._packet_id = 0

    @property
    def version(self) -> Version:
        return self.login.version

    def next_id(self) -> int:
        self._packet_id += 1
        return self._packet_id

    def send(self, data: bytes, timeout: float) -> None:
        """A peer that is gone shows in `ended`."""
        self.last_traffic = time.monotonic()
        try:
            self.stream.send(data, timeout)
        except WireError:
            self.ended = self.ended or "reset"

    def receive(self, timeout: float) -> list[Event]:
        """What comes within `timeout` seconds, [] when nothing does. Acknowledges publishes by itself."""
        events, self._early = self._early, []
        if not events and not self.ended:
            events = self._wait(timeout)
        for event in events:
            self._answer(event)
        return events

    def _wait(self, timeout: float) -> list[Event]:
        self.stream.quick_ack()
        try:
            data = self.stream.receive(timeout)
        except WireError as failure:
            if failure.kind != "timed-out":
                self.ended = "fin" if failure.kind == "closed" else "reset"
            return []
        if not data:
            self.ended = "fin"
            return []
        self.last_traffic = time.monotonic()
        return self._decoder.feed(data)

    def _answer(self, event: Event) -> None:
        if isinstance(event, Malformed):
            self.ended, self.malformed = "malformed", event.reason
        elif isinstance(event, mqtt.Signal) and event.kind == "disconnect":
            self.ended, self.disconnect_code = "disconnect", event.code
        elif isinstance(event, Publish) and event.qos:
            # §4.3: QoS 1 wants PUBACK, QoS 2 PUBREC and later PUBCOMP
            kind = mqtt.PUBACK if event.qos == 1 else mqtt.PUBREC
            self.send(mqtt.acknowledge(kind, event.packet_id), _FAREWELL_S)
        elif isinstance(event, mqtt.Ack) and event.kind == "pubrel":
            self.send(mqtt.acknowledge(mqtt.PUBCOMP, event.packet_id), _FAREWELL_S)

    def close(self) -> None:
        """Unsubscribes and says goodbye in one flight: nothing of the session is left. Bounded; never raises.

        Reads until the broker closes: a reset for what it still sends would make it lose our DISCONNECT.
        """
        farewell = mqtt.disconnect()
        if self.subscribed:
            farewell = mqtt.unsubscribe(self.version, self.next_id(), self.subscribed) + farewell
        end = time.monotonic() + _FAREWELL_S
        self.stream.rebind(CancelToken(_FAREWELL_S))
        with contextlib.suppress(WireError):
            if not self.ended and not self.stream.is_stuck:
                self.stream.send(farewell, _FAREWELL_S)
                while (left := end - time.monotonic()) > 0 and self.stream.receive(left):
                    pass
        self.stream.close()


@record
class Attempt:
    """How one CONNECT fared. `ms` from sending it to its end; `session` only if accepted."""

    login: Login
    outcome: Outcome
    end: End = "answered"
    ms: float = 0.0
    received: bytes = b""
    connack: ConnAck | None = None
    malformed: str = ""
    session: Session | None = None
    exchanges: tuple[Exchange, ...] = ()
    close_code: int = 0
    close_reason: str = ""
    """Of a WebSocket close frame, 0 and "" without one."""

    @property
    def code(self) -> int:
        """The CONNACK's code, -1 without one."""
        return -1 if self.connack is None else self.connack.code

    @property
    def refusal(self) -> str:
        """One of mqtt_codes.REFUSALS, "" if nothing was refused."""
        if self.connack is None:
            return _CLOSE_WORDS.get(self.close_reason, "")
        return refusal(self.connack.code) if self.connack.code else ""


def asked_login(context: ProbeContext) -> Login:
    """The login as the person's own client would do it; the client id is ours unless one was given."""
    settings = context.settings
    version: Version = next((known for known in mqtt.VERSIONS if known == settings.mqtt_version), "3.1.1")
    keepalive = DEFAULT_KEEPALIVE_S if settings.heartbeat is None else max(0, min(settings.heartbeat, 0xFFFF))
    username = context.credentials.username
    if username is None:
        username = context.endpoint.username
    client_id = own_client_id(context) if settings.client_id is None else settings.client_id
    room = settings.message_size + _HEADER_ROOM if settings.message_size else 0
    largest = max(mqtt.PACKET_LIMIT, room)
    return Login(version, client_id, keepalive, username, context.credentials.password, largest=largest)


def payload_of_test(context: ProbeContext, mark: str = "") -> bytes:
    """Says what it is, and is as long as the person's own messages."""
    words = f"mqassist {context.run_id}{mark}".encode()
    return words.ljust(context.settings.message_size, b".")


def own_client_id(context: ProbeContext, tail: str = "") -> str:
    """An id that nobody else has, short enough for MQTT 3.1; `tail` tells the connections of one run apart."""
    return f"mqassist-{context.run_id}{tail}"[: mqtt.MAX_CLIENT_ID_31]


def second_client_id(context: ProbeContext, tail: str) -> str:
    """For a second connection beside the first: keeps the beginning of a given id, as brokers may have rules on it."""
    given = context.settings.client_id
    return own_client_id(context, tail) if not given else f"{given}-{context.run_id}{tail}"


def first_stream(context: ProbeContext) -> Stream | None:
    """What the probes before left open; None if they left nothing."""
    if context.endpoint.transport != "websocket":
        return take_first(context)
    from mqassist.net.websocket_stream import WebSocketStream

    held = context.handover.take("websocket")
    if not isinstance(held, WebSocketStream):
        return None
    held.rebind(context.token)
    return held


def fresh_stream(context: ProbeContext) -> Stream:
    """Another stream of the same kind. Raises WireError."""
    if context.endpoint.transport != "websocket":
        return open_fresh(context)
    from mqassist.probes._websocket import open_websocket

    return open_websocket(context)


def try_login(context: ProbeContext, login: Login) -> Attempt:
    """A login on a connection of its own; the caller closes `session`. Never raises WireError."""
    try:
        stream = fresh_stream(context)
    except WireError:
        return Attempt(login, "unreachable")
    attempt = connect(stream, login, context.settings.timeout)
    if attempt.outcome == "refused":
        context.logins.was_refused()
    return attempt


class Unanswered:
    """An open connection whose CONNECT, sent at `sent_at` (time.monotonic), had no answer so far."""

    def __init__(self, stream: Stream, sent_at: float) -> None:
        self.stream = stream
        self.sent_at = sent_at

    def wait(self, longest: float) -> Literal["answered", "fin", "reset", "open"]:
        """What happens to it until `longest` seconds after CONNECT."""
        try:
            data = self.stream.receive(max(0.0, self.sent_at + longest - time.monotonic()))
        except WireError as failure:
            return {"timed-out": "open", "closed": "fin"}.get(failure.kind, "reset")  # type: ignore[return-value]  # three literals
        return "answered" if data else "fin"

    def close(self) -> None:
        self.stream.close()


def connect(
    stream: Stream, login: Login, timeout: float, keep: Callable[[Unanswered], None] | None = None
) -> Attempt:
    """Sends CONNECT and judges what comes first. Closes the stream unless the login was accepted.

    `keep` takes over the connection if nothing at all came.
    """
    began = time.monotonic()
    try:
        attempt = _connect(stream, login, timeout)
    except BaseException:
        stream.close()
        raise
    if attempt.outcome == "silent" and not attempt.received and keep is not None:
        keep(Unanswered(stream, began))
    elif attempt.session is None:
        stream.close()
    return attempt


def _connect(stream: Stream, login: Login, timeout: float) -> Attempt:
    began = time.monotonic()
    decoder = mqtt.Decoder(login.version, login.largest)
    received = b""
    events: list[Event] = []
    end: End = "answered"
    try:
        stream.send(login.packet(), timeout, record=login.packet(shown=True))
        while not events:
            stream.quick_ack()
            left = began + timeout - time.monotonic()
            data = stream.receive(max(0.0, min(left, _TAIL_S) if _is_foreign(received) else left))
            if not data:
                end = "fin"
                break
            received += data
            if not _is_foreign(received):
                events = decoder.feed(data)
            elif len(received) >= _ENOUGH_TO_NAME:
                break
    except WireError as failure:
        end = "silent" if failure.kind == "timed-out" else "fin" if failure.kind == "closed" else "reset"
    ms = (time.monotonic() - began) * 1000
    seen = tuple(stream.transcript)
    received = _without_password(received, login.password)
    if _is_foreign(received):
        return Attempt(login, "other", "answered", ms, received, exchanges=seen)
    if not events:
        code, words = getattr(stream, "close_code", 0), getattr(stream, "close_reason", "")
        outcome: Outcome = "silent" if end == "silent" else "refused" if words in _CLOSE_WORDS else "closed"
        return Attempt(login, outcome, end, ms, received, exchanges=seen, close_code=code, close_reason=words)
    first = events[0]
    if not isinstance(first, ConnAck):
        reason = first.reason if isinstance(first, Malformed) else "not-connack"
        return Attempt(login, "malformed", "answered", ms, received, malformed=reason, exchanges=seen)
    if first.code:
        return Attempt(login, "refused", "answered", ms, received, first, exchanges=seen)
    session = Session(stream, login, decoder, events[1:])
    return Attempt(login, "accepted", "answered", ms, received, first, session=session, exchanges=seen)


def _without_password(received: bytes, password: Secret | None) -> bytes:
    """A peer that echoes gives us our own CONNECT back; a password cut short at its end counts as one."""
    secret = b"" if password is None else password.reveal().encode("utf-8", "replace")
    if not secret:
        return received
    received = received.replace(secret, b"*" * len(secret))
    for size in range(min(len(secret), len(received)), 2, -1):
        if received.endswith(secret[:size]):
            return received[:-size] + b"*" * size
    return received


def _is_foreign(received: bytes) -> bool:
    """§3.2.1: the first byte of the first answer is 0x20; anything else is another protocol."""
    return bool(received) and received[0] != mqtt.CONNACK << 4
