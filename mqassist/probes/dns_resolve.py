"""Asks the system for the host's addresses, as every client does, and looks into the hosts file."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.hosts_file import hosts_entries
from mqassist.net.resolve import Resolution
from mqassist.probes.probe import Probe, ProbeContext, Result

RESULTS = ("ok", "literal", "name-not-found", "no-address", "try-again", "timed-out", "failed")

SLOW_MS = 1000
"""A resolver that answers at all does so well within a second; more means that one was silent first."""

_BY_CODE: dict[int, str] = {
    # glibc and musl: netdb.h (EAI_NONAME, EAI_NODATA, EAI_AGAIN, EAI_FAIL, EAI_FAMILY, EAI_ADDRFAMILY)
    -2: "name-not-found",
    -5: "no-address",
    -3: "try-again",
    -4: "failed",
    -6: "no-address",
    -9: "no-address",
    # macOS and BSD; they answer EAI_NONAME for a name without addresses too
    8: "name-not-found",
    7: "no-address",
    2: "try-again",
    4: "failed",
    # Windows: WSAHOST_NOT_FOUND, WSATRY_AGAIN, WSANO_RECOVERY, WSANO_DATA
    11001: "name-not-found",
    11002: "try-again",
    11003: "failed",
    11004: "no-address",
}


def outcome(found: Resolution) -> str:
    """One of RESULTS (but never "literal"); the numbers of the three platforms do not overlap."""
    if found.timed_out:
        return "timed-out"
    return "ok" if found.addresses else _BY_CODE.get(found.code, "failed")


def _run(context: ProbeContext) -> Result:
    endpoint = context.endpoint
    literal = context.facts.get("input.host_is_literal") is True
    found = context.wire.resolve(endpoint.host, endpoint.port, token=context.token)
    addresses = tuple(address.ip for address in found.addresses)
    if literal and addresses:
        return Result(
            "passed",
            say("dns.literal", host=endpoint.host),
            _counts(found) | {"dns.result": "literal", "dns.by_name": False},
        )
    result = outcome(found)
    loopback = context.facts.get("input.host_is_loopback") is True
    facts = _counts(found) | {"dns.result": result, "dns.took_ms": round(found.took_ms, 2), "dns.code": found.code}
    evidence: list[Text] = []
    about = ("dns.result", "dns.took_ms", "dns.code")
    entries = () if literal or loopback else hosts_entries(endpoint.host)
    if entries:
        used = tuple(dict.fromkeys(entry.address for entry in entries))
        facts["dns.hosts_file_addresses"] = used
        facts["dns.hosts_file_line"] = entries[0].line
        evidence.append(
            say("dns.hosts-line", about=("dns.hosts_file_addresses",), line=entries[0].line, addresses=", ".join(used))
        )
    facts["dns.by_name"] = not literal and not loopback
    if facts["dns.by_name"]:
        facts["dns.in_hosts_file"] = bool(entries)
        slow = found.took_ms >= SLOW_MS
        facts["dns.ask_servers"] = result != "ok" or slow or context.settings.thorough
    if result == "ok":
        sentence = say("dns.found", about=about, host=endpoint.host, addresses=", ".join(addresses), ms=found.took_ms)
        return Result("passed", sentence, facts, [sentence, *evidence])
    sentence = _failure(endpoint.host, result, found, about)
    if endpoint.host.endswith("."):
        evidence += _without_dot(context, facts)
    return Result("failed", sentence, facts, [sentence, *evidence])


def _without_dot(context: ProbeContext, facts: dict[str, Fact]) -> list[Text]:
    """seen: glibc 2.36: no line of the hosts file fits a name that ends in a dot, not even localhost's."""
    plain = context.endpoint.host.rstrip(".")
    again = context.wire.resolve(plain, context.endpoint.port, token=context.token) if plain else None
    facts["dns.dot_at_end"] = there = again is not None and bool(again.addresses)
    if again is None or not there:
        return []
    addresses = ", ".join(address.ip for address in again.addresses)
    facts["dns.dotless_name"] = plain
    return [say("dns.dotless-found", about=("dns.dot_at_end",), host=plain, addresses=addresses, ms=again.took_ms)]


def _failure(host: str, result: str, found: Resolution, about: tuple[str, ...]) -> Text:
    if result == "timed-out":
        return say("dns.timed-out", about=about, host=host, ms=found.took_ms)
    return say("dns.refused", about=about, host=host, message=found.message, code=found.code, ms=found.took_ms)


def _counts(found: Resolution) -> dict[str, Fact]:
    if not found.addresses:
        return {}
    six = sum(address.is_ipv6 for address in found.addresses)
    return {
        "dns.addresses": tuple(address.ip for address in found.addresses),
        "dns.ipv4_count": len(found.addresses) - six,
        "dns.ipv6_count": six,
        "dns.ipv6_first": found.addresses[0].is_ipv6,
    }


PROBE = Probe(
    id="dns.resolve",
    layer="dns",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    waits=lambda context: context.facts.get("input.host_is_literal") is not True,
    gives=(
        FactSpec("dns.result", "choice", "What the system's resolver said to the host.", RESULTS),
        FactSpec("dns.addresses", "list", "Addresses in the system's order."),
        FactSpec("dns.ipv4_count", "number", "IPv4 addresses among them."),
        FactSpec("dns.ipv6_count", "number", "IPv6 addresses among them."),
        FactSpec("dns.ipv6_first", "flag", "The first address, which plain clients dial, is IPv6."),
        FactSpec("dns.took_ms", "number", "Time until the system's resolver answered, or was given up."),
        FactSpec("dns.code", "number", "This platform's EAI number, 0 if none."),
        FactSpec(
            "dns.by_name", "flag", "The host is a name that name servers are asked for: no address, not localhost."
        ),
        FactSpec("dns.in_hosts_file", "flag", "The hosts file of this machine has the name."),
        FactSpec("dns.hosts_file_addresses", "list", "What the hosts file says."),
        FactSpec("dns.hosts_file_line", "number", "Line of the hosts file that names the host first."),
        FactSpec("dns.dot_at_end", "flag", "The name was not found, and is found without the dot at its end."),
        FactSpec("dns.dotless_name", "text", "The name without that dot."),
        FactSpec("dns.ask_servers", "flag", "The name servers have to be asked themselves: it failed or was slow."),
    ),
    budget_for=lambda settings: settings.timeout * 2 + 1.0,
)
