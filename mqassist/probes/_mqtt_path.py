"""Subscribing and publishing over an open session, and what came back: for the first try and the deciding ones."""

from __future__ import annotations

import time

from mqassist.core.record import fresh, record
from mqassist.net import mqtt
from mqassist.net.mqtt import Ack, Event, Publish
from mqassist.probes._mqtt import Session

GRANTED_MAX = 2
DENIED_3 = 0x80
FAILED = 0x80
DENIED_5 = 0x87
FILTER_INVALID, TOPIC_INVALID = 0x8F, 0x90
TOO_LARGE, QUOTA, QOS = 0x95, 0x97, 0x9B
NO_SUBSCRIBER = 0x10
NOT_SUPPORTED = (0x9E, 0xA1, 0xA2)
SETTLE_OWN_S = 1.0
SETTLE_NAMED_S = 3.0
OWN_PATIENCE_S = 2.0
"""How long an echo may lag behind the acknowledgements: brokers that are clusters pass messages on."""


@record
class Plan:
    """What to do on one topic. `publish` is the topic to publish to, "" to subscribe only; `subscribe` likewise.

    Seconds: `timeout` for the SUBACK and in all, `patience` for the rest once it came, `settle` for an echo that lags
    behind all acknowledgements.
    """

    subscribe: str
    publish: str
    qos: int
    payload: bytes
    settle: float
    timeout: float
    patience: float


@record(frozen=False)
class Trace:
    """What came back. Times are milliseconds since the flight was sent; -1 is not seen."""

    suback: int = -1
    puback: int = -1
    acked_by: str = ""
    echo_ms: float = -1.0
    echo_qos: int = -1
    others: int = 0
    took_ms: float = 0.0
    pinged: bool = False
    waiting_for: set[str] = fresh(default_factory=set)

    @property
    def echoed(self) -> bool:
        return self.echo_ms >= 0


def travel(session: Session, plan: Plan) -> Trace:
    """One flight of SUBSCRIBE and PUBLISH, then everything that answers it, until the echo or the plan's limits."""
    trace = Trace()
    flight, subscribe_id, publish_id = _flight(session, plan, trace)
    began = time.monotonic()
    granted_at, acked_at = 0.0 if plan.subscribe else began, 0.0
    session.send(flight, plan.timeout)
    while not session.ended:
        now = time.monotonic()
        limit = began + plan.timeout
        if granted_at:
            limit = min(limit, granted_at + plan.patience)
        if acked_at:
            limit = min(limit, acked_at + plan.settle)
        if not trace.waiting_for or now >= limit:
            break
        for event in session.receive(limit - now):
            _take(session, plan, trace, event, (subscribe_id, publish_id), began)
        if "suback" not in trace.waiting_for and not granted_at:
            granted_at = time.monotonic()
        if not trace.waiting_for - {"echo"} and not acked_at:
            acked_at = time.monotonic()
    trace.took_ms = (time.monotonic() - began) * 1000
    return trace


def _flight(session: Session, plan: Plan, trace: Trace) -> tuple[bytes, int, int]:
    flight, subscribe_id, publish_id = b"", 0, 0
    if plan.subscribe:
        subscribe_id = session.next_id()
        session.subscribed = plan.subscribe
        flight += mqtt.subscribe(session.version, subscribe_id, plan.subscribe, plan.qos)
        trace.waiting_for.add("suback")
    if plan.publish:
        publish_id = session.next_id() if plan.qos else 0
        flight += mqtt.publish(session.version, plan.publish, plan.payload, plan.qos, publish_id)
        if plan.subscribe:
            trace.waiting_for.add("echo")
        trace.waiting_for.add("puback" if plan.qos else "pingresp")
        if not plan.qos:  # QoS 0 has no answer of its own: the ping's tells that the broker has read so far
            flight += mqtt.ping()
    return flight, subscribe_id, publish_id


def _take(session: Session, plan: Plan, trace: Trace, event: Event, ids: tuple[int, int], began: float) -> None:
    if isinstance(event, Publish):
        if event.payload == plan.payload and not trace.echoed:
            trace.echo_ms = (time.monotonic() - began) * 1000
            trace.echo_qos = event.qos
            trace.waiting_for.discard("echo")
        else:
            trace.others += 1
    elif isinstance(event, mqtt.Signal) and event.kind == "pingresp":
        trace.pinged = True
        trace.waiting_for.discard("pingresp")
    elif isinstance(event, Ack):
        _take_ack(session, trace, event, ids)


def _take_ack(session: Session, trace: Trace, event: Ack, ids: tuple[int, int]) -> None:
    if event.kind == "suback" and event.packet_id == ids[0]:
        trace.suback = event.codes[0]
        trace.waiting_for.discard("suback")
        if trace.suback >= FAILED:
            session.subscribed = ""
            trace.waiting_for.discard("echo")
    elif event.packet_id == ids[1] and event.kind in ("puback", "pubrec", "pubcomp"):
        trace.acked_by = trace.acked_by or event.kind
        trace.puback = max(trace.puback, event.codes[0])
        if event.kind == "pubrec" and event.codes[0] < FAILED:
            # §4.3.3: the second half of QoS 2
            session.send(mqtt.acknowledge(mqtt.PUBREL, event.packet_id), 1.0)
            return
        trace.waiting_for.discard("puback")
        if trace.puback >= FAILED:
            trace.waiting_for.discard("echo")


def subscribe_result(session: Session, trace: Trace) -> str:
    """One of SUBSCRIBE_RESULTS."""
    if trace.suback < 0:
        return "closed" if session.ended else "unanswered"
    if trace.suback <= GRANTED_MAX:
        return "granted"
    if trace.suback == DENIED_5 or (trace.suback == DENIED_3 and session.version != "5"):
        return "denied"
    if trace.suback in NOT_SUPPORTED:
        return "not-supported"
    return "invalid" if trace.suback == FILTER_INVALID else "failed"


def publish_result(session: Session, trace: Trace, qos: int) -> str:
    """One of PUBLISH_RESULTS."""
    if trace.puback < 0 and not (qos == 0 and trace.pinged):
        if trace.echoed:
            return "acked"
        return "closed" if session.ended else "unanswered"
    if qos == 0:
        return "sent"
    if trace.puback == NO_SUBSCRIBER:
        return "no-subscriber"
    known = {DENIED_5: "denied", TOPIC_INVALID: "invalid", TOO_LARGE: "too-large", QUOTA: "quota", QOS: "qos"}
    return "acked" if trace.puback < FAILED else known.get(trace.puback, "failed")
