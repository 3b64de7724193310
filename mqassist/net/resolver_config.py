"""Which name servers this machine is configured to ask, and how it completes short names."""

from __future__ import annotations

import sys
from pathlib import Path

from mqassist.core.cancel import CancelToken
from mqassist.core.record import record

MOST_SERVERS = 6
MOST_SUFFIXES = 8


@record
class ResolverConfig:
    """`ndots`: a name with fewer dots is tried with the search suffixes first (resolv.conf(5)).

    `source` says where this was read from, empty if nothing could be read.
    """

    servers: tuple[str, ...]
    search: tuple[str, ...] = ()
    ndots: int = 1
    source: str = ""


def resolver_config(token: CancelToken, path: Path | None = None) -> ResolverConfig:
    """Without any configuration the server is 127.0.0.1, as in the C library. Raises Cancelled only."""
    if sys.platform == "win32" and path is None:
        return _from_registry()
    where = path or Path("/etc/resolv.conf")
    try:
        text = where.read_bytes()[:65536].decode("utf-8", "replace")
    except OSError:
        text = ""
    if not text.strip() and sys.platform == "darwin":
        # macOS keeps the file for old programs only: it may be missing or empty
        return _from_scutil(token)
    return parse_resolv_conf(text, str(where))


def parse_resolv_conf(text: str, source: str) -> ResolverConfig:
    """resolv.conf(5): the last `search` or `domain` line counts; `#` or `;` in the first column begins a comment."""
    servers: list[str] = []
    search: tuple[str, ...] = ()
    ndots = 1
    for line in text.splitlines():
        words = line.split()
        if len(words) < 2 or line[0] in "#;":
            continue
        keyword, *values = words
        if keyword == "nameserver":
            servers.append(values[0])
        elif keyword == "search":
            search = tuple(value.rstrip(".") for value in values if value.rstrip("."))
        elif keyword == "domain":
            search = (values[0].rstrip("."),)
        elif keyword == "options":
            for value in values:
                name, _, number = value.partition(":")
                if name == "ndots" and number.isascii() and number.isdigit():
                    ndots = min(int(number), 15)
    unique = tuple(dict.fromkeys(servers))[:MOST_SERVERS]
    return ResolverConfig(unique or ("127.0.0.1",), search[:MOST_SUFFIXES], ndots, source)


def _from_scutil(token: CancelToken) -> ResolverConfig:
    from mqassist.net.children import start

    child = start(("scutil", "--dns"))
    return parse_scutil("" if child is None else child.wait(token, 2.0))


def parse_scutil(text: str) -> ResolverConfig:
    """`scutil --dns`: the first resolver is the one for names that no other one claims."""
    first = text.partition("resolver #1")[2].partition("resolver #2")[0]
    servers: list[str] = []
    search: list[str] = []
    for line in first.splitlines():
        name, _, value = (part.strip() for part in line.partition(":"))
        if name.startswith("nameserver["):
            servers.append(value)
        elif name.startswith("search domain["):
            search.append(value.rstrip("."))
    return ResolverConfig(tuple(servers)[:MOST_SERVERS], tuple(search)[:MOST_SUFFIXES], 1, "scutil --dns")


def _from_registry() -> ResolverConfig:
    """What dnspython reads from the registry of Windows."""
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError):
        return ResolverConfig(())
    servers = tuple(str(server) for server in found.nameservers)[:MOST_SERVERS]
    suffixes = [name.to_text(omit_final_dot=True) for name in found.search]
    if found.domain and not suffixes:
        suffixes = [found.domain.to_text(omit_final_dot=True)]
    return ResolverConfig(servers, tuple(suffix for suffix in suffixes if suffix)[:MOST_SUFFIXES], 1, "the registry")
