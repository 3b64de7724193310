"""What really answers on this port, when it did not answer our protocol: told by its replies to contrasting packets."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.net.fingerprint import classify, http_head, is_server_hello, is_tls_alert
from mqassist.net.first_packets import Packet
from mqassist.net.identity import ANSWERS, Identity, Reply, identify
from mqassist.probes._contrast import LABELS, Contrast
from mqassist.probes.probe import Probe, ProbeContext, Result

LONGEST_WAIT_S = 5.0
SETTLE_S = 0.4
"""How long the likely packets may take before the unlikely ones are sent too, on a line without delay."""
QUIET_S = 1.5
"""How much longer a silent connection is watched once everything else has ended."""

HTTP_QUESTIONS: tuple[Packet, ...] = ("http-management", "websocket-ws", "websocket-mqtt", "websocket")

NAMES = {
    "amqp-0-9-1": "AMQP 0-9-1",
    "amqp-1-0": "AMQP 1.0",
    "mqtt": "MQTT",
    "tls": "TLS",
    "http": "HTTP",
    "rabbitmq-management": "RabbitMQ Management (HTTP)",
    "websocket": "WebSocket",
    "stomp": "STOMP",
    "rabbitmq-stream": "RabbitMQ Stream",
    "epmd": "epmd",
    "erlang-distribution": "Erlang distribution",
    "ssh": "SSH",
    "smtp": "SMTP",
    "ftp": "FTP",
    "pop3": "POP3",
    "imap": "IMAP",
    "telnet": "Telnet",
    "redis": "Redis",
    "mysql": "MySQL",
    "postgresql": "PostgreSQL",
    "nats": "NATS",
    "socks5": "SOCKS5",
    "amqp-behind-proxy-protocol": "AMQP 0-9-1",
    "mqtt-behind-proxy-protocol": "MQTT",
    "tls-behind-proxy-protocol": "TLS",
}

_ABOUT = (
    "protocol.answer",
    "protocol.answer_banner",
    "protocol.tls_on_port",
    "protocol.header_unasked",
    "protocol.silent_end",
    "protocol.silent_close_ms",
)
SILENT_ENDS = ("data", "open", "fin", "reset")
_NOT_YET = ("http", "silent", "closes-on-data", "closed-on-accept", "no-backend", "unknown")


def _run(context: ProbeContext) -> Result:
    through_tls = context.endpoint.tls and context.text("first.packet") != "tls"
    wait_s = min(context.settings.timeout, LONGEST_WAIT_S)
    delay_s = 3 * context.number("tcp.connect_ms", context.number("proxy.tunnel_ms")) / 1000
    settle_s = min(SETTLE_S + delay_s, wait_s)
    expected = _expected(context)
    contrast = Contrast(context, wait_s, inside_tls=through_tls)
    try:
        _ask_in_rounds(contrast, expected, settle_s, wait_s, through_tls)
    finally:
        contrast.close()
    identity = identify(contrast.replies, expected)
    facts = _facts(contrast, identity, expected, through_tls)
    evidence = _evidence(context, contrast, identity)
    exchanges = contrast.exchanges()
    if identity.answer == "tls" and not through_tls:
        inside = Contrast(context, wait_s, inside_tls=True)
        try:
            inside.ask(("amqp-0-9-1", "mqtt", "http", *HTTP_QUESTIONS))
            inside.wait(wait_s, lambda: _is_settled(inside, expected))
        finally:
            inside.close()
        within = identify(inside.replies, expected)
        if within.answer in NAMES:
            facts["protocol.inside_tls"] = within.answer
            evidence.append(say("protocol.inside-tls", about=("protocol.inside_tls",), name=NAMES[within.answer]))
        exchanges += inside.exchanges()
    return Result("passed", evidence[0], facts, evidence, exchanges)


def _expected(context: ProbeContext) -> tuple[Packet, ...]:
    if context.endpoint.transport == "websocket":
        return ("websocket",)
    return ("amqp-0-9-1",) if context.endpoint.protocol == "amqp" else ("mqtt",)


def _ask_in_rounds(
    contrast: Contrast, expected: tuple[Packet, ...], settle_s: float, wait_s: float, through_tls: bool
) -> None:
    """The likely packets first, the rest only if they told nothing; what speaks HTTP is asked what it serves."""

    def decided() -> bool:
        return _is_settled(contrast, expected) and not speaks_http()

    def speaks_http() -> bool:
        return identify(contrast.replies, expected).answer == "http"

    def all_but_silence() -> bool:
        return contrast.pending == 0 or (contrast.pending == 1 and "silence" not in contrast.replies)

    likely: list[Packet] = ["silence", "amqp-0-9-1", "mqtt", "http", *([] if through_tls else ["tls"])]  # type: ignore[list-item]  # literals
    contrast.ask([*likely, *(name for name in expected if name not in likely)])
    contrast.wait(settle_s, lambda: decided() or speaks_http() or all_but_silence())
    if identify(contrast.replies, expected).answer not in ("http", "closed-on-accept") and not decided():
        contrast.ask(("amqp-1-0", "epmd", "stomp", "stream", "erlang"))
        if not through_tls:
            contrast.ask(("proxy+amqp-0-9-1", "proxy+mqtt", "proxy+tls", "postgresql"))
        contrast.wait(wait_s, lambda: decided() or speaks_http() or all_but_silence())
    if speaks_http():
        contrast.ask(HTTP_QUESTIONS)
        contrast.wait(wait_s, lambda: _is_settled(contrast, expected))
    elif decided():  # the others were on their way: what they say next to the answer is evidence, too
        contrast.wait(settle_s / 2, lambda: set(expected) <= set(contrast.replies) and "tls" in contrast.replies)
    else:
        contrast.wait(QUIET_S, decided)


def _is_settled(contrast: Contrast, expected: tuple[Packet, ...]) -> bool:
    """Nothing that is still on its way can change the answer: HTTP alone proves little until it was asked on."""
    found = identify(contrast.replies, expected)
    if found.answer == "http":
        return set(HTTP_QUESTIONS) <= set(contrast.replies)
    return found.answer not in _NOT_YET and not found.weak


def _facts(contrast: Contrast, identity: Identity, expected: tuple[Packet, ...], through_tls: bool) -> dict[str, Fact]:
    replies = contrast.replies
    facts: dict[str, Fact] = {
        "protocol.answer": identity.answer,
        "protocol.through_tls": through_tls,
        "protocol.unanswered": tuple(LABELS[name] for name, reply in replies.items() if not reply.data and reply.sent),
    }
    if identity.data:
        facts["protocol.answer_banner"] = identity.banner
    if identity.by is not None:
        facts["protocol.answer_by"] = LABELS[identity.by]
        facts["protocol.answer_ms"] = round(identity.ms, 1)
    if not through_tls and ("tls" in replies or identity.answer == "tls"):
        facts["protocol.tls_on_port"] = any(is_server_hello(r.data) or is_tls_alert(r.data) for r in replies.values())
    silence = replies.get("silence")
    if silence is not None and silence.end != "failed":
        facts["protocol.silent_end"] = silence.end
        if silence.end in ("fin", "reset"):
            facts["protocol.silent_close_ms"] = round(silence.ms, 1)
    if identity.answer != "closed-on-accept":  # cut off before anybody could complain, it stays open
        facts["protocol.header_unasked"] = identity.unasked_header
    # a limit or access rule of Mosquitto closes at once, too; no AMQP broker does
    if identity.answer == "no-backend" or (identity.answer == "closed-on-accept" and "amqp-0-9-1" in expected):
        facts["protocol.forwarder"] = True
    own = [replies[name] for name in expected if name in replies]
    # seen: RabbitMQ 3.10.8 answers bytes it does not know with AMQP 0 0 9 1, 4.0.5 with AMQP 3 1 0 0
    if own and identity.answer in ("amqp-0-9-1", "amqp-1-0") and "amqp-0-9-1" in expected:
        # the broker answers garbage, yet our own header dies unanswered
        facts["protocol.only_own_header_dies"] = all(_died(reply) for reply in own)
    elif identity.answer == "tls" and "tls" in replies and not through_tls:
        # seen: RabbitMQ 3.10.8 answers anything that is no TLS with an alert
        facts["protocol.only_own_header_dies"] = _died(replies["tls"])
    for reply in replies.values():
        status, headers = http_head(reply.data) if classify(reply.data) == "http" else (0, {})
        if status:
            facts["protocol.http_status"] = status
            if headers.get("server"):
                facts["protocol.http_server"] = headers["server"]
    if identity.answer == "websocket" and identity.by is not None and identity.by.startswith("websocket-"):
        facts["protocol.websocket_path"] = "/" + identity.by.partition("-")[2]
    return facts


def _died(reply: Reply) -> bool:
    return not reply.data and reply.end in ("fin", "reset", "open")


def _evidence(context: ProbeContext, contrast: Contrast, identity: Identity) -> list[Text]:
    port = context.endpoint.port
    name = NAMES.get(identity.answer, "")
    ms = identity.ms
    first: Text
    if identity.unasked_header:
        first = say("protocol.header-unasked", about=_ABOUT, port=port, ms=ms)
    elif identity.answer.endswith("-behind-proxy-protocol"):
        first = say("protocol.behind-proxy", about=_ABOUT, port=port, name=name, ms=ms)
    elif identity.answer == "unknown" and not identity.data:
        first = say("protocol.unclear", about=_ABOUT, port=port)
    elif not name:
        first = say(f"protocol.{identity.answer}", about=_ABOUT, port=port, ms=ms, banner=identity.banner)
    elif identity.by == "silence":
        first = say("protocol.greeted", about=_ABOUT, port=port, name=name, ms=ms, banner=identity.banner)
    else:
        asked, said = LABELS[identity.by or "silence"], identity.banner
        first = say("protocol.answered", about=_ABOUT, port=port, packet=asked, name=name, ms=ms, banner=said)
    lines = [first]
    silent = [LABELS[reply.packet] for reply in contrast.replies.values() if reply.sent and not reply.data]
    if silent:
        lines.append(say("protocol.unanswered", about=_ABOUT, port=port, packets=", ".join(silent)))
    quiet = contrast.replies.get("silence")
    if quiet is not None and quiet.end in ("fin", "reset"):
        lines.append(say(f"protocol.silent-{quiet.end}", about=_ABOUT, port=port, ms=quiet.ms))
    return lines


PROBE = Probe(
    id="protocol.identify",
    layer="protocol",
    run=_run,
    # its own connections would fill an accept queue that tcp.parallel measures
    needs=("tcp.parallel", "tls.handshake", "websocket.upgrade", "amqp.handshake", "mqtt.connect"),
    when=(
        "first.packet in ('tls', 'websocket', 'amqp', 'mqtt')"
        " and not (first.packet == 'mqtt' and input.transport == 'websocket')"
    ),
    deciding=True,
    why="why.protocol.identify",
    gives=(
        FactSpec("protocol.answer", "choice", "What answers on the port.", ANSWERS),
        FactSpec("protocol.answer_by", "text", "The packet whose answer told."),
        FactSpec("protocol.answer_banner", "text", "That answer, one bounded line, or hex."),
        FactSpec("protocol.answer_ms", "number", "Milliseconds from the open connection to that answer or close."),
        FactSpec("protocol.through_tls", "flag", "The packets went through TLS, as the endpoint has it."),
        FactSpec("protocol.inside_tls", "choice", "What answers inside TLS, where a plain endpoint met TLS.", ANSWERS),
        FactSpec("protocol.tls_on_port", "flag", "The port answers with TLS: a ServerHello, or an alert."),
        FactSpec("protocol.unanswered", "list", "Packets that brought no byte."),
        FactSpec("protocol.silent_end", "choice", "What a client gets that says nothing.", SILENT_ENDS),
        FactSpec("protocol.silent_close_ms", "number", "Milliseconds until the peer closed on such a client."),
        FactSpec("protocol.header_unasked", "flag", "A silent client got the header by which a broker refuses bytes."),
        FactSpec("protocol.forwarder", "flag", "Its closes are those of a forwarder with nobody behind it."),
        FactSpec(
            "protocol.only_own_header_dies",
            "flag",
            "Other bytes are answered, our right first packet is cut off or gets nothing.",
        ),
        FactSpec("protocol.http_status", "number", "HTTP status of the last HTTP answer."),
        FactSpec("protocol.http_server", "text", "What the HTTP server calls itself."),
        FactSpec("protocol.websocket_path", "text", "A path at which the port opens a WebSocket."),
    ),
    budget=25.0,
)
