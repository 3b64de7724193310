"""The settings.json of MQTT Explorer: connections by id below "ConnectionManager_connections".

Fields as in its ConnectionOptions (configVersion 1): host, protocol (mqtt or ws), basePath, port, name, username,
password, encryption, certValidation, clientId, subscriptions; certificates are embedded as base64.
"""

from __future__ import annotations

from typing import Any

from mqassist.core.errors import UserError
from mqassist.core.imported import Imported
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.profiles.importers.documents import json_of
from mqassist.profiles.importers.reading import Reading, is_true, port_of, profile_of_parts

FORMAT = "mqtt-explorer"
KEY = "ConnectionManager_connections"
_EMBEDDED = {"selfSignedCertificate": "ca", "clientCertificate": "cert", "clientKey": "key"}


def fits(content: Any) -> bool:
    return isinstance(content, dict) and isinstance(content.get(KEY), dict)


def read(text: str, _name: str = "") -> Imported:
    content = json_of(text)
    if not fits(content):
        raise UserError("import-not-explorer", "not the settings of MQTT Explorer")
    reading = Reading(FORMAT)
    for key, entry in content[KEY].items():
        if not isinstance(entry, dict):
            reading.note(0, "connection", name=str(key)[:100])
            continue
        try:
            _connection(reading, entry)
        except UserError:
            reading.note(0, "connection", name=str(entry.get("name", key))[:100])
    return reading.result()


def _connection(reading: Reading, entry: dict[str, Any]) -> None:
    websocket = entry.get("protocol") == "ws"
    tls = is_true(entry.get("encryption"))
    name = str(entry.get("name") or entry.get("host") or "")
    topics = [each.get("topic") if isinstance(each, dict) else each for each in entry.get("subscriptions") or ()]
    plain = [topic for topic in topics if isinstance(topic, str) and topic and not set("#+") & set(topic)]
    profile, secrets = profile_of_parts(
        scheme=("wss" if tls else "ws") if websocket else ("mqtts" if tls else "mqtt"),
        host=str(entry.get("host") or ""),
        port=port_of(entry.get("port")),
        user=str(entry.get("username") or "") or None,
        password=str(entry.get("password") or "") or None,
        path=str(entry.get("basePath") or "") if websocket else "",
        name=name,
        settings=CheckSettings(
            tls=TlsSettings(verify=entry.get("certValidation", True) is not False),
            client_id=str(entry.get("clientId") or "") or None,
            topic=plain[0] if plain else None,
        ),
    )
    reading.add(profile, secrets)
    for field, role in _EMBEDDED.items():
        if isinstance(entry.get(field), dict) and entry[field].get("data"):
            reading.note(0, "certificate-inside", name=name, field=role)
