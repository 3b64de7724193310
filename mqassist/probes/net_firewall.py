"""Who refuses: which ICMP error answers our SYN and from where, and whether a rule of this machine stops it."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.resolve import Address
from mqassist.probes._stream import chosen_address
from mqassist.probes.probe import Probe, ProbeContext, Result

ICMP_S = 1.3
"""Lets one SYN be repeated: routers send ICMP errors at a limited rate (RFC 1812 §4.3.2.8)."""
SLOW_MS = 2000

_ABOUT_RULE = ("net.local_rule_blocks", "net.local_rule", "net.local_rule_effect")
_ABOUT_ICMP = ("net.icmp_code", "net.icmp_from", "net.icmp_meaning")

# RFC 792 and RFC 1812 §5.2.7.1
_MEANINGS = {
    0: "network-unreachable",
    1: "host-unreachable",
    2: "protocol-unreachable",
    3: "port-unreachable",
    9: "prohibited",
    10: "prohibited",
    13: "prohibited",
}


# RFC 4443 §3.1
_MEANINGS6 = {
    0: "network-unreachable",
    1: "prohibited",
    3: "host-unreachable",
    4: "port-unreachable",
    5: "prohibited",
    6: "prohibited",
}


def _run(context: ProbeContext) -> Result:
    from mqassist.net.local_firewall import blocking_rule

    address = chosen_address(context)
    facts: dict[str, Fact] = {}
    evidence: list[Text] = []
    rule = blocking_rule(address, context.recent)
    if rule != "unread":
        facts["net.local_rule_blocks"] = rule != "none"
    if not isinstance(rule, str):
        facts["net.local_rule"] = rule.rule
        facts["net.local_rule_effect"] = rule.effect
        evidence.append(say(f"net.rule-{rule.effect}", about=_ABOUT_RULE, address=str(address), rule=rule.rule))
    if _may_listen(context) and isinstance(rule, str):
        evidence += _listen(context, address, facts)
    if not evidence:
        return Result("passed", say("net.no-rule", address=str(address)), facts)
    return Result("passed", evidence[0], facts, evidence)


def _may_listen(context: ProbeContext) -> bool:
    """A refusal that took seconds is no filter's: who asks again waits as long."""
    return context.number("tcp.failed_ms") < SLOW_MS and context.text("tcp.result") != "timed-out"


def _waits(context: ProbeContext) -> bool:
    from mqassist.net.local_firewall import rules_are_read

    return _may_listen(context) or not rules_are_read(chosen_address(context), context.recent)


def _listen(context: ProbeContext, address: Address, facts: dict[str, Fact]) -> list[Text]:
    """Dials once more with an ear open for ICMP; nothing without the right to open a raw socket."""
    from mqassist.net.icmp import IcmpEar

    try:
        ear = IcmpEar(is_ipv6=address.is_ipv6)
    except OSError:
        return []
    try:
        dialling = context.wire.dial([address], token=context.token, timeout=ICMP_S)
        try:
            dialling.wait(ICMP_S)
        finally:
            dialling.close()
        heard = ear.about(address, context.token, 0.05)
    finally:
        ear.close()
    if heard is None:
        return []
    meaning = (_MEANINGS6 if address.is_ipv6 else _MEANINGS).get(heard.code, "other")
    facts |= {"net.icmp_code": heard.code, "net.icmp_from": heard.sender, "net.icmp_meaning": meaning}
    return [say("net.icmp", about=_ABOUT_ICMP, address=str(address), sender=heard.sender, code=heard.code)]


PROBE = Probe(
    id="net.firewall",
    layer="network",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("tcp.connect",),
    when=(
        "tcp.result in"
        " ('refused', 'timed-out', 'host-unreachable', 'network-unreachable', 'reset', 'permission-denied', 'failed')"
    ),
    deciding=True,
    why="why.net.firewall",
    gives=(
        FactSpec("net.local_rule_blocks", "flag", "The packet filter of this machine, as far as read, stops it."),
        FactSpec("net.local_rule", "text", "A packet filter rule of this machine that stops the connection."),
        FactSpec("net.local_rule_effect", "choice", "What that rule does.", ("drop", "reject")),
        FactSpec("net.icmp_code", "number", "Code of the ICMP destination-unreachable that answered our SYN."),
        FactSpec("net.icmp_from", "text", "Who sent it."),
        FactSpec(
            "net.icmp_meaning",
            "choice",
            "What the code says.",
            (*dict.fromkeys(_MEANINGS.values()), "other"),
        ),
    ),
    waits=_waits,
    budget=6.0,
)
