"""Checks that read Mosquitto's own log: epoch and ISO stamps, clients without a name, limits that only it names."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mqassist.net import mqtt
from tests.support.amqp import assert_healthy, facts_of, root_of
from tests.support.canary import CANARY
from tests.support.diagnosis import diagnose
from tests.support.logs import assert_named_by_log, causing, named_by_log, with_log
from tests.support.mosquitto import Broker
from tests.support.pki import Pki
from tests.support.ports import wait_until

Mosquitto = Callable[..., Broker]

GUARDED = "listener {port}\nallow_anonymous false\n"
ISO = "log_timestamp true\nlog_timestamp_format %Y-%m-%dT%H:%M:%S\n"
STAMPS = pytest.mark.parametrize("stamps", ["", ISO], ids=["epoch", "iso"])


@STAMPS
def test_a_healthy_run_finds_its_own_lines_and_names_nothing(mosquitto: Mosquitto, stamps: str) -> None:
    broker = mosquitto(GUARDED + stamps)
    report = with_log(broker.url(), broker.log)
    assert_healthy(report)
    assert any("New client connected" in hit.text for hit in report.log_matches)
    assert causing(report) == []
    assert "log.clock_offset_ms" not in facts_of(report)


@STAMPS
def test_wrong_password(mosquitto: Mosquitto, stamps: str) -> None:
    broker = mosquitto(GUARDED + stamps)
    # 2.0.21 says who it was, 2.0.11 does not; that name is all three logins', so it belongs to none of the steps
    named = broker.version >= (2, 0, 21)
    refused = f"Client {'mqassist-' if named else '<unknown> disconnected, not authorised'}"
    report = named_by_log(lambda: with_log(broker.url(password="wrong"), broker.log), "mqtt.bad-credentials", refused)
    (cause,) = causing(report)
    assert cause.step == ("" if named else "mqtt.connect")
    assert "disconnected, not authorised" in cause.text
    seconds = [hit for hit in report.log_matches if "not authorised" in hit.text and hit is not cause]
    assert len(seconds) >= 2
    assert {hit.step for hit in seconds} == ({""} if named else {"mqtt.login_variation"})
    assert all(hit.cause is None and hit.facts == () for hit in (*seconds, *report.log_matches) if hit is not cause)


def test_no_user_name(mosquitto: Mosquitto) -> None:
    broker = mosquitto(GUARDED)
    named_by_log(lambda: with_log(broker.url(user=""), broker.log), "mqtt.anonymous-refused", "not authorised")


@contextmanager
def others_failing(broker: Broker) -> Iterator[None]:
    """Clients that are refused all the time, some of which first wait without a word."""
    stop = threading.Event()
    wrong = mqtt.connect("3.1.1", "somebody-else", keepalive=60, username="nobody", password="no")

    def fail() -> None:
        while not stop.wait(0.01):
            with socket.create_connection(("127.0.0.1", broker.port), timeout=5) as client:
                stop.wait(0.02)
                client.sendall(wrong)
                client.recv(4)

    running = [threading.Thread(target=fail) for _ in range(3)]
    before = broker.process.text().count("not authorised")
    for thread in running:
        thread.start()
    try:
        wait_until(lambda: broker.process.text().count("not authorised") > before + 10, "others fail", 20)
        yield
    finally:
        stop.set()
        for thread in running:
            thread.join()


def test_failures_of_others_at_the_same_moment_are_not_ours(mosquitto: Mosquitto) -> None:
    broker = mosquitto(GUARDED)
    with others_failing(broker):
        healthy = with_log(broker.url(), broker.log)
        refused = with_log(broker.url(password="wrong"), broker.log)
    assert_healthy(healthy)
    assert "log.refusal" not in facts_of(healthy)
    assert root_of(refused) == "mqtt.bad-credentials"
    own = [hit for hit in refused.log_matches if hit.matched_by == "source-port" and hit.text.startswith("New conn")]
    assert own
    # of the nameless lines between theirs and ours none may pass for ours unless it can only be ours
    ports = {hit.text.split(":")[-1] for hit in own}
    assert all(hit.text.split(":")[-1] in ports for hit in own)


def test_max_connections_is_named_by_the_log_alone(mosquitto: Mosquitto) -> None:
    broker = mosquitto("listener {port}\nmax_connections 1\nallow_anonymous false\n")
    held = mqtt.connect("3.1.1", "holder", keepalive=60, username="app", password=CANARY)
    with socket.create_connection(("127.0.0.1", broker.port), timeout=5) as client:
        client.sendall(held)
        assert client.recv(4) == b"\x20\x02\x00\x00"
        without = diagnose(broker.url())
        report = with_log(broker.url(), broker.log)
    assert root_of(without) != "mqtt.max-connections"
    assert_named_by_log(report, "mqtt.max-connections", "max_connections exceeded")


def test_plain_client_on_the_tls_port(mosquitto: Mosquitto, pki: Pki) -> None:
    broker = mosquitto(f"{GUARDED}certfile {pki.server.cert}\nkeyfile {pki.server.key}\n")
    # the line names nobody: it is the cause's only where no second probe was open at that moment, and it is nobody's
    # where another connection of the same second could have caused it
    told: list[Any] = []
    for _ in range(5):
        report = with_log(broker.url(), broker.log)
        assert root_of(report) == "proto.plaintext-to-tls-port"
        told = [hit for hit in report.log_matches if "wrong version number" in hit.text]
        assert {hit.cause for hit in told} <= {"proto.plaintext-to-tls-port", None}
        if told:
            break
    assert told, broker.process.text()


@pytest.mark.parametrize(
    ("identity", "cause", "word"),
    [
        ("", "tls.client-certificate-required", "peer did not return a certificate"),
        ("client-unknown-ca", "tls.client-certificate-rejected", "certificate verify failed"),
    ],
)
def test_client_certificate(mosquitto: Mosquitto, pki: Pki, identity: str, cause: str, word: str) -> None:
    broker = mosquitto(
        f"listener {{port}}\nallow_anonymous true\ncafile {pki.ca}\ncertfile {pki.server.cert}\n"
        f"keyfile {pki.server.key}\nrequire_certificate true\n",
        passwords={},
    )
    given = pki.identity(identity) if identity else None
    files = {} if given is None else {"cert": given.cert, "key": given.key}
    named_by_log(lambda: with_log(broker.url("mqtts", user=""), broker.log, ca=pki.ca, **files), cause, word)


def test_the_same_client_id_elsewhere(mosquitto: Mosquitto) -> None:
    broker = mosquitto(GUARDED)
    stop = threading.Event()

    def rival() -> None:
        """Comes back as soon as the check's own connection stands."""
        wait_until(lambda: "as pump-7" in broker.process.text(), "the check is connected", 20)
        with socket.create_connection(("127.0.0.1", broker.port), timeout=5) as client:
            client.sendall(mqtt.connect("3.1.1", "pump-7", keepalive=60, username="app", password=CANARY))
            client.recv(4)
            stop.wait(15)

    other = threading.Thread(target=rival)
    other.start()
    try:
        report = with_log(broker.url(), broker.log, client_id="pump-7", observe=3.0)
    finally:
        stop.set()
        other.join()
    assert_named_by_log(report, "mqtt.client-id-collision", "Client pump-7 already connected")


def test_the_log_of_another_broker_says_nothing(mosquitto: Mosquitto) -> None:
    broker, other = mosquitto(GUARDED), mosquitto(GUARDED)
    report = with_log(broker.url(), other.log)
    assert_healthy(report)
    assert report.log_matches == ()
    seen = next(seen for seen in report.observations if seen.probe == "log.lines")
    assert seen.summary is not None
    assert seen.summary.key == "log.none-of-open"
