"""Brokers that are set up in ways of their own and serve their clients well: none of it is an alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.amqp import assert_healthy, facts_of, limit
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.pki import Pki
from tests.support.rabbitmq import RabbitNode
from tests.support.tls import mosquitto_listener

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Mosquitto = Callable[..., Broker]

LISTENER = "listener {port}\nallow_anonymous false\n"
ODD_LISTENERS = {
    "small packets": "max_packet_size 200",
    "small messages": "message_size_limit 100",
    "qos 0 only": "max_qos 0",
    "qos 1 at most": "max_qos 1",
    "nothing retained": "retain_available false",
    "short keep-alive": "max_keepalive 20",
    "one in flight": "max_inflight_messages 1\nmax_queued_messages 1",
    "ids are user names": "use_username_as_clientid true",
    "no empty ids": "allow_zero_length_clientid false",
    "no aliases": "max_topic_alias 0",
    "one client": "max_connections 1",
    "no nagle": "set_tcp_nodelay true",
}


@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize("odd", ODD_LISTENERS)
def test_a_mosquitto_listener(mosquitto: Mosquitto, diagnose: Diagnose, odd: str, version: str) -> None:
    broker = mosquitto(f"{LISTENER}{ODD_LISTENERS[odd]}\n")
    assert_healthy(diagnose(broker.url(), mqtt_version=version, heartbeat=15))


@pytest.mark.parametrize("acl", ["topic read plant/#", "topic write plant/#", "topic read nothing-of-ours", ""])
def test_a_user_who_may_do_little(mosquitto: Mosquitto, diagnose: Diagnose, acl: str) -> None:
    assert_healthy(diagnose(mosquitto(acl=f"user app\n{acl}\n").url()))


@pytest.mark.parametrize("extra", ["tls_version tlsv1.2", "tls_version tlsv1.3"])
@pytest.mark.parametrize("name", ["server", "rsa"])
def test_a_mosquitto_with_one_tls_version(
    mosquitto: Mosquitto, diagnose: Diagnose, pki: Pki, name: str, extra: str
) -> None:
    broker = mosquitto(mosquitto_listener(pki.identity(name), extra))
    assert_healthy(diagnose(broker.url("mqtts"), ca=pki.ca))


def test_certificates_instead_of_passwords(mosquitto: Mosquitto, diagnose: Diagnose, pki: Pki) -> None:
    asked = f"require_certificate true\nuse_identity_as_username true\ncafile {pki.ca}"
    broker = mosquitto(mosquitto_listener(pki.server, asked))
    files = {"ca": pki.ca, "cert": pki.identity("client").cert, "key": pki.identity("client").key}
    assert_healthy(diagnose(broker.url("mqtts", user=""), **files))


@pytest.mark.parametrize("bind", ["strict-sni", "ssl-max-ver TLSv1.2", "ssl-min-ver TLSv1.3", "alpn h2,http/1.1"])
@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_behind_a_balancer_that_ends_tls(
    rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose, pki: Pki, scheme: str, bind: str
) -> None:
    both = pki.directory / "balancer.pem"
    both.write_bytes(pki.server.cert.read_bytes() + pki.server.key.read_bytes())
    port = rabbitmq.amqp if scheme == "amqps" else rabbitmq.mqtt
    proxy = haproxy(f"listen one\n bind :::{{port}} v4v6 ssl crt {both} {bind}\n server s 127.0.0.1:{port}\n")
    assert_healthy(diagnose(rabbitmq.url(scheme, port=proxy.port), ca=pki.ca))


@contextmanager
def policy(node: RabbitNode, definition: dict[str, Any]) -> Iterator[None]:
    """In force for every queue."""
    node.api("PUT", "/api/policies/%2F/odd", {"pattern": ".*", "definition": definition, "apply-to": "queues"})
    try:
        yield
    finally:
        node.api("DELETE", "/api/policies/%2F/odd")


@pytest.mark.parametrize("scheme", ["amqp", "mqtt"])
@pytest.mark.parametrize(
    "definition",
    [{"max-length-bytes": 10}, {"message-ttl": 0}, {"expires": 1000}, {"max-length": 1}, {"queue-mode": "lazy"}],
    ids="-".join,
)
def test_policies_that_our_own_queue_is_subject_to(
    rabbitmq: RabbitNode, diagnose: Diagnose, scheme: str, definition: dict[str, Any]
) -> None:
    with policy(rabbitmq, definition):
        assert_healthy(diagnose(rabbitmq.url(scheme)))


def test_a_user_at_the_last_connection_and_channel(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    """Nothing beside the one connection is opened, or what is opened and refused says nothing about the client."""
    rabbitmq.add_user("odd-tight")
    for which in ("max-connections", "max-channels"):
        limit(rabbitmq, "user", "odd-tight", which, 1)
    for settings in ({}, {"thorough": True}, {"observe": 1.0}, {"message_size": 5000}):
        assert_healthy(diagnose(rabbitmq.url(user="odd-tight"), **settings))


def test_heartbeats_off_at_the_server_alone(rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    rabbitmq.ctl("eval", "application:set_env(rabbit, heartbeat, 0).")
    try:
        report = diagnose(rabbitmq.url(), heartbeat=30)
    finally:
        rabbitmq.ctl("eval", "application:set_env(rabbit, heartbeat, 60).")
    assert_healthy(report)
    assert facts_of(report)["amqp.heartbeat_offered"] == 0
