"""A thorough check lists what a broker takes: against what the broker was told to take, and what its log says of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.pki import Pki
from tests.support.processes import program
from tests.support.rabbitmq import RabbitNode
from tests.support.tls import OAKLEY_GROUP_2, assert_healthy, facts, haproxy_listener, mosquitto_listener, ran

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]

def _list(seen: dict[str, object], name: str) -> set[str]:
    value = seen[name]
    assert isinstance(value, tuple)
    return set(value)


def _named(report: Report) -> set[str]:
    verdict = report.verdict
    return {finding.cause for finding in (verdict.primary, *verdict.others) if finding}


def _is_new(node: RabbitNode) -> bool:
    """seen: RabbitMQ 4.0.5 on OTP 27 takes neither TLS 1.0 and 1.1 nor suites with CBC; 3.10.8 on OTP 25 takes both."""
    return node.version >= (4,)


def test_rabbitmq(pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    before = rabbitmq.text().count("\n")
    report = diagnose(rabbitmq.url("amqps"), ca=pki.ca, thorough=True, only=("tls",))
    seen = facts(report)
    assert_healthy(report)
    assert seen["tls.listing_unanswered"] == 0
    # with an EC certificate; the same as sslscan lists
    assert {name: len(_list(seen, name)) for name in seen if name.startswith("tls.suites_")} == (
        {"tls.suites_tls_1_3": 5, "tls.suites_tls_1_2": 9} if _is_new(rabbitmq) else
        {"tls.suites_tls_1_3": 5, "tls.suites_tls_1_2": 17, "tls.suites_tls_1_1": 2, "tls.suites_tls_1_0": 2}
    )  # fmt: skip
    assert seen["tls.old_versions_on"] is not _is_new(rabbitmq)
    assert rabbitmq.text().count("\n") - before <= 50
    assert 5 <= int(str(seen["tls.listing_connections"])) <= 45
    listing = next(step for step in report.observations if step.probe == "tls.listing")
    said = [pair for line in listing.evidence for pair in line.values]
    assert ("connections", seen["tls.listing_connections"]) in said


_SSLSCAN = ("sslscan", "--no-colour", "--no-fallback", "--no-renegotiation", "--no-compression", "--no-heartbleed",
            "--no-groups", "--xml=-")  # fmt: skip


def _as_sslscan_sees_it(port: int) -> dict[str, set[str]]:
    """By the fact that has the same list here: names of suites, ours for the numbers that it found."""
    from mqassist.net.tls_context import suite_names
    from mqassist.net.tls_suites import suite_name

    command = [program(_SSLSCAN[0]), *_SSLSCAN[1:], f"localhost:{port}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    known = suite_names()
    found: dict[str, set[str]] = {}
    for cipher in ElementTree.fromstring(done.stdout).iter("cipher"):
        fact = f"tls.suites_tls_{cipher.attrib['sslversion'].removeprefix('TLSv').replace('.', '_')}"
        found.setdefault(fact, set()).add(suite_name(int(cipher.attrib["id"], 16), known))
    return found


@pytest.mark.parametrize("listener", ["amqps", "mqtts"])
def test_the_same_suites_as_sslscan(listener: str, pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    wanted = _as_sslscan_sees_it(rabbitmq.ports[listener])
    assert len(wanted) == (2 if _is_new(rabbitmq) else 4)
    report = diagnose(rabbitmq.url(listener), ca=pki.ca, thorough=True)
    seen = facts(report)
    assert {name: _list(seen, name) for name in seen if name.startswith("tls.suites_")} == wanted


def test_the_same_suites_as_sslscan_of_a_server_with_an_rsa_key(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(pki.identity("rsa"), rabbitmq.amqp, "ssl-min-ver TLSv1.0 ciphers ALL:@SECLEVEL=0"))
    wanted = _as_sslscan_sees_it(proxy.port)
    seen = facts(diagnose(rabbitmq.url("amqps", port=proxy.port), ca=pki.ca, thorough=True))
    assert len(wanted["tls.suites_tls_1_2"]) > 20
    assert {name: _list(seen, name) for name in seen if name.startswith("tls.suites_")} == wanted


@pytest.mark.parametrize("scheme", ["amqps", "mqtts"])
def test_the_whole_check_stays_healthy(
    scheme: str, pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose
) -> None:
    report = diagnose(rabbitmq.url(scheme), ca=pki.ca, thorough=True)
    assert_healthy(report)
    listing = next(step for step in report.observations if step.probe == "tls.listing")
    own = [step for step in report.observations if step.probe in ("amqp.heartbeat", "mqtt.message_path")]
    assert own
    assert all(listing.started_ms >= step.started_ms + step.took_ms for step in own), "the main path comes first"


def test_nothing_is_listed_unless_asked_for(pki: Pki, rabbitmq: RabbitNode, diagnose: Diagnose) -> None:
    assert "tls.listing" not in ran(diagnose(rabbitmq.url("amqps"), ca=pki.ca))


def test_exactly_what_rabbitmq_was_told(
    pki: Pki, rabbitmq_node: Callable[..., RabbitNode], diagnose: Diagnose, tmp_path: Path
) -> None:
    wanted = ("ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256")
    group = tmp_path / "dh.pem"
    group.write_text(OAKLEY_GROUP_2)
    conf = f"ssl_options.dhfile = {group}\nssl_options.versions.1 = tlsv1.2\n" + "".join(
        f"ssl_options.ciphers.{at} = {name}\n" for at, name in enumerate(wanted, 1)
    )
    node = rabbitmq_node(conf, ("rabbitmq_mqtt",), identity=pki.identity("rsa"))
    report = diagnose(node.url("amqps"), ca=pki.ca, thorough=True)
    seen = facts(report)
    assert_healthy(report)
    assert _list(seen, "tls.suites_tls_1_2") == set(wanted)
    assert seen["tls.listed_versions"] == ("TLSv1.2",)
    assert seen["tls.old_versions_on"] is False
    assert seen["tls.dh_bits"] == 1024
    assert seen["tls.dh_small"] is True


def test_exactly_what_mosquitto_was_told(pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose) -> None:
    wanted = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-CHACHA20-POLY1305")
    extra = f"tls_version tlsv1.2\nciphers {':'.join(wanted)}\nciphers_tls1.3 TLS_AES_256_GCM_SHA384"
    report = diagnose(mosquitto(mosquitto_listener(pki.server, extra)).url("mqtts"), ca=pki.ca, thorough=True)
    seen = facts(report)
    assert_healthy(report)
    assert seen["tls.listed_versions"] == ("TLSv1.3", "TLSv1.2")
    assert _list(seen, "tls.suites_tls_1_2") == set(wanted)
    # seen: Mosquitto 2.0.11 leaves TLS 1.3 with its own suites unless ciphers_tls1.3 says otherwise
    assert seen["tls.suites_tls_1_3"] == ("TLS_AES_256_GCM_SHA384",)


WEAK = "AES128-SHA:AECDH-AES128-SHA:NULL-SHA256:AECDH-NULL-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0"


def test_weak_offers_are_listed_and_alarm_nobody(
    pki: Pki, rabbitmq: RabbitNode, haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    options = f"ssl-min-ver TLSv1.0 ciphers {WEAK}"
    proxy = haproxy(haproxy_listener(pki.identity("rsa"), rabbitmq.amqp, options))
    report = diagnose(rabbitmq.url("amqps", port=proxy.port), ca=pki.ca, thorough=True)
    seen = facts(report)
    assert_healthy(report)
    assert seen["tls.listed_versions"] == ("TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1")
    assert _list(seen, "tls.suites_tls_1_0") == set(WEAK.split(":")) - {"NULL-SHA256", "@SECLEVEL=0"}
    assert _list(seen, "tls.suites_tls_1_2") == set(WEAK.split(":")[:-1])
    assert _list(seen, "tls.weak_suites") == {"AECDH-AES128-SHA", "NULL-SHA256", "AECDH-NULL-SHA"}
    assert "tls.dh_bits" not in seen, "no suite with a group of the server's own"
    assert seen["tls.only_broken_suites"] is False


def test_nothing_but_broken_suites(
    pki: Pki, mosquitto: Callable[..., Broker], haproxy: Callable[..., Proxy], diagnose: Diagnose
) -> None:
    proxy = haproxy(haproxy_listener(
        pki.identity("rsa"), mosquitto().port, "ssl-max-ver TLSv1.2 ciphers NULL-SHA256:AECDH-NULL-SHA:@SECLEVEL=0"
    ))
    report = diagnose(f"mqtts://app@localhost:{proxy.port}", ca=pki.ca, thorough=True)
    assert facts(report)["tls.only_broken_suites"] is True
    assert "tls.only-broken-ciphers" in _named(report)
    assert report.verdict.status == "broken", "OpenSSL offers none of these"


def test_the_list_does_not_change_the_verdict_on_a_certificate(
    pki: Pki, mosquitto: Callable[..., Broker], diagnose: Diagnose
) -> None:
    broker = mosquitto(mosquitto_listener(pki.identity("expired")))
    report = diagnose(broker.url("mqtts"), ca=pki.ca, thorough=True)
    assert report.verdict.primary is not None
    assert report.verdict.primary.cause == "tls.certificate-expired"
    assert facts(report)["tls.listed_versions"] == ("TLSv1.3", "TLSv1.2")
