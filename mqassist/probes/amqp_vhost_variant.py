"""The virtual host does not exist. Perhaps it does under the name that was meant: with or without the leading slash,
percent-decoded once more, without blanks; and does the default virtual host open for this user?"""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.percent import decode
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.probes.probe import Probe, ProbeContext, Result


def variants(vhost: str) -> tuple[str, ...]:
    """Other readings of a virtual host's name, the likeliest first; never the name itself or the default."""
    toggled = vhost[1:] if vhost.startswith("/") else f"/{vhost}"
    decoded = decode(vhost) if "%" in vhost else vhost
    found = dict.fromkeys((toggled, decoded, vhost.strip(), vhost.strip().strip("/")))
    return tuple(name for name in found if name not in ("", "/", vhost))[:3]


def _run(context: ProbeContext) -> Result:
    vhost = context.endpoint.vhost
    tried: list[str] = []
    evidence: list[Text] = []
    facts: dict[str, Fact] = {}
    for name in variants(vhost):
        tried.append(name)
        if _opens(context, name):
            facts["amqp.vhost_alternative_opens"] = name
            about = ("amqp.vhost_alternative_opens", "amqp.vhost_alternatives_tried")
            evidence.append(say("amqp.vhost-other-opens", about=about, vhost=vhost, name=name))
            break
    default_opens = vhost != "/" and _opens(context, "/")
    facts |= {"amqp.vhost_alternatives_tried": tuple(tried), "amqp.default_vhost_opens": default_opens}
    of_default = ("amqp.default_vhost_opens",)
    opens = say("amqp.default-vhost-opens", about=of_default)
    evidence.append(opens if default_opens else say("amqp.default-vhost-closed", about=of_default))
    return Result("passed", evidence[0], facts, evidence)


def _opens(context: ProbeContext, vhost: str) -> bool:
    """The credentials are right, so this counts as no failed login anywhere."""
    from mqassist.probes._amqp_login import open_second

    try:
        second = open_second(context, vhost, None)
    except (WireError, ValueError):
        return False
    if second is None:
        return False
    session, login = second
    session.close()
    return login.stop is None


PROBE = Probe(
    id="amqp.vhost_variant",
    layer="auth",
    run=_run,
    applies=lambda endpoint, _: endpoint.protocol == "amqp",
    needs=("amqp.login",),
    when="amqp.refusal == 'vhost-not-found'",
    gives=(
        FactSpec("amqp.vhost_alternative_opens", "text", "Another reading of the virtual host's name that does open."),
        FactSpec("amqp.vhost_alternatives_tried", "list", "The other readings that were tried."),
        FactSpec("amqp.default_vhost_opens", "flag", "The virtual host / opens for this user."),
    ),
    budget_for=lambda settings: settings.timeout * 4 + 5,
    deciding=True,
    why="why.amqp.vhost_variant",
)
