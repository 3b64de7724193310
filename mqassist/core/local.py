"""What can be found on this computer without contacting anything: brokers that listen, settings files naming some."""

from __future__ import annotations

from mqassist.core.record import record


@record
class LocalBroker:
    """`name` is the product, "" if only its port tells; `ports` those of AMQP and MQTT it listens on, lowest first;
    `more_ports` are others of the same process (management, statistics). `url` is what a check would dial."""

    name: str
    process: str
    ip: str
    ports: tuple[int, ...]
    more_ports: tuple[int, ...]
    loopback_only: bool
    url: str


@record
class SettingsFile:
    """A file that names `count` brokers."""

    path: str
    count: int


@record
class FoundHere:
    """`readable` is false where this system does not tell who listens."""

    brokers: tuple[LocalBroker, ...]
    files: tuple[SettingsFile, ...]
    readable: bool = True
