"""Client certificates: missing, refused under TLS 1.3 after the handshake and under TLS 1.2 inside it, and files that
never make it to the wire."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.support.canary import CANARY
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.pki import Pki
from tests.support.rabbitmq import RabbitNode
from tests.support.tls import assert_cause, assert_healthy, facts, haproxy_listener, mosquitto_listener

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
STRICT = "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\n"

REFUSED = [
    ("", "tls.client-certificate-required"),
    ("client-expired", "tls.client-certificate-expired"),
    ("client-not-yet-valid", "tls.client-certificate-not-yet-valid"),
    ("client-unknown-ca", "tls.client-certificate-rejected"),
    ("client-wrong-purpose", "tls.client-certificate-wrong-purpose"),
]


@pytest.fixture(scope="module")
def strict_rabbitmq(rabbitmq_node: Callable[..., RabbitNode]) -> RabbitNode:
    return rabbitmq_node(STRICT, ("rabbitmq_management", "rabbitmq_mqtt"))


def _files(pki: Pki, client: str) -> dict[str, Any]:
    if not client:
        return {"ca": pki.ca}
    identity = pki.identity(client)
    return {"ca": pki.ca, "cert": identity.cert, "key": identity.key}


@pytest.mark.parametrize(("client", "cause"), REFUSED)
@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_rabbitmq_refuses(
    scheme: str, client: str, cause: str, pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose
) -> None:
    report = diagnose(strict_rabbitmq.url(scheme), **_files(pki, client))
    assert_cause(report, cause)
    assert facts(report)["tls.client_result"] == "refused"
    assert facts(report)["tls.version"] == "TLSv1.3", "the first handshake itself succeeds"


@pytest.mark.parametrize(("client", "cause"), REFUSED)
@pytest.mark.parametrize("version", ["tlsv1.2", "tlsv1.3"])
def test_mosquitto_refuses(
    version: str, client: str, cause: str, pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    extra = f"cafile {pki.ca}\nrequire_certificate true\ntls_version {version}"
    broker = mosquitto(mosquitto_listener(pki.server, extra))
    report = diagnose(broker.url("mqtts"), **_files(pki, client))
    assert_cause(report, cause)


def test_haproxy_refuses(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(pki.server, rabbitmq.amqp, f"ca-file {pki.ca} verify required"))
    report = diagnose(rabbitmq.url("amqps", port=proxy.port), ca=pki.ca)
    assert_cause(report, "tls.client-certificate-required")


@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_healthy_rabbitmq(scheme: str, pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(strict_rabbitmq.url(scheme), **_files(pki, "client"))
    assert_healthy(report)
    assert facts(report)["tls.certificate_sent"] is True
    assert "tls.client_result" not in facts(report)


@pytest.mark.parametrize("client", ["client", "client-rsa"])
def test_healthy_mosquitto(client: str, pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose) -> None:
    broker = mosquitto(mosquitto_listener(pki.server, f"cafile {pki.ca}\nrequire_certificate true"))
    assert_healthy(diagnose(broker.url("mqtts"), **_files(pki, client)))


def test_healthy_where_a_certificate_is_only_asked_for(
    pki: Pki, rabbitmq_node: Callable[..., RabbitNode], diagnose: Diagnose
) -> None:
    node = rabbitmq_node("ssl_options.verify = verify_peer\n", ("rabbitmq_mqtt",))
    report = diagnose(node.url("amqps"), ca=pki.ca)
    assert_healthy(report)
    assert facts(report)["tls.certificate_requested"] is True


def test_a_wrong_password_is_not_taken_for_a_refused_certificate(
    pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose
) -> None:
    report = diagnose(strict_rabbitmq.url("amqps", password="wrong-" + CANARY[:4]), **_files(pki, "client"))
    primary = report.verdict.primary
    assert primary is not None
    assert primary.cause.startswith("auth.")


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [True, False])
def test_key_of_another_certificate(
    asked: bool, pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    extra = f"cafile {pki.ca}\nrequire_certificate true" if asked else ""
    broker = mosquitto(mosquitto_listener(pki.server, extra))
    report = diagnose(broker.url("mqtts"), ca=pki.ca, cert=pki.identity("client").cert, key=pki.server.key)
    assert_cause(report, "tls.client-key-mismatch")
    assert facts(report)["tls.result"] == "ok", "the rest is checked without the broken pair"


def test_key_that_is_too_weak_to_be_loaded(pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(strict_rabbitmq.url("amqps"), **_files(pki, "client-weak-key"))
    assert_cause(report, "tls.file-unreadable")
    assert facts(report)["tls.files_reason"] == "too-weak"


def test_key_without_a_certificate(pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(rabbitmq.url("amqps"), ca=pki.ca, key=pki.identity("client").key)
    assert_cause(report, "tls.client-certificate-incomplete")


@pytest.mark.parametrize("passphrase", [None, "wrong"])
def test_encrypted_key(
    passphrase: str | None, pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose
) -> None:
    files = _files(pki, "client-encrypted-key")
    report = diagnose(strict_rabbitmq.url("amqps"), key_password=passphrase, **files)
    assert_cause(report, "tls.client-key-encrypted")


def test_encrypted_key_with_its_passphrase(pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    files = _files(pki, "client-encrypted-key")
    assert_healthy(diagnose(strict_rabbitmq.url("amqps"), key_password=CANARY, **files))


def test_certificate_without_its_key(pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    report = diagnose(strict_rabbitmq.url("amqps"), ca=pki.ca, cert=pki.identity("client").cert)
    assert_cause(report, "tls.client-certificate-incomplete")


def test_one_file_with_both(pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose, tmp_path: Path) -> None:
    client, both = pki.identity("client"), tmp_path / "client.pem"
    both.write_bytes(client.cert.read_bytes() + client.key.read_bytes())
    assert_healthy(diagnose(strict_rabbitmq.url("amqps"), ca=pki.ca, cert=both))


@pytest.mark.parametrize("kind", ["missing", "der", "pkcs12", "not-pem", "wrong-kind", "directory", "empty"])
def test_ca_file_that_cannot_be_used(
    kind: str, pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose, tmp_path: Path
) -> None:
    report = diagnose(rabbitmq.url("amqps"), ca=_unusable(kind, pki, tmp_path))
    assert_cause(report, "tls.file-unreadable")
    assert facts(report)["tls.files_reason"] == kind
    assert facts(report)["tls.result"] == "unverified", "nothing becomes trusted by a broken file"


def _unusable(kind: str, pki: Pki, folder: Path) -> Path:
    path = folder / "ca.pem"
    certificate = x509.load_pem_x509_certificate(pki.ca.read_bytes())
    if kind == "der":
        path.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    elif kind == "pkcs12":
        from cryptography.hazmat.primitives.serialization import pkcs12

        path.write_bytes(
            pkcs12.serialize_key_and_certificates(None, None, None, [certificate], serialization.NoEncryption())
        )
    elif kind == "wrong-kind":
        path.write_bytes(pki.server.key.read_bytes())
    elif kind == "directory":
        path.mkdir()
    elif kind != "missing":
        path.write_text("certificate goes here" if kind == "not-pem" else "")
    return path


# -- through a proxy -------------------------------------------------------------------------------


def test_every_second_look_goes_through_the_proxy(
    pki: Pki, strict_rabbitmq: RabbitNode, squid: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = squid()
    url, through = strict_rabbitmq.url("amqps"), f"http://127.0.0.1:{proxy.port}"
    assert_healthy(diagnose(url, proxy=through, **_files(pki, "client")))
    assert_cause(diagnose(url, proxy=through, ca=pki.ca), "tls.client-certificate-required")
    assert_cause(diagnose(url, proxy=through, ca=pki.authority("other-ca")), "tls.unknown-ca")


# -- whose certificates are accepted ---------------------------------------------------------------

OURS = "CN=mqassist test ca"


def test_rabbitmq_says_whose_certificates_it_accepts(
    pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose
) -> None:
    report = diagnose(strict_rabbitmq.url("amqps"), **_files(pki, "client"))
    assert_healthy(report)
    # seen: RabbitMQ 3.10.8 on OTP 25 names them with TLS 1.3 too
    assert facts(report)["tls.version"] == "TLSv1.3"
    assert facts(report)["tls.client_issuers"] == (OURS,)
    assert facts(report)["tls.client_issuer"] == OURS
    assert facts(report)["tls.client_issuer_known"] is True


@pytest.mark.parametrize("version", ["tlsv1.2", "tlsv1.3"])
def test_mosquitto_names_nobody(
    version: str, pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    extra = f"cafile {pki.ca}\nrequire_certificate true\ntls_version {version}"
    report = diagnose(mosquitto(mosquitto_listener(pki.server, extra)).url("mqtts"), **_files(pki, "client"))
    assert_healthy(report)
    # seen: Mosquitto 2.0.11 sends no list, so any authority may do
    assert facts(report)["tls.certificate_sent"] is True
    assert not {"tls.client_issuers", "tls.client_issuer", "tls.client_issuer_known"} & set(facts(report))


@pytest.mark.parametrize("limit", ["", "ssl-max-ver TLSv1.2"])
def test_an_accepted_certificate_of_an_unnamed_authority(
    limit: str, pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    """Named in the evidence, because Java and Go would not send it; no alarm, because this client is fine."""
    other = pki.authority("other-ca")
    options = f"ca-file {other} ca-verify-file {pki.ca} verify required {limit}"
    proxy = haproxy(haproxy_listener(pki.server, rabbitmq.amqp, options))
    report = diagnose(rabbitmq.url("amqps", port=proxy.port), **_files(pki, "client"))
    assert_healthy(report)
    assert facts(report)["tls.client_issuers"] == ("CN=mqassist test other-ca",)
    assert facts(report)["tls.client_issuer_known"] is False
    handshake = next(step for step in report.observations if step.probe == "tls.handshake")
    assert "tls.client-issuer-unknown" in {line.key for line in handshake.evidence}
    wrong = diagnose(rabbitmq.url("amqps", port=proxy.port, password="wrong-word"), **_files(pki, "client"))
    assert "tls.client-issuer-not-listed" in {other.cause for other in wrong.verdict.others}


def test_the_file_that_would_fit(
    pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose, tmp_path: Path
) -> None:
    for name in ("client", "client-expired", "client-unknown-ca", "client-wrong-purpose"):
        identity = pki.identity(name)
        (tmp_path / f"{name}.pem").write_bytes(identity.cert.read_bytes())
        (tmp_path / f"{name}.key").write_bytes(identity.key.read_bytes())
    wrong = {"cert": tmp_path / "client-unknown-ca.pem", "key": tmp_path / "client-unknown-ca.key"}
    report = diagnose(strict_rabbitmq.url("amqps"), ca=pki.ca, **wrong)
    assert_cause(report, "tls.client-certificate-rejected")
    assert facts(report)["tls.client_fitting"] == (str(tmp_path / "client.pem"),)
    assert facts(report)["tls.client_issuer_known"] is False


def test_no_certificate_given_but_one_at_hand(
    pki: Pki, strict_rabbitmq: RabbitNode, diagnose: Diagnose, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_bytes(pki.ca.read_bytes())
    (tmp_path / "me.crt").write_bytes(pki.identity("client").cert.read_bytes())
    report = diagnose(strict_rabbitmq.url("mqtts"), ca=tmp_path / "ca.pem")
    assert_cause(report, "tls.client-certificate-required")
    assert facts(report)["tls.client_fitting"] == (str(tmp_path / "me.crt"),)
