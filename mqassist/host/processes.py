"""Processes of this machine, as far as this user may see them: names, states, limits, RabbitMQ nodes."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from mqassist.core.record import record

MAX_CONFIGURATION = 256 * 1024


def process_name(pid: int, root: Path = Path("/proc")) -> str:
    """The program's name, "" if unknown."""
    if not pid:
        return ""
    with contextlib.suppress(OSError):
        return (root / str(pid) / "comm").read_text("utf-8", "replace").strip()
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


@record
class RabbitNode:
    """A RabbitMQ node of this machine and the client ports that its configuration names."""

    name: str
    configured: tuple[int, ...]


def rabbitmq_node(pid: int) -> RabbitNode | None:
    """The node that this process is; None if it is none, or if this user may not see it."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        if any("rabbit" in word for word in process.cmdline()):
            environment = process.environ()
            return RabbitNode(environment.get("RABBITMQ_NODENAME", "rabbit"), configured_ports(environment))
    return None


def configured_ports(environment: Mapping[str, str]) -> tuple[int, ...]:
    """Listener ports in rabbitmq.conf (RabbitMQ configuration guide); the default ones where it names none."""
    import re

    named = environment.get("RABBITMQ_CONFIG_FILE", "/etc/rabbitmq/rabbitmq")
    text = ""
    with contextlib.suppress(OSError):
        text = Path(named.removesuffix(".conf") + ".conf").read_text("utf-8", "replace")[:MAX_CONFIGURATION]
    lines = [line.partition("#")[0].partition("=") for line in text.splitlines()]
    settings = {name.strip(): value.strip() for name, given, value in lines if given}
    ports: set[int] = set()
    for name, value in settings.items():
        number = re.search(r"(\d{1,5})$", value)
        if number and re.search(r"listeners\.(tcp|ssl)\b|(tcp|ssl)\.port$", name):
            ports.add(int(number[1]))
    if not any(name.startswith("listeners.tcp") for name in settings):
        ports.add(int(environment.get("RABBITMQ_NODE_PORT", "5672")))
    return tuple(sorted(ports))
