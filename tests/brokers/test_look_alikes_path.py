"""Paths, ports, names and TLS that look the same to a client, row by row: each situation comes out as its own cause,
and the probe that decides says why it ran."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.haproxy import Proxy
from tests.support.look_alikes import Told, assert_no_second_look, black_hole, tell_apart, told
from tests.support.mosquitto import Broker
from tests.support.names import Answer
from tests.support.netlab import SERVER, NetLab
from tests.support.peer import Peer, fin, read_until, send
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
STRICT = "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\n"


@contextmanager
def listening(netlab: NetLab, port: int) -> Iterator[None]:
    """Somebody who never accepts, on the server."""
    with netlab.inside("server", lambda: socket.create_server((SERVER, port))):
        yield


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


# -- rows 8 and 9: the first packet is not answered --------------------------------------------------


def test_row_8_a_first_packet_without_an_answer(
    rabbitmq: RabbitNode, mosquitto: Mosquitto, free_port: Callable[[], int], diagnose: Diagnose
) -> None:
    broker = mosquitto()
    with frozen(broker.process.pid):
        stopped = diagnose(broker.url(), timeout=2.0)
    with socket.create_server(("127.0.0.1", free_port()), backlog=0) as crowded:
        full = diagnose(f"mqtt://127.0.0.1:{crowded.getsockname()[1]}", timeout=2.0)
    found = tell_apart("tcp.parallel", {
        "net.accepted-but-silent": stopped,
        "net.backlog-full": full,
    })  # fmt: skip
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
    found = tell_apart("", {
        "net.mtu-blackhole": lost, "tls.handshake-timeout": silent, "proto.tls-to-plaintext-port": plain,
    })  # fmt: skip
    assert found["net.mtu-blackhole"].why["tcp.small_segments"]
    assert found["net.mtu-blackhole"].facts["tcp.small_segments_answered"] is True
    assert found["tls.handshake-timeout"].facts["tcp.small_segments_answered"] is False
    assert "tcp.small_segments" not in found["proto.tls-to-plaintext-port"].why
    assert_no_second_look(netlab.diagnose(url, *options))


# -- rows 10 to 12: certificates ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def strict(rabbitmq_node: Nodes) -> RabbitNode:
    return rabbitmq_node(STRICT, ("rabbitmq_management", "rabbitmq_mqtt"))


def test_row_10_tls_1_3_that_succeeds_and_is_closed(strict: RabbitNode, pki: Pki, diagnose: Diagnose) -> None:
    def with_certificate(name: str, **more: Any) -> Report:
        identity = pki.identity(name)
        return diagnose(strict.url("amqps"), ca=pki.ca, cert=identity.cert, key=identity.key, **more)

    found = tell_apart("tls.client_certificate", {
        "tls.client-certificate-required": diagnose(strict.url("amqps"), ca=pki.ca),
        "tls.client-certificate-rejected": with_certificate("client-unknown-ca"),
        "tls.client-certificate-expired": with_certificate("client-expired"),
        "tls.client-certificate-wrong-purpose": with_certificate("client-wrong-purpose"),
    })  # fmt: skip
    assert {seen.facts["tls.version"] for seen in found.values()} == {"TLSv1.3"}
    closed = told(with_certificate("client", password="wrong"))
    assert closed.cause == "auth.bad-credentials"
    assert "tls.client_certificate" not in closed.why
    assert_no_second_look(with_certificate("client"))


def test_row_11_expired_or_our_clock(
    rabbitmq: RabbitNode, pki: Pki, mosquitto: Mosquitto, scripted_peer: Callable[..., Peer], diagnose: Diagnose
) -> None:
    date = b"HTTP/1.1 200 OK\r\nDate: Mon, 06 Jan 2020 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"
    clock = scripted_peer([read_until(b"\r\n\r\n"), send(date), fin()])
    leaf, chain, early = (mosquitto(mosquitto_listener(pki.identity(name), "ciphers DEFAULT:@SECLEVEL=0"))
                          for name in ("expired", "ca-expired", "not-yet-valid"))  # fmt: skip
    api = f"http://localhost:{rabbitmq.management}"
    expired_root = pki.identity("ca-expired").ca
    found = tell_apart("tls.clock", {
        "tls.certificate-expired": diagnose(leaf.url("mqtts"), ca=pki.ca, management=api),
        "tls.ca-expired": diagnose(chain.url("mqtts"), ca=expired_root, management=api),
        "tls.certificate-not-yet-valid": diagnose(early.url("mqtts"), ca=pki.ca, management=api),
        "tls.clock-skew": diagnose(leaf.url("mqtts"), ca=pki.ca, management=f"http://localhost:{clock.port}"),
        "[tls.clock-skew]": diagnose(leaf.url("mqtts"), ca=pki.ca),
    })  # fmt: skip
    assert "tls.clock-skew" not in found["tls.certificate-expired"].undecided


def test_row_12_unable_to_get_local_issuer(pki: Pki, mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    def shown(name: str) -> Report:
        identity = pki.identity(name)
        return diagnose(mosquitto(mosquitto_listener(identity)).url("mqtts"), ca=identity.ca)

    found = tell_apart("tls.certificate", {
        "tls.unknown-ca": shown("unknown-ca"),
        "tls.incomplete-chain": shown("intermediate-missing"),
        "proxy.tls-interception": shown("intercepted"),
        "tls.self-signed": shown("self-signed"),
        "tls.root-missing-partial": shown("partial-root"),
    })  # fmt: skip
    assert found["tls.incomplete-chain"].facts["tls.gap"] == "intermediate"
    assert_no_second_look(shown("server"))


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


def test_row_14_timed_out(netlab: NetLab, free_port: Callable[[], int], diagnose: Diagnose) -> None:
    with netlab.drop(5672):
        filtered = netlab.diagnose(URL, "--timeout", "2")
    with netlab.rule("-d", SERVER, "-j", "DROP"):
        silent = netlab.diagnose(URL, "--timeout", "2")
    with netlab.rule("-p", "tcp", "-d", SERVER, "--dport", "5672", "-j", "DROP", place="client", chain="OUTPUT"):
        ours = netlab.diagnose(URL, "--timeout", "2")
    with socket.create_server(("127.0.0.1", free_port()), backlog=0) as crowded:
        full = diagnose(f"amqp://127.0.0.1:{crowded.getsockname()[1]}", timeout=2.0)
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
    assert found["net.backlog-full"].why["tcp.parallel"]


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
    reading = ("-m", "string", "--algo", "bm", "--string", "AMQP", "-j", "REJECT", "--reject-with", "tcp-reset")
    with netlab.rule("-p", "tcp", "--dport", str(rabbitmq.amqp), *reading):
        inspected = netlab.diagnose(rabbitmq.url(host=SERVER))
    plain, secure = mosquitto(), mosquitto(mosquitto_listener(pki.server))
    tell_apart("protocol.identify", {
        "proto.proxy-protocol-expected": diagnose(expecting.url("amqp"), timeout=2.0),
        "proto.amqp-to-mqtt-port": diagnose(plain.url("amqp"), timeout=2.0),
        "net.dpi-reset": inspected,
        "proto.plaintext-to-tls-port": diagnose(secure.url("mqtt"), timeout=2.0),
    })  # fmt: skip


def test_row_17_closed_before_a_word(
    rabbitmq: RabbitNode, mosquitto: Mosquitto, haproxy: Balancers, diagnose: Diagnose
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


def named(netlab: NetLab, host: str, answers: dict[str, Answer] | None = None) -> Json:
    if answers is None:
        return netlab.diagnose(f"mqtt://{host}:1883", "--timeout", "3")
    with netlab.name_server(answers):
        return netlab.diagnose(f"mqtt://{host}:1883", "--timeout", "3")


def test_row_21_gaierror_minus_3(netlab: NetLab) -> None:
    netlab.stop_dns()
    try:
        closed = named(netlab, "broker.lab")
    finally:
        netlab.start_dns()
    found = tell_apart("dns.servers", {
        "dns.resolver-timeout": named(netlab, "broker.lab", {"*": Answer(silent=True)}),
        "dns.server-failure": named(netlab, "broker.lab", {"*": Answer(rcode="REFUSED")}),
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


# -- rows 23 and 25: TLS words that mislead ----------------------------------------------------------


def test_row_23_bad_record_mac_in_the_log(rabbitmq: RabbitNode, pki: Pki, diagnose: Diagnose) -> None:
    """OTP 25 writes so when a TLS 1.3 client refused its certificate: the client's own reason stands."""
    logs = (str(rabbitmq.log),)
    refused = diagnose(rabbitmq.url("amqps"), ca=pki.identity("unknown-ca").ca.parent / "none", logs=logs)
    other = pki.identity("self-signed").cert
    found = told(diagnose(rabbitmq.url("amqps"), ca=other, logs=logs))
    assert told(refused).cause == "tls.file-unreadable"
    assert found.cause == "tls.unknown-ca"
    assert "tls.no-shared-cipher" not in found.named
    assert found.why["tls.certificate"]


def test_row_25_wrong_version_number(
    rabbitmq: RabbitNode, mosquitto: Mosquitto, pki: Pki, diagnose: Diagnose
) -> None:
    def dialled(scheme: str, port: str) -> Report:
        return diagnose(rabbitmq.url(scheme, port=rabbitmq.ports[port]), ca=pki.ca, timeout=2.0)

    found = tell_apart("protocol.identify", {
        "proto.tls-to-plaintext-port": dialled("amqps", "amqp"),
        "proto.management-port": dialled("amqps", "management"),
        "proto.tcp-to-websocket-port": dialled("mqtts", "web_mqtt"),
        "proto.amqp-to-mqtt-port": dialled("amqps", "mqtt"),
    })  # fmt: skip
    plain: Told = told(diagnose(mosquitto().url("mqtts"), ca=pki.ca, timeout=2.0))
    assert plain.cause == "proto.tls-to-plaintext-port"
    assert found["proto.tls-to-plaintext-port"].facts["protocol.answer"]
