"""When a proxy refuses the broker's port: is it the host, or only this port? Asks for port 443 of the same host."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.proxy_target import parse_proxy
from mqassist.core.text import say
from mqassist.net.failure import WireError
from mqassist.net.proxy import Opened, authority
from mqassist.probes._proxy_facts import RESULTS
from mqassist.probes._tunnel import dial_proxy, negotiate, negotiation
from mqassist.probes.probe import Probe, ProbeContext, Result

HTTPS_PORT = 443


def _run(context: ProbeContext) -> Result:
    proxy = parse_proxy(context.settings.proxy or "")
    about = ("proxy.https_port_result", "proxy.https_port_allowed")
    target = authority(context.endpoint.host, HTTPS_PORT)
    facts: dict[str, Fact] = {}
    try:
        connection = dial_proxy(context, proxy)
    except WireError:
        return Result("failed", say("proxy.policy-unknown", about=about, target=target), facts)
    try:
        talk = negotiation(context, proxy, context.endpoint.host, HTTPS_PORT)
        answer = negotiate(connection, talk, context.settings.timeout)
    except WireError as error:
        # silence: the proxy is busy with dialling, so it did not refuse; but it did not say so either
        facts["proxy.https_port_result"] = "timed-out" if error.kind == "timed-out" else "closed"
        line = say("proxy.policy-unknown", about=about, target=target)
        return Result("failed", line, facts, [line], connection.transcript)
    finally:
        connection.close()
    result = "ok" if isinstance(answer, Opened) else answer.result
    facts["proxy.https_port_result"] = result
    # a gateway error means that the proxy tried: its policy let the port pass
    if result in ("ok", "bad-gateway", "denied"):
        facts["proxy.https_port_allowed"] = result != "denied"
    reply = f"{answer.status} {answer.text}".strip()
    key = "proxy.policy-denied" if result == "denied" else "proxy.policy-answered"
    line = say(key, about=about, target=target, reply=reply)
    return Result("passed", line, facts, [line], connection.transcript)


PROBE = Probe(
    id="proxy.policy",
    layer="proxy",
    run=_run,
    applies=lambda endpoint, settings: settings.proxy is not None and endpoint.port != HTTPS_PORT,
    needs=("proxy.connect",),
    when="proxy.result == 'denied'",
    deciding=True,
    why="why.proxy.policy",
    gives=(
        FactSpec("proxy.https_port_result", "choice", "What the proxy says to port 443 of the same host.", RESULTS),
        FactSpec("proxy.https_port_allowed", "flag", "The proxy's rules let port 443 of the same host pass."),
    ),
    budget_for=lambda settings: settings.timeout * 3 + 2,
)
