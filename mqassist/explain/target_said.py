"""The endpoint that a paste speaks of: host, port, user, virtual host, client id; only where the words say so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mqassist.core.endpoint import DEFAULT_PORTS
from mqassist.core.explained import ExplainedTarget
from mqassist.core.percent import encode
from mqassist.core.record import changed
from mqassist.core.secret import MASK, Secret
from mqassist.core.target import parse_target

MAX_READ = 200_000
"""Characters of a paste that are searched for an endpoint, besides the lines that were found to say something."""

NOT_BROKERS = (53, 80, 443)
"""Ports of name servers and web servers, which stand in many texts beside the broker's."""
EPHEMERAL = 32_768
"""From here on systems take the client's own ports: a log names those of clients far more often than a broker's."""

_URL = re.compile(
    r"\b(?P<url>(?:amqps?|mqtts?|wss?|ssl|tcp|tls|mqtt\+ssl)://[^\s\"'<>`|\\,;)\]}]{1,300})", re.IGNORECASE
)
_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,250}[A-Za-z0-9_])?"
_ADDRESS = r"(?:\[[0-9a-fA-F:.%a-z]{2,60}\]|\d{1,3}(?:\.\d{1,3}){3})"
_LOGIN = re.compile(
    rf"(?<![\w@/:.])(?P<user>[A-Za-z0-9_.%+-]{{1,64}})@(?P<host>{_ADDRESS}|{_NAME}):(?P<port>\d{{2,5}})(?![\d:])"
    r"(?:/(?P<vhost>[A-Za-z0-9_.%-]{1,64}))?"
)
"""guest@localhost:5672/orders, as .NET's and Ruby's libraries write it."""
_AUTHORITIES = (
    re.compile(rf"->\s{{0,2}}(?P<host>{_ADDRESS}|{_NAME}):(?P<port>\d{{2,5}})\b"),
    re.compile(
        rf"(?:connect(?:ing|ed|ion|ion string)?|dial(?:ing)?|dialed|broker|server|host|endpoint|reach(?:ed)?|to|at"
        rf"|ECONN\w+|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|tcp[46]?|lookup|peer)\s*[:=(]?\s*(?:to|at|with|server|broker)?\s*['\"/(]*"
        rf"(?P<host>{_ADDRESS}|[0-9a-fA-F]*::[0-9a-fA-F:]*|{_NAME}):(?P<port>\d{{2,5}})\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\(\s*['\"](?P<host>{_ADDRESS}|[0-9a-fA-F:]{{2,40}}|{_NAME})['\"]\s*,\s*(?P<port>\d{{2,5}})\b"),
    re.compile(
        rf"\bhost(?:name)?['\"]?\s*(?:[:=]|=>)\s*['\"]?(?P<host>{_ADDRESS}|{_NAME})['\"]?[^\n]{{0,80}}?"
        rf"\bport['\"]?\s*(?:[:=]|=>)\s*['\"]?(?P<port>\d{{2,5}})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\baddress['\"]?\s*:\s*['\"](?P<host>{_ADDRESS}|{_NAME})['\"],?\s+['\"]?port['\"]?\s*:\s*(?P<port>\d{{2,5}})"
    ),
    re.compile(rf"(?P<host>{_ADDRESS}|{_NAME})['\"]?,? (?:\(port |on port |port )(?P<port>\d{{2,5}})\b"),
    re.compile(rf"\bbridge (?:\(step \d\) )?\S{{1,100}} \((?P<host>{_ADDRESS}|{_NAME}):(?P<port>\d{{2,5}})\)"),
    re.compile(rf"\b(?P<host>{_NAME})/{_ADDRESS}:(?P<port>\d{{2,5}})\b"),
    re.compile(r"(?<![\d.:])(?<!from )(?P<host>\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]{2,60}\]):(?P<port>\d{2,5})\b"),
)
_HOSTS = (
    re.compile(rf"ENOTFOUND\s+(?P<host>{_NAME})"),
    re.compile(rf"\bEAI_AGAIN\s+(?P<host>{_NAME})"),
    re.compile(rf"UnknownHostException:\s*(?P<host>{_NAME})"),
    re.compile(rf"\blookup\s+(?P<host>{_NAME})(?:\s+on\s|:)"),
    re.compile(rf"\bhost(?:name)?['\"]?\s*(?:[:=]|=>)\s*['\"]?(?P<host>{_ADDRESS}|{_NAME})['\"]?", re.IGNORECASE),
    re.compile(rf"(?<!\S)(?:-h|--host)[ =](?P<host>{_ADDRESS}|{_NAME})"),
)
_PORT = re.compile(
    r"\bport['\"]?\s*(?:[:=]|=>|is)?\s*['\"]?(?P<port>\d{2,5})\b|(?<!\S)-p\s(?P<option>\d{2,5})\b", re.IGNORECASE
)
_USER = re.compile(
    r"\buser(?:name)?(?:\s|['\"]?\s*(?:[:=]|=>)\s*)['\"](?P<quoted>[^'\"\n]{1,128})['\"]"
    r"|\buser(?:name)?['\"]?\s*(?:[:=]|=>)\s*(?P<plain>[^\s'\",;)}]{1,128})|\bu'(?P<mosquitto>[^'\n]{1,128})'"
    r"|(?<!\S)(?:-u|--username)[ =](?P<option>[^\s'\"-][^\s'\"]{0,127})",
    re.IGNORECASE,
)
_VHOST = re.compile(
    r"\b(?:virtual[ _-]?host|vhost)(?:\s|['\"]?\s*(?:[:=]|=>)\s*)['\"](?P<quoted>[^'\"\n]{0,128})['\"]"
    r"|\b(?:virtual[ _-]?host|vhost)['\"]?\s*(?:[:=]|=>)\s*(?P<plain>[^\s'\",;)}]{1,128})"
    r"|\bvhost (?P<named>\S{1,128}) not found",
    re.IGNORECASE,
)
_CLIENT = re.compile(
    r"\bclient[ _-]?id['\"]?(?:\s*(?:[:=]|=>)\s*|\s)['\"]?(?P<id>[A-Za-z0-9][^\s'\",;)}]{0,127})"
    r"|\bClient (?P<mosquitto>[^\s<]{1,128}) (?:disconnected|closed|already|has exceeded)"
    r"|\bwith ID (?P<mqttx>\S{1,128}) assigned",
    re.IGNORECASE,
)
_NOT_HOSTS = re.compile(
    r"(?:https?|tcp|tls|ssl|mqtts?|amqps?|line|port|version|error|null|none|undefined|\d+|\w+\.(?:js|ts|py|go|java|cs|rb|php"
    r"|erl|ex|c|cpp|rs|mjs)|sockets?|listen(?:s|ers?|ing)?|connections?|clients?|running|started|open(?:ed)?|bound|refused"
    r"|closed|failed|available)$",
    re.IGNORECASE,
)
_PORT_SCHEMES = {
    5672: "amqp", 5671: "amqps", 1883: "mqtt", 8883: "mqtts", 1884: "mqtt", 8083: "ws", 8084: "wss", 9001: "ws",
    15675: "ws", 15676: "wss",
}  # fmt: skip
_SCHEMES = {"tcp": "mqtt", "ssl": "mqtts", "tls": "mqtts", "mqtt+ssl": "mqtts"}
_NO_IDS = (
    "in",
    "is",
    "not",
    "registration",
    "of",
    "and",
    "already",
    "already",
    "from",
    "on",
    "to",
    "with",
    "the",
    "was",
)


def target_of(lines: Iterable[str], protocol: str, secrets: tuple[str, ...]) -> ExplainedTarget | None:
    """From lines without secrets, the most telling first; `protocol` is "" where it is not known. None if nothing is
    said of an endpoint. `secrets` are the passwords of the URLs."""
    text = "\n".join(lines)[:MAX_READ]
    url = _best_url(text, protocol)
    if url is not None:
        return _from_url(url, text, secrets)
    login = next((found for found in _LOGIN.finditer(text) if _plausible(found["host"])), None)
    if login is not None:
        given = ("host", "port", "user", *(("vhost",) if login["vhost"] else ()))
        host, port = login["host"].strip("[]"), int(login["port"])
        return _made(_scheme(port, protocol), host, port, text, login["user"], given, login["vhost"])
    host, port = _place(text)
    if not host and not port:
        return None
    return _made(_scheme(port, protocol), host, port, text, None, ())


def _scheme(port: int, protocol: str) -> str:
    """By the port, unless the text is of the other protocol."""
    scheme = _PORT_SCHEMES.get(port, "")
    if protocol and scheme and not (scheme.startswith(protocol) or (protocol == "mqtt" and scheme.startswith("ws"))):
        return protocol
    return scheme or protocol


def _best_url(text: str, protocol: str) -> str | None:
    found = [match["url"].rstrip(".:") for match in _URL.finditer(text)][:50]
    return max(
        found, key=lambda url: (url.split(":")[0].lower().startswith(protocol or "amqp"), "@" in url), default=None
    )


def _from_url(url: str, text: str, secrets: tuple[str, ...]) -> ExplainedTarget:
    read = parse_target(url.replace(MASK, "x"))
    endpoint = read.endpoint
    if endpoint is None:
        host, port = _place(text)
        scheme = url.split(":")[0].lower()
        return _made(_SCHEMES.get(scheme, scheme), host, port, text, None, ())
    hidden = url.find(f":{MASK}@") >= 0
    given = ["host", "protocol"]
    if re.search(r":\d{2,5}(?:/|$|\?)", url):
        given.append("port")
    if endpoint.username:
        given.append("user")
    if endpoint.protocol == "amqp" and endpoint.vhost != "/":
        given.append("vhost")
    vhost = endpoint.vhost if endpoint.protocol == "amqp" else None
    made = _made(endpoint.scheme, endpoint.host, endpoint.port, text, endpoint.username, tuple(given), vhost)
    if not hidden or len(secrets) != 1:
        return made
    return changed(made, password=Secret(secrets[0]), given=(*made.given, "password"))


def _place(text: str) -> tuple[str, int]:
    for pattern in _AUTHORITIES:
        for match in pattern.finditer(text):
            host, port = match["host"].strip("[]"), int(match["port"])
            if _plausible(host) and 0 < port < EPHEMERAL and port not in NOT_BROKERS:
                return host, port
    port_said = next((int(m["port"] or m["option"]) for m in _PORT.finditer(text)), 0)
    for pattern in _HOSTS:
        for match in pattern.finditer(text):
            if _plausible(match["host"].strip("[]")):
                return match["host"].strip("[]"), port_said if port_said < 65536 else 0
    return "", port_said if port_said < 65536 else 0


def _plausible(host: str) -> bool:
    return len(host) > 1 and not _NOT_HOSTS.match(host) and host not in ("0.0.0.0", "::")


def _made(
    scheme: str, host: str, port: int, text: str, user: str | None, given: tuple[str, ...], vhost: str | None = None
) -> ExplainedTarget:
    known = dict.fromkeys(given)
    if host:
        known["host"] = None
    if port and not given:
        known["port"] = None
    if user is None:
        user = _first(_USER, text)
        if user is not None:
            known["user"] = None
    protocol = "amqp" if scheme.startswith("amqp") else "mqtt" if scheme else ""
    if protocol == "amqp" and vhost in (None, "/"):
        said = _first(_VHOST, text)
        if said is not None:
            vhost = said
            known["vhost"] = None
    client = _client(text) if protocol != "amqp" else None
    if client is not None:
        known["client-id"] = None
    port = port or DEFAULT_PORTS.get(scheme, 0)
    shown_host = f"[{host}]" if ":" in host else host
    tail = f"/{encode(vhost)}" if vhost not in (None, "/") and protocol == "amqp" else ""
    if scheme in ("ws", "wss"):
        tail = "/mqtt"
    login = f"{encode(user)}@" if user else ""
    url = f"{scheme}://{login}{shown_host or 'HOST'}:{port}{tail}" if scheme else f"{shown_host}:{port}".strip(":0")
    return ExplainedTarget(
        url, "amqp" if protocol == "amqp" else "mqtt" if protocol else "", scheme, host, port, tuple(known), user,
        vhost if protocol == "amqp" else None, client, dialable=bool(host and scheme),
    )  # fmt: skip


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    for match in pattern.finditer(text):
        value = next((part for part in match.groups() if part is not None), None)
        if value is not None and MASK not in value and value.lower() not in ("none", "null", "undefined", "<unknown>"):
            return value
    return None


def _client(text: str) -> str | None:
    for match in _CLIENT.finditer(text):
        value = next((part for part in match.groups() if part), "").strip("\"'")
        if value and value.lower() not in _NO_IDS and MASK not in value:
            return value
    return None
