"""Every kind of broken server certificate, on real brokers: the one cause comes out first, with its evidence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.canary import CANARY
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.peer import Peer, fin, read_until, send
from tests.support.pki import Identity, Pki
from tests.support.rabbitmq import RabbitNode
from tests.support.tls import assert_cause, assert_healthy, facts, haproxy_listener, mosquitto_listener, ran

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]

CASES = [
    ("expired", "tls.certificate-expired"),
    ("not-yet-valid", "tls.certificate-not-yet-valid"),
    ("wrong-name", "tls.hostname-mismatch"),
    ("self-signed", "tls.self-signed"),
    ("unknown-ca", "tls.unknown-ca"),
    ("untrusted-root", "tls.unknown-ca"),
    ("intermediate-missing", "tls.incomplete-chain"),
    ("partial-root", "tls.root-missing-partial"),
    ("ca-expired", "tls.ca-expired"),
    ("sub-expired", "tls.ca-expired"),
    ("wrong-purpose", "tls.certificate-wrong-purpose"),
    ("weak-key", "tls.weak-key"),
    ("intercepted", "proxy.tls-interception"),
]


@pytest.mark.parametrize(("identity", "cause"), CASES)
def test_mqtts(
    identity: str, cause: str, pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    shown = pki.identity(identity)
    # Debian's OpenSSL lets no server start with a weak key unless told to
    broker = mosquitto(mosquitto_listener(shown, "ciphers DEFAULT:@SECLEVEL=0"))
    report = diagnose(broker.url("mqtts"), ca=shown.ca)
    assert_cause(report, cause)
    assert facts(report)["tls.result"] == "unverified"
    assert "login.result" not in facts(report), "no login may go over a connection that did not verify"


@pytest.mark.parametrize(
    ("identity", "cause"),
    [
        ("expired", "tls.certificate-expired"),
        ("wrong-name", "tls.hostname-mismatch"),
        ("self-signed", "tls.self-signed"),
        ("unknown-ca", "tls.unknown-ca"),
        ("intermediate-missing", "tls.incomplete-chain"),
    ],
)
def test_amqps_behind_a_balancer(
    identity: str, cause: str, pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    shown = pki.identity(identity)
    proxy = haproxy(haproxy_listener(shown, rabbitmq.amqp))
    report = diagnose(rabbitmq.url("amqps", port=proxy.port), ca=shown.ca)
    assert_cause(report, cause)


@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_rabbitmq_by_another_name(scheme: str, pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(rabbitmq.url(scheme), ca=pki.ca, server_name="broker.example.com")
    assert_cause(report, "tls.hostname-mismatch")
    assert facts(report)["tls.verify_without_name"] == "ok"
    assert "localhost" in facts(report)["tls.names"]  # type: ignore[operator]  # a list of names


@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_rabbitmq_of_another_authority(scheme: str, pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(rabbitmq.url(scheme), ca=pki.authority("other-ca"))
    assert_cause(report, "tls.unknown-ca")
    assert facts(report)["tls.system_trusts"] is False


def test_an_address_that_is_not_in_the_certificate(
    pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    shown = pki.server_for("localhost")
    broker = mosquitto(mosquitto_listener(shown))
    report = diagnose(broker.url("mqtts", host="127.0.0.1"), ca=shown.ca)
    assert_cause(report, "tls.hostname-mismatch")
    assert facts(report)["tls.verify"] == "ip-mismatch"


def test_a_wrong_name_hides_an_end_in_the_past(
    pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    shown = pki.identity("wrong-name-expired")
    broker = mosquitto(mosquitto_listener(shown))
    report = diagnose(broker.url("mqtts"), ca=shown.ca)
    named = {report.verdict.primary.cause if report.verdict.primary else "", *(o.cause for o in report.verdict.others)}
    assert named == {"tls.hostname-mismatch", "tls.certificate-expired"}


def test_intermediate_known_only_by_its_name(
    pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose, tmp_path: Path
) -> None:
    shown = pki.identity("intermediate-missing")
    alone = Path(shutil.copy(shown.ca, tmp_path / "root.pem"))
    broker = mosquitto(mosquitto_listener(shown))
    report = diagnose(broker.url("mqtts"), ca=alone)
    assert_cause(report, "tls.incomplete-chain")
    assert "tls.gap_copy" not in facts(report)


def test_intermediate_fetched_from_where_the_certificate_says(
    pki: Pki, mosquitto: Callable[..., Broker], scripted_peer: Callable[..., Peer], diagnose: Diagnose, tmp_path: Path
) -> None:
    intermediate = pki.authority("intermediate-ca").read_bytes()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(intermediate)}\r\nConnection: close\r\n\r\n".encode()
    shelf = scripted_peer([read_until(b"\r\n\r\n"), send(head + intermediate), fin()])
    shown = pki.with_issuer_at(f"http://localhost:{shelf.port}/issuer.crt")
    alone = Path(shutil.copy(pki.ca, tmp_path / "root.pem"))
    report = diagnose(mosquitto(mosquitto_listener(shown)).url("mqtts"), ca=alone)
    assert_cause(report, "tls.incomplete-chain")
    assert facts(report)["tls.gap_copy"] == f"http://localhost:{shelf.port}/issuer.crt"


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 404 Not Found\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nnonsense"])
def test_a_shelf_without_the_issuer_settles_nothing(
    answer: bytes, pki: Pki, mosquitto: Callable[..., Broker], scripted_peer: Callable[..., Peer], diagnose: Diagnose,
    tmp_path: Path,
) -> None:  # fmt: skip
    shelf = scripted_peer([read_until(b"\r\n\r\n"), send(answer), fin()])
    shown = pki.with_issuer_at(f"http://localhost:{shelf.port}/issuer.crt")
    alone = Path(shutil.copy(pki.ca, tmp_path / "root.pem"))
    report = diagnose(mosquitto(mosquitto_listener(shown)).url("mqtts"), ca=alone)
    assert_cause(report, "tls.incomplete-chain")
    assert facts(report)["tls.issuer_fetched"] is False


def test_an_issuer_of_which_nothing_is_known_leaves_a_question(
    pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose, tmp_path: Path
) -> None:
    shown = pki.identity("unknown-ca")
    alone = Path(shutil.copy(pki.ca, tmp_path / "root.pem"))
    broker = mosquitto(mosquitto_listener(shown))
    report = diagnose(broker.url("mqtts"), ca=alone)
    assert_cause(report, "tls.unknown-ca")
    assert [open_question.cause for open_question in report.verdict.undecided] == ["tls.incomplete-chain"]


# -- whose clock -----------------------------------------------------------------------------------


def test_an_expired_certificate_and_a_clock_that_agrees(
    pki: Pki, rabbitmq: RabbitNode, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    broker = mosquitto(mosquitto_listener(pki.identity("expired")))
    report = diagnose(broker.url("mqtts"), ca=pki.ca, management=f"http://localhost:{rabbitmq.management}")
    assert_cause(report, "tls.certificate-expired")
    assert facts(report)["tls.clock_wrong"] is False
    assert "tls.clock-skew" in report.verdict.ruled_out


def test_an_expired_certificate_without_another_clock_leaves_a_question(
    pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    broker = mosquitto(mosquitto_listener(pki.identity("expired")))
    report = diagnose(broker.url("mqtts"), ca=pki.ca)
    assert [question.cause for question in report.verdict.undecided] == ["tls.clock-skew"]


@pytest.mark.parametrize(("identity", "year"), [("expired", 2020), ("not-yet-valid", 2040)])
def test_our_own_clock_is_wrong(
    identity: str, year: int, pki: Pki, mosquitto: Callable[..., Broker], scripted_peer: Callable[..., Peer],
    diagnose: Diagnose,
) -> None:  # fmt: skip
    other = f"HTTP/1.1 200 OK\r\nDate: Mon, 06 Jan {year} 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"
    clock = scripted_peer([read_until(b"\r\n\r\n"), send(other.encode()), fin()])
    broker = mosquitto(mosquitto_listener(pki.identity(identity)))
    report = diagnose(broker.url("mqtts"), ca=pki.ca, management=f"http://localhost:{clock.port}")
    assert_cause(report, "tls.clock-skew")


# -- it works, but ---------------------------------------------------------------------------------


def test_end_ahead(pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose) -> None:
    shown = pki.identity("expires-soon")
    broker = mosquitto(mosquitto_listener(shown))
    report = diagnose(broker.url("mqtts"), ca=shown.ca)
    assert_cause(report, "tls.certificate-expires-soon")
    assert 4 < float(str(facts(report)["tls.chain_days_left"])) < 6


def test_only_a_common_name(pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose) -> None:
    shown = pki.identity("no-san")
    broker = mosquitto(mosquitto_listener(shown))
    assert_cause(diagnose(broker.url("mqtts"), ca=shown.ca), "tls.no-san")


@pytest.mark.parametrize(
    ("identity", "would"), [("server", "ok"), ("expired", "expired"), ("self-signed", "self-signed")]
)
def test_verification_off(
    identity: str, would: str, pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    shown = pki.identity(identity)
    broker = mosquitto(mosquitto_listener(shown))
    report = diagnose(broker.url("mqtts"), ca=shown.ca, verify=False)
    assert_cause(report, "tls.verify-disabled")
    assert facts(report)["tls.would_verify"] == would
    assert facts(report)["login.result"] == "accepted"


# -- healthy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("identity", ["server", "rsa", "intermediate", "expired-extra"])
def test_healthy_mqtts(identity: str, pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose) -> None:
    shown = pki.identity(identity)
    broker = mosquitto(mosquitto_listener(shown))
    report = diagnose(broker.url("mqtts"), ca=shown.ca)
    assert_healthy(report)
    assert not ran(report) & {"tls.certificate", "tls.versions", "tls.sni", "tls.client_certificate", "tls.clock"}


@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_healthy_rabbitmq(scheme: str, host: str, pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(rabbitmq.url(scheme, host=host), ca=pki.ca)
    assert_healthy(report)
    assert facts(report)["tls.version"] == "TLSv1.3"


def test_self_signed_and_trusted(pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose) -> None:
    shown: Identity = pki.identity("self-signed")
    broker = mosquitto(mosquitto_listener(shown))
    assert_healthy(diagnose(broker.url("mqtts"), ca=shown.cert))


def test_healthy_behind_a_balancer(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(pki.identity("intermediate"), rabbitmq.amqp))
    assert_healthy(diagnose(rabbitmq.url("amqps", port=proxy.port), ca=pki.ca))


def test_the_password_is_given_only_to_a_verified_broker(
    pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    broker = mosquitto(mosquitto_listener(pki.identity("self-signed")))
    report = diagnose(broker.url("mqtts"), ca=pki.ca)
    assert_cause(report, "tls.self-signed")
    log = broker.process.text()
    assert CANARY not in log
    assert "New client connected" not in log
