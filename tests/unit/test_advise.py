"""The arithmetic of the advice: what was measured decides, what was not is said, and no number comes from nowhere."""

from __future__ import annotations

import ast
import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.advisor.advise import advise, worst_of
from mqassist.core.facts import Fact
from mqassist.core.record import changed
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.core.snippet import Snippet
from mqassist.core.target import parse_target
from mqassist.core.tuning import Advised, Basis, Recommendation, Workload
from mqassist.knowledge.texts import LANGUAGES, Texts
from mqassist.profiles.client_lines import tuned_lines
from tests.support.cli import mqassist
from tests.support.contract import assert_advice

AMQP, MQTT = "amqp://mq.example.com", "mqtt://iot.example.com"
LAN: dict[str, Fact] = {
    "login.result": "accepted",
    "tcp.connect_ms": 0.5,
    "tcp.round_trip_ms": 0.4,
    "tcp.jitter_ms": 0.1,
    "tcp.round_trips": 3,
    "tcp.slow_connects": 0,
    "tcp.retransmitted": 0,
}
RABBIT: dict[str, Fact] = {
    **LAN,
    "amqp.product": "RabbitMQ",
    "amqp.version": "3.13.7",
    "amqp.start_ms": 2.0,
    "amqp.auth_ms": 3.0,
    "amqp.open_ms": 4.0,
    "amqp.heartbeat_offered": 60,
    "amqp.heartbeat": 60,
    "amqp.frame_max": 131_072,
    "amqp.channel_max": 2047,
    "amqp.confirm": "acked",
    "amqp.confirm_ms": 2.0,
}
BROKER: dict[str, Fact] = {**LAN, "mqtt.connack_ms": 1.0, "mqtt.keepalive_asked": 60, "mqtt.echo_ms": 4.0}


def cut(seconds: float, fits: int, kind: str = "fin") -> dict[str, Fact]:
    return {"idle.kind": kind, "heartbeat.idle_s": seconds, "heartbeat.fits_s": fits, "idle.cut_after_s": seconds}


def advised(url: str, facts: dict[str, Fact], workload: Workload | None = None, **settings: object) -> Advised:
    endpoint = parse_target(url).endpoint
    assert endpoint is not None
    return advise(endpoint, facts, changed(CheckSettings(), **settings), workload or Workload())


def setting(found: Advised, name: str) -> Recommendation:
    return next(each for each in found.recommendations if each.id == name)


@pytest.mark.parametrize(
    ("facts", "seconds", "basis"),
    [
        ({}, 20, "documented"),
        (cut(30.0, 15), 15, "measured"),
        (cut(30.0, 15, "silent"), 15, "measured"),
        (cut(350.0, 175, "on-use"), 20, "measured"),
        (cut(3.0, 1), 1, "measured"),
        ({"idle.kind": "none", "idle.survived_s": 300.0}, 20, "measured"),
        ({"amqp.heartbeat_offered": 10}, 10, "documented"),
        ({"amqp.heartbeat_offered": 0}, 20, "documented"),
        ({"tcp.round_trip_ms": 2000.0, "tcp.jitter_ms": 500.0}, 28, "documented"),
    ],
)
def test_the_heartbeat_of_amqp(facts: dict[str, Fact], seconds: int, basis: str) -> None:
    beat = setting(advised(AMQP, {**RABBIT, **facts}), "heartbeat")
    assert (beat.value, beat.basis) == (seconds, basis)


@pytest.mark.parametrize(
    ("facts", "seconds", "basis"),
    [
        ({}, 30, "documented"),
        (cut(20.0, 10), 10, "measured"),
        (cut(900.0, 450), 30, "measured"),
        ({"mqtt.server_keepalive": 45}, 45, "told"),
        ({"tcp.round_trip_ms": 2000.0, "tcp.jitter_ms": 500.0}, 56, "documented"),
    ],
)
def test_the_keep_alive_of_mqtt(facts: dict[str, Fact], seconds: int, basis: str) -> None:
    beat = setting(advised(MQTT, {**BROKER, **facts}), "keep-alive")
    assert (beat.value, beat.basis) == (seconds, basis)


@given(
    idle=st.floats(2, 4000),
    trip=st.floats(0.01, 3000),
    jitter=st.floats(0, 1000),
    offered=st.integers(0, 600),
    amqp=st.booleans(),
)
def test_a_measured_cut_is_never_overrun(idle: float, trip: float, jitter: float, offered: int, amqp: bool) -> None:
    """Or a warning says that the two limits contradict each other."""
    facts: dict[str, Fact] = {**cut(idle, max(1, int(idle / 2))), "tcp.round_trip_ms": trip, "tcp.jitter_ms": jitter}
    facts["amqp.heartbeat_offered"] = offered
    found = advised(AMQP if amqp else MQTT, {**(RABBIT if amqp else BROKER), **facts})
    beat = found.recommendations[0]
    assert isinstance(beat.value, int)
    assert 1 <= beat.value <= idle / 2
    rto = max(1.0, (trip + 4 * jitter) / 1000)
    needed = 7 * rto if amqp else 14 * rto
    assert beat.value >= int(needed) or beat.warnings
    assert found.tuning.heartbeat == beat.value


def test_a_connection_that_the_broker_ended_was_not_cut_for_being_idle() -> None:
    ended = {**cut(3.0, 1), "idle.kind": "broker", "amqp.observe_end": "closed-by-broker"}
    assert setting(advised(AMQP, {**RABBIT, **ended}), "heartbeat").value == 20
    restarted = {**cut(3.0, 1), "idle.kind": "none", "amqp.observe_end": "fin", "amqp.idle_second": "lost"}
    assert setting(advised(AMQP, {**RABBIT, **restarted}), "heartbeat").value == 20
    proved = {**restarted, "amqp.idle_second": "survived"}
    assert setting(advised(AMQP, {**RABBIT, **proved}), "heartbeat").value == 1


def test_an_imposed_keep_alive_beyond_the_cut_is_a_warning() -> None:
    beat = setting(advised(MQTT, {**BROKER, **cut(40.0, 20), "mqtt.server_keepalive": 120}), "keep-alive")
    assert beat.value == 120
    assert [text.key for text in beat.warnings] == ["advise.keepalive.imposed-too-long"]


def test_waiting_follows_the_path() -> None:
    near, far = advised(AMQP, RABBIT), advised(AMQP, {**RABBIT, "tcp.connect_ms": 900.0, "tcp.round_trip_ms": 900.0})
    lossy = advised(AMQP, {**RABBIT, "tcp.retransmitted": 2})
    assert [setting(each, "connect-timeout").value for each in (near, far, lossy)] == [4, 4, 8]
    assert setting(advised(AMQP, {**RABBIT, "tcp.connect_ms": 1400.0}), "connect-timeout").value == 5
    slow = advised(AMQP, {**RABBIT, "amqp.auth_ms": 4000.0})
    assert [setting(each, "handshake-timeout").value for each in (near, slow)] == [8, 16]
    assert setting(slow, "handshake-timeout").warnings, "RabbitMQ gives up after ten seconds"
    assert not setting(near, "handshake-timeout").warnings
    assert (near.tuning.connect_s, near.tuning.handshake_s, near.tuning.attempt_s) == (4, 8, 12)
    assert (near.tuning.retry_first_s, near.tuning.retry_cap_s) == (1, 60)
    assert slow.tuning.retry_first_s == 5


@pytest.mark.parametrize(("needs", "trip", "count"), [(1.0, 9.0, 10), (10.0, 0.4, 2), (0.01, 50.0, 300), (3.0, 9.0, 4)])
def test_prefetch_is_asked_not_invented(needs: float, trip: float, count: int) -> None:
    facts = {**RABBIT, "tcp.round_trip_ms": trip}
    unknown = setting(advised(AMQP, facts), "prefetch")
    assert (unknown.value, unknown.basis) == (None, "open")
    assert [text.key for text in unknown.questions] == ["advise.asked.processing"]
    known = advised(AMQP, facts, Workload(processing_ms=needs))
    assert setting(known, "prefetch").value == known.tuning.prefetch == count


def test_what_is_in_flight_stays_below_the_brokers_limit() -> None:
    facts = {**BROKER, "mqtt.receive_max": 10}
    busy = Workload(rate=10_000)
    found = advised(MQTT, facts, busy, mqtt_version="5")
    assert (setting(found, "in-flight").value, found.tuning.in_flight) == (10, 10)
    assert setting(advised(MQTT, BROKER, busy, mqtt_version="5"), "in-flight").value == 40
    assert setting(advised(MQTT, BROKER, Workload(rate=50), mqtt_version="5"), "in-flight").value == 20
    assert setting(advised(MQTT, BROKER), "in-flight").value is None
    confirms = setting(advised(AMQP, RABBIT, Workload(rate=1500)), "publisher-confirms")
    assert dict(next(text for text in confirms.arithmetic if text.key.endswith("many")).values)["value"] == 3


def test_a_session_is_kept_for_who_needs_it() -> None:
    outage = Workload(outage_s=600)
    assert setting(advised(MQTT, BROKER, outage), "session").value is False
    kept = advised(MQTT, {**BROKER, "mqtt.session_expiry": 60}, outage, client_id="dev1", mqtt_version="5")
    assert (setting(kept, "session").value, kept.tuning.clean, kept.tuning.session_expiry_s) == (True, False, 600)
    assert [text.key for text in setting(kept, "session").warnings] == ["advise.session.too-short"]


def test_of_several_hosts_the_worst_counts() -> None:
    first = {**RABBIT, "idle.kind": "none", "idle.survived_s": 100.0}
    second = {**RABBIT, **cut(30.0, 15), "tcp.connect_ms": 1800.0, "amqp.frame_max": 8192}
    dead: dict[str, Fact] = {"tcp.result": "refused"}
    together = worst_of([dead, first, second])
    found = advised(AMQP, together)
    assert setting(found, "heartbeat").value == 15
    assert setting(found, "connect-timeout").value == 5
    assert setting(found, "frame-max").value == 8192
    assert worst_of([dead]) == dead


WORKLOADS = (Workload(), Workload(2.0, 5000.0, 300, 1000))
RUNS: tuple[tuple[str, dict[str, Fact]], ...] = (
    (AMQP, RABBIT),
    (AMQP, {**RABBIT, **cut(30.0, 15), "heartbeat.dead_peer_s": 6.0, "heartbeat.dead_peer_beat_s": 2}),
    (AMQP, {**RABBIT, "amqp.version": "4.1.0", "amqp.heartbeat": 0, "dns.addresses": ("10.0.0.1", "10.0.0.2")}),
    (AMQP, {**RABBIT, "amqp.version": "3.7.0", "amqp.heartbeat_offered": 2, "tcp.slow_connects": 1}),
    ("amqps://mq.example.com", {**RABBIT, "tls.verify": "ok", "tls.version": "TLSv1.3", "tls.handshake_ms": 9.0}),
    (AMQP, {}),
    (MQTT, BROKER),
    (MQTT, {**BROKER, **cut(900.0, 450), "mqtt.server_keepalive": 600, "mqtt.max_packet": 9000}),
    (MQTT, {**BROKER, "mqtt.topic_alias_max": 10, "mqtt.receive_max": 5, "mqtt.session_expiry": 30}),
    ("wss://iot.example.com/mqtt", {}),
)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize("workload", WORKLOADS, ids=["nothing said", "all said"])
@pytest.mark.parametrize(("url", "facts"), RUNS, ids=range(len(RUNS)))
def test_every_advice_is_whole(url: str, facts: dict[str, Fact], workload: Workload, version: str) -> None:
    """In both languages, with what it rests on; and every snippet of it is right in its language."""
    settings = CheckSettings(mqtt_version=version, client_id='it\'s "me"', tls=TlsSettings("/ca.pem"))
    endpoint = parse_target(url).endpoint
    assert endpoint is not None
    found = advise(endpoint, facts, settings, workload, ("b.example", "c.example:9"))
    for language in LANGUAGES:
        texts = Texts(language)
        for each in found.recommendations:
            assert each.basis in get_args(Basis)
            told = (each.answer, *each.arithmetic, *each.unknown, *each.questions, *each.warnings)
            shown = [texts.sentence(f"advise.label.{each.id}"), *(texts.render(text) for text in told)]
            assert not [text for text in shown if "advise." in text or "–" in text], shown
            assert each.basis != "open" or each.unknown or each.questions
            assert each.arithmetic or each.unknown or each.questions, each.id
        assert all("advise." not in texts.render(each.text) for each in found.sayings)
    for snippet in tuned_lines(url, settings, facts, found.tuning, ("b.example", "c.example:9")):
        assert_sound(snippet)


def assert_sound(snippet: Snippet) -> None:
    assert "None" not in snippet.text
    if snippet.language == "python":
        ast.parse(snippet.text)
    for opening, closing in ("()", "[]", "{}"):
        assert snippet.text.count(opening) == snippet.text.count(closing), snippet.text


@pytest.mark.parametrize("target", ["", "://", "ftp://h"])
def test_a_malformed_target_is_a_verdict(target: str) -> None:
    done = mqassist("advise", target, "--json", "--timeout", "1")
    assert (done.returncode, done.stderr) == (1, "")
    document = json.loads(done.stdout)
    assert_advice(document)
    assert document["settings"] == []
    assert document["verdict"]["cause"].startswith("input.")
