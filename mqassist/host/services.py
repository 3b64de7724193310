"""Broker services that the service manager of this machine knows: installed or not, running or not. Pure reads."""

from __future__ import annotations

import contextlib
from pathlib import Path

from mqassist.host.environment import platform

_NAMES = {"amqp": ("rabbitmq-server", "RabbitMQ"), "mqtt": ("mosquitto", "emqx", "rabbitmq-server", "RabbitMQ")}
_UNIT_FOLDERS = ("etc/systemd/system", "lib/systemd/system", "usr/lib/systemd/system")


def broker_services(protocol: str, root: Path = Path("/")) -> tuple[tuple[str, bool], ...]:
    """(name, running) of each installed broker service for "amqp" or "mqtt"; empty where nothing can be told."""
    names = _NAMES[protocol]
    if platform() == "linux":
        return _systemd(names, root)
    if platform() == "windows":
        return _windows(names)
    return ()


def _systemd(names: tuple[str, ...], root: Path) -> tuple[tuple[str, bool], ...]:
    # sd_booted(3): this folder exists if and only if systemd runs the machine
    if not (root / "run/systemd/system").is_dir():
        return ()
    installed = [n for n in names if any((root / folder / f"{n}.service").exists() for folder in _UNIT_FOLDERS)]
    # systemd gives every running service its own control group
    groups = [root / "sys/fs/cgroup" / part for part in ("system.slice", "systemd/system.slice")]
    return tuple((n, any((group / f"{n}.service").is_dir() for group in groups)) for n in installed)


def _windows(names: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    import psutil

    found: list[tuple[str, bool]] = []
    for name in names:
        with contextlib.suppress(psutil.Error, AttributeError, OSError):
            service = psutil.win_service_get(name)  # type: ignore[attr-defined]  # exists on Windows only
            found.append((name, service.status() == "running"))
    return tuple(found)
