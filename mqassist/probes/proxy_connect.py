"""Opens a tunnel to the endpoint through the given proxy and hands it over as the run's connection."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.proxy_target import ProxyAddress, parse_proxy
from mqassist.core.text import say
from mqassist.net.connection import Connection
from mqassist.net.failure import WireError
from mqassist.net.proxy import Opened, authority
from mqassist.probes._proxy_facts import ANSWER, answer_facts, answer_line, failure_facts, failure_line
from mqassist.probes._shared import PATH_OPEN
from mqassist.probes._tunnel import dial_proxy, negotiate, negotiation
from mqassist.probes.probe import Probe, ProbeContext, Result

TCP_RESULTS = (
    "connected",
    "refused",
    "timed-out",
    "host-unreachable",
    "network-unreachable",
    "reset",
    "permission-denied",
    "name-not-found",
    "failed",
)


def _run(context: ProbeContext) -> Result:
    proxy = parse_proxy(context.settings.proxy or "")
    facts: dict[str, Fact] = {
        "proxy.kind": proxy.kind,
        "proxy.host": proxy.host,
        "proxy.port": proxy.port,
        "proxy.login_given": proxy.username is not None,
    }
    try:
        found = context.wire.resolve(proxy.host, proxy.port, token=context.token)
        if not found.addresses:
            return _unreachable(proxy, facts, "name-not-found")
        connection = dial_proxy(context, proxy, found.addresses)
    except WireError as error:
        return _unreachable(proxy, facts, error.kind if error.kind in TCP_RESULTS else "failed")
    facts["proxy.tcp_result"] = "connected"
    facts["proxy.connect_ms"] = round(connection.connect_ms, 2)
    facts["proxy.address"] = connection.address.ip
    try:
        return _tunnel(context, proxy, connection, facts)
    except BaseException:
        connection.close()
        raise


def _tunnel(context: ProbeContext, proxy: ProxyAddress, connection: Connection, facts: dict[str, Fact]) -> Result:
    target = authority(context.endpoint.host, context.endpoint.port)
    began_ms = connection.age_ms
    try:
        talk = negotiation(context, proxy, context.endpoint.host, context.endpoint.port)
        answer = negotiate(connection, talk, context.settings.timeout)
    except WireError as error:
        took_ms = connection.age_ms - began_ms
        connection.close()
        facts |= failure_facts(error, took_ms) | {"path.open": False}
        line = failure_line(error, proxy.authority, target, took_ms)
        return Result("failed", line, facts, [line], connection.transcript)
    took_ms = connection.age_ms - began_ms
    facts |= answer_facts(answer, took_ms)
    facts["path.open"] = isinstance(answer, Opened)
    line = answer_line(answer, proxy.authority, target, took_ms)
    exchanges = connection.transcript
    if not isinstance(answer, Opened):
        connection.close()
        return Result("failed", line, facts, [line], exchanges)
    connection.begin_tunnel(answer.rest)
    context.handover.give("tcp", connection)
    return Result("passed", line, facts, [line], exchanges)


def _unreachable(proxy: ProxyAddress, facts: dict[str, Fact], kind: str) -> Result:
    facts |= {"proxy.result": "unreachable", "proxy.tcp_result": kind, "path.open": False}
    line = say(f"proxy.unreachable.{kind}", about=("proxy.result", "proxy.tcp_result"), proxy=proxy.authority)
    return Result("failed", line, facts, [line])


PROBE = Probe(
    id="proxy.connect",
    layer="proxy",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is not None,
    gives=(
        PATH_OPEN,
        FactSpec("proxy.kind", "choice", "The kind of proxy that was given.", ("http", "socks5")),
        FactSpec("proxy.host", "text", "The proxy's host."),
        FactSpec("proxy.port", "number", "The proxy's port."),
        FactSpec("proxy.login_given", "flag", "A user name for the proxy was given."),
        FactSpec("proxy.address", "text", "The proxy's IP address that took the connection."),
        FactSpec("proxy.tcp_result", "choice", "What became of the TCP connection to the proxy itself.", TCP_RESULTS),
        FactSpec("proxy.connect_ms", "number", "Milliseconds until TCP to the proxy was open."),
        *ANSWER,
    ),
    budget_for=lambda settings: settings.timeout * 4 + 2,
)
