"""AMQP brokers that do what the real one here will not: other brokers' words, hang-ups without a word, odd answers."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

import pytest

from mqassist.core.report import Report
from tests.support.amqp import facts_of, root_of
from tests.support.dialogues import AMQP_OPEN_OK, AMQP_TUNE, amqp_frame, amqp_method, longstr, shortstr
from tests.support.peer import Peer, Step, fin, noise, read, read_until, rst, send, silent, wait

Diagnose = Callable[..., Report]

START_OK, OPEN, CHANNEL_OPEN = (b"\x00\x0a\x00\x0b", b"\x00\x0a\x00\x28", b"\x00\x14\x00\x0a")
PASSIVE_QUEUE, PASSIVE_EXCHANGE = b"\x00\x32\x00\x0a\x00\x00", b"\x00\x28\x00\x0a\x00\x00"


def start(mechanisms: bytes = b"PLAIN AMQPLAIN", *, says_403: bool = True) -> bytes:
    capability = shortstr("authentication_failure_close") + b"t" + bytes([says_403])
    product = shortstr("product") + b"S" + longstr(b"Scripted")
    properties = longstr(product + shortstr("capabilities") + b"F" + longstr(capability))
    return amqp_method(10, 10, b"\x00\x09" + properties + longstr(mechanisms) + longstr(b"en_US"))


def close(code: int, text: str, class_id: int = 0, method_id: int = 0) -> bytes:
    return amqp_method(10, 50, struct.pack("!H", code) + shortstr(text) + struct.pack("!HH", class_id, method_id))


def channel_close(code: int, text: str, class_id: int, method_id: int) -> bytes:
    arguments = struct.pack("!H", code) + shortstr(text) + struct.pack("!HH", class_id, method_id)
    return amqp_method(20, 40, arguments, channel=1)


CHANNEL_OPEN_OK = amqp_method(20, 11, longstr(b""), channel=1)
SELECT_OK = amqp_method(85, 11, channel=1)
ACK = amqp_method(60, 80, struct.pack("!QB", 1, 0), channel=1)
GREETED: tuple[Step, ...] = (read(8), send(start()), read_until(START_OK))
TUNED: tuple[Step, ...] = (*GREETED, send(AMQP_TUNE), read_until(OPEN))
OPENED: tuple[Step, ...] = (*TUNED, send(AMQP_OPEN_OK), read_until(CHANNEL_OPEN))
CONFIRMED: tuple[Step, ...] = (*OPENED, send(CHANNEL_OPEN_OK + SELECT_OK + ACK))


def diagnosed(diagnose: Diagnose, script: Sequence[Step], **settings: object) -> Report:
    with Peer(script) as peer:
        return diagnose(peer.url("amqp", "app:x"), timeout=1.0, **settings)


REFUSED = {
    "NOT_ALLOWED - connection refused: node connection limit (100) is reached": (530, "auth.node-connection-limit"),
    "NOT_ALLOWED - connection limit reached": (530, "auth.connection-limit"),
    "NOT_ALLOWED - vhost not found": (530, "auth.vhost-not-found"),
    "NOT_ALLOWED - 'app' doesn't have access to '/'": (530, "auth.vhost-access-denied"),
    "INTERNAL_ERROR - vhost '/' is down": (541, "amqp.vhost-down"),
    "NOT_ALLOWED - not today": (530, "amqp.refused-otherwise"),
    "TEAPOT": (418, "amqp.refused-otherwise"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_refused_virtual_host(diagnose: Diagnose, text: str) -> None:
    code, cause = REFUSED[text]
    report = diagnosed(diagnose, [*TUNED, send(close(code, text, 10, 40)), silent()])
    assert root_of(report) == cause
    assert facts_of(report)["amqp.close_text"] == text


def test_login_refused_in_few_words(diagnose: Diagnose) -> None:
    report = diagnosed(diagnose, [*GREETED, send(close(403, "ACCESS_REFUSED", 10, 11)), silent()])
    assert root_of(report) == "auth.bad-credentials"


@pytest.mark.parametrize("end", [fin(), rst()], ids=["FIN", "RST"])
def test_hang_up_on_the_login_by_a_broker_that_would_have_said_why(diagnose: Diagnose, end: Step) -> None:
    report = diagnosed(diagnose, [*GREETED, wait(0.3), end])
    assert root_of(report) == "amqp.handshake-closed"


def test_hang_up_on_the_login_by_a_broker_that_never_says_why(diagnose: Diagnose) -> None:
    script = [read(8), send(start(says_403=False)), read_until(START_OK), wait(0.3), rst()]
    report = diagnosed(diagnose, script)
    assert root_of(report) == "auth.bad-credentials"
    assert report.verdict.folded == ("amqp.handshake-closed",)


def test_hang_up_on_the_virtual_host(diagnose: Diagnose) -> None:
    report = diagnosed(diagnose, [*TUNED, wait(0.3), rst()])
    assert root_of(report) == "amqp.handshake-closed"
    assert facts_of(report)["amqp.close_stage"] == "open"


def test_no_answer_to_the_login(diagnose: Diagnose) -> None:
    report = diagnosed(diagnose, [*GREETED, silent()])
    assert root_of(report) == "auth.login-unanswered"


def test_question_in_return_for_the_login(diagnose: Diagnose) -> None:
    report = diagnosed(diagnose, [*GREETED, send(amqp_method(10, 20, longstr(b"who?"))), silent()])
    assert root_of(report) == "auth.mechanism-unsupported"


def test_noise_after_the_login(diagnose: Diagnose) -> None:
    report = diagnosed(diagnose, [*GREETED, noise(400, seed=5), silent()])
    assert root_of(report) == "amqp.frame-corrupt"


def test_unknown_mechanisms_only_and_no_password_is_sent(diagnose: Diagnose) -> None:
    with Peer([read(8), send(start(b"SCRAM-SHA-256 GSSAPI")), silent()]) as peer:
        report = diagnose(peer.url("amqp", "app:x"), timeout=1.0)
        received = peer.conversations[-1].received
    assert root_of(report) == "auth.mechanism-unsupported"
    assert START_OK not in received


def test_tune_with_values_of_its_own_is_answered_with_them(diagnose: Diagnose) -> None:
    odd = amqp_method(10, 30, struct.pack("!HIH", 0, 0, 65535))
    with Peer([*GREETED, send(odd), read_until(OPEN), send(close(320, "CONNECTION_FORCED - bye")), silent()]) as peer:
        report = diagnose(peer.url("amqp", "app:x"), timeout=1.0)
        received = b"".join(talk.received for talk in peer.conversations)
    assert root_of(report) == "amqp.connection-forced"
    assert amqp_method(10, 31, struct.pack("!HIH", 0, 0, 65535)) in received


# -- after the login -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("low on memory", "amqp.memory-alarm"),
        ("low on disk", "amqp.disk-alarm"),
        ("Server low on disk space", "amqp.disk-alarm"),
        ("flow", "amqp.publishers-blocked"),
    ],
)
def test_publishers_blocked(diagnose: Diagnose, reason: str, cause: str) -> None:
    blocked = amqp_method(10, 60, shortstr(reason))
    report = diagnosed(diagnose, [*OPENED, send(CHANNEL_OPEN_OK + SELECT_OK + blocked), silent()])
    assert root_of(report) == cause
    assert facts_of(report)["amqp.alarm_reason"] == reason


def test_messages_that_are_never_confirmed(diagnose: Diagnose) -> None:
    declared = amqp_method(50, 11, shortstr("q") + bytes(8), channel=1)
    empty = amqp_method(60, 72, shortstr(""), channel=1)
    deleted = amqp_method(50, 41, bytes(4), channel=1)
    script = [*OPENED, send(CHANNEL_OPEN_OK + SELECT_OK + declared + empty + deleted), silent()]
    report = diagnosed(diagnose, script)
    assert root_of(report) == "amqp.confirm-missing"
    assert {"amqp.memory-alarm", "amqp.disk-alarm"} <= {open_.cause for open_ in report.verdict.undecided}


@pytest.mark.parametrize(
    ("code", "text", "cause"),
    [
        (530, "number of channels opened (2047) has reached the negotiated channel_max", "amqp.channel-max"),
        (501, "FRAME_ERROR - {frame_too_large,200000,131064}", "amqp.frame-too-large"),
        (501, "FRAME_ERROR - {invalid_frame_end_marker,0}", "amqp.frame-corrupt"),
        (320, "CONNECTION_FORCED - Node was put into maintenance mode", "cluster.maintenance"),
    ],
)
def test_connection_closed_over_the_rights(diagnose: Diagnose, code: int, text: str, cause: str) -> None:
    assert root_of(diagnosed(diagnose, [*OPENED, send(close(code, text)), silent()])) == cause


@pytest.mark.parametrize("end", [fin(), rst()], ids=["FIN", "RST"])
def test_connection_lost_over_the_rights(diagnose: Diagnose, end: Step) -> None:
    assert root_of(diagnosed(diagnose, [*OPENED, wait(0.2), end])) == "amqp.connection-lost"


def test_bytes_damaged_over_the_rights(diagnose: Diagnose) -> None:
    damaged = amqp_frame(1, 1, b"\x00\x14\x00\x0b" + longstr(b""))[:-1] + b"\x00"
    assert root_of(diagnosed(diagnose, [*OPENED, send(damaged), silent()])) == "amqp.frame-corrupt"


QUEUE_TEXTS = {
    "home node 'rabbit@b' of durable queue 'orders' in vhost '/' is down or inaccessible": (
        *(404, "cluster.queue-leader-unavailable"),
    ),
    "ACCESS_REFUSED - access to queue 'orders' in vhost '/' refused": (403, "auth.permission-denied"),
    "RESOURCE_LOCKED - Exclusive queue": (405, "amqp.queue-exclusive"),
}


@pytest.mark.parametrize("text", QUEUE_TEXTS)
def test_named_queue_that_cannot_be_looked_at(diagnose: Diagnose, text: str) -> None:
    code, cause = QUEUE_TEXTS[text]
    script = [*CONFIRMED, read_until(PASSIVE_QUEUE), send(channel_close(code, text, 50, 10)), silent()]
    assert root_of(diagnosed(diagnose, script, queue="orders")) == cause


def test_named_queue_that_has_no_answer(diagnose: Diagnose) -> None:
    report = diagnosed(diagnose, [*CONFIRMED, read_until(PASSIVE_QUEUE), silent()], queue="orders")
    assert root_of(report) == "cluster.queue-leader-unavailable"
    assert report.verdict.status == "broken"


def test_named_exchange_that_cannot_be_looked_at(diagnose: Diagnose) -> None:
    refused = channel_close(403, "ACCESS_REFUSED - access to exchange refused", 40, 10)
    script = [*CONFIRMED, read_until(PASSIVE_EXCHANGE), send(refused), silent()]
    assert root_of(diagnosed(diagnose, script, exchange="events")) == "auth.permission-denied"


# -- the management API ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "opinion"),
    [
        (b'HTTP/1.1 401 Unauthorized\r\n\r\n{"error":"not_authorized","reason":"Login failed"}', "wrong-credentials"),
        (b'HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{"name":"app"}  ', "credentials-right"),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\nnot json", "other"),
        (b"\x00\x01\x02", "unreachable"),
        (b"", "unreachable"),
    ],
)
def test_second_opinion(diagnose: Diagnose, answer: bytes, opinion: str) -> None:
    with Peer([read_until(b"\r\n\r\n"), send(answer), fin()]) as api:
        refused = [*GREETED, send(close(403, "ACCESS_REFUSED", 10, 11)), silent()]
        report = diagnosed(diagnose, refused, management=f"http://127.0.0.1:{api.port}")
        asked = api.conversations[0].received
    assert asked.startswith(b"GET /api/whoami HTTP/1.1\r\nHost: 127.0.0.1:")
    assert facts_of(report)["amqp.second_opinion"] == opinion
    expected = {"credentials-right": None}.get(opinion, "auth.bad-credentials")
    assert root_of(report) == expected
