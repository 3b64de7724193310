"""Who listens on a TCP port of this machine, and on which addresses. Linux from /proc, else by psutil."""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path

from mqassist.core.record import record
from mqassist.core.snapshot import Snapshot
from mqassist.host.environment import platform
from mqassist.host.processes import process_name

_LISTEN, _TIME_WAIT = "0A", "06"  # <net/tcp_states.h>
MAX_ROWS = 200_000


@record
class Listener:
    """`pid` is 0 and `process` "" when this user may not see whose it is. `waiting` are connections that the program
    has not accepted yet; 0 where the system does not say."""

    ip: str
    port: int
    pid: int = 0
    process: str = ""
    waiting: int = 0

    @property
    def loopback_only(self) -> bool:
        return self.ip == "::1" or self.ip.startswith("127.")

    @property
    def everywhere(self) -> bool:
        return self.ip in ("0.0.0.0", "::")


@record
class Row:
    """One line of /proc/net/tcp or tcp6; of a listener, `received` are the connections in its accept queue."""

    ip: str
    port: int
    remote_ip: str
    remote_port: int
    state: str
    inode: int
    received: int = 0


def read_rows(text: str, state: str = "") -> tuple[Row, ...]:
    """Parses /proc/net/tcp (proc_pid_net(5)): addresses are 32-bit words in host byte order. `state` keeps its own."""
    found: list[Row] = []
    for line in text.splitlines()[1 : MAX_ROWS + 1]:
        fields = line.split()
        if len(fields) < 10 or (state and fields[3] != state):
            continue
        with contextlib.suppress(ValueError, struct.error):
            ip, port = _address(fields[1])
            remote_ip, remote_port = _address(fields[2])
            found.append(Row(ip, port, remote_ip, remote_port, fields[3], int(fields[9]), _received(fields[4])))
    return tuple(found)


def _received(field: str) -> int:
    """The second half of tx_queue:rx_queue."""
    return int(field.partition(":")[2], 16)


def _address(field: str) -> tuple[str, int]:
    import ipaddress

    packed, _, port = field.partition(":")
    words = [int(packed[at : at + 8], 16) for at in range(0, len(packed), 8)]
    found = ipaddress.ip_address(struct.pack(f"={len(words)}I", *words))
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found), int(port, 16)


def _rows(root: Path, state: str = "") -> tuple[Row, ...]:
    found: tuple[Row, ...] = ()
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            found += read_rows((root / "net" / name).read_text("ascii", "replace"), state)
    return found


def listeners(since: float | None = None) -> tuple[Listener, ...] | None:
    """All TCP listeners of this machine (of this network namespace); None if they cannot be read.

    `since` as Snapshot.get has it.
    """
    return _listeners.get(since)


def _read() -> tuple[Listener, ...] | None:
    return read_listeners() if platform() == "linux" else _listeners_by_psutil()


_listeners = Snapshot(_read)


def read_listeners(root: Path = Path("/proc")) -> tuple[Listener, ...]:
    """The listeners of /proc/net with the processes that hold them, in one walk over the processes."""
    rows = _rows(root, _LISTEN)
    wanted = {f"socket:[{row.inode}]": row.inode for row in rows if row.inode}
    holders: dict[int, int] = {}
    # plain strings: with paths as objects it took twice as long, and a refused check waits for it
    for pid in filter(str.isdigit, os.listdir(root)) if wanted else ():
        descriptors = f"{root}/{pid}/fd"
        with contextlib.suppress(OSError):
            for descriptor in os.listdir(descriptors):
                try:
                    inode = wanted.get(os.readlink(f"{descriptors}/{descriptor}"))
                except OSError:
                    continue
                if inode is not None:
                    holders.setdefault(inode, int(pid))
    names = {pid: process_name(pid, root) for pid in set(holders.values())}
    pids = ((row, holders.get(row.inode, 0)) for row in rows)
    return tuple(Listener(row.ip, row.port, pid, names.get(pid, ""), row.received) for row, pid in pids)


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


def sockets_to(remote_ip: str, remote_port: int, root: Path = Path("/proc")) -> tuple[int, int] | None:
    """(our connections to that address in any state, those of them in TIME_WAIT); None where it cannot be read."""
    if platform() != "linux":
        return None
    found = [row for row in _rows(root) if (row.remote_ip, row.remote_port) == (remote_ip, remote_port)]
    return len(found), sum(row.state == _TIME_WAIT for row in found)
