"""What MQTT's return and reason codes mean, for every version in the same words. Pure tables."""

from __future__ import annotations

# MQTT 3.1 §3.2, MQTT 3.1.1 §3.2.2.3
_RETURN_NAMES = {
    0: "Connection accepted",
    1: "Unacceptable protocol version",
    2: "Identifier rejected",
    3: "Server unavailable",
    4: "Bad user name or password",
    5: "Not authorized",
}

# MQTT 5 §2.4, table 2-6
_REASON_NAMES = {
    0x00: "Success",
    0x01: "Granted QoS 1",
    0x02: "Granted QoS 2",
    0x04: "Disconnect with Will Message",
    0x10: "No matching subscribers",
    0x11: "No subscription existed",
    0x18: "Continue authentication",
    0x19: "Re-authenticate",
    0x80: "Unspecified error",
    0x81: "Malformed Packet",
    0x82: "Protocol Error",
    0x83: "Implementation specific error",
    0x84: "Unsupported Protocol Version",
    0x85: "Client Identifier not valid",
    0x86: "Bad User Name or Password",
    0x87: "Not authorized",
    0x88: "Server unavailable",
    0x89: "Server busy",
    0x8A: "Banned",
    0x8B: "Server shutting down",
    0x8C: "Bad authentication method",
    0x8D: "Keep Alive timeout",
    0x8E: "Session taken over",
    0x8F: "Topic Filter invalid",
    0x90: "Topic Name invalid",
    0x91: "Packet Identifier in use",
    0x92: "Packet Identifier not found",
    0x93: "Receive Maximum exceeded",
    0x94: "Topic Alias invalid",
    0x95: "Packet too large",
    0x96: "Message rate too high",
    0x97: "Quota exceeded",
    0x98: "Administrative action",
    0x99: "Payload format invalid",
    0x9A: "Retain not supported",
    0x9B: "QoS not supported",
    0x9C: "Use another server",
    0x9D: "Server moved",
    0x9E: "Shared Subscriptions not supported",
    0x9F: "Connection rate exceeded",
    0xA0: "Maximum connect time",
    0xA1: "Subscription Identifiers not supported",
    0xA2: "Wildcard Subscriptions not supported",
}

REFUSALS = (
    "version",
    "client-id",
    "unavailable",
    "credentials",
    "not-authorized",
    "malformed",
    "banned",
    "authentication-method",
    "topic",
    "packet-too-large",
    "quota",
    "retain",
    "qos",
    "moved",
    "rate",
    "other",
)
"""Why a CONNACK refuses, whatever the version."""

_REFUSED_3 = {1: "version", 2: "client-id", 3: "unavailable", 4: "credentials", 5: "not-authorized"}
_REFUSED_5 = {
    0x81: "malformed",
    0x82: "malformed",
    0x84: "version",
    0x85: "client-id",
    0x86: "credentials",
    0x87: "not-authorized",
    0x88: "unavailable",
    0x89: "unavailable",
    0x8A: "banned",
    0x8B: "unavailable",
    0x8C: "authentication-method",
    0x90: "topic",
    0x95: "packet-too-large",
    0x97: "quota",
    0x9A: "retain",
    0x9B: "qos",
    0x9C: "moved",
    0x9D: "moved",
    0x9F: "rate",
}


def refusal(code: int) -> str:
    """One of REFUSALS for a CONNACK code above 0.

    Codes below 0x80 are MQTT 3 return codes, also in an answer to MQTT 5: a broker that does not know the version
    answers in its own (MQTT 5 §3.1.2.2).
    """
    return _REFUSED_5.get(code, "other") if code >= 0x80 else _REFUSED_3.get(code, "other")


def connack_name(code: int) -> str:
    """The specification's words for a CONNACK code; "0x.." for one it does not know."""
    return (_REASON_NAMES if code >= 0x80 else _RETURN_NAMES).get(code, f"0x{code:02x}")


def reason_name(code: int) -> str:
    """The specification's words for a reason code of any other packet."""
    return _REASON_NAMES.get(code, f"0x{code:02x}")
