"""What other programs' settings say, told as profiles; what is not understood keeps its line; nothing is executed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqassist.core.errors import UserError
from mqassist.core.imported import Imported
from mqassist.core.profile import Profile
from mqassist.core.secret import Secret
from mqassist.knowledge.texts import Texts
from mqassist.profiles.exports import is_sealed, plain_export, sealed_export, unsealed
from mqassist.profiles.importers.detect import FORMATS, read_file, read_text
from tests.support.canary import CANARY, assert_no_leak

URLS = """# brokers of the shop
[Production/EU]
orders = amqps://orders:p%40ss@mq.example.com/prod
- billing: amqp://10.0.0.1
"iot", mqtts://iot.example.com:8884
tcp://gateway:1883
see https://example.com/manual for the rest
"""
MQTTX = json.dumps(
    [
        {"id": "f", "name": "Plant", "isCollection": True, "children": []},
        {
            "clientId": "mqttx_1", "name": "press 3", "parentId": "f", "clean": True, "host": "press.example.com",
            "protocol": "mqtts", "port": 8883, "keepalive": 30, "connectTimeout": 10, "username": "press",
            "password": "iron", "path": "/mqtt", "ssl": True, "certType": "self", "ca": "C:\\ca.pem", "cert": "",
            "key": "", "rejectUnauthorized": False, "mqttVersion": "5.0",
            "subscriptions": [{"topic": "press/#"}, {"topic": "press/3/state"}],
            "will": {"lastWillTopic": "gone"},
        },
        {"clientId": "b", "name": "web", "host": "ws.example.com", "port": 8083, "protocol": "ws", "path": "/mqtt",
         "mqttVersion": "3.1.1", "ca": "-----BEGIN CERTIFICATE-----", "certType": "self"},
        {"clientId": "c", "name": "odd", "host": "two hosts", "port": "x"},
    ]
)  # fmt: skip
EXPLORER = json.dumps(
    {
        "ConnectionManager_connections": {
            "1": {
                "configVersion": 1, "type": "mqtt", "id": "1", "host": "iot.example.com", "protocol": "mqtt",
                "port": 8883, "name": "IoT", "username": "u", "password": "explored", "encryption": True,
                "certValidation": False, "selfSignedCertificate": {"name": "ca", "data": "QUJD"},
                "clientId": "mqtt-explorer-1", "subscriptions": [{"topic": "#", "qos": 0}],
            },
            "2": {"host": "ws.example.com", "protocol": "ws", "basePath": "ws", "port": 9001, "name": "WS"},
            "3": None,
        },
        "Settings": {"theme": "light"},
    }
)  # fmt: skip
MOSQUITTO = """# the hall
listener 1883 0.0.0.0
listener 9001
protocol websockets
connection cloud
address mq1.example.com:8883 mq2.example.com
bridge_cafile /etc/ca.pem
remote_username hall
remote_password s p a c e
keepalive_interval 45
bridge_protocol_version mqttv50
connection nowhere
topic # out
"""
ENV = """# app
export RABBITMQ_HOST="mq.example.com"
RABBITMQ_PORT=5671
RABBITMQ_USER=app
RABBITMQ_PASSWORD='p#w d'   # not a comment inside
RABBITMQ_VHOST=/orders
MQTT_URL=mqtts://sensor:${SENSOR_PW}@iot.example.com
SENSOR_PW=s3
CELERY_BROKER_URL=redis://cache
AMQP_URL=amqp://u:${MISSING}@h
DATABASE_URL=postgres://db
not a line
"""
COMPOSE = """
x-env: &env
  MQTT_BROKER_HOST: mosquitto
  MQTT_BROKER_PORT: "1883"
services:
  rabbit:
    image: rabbitmq:3.13-management
    ports: ["127.0.0.1:5673:5672", "15672:15672"]
    environment:
      RABBITMQ_DEFAULT_USER: app
      RABBITMQ_DEFAULT_PASS: ${MQ_PASS:-sesame}
      RABBITMQ_DEFAULT_VHOST: shop
  mosquitto:
    image: eclipse-mosquitto:2
  emqx:
    image: "emqx/emqx:5"
    ports:
      - target: 8083
        published: "18083"
  app:
    build: .
    environment:
      <<: *env
      AMQP_URL: amqp://app:pa$$word@rabbit:5672/shop
"""
SPRING = """
spring:
  rabbitmq:
    addresses: mq1.example.com:5671,mq2.example.com:5671
    username: orders
    password: ${MQ_PASSWORD:from-default}
    virtualHost: prod
    requested-heartbeat: 30s
    connection-timeout: 2500
    ssl:
      enabled: true
      key-store: classpath:client.p12
---
spring:
  config.activate.on-profile: staging
  rabbitmq:
    host: ${STAGING_HOST}
    password: x
"""
PROPERTIES = """spring.rabbitmq.host = mq.example.com
spring.rabbitmq.port: 5673
spring.rabbitmq.username guest
spring.rabbitmq.password=pa\\u0073s\\=\\
  word
spring.rabbitmq.virtual-host=/a b
#---
spring.cloud.stream.binders.audit.environment.spring.rabbitmq.host=audit.example.com
"""
CELERY = """
import os, ssl
from celery import Celery
HOST = "mq.example.com"
app = Celery("shop", broker=f"amqp://app:{os.environ.get('PW', 'dflt')}@{HOST}//")
app.conf.broker_url = os.environ["OTHER"]
app.conf.update(broker_heartbeat=20, broker_use_ssl={"ca_certs": "/ca.pem", "cert_reqs": ssl.CERT_REQUIRED})
CELERY_BROKER_URL = "pyamqp://a:b@h1:5672/v;pyamqp://a:b@h2:5673/v"
result_backend = "redis://cache"
__import__("os").system("touch executed")
"""


def told(read: Imported) -> dict[str, tuple[str, tuple[str, ...], str]]:
    """Name -> address, further hosts, password."""
    return {
        each.profile.name: (
            each.profile.url,
            each.profile.hosts,
            each.secrets["password"].reveal() if "password" in each.secrets else "",
        )
        for each in read.found
    }


def noted(read: Imported) -> list[tuple[int, str]]:
    return [(note.line, note.text.key.removeprefix("import.")) for note in read.notes]


CASES: dict[str, tuple[str, str, dict[str, Any], list[tuple[int, str]]]] = {
    "urls": ("list.txt", URLS, {
        "orders": ("amqps://orders@mq.example.com:5671/prod", (), "p@ss"),
        "billing": ("amqp://10.0.0.1:5672", (), ""),
        "iot": ("mqtts://iot.example.com:8884", (), ""),
        "gateway": ("mqtt://gateway:1883", (), ""),
    }, []),
    "mqttx": ("data.json", MQTTX, {
        "press 3": ("mqtts://press@press.example.com:8883", (), "iron"),
        "web": ("ws://ws.example.com:8083/mqtt", (), ""),
    }, [(0, "left-out"), (0, "certificate-inside"), (0, "connection")]),
    "mqtt-explorer": ("settings.json", EXPLORER, {
        "IoT": ("mqtts://u@iot.example.com:8883", (), "explored"),
        "WS": ("ws://ws.example.com:9001/ws", (), ""),
    }, [(0, "certificate-inside"), (0, "connection")]),
    "mosquitto": ("mosquitto.conf", MOSQUITTO, {
        "mosquitto 1883": ("mqtt://localhost:1883", (), ""),
        "mosquitto 9001": ("ws://localhost:9001/mqtt", (), ""),
        "cloud": ("mqtts://hall@mq1.example.com:8883", ("mq2.example.com",), "s p a c e"),
    }, [(12, "no-host")]),
    "env": (".env", ENV, {
        "mqtt": ("mqtts://sensor@iot.example.com:8883", (), "s3"),
        "rabbitmq": ("amqps://app@mq.example.com:5671/%2Forders", (), "p#w d"),
    }, [(9, "other-broker"), (10, "variable"), (10, "placeholder"), (12, "line")]),
    "compose": ("docker-compose.yml", COMPOSE, {
        "rabbit": ("amqp://app@localhost:5673/shop", (), "sesame"),
        "emqx ws": ("ws://localhost:18083/mqtt", (), ""),
        "amqp": ("amqp://app@rabbit:5672/shop", (), "pa$word"),
        "mqtt": ("mqtt://mosquitto:1883", (), ""),
    }, [(14, "not-published")]),
    "spring": ("application.yml", SPRING, {
        "rabbitmq": ("amqps://orders@mq1.example.com:5671/prod", ("mq2.example.com:5671",), "from-default"),
    }, [(12, "java-store"), (17, "variable")]),
    "celery": ("settings.py", CELERY, {
        "celery": ("amqps://a@h1:5672/v", ("h2:5673",), "b"),
        "celery (2)": ("amqps://app@mq.example.com:5671", (), "dflt"),
    }, [(6, "variable")]),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
def test_each_format_is_recognised_and_read(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name, text, expected, notes = CASES[kind]
    (tmp_path / name).write_text(text, encoding="utf-8")
    for read in (read_file(str(tmp_path / name)), read_text(text, "", kind)):
        assert read.format == kind
        assert told(read) == expected
        assert noted(read) == notes
    assert not (tmp_path / "executed").exists()
    for language in ("en", "zh"):
        known = Texts(language).keys()  # type: ignore[arg-type]
        assert {note.text.key for note in read.notes} <= known


@pytest.mark.parametrize("kind", CASES)
def test_no_note_and_no_profile_holds_a_password(kind: str) -> None:
    _name, text, expected, _notes = CASES[kind]
    for _address, _hosts, password in expected.values():
        if password:
            text = text.replace(password, "canary9F7bird")
    read = read_text(text, "", kind)
    assert "canary9F7bird" not in repr([each.profile for each in read.found]) + repr(read.notes)


def test_settings_come_along() -> None:
    press = next(each.profile for each in read_text(MQTTX).found)
    assert (press.group, press.settings.mqtt_version, press.settings.heartbeat) == (("Plant",), "5", 30)
    assert (press.settings.topic, press.settings.timeout, press.settings.client_id) == (
        "press/3/state",
        10.0,
        "mqttx_1",
    )
    assert (press.settings.tls.ca, press.settings.tls.verify) == ("C:\\ca.pem", False)
    spring = read_text(SPRING).found[0].profile.settings
    assert (spring.heartbeat, spring.timeout) == (30, 2.5)
    cloud = read_text(MOSQUITTO).found[2].profile.settings
    assert (cloud.heartbeat, cloud.mqtt_version, cloud.tls.ca) == (45, "5", "/etc/ca.pem")
    celery = read_text(CELERY).found[0].profile.settings
    assert (celery.heartbeat, celery.tls.ca) == (20, "/ca.pem")


def test_properties_are_read_as_java_reads_them() -> None:
    assert told(read_text(PROPERTIES, "application.properties")) == {
        "rabbitmq": ("amqp://guest@mq.example.com:5673/%2Fa%20b", (), "pass=word"),
        "audit": ("amqp://guest@audit.example.com:5672", (), "guest"),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "mosquitto_sub -h mq -p 8883 -u me -P 'se cret' -t a/b --cafile /ca.pem | tee x",
            ("mqtts://me@mq:8883", "se cret"),
        ),
        ("mosquitto_pub -L mqtt://u:p@mq/topic -m x", ("mqtt://u@mq:1883", "p")),
        ("-h mq\n-u me\n-P two words\n-t x\n", ("mqtt://me@mq:1883", "two words")),
    ],
)
def test_what_mosquittos_clients_take(text: str, expected: tuple[str, str]) -> None:
    ((url, _hosts, password),) = told(read_text(text)).values()
    assert (url, password) == expected


# -- hostile and broken ------------------------------------------------------------------------------------

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("name", "text", "reference"),
    [
        ("x.json", '{"a": [1,}', "import-nothing"),
        ("compose.yml", "services: [a: b: c", "import-yaml"),
        ("compose.yml", BOMB + "services: {a: {image: *j}}", "import-too-deep"),
        ("compose.yml", "services: &a {b: {c: *a}}", "import-too-deep"),
        ("compose.yml", "!!python/object/apply:os.system ['touch executed']", "import-nothing"),
        ("settings.py", "broker_url = (", "import-python"),
        ("settings.py", "(" * 5000, "import-python"),
        ("x.txt", "nothing here", "import-nothing"),
        ("x.txt", "", "import-nothing"),
        ("x.json", "[" * 100_000, "import-nothing"),
    ],
)
def test_hostile_and_broken_files_get_a_clear_error(
    name: str, text: str, reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as caught:
        read_text(text, name)
    assert caught.value.reference == reference
    assert not (tmp_path / "executed").exists()


def test_without_pyyaml_its_files_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    for name, text in (("docker-compose.yml", COMPOSE), ("application.yml", SPRING)):
        with pytest.raises(UserError) as caught:
            read_text(text, name)
        assert caught.value.reference == "import-no-yaml"
    assert read_text(PROPERTIES, "application.properties").found


def test_files_that_are_no_text_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\x7fELF\0\0\1")
    (tmp_path / "large").write_bytes(b"x" * (8 * 1024 * 1024 + 1))
    (tmp_path / "utf16.txt").write_text("amqp://h", encoding="utf-16")
    (tmp_path / "gbk.txt").write_bytes("订单 = amqp://h".encode("gb18030"))
    for name, reference in (("binary", "import-binary"), ("large", "import-too-large"), ("gone", "import-not-read")):
        with pytest.raises(UserError) as caught:
            read_file(str(tmp_path / name))
        assert caught.value.reference == reference
    assert list(told(read_file(str(tmp_path / "utf16.txt")))) == ["h"]
    assert list(told(read_file(str(tmp_path / "gbk.txt")))) == ["订单"]
    with pytest.raises(UserError) as caught:
        read_text("amqp://h", "", "csv")
    assert caught.value.reference == "import-format"


@given(st.sampled_from(FORMATS), st.sampled_from([text for _, text, _, _ in CASES.values()]), st.data())
@settings(max_examples=80, deadline=None)
def test_damaged_files_never_raise_anything_else(kind: str, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    middle = data.draw(st.text(max_size=8))
    try:
        read = read_text(text[:start] + middle + text[end:], "", kind)
    except UserError:
        return
    assert read.format in FORMATS


# -- our own exports --------------------------------------------------------------------------------------

MINE = (
    Profile("1", "orders", "amqps://app@mq.example.com:5671/prod", group=("Production",), stored=("password",)),
    Profile("2", "sensors", "mqtt://iot.example.com:1883"),
)


def test_a_plain_export_holds_no_secret_and_comes_back() -> None:
    text = plain_export(MINE)
    assert "stored" not in text
    read = read_text(text)
    assert read.format == "mqassist"
    assert [(each.profile.name, each.profile.url, each.profile.group) for each in read.found] == [
        (each.name, each.url, each.group) for each in MINE
    ]
    assert {each.profile.id for each in read.found}.isdisjoint({"1", "2"})


def test_a_sealed_export_needs_its_passphrase_and_notices_every_change() -> None:
    text = sealed_export(MINE, {"1": {"password": Secret(CANARY)}}, Secret("correct horse"))
    assert_no_leak(text, "the sealed export")
    assert "orders" not in text
    assert is_sealed(text)
    assert not is_sealed(plain_export(MINE))
    read = unsealed(text, Secret("correct horse"))
    assert [each.secrets for each in read.found] == [{"password": Secret(CANARY)}, {}]
    with pytest.raises(UserError) as sealed:
        read_text(text)
    assert sealed.value.reference == "import-sealed"
    content = json.loads(text)
    flipped = content["sealed"][:40] + ("A" if content["sealed"][40] != "A" else "B") + content["sealed"][41:]
    changes: list[tuple[dict[str, Any], str]] = [
        ({"sealed": flipped}, "export-wrong"),
        ({"nonce": content["salt"][:16]}, "export-wrong"),
        ({"n": 2**15}, "export-wrong"),
        ({"n": 2**24}, "export-damaged"),
        ({"n": 3}, "export-damaged"),
        ({"salt": 5}, "export-damaged"),
        ({"schema": "mqassist.profiles-sealed/9"}, "import-newer"),
    ]
    for change, reference in changes:
        with pytest.raises(UserError) as caught:
            unsealed(json.dumps({**content, **change}), Secret("correct horse"))
        assert caught.value.reference == reference, change
    for text_of, passphrase in ((text, "wrong horse"), (text[:-40], "correct horse"), ("{}", "x")):
        with pytest.raises(UserError):
            unsealed(text_of, Secret(passphrase))
    with pytest.raises(UserError) as short:
        sealed_export(MINE, {}, Secret("short"))
    assert short.value.reference == "export-passphrase"
