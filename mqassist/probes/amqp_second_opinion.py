"""The broker says 403 for a wrong password, an unknown user and for guest from afar alike. The management API, if its
address was given, knows which; else the client's own address tells whether guest could have been let in at all."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.probes.probe import Probe, ProbeContext, Result

OPINIONS = ("localhost-only", "wrong-credentials", "credentials-right", "other", "unreachable", "nobody-asked")


def _run(context: ProbeContext) -> Result:
    facts: dict[str, Fact] = {}
    evidence: list[Text] = []
    opinion = _ask(context, evidence)
    facts["amqp.second_opinion"] = opinion
    reading = _reading(context, opinion)
    if reading:
        facts["amqp.refused_for"] = reading
    about = ("amqp.refused_for", "amqp.guest_from_afar")
    if context.facts.get("amqp.guest_from_afar") is True:
        address = context.text("tcp.local_address")
        evidence.append(say("amqp.guest-from-afar", about=about, address=address))
    if not evidence:
        evidence.append(say("amqp.nobody-asked", about=about))
    return Result("passed", evidence[0], facts, evidence)


def _ask(context: ProbeContext, evidence: list[Text]) -> str:
    base, user, password = context.settings.management, context.text("amqp.username"), context.credentials.password
    if base is None or not user:
        return "nobody-asked"
    if not context.logins.take():
        evidence.append(say("amqp.login-cap", count=context.logins.limit))
        return "nobody-asked"
    from mqassist.probes._amqp import shown
    from mqassist.probes._amqp_login import DEFAULT_PASSWORD
    from mqassist.probes._management import who_am_i

    word = DEFAULT_PASSWORD if context.facts.get("amqp.default_credentials") is True else ""
    about = ("amqp.second_opinion", "amqp.refused_for")
    try:
        answer = who_am_i(context, base, user, word if password is None else password.reveal())
    except WireError as error:
        evidence.append(say("amqp.whoami-unreachable", about=about, kind=error.kind))
        return "unreachable"
    evidence.append(say("amqp.whoami", about=about, status=answer.status, reason=shown(answer.reason) or "–"))
    opinion = read_whoami(answer.status, answer.reason)
    if opinion in ("wrong-credentials", "localhost-only"):
        context.logins.was_refused()
    return opinion


def read_whoami(status: int, reason: str) -> str:
    """seen: RabbitMQ 3.10.8, all four reasons; 200 is for users with a management tag.

    A wrong password is "Login failed" in 3.10.8 and "Not_Authorized" in 4.0.5.
    """
    lowered = reason.lower()
    if "localhost" in lowered:
        return "localhost-only"
    if status == 200 or "not management user" in lowered:
        return "credentials-right"
    return "wrong-credentials" if status == 401 and lowered in ("login failed", "not_authorized") else "other"


def _reading(context: ProbeContext, opinion: str) -> str:
    """Which refusal it was; "" while two readings are left: guest from afar with a password of its own, or by proxy."""
    if opinion in ("localhost-only", "wrong-credentials", "credentials-right"):
        return {"localhost-only": "guest-rule"}.get(opinion, opinion)
    says_403 = "authentication_failure_close" in context.strings("amqp.capabilities")
    if context.text("login.result") == "closed" and says_403:
        return ""  # such a broker would have said 403: this hang-up was something else
    if context.text("amqp.mechanism") == "EXTERNAL":
        return ""
    if context.facts.get("amqp.user_is_guest") is not True:
        return "wrong-credentials"
    if "amqp.guest_from_afar" not in context.facts:
        return ""  # through a proxy nobody here knows which address the broker sees
    if context.facts["amqp.guest_from_afar"] is False:
        return "wrong-credentials"
    return "guest-rule" if context.facts.get("amqp.default_password") is True else ""


PROBE = Probe(
    id="amqp.second_opinion",
    layer="auth",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "amqp",
    needs=("amqp.login",),
    # few logins may be tried: the likelier question goes first
    after=("input.decoded_login",),
    when="amqp.refusal == 'login' or (login.result == 'closed' and amqp.close_stage == 'login')",
    gives=(
        FactSpec("amqp.second_opinion", "choice", "What the management API says of the same credentials.", OPINIONS),
        FactSpec(
            "amqp.refused_for",
            "choice",
            "What the login was refused for; absent while more than one reading is left.",
            ("wrong-credentials", "guest-rule", "credentials-right"),
        ),
    ),
    budget_for=lambda settings: settings.timeout * 3 + 2,
    deciding=True,
    why="why.amqp.second_opinion",
)
