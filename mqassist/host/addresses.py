"""The addresses and networks of this machine, its neighbours and its source ports. From /proc, or by psutil."""

from __future__ import annotations

import contextlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mqassist.core.record import record
from mqassist.core.snapshot import Snapshot
from mqassist.host.environment import platform

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

Neighbour = Literal["reachable", "failed"]
Relation = Literal["loopback", "own", "same-subnet", "link-local", "private", "public"]


@record
class Network:
    """An address of one of this machine's interfaces with its prefix length."""

    interface: str
    ip: str
    prefix: int


def own_networks(since: float | None = None) -> tuple[Network, ...]:
    """Every IPv4 and IPv6 address of this machine; `since` as Snapshot.get has it."""
    return _own.get(since)


def _read() -> tuple[Network, ...]:
    import ipaddress

    import psutil

    found: list[Network] = []
    for interface, entries in psutil.net_if_addrs().items():
        for entry in entries:
            if entry.family.name not in ("AF_INET", "AF_INET6"):
                continue
            ip = entry.address.partition("%")[0]
            with contextlib.suppress(ValueError):
                mask = (entry.netmask or "").partition("/")[0]
                prefix = _prefix(mask) if mask else ipaddress.ip_address(ip).max_prefixlen
                found.append(Network(interface, ip, prefix))
    return tuple(found)


_own = Snapshot(_read)


def _prefix(mask: str) -> int:
    import ipaddress

    return int(ipaddress.ip_address(mask)).bit_count()


def relation(ip: str, networks: tuple[Network, ...]) -> Relation:
    """How an address stands to this machine. Shared (RFC 6598) and unique local (RFC 4193) count as private."""
    import ipaddress

    address = ipaddress.ip_address(ip.partition("%")[0])
    if address.is_loopback:
        return "loopback"
    if any(network.ip == str(address) for network in networks):
        return "own"
    if any(address in network for network in _subnets(networks)):
        return "same-subnet"
    if address.is_link_local:
        return "link-local"
    return "private" if is_private(ip) else "public"


@lru_cache(maxsize=4)
def _subnets(networks: tuple[Network, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Those that lie outside this machine."""
    import ipaddress

    own = [ipaddress.ip_interface(f"{network.ip}/{network.prefix}") for network in networks]
    return tuple(each.network for each in own if not each.ip.is_loopback)


def is_private(ip: str) -> bool:
    """RFC 1918, RFC 4193 and RFC 6598: addresses that mean something else in every network."""
    import ipaddress

    address = ipaddress.ip_address(ip.partition("%")[0])
    return any(address in block for block in _private_blocks())


@lru_cache(maxsize=1)
def _private_blocks() -> tuple[IPv4Network | IPv6Network, ...]:
    import ipaddress

    names = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
    return tuple(ipaddress.ip_network(name) for name in names)


def neighbour(ip: str, table: Path = Path("/proc/net/arp")) -> Neighbour | None:
    """What ARP knows of an IPv4 address in our own subnet; None if nothing, or not on Linux."""
    with contextlib.suppress(OSError):
        for line in table.read_text("ascii", "replace").splitlines()[1:]:
            fields = line.split()
            if len(fields) >= 4 and fields[0] == ip:
                # <linux/if_arp.h>: ATF_COM 0x02, the hardware address is known
                return "reachable" if int(fields[2], 16) & 0x02 else "failed"
    return None


def source_port_range(file: Path = Path("/proc/sys/net/ipv4/ip_local_port_range")) -> tuple[int, int] | None:
    """First and last port that the system gives to outgoing connections; None where it does not tell."""
    if platform() != "linux":
        return None
    with contextlib.suppress(OSError, ValueError):
        first, last = (int(word) for word in file.read_text("ascii").split())
        return first, last
    return None
