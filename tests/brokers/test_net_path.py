"""Filters, routes and absent machines between a client and its broker, in a network of three namespaces."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.mosquitto import Broker
from tests.support.netlab import CLIENT, SERVER, SERVER6, NetLab
from tests.support.slow_line import FAR, SlowLine

PORT = 5672
URL = f"amqp://{SERVER}:{PORT}"
OWN_OUTPUT = {"place": "client", "chain": "OUTPUT"}


def causes(report: dict[str, Any]) -> dict[str, str]:
    """Id and role of every cause named."""
    return {cause["id"]: cause["role"] for cause in report["causes"]}


def evidence(report: dict[str, Any]) -> str:
    """What was seen for the root cause."""
    return "\n".join(report["causes"][0]["evidence"])


def facts(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for check in report["checks"] for name, value in check["facts"].items()}


def broken_by(report: dict[str, Any], cause: str) -> dict[str, Any]:
    """Asserts the verdict, with evidence and somebody who can act, and gives the facts."""
    assert report["verdict"]["cause"] == cause, json.dumps(report, indent=1)[:6000]
    assert report["verdict"]["status"] == "broken"
    root = report["causes"][0]
    assert root["evidence"]
    assert root["fixes"]
    assert "{" not in json.dumps([root["title"], root["explanation"], *(fix["text"] for fix in root["fixes"])])
    return facts(report)


@pytest.fixture(autouse=True, scope="module")
def _all_icmp_errors(netlab: NetLab) -> None:
    """Linux sends ICMP errors to one address only once a second; tests follow each other faster than that."""
    for place in ("client", "router", "server"):
        limits = ("net.ipv4.icmp_ratelimit=0", "net.ipv4.icmp_msgs_per_sec=10000", "net.ipv6.icmp.ratelimit=0")
        netlab.run(place, "sysctl", "-qw", *limits)


@pytest.fixture
def listening(netlab: NetLab) -> Iterator[Callable[..., socket.socket]]:
    """`listening(port, place="server", backlog=16)`: a socket that never accepts, in one of the namespaces."""
    opened: list[socket.socket] = []

    def listen(port: int, place: str = "server", backlog: int = 16, host: str = "0.0.0.0") -> socket.socket:
        def make() -> socket.socket:
            made = socket.socket()
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((host, port))
            made.listen(backlog)
            return made

        opened.append(netlab.inside(place, make))
        return opened[-1]

    yield listen
    for each in opened:
        each.close()


@contextlib.contextmanager
def route(netlab: NetLab, *words: str) -> Iterator[None]:
    """A route of the client for as long as the block runs."""
    netlab.run("client", "ip", "route", "add", *words)
    try:
        yield
    finally:
        netlab.run("client", "ip", "route", "del", *words)


# -- refused ------------------------------------------------------------------------------------


def test_a_closed_port(netlab: NetLab) -> None:
    report = netlab.diagnose(URL)
    seen = broken_by(report, "net.connection-refused")
    assert causes(report) == {"net.connection-refused": "root"}
    assert seen["tcp.errno"] == 111
    assert seen["tcp.ports_open"] == []
    assert report["duration_ms"] < 3000


def test_a_closed_port_while_another_port_of_the_same_service_is_open(
    netlab: NetLab, listening: Callable[..., socket.socket]
) -> None:
    listening(5671)
    report = netlab.diagnose(URL)
    seen = broken_by(report, "net.connection-refused")
    assert seen["tcp.same_service_open"] == [5671]
    assert "port 5672 does not open, but 5671 does" in evidence(report)


def test_no_broker_port_on_a_machine_that_is_up(netlab: NetLab, listening: Callable[..., socket.socket]) -> None:
    listening(22)
    seen = broken_by(netlab.diagnose(URL), "host.service-not-running")
    assert seen["tcp.ports_open"] == [22]


def test_a_router_that_resets(netlab: NetLab) -> None:
    with netlab.reject(PORT, "tcp-reset"):
        broken_by(netlab.diagnose(URL), "net.connection-refused")


def test_a_router_that_rejects_with_port_unreachable(netlab: NetLab) -> None:
    with netlab.reject(PORT):
        report = netlab.diagnose(URL)
    seen = broken_by(report, "net.connection-refused")
    assert seen["net.icmp_code"] == 3
    assert seen["net.icmp_from"] == "10.77.1.1"
    assert causes(report)["net.firewall-rejected"] == "contributing"
    assert "10.77.1.1 answered" in evidence(report)


# -- unreachable --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code"), [("icmp-admin-prohibited", 13), ("icmp-host-prohibited", 10), ("icmp-host-unreachable", 1)]
)
def test_a_router_that_says_host_unreachable(netlab: NetLab, answer: str, code: int) -> None:
    with netlab.reject(PORT, answer):
        report = netlab.diagnose(URL)
    seen = broken_by(report, "net.host-unreachable")
    assert seen["net.icmp_code"] == code
    assert seen["tcp.failed_ms"] < 1000
    # other ports of the machine answer, so it is a filter whatever the code says
    assert causes(report)["net.firewall-rejected"] == "contributing"


def test_an_ipv6_firewall_that_prohibits(netlab: NetLab) -> None:
    """Linux calls it EACCES, as if this machine itself forbade the connection."""
    rejecting = ("-p", "tcp", "--dport", str(PORT), "-j", "REJECT", "--reject-with", "icmp6-adm-prohibited")
    with netlab.rule(*rejecting, version=6):
        report = netlab.diagnose(f"amqp://[{SERVER6}]:{PORT}")
    seen = broken_by(report, "net.firewall-rejected")
    assert (seen["tcp.errno"], seen["net.icmp_code"], seen["net.local_route"]) == (13, 1, "ok")


def test_a_router_that_says_network_unreachable(netlab: NetLab) -> None:
    with netlab.reject(PORT, "icmp-net-unreachable"):
        broken_by(netlab.diagnose(URL), "net.network-unreachable")


def test_a_machine_that_is_off(netlab: NetLab) -> None:
    report = netlab.diagnose(f"amqp://10.77.2.77:{PORT}")
    seen = broken_by(report, "net.host-unreachable")
    assert 2500 < seen["tcp.failed_ms"] < 5000
    assert seen["tcp.host_answers"] is False
    assert "net.firewall-rejected" not in causes(report)
    assert report["duration_ms"] < 6500


def test_a_machine_of_our_own_subnet_that_is_off(netlab: NetLab) -> None:
    report = netlab.diagnose(f"mqtt://10.77.1.77:{PORT}")
    seen = broken_by(report, "net.host-unreachable")
    assert seen["net.target_is"] == "same-subnet"
    assert seen["net.neighbour"] == "failed"
    assert causes(report)["host.down"] == "contributing"


def test_a_network_without_a_route(netlab: NetLab) -> None:
    netlab.run("client", "ip", "route", "del", "default")
    try:
        report = netlab.diagnose(f"amqp://10.98.0.5:{PORT}")
    finally:
        netlab.run("client", "ip", "route", "add", "default", "via", "10.77.1.1")
    assert broken_by(report, "net.network-unreachable")["net.local_route"] == "none"
    assert report["duration_ms"] < 3000


# -- silence ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "chain"), [("router", "FORWARD"), ("server", "INPUT")])
def test_a_dropped_port(netlab: NetLab, place: str, chain: str) -> None:
    with netlab.rule("-p", "tcp", "--dport", str(PORT), "-j", "DROP", place=place, chain=chain):
        report = netlab.diagnose(URL)
    seen = broken_by(report, "net.connect-timeout")
    assert seen["tcp.host_answers"] is True
    # a trace that goes as the client does ends at the filter, any other one reaches the machine
    assert seen["net.last_hop"] in ("10.77.1.1", SERVER)
    assert "the host answers" in evidence(report)
    assert report["duration_ms"] < 6500


def test_a_dropped_port_next_to_an_open_one(netlab: NetLab, listening: Callable[..., socket.socket]) -> None:
    listening(5671)
    with netlab.drop(PORT):
        report = netlab.diagnose(URL, "--timeout", "2")
    assert broken_by(report, "net.connect-timeout")["tcp.same_service_open"] == [5671]
    assert "5671" in evidence(report)


def test_a_machine_of_which_nothing_comes_back(netlab: NetLab) -> None:
    with netlab.rule("-d", SERVER, "-j", "DROP"):
        report = netlab.diagnose(URL)
    seen = broken_by(report, "net.connect-timeout")
    assert seen["tcp.host_answers"] is False
    assert seen["net.last_hop"] == "10.77.1.1"
    assert "hop 1" in evidence(report)
    assert report["duration_ms"] < 7000


def test_packets_for_a_private_address_that_go_out_to_the_world(netlab: NetLab) -> None:
    """The client's line to its provider has public addresses; beyond it nobody knows 10.200.0.0/16."""
    netlab.run("router", "ip", "addr", "add", "198.51.100.1/24", "dev", "down1")
    netlab.run("client", "ip", "addr", "add", "198.51.100.2/24", "dev", "up0")
    try:
        netlab.run("router", "ip", "route", "add", "10.200.0.0/16", "via", SERVER)
        with (
            route(netlab, "10.200.0.0/16", "via", "198.51.100.1", "src", "198.51.100.2"),
            netlab.rule("-d", "10.200.0.0/16", "-j", "DROP"),
        ):
            report = netlab.diagnose(f"amqp://10.200.0.5:{PORT}", "--timeout", "3")
    finally:
        netlab.run("router", "ip", "route", "del", "10.200.0.0/16", check=False)
        netlab.run("client", "ip", "addr", "del", "198.51.100.2/24", "dev", "up0")
        netlab.run("router", "ip", "addr", "del", "198.51.100.1/24", "dev", "down1")
    seen = broken_by(report, "net.wrong-subnet")
    assert seen["net.hops"] == ["198.51.100.1"]
    assert "public router 198.51.100.1" in evidence(report)


# -- this machine's own doing -------------------------------------------------------------------


@pytest.mark.parametrize("target", ["DROP", "REJECT"])
def test_a_rule_of_our_own(netlab: NetLab, target: str) -> None:
    with netlab.rule("-p", "tcp", "-d", SERVER, "--dport", str(PORT), "-j", target, **OWN_OUTPUT):
        report = netlab.diagnose(URL, "--timeout", "2")
    seen = broken_by(report, "net.local-firewall")
    assert seen["net.local_rule_effect"] == target.lower()
    assert f"--dport {PORT} -j {target}" in evidence(report)
    assert set(causes(report)) == {"net.local-firewall"}


def test_a_rule_of_our_own_in_nftables(netlab: NetLab, tmp_path: Path) -> None:
    rules = tmp_path / "rules.nft"
    rules.write_text(
        "table inet office {\n chain out {\n  type filter hook output priority 0; policy accept;\n"
        f"  ip daddr {SERVER} tcp dport {{ 1883, {PORT} }} drop\n }}\n}}\n"
    )
    netlab.run("client", "nft", "-f", str(rules))
    try:
        report = netlab.diagnose(URL, "--timeout", "2")
    finally:
        netlab.run("client", "nft", "delete", "table", "inet", "office")
    assert "office" in broken_by(report, "net.local-firewall")["net.local_rule"]


def test_a_rule_of_our_own_that_is_for_others_is_not_blamed(netlab: NetLab) -> None:
    with (
        netlab.rule("-p", "tcp", "-d", "10.77.2.3", "--dport", str(PORT), "-j", "DROP", **OWN_OUTPUT),
        netlab.rule("-p", "tcp", "--dport", "5673:5700", "-j", "REJECT", **OWN_OUTPUT),
        netlab.rule("-p", "udp", "--dport", str(PORT), "-j", "DROP", **OWN_OUTPUT),
    ):
        seen = broken_by(netlab.diagnose(URL), "net.connection-refused")
    assert seen["net.local_rule_blocks"] is False


@pytest.mark.parametrize(("kind", "errno"), [("prohibit", 13), ("blackhole", 22), ("unreachable", 113)])
def test_a_blocking_route(netlab: NetLab, kind: str, errno: int) -> None:
    with route(netlab, kind, "10.99.0.0/24"):
        report = netlab.diagnose(f"amqp://10.99.0.5:{PORT}")
    assert broken_by(report, "net.route-blocked-local")["tcp.errno"] == errno
    assert set(causes(report)) == {"net.route-blocked-local"}


def as_many_as_possible() -> list[socket.socket]:
    """Connections to the broker's port until the system has no source port for another one."""
    opened: list[socket.socket] = []
    with contextlib.suppress(OSError):
        while len(opened) < 10:
            opened.append(socket.create_connection((SERVER, PORT), 3))
    return opened


def test_a_machine_without_ipv6(netlab: NetLab) -> None:
    netlab.run("client", "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
    try:
        report = netlab.diagnose(f"amqp://[{SERVER6}]:{PORT}")
    finally:
        netlab.run("client", "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0")
        netlab.run("client", "ip", "-6", "addr", "replace", "fd00:77:1::2/64", "dev", "up0", "nodad")
        netlab.run("client", "ip", "-6", "route", "replace", "default", "via", "fd00:77:1::1")
    broken_by(report, "net.network-unreachable")


def test_a_refusal_that_cannot_come_from_so_far(netlab: NetLab) -> None:
    """What gives a filter away where nobody may read its rules or hear its ICMP errors."""
    with SlowLine(netlab, 0.1), netlab.rule("-p", "tcp", "--dport", str(PORT), "-j", "REJECT", **OWN_OUTPUT):
        seen = broken_by(netlab.diagnose(f"amqp://{FAR}:{PORT}"), "net.local-firewall")
    assert seen["tcp.refused_early"] is True
    assert 190 < seen["tcp.nearest_answer_ms"] < 400


def test_a_refusal_from_far_is_the_hosts_own(netlab: NetLab) -> None:
    with SlowLine(netlab, 0.05):
        seen = broken_by(netlab.diagnose(f"amqp://{FAR}:{PORT}"), "net.connection-refused")
    assert seen["tcp.refused_early"] is False


def test_no_source_port_left(netlab: NetLab, listening: Callable[..., socket.socket]) -> None:
    listening(PORT)
    key = "net.ipv4.ip_local_port_range"
    before = netlab.run("client", "sysctl", "-n", key).stdout.split()
    netlab.run("client", "sysctl", "-qw", f"{key}=50000 50002")
    try:
        held = netlab.inside("client", as_many_as_possible)
        report = netlab.diagnose(URL)
    finally:
        for each in held:
            each.close()
        netlab.run("client", "sysctl", "-qw", f"{key}={' '.join(before)}")
    seen = broken_by(report, "net.ephemeral-ports-exhausted")
    assert seen["host.source_ports"] == 3
    assert seen["host.sockets_to_broker"] == len(held) >= 2
    assert "3 source ports" in evidence(report)


# -- healthy, or healthy but for one thing ------------------------------------------------------


@pytest.fixture
def broker(netlab: NetLab, mosquitto: Callable[..., Broker]) -> Broker:
    """Mosquitto on the server, at 10.77.2.2 and its IPv6 address."""
    return mosquitto(namespace=netlab.names["server"])


def test_a_healthy_broker_across_the_router(netlab: NetLab, broker: Broker) -> None:
    report = netlab.diagnose(broker.url(host=SERVER))
    assert (report["verdict"]["status"], report["causes"]) == ("healthy", [])
    assert facts(report)["tcp.round_trip_ms"] < 100


def test_a_healthy_broker_with_both_kinds_of_addresses(netlab: NetLab, broker: Broker) -> None:
    report = netlab.diagnose(broker.url(host="both.lab"))
    assert (report["verdict"]["status"], report["causes"]) == ("healthy", [])
    assert facts(report)["tcp.connected_count"] == 2


def test_ipv6_that_goes_nowhere(netlab: NetLab, broker: Broker) -> None:
    with netlab.rule("-p", "tcp", "-j", "DROP", version=6):
        report = netlab.diagnose(broker.url(host="both.lab"))
    assert (report["verdict"]["status"], report["verdict"]["cause"]) == ("degraded", "net.ipv6-broken")
    assert set(causes(report)) == {"net.ipv6-broken"}
    assert facts(report)["tcp.ipv6_result"] == "timed-out"
    # the broker itself was not kept waiting for the dead address
    connected = next(check for check in report["checks"] if check["id"] == "tcp.connect")
    assert connected["duration_ms"] < 1000


def test_no_ipv6_route(netlab: NetLab, broker: Broker) -> None:
    netlab.run("client", "ip", "-6", "route", "del", "default")
    try:
        report = netlab.diagnose(broker.url(host="both.lab"))
    finally:
        netlab.run("client", "ip", "-6", "route", "add", "default", "via", "fd00:77:1::1")
    assert (report["verdict"]["status"], report["verdict"]["cause"]) == ("degraded", "net.ipv6-broken")
    assert facts(report)["tcp.ipv6_result"] == "network-unreachable"


def test_every_other_packet_lost(netlab: NetLab, broker: Broker) -> None:
    every_other = ("-m", "statistic", "--mode", "nth", "--every", "2", "--packet", "0")
    with netlab.rule("-p", "tcp", "--dport", str(broker.port), *every_other, "-j", "DROP"):
        report = netlab.diagnose(broker.url(host=SERVER))
    assert (report["verdict"]["status"], report["verdict"]["cause"]) == ("degraded", "net.packet-loss")
    assert facts(report)["tcp.slow_connects"] > 0
    assert evidence(report)


# -- this machine is the broker's ---------------------------------------------------------------


def test_mosquitto_in_local_only_mode_on_our_own_machine(netlab: NetLab, mosquitto: Callable[..., Broker]) -> None:
    """Without a listener in its configuration Mosquitto 2 takes 127.0.0.1 only."""
    mosquitto("allow_anonymous true\n", {}, namespace=netlab.names["client"], ports={"port": 1883})
    report = netlab.diagnose(f"mqtt://{CLIENT}:1883")
    seen = broken_by(report, "mqtt.local-only-mode")
    assert set(seen["host.listener_addresses"]) <= {"127.0.0.1", "::1"}
    assert seen["host.listener_process"] == "mosquitto"
    assert causes(report) == {"mqtt.local-only-mode": "root"}


def test_a_loopback_listener_on_our_own_machine(netlab: NetLab, mosquitto: Callable[..., Broker]) -> None:
    """Dialled by the address that others use."""
    mosquitto("listener {port} 127.0.0.1\n", namespace=netlab.names["client"], ports={"port": 1883})
    report = netlab.diagnose(f"mqtt://{CLIENT}:1883")
    seen = broken_by(report, "net.loopback-only-listener")
    assert seen["host.listener_addresses"] == ["127.0.0.1"]
    assert causes(report) == {"net.loopback-only-listener": "root"}


def test_a_loopback_listener_elsewhere_is_only_suspected(netlab: NetLab, mosquitto: Callable[..., Broker]) -> None:
    mosquitto("listener {port} 127.0.0.1\n", namespace=netlab.names["server"], ports={"port": 1883})
    report = netlab.diagnose(f"mqtt://{SERVER}:1883")
    broken_by(report, "net.connection-refused")
    assert "net.loopback-only-listener" not in causes(report)


def test_a_very_long_way(netlab: NetLab, broker: Broker) -> None:
    with SlowLine(netlab, 0.2):
        report = netlab.diagnose(broker.url(host=FAR))
    assert (report["verdict"]["status"], report["verdict"]["cause"]) == ("degraded", "net.high-latency")
    assert 390 < facts(report)["tcp.round_trip_ms"] < 800
    assert facts(report)["tcp.round_trips"] == 3
    assert "Round trip" in evidence(report)
