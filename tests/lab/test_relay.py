"""The fault relay: every switch while connections live, its counters, and the log of connections."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mqassist.core.errors import UserError
from mqassist.core.overheard import Line
from mqassist.core.target import parse_target
from mqassist.lab.line_commands import ACTIONS, COMMANDS, apply
from mqassist.lab.relay import Relay
from mqassist.services import Services
from tests.support.ports import free_port, wait_until

Relays = Callable[..., Relay]
HELLO = b"x" * 1000


@pytest.fixture
def dial() -> Iterator[Callable[[Relay], socket.socket]]:
    opened: list[socket.socket] = []

    def begin(relay: Relay) -> socket.socket:
        opened.append(socket.create_connection(("127.0.0.1", relay.port), timeout=5))
        return opened[-1]

    yield begin
    for sock in opened:
        sock.close()


Dial = Callable[[Relay], socket.socket]


def echoed(sock: socket.socket, data: bytes = b"ping") -> float:
    """Milliseconds until it came back (the scenario `mirror` sends everything back)."""
    began = time.monotonic()
    sock.sendall(data)
    got = b""
    while len(got) < len(data):
        piece = sock.recv(65536)
        assert piece, "closed"
        got += piece
    return (time.monotonic() - began) * 1000


def test_passes_on_and_counts(relay: Relays, dial: Dial) -> None:
    made = relay("mirror")
    sock = dial(made)
    echoed(sock, HELLO)
    sock.close()
    wait_until(lambda: made.snapshot().counters.live == 0, "it ended")
    told = made.snapshot()
    assert (told.counters.accepted, told.counters.bytes_up, told.counters.bytes_down) == (1, 1000, 1000)
    row = told.connections[0]
    assert (row.number, row.bytes_up, row.bytes_down, row.end) == (1, 1000, 1000, "client-closed")
    assert told.line.is_plain


def test_delay_and_jitter_while_it_runs(relay: Relays, dial: Dial) -> None:
    made = relay("mirror")
    sock = dial(made)
    echoed(sock)
    made.do("delay 150")
    assert echoed(sock) >= 300  # there and back
    made.do("delay 0")
    made.do("jitter 60")
    spread = [echoed(sock) for _ in range(8)]
    assert max(spread) > 1
    made.do("clear")
    assert made.snapshot().line == Line()


def test_order_is_kept_under_jitter(relay: Relays, dial: Dial) -> None:
    made = relay("mirror", Line(jitter_ms=20))
    sock = dial(made)
    sent = b""
    for number in range(40):
        piece = f"{number:03d},".encode()
        sent += piece
        sock.sendall(piece)
    got = b""
    while len(got) < len(sent):
        got += sock.recv(65536)
    assert got == sent


def test_bandwidth(relay: Relays, dial: Dial) -> None:
    made = relay("mirror")
    sock = dial(made)
    echoed(sock)
    made.do("bandwidth 10k")
    assert echoed(sock, b"y" * 3_000) >= 250  # 300 ms for the way back alone, less one slice


def test_reset_close_and_half_close(relay: Relays, dial: Dial) -> None:
    made = relay("mirror")
    one = dial(made)
    echoed(one)
    made.do("half-close")
    assert one.recv(10) == b""
    two = dial(made)
    echoed(two)
    made.do("reset")
    with pytest.raises(ConnectionResetError):
        assert two.recv(10)
    wait_until(lambda: made.snapshot().counters.live == 0, "all were reset")
    assert {row.end for row in made.snapshot().connections} == {"reset"}
    assert made.snapshot().counters.reset == 2
    last = dial(made)
    echoed(last)
    made.do("close")
    assert last.recv(10) == b""


def test_drop_swallows_and_says_nothing(relay: Relays, dial: Dial) -> None:
    made = relay("mirror")
    sock = dial(made)
    echoed(sock)
    made.do("drop")
    sock.sendall(b"lost")
    sock.settimeout(0.4)
    with pytest.raises(TimeoutError):
        sock.recv(10)
    assert made.snapshot().counters.bytes_dropped == 4
    made.do("drop off")
    sock.settimeout(5)
    echoed(sock, b"found")


def test_refuse(relay: Relays, dial: Dial) -> None:
    made = relay("mirror", Line(refuse=True))
    with pytest.raises(ConnectionResetError):
        assert dial(made).recv(10)
    assert (made.snapshot().counters.refused, made.snapshot().connections[0].end) == (1, "refused")


@pytest.mark.parametrize("how", ["fin", "reset", "silent"])
def test_idle_cut(relay: Relays, dial: Dial, how: str) -> None:
    made = relay("mirror")
    sock = dial(made)
    echoed(sock)
    made.do(f"idle-cut 0.3 {how}")
    if how == "fin":
        assert sock.recv(10) == b""
    elif how == "reset":
        with pytest.raises(ConnectionResetError):
            assert sock.recv(10)
    else:
        wait_until(lambda: made.snapshot().counters.cut == 1, "it was cut")
        sock.sendall(b"anybody?")
        sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            sock.recv(10)
    assert made.snapshot().counters.cut == 1


def test_a_moving_connection_is_not_cut(relay: Relays, dial: Dial) -> None:
    made = relay("mirror", Line(idle_cut=1.0))
    sock = dial(made)
    end = time.monotonic() + 1.6
    while time.monotonic() < end:
        echoed(sock)
        time.sleep(0.05)  # what is tested is a client that speaks now and then
    assert made.snapshot().counters.cut == 0


def test_the_idle_cut_is_what_a_check_finds(services: Services, relay: Relays) -> None:
    made = relay("amqp-healthy", Line(idle_cut=1.0))
    target = parse_target(made.snapshot().target.replace("app@", "app:open-sesame@"))
    from mqassist.core.settings import CheckSettings

    found = services.run.check(target, CheckSettings(timeout=1.0, heartbeat=0, observe=3.0)).verdict
    assert found.primary is not None
    assert found.primary.cause == "heartbeat.idle-cut"


def test_a_broker_that_is_not_there(relay: Relays, dial: Dial) -> None:
    made = relay("refused")
    with pytest.raises(ConnectionResetError):
        assert dial(made).recv(10)
    wait_until(lambda: made.snapshot().connections[0].end == "unreachable", "it says why")


def test_tls_in_front_and_tls_stripped(services: Services, relay: Relays) -> None:
    front = relay("amqp-healthy", Line(tls="front"))
    told = front.snapshot()
    assert told.target.startswith("amqps://")
    context = ssl.create_default_context(cafile=told.ca)
    plain = socket.create_connection(("127.0.0.1", front.port), timeout=5)
    with context.wrap_socket(plain, server_hostname="localhost") as inside:
        inside.sendall(b"AMQP\0\0\x09\x01")
        assert b"\0\x0a\0\x0a" in inside.recv(4096)
    ca = services.lab.pki().authority()
    stripped = relay("amqps-healthy", Line(tls="strip"), ca=ca)
    assert stripped.snapshot().target.startswith("amqp://")
    with socket.create_connection(("127.0.0.1", stripped.port), timeout=5) as sock:
        sock.sendall(b"AMQP\0\0\x09\x01")
        assert b"\0\x0a\0\x0a" in sock.recv(4096)
    distrusting = relay("amqps-healthy", Line(tls="strip"))
    with socket.create_connection(("127.0.0.1", distrusting.port), timeout=5) as sock:
        assert sock.recv(10) == b""
    wait_until(lambda: distrusting.snapshot().connections[0].end == "tls-failed-broker", "it says why")


def test_a_taken_port_and_a_wrong_ca_are_said(relay: Relays, tmp_path: Path) -> None:
    made = relay("mirror")
    with pytest.raises(UserError) as taken:
        relay("mirror", Line(), port=made.port)
    assert taken.value.reference == "lab.port-taken"
    with pytest.raises(UserError) as wrong:
        relay("amqps-healthy", Line(tls="strip"), ca=f"{tmp_path}/none.pem")
    assert wrong.value.reference == "lab.ca-unreadable"


def test_the_wanted_port(relay: Relays, dial: Dial) -> None:
    port = free_port()
    made = relay("mirror", Line(), port=port)
    assert made.port == port
    echoed(dial(made))


def test_many_connections_are_remembered_within_bounds(relay: Relays, dial: Dial) -> None:
    made = relay("mirror")
    for _ in range(220):
        dial(made).close()
    wait_until(lambda: made.snapshot().counters.accepted == 220, "all came")
    told = made.snapshot()
    assert len(told.connections) == 200
    assert told.connections[-1].number == 220


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("delay 200", Line(delay_ms=200)),
        ("delay 200ms", Line(delay_ms=200)),
        ("jitter 50", Line(jitter_ms=50)),
        ("bandwidth 64k", Line(bandwidth=64_000)),
        ("bandwidth off", Line()),
        ("IDLE-CUT 30 RESET", Line(idle_cut=30, idle_how="reset")),
        ("idle-cut 5", Line(idle_cut=5)),
        ("drop", Line(drop=True)),
        ("drop off", Line()),
        ("refuse on", Line(refuse=True)),
        ("clear", Line()),
        ("", Line()),
    ],
)
def test_commands(typed: str, line: Line) -> None:
    assert apply(Line(), typed) == (line, "")


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_change_no_line(action: str) -> None:
    assert apply(Line(delay_ms=3), action) == (Line(delay_ms=3), action)


@pytest.mark.parametrize(
    "typed",
    ["dance", "delay", "delay x", "delay -1", "delay nan", "delay 1 2", "jitter 999999", "bandwidth 1g", "bandwidth -5",
     "idle-cut 3 softly", "idle-cut", "drop maybe", "reset all", "clear all", "bandwidth 99999999999999"],
)  # fmt: skip
def test_wrong_commands_are_told(services: Services, typed: str) -> None:
    with pytest.raises(UserError) as found:
        apply(Line(), typed)
    key = f"error.{found.value.reference}"
    assert services.wording.sentence(key, found.value.parameters) != key
    assert found.value.reference.removeprefix("lab.line.") in (*COMMANDS, "unknown")
