"""What several name servers said about one name, put together the way the system's resolver would. No I/O."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.record import record
from mqassist.net.dns import Answer

STATUSES = (
    "answered",
    "no-address",
    "name-not-found",
    "server-failure",
    "invalid-name",
    "silent",
    "closed",
    "no-servers",
)
"""Best first: what one server, or all together, said. `closed`: nobody listens there, or no route leads there."""

_NO_WORD = {"silent": "silent", "closed": "closed", "unreachable": "closed", "invalid-name": "invalid-name"}


@record
class Said:
    """One server's view of the host. `word` is its rcode or how it failed; `name` the full name that has the addresses.

    `left_out`: it never answered at least one of the questions.
    """

    server: str
    status: str
    word: str
    name: str = ""
    addresses: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    dangling: bool = False
    left_out: bool = False
    ms: float = 0.0


def candidates(host: str, search: Sequence[str], ndots: int) -> tuple[str, ...]:
    """Full names in the order the resolver tries them (resolv.conf(5), ndots); a final dot forbids completion."""
    plain = host.rstrip(".")
    if host.endswith("."):
        return (plain,)
    completed = tuple(f"{plain}.{suffix}" for suffix in search)
    return (plain, *completed) if plain.count(".") >= ndots else (*completed, plain)


def view(server: str, names: Sequence[str], answers: Sequence[Answer]) -> Said:
    """`answers` are this server's; the first of `names` with an address counts, as for the system."""
    left_out = any(answer.outcome == "silent" for answer in answers)
    ms = max((answer.ms for answer in answers if answer.outcome != "silent"), default=0.0)
    for name in names:
        own = [answer for answer in answers if answer.question.name == name]
        found = tuple(dict.fromkeys(address for answer in own for address in answer.addresses))
        if found:
            chain = next(answer.chain for answer in own if answer.addresses)
            return Said(server, "answered", "NOERROR", name, found, chain, left_out=left_out, ms=ms)
    # without any address the answer about the name with most to say counts: an alias, an existing name
    spoken = [answer for answer in answers if answer.understood]
    aliased = next((answer for answer in spoken if answer.chain), None)
    exists = any(answer.outcome == "NOERROR" for answer in spoken)
    if spoken:
        status = "no-address" if exists else "name-not-found"
        word = "NOERROR" if exists else "NXDOMAIN"
        chain = aliased.chain if aliased else ()
        return Said(server, status, word, chain=chain, dangling=bool(chain), left_out=left_out, ms=ms)
    worst = next((answer for answer in answers if answer.outcome not in _NO_WORD), answers[0])
    status = _NO_WORD.get(worst.outcome, "server-failure")
    return Said(server, status, worst.outcome, left_out=left_out, ms=worst.ms)


def together(said: Sequence[Said]) -> str:
    """The best status of all servers."""
    return min((one.status for one in said), key=STATUSES.index, default="no-servers")


def disagree(said: Sequence[Said]) -> bool:
    """Two servers that both know the zone contradict each other: no address in common, or one has none at all."""
    spoken = [one for one in said if one.status in ("answered", "no-address", "name-not-found")]
    return any(
        not set(one.addresses) & set(other.addresses)
        for at, one in enumerate(spoken)
        for other in spoken[at + 1 :]
        if one.addresses or other.addresses
    )


def differs(system: Sequence[str], direct: Sequence[str]) -> bool:
    """No address in common; spelling of IPv6 does not count."""
    return bool(system) and bool(direct) and not _plain(system) & _plain(direct)


def _plain(addresses: Sequence[str]) -> set[str]:
    import ipaddress

    found: set[str] = set()
    for address in addresses:
        try:
            found.add(str(ipaddress.ip_address(address.partition("%")[0])))
        except ValueError:
            found.add(address)
    return found
