"""Proxy variables of this process. AMQP and MQTT libraries ignore them: what a browser reaches, a client may not."""

from __future__ import annotations

import os

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def variables() -> dict[str, str]:
    """The proxy variables that are set, by upper-case name; the lower-case form wins, as in curl."""
    found = {}
    for name in VARIABLES:
        value = os.environ.get(name.lower()) or os.environ.get(name)
        if value:
            found[name] = value
    return found


def no_proxy_covers(host: str, rule: str) -> bool:
    """Whether NO_PROXY exempts the host: `*`, a name, a domain suffix, an address or a network, separated by commas."""
    import ipaddress  # not worth loading for a healthy check

    name = host.lower().rstrip(".")
    for entry in (part.strip().lower() for part in rule.split(",")):
        bare = entry.lstrip(".").rstrip(".")
        if entry == "*" or (bare and (name == bare or name.endswith("." + bare))):
            return True
        try:
            if ipaddress.ip_address(name) in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue
    return False


def _run(context: ProbeContext) -> Result:
    found = variables()
    facts: dict[str, Fact] = {"proxy.variables_set": bool(found)}
    if not found:
        return Result("passed", say("proxy.no-variables"), facts)
    from mqassist.core.proxy_target import masked_proxy  # as ipaddress: not worth loading for a healthy check

    rule = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    shown = ", ".join(f"{name}={masked_proxy(value)}" for name, value in found.items())
    facts["proxy.variables"] = tuple(found)
    facts["proxy.no_proxy_covers"] = no_proxy_covers(context.endpoint.host, rule)
    line = say("proxy.variables", about=("proxy.variables", "proxy.variables_set"), variables=shown)
    return Result("passed", line, facts, [line])


PROBE = Probe(
    id="proxy.environment",
    layer="proxy",
    run=_run,
    waits=lambda context: False,
    applies=lambda _endpoint, settings: settings.proxy is None,
    gives=(
        FactSpec("proxy.variables_set", "flag", "HTTP_PROXY, HTTPS_PROXY or ALL_PROXY is set for this process."),
        FactSpec("proxy.variables", "list", "The names of those variables."),
        FactSpec("proxy.no_proxy_covers", "flag", "NO_PROXY exempts the broker's host from them."),
    ),
    budget=2.0,
)
