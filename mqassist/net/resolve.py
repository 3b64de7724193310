"""The system's own name resolution with a deadline: getaddrinfo cannot be interrupted, so its thread is left behind."""

from __future__ import annotations

import queue
import socket
import threading
import time

from mqassist.core.cancel import CancelToken, slice_s
from mqassist.core.record import record


@record
class Address:
    """One dialable address; `scope` is the IPv6 scope id (0: none)."""

    ip: str
    port: int
    is_ipv6: bool
    scope: int = 0

    def __str__(self) -> str:
        return f"[{self.ip}]:{self.port}" if self.is_ipv6 else f"{self.ip}:{self.port}"


@record
class Resolution:
    """`code` is the EAI_* number of this platform, 0 when it worked; `timed_out` when no answer came in time."""

    addresses: tuple[Address, ...]
    code: int
    message: str
    took_ms: float
    timed_out: bool = False


def resolve(host: str, port: int, token: CancelToken, timeout: float, family: int = socket.AF_UNSPEC) -> Resolution:
    """Every A and AAAA answer, in the system's order, without doubles. `timeout` in seconds."""
    began = time.monotonic()
    if family != socket.AF_INET6 and (address := _dotted(host, port)) is not None:
        return Resolution((address,), 0, "", 0.0)
    answer: queue.SimpleQueue[tuple[tuple[Address, ...], int, str]] = queue.SimpleQueue()
    # numeric hosts answer at once: no thread
    numeric = _lookup(host, port, family, socket.AI_NUMERICHOST)
    if numeric[1] == 0:
        return Resolution(*numeric, (time.monotonic() - began) * 1000)
    threading.Thread(target=lambda: answer.put(_lookup(host, port, family, 0)), daemon=True, name="resolve").start()
    end = began + token.remaining(timeout)
    while True:
        try:
            found = answer.get(timeout=max(0.0, min(slice_s(), end - time.monotonic())))
            return Resolution(*found, (time.monotonic() - began) * 1000)
        except queue.Empty:
            token.check()
            if time.monotonic() >= end:
                return Resolution((), 0, "", (time.monotonic() - began) * 1000, timed_out=True)


def literal(host: str, port: int) -> tuple[Address, ...]:
    """The address that a host without a name is; none for a name."""
    address = _dotted(host, port)
    return (address,) if address is not None else _lookup(host, port, socket.AF_UNSPEC, socket.AI_NUMERICHOST)[0]


def _dotted(host: str, port: int) -> Address | None:
    """Of a plain IPv4 address: a check asks for it a dozen times, and each look-up would give the interpreter away."""
    if not 0 <= port < 65536:
        return None  # what the system says of it
    try:
        packed = socket.inet_pton(socket.AF_INET, host)
    except (OSError, ValueError):
        return None
    return Address(socket.inet_ntop(socket.AF_INET, packed), port, is_ipv6=False)


def _lookup(host: str, port: int, family: int, flags: int) -> tuple[tuple[Address, ...], int, str]:
    try:
        # bytes: given text, getaddrinfo loads the IDNA tables first, also for plain names
        name = host.encode() if host.isascii() else host
        infos = socket.getaddrinfo(name, port, family, socket.SOCK_STREAM, 0, flags)
    except socket.gaierror as error:
        return (), error.errno or -1, error.strerror or str(error)
    except (UnicodeError, ValueError, OverflowError) as error:
        return (), socket.EAI_NONAME, str(error)
    except OSError as error:
        return (), error.errno or -1, str(error)
    found: dict[Address, None] = {}
    for info_family, _kind, _proto, _name, where in infos:
        scope = where[3] if info_family == socket.AF_INET6 and len(where) > 3 else 0
        found[Address(str(where[0]), int(where[1]), info_family == socket.AF_INET6, int(scope))] = None
    return tuple(found), 0, ""
