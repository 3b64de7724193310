"""One Windows in a folder, as Wine makes it, and what every proof in it wants: a real broker, waiting, ending."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import wine_gaps

WINE = shutil.which("wine64") or "/usr/lib/wine/wine64"
MOSQUITTO_START_S = 10.0


class Prefix:
    """One Windows. No display: with one, Qt's plug-in dies in a function that Wine has not got."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        own = {"WINEPREFIX": str(folder), "WINEARCH": "win64", "WINEDEBUG": "-all"}
        own["WINEDLLOVERRIDES"] = wine_gaps.OVERRIDES
        self.environment = {
            key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")
        }
        self.environment |= own | {"PATH": f"/usr/lib/wine:{os.environ['PATH']}"}

    @property
    def drive(self) -> Path:
        return self.folder / "drive_c"

    @property
    def user(self) -> Path:
        users = [each for each in (self.drive / "users").iterdir() if each.name != "Public"]
        return users[0]

    @property
    def data(self) -> Path:
        """What a person saved, and the traces of crashes."""
        return self.user / "AppData" / "Local" / "mqassist" / "Data"

    @property
    def shortcut(self) -> Path:
        menu = self.user / "AppData" / "Roaming" / "Microsoft" / "Windows" / "Start Menu" / "Programs"
        return menu / "mqassist.lnk"

    @property
    def programs(self) -> Path:
        return self.user / "AppData" / "Local" / "Programs" / "mqassist"

    def make(self, gaps: Path | None = None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.run("wineboot", "-i", seconds=180)
        self.run("winecfg", "-v", "win10", seconds=60)
        if gaps is not None:
            self.fill(gaps)

    def fill(self, gaps: Path) -> None:
        for library in gaps.iterdir():
            shutil.copy(library, self.drive / "windows" / "system32" / library.name)

    def run(self, *command: object, seconds: float = 300, status: int | None = 0, cwd: Path | None = None) -> str:
        """Standard streams are pipes: with anything else Python does not start there."""
        words = [WINE, *map(str, command)]
        done = subprocess.run(
            words, input="", capture_output=True, text=True, errors="replace", env=self.environment, timeout=seconds,
            check=False, cwd=cwd,
        )  # fmt: skip
        if status is not None and done.returncode != status:
            fail(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}")
        return done.stdout

    def start(self, program: Path, **environment: str) -> subprocess.Popen[bytes]:
        """Left running; whoever starts it kills it."""
        return subprocess.Popen(
            [WINE, program], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=self.environment | environment,
        )  # fmt: skip

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.communicate()

    def end(self) -> None:
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False, timeout=60)


def fail(text: str) -> NoReturn:
    raise SystemExit(f"FAILED: {text}")


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


@contextlib.contextmanager
def mosquitto() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    broker = subprocess.Popen([program, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + MOSQUITTO_START_S
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if time.monotonic() > end:
                fail("mosquitto does not start")
            time.sleep(0.1)
        yield port
    finally:
        broker.terminate()
        broker.wait(10)


def files(prefix: Prefix) -> set[str]:
    return {path.relative_to(prefix.user).as_posix() for path in prefix.user.rglob("*") if path.is_file()}


def windows_path(prefix: Prefix, path: Path) -> str:
    """As the programs in there name it."""
    if path.is_relative_to(prefix.drive):
        return "C:\\" + str(path.relative_to(prefix.drive)).replace("/", "\\")
    return "Z:" + str(path.resolve()).replace("/", "\\")


def wait_until(holds: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            fail(f"not so: {what}")
        time.sleep(0.2)
