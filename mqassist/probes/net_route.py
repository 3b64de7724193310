"""Where packets to the address would go: this machine's own decision, and the hop at which they end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.host.addresses import Neighbour, Relation
from mqassist.net.resolve import Address
from mqassist.net.route import Hop, RouteKind
from mqassist.probes._side import TRACE, Trace, begin_trace, no_room
from mqassist.probes._stream import chosen_address
from mqassist.probes.probe import Probe, ProbeContext, Result

TRACE_S = 2.0
"""For a trace that begins only now; one that began during the connect has had its time."""

_ABOUT_ROUTE = ("net.local_route", "net.target_is")
_ABOUT_TRACE = ("net.hops", "net.last_hop", "net.route_reached", "net.left_private", "net.refusing_hop")


def _run(context: ProbeContext) -> Result:
    from mqassist.host.addresses import neighbour, own_networks, relation
    from mqassist.net.route import local_route

    address = chosen_address(context)
    route = local_route(address)
    target_is = relation(address.ip, own_networks(context.recent))
    facts: dict[str, Fact] = {"net.local_route": route.kind, "net.target_is": target_is}
    evidence: list[Text] = []
    if route.source:
        facts["net.local_source"] = route.source
    if route.kind != "ok":
        key = "net.route-none" if route.kind == "none" else "net.route-blocked"
        evidence.append(say(key, about=_ABOUT_ROUTE, address=address.ip, kind=route.kind, errno=route.code))
    known = neighbour(address.ip) if target_is == "same-subnet" else None
    if known is not None:
        facts["net.neighbour"] = known
        if known == "failed":
            evidence.append(say("net.neighbour-failed", about=("net.neighbour",), address=address.ip))
    if route.kind == "ok" and target_is not in ("loopback", "own"):
        evidence += _trace(context, address, facts)
    if not evidence:
        evidence.append(say("net.route-ok", about=_ABOUT_ROUTE, address=address.ip, source=route.source))
    return Result("passed", evidence[-1], facts, evidence)


def _trace(context: ProbeContext, address: Address, facts: dict[str, Fact]) -> list[Text]:
    if context.text("tcp.result") not in ("timed-out", "host-unreachable", "network-unreachable"):
        return []
    if no_room(context, TRACE):
        return [say("net.trace-left-out")]
    held = context.handover.take(TRACE)
    trace = held if isinstance(held, Trace) else begin_trace(address)
    if trace is None:
        return []
    try:
        hops = trace.wait(context.token, 0.3 if isinstance(held, Trace) else TRACE_S)
    finally:
        trace.close()
    own = facts.get("net.local_source")
    return _hops(address, [hop for hop in hops if hop.ip != own], facts)  # our own ARP failure is no hop


def _hops(address: Address, hops: Sequence[Hop], facts: dict[str, Fact]) -> list[Text]:
    from mqassist.host.addresses import is_private

    answered = [hop for hop in hops if hop.ip]
    facts["net.hops"] = tuple(hop.ip or "*" for hop in hops[: answered[-1].ttl if answered else 0])
    if not answered:
        return [say("net.trace-silent", about=_ABOUT_TRACE, address=address.ip)]
    last = answered[-1]
    facts["net.last_hop"] = last.ip
    facts["net.last_hop_number"] = last.ttl
    facts["net.route_reached"] = last.ip == address.ip
    public = [hop.ip for hop in answered if not is_private(hop.ip) and hop.ip != address.ip]
    # a trace that ends among private addresses says nothing of what lies beyond
    if is_private(address.ip) and (public or last.ip == address.ip):
        facts["net.left_private"] = bool(public)
    if last.mark and last.ip != address.ip:
        facts["net.refusing_hop"] = last.ip
        return [say("net.trace-refused", about=_ABOUT_TRACE, address=address.ip, hop=last.ip, number=last.ttl)]
    if last.ip == address.ip:
        return [say("net.trace-reached", about=_ABOUT_TRACE, address=address.ip, number=last.ttl)]
    if public and is_private(address.ip):
        return [say("net.trace-left-private", about=_ABOUT_TRACE, address=address.ip, hop=public[0])]
    return [say("net.trace-ends", about=_ABOUT_TRACE, address=address.ip, hop=last.ip, number=last.ttl)]


PROBE = Probe(
    id="net.route",
    layer="network",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("tcp.connect",),
    when="path.open == false and tcp.result != 'too-many-files'",
    deciding=True,
    why="why.net.route",
    gives=(
        FactSpec(
            "net.local_route", "choice", "What this machine's routing table says of the address.", get_args(RouteKind)
        ),
        FactSpec("net.local_source", "text", "The source address it would send from."),
        FactSpec("net.target_is", "choice", "How the address stands to this machine's networks.", get_args(Relation)),
        FactSpec("net.neighbour", "choice", "What ARP knows of an address in our own subnet.", get_args(Neighbour)),
        FactSpec("net.hops", "list", "Addresses of the hops up to the last that answered, * for a silent one."),
        FactSpec("net.last_hop", "text", "The last hop that answered."),
        FactSpec("net.last_hop_number", "number", "How many hops away it is."),
        FactSpec("net.route_reached", "flag", "That last hop is the target itself: the host is up."),
        FactSpec("net.refusing_hop", "text", "A router that answered that it will not or cannot go on."),
        FactSpec("net.left_private", "flag", "On the way to a private address packets met a router with a public one."),
    ),
    waits=lambda context: not no_room(context, TRACE),
    budget=8.0,
)
