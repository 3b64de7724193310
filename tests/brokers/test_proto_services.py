"""Services that are no brokers, as scripted peers: each is named by its own first bytes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mqassist.core.report import Report
from tests.support.peer import Peer, Script, Step, answer, endless, fin, noise, read, rst, send, silent, tls
from tests.support.pki import Pki

Diagnose = Callable[..., Report]
Peers = Callable[..., Peer]

TIMEOUT = 1.0


def _http(received: bytes) -> bytes:
    if received.startswith(b"GET "):
        return b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
    return b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nConnection: close\r\n\r\n"


def _redis(received: bytes) -> bytes:
    return b"-ERR unknown command, with args beginning with: \r\n" if b"\r\n" in received else b""


SERVICES: list[tuple[str, Script, str, str]] = [
    ("ssh", [send(b"SSH-2.0-OpenSSH_9.2p1\r\n"), silent()], "proto.not-a-broker", "ssh"),
    ("smtp", [send(b"220 mail.example.org ESMTP Postfix\r\n"), silent()], "proto.not-a-broker", "smtp"),
    ("ftp", [send(b"220 (vsFTPd 3.0.3) FTP\r\n"), silent()], "proto.not-a-broker", "ftp"),
    ("mysql", [send(b"\x4a\0\0\0\x0a8.0.36\0\x08\0\0\0abcdefgh\0"), silent()], "proto.not-a-broker", "mysql"),
    ("redis", [read(1), answer(_redis), silent()], "proto.not-a-broker", "redis"),
    ("http", [read(1), answer(_http), fin()], "proto.http-port", "http"),
    ("amqp-1-0", [read(8), send(b"AMQP\x00\x01\x00\x00"), fin()], "proto.amqp-1-0-only", "amqp-1-0"),
    ("strange", [read(1), send(b"HELLO 42\r\n"), fin()], "proto.wrong-protocol", "unknown"),
    ("mirror", [read(1), answer(lambda received: received), silent()], "proto.wrong-protocol", "echo"),
    ("cut-off", [read(1), rst()], "proto.closes-on-data", "closes-on-data"),
]


@pytest.mark.parametrize(("script", "cause", "told"), [s[1:] for s in SERVICES], ids=[s[0] for s in SERVICES])
@pytest.mark.parametrize("scheme", ["amqp", "mqtt"])
def test_service_on_the_brokers_port(
    scripted_peer: Peers, diagnose: Diagnose, scheme: str, script: Script, cause: str, told: str
) -> None:
    if scheme == "mqtt" and told == "amqp-1-0":
        cause = "proto.mqtt-to-amqp-port"
    report = diagnose(scripted_peer(script).url(scheme, "app:x"), timeout=TIMEOUT)
    facts = {name: value for seen in report.observations for name, value in seen.facts.items()}
    assert facts["protocol.answer"] == told
    assert report.verdict.primary is not None
    assert report.verdict.primary.cause == cause
    assert report.verdict.primary.evidence


@pytest.mark.parametrize("scheme", ["amqp", "amqps"])
def test_a_web_server_with_tls(scripted_peer: Peers, diagnose: Diagnose, pki: Pki, scheme: str) -> None:
    peer = scripted_peer([tls(pki.server), read(1), answer(_http), fin()])
    report = diagnose(peer.url(scheme, "app:x"), timeout=TIMEOUT, ca=pki.ca)
    assert report.verdict.primary is not None
    assert report.verdict.primary.cause == "proto.http-port"


def test_a_close_before_a_word_names_a_forwarder_for_amqp_only(scripted_peer: Peers, diagnose: Diagnose) -> None:
    """No AMQP broker closes a silent client at once; with MQTT it may be a limit or an access rule of Mosquitto."""
    peer = scripted_peer([fin()])
    amqp = diagnose(peer.url("amqp", "app:x"), timeout=TIMEOUT).verdict
    assert amqp.primary is not None
    assert amqp.primary.cause == "proxy.no-backend"
    mqtt = diagnose(peer.url("mqtt", "app:x"), timeout=TIMEOUT).verdict
    assert mqtt.primary is None or mqtt.primary.cause != "proxy.no-backend"
    assert "proxy.no-backend" in [open_question.cause for open_question in mqtt.undecided]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "flood", [[read(1), endless()], [endless(b"\x01")], [read(1), endless(b"HTTP/1.1 200 OK\r\n")]]
)
def test_floods_and_noise_end_in_a_verdict(
    scripted_peer: Peers, diagnose: Diagnose, flood: list[Step], seed: int
) -> None:
    def steps(number: int) -> list[Step]:
        return flood if number % 3 else [read(1), noise(3000, seed + number), fin()]

    report = diagnose(scripted_peer(steps).url("amqp", "app:x"), timeout=TIMEOUT)
    assert report.verdict.status == "broken"
    assert report.took_ms < 20_000
