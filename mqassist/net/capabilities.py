"""What the network side of this installation stands on: OpenSSL, trust anchors, IPv6, name servers, route tools."""

from __future__ import annotations

import socket
import ssl
import sys

from mqassist.core.cancel import CancelToken
from mqassist.core.capability import Capability
from mqassist.net.children import find_tool
from mqassist.net.resolve import Address
from mqassist.net.resolver_config import resolver_config
from mqassist.net.route import local_route

PATIENCE_S = 3.0
_DOCUMENTATION_V6 = "2001:db8::1"
"""RFC 3849: an address that nobody has. Asking for the route to it sends nothing."""


def network_capabilities() -> tuple[Capability, ...]:
    """Reads the machine's configuration; sends no packet."""
    return (_openssl(), _tls_versions(), _trust_store(), _ipv6(), _name_servers(), _ping(), _traceroute())


def _openssl() -> Capability:
    return Capability("openssl", "available", ssl.OPENSSL_VERSION, essential=True)


def _tls_versions() -> Capability:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lowest = context.minimum_version
    names = [("TLS 1.0", ssl.HAS_TLSv1, 1), ("TLS 1.1", ssl.HAS_TLSv1_1, 2), ("TLS 1.2", ssl.HAS_TLSv1_2, 3)]
    floor = {ssl.TLSVersion.TLSv1_1: 2, ssl.TLSVersion.TLSv1_2: 3, ssl.TLSVersion.TLSv1_3: 4}.get(lowest, 1)
    offered = [name for name, has, rank in names if has and rank >= floor] + (["TLS 1.3"] if ssl.HAS_TLSv1_3 else [])
    ability = "available" if {"TLS 1.2", "TLS 1.3"} <= set(offered) else "limited"
    return Capability("tls-versions", ability, ", ".join(offered))  # type: ignore[arg-type]  # one of the two words


def _trust_store() -> Capability:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    except (ssl.SSLError, OSError):
        return Capability("trust-store", "missing")
    count = int(context.cert_store_stats()["x509_ca"])
    paths = ssl.get_default_verify_paths()
    where = paths.cafile or paths.capath or ("Windows" if sys.platform == "win32" else "")
    if not count:
        return Capability("trust-store", "limited" if paths.capath else "missing", where)
    return Capability("trust-store", "available", f"{count} ({where})" if where else str(count))


def _ipv6() -> Capability:
    if not socket.has_ipv6:
        return Capability("ipv6", "missing")
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return Capability("ipv6", "missing")
    route = local_route(Address(_DOCUMENTATION_V6, 5672, is_ipv6=True))
    return Capability("ipv6", "available" if route.kind == "ok" else "limited", route.source)


def _name_servers() -> Capability:
    found = resolver_config(CancelToken(PATIENCE_S))
    value = ", ".join(found.servers)
    return Capability("name-servers", "available" if found.source else "limited", value)


def _ping() -> Capability:
    found = find_tool("ping")
    return Capability("ping", "available" if found else "limited", found or "")


def _traceroute() -> Capability:
    names = ("tracert",) if sys.platform == "win32" else ("traceroute", "tracepath")
    found = next((path for path in map(find_tool, names) if path), "")
    return Capability("traceroute", "available" if found else "limited", found)
