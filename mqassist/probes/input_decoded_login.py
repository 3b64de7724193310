"""The refused user name or password still holds %XX: would it be let in with those decoded? One login try, counted."""

from __future__ import annotations

from mqassist.core.facts import FactSpec
from mqassist.core.percent import decode
from mqassist.core.record import changed
from mqassist.core.secret import Credentials, Secret
from mqassist.core.text import say
from mqassist.net.failure import WireError
from mqassist.probes.probe import Probe, ProbeContext, Result


def _decoded(credentials: Credentials) -> Credentials:
    user, password = credentials.username, credentials.password
    return changed(
        credentials,
        username=None if user is None else decode(user),
        password=None if password is None else Secret(decode(password.reveal())),
    )


def _amqp_accepts(context: ProbeContext) -> bool | None:
    """None if the broker gave no answer about the login."""
    from mqassist.probes._amqp_login import open_second

    try:
        second = open_second(context, context.endpoint.vhost, None)
    except (WireError, ValueError):
        return None
    if second is None:
        return None
    session, login = second
    session.close()
    # whatever comes after the login (an unknown virtual host), the login itself was accepted
    if login.stop is None or login.stage == "open":
        return True
    if login.stop.how != "close":
        return None
    context.logins.was_refused()
    return False


def _mqtt_accepts(context: ProbeContext) -> bool | None:
    from mqassist.probes._mqtt import asked_login, try_login

    attempt = try_login(context, asked_login(context))
    if attempt.session is not None:
        attempt.session.close()
    return attempt.outcome == "accepted" if attempt.outcome in ("accepted", "refused") else None


def _run(context: ProbeContext) -> Result:
    if not context.logins.take():
        return Result("skipped", say("input.decoded-login-not-tried"))
    other = changed(context, credentials=_decoded(context.credentials))
    accepted = _amqp_accepts(other) if context.endpoint.protocol == "amqp" else _mqtt_accepts(other)
    if accepted is None:
        return Result("skipped", say("input.decoded-login-not-tried"))
    key = "input.decoded-login-works" if accepted else "input.decoded-login-refused"
    sentence = say(key, about=("input.decoded_login_works",))
    return Result("passed", sentence, {"input.decoded_login_works": accepted}, [sentence])


PROBE = Probe(
    id="input.decoded_login",
    layer="input",
    run=_run,
    needs=("amqp.login", "mqtt.connect"),
    when="login.result == 'refused' and input.login_still_encoded"
    " and (input.protocol == 'mqtt' or amqp.refusal == 'login')",
    gives=(FactSpec("input.decoded_login_works", "flag", "With %XX decoded the broker lets the user in."),),
    budget_for=lambda settings: settings.timeout * 3 + 2,
    deciding=True,
    why="why.input.decoded_login",
)
