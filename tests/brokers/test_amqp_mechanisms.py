"""Brokers that want another kind of login: mechanisms, client certificates, services that know the users."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator

import pytest

from mqassist.core.report import Report
from tests.support.amqp import assert_healthy, facts_of, root_of
from tests.support.pki import Pki
from tests.support.ports import free_port
from tests.support.rabbitmq import RabbitNode

Diagnose = Callable[..., Report]
Nodes = Callable[..., RabbitNode]


@pytest.fixture
def external(rabbitmq_node: Nodes, pki: Pki) -> RabbitNode:
    """EXTERNAL only, for clients with a certificate of the tests' authority; the user is the common name."""
    conf = (
        "auth_mechanisms.1 = EXTERNAL\nssl_cert_login_from = common_name\nssl_options.verify = verify_peer\n"
        f"ssl_options.cacertfile = {pki.ca}\n"
    )
    return rabbitmq_node(conf, plugins=("rabbitmq_management", "rabbitmq_auth_mechanism_ssl"))


def test_no_mechanism_in_common(diagnose: Diagnose, external: RabbitNode) -> None:
    before = external.text().count("closing AMQP connection")
    report = diagnose(external.url("amqp"))
    assert root_of(report) == "auth.mechanism-unsupported"
    assert "login.result" not in facts_of(report), "a login was sent"
    assert "handshake_error" not in external.text()
    assert external.text().count("closing AMQP connection") >= before


def test_certificate_wanted_and_none_given(diagnose: Diagnose, external: RabbitNode, pki: Pki) -> None:
    report = diagnose(external.url("amqps"), ca=pki.ca)
    assert root_of(report) == "auth.external-no-certificate"
    assert report.verdict.folded == ("auth.mechanism-unsupported",)


def test_certificate_of_a_user_and_of_none(diagnose: Diagnose, external: RabbitNode, pki: Pki) -> None:
    client = pki.identity("client")
    name = common_name(client.cert.read_bytes())
    external.add_user(name)
    known = diagnose(external.url("amqps", user=""), ca=pki.ca, cert=client.cert, key=client.key)
    external.api("DELETE", f"/api/users/{name}")
    unknown = diagnose(external.url("amqps", user=""), ca=pki.ca, cert=client.cert, key=client.key)
    external.add_user(name)
    assert_healthy(known)
    assert facts_of(known)["amqp.mechanism"] == "EXTERNAL"
    assert root_of(unknown) == "auth.external-user-unknown"


def common_name(pem: bytes) -> str:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    subject = x509.load_pem_x509_certificate(pem).subject
    return str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def test_amqplain_only(diagnose: Diagnose, rabbitmq_node: Nodes) -> None:
    node = rabbitmq_node("auth_mechanisms.1 = AMQPLAIN\n", plugins=("rabbitmq_management",))
    report = diagnose(node.url("amqp"))
    assert_healthy(report)
    assert facts_of(report)["amqp.mechanism"] == "AMQPLAIN"
    assert root_of(diagnose(node.url("amqp", password="not the password"))) == "auth.bad-credentials"


# -- services that know the users ----------------------------------------------------------------


class _Users(http.server.BaseHTTPRequestHandler):
    """RabbitMQ's HTTP backend: every answer is "allow", about users only after `pause` seconds."""

    pause = 0.0
    over = threading.Event()

    def do_GET(self) -> None:
        if self.path.startswith("/user"):
            self.over.wait(type(self).pause)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"allow")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def service() -> Iterator[int]:
    port = free_port()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), _Users)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield port
    _Users.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def asking(rabbitmq_node: Nodes, service: int) -> RabbitNode:
    base = f"http://127.0.0.1:{service}"
    paths = "".join(f"auth_http.{what}_path = {base}/{what}\n" for what in ("user", "vhost", "resource", "topic"))
    conf = f"auth_backends.1 = http\n{paths}"
    return rabbitmq_node(conf, plugins=("rabbitmq_auth_backend_http",))


def test_service_that_answers_in_time(diagnose: Diagnose, asking: RabbitNode) -> None:
    _Users.pause = 0.0
    assert_healthy(diagnose(asking.url("amqp")))


def test_service_that_is_slow(diagnose: Diagnose, asking: RabbitNode) -> None:
    _Users.pause = 2.2
    report = diagnose(asking.url("amqp"), timeout=10.0)
    assert root_of(report) == "auth.backend-slow"
    assert report.verdict.status == "degraded"


def test_service_that_never_answers(diagnose: Diagnose, asking: RabbitNode) -> None:
    _Users.pause = 4.0
    report = diagnose(asking.url("amqp"), timeout=1.0)
    assert root_of(report) == "auth.login-unanswered"


def test_service_that_is_gone_is_told_by_the_log(diagnose: Diagnose, rabbitmq_node: Nodes) -> None:
    conf = f"auth_backends.1 = http\nauth_http.user_path = http://127.0.0.1:{free_port()}/user\n"
    node = rabbitmq_node(conf, plugins=("rabbitmq_auth_backend_http",))
    alone = diagnose(node.url("amqp"))
    assert root_of(alone) == "auth.bad-credentials", "without the log it looks like a wrong password"
    report = diagnose(node.url("amqp"), logs=(str(node.log),))
    assert root_of(report) == "auth.backend-down"
