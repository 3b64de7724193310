"""This machine, read from recorded files: containers, listeners, addresses, services, RabbitMQ's configuration."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from mqassist.core.snapshot import Snapshot
from mqassist.host.addresses import Network, is_private, neighbour, own_networks, relation, source_port_range
from mqassist.host.environment import container_kind, descriptors
from mqassist.host.listeners import listeners, read_listeners, read_rows, sockets_to
from mqassist.host.processes import configured_ports, process_descriptors, process_name, process_stopped
from mqassist.host.services import broker_services


def written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "environment", "kind"),
    [
        ({}, {}, None),
        ({".dockerenv": ""}, {}, "docker"),
        ({"run/.containerenv": ""}, {}, "podman"),
        ({".dockerenv": ""}, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "kubernetes"),
        ({}, {"container": "lxc-libvirt"}, "lxc"),
        ({}, {"container": "systemd-nspawn"}, "other"),
        ({"proc/1/environ": "PATH=/bin\0container=podman\0"}, {}, "podman"),
        ({"proc/1/cgroup": "0::/kubepods/burstable/pod1\n"}, {}, "kubernetes"),
        ({"proc/1/cgroup": "12:cpu:/docker/0a1b\n"}, {}, "docker"),
        ({"proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2\n"}, {}, "wsl"),
        ({"proc/sys/kernel/osrelease": "6.1.0-18-amd64\n", "proc/1/cgroup": "0::/init.scope\n"}, {}, None),
    ],
)
def test_marks_of_containers(
    tmp_path: Path, files: dict[str, str], environment: dict[str, str], kind: str | None
) -> None:
    assert container_kind(written(tmp_path, files), environment) == kind


TCP = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0752 00000000:0000 0A 00000000:00000000 00:00000000 00000000   108        0 18261 1 0000000000000000
   1: 00000000:1628 00000000:0000 0A 00000000:00000000 00:00000000 00000000   108        0 18262 1 0000000000000000
   2: 0201A8C0:C350 02024D0A:1628 01 00000000:00000000 00:00000000 00000000  1000        0 18263 1 0000000000000000
   3: 0201A8C0:C351 02024D0A:1628 06 00000000:00000000 03:00000A6B 00000000     0        0 0 3 0000000000000000
   4: nonsense
"""
TCP6 = """  sl  local_address                         remote_address                        st tx_queue rx_queue tr
   0: 00000000000000000000000001000000:0752 00000000000000000000000000000000:0000 0A 0:0 00:0 0 108 0 18271 1 0
   1: 0000000000000000FFFF00000100007F:1629 00000000000000000000000000000000:0000 0A 0:0 00:0 0 108 0 18272 1 0
"""


def test_rows_of_proc() -> None:
    assert [(row.ip, row.port) for row in read_rows(TCP, "0A")] == [("127.0.0.1", 1874), ("0.0.0.0", 5672)]
    assert [(row.ip, row.port) for row in read_rows(TCP6)] == [("::1", 1874), ("127.0.0.1", 5673)]
    assert len(read_rows(TCP)) == 4


def test_listeners_with_their_owners(tmp_path: Path) -> None:
    proc = written(tmp_path, {"net/tcp": TCP, "net/tcp6": TCP6, "77/comm": "mosquitto\n", "self/fd/x": ""})
    (proc / "77" / "fd").mkdir()
    os.symlink("socket:[18261]", proc / "77" / "fd" / "5")
    found = {(each.ip, each.port): each for each in read_listeners(proc)}
    assert found["127.0.0.1", 1874].process == "mosquitto"
    assert found["127.0.0.1", 1874].pid == 77
    assert found["127.0.0.1", 1874].loopback_only
    assert found["0.0.0.0", 5672].process == ""
    assert found["0.0.0.0", 5672].everywhere
    assert found["::1", 1874].loopback_only


def test_connections_to_a_broker_are_counted(tmp_path: Path) -> None:
    assert sockets_to("10.77.2.2", 5672, written(tmp_path, {"net/tcp": TCP})) == (2, 1)


def test_our_own_listener_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = [each for each in listeners() or () if each.port == port]
    assert [(each.ip, each.pid) for each in found] == [("127.0.0.1", os.getpid())]
    assert not [each for each in listeners() or () if each.port == port]


NETWORKS = (
    Network("lo", "127.0.0.1", 8),
    Network("eth0", "10.77.1.2", 24),
    Network("eth0", "fd00:77:1::2", 64),
)


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("127.0.0.5", "loopback"),
        ("::1", "loopback"),
        ("10.77.1.2", "own"),
        ("10.77.1.77", "same-subnet"),
        ("fd00:77:1::9", "same-subnet"),
        ("10.77.2.2", "private"),
        ("172.17.0.2", "private"),
        ("100.64.3.4", "private"),
        ("169.254.1.1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("198.51.100.1", "public"),
        ("2001:db8::1", "public"),
    ],
)
def test_how_an_address_stands_to_this_machine(ip: str, expected: str) -> None:
    assert relation(ip, NETWORKS) == expected


def test_documentation_addresses_are_not_private() -> None:
    assert not is_private("203.0.113.9")
    assert is_private("fd12::1")


def test_this_machine_has_loopback() -> None:
    assert Network("lo", "127.0.0.1", 8) in own_networks()


ARP = """IP address       HW type     Flags       HW address            Mask     Device
10.77.1.1        0x1         0x2         5e:1f:42:00:00:01     *        up0
10.77.1.77       0x1         0x0         00:00:00:00:00:00     *        up0
"""


def test_neighbours(tmp_path: Path) -> None:
    table = written(tmp_path, {"arp": ARP}) / "arp"
    assert [neighbour(ip, table) for ip in ("10.77.1.1", "10.77.1.77", "10.77.1.9")] == ["reachable", "failed", None]


def test_source_ports(tmp_path: Path) -> None:
    assert source_port_range(written(tmp_path, {"range": "32768\t60999\n"}) / "range") == (32768, 60999)
    assert source_port_range(tmp_path / "none") is None


UNIT = "usr/lib/systemd/system/rabbitmq-server.service"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({UNIT: ""}, ()),
        ({UNIT: "", "run/systemd/system/x": ""}, (("rabbitmq-server", False),)),
        (
            {
                UNIT: "",
                "run/systemd/system/x": "",
                "sys/fs/cgroup/system.slice/rabbitmq-server.service/cgroup.procs": "7\n",
            },
            (("rabbitmq-server", True),),
        ),
        ({"run/systemd/system/x": ""}, ()),
    ],
)
def test_services_of_systemd(tmp_path: Path, files: dict[str, str], found: tuple[tuple[str, bool], ...]) -> None:
    assert broker_services("amqp", written(tmp_path, files)) == found


CONFIGURATION = """
# listeners.tcp.default = 1
listeners.tcp.local = 127.0.0.1:5680   # inside
listeners.ssl.default = 5681
mqtt.listeners.tcp.default = 1884
management.tcp.port = 15680
heartbeat = 60
"""


def test_ports_that_a_node_is_configured_for(tmp_path: Path) -> None:
    written(tmp_path, {"rabbitmq.conf": CONFIGURATION})
    assert configured_ports({"RABBITMQ_CONFIG_FILE": str(tmp_path / "rabbitmq")}) == (1884, 5680, 5681, 15680)
    assert configured_ports({"RABBITMQ_CONFIG_FILE": str(tmp_path / "none")}) == (5672,)
    assert configured_ports({"RABBITMQ_CONFIG_FILE": str(tmp_path / "none"), "RABBITMQ_NODE_PORT": "5675"}) == (5675,)


def test_this_process() -> None:
    assert process_name(os.getpid())
    assert process_stopped(os.getpid()) is False
    used, limit = process_descriptors(os.getpid()) or (0, 0)
    assert 0 < used <= limit
    own = descriptors()
    assert own is not None
    assert abs(own[0] - used) <= 2
    assert process_descriptors(2**22 + 1) is None
    assert process_name(0) == ""


def test_a_snapshot_is_shared_by_those_who_ask_together_and_never_old() -> None:
    readings: list[float] = []
    begun, go = threading.Event(), threading.Event()

    def read() -> int:
        begun.set()
        go.wait(5)
        readings.append(time.monotonic())
        return len(readings)

    shared = Snapshot(read)
    answers: list[int] = []
    first = threading.Thread(target=lambda: answers.append(shared.get()))
    first.start()
    begun.wait(5)
    others = [threading.Thread(target=lambda: answers.append(shared.get())) for _ in range(8)]
    for thread in others:
        thread.start()
    go.set()
    for thread in (first, *others):
        thread.join(5)
    assert len(answers) == 9
    assert 2 <= len(readings) <= 3
    assert shared.get() == len(readings)


def test_a_reading_that_began_since_is_new_enough_and_can_be_begun_ahead() -> None:
    readings: list[float] = []

    def read() -> int:
        readings.append(time.monotonic())
        return len(readings)

    shared = Snapshot(read)
    run_began = time.monotonic()
    assert not shared.is_taken(run_began)
    shared.read_ahead(run_began)
    shared.read_ahead(run_began)
    assert shared.get(run_began) == 1
    assert shared.is_taken(run_began)
    assert not shared.is_taken(time.monotonic())
    assert shared.get() == 2, "without a moment it is read anew"


def test_a_reading_ahead_that_fails_is_told_to_who_asks() -> None:
    def read() -> int:
        raise OSError("gone")

    shared = Snapshot(read)
    shared.read_ahead(time.monotonic())
    with pytest.raises(OSError, match="gone"):
        shared.get()
