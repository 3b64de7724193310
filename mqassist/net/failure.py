"""What the operating system said when a network operation did not work, in words that are the same everywhere."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mqassist.net.tls_stream import TlsStream

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
    # a kernel without IPv6 at all
    "EAFNOSUPPORT": "network-unreachable",
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

    `received` are the bytes that came before the end; `alert` is the TLS alert description, -1 if none came;
    `verify_code` is OpenSSL's X509_V_ERR_… number for a certificate that did not verify, else 0; `tls` is the
    handshake as far as it came.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str = "",
        code: int = 0,
        *,
        received: bytes = b"",
        alert: int = -1,
        verify_code: int = 0,
    ) -> None:
        super().__init__(message or kind)
        self.kind: FailureKind = kind
        self.code = code
        self.received = received
        self.alert = alert
        self.verify_code = verify_code
        self.tls: TlsStream | None = None


def from_os_error(error: OSError) -> WireError:
    """Errno of Linux, macOS or Windows (WSA…) to one kind; source: reference table of errno by platform."""
    if isinstance(error, TimeoutError):
        return WireError("timed-out", str(error), error.errno or errno.ETIMEDOUT)
    code = getattr(error, "winerror", None) or error.errno or 0
    return WireError(_BY_CODE.get(code, "failed"), str(error), code)
