"""A real GNOME keyring in a D-Bus session of its own, unlocked, for one command: what a desktop gives a program."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import secretstorage
import secretstorage.exceptions

from tests.support.ports import wait_until

ROOT = Path(__file__).resolve().parents[2]
_UNLOCK = "printf session-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"


_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""A bus that starts nothing by itself: a second keyring, started for whoever asks first, would be locked."""


def _bus_configuration(folder: Path, address: str) -> Path:
    file = folder / "bus.conf"
    file.write_text(_BUS.format(address=address), encoding="ascii")
    return file


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
    configuration = _bus_configuration(told, f"unix:tmpdir={told}")
    ready = shlex.join([sys.executable, "-P", "-m", "tests.support.keyring_session"])
    lines = [_UNLOCK, f"{ready} || exit 1"]
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
        ["dbus-run-session", f"--config-file={configuration}", "--", "sh", "-c", "\n".join(lines)],
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


def bus_address(home: Path) -> str:
    return f"unix:path={home}/bus"


def held_secrets() -> list[str]:
    """All that this program keeps in the keyring of the session of now."""
    connection = secretstorage.dbus_init()
    try:
        items = secretstorage.get_default_collection(connection).get_all_items()
        mine = [item for item in items if item.get_attributes().get("service") == "mqassist"]
        return [item.get_secret().decode() for item in mine]
    finally:
        connection.close()


def _answers() -> bool:
    try:
        return held_secrets() == []
    except (secretstorage.exceptions.SecretStorageException, OSError):
        return False


class KeyringSession:
    """A D-Bus with an unlocked keyring beside this process, for tests of the window. Ends with `stop()`.

    The caller has set DBUS_SESSION_BUS_ADDRESS to `bus_address(home)`: libraries of this process find it by that.
    """

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        own = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
        own |= {"HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
        own["DBUS_SESSION_BUS_ADDRESS"] = bus_address(home)
        home.chmod(0o700)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": own}
        self._bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={_bus_configuration(home, bus_address(home))}", "--nofork", "--nopidfile"],
            **quiet,  # type: ignore[call-overload]
        )
        self._processes = [self._bus]
        try:
            wait_until((home / "bus").exists, "the D-Bus listens", 10)
            daemon = subprocess.Popen(
                ["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"],
                stdin=subprocess.PIPE,
                **quiet,  # type: ignore[call-overload]
            )
            self._processes.insert(0, daemon)
            assert daemon.stdin is not None
            daemon.stdin.write(b"session-password")
            daemon.stdin.close()
            wait_until(_answers, "the keyring answers", 20)
        except BaseException:
            self.stop()
            raise

    def secrets(self) -> list[str]:
        """All that this program keeps there, asked through D-Bus alone."""
        return held_secrets()

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    wait_until(_answers, "the keyring answers", 20)
