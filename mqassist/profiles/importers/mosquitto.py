"""Mosquitto: bridges and listeners of mosquitto.conf (mosquitto-conf(5)), and what its clients take: a line such as
`mosquitto_sub -h host -t topic`, or their configuration file with one option a line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from mqassist.core.errors import UserError
from mqassist.core.imported import Imported
from mqassist.core.profile import split_host
from mqassist.core.record import fresh, record
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.profiles.importers.reading import Reading, heartbeat_of, port_of, profile_of_parts

FORMAT = "mosquitto"
_CONF = re.compile(r"(?m)^(?:listener|port|connection|address(?:es)?|allow_anonymous|password_file|bind_address)\s+\S")
_CLIENT = re.compile(r"\bmosquitto_(?:pub|sub|rr)\b")
_CLIENT_FILE = re.compile(r"(?m)^(?:-h|--host|-L|--url)\s+\S")
_FLAGS = {
    "-h": "host", "--host": "host", "-p": "port", "--port": "port", "-u": "user", "--username": "user",
    "-P": "password", "--pw": "password", "-i": "client_id", "--id": "client_id", "-t": "topic", "--topic": "topic",
    "-k": "keepalive", "--keepalive": "keepalive", "-q": "qos", "--qos": "qos", "-V": "version",
    "--protocol-version": "version", "--cafile": "ca", "--cert": "cert", "--key": "key", "-L": "url", "--url": "url",
    "--proxy": "proxy",
}  # fmt: skip
_VALUED = {
    "-m", "--message", "-f", "--file", "-A", "-I", "--id-prefix", "-C", "-W", "-F", "--capath", "--ciphers",
    "--tls-version", "--psk", "--psk-identity", "--will-topic", "--will-payload", "--will-qos", "-D", "-T",
    "--filter-out", "-U", "--repeat", "--repeat-delay", "-x", "--tls-alpn", "--keyform", "--tls-engine",
}  # fmt: skip
_VERSIONS = {
    "mqttv31": "3.1", "31": "3.1", "mqttv311": "3.1.1", "311": "3.1.1", "mqttv5": "5", "mqttv50": "5", "5": "5",
}  # fmt: skip


@record(frozen=False)
class _Section:
    """A bridge (`connection NAME`) or a listener with the lines that belong to it."""

    kind: str
    name: str
    line: int
    values: dict[str, str] = fresh(default_factory=dict)


def fits(text: str) -> bool:
    return bool(_CLIENT.search(text) or _CLIENT_FILE.search(text) or len(_CONF.findall(text)) >= 1)


def read(text: str, _name: str = "") -> Imported:
    reading = Reading(FORMAT)
    if _CLIENT.search(text) or _CLIENT_FILE.search(text):
        _clients(reading, text)
    else:
        for section in _sections(text):
            _add(reading, section)
    return reading.result()


# -- mosquitto.conf --------------------------------------------------------------------------------


def _sections(text: str) -> list[_Section]:
    """Values before the first section belong to the default listener (`port`, `cafile` …)."""
    top = _Section("listener", "", 0)
    sections = [top]
    for number, line in enumerate(text.splitlines(), 1):
        word, _, value = line.strip().partition(" ")
        value = value.strip()
        if not word or word.startswith("#"):
            continue
        if word in ("connection", "listener"):
            sections.append(_Section("bridge" if word == "connection" else "listener", value, number))
        elif word == "port":
            top.name, top.line = value, top.line or number
        else:
            sections[-1].values.setdefault(word, value)
    return [section for section in sections if section.name]


def _add(reading: Reading, section: _Section) -> None:
    try:
        if section.kind == "bridge":
            _bridge(reading, section)
        else:
            _listener(reading, section)
    except UserError:
        reading.note(section.line, "no-host", name=section.name[:100])


def _bridge(reading: Reading, section: _Section) -> None:
    value = section.values
    hosts = (value.get("address") or value.get("addresses") or "").split()
    if not hosts:
        reading.note(section.line, "no-host", name=section.name[:100])
        return
    host, port = split_host(hosts[0])
    tls = any(value.get(f"bridge_{name}") for name in ("cafile", "capath", "certfile"))
    profile, secrets = profile_of_parts(
        scheme="mqtts" if tls or port == 8883 else "mqtt",
        host=host,
        port=port or 1883,
        user=value.get("remote_username") or value.get("username"),
        password=value.get("remote_password") or value.get("password"),
        name=section.name,
        hosts=tuple(hosts[1:]),
        settings=CheckSettings(
            tls=TlsSettings(
                ca=value.get("bridge_cafile"),
                cert=value.get("bridge_certfile"),
                key=value.get("bridge_keyfile"),
                verify=value.get("bridge_insecure", "false") != "true",
            ),
            client_id=value.get("remote_clientid") or value.get("clientid"),
            mqtt_version=_VERSIONS.get(value.get("bridge_protocol_version", ""), "3.1.1"),
            heartbeat=heartbeat_of(value.get("keepalive_interval", "")),
        ),
    )
    reading.add(profile, secrets, section.line)
    if value.get("bridge_psk"):
        reading.note(section.line, "left-out", name=section.name, field="bridge_psk")


def _listener(reading: Reading, section: _Section) -> None:
    """Dialled from the broker's own computer unless it is bound to an address."""
    value = section.values
    place = section.name.split()
    port = port_of(place[0])
    if not port:
        reading.note(section.line, "left-out", name="listener", field=" ".join(place)[:100])
        return
    bound = place[1] if len(place) > 1 else value.get("bind_address", "")
    host = "localhost" if bound in ("", "0.0.0.0", "::", "127.0.0.1", "::1") else bound
    tls = bool(value.get("certfile") and value.get("keyfile"))
    websocket = value.get("protocol") == "websockets"
    scheme = {(False, False): "mqtt", (False, True): "mqtts", (True, False): "ws", (True, True): "wss"}[websocket, tls]
    profile, secrets = profile_of_parts(
        scheme=scheme,
        host=host,
        port=port,
        path="/mqtt" if websocket else "",
        name=f"mosquitto {port}",
    )
    reading.add(profile, secrets, section.line)


# -- command lines and the clients' files ----------------------------------------------------------


def _clients(reading: Reading, text: str) -> None:
    in_file: list[str] = []
    begin = 0
    joined, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        if line.rstrip().endswith("\\"):
            joined += line.rstrip()[:-1] + " "
            continue
        whole, joined = joined + line, ""
        found = _CLIENT.search(whole)
        if found is not None:
            _client(reading, _words(whole[found.end() :]), start)
        elif whole.strip().startswith("-"):
            # one option a line; its value is the rest of the line, blanks included
            flag, _, value = whole.strip().partition(" ")
            in_file += [flag, value.strip()] if value.strip() else [flag]
            begin = begin or start
        start = 0
    if in_file:
        _client(reading, in_file, begin)


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line, comments=False)
    except ValueError:
        words = line.split()
    end = next((at for at, word in enumerate(words) if word in ("|", ";", "&&", "||", "&", ">")), len(words))
    return words[:end]


def _client(reading: Reading, words: Sequence[str], line: int) -> None:
    value: dict[str, str] = {}
    switches: set[str] = set()
    waiting = list(reversed(words))
    while waiting:
        word = waiting.pop()
        flag, equals, joined = word.partition("=") if word.startswith("--") else (word, "", "")
        if flag in _FLAGS or flag in _VALUED:
            given = joined if equals else (waiting.pop() if waiting else "")
            if flag in _FLAGS:
                value.setdefault(_FLAGS[flag], given)
        else:
            switches.add(flag)
    files = TlsSettings(value.get("ca"), value.get("cert"), value.get("key"), verify="--insecure" not in switches)
    settings = CheckSettings(
        tls=files,
        client_id=value.get("client_id"),
        topic=value.get("topic"),
        qos=int(value["qos"]) if value.get("qos") in ("0", "1", "2") else 1,
        mqtt_version=_VERSIONS.get(value.get("version", ""), "3.1.1"),
        heartbeat=heartbeat_of(value.get("keepalive", "")),
    )
    if value.get("url"):
        reading.add_url(value["url"], "", line, settings=settings)
        return
    tls = bool(value.get("ca") or value.get("cert") or switches & {"--tls-use-os-certs"} or value.get("port") == "8883")
    host = value.get("host") or "localhost"
    try:
        profile, secrets = profile_of_parts(
            scheme="mqtts" if tls else "mqtt",
            host=host,
            port=port_of(value.get("port", "")),
            user=value.get("user"),
            password=value.get("password"),
            name=host,
            settings=settings,
        )
    except UserError:
        reading.note(line, "no-host", name="mosquitto")
        return
    reading.add(profile, secrets, line)
