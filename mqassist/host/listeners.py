"""Who listens on a TCP port of this machine, and on which addresses. Linux from /proc, else by psutil."""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path

from mqassist.core.record import record
from mqassist.host.environment import platform

_LISTEN, _TIME_WAIT = 0x0A, 0x06  # <net/tcp_states.h>
MAX_ROWS = 200_000
MAX_CONFIGURATION = 256 * 1024


@record
class Listener:
    """`pid` is 0 and `process` "" when this user may not see whose it is."""

    ip: str
    port: int
    pid: int = 0
    process: str = ""

    @property
    def loopback_only(self) -> bool:
        return self.ip == "::1" or self.ip.startswith("127.")

    @property
    def everywhere(self) -> bool:
        return self.ip in ("0.0.0.0", "::")


@record
class Row:
    """One line of /proc/net/tcp or tcp6."""

    ip: str
    port: int
    remote_ip: str
    remote_port: int
    state: int
    inode: int


def read_rows(text: str) -> tuple[Row, ...]:
    """Parses /proc/net/tcp (proc_pid_net(5)): addresses are 32-bit words in host byte order."""
    found: list[Row] = []
    for line in text.splitlines()[1 : MAX_ROWS + 1]:
        fields = line.split()
        if len(fields) < 10:
            continue
        with contextlib.suppress(ValueError, struct.error):
            ip, port = _address(fields[1])
            remote_ip, remote_port = _address(fields[2])
            found.append(Row(ip, port, remote_ip, remote_port, int(fields[3], 16), int(fields[9])))
    return tuple(found)


def _address(field: str) -> tuple[str, int]:
    import ipaddress

    packed, _, port = field.partition(":")
    words = [int(packed[at : at + 8], 16) for at in range(0, len(packed), 8)]
    found = ipaddress.ip_address(struct.pack(f"={len(words)}I", *words))
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found), int(port, 16)


def _rows(root: Path) -> tuple[Row, ...]:
    found: tuple[Row, ...] = ()
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            found += read_rows((root / "net" / name).read_text("ascii", "replace"))
    return found


def listeners(root: Path = Path("/proc")) -> tuple[Listener, ...] | None:
    """All TCP listeners of this machine (of this network namespace), without owners; None if they cannot be read."""
    if platform() == "linux":
        return tuple(Listener(row.ip, row.port) for row in _rows(root) if row.state == _LISTEN)
    return _listeners_by_psutil()


def _listeners_by_psutil() -> tuple[Listener, ...] | None:
    import psutil

    try:
        connections = psutil.net_connections("tcp")
    except (psutil.Error, OSError):
        return None
    return tuple(
        Listener(found.laddr.ip, found.laddr.port, found.pid or 0, process_name(found.pid or 0))
        for found in connections
        if found.status == psutil.CONN_LISTEN and found.laddr
    )


def with_owner(listener: Listener, root: Path = Path("/proc")) -> Listener:
    """The same listener with process id and name, as far as this user may see them."""
    if listener.pid or platform() != "linux":
        return listener
    inodes = {
        row.inode for row in _rows(root) if row.state == _LISTEN and (row.ip, row.port) == (listener.ip, listener.port)
    }
    pid = _holder(inodes, root)
    return Listener(listener.ip, listener.port, pid, process_name(pid)) if pid else listener


def with_owners(found: tuple[Listener, ...], root: Path = Path("/proc")) -> tuple[Listener, ...]:
    """As `with_owner` for all of them, in one walk over the processes."""
    if platform() != "linux":
        return found
    sockets = {
        f"socket:[{row.inode}]": (row.ip, row.port) for row in _rows(root) if row.state == _LISTEN and row.inode
    }
    holders: dict[tuple[str, int], int] = {}
    for entry in root.iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            for descriptor in (entry / "fd").iterdir():
                with contextlib.suppress(OSError):
                    place = sockets.get(os.readlink(descriptor))
                    if place is not None:
                        holders.setdefault(place, int(entry.name))
    names = {pid: process_name(pid) for pid in set(holders.values())}
    pids = ((each, holders.get((each.ip, each.port), 0)) for each in found)
    return tuple(Listener(each.ip, each.port, pid, names[pid]) if pid else each for each, pid in pids)


def _holder(inodes: set[int], root: Path) -> int:
    wanted = {f"socket:[{inode}]" for inode in inodes if inode}
    if not wanted:
        return 0
    for entry in root.iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            for descriptor in (entry / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if os.readlink(descriptor) in wanted:
                        return int(entry.name)
    return 0


def ports_of(pid: int, root: Path = Path("/proc")) -> tuple[int, ...]:
    """TCP ports that a process listens on; empty if this user may not see them."""
    names: set[str] = set()
    with contextlib.suppress(OSError):
        for descriptor in (root / str(pid) / "fd").iterdir():
            with contextlib.suppress(OSError):
                names.add(os.readlink(descriptor))
    rows = (row for row in _rows(root) if row.state == _LISTEN and f"socket:[{row.inode}]" in names)
    return tuple(sorted({row.port for row in rows}))


def process_name(pid: int) -> str:
    """The program's name, "" if unknown."""
    if not pid:
        return ""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text("utf-8", "replace").strip()
    import psutil

    with contextlib.suppress(psutil.Error):
        return str(psutil.Process(pid).name())
    return ""


def process_stopped(pid: int) -> bool | None:
    """True for a process that was stopped (SIGSTOP, a debugger); None if this user may not see it."""
    import psutil

    with contextlib.suppress(psutil.Error):
        return bool(psutil.Process(pid).status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP))
    return None


def process_descriptors(pid: int) -> tuple[int, int] | None:
    """Open file descriptors of a process and its soft limit; None if this user may not see them."""
    import psutil

    with contextlib.suppress(psutil.Error, AttributeError, OSError):
        process = psutil.Process(pid)
        limit = process.rlimit(psutil.RLIMIT_NOFILE)[0]
        return int(process.num_fds()), int(limit)
    return None


def time_wait_count(remote_ip: str, remote_port: int, root: Path = Path("/proc")) -> int | None:
    """Our closed connections to that address that still hold their source port; None where it cannot be read."""
    if platform() != "linux":
        return None
    rows = _rows(root)
    return sum(row.state == _TIME_WAIT and (row.remote_ip, row.remote_port) == (remote_ip, remote_port) for row in rows)


def sockets_to(remote_ip: str, remote_port: int, root: Path = Path("/proc")) -> int | None:
    """All our connections to that address, in any state; None where it cannot be read."""
    if platform() != "linux":
        return None
    return sum((row.remote_ip, row.remote_port) == (remote_ip, remote_port) for row in _rows(root))


def idle_rabbitmq_nodes() -> tuple[tuple[str, int, tuple[int, ...]], ...]:
    """(node, distribution port, AMQP and MQTT ports of its configuration) of each RabbitMQ node of this machine that
    listens on nothing else: its application is stopped or still starting. Empty where processes cannot be read.
    """
    import psutil

    found: list[tuple[str, int, tuple[int, ...]]] = []
    for process in psutil.process_iter(["pid", "name"]):
        if not str(process.info["name"]).startswith(("beam", "erl")):
            continue
        with contextlib.suppress(psutil.Error, OSError):
            words = process.cmdline()
            ports = ports_of(process.pid)
            if len(ports) == 1 and any("rabbit" in word for word in words):
                environment = process.environ()
                found.append((environment.get("RABBITMQ_NODENAME", "rabbit"), ports[0], _configured_ports(environment)))
    return tuple(found)


def _configured_ports(environment: dict[str, str]) -> tuple[int, ...]:
    """Listener ports in rabbitmq.conf (RabbitMQ configuration guide); the default ones where it names none."""
    import re

    named = environment.get("RABBITMQ_CONFIG_FILE", "/etc/rabbitmq/rabbitmq")
    text = ""
    with contextlib.suppress(OSError):
        text = Path(named.removesuffix(".conf") + ".conf").read_text("utf-8", "replace")[:MAX_CONFIGURATION]
    ports: set[int] = set()
    for line in text.splitlines():
        name, given, value = line.partition("=")
        number = re.search(r"(\d{1,5})\s*$", value.partition("#")[0])
        if given and number and re.search(r"listeners\.(tcp|ssl)|tcp\.port|ssl\.port", name):
            ports.add(int(number[1]))
    if "listeners.tcp" not in text:
        ports.add(int(environment.get("RABBITMQ_NODE_PORT", "5672")))
    return tuple(sorted(ports))
