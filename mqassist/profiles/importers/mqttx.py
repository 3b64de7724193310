"""The connections that MQTTX exports as JSON (Connections › Export Data): an array, one object a connection.

Fields as in MQTTX 1.9–1.12: clientId, name, protocol, host, port, path, username, password, ssl, certType, ca, cert,
key, rejectUnauthorized, mqttVersion, keepalive, connectTimeout, subscriptions.
"""

from __future__ import annotations

from typing import Any

from mqassist.core.errors import UserError
from mqassist.core.imported import Imported
from mqassist.core.record import changed
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.profiles.importers.documents import json_of
from mqassist.profiles.importers.reading import Reading, heartbeat_of, is_true, port_of, profile_of_parts, timeout_of

FORMAT = "mqttx"
_SCHEMES = {
    (False, False): "mqtt",
    (False, True): "mqtts",
    (True, False): "ws",
    (True, True): "wss",
}
_VERSIONS = {"3.1": "3.1", "3.1.1": "3.1.1", "5.0": "5", "5": "5", "4": "3.1.1", "3": "3.1"}


def fits(content: Any) -> bool:
    entries = content.get("connections") if isinstance(content, dict) else content
    return (
        isinstance(entries, list)
        and bool(entries)
        and all(isinstance(each, dict) for each in entries)
        and any("clientId" in each and "host" in each for each in entries)
    )


def read(text: str, _name: str = "") -> Imported:
    content = json_of(text)
    if not fits(content):
        raise UserError("import-not-mqttx", "not an export of MQTTX")
    reading = Reading(FORMAT)
    entries = content["connections"] if isinstance(content, dict) else content
    names = {
        str(each.get("id")): str(each.get("name")) for each in entries if each.get("isCollection") and each.get("name")
    }
    for entry in entries:
        if entry.get("isCollection") or "host" not in entry:
            continue
        try:
            _connection(reading, entry, names)
        except UserError:
            reading.note(0, "connection", name=str(entry.get("name", "?"))[:100])
    return reading.result()


def _connection(reading: Reading, entry: dict[str, Any], folders: dict[str, str]) -> None:
    protocol = str(entry.get("protocol") or "mqtt").lower()
    websocket = protocol in ("ws", "wss")
    tls = is_true(entry.get("ssl")) or protocol in ("mqtts", "wss")
    name = str(entry.get("name") or entry.get("host"))
    files = {field: str(entry.get(field) or "") or None for field in ("ca", "cert", "key")}
    if str(entry.get("certType") or "") != "self":
        files = {"ca": None, "cert": None, "key": None}
    for field, value in files.items():
        if value and "-----BEGIN" in value:
            reading.note(0, "certificate-inside", name=name, field=field)
            files[field] = None
    topics = [each.get("topic") for each in entry.get("subscriptions") or () if isinstance(each, dict)]
    plain = [topic for topic in topics if isinstance(topic, str) and topic and not set("#+") & set(topic)]
    version = _VERSIONS.get(str(entry.get("mqttVersion") or ""), "")
    if not version:
        version = {5: "5", 3: "3.1"}.get(entry.get("protocolVersion") or 4, "3.1.1")
    settings = CheckSettings(
        tls=TlsSettings(files["ca"], files["cert"], files["key"], verify=entry.get("rejectUnauthorized") is not False),
        client_id=str(entry.get("clientId") or "") or None,
        mqtt_version=version,
        heartbeat=heartbeat_of(entry.get("keepalive", "")),
        timeout=timeout_of(entry.get("connectTimeout", "")) or CheckSettings().timeout,
        topic=plain[0] if plain else None,
    )
    profile, secrets = profile_of_parts(
        scheme=_SCHEMES[websocket, tls],
        host=str(entry.get("host") or ""),
        port=port_of(entry.get("port")),
        user=str(entry.get("username") or "") or None,
        password=str(entry.get("password") or "") or None,
        path=str(entry.get("path") or "") if websocket else "",
        name=name,
        settings=settings,
    )
    folder = folders.get(str(entry.get("parentId")))
    reading.add(profile if folder is None else changed(profile, group=(folder,)), secrets)
    if isinstance(entry.get("will"), dict) and entry["will"].get("lastWillTopic"):
        reading.note(0, "left-out", name=name, field="will")
