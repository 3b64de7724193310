"""Opens TCP to every address of the endpoint at once and hands the first good one over, waiting for no dead one."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.net.dial import Attempt, Dialling
from mqassist.probes._shared import PATH_OPEN
from mqassist.probes._tcp import EACH, RANKED, Watched, addresses_to_dial, best, each_facts, line, outcome
from mqassist.probes.probe import Probe, ProbeContext, Result

PREFERENCE_GRACE_S = 0.05
"""How long an address that the resolver listed earlier may lag behind one that is already open."""
QUEUE_S = 60.0
"""How long a check may wait for its turn when hundreds of them dial the same host."""
SILENCE_S = 1.0
"""After this long without any answer the looks to the side begin (ping, route, other ports)."""


def _run(context: ProbeContext) -> Result:
    if context.text("dns.result", "ok") not in ("ok", "literal"):
        return Result("skipped", say("tcp.no-address"))
    addresses = addresses_to_dial(context)
    if not addresses:
        return Result("skipped", say("tcp.no-address"))
    dialling = context.wire.dial(addresses, token=context.token)
    try:
        chosen = _wait(context, dialling)
    except BaseException:
        dialling.close()
        raise
    if chosen.kind == "waiting":
        dialling.close()
        return Result("failed", say("tcp.not-dialled", host=context.endpoint.host))
    facts: dict[str, Fact] = {
        "tcp.result": outcome(chosen.kind),
        "tcp.address": chosen.address.ip,
        "path.open": chosen.kind == "connected",
    }
    if chosen.local_ip:
        facts["tcp.local_address"] = chosen.local_ip
    evidence = [line(attempt) for attempt in dialling.attempts if attempt.ended]
    connection = dialling.take(chosen)
    if connection is None:
        facts |= each_facts(dialling.attempts)
        facts["tcp.errno"] = chosen.code
        facts["tcp.failed_ms"] = round(chosen.took_ms, 1)
        dialling.close()
        return Result("failed", line(chosen), facts, evidence)
    facts["tcp.local_port"] = connection.local_port
    facts["tcp.connect_ms"] = round(connection.connect_ms, 2)
    context.handover.give("tcp", connection)
    context.handover.give("tcp-watched", Watched(connection, dialling.in_crowd))
    if dialling.pending:
        facts["tcp.pending_count"] = len(dialling.pending)
        context.handover.give("tcp-others", dialling)
    else:
        facts |= each_facts(dialling.attempts)
        dialling.close()
    summary = say("tcp.connected", address=str(chosen.address), ms=connection.connect_ms)
    return Result("passed", summary, facts, evidence)


def _wait(context: ProbeContext, dialling: Dialling) -> Attempt:
    """The attempt to go on with: the first in the resolver's order, unless it lags more than the grace."""

    def any_open() -> bool:
        return any(attempt.kind == "connected" for attempt in dialling.attempts)

    def leader_known() -> bool:
        return next((attempt.kind == "connected" for attempt in dialling.attempts if not _lost(attempt)), True)

    looked_aside = False
    while True:
        # each attempt has its own time limit, counted from its own SYN
        dialling.wait(SILENCE_S, any_open)
        if any_open() or not dialling.pending or context.token.remaining(1) <= 0:
            break
        silent = next((attempt for attempt in dialling.attempts if attempt.kind == "pending"), None)
        if silent is not None and not looked_aside:
            from mqassist.probes import _side

            _side.begin(context, silent.address)
            looked_aside = True
    if any_open() and not leader_known():
        dialling.wait(PREFERENCE_GRACE_S, leader_known)
    if not any_open():
        dialling.give_up()
    return best(dialling.attempts)


def _lost(attempt: Attempt) -> bool:
    return attempt.ended and attempt.kind != "connected"


PROBE = Probe(
    id="tcp.connect",
    layer="network",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("dns.resolve",),
    gives=(
        PATH_OPEN,
        FactSpec("tcp.result", "choice", "The best outcome over all addresses.", RANKED),
        FactSpec("tcp.address", "text", "The IP address the run goes on with; without success the most telling one."),
        FactSpec("tcp.local_address", "text", "The source address the system chose."),
        FactSpec("tcp.local_port", "number", "The source port of the run's connection: brokers log it."),
        FactSpec("tcp.connect_ms", "number", "Time from SYN to open connection."),
        FactSpec("tcp.failed_ms", "number", "Time from SYN to the failure that tcp.result names."),
        FactSpec("tcp.errno", "number", "This platform's error number of that failure, 0 if none."),
        FactSpec("tcp.pending_count", "number", "Addresses without an outcome when the run went on with another one."),
        *EACH,
    ),
    budget_for=lambda settings: settings.timeout + QUEUE_S,
)
