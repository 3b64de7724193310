"""Real brokers and proxies, started by the tests and ended with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from tests.support.haproxy import Proxy, start_haproxy
from tests.support.mosquitto import Broker, start_mosquitto
from tests.support.netlab import NetLab
from tests.support.pki import Pki
from tests.support.rabbitmq import PLUGINS, RabbitNode
from tests.support.squid import start_squid


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "netlab" in getattr(item, "fixturenames", ()):
            item.add_marker("root")


@pytest.fixture(scope="session")
def rabbitmq(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitNode]:
    """One node for all: tests add their own users and virtual hosts, and undo what would touch others."""
    node = RabbitNode(tmp_path_factory.mktemp("rabbitmq"), pki.server)
    yield node
    node.stop()


@pytest.fixture(scope="module")
def rabbitmq_node(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RabbitNode]]:
    """`rabbitmq_node(conf, plugins=…, identity=…, advanced=…)`: a special node, the same one for the same arguments."""
    nodes: dict[tuple[object, ...], RabbitNode] = {}

    def start(conf: str = "", plugins: Sequence[str] = PLUGINS, **options: Any) -> RabbitNode:
        identity = options.pop("identity", pki.server)
        key = (conf, tuple(plugins), identity, *sorted(options.items()))
        if key not in nodes:
            nodes[key] = RabbitNode(tmp_path_factory.mktemp("node"), identity, conf, plugins, **options)
        return nodes[key]

    yield start
    for node in nodes.values():
        node.stop()


@pytest.fixture(scope="session")
def netlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetLab]:
    """Client, router and server in network namespaces, with a name server. Tests undo what they change in it."""
    lab = NetLab(tmp_path_factory.mktemp("netlab"))
    yield lab
    lab.close()


@pytest.fixture
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Broker]]:
    """`mosquitto(conf, passwords={…}, acl="…")`: see start_mosquitto."""
    started: list[Broker] = []

    def start(*arguments: Any, **options: Any) -> Broker:
        started.append(start_mosquitto(tmp_path_factory.mktemp("mosquitto"), *arguments, **options))
        return started[-1]

    yield start
    for broker in started:
        broker.stop()


@pytest.fixture
def haproxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Proxy]]:
    """`haproxy(conf)`: see start_haproxy."""
    started: list[Proxy] = []

    def start(*arguments: Any, **options: Any) -> Proxy:
        started.append(start_haproxy(tmp_path_factory.mktemp("haproxy"), *arguments, **options))
        return started[-1]

    yield start
    for proxy in started:
        proxy.stop()


@pytest.fixture
def squid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Proxy]]:
    """`squid(conf)`: see start_squid and with_login."""
    started: list[Proxy] = []

    def start(*arguments: Any, **options: Any) -> Proxy:
        started.append(start_squid(tmp_path_factory.mktemp("squid"), *arguments, **options))
        return started[-1]

    yield start
    for proxy in started:
        proxy.stop()
