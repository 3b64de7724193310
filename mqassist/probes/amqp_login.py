"""Logs in: StartOk to OpenOk on the run's connection. A refusal is told by the broker's own text; silence by time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._amqp_facts import CLOSED, NAME_TOO_LONG, USERNAME, VHOST
from mqassist.probes._shared import LOGIN_RESULT
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.probes._amqp import AmqpSession
    from mqassist.probes._amqp_login import Identity, Login


def _run(context: ProbeContext) -> Result:
    from mqassist.probes._amqp import AmqpSession  # only paid for where AMQP is spoken

    session = context.handover.take("amqp")
    if not isinstance(session, AmqpSession):
        return Result("skipped", say("amqp.login-not-reached"))
    session.rebind(context.token)
    try:
        result = _attempt(context, session)
    except BaseException:
        session.close()
        raise
    if session.is_open:
        context.handover.give("amqp-open", session)
    else:
        session.close()
    return result


def _attempt(context: ProbeContext, session: AmqpSession) -> Result:
    from mqassist.probes._amqp_login import choose_identity, log_in

    offered = context.strings("amqp.mechanisms")
    identity = choose_identity(context.credentials, context.settings, offered)
    has_certificate = context.settings.tls.cert is not None
    if identity is None:
        facts: dict[str, Fact] = {"amqp.mechanism_common": False, "amqp.certificate_given": has_certificate}
        no_common = say(
            "amqp.no-mechanism", about=("amqp.mechanism_common", "amqp.mechanisms"), offered=", ".join(offered) or "–"
        )
        return Result("failed", no_common, facts, [no_common])
    context.logins.take()
    facts = _who(context, session, identity)
    evidence = [_said_who(identity)]
    if identity.password_blank:
        evidence.append(say("amqp.password-empty", about=("amqp.password_blank",)))
    try:
        login = log_in(session, identity, context.endpoint.vhost, context, context.settings.heartbeat)
    except ValueError:
        too_long = say("amqp.name-too-long", about=("amqp.name_too_long",))
        return Result("failed", too_long, {**facts, "amqp.name_too_long": True}, [*evidence, too_long])
    _tell(login, facts, evidence)
    summary = evidence[-1]
    if login.stop is None:
        return Result("passed", summary, facts, evidence, session.new_exchanges())
    if facts.get("amqp.refusal") == "login":
        context.logins.was_refused()
    token = _token_facts(context)
    facts |= token
    if token:
        evidence.append(say("amqp.token", about=tuple(token), seconds=token["amqp.token_expired_s"]))
    return Result("failed", summary, facts, evidence, session.new_exchanges())


def _who(context: ProbeContext, session: AmqpSession, identity: Identity) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "amqp.mechanism": identity.mechanism,
        "amqp.mechanism_common": True,
        "amqp.vhost": context.endpoint.vhost,
        "amqp.default_credentials": identity.is_default,
        "amqp.user_is_guest": identity.username == "guest",
    }
    if identity.mechanism != "EXTERNAL":
        facts["amqp.username"] = identity.username
        facts["amqp.password_blank"] = identity.password_blank
        facts["amqp.default_password"] = identity.password_is_default
    if context.settings.proxy is None:
        afar = not is_loopback(session.connection.local_ip)
        facts["amqp.guest_from_afar"] = afar and identity.username == "guest"
    return facts


def is_loopback(ip: str) -> bool:
    """127/8 and ::1, also as IPv4 inside IPv6."""
    return ip == "::1" or ip.removeprefix("::ffff:").startswith("127.")


def _said_who(identity: Identity) -> Text:
    about = ("amqp.mechanism", "amqp.username", "amqp.default_credentials")
    if identity.mechanism == "EXTERNAL":
        return say("amqp.login-external", about=about)
    if identity.is_default:
        return say("amqp.login-default", about=about, mechanism=identity.mechanism)
    return say("amqp.login-as", about=about, user=identity.username, mechanism=identity.mechanism)


def _tell(login: Login, facts: dict[str, Fact], evidence: list[Text]) -> None:
    facts["amqp.auth_ms"] = login.auth_ms
    if login.tuning is not None:
        tuning = login.tuning
        facts |= {
            "amqp.channel_max": tuning.channel_max,
            "amqp.frame_max": tuning.frame_max,
            "amqp.heartbeat_offered": tuning.heartbeat_offered,
            "amqp.heartbeat": tuning.heartbeat,
        }
        evidence.append(
            say(
                "amqp.tuned",
                about=("amqp.channel_max", "amqp.frame_max", "amqp.heartbeat_offered", "amqp.heartbeat"),
                channels=tuning.channel_max,
                frame=tuning.frame_max,
                offered=tuning.heartbeat_offered,
                heartbeat=tuning.heartbeat,
            )
        )
    if login.stop is None:
        facts |= {"login.result": "accepted", "amqp.open_ms": login.open_ms}
        about = ("login.result", "amqp.auth_ms", "amqp.open_ms")
        evidence.append(say("amqp.logged-in", about=about, auth=login.auth_ms, open=login.open_ms))
    else:
        evidence.append(_tell_refusal(login, facts))


def _tell_refusal(login: Login, facts: dict[str, Fact]) -> Text:
    from mqassist.probes._amqp_refusal import refusal

    stop = login.stop
    assert stop is not None
    facts["amqp.login_wait_ms"] = stop.ms
    about: tuple[str, ...] = ("login.result", "amqp.login_end", "amqp.login_wait_ms", "amqp.close_stage")
    if stop.how == "close":
        facts |= {"login.result": "refused", **refusal(stop, login.stage)}
        about = ("login.result", "amqp.refusal", "amqp.close_code", "amqp.close_text", "amqp.close_stage", "amqp.limit")
        return say("amqp.refused", about=about, code=stop.code, text=stop.text, ms=stop.ms)
    facts["login.result"] = "silent" if stop.how == "silent" else "closed"
    facts["amqp.login_end"] = stop.how
    facts["amqp.close_stage"] = login.stage
    return say(f"amqp.login-{stop.how}-{login.stage}", about=about, ms=stop.ms)


def _token_facts(context: ProbeContext) -> dict[str, int]:
    """If the password is a JSON Web Token (RFC 7519) with an end: whether that has passed by our clock."""
    password = context.credentials.password
    parts = [] if password is None else password.reveal().split(".")
    if len(parts) != 3 or not parts[0].startswith("eyJ"):
        return {}
    import base64
    import json
    import time

    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    end = claims.get("exp") if isinstance(claims, dict) else None
    if not isinstance(end, int | float):
        return {}
    over = round(time.time() - end)
    return {"amqp.token_expired": over > 0, "amqp.token_expired_s": over}


PROBE = Probe(
    id="amqp.login",
    layer="auth",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "amqp",
    needs=("amqp.handshake",),
    when="protocol.spoken",
    gives=(
        LOGIN_RESULT,
        *CLOSED,
        FactSpec("amqp.mechanism", "text", "The SASL mechanism used."),
        FactSpec("amqp.mechanism_common", "flag", "The broker offers a mechanism that such a client has."),
        FactSpec("amqp.certificate_given", "flag", "A client certificate is set."),
        NAME_TOO_LONG,
        USERNAME,
        VHOST,
        FactSpec("amqp.default_credentials", "flag", "No user was given, so guest/guest was sent."),
        FactSpec("amqp.user_is_guest", "flag", "The user sent is guest."),
        FactSpec("amqp.password_blank", "flag", "The password sent was empty, also because none was given."),
        FactSpec("amqp.default_password", "flag", "The password sent is the public default."),
        FactSpec("amqp.guest_from_afar", "flag", "The user is guest and our end is not a loopback address."),
        FactSpec("amqp.auth_ms", "number", "Time from StartOk to Tune or to the end."),
        FactSpec("amqp.open_ms", "number", "Time from Open to OpenOk."),
        FactSpec("amqp.login_wait_ms", "number", "Time from the last question to the refusal, the end, or our limit."),
        FactSpec(
            "amqp.login_end",
            "choice",
            "How the login ended without a close frame; garbage is something that is not AMQP, challenge a question "
            "that our mechanisms do not have.",
            ("fin", "reset", "silent", "garbage", "challenge"),
        ),
        FactSpec("amqp.channel_max", "number", "channel_max of Tune (0 is no limit)."),
        FactSpec("amqp.frame_max", "number", "frame_max of Tune, bytes (0 is no limit)."),
        FactSpec("amqp.heartbeat_offered", "number", "The heartbeat in Tune, seconds."),
        FactSpec("amqp.heartbeat", "number", "The heartbeat agreed on, seconds; 0 is off."),
        FactSpec("amqp.token_expired", "flag", "The password is a token whose end has passed by this machine's clock."),
        FactSpec("amqp.token_expired_s", "number", "Seconds since the token ended; negative while it is good."),
    ),
    budget_for=lambda settings: settings.timeout * 3 + 2,
)
