"""The brokers and proxies that the other tests stand on do what those tests take for granted."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

import pytest

from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.names import Answer
from tests.support.netlab import SERVER, NetLab
from tests.support.peer import fin, send
from tests.support.pki import Pki
from tests.support.ports import accepts
from tests.support.rabbitmq import RabbitNode

AMQP_HEADER = b"AMQP\x00\x00\x09\x01"


def test_rabbitmq_opens_every_port(rabbitmq: RabbitNode) -> None:
    assert [name for name, port in rabbitmq.ports.items() if not accepts(port)] == []


def test_rabbitmq_takes_users_and_virtual_hosts(rabbitmq: RabbitNode) -> None:
    rabbitmq.add_vhost("of the harness")
    rabbitmq.add_user("harness", vhost="of the harness", write="^$")
    assert "of the harness\t.*\t^$\t.*" in rabbitmq.ctl("list_user_permissions", "harness")
    rabbitmq.api("DELETE", "/api/vhosts/of%20the%20harness")
    rabbitmq.api("DELETE", "/api/users/harness")


def test_rabbitmq_presents_the_server_certificate(rabbitmq: RabbitNode, pki: Pki) -> None:
    context = ssl.create_default_context(cafile=str(pki.ca))
    with (
        socket.create_connection(("localhost", rabbitmq.amqps), 5) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        assert secured.getpeercert()


def test_mosquitto_listens_where_it_was_told(mosquitto: Callable[..., Broker]) -> None:
    broker = mosquitto("listener {port}\nlistener {port2}\nprotocol websockets\n")
    assert broker.port != broker.ports["port2"]
    assert accepts(broker.port)
    assert accepts(broker.ports["port2"])
    broker.stop()
    assert not accepts(broker.port)


def test_haproxy_reaches_the_broker(haproxy: Callable[..., Proxy], rabbitmq: RabbitNode) -> None:
    proxy = haproxy(f"listen amqp\n    bind :::{{port}} v4v6\n    server one 127.0.0.1:{rabbitmq.amqp}\n")
    with socket.create_connection(("localhost", proxy.port), 5) as client:
        client.sendall(AMQP_HEADER)
        assert client.recv(8)[:1] == b"\x01"


@pytest.mark.parametrize(("rule", "status"), [("http_access allow all", b"200"), ("http_access deny all", b"403")])
def test_squid_obeys_its_rules(squid: Callable[..., Proxy], rabbitmq: RabbitNode, rule: str, status: bytes) -> None:
    proxy = squid(rule + "\n")
    with socket.create_connection(("127.0.0.1", proxy.port), 5) as client:
        client.sendall(f"CONNECT 127.0.0.1:{rabbitmq.amqp} HTTP/1.1\r\n\r\n".encode())
        assert client.recv(100).split()[1] == status


def test_the_lab_filters_and_names(netlab: NetLab, rabbitmq: RabbitNode) -> None:
    def connects() -> int:
        command = ("timeout", "3", "bash", "-c", "</dev/tcp/broker.lab/5672")
        return netlab.run("client", *command, check=False).returncode

    netlab.publish(5672, rabbitmq.amqp)
    assert connects() == 0
    with netlab.drop(5672):
        assert connects() == 124
    with netlab.reject(5672):
        assert connects() == 1
    with netlab.name_server({"broker.lab": Answer(rcode="SERVFAIL")}) as names:
        assert connects() == 1
        assert "broker.lab A" in names.asked
    assert connects() == 0


def test_the_lab_plays_scripts(netlab: NetLab) -> None:
    with netlab.peer([send(b"hello"), fin()], 7001):
        heard = netlab.run("client", "bash", "-c", f"cat </dev/tcp/{SERVER}/7001")
    assert heard.stdout == "hello"
