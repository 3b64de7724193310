"""What one probe saw. No opinion: the verdict is made elsewhere, from the facts alone."""

from __future__ import annotations

from typing import Literal

from mqassist.core.facts import Fact
from mqassist.core.record import fresh, record
from mqassist.core.text import Text

Layer = Literal[
    "input", "dns", "network", "proxy", "protocol", "tls", "auth", "permissions", "heartbeat", "health", "host"
]
Outcome = Literal["passed", "warning", "failed", "skipped", "cancelled"]


@record
class Exchange:
    """Bytes that went over one connection, shortened and without secrets. `at_ms` counts from its opening."""

    at_ms: float
    direction: Literal["sent", "received", "closed"]
    data: bytes
    note: str = ""


@record
class Observation:
    """`started_ms` counts from the start of the run. `crash` is the trace of a bug of ours, else empty.

    `why` says why a deciding probe ran, or why a probe was skipped. `certificates` are those that the peer sent, DER in
    its order: public, but as long as the run only, no report holds them.
    """

    probe: str
    layer: Layer
    outcome: Outcome
    facts: dict[str, Fact] = fresh(default_factory=dict)
    summary: Text | None = None
    evidence: tuple[Text, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    started_ms: float = 0.0
    took_ms: float = 0.0
    why: Text | None = None
    crash: str = ""
    certificates: tuple[bytes, ...] = ()
