"""A network that lets traffic out through Squid only: proxy variables that AMQP clients ignore."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.canary import CANARY
from tests.support.haproxy import Proxy
from tests.support.netlab import SERVER, NetLab
from tests.support.rabbitmq import RabbitNode

Squids = Callable[..., Proxy]


@pytest.fixture
def shut(netlab: NetLab, rabbitmq: RabbitNode) -> Iterator[str]:
    """The broker's URL as the client has it: the name resolves, the port answers nothing."""
    with netlab.drop(rabbitmq.amqp):
        yield rabbitmq.url("amqp", host="broker.lab")


def _proxy(netlab: NetLab, squid: Squids, directory: Path, rule: str) -> str:
    """The proxy as the client sees it. It finds the broker by a hosts file of its own."""
    hosts = directory / "hosts"
    hosts.write_text("127.0.0.1 broker.lab\n")
    for each in (directory, directory.parent, directory.parent.parent):
        each.chmod(0o755)
    port = squid(f"http_port {{port2}}\nhosts_file {hosts}\nhttp_access {rule} all\n").ports["port2"]
    netlab.publish(port, port)
    return f"{SERVER}:{port}"


def _facts(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for check in report["checks"] for name, value in check["facts"].items()}


def test_the_direct_way_is_shut_and_the_proxy_would_lead_there(
    netlab: NetLab, squid: Squids, tmp_path: Path, shut: str
) -> None:
    proxy = _proxy(netlab, squid, tmp_path, "allow")
    environment = {"HTTPS_PROXY": f"http://me:{quote(CANARY, safe='')}@{proxy}"}
    report = netlab.diagnose(shut, "--timeout", "2", environment=environment)
    assert report["verdict"]["cause"] == "proxy.http-proxy-ignored"
    assert [cause["id"] for cause in report["causes"] if cause["severity"] == "error"] == ["proxy.http-proxy-ignored"]
    assert any(proxy in line for line in report["causes"][0]["evidence"])
    assert _facts(report)["proxy.environment_variable"] == "HTTPS_PROXY"


def test_told_to_use_it_the_broker_is_healthy(netlab: NetLab, squid: Squids, tmp_path: Path, shut: str) -> None:
    proxy = _proxy(netlab, squid, tmp_path, "allow")
    report = netlab.diagnose(shut, "--proxy", f"http://{proxy}")
    assert (report["verdict"]["status"], report["causes"]) == ("healthy", [])


def test_a_proxy_that_does_not_lead_there_is_not_blamed(
    netlab: NetLab, squid: Squids, tmp_path: Path, shut: str
) -> None:
    proxy = _proxy(netlab, squid, tmp_path, "deny")
    report = netlab.diagnose(shut, "--timeout", "2", environment={"https_proxy": f"http://{proxy}"})
    assert report["verdict"]["cause"] == "net.connect-timeout"
    assert _facts(report)["proxy.environment_result"] == "denied"


def test_a_host_that_no_proxy_exempts_is_not_asked_for(netlab: NetLab, shut: str) -> None:
    environment = {"ALL_PROXY": f"socks5://{SERVER}:1080", "NO_PROXY": ".lab"}
    report = netlab.diagnose(shut, "--timeout", "2", environment=environment)
    assert report["verdict"]["cause"] == "net.connect-timeout"
    assert _facts(report)["proxy.no_proxy_covers"] is True
    assert "proxy.environment_result" not in _facts(report)
