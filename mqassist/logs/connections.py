"""What a line says of a connection: whose it is, and what became of it. Patterns of all brokers we know; pure.

seen: RabbitMQ 3.6, 3.10.8, 4.0.5; Mosquitto 1.6, 2.0.11, 2.1; EMQX 4 and 5.
"""

from __future__ import annotations

import re

from mqassist.core.log import Ending, EventKind
from mqassist.core.record import record

_LOOKED_AT = 2000
_IP = r"\[?[0-9A-Za-z:.%-]{2,60}\]?:\d{1,5}"
# (10.0.0.7:41234 -> 10.0.0.5:5672 - app, vhost: '/', user: 'u', state: running)
_PAIR = re.compile(
    rf"[(\"' ](?P<peer>{_IP}) -> {_IP}(?: - (?P<name>[^,\n]{{1,200}}?))?"
    r"(?:, vhost: '(?P<vhost>[^'\n]{0,200})')?(?:, user: '(?P<user>[^'\n]{0,200})')?(?:, [^)\n]{0,120})?"
    r"(?:[)\"':, \n]|$)"
)
_PROCESS = re.compile(r"connection (<\d+\.\d+\.\d+>)")
_LOGGED_IN = re.compile(r"user '([^'\n]{0,200})' authenticated(?: and granted access to vhost '([^'\n]{0,200})')?")
_NAMED = re.compile(r"has a client-provided name: ([^\n]{1,200})")
_MQTT_CLIENT = re.compile(
    r"client id: ([^)\n]{1,200})\)|for client ID ([^\n]{1,200})|with duplicate id '([^'\n]{1,200})'"
)
_USER_REFUSED = re.compile(r"(?:login refused: user|(?:login failed|refused) for user) '([^'\n]{0,200})'")
_PROTOCOL = re.compile(r"(?:(?:[Aa]ccept(?:ing|ed)|closing|Error on) |^)(?:Web )?(AMQP|MQTT|STOMP|stream)\b")
_MOSQUITTO_FROM = re.compile(rf"New connection from (?P<peer>{_IP}) on port")
_MOSQUITTO_AS = re.compile(
    r"New (?:client|bridge) connected from (?P<peer>\S{1,60}) as (?P<client>.{0,200}?) "
    r"\(p\d, c\d, k\d+(?:, u'(?P<user>[^'\n]{0,200})')?\)"
)
_MOSQUITTO_CLIENT = re.compile(
    rf"Client (?P<client>\S{{1,200}}?)(?: \[(?P<peer>{_IP})\])? (?:disconnected|closed|has |already)"
)
_EMQX_PEER = re.compile(rf"\bpeername: \"?(?P<peer>{_IP})")
_EMQX_CLIENT = re.compile(r"\bclientid: \"?(?P<client>[^,\"\n]{1,200})")
_EMQX_USER = re.compile(r"\busername: \"?(?P<user>[^,\"\n]{1,200})")
_EMQX4 = re.compile(rf"(?P<client>[^@\s]{{1,200}})@(?P<peer>{_IP}) \[")

_STOPPED = re.compile(
    r"mosquitto version \S{1,40} (?:terminating|starting)|Successfully stopped RabbitMQ and its dependencies|"
    r"\s{0,4}Starting RabbitMQ \S{1,40} on Erlang"
)
STOPS = r"mosquitto version .+ (terminating|starting)|Successfully stopped RabbitMQ|Starting RabbitMQ .+ on Erlang"
"""Finds the same in a log."""
_OPENED = re.compile(r"\b[Aa]ccept(?:ing|ed) |New connection from ")
_REFUSED = re.compile(
    r"login refused|login failed|access (?:to vhost .{1,200} )?refused|not authori[sz]ed|authentication[_ ]fail|"
    r"connection_rate|credentials|Connection Refused|vhost .{0,200} not found|is refused|"
    r"^Rejected .{1,200} with Connect Reason Code 1(?:3[458]|40)",
    re.IGNORECASE,
)
_HEARTBEAT = re.compile(r"missed heartbeats|exceeded timeout|keepalive[_ ]timeout|keep.?alive timeout", re.IGNORECASE)
_DROPPED = re.compile(
    r"client unexpectedly closed|closed its connection|connection_closed_abruptly|socket error|Socket error|"
    r"peer closed TCP|terminated with reason|connection_closed_with_no_data|tcp_closed|econnreset|"
    r"disconnected: (?!normal|[Pp]rotocol error)",
)
_REPLACED = re.compile(
    r"already connected, closing old|session taken over|takenover|discarded|duplicate client id|with duplicate id '",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"^closing |^Client .{1,200} (?:disconnected|closed)|^Received DISCONNECT|terminated|will terminate|\bclosed\b|"
    r"^Web MQTT closing "
)
_FAILED = re.compile(
    r"^Error on |^closing .{1,400}:\n|[Pp]rotocol error|handshake_timeout|bad_header|malformed|^Rejected |"
    r"cannot parse a frame|^Unparseable |^OpenSSL Error"
)
_CHANNEL = re.compile(r"^[Cc]hannel error")
"""The connection goes on."""


@record
class Mention:
    """Whom an entry speaks of; "" for what it does not name."""

    peer: str = ""
    process: str = ""
    client: str = ""
    user: str = ""
    vhost: str = ""
    protocol: str = ""

    @property
    def names_one(self) -> bool:
        return bool(self.peer or self.process or self.client)


def mention_in(text: str, source: str = "") -> Mention:
    """What a message says of a connection."""
    text = text[:_LOOKED_AT]
    found: dict[str, str] = {}
    if " -> " in text and (pair := _PAIR.search(text)):
        found = {
            "peer": pair["peer"], "client": pair["name"] or "", "vhost": pair["vhost"] or "", "user": pair["user"] or ""
        }  # fmt: skip
        if login := _LOGGED_IN.search(text):
            found["user"], found["vhost"] = login[1], login[2] or found["vhost"]
        if named := _NAMED.search(text):
            found["client"] = named[1].strip()
        elif client := _MQTT_CLIENT.search(text):
            found["client"] = next(filter(None, client.groups()))
        if (protocol := _PROTOCOL.search(text)) is not None:
            found["protocol"] = protocol[1].lower()
    else:
        for pattern in (_MOSQUITTO_FROM, _MOSQUITTO_AS, _MOSQUITTO_CLIENT, _EMQX4):
            if hit := pattern.match(text):
                found = {key: value for key, value in hit.groupdict().items() if value}
                found["protocol"] = "mqtt"
                break
        else:
            if "peername: " in text or "clientid: " in text:
                for pattern in (_EMQX_PEER, _EMQX_CLIENT, _EMQX_USER):
                    if hit := pattern.search(text):
                        found |= hit.groupdict()
                found["protocol"] = "mqtt"
    process = _PROCESS.search(text)
    if process is not None:
        found["process"] = process[1]
    elif source and (found or _FAILED.search(text)):
        found["process"] = source
    if found.get("client") == "<unknown>":
        del found["client"]
    if not found.get("user") and (refused := _USER_REFUSED.search(text)):
        found["user"] = refused[1]
    return Mention(**found)


def kind_of(text: str) -> EventKind:
    """What an entry tells of its connection."""
    text = text[:_LOOKED_AT]
    if _OPENED.match(text):
        return "opened"
    if _STOPPED.match(text):
        return "closed"
    if _NAMED.search(text):
        return "named"
    if _LOGGED_IN.search(text) or _MOSQUITTO_AS.match(text):
        return "logged-in"
    if _REFUSED.search(text):
        return "refused"
    if _HEARTBEAT.search(text) or _DROPPED.search(text) or _REPLACED.search(text):
        return "closed"
    if _FAILED.search(text) or _CHANNEL.search(text):
        return "failed"
    return "closed" if _CLOSED.search(text) else "said"


def ending_of(text: str) -> Ending | None:
    """How a connection ended by this entry; None if it says nothing of an end."""
    text = text[:_LOOKED_AT]
    if _CHANNEL.search(text):
        return None
    if _STOPPED.match(text):
        return "stopped"
    for pattern, ending in _ENDINGS:
        if pattern.search(text):
            return ending
    return None


def is_nameless(text: str) -> bool:
    """Whether Mosquitto speaks of a client whose CONNECT it has not read, or did not like."""
    return _NAMELESS.match(text) is not None


_NAMELESS = re.compile(r"Client <unknown> |OpenSSL Error")
_ENDINGS: tuple[tuple[re.Pattern[str], Ending], ...] = (
    (_HEARTBEAT, "heartbeat"),
    (_REFUSED, "refused"),
    (_REPLACED, "replaced"),
    (_DROPPED, "dropped"),
    (_FAILED, "failed"),
    (_CLOSED, "closed"),
)
