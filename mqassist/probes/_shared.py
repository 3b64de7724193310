"""Facts that several probes give, declared once. Every probe of the path uses these, so that conditions can too."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec

PATH_OPEN = FactSpec("path.open", "flag", "A byte path to the endpoint's port is open (directly or through the proxy).")

PROTOCOL_SPOKEN = FactSpec(
    "protocol.spoken", "flag", "The first answer was of the expected protocol (AMQP Connection.Start, MQTT CONNACK)."
)

# How the peer met our first packet of the protocol that failed first (TLS ClientHello, HTTP upgrade, AMQP header,
# MQTT CONNECT). Given only when that packet did not get its proper answer.
FIRST_PACKET = FactSpec(
    "first.packet", "choice", "Which first packet went unanswered.", ("tls", "websocket", "amqp", "mqtt")
)
FIRST_END = FactSpec(
    "first.end",
    "choice",
    "How it ended: other bytes came, silence until our limit, FIN or RST.",
    ("answered", "silent", "fin", "reset"),
)
FIRST_END_MS = FactSpec("first.end_ms", "number", "Milliseconds from sending the first packet to that end.")
FIRST_RECEIVED = FactSpec("first.received", "number", "Bytes received before that end.")
FIRST_HEX = FactSpec("first.hex", "text", "The first 64 bytes received, in hex.")

FIRST = (FIRST_PACKET, FIRST_END, FIRST_END_MS, FIRST_RECEIVED, FIRST_HEX)

LOGIN_RESULT = FactSpec(
    "login.result",
    "choice",
    "What became of the login: accepted; refused by an explicit answer; closed (FIN or RST) or silent without one.",
    ("accepted", "refused", "closed", "silent"),
)

QUIET_MS = FactSpec("heartbeat.quiet_ms", "number", "How long the held connection stayed open without a byte for us.")
AGREED_S = FactSpec("heartbeat.agreed_s", "number", "Heartbeat or Keep Alive of that connection, seconds.")

IDLE_MS = FactSpec(
    "heartbeat.idle_ms", "number", "Time without traffic before the connection that was held and watched was ended."
)
IDLE_S = FactSpec("heartbeat.idle_s", "number", "The same in seconds, as people say it.")
IDLE_FITS = FactSpec(
    "heartbeat.fits_s", "number", "Half of that in whole seconds, at least 1: the longest heartbeat that is safe."
)


def idle_facts(idle_ms: float) -> dict[str, Fact]:
    """The three above, of one idle time."""
    return {
        "heartbeat.idle_ms": round(idle_ms, 1),
        "heartbeat.idle_s": round(idle_ms / 1000, 1),
        "heartbeat.fits_s": max(1, int(idle_ms / 2000)),
    }
