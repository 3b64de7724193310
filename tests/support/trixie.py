"""Debian 13 in a folder, for its newer brokers: RabbitMQ 4.0 and Mosquitto 2.0.21 beside those of this machine.

Made once by debootstrap and kept in the user's cache; MQASSIST_DEBIAN13 names another folder. Programs in it run in a
mount namespace of their own: what is mounted for them ends with them, and nothing has to be cleaned up.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import program

SUITE = "trixie"
PACKAGES = "rabbitmq-server,mosquitto,ca-certificates"
"""Without certificates of authorities RabbitMQ 4.0.5 fails every login that a plain HTTP backend would decide."""
DEBOOTSTRAP_S = 600.0
COMPLETE = "mqassist-complete"
"""A file in the root, written last: without it the folder is half of one."""

_ENTER = """
set -e
root=$1 folder=$2
shift 2
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount --bind /etc/hosts "$root/etc/hosts"
mkdir -p "$root$folder"
mount --bind "$folder" "$root$folder"
exec chroot "$root" "$@"
"""


class Unavailable(Exception):
    """Debian 13 cannot be had here; the message says why."""


@dataclass(frozen=True)
class Root:
    """The root folder of a Debian 13."""

    path: Path

    def command(self, command: Sequence[str], folder: Path) -> list[str]:
        """The command inside, with this machine's network and `folder` (absolute) at the same place."""
        return ["unshare", "--mount", "sh", "-c", _ENTER, "sh", str(self.path), str(folder), *command]


def default_folder() -> Path:
    given = os.environ.get("MQASSIST_DEBIAN13")
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(given) if given else Path(cache) / "mqassist-tests" / SUITE


def debian13(folder: Path | None = None) -> Root:
    """The root, made now if it is not there yet (a minute or two). Raises Unavailable."""
    path = (folder or default_folder()).absolute()
    if os.geteuid() != 0:
        raise Unavailable("running another Debian in a folder needs root")
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once make it only once
        if not (path / COMPLETE).exists():
            _make(path)
    root = Root(path)
    tried = subprocess.run(root.command(("true",), path.parent), capture_output=True, text=True, check=False)
    if tried.returncode:
        raise Unavailable(f"nothing can be started in {path}: {tried.stderr.strip()}")
    return root


def _make(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    command = [program("debootstrap"), "--variant=minbase", f"--include={PACKAGES}", SUITE, str(path), _mirror()]
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=DEBOOTSTRAP_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"debootstrap was not done within {DEBOOTSTRAP_S:g} s") from None
    if done.returncode:
        raise Unavailable("debootstrap failed: " + " / ".join(done.stdout.strip().splitlines()[-3:]))
    (path / "etc" / "hosts").touch()
    (path / COMPLETE).touch()


def _mirror() -> str:
    """Where this machine's own Debian packages come from."""
    apt = shutil.which("apt-get")
    if apt is None:
        raise Unavailable("this is no Debian: without apt's sources no mirror is known")
    listed = subprocess.run(
        [apt, "indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Created-By: Packages"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    for line in listed.stdout.splitlines():
        uri, _, suite = line.partition(" ")
        # the archive itself: neither its -security nor its -updates, nor somebody's own packages
        if uri.rstrip("/").endswith("/debian") and "-" not in suite:
            return uri
    raise Unavailable("apt's sources name no Debian mirror")
