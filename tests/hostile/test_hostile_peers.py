"""Peers that lie, stall, flood and break off: a check ends in a verdict, in time, in bounded memory, uncrashed."""

from __future__ import annotations

import random
import struct
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest

from tests.support.dialogues import (
    AMQP_FULL,
    AMQP_HEADER,
    AMQP_OPEN_OK,
    AMQP_START,
    AMQP_TUNE,
    MQTT_CONNACK,
    amqp_frame,
    amqp_method,
    longstr,
    mqtt_packet,
    nested_table,
    websocket_frame,
    websocket_upgrade,
)
from tests.support.peer import (
    Peer,
    Step,
    drip,
    endless,
    fin,
    half_close,
    noise,
    read,
    read_until,
    rst,
    send,
    silent,
    tls,
)
from tests.support.pki import Pki

if TYPE_CHECKING:
    from mqassist.core.report import Report

TIMEOUT_S = 0.5
DEADLINE_S = 20.0
"""A whole run with that timeout: every probe that finds out more has its own bound of a few timeouts."""
MEMORY_BYTES = 24 * 1024 * 1024
TRANSCRIPT_BYTES = 64 * 1024

PLAIN = ("amqp", "mqtt", "ws")
SECURED = ("amqps", "mqtts", "wss")

ANYWHERE: dict[str, Sequence[Step]] = {
    "silent": [silent()],
    "closes at once": [fin()],
    "closes after reading": [read(1), fin()],
    "resets at once": [rst()],
    "resets after reading": [read(1), rst()],
    "half-closes": [read(1), half_close(), silent()],
    "random bytes, then closes": [noise(300, seed=1), fin()],
    "random bytes, then silence": [read(1), noise(5000, seed=2), silent()],
    "random bytes without end": [endless(bytes(range(255, -1, -1)) * 256)],
    "zeros without end": [read(1), endless(bytes(65536))],
    "text without end": [endless(b"x" * 65536)],
    "drips zeros": [drip(b"", every=0.05)],
    "an HTTP header without end": [read(1), send(b"HTTP/1.1 200 OK\r\n"), endless(b"X-Header: value\r\n" * 1000)],
    "an SSH banner": [send(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), silent()],
    "echoes what it gets": [lambda talk: talk.send(talk.receive()), silent()],
}
"""What any peer may do, whatever we wanted to speak with it."""

TLS_GARBAGE: dict[str, Sequence[Step]] = {
    "a handshake record cut short": [read(1), send(b"\x16\x03\x03\x10\x00\x02\x00\x00\x60"), fin()],
    "a ServerHello of noise": [read(1), send(b"\x16\x03\x03\x01\x00"), noise(256, seed=3), silent()],
    "an alert of an unknown kind": [read(1), send(b"\x15\x03\x03\x00\x02\x02\xfa"), silent()],
    "alerts without end": [read(1), endless(b"\x15\x03\x03\x00\x02\x01\x5a" * 1000)],
    "records without end": [read(1), endless((b"\x16\x03\x03\x40\x00" + bytes(16384)) * 4)],
    "an oversized record": [read(1), send(b"\x16\x03\x03\xff\xff" + bytes(65535)), silent()],
    "drips a handshake": [read(1), drip(b"\x16\x03\x03\x40\x00\x02", every=0.05)],
}

AMQP: dict[str, Sequence[Step]] = {
    "Start cut short": [read(8), send(AMQP_START[:-20]), fin()],
    "Start cut short, then silence": [read(8), send(AMQP_START[:40]), silent()],
    "Start without its frame end": [read(8), send(AMQP_START[:-1] + b"\x00"), silent()],
    "drips Start": [read(8), drip(AMQP_START, every=0.05)],
    "a frame of 4 GiB": [read(8), send(struct.pack("!BHI", 1, 0, 0xFFFFFFFF)), endless()],
    "a method of no known class": [read(8), send(amqp_method(999, 7, b"\xff" * 40)), silent()],
    "an empty method frame": [read(8), send(amqp_frame(1, 0, b"")), silent()],
    "a table that lies about its length": [
        read(8), send(amqp_method(10, 10, b"\x00\x09" + struct.pack("!I", 0x7FFFFFFF) + b"x")), silent()
    ],
    "tables ten thousand deep": [
        read(8), send(amqp_method(10, 10, b"\x00\x09" + nested_table(10000) + longstr(b"PLAIN") + longstr(b"en_US"))),
        silent(),
    ],
    "text that is not UTF-8": [
        read(8), send(amqp_method(10, 10, b"\x00\x09" + longstr(b"") + longstr(b"\xff\xfe PLAIN") + longstr(b"\xff"))),
        silent(),
    ],
    "its own header for ever": [read(8), endless(AMQP_HEADER * 1000)],
    "heartbeats instead of Tune": [read(8), send(AMQP_START), endless(amqp_frame(8, 0, b"") * 500)],
    "Tune cut short": [read(8), send(AMQP_START), read(20), send(AMQP_TUNE[:14]), fin()],
    "Tune with zeros": [
        read(8), send(AMQP_START), read(20), send(amqp_method(10, 30, bytes(8))), read(20), send(AMQP_OPEN_OK), silent()
    ],
    "a Close with a reason of noise": [
        read(8), send(AMQP_START), read(20),
        send(amqp_method(10, 50, b"\x01\x93\xff" + b"\xfe" * 255 + bytes(4))), fin()
    ],
    "Secure for ever": [
        read(8), send(AMQP_START), read(20), endless(amqp_method(10, 20, longstr(b"challenge")) * 200)
    ],
    "silence after the login": [*AMQP_FULL, silent()],
    "noise after the login": [*AMQP_FULL, noise(2000, seed=4), silent()],
    "a flood of deliveries after the login": [
        *AMQP_FULL, endless(amqp_method(60, 60, b"\x01c" + bytes(8) + b"\x00\x00\x01q", channel=1) * 200)
    ],
    "a reset after the login": [*AMQP_FULL, read(1), rst()],
    "a channel closed with half a reason": [
        *AMQP_FULL, read(1), send(amqp_method(20, 40, b"\x01\x94\x50abc", channel=1)), fin()
    ],
}  # fmt: skip

MQTT: dict[str, Sequence[Step]] = {
    "CONNACK cut short": [read(10), send(MQTT_CONNACK[:3]), fin()],
    "CONNACK cut short, then silence": [read(10), send(MQTT_CONNACK[:2]), silent()],
    "CONNACK without a body": [read(10), send(b"\x20\x00"), silent()],
    "CONNACK with a code of no meaning": [read(10), send(b"\x20\x02\x00\x77"), fin()],
    "a packet of 256 MiB": [read(10), send(b"\x20\xff\xff\xff\x7f"), endless()],
    "a length that does not end": [read(10), send(b"\x20\xff\xff\xff\xff\xff\xff"), silent()],
    "SUBACK before CONNACK": [read(10), send(mqtt_packet(0x90, b"\x00\x01\x00")), silent()],
    "drips CONNACK": [read(10), drip(MQTT_CONNACK, every=0.1)],
    "two CONNACK": [read(10), send(MQTT_CONNACK * 2), silent()],
    "silence after CONNACK": [read(10), send(MQTT_CONNACK), silent()],
    "noise after CONNACK": [read(10), send(MQTT_CONNACK), noise(2000, seed=5), silent()],
    "PUBLISH without end": [
        read(10), send(MQTT_CONNACK), endless(mqtt_packet(0x30, b"\x00\x05other" + bytes(200)) * 200)
    ],
    "PUBLISH whose topic is longer than itself": [
        read(10), send(MQTT_CONNACK), read(10), send(mqtt_packet(0x30, b"\xff\xfftopic")), silent()
    ],
    "SUBACK for another request": [
        read(10), send(MQTT_CONNACK), read(10), endless(mqtt_packet(0x90, b"\x7f\x7f\x00") * 200)
    ],
    "empty SUBACK and PUBACK": [read(10), send(MQTT_CONNACK), read(10), send(b"\x90\x00\x40\x00"), silent()],
    "a reset after CONNACK": [read(10), send(MQTT_CONNACK), read(10), rst()],
}  # fmt: skip

WEBSOCKET: dict[str, Sequence[Step]] = {
    "an answer cut short": [read_until(b"\r\n\r\n"), send(b"HTTP/1.1 101 Switching Pro"), fin()],
    "the wrong accept": [
        read_until(b"\r\n\r\n"),
        send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: AAAA\r\n\r\n"
        ),
        silent(),
    ],
    "a status that is no number": [read_until(b"\r\n\r\n"), send(b"HTTP/1.1 abc\r\n\r\n"), silent()],
    "redirects": [read_until(b"\r\n\r\n"), send(b"HTTP/1.1 302 Found\r\nLocation: ws://localhost/\r\n\r\n"), fin()],
    "a frame of 2^62 bytes": [websocket_upgrade(), send(websocket_frame(b"", announced=2**62)), endless()],
    "a reserved opcode": [websocket_upgrade(), read(1), send(websocket_frame(b"x", opcode=11)), silent()],
    "a masked frame": [websocket_upgrade(), read(1), send(b"\x82\x84abcd\x20\x02\x00\x00"), silent()],
    "a close with half a code": [websocket_upgrade(), read(1), send(websocket_frame(b"\x03", opcode=8)), fin()],
    "pings without end": [websocket_upgrade(), endless(websocket_frame(b"p" * 125, opcode=9) * 500)],
    "empty frames without end": [websocket_upgrade(), endless(websocket_frame(b"") * 5000)],
    "text frames": [websocket_upgrade(), read(1), send(websocket_frame(b"\xff\xfe", opcode=1)), silent()],
    "drips frames": [websocket_upgrade(), drip(websocket_frame(MQTT_CONNACK), every=0.1)],
    "noise after the upgrade": [websocket_upgrade(), noise(3000, seed=6), silent()],
    "a CONNACK in five frames, then silence": [
        websocket_upgrade(), read(1), *[send(websocket_frame(bytes([byte]))) for byte in MQTT_CONNACK], silent()
    ],
}  # fmt: skip


def _cases(schemes: Sequence[str], scripts: dict[str, Sequence[Step]]) -> list[object]:
    return [
        pytest.param(scheme, steps, id=f"{scheme}-{name.replace(' ', '-')}")
        for scheme in schemes
        for name, steps in scripts.items()
    ]


def _is_not_praised(report: Report) -> bool:
    """Broken; or, once the login was accepted, at least a warning: a broker may close on a topic that is only ours."""
    facts = {name: value for seen in report.observations for name, value in seen.facts.items()}
    if facts.get("login.result") != "accepted":
        return report.verdict.status == "broken"
    return any(seen.outcome in ("warning", "failed") for seen in report.observations)


@pytest.fixture
def survive(diagnose: Callable[..., Report], scripted_peer: Callable[..., Peer]) -> Callable[..., Report]:
    """Checks a peer with that script, and that the check stayed within its bounds."""

    def check(scheme: str, script: Sequence[Step], **settings: object) -> Report:
        peer = scripted_peer(script)
        tracemalloc.start()
        began = time.monotonic()
        try:
            report = diagnose(peer.url(scheme, "app:secret"), timeout=TIMEOUT_S, **settings)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert time.monotonic() - began < DEADLINE_S
        assert peak < MEMORY_BYTES, f"{peak / 1e6:.0f} MB"
        for seen in report.observations:
            assert sum(len(each.data) for each in seen.exchanges) <= TRANSCRIPT_BYTES, seen.probe
        assert _is_not_praised(report), report.verdict
        assert report.verdict.complete
        assert peer.conversations, "the peer was never reached"
        return report

    return check


@pytest.mark.parametrize(("scheme", "script"), _cases(PLAIN, ANYWHERE))
def test_a_peer_that_does_anything(survive: Callable[..., Report], scheme: str, script: Sequence[Step]) -> None:
    survive(scheme, script)


@pytest.mark.parametrize(("scheme", "script"), _cases(SECURED, {**ANYWHERE, **TLS_GARBAGE}))
def test_where_tls_was_expected(survive: Callable[..., Report], scheme: str, script: Sequence[Step]) -> None:
    survive(scheme, script)


@pytest.mark.parametrize(("scheme", "script"), _cases(SECURED, ANYWHERE))
def test_inside_tls(survive: Callable[..., Report], pki: Pki, scheme: str, script: Sequence[Step]) -> None:
    survive(scheme, [tls(pki.server), *script], ca=pki.ca)


@pytest.mark.parametrize(
    ("scheme", "script"), _cases(["amqp"], AMQP) + _cases(["mqtt"], MQTT) + _cases(["ws"], WEBSOCKET)
)
def test_a_peer_that_half_speaks_the_protocol(
    survive: Callable[..., Report], scheme: str, script: Sequence[Step]
) -> None:
    survive(scheme, script)


@pytest.mark.parametrize(
    ("scheme", "script"), _cases(["amqps"], AMQP) + _cases(["mqtts"], MQTT) + _cases(["wss"], WEBSOCKET)
)
def test_a_peer_that_half_speaks_the_protocol_inside_tls(
    survive: Callable[..., Report], pki: Pki, scheme: str, script: Sequence[Step]
) -> None:
    survive(scheme, [tls(pki.server), *script], ca=pki.ca)


def spoiled(answer: bytes, seed: int) -> bytes:
    """The answer with one to four bytes changed, lost or doubled."""
    chance = random.Random(seed)
    data = bytearray(answer)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        change = chance.choice([bytes([chance.randrange(256)]), b"", bytes(data[at : at + 1]) * 2])
        data[at : at + 1] = change
    return bytes(data)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("scheme", PLAIN)
def test_right_answers_with_some_wrong_bytes(
    diagnose: Callable[..., Report], scripted_peer: Callable[..., Peer], scheme: str, seed: int
) -> None:
    answers = {"amqp": AMQP_START + AMQP_TUNE + AMQP_OPEN_OK, "mqtt": MQTT_CONNACK + mqtt_packet(0x90, b"\x00\x01\x01")}
    upgrade: list[Step] = [websocket_upgrade()] if scheme == "ws" else []
    answer = answers["amqp"] if scheme == "amqp" else answers["mqtt"]
    data = spoiled(websocket_frame(answer) if scheme == "ws" else answer, seed)
    peer = scripted_peer([*upgrade, read(1), send(data), fin()])
    report = diagnose(peer.url(scheme, "app:secret"), timeout=TIMEOUT_S)
    assert any(seen.outcome in ("warning", "failed") for seen in report.observations), report.verdict


@pytest.mark.parametrize(
    "name", ["noise after CONNACK", "PUBLISH whose topic is longer than itself", "empty SUBACK and PUBACK"]
)
def test_broken_mqtt_after_the_login_is_named(survive: Callable[..., Report], name: str) -> None:
    report = survive("mqtt", MQTT[name])
    assert report.verdict.primary is not None
    assert report.verdict.primary.cause == "mqtt.malformed-packet"


WHILE_HELD: dict[str, tuple[str, Sequence[Step]]] = {
    "heartbeats without end": ("amqp", [*AMQP_FULL, endless(amqp_frame(8, 0, b"") * 500)]),
    "noise": ("amqp", [*AMQP_FULL, noise(5000, seed=7), silent()]),
    "a frame of 4 GiB": ("amqp", [*AMQP_FULL, send(struct.pack("!BHI", 3, 1, 0xFFFFFFFF)), endless()]),
    "blocked and unblocked for ever": (
        "amqp",
        [*AMQP_FULL, endless((amqp_method(10, 60, b"\x06memory") + amqp_method(10, 61)) * 200)],
    ),
    "pongs without end": ("mqtt", [read(10), send(MQTT_CONNACK), endless(b"\xd0\x00" * 5000)]),
    "messages without end": (
        "mqtt",
        [read(10), send(MQTT_CONNACK), endless(mqtt_packet(0x32, b"\x00\x01tid" + bytes(99)))],
    ),
    "broken packets": ("mqtt", [read(10), send(MQTT_CONNACK), noise(5000, seed=8), silent()]),
    "a packet of 256 MiB": ("mqtt", [read(10), send(MQTT_CONNACK), send(b"\x30\xff\xff\xff\x7f"), endless()]),
}


@pytest.mark.parametrize(("scheme", "script"), WHILE_HELD.values(), ids=[name.replace(" ", "-") for name in WHILE_HELD])
def test_a_held_connection(
    diagnose: Callable[..., Report], scripted_peer: Callable[..., Peer], scheme: str, script: Sequence[Step]
) -> None:
    peer = scripted_peer(script)
    tracemalloc.start()
    began = time.monotonic()
    try:
        report = diagnose(peer.url(scheme, "app:secret"), timeout=TIMEOUT_S, observe=1.0, only=("heartbeat",))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < DEADLINE_S
    assert peak < MEMORY_BYTES
    assert report.verdict.complete
