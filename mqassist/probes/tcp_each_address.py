"""Waits for the addresses that had not answered when the chain went on with a better one. Costs the chain nothing."""

from __future__ import annotations

from mqassist.core.text import say
from mqassist.net.dial import Dialling
from mqassist.probes._tcp import EACH, each_facts, line
from mqassist.probes.probe import Probe, ProbeContext, Result

ENOUGH_S = 3.3
"""Outlives a failed ARP (3.1 s on Linux) and two SYN retransmissions (1 s, 3 s): longer adds nothing to the picture."""


def _run(context: ProbeContext) -> Result:
    others = context.handover.take("tcp-others")
    if not isinstance(others, Dialling):
        return Result("skipped")
    try:
        others.rebind(context.token)
        late = others.pending
        others.wait(min(ENOUGH_S, others.timeout))
        others.give_up()
        facts = each_facts(others.attempts)
        evidence = [line(attempt) for attempt in late if attempt.ended]
    finally:
        others.close()
    bad = sum(attempt.kind != "connected" for attempt in others.attempts)
    summary = say("tcp.each-address", connected=len(others.attempts) - bad, failed=bad)
    return Result("warning" if bad else "passed", summary, facts, evidence)


PROBE = Probe(
    id="tcp.each_address",
    layer="network",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("tcp.connect",),
    when="tcp.pending_count > 0",
    deciding=True,
    why="why.tcp.each_address",
    gives=EACH,
    budget=6.0,
)
