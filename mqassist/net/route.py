"""Where packets to an address go: the local routing decision, and ping and traceroute by the system's own tools."""

from __future__ import annotations

import errno
import os
import re
import socket
import sys
from collections.abc import Sequence
from typing import Literal

from mqassist.core.record import record
from mqassist.net import children
from mqassist.net.children import Child
from mqassist.net.resolve import Address

RouteKind = Literal["ok", "none", "prohibited", "blackhole", "unreachable", "no-source-address", "unknown"]

MAX_HOPS = 20

_ROUTE_BY_ERRNO: dict[int | None, RouteKind] = {
    errno.ENETUNREACH: "none",
    errno.EACCES: "prohibited",
    errno.EINVAL: "blackhole",
    errno.EHOSTUNREACH: "unreachable",
    errno.EADDRNOTAVAIL: "no-source-address",
    10051: "none",
    10065: "unreachable",
    10049: "no-source-address",
}


@record
class LocalRoute:
    """`source` is the address this machine would send from, "" if it would not send."""

    kind: RouteKind
    source: str
    code: int


def local_route(address: Address) -> LocalRoute:
    """Asks the routing table without sending a packet: connecting a UDP socket only looks the route up.

    seen: Linux 6.18: prohibit gives EACCES, blackhole EINVAL, unreachable EHOSTUNREACH, throw ENETUNREACH.
    """
    family = socket.AF_INET6 if address.is_ipv6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect(
                (address.ip, address.port, 0, address.scope) if address.is_ipv6 else (address.ip, address.port)
            )
            return LocalRoute("ok", str(sock.getsockname()[0]), 0)
    except OSError as error:
        code = getattr(error, "winerror", None) or error.errno or 0
        return LocalRoute(_ROUTE_BY_ERRNO.get(code, "unknown"), "", code)


# -- ping -------------------------------------------------------------------------------------


@record
class Ping:
    """`best_ms` is None when nothing came back; `said` is an error that a router sent, as the tool words it."""

    sent: int
    received: int
    best_ms: float | None
    said: str = ""


def start_ping(address: Address) -> Child | None:
    """Two echo requests within about a second; None where there is no ping."""
    if sys.platform == "win32":
        return children.start(("ping", "-n", "2", "-w", "1000", address.ip))
    if sys.platform == "darwin":
        return children.start(("ping6" if address.is_ipv6 else "ping", "-n", "-c", "2", "-i", "0.3", address.ip))
    return children.start(("ping", "-n", "-c", "2", "-i", "0.3", "-W", "1", address.ip))


_PING_TIME = re.compile(r"[=<]\s*([0-9]+(?:[.,][0-9]+)?)\s*ms", re.IGNORECASE)
_PING_SAID = re.compile(r"^From (\S+?):? icmp_seq=\d+ (.+)$", re.MULTILINE)
# Windows translates the words, but every echo reply has TTL= in each language
_PING_REPLY = re.compile(r"^.*\b(?:ttl|hlim)=\d+.*$", re.IGNORECASE | re.MULTILINE)


def read_ping(output: str) -> Ping:
    """Reads iputils, BusyBox, BSD and Windows ping; anything unknown reads as no answer."""
    replies = _PING_REPLY.findall(output)
    times = [float(found.group(1).replace(",", ".")) for reply in replies if (found := _PING_TIME.search(reply))]
    said = _PING_SAID.search(output)
    return Ping(2, len(replies), min(times, default=None), f"{said.group(1)}: {said.group(2)}" if said else "")


# -- the way there ----------------------------------------------------------------------------


@record
class Hop:
    """`ip` is "" for a hop that stayed silent; `mark` is a refusal such as !X (administratively prohibited)."""

    ttl: int
    ip: str
    ms: float | None = None
    mark: str = ""


def start_trace(address: Address) -> Child | None:
    """The first tool of this system that can trace; None if there is none. Numeric, one try a hop, short waits."""
    for argv in _trace_commands(address):
        if children.find_tool(argv[0]):
            return children.start(argv)
    return None


def _trace_commands(address: Address) -> Sequence[tuple[str, ...]]:
    six = ("-6",) if address.is_ipv6 else ()
    hops = str(MAX_HOPS)
    if sys.platform == "win32":
        return (("tracert", "-d", "-h", hops, "-w", "500", address.ip),)
    if sys.platform == "darwin":
        tool = "traceroute6" if address.is_ipv6 else "traceroute"
        return ((tool, "-n", "-q", "1", "-w", "1", "-m", hops, address.ip),)
    # SYNs to the broker's own port meet the same filters as the client does, but need root
    as_client = ("-T", "-p", str(address.port)) if os.geteuid() == 0 else ()
    return (
        ("traceroute", *six, "-n", "-q", "1", "-w", "1", "-m", hops, *as_client, address.ip),
        ("tracepath", *six, "-n", "-m", hops, address.ip),
    )


_HOP_LINE = re.compile(r"^\s*(\d{1,2})[:?]*\s+(.*)$")
_HOP_MARK = re.compile(r"(![A-Z]?\d*)")
_HOP_IP = re.compile(r"(?<![\w.:])((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F:]*:[0-9a-fA-F:]+:[0-9a-fA-F:.]+)(?![\w.])")
_HOP_MS = re.compile(r"<?\s*([0-9]+(?:\.[0-9]+)?)\s*ms")


def read_trace(output: str) -> tuple[Hop, ...]:
    """Reads traceroute (Linux, BSD), tracepath and tracert; lines that are no hop are passed over."""
    found: dict[int, Hop] = {}
    for line in output.splitlines():
        matched = _HOP_LINE.match(line)
        if matched is None:
            continue
        ttl, rest = int(matched.group(1)), matched.group(2)
        if "LOCALHOST" in rest:  # tracepath's first line is this machine itself
            continue
        ip, ms, mark = _HOP_IP.search(rest), _HOP_MS.search(rest), _HOP_MARK.search(rest)
        if ip is None and "*" not in rest and "no reply" not in rest:
            continue
        hop = Hop(ttl, ip.group(1) if ip else "", float(ms.group(1)) if ms else None, mark.group(1) if mark else "")
        if hop.ip or ttl not in found:
            found[ttl] = hop
    return tuple(found[ttl] for ttl in sorted(found))
