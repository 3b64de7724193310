"""Paths, ports and names that look the same to a client, row by row: each situation comes out as its own cause,
and the probe that decides says why it ran."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.haproxy import Proxy
from tests.support.look_alikes import assert_no_second_look, black_hole, tell_apart, told
from tests.support.mosquitto import Broker
from tests.support.netlab import SERVER, NetLab
from tests.support.pki import Pki
from tests.support.rabbitmq import RabbitNode
from tests.support.tls import mosquitto_listener

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Nodes = Callable[..., RabbitNode]
Mosquitto = Callable[..., Broker]
Balancers = Callable[..., Proxy]
Json = dict[str, Any]

URL = f"amqp://{SERVER}:5672"


@contextmanager
def listening(netlab: NetLab, port: int) -> Iterator[None]:
    """Somebody who never accepts, on the server."""
    with netlab.inside("server", lambda: socket.create_server((SERVER, port))):
        yield


def inspected(netlab: NetLab, port: int, read: str, *answer: str) -> AbstractContextManager[None]:
    """A filter on the router that reads contents: bytes of iptables' --hex-string, and what it does then."""
    rule = ("-p", "tcp", "--dport", str(port), "-m", "string", "--algo", "bm", "--hex-string", read, "-j", *answer)
    return netlab.rule(*rule)


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


# -- rows 8 and 9: the first packet is not answered --------------------------------------------------


MOSQUITTO_BACKLOG = 100
"""What Mosquitto gives to listen(2)."""


@contextmanager
def waiting(port: int, count: int) -> Iterator[None]:
    """So many connections that a program which hangs has not accepted."""
    with ExitStack() as stack:
        for _ in range(count):
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        yield


def test_row_8_a_first_packet_without_an_answer(rabbitmq: RabbitNode, mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    def frozen_with(count: int) -> Report:
        broker = mosquitto("listener {port} 127.0.0.1\nallow_anonymous true\n", passwords={})
        with frozen(broker.process.pid), waiting(broker.port, count):
            return diagnose(f"mqtt://127.0.0.1:{broker.port}", timeout=1.5)

    stopped, nearly, full = (frozen_with(count) for count in (0, MOSQUITTO_BACKLOG, MOSQUITTO_BACKLOG + 20))
    found = tell_apart("", {"net.accepted-but-silent": stopped, "net.backlog-full": nearly})
    assert all(seen.why["tcp.parallel"] for seen in found.values())
    over = told(full)
    assert (over.cause, over.facts["tcp.result"]) == ("net.backlog-full", "timed-out")
    assert over.facts["host.accept_waiting"] > MOSQUITTO_BACKLOG
    assert over.why["host.listeners"]
    assert found["net.accepted-but-silent"].facts["host.listener_stopped"] is True
    assert "cluster.alarm-mqtt" not in found["net.accepted-but-silent"].named
    other = told(diagnose(rabbitmq.url("mqtt", port=rabbitmq.ports["stomp"]), timeout=2.0))
    assert other.cause == "proto.stomp-or-stream-port"
    assert other.why["protocol.identify"]
    assert_no_second_look(diagnose(rabbitmq.url("mqtt", host="127.0.0.1")))


def test_row_9_a_handshake_that_dies_after_the_client_hello(netlab: NetLab, rabbitmq: RabbitNode, pki: Pki) -> None:
    for name in ("amqp", "amqps"):
        netlab.publish(rabbitmq.ports[name], rabbitmq.ports[name])
    options = ("--ca", str(pki.ca), "--server-name", "localhost", "--timeout", "3")
    url = rabbitmq.url("amqps", host=SERVER)
    with black_hole(netlab):
        lost = netlab.diagnose(url, *options)
    with frozen(rabbitmq.pid):
        silent = netlab.diagnose(url, *options)
    plain = netlab.diagnose(rabbitmq.url("amqps", host=SERVER, port=rabbitmq.amqp), *options)
    with inspected(netlab, rabbitmq.amqps, "|16 03 01|", "DROP"):
        swallowed = netlab.diagnose(url, *options)
    found = tell_apart("", {
        "net.mtu-blackhole": lost, "tls.handshake-timeout": silent, "proto.tls-to-plaintext-port": plain,
        "net.dpi-reset": swallowed,
    })  # fmt: skip
    assert found["net.dpi-reset"].why["tcp.small_segments"]
    assert found["net.dpi-reset"].why["protocol.identify"]
    assert found["net.mtu-blackhole"].why["tcp.small_segments"]
    assert found["net.mtu-blackhole"].facts["tcp.small_segments_answered"] is True
    assert found["tls.handshake-timeout"].facts["tcp.small_segments_answered"] is False
    assert "tcp.small_segments" not in found["proto.tls-to-plaintext-port"].why
    assert_no_second_look(netlab.diagnose(url, *options))


# -- rows 13 to 15: the port does not open -----------------------------------------------------------


@pytest.fixture
def stopped_elsewhere(netlab: NetLab, rabbitmq_node: Nodes) -> Iterator[None]:
    """A RabbitMQ whose Erlang machine runs without its broker, on the server's usual ports."""
    node = rabbitmq_node(plugins=("rabbitmq_management",))
    node.ctl("stop_app")
    netlab.publish(4369, node.epmd)
    netlab.publish(node.dist, node.dist)
    netlab.publish(25672, node.dist)
    yield
    node.ctl("start_app", check=False)


def test_row_13_refused(netlab: NetLab, request: pytest.FixtureRequest) -> None:
    with listening(netlab, 22):
        down = netlab.diagnose(URL)
    with netlab.rule("-p", "tcp", "-d", SERVER, "--dport", "5672", "-j", "REJECT", place="client", chain="OUTPUT"):
        ours = netlab.diagnose(URL)
    with netlab.reject(5672):
        router = netlab.diagnose(URL)
    nobody = netlab.diagnose(URL)
    request.getfixturevalue("stopped_elsewhere")
    idle = netlab.diagnose(URL)
    found = tell_apart("tcp.other_ports", {
        "host.service-not-running": down,
        "net.local-firewall": ours,
        "net.connection-refused": nobody,
        "net.connection-refused#by the router": router,
        "host.app-stopped": idle,
    })  # fmt: skip
    assert "net.firewall-rejected" in found["net.connection-refused#by the router"].named
    assert all(seen.why["net.firewall"] for seen in found.values())


def test_row_14_timed_out(netlab: NetLab, mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    with netlab.drop(5672):
        filtered = netlab.diagnose(URL, "--timeout", "2")
    with netlab.rule("-d", SERVER, "-j", "DROP"):
        silent = netlab.diagnose(URL, "--timeout", "2")
    with netlab.rule("-p", "tcp", "-d", SERVER, "--dport", "5672", "-j", "DROP", place="client", chain="OUTPUT"):
        ours = netlab.diagnose(URL, "--timeout", "2")
    broker = mosquitto("listener {port} 127.0.0.1\nallow_anonymous true\n", passwords={})
    with frozen(broker.process.pid), waiting(broker.port, MOSQUITTO_BACKLOG + 20):
        full = diagnose(f"mqtt://127.0.0.1:{broker.port}", timeout=1.5)
    found = tell_apart("", {
        "net.connect-timeout#a filter": filtered, "net.local-firewall": ours, "net.backlog-full": full,
    })  # fmt: skip
    away = told(silent)
    # one cause, two stories: which of them it is stands in its evidence and in who else answers
    assert away.cause == "net.connect-timeout"
    assert (away.facts["tcp.host_answers"], found["net.connect-timeout#a filter"].facts["tcp.host_answers"]) == (
        False, True,
    )  # fmt: skip
    for seen in (away, found["net.connect-timeout#a filter"], found["net.local-firewall"]):
        assert seen.why["tcp.other_ports"]
    assert found["net.backlog-full"].why["host.listeners"]
    # from another machine a full queue looks like a filter: left open, with what would settle it
    assert found["net.connect-timeout#a filter"].undecided["net.backlog-full"]


def test_row_15_host_unreachable(netlab: NetLab) -> None:
    with netlab.reject(5672, "icmp-host-unreachable"):
        filtered = netlab.diagnose(URL)
    found = tell_apart("tcp.other_ports", {
        "net.host-unreachable#a filter": filtered,
        "net.host-unreachable#off": netlab.diagnose("amqp://10.77.1.77:5672"),
    })  # fmt: skip
    assert "net.firewall-rejected" in found["net.host-unreachable#a filter"].named
    assert "host.down" in found["net.host-unreachable#off"].named
    assert found["net.host-unreachable#a filter"].facts["tcp.failed_ms"] < 1000
    assert found["net.host-unreachable#off"].facts["tcp.failed_ms"] > 2500


# -- rows 16 and 17: closed at once ------------------------------------------------------------------


def test_row_16_a_reset_on_the_first_bytes(
    netlab: NetLab, rabbitmq: RabbitNode, rabbitmq_node: Nodes, mosquitto: Mosquitto, pki: Pki, diagnose: Diagnose
) -> None:
    expecting = rabbitmq_node("proxy_protocol = true\nmqtt.proxy_protocol = true")
    netlab.publish(rabbitmq.amqp, rabbitmq.amqp)
    with inspected(netlab, rabbitmq.amqp, "AMQP", "REJECT", "--reject-with", "tcp-reset"):
        cut = netlab.diagnose(rabbitmq.url(host=SERVER))
    with inspected(netlab, rabbitmq.amqp, "AMQP", "DROP"):
        swallowed = told(netlab.diagnose(rabbitmq.url(host=SERVER), "--timeout", "1.5"))
    assert (swallowed.cause, swallowed.facts["first.end"]) == ("net.dpi-reset", "silent")
    plain, secure = mosquitto(), mosquitto(mosquitto_listener(pki.server))
    tell_apart("protocol.identify", {
        "proto.proxy-protocol-expected": diagnose(expecting.url("amqp"), timeout=2.0),
        "proto.amqp-to-mqtt-port": diagnose(plain.url("amqp"), timeout=2.0),
        "net.dpi-reset": cut,
        "proto.plaintext-to-tls-port": diagnose(secure.url("mqtt"), timeout=2.0),
    })  # fmt: skip


def refused_by_tcpd(netlab: NetLab, mosquitto: Mosquitto) -> Json:
    """Mosquitto on the server asks libwrap: its hosts.deny stands there alone."""
    denied = Path("/etc/netns") / netlab.names["server"] / "hosts.deny"
    denied.parent.mkdir(parents=True, exist_ok=True)
    denied.write_text("mosquitto: ALL\n")
    try:
        broker = mosquitto("listener {port}\nallow_anonymous true\n", passwords={}, namespace=netlab.names["server"])
        return netlab.diagnose(broker.url(user="", host=SERVER), "--log", str(broker.log))
    finally:
        denied.unlink()


def test_row_17_closed_before_a_word(
    netlab: NetLab, rabbitmq: RabbitNode, mosquitto: Mosquitto, haproxy: Balancers, diagnose: Diagnose
) -> None:
    import psutil

    from tests.brokers.test_mqtt_mosquitto import connected as held

    empty = haproxy(f"listen dead\n    bind :::{{port}} v4v6\n    server one 127.0.0.1:{rabbitmq.mqtt} disabled\n")
    crowded = mosquitto("listener {port}\nallow_anonymous true\nmax_connections 1\n", passwords={})
    with held(crowded.port):
        limited = diagnose(crowded.url(user=""))
        logged = diagnose(crowded.url(user=""), logs=(str(crowded.log),))
    starved = mosquitto()
    process = psutil.Process(starved.process.pid)
    process.rlimit(psutil.RLIMIT_NOFILE, (process.num_fds(), process.num_fds()))
    found = tell_apart("mqtt.connect_again", {
        "proxy.no-backend": diagnose(rabbitmq.url("mqtt", port=empty.port)),
        "mqtt.tcp-wrapper": refused_by_tcpd(netlab, mosquitto),
        "host.fd-limit": diagnose(starved.url(), timeout=2.0),
        "[mqtt.connection-limit]": limited,
        "mqtt.max-connections": logged,
    })  # fmt: skip
    assert found["[mqtt.connection-limit]"].cause == "net.closed-on-accept"


# -- row 18: ended after being idle ------------------------------------------------------------------


def test_row_18_ended_after_being_idle(
    netlab: NetLab, rabbitmq: RabbitNode, haproxy: Balancers, mosquitto: Mosquitto, diagnose: Diagnose
) -> None:
    from tests.brokers.test_mqtt_held import rival

    broker = mosquitto("listener {port}\nallow_anonymous true\n", passwords={})
    idle = "timeout client 1500ms\n timeout server 1500ms\n"
    proxy = haproxy(f"listen mqtt\n bind :::{{port}} v4v6\n {idle} server broker 127.0.0.1:{broker.port}\n")
    cut = diagnose(f"mqtt://localhost:{proxy.port}", observe=4, client_id="pump-7")
    with rival(broker.port, "pump-7"):
        clash = diagnose(broker.url(user=""), client_id="pump-7", observe=6)
    netlab.publish(rabbitmq.amqp, rabbitmq.amqp)
    settings = {"nf_conntrack_tcp_timeout_established": ("2", "432000"), "nf_conntrack_tcp_loose": ("0", "1")}
    with ExitStack() as stack:
        stack.enter_context(netlab.rule("-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP"))
        for name, (value, after) in settings.items():
            netlab.run("router", "sysctl", "-qw", f"net.netfilter.{name}={value}")
            stack.callback(netlab.run, "router", "sysctl", "-qw", f"net.netfilter.{name}={after}")
        forgotten = netlab.diagnose(
            rabbitmq.url("amqp", host=SERVER), "--heartbeat", "0", "--observe", "4", "--timeout", "2"
        )
    found = tell_apart("", {
        "heartbeat.idle-cut": cut, "mqtt.client-id-collision": clash, "heartbeat.idle-cut-silently": forgotten,
    })  # fmt: skip
    assert found["heartbeat.idle-cut"].why["mqtt.random_id"]
    assert found["heartbeat.idle-cut"].why["mqtt.idle_second"]
    assert found["mqtt.client-id-collision"].why["mqtt.random_id"]
    assert_no_second_look(diagnose(broker.url(user=""), observe=2))


# -- rows 21 and 22: names ---------------------------------------------------------------------------


def named(netlab: NetLab, host: str) -> Json:
    return netlab.diagnose(f"mqtt://{host}:1883", "--timeout", "3")


def test_row_21_gaierror_minus_3(netlab: NetLab) -> None:
    netlab.stop_dns()
    try:
        closed = named(netlab, "broker.lab")
    finally:
        netlab.start_dns()
    with netlab.drop(53, "udp"), netlab.drop(53):
        silent = named(netlab, "broker.lab")
    found = tell_apart("dns.servers", {
        "dns.resolver-timeout": silent,
        # dnsmasq has nobody to ask about names that are not its own
        "dns.server-failure": named(netlab, "broker.example"),
    })  # fmt: skip
    shut = told(closed)
    assert (shut.cause, shut.facts["dns.closed_count"]) == ("dns.server-failure", 1)
    assert found["dns.server-failure"].facts["dns.server_words"] == ["REFUSED"]


def test_row_22_gaierror_minus_2(netlab: NetLab) -> None:
    netlab.start_dns("--txt-record=txt.lab,hello")
    try:
        empty = named(netlab, "txt.lab")
    finally:
        netlab.start_dns()
    found = tell_apart("", {
        "dns.name-not-found": named(netlab, "nx.lab"),
        "dns.no-address-record": empty,
        "input.host-has-scheme-or-path": netlab.diagnose("mqtt://http://broker.lab", "--timeout", "2"),
    })  # fmt: skip
    assert found["dns.name-not-found"].why["dns.servers"]
    assert found["dns.name-not-found"].facts["dns.server_words"] == ["NXDOMAIN"]
