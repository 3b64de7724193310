"""Certificates and TLS words that look the same to a client, row by row: each situation comes out as its own cause,
and the probe that decides says why it ran."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.diagnosis import services
from tests.support.look_alikes import Told, assert_no_second_look, tell_apart, told
from tests.support.mosquitto import Broker
from tests.support.peer import Peer, fin, read_until, send
from tests.support.pki import Pki
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode
from tests.support.tls import mosquitto_listener

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Nodes = Callable[..., RabbitNode]
Mosquitto = Callable[..., Broker]

STRICT = "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\n"


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


# -- rows 23 and 25: TLS words that mislead ----------------------------------------------------------


def test_row_23_bad_record_mac_in_the_log(rabbitmq: RabbitNode, pki: Pki, diagnose: Diagnose) -> None:
    """OTP 25 writes so when a TLS 1.3 client refused its certificate: the client's own reason stands, and in the log of
    somebody else's client TLS 1.2 says which."""
    logs = (str(rabbitmq.log),)
    refused = diagnose(rabbitmq.url("amqps"), ca=pki.identity("unknown-ca").ca.parent / "none", logs=logs)
    other = pki.identity("self-signed").cert
    report = diagnose(rabbitmq.url("amqps"), ca=other, logs=logs)
    found = told(report)
    assert told(refused).cause == "tls.file-unreadable"
    assert found.cause == "tls.unknown-ca"
    assert "tls.no-shared-cipher" not in found.named
    assert found.why["tls.certificate"]
    line = next(hit.text for hit in report.log_matches if "Bad Record MAC" in hit.text)
    assert "{record_type_mismatch,21}" in line
    assert services().explain(line).cause == "tls.unknown-ca"
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    before = len(rabbitmq.text())
    with (
        socket.create_connection(("localhost", rabbitmq.amqps)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        old.wrap_socket(plain, server_hostname="localhost")
    wait_until(lambda: "received CLIENT ALERT: Fatal - Unknown CA" in rabbitmq.text()[before:], "the client's reason")


def test_row_25_wrong_version_number(rabbitmq: RabbitNode, mosquitto: Mosquitto, pki: Pki, diagnose: Diagnose) -> None:
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
