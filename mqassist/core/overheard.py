"""What the relay tells: the line as it is set, its connections, and what a person's own program sent to connect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from mqassist.core.advice import Advice
from mqassist.core.facts import Fact
from mqassist.core.record import fresh, record

TlsMode = Literal["as-is", "front", "strip"]
CutHow = Literal["fin", "reset", "silent"]


@record
class Line:
    """How the relay treats the line. `bandwidth` in bytes a second each way, 0 is unlimited; `idle_cut` in seconds,
    0 is never. `drop` swallows everything in both directions, `refuse` turns new connections away.

    `tls`: "front" speaks TLS to the program and none to the broker, "strip" the other way round.
    """

    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    bandwidth: int = 0
    drop: bool = False
    refuse: bool = False
    idle_cut: float = 0.0
    idle_how: CutHow = "fin"
    tls: TlsMode = "as-is"

    @property
    def is_plain(self) -> bool:
        """Nothing is spoiled."""
        return self == Line(tls=self.tls, idle_how=self.idle_how)


@record
class Counters:
    """Since the relay began. Bytes count what arrived at the relay; `dropped` never left it."""

    accepted: int = 0
    live: int = 0
    refused: int = 0
    reset: int = 0
    cut: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    bytes_dropped: int = 0


@record
class RelayedConnection:
    """`opened_at` is seconds since 1970. `end` is "" while it lives, else one of ENDS."""

    number: int
    client: str
    opened_at: float
    seconds: float
    bytes_up: int
    bytes_down: int
    end: str = ""


ENDS = ("client-closed", "broker-closed", "client-reset", "broker-reset", "unreachable", "tls-failed-client",
        "tls-failed-broker", "refused", "reset", "idle-cut", "stopped")  # fmt: skip


@record
class Overheard:
    """What one program sent and what it was answered. `said` are (key, value) in the order of the handshake, for a
    person; `facts` are the same in the names that causes are told from. Never a password."""

    number: int
    client: str
    protocol: Literal["", "amqp", "mqtt", "tls", "http", "unknown"]
    said: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, Fact] = fresh(default_factory=dict)
    complete: bool = False


@record
class Mistake:
    """What is wrong with a handshake; `certain` is false where it only may be that, and a check would decide."""

    advice: Advice
    certain: bool


@record
class RelaySnapshot:
    """`target` is where a program has to connect to; `broker` is where the relay leads."""

    target: str
    broker: str
    ca: str
    line: Line
    counters: Counters
    connections: tuple[RelayedConnection, ...]
    overheard: tuple[Overheard, ...]
