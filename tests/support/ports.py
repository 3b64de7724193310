"""Free ports, and waiting for a condition. Ports lie below the ephemeral range: no client socket takes one."""

from __future__ import annotations

import os
import random
import socket
import time
from collections.abc import Callable

FIRST, LAST = 12000, 32000

_random = random.Random(os.getpid() * 7919 + time.time_ns())
_given: set[int] = set()


def free_port() -> int:
    """A TCP port that nobody listens on, given out once per process."""
    while True:
        port = _random.randrange(FIRST, LAST)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind((host, port))
        except OSError:
            if family == socket.AF_INET or has_ipv6():
                return False
    return True


def has_ipv6() -> bool:
    """Whether this machine has ::1."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Polls until the condition holds; AssertionError with `what` after that many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a TCP connect to it succeeds now."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def udp_answers(host: str, port: int, question: bytes) -> bool:
    """Whether any datagram comes back within half a second."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.5)
        try:
            probe.sendto(question, (host, port))
            return bool(probe.recv(4096))
        except OSError:
            return False
