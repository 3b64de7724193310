"""The way from this computer to the broker as a picture shows it: layers in their order, a lane for each address,
and the place where it breaks. Pure; knows no screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from mqassist.core.facts import Fact
from mqassist.core.record import record
from mqassist.report.presented import Presented, PresentedCheck, is_deciding, ran

NodeState = Literal["works", "warning", "broken", "running", "waiting", "not-reached", "undecided"]
NodeKind = Literal["you", "dns", "proxy", "network", "tls", "protocol", "auth", "permissions", "heartbeat"]
MAX_LANES = 4

_WORST: tuple[NodeState, ...] = ("running", "broken", "undecided", "warning", "works", "waiting", "not-reached")
_SHORT: tuple[tuple[NodeKind, str, str], ...] = (
    ("dns", "dns.result", "short.dns"),
    ("proxy", "proxy.result", "short.proxy"),
    ("network", "tcp.result", "short.tcp"),
    ("tls", "tls.verify", "short.verify"),
    ("tls", "tls.result", "short.tls"),
    ("protocol", "websocket.result", "short.websocket"),
    ("protocol", "first.end", "short.first"),
    ("auth", "login.result", "short.login"),
)
_FINE = ("ok", "literal", "connected", "open", "accepted", "disabled")


@record
class Node:
    """`took_ms` is None where nothing was measured. `word` is a key of the language tables that names the break in
    two words, or ""."""

    kind: NodeKind
    state: NodeState
    took_ms: float | None = None
    word: str = ""


@record
class Lane:
    """One address. `nodes` are its states at the layers that lanes have; None where this run did not go on with it.
    `word` names its failure."""

    address: str
    nodes: tuple[NodeState | None, ...]
    word: str = ""


@record
class Way:
    """`before` lies ahead of the fork, `lanes` have `lane_kinds` each, `after` follows where they join.
    `hidden` addresses have no lane of their own. `broken_at` is the first layer where it breaks, or ""."""

    protocol: str
    before: tuple[Node, ...]
    lane_nodes: tuple[Node, ...]
    lanes: tuple[Lane, ...]
    hidden: int
    after: tuple[Node, ...]
    broken_at: str

    @property
    def nodes(self) -> tuple[Node, ...]:
        return (*self.before, *self.lane_nodes, *self.after)


def kinds_for(endpoint: Mapping[str, str | int | bool | None], proxied: bool) -> tuple[NodeKind, ...]:
    """The layers that a connection to this endpoint crosses."""
    tls: tuple[NodeKind, ...] = ("tls",) if endpoint.get("tls") else ()
    first: tuple[NodeKind, ...] = ("proxy",) if proxied else ("dns", "network")
    return ("you", *first, *tls, "protocol", "auth", "permissions", "heartbeat")


def way_of(report: Presented) -> Way:
    """Of a run that ended, or of a report that was read back."""
    states = {check.id: _ended_state(check) for check in report.checks if not is_deciding(check)}
    return drawn(report.endpoint, report.checks, states, ended=True)


def drawn(
    endpoint: Mapping[str, str | int | bool | None],
    checks: Sequence[PresentedCheck],
    states: Mapping[str, NodeState],
    *,
    ended: bool,
    layers: Mapping[str, str] | None = None,
) -> Way:
    """`states` by probe, of the main way; `layers` gives the layer of probes that have no check yet."""
    layer_of = {check.id: check.layer for check in checks} | dict(layers or {})
    facts: dict[str, Fact] = {}
    for check in checks:
        facts |= check.facts
    proxied = any(layer_of[probe] == "proxy" and probe == "proxy.connect" for probe in states if probe in layer_of)
    looked_at = set(layer_of.values())
    # nobody looks at the last ones unless asked to: then they are no part of the picture
    kinds = tuple(
        kind
        for kind in kinds_for(endpoint, proxied)
        if kind not in ("permissions", "heartbeat") or kind in looked_at or not looked_at
    )
    nodes = tuple(_node(kind, layer_of, states, checks, facts, ended) for kind in kinds)
    nodes = _passed_over(nodes)
    cut = kinds.index("proxy" if proxied else "network")
    shared = cut + 1 + ("tls" in kinds)
    lanes, hidden = _lanes(facts, nodes[cut:shared], "not-reached" if ended else "waiting")
    broken = next((node.kind for node in nodes if node.state == "broken"), "")
    return Way(
        str(endpoint.get("protocol") or ""), nodes[:cut], nodes[cut:shared], lanes, hidden, nodes[shared:], broken
    )


def _ended_state(check: PresentedCheck) -> NodeState:
    if check.crash:
        return "undecided"
    known: dict[str, NodeState] = {"passed": "works", "warning": "warning", "failed": "broken"}
    return known.get(check.status, "not-reached")


def _node(
    kind: NodeKind,
    layer_of: Mapping[str, str],
    states: Mapping[str, NodeState],
    checks: Sequence[PresentedCheck],
    facts: Mapping[str, Fact],
    ended: bool,
) -> Node:
    if kind == "you":
        return Node("you", "works")
    own = [probe for probe in states if layer_of.get(probe) == kind and probe != "tcp.round_trip"]
    found = [states[probe] for probe in own]
    state: NodeState = next((worst for worst in _WORST if worst in found), "not-reached" if ended else "waiting")
    if kind == "protocol" and not found and facts.get("mqtt.connect_outcome") in ("accepted", "refused"):
        state = "works"  # a CONNACK is MQTT, whatever it says
    elif kind == "protocol" and not own and ("running", "auth") in {(states[it], layer_of.get(it)) for it in states}:
        state = "running"  # the packet that greets is the one that logs in
    took = [check.duration_ms for check in checks if check.id in own and ran(check) and check.duration_ms]
    return Node(kind, state, sum(took) if took else None, _word(kind, facts) if state == "broken" else "")


def _passed_over(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """A layer that nothing looked at, but beyond which something answered, works: the answer came through it."""
    furthest = max((at for at, node in enumerate(nodes) if node.state in ("works", "warning")), default=0)
    return tuple(
        Node(node.kind, "works") if at < furthest and node.state == "not-reached" else node
        for at, node in enumerate(nodes)
    )


def _word(kind: NodeKind, facts: Mapping[str, Fact]) -> str:
    for of, fact, table in _SHORT:
        value = facts.get(fact)
        if of == kind and isinstance(value, str) and value not in _FINE:
            return f"{table}.{value}"
    return ""


def _strings(facts: Mapping[str, Fact], name: str) -> list[str]:
    value = facts.get(name, ())
    return [str(item) for item in value] if isinstance(value, tuple) else []


def _lanes(facts: Mapping[str, Fact], nodes: Sequence[Node], unknown: NodeState) -> tuple[tuple[Lane, ...], int]:
    """In the resolver's order; the address the run went on with is never hidden, nor the first that failed."""
    good = _strings(facts, "tcp.connected_addresses")
    bad = dict(zip(_strings(facts, "tcp.failed_addresses"), _strings(facts, "tcp.failed_kinds"), strict=False))
    chosen = facts.get("tcp.address")
    known = list(dict.fromkeys([*_strings(facts, "dns.addresses"), *good, *bad]))
    if isinstance(chosen, str) and chosen and chosen not in known:
        known.insert(0, chosen)
    first_bad = next(iter(bad), "")
    wanted = [name for name in known if name in (chosen, first_bad)]
    rest = [name for name in known if name not in wanted][: MAX_LANES - len(wanted)]
    shown = [name for name in known if name in (*wanted, *rest)]
    lanes = []
    for name in shown:
        if name == chosen or len(known) == 1:
            own: list[NodeState | None] = [node.state for node in nodes]
            if name in good:  # what is odd at the layer is another address
                own[0] = "works"
            lanes.append(Lane(name, tuple(own), nodes[0].word))
        elif name in bad:
            lanes.append(Lane(name, ("broken", *(None for _ in nodes[1:])), f"short.tcp.{bad[name]}"))
        else:
            first: NodeState = "works" if name in good else "running" if nodes[0].state == "running" else unknown
            lanes.append(Lane(name, (first, *(None for _ in nodes[1:]))))
    return tuple(lanes), len(known) - len(shown)
