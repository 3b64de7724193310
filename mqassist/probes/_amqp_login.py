"""How an AMQP client logs in: which mechanism, which properties, TuneOk and Open in one flight. Shared by the login
probe and by those that open a second connection to compare."""

from __future__ import annotations

from typing import Literal

from mqassist import __version__
from mqassist.core.record import record
from mqassist.core.secret import Credentials
from mqassist.core.settings import CheckSettings
from mqassist.net.amqp import PROTOCOL_HEADER, Method, ServerHeader
from mqassist.net.amqp_codec import Value
from mqassist.net.amqp_methods import amqplain_response, connection_open, plain_response, start_ok, tune_ok
from mqassist.probes._amqp import AmqpSession, Stop, shown
from mqassist.probes.probe import ProbeContext

DEFAULT_USER = "guest"
DEFAULT_PASSWORD = "guest"  # noqa: S105 - public knowledge: the default of every AMQP client library
MASK = "•••"

Stage = Literal["login", "open"]


@record
class Tuning:
    """What the broker offered in Tune, and the heartbeat agreed on (seconds, 0 is off)."""

    channel_max: int
    frame_max: int
    heartbeat_offered: int
    heartbeat: int


@record
class Login:
    """`stop` is None when the broker said OpenOk. Times in milliseconds."""

    stage: Stage
    stop: Stop | None
    auth_ms: float
    open_ms: float = 0.0
    tuning: Tuning | None = None


@record
class Identity:
    """Who logs in and how; `response` is secret. `is_default` is true if nobody was named and guest stands in."""

    username: str
    mechanism: str
    response: bytes
    record: bytes
    is_default: bool = False
    password_blank: bool = False
    password_is_default: bool = False

    def __repr__(self) -> str:
        return f"Identity({self.username!r}, {self.mechanism})"


def say_hello(session: AmqpSession, timeout: float) -> Method | ServerHeader | Stop:
    """Sends the protocol header; Connection.Start is kept in `session.start` and returned."""
    import time

    began = time.monotonic()
    session.send(PROTOCOL_HEADER, timeout)
    while True:
        event = session.next_event(began, timeout)
        if isinstance(event, Method) and event.name == "connection.start":
            session.start = event
            return event
        if isinstance(event, ServerHeader):
            return event
        if isinstance(event, Stop):
            return event


def mechanisms(start: Method) -> tuple[str, ...]:
    """Offered SASL mechanisms, in the broker's order (§1.4.2.2: separated by blanks)."""
    return words_of(start, "mechanisms")


def words_of(start: Method, field: str) -> tuple[str, ...]:
    """The words of a list in Connection.Start, bounded."""
    return tuple(shown(word, 60) for word in start.text(field)[:2000].split()[:20])


def choose_identity(credentials: Credentials, settings: CheckSettings, offered: tuple[str, ...]) -> Identity | None:
    """What a client with these settings would log in with; None if no mechanism is in common.

    EXTERNAL is for a client certificate without a password; else PLAIN, then AMQPLAIN. Without any user name
    guest/guest is used, as the URI specification's clients do.
    """
    user, password = credentials.username, credentials.password
    if user is None and password is None and settings.tls.cert is not None and "EXTERNAL" in offered:
        return Identity("", "EXTERNAL", b"\0", b"\0")
    is_default = user is None and password is None
    name = DEFAULT_USER if user is None else user
    word = DEFAULT_PASSWORD if is_default else "" if password is None else password.reveal()
    for mechanism, encode in (("PLAIN", plain_response), ("AMQPLAIN", amqplain_response)):
        if mechanism in offered:
            return Identity(
                name,
                mechanism,
                encode(name, word),
                encode(name, MASK),
                is_default=is_default,
                password_blank=not word,
                password_is_default=word == DEFAULT_PASSWORD,
            )
    if settings.tls.cert is not None and "EXTERNAL" in offered:
        return Identity("", "EXTERNAL", b"\0", b"\0")
    return None


def client_properties(run_id: str, second: str = "") -> dict[str, Value]:
    """With authentication_failure_close the broker says 403 instead of hanging up after 3 s; the connection's
    name is in the broker's log also when it refuses the login (seen: RabbitMQ 3.10.8 with log level debug)."""
    return {
        "product": "mqassist",
        "version": __version__,
        "platform": "Python",
        "connection_name": f"mqassist {run_id} {second}".rstrip(),
        "capabilities": {
            "authentication_failure_close": True,
            "connection.blocked": True,
            "consumer_cancel_notify": True,
            "publisher_confirms": True,
            "basic.nack": True,
        },
    }


def agreed_heartbeat(wanted: int | None, offered: int) -> int:
    """Seconds. The lower value wins; a client that wants none gets none; a broker that offers none leaves it to us."""
    if wanted is None:
        return offered
    wanted = min(max(0, wanted), 65535)
    return wanted if not wanted or not offered else min(wanted, offered)


def log_in(session: AmqpSession, identity: Identity, vhost: str, context: ProbeContext, heartbeat: int | None) -> Login:
    """StartOk, then TuneOk with the broker's own values and Open together. Raises ValueError for a virtual host's
    name that does not fit the protocol (255 bytes)."""
    timeout = context.settings.timeout
    opening = connection_open(vhost)
    locale = next((word for word in words_of(session.start, "locales") if word.isascii()), "en_US")
    properties = client_properties(context.run_id, context.second)
    hello = start_ok(properties, identity.mechanism, identity.response, locale)
    record = start_ok(properties, identity.mechanism, identity.record, locale)
    tune = session.ask(hello, timeout, "connection.tune", "connection.secure", record=record)
    if isinstance(tune, Stop):
        return Login("login", tune, tune.ms)
    auth_ms = session.age_of_last_answer()
    if tune.name == "connection.secure":  # a challenge, which none of our mechanisms has
        return Login("login", Stop("challenge", auth_ms), auth_ms)
    offered = tune.number("heartbeat")
    tuning = Tuning(tune.number("channel_max"), tune.number("frame_max"), offered, agreed_heartbeat(heartbeat, offered))
    answer = tune_ok(tuning.channel_max, tuning.frame_max, tuning.heartbeat) + opening
    opened = session.ask(answer, timeout, "connection.open-ok")
    if isinstance(opened, Stop):
        return Login("open", opened, auth_ms, opened.ms, tuning)
    session.is_open, session.frame_max = True, tuning.frame_max
    return Login("open", None, auth_ms, session.age_of_last_answer(), tuning)


def open_second(context: ProbeContext, vhost: str, heartbeat: int | None) -> tuple[AmqpSession, Login] | None:
    """A second connection of the same client, logged in as far as it goes; the caller closes it. None if it got no
    Connection.Start or has no mechanism in common. Raises WireError if not even the path opens."""
    from mqassist.probes._stream import open_fresh

    session = AmqpSession(open_fresh(context))
    try:
        hello = say_hello(session, context.settings.timeout)
        identity = choose_identity(context.credentials, context.settings, mechanisms(session.start))
        if isinstance(hello, Method) and identity is not None:
            return session, log_in(session, identity, vhost, context, heartbeat)
    except BaseException:
        session.close()
        raise
    session.close()
    return None
