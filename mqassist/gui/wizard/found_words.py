"""The rows of what was found, in words. Knows the answers and what was understood, no widget."""

from __future__ import annotations

import os

from PySide6.QtCore import QCoreApplication

from mqassist.core.endpoint import DEFAULT_PORTS
from mqassist.gui.wizard.answers import Answers
from mqassist.gui.wizard.found_table import Row
from mqassist.gui.wizard.understand import Understood

translate = QCoreApplication.translate


def protocol_words(scheme: str) -> str:
    """What a person calls the scheme."""
    return {
        "": lambda: translate("Guide", "not known yet"),
        "amqp": lambda: translate("Guide", "AMQP 0-9-1, no TLS"),
        "amqps": lambda: translate("Guide", "AMQP 0-9-1 over TLS"),
        "mqtt": lambda: translate("Guide", "MQTT, no TLS"),
        "mqtts": lambda: translate("Guide", "MQTT over TLS"),
        "ws": lambda: translate("Guide", "MQTT over WebSocket, no TLS"),
        "wss": lambda: translate("Guide", "MQTT over WebSocket and TLS"),
    }[scheme]()


def found_rows(answers: Answers, understood: Understood | None) -> list[Row]:
    none = translate("Guide", "not known yet")
    port = answers.port or DEFAULT_PORTS.get(answers.scheme, 0)
    rows = [
        Row(
            "scheme",
            translate("Guide", "Protocol"),
            protocol_words(answers.scheme),
            "works" if answers.scheme else "undecided",
            answers.scheme,
        ),
        Row(
            "host",
            translate("Guide", "Host"),
            answers.host or none,
            "works" if answers.host else "undecided",
            answers.host,
            mono=bool(answers.host),
        ),
        Row(
            "port", translate("Guide", "Port"), str(port or none), "works" if port else "waiting", str(port or ""), True
        ),
    ]
    if answers.protocol != "mqtt":
        rows.append(
            Row(
                "vhost",
                translate("Guide", "Virtual host"),
                answers.vhost or "/",
                "works" if answers.vhost else "waiting",
                answers.vhost,
                True,
            )
        )
    elif answers.scheme in ("ws", "wss"):
        rows.append(
            Row("path", translate("Guide", "Path"), answers.path or "/mqtt", "works", answers.path or "/mqtt", True)
        )
    guest = answers.username == "guest" and answers.host not in ("", "localhost", "127.0.0.1", "::1")
    rows.append(
        Row(
            "username",
            translate("Guide", "User name"),
            answers.username or translate("Guide", "none"),
            "warning" if guest else "works" if answers.username else "waiting",
            answers.username,
            mono=bool(answers.username),
        )
    )
    rows.append(
        Row(
            "password",
            translate("Guide", "Password"),
            _password_words(answers, understood),
            "works" if answers.password is not None else "waiting",
            "",
            secret=True,
        )
    )
    return rows + _said_rows(answers, understood)


def _password_words(answers: Answers, understood: Understood | None) -> str:
    if answers.password is not None:
        return translate("Guide", "found and hidden")
    if understood is not None and understood.masked:
        return translate("Guide", "something was hidden; type the password here")
    return translate("Guide", "none")


def _said_rows(answers: Answers, understood: Understood | None) -> list[Row]:
    rows: list[Row] = []
    if answers.ca:
        rows.append(
            Row("ca", translate("Guide", "CA certificates"), os.path.basename(answers.ca), "works", answers.ca, True)
        )
    if answers.logs:
        names = ", ".join(os.path.basename(path) for path in answers.logs)
        rows.append(Row("logs", translate("Guide", "Broker's log"), names, "works", None, True))
    if understood is None:
        return rows
    if understood.product:
        rows.append(Row("product", translate("Guide", "Program"), understood.product, "works"))
    if understood.excerpt:
        rows.append(Row("error", translate("Guide", "Error"), understood.excerpt, "broken", None, True))
    for number, url in enumerate(understood.others, start=1):
        rows.append(Row(f"other{number}", translate("Guide", "Also in it"), url, "note", None, True))
    return rows


def product_words(understood: Understood | None) -> str:
    """What the text was recognised as."""
    if understood is None or not understood.text.strip():
        return ""
    formats = {
        "spring": translate("Guide", "Spring settings"),
        "celery": translate("Guide", "Celery settings"),
        "compose": translate("Guide", "docker-compose file"),
        "env": translate("Guide", "environment settings"),
        "mosquitto": translate("Guide", "Mosquitto settings"),
        "mqttx": "MQTTX",
        "mqtt-explorer": "MQTT Explorer",
    }
    found = [name for name in (formats.get(understood.format, ""), understood.product) if name]
    if found:
        return translate("Guide", "Recognised: {what}").format(what=", ".join(found))
    if understood.nothing:
        return translate("Guide", "Nothing about a broker was recognised in it yet")
    return translate("Guide", "Recognised: an address")
