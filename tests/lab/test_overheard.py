"""What the relay overhears of real client libraries: decoded rightly, told by the causes of checks, and no password."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pika  # type: ignore[import-untyped]  # it has no types of its own
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from mqassist.core.facts import FactSpec
from mqassist.core.overheard import Line, Overheard
from mqassist.core.record import as_plain, changed
from mqassist.core.target import parse_target
from mqassist.lab.amqp_login import AmqpOptions
from mqassist.lab.mqtt_options import MqttOptions
from mqassist.lab.relay import Relay
from mqassist.lab.stage import RunningScenario
from mqassist.overheard import complete_facts
from mqassist.probes.registry import load_probes
from mqassist.services import Services
from tests.lab.conftest import endpoint_of
from tests.support.canary import CANARY, assert_no_leak
from tests.support.ports import wait_until

Relays = Callable[..., Relay]
Start = Callable[[str], RunningScenario]


def heard(made: Relay, *, ended: bool = True) -> Overheard:
    """What was overheard of the first program, once all is known."""

    def ready() -> bool:
        told = made.snapshot()
        return bool(told.overheard) and told.overheard[0].complete and (not ended or told.counters.live == 0)

    wait_until(ready, "the handshake was heard")
    return made.snapshot().overheard[0]


def causes(services: Services, made: Relay, *, sure: bool = True, ended: bool = True) -> list[str]:
    broker = parse_target(made.snapshot().broker).endpoint
    assert broker is not None
    return [
        each.advice.cause for each in services.overheard(heard(made, ended=ended), broker) if each.certain or not sure
    ]


@pytest.fixture
def kept(services: Services) -> Iterator[Callable[..., RunningScenario]]:
    """`kept(name, users={…})`: a scenario with other options of its peer."""
    running: list[RunningScenario] = []

    def begin(name: str, **options: Any) -> RunningScenario:
        scenario = services.lab.scenario(name)
        assert isinstance(scenario.peer, AmqpOptions | MqttOptions)
        running.append(services.lab.play(changed(scenario, peer=changed(scenario.peer, **options))))
        return running[-1]

    yield begin
    for each in running:
        each.stop()
    services.lab.stop()


def with_pika(port: int, password: str = "open-sesame", vhost: str = "/", **options: Any) -> list[bytes]:
    """Declares, publishes and fetches with pika; gives the bodies that came back."""
    login = pika.PlainCredentials(options.pop("user", "app"), password)
    where = pika.ConnectionParameters("127.0.0.1", port, vhost, login, **options)
    connection = pika.BlockingConnection(where)
    channel = connection.channel()
    channel.confirm_delivery()
    name = channel.queue_declare("", exclusive=True).method.queue
    got: list[bytes] = []
    channel.basic_publish("", name, b"one" * 50_000, mandatory=True)
    channel.basic_publish("", name, b"two", mandatory=True)
    for method, _properties, body in channel.consume(name, inactivity_timeout=5):
        got.append(body or b"")
        channel.basic_ack(method.delivery_tag)
        if len(got) == 2:
            break
    channel.cancel()
    connection.close()
    return got


def with_paho(
    port: int, *, version: Any = MQTTProtocolVersion.MQTTv311, transport: str = "tcp", ca: str = "", **options: Any
) -> bytes:
    """Subscribes, publishes at QoS 2 and gives what came back; b"" if the login was refused."""
    client = paho.Client(
        CallbackAPIVersion.VERSION2, options.get("client_id", "kitchen"), protocol=version,
        transport="websockets" if transport == "websockets" else "tcp",
    )  # fmt: skip
    if (user := options.get("user", "app")) is not None:
        client.username_pw_set(user, options.get("password", "open-sesame"))
    client.will_set("gone/kitchen", "x")
    if transport == "websockets":
        client.ws_set_options("/mqtt")
    if ca:
        client.tls_set(ca)
    got: list[bytes] = []
    done = threading.Event()

    def on_message(_client: Any, _data: Any, message: Any) -> None:
        got.append(message.payload)
        done.set()

    def on_connect(connected: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        if code.is_failure:
            done.set()
            return
        connected.subscribe("kitchen/#", 2)
        connected.publish("kitchen/temperature", b"21.5", 2)

    client.on_message, client.on_connect = on_message, on_connect
    client.connect("localhost" if ca else "127.0.0.1", port, options.get("keepalive", 30))
    client.loop_start()
    assert done.wait(10), "nothing came back"
    client.disconnect()
    client.loop_stop()
    return got[0] if got else b""


# -- the healthy scenarios serve real libraries -------------------------------------------------


def test_pika_works_with_the_healthy_broker(start: Start) -> None:
    assert with_pika(start("amqp-healthy").port) == [b"one" * 50_000, b"two"]


def test_pika_works_inside_tls(start: Start) -> None:
    running = start("amqps-healthy")
    context = ssl.create_default_context(cafile=running.settings.tls.ca)
    assert with_pika(running.port, ssl_options=pika.SSLOptions(context, "localhost"))[1] == b"two"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mqtt-healthy", {}),
        ("mqtt-31-healthy", {"version": MQTTProtocolVersion.MQTTv31}),
        ("mqtt-5-healthy", {"version": MQTTProtocolVersion.MQTTv5}),
        ("ws-healthy", {"transport": "websockets"}),
    ],
)
def test_paho_works_with_the_healthy_brokers(start: Start, name: str, options: dict[str, Any]) -> None:
    assert with_paho(start(name).port, **options) == b"21.5"


@pytest.mark.parametrize(("name", "transport"), [("mqtts-healthy", "tcp"), ("wss-healthy", "websockets")])
def test_paho_works_inside_tls(start: Start, name: str, transport: str) -> None:
    running = start(name)
    assert with_paho(running.port, transport=transport, ca=running.settings.tls.ca or "") == b"21.5"


def test_retained_messages_and_goodbyes(start: Start) -> None:
    port = start("mqtt-healthy").port
    first = paho.Client(CallbackAPIVersion.VERSION2, "first")
    first.username_pw_set("app", "open-sesame")
    first.connect("127.0.0.1", port)
    first.loop_start()
    first.publish("state/door", b"open", 1, retain=True).wait_for_publish(5)
    got = threading.Event()
    late = paho.Client(CallbackAPIVersion.VERSION2, "late")
    late.username_pw_set("app", "open-sesame")
    late.on_message = lambda _c, _d, message: got.set() if message.retain and message.payload == b"open" else None
    left = threading.Event()
    late.on_unsubscribe = lambda *_: left.set()
    late.connect("127.0.0.1", port)
    late.loop_start()
    late.subscribe("state/+", 1)
    assert got.wait(5)
    late.unsubscribe("state/+")
    assert left.wait(5)
    for client in (first, late):
        client.disconnect()
        client.loop_stop()


# -- decoding -----------------------------------------------------------------------------------


def test_pika_is_decoded(services: Services, relay: Relays) -> None:
    made = relay("amqp-healthy")
    assert with_pika(made.port, heartbeat=47, client_properties={"connection_name": "orders-1"})[1] == b"two"
    told = heard(made)
    said = dict(told.said)
    assert told.protocol == "amqp"
    assert said["library"].startswith("Pika")
    assert said["version"] == pika.__version__
    assert said["connection_name"] == "orders-1"
    assert "authentication_failure_close" in said["capabilities"]
    assert (said["mechanism"], said["user"], said["vhost"]) == ("PLAIN", "app", "/")
    assert (said["heartbeat"], said["frame_max"], said["channel_max"]) == ("47", "131072", "2047")
    assert causes(services, made) == []
    assert told.facts["login.result"] == "accepted"


def test_paho_is_decoded(services: Services, relay: Relays) -> None:
    made = relay("mqtt-healthy")
    assert with_paho(made.port, version=MQTTProtocolVersion.MQTTv5, keepalive=33) == b"21.5"
    said = dict(heard(made).said)
    assert (said["mqtt_version"], said["client_id"], said["keepalive"]) == ("5", "kitchen", "33")
    assert (said["will_topic"], said["user"], said["password"]) == ("gone/kitchen", "app", "given")
    assert (said["subscribes"], said["publishes"]) == ("kitchen/#", "kitchen/temperature")
    assert causes(services, made) == []


def test_a_websocket_is_decoded(relay: Relays) -> None:
    made = relay("ws-healthy")
    assert with_paho(made.port, transport="websockets") == b"21.5"
    told = heard(made)
    said = dict(told.said)
    assert (told.protocol, said["path"], said["subprotocol"], said["client_id"]) == ("mqtt", "/mqtt", "mqtt", "kitchen")
    assert told.facts["input.transport"] == "websocket"


def test_a_client_hello_is_decoded(relay: Relays) -> None:
    made = relay("amqps-healthy")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["amqp"])
    plain = socket.create_connection(("127.0.0.1", made.port), timeout=5)
    context.wrap_socket(plain, server_hostname="mq.example.com").close()
    told = heard(made)
    said = dict(told.said)
    assert (told.protocol, said["sni"], said["tls_versions"]) == ("tls", "mq.example.com", "TLSv1.3, TLSv1.2")
    assert said["alpn"] == "amqp"
    assert int(said["cipher_suites"]) > 5


# -- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "cause"),
    [
        ("amqp-healthy", {"password": ""}, "auth.blank-password"),
        ("amqp-healthy", {"vhost": "shop"}, "auth.vhost-not-found"),
        ("amqp-healthy", {"heartbeat": 0}, "heartbeat.disabled"),
        ("amqp-healthy", {"heartbeat": 3}, "heartbeat.too-low"),
        ("vhost-closed", {"vhost": "payroll"}, "auth.vhost-access-denied"),
        ("user-full", {}, "auth.user-connection-limit"),
        ("amqps-healthy", {}, "proto.plaintext-to-tls-port"),
        ("mqtt-healthy", {}, None),
    ],
)
def test_mistakes_of_an_amqp_program(
    services: Services, relay: Relays, name: str, options: dict[str, Any], cause: str | None
) -> None:
    made = relay(name)
    with contextlib.suppress(pika.exceptions.AMQPError):
        with_pika(made.port, **options)
    assert causes(services, made)[:1] == ([cause] if cause else [])


@pytest.mark.parametrize(
    ("name", "options", "cause"),
    [
        ("mqtt-healthy", {"user": None}, "mqtt.anonymous-refused"),
        ("mqtt-server-unavailable", {}, "mqtt.server-unavailable"),
    ],
)
def test_mistakes_of_an_mqtt_program(
    services: Services, relay: Relays, name: str, options: dict[str, Any], cause: str
) -> None:
    made = relay(name)
    with_paho(made.port, **options)
    assert causes(services, made)[:1] == [cause]


def test_tls_to_a_plain_port_and_a_certificate_that_the_program_refuses(services: Services, relay: Relays) -> None:
    plain, strange = relay("amqp-healthy"), relay("amqps-healthy")
    for made in (plain, strange):
        context = ssl.create_default_context()
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # in 1.3 the alert is encrypted: nobody can overhear it
        with socket.create_connection(("127.0.0.1", made.port), timeout=5) as sock, pytest.raises(ssl.SSLError):
            context.wrap_socket(sock, server_hostname="localhost")
    assert causes(services, plain) == ["proto.tls-to-plaintext-port"]
    assert causes(services, strange) == ["tls.unknown-ca"]


def test_a_refused_password_may_be_several_things(services: Services, relay: Relays) -> None:
    amqp, mqtt = relay("amqp-healthy"), relay("mqtt-healthy")
    with pytest.raises(pika.exceptions.AMQPError):
        with_pika(amqp.port, password="wrong")
    assert with_paho(mqtt.port, password="wrong") == b""
    for made, cause in ((amqp, "auth.bad-credentials"), (mqtt, "mqtt.bad-credentials")):
        assert causes(services, made) == []
        assert cause in causes(services, made, sure=False)


def test_something_that_is_no_broker(services: Services, relay: Relays) -> None:
    made = relay("ssh-server")
    with socket.create_connection(("127.0.0.1", made.port), timeout=5) as sock:
        sock.sendall(b"AMQP\0\0\x09\x01")
        assert sock.recv(100).startswith(b"SSH-")
        assert causes(services, made, ended=False) == ["proto.not-a-broker"]


def test_limits_beyond_the_offer(services: Services, relay: Relays) -> None:
    """pika never asks for more than is offered; this program does."""
    from mqassist.net.amqp_methods import connection_open, plain_response, start_ok, tune_ok

    made = relay("amqp-healthy")
    with socket.create_connection(("127.0.0.1", made.port), timeout=5) as sock:
        sock.sendall(b"AMQP\0\0\x09\x01")
        sock.recv(4096)
        sock.sendall(start_ok({"product": "mine"}, "PLAIN", plain_response("app", "open-sesame"), "en_US"))
        sock.recv(4096)
        sock.sendall(tune_ok(0, 1 << 20, 60) + connection_open("/"))
        with contextlib.suppress(ConnectionResetError):
            sock.recv(10)
    assert causes(services, made) == ["amqp.tune-rejected"]


def test_what_is_overheard_is_told_in_declared_facts(services: Services, relay: Relays, kept: Any) -> None:
    specs: dict[str, FactSpec] = {spec.name: spec for probe in load_probes() for spec in probe.gives}
    from mqassist.core.target import GIVES

    specs |= {spec.name: spec for spec in GIVES}
    makers: list[tuple[str, Callable[[int], object]]] = [
        ("amqp-healthy", with_pika),
        ("amqp-healthy", lambda port: with_pika(port, vhost="shop")),
        ("amqps-healthy", with_pika),
        ("mqtt-healthy", lambda port: with_paho(port, version=MQTTProtocolVersion.MQTTv5)),
        ("mqtt-healthy", lambda port: with_paho(port, password="wrong")),
        ("ws-healthy", lambda port: with_paho(port, transport="websockets")),
        ("memory-alarm", lambda port: with_pika(port, blocked_connection_timeout=1)),
    ]
    for name, use in makers:
        made = relay(name)
        with contextlib.suppress(pika.exceptions.AMQPError):
            use(made.port)
        facts = complete_facts(heard(made))
        assert facts
        wrong = {key: value for key, value in facts.items() if key not in specs or not specs[key].fits(value)}
        assert {key: value for key, value in wrong.items() if not key.startswith("log.")} == {}, name


def test_no_password_is_kept_or_shown(services: Services, kept: Any) -> None:
    """The canary as the password of programs that get in and of programs that do not, by every way of saying it."""
    amqp = kept("amqp-healthy", users={"app": CANARY})
    mqtt = kept("mqtt-healthy", users={"app": CANARY})
    broker = endpoint_of(amqp)
    made = services.relay(broker, Line())
    other = services.relay(endpoint_of(mqtt), Line())
    try:
        assert with_pika(made.port, CANARY)[1] == b"two"
        with pytest.raises(pika.exceptions.AMQPError):
            with_pika(made.port, CANARY, user="stranger")
        assert with_paho(other.port, password=CANARY) == b"21.5"
        assert with_paho(other.port, password=CANARY, user="stranger") == b""
        for each in (made, other):
            wait_until(partial(_is_quiet, each), "all ended")
            told = each.snapshot()
            assert_no_leak(json.dumps(as_plain(told)), "a snapshot")
            assert_no_leak(repr(told), "its repr")
            assert_no_leak(repr([vars(ear) for ear in vars(each)["_ears"]]), "the ears")
            for heard_one in told.overheard:
                advice = services.overheard(heard_one, broker)
                assert_no_leak(repr(advice), "advice")
    finally:
        made.stop()
        other.stop()


def _is_quiet(made: Relay) -> bool:
    return made.snapshot().counters.live == 0


# -- amqplib and mqtt.js ------------------------------------------------------------------------

AMQPLIB = """
const amqp = require('amqplib');
(async () => {
  const options = {clientProperties: {connection_name: 'shop'}};
  const connection = await amqp.connect(process.argv[1] + '?heartbeat=21', options);
  const channel = await connection.createConfirmChannel();
  const {queue} = await channel.assertQueue('', {exclusive: true});
  channel.sendToQueue(queue, Buffer.from('hello'));
  await channel.waitForConfirms();
  await channel.consume(queue, async (message) => {
    console.log(message.content.toString());
    channel.ack(message);
    await connection.close();
  });
})().catch((error) => { console.log(error.message); process.exit(1); });
"""
MQTT_JS = """
const client = require('mqtt').connect(process.argv[1], {clientId: 'garden', keepalive: 44, protocolVersion: 5,
  reconnectPeriod: 0, will: {topic: 'gone/garden', payload: 'x', qos: 1}});
client.on('error', (error) => { console.log(error.message); process.exit(1); });
client.on('connect', () => client.subscribe('garden/+', {qos: 2}, () => client.publish('garden/1', 'hello', {qos: 2})));
client.on('message', (topic, body) => { console.log(body.toString()); client.end(); });
"""


def in_node(script: str, target: str, modules: Path) -> str:
    done = subprocess.run(
        ["node", "-e", script, target], capture_output=True, text=True, timeout=30, check=False,
        env={"NODE_PATH": str(modules), "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )  # fmt: skip
    return done.stdout.strip() + done.stderr.strip()


def test_amqplib_through_the_relay(services: Services, relay: Relays, node_modules: Path) -> None:
    made = relay("amqp-healthy")
    target = made.snapshot().target.replace("app@", "app:open-sesame@")
    assert in_node(AMQPLIB, target, node_modules) == "hello"
    said = dict(heard(made).said)
    assert said["library"] == "amqplib"
    assert said["platform"].startswith("Node.JS")
    assert (said["heartbeat"], said["connection_name"]) == ("21", "shop")
    assert causes(services, made) == []
    wrong = relay("amqp-healthy")
    guess = wrong.snapshot().target.replace("app@", "app:guess@")
    assert "403" in in_node(AMQPLIB, guess, node_modules)
    assert "auth.bad-credentials" in causes(services, wrong, sure=False)


@pytest.mark.parametrize("name", ["mqtt-5-healthy", "ws-healthy"])
def test_mqtt_js_through_the_relay(services: Services, relay: Relays, node_modules: Path, name: str) -> None:
    made = relay(name)
    target = made.snapshot().target.replace("app@", "app:open-sesame@")
    assert in_node(MQTT_JS, target, node_modules) == "hello"
    said = dict(heard(made).said)
    assert (said["client_id"], said["keepalive"], said["will_topic"]) == ("garden", "44", "gone/garden")
    assert said["mqtt_version"] == "5"
    assert causes(services, made) == []
