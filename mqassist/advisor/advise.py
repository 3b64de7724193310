"""One advice: every recommendation for an endpoint, and the values that snippets are filled with."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.advisor import flow, session, signs_of_life, waiting
from mqassist.advisor.path import number, path_of
from mqassist.core.endpoint import Endpoint
from mqassist.core.facts import Fact, Facts
from mqassist.core.settings import CheckSettings
from mqassist.core.tuning import Advised, ClientTuning, Recommendation, Workload

_WORST_IS_HIGHEST = (
    *("tcp.round_trip_ms", "tcp.jitter_ms", "tcp.connect_ms", "tcp.slow_connects", "tcp.retransmitted"),
    *("proxy.connect_ms", "proxy.tunnel_ms", "tls.handshake_ms", "websocket.ms"),
    *("amqp.start_ms", "amqp.auth_ms", "amqp.open_ms", "amqp.confirm_ms", "mqtt.connack_ms", "mqtt.echo_ms"),
)
_WORST_IS_LOWEST = (
    *("idle.survived_s", "amqp.heartbeat_offered", "mqtt.server_keepalive"),
    *("amqp.frame_max", "amqp.channel_max", "mqtt.receive_max", "mqtt.max_packet", "mqtt.session_expiry"),
)
_CUT_AREAS = (
    "idle.",
    "heartbeat.",
    "watch.",
    "amqp.observe_end",
    "amqp.idle_second",
    "mqtt.observe_end",
    "mqtt.idle_s",
)


def advise(
    endpoint: Endpoint, facts: Facts, settings: CheckSettings, workload: Workload, others: tuple[str, ...] = ()
) -> Advised:
    """From the facts of a run of that endpoint; `others` are further hosts of it. What was not measured is said."""
    path = path_of(facts)
    amqp = endpoint.protocol == "amqp"
    version = settings.mqtt_version
    beat = signs_of_life.heartbeat(path) if amqp else signs_of_life.keep_alive(path, version)
    connect, handshake = waiting.connect(path), waiting.handshake(path, endpoint)
    retry, first, cap = waiting.retry(path, endpoint, beat, workload)
    found: list[Recommendation] = [beat.told, connect, handshake, retry]
    if amqp:
        found += [
            waiting.blocked(facts, workload),
            flow.prefetch(path, workload),
            flow.confirms(facts, workload),
            flow.message_size(facts),
            flow.frame_max(facts),
            flow.channel_max(facts),
        ]
    else:
        found += [
            flow.in_flight(facts, version, workload),
            flow.packet_size(facts, version),
            session.kept_session(facts, settings, workload),
        ]
        if version == "5" and facts.get("login.result") == "accepted":
            found.append(session.topic_alias(facts))
    found += session.tls(facts, endpoint, settings)
    found += [
        session.hosts(facts, endpoint, others),
        session.no_delay(path),
        signs_of_life.tcp_keep_alive(path),
    ]
    tuning = _tuning(found, beat.seconds, (first, cap), workload, settings)
    return Advised(tuple(found), signs_of_life.sayings(path, endpoint), tuning)


def _tuning(
    found: Sequence[Recommendation],
    heartbeat: int,
    retry: tuple[int, int],
    workload: Workload,
    settings: CheckSettings,
) -> ClientTuning:
    values = {each.id: each.value for each in found}

    def whole(name: str) -> int | None:
        value = values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    keeps = values.get("session")
    return ClientTuning(
        heartbeat=heartbeat,
        connect_s=whole("connect-timeout"),
        handshake_s=whole("handshake-timeout"),
        retry_first_s=retry[0],
        retry_cap_s=retry[1],
        blocked_s=whole("blocked-timeout"),
        prefetch=whole("prefetch"),
        confirms=values.get("publisher-confirms") is True,
        in_flight=whole("in-flight"),
        clean=None if keeps is None else not keeps,
        session_expiry_s=workload.outage_s if keeps and settings.mqtt_version == "5" else None,
    )


def worst_of(runs: Sequence[Facts]) -> dict[str, Fact]:
    """The facts of one client that has to get along with each of several hosts: of every figure the worst, the
    shortest idle cut, and of the rest what the first host said that let it in."""
    accepted = [facts for facts in runs if facts.get("login.result") == "accepted"]
    together = dict((accepted or runs)[0])
    for names, choose in ((_WORST_IS_HIGHEST, max), (_WORST_IS_LOWEST, min)):
        for name in names:
            seen = [value for facts in runs if (value := number(facts, name)) is not None]
            if seen:
                together[name] = choose(seen)
    cuts = [(fits, index) for index, facts in enumerate(runs) if (fits := path_of(facts).fits_s) is not None]
    if cuts:
        facts = runs[min(cuts)[1]]
        together = {name: value for name, value in together.items() if not name.startswith(_CUT_AREAS)}
        together |= {name: value for name, value in facts.items() if name.startswith(_CUT_AREAS)}
    return together
