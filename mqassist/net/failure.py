"""What the operating system said when a network operation did not work, in words that are the same everywhere."""

from __future__ import annotations

import errno
import ssl
from typing import Literal

FailureKind = Literal[
    "refused",
    "timed-out",
    "host-unreachable",
    "network-unreachable",
    "reset",
    "closed",
    "permission-denied",
    "address-unavailable",
    "too-many-files",
    "route-blocked",
    "tls",
    "failed",
]

_BY_NAME: dict[str, FailureKind] = {
    "ECONNREFUSED": "refused",
    "ETIMEDOUT": "timed-out",
    "EHOSTUNREACH": "host-unreachable",
    "EHOSTDOWN": "host-unreachable",
    "ENETUNREACH": "network-unreachable",
    "ENETDOWN": "network-unreachable",
    "ECONNRESET": "reset",
    "ECONNABORTED": "reset",
    "EPIPE": "reset",
    "EPERM": "permission-denied",
    "EACCES": "permission-denied",
    "EADDRNOTAVAIL": "address-unavailable",
    "EMFILE": "too-many-files",
    "ENFILE": "too-many-files",
    # seen: Linux 6.18, `ip route add blackhole` makes connect() answer EINVAL
    "EINVAL": "route-blocked",
}
_BY_CODE: dict[int, FailureKind] = {
    code: kind
    for name, kind in _BY_NAME.items()
    for code in (getattr(errno, name, None), getattr(errno, "WSA" + name.replace("EPIPE", "ESHUTDOWN"), None))
    if code is not None
}


class WireError(Exception):
    """A network operation that did not work: a normal result, turned into facts by the probe.

    `received` are the bytes that came before the end; `alert` is the TLS alert description, -1 if none came.
    """

    def __init__(
        self, kind: FailureKind, message: str = "", code: int = 0, *, received: bytes = b"", alert: int = -1
    ) -> None:
        super().__init__(message or kind)
        self.kind: FailureKind = kind
        self.code = code
        self.received = received
        self.alert = alert


def from_os_error(error: OSError) -> WireError:
    """Errno of Linux, macOS or Windows (WSA…) to one kind; source: reference table of errno by platform."""
    if isinstance(error, ssl.SSLError):
        return WireError("tls", str(error), error.errno or 0)
    if isinstance(error, TimeoutError):
        return WireError("timed-out", str(error), error.errno or errno.ETIMEDOUT)
    code = getattr(error, "winerror", None) or error.errno or 0
    return WireError(_BY_CODE.get(code, "failed"), str(error), code)
