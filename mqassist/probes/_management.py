"""RabbitMQ's management API asked who we are: the one place that says why a login is refused. HTTP/1.1, bounded."""

from __future__ import annotations

import binascii
import json
import time

from mqassist.core.record import record
from mqassist.net.connection import Connection
from mqassist.net.failure import WireError
from mqassist.probes.probe import ProbeContext

MAX_ANSWER = 65536


@record
class WhoAmI:
    """`status` is HTTP's; `reason` the API's own word for a refusal, "" without one."""

    status: int
    reason: str


def who_am_i(context: ProbeContext, base: str, username: str, password: str) -> WhoAmI:
    """GET /api/whoami under `base` (http or https URL). Raises WireError for everything that is no HTTP answer."""
    status, answer = ask(context, base, "/api/whoami", username, password)
    reason = answer.get("reason", "") if isinstance(answer, dict) else ""
    return WhoAmI(status, str(reason)[:200])


def ask(context: ProbeContext, base: str, what: str, username: str, password: str) -> tuple[int, object]:
    """GET of the encoded path `what` under `base`: HTTP's status and the decoded JSON, None if it is none."""
    scheme, _, rest = base.partition("://")
    authority, _, path = rest.rpartition("@")[2].partition("/")
    host, port = _host_and_port(authority, 443 if scheme == "https" else 15672)
    token = binascii.b2a_base64(f"{username}:{password}".encode("utf-8", "surrogateescape"), newline=False).decode()
    prefix = f"/{path.strip('/')}" if path.strip("/") else ""
    head = f"GET {prefix}{what} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nAuthorization: Basic "
    connection = _open(context, host, port, tls=scheme == "https")
    try:
        connection.send(f"{head}{token}\r\n\r\n".encode(), context.settings.timeout, record=f"{head}•••".encode())
        return _read(connection, context.settings.timeout)
    finally:
        connection.close()


def _host_and_port(authority: str, default: int) -> tuple[str, int]:
    if authority.startswith("["):
        host, _, port = authority[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = authority.partition(":")
    return host, int(port) if port.isdecimal() and int(port) < 65536 else default


def _open(context: ProbeContext, host: str, port: int, *, tls: bool) -> Connection:
    found = context.wire.resolve(host, port, token=context.token)
    if not found.addresses:
        raise WireError("failed", f"no address for {host}", found.code)
    connection = context.wire.connect_any(found.addresses, token=context.token)
    if tls:
        from mqassist.net.tls_context import client_context

        try:
            built = client_context(context.settings.tls, context.credentials, verify=None)
            connection.start_tls(built.context, host, context.settings.timeout)
        except BaseException:
            connection.close()
            raise
    return connection


def _read(connection: Connection, timeout: float) -> tuple[int, object]:
    data, end = b"", time.monotonic() + timeout
    while len(data) < MAX_ANSWER:
        more = connection.receive(max(0.001, end - time.monotonic()))
        data += more
        head, gap, body = data.partition(b"\r\n\r\n")
        if not more or (gap and len(body) >= _length(head)):
            break
    first, _, _ = data.partition(b"\r\n")
    words = first.split()
    if len(words) < 2 or not first.startswith(b"HTTP/") or not words[1].isdigit():
        raise WireError("failed", "not an HTTP answer", received=data[:64])
    try:
        answer: object = json.loads(data.partition(b"\r\n\r\n")[2])
    except (ValueError, RecursionError):
        answer = None
    return int(words[1]), answer


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return MAX_ANSWER
