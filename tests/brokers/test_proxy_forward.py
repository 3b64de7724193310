"""Through Squid and through SOCKS5, to real brokers: healthy, refused in every way, and not there at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from mqassist.core.report import Report
from tests.support.canary import CANARY
from tests.support.haproxy import Proxy
from tests.support.peer import Peer, answer, fin, read, read_until, send, silent
from tests.support.pki import Pki
from tests.support.ports import free_port
from tests.support.rabbitmq import RabbitNode
from tests.support.socks import HOST_UNREACHABLE, RULESET, SocksServer
from tests.support.squid import with_login

Diagnose = Callable[..., Report]
Squids = Callable[..., Proxy]

SAFE = quote(CANARY, safe="")


def _root(report: Report) -> str | None:
    primary = report.verdict.primary
    assert primary is None or primary.evidence
    return None if primary is None else primary.cause


def _facts(report: Report) -> dict[str, object]:
    return {name: value for seen in report.observations for name, value in seen.facts.items()}


def _healthy(report: Report) -> None:
    verdict = report.verdict
    assert (verdict.status, verdict.primary, verdict.others) == ("healthy", None, ())


# -- Squid ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["amqp", "amqps", "mqtt", "mqtts", "ws"])
def test_healthy_through_squid(squid: Squids, diagnose: Diagnose, rabbitmq: RabbitNode, pki: Pki, scheme: str) -> None:
    proxy = squid()
    _healthy(diagnose(rabbitmq.url(scheme), proxy=f"http://127.0.0.1:{proxy.port}", ca=pki.ca))


def test_healthy_through_squid_with_login(
    squid: Squids, diagnose: Diagnose, rabbitmq: RabbitNode, tmp_path: Path
) -> None:
    proxy = squid(with_login(tmp_path, "me", CANARY))
    _healthy(diagnose(rabbitmq.url("amqp"), proxy=f"http://me:{SAFE}@127.0.0.1:{proxy.port}"))


def test_squid_does_not_allow_the_port(squid: Squids, diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    """As Squid comes: CONNECT to port 443 only."""
    rules = "acl SSL_ports port 443\nhttp_access deny CONNECT !SSL_ports\nhttp_access allow all\n"
    report = diagnose(rabbitmq.url("amqp"), proxy=f"http://127.0.0.1:{squid(rules).port}")
    assert _root(report) == "proxy.connect-denied"
    assert _facts(report)["proxy.https_port_allowed"] is True


def test_squid_does_not_allow_the_host(squid: Squids, diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), proxy=f"http://127.0.0.1:{squid('http_access deny all').port}")
    assert _root(report) == "proxy.connect-denied"
    assert _facts(report)["proxy.https_port_allowed"] is False


@pytest.mark.parametrize(
    ("login", "cause"), [("", "proxy.authentication-required"), ("me:wrong@", "proxy.authentication-failed")]
)
def test_squid_wants_a_login(
    squid: Squids, diagnose: Diagnose, rabbitmq: RabbitNode, tmp_path: Path, login: str, cause: str
) -> None:
    proxy = squid(with_login(tmp_path, "me", CANARY))
    report = diagnose(rabbitmq.url("amqp"), proxy=f"http://{login}127.0.0.1:{proxy.port}")
    assert _root(report) == cause
    assert _facts(report)["proxy.auth_schemes"] == ("Basic",)


def test_nobody_listens_behind_squid(squid: Squids, diagnose: Diagnose) -> None:
    report = diagnose(f"amqp://app:x@127.0.0.1:{free_port()}", proxy=f"http://127.0.0.1:{squid().port}")
    assert _root(report) == "proxy.target-unreachable"
    assert _facts(report)["proxy.target_result"] == "refused"


def test_squid_does_not_know_the_brokers_name(squid: Squids, diagnose: Diagnose) -> None:
    report = diagnose("amqp://app:x@no-such-host.invalid", proxy=f"http://127.0.0.1:{squid().port}")
    assert _root(report) == "proxy.target-unreachable"


def test_the_proxy_is_down(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), proxy=f"http://127.0.0.1:{free_port()}")
    assert _root(report) == "proxy.unreachable"
    assert _facts(report)["proxy.tcp_result"] == "refused"


def test_the_proxys_name_is_unknown(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), proxy="http://no-such-proxy.invalid:3128")
    assert _root(report) == "proxy.unreachable"
    assert _facts(report)["proxy.tcp_result"] == "name-not-found"


def test_squid_called_socks(squid: Squids, diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), proxy=f"socks5://127.0.0.1:{squid().port}", timeout=2)
    assert _root(report) == "proxy.wrong-kind"


def test_the_wrong_port_is_found_through_the_proxy_too(squid: Squids, diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    url = rabbitmq.url("amqp", port=rabbitmq.management)
    report = diagnose(url, proxy=f"http://127.0.0.1:{squid().port}", timeout=1.5)
    assert _root(report) == "proto.management-port"


# -- SOCKS5 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["amqp", "amqps", "mqtt"])
def test_healthy_through_socks(diagnose: Diagnose, rabbitmq: RabbitNode, pki: Pki, scheme: str) -> None:
    with SocksServer() as server:
        _healthy(diagnose(rabbitmq.url(scheme), proxy=server.url(), ca=pki.ca))
        assert ("localhost", rabbitmq.ports[scheme]) in server.targets


def test_healthy_through_socks_with_login(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    with SocksServer(login=("me", CANARY)) as server:
        _healthy(diagnose(rabbitmq.url("amqp"), proxy=server.url("me", SAFE)))


@pytest.mark.parametrize(
    ("options", "login", "cause"),
    [
        ({"login": ("me", CANARY)}, ("", ""), "proxy.authentication-required"),
        ({"login": ("me", CANARY)}, ("me", "wrong"), "proxy.authentication-failed"),
        ({"reply": RULESET}, ("", ""), "proxy.connect-denied"),
        ({"reply": HOST_UNREACHABLE}, ("", ""), "proxy.target-unreachable"),
    ],
)
def test_socks_refuses(
    diagnose: Diagnose, rabbitmq: RabbitNode, options: dict[str, object], login: tuple[str, str], cause: str
) -> None:
    with SocksServer(**options) as server:  # type: ignore[arg-type]  # as parametrized above
        assert _root(diagnose(rabbitmq.url("amqp"), proxy=server.url(*login))) == cause


def test_socks_finds_nobody_at_the_port(diagnose: Diagnose) -> None:
    with SocksServer() as server:
        report = diagnose(f"amqp://app:x@127.0.0.1:{free_port()}", proxy=server.url())
    assert _root(report) == "proxy.target-unreachable"
    assert _facts(report)["proxy.target_result"] == "refused"


def test_socks_called_http(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    with SocksServer() as server:
        report = diagnose(rabbitmq.url("amqp"), proxy=server.url().replace("socks5", "http"), timeout=2)
    assert _root(report) == "proxy.wrong-kind"


# -- what only a scripted peer shows --------------------------------------------------------------

WEB_SERVER = b"HTTP/1.1 501 Unsupported method ('CONNECT')\r\nServer: SimpleHTTP/0.6\r\n\r\n"


def _only_its_own(received: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" if received.startswith(b"OPTIONS") else b""


def _negotiate(_: bytes) -> bytes:
    return b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n\r\n"


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        ([read_until(b"\r\n\r\n"), send(WEB_SERVER), fin()], "proxy.not-a-proxy"),
        ([send(b"SSH-2.0-OpenSSH_9.2\r\n"), silent()], "proxy.not-a-proxy"),
        ([read(1), fin()], "proxy.not-a-proxy"),
        ([silent()], "proxy.silent"),
        ([read(1), answer(_only_its_own), silent()], "proxy.target-unreachable"),
        ([read_until(b"\r\n\r\n"), answer(_only_its_own), fin()], "proxy.hung-up"),
        ([read_until(b"\r\n\r\n"), answer(_negotiate), fin()], "proxy.authentication-method"),
        ([read_until(b"\r\n\r\n"), send(b"HTTP/1.1 500 Oops\r\n\r\n"), fin()], "proxy.failed"),
    ],
    ids=["web-server", "ssh", "hangs-up-on-all", "silent", "waits-for-target", "hangs-up", "kerberos", "error"],
)
def test_odd_proxies(scripted_peer: Callable[..., Peer], diagnose: Diagnose, script: object, cause: str) -> None:
    peer = scripted_peer(script)
    report = diagnose("amqp://app:x@mq.example:5672", proxy=f"http://me:{SAFE}@127.0.0.1:{peer.port}", timeout=1)
    assert _root(report) == cause


# -- the environment ------------------------------------------------------------------------------


def test_proxy_variables_on_a_healthy_way_are_not_named(
    diagnose: Diagnose, rabbitmq: RabbitNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{CANARY}@127.0.0.1:{free_port()}")
    report = diagnose(rabbitmq.url("amqp"))
    _healthy(report)
    assert _facts(report)["proxy.variables"] == ("HTTPS_PROXY",)
