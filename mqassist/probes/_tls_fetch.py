"""One short HTTP GET or HEAD with bounded time and size, for deciding probes only."""

from __future__ import annotations

import re

from mqassist.core.cancel import CancelToken
from mqassist.net.failure import WireError
from mqassist.probes.probe import ProbeContext

_URL = re.compile(r"http://([A-Za-z0-9.-]+)(?::(\d{1,5}))?(/[!-~]*)?")


def http_get(context: ProbeContext, url: str, *, seconds: float, limit: int) -> bytes:
    """The body of a 200 answer, b"" for anything else. Plain http only. `seconds` bound the whole exchange."""
    head, _, body = _exchange(context, url, "GET", seconds, limit).partition(b"\r\n\r\n")
    return body if re.match(rb"HTTP/1\.[01] 200 ", head) else b""


def http_date(context: ProbeContext, url: str, *, seconds: float) -> float | None:
    """The server's clock by its Date header (RFC 9110 §6.6.1) in seconds since 1970, None without a readable one."""
    from email.utils import parsedate_to_datetime

    head = _exchange(context, url, "HEAD", seconds, 16384).partition(b"\r\n\r\n")[0]
    found = re.search(rb"(?im)^date:[ \t]*([ -~]{10,60})\r?$", head)
    if found is None:
        return None
    try:
        return parsedate_to_datetime(found[1].decode("ascii")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _exchange(context: ProbeContext, url: str, method: str, seconds: float, limit: int) -> bytes:
    found = _URL.fullmatch(url)
    if found is None:
        return b""
    host, port, path = found[1], int(found[2] or 80), found[3] or "/"
    token = CancelToken(seconds, context.token)
    received = b""
    try:
        if not 0 < port < 65536:
            return b""
        addresses = context.wire.resolve(host, port, token=token, timeout=seconds).addresses
        connection = context.wire.connect_any(addresses, token=token, timeout=seconds)
        try:
            request = f"{method} {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: mqassist\r\nAccept: */*\r\n\r\n"
            connection.send(request.encode("ascii"), seconds)
            while len(received) < limit and (data := connection.receive(seconds, limit - len(received))):
                received += data
        finally:
            connection.close()
    except WireError:
        return received
    return received
