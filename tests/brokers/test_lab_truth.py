"""The lab does not lie about brokers: the same scenario, played by the scripted peer and by a real RabbitMQ or
Mosquitto, gives the same verdict and the same facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from mqassist.core.facts import Fact
from mqassist.core.report import Report
from mqassist.core.target import parse_target
from mqassist.services import Services, build_services
from tests.support.amqp import connected
from tests.support.canary import CANARY
from tests.support.mosquitto import Broker
from tests.support.rabbitmq import RabbitNode

Diagnose = Callable[..., Report]
Mosquittos = Callable[..., Broker]
USER, VHOST = "lab-user", "lab-truth"
FAMILIES = ("amqp.", "mqtt.", "login.", "protocol.", "websocket.", "heartbeat.")
OWN_TO_EACH = {
    # who the broker is and when it answered
    *("amqp.product", "amqp.version", "amqp.platform", "amqp.cluster_name", "amqp.capabilities", "amqp.username"),
    *("mqtt.client_id", "mqtt.topic", "mqtt.accepted_id", "mqtt.broker_version", "amqp.default_password"),
    # which bytes of the greeting are shown; which of the user's other virtual hosts opens
    *("protocol.answer_banner", "amqp.default_vhost_opens"),
    # which of the questions asked side by side were still open when one was answered
    *("protocol.unanswered", "protocol.silent_end"),
}


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    made = build_services("en")
    yield made
    made.lab.stop()


@pytest.fixture(autouse=True)
def _lab_ends(services: Services) -> Iterator[None]:
    yield
    services.lab.stop()


def told(report: Report) -> dict[str, Fact]:
    """What does not depend on the moment, the machine and the broker's make; names as the scenarios have them."""
    facts: dict[str, Fact] = {}
    for seen in report.observations:
        facts |= seen.facts
    kept = {
        name: value
        for name, value in facts.items()
        if name.startswith(FAMILIES) and not name.endswith(("_ms", "_hex")) and name not in OWN_TO_EACH
    }
    if "amqp.mechanisms" in kept:  # RabbitMQ 4 offers one more: see test_amqp_login
        kept["amqp.mechanisms"] = tuple(name for name in _texts(kept["amqp.mechanisms"]) if name != "ANONYMOUS")
    return {name: _named(value) for name, value in kept.items()}


def _texts(value: Fact) -> tuple[str, ...]:
    assert isinstance(value, tuple)
    return tuple(map(str, value))


def _named(value: Fact) -> Fact:
    if isinstance(value, tuple):
        return tuple(sorted(str(each) for each in value))  # questions side by side end in any order
    if not isinstance(value, str):
        return value
    return "/" if value == VHOST else value.replace(USER, "app").replace(f"'{VHOST}'", "'/'")


def played(services: Services, name: str) -> Report:
    running = services.lab.start(name)
    try:
        return services.run.check(parse_target(running.target), running.settings)
    finally:
        running.stop()


def assert_same(
    services: Services, diagnose: Diagnose, name: str, url: str, but: dict[str, Fact] | None = None, **login: Any
) -> None:
    """`url` is the real broker's; the check's settings are the scenario's. `but` is what it tells otherwise."""
    scenario = services.lab.scenario(name)
    peer = played(services, name)
    settings = dict(scenario.settings)
    real = diagnose(url, **{**settings, **login})
    for report in (peer, real):
        found = "" if report.verdict.primary is None else report.verdict.primary.cause
        assert (report.verdict.status, found) == (scenario.status, scenario.cause)
    assert told(peer) | (but or {}) == told(real)


# -- RabbitMQ -------------------------------------------------------------------------------------


def limit(node: RabbitNode, kind: str, owner: str, name: str, value: int) -> None:
    node.api("PUT", f"/api/{kind}-limits/{quote(owner, safe='')}/{name}", {"value": value})


@pytest.fixture(scope="module")
def furnished(rabbitmq: RabbitNode) -> RabbitNode:
    """A virtual host with the queue and the exchange of the scenarios, and a user with all rights there."""
    rabbitmq.add_vhost(VHOST)
    rabbitmq.add_user(USER, vhost=VHOST)
    rabbitmq.add_vhost("lab-closed", user="")
    with connected(rabbitmq, vhost=VHOST) as channel:
        channel.queue_declare("orders", durable=True)
        channel.exchange_declare("shop", "direct", durable=True)
        channel.exchange_declare("topics", "topic", durable=True)
    return rabbitmq


def url(node: RabbitNode, **options: Any) -> str:
    return node.url(**{"user": USER, "vhost": VHOST, **options})


@pytest.mark.parametrize("name", ["amqp-healthy", "queue-missing", "exchange-missing", "unroutable", "heartbeat-off",
                                  "heartbeat-too-low"])  # fmt: skip
def test_as_they_are(services: Services, diagnose: Diagnose, furnished: RabbitNode, name: str) -> None:
    if name == "queue-missing":
        assert_same_but_names(services, diagnose, name, url(furnished), queue="none")
    elif name == "exchange-missing":
        assert_same_but_names(services, diagnose, name, url(furnished), exchange="none")
    else:
        assert_same(services, diagnose, name, url(furnished))


def assert_same_but_names(services: Services, diagnose: Diagnose, name: str, target: str, **named: str) -> None:
    """Where the real broker has an object of the scenario's name, another name stands for the missing one."""
    peer, real = played(services, name), diagnose(target, timeout=1.0, **named)
    wanted = services.lab.scenario(name)
    (other,) = named.values()
    own = wanted.settings[next(iter(named))]
    there = {key: value.replace(other, own) if isinstance(value, str) else value for key, value in told(real).items()}
    assert real.verdict.primary is not None
    assert real.verdict.primary.cause == wanted.cause
    assert told(peer) == there


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("wrong-password", {"password": "mistaken"}),
        ("unknown-user", {"user": "nobody-here"}),
        ("vhost-missing", {"vhost": "shop"}),
        ("blank-password", {"password": ""}),
    ],
)
def test_refused_logins(
    services: Services, diagnose: Diagnose, furnished: RabbitNode, name: str, options: dict[str, str]
) -> None:
    assert_same(services, diagnose, name, url(furnished, **options))


def test_a_closed_virtual_host(services: Services, diagnose: Diagnose, furnished: RabbitNode) -> None:
    peer = played(services, "vhost-closed")
    real = diagnose(url(furnished, vhost="lab-closed"), timeout=1.0)
    there = {key: value.replace("lab-closed", "payroll") if isinstance(value, str) else value
             for key, value in told(real).items()}  # fmt: skip
    assert told(peer) == there


@pytest.mark.parametrize(
    ("name", "kind", "limited"),
    [("vhost-full", "vhost", "max-connections"), ("user-full", "user", "max-connections")],
)
def test_limits(
    services: Services, diagnose: Diagnose, furnished: RabbitNode, name: str, kind: str, limited: str
) -> None:
    owner = VHOST if kind == "vhost" else USER
    limit(furnished, kind, owner, limited, 1)
    try:
        with connected(furnished, USER, VHOST):
            assert_same(services, diagnose, name, url(furnished))
    finally:
        furnished.api("DELETE", f"/api/{kind}-limits/{quote(owner, safe='')}/{limited}")


@pytest.mark.parametrize(
    ("name", "rights"),
    [
        ("write-denied", {"write": "^mqassist|^amq\\.default$"}),
        ("read-denied", {"read": "^$"}),
        ("configure-denied", {"configure": "^(mqassist|amq\\.gen)"}),
    ],
)
def test_rights(
    services: Services, diagnose: Diagnose, furnished: RabbitNode, name: str, rights: dict[str, Any]
) -> None:
    furnished.add_user(USER, vhost=VHOST, **rights)
    counts = ("amqp.queue_messages", "amqp.queue_consumers")
    try:
        peer = played(services, name)
        real = diagnose(url(furnished), **dict(services.lab.scenario(name).settings))
        for report in (peer, real):
            assert report.verdict.primary is not None
            assert report.verdict.primary.cause == services.lab.scenario(name).cause
        assert {key: value for key, value in told(peer).items() if key not in counts} == {
            key: value for key, value in told(real).items() if key not in counts
        }
    finally:
        furnished.add_user(USER, vhost=VHOST)


def test_a_queue_that_is_somebody_elses(services: Services, diagnose: Diagnose, furnished: RabbitNode) -> None:
    peer = played(services, "queue-exclusive")
    with connected(furnished, USER, VHOST) as channel:
        channel.queue_declare("mine", exclusive=True)
        real = diagnose(url(furnished), timeout=1.0, queue="mine")
    there = {key: value.replace("'mine'", "'orders'") if isinstance(value, str) else value
             for key, value in told(real).items()}  # fmt: skip
    assert told(peer) == there


def test_other_languages_at_its_ports(services: Services, diagnose: Diagnose, furnished: RabbitNode, pki: Any) -> None:
    # RabbitMQ 4 answers MQTT with the header of AMQP 1.0, which proves nothing yet: its answer to AMQP does
    but: dict[str, Fact] = {"protocol.answer_by": "AMQP 0-9-1"} if furnished.version >= (4,) else {}
    assert_same(services, diagnose, "mqtt-to-amqp", f"mqtt://{USER}:x@localhost:{furnished.amqp}", but)
    assert_same(services, diagnose, "plain-to-tls-amqp", f"amqp://{USER}:x@localhost:{furnished.amqps}")
    target = f"amqps://{USER}:x@localhost:{furnished.amqp}"
    assert_same(services, diagnose, "tls-to-plain-amqp", target, ca=pki.ca)


# -- Mosquitto ------------------------------------------------------------------------------------

READ_ONLY = "user app\ntopic readwrite mqassist/#\ntopic read kitchen/#\n"
WRITE_ONLY = "user app\ntopic readwrite mqassist/#\ntopic write kitchen/#\n"
OPEN = "listener {port}\nallow_anonymous false\n"


@pytest.mark.parametrize(
    ("name", "conf", "acl", "password"),
    [
        ("mqtt-healthy", OPEN, "", CANARY),
        ("mqtt-5-healthy", OPEN, "", CANARY),
        ("mqtt-31-healthy", OPEN, "", CANARY),
        ("mqtt-topic-healthy", OPEN, "", CANARY),
        ("mqtt-nobody", OPEN, "", ""),
        ("mqtt-wrong-password", OPEN, "", "mistaken"),
        ("mqtt-topic-invalid", OPEN, "", CANARY),
        ("mqtt-qos-capped", OPEN + "max_qos 1\n", "", CANARY),
        ("mqtt-keepalive-off", OPEN, "", CANARY),
        ("mqtt-publish-denied", OPEN, READ_ONLY, CANARY),
        ("mqtt-list-lies", OPEN, READ_ONLY, CANARY),
        (
            "mqtt-subscription-stays-empty",
            OPEN,
            WRITE_ONLY,
            CANARY,
        ),
    ],
)
def test_mosquitto(
    services: Services, diagnose: Diagnose, mosquitto: Mosquittos, name: str, conf: str, acl: str, password: str
) -> None:
    broker = mosquitto(conf, acl=acl)
    target = broker.url("mqtt", user="app" if password else "", password=password)
    assert_same(services, diagnose, name, target)


def test_other_languages_at_mosquitto(services: Services, diagnose: Diagnose, mosquitto: Mosquittos) -> None:
    broker = mosquitto(OPEN)
    assert_same(services, diagnose, "amqp-to-mqtt", f"amqp://app:x@localhost:{broker.port}")
