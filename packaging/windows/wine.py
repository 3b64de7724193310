"""The whole round of the Windows package on a Linux machine, under Wine:

    python3 packaging/windows/wine.py --python FOLDER [--work FOLDER] [--out FOLDER] [--wheels FOLDER]

FOLDER is an unpacked CPython for Windows (with pip). Builds the two programs, the installer, the MSI and the zip; then,
in a fresh prefix without Python: installs silently, runs the selftest of the installed program, diagnoses a real
Mosquitto, installs again over it, refuses while it runs, uninstalls, and looks for what is left. The same with the MSI.

Needs Debian's wine64, nsis, wixl, gcc-mingw-w64-x86-64-win32 and mosquitto. What Wine cannot show is in README.md.
"""

import argparse
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import linear_algebra
import wine_gaps

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WINE = shutil.which("wine64") or "/usr/lib/wine/wine64"
BUILD_TOOLS = ("pyinstaller", "pefile", "pywin32-ctypes", "colorama", "setuptools")
"""pip asks its markers about the machine it runs on, so what only Windows wants is named here."""
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

    def end(self) -> None:
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False, timeout=60)


def fail(text: str) -> None:
    raise SystemExit(f"FAILED: {text}")


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def wheels(folder: Path, version: str) -> None:
    """What pyproject.toml wants, as Windows wheels, and mqassist itself."""
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", folder, ROOT], check=True)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    import tomllib

    wanted = [line for line in tomllib.loads(text)["project"]["dependencies"] if _for_windows(line, version)]
    target = ["--platform", "win_amd64", "--python-version", version, "--implementation", "cp"]
    plain = [line.partition(";")[0].strip() for line in wanted]
    subprocess.run([*pip, "download", "--only-binary=:all:", *target, "-d", folder, *plain, *BUILD_TOOLS], check=True)


def _for_windows(line: str, version: str) -> bool:
    """Whether a requirement's marker holds on 64-bit Windows with that Python."""
    marker = line.partition(";")[2].strip()
    if not marker:
        return True
    major, minor = version.split(".")
    values = {"sys_platform": "win32", "platform_machine": "AMD64", "python_version": (int(major), int(minor))}
    ready = re.sub(r"'(\d+)\.(\d+)'", r"(\1, \2)", marker)
    return bool(eval(ready, {"__builtins__": {}}, values))  # noqa: S307 - our own pyproject.toml


def build(given: argparse.Namespace) -> tuple[Path, Path]:
    """The folder with the programs, and the one with what Wine lacks."""
    work: Path = given.work
    prefix = Prefix(work / "build-prefix")
    version = re.search(r"python(3)(\d+)\.dll", " ".join(path.name for path in given.python.glob("python3??.dll")))
    if version is None:
        fail(f"no CPython in {given.python}")
    else:
        wheels(given.wheels, f"{version[1]}.{version[2]}")
    python = prefix.drive / "python"
    say("a prefix with Python")
    work.mkdir(parents=True, exist_ok=True)
    prefix.make()
    shutil.copytree(given.python, python)
    for broken in python.rglob("_wmi.pyd"):  # Wine 8 lacks propsys.VariantToString
        broken.rename(broken.with_suffix(".off"))
    exe = r"C:\python\python.exe"
    prefix.run(
        exe, "-m", "pip", "install", "-q", "--no-index", "--find-links", _z(given.wheels), "mqassist", *BUILD_TOOLS
    )
    gaps = wine_gaps.build(work / "gaps", python)
    prefix.fill(gaps)
    say("PyInstaller")
    prefix.run(exe, "packaging/build.py", "--here", "--folder-only", "--work", r"C:\work", seconds=1800, cwd=ROOT)
    folder = work / "made" / "dist" / "mqassist"
    shutil.rmtree(work / "made", ignore_errors=True)
    shutil.copytree(prefix.drive / "work" / "dist", work / "made" / "dist")
    shutil.copytree(prefix.drive / "work" / "staged", work / "made" / "staged")
    prefix.end()
    linear_algebra.replace(folder / "_internal", "x86_64-w64-mingw32-")
    return folder, gaps


def _z(path: Path) -> str:
    return "Z:" + str(path.resolve()).replace("/", "\\")


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


def prove_programs(prefix: Prefix, programs: Path, port: int) -> None:
    program = programs / "mqassist.exe"
    told = prefix.run(program, "selftest", "--lang", "en")
    print(told)
    if "Windows.WinVaultKeyring" not in told:
        fail("the keyring of Windows was not found")
    told = prefix.run(program, "check", f"mqtt://127.0.0.1:{port}", "--lang", "en")
    if "Everything that was checked works" not in told:
        fail(told)
    told = prefix.run(program, "check", "mqtt://127.0.0.1:1", "--lang", "zh", "--json", status=1)
    if "net.connection-refused" not in told:
        fail(told)


def prove_installer(given: argparse.Namespace, setup: Path, gaps: Path) -> None:
    prefix = Prefix(given.work / "clean-prefix")
    prefix.make(gaps)
    before = files(prefix)
    say("installer: install")
    prefix.run(setup, "/S")
    programs = prefix.programs
    for name in ("mqassist.exe", "mqassist-gui.exe", "uninstall.exe"):
        if not (programs / name).is_file():
            fail(f"{name} is not installed")
    with mosquitto() as port:
        prove_programs(prefix, programs, port)
        say("installer: over an older version")
        old = programs / "_internal" / "of-an-older-version.dll"
        old.write_bytes(b"old")
        prefix.run(setup, "/S")
        if old.exists():
            fail("a file of the older version stayed")
        prove_programs(prefix, programs, port)
    say("installer: uninstall")
    prefix.run(programs / "uninstall.exe", "/S")
    wait_until(lambda: not programs.exists(), "the programs are gone")
    left = files(prefix) - before
    kept = {path for path in left if path.startswith("AppData/Local/mqassist/Data/")}
    foreign = {path for path in left - kept if "mqassist" in path.lower()}
    if foreign:
        fail(f"left behind: {sorted(foreign)[:5]}")
    if not kept:
        fail("the history was deleted without asking")
    registry = prefix.run(
        "reg", "query", r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\mqassist", status=None
    )
    if "mqassist" in registry:
        fail("the uninstall key is still there")
    prefix.end()


def prove_msi(given: argparse.Namespace, msi: Path, gaps: Path) -> None:
    prefix = Prefix(given.work / "msi-prefix")
    prefix.make(gaps)
    say("MSI: install")
    prefix.run("msiexec", "/i", _z(msi), "/qn")
    programs = prefix.programs
    with mosquitto() as port:
        prove_programs(prefix, programs, port)
    say("MSI: uninstall")
    prefix.run("msiexec", "/x", _z(msi), "/qn")
    left = [path for path in programs.rglob("*") if path.is_file()] if programs.exists() else []
    if left:
        fail(f"left behind: {left[:5]}")
    prefix.end()


def prove_zip(given: argparse.Namespace, archive: Path, gaps: Path) -> None:
    prefix = Prefix(given.work / "zip-prefix")
    prefix.make(gaps)
    say("zip: unpack and start")
    place = prefix.drive / "in a folder"
    shutil.unpack_archive(archive, place)
    with mosquitto() as port:
        prove_programs(prefix, next(place.iterdir()), port)
    prefix.end()


def files(prefix: Prefix) -> set[str]:
    return {path.relative_to(prefix.user).as_posix() for path in prefix.user.rglob("*") if path.is_file()}


def wait_until(holds: object, what: str, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        if time.monotonic() > end:
            fail(f"not so: {what}")
        time.sleep(0.2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "wine")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--wheels", type=Path, default=ROOT / "build" / "wine-wheels")
    given = parser.parse_args()
    for name in ("python", "work", "out", "wheels"):
        setattr(given, name, getattr(given, name).resolve())
    folder, gaps = build(given)
    sys.path.insert(0, str(HERE))
    import installers

    sys.path.insert(0, str(ROOT))
    from mqassist import __version__

    given.out.mkdir(parents=True, exist_ok=True)
    say("installer, MSI, zip")
    made = installers.build(folder, given.out, __version__, given.work / "made" / "staged" / "mqassist.ico")
    prove_installer(given, made[0], gaps)
    prove_msi(given, made[1], gaps)
    prove_zip(given, made[2], gaps)
    unpacked = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    say(f"all of it works; unpacked {unpacked / 1e6:.0f} MB")
    for path in made:
        say(f"{path.stat().st_size / 1e6:.1f} MB  {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
