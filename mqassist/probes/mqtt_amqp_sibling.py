"""Logs in over AMQP on the same host: its answers name what RabbitMQ's MQTT plugin keeps to itself (alarms, rights)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.observation import Exchange
from mqassist.core.text import Text, say
from mqassist.probes._amqp_facts import CLOSED, USERNAME, VHOST
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.net.connection import Connection
    from mqassist.probes._amqp import AmqpSession
    from mqassist.probes._amqp_login import Login

LOGINS = ("accepted", "refused", "closed", "silent", "not-amqp", "not-tried")
_ABOUT = ("mqtt.amqp_alarm", "mqtt.amqp_alarm_reason", "mqtt.amqp_login", "amqp.refusal", "amqp.close_text")


def _run(context: ProbeContext) -> Result:
    from mqassist.probes._amqp import AmqpSession

    port = 5671 if context.endpoint.tls else 5672
    connection = _open(context, port)
    if connection is None or not context.logins.take():
        if connection is not None:
            connection.close()
        line = say("mqtt.sibling.no-port", about=_ABOUT, port=port)
        return Result("passed", line, {"mqtt.amqp_login": "not-tried"}, [line])
    session = AmqpSession(connection)
    facts: dict[str, Fact] = {"mqtt.amqp_port": port}
    lines: list[Text] = []
    try:
        _log_in(context, session, port, facts, lines)
    finally:
        session.close()
    exchanges: list[Exchange] = connection.transcript
    return Result("passed", lines[-1], facts, lines, exchanges)


def _open(context: ProbeContext, port: int) -> Connection | None:
    from mqassist.net.failure import WireError
    from mqassist.probes._stream import chosen_address, start_tls

    if context.settings.proxy is not None:
        return None
    try:
        resolved = context.wire.resolve(chosen_address(context).ip, port, token=context.token)
        connection = context.wire.connect(resolved.addresses[0], token=context.token)
    except (WireError, IndexError):
        return None
    try:
        if context.endpoint.tls:
            start_tls(context, connection)
    except WireError:
        connection.close()
        return None
    except BaseException:
        connection.close()
        raise
    return connection


def _log_in(context: ProbeContext, session: AmqpSession, port: int, facts: dict[str, Fact], lines: list[Text]) -> None:
    from mqassist.core.secret import Credentials
    from mqassist.net.amqp import Method
    from mqassist.probes._amqp_login import choose_identity, log_in, mechanisms, say_hello

    hello = say_hello(session, context.settings.timeout)
    vhost, user = _vhost_and_user(context)
    credentials = Credentials(user, context.credentials.password)
    identity = choose_identity(credentials, context.settings, mechanisms(session.start))
    if not isinstance(hello, Method) or identity is None:
        facts["mqtt.amqp_login"] = "not-amqp"
        lines.append(say("mqtt.sibling.not-amqp", about=_ABOUT, port=port))
        return
    facts |= {"amqp.username": identity.username, "amqp.vhost": vhost}
    login = log_in(session, identity, vhost, context, 0)
    _judge(context, session, login, port, facts, lines)


def _vhost_and_user(context: ProbeContext) -> tuple[str, str | None]:
    """RabbitMQ's MQTT plugin reads `vhost:user`; without a prefix mqtt.vhost decides, "/" by default."""
    user = context.credentials.username
    if user is None or ":" not in user:
        return "/", user
    vhost, _, plain = user.rpartition(":")
    return vhost, plain


def _judge(
    context: ProbeContext,
    session: AmqpSession,
    login: Login,
    port: int,
    facts: dict[str, Fact],
    lines: list[Text],
) -> None:
    stop = login.stop
    if stop is None:
        facts["mqtt.amqp_login"] = "accepted"
        lines.append(say("mqtt.sibling.accepted", about=_ABOUT, port=port))
        _look_for_alarm(context, session, facts, lines)
    elif stop.how == "close":
        from mqassist.probes._amqp_refusal import refusal

        facts["mqtt.amqp_login"] = "refused"
        if login.stage == "login":
            context.logins.was_refused()
        facts |= {name: value for name, value in refusal(stop, login.stage).items() if name in _CLOSED}
        lines.append(say("mqtt.sibling.refused", about=_ABOUT, port=port, code=stop.code, text=stop.text))
    else:
        facts["mqtt.amqp_login"] = "silent" if stop.how == "silent" else "closed"
        lines.append(say("mqtt.sibling.ended", about=_ABOUT, port=port, ms=stop.ms))


def _look_for_alarm(context: ProbeContext, session: AmqpSession, facts: dict[str, Fact], lines: list[Text]) -> None:
    """Only a publisher is told of alarms: one message that no queue can take."""
    from mqassist.probes._amqp_channel import Channel
    from mqassist.probes._amqp_own import ask_for_alarm

    seen: dict[str, Fact] = {}
    ask_for_alarm(Channel(session, context.settings.timeout), context.run_id, seen, [])
    facts["mqtt.amqp_alarm"] = "amqp.alarm" in seen
    if "amqp.alarm" in seen:
        reason = str(seen.get("amqp.alarm_reason", ""))
        facts["mqtt.amqp_alarm_reason"] = reason
        lines.append(say("mqtt.sibling.blocked", about=_ABOUT, reason=reason))


_CLOSED = {spec.name for spec in CLOSED}

PROBE = Probe(
    id="mqtt.amqp_sibling",
    layer="health",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "mqtt",
    needs=("mqtt.connect", "mqtt.login_variation"),
    when="(first.packet == 'mqtt' and first.received == 0 and first.end == 'silent') or "
    "(first.packet == 'mqtt' and first.received == 0 and first.end_ms > 9000) or "
    "mqtt.login_split in ('rights', 'vhost-prefix')",
    gives=(
        *CLOSED,
        USERNAME,
        VHOST,
        FactSpec("mqtt.amqp_port", "number", "AMQP port on the same host that accepts connections."),
        FactSpec("mqtt.amqp_login", "choice", "How the same login fares over AMQP there.", LOGINS),
        FactSpec("mqtt.amqp_alarm", "flag", "The broker blocks publishers: a resource alarm is in force."),
        FactSpec("mqtt.amqp_alarm_reason", "text", "The reason the broker gives in connection.blocked."),
    ),
    budget_for=lambda settings: settings.timeout * 6 + 2,
    deciding=True,
    why="why.mqtt.amqp_sibling",
)
