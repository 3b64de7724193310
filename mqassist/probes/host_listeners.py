"""When the endpoint is this very machine: does anybody listen on the port, on which addresses, and who?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.resolve import Address
from mqassist.probes._side import USUAL_PORTS
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.host.listeners import Listener

_BROKERS = ("beam.smp", "erl", "mosquitto", "nanomq", "vernemq", "emqx", "artemis", "activemq", "hivemq", "lavinmq")
_OTHERS = (
    *("redis-server", "postgres", "mysqld", "mariadbd", "mongod", "memcached"),
    *("cupsd", "exim4", "dnsmasq", "named", "smbd", "vsftpd"),
)
"""Programs that certainly are no broker and pass nothing on to one (sshd and web servers may)."""
RECENT_S = 1.0
"""Hundreds of checks that fail together share one look at all processes; one that fails later looks anew."""
_ABOUT = (
    *("host.listening", "host.listener_addresses", "host.listener_process", "host.broker_ports"),
    *("host.foreign_process", "host.listener_stopped", "host.broker_here"),
)


def _run(context: ProbeContext) -> Result:
    from mqassist.host.listeners import listeners

    if not _is_here(context):
        return Result("skipped", say("host.not-this-machine"))
    every = listeners(max(context.recent, context.started - RECENT_S))
    if every is None:
        return Result("skipped", say("host.listeners-unreadable"))
    address = context.text("tcp.address")
    port = context.endpoint.port
    there = [listener for listener in every if listener.port == port]
    listening = _listening(address, there)
    facts: dict[str, Fact] = {
        "host.is_endpoint": True,
        "host.listening": listening,
        "host.listener_addresses": tuple(dict.fromkeys(listener.ip for listener in there)),
    }
    evidence = [_line(context, listening, there)]
    if waiting := sum(listener.waiting for listener in there):
        facts["host.accept_waiting"] = waiting
        evidence.append(say("host.accept-waiting", about=("host.accept_waiting",), port=port, count=waiting))
    evidence += _owner(facts, there, port)
    if listening == "nobody" and port in USUAL_PORTS:
        evidence += _services(context, facts)
    if listening != "this-address":
        evidence += _elsewhere(facts, every)
        evidence += _idle_node(context, facts, every)
    return Result("passed", evidence[0], facts, evidence)


def _is_here(context: ProbeContext) -> bool:
    from mqassist.host.addresses import own_networks, relation

    address = context.text("tcp.address")
    return bool(address) and relation(address, own_networks(context.recent)) in ("loopback", "own")


def _listening(address: str, there: list[Listener]) -> str:
    if not there:
        return "nobody"
    # an IPv6 wildcard usually takes IPv4 as well
    if any(listener.ip == address or listener.everywhere for listener in there):
        return "this-address"
    if address.startswith("127.") or address == "::1":
        return "other-address"  # both are loopback: that is not what keeps the client out
    return "loopback-only" if all(listener.loopback_only for listener in there) else "other-address"


def _line(context: ProbeContext, listening: str, there: list[Listener]) -> Text:
    port, address = context.endpoint.port, context.text("tcp.address")
    if listening == "nobody":
        return say("host.nobody-listens", about=_ABOUT, port=port)
    listed = ", ".join(dict.fromkeys(listener.ip for listener in there))
    key = "host.listens-here" if listening == "this-address" else "host.listens-elsewhere"
    return say(key, about=_ABOUT, port=port, addresses=listed, address=address)


def _owner(facts: dict[str, Fact], there: list[Listener], port: int) -> list[Text]:
    from mqassist.host.processes import process_descriptors, process_stopped

    owner = next((listener for listener in there if listener.pid), None)
    if owner is None:
        return []
    facts["host.listener_process"], facts["host.listener_pid"] = owner.process, owner.pid
    facts["host.foreign_process"] = owner.process in _OTHERS
    lines = [say("host.listener-process", about=_ABOUT, port=port, process=owner.process, pid=owner.pid)]
    if (stopped := process_stopped(owner.pid)) is not None:
        facts["host.listener_stopped"] = stopped
        if stopped:
            lines.append(say("host.process-stopped", about=_ABOUT, process=owner.process, pid=owner.pid))
    files = process_descriptors(owner.pid)
    if files is not None:
        facts["host.listener_descriptors"], facts["host.listener_descriptor_limit"] = files
        facts["host.listener_out_of_files"] = files[0] >= files[1] - 1
        about = ("host.listener_out_of_files", "host.listener_descriptors")
        lines.append(say("host.process-files", about=about, process=owner.process, used=files[0], limit=files[1]))
    return lines


def _services(context: ProbeContext, facts: dict[str, Fact]) -> list[Text]:
    """Whether the broker's service is installed here and just does not run."""
    from mqassist.host.services import broker_services

    found = broker_services(context.endpoint.protocol)
    if not found or any(active for _name, active in found):
        return []
    facts["host.service_active"] = False
    names = ", ".join(name for name, _active in found)
    return [say("host.service-inactive", about=("host.service_active",), services=names)]


def _elsewhere(facts: dict[str, Fact], every: tuple[Listener, ...]) -> list[Text]:
    """Ports of brokers on this machine: the person may just have the wrong one."""
    found = [(found.process, found.port, found.ip) for found in every if found.process.startswith(_BROKERS)]
    if not found:
        if all(listener.process for listener in every):
            facts["host.broker_here"] = False
            return [say("host.no-broker-here", about=_ABOUT)]
        return []
    facts["host.broker_here"] = True
    facts["host.broker_ports"] = tuple(sorted({port for _process, port, _ip in found}))
    listed = ", ".join(f"{process} {Address(ip, port, ':' in ip)}" for process, port, ip in sorted(set(found))[:12])
    return [say("host.brokers-here", about=_ABOUT, listeners=listed)]


def _idle_node(context: ProbeContext, facts: dict[str, Fact], every: tuple[Listener, ...]) -> list[Text]:
    """The RabbitMQ node whose configuration names our port, if it serves nothing but other nodes."""
    from mqassist.host.processes import rabbitmq_node

    ports: dict[int, set[int]] = {}
    for listener in every:
        if listener.process.startswith(("beam", "erl")):
            ports.setdefault(listener.pid, set()).add(listener.port)
    for pid, held in ports.items():
        node = rabbitmq_node(pid) if len(held) == 1 else None
        if node is not None and context.endpoint.port in node.configured:
            facts["host.idle_node"] = node.name
            return [say("host.idle-node", about=("host.idle_node",), node=node.name, port=held.pop())]
    return []


PROBE = Probe(
    id="host.listeners",
    layer="host",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("tcp.connect", "tls.handshake", "websocket.upgrade", "amqp.handshake", "mqtt.connect"),
    when="tcp.result in ('refused', 'timed-out', 'reset') or first.received == 0 or protocol.spoken == false",
    deciding=True,
    why="why.host.listeners",
    gives=(
        FactSpec("host.is_endpoint", "flag", "The endpoint's address belongs to this machine."),
        FactSpec(
            "host.listening",
            "choice",
            "Who listens on the endpoint's port of this machine.",
            ("nobody", "this-address", "loopback-only", "other-address"),
        ),
        FactSpec("host.listener_addresses", "list", "The local addresses that have a listener on the port."),
        FactSpec("host.accept_waiting", "number", "Connections that wait for the program to accept them."),
        FactSpec("host.listener_process", "text", "The program that listens."),
        FactSpec("host.listener_pid", "number", "Its process id."),
        FactSpec("host.foreign_process", "flag", "That program is no broker and no proxy."),
        FactSpec("host.listener_stopped", "flag", "That process is stopped (SIGSTOP, a debugger)."),
        FactSpec("host.listener_descriptors", "number", "Open file descriptors of that process."),
        FactSpec("host.listener_descriptor_limit", "number", "How many it may have."),
        FactSpec("host.listener_out_of_files", "flag", "It has none left, or one."),
        FactSpec("host.broker_here", "flag", "A known broker program listens somewhere on this machine."),
        FactSpec("host.broker_ports", "list", "Ports on which known broker programs of this machine listen."),
        FactSpec("host.service_active", "flag", "A broker's service is installed on this machine and runs."),
        FactSpec("host.idle_node", "text", "The RabbitMQ node meant for the port, if it serves only other nodes."),
    ),
    waits=_is_here,
    budget=6.0,
)
