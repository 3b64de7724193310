"""The whole round of the Windows package on a Linux machine, under Wine:

    python3 packaging/windows/wine.py --python FOLDER [--work FOLDER] [--out FOLDER] [--wheels FOLDER]

FOLDER is an unpacked CPython for Windows (with pip). Builds the two programs, the installer, the MSI and the zip; then,
in fresh prefixes without Python: installs silently over an older version, runs the selftest of the installed program,
diagnoses a real Mosquitto, opens the window, is refused while it runs, uninstalls, and looks for what is left; then by
hand in Chinese and English, with both answers to the question about profiles; the same with the MSI and the zip.

Needs Debian's wine64, nsis, wixl, gcc-mingw-w64-x86-64-win32 and mosquitto, and for the pages xvfb, xdotool,
imagemagick, locales, fonts-noto-cjk. What Wine cannot show is in README.md.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import linear_algebra
import wine_gaps
import wine_proofs
from wine_prefix import Prefix, fail, say, windows_path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD_TOOLS = ("pyinstaller", "pefile", "pywin32-ctypes", "colorama", "setuptools")
"""pip asks its markers about the machine it runs on, so what only Windows wants is named here."""


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
        exe,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-index",
        "--find-links",
        windows_path(prefix, given.wheels),
        "mqassist",
        *BUILD_TOOLS,
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
    sys.path.insert(0, str(ROOT))
    import installers

    from mqassist import __version__

    given.out.mkdir(parents=True, exist_ok=True)
    say("installer, MSI, zip")
    setup, msi, archive = installers.build(
        folder, given.out, __version__, given.work / "made" / "staged" / "mqassist.ico"
    )
    old_setup, old_msi = wine_proofs.older(given.work, folder)
    wine_proofs.prove_installer(given.work, setup, old_setup, __version__, gaps)
    wine_proofs.prove_dialogs(given.work, setup, gaps, given.work / "pictures")
    wine_proofs.prove_msi(given.work, msi, old_msi, gaps)
    wine_proofs.prove_zip(given.work, archive, gaps)
    unpacked = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    say(f"all of it works; unpacked {unpacked / 1e6:.0f} MB")
    for path in (setup, msi, archive):
        say(f"{path.stat().st_size / 1e6:.1f} MB  {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
