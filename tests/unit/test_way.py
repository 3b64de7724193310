"""The way to the broker: layers in order, a lane for each address, and the first place where it breaks."""

from __future__ import annotations

import pytest

from mqassist.core.facts import Fact
from mqassist.knowledge.texts import LANGUAGES, Language, Texts
from mqassist.report.presented import Presented, PresentedCheck
from mqassist.report.way import MAX_LANES, drawn, way_of
from mqassist.steps import load_steps

AMQPS: dict[str, str | int | bool | None] = {"protocol": "amqp", "tls": True, "host": "mq.example.com"}


def seen(
    probe: str, layer: str, status: str = "passed", why: str = "", took: float = 1.0, **facts: Fact
) -> PresentedCheck:
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return PresentedCheck(probe, probe, layer, layer, status, 0.0, took, "", why, (), named, "")


REST = (
    seen("amqp.rights", "permissions", "skipped", why="Not reached"),
    seen("amqp.heartbeat", "heartbeat", "skipped", why="Not reached"),
)


def report(*checks: PresentedCheck, endpoint: dict[str, str | int | bool | None] | None = None) -> Presented:
    return Presented(
        "en", "r", "1", "", 1.0, "", endpoint or AMQPS, "broken", "broken", "", "", True, "", None, (), (), (), (), (),
        checks, (),
    )  # fmt: skip


DNS = seen("dns.resolve", "dns", dns__result="ok", dns__addresses=("203.0.113.21", "203.0.113.22"))
TCP = seen(
    "tcp.connect", "network", took=12.0, tcp__result="connected", tcp__address="203.0.113.21",
    tcp__connected_addresses=("203.0.113.21", "203.0.113.22"), tcp__failed_addresses=(), tcp__failed_kinds=(),
)  # fmt: skip


def test_it_breaks_at_tls_and_says_how() -> None:
    way = way_of(report(DNS, TCP, seen("tls.handshake", "tls", "failed", tls__verify="hostname-mismatch"), *REST))
    assert [node.kind for node in way.nodes] == [
        "you", "dns", "network", "tls", "protocol", "auth", "permissions", "heartbeat",
    ]  # fmt: skip
    assert [node.state for node in way.nodes] == ["works", "works", "works", "broken", *["not-reached"] * 4]
    assert way.broken_at == "tls"
    assert way.lane_nodes[1].word == "short.verify.hostname-mismatch"
    assert [lane.address for lane in way.lanes] == ["203.0.113.21", "203.0.113.22"]
    # the run went on with the first address: nothing is claimed of TLS on the other one
    assert [lane.nodes for lane in way.lanes] == [("works", "broken"), ("works", None)]


def test_a_dead_address_has_a_lane_that_ends() -> None:
    tcp = seen(
        "tcp.connect", "network", tcp__address="198.51.100.41", tcp__connected_addresses=("198.51.100.41",),
        tcp__failed_addresses=("198.51.100.43",), tcp__failed_kinds=("timed-out",),
    )  # fmt: skip
    way = way_of(report(tcp, endpoint={"protocol": "mqtt", "tls": False}))
    assert [node.kind for node in way.lane_nodes] == ["network"]
    assert [(lane.address, lane.nodes, lane.word) for lane in way.lanes] == [
        ("198.51.100.41", ("works",), ""),
        ("198.51.100.43", ("broken",), "short.tcp.timed-out"),
    ]


def test_of_many_addresses_the_chosen_and_the_first_dead_one_are_shown() -> None:
    many = tuple(f"192.0.2.{number}" for number in range(1, 10))
    tcp = seen(
        "tcp.connect", "network", tcp__address=many[7], tcp__connected_addresses=many[:8],
        tcp__failed_addresses=(many[8],), tcp__failed_kinds=("refused",),
    )  # fmt: skip
    way = way_of(report(tcp))
    assert len(way.lanes) == MAX_LANES
    assert way.hidden == len(many) - MAX_LANES
    assert {many[7], many[8]} <= {lane.address for lane in way.lanes}


def test_a_layer_that_was_gone_through_works_even_if_nobody_looked_at_it() -> None:
    connack = seen("mqtt.connect", "auth", "failed", mqtt__connect_outcome="refused", login__result="refused")
    way = way_of(report(DNS, TCP, connack, endpoint={"protocol": "mqtt", "tls": False}))
    states = {node.kind: node.state for node in way.nodes}
    assert states["protocol"] == "works"
    assert states["auth"] == "broken"
    assert next(node.word for node in way.after if node.kind == "auth") == "short.login.refused"


def test_what_nobody_was_asked_to_look_at_is_no_part_of_the_picture() -> None:
    assert [node.kind for node in way_of(report(DNS, TCP)).nodes][-1] == "auth"
    assert [node.kind for node in way_of(report(DNS, TCP, *REST)).nodes][-1] == "heartbeat"


def test_a_deciding_probe_does_not_break_the_way() -> None:
    second = seen("tcp.other_ports", "network", "failed", why="because")
    assert {node.kind: node.state for node in way_of(report(DNS, TCP, second)).nodes}["network"] == "works"


def test_a_crash_of_ours_is_no_break() -> None:
    crash = PresentedCheck("tls.handshake", "", "tls", "", "failed", 0.0, 1.0, "", "", (), {}, "Traceback")
    assert {node.kind: node.state for node in way_of(report(DNS, TCP, crash)).nodes}["tls"] == "undecided"


def test_through_a_proxy_there_is_no_name_and_no_tcp_of_ours() -> None:
    way = way_of(report(seen("proxy.connect", "proxy", "failed", proxy__result="denied")))
    assert [node.kind for node in way.nodes][:3] == ["you", "proxy", "tls"]
    assert way.lane_nodes[0].word == "short.proxy.denied"


def test_while_it_runs_the_rest_waits() -> None:
    states = {"dns.resolve": "works", "tcp.connect": "running", "tls.handshake": "waiting"}
    layers = {"dns.resolve": "dns", "tcp.connect": "network", "tls.handshake": "tls", "amqp.login": "auth"}
    way = drawn(AMQPS, (DNS,), states, ended=False, layers=layers)  # type: ignore[arg-type]  # plain words
    assert [node.state for node in way.nodes] == ["works", "works", "running", *["waiting"] * 3]
    assert [lane.nodes[0] for lane in way.lanes] == ["running", "running"]


def test_the_greeting_of_mqtt_is_under_way_while_its_login_is() -> None:
    states = {"dns.resolve": "works", "tcp.connect": "works", "mqtt.connect": "running"}
    layers = {"dns.resolve": "dns", "tcp.connect": "network", "mqtt.connect": "auth"}
    target = {"protocol": "mqtt", "scheme": "mqtt", "host": "h", "tls": False, "transport": "tcp"}
    way = drawn(target, (DNS,), states, ended=False, layers=layers)  # type: ignore[arg-type]  # plain words
    assert {node.kind: node.state for node in way.nodes}["protocol"] == "running"
    way = drawn(target, (DNS,), states | {"mqtt.connect": "waiting"}, ended=False, layers=layers)  # type: ignore[arg-type]
    assert {node.kind: node.state for node in way.nodes}["protocol"] == "waiting"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_break_has_its_words(language: Language) -> None:
    keys = Texts(language).keys()
    tables = {
        "dns.result": "short.dns", "proxy.result": "short.proxy", "tcp.result": "short.tcp",
        "tls.verify": "short.verify", "tls.result": "short.tls", "websocket.result": "short.websocket",
        "login.result": "short.login", "first.end": "short.first",
    }  # fmt: skip
    fine = {"ok", "literal", "open", "accepted", "disabled"}
    specs = {spec.name: spec for step in load_steps() for spec in step.load().gives if spec.name in tables}
    assert set(specs) == set(tables)
    for name, table in tables.items():
        missing = {f"{table}.{choice}" for choice in specs[name].choices if choice not in fine} - keys
        assert missing == set()
