"""Secrets in a paste: gone before anything else happens, whatever form they have."""

from __future__ import annotations

import json

import pytest

from mqassist.core.record import as_plain
from mqassist.core.secret import MASK
from mqassist.explain.masking import masked
from mqassist.explain.reading import shown
from mqassist.report.explanation import explanation_document
from mqassist.services import build_services

SECRET = "cAnary+77-Geheim"
FORMS = [
    f"amqps://app:{SECRET}@mq.example.com/prod refused",
    f"password={SECRET}",
    f"Authenticating with username 'app' and password '{SECRET}'",
    f'connectionStartOk {{"mechanism":"PLAIN","response":"\\u0000app\\u0000{SECRET}","locale":"en_US"}}',
    f"<Connection.StartOk(['mechanism=PLAIN', \"response=b'\\\\x00app\\\\x00{SECRET}'\"])>",
    f'Connection(StartOk {{ response: LongString("\\0app\\0{SECRET}") }})',
    f'"password": "{SECRET}",',
    f"MQTT_PASSWORD: {SECRET}",
    f"spring.rabbitmq.password={SECRET}",
    f"mosquitto_pub -h h -u app -P {SECRET} -t x",
    f"mosquitto_sub --pw {SECRET}",
    f"pika.PlainCredentials('app', '{SECRET}')",
    f"client.username_pw_set('app', '{SECRET}')",
    f"密码：{SECRET}",
    f"api_key = {SECRET}",
    f"Authorization: Bearer {SECRET}abcdefgh",
    "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghij",
    f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
    f"amqp://app:{SECRET}@h/ and once more {SECRET} alone",
]


@pytest.mark.parametrize("text", FORMS)
def test_secrets_are_masked(text: str) -> None:
    clean, count, _ = masked(shown(text))
    assert count >= 1
    assert MASK in clean
    assert SECRET not in clean
    assert "eyJzdWIi" not in clean


@pytest.mark.parametrize(
    "text",
    [
        "password length: 28",
        "password: Refused",
        "authentication failure: password is incorrect",
        "PLAIN login refused: user '$(MQ_USER)' - invalid credentials",
        "password=${MQ_PASSWORD}",
        "amqp://guest:**@127.0.0.1:5672//",
        "token expired",
        "JMSSecurityException: User name [app] or password is invalid.",
        "the password is too short!",
        "Unexpected token 'H', HTTP/1.1 is not valid JSON",
        "b'\\x10\\x10\\x00\\x04MQTT\\x04\\x02\\x00<\\x00'",
    ],
)
def test_words_about_secrets_stay(text: str) -> None:
    assert masked(text) == (text, 0, ())


def test_nothing_that_leaves_holds_the_secret() -> None:
    services = build_services("en")
    explained = services.explain("\n".join(FORMS) + "\nECONNREFUSED 10.0.0.5:5672")
    shown_all = services.present_explanation(explained)
    document = (
        json.dumps(explanation_document(explained, shown_all)) + repr(explained) + json.dumps(as_plain(shown_all))
    )
    assert SECRET not in document
    assert explained.masked >= len(FORMS)


def test_the_password_of_the_url_fills_the_check() -> None:
    target = build_services("en").explain(f"dial amqp://app:{SECRET}@mq.example.com:5672/ refused: ECONNREFUSED").target
    assert target is not None
    assert target.password is not None
    assert target.password.reveal() == SECRET
    assert SECRET not in repr(target)
