"""Real brokers and proxies, started by the tests and ended with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pytest

from tests.support.amqp import assert_clean
from tests.support.haproxy import Proxy, start_haproxy
from tests.support.mosquitto import Broker, start_mosquitto
from tests.support.mosquitto import assert_clean as mosquitto_is_clean
from tests.support.netlab import NetLab
from tests.support.pki import Pki
from tests.support.rabbitmq import PLUGINS, RabbitNode
from tests.support.read_logs import assert_every_entry_is_read
from tests.support.squid import start_squid
from tests.support.trixie import Root, Unavailable, debian13


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "netlab" in fixtures or "debian13_root" in fixtures:
            item.add_marker("root")
        if "debian13_root" in fixtures:
            item.add_marker("debian13")
            item.add_marker(pytest.mark.timeout(600))  # the first of them makes the folder


_not_run: list[str] = []
"""Why there is no Debian 13, once per test that needed it."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _not_run:
        terminalreporter.section("NOT TESTED: RabbitMQ 4.0.5 and Mosquitto 2.0.21", red=True, bold=True)
        terminalreporter.line(f"{len(_not_run)} tests were left out: {_not_run[0]}")
        terminalreporter.line("tests/knowledge/test_versions_recorded.py judged what was recorded of them instead.")


@pytest.fixture(scope="session")
def debian13_made() -> Root | Unavailable:
    try:
        return debian13()
    except Unavailable as reason:
        return reason


@pytest.fixture
def debian13_root(debian13_made: Root | Unavailable) -> Root:
    """Debian 13 in a folder; where it cannot be had, the test is left out and the end of the run says so."""
    if isinstance(debian13_made, Unavailable):
        _not_run.append(str(debian13_made))
        pytest.skip(f"no Debian 13: {debian13_made}")
    return debian13_made


def _stop_nodes(nodes: Iterable[RabbitNode]) -> None:
    """Stops them all, and fails if one wrote a line that we cannot read."""
    stopped = list(nodes)
    for node in stopped:
        node.stop()
    for node in stopped:
        assert_every_entry_is_read(node.log, "rabbitmq", "rabbitmq-json")


@pytest.fixture(scope="session")
def _rabbitmq4_started() -> Iterator[dict[tuple[object, ...], RabbitNode]]:
    nodes: dict[tuple[object, ...], RabbitNode] = {}
    yield nodes
    _stop_nodes(nodes.values())


@pytest.fixture(scope="session")
def _rabbitmq4_nodes(
    pki: Pki, tmp_path_factory: pytest.TempPathFactory, _rabbitmq4_started: dict[tuple[object, ...], RabbitNode]
) -> Callable[..., RabbitNode]:
    nodes = _rabbitmq4_started

    def start(root: Root, conf: str = "", plugins: Sequence[str] = PLUGINS) -> RabbitNode:
        key = (conf, tuple(plugins))
        if key not in nodes:
            nodes[key] = RabbitNode(tmp_path_factory.mktemp("rabbitmq4"), pki.server, conf, plugins, root=root)
        return nodes[key]

    return start


@pytest.fixture
def rabbitmq4_node(debian13_root: Root, _rabbitmq4_nodes: Callable[..., RabbitNode]) -> Callable[..., RabbitNode]:
    """`rabbitmq4_node(conf, plugins)`: a special RabbitMQ 4.0.5, the same one for the same arguments."""
    return lambda *arguments: _rabbitmq4_nodes(debian13_root, *arguments)


@pytest.fixture
def rabbitmq4(rabbitmq4_node: Callable[..., RabbitNode]) -> RabbitNode:
    """One RabbitMQ 4.0.5 for all."""
    return rabbitmq4_node()


@pytest.fixture(scope="session")
def rabbitmq(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitNode]:
    """One node for all: tests add their own users and virtual hosts, and undo what would touch others."""
    node = RabbitNode(tmp_path_factory.mktemp("rabbitmq"), pki.server)
    yield node
    _stop_nodes([node])


@pytest.fixture(scope="module")
def _special_nodes() -> Iterator[dict[tuple[object, ...], RabbitNode]]:
    nodes: dict[tuple[object, ...], RabbitNode] = {}
    yield nodes
    _stop_nodes(nodes.values())


@pytest.fixture(autouse=True)
def _nothing_left_at_rabbitmq(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves a queue, a subscription or a connection of a check at a RabbitMQ that it may have used."""
    used = set(request.fixturenames)
    shared = [request.getfixturevalue("rabbitmq")] if "rabbitmq" in used else []
    special = request.getfixturevalue("_special_nodes") if "rabbitmq_node" in used else {}
    newer = request.getfixturevalue("_rabbitmq4_started") if "rabbitmq4_node" in used else {}
    yield
    for node in (*shared, *special.values(), *newer.values()):
        if node.is_up and "rabbitmq_management" in node.plugins:
            assert_clean(node)


@pytest.fixture(scope="module")
def rabbitmq_node(
    pki: Pki, tmp_path_factory: pytest.TempPathFactory, _special_nodes: dict[tuple[object, ...], RabbitNode]
) -> Callable[..., RabbitNode]:
    """`rabbitmq_node(conf, plugins=…, identity=…, advanced=…)`: a special node, the same one for the same arguments."""
    nodes = _special_nodes

    def start(conf: str = "", plugins: Sequence[str] = PLUGINS, **options: Any) -> RabbitNode:
        identity = options.pop("identity", pki.server)
        key = (conf, tuple(plugins), identity, *sorted(options.items()))
        if key not in nodes:
            nodes[key] = RabbitNode(tmp_path_factory.mktemp("node"), identity, conf, plugins, **options)
        return nodes[key]

    return start


@pytest.fixture(scope="session")
def netlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetLab]:
    """Client, router and server in network namespaces, with a name server. Tests undo what they change in it."""
    lab = NetLab(tmp_path_factory.mktemp("netlab"))
    yield lab
    lab.close()


@pytest.fixture(autouse=True)
def _nothing_stays_published(request: pytest.FixtureRequest) -> Iterator[None]:
    lab = request.getfixturevalue("netlab") if "netlab" in request.fixturenames else None
    yield
    if lab is not None:
        lab.withdraw()


def _stop_clean(brokers: list[Broker]) -> None:
    """Stops them all, and fails if a check left anything at one of them, or one wrote a line that we cannot read."""
    try:
        for broker in brokers:
            mosquitto_is_clean(broker)
    finally:
        for broker in brokers:
            broker.stop()
    for broker in brokers:
        assert_every_entry_is_read(broker.log, "mosquitto")


@pytest.fixture
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Broker]]:
    """`mosquitto(conf, passwords={…}, acl="…")`: see start_mosquitto."""
    started: list[Broker] = []

    def start(*arguments: Any, **options: Any) -> Broker:
        started.append(start_mosquitto(tmp_path_factory.mktemp("mosquitto"), *arguments, **options))
        return started[-1]

    yield start
    _stop_clean(started)


@pytest.fixture
def mosquitto21(
    debian13_root: Root, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Broker]]:
    """As `mosquitto`, but Mosquitto 2.0.21."""
    started: list[Broker] = []

    def start(*arguments: Any, **options: Any) -> Broker:
        folder = tmp_path_factory.mktemp("mosquitto21")
        started.append(start_mosquitto(folder, *arguments, root=debian13_root, **options))
        return started[-1]

    yield start
    _stop_clean(started)


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
