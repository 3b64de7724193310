"""Looks to the side of a connect that stays silent: other ports, ping, route. Begun while the connect still waits,
so that a black hole is explained when its own time limit ends and not long after."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from mqassist.net.resolve import Address
from mqassist.probes.probe import ProbeContext

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken
    from mqassist.net.children import Child
    from mqassist.net.dial import Dialling
    from mqassist.net.hops import Hops
    from mqassist.net.route import Hop

USUAL_PORTS = (
    *(5672, 5671, 1883, 8883, 15672, 15671, 15675, 15676, 25672, 4369, 61613, 5552),
    *(8080, 8083, 8084, 9001, 18083, 22, 80, 443),
)
"""Where brokers usually listen (RabbitMQ networking guide; EMQX and Mosquitto defaults), and signs of a live host."""
LIVE_HOST_PORTS = (22, 80, 443)
EPMD_PORT = 4369
NO_SERVICE_PORTS = (*LIVE_HOST_PORTS, EPMD_PORT, 25672)
"""Ports at which no client is served: epmd and the default port between RabbitMQ nodes among them."""
SIDE_TIMEOUT_S = 1.3
"""Longer than one SYN retransmission (1 s, RFC 6298), so that one lost packet does not pass for a filter."""

OWN_TRACE_S = 1.2
"""Our own datagrams go out all at once: every router has answered by then."""

_groups = threading.BoundedSemaphore(16)  # each holds some twenty sockets


BESIDE_MS = 2000
"""A connect that failed later than this had its looks to the side begun beside it, as far as there was room."""
PORTS, PING, TRACE = "side-ports", "side-ping", "side-trace"


def no_room(context: ProbeContext, look: str) -> bool:
    """True if this look to the side was left out because many checks look at the same time.

    Begun only now it would keep a check waiting that has waited its whole limit already, and hundreds with it.
    """
    return context.number("tcp.failed_ms") > BESIDE_MS and not context.handover.holds(look)


class SidePorts:
    """A dial of the usual ports of one host under way."""

    def __init__(self, dialling: Dialling) -> None:
        self.dialling = dialling
        self._began = time.monotonic()

    def wait(self, token: CancelToken, seconds: float) -> None:
        """Until all ports answered, or `seconds` after the dial began; a moment at least."""
        self.dialling.rebind(token)
        self.dialling.wait(max(0.05, self._began + seconds - time.monotonic()))

    def close(self) -> None:
        self.dialling.close()
        _groups.release()


def start_ports(context: ProbeContext, ip: str) -> SidePorts | None:
    """None when too many checks look to the side at the same time: then nothing is known of other ports."""
    if not _groups.acquire(blocking=False):
        return None
    try:
        own = context.endpoint.port
        ports = [port for port in USUAL_PORTS if port != own]
        resolved = context.wire.resolve(ip, own, token=context.token).addresses[0]
        addresses = [Address(resolved.ip, port, resolved.is_ipv6, resolved.scope) for port in ports]
        return SidePorts(context.wire.dial(addresses, token=context.token))
    except BaseException:
        _groups.release()
        raise


class Trace:
    """A trace under way, by the system's tool or, where there is none or it may not run, by our own datagrams."""

    def __init__(self, address: Address, child: Child | None, own: Hops | None) -> None:
        self._address = address
        self._child = child
        self._own = own
        self._own_began = time.monotonic()

    def wait(self, token: CancelToken, seconds: float) -> tuple[Hop, ...]:
        from mqassist.net.hops import start_hops
        from mqassist.net.route import read_trace

        if self._child is not None:
            hops = read_trace(self._child.wait(token, seconds))
            if hops:
                return hops
            self._own = start_hops(self._address)
            self._own_began = time.monotonic()
        left = max(0.0, min(seconds, self._own_began + OWN_TRACE_S - time.monotonic()))
        return self._own.wait(token, left) if self._own is not None else ()

    def close(self) -> None:
        if self._child is not None:
            self._child.close()
        if self._own is not None:
            self._own.close()


def begin_trace(address: Address) -> Trace | None:
    """None where this machine has no way to trace."""
    from mqassist.net.hops import start_hops
    from mqassist.net.route import start_trace

    child = start_trace(address)
    own = start_hops(address) if child is None else None
    return None if child is None and own is None else Trace(address, child, own)


def begin(context: ProbeContext, address: Address) -> None:
    """Starts all looks to the side and leaves them in the handover for the probes that report them."""
    from mqassist.net.local_firewall import read_rules_ahead
    from mqassist.net.route import start_ping

    ports = start_ports(context, address.ip)
    if ports is not None:
        context.handover.give(PORTS, ports)
    ping = start_ping(address)
    if ping is not None:
        context.handover.give(PING, ping)
    trace = begin_trace(address)
    if trace is not None:
        context.handover.give(TRACE, trace)
    read_rules_ahead(address, context.recent)
