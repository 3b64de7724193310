"""When the port gave nothing: which of a broker's usual ports answer on that host, and what epmd knows of its nodes."""

from __future__ import annotations

import time

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.failure import WireError
from mqassist.net.resolve import Address
from mqassist.probes._side import (
    EPMD_PORT,
    LIVE_HOST_PORTS,
    NO_SERVICE_PORTS,
    PORTS,
    SIDE_TIMEOUT_S,
    SidePorts,
    no_room,
    start_ports,
)
from mqassist.probes._tcp import outcome
from mqassist.probes.probe import Probe, ProbeContext, Result

FAR_MS, EARLY = 5.0, 0.4
"""A refusal in less than this part of the way there and back comes from nearer than the host itself."""
ALONE_TRIES = 3
EPMD_S, EPMD_BYTES = 1.0, 8192
DIST_OFFSET = 20_000  # RabbitMQ networking guide: the distribution port is the AMQP port plus 20000
_SAME_SERVICE = {
    "amqp": (5672, 5671),
    "mqtt": (1883, 8883),
    "websocket": (15675, 15676, 8083, 8084, 9001, 8080, 443, 80),
}
_ABOUT = (
    *("tcp.ports_open", "tcp.ports_refused", "tcp.ports_silent", "tcp.host_answers", "tcp.broker_ports_open"),
    *("tcp.same_service_open", "tcp.live_host_port"),
)


def _run(context: ProbeContext) -> Result:
    if no_room(context, PORTS):
        return Result("skipped", say("tcp.ports-not-tried"))
    held = context.handover.take(PORTS)
    side = held if isinstance(held, SidePorts) else start_ports(context, context.text("tcp.address"))
    if side is None:
        return Result("skipped", say("tcp.ports-not-tried"))
    try:
        side.wait(context.token, min(SIDE_TIMEOUT_S, context.settings.timeout))
        facts = _facts(context, side)
        nodes = _ask_epmd(context, side)
    finally:
        side.close()
    evidence = [_line(context, facts)]
    if facts.get("tcp.refused_early"):
        early, nearest = context.number("tcp.failed_ms"), float(str(facts["tcp.nearest_answer_ms"]))
        about = ("tcp.refused_early",)
        evidence.append(say("tcp.refused-early", about=about, port=context.endpoint.port, early=early, nearest=nearest))
    if nodes is not None:
        evidence += _about_nodes(context, facts, nodes)
    return Result("passed", evidence[0], facts, evidence)


def _facts(context: ProbeContext, side: SidePorts) -> dict[str, Fact]:
    by_kind: dict[str, list[int]] = {"connected": [], "refused": [], "timed-out": [], "unreachable": []}
    for attempt in side.dialling.attempts:
        if attempt.kind == "waiting":  # never dialled: nothing is known of it
            continue
        kind = outcome(attempt.kind)
        named = "unreachable" if kind in ("host-unreachable", "network-unreachable") else kind
        by_kind.setdefault(named, []).append(attempt.address.port)
    answers = [a.took_ms for a in side.dialling.attempts if a.kind in ("connected", "refused")]
    opened, refused = tuple(by_kind["connected"]), tuple(by_kind["refused"])
    service = context.endpoint.protocol if context.endpoint.transport == "tcp" else "websocket"
    facts: dict[str, Fact] = {
        "tcp.ports_open": opened,
        "tcp.ports_refused": refused,
        "tcp.ports_silent": tuple(by_kind["timed-out"]),
        "tcp.ports_unreachable": tuple(by_kind["unreachable"]),
        "tcp.host_answers": bool(opened or refused),
        "tcp.broker_ports_open": tuple(port for port in opened if port not in NO_SERVICE_PORTS),
        "tcp.broker_ports_count": sum(port not in NO_SERVICE_PORTS for port in opened),
        "tcp.same_service_open": tuple(port for port in opened if port in _SAME_SERVICE[service]),
        "tcp.live_host_port": any(port in LIVE_HOST_PORTS for port in opened),
        "tcp.ports_tried": sum(len(ports) for ports in by_kind.values()),
    }
    if answers:
        nearest = min(answers)
        if context.text("tcp.result") == "refused" and nearest > FAR_MS:
            nearest = min(nearest, _alone_ms(context, side))
            facts["tcp.refused_early"] = nearest > FAR_MS and context.number("tcp.failed_ms") < nearest * EARLY
        facts["tcp.nearest_answer_ms"] = round(nearest, 2)
    return facts


def _alone_ms(context: ProbeContext, side: SidePorts) -> float:
    """The quickest answer of the port that answered soonest, asked by itself: side by side a busy machine of ours
    adds its own waits, which the refused port, asked before, did not have."""
    answered = [a for a in side.dialling.attempts if a.kind in ("connected", "refused")]
    soonest = min(answered, key=lambda attempt: attempt.took_ms)
    quickest = soonest.took_ms
    for _ in range(ALONE_TRIES):
        began = time.monotonic()
        try:
            context.wire.connect(soonest.address, token=context.token).close()
        except WireError as failure:
            if failure.kind != "refused":
                continue
        quickest = min(quickest, (time.monotonic() - began) * 1000)
    return quickest


def _line(context: ProbeContext, facts: dict[str, Fact]) -> Text:
    def listed(name: str) -> str:
        ports = facts[name]
        return ", ".join(str(port) for port in ports) if isinstance(ports, tuple) else ""

    tried = facts["tcp.ports_tried"]
    assert isinstance(tried, int)
    address = context.text("tcp.address")
    if facts["tcp.ports_open"]:
        found = listed("tcp.same_service_open") or listed("tcp.ports_open")
        key = "tcp.same-service-open" if facts["tcp.same_service_open"] else "tcp.ports-open"
        return say(key, about=_ABOUT, address=address, port=context.endpoint.port, open=found, tried=tried)
    if facts["tcp.host_answers"]:
        return say("tcp.ports-all-refused", about=_ABOUT, address=address, ports=listed("tcp.ports_refused"))
    return say("tcp.ports-all-silent", about=_ABOUT, address=address, tried=tried)


# -- epmd: which Erlang nodes the host knows --------------------------------------------------


def _ask_epmd(context: ProbeContext, side: SidePorts) -> tuple[tuple[str, int], ...] | None:
    """Names and distribution ports; None if epmd did not answer. Erlang distribution protocol: NAMES_REQ is 'n'."""
    epmd = next((a for a in side.dialling.attempts if a.address.port == EPMD_PORT), None)
    connection = side.dialling.take(epmd) if epmd is not None else None
    if connection is None:
        return None
    received = b""
    try:
        connection.rebind(context.token)
        connection.send(b"\x00\x01n", EPMD_S)
        end = time.monotonic() + EPMD_S
        while len(received) < EPMD_BYTES and (left := end - time.monotonic()) > 0:
            data = connection.receive(left, EPMD_BYTES)
            if not data:
                break
            received += data
    except WireError:
        pass
    finally:
        connection.close()
    return read_names(received)


def read_names(answer: bytes) -> tuple[tuple[str, int], ...] | None:
    """Reads NAMES_RESP: epmd's port in four bytes, then lines `name rabbit at port 25672`. None if it is not that."""
    if len(answer) < 4 or not 0 < int.from_bytes(answer[:4], "big") < 65536:
        return None
    found: list[tuple[str, int]] = []
    for line in answer[4:].decode("utf-8", "replace").splitlines()[:64]:
        words = line.split()
        if len(words) == 5 and words[0] == "name" and words[2:4] == ["at", "port"] and words[4].isdigit():
            found.append((words[1][:64], int(words[4])))
    return tuple(found)


def _about_nodes(context: ProbeContext, facts: dict[str, Fact], nodes: tuple[tuple[str, int], ...]) -> list[Text]:
    about = ("epmd.nodes", "epmd.node", "epmd.node_answers", "epmd.node_serves")
    address = context.text("tcp.address")
    facts["epmd.nodes"] = tuple(name for name, _port in nodes)
    facts["epmd.node_ports"] = tuple(port for _name, port in nodes)
    listed = ", ".join(f"{name} ({port})" for name, port in nodes)
    if not nodes:
        return [say("epmd.no-nodes", about=about, address=address)]
    lines = [say("epmd.nodes", about=about, address=address, nodes=listed)]
    node = _node_of(context.endpoint.port, facts, nodes)
    if node is not None:
        name, port = node
        facts["epmd.node"] = name
        facts["epmd.node_answers"] = _answers(context, port)
        if facts["epmd.node_answers"]:
            # a node on another distribution port than the rule's is judged by the usual AMQP port
            served = port - DIST_OFFSET if port > DIST_OFFSET and port != 25672 else 5672
            facts["epmd.node_serves"] = served != context.endpoint.port and _answers(context, served)
            lines.append(say("epmd.node-answers", about=about, node=name, port=port))
    return lines


def _node_of(port: int, facts: dict[str, Fact], nodes: tuple[tuple[str, int], ...]) -> tuple[str, int] | None:
    """The node that should serve this port: by RabbitMQ's rule for distribution ports, or as the only one there is."""
    base = 5672 if port in (5671, 1883, 8883, 15675, 15676) else port
    ruled = [node for node in nodes if node[1] == base + DIST_OFFSET]
    if ruled:
        return ruled[0]
    return nodes[0] if len(nodes) == 1 and base == 5672 and not facts["tcp.broker_ports_open"] else None


def _answers(context: ProbeContext, port: int) -> bool:
    first = context.wire.resolve(context.text("tcp.address"), port, token=context.token).addresses[0]
    try:
        context.wire.connect(
            Address(first.ip, port, first.is_ipv6, first.scope), token=context.token, timeout=SIDE_TIMEOUT_S
        ).close()
    except WireError:
        return False
    return True


PROBE = Probe(
    id="tcp.other_ports",
    layer="network",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("tcp.connect",),
    when="tcp.result in ('refused', 'timed-out', 'host-unreachable', 'reset')",
    deciding=True,
    why="why.tcp.other_ports",
    gives=(
        FactSpec("tcp.ports_tried", "number", "How many other usual ports of brokers were dialled."),
        FactSpec("tcp.ports_open", "list", "Those that accepted a connection."),
        FactSpec("tcp.ports_refused", "list", "Those that refused: the host answers."),
        FactSpec("tcp.ports_silent", "list", "Those that gave no answer in time."),
        FactSpec("tcp.ports_unreachable", "list", "Those that were answered with host or network unreachable."),
        FactSpec("tcp.host_answers", "flag", "Any other port of the host accepted or refused."),
        FactSpec("tcp.nearest_answer_ms", "number", "The fastest answer of any of them: the way there and back."),
        FactSpec("tcp.refused_early", "flag", "The refusal came from nearer than the host: it took much less time."),
        FactSpec("tcp.broker_ports_open", "list", "Open ports at which brokers serve clients."),
        FactSpec("tcp.broker_ports_count", "number", "How many those are."),
        FactSpec("tcp.same_service_open", "list", "Open ports that usually serve the same protocol."),
        FactSpec("tcp.live_host_port", "flag", "SSH or a web server accepts: the machine is up."),
        FactSpec("epmd.nodes", "list", "Erlang nodes that the host's epmd lists."),
        FactSpec("epmd.node_ports", "list", "Their distribution ports, in the same order."),
        FactSpec("epmd.node", "text", "The listed node that should serve the endpoint's port."),
        FactSpec("epmd.node_answers", "flag", "That node's distribution port accepts a connection: the node runs."),
        FactSpec("epmd.node_serves", "flag", "That node's AMQP port, 20000 below, accepts a connection."),
    ),
    waits=lambda context: not no_room(context, PORTS),
    budget=8.0,
)
