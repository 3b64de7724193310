"""The WebSocket upgrade as all probes do it: one request, one judged answer, within one timeout."""

from __future__ import annotations

import time
from typing import Literal

from mqassist.core.endpoint import Endpoint
from mqassist.core.record import record
from mqassist.net import websocket
from mqassist.net.connection import Connection
from mqassist.net.failure import WireError
from mqassist.net.websocket_stream import WebSocketStream
from mqassist.probes._stream import open_fresh
from mqassist.probes.probe import ProbeContext

SUBPROTOCOL = "mqtt"
"""MQTT 3.1.1 §6 and MQTT 5 §6: the client must offer this name."""

DEFAULT_PATH = "/mqtt"
"""Where most brokers and client libraries have it when the URL names no path."""

USUAL_PATHS = ("/mqtt", "/ws", "/")
"""EMQX, HiveMQ and most proxies; RabbitMQ's web MQTT plugin; brokers that take any path."""


@record
class Opening:
    """`stream` is there only if `answer.result` is "open". `end` says how the wait ended; times in milliseconds."""

    end: Literal["answered", "silent", "fin", "reset"]
    ms: float
    received: bytes
    answer: websocket.Upgrade | None = None
    stream: WebSocketStream | None = None


def path_of(endpoint: Endpoint) -> str:
    return endpoint.path or DEFAULT_PATH


def authority_of(endpoint: Endpoint) -> str:
    """RFC 6455 §4.1: the port is named only if it is not the scheme's default."""
    usual = 443 if endpoint.tls else 80
    return endpoint.authority.rpartition(":")[0] if endpoint.port == usual else endpoint.authority


def upgrade(context: ProbeContext, connection: Connection, path: str, subprotocol: str | None) -> Opening:
    """Asks for the upgrade. Never raises WireError: how it ended is in the result. Closes what did not open."""
    key = websocket.new_key()
    reader = websocket.UpgradeReader(key, subprotocol)
    began = time.monotonic()
    received = b""
    answer: websocket.Upgrade | None = None
    end: Literal["answered", "silent", "fin", "reset"] = "answered"
    try:
        request = websocket.upgrade_request(authority_of(context.endpoint), path, key, subprotocol)
        connection.send(request, context.settings.timeout)
        while answer is None:
            left = began + context.settings.timeout - time.monotonic()
            data = connection.receive(max(0.0, left), 8192)
            if not data:
                end = "fin"
                break
            received += data
            answer = reader.feed(data)
    except WireError as failure:
        end = "silent" if failure.kind == "timed-out" else "fin" if failure.kind == "closed" else "reset"
    except BaseException:
        connection.close()
        raise
    ms = (time.monotonic() - began) * 1000
    if answer is not None and answer.result == "open":
        return Opening("answered", ms, received, answer, WebSocketStream(connection, answer.rest))
    connection.close()
    return Opening(end, ms, received, answer)


def open_websocket(context: ProbeContext) -> WebSocketStream:
    """A second upgraded connection, as the first one was. Raises WireError."""
    path = context.text("websocket.path", path_of(context.endpoint))
    opening = upgrade(context, open_fresh(context), path, SUBPROTOCOL)
    if opening.stream is None:
        raise WireError("closed" if opening.end != "silent" else "timed-out", "no WebSocket", received=opening.received)
    return opening.stream
