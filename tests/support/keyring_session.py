"""A real GNOME keyring in a D-Bus session of its own, unlocked, for one command: what a desktop gives a program."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_UNLOCK = "printf session-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"


def in_keyring_session(
    commands: Sequence[Sequence[str]],
    home: Path,
    *,
    environment: Mapping[str, str] | None = None,
    seconds: float = 60.0,
) -> list[subprocess.CompletedProcess[str]]:
    """Runs the commands one after the other in one session; all they write lands below `home`, the keyring included.

    Each gives status, output and errors through files, because the session ends with the shell that runs them.
    """
    home.mkdir(parents=True, exist_ok=True)
    told = home.parent / f"{home.name}-told"
    told.mkdir(exist_ok=True)
    lines = [_UNLOCK]
    for number, command in enumerate(commands):
        quoted = " ".join(shlex.quote(word) for word in command)
        lines.append(f"{quoted} >{told}/{number}.out 2>{told}/{number}.err </dev/null; echo $? >{told}/{number}.status")
    places = {name: str(home) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "TMPDIR")}
    home.chmod(0o700)
    outside = {name: value for name, value in os.environ.items() if name not in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY")}
    own = {
        **outside, **places, "XDG_DATA_HOME": str(home / "share"), "MQASSIST_DATA": str(home / "mqassist"),
        "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "PYTHONWARNINGS": "error", **(environment or {}),
    }  # fmt: skip
    own.pop("PYTHON_KEYRING_BACKEND", None)
    subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", "\n".join(lines)],
        env=own, cwd=home, check=True, timeout=seconds, capture_output=True,
    )  # fmt: skip
    done = []
    for number, command in enumerate(commands):
        status, output, errors = (
            (told / f"{number}.{end}").read_text(encoding="utf-8") for end in ("status", "out", "err")
        )
        done.append(subprocess.CompletedProcess(command, int(status), output, errors))
    return done


def mqassist(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "mqassist", *arguments]


def stored(name: str) -> list[str]:
    """A command that prints what the keyring holds under that entry of this program, asked through D-Bus alone."""
    code = (
        "import sys, secretstorage\n"
        "found = [item for item in secretstorage.get_default_collection(secretstorage.dbus_init()).get_all_items()\n"
        "         if item.get_attributes().get('service') == 'mqassist']\n"
        "print(len(found))\n"
        f"mine = [item for item in found if item.get_attributes()['username'].endswith({name!r})]\n"
        "print([item.get_secret().decode() for item in mine])\n"
    )
    return [sys.executable, "-P", "-c", code]
