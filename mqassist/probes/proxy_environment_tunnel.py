"""When the direct way is shut and a proxy variable is set: would the broker be reachable through that proxy?"""

from __future__ import annotations

from mqassist.core.errors import UserError
from mqassist.core.facts import Fact, FactSpec
from mqassist.core.proxy_target import ProxyAddress, parse_proxy, split_proxy
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.net.proxy import HttpConnect, Login, Opened, Socks5, authority
from mqassist.probes._proxy_facts import RESULTS
from mqassist.probes._tunnel import dial_proxy, negotiate
from mqassist.probes.probe import Probe, ProbeContext, Result
from mqassist.probes.proxy_environment import variables

_ABOUT = ("proxy.environment_result", "proxy.environment_variable")
_ORDER = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")


def _run(context: ProbeContext) -> Result:
    """Tries each distinct proxy once, that for encrypted traffic first, until one gives a tunnel."""
    found = variables()
    tried: set[str] = set()
    facts: dict[str, Fact] = {}
    evidence: list[Text] = []
    for name in (name for name in _ORDER if name in found):
        if found[name] in tried:
            continue
        tried.add(found[name])
        try:
            url, password, _ = split_proxy(found[name])
        except UserError:
            continue
        proxy = parse_proxy(url)
        result = _try(context, proxy, "" if password is None else password.reveal())
        facts = {
            "proxy.environment_variable": name,
            "proxy.environment_proxy": proxy.authority,
            "proxy.environment_result": result,
        }
        key = "proxy.environment-opens" if result == "ok" else "proxy.environment-refuses"
        target = authority(context.endpoint.host, context.endpoint.port)
        evidence.append(say(key, about=_ABOUT, variable=name, proxy=proxy.authority, target=target, result=result))
        if result == "ok":
            break
    return Result("passed", evidence[-1] if evidence else say("proxy.no-variables"), facts, evidence)


def _try(context: ProbeContext, proxy: ProxyAddress, password: str) -> str:
    login = None if proxy.username is None else Login(proxy.username, password)
    kind = HttpConnect if proxy.kind == "http" else Socks5
    try:
        connection = dial_proxy(context, proxy)
    except WireError:
        return "unreachable"
    try:
        talk = kind(context.endpoint.host, context.endpoint.port, login)
        answer = negotiate(connection, talk, context.settings.timeout)
    except WireError as error:
        return "timed-out" if error.kind == "timed-out" else "closed"
    finally:
        connection.close()
    return "ok" if isinstance(answer, Opened) else answer.result


PROBE = Probe(
    id="proxy.environment_tunnel",
    layer="proxy",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("tcp.connect", "dns.resolve", "proxy.environment"),
    when=(
        "proxy.variables_set and not proxy.no_proxy_covers and"
        " (tcp.result in ('timed-out', 'host-unreachable', 'network-unreachable') or dns.result == 'name-not-found')"
    ),
    deciding=True,
    why="why.proxy.environment_tunnel",
    gives=(
        FactSpec("proxy.environment_variable", "text", "The variable whose proxy was asked for a tunnel last."),
        FactSpec("proxy.environment_proxy", "text", "That proxy, host and port."),
        FactSpec("proxy.environment_result", "choice", "What became of a tunnel through that proxy.", RESULTS),
    ),
    budget_for=lambda settings: settings.timeout * 6 + 2,
)
