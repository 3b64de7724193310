"""How many bytes that we sent wait for their acknowledgement: the peer's machine never saw them, or not yet."""

from __future__ import annotations

import socket
import sys

_SO_NWRITE = 0x1024
"""macOS, sys/socket.h."""


def unacknowledged(sock: socket.socket) -> int:
    """Bytes; 0 where the system does not say (Windows) or the socket is closed."""
    ask = {"darwin": _of_macos, "linux": _of_linux}.get(sys.platform)
    try:
        return 0 if ask is None else ask(sock)
    except (OSError, ValueError):
        return 0


def _of_macos(sock: socket.socket) -> int:
    return sock.getsockopt(socket.SOL_SOCKET, _SO_NWRITE)


def _of_linux(sock: socket.socket) -> int:
    import fcntl
    import termios

    # tcp(7), SIOCOUTQ: the same request as TIOCOUTQ
    return int.from_bytes(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
