"""Checks that read RabbitMQ's own log: the lines of this run, nobody else's, and what they decide."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pika  # type: ignore[import-untyped]
import pytest

from tests.support.amqp import assert_healthy, facts_of, limit, root_of
from tests.support.diagnosis import diagnose
from tests.support.logs import assert_named_by_log, causing, with_lines, with_log
from tests.support.netlab import SERVER, NetLab
from tests.support.pki import Pki
from tests.support.ports import wait_until
from tests.support.rabbitmq import PLUGINS, RabbitNode

Nodes = Callable[..., RabbitNode]

DEAD_HTTP = """
auth_backends.1 = internal
auth_backends.2 = http
auth_http.user_path = http://127.0.0.1:9/user
auth_http.vhost_path = http://127.0.0.1:9/vhost
auth_http.resource_path = http://127.0.0.1:9/resource
auth_http.topic_path = http://127.0.0.1:9/topic
log.file = node.log
log.file.formatter = json
"""
WITH_HTTP = (*PLUGINS, "rabbitmq_auth_backend_http")


@pytest.fixture
def json_node(rabbitmq_node: Nodes) -> RabbitNode:
    """Logs JSON; asks a dead HTTP service about whom it does not know itself."""
    return rabbitmq_node(DEAD_HTTP, WITH_HTTP)


@pytest.mark.parametrize("scheme", ["amqp", "mqtt"])
def test_a_healthy_run_finds_its_own_lines_and_names_nothing(rabbitmq: RabbitNode, scheme: str) -> None:
    report = with_lines(lambda: with_log(rabbitmq.url(scheme), rabbitmq.log))
    assert_healthy(report)
    assert {hit.matched_by for hit in report.log_matches} <= {"client-id", "source-port"}
    assert causing(report) == []
    assert not [name for name in facts_of(report) if name.startswith("log.")]


def test_wrong_password(rabbitmq: RabbitNode) -> None:
    report = with_log(rabbitmq.url(password="wrong"), rabbitmq.log)
    assert_named_by_log(report, "auth.bad-credentials", "PLAIN login refused: user 'app' - invalid credentials")
    assert facts_of(report)["log.refusal"] == "wrong-credentials"  # although "wrong" is the password
    assert [hit.step for hit in causing(report)] == ["amqp.login"]


def test_wrong_password_in_a_json_log_with_a_dead_http_service(json_node: RabbitNode) -> None:
    without = diagnose(json_node.url(user="nobody"))
    assert root_of(without) != "auth.backend-down"
    report = with_log(json_node.url(user="nobody"), json_node.log)
    assert_named_by_log(report, "auth.backend-down", "rabbit_auth_backend_http failed authenticating nobody")
    assert facts_of(report)["log.backend"] == "rabbit_auth_backend_http"


def test_a_json_log_of_a_healthy_run(json_node: RabbitNode) -> None:
    report = with_lines(lambda: with_log(json_node.url(), json_node.log))
    assert_healthy(report)
    assert causing(report) == []


def test_blank_password(rabbitmq: RabbitNode) -> None:
    report = with_log(rabbitmq.url(password=""), rabbitmq.log)
    assert_named_by_log(report, "auth.blank-password", "attempted to log in with a blank password")


@pytest.mark.parametrize(("scheme", "prefix"), [("amqp", ""), ("mqtt", "logfull:")])
def test_virtual_host_limit(rabbitmq: RabbitNode, scheme: str, prefix: str) -> None:
    rabbitmq.add_vhost("logfull")
    limit(rabbitmq, "vhost", "logfull", "max-connections", 0)
    vhost = "/" if prefix else "logfull"
    report = with_log(rabbitmq.url(scheme, user=prefix + "app", vhost=vhost), rabbitmq.log)
    said = "connection limit 0 is reached" if prefix and rabbitmq.version >= (4,) else "connection limit (0) is reached"
    assert_named_by_log(report, "auth.vhost-connection-limit", said)
    assert facts_of(report)["log.vhost"] == "logfull"


def test_user_limit_behind_mqtt_is_named_by_the_log_alone(rabbitmq: RabbitNode) -> None:
    rabbitmq.add_user("logulim")
    limit(rabbitmq, "user", "logulim", "max-connections", 0)
    without = diagnose(rabbitmq.url("mqtt", user="logulim"))
    assert root_of(without) == "mqtt.not-authorized"  # true, but not why
    report = with_log(rabbitmq.url("mqtt", user="logulim"), rabbitmq.log)
    new = rabbitmq.version >= (4,)
    said = "connection limit 0 is reached for user logulim" if new else "user connection limit (0) is reached"
    assert_named_by_log(report, "auth.user-connection-limit", said)


def test_no_rights_on_the_virtual_host(rabbitmq: RabbitNode) -> None:
    rabbitmq.add_vhost("logforeign", user="")
    report = with_log(rabbitmq.url(vhost="logforeign"), rabbitmq.log)
    assert_named_by_log(report, "auth.vhost-access-denied", "access to vhost 'logforeign' refused for user 'app'")


def test_a_user_with_few_rights_is_healthy_and_no_line_says_otherwise(rabbitmq: RabbitNode) -> None:
    rabbitmq.add_user("logreader", configure="^$", write="^$")
    report = with_lines(lambda: with_log(rabbitmq.url(user="logreader"), rabbitmq.log))
    assert_healthy(report)
    assert {hit.cause for hit in report.log_matches} == {None}


def test_plain_client_on_the_tls_port(rabbitmq: RabbitNode) -> None:
    url = f"mqtt://localhost:{rabbitmq.mqtts}"
    report = with_lines(lambda: with_log(url, rabbitmq.log), "unsupported_record_type")
    assert root_of(report) == "proto.plaintext-to-tls-port"
    hit = next(hit for hit in report.log_matches if "unsupported_record_type" in hit.text)
    assert hit.matched_by == "time"  # the line names no connection
    assert root_of(diagnose(url)) == "proto.plaintext-to-tls-port"


def test_tls_client_on_the_plain_port(rabbitmq: RabbitNode, pki: Pki) -> None:
    report = with_log(rabbitmq.url("amqps", port=rabbitmq.amqp), rabbitmq.log, ca=pki.ca)
    assert root_of(report) == "proto.tls-to-plaintext-port"
    main = [hit for hit in report.log_matches if hit.cause]
    assert [hit.cause for hit in main] == ["proto.tls-to-plaintext-port"]
    # what second probes sent (GET, MQTT) is in the log as well, and never stands for a cause
    others = [hit for hit in report.log_matches if "bad_header" in hit.text and hit not in main]
    assert others
    assert {hit.step for hit in others} == {"protocol.identify"}


def test_client_without_a_certificate(rabbitmq_node: Nodes, pki: Pki) -> None:
    node = rabbitmq_node("ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\n")
    report = with_lines(lambda: with_log(node.url("amqps"), node.log, ca=pki.ca), "Certificate required")
    assert root_of(report) == "tls.client-certificate-required"
    expired = pki.identity("client-expired")
    report = with_log(node.url("amqps"), node.log, ca=pki.ca, cert=expired.cert, key=expired.key)
    assert root_of(report) == "tls.client-certificate-expired"
    assert any("Certificate Expired" in hit.text for hit in report.log_matches)


@pytest.mark.parametrize(
    ("password", "cause", "word"),
    [
        ("guest", "auth.guest-remote", "can only connect via localhost"),
        ("changed", "auth.bad-credentials", "user 'guest' - invalid credentials"),
    ],
)
def test_guest_from_another_machine(netlab: NetLab, rabbitmq: RabbitNode, password: str, cause: str, word: str) -> None:
    """Behind address translation: the broker sees another address than ours."""
    netlab.publish(rabbitmq.amqp, rabbitmq.amqp)
    url = f"amqp://guest:{password}@{SERVER}:{rabbitmq.amqp}"
    report = netlab.diagnose(url, "--log", str(rabbitmq.log))
    assert report["verdict"]["cause"] == cause
    assert report["verdict"]["undecided"] == []
    evidence = next(line for line in report["causes"][0]["evidence"] if word in line)
    assert str(rabbitmq.log) in evidence
    hit = next(hit for hit in report["log_matches"] if hit["cause"])
    assert (hit["cause"], hit["step"]) == (cause, "amqp.login")
    assert hit["matched_by"] in ("source-port", "client-id")


@contextmanager
def others_failing(node: RabbitNode, threads: int = 3) -> Iterator[None]:
    """Clients that fail to log in all the time, as long as the block runs."""
    stop = threading.Event()
    login = pika.PlainCredentials("somebody-else", "no")
    where = pika.ConnectionParameters("127.0.0.1", node.amqp, "/", login)

    def fail() -> None:
        while not stop.wait(0.05):  # above 500 lines a second Erlang drops some
            with pytest.raises(pika.exceptions.AMQPError):
                pika.BlockingConnection(where).close()

    running = [threading.Thread(target=fail) for _ in range(threads)]
    before = node.text().count("somebody-else")
    for thread in running:
        thread.start()
    try:
        wait_until(lambda: node.text().count("somebody-else") > before, "others fail", 20)
        yield
    finally:
        stop.set()
        for thread in running:
            thread.join()


def test_failures_of_others_at_the_same_moment_are_not_ours(rabbitmq: RabbitNode) -> None:
    with others_failing(rabbitmq):
        healthy = with_log(rabbitmq.url(), rabbitmq.log)
        missing = with_log(rabbitmq.url(vhost="log-nowhere"), rabbitmq.log)
    assert_healthy(healthy)
    assert root_of(missing) == "auth.vhost-not-found"
    assert not [hit for report in (healthy, missing) for hit in report.log_matches if "somebody-else" in hit.text]
    assert facts_of(missing)["log.refusal"] == "vhost-not-found"


def test_a_log_that_is_rotated_during_the_run(rabbitmq: RabbitNode, tmp_path: Path) -> None:
    """The broker's lines are copied to a file that is replaced as soon as the run's first line has come."""
    log = tmp_path / "broker.log"
    log.write_text("2026-11-20 15:50:00.100000+00:00 [info] <0.1.0> old line\n" * 2000, encoding="utf-8")
    start = len(rabbitmq.text())
    rotated = threading.Event()
    stop = threading.Event()

    def copy() -> None:
        done = start
        while not stop.wait(0.01):
            text = rabbitmq.text()[done:]
            done += len(text)
            if "client-provided name: mqassist" in text and not rotated.is_set():
                log.rename(tmp_path / "broker.log.1")
                rotated.set()
            if text:
                with log.open("a", encoding="utf-8") as file:
                    file.write(text)

    copying = threading.Thread(target=copy)
    copying.start()
    try:
        report = with_log(rabbitmq.url(password="wrong"), log)
    finally:
        stop.set()
        copying.join()
    assert rotated.is_set()
    assert_named_by_log(report, "auth.bad-credentials", "invalid credentials")
    assert all(hit.line < 2000 for hit in report.log_matches)


def test_the_log_of_another_broker_says_nothing(rabbitmq: RabbitNode, json_node: RabbitNode) -> None:
    report = with_log(rabbitmq.url(password="wrong"), json_node.log)
    assert report.log_matches == ()
    assert root_of(report) == root_of(diagnose(rabbitmq.url(password="wrong"))) == "auth.bad-credentials"
    seen = next(seen for seen in report.observations if seen.probe == "log.lines")
    assert seen.summary is not None
    assert (seen.outcome, seen.summary.key) == ("warning", "log.none-of-open")


def test_an_alarm_that_was_set_before_the_run_and_still_holds(rabbitmq_node: Nodes) -> None:
    node = rabbitmq_node("vm_memory_high_watermark.absolute = 1MB\n")
    wait_until(lambda: "memory resource limit alarm set" in node.text(), "the alarm is set", 20)
    report = with_log(node.url("mqtt"), node.log, timeout=1.0)
    assert_named_by_log(report, "cluster.alarm-mqtt", "memory resource limit alarm set")
    assert facts_of(report)["log.alarm"] == "memory"


@pytest.mark.parametrize("kind", ["wrong password", "unknown vhost", "no rights", "tls to plain", "no listener"])
def test_what_was_certain_without_the_log_stays_the_same_with_it(
    rabbitmq: RabbitNode, pki: Pki, free_port: Callable[[], int], kind: str
) -> None:
    rabbitmq.add_vhost("logclosed", user="")
    url = {
        "wrong password": rabbitmq.url(password="wrong"),
        "unknown vhost": rabbitmq.url(vhost="log-nope"),
        "no rights": rabbitmq.url(vhost="logclosed"),
        "tls to plain": rabbitmq.url("amqps", port=rabbitmq.amqp),
        "no listener": f"amqp://localhost:{free_port()}",
    }[kind]
    without, with_it = diagnose(url, ca=pki.ca), with_log(url, rabbitmq.log, ca=pki.ca)
    assert root_of(without) == root_of(with_it) is not None
    assert without.verdict.primary is not None
    assert with_it.verdict.primary is not None
    assert with_it.verdict.primary.certainty >= without.verdict.primary.certainty
    assert with_it.verdict.status == without.verdict.status
