"""Handshakes that end before a certificate is judged: versions, ciphers, server names, silence, garbage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.canary import CANARY
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.peer import Peer, fin, read, rst, send, silent, wait
from tests.support.pki import Pki
from tests.support.rabbitmq import RabbitNode
from tests.support.tls import (
    OAKLEY_GROUP_2,
    assert_cause,
    assert_healthy,
    facts,
    haproxy_listener,
    mosquitto_listener,
    ran,
)

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]

OLD = (
    "ssl_options.versions.1 = tlsv1.1\nssl_options.versions.2 = tlsv1\n",
    ("rabbitmq_mqtt",),
)


@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_broker_with_old_versions_only(
    scheme: str, pki: Pki, rabbitmq_node: Callable[..., RabbitNode], diagnose: Diagnose
) -> None:
    node = rabbitmq_node(*OLD)
    report = diagnose(node.url(scheme), ca=pki.ca)
    assert_cause(report, "tls.protocol-version")
    assert facts(report)["tls.server_versions"] == ("TLSv1", "TLSv1.1")
    assert "TLSv1.3" in facts(report)["tls.our_versions"]  # type: ignore[operator]  # a list of names


def test_client_without_tls_1_3(pki: Pki, mosquitto: Callable[..., Broker], tmp_path: Path) -> None:
    """A computer whose openssl.cnf stops at TLS 1.2, and a broker that begins at TLS 1.3."""
    broker = mosquitto(mosquitto_listener(pki.server, "tls_version tlsv1.3"))
    policy = tmp_path / "openssl.cnf"
    policy.write_text("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMaxProtocol = TLSv1.2\n")
    done = subprocess.run(
        [sys.executable, "-m", "mqassist", "check", f"mqtts://app@localhost:{broker.port}", "--json",
         "--ca", str(pki.ca), "--password-env", "BROKER_PASSWORD"],
        env={**os.environ, "OPENSSL_CONF": str(policy), "BROKER_PASSWORD": CANARY},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert report["verdict"]["cause"] == "tls.protocol-version"
    seen = {name: value for check in report["checks"] for name, value in check["facts"].items()}
    assert seen["tls.server_versions"] == ["TLSv1.3"]
    assert seen["tls.our_versions"] == ["TLSv1.2"]
    assert CANARY not in done.stdout + done.stderr


def test_rabbitmq_without_a_shared_cipher(
    pki: Pki, rabbitmq_node: Callable[..., RabbitNode], diagnose: Diagnose
) -> None:
    # one that no OpenSSL offers by itself, whoever built it
    conf = "ssl_options.versions.1 = tlsv1.2\nssl_options.ciphers.1 = ECDHE-ECDSA-AES128-CCM\n"
    node = rabbitmq_node(conf, ("rabbitmq_mqtt",))
    report = diagnose(node.url("amqps"), ca=pki.ca)
    assert_cause(report, "tls.no-shared-cipher")
    assert facts(report)["tls.server_ciphers"] == ("ECDHE-ECDSA-AES128-CCM",)
    # seen: RabbitMQ 3.10.8 on OTP 25 says 71, where OpenSSL says 40
    assert facts(report)["tls.alert"] == 71


def test_balancer_without_a_shared_cipher(
    pki: Pki, mosquitto: Callable[..., Broker], haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    broker = mosquitto()
    options = "ssl-max-ver TLSv1.2 ciphers CAMELLIA256-SHA:CAMELLIA128-SHA:@SECLEVEL=0"
    proxy = haproxy(haproxy_listener(pki.identity("rsa"), broker.port, options))
    report = diagnose(f"mqtts://app@localhost:{proxy.port}", password=CANARY, ca=pki.ca)
    assert_cause(report, "tls.no-shared-cipher")
    assert set(facts(report)["tls.server_ciphers"]) == {"CAMELLIA256-SHA", "CAMELLIA128-SHA"}  # type: ignore[call-overload]


def test_small_diffie_hellman_group(
    pki: Pki, rabbitmq_node: Callable[..., RabbitNode], diagnose: Diagnose, tmp_path: Path
) -> None:
    group = tmp_path / "dh.pem"
    group.write_text(OAKLEY_GROUP_2)
    conf = (
        "ssl_options.versions.1 = tlsv1.2\nssl_options.ciphers.1 = DHE-RSA-AES128-GCM-SHA256\n"
        f"ssl_options.dhfile = {group}\n"
    )
    node = rabbitmq_node(conf, ("rabbitmq_mqtt",), identity=pki.identity("rsa"))
    assert_cause(diagnose(node.url("amqps"), ca=pki.ca), "tls.dh-too-small")


def test_healthy_with_tls_1_2_only(pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose) -> None:
    broker = mosquitto(mosquitto_listener(pki.server, "tls_version tlsv1.2\nciphers ECDHE-ECDSA-AES128-GCM-SHA256"))
    report = diagnose(broker.url("mqtts"), ca=pki.ca)
    # tls_version is the lowest version that Mosquitto takes
    assert_healthy(report)
    assert not ran(report) & {"tls.versions"}


# -- server names ------------------------------------------------------------------------------------


def test_balancer_without_the_name_asked_for(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(pki.server_for("mq.example.com"), rabbitmq.amqp, "strict-sni"))
    report = diagnose(rabbitmq.url("amqps", port=proxy.port), ca=pki.ca)
    assert_cause(report, "tls.unrecognized-name")


def test_balancer_that_goes_by_names_and_is_dialled_by_address(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(pki.server_for("mq.example.com"), rabbitmq.amqp, "strict-sni"))
    report = diagnose(rabbitmq.url("amqps", port=proxy.port, host="127.0.0.1"), ca=pki.ca)
    assert_cause(report, "tls.unrecognized-name")
    assert facts(report)["tls.sni_sent"] is False


def test_healthy_balancer_by_the_right_name(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(pki.server_for("mq.example.com"), rabbitmq.amqp, "strict-sni"))
    url = rabbitmq.url("amqps", port=proxy.port, host="127.0.0.1")
    assert_healthy(diagnose(url, ca=pki.ca, server_name="mq.example.com"))


@pytest.mark.parametrize("name", [".example.com", "a" * 64 + ".example.com", "a..b"])
def test_a_name_that_is_none(name: str, pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    assert_cause(diagnose(rabbitmq.url("amqps"), ca=pki.ca, server_name=name), "tls.server-name-invalid")


# -- no TLS, no answer, no sense -----------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "port"), [("amqps", "amqp"), ("mqtts", "mqtt")])
def test_tls_to_a_plain_port(
    scheme: str, port: str, pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose
) -> None:
    report = diagnose(rabbitmq.url(scheme, port=rabbitmq.ports[port]), ca=pki.ca)
    assert_cause(report, "proto.tls-to-plaintext-port")


def test_tls_to_plain_mosquitto(pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose) -> None:
    report = diagnose(mosquitto().url("mqtts"), ca=pki.ca)
    assert_cause(report, "proto.tls-to-plaintext-port")


@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_handshake_that_hangs(
    scheme: str, pki: Pki, scripted_peer: Callable[..., Peer], diagnose: Diagnose
) -> None:
    peer = scripted_peer([silent()])
    report = diagnose(f"{scheme}://app:secret-word@localhost:{peer.port}", ca=pki.ca, timeout=1.0)
    assert_cause(report, "tls.handshake-timeout")
    assert facts(report)["first.end"] == "silent"


def test_handshake_that_is_reset_late(pki: Pki, scripted_peer: Callable[..., Peer], diagnose: Diagnose) -> None:
    """As RabbitMQ does when the ClientHello never reaches it: its own patience ends."""
    peer = scripted_peer([wait(3.3), rst()])
    report = diagnose(f"amqps://app:secret-word@localhost:{peer.port}", ca=pki.ca, timeout=5.0)
    assert_cause(report, "tls.handshake-timeout")
    assert facts(report)["first.end"] == "reset"


# TLS 1.2, ECDHE-RSA-AES128-GCM-SHA256, with the extension renegotiation_info that OpenSSL insists on
_BODY = b"\x03\x03" + bytes(range(32)) + b"\x20" + bytes(32) + bytes.fromhex("c02f00 0005 ff01000100")
SERVER_HELLO = b"\x16\x03\x03" + (len(_BODY) + 4).to_bytes(2, "big") + b"\x02" + len(_BODY).to_bytes(3, "big") + _BODY
GARBAGE = {
    "cut off": SERVER_HELLO[:40],
    "nonsense in a record": bytes.fromhex("1603030010") + bytes(16),
    "record that is too long": bytes.fromhex("160303ffff") + bytes(300),
    "certificate that is none": SERVER_HELLO + bytes.fromhex("1603030010 0b00000c 000009 000006 deadbeef0102"),
    "warning without end": bytes.fromhex("15030300020164") * 300,
}


@pytest.mark.parametrize("name", GARBAGE)
@pytest.mark.parametrize("end", [fin(), silent()], ids=["fin", "silent"])
def test_garbage_ends_in_a_verdict(
    name: str, end: Callable[..., None], pki: Pki, scripted_peer: Callable[..., Peer], diagnose: Diagnose
) -> None:
    peer = scripted_peer([read(5), send(GARBAGE[name]), end])
    report = diagnose(f"amqps://app:secret-word@localhost:{peer.port}", ca=pki.ca, timeout=1.0)
    assert report.verdict.status == "broken"
    assert report.took_ms < 15000
    assert facts(report)["tls.result"] != "ok"


def test_hung_up_in_the_middle(pki: Pki, scripted_peer: Callable[..., Peer], diagnose: Diagnose) -> None:
    peer = scripted_peer([read(5), send(SERVER_HELLO), fin()])
    report = diagnose(f"amqps://app:secret-word@localhost:{peer.port}", ca=pki.ca, timeout=1.0)
    assert_cause(report, "tls.handshake-aborted")


@pytest.mark.parametrize(
    ("alert", "cause"),
    [(70, "tls.protocol-version"), (80, "tls.handshake-failure"), (40, "tls.handshake-failure"),
     (112, "tls.unrecognized-name"), (71, "tls.no-shared-cipher")],
)  # fmt: skip
def test_alert_to_everything(
    alert: int, cause: str, pki: Pki, scripted_peer: Callable[..., Peer], diagnose: Diagnose
) -> None:
    peer = scripted_peer([read(5), send(bytes([21, 3, 3, 0, 2, 2, alert])), fin()])
    report = diagnose(f"mqtts://app:secret-word@localhost:{peer.port}", ca=pki.ca, timeout=1.0)
    assert_cause(report, cause)
    assert facts(report)["tls.alert"] == alert


# -- WebSocket ---------------------------------------------------------------------------------------


def test_healthy_websocket_over_tls(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(pki.server, rabbitmq.web_mqtt))
    report = diagnose(f"wss://app@localhost:{proxy.port}/ws", password=CANARY, ca=pki.ca)
    assert_healthy(report)


def test_websocket_with_a_certificate_for_another_name(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(pki.identity("wrong-name"), rabbitmq.web_mqtt))
    report = diagnose(f"wss://app@localhost:{proxy.port}/ws", password=CANARY, ca=pki.ca)
    assert_cause(report, "tls.hostname-mismatch")


def test_websocket_that_wants_a_client_certificate(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(pki.server, rabbitmq.web_mqtt, f"ca-file {pki.ca} verify required"))
    report = diagnose(f"wss://app@localhost:{proxy.port}/ws", password=CANARY, ca=pki.ca)
    assert_cause(report, "tls.client-certificate-required")
