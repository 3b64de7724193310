"""Which causes bytes stand for, by what they begin and by the kind of port that reports them."""

from __future__ import annotations

from mqassist.explain.bytes_said import Bytes

_AT: dict[tuple[str, str], tuple[str, ...]] = {
    ("amqp", "tls-hello"): ("proto.tls-to-plaintext-port",),
    ("mqtt", "tls-hello"): ("proto.tls-to-plaintext-port",),
    ("amqp", "http"): ("proto.http-to-amqp-port",),
    ("mqtt", "http"): ("proto.http-to-mqtt-port", "proto.websocket-to-tcp-port"),
    ("amqp", "mqtt-connect"): ("proto.mqtt-to-amqp-port",),
    ("mqtt", "amqp"): ("proto.amqp-to-mqtt-port",),
    ("amqp", "amqp-1-0"): ("proto.amqp-1-0-client",),
    ("amqp", "amqp"): ("proto.wrong-protocol", "proto.amqp-1-0-client"),
    ("amqp", "no-header"): ("proto.wrong-protocol",),
    ("amqp", "proxy-protocol"): ("proto.proxy-protocol-unexpected",),
    ("mqtt", "proxy-protocol"): ("proto.proxy-protocol-unexpected",),
    ("tls", "amqp"): ("proto.plaintext-to-tls-port",),
    ("tls", "mqtt-connect"): ("proto.plaintext-to-tls-port",),
    ("tls", "http"): ("proto.plaintext-to-tls-port", "proto.http-to-amqp-port"),
    ("tls", "unknown"): ("proto.wrong-protocol", "proto.plaintext-to-tls-port"),
}
_ANYWHERE: dict[str, tuple[str, ...]] = {
    "http": ("proto.http-port", "proto.management-port"),
    "ssh": ("proto.not-a-broker",),
    "smb": ("proto.wrong-protocol",),
    "amqp": ("proto.amqp-1-0-only", "proto.wrong-protocol"),
}
_CONNACK = {
    "1": ("proto.mqtt-version-unsupported",),
    "2": ("mqtt.client-id-rejected",),
    "3": ("mqtt.server-unavailable",),
    "4": ("mqtt.bad-credentials",),
    "5": ("mqtt.not-authorized", "mqtt.bad-credentials", "mqtt.anonymous-refused"),
}
_ALERTS = {
    "40": ("tls.handshake-failure", "tls.no-shared-cipher", "tls.client-certificate-required"),
    "42": ("tls.client-certificate-rejected", "tls.hostname-mismatch"),
    "43": ("tls.client-certificate-wrong-purpose",),
    "44": ("tls.revoked",),
    "45": ("tls.certificate-expired", "tls.client-certificate-expired"),
    "46": ("tls.unknown-ca", "tls.client-certificate-rejected"),
    "48": ("tls.unknown-ca", "tls.client-certificate-rejected"),
    "70": ("tls.protocol-version",),
    "71": ("tls.no-shared-cipher",),
    "112": ("tls.unrecognized-name",),
    "116": ("tls.client-certificate-required",),
}


def cause_of_bytes(item: Bytes) -> tuple[str, ...]:
    """Best first; () where bytes alone are no sign of a problem."""
    if item.kind == "tls-alert":
        return _ALERTS.get(item.detail, ())
    if item.kind == "mqtt-connack":
        return _CONNACK.get(item.detail, ())
    return _AT.get((item.listener, item.kind)) or _ANYWHERE.get(item.kind, ())
