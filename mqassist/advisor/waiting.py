"""How long to wait: for the connection, for the handshake, before the next try, while the broker takes nothing."""

from __future__ import annotations

from mqassist.advisor import sources
from mqassist.advisor.path import Path, number, picked, up
from mqassist.advisor.signs_of_life import Beat
from mqassist.core.endpoint import Endpoint
from mqassist.core.facts import Facts
from mqassist.core.text import Text, say
from mqassist.core.tuning import Recommendation, Workload

SYN_REPEATS = {2: 3, 3: 7}
"""Seconds until the SYN that gets through is sent, by how many were lost before it (1 + 2, 1 + 2 + 4)."""
RABBITMQ_HANDSHAKE_S = 10
FIRST_RETRY_S = 1

_LOGIN_STEPS = {
    "amqp": ("tls.handshake_ms", "amqp.start_ms", "amqp.auth_ms", "amqp.open_ms"),
    "mqtt": ("tls.handshake_ms", "websocket.ms", "mqtt.connack_ms"),
}


def connect(path: Path) -> Recommendation:
    lost = 3 if path.lossy else 2
    waited = SYN_REPEATS[lost]
    reach = path.reach_ms if path.reach_ms is not None else path.round_trip_ms
    taken = picked(path.facts, "tcp.connect_ms", "proxy.connect_ms", "proxy.tunnel_ms", "tcp.slow_connects")
    taken += picked(path.facts, "tcp.retransmitted")
    repeats = say("advise.connect.repeats-lossy" if path.lossy else "advise.connect.repeats", seconds=waited, lost=lost)
    if reach is None:
        return Recommendation(
            "connect-timeout", "open", say("advise.not-told"), None, "s", (repeats,),
            (say("advise.unknown.connect"),), evidence=taken, sources=(sources.SYN,),
        )  # fmt: skip
    seconds = up(waited + (reach + 4 * path.jitter_ms) / 1000)
    total = say(
        "advise.connect.sum",
        repeats=waited,
        reach=round(reach, 2),
        jitter=round(path.jitter_ms, 2),
        seconds=seconds,
    )
    return Recommendation(
        "connect-timeout",
        "measured",
        say("advise.seconds", value=seconds),
        seconds,
        "s",
        (repeats, total),
        evidence=taken + path.round_trip_evidence,
        sources=(sources.SYN,),
    )


def login_ms(facts: Facts, endpoint: Endpoint) -> float | None:
    """From the open connection to the accepted login; None if that was not reached."""
    if facts.get("login.result") != "accepted":
        return None
    taken = [number(facts, name) for name in _LOGIN_STEPS[endpoint.protocol]]
    found = [ms for ms in taken if ms is not None]
    return sum(found) if found else None


def handshake(path: Path, endpoint: Endpoint) -> Recommendation:
    """TLS, protocol and login: what was measured twice over, and time for a segment that is lost."""
    taken = login_ms(path.facts, endpoint)
    if taken is None:
        return Recommendation(
            "handshake-timeout", "open", say("advise.not-told"), None, "s", (path.stall_told,),
            (say("advise.unknown.login"),), sources=(sources.RTO,),
        )  # fmt: skip
    seconds = up(path.stall_s + 2 * taken / 1000)
    steps = [
        path.stall_told,
        say("advise.handshake.sum", taken=round(taken, 1), stall=round(path.stall_s, 2), seconds=seconds),
    ]
    warnings: list[Text] = []
    named = [sources.RTO]
    if path.facts.get("amqp.product") == "RabbitMQ":
        named.append(sources.NETWORKING)
        steps.append(say("advise.handshake.rabbitmq", seconds=RABBITMQ_HANDSHAKE_S))
        if seconds > RABBITMQ_HANDSHAKE_S:
            warnings.append(say("advise.handshake.rabbitmq-shorter", seconds=seconds, broker=RABBITMQ_HANDSHAKE_S))
    return Recommendation(
        "handshake-timeout",
        "measured",
        say("advise.seconds", value=seconds),
        seconds,
        "s",
        tuple(steps),
        path.unmeasured,
        warnings=tuple(warnings),
        evidence=picked(path.facts, *_LOGIN_STEPS[endpoint.protocol]) + path.round_trip_evidence,
        sources=tuple(named),
    )


def retry(path: Path, endpoint: Endpoint, beat: Beat, workload: Workload) -> tuple[Recommendation, int, int]:
    """With the first delay and the cap, seconds. The cap is the time in which the broker still keeps the old
    connection: exclusive queues are locked and a will is not sent before that is over."""
    taken = login_ms(path.facts, endpoint)
    attempt = None if taken is None else taken + (path.reach_ms or 0.0)
    first = FIRST_RETRY_S if attempt is None else max(FIRST_RETRY_S, up(attempt / 1000))
    cap = max(first, beat.dead_s)
    steps = []
    if attempt is not None:
        steps.append(say("advise.retry.attempt", taken=round(attempt, 1), first=first))
    else:
        steps.append(say("advise.retry.first", first=first))
    amqp = endpoint.protocol == "amqp"
    steps.append(
        say("advise.retry.cap-amqp", heartbeat=beat.seconds, cap=cap)
        if amqp
        else say("advise.retry.cap-mqtt", keepalive=beat.seconds, cap=cap)
    )
    steps.append(say("advise.retry.jitter"))
    questions: tuple[Text, ...] = ()
    if workload.clients is not None:
        rate = round(workload.clients / (cap / 2), 1)
        steps.append(say("advise.retry.fleet", clients=workload.clients, cap=cap, rate=rate))
        if attempt is not None and taken is not None:
            steps.append(say("advise.retry.fleet-login", taken=round(taken, 1)))
    else:
        questions = (say("advise.asked.clients"),)
    steps.append(say("advise.retry.refused"))
    told = Recommendation(
        "retry-delay",
        "measured" if attempt is not None else "documented",
        say("advise.retry.answer", first=first, cap=cap),
        cap,
        "s",
        tuple(steps),
        questions=questions,
        evidence=picked(path.facts, "tcp.connect_ms", *_LOGIN_STEPS[endpoint.protocol]),
        sources=(sources.JITTER, sources.EXCLUSIVE if amqp else sources.MQTT_3),
    )
    return told, first, cap


def blocked(facts: Facts, workload: Workload) -> Recommendation:
    """AMQP: how long a publisher waits while the broker is in alarm. Only the person knows how long it may."""
    seconds = workload.outage_s
    capable = "connection.blocked" in _capabilities(facts)
    steps = [say("advise.blocked.what")]
    if capable:
        steps.append(say("advise.blocked.capable"))
    answer = say("advise.blocked.ask") if seconds is None else say("advise.seconds", value=seconds)
    if seconds is not None:
        steps.append(say("advise.blocked.asked", seconds=seconds))
    return Recommendation(
        "blocked-timeout",
        "open" if seconds is None else "asked",
        answer,
        seconds,
        "s",
        tuple(steps),
        questions=(say("advise.asked.outage"),) if seconds is None else (),
        evidence=picked(facts, "amqp.capabilities"),
        sources=(sources.BLOCKED, sources.PIKA),
    )


def _capabilities(facts: Facts) -> tuple[str, ...]:
    found = facts.get("amqp.capabilities")
    return tuple(str(each) for each in found) if isinstance(found, tuple | list) else ()
