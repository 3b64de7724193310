"""Asks every configured name server directly, because the system's resolver hides which of them said what."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.dns import Question, ask
from mqassist.net.resolver_config import ResolverConfig, resolver_config
from mqassist.probes._dns import STATUSES, Said, candidates, differs, disagree, together, view
from mqassist.probes.probe import Probe, ProbeContext, Result

PATIENCE_S = 2.0
"""The C library gives a server five seconds; one that needs more than two is as good as silent."""


def _run(context: ProbeContext) -> Result:
    host = context.endpoint.host
    config = resolver_config(context.token)
    names = candidates(host, config.search, config.ndots)
    questions = tuple(
        Question(server, name, kind) for server in config.servers for name in names for kind in ("A", "AAAA")
    )
    answers = ask(questions, context.token, min(PATIENCE_S, context.settings.timeout))
    said = [
        view(server, names, [answer for answer in answers if answer.question.server == server])
        for server in config.servers
    ]
    facts = _facts(context, config, said)
    evidence = [*_setup(host, config, said), *(_line(one) for one in said)]
    direct = facts["dns.direct"]
    summary = say("dns.servers-asked", host=host, count=len(said), answered=facts["dns.answered_count"])  # type: ignore[arg-type]  # a number
    return Result("passed" if direct == "answered" else "failed", summary, facts, evidence)


def _facts(context: ProbeContext, config: ResolverConfig, said: list[Said]) -> dict[str, Fact]:
    host = context.endpoint.host.rstrip(".")
    direct = together(said)
    best = next((one for one in said if one.status == direct), None)
    found = tuple(dict.fromkeys(address for one in said for address in one.addresses))
    facts: dict[str, Fact] = {
        "dns.servers": config.servers,
        "dns.direct": direct,
        "dns.answered_count": sum(one.status in ("answered", "no-address", "name-not-found") for one in said),
        "dns.silent_count": sum(one.left_out for one in said),
        "dns.failure_count": sum(one.status == "server-failure" for one in said),
        "dns.closed_count": sum(one.status == "closed" for one in said),
        "dns.silent_servers": tuple(one.server for one in said if one.left_out),
        "dns.server_words": tuple(dict.fromkeys(one.word for one in said)),
        "dns.servers_disagree": disagree(said),
        "dns.is_short": "." not in host,
    }
    if config.search:
        facts["dns.search"] = config.search
    if found:
        facts["dns.direct_addresses"] = found
    if best is not None:
        facts["dns.direct_ms"] = round(best.ms, 1)
        facts["dns.dangling_alias"] = best.dangling
        if best.chain:
            facts["dns.alias_target"] = best.chain[-1]
        if best.name:
            facts["dns.complete_name"] = best.name
            facts["dns.suffix_used"] = best.name != host
    system = context.strings("dns.addresses")
    if system and found:
        facts["dns.system_differs"] = differs(system, found)
    return facts


def _setup(host: str, config: ResolverConfig, said: list[Said]) -> list[Text]:
    """What the configuration adds to the name."""
    lines: list[Text] = []
    if config.search:
        suffixes = ", ".join(config.search)
        lines.append(say("dns.search-list", about=("dns.direct", "dns.suffix_used"), suffixes=suffixes, host=host))
    lines += [
        say("dns.server-half", about=("dns.silent_count",), server=one.server, seconds=PATIENCE_S)
        for one in said
        if one.left_out and one.status != "silent"
    ]
    for one in said:
        if one.chain:
            about = ("dns.dangling_alias", "dns.direct_addresses", "dns.alias_target")
            lines.append(say("dns.alias", about=about, host=host, target=" → ".join(one.chain)))
            break
    return lines


_ABOUT = (
    "dns.direct",
    "dns.servers_disagree",
    "dns.system_differs",
    "dns.silent_count",
    "dns.suffix_used",
    "dns.direct_addresses",
)


def _line(one: Said) -> Text:
    """One sentence a server: its own words, untranslated."""
    if one.status == "answered":
        addresses = ", ".join(one.addresses)
        return say("dns.server-found", about=_ABOUT, server=one.server, name=one.name, addresses=addresses, ms=one.ms)
    if one.status in ("silent", "closed", "invalid-name"):
        return say(f"dns.server-{one.status}", about=_ABOUT, server=one.server, seconds=PATIENCE_S)
    if one.status == "no-address":
        return say("dns.server-no-address", about=_ABOUT, server=one.server, ms=one.ms)
    return say("dns.server-word", about=_ABOUT, server=one.server, word=one.word, ms=one.ms)


PROBE = Probe(
    id="dns.servers",
    layer="dns",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    # after everything that may show the address to be wrong; what was not reached ends at once
    needs=("dns.resolve", "tcp.connect", "tls.handshake", "amqp.login", "mqtt.connect"),
    when="dns.ask_servers or (dns.by_name and "
    "(not path.open or not protocol.spoken or tls.verify == 'hostname-mismatch'))",
    gives=(
        FactSpec("dns.servers", "list", "The configured name servers."),
        FactSpec("dns.search", "list", "Suffixes with which short names are completed."),
        FactSpec("dns.direct", "choice", "The best that any of them said.", STATUSES),
        FactSpec("dns.direct_addresses", "list", "All addresses that any of them gave."),
        FactSpec("dns.direct_ms", "number", "How long the server that gave the best answer took."),
        FactSpec("dns.answered_count", "number", "Servers that said whether the name exists."),
        FactSpec("dns.silent_count", "number", "Servers that left a question unanswered for two seconds."),
        FactSpec("dns.failure_count", "number", "Servers that answered with an error such as SERVFAIL or REFUSED."),
        FactSpec("dns.closed_count", "number", "Servers on whose port 53 nobody listens, or that no route leads to."),
        FactSpec("dns.silent_servers", "list", "Addresses of the silent ones."),
        FactSpec("dns.server_words", "list", "What they said: rcodes, silent, closed, unreachable, garbage."),
        FactSpec("dns.servers_disagree", "flag", "Two of them contradict each other about this name."),
        FactSpec("dns.system_differs", "flag", "The system's addresses and the name servers' have none in common."),
        FactSpec("dns.is_short", "flag", "The name has no dot."),
        FactSpec("dns.complete_name", "text", "The full name that has the addresses."),
        FactSpec("dns.suffix_used", "flag", "Only a search suffix made a full name out of the given one."),
        FactSpec("dns.alias_target", "text", "Where the chain of aliases (CNAME) ends."),
        FactSpec("dns.dangling_alias", "flag", "The name is an alias for a name without any address."),
    ),
    budget=8.0,
    deciding=True,
    why="why.dns.servers",
)
