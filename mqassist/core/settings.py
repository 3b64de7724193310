"""What a person asked of one check, beyond the endpoint. Plain values, no secrets."""

from __future__ import annotations

from mqassist.core.observation import Layer
from mqassist.core.record import record
from mqassist.core.text import Value, Values


@record
class TlsSettings:
    """Paths are as given; whether they can be read is a fact of the run, not an error at once.

    `system_too`: beside the given `ca`, trust what the operating system trusts.
    """

    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    server_name: str | None = None
    verify: bool = True
    system_too: bool = False


@record
class CheckSettings:
    """`timeout` bounds one network operation, `observe` is how long to hold the connection (seconds).

    `idle_search` above 0 looks for the path's idle cut-off up to that many seconds; `idle_from` are seconds known to
    be survived; `watch` above 0 holds a connection that long and connects again when it is lost.

    `max_login_tries` counts the first login too, which is always made: 0 and 1 forbid any second one.
    `queue_arguments` are those that the client declares `queue` with, see core.queue_arguments.
    `message_size` is how many bytes the client's largest message has; 0 tries a short one only.
    `heartbeat` None takes what the broker offers (AMQP) or 60 (MQTT Keep Alive); 0 is off.
    """

    timeout: float = 5.0
    tls: TlsSettings = TlsSettings()
    client_id: str | None = None
    mqtt_version: str = "3.1.1"
    queue: str | None = None
    queue_arguments: str | None = None
    exchange: str | None = None
    routing_key: str | None = None
    topic: str | None = None
    will_topic: str | None = None
    message_size: int = 0
    qos: int = 1
    heartbeat: int | None = None
    observe: float = 0.0
    idle_search: float = 0.0
    idle_from: float = 0.0
    watch: float = 0.0
    proxy: str | None = None
    management: str | None = None
    logs: tuple[str, ...] = ()
    only: tuple[Layer, ...] = ()
    thorough: bool = False
    read_only: bool = False
    max_login_tries: int = 3

    def spoken(self) -> Values:
        """What was given of the settings that sentences may name, by those names."""
        named: dict[str, Value | None] = {
            "timeout": self.timeout,
            "queue": self.queue,
            "exchange": self.exchange,
            "routing_key": self.routing_key,
            "topic": self.topic,
            "client_id": self.client_id,
            "server_name": self.tls.server_name,
        }
        return tuple((name, value) for name, value in named.items() if value is not None)
