"""Varies one thing of a refused login at a time: client id, virtual host prefix, user, none. Tries are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.observation import Exchange
from mqassist.core.text import Text, say
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.probes._mqtt import Attempt, Login

_ABOUT = (
    *("mqtt.login_split", "mqtt.refusal", "mqtt.anonymous_accepted", "mqtt.without_prefix_code", "mqtt.accepted_id"),
    "mqtt.unknown_user_code",
)
SPLITS = ("client-id", "vhost-prefix", "rights", "credentials", "unclear")


def _run(context: ProbeContext) -> Result:
    tries = _Tries(context)
    split = _split(context, tries)
    if split:
        tries.facts["mqtt.login_split"] = split
    summary = tries.lines[-1] if tries.lines else say("mqtt.variation.none", about=_ABOUT)
    return Result("passed", summary, tries.facts, tries.lines or [summary], tries.exchanges)


class _Tries:
    """What was tried so far; every login that may fail is counted first."""

    def __init__(self, context: ProbeContext) -> None:
        from mqassist.probes._mqtt import asked_login

        self.context = context
        self.asked: Login = asked_login(context)
        self.facts: dict[str, Fact] = {}
        self.lines: list[Text] = []
        self.exchanges: list[Exchange] = []

    def login(self, login: Login) -> Attempt | None:
        """None when no more tries are allowed or none came to an answer."""
        from mqassist.probes._mqtt import try_login

        if not self.context.logins.take():
            return None
        attempt = try_login(self.context, login)
        self.exchanges += attempt.exchanges
        if attempt.session is not None:
            attempt.session.close()
        return attempt if attempt.outcome in ("accepted", "refused") else None


def _split(context: ProbeContext, tries: _Tries) -> str:
    asked = tries.asked
    user = asked.username or ""
    refused_as = context.text("mqtt.refusal")
    if context.settings.client_id is not None and _other_id_accepted(tries):
        return "client-id"
    if ":" in user:
        found = _without_prefix(tries, user)
        if found:
            return found
    if refused_as == "credentials":
        if not tries.lines:
            code = int(context.number("mqtt.connack_code", -1))
            tries.lines.append(say("mqtt.variation.credentials", about=_ABOUT, code=code))
        return "credentials"
    # seen: RabbitMQ 3.10.8 answers 4 to unknown users and 5 to known ones without rights; Mosquitto 2.0.11 always 5
    unknown = _unknown_user(tries)
    if unknown == "credentials":
        return "rights"
    return "credentials" if _anonymous_accepted(tries) else "unclear"


def _other_id_accepted(tries: _Tries) -> bool:
    from mqassist.core.record import changed
    from mqassist.probes._mqtt import own_client_id

    other = own_client_id(tries.context)
    attempt = tries.login(changed(tries.asked, client_id=other))
    if attempt is None:
        return False
    if attempt.outcome == "accepted":
        tries.facts["mqtt.accepted_id"] = other
    key = "mqtt.variation.other-id-accepted" if attempt.outcome == "accepted" else "mqtt.variation.other-id-refused"
    tries.lines.append(say(key, about=_ABOUT, other=other, client_id=tries.asked.client_id, code=attempt.code))
    return attempt.outcome == "accepted"


def _without_prefix(tries: _Tries, user: str) -> str:
    """RabbitMQ splits `vhost:user` at the last colon and puts others into mqtt.vhost."""
    from mqassist.core.record import changed

    prefix, _, plain = user.rpartition(":")
    attempt = tries.login(changed(tries.asked, username=plain))
    if attempt is None:
        return ""
    tries.facts |= {
        "mqtt.vhost_prefix": prefix,
        "mqtt.user_without_prefix": plain,
    }
    if attempt.code >= 0:
        tries.facts["mqtt.without_prefix_code"] = attempt.code
    key = "mqtt.variation.prefix-accepted" if attempt.outcome == "accepted" else "mqtt.variation.prefix-refused"
    tries.lines.append(say(key, about=_ABOUT, user=plain, prefix=prefix, code=attempt.code))
    # refused, but no longer for its password: the user is known there
    known = attempt.outcome == "accepted" or (
        tries.context.text("mqtt.refusal") == "credentials" and attempt.refusal == "not-authorized"
    )
    return "vhost-prefix" if known else ""


def _unknown_user(tries: _Tries) -> str:
    """How a user that cannot exist is refused, one of REFUSALS; "" if it was not tried."""
    from mqassist.core.record import changed
    from mqassist.core.secret import Secret

    name = f"mqassist-nobody-{tries.context.run_id}"
    attempt = tries.login(changed(tries.asked, username=name, password=Secret(tries.context.run_id)))
    if attempt is None or attempt.outcome != "refused":
        return ""
    if attempt.code > 0:
        tries.facts["mqtt.unknown_user_code"] = attempt.code
    tries.lines.append(say("mqtt.variation.unknown-user", about=_ABOUT, user=name, code=attempt.code))
    return attempt.refusal


def _anonymous_accepted(tries: _Tries) -> bool:
    from mqassist.core.record import changed

    attempt = tries.login(changed(tries.asked, username=None, password=None))
    if attempt is None:
        return False
    accepted = attempt.outcome == "accepted"
    tries.facts["mqtt.anonymous_accepted"] = accepted
    key = "mqtt.variation.anonymous-accepted" if accepted else "mqtt.variation.anonymous-refused"
    tries.lines.append(say(key, about=_ABOUT, code=attempt.code))
    return accepted


PROBE = Probe(
    id="mqtt.login_variation",
    layer="auth",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "mqtt",
    needs=("mqtt.connect",),
    # few logins may be tried: the likelier question goes first
    after=("input.decoded_login",),
    when="mqtt.user_sent and mqtt.refusal in ('credentials', 'not-authorized')",
    gives=(
        FactSpec("mqtt.login_split", "choice", "What the varied logins say about the refused one.", SPLITS),
        FactSpec("mqtt.accepted_id", "text", "Another client id with which the same user is accepted."),
        FactSpec("mqtt.vhost_prefix", "text", "RabbitMQ: what stands before the last colon of the user name."),
        FactSpec("mqtt.user_without_prefix", "text", "RabbitMQ: what stands after it."),
        FactSpec("mqtt.without_prefix_code", "number", "CONNACK code for the user without that prefix."),
        FactSpec("mqtt.unknown_user_code", "number", "CONNACK code for a user that cannot exist."),
        FactSpec("mqtt.anonymous_accepted", "flag", "A login without a user name is accepted."),
    ),
    budget_for=lambda settings: settings.timeout * 9 + 2,
    deciding=True,
    why="why.mqtt.login_variation",
)
