"""What all TCP probes share: facts about several addresses at once, and the sentence for each attempt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.connection import Connection
from mqassist.net.dial import Attempt, AttemptKind
from mqassist.net.resolve import Address
from mqassist.probes.probe import ProbeContext

TcpResult = Literal[
    "connected",
    "refused",
    "timed-out",
    "host-unreachable",
    "network-unreachable",
    "reset",
    "permission-denied",
    "address-unavailable",
    "too-many-files",
    "route-blocked",
    "failed",
]

# the first of these that any address gave stands for all: the nearest to success tells most
RANKED: tuple[TcpResult, ...] = (
    "connected",
    "refused",
    "reset",
    "timed-out",
    "host-unreachable",
    "permission-denied",
    "route-blocked",
    "too-many-files",
    "address-unavailable",
    "network-unreachable",
    "failed",
)

# the chain needs one address only: how the others fared may come later, from tcp.each_address
EACH = (
    FactSpec("tcp.connected_count", "number", "Addresses that accepted a TCP connection."),
    FactSpec("tcp.failed_count", "number", "Addresses that did not accept one."),
    FactSpec("tcp.connected_addresses", "list", "IP addresses that accepted, in the resolver's order."),
    FactSpec("tcp.failed_addresses", "list", "IP addresses that did not accept, in the resolver's order."),
    FactSpec("tcp.outcome_us", "list", "Microseconds until each of all those gave its outcome, connected ones first."),
    FactSpec("tcp.failed_kinds", "list", "How each of those failed, in the same order."),
    FactSpec("tcp.ipv4_failed", "flag", "There are IPv4 addresses and none accepted."),
    FactSpec("tcp.ipv6_failed", "flag", "There are IPv6 addresses and none accepted."),
    FactSpec("tcp.ipv4_failed_count", "number", "IPv4 addresses that did not accept."),
    FactSpec("tcp.ipv6_failed_count", "number", "IPv6 addresses that did not accept."),
    FactSpec("tcp.ipv6_result", "choice", "The best outcome among the IPv6 addresses.", RANKED),
    FactSpec("tcp.ipv4_result", "choice", "The best outcome among the IPv4 addresses.", RANKED),
    FactSpec("tcp.first_failed", "flag", "The resolver's first address, the only one plain clients dial, failed."),
    FactSpec("tcp.slowest_failure_ms", "number", "Longest time until one of the failing addresses gave its outcome."),
)


class Watched:
    """The run's connection, kept in sight for its TCP figures; whoever uses it closes it.

    `in_crowd`: it was dialled at once with many others. A packet of it that was lost tells of the crowd, not the path.
    """

    def __init__(self, connection: Connection, in_crowd: bool = False) -> None:
        self.connection = connection
        self.in_crowd = in_crowd

    def close(self) -> None:
        pass


def outcome(kind: AttemptKind) -> TcpResult:
    """The attempt's kind as a value of `tcp.result`; what is still pending at the end was silent."""
    if kind in ("waiting", "pending"):
        return "timed-out"
    return next((known for known in RANKED if known == kind), "failed")


def best(attempts: Sequence[Attempt]) -> Attempt:
    """The nearest to success; one that was never dialled only if there is no other."""
    return min(attempts, key=lambda attempt: (attempt.kind == "waiting", RANKED.index(outcome(attempt.kind))))


def each_facts(attempts: Sequence[Attempt]) -> dict[str, Fact]:
    """The facts of EACH; at least one attempt began, and all of those have ended."""
    attempts = [attempt for attempt in attempts if attempt.kind != "waiting"]  # never dialled: nothing is known
    good = [attempt for attempt in attempts if attempt.kind == "connected"]
    bad = [attempt for attempt in attempts if attempt.kind != "connected"]
    facts: dict[str, Fact] = {
        "tcp.connected_count": len(good),
        "tcp.failed_count": len(bad),
        "tcp.connected_addresses": tuple(attempt.address.ip for attempt in good),
        "tcp.failed_addresses": tuple(attempt.address.ip for attempt in bad),
        "tcp.failed_kinds": tuple(outcome(attempt.kind) for attempt in bad),
        "tcp.outcome_us": tuple(round(attempt.took_ms * 1000) for attempt in (*good, *bad)),
        "tcp.first_failed": attempts[0].kind != "connected",
    }
    for name, is_ipv6 in (("ipv4", False), ("ipv6", True)):
        family = [attempt for attempt in attempts if attempt.address.is_ipv6 == is_ipv6]
        facts[f"tcp.{name}_failed_count"] = sum(attempt.kind != "connected" for attempt in family)
        if family:
            result = outcome(best(family).kind)
            facts[f"tcp.{name}_result"] = result
            facts[f"tcp.{name}_failed"] = result != "connected"
    if bad:
        facts["tcp.slowest_failure_ms"] = round(max(attempt.took_ms for attempt in bad), 1)
    return facts


def line(attempt: Attempt) -> Text:
    """One sentence on one attempt: keys `tcp.saw.<outcome>`."""
    about = ("path.open", "tcp.result", "tcp.connect_ms", "tcp.failed_count", "tcp.ipv6_failed", "tcp.ipv4_failed")
    result = outcome(attempt.kind)
    return say(f"tcp.saw.{result}", about=about, address=str(attempt.address), ms=attempt.took_ms, errno=attempt.code)


def addresses_to_dial(context: ProbeContext) -> tuple[Address, ...]:
    """What dns.resolve found, else the host itself if it needs no resolving or dns was not asked for."""
    port = context.endpoint.port
    named = context.strings("dns.addresses") or (context.endpoint.host,)
    found: dict[Address, None] = {}
    for name in named:
        for address in context.wire.resolve(name, port, token=context.token).addresses:
            found[address] = None
    return tuple(found)
