"""What kind of machine this program runs on: platform, container, descriptors. Pure reads, no child process."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # loading it costs a twentieth of a healthy check
    from pathlib import Path

Platform = Literal["linux", "windows", "macos", "other"]
_PLATFORMS: dict[str, Platform] = {"linux": "linux", "win32": "windows", "darwin": "macos"}
ContainerKind = Literal["docker", "podman", "kubernetes", "lxc", "wsl", "other"]


def platform() -> Platform:
    return _PLATFORMS.get(sys.platform, "other")


def container_kind(root: str | Path = "/", environment: Mapping[str, str] | None = None) -> ContainerKind | None:
    """Which container this is, by the marks that each runtime leaves; None on a plain machine.

    `root` and `environment` (default: this process's) let recorded machines be read too.
    """
    variables = os.environ if environment is None else environment
    if "KUBERNETES_SERVICE_HOST" in variables:
        return "kubernetes"
    if os.path.exists(os.path.join(root, "run/.containerenv")):
        return "podman"
    if os.path.exists(os.path.join(root, ".dockerenv")):
        return "docker"
    named = variables.get("container") or _first_environment(root).get("container", "")
    if named:  # systemd's convention: every container manager sets it
        return "podman" if named == "podman" else "lxc" if named.startswith("lxc") else "other"
    groups = _text(root, "proc/1/cgroup")
    for mark, kind in _CGROUP_MARKS:
        if mark in groups:
            return kind
    if "microsoft" in _text(root, "proc/sys/kernel/osrelease").lower():
        return "wsl"
    return None


_CGROUP_MARKS: tuple[tuple[str, ContainerKind], ...] = (
    ("kubepods", "kubernetes"),
    ("libpod", "podman"),
    ("/docker", "docker"),
    ("/lxc", "lxc"),
)


def _first_environment(root: str | Path) -> dict[str, str]:
    """The environment of process 1; empty for everybody but root."""
    pairs = (item.partition("=") for item in _text(root, "proc/1/environ").split("\0"))
    return {name: value for name, found, value in pairs if found}


def _text(root: str | Path, name: str) -> str:
    with contextlib.suppress(OSError), open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
        return file.read()
    return ""


def descriptors() -> tuple[int, int] | None:
    """Open file descriptors of this process and its soft limit; None where the platform does not tell."""
    if platform() == "windows":
        return None
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    for listed in ("/proc/self/fd", "/dev/fd"):
        try:
            # the listing itself holds one descriptor while it is read
            return len(os.listdir(listed)) - 1, limit
        except OSError as error:
            if error.errno == errno.EMFILE:
                return limit, limit
    return None
