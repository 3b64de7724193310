"""Ping by the system's own tool. Advice only: many networks drop echo requests, so silence proves nothing."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes._side import PING, no_room
from mqassist.probes._stream import chosen_address
from mqassist.probes.probe import Probe, ProbeContext, Result

WAIT_S = 2.5


def _run(context: ProbeContext) -> Result:
    from mqassist.net.children import Child, find_tool
    from mqassist.net.route import read_ping, start_ping

    if no_room(context, PING) and find_tool("ping") is not None:
        return Result("skipped", say("net.ping-left-out"))
    held = context.handover.take(PING)
    child = held if isinstance(held, Child) else start_ping(chosen_address(context))
    if child is None:
        return Result("skipped", say("net.ping-not-here"))
    ping = read_ping(child.wait(context.token, WAIT_S))
    about = ("net.ping_answered", "net.ping_ms")
    address = context.text("tcp.address")
    facts: dict[str, Fact] = {"net.ping_answered": ping.received > 0}
    if ping.said:
        facts["net.ping_said"] = ping.said
    if ping.received:
        summary = say("net.ping-unknown-time", about=about, address=address)
        if ping.best_ms is not None:
            facts["net.ping_ms"] = ping.best_ms
            summary = say("net.ping-answered", about=about, address=address, ms=ping.best_ms)
    elif ping.said:
        summary = say("net.ping-said", about=about, address=address, said=ping.said)
    else:
        summary = say("net.ping-silent", about=about, address=address)
    return Result("passed", summary, facts, [summary])


PROBE = Probe(
    id="net.ping",
    layer="network",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("tcp.connect",),
    when="tcp.result in ('timed-out', 'host-unreachable', 'network-unreachable')",
    deciding=True,
    why="why.net.ping",
    gives=(
        FactSpec("net.ping_answered", "flag", "The address answered an ICMP echo request."),
        FactSpec("net.ping_ms", "number", "The fastest of its answers."),
        FactSpec("net.ping_said", "text", "An error that a router sent instead, as the tool words it."),
    ),
    waits=lambda context: not no_room(context, PING),
    budget=6.0,
)
