"""What a person has answered so far, and the check that follows from it. No Qt, no file, no clock."""

from __future__ import annotations

from typing import Literal

from mqassist.core.endpoint import DEFAULT_PORTS, Endpoint
from mqassist.core.record import record
from mqassist.core.secret import Secret
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.core.target import Target, parse_target

Where = Literal["", "here", "container", "elsewhere"]
SCHEMES = ("amqp", "amqps", "mqtt", "mqtts", "ws", "wss")


@record(frozen=False)
class Answers:
    """Empty fields are not answered yet. `scheme` is canonical; `port` 0 is the scheme's own. The password is kept in
    memory only."""

    scheme: str = ""
    host: str = ""
    port: int = 0
    vhost: str = ""
    path: str = ""
    username: str = ""
    password: Secret | None = None
    where: Where = ""
    ca: str = ""
    cert: str = ""
    key: str = ""
    server_name: str = ""
    queue: str = ""
    exchange: str = ""
    topic: str = ""
    client_id: str = ""
    read_only: bool = True
    second_logins: bool = True
    logs: tuple[str, ...] = ()

    def forget(self) -> None:
        """As nobody had answered anything."""
        self.__dict__.update(Answers().__dict__)

    @property
    def protocol(self) -> str:
        """ "amqp", "mqtt" or "" while nobody said it."""
        return "" if not self.scheme else "amqp" if self.scheme.startswith("amqp") else "mqtt"

    @property
    def tls(self) -> bool:
        return self.scheme in ("amqps", "mqtts", "wss")

    def missing(self) -> tuple[str, ...]:
        """The fields without which nothing can be dialled."""
        return tuple(name for name in ("scheme", "host") if not getattr(self, name))

    def set_tls(self, tls: bool) -> None:
        """The same protocol with or without TLS; a port that was the old scheme's own becomes the new one's."""
        pairs = {"amqp": "amqps", "mqtt": "mqtts", "ws": "wss"}
        wanted = pairs.get(self.scheme, self.scheme) if tls else _plain(self.scheme)
        if wanted != self.scheme:
            if self.port == DEFAULT_PORTS.get(self.scheme):
                self.port = 0
            self.scheme = wanted

    def endpoint(self) -> Endpoint | None:
        """None while something is missing."""
        if self.missing():
            return None
        websocket = self.scheme in ("ws", "wss")
        return Endpoint(
            protocol="amqp" if self.protocol == "amqp" else "mqtt",
            scheme=self.scheme,
            host=self.host,
            port=self.port or DEFAULT_PORTS[self.scheme],
            tls=self.tls,
            transport="websocket" if websocket else "tcp",
            vhost=self.vhost or "/",
            path=(self.path or "/mqtt") if websocket else "",
            username=self.username or None,
        )

    def target(self) -> Target | None:
        """What the run service takes; None while something is missing."""
        endpoint = self.endpoint()
        if endpoint is None:
            return None
        return parse_target(str(endpoint), user=self.username or None, password=self.password)

    def settings(self, login_tries: int = 3, timeout: float = 5.0) -> CheckSettings:
        """`login_tries` is what the window's settings allow at most."""
        tls = TlsSettings(
            ca=self.ca or None, cert=self.cert or None, key=self.key or None, server_name=self.server_name or None
        )
        return CheckSettings(
            timeout=timeout,
            tls=tls,
            client_id=self.client_id or None,
            queue=self.queue or None,
            exchange=self.exchange or None,
            topic=self.topic or None,
            logs=self.logs,
            read_only=self.read_only,
            max_login_tries=login_tries if self.second_logins else 1,
        )

    def take_address(self, text: str) -> bool:
        """Whether the text is an address; its parts replace the answers, what it leaves out stays."""
        read = parse_target(text.strip())
        found = read.endpoint
        if found is None:
            return False
        self.scheme, self.host = found.scheme, found.host
        self.port = found.port
        if found.protocol == "amqp" and "input.vhost" in read.facts:
            self.vhost = found.vhost
        self.path = found.path
        self.username = found.username or self.username
        if read.credentials.password is not None and not read.credentials.password.is_blank:
            self.password = read.credentials.password
        return True


def _plain(scheme: str) -> str:
    return {"amqps": "amqp", "mqtts": "mqtt", "wss": "ws"}.get(scheme, scheme)
