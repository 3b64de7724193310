"""Where a client wants to connect. Safe to print: holds a user name, never a password."""

from __future__ import annotations

from typing import Literal

from mqassist.core.percent import encode
from mqassist.core.record import record

Protocol = Literal["amqp", "mqtt"]
Transport = Literal["tcp", "websocket"]

DEFAULT_PORTS: dict[str, int] = {"amqp": 5672, "amqps": 5671, "mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443}
"""By canonical scheme (RabbitMQ URI specification; OASIS MQTT; RFC 6455 §3)."""


@record
class Endpoint:
    """`scheme` is canonical (amqp, amqps, mqtt, mqtts, ws, wss); `host` is without brackets.

    `vhost` speaks only for AMQP, `path` only for WebSocket (with its leading slash).
    """

    protocol: Protocol
    scheme: str
    host: str
    port: int
    tls: bool = False
    transport: Transport = "tcp"
    vhost: str = "/"
    path: str = ""
    username: str | None = None

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __str__(self) -> str:
        user = "" if self.username is None else encode(self.username) + "@"
        tail = self.path
        if self.protocol == "amqp" and self.vhost != "/":
            tail = "/" + encode(self.vhost)
        return f"{self.scheme}://{user}{self.authority}{tail}"
