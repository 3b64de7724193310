"""What the connection keeps and whom it trusts: session and its end, TLS name and authority, further hosts, Nagle."""

from __future__ import annotations

from mqassist.advisor import sources
from mqassist.advisor.path import Path, number, picked
from mqassist.core.endpoint import Endpoint
from mqassist.core.facts import Facts
from mqassist.core.settings import CheckSettings
from mqassist.core.text import Text, say
from mqassist.core.tuning import Recommendation, Workload


def kept_session(facts: Facts, settings: CheckSettings, workload: Workload) -> Recommendation:
    """MQTT: `value` True keeps the session, which needs an id of the client's own; False begins anew each time."""
    version = settings.mqtt_version
    keeps = settings.client_id is not None and workload.outage_s is not None
    steps: list[Text] = []
    questions: list[Text] = []
    warnings: list[Text] = []
    if settings.client_id is None:
        steps.append(say("advise.session.no-id"))
        questions.append(say("advise.asked.client-id"))
    else:
        steps.append(say("advise.session.own-id", client_id=settings.client_id))
    if workload.outage_s is None:
        questions.append(say("advise.asked.outage"))
    imposed = number(facts, "mqtt.session_expiry")
    if imposed is not None:
        steps.append(say("advise.session.imposed", seconds=int(imposed)))
    if keeps and workload.outage_s is not None:
        steps.append(say("advise.session.outage", seconds=workload.outage_s))
        if imposed is not None and imposed < workload.outage_s:
            warnings.append(say("advise.session.too-short", seconds=workload.outage_s, imposed=int(imposed)))
    answer = say("advise.session.clean")
    if keeps and version == "5" and workload.outage_s is not None:
        answer = say("advise.session.keep-5", seconds=workload.outage_s)
    elif keeps:
        answer = say("advise.session.keep-3")
    return Recommendation(
        "session",
        "asked" if keeps else "open",
        answer,
        keeps,
        "",
        tuple(steps),
        questions=tuple(questions),
        warnings=tuple(warnings),
        evidence=picked(facts, "mqtt.session_expiry", "mqtt.session_present", "mqtt.client_id_given"),
        sources=(sources.MQTT_5 if version == "5" else sources.MQTT_3,),
    )


def topic_alias(facts: Facts) -> Recommendation:
    most = number(facts, "mqtt.topic_alias_max")
    value = int(most) if most is not None else 0
    answer = say("advise.alias.answer", value=value) if value else say("advise.alias.none")
    return Recommendation(
        "topic-alias",
        "told",
        answer,
        value,
        "aliases",
        (say("advise.alias.told", value=value) if most is not None else say("advise.alias.silent"),),
        evidence=picked(facts, "mqtt.topic_alias_max"),
        sources=(sources.MQTT_5,),
    )


def tls(facts: Facts, endpoint: Endpoint, settings: CheckSettings) -> tuple[Recommendation, ...]:
    """The name to verify, the authority to trust and the oldest version to allow."""
    if not endpoint.tls:
        return ()
    name = settings.tls.server_name or endpoint.host
    verdict = facts.get("tls.verify")
    proved = verdict == "ok"
    seen = picked(facts, "tls.verify", "tls.names", "tls.version", "tls.system_trusts", "tls.server_versions")
    named = Recommendation(
        "tls-name",
        "measured" if proved else "open",
        say("advise.tls.name", name=name),
        name,
        "",
        (say("advise.tls.name-proved", name=name),) if proved else (),
        () if proved else (say("advise.unknown.tls"),),
        evidence=seen,
        sources=(sources.TLS_NAME,),
    )
    ca = settings.tls.ca
    trusted = Recommendation(
        "tls-authority",
        "measured" if proved else "open",
        say("advise.tls.file", file=ca) if ca else say("advise.tls.system"),
        ca or "system",
        "",
        (say("advise.tls.proved"),) if proved else (),
        () if proved else (say("advise.unknown.tls"),),
        evidence=seen,
        sources=(sources.TLS_NAME,),
    )
    version = facts.get("tls.version")
    if not isinstance(version, str):
        return named, trusted
    spoken = Recommendation(
        "tls-version",
        "measured",
        say("advise.tls.version", version=version),
        version,
        "",
        (say("advise.tls.negotiated", version=version, ms=round(number(facts, "tls.handshake_ms") or 0.0, 1)),),
        evidence=picked(facts, "tls.version", "tls.handshake_ms"),
    )
    return named, trusted, spoken


def no_delay(path: Path) -> Recommendation:
    step = say("advise.nagle.trip", round_trip=round(path.round_trip_ms, 2)) if path.round_trip_ms is not None else None
    return Recommendation(
        "tcp-nodelay",
        "documented",
        say("advise.on"),
        True,
        "",
        (say("advise.nagle.why"), *((step,) if step is not None else ()), say("advise.nagle.libraries")),
        evidence=path.round_trip_evidence,
        sources=(sources.NAGLE,),
    )


def hosts(facts: Facts, endpoint: Endpoint, others: tuple[str, ...]) -> Recommendation:
    """`others` are the profile's further hosts as host:port."""
    addresses = facts.get("dns.addresses")
    count = len(addresses) if isinstance(addresses, tuple | list) else 1
    seen = picked(facts, "dns.addresses", "tcp.connected_count", "tcp.failed_count")
    if others:
        every = ", ".join((endpoint.authority, *others))
        return Recommendation(
            "hosts", "asked", say("advise.hosts.listed", count=len(others) + 1), len(others) + 1, "hosts",
            (say("advise.hosts.all", hosts=every),), evidence=seen, sources=(sources.CLUSTER,),
        )  # fmt: skip
    steps = (say("advise.hosts.addresses", host=endpoint.host, count=count),) if count > 1 else ()
    return Recommendation(
        "hosts", "open", say("advise.hosts.one"), 1, "hosts", steps, questions=(say("advise.asked.hosts"),),
        evidence=seen, sources=(sources.CLUSTER,),
    )  # fmt: skip
