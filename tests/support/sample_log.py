"""A RabbitMQ log as the tests need it: what a node writes through a day, with the mistakes that people look for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGIN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PASSWORD_LINE = "starting federation link with amqp://mirror:hidden-word@10.20.1.9/prod"


def entries(count: int) -> Iterator[tuple[datetime, str, str]]:
    """(time, level, message); a message may have several lines. The same for the same count.

    Every three entries a connection is opened, names itself and logs in; some of them end badly later.
    """
    now = BEGIN
    for number in range(count):
        now += timedelta(milliseconds=90 + (number * 37) % 400)
        pid, peer = _connection(number // 3)
        old_pid, old_peer = _connection(max(0, number // 3 - 40))
        worker = f"billing-worker-{number // 3 % 9}"
        if number % 100 == 99:
            head = f"closing AMQP connection {old_pid} ({old_peer} - billing-worker-{(number // 3 - 40) % 9}):"
            yield now, "error", f"{head}\nmissed heartbeats from client, timeout: 10s"
        elif number % 70 == 69:
            head = f"closing AMQP connection {old_pid} ({old_peer}, vhost: 'prod', user: 'orders'):"
            yield now, "warning", f"{head}\nclient unexpectedly closed TCP connection"
        elif number % 130 == 129:
            head = f"Error on AMQP connection {pid} ({peer}, state: starting):"
            yield now, "error", f"{head}\nPLAIN login refused: user 'guest' can only connect via localhost"
        elif number % 90 == 31:
            yield now, "notice", "TLS server: In state certify received CLIENT ALERT: Fatal - Unknown CA"
        elif number == 5:
            yield now, "info", PASSWORD_LINE
        elif number % 3 == 2:
            granted = "user 'orders' authenticated and granted access to vhost 'prod'"
            yield now, "info", f"connection {pid} ({peer} - {worker}): {granted}"
        elif number % 3 == 1:
            yield now, "info", f"connection {pid} ({peer}) has a client-provided name: {worker}"
        else:
            yield now, "info", f"accepting AMQP connection {pid} ({peer})"


def _connection(number: int) -> tuple[str, str]:
    return f"<0.{900 + number}.0>", f"10.20.7.{number % 90}:{40000 + number % 20000} -> 10.20.1.5:5672"


def line_text(count: int) -> str:
    """Every physical line carries the prefix (seen: RabbitMQ 3.10.8)."""
    lines: list[str] = []
    for now, level, message in entries(count):
        stamp = f"{now:%Y-%m-%d %H:%M:%S.%f}+00:00 [{level}] <0.{700 + len(lines) % 90}.0> "
        lines += [f"{stamp}{part}\n" for part in message.split("\n")]
    return "".join(lines)


def write_log(folder: Path, count: int = 2_000, name: str = "rabbit@mq1.log") -> Path:
    path = folder / name
    path.write_text(line_text(count))
    return path
