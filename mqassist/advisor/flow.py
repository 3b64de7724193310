"""How much at once: prefetch, confirms, messages in flight, and the sizes that broker and client agreed on."""

from __future__ import annotations

from math import ceil

from mqassist.advisor import sources
from mqassist.advisor.path import Path, number, picked
from mqassist.core.facts import Fact, Facts
from mqassist.core.text import Text, say
from mqassist.core.tuning import Recommendation, Workload

PREFETCH_MOST = 300
"""RabbitMQ's guide to confirms: 100 to 300 usually give the best throughput."""
EXAMPLES_MS = (0.1, 1.0, 10.0)
PAHO_IN_FLIGHT = 20
MQTT_IN_FLIGHT = 65_535
"""MQTT 5 §3.2.2.3.3: what counts where the broker does not say a Receive Maximum."""
LEAST_FRAME = 8192
"""RabbitMQ 4.1 refuses a smaller frame_max."""


def prefetch(path: Path, workload: Workload) -> Recommendation:
    """Enough messages under way that the program never waits for the next one: (round trip + P) ÷ P."""
    trip, needs = path.round_trip_ms, workload.processing_ms
    steps = [say("advise.prefetch.formula")]
    value: int | None = None
    answer = say("advise.not-told")
    if trip is not None and needs is not None:
        value = _rounded(trip, needs)
        steps.append(say("advise.prefetch.sum", round_trip=round(trip, 2), needs=needs, value=value))
        if value > PREFETCH_MOST:
            steps.append(say("advise.prefetch.most", most=PREFETCH_MOST))
            value = PREFETCH_MOST
        answer = say("advise.messages", value=value)
    elif trip is not None:
        answer = say("advise.prefetch.two", round_trip=round(trip, 2))
        steps += [
            say("advise.prefetch.example", needs=each, value=min(PREFETCH_MOST, _rounded(trip, each)))
            for each in EXAMPLES_MS
        ]
    return Recommendation(
        "prefetch",
        "open" if value is None else "asked",
        answer,
        value,
        "messages",
        tuple(steps),
        path.unmeasured,
        (say("advise.asked.processing"),) if needs is None else (),
        evidence=path.round_trip_evidence,
        sources=(sources.CONFIRMS,),
    )


def _rounded(trip: float, needs: float) -> int:
    """At least 1; a part of a message is one more."""
    return max(1, ceil(round((trip + needs) / needs, 6)))


def confirms(facts: Facts, workload: Workload) -> Recommendation:
    taken = number(facts, "amqp.confirm_ms") if facts.get("amqp.confirm") == "acked" else None
    steps = [say("advise.confirms.why")]
    unknown, questions = [], []
    if taken is None or taken <= 0:
        unknown.append(say("advise.unknown.confirm"))
    else:
        steps.append(say("advise.confirms.one", taken=round(taken, 2), rate=int(1000 / taken)))
        if workload.rate is not None:
            open_ = max(1, ceil(workload.rate * taken / 1000))
            steps.append(say("advise.confirms.many", rate=workload.rate, taken=round(taken, 2), value=open_))
        else:
            questions.append(say("advise.asked.rate"))
    return Recommendation(
        "publisher-confirms",
        "documented" if taken is None else "measured",
        say("advise.confirms.on"),
        True,
        "",
        tuple(steps),
        tuple(unknown),
        tuple(questions),
        evidence=picked(facts, "amqp.confirm", "amqp.confirm_ms"),
        sources=(sources.CONFIRMS,),
    )


def in_flight(facts: Facts, version: str, workload: Workload) -> Recommendation:
    """MQTT with QoS 1 and 2: unacknowledged publishes at once; never more than the broker takes."""
    told = number(facts, "mqtt.receive_max")
    most = int(told) if told is not None else MQTT_IN_FLIGHT
    usual = min(most, PAHO_IN_FLIGHT)
    echo = number(facts, "mqtt.echo_ms")
    steps, unknown = [], []
    if told is not None:
        steps.append(say("advise.in-flight.told", most=most))
    elif version == "5":
        steps.append(say("advise.in-flight.silent", most=most))
    else:
        unknown.append(say("advise.unknown.version-5"))
    value: int | None = None
    if echo is not None and workload.rate is not None:
        value = max(1, ceil(workload.rate * echo / 1000))
        steps.append(say("advise.in-flight.sum", rate=workload.rate, echo=round(echo, 2), value=value))
        if value > most:
            value = most
            steps.append(say("advise.in-flight.capped", most=most))
        elif value < usual:
            value = usual  # fewer would only slow down what comes in bursts
            steps.append(say("advise.in-flight.enough", most=usual))
    else:
        if told is not None and most < PAHO_IN_FLIGHT:
            value = most
        unknown += [say("advise.unknown.echo")] if echo is None else []
    answer = say("advise.in-flight.default", most=usual)
    return Recommendation(
        "in-flight",
        "open" if value is None else "asked" if workload.rate is not None and echo is not None else "told",
        answer if value is None else say("advise.messages", value=value),
        value,
        "messages",
        tuple(steps),
        tuple(unknown),
        (say("advise.asked.rate"),) if workload.rate is None else (),
        evidence=picked(facts, "mqtt.receive_max", "mqtt.echo_ms"),
        sources=(sources.MQTT_5, sources.PAHO),
    )


def packet_size(facts: Facts, version: str) -> Recommendation:
    """MQTT: the largest packet the broker takes."""
    told = number(facts, "mqtt.max_packet")
    if told is not None:
        return _told("max-packet-size", int(told), "bytes", "mqtt.max_packet", facts,
                     (say("advise.packet.told"),), (sources.MQTT_5,))  # fmt: skip
    unknown = say("advise.unknown.packet" if version == "5" else "advise.unknown.version-5")
    steps = (say("advise.packet.silent"),) if version == "5" and facts.get("login.result") == "accepted" else ()
    return Recommendation(
        "max-packet-size", "open", say("advise.not-told"), None, "bytes", steps, (unknown,), sources=(sources.MQTT_5,)
    )


def message_size(facts: Facts) -> Recommendation:
    """AMQP: RabbitMQ's default limit by its version; only a message of that size proves it."""
    version = str(facts.get("amqp.version", ""))
    major, _, rest = version.partition(".")
    minor = rest.partition(".")[0]
    unknown = (say("advise.unknown.message-size"),)
    named = (sources.MESSAGE_SIZE,)
    if facts.get("amqp.product") != "RabbitMQ" or not major.isdigit() or not minor.isdigit():
        return Recommendation(
            "max-message-size", "open", say("advise.not-told"), None, "bytes", (), unknown, sources=named
        )
    mib = 16 if int(major) >= 4 else 128
    older = (int(major), int(minor)) < (3, 8)
    step = say("advise.message-size.old" if older else "advise.message-size.default", version=version, mib=mib)
    return Recommendation(
        "max-message-size",
        "open" if older else "documented",
        say("advise.not-told") if older else say("advise.mib", value=mib),
        None if older else mib * 1024 * 1024,
        "bytes",
        (step,),
        unknown,
        evidence=picked(facts, "amqp.product", "amqp.version"),
        sources=named,
    )


def frame_max(facts: Facts) -> Recommendation:
    return _negotiated(facts, "frame-max", "amqp.frame_max", "bytes", say("advise.frame.least", least=LEAST_FRAME),
                       (sources.TUNE, sources.FRAME_41))  # fmt: skip


def channel_max(facts: Facts) -> Recommendation:
    return _negotiated(facts, "channel-max", "amqp.channel_max", "channels", say("advise.channels.share"),
                       (sources.TUNE, sources.CHANNELS))  # fmt: skip


def _negotiated(facts: Facts, id_: str, fact: str, unit: str, step: Text, named: tuple[str, ...]) -> Recommendation:
    value = number(facts, fact)
    if value is None:
        return Recommendation(
            id_, "open", say("advise.not-told"), None, unit, (step,), (say("advise.unknown.tune"),), sources=named
        )
    return _told(id_, int(value), unit, fact, facts, (say("advise.tune"), step), named)


def _told(
    id_: str, value: int, unit: str, fact: str, facts: Facts, steps: tuple[Text, ...], named: tuple[str, ...]
) -> Recommendation:
    answers: dict[str, Fact] = {"bytes": "advise.bytes", "channels": "advise.channels.answer"}
    answer = say("advise.no-limit") if not value else Text(str(answers[unit]), (("value", value),))
    return Recommendation(id_, "told", answer, value, unit, steps, evidence=picked(facts, fact), sources=named)
