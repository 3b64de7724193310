"""Facts that more than one MQTT probe gives. Kept apart from the session room: every run loads these."""

from __future__ import annotations

from mqassist.core.facts import FactSpec

VERSIONS = ("3.1", "3.1.1", "5")

OUTCOMES = ("accepted", "refused", "closed", "silent", "malformed", "other", "unreachable")
"""How a CONNECT fared: CONNACK 0; any other CONNACK; FIN or RST without one; nothing in time; a broken CONNACK;
bytes that are no CONNACK; no connection to send it on."""

DISCONNECT_CODE = FactSpec("mqtt.disconnect_code", "number", "Reason code of a DISCONNECT from the broker (MQTT 5).")
DISCONNECT_NAME = FactSpec("mqtt.disconnect_name", "text", "The specification's words for that code.")
DISCONNECT = (DISCONNECT_CODE, DISCONNECT_NAME)

# the codec's words, spelled out here so that loading the probes does not load the codec; a test compares them
MALFORMED = (
    *("truncated", "variable-integer", "unknown-property", "repeated-property", "remaining-length", "flags", "qos"),
    *("packet-type", "trailing-bytes", "too-large", "not-connack"),
)
MALFORMED_REASON = FactSpec("mqtt.malformed", "choice", "How what came breaks the specification.", MALFORMED)

SUBSCRIBE_RESULTS = ("granted", "denied", "not-supported", "invalid", "failed", "closed", "unanswered")
PUBLISH_RESULTS = (
    *("acked", "sent", "no-subscriber", "denied", "invalid", "too-large", "quota", "qos"),
    *("failed", "closed", "unanswered"),
)
