"""What this machine has left for the connection: descriptors of this process, source ports towards the broker."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes.probe import Probe, ProbeContext, Result


def _run(context: ProbeContext) -> Result:
    from mqassist.host.addresses import source_port_range
    from mqassist.host.environment import descriptors
    from mqassist.host.listeners import sockets_to

    facts: dict[str, Fact] = {}
    evidence: list[Text] = []
    files = descriptors()
    if files is not None and context.text("tcp.result") == "too-many-files":
        facts |= {"host.descriptors": files[0], "host.descriptor_limit": files[1]}
        about = ("host.descriptors", "host.descriptor_limit")
        evidence.append(say("host.descriptors", about=about, used=files[0], limit=files[1]))
    ports = source_port_range()
    if ports is not None and context.text("tcp.result") == "address-unavailable":
        address, port = context.text("tcp.address"), context.endpoint.port
        held, waiting = sockets_to(address, port) or (0, 0)
        facts |= {
            "host.source_ports": max(0, ports[1] - ports[0] + 1),
            "host.sockets_to_broker": held,
            "host.time_wait_to_broker": waiting,
        }
        names = ("host.source_ports", "host.sockets_to_broker", "host.time_wait_to_broker")
        counted = {"first": ports[0], "last": ports[1], "ports": ports[1] - ports[0] + 1}
        evidence.append(say("host.source-ports", about=names, held=held, waiting=waiting, **counted))
    if not evidence:
        return Result("skipped", say("host.limits-unknown"))
    return Result("passed", evidence[0], facts, evidence)


PROBE = Probe(
    id="host.limits",
    layer="host",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("tcp.connect",),
    when="tcp.result in ('too-many-files', 'address-unavailable')",
    deciding=True,
    why="why.host.limits",
    gives=(
        FactSpec("host.descriptors", "number", "Open file descriptors of this process."),
        FactSpec("host.descriptor_limit", "number", "How many it may have."),
        FactSpec("host.source_ports", "number", "Source ports that the system gives to outgoing connections."),
        FactSpec("host.sockets_to_broker", "number", "Connections of this machine to the endpoint, in any state."),
        FactSpec("host.time_wait_to_broker", "number", "Those of them that are closed and wait out their time."),
    ),
    budget=4.0,
)
