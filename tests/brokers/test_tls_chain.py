"""The chain as brokers send it, and who else would accept it: facts for those who ask, no alarm for the others."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.diagnosis import services
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.peer import Peer, fin, read_until, send
from tests.support.pki import Pki
from tests.support.rabbitmq import RabbitNode
from tests.support.tls import assert_cause, assert_healthy, facts, haproxy_listener, mosquitto_listener, ran

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Mosquitto = Callable[..., Broker]


def _named(report: Report) -> set[str]:
    return {finding.cause for finding in (report.verdict.primary, *report.verdict.others) if finding}


def _said(report: Report) -> set[str]:
    chain = next(step for step in report.observations if step.probe == "tls.chain")
    return {line.key for line in chain.evidence}


# -- as it was sent ----------------------------------------------------------------------------------

ORDERS = [
    ("wrong-order", "tls.chain_order", "wrong", "tls.chain-wrong-order", "tls.chain-out-of-order"),
    ("root-sent", "tls.chain_root_sent", True, "tls.chain-root-sent", "tls.root-sent"),
    ("twice-sent", "tls.chain_repeated", 1, "tls.chain-repeated", "tls.needless-certificates"),
    ("expired-extra", "tls.chain_needless", ("mqassist test expired-ca",), "tls.chain-needless",
     "tls.needless-certificates"),
]  # fmt: skip


@pytest.mark.parametrize(("identity", "fact", "value", "sentence", "cause"), ORDERS)
def test_an_odd_chain_is_told_and_alarms_nobody(
    identity: str, fact: str, value: object, sentence: str, cause: str, pki: Pki, mosquitto: Mosquitto,
    diagnose: Diagnose,
) -> None:  # fmt: skip
    broker = mosquitto(mosquitto_listener(pki.identity(identity)))
    asked = identity == "root-sent"  # so common that nobody is told unasked
    report = diagnose(broker.url("mqtts"), ca=pki.ca, thorough=asked)
    assert_healthy(report)
    assert facts(report)[fact] == value
    assert sentence in _said(report)
    # beside a real fault it is listed, and never in its place
    other = diagnose(broker.url("mqtts", password="wrong-word"), ca=pki.ca, thorough=asked)
    assert other.verdict.primary is not None
    assert other.verdict.primary.cause == "mqtt.bad-credentials"
    assert cause in _named(other)


def test_the_right_order_is_named(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(pki.identity("wrong-order"), rabbitmq.amqp))
    seen = facts(diagnose(rabbitmq.url("amqps", port=proxy.port), ca=pki.ca))
    leaf, deep, intermediate = "localhost", "mqassist test deep-intermediate-ca", "mqassist test intermediate-ca"
    assert seen["tls.chain_sent"] == (leaf, intermediate, deep)
    assert seen["tls.chain_should_be"] == (leaf, deep, intermediate)


def test_a_wrong_order_beside_an_unknown_authority(pki: Pki, mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto(mosquitto_listener(pki.identity("wrong-order")))
    report = diagnose(broker.url("mqtts"), ca=pki.authority("other-ca"))
    assert_cause(report, "tls.unknown-ca")
    assert "tls.chain-out-of-order" in _named(report)


@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_a_root_that_the_broker_adds_itself_costs_no_time(
    scheme: str, pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose
) -> None:
    # seen: RabbitMQ 3.10.8 sends the root of its cacertfile along
    report = diagnose(rabbitmq.url(scheme), ca=pki.ca)
    assert_healthy(report)
    assert facts(report)["tls.chain_wanted"] is False
    assert facts(diagnose(rabbitmq.url(scheme), ca=pki.ca, thorough=True))["tls.chain_root_sent"] is True


@pytest.mark.parametrize("identity", ["server", "right-order", "intermediate", "rsa", "root-sent"])
def test_a_good_chain_is_not_looked_at_again(
    identity: str, pki: Pki, mosquitto: Mosquitto, diagnose: Diagnose
) -> None:
    report = diagnose(mosquitto(mosquitto_listener(pki.identity(identity))).url("mqtts"), ca=pki.ca)
    assert_healthy(report)
    assert facts(report)["tls.chain_wanted"] is False
    assert "tls.chain" not in ran(report)


def test_an_odd_chain_costs_no_further_connection(pki: Pki, mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    broker = mosquitto(mosquitto_listener(pki.identity("wrong-order")))
    report = diagnose(broker.url("mqtts"), ca=pki.ca)
    assert_healthy(report)
    assert "tls.chain" in ran(report)
    assert broker.process.text().count("New connection from") == 1


def test_where_to_download_the_missing_intermediate(
    pki: Pki, mosquitto: Mosquitto, scripted_peer: Callable[..., Peer], diagnose: Diagnose, tmp_path: Path
) -> None:
    shelf = scripted_peer([read_until(b"\r\n\r\n"), send(b"HTTP/1.1 404 Not Found\r\n\r\n"), fin()])
    url = f"http://localhost:{shelf.port}/issuer.cer"
    alone = Path(shutil.copy(pki.ca, tmp_path / "root.pem"))
    report = diagnose(mosquitto(mosquitto_listener(pki.with_issuer_at(url))).url("mqtts"), ca=alone)
    assert_cause(report, "tls.incomplete-chain")
    seen = facts(report)
    assert seen["tls.gap_url"] == url
    advice = services().wording.advice("tls.incomplete-chain", seen)  # type: ignore[arg-type]  # facts are facts
    assert advice is not None
    assert [step.command for step in advice.steps if step.command and "curl" in step.command] == [
        f"curl -sS {url} -o issuer.cer && openssl x509 -in issuer.cer -out intermediate.pem"
    ]
    without = services().wording.advice("tls.incomplete-chain", {})
    assert without is not None
    assert len(without.steps) == len(advice.steps) - 1, "without the address there is nothing to download"


# -- who else would accept it ------------------------------------------------------------------------

REFUSALS = [
    ("no-authority-key", ("Python ≥ 3.13",), ("no-authority-key",), "tls.strict-x509"),
    ("loose-ca", ("Python ≥ 3.13",), ("constraints-not-critical", "authority-without-usage"), "tls.strict-x509"),
    ("rsa-only-encrypts", ("Java",), ("no-digital-signature",), "tls.other-clients-refuse"),
]


@pytest.mark.parametrize(("identity", "runtimes", "reasons", "cause"), REFUSALS)
def test_other_clients_would_refuse_it(
    identity: str, runtimes: tuple[str, ...], reasons: tuple[str, ...], cause: str, pki: Pki, mosquitto: Mosquitto,
    diagnose: Diagnose,
) -> None:  # fmt: skip
    shown = pki.identity(identity)
    broker = mosquitto(mosquitto_listener(shown))
    report = diagnose(broker.url("mqtts"), ca=shown.ca, thorough=True)
    assert_healthy(report)
    seen = facts(report)
    assert seen["tls.refused_by_runtimes"] == runtimes
    assert seen["tls.refusal_reasons"] == reasons
    assert {f"tls.runtime-{reason}" for reason in reasons} <= _said(report)
    broken = diagnose(broker.url("mqtts", password="wrong-word"), ca=shown.ca, thorough=True)
    assert cause in _named(broken)


@pytest.mark.parametrize(
    ("identity", "strict"),
    [("server", "ok"), ("intermediate", "ok"), ("no-authority-key", "refused"), ("loose-ca", "refused")],
)
def test_strictness_is_proved_by_a_handshake(
    identity: str, strict: str, pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    """And Python itself, told to be as strict, agrees."""
    shown = pki.identity(identity)
    proxy = haproxy(haproxy_listener(shown, rabbitmq.amqp))
    report = diagnose(rabbitmq.url("amqps", port=proxy.port), ca=shown.ca, thorough=True)
    assert_healthy(report)
    assert facts(report)["tls.strict_verify"] == strict
    assert _python_is_strict(proxy.port, shown.ca) == strict


def _python_is_strict(port: int, ca: Path) -> str:
    context = ssl.create_default_context(cafile=str(ca))
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    with socket.create_connection(("127.0.0.1", port), 5) as plain:
        try:
            with context.wrap_socket(plain, server_hostname="localhost"):
                return "ok"
        except ssl.SSLCertVerificationError:
            return "refused"


def test_strictness_is_noticed_without_being_asked_for(
    pki: Pki, mosquitto: Mosquitto, diagnose: Diagnose
) -> None:
    broker = mosquitto(mosquitto_listener(pki.identity("no-authority-key")))
    report = diagnose(broker.url("mqtts"), ca=pki.ca)
    assert_healthy(report)
    assert facts(report)["tls.strict_code"] == 85


def test_only_a_wildcard_fits(pki: Pki, mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    shown = pki.server_for("*.example.test")
    broker = mosquitto(mosquitto_listener(shown))
    report = diagnose(broker.url("mqtts"), ca=shown.ca, server_name="mq.example.test", thorough=True)
    assert_healthy(report)
    assert facts(report)["tls.refused_by_runtimes"] == ("Erlang",)


def test_only_a_common_name(pki: Pki, mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    report = diagnose(mosquitto(mosquitto_listener(pki.identity("no-san"))).url("mqtts"), ca=pki.ca)
    assert_cause(report, "tls.no-san")
    assert facts(report)["tls.refused_by_runtimes"] == ("Go",)


def test_a_trusted_intermediate_is_enough_for_some(pki: Pki, mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    shown = pki.identity("partial-root")
    report = diagnose(mosquitto(mosquitto_listener(shown)).url("mqtts"), ca=shown.ca)
    assert_cause(report, "tls.root-missing-partial")
    assert "Java" in facts(report)["tls.accepted_by_runtimes"]  # type: ignore[operator]  # a list


def test_trust_stores(
    pki: Pki, mosquitto: Mosquitto, diagnose: Diagnose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """certifi is whatever carries that name; here it holds the broker's authority."""
    (tmp_path / "certifi.py").write_text(f"def where():\n    return {str(pki.ca)!r}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "certifi", raising=False)
    broker = mosquitto(mosquitto_listener(pki.server))
    report = diagnose(broker.url("mqtts"), ca=pki.ca, thorough=True)
    sys.modules.pop("certifi", None)
    assert_healthy(report)
    assert facts(report)["tls.trusted_by"] == ("given-ca", "certifi")
    assert facts(report)["tls.not_trusted_by"] == ("system",)


def test_trust_stores_that_all_refuse(pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(rabbitmq.url("amqps"), ca=pki.authority("other-ca"), thorough=True)
    assert_cause(report, "tls.unknown-ca")
    assert facts(report)["tls.trusted_by"] == ()
    assert _strings(report, "tls.not_trusted_by")[:2] == ("given-ca", "system")


def test_the_store_of_the_system_is_the_profile_s_without_a_file(
    pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenSSL reads where the system's bundle is from this variable; the tests' authority stands in for it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pki.ca))
    report = diagnose(rabbitmq.url("amqps"), thorough=True)
    assert_healthy(report)
    assert "system" in _strings(report, "tls.trusted_by")
    assert "given-ca" not in _strings(report, "tls.trusted_by")


@pytest.mark.parametrize(("name", "opinion"), [("*.example.test", "refuses"), ("mq.example.test", "accepts")])
def test_erlang_agrees(name: str, opinion: str, pki: Pki, mosquitto: Mosquitto, diagnose: Diagnose) -> None:
    """The Erlang that runs RabbitMQ, as a client with its default settings."""
    shown = pki.server_for(name)
    broker = mosquitto(mosquitto_listener(shown))
    said = _erlang(broker.ports["port"], shown.ca, "mq.example.test")
    assert ("hostname_check_failed" in said) if opinion == "refuses" else (said == "ok"), said
    report = diagnose(broker.url("mqtts"), ca=shown.ca, server_name="mq.example.test", thorough=True)
    assert ("Erlang" in _strings(report, "tls.refused_by_runtimes")) == (opinion == "refuses")


def test_openssl_agrees_that_a_trusted_intermediate_may_be_enough(pki: Pki, mosquitto: Mosquitto) -> None:
    shown = pki.identity("partial-root")
    broker = mosquitto(mosquitto_listener(shown))
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{broker.ports['port']}", "-CAfile", str(shown.ca)]
    plain, partial = (
        subprocess.run([*command, *more], input="", capture_output=True, text=True, timeout=20, check=False).stdout
        for more in ((), ("-partial_chain", "-x509_strict"))
    )
    assert "Verify return code: 2 " in plain
    assert "Verify return code: 0 " in partial


def _strings(report: Report, fact: str) -> tuple[object, ...]:
    value = facts(report)[fact]
    assert isinstance(value, tuple)
    return value


def _erlang(port: int, ca: Path, name: str) -> str:
    program = (
        "application:ensure_all_started(ssl),"
        f'R = ssl:connect("127.0.0.1", {port}, [{{verify, verify_peer}}, {{cacertfile, "{ca}"}},'
        f' {{server_name_indication, "{name}"}}, {{log_level, none}}], 10000),'
        'io:format("~0p", [case R of {ok, _} -> ok; Refused -> Refused end]), halt().'
    )
    command = ["erl", "-noshell", "-eval", program]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout.strip()
