"""Port scans, garbage and a thousand connections: the lab's peers stay up, and only this computer can reach them."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mqassist.core.target import parse_target
from mqassist.lab.scenario import load_scenarios
from mqassist.lab.stage import RunningScenario
from mqassist.net.first_packets import MQTT_PROBE
from mqassist.services import Services
from tests.support.ports import wait_until

Start = Callable[[str], RunningScenario]
PEERS = ("amqp-healthy", "amqps-healthy", "mqtt-healthy", "wss-healthy", "ssh-server", "proxy-protocol-wanted",
         "amqp-proxy-healthy", "mirror", "unrecognized-name")  # fmt: skip
BEGINNINGS = (
    *(b"", b"AMQP\0\0\x09\x01", b"\x10", MQTT_PROBE, b"GET /mqtt HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00"),
    *(b"PROXY ", b"CONNECT a:1 HTTP/1.1\r\n\r\n", b"\x05\x01\x00", b"AMQP\0\0\x09\x01\x01\0\0\xff\xff\xff\xff"),
)
MANY = 1_000


@contextlib.contextmanager
def dialled(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        yield sock


def verdict(services: Services, running: RunningScenario) -> tuple[str, str]:
    found = services.run.check(parse_target(running.target), running.settings).verdict
    return found.status, "" if found.primary is None else found.primary.cause


def assert_unharmed(services: Services, running: RunningScenario) -> None:
    wanted = running.scenario
    assert verdict(services, running) == (wanted.status, wanted.cause)


@pytest.mark.parametrize("name", PEERS)
def test_a_port_scan(services: Services, start: Start, name: str) -> None:
    running = start(name)
    for number in range(100):
        with dialled(running.port) as sock:
            if number % 2:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST
    wait_until(lambda: running.accepted >= 100, "all were accepted")
    assert_unharmed(services, running)


@pytest.mark.parametrize("name", PEERS)
def test_garbage(services: Services, start: Start, name: str) -> None:
    running = start(name)
    noise = random.Random(7)
    for beginning in BEGINNINGS:
        for size in (1, 40, 5_000):
            with dialled(running.port) as sock, contextlib.suppress(OSError):
                sock.sendall(beginning + noise.randbytes(size))
                sock.shutdown(socket.SHUT_WR)
                sock.settimeout(0.05)
                sock.recv(100)
    assert_unharmed(services, running)


@pytest.fixture
def _quick_turns() -> Iterator[None]:
    """Peer and clients are threads of one process here: each turn would last 5 ms."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_quick_turns")
def test_a_thousand_connections(services: Services, start: Start) -> None:
    running, hello = start("amqp-healthy"), b"AMQP\0\0\x09\x01"
    with contextlib.ExitStack() as opened:
        for _ in range(MANY):
            opened.enter_context(dialled(running.port)).sendall(hello)
        wait_until(lambda: running.live >= MANY, "a thousand at once")
        assert_unharmed(services, running)
    wait_until(lambda: running.live == 0, "all were let go")
    assert_unharmed(services, running)


def test_nobody_else_can_reach_a_peer(services: Services, start: Start) -> None:
    """Read from the kernel: every listening socket of this process, while every kind of scenario plays."""
    kinds = {
        (each.kind, each.tls is None, each.websocket is None, each.proxy is None): each for each in load_scenarios()
    }
    for scenario in kinds.values():
        start(scenario.name)
    own = {os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink() and _is_socket(link)}
    found = [local for local, inode in _listening() if f"socket:[{inode}]" in own]
    assert len(found) >= len(kinds)
    # /proc/net writes addresses as little-endian words: 127.0.0.1 and ::1
    assert {local.rpartition(":")[0] for local in found} <= {"0100007F", "00000000000000000000000001000000"}


def _is_socket(link: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.readlink(link).startswith("socket:")
    return False


def _listening() -> Iterator[tuple[str, str]]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":  # TCP_LISTEN
                yield fields[1], fields[9]


def test_the_proxy_of_a_scenario_leads_nowhere_else(start: Start) -> None:
    running, other = start("amqp-proxy-healthy"), start("ssh-server")
    assert running.settings.proxy is not None
    port = int(running.settings.proxy.rsplit(":", 1)[1])
    with dialled(port) as sock:
        sock.sendall(f"CONNECT 127.0.0.1:{other.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode() + b"AMQP\0\0\x09\x01")
        answer = b""
        while b"\0\x0a\0\x0a" not in answer:
            answer += sock.recv(4096)
    assert b"SSH" not in answer
