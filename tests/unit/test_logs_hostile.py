"""Logs that were written to harm their reader, and whose lines may not pass for those of a run."""

# ruff: noqa: E501, SLF001 - lines are as long as brokers write them; private patterns are measured as well
from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.report import Source, Trace
from mqassist.logs import correlate as correlating
from mqassist.logs import formats as forming
from mqassist.logs import nameless
from mqassist.logs.correlate import Scope, correlate
from mqassist.logs.entry import Entry
from mqassist.logs.findings import LogReader
from mqassist.logs.formats import load_formats, read_entries
from mqassist.logs.phrases import load_phrases, match
from mqassist.logs.tail import mark

FORMATS = load_formats()
PHRASES = load_phrases()[0]
BEGAN = 1795190160.0
MAIN = Source(41234, "10.0.0.7", "tcp.connect", BEGAN + 0.1, main=True)
SECOND = Source(41300, "10.0.0.7", "mqtt.login_variation", BEGAN + 0.5, main=False)
TRACE = Trace("1a2b3c4d", "", (MAIN, SECOND), BEGAN, BEGAN + 1)

LONG = 20_000
# what makes patterns with two adjacent repetitions slow: long runs of what each part of them accepts
BOMBS = [
    unit * (LONG // len(unit))
    for unit in (
        "a", " ", ":", "'", "[", "<", "{", "0", "1:", "x ", "\t", "\n", "\n ", "->", ", ", "10.0.0.7:41234 ",
        "user '", "user 'a", "vhost ", "vhost a ", "connection ", "connection <0.1.0> ", "closing MQTT connection ",
        "MQTT login failed for user ", "MQTT login failed for user 'a", "access to vhost 'a' refused for user 'b'",
        "Client ", "Client a [", "Client <unknown> ", "OpenSSL Error[0]: error:", "OpenSSL Error[0]: error:0A:SSL routines:",
        "New connection from ", "New client connected from a", "{handshake_error,starting,0,", "{bad_header,<<1",
        "{bad_header,<<16,1", "generated SERVER ALERT: Fatal - ", "ldap", "LDAP a", "login refused: rabbit_auth_backend_a",
        "clientid: a, msg: ", "msg: a, peername: ", "failed to negotiate connection parameters: ", "mqassist 1a2b3c4d ",
        "mqassist-1a2b3c4d", "Bad Record MAC\n ", "Handshake Failure\n ", "[warning] ", "2026-11-20 15:56:00.1 [info] <0.1.0>",
    )
]  # fmt: skip


def seconds(work: object) -> float:
    assert callable(work)
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.parametrize("phrase", PHRASES, ids=[phrase.id for phrase in PHRASES])
def test_no_phrase_is_slow_on_anything(phrase: object) -> None:
    pattern = next(known.pattern for known in PHRASES if known is phrase)
    slowest = max(BOMBS, key=lambda text: seconds(lambda: pattern.search(text)))
    assert seconds(lambda: pattern.search(slowest)) < 0.25, slowest[:60]


@pytest.mark.parametrize("text", BOMBS, ids=[repr(text[:24]) for text in BOMBS])
def test_reading_and_matching_stay_quick(text: str) -> None:
    entry = Entry(1, 1, BEGAN + 0.2, "error", "<0.1.0>", text)
    assert seconds(lambda: correlate([entry] * 20, TRACE)) < 1
    assert seconds(lambda: list(read_entries([text.replace("\n", " ")] * 5, FORMATS[0]))) < 1
    for form in FORMATS:
        assert seconds(lambda form=form: [layout.match(text) for layout in form.layouts]) < 0.5
    for pattern in (*forming._WRAPPERS, correlating._ADDRESS, nameless._OPENED, nameless._NAMED, nameless._ENDED):
        assert seconds(lambda pattern=pattern: pattern.search(text[:2000])) < 0.2


def found_in(log: Path, written: bytes) -> tuple[list[str], dict[str, object]]:
    log.write_bytes(b"")
    marks = mark([str(log)])
    log.write_bytes(written)
    found = LogReader(FORMATS, PHRASES).findings(marks, TRACE, CancelToken())
    return [line.text for line in found.matches], dict(found.facts)


OWN = (
    b"2026-11-20 15:56:00.200000+00:00 [error] <0.8.0> Error on AMQP connection <0.8.0> (10.0.0.7:41234 -> 1.1.1.1:5672, state: starting):\n"
    b"2026-11-20 15:56:00.200000+00:00 [error] <0.8.0> PLAIN login refused: user 'app' - invalid credentials\n"
)  # fmt: skip


@pytest.mark.parametrize(
    "noise",
    [
        b"\xff\xfe\x00\x80 no text at all \xc3\x28\n",
        b"\x1b[31m\x1b[2J\x1b]0;title\x07red\x1b[0m\n",
        b"a" * 3_000_000 + b"\n",
        b"\n" * 50_000,
        b'{"time":"2026","level":' + b"[" * 100_000 + b"\n",
        b'{"log":"' + b'\\"' * 50_000 + b"\n",
        b"2026-99-99 99:99:99.999999+99:99 [error] <0.8.0> 10.0.0.7:99999 -> x\n",
    ],
    ids=["invalid UTF-8", "escapes", "3 MB line", "empty lines", "deep JSON", "docker", "no such time"],
)
def test_own_lines_are_found_among_hostile_ones(tmp_path: Path, noise: bytes) -> None:
    began = time.monotonic()
    texts, facts = found_in(tmp_path / "log", OWN + noise + OWN)
    assert time.monotonic() - began < 6
    assert facts == {"log.refusal": "wrong-credentials", "log.refused_user": "app"}
    assert all(len(text) <= 4000 for text in texts)


def test_names_from_the_log_are_cut(tmp_path: Path) -> None:
    long = OWN.replace(b"'app'", b"'" + b"u" * 5000 + b"'")
    _, facts = found_in(tmp_path / "log", long)
    assert len(str(facts["log.refused_user"])) == 300


@given(st.lists(st.text(max_size=80), max_size=20))
@settings(max_examples=60)
def test_text_without_our_port_or_token_is_never_ours(lines: list[str]) -> None:
    if any("41234" in line or "41300" in line or "1a2b3c4d" in line for line in lines):
        return
    entries = [Entry(at, at, BEGAN + 0.3, "info", "", line) for at, line in enumerate(lines, 1)]
    assert correlate(entries, TRACE).matches == ()


def lines_of(*texts: str, at: float = BEGAN + 0.2, trace: Trace = TRACE) -> list[tuple[int, str, str, bool]]:
    entries = [Entry(number, number, at, "error", "", text) for number, text in enumerate(texts, 1)]
    return [(found.entry.line, found.by, found.step, found.main) for found in correlate(entries, trace).matches]


def test_somebody_elses_line_with_our_port_is_not_ours() -> None:
    ours = "closing AMQP connection <0.1.0> (10.0.0.7:41234 -> 10.0.0.5:5672)"
    theirs = "closing AMQP connection <0.2.0> (10.9.9.9:41234 -> 10.0.0.5:5672)"
    assert [line for line, *_ in lines_of(theirs, ours)] == [2]
    # alone it may be ours behind address translation, but only about when we opened the port
    assert [line for line, *_ in lines_of(theirs)] == [1]
    assert lines_of(theirs, at=BEGAN + 60) == []


def test_the_target_of_a_connection_is_no_source_port() -> None:
    assert lines_of("closing AMQP connection <0.1.0> (10.0.0.9:50000 -> 10.0.0.7:41234, vhost: '/')") == []


def test_lines_of_second_probes_are_marked() -> None:
    second = "MQTT connection 10.0.0.7:41300 -> 10.0.0.5:1883 is closing due to an authentication failure"
    assert lines_of(second) == [(1, "source-port", "mqtt.login_variation", False)]
    named = "connection <0.1.0> (1.1.1.1:1 -> 1.1.1.1:5672 - mqassist 1a2b3c4d amqp.idle_second): user 'app' x"
    assert lines_of(named) == [(1, "client-id", "amqp.idle_second", False)]
    assert lines_of("Client mqassist-1a2b3c4dq disconnected.") == [(1, "client-id", "", False)]
    assert lines_of("MQTT login failed for user 'mqassist-nobody-1a2b3c4d', x") == [(1, "client-id", "", False)]
    assert lines_of("Client mqassist-1a2b3c4d disconnected.") == [(1, "client-id", "", True)]


def test_a_nameless_line_between_two_open_connections_is_nobodys() -> None:
    lines = (
        "New connection from 10.0.0.7:41234 on port 1883.",
        "New connection from 10.0.0.9:50000 on port 1883.",
        "Client <unknown> disconnected, not authorised.",
    )
    assert lines_of(*lines) == [(1, "source-port", "tcp.connect", True), (3, "time", "", False)]
    assert lines_of(lines[1], lines[2], lines[0], lines[2])[-1] == (4, "source-port", "tcp.connect", True)


def test_a_tls_alert_falls_to_the_connection_that_was_open() -> None:
    alert = "TLS server: In state wait_cert at x.erl:1 generated SERVER ALERT: Fatal - Certificate required"

    def scope(text: str) -> Scope:
        return "unaddressed" if "ALERT" in text else "connection"

    one, two = (Entry(line, line, BEGAN + at, "notice", "", alert) for line, at in ((1, 0.21), (2, 0.62)))
    found = [(m.entry.line, m.step, m.main) for m in correlate([one, two], TRACE, scope).matches]
    assert found == [(1, "tcp.connect", True), (2, "mqtt.login_variation", False)]
    three = Entry(3, 3, BEGAN + 0.3, "notice", "", alert)  # somebody else's, or a second one of ours: no telling
    assert not any(m.main for m in correlate([one, three], TRACE, scope).matches)


def test_a_log_that_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(UserError, match="regular file"):
            mark([str(path)])


def test_whole_second_stamps_tell_of_a_clock_only_beyond_their_precision() -> None:
    line = "New connection from 10.0.0.7:41234 on port 1883."
    for stamp, told in ((BEGAN, False), (BEGAN + 1, False), (BEGAN + 90, True)):
        found = correlate([Entry(1, 1, stamp, "info", "", line)], TRACE)
        assert found.clock_offset is not None
        assert (abs(found.clock_offset) > found.clock_precision) is told


def test_match_looks_at_a_bounded_part() -> None:
    assert match("x" * 30_000 + "node connection limit (5) is reached", PHRASES) is None


def test_emqx_lines_are_found_by_port_wherever_it_stands() -> None:
    for text in (
        "clientid: c1, peername: 10.0.0.7:41234, username: app, reason: not_authorized, msg: authentication_failure",
        "clientid: c1, msg: authentication_failure, peername: 10.0.0.7:41234",
        "c1@10.0.0.7:41234 [Channel] Client c1 (Username: 'app') login failed for not_authorized",
    ):
        assert lines_of(text) == [(1, "source-port", "tcp.connect", True)], text


def test_a_connection_on_which_nothing_was_sent_is_not_blamed() -> None:
    """Two addresses of a host are dialled at once; one is used, the other closed again."""
    spare = Source(41999, "10.0.0.7", "tcp.connect", BEGAN + 0.1, main=False)
    trace = Trace("1a2b3c4d", "", (MAIN, spare), BEGAN, BEGAN + 1)
    lines = (
        "New connection from 10.0.0.7:41234 on port 1883.",
        "New connection from 10.0.0.7:41999 on port 1883.",
        "Client <unknown> closed its connection.",
        "OpenSSL Error[0]: error:0A00010B:SSL routines::wrong version number",
    )
    found = lines_of(*lines, trace=trace)
    assert (found[2][1], found[2][3]) == ("time", False)
    assert found[3] == (4, "source-port", "tcp.connect", True)
