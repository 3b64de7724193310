"""What a run measured on the way, as label and sentence: round trip, login, signs of life, idle cut. Pure."""

from __future__ import annotations

from mqassist.core.advice import Wording
from mqassist.core.facts import Fact
from mqassist.core.record import record
from mqassist.report.presented import Presented

_ROWS: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...] = (
    (
        "round-trip",
        (
            ("several", ("tcp.round_trip_ms", "tcp.jitter_ms", "tcp.round_trips")),
            ("own", ("tcp.round_trip_ms", "tcp.jitter_ms")),
            ("connect", ("tcp.connect_ms",)),
        ),
    ),
    ("resent", (("segments", ("tcp.retransmitted",)),)),
    ("tls", (("handshake", ("tls.handshake_ms", "tls.version")),)),
    ("login", (("amqp", ("amqp.auth_ms",)), ("mqtt", ("mqtt.connack_ms",)))),
    ("message", (("confirm", ("amqp.confirm_ms",)), ("echo", ("mqtt.echo_ms",)))),
    (
        "signs",
        (
            ("beats", ("amqp.beats_received", "amqp.longest_gap_ms")),
            ("pings", ("mqtt.pings_answered", "mqtt.pings_sent", "mqtt.ping_ms")),
        ),
    ),
    (
        "idle",
        (
            ("cut", ("idle.cut_after_s",)),
            ("seen", ("heartbeat.idle_s",)),
            ("none", ("idle.survived_s",)),
        ),
    ),
    ("agreed", (("amqp", ("amqp.heartbeat",)), ("mqtt", ("mqtt.keepalive_used",)), ("both", ("heartbeat.agreed_s",)))),
    ("fits", (("arithmetic", ("heartbeat.fits_s", "heartbeat.idle_s")),)),
)
"""Label, and its sentences with the facts each needs: the first that is whole is told."""


@record
class Measure:
    label: str
    text: str


def measured(report: Presented, wording: Wording) -> tuple[Measure, ...]:
    facts: dict[str, Fact] = {}
    for check in report.checks:
        facts |= check.facts
    if facts.get("tcp.round_trips") == 1:
        del facts["tcp.round_trips"]  # nothing to take a median of
    found = []
    for label, choices in _ROWS:
        told = next((name for name, needs in choices if all(fact in facts for fact in needs)), "")
        if told:
            text = wording.sentence(f"measured.{label}.{told}", facts)
            found.append(Measure(wording.sentence(f"measured.{label}.label"), text))
    return tuple(found)
