"""Whatever our checks make a broker warn of, its log's words are known: RabbitMQ 3.10.8 and 4.0.5, Mosquitto too."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from mqassist.logs.formats import detect, load_formats, read_entries
from mqassist.logs.phrases import load_phrases, match
from tests.support.amqp import limit
from tests.support.mosquitto import Broker
from tests.support.pki import Pki
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode
from tests.support.tls import mosquitto_listener

if TYPE_CHECKING:
    from mqassist.core.report import Report

Diagnose = Callable[..., "Report"]
Nodes = Callable[..., RabbitNode]

STRICT = "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\n"
OWN_MATTERS = re.compile(
    r"Message store |Erlang VM is running|peer discovery|STOMP|stacktrace|crasher|Supervisor|client call timeout|"
    # RabbitMQ 3.10.8 crashes on what its MQTT port cannot read, and dumps it
    r"MQTT cannot parse|generated SERVER ALERT"
)
"""What a node says of itself, and dumps of what is no protocol at all."""


def unknown(text: str) -> list[str]:
    lines = text.splitlines()
    phrases, _ = load_phrases()
    entries = read_entries(lines, detect(lines, load_formats()), 1)
    return [
        entry.text[:300]
        for entry in entries
        if entry.level in ("warning", "error", "critical")
        and match(entry.text, phrases) is None
        and not OWN_MATTERS.search(entry.text)
    ]


def _be_refused(node: RabbitNode, diagnose: Diagnose, pki: Pki) -> None:
    """Each way to be turned away once; MQTT logins that are refused take RabbitMQ 4 three seconds."""
    node.add_user("log-reader", configure="^$", write="^$")
    node.add_user("log-none", rights=False)
    node.add_user("log-few")
    node.add_vhost("log-closed", user="")
    node.add_vhost("log-full", user="log-few")
    limit(node, "vhost", "log-full", "max-connections", 0)
    for url in (
        node.url("amqp", password="wrong"),
        node.url("mqtt", password="wrong"),
        node.url("mqtt", user=""),
        node.url("mqtt", user="log-none"),
        node.url("mqtt", user="log-full:log-few"),
        node.url("amqp", vhost="nope"),
        node.url("amqp", vhost="log-closed"),
        node.url("amqp", user="log-few", vhost="log-full"),
        node.url("amqp", user="log-reader"),
        f"amqp://app:@localhost:{node.amqp}",
    ):
        diagnose(url, max_login_tries=1)
    diagnose(node.url("amqp", user="log-reader"), queue="none", exchange="none")
    diagnose(node.url("mqtt", user="log-reader"), topic="plant/7")
    for scheme, listener in (("amqp", "mqtt"), ("amqp", "amqps"), ("mqtt", "amqp"), ("amqps", "amqp"), ("ws", "amqp")):
        diagnose(node.url(scheme, port=node.ports[listener]), timeout=1.0, ca=pki.ca)


def test_rabbitmq_3(rabbitmq: RabbitNode, diagnose: Diagnose, pki: Pki) -> None:
    before = len(rabbitmq.text())
    _be_refused(rabbitmq, diagnose, pki)
    assert unknown(rabbitmq.text()[before:]) == []


def test_rabbitmq_4(rabbitmq4: RabbitNode, diagnose: Diagnose, pki: Pki) -> None:
    before = len(rabbitmq4.text())
    _be_refused(rabbitmq4, diagnose, pki)
    wait_until(lambda: "Connect Reason Code" in rabbitmq4.text()[before:], "the node has logged the refusals")
    assert unknown(rabbitmq4.text()[before:]) == []


@pytest.mark.parametrize("client", ["", "client-expired", "client-unknown-ca", "client-wrong-purpose"])
def test_rabbitmq_4_client_certificates(rabbitmq4_node: Nodes, diagnose: Diagnose, pki: Pki, client: str) -> None:
    node = rabbitmq4_node(STRICT, ("rabbitmq_mqtt",))
    before = len(node.text())
    files = {} if not client else {"cert": pki.identity(client).cert, "key": pki.identity(client).key}
    diagnose(node.url("amqps"), ca=pki.ca, **files)
    phrases, _ = load_phrases()
    wait_until(lambda: "SERVER ALERT" in node.text()[before:], "the node has logged its alert")
    alerts = [line for line in node.text()[before:].splitlines() if "SERVER ALERT" in line]
    assert [line for line in alerts if match(line, phrases) is None] == []


@pytest.mark.parametrize("client", ["", "client-expired", "client-unknown-ca"])
def test_mosquitto_21(
    mosquitto21: Callable[..., Broker], diagnose: Diagnose, pki: Pki, client: str
) -> None:
    broker = mosquitto21(
        "per_listener_settings true\nlistener {port2}\nallow_anonymous false\nmax_connections 5\n"
        + mosquitto_listener(pki.server, f"cafile {pki.ca}\nrequire_certificate true")
    )
    files = {} if not client else {"cert": pki.identity(client).cert, "key": pki.identity(client).key}
    diagnose(broker.url("mqtts"), ca=pki.ca, **files)
    diagnose(broker.url("mqtt"), timeout=1.0)
    diagnose(broker.url("amqp", port="port2"), timeout=1.0)
    diagnose(broker.url("mqtt", user="", port="port2"))
    broker.stop()
    phrases, _ = load_phrases()
    told = [line for line in broker.process.text().splitlines() if re.search(r"error|denied|failed|: Protocol", line)]
    assert told
    assert [line for line in told if match(line, phrases) is None] == []
