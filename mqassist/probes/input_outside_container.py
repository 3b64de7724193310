"""localhost refused inside a container: does the broker's port open on the machine around it, or on a neighbour?"""

from __future__ import annotations

from pathlib import Path

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.net.resolve import Address
from mqassist.probes.probe import Probe, ProbeContext, Result

LOOKUP_S = 0.8
DIAL_S = 1.0
_HOST_NAMES = ("host.docker.internal", "host.containers.internal", "gateway.docker.internal")
_SERVICE_NAMES = {"amqp": ("rabbitmq",), "mqtt": ("mosquitto", "emqx")}
"""Docker Desktop's, Podman's and the usual Compose names; nothing else is guessed."""


def default_gateway(routes: str) -> str:
    """The IPv4 gateway in the text of /proc/net/route: on Docker's bridge it is the machine itself; "" if none."""
    for line in routes.splitlines()[1:]:
        words = line.split()
        if len(words) > 7 and words[1] == "00000000" and words[7] == "00000000" and words[2] != "00000000":
            try:
                number = int(words[2], 16)
            except ValueError:
                return ""
            # the kernel prints the address in this machine's byte order: little-endian wherever containers run
            return ".".join(str(byte) for byte in number.to_bytes(4, "little"))
    return ""


def _run(context: ProbeContext) -> Result:
    port = context.endpoint.port
    places: dict[Address, str] = {}
    for name in (*_HOST_NAMES, *_SERVICE_NAMES[context.endpoint.protocol]):
        found = context.wire.resolve(name, port, token=context.token, timeout=LOOKUP_S)
        for address in found.addresses:
            places.setdefault(address, name)
    try:
        gateway = default_gateway(Path("/proc/net/route").read_text(encoding="ascii", errors="replace"))
    except OSError:
        gateway = ""
    if gateway:
        places.setdefault(Address(gateway, port, False), gateway)
    dialling = context.wire.dial(tuple(places), token=context.token, timeout=DIAL_S)
    try:
        dialling.wait(DIAL_S)
        open_at = tuple(dict.fromkeys(places[each.address] for each in dialling.attempts if each.kind == "connected"))
    finally:
        dialling.close()
    about = ("input.open_outside_container", "input.outside_names")
    facts: dict[str, Fact] = {"input.open_outside_container": bool(open_at)}
    if open_at:
        facts["input.outside_names"] = open_at
        sentence = say("input.outside-open", about=about, port=port, names=", ".join(open_at))
    else:
        sentence = say("input.outside-closed", about=about, port=port, count=len(places))
    return Result("passed", sentence, facts, [sentence])


PROBE = Probe(
    id="input.outside_container",
    layer="input",
    run=_run,
    applies=lambda _endpoint, settings: settings.proxy is None,
    needs=("host.environment", "tcp.connect"),
    when="host.in_container and input.host_is_loopback and tcp.result == 'refused'",
    gives=(
        FactSpec("input.open_outside_container", "flag", "The same port opens on the host or a usual neighbour."),
        FactSpec("input.outside_names", "list", "Under which names or addresses it opens."),
    ),
    budget=8.0,
    deciding=True,
    why="why.input.outside_container",
)
