"""Makes the package of the system it runs on: `python packaging/build.py`.

An environment with what pyproject.toml asks for, the list of contents, the licences, PyInstaller with the one spec, a
look for what must not be in it, the selftest of the frozen program, then archives and installers into dist/.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
PYINSTALLER = "pyinstaller>=6.22,<7"
WINDOWS = sys.platform == "win32"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="where the environment and PyInstaller work")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the packages go")
    parser.add_argument("--here", action="store_true", help="use this Python's own packages instead of an environment")
    parser.add_argument("--folder-only", action="store_true", help="only the folder with the programs")
    parser.add_argument("--quick", action="store_true", help="Linux: only the .deb, packed fast and large, for trying")
    given = parser.parse_args()
    work, out = given.work.resolve(), given.out.resolve()
    python = Path(sys.executable) if given.here else environment(work / "environment")
    staged = work / "staged"
    run(python, PACKAGING / "stage.py", staged, path=ROOT)
    run(
        python, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath", work / "dist", "--workpath",
        work / "pyinstaller", PACKAGING / "pyinstaller.spec", MQASSIST_STAGED=str(staged), **as_packed_later(),
    )  # fmt: skip
    folder = work / "dist" / "mqassist"
    if sys.platform.startswith("linux"):
        finish_linux(folder)
    elif WINDOWS and shutil.which("gcc"):  # under Wine there is none: wine.py does it afterwards
        sys.path.insert(0, str(PACKAGING))
        import linear_algebra

        linear_algebra.replace(folder / "_internal")
    refuse_traces(folder)
    program = folder / ("mqassist.exe" if WINDOWS else "mqassist")
    subprocess.run([program, "selftest"], check=True, stdin=subprocess.DEVNULL, timeout=300)
    version = json.loads((staged / "contents.json").read_text(encoding="utf-8"))["version"]
    if not given.folder_only:
        out.mkdir(parents=True, exist_ok=True)
        shutil.copy(staged / "sbom.json", out / f"mqassist-{version}-{sys.platform}.cdx.json")
        made = packages(folder, out, version, given.quick)
        write_sums(out, made)
    return 0


def environment(folder: Path) -> Path:
    """Fresh, so that nothing is shipped by accident."""
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    run(python, "-m", "pip", "install", "--quiet", "--prefer-binary", ROOT, PYINSTALLER)
    return python


def as_packed_later() -> dict[str, str]:
    """On Linux the code stays as it is: xz makes half as much of it as of what zlib has packed piece by piece, and the
    program starts sooner. On Windows the unpacked size counts for more."""
    return {"PYINSTALLER_ZLIB_COMPRESSION_LEVEL": "0"} if sys.platform.startswith("linux") else {}


def run(*command: object, path: Path | None = None, **variables: str) -> None:
    own = {**os.environ, **variables, **({"PYTHONPATH": str(path)} if path else {})}
    done = subprocess.run([str(part) for part in command], check=False, env=own, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"failed: {' '.join(str(part) for part in command)}")


def finish_linux(folder: Path) -> None:
    """Symbols out of what may be stripped (not of every wheel: some were patched and would break), the second name of
    the program, licences of the system's libraries."""
    inside = folder / "_internal"
    own = [*inside.glob("libpython*"), *(inside / f"python{sys.version_info[0]}.{sys.version_info[1]}").rglob("*.so")]
    whole = [*(inside / "cryptography").rglob("*.so"), *(inside / "backports").rglob("*.so")]
    for library in (*own, *whole):
        subprocess.run(["strip", "--strip-unneeded", library], check=True)
    second = folder / "mqassist-gui"
    second.unlink(missing_ok=True)
    second.symlink_to("mqassist")
    sys.path[:0] = [str(PACKAGING), str(PACKAGING / "linux")]
    import icu_data
    import licences
    import linear_algebra

    linear_algebra.replace(inside)
    icu_data.replace(inside / "PySide6" / "Qt" / "lib")
    without = licences.collect_system(inside / "licences", inside)
    if without:
        raise SystemExit(f"no licence was found for {', '.join(without)}")


def refuse_traces(folder: Path) -> None:
    """Nothing may tell of the machine that built it."""
    traces = {str(ROOT).encode(), str(Path.home()).encode()} - {b"/", b"/root"}
    told = [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and any(trace in path.read_bytes() for trace in traces)
    ]
    if told:
        raise SystemExit(f"paths of this machine are in {', '.join(told)}")


def packages(folder: Path, out: Path, version: str, quick: bool) -> list[Path]:
    if sys.platform.startswith("linux"):
        import deb

        return [deb.build(folder, out, version, quick), *([] if quick else [archive(folder, out, version)])]
    if WINDOWS:
        sys.path.insert(0, str(PACKAGING / "windows"))
        import installers

        return list(installers.build(folder, out, version))
    return [disk_image(folder.with_name("mqassist.app"), out, version)]


def disk_image(app: Path, out: Path, version: str) -> Path:
    """Signed and notarized where the environment names the identities, see macos/sign.sh and macos/dmg.sh."""
    path = out / f"mqassist-{version}-macos-{os.uname().machine}.dmg"
    if os.environ.get("SIGNING_IDENTITY"):
        subprocess.run([PACKAGING / "macos" / "sign.sh", app], check=True)
    subprocess.run([PACKAGING / "macos" / "dmg.sh", app, path], check=True)
    return path


def archive(folder: Path, out: Path, version: str) -> Path:
    """Everything belongs to root and has the time of the version, so that two builds can be compared."""
    machine = os.uname().machine
    name = f"mqassist-{version}-{sys.platform}-{machine}"
    path = out / f"{name}.tar.xz"

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        return entry

    import packed

    with packed.xz(path) as file, tarfile.open(fileobj=file, mode="w") as tar:
        tar.add(folder, arcname=name, filter=plain)
        for extra in sorted((PACKAGING / "linux").glob("org.mqassist.*")):
            tar.add(extra, arcname=f"{name}/share/{extra.name}", filter=plain)
    return path


def write_sums(out: Path, made: list[Path]) -> None:
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(made)]
    (out / f"SHA256SUMS-{sys.platform}.txt").write_text("".join(lines), encoding="ascii")
    for path in made:
        print(f"{path.stat().st_size / 1e6:7.1f} MB  {path}")


if __name__ == "__main__":
    sys.exit(main())
