"""The .deb: programs in /usr/lib/mqassist, two names in /usr/bin, desktop entry, icon, metadata, licences."""

import io
import shutil
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

import packed

HERE = Path(__file__).resolve().parent
SVG = HERE.parent / "mqassist.svg"
NAME = "org.mqassist.mqassist"


def build(folder: Path, out: Path, version: str, quick: bool = False) -> Path:
    """Files belong to root whoever builds. `quick`: packed fast and large."""
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    path = out / f"mqassist_{version}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "mqassist"
        _fill(tree, folder, version)
        kilobytes = sum(each.lstat().st_size for each in tree.rglob("*") if not each.is_dir()) // 1024
        control = (HERE / "control.in").read_text(encoding="utf-8")
        for key, value in (("VERSION", version), ("ARCHITECTURE", architecture), ("KILOBYTES", str(kilobytes))):
            control = control.replace(f"@{key}@", value)
        about = Path(name) / "about"
        about.mkdir()
        (about / "control").write_text(control, encoding="utf-8")
        parts = {"control.tar.xz": about, "data.tar.xz": tree}
        _write(path, [("debian-binary", b"2.0\n"), *((part, _tar(place, quick)) for part, place in parts.items())])
    return path


def _tar(folder: Path, quick: bool) -> bytes:
    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    made = io.BytesIO()
    with packed.xz(made, quick) as file, tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar:
        tar.add(folder, arcname=".", filter=plain)
    return made.getvalue()


def _write(path: Path, parts: list[tuple[str, bytes]]) -> None:
    """The ar archive of deb(5). dpkg-deb would make it, too, but knows nothing of xz's filter for machine code."""
    with path.open("wb") as file:
        file.write(b"!<arch>\n")
        for name, content in parts:
            file.write(f"{name:<16}{int(time.time()):<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode("ascii"))
            file.write(content + b"\n" * (len(content) % 2))


def _fill(tree: Path, folder: Path, version: str) -> None:
    shutil.copytree(folder, tree / "usr" / "lib" / "mqassist", symlinks=True)
    programs = tree / "usr" / "bin"
    programs.mkdir(parents=True)
    for name in ("mqassist", "mqassist-gui"):
        (programs / name).symlink_to(f"../lib/mqassist/{name}")
    share = tree / "usr" / "share"
    for place, source in (("applications", f"{NAME}.desktop"), ("metainfo", f"{NAME}.metainfo.xml")):
        (share / place).mkdir(parents=True)
        text = (HERE / source).read_text(encoding="utf-8")
        text = text.replace("@VERSION@", version).replace("@DATE@", time.strftime("%Y-%m-%d"))
        (share / place / source).write_text(text, encoding="utf-8")
    icons = share / "icons" / "hicolor" / "scalable" / "apps"
    icons.mkdir(parents=True)
    shutil.copy(SVG, icons / f"{NAME}.svg")
    documents = share / "doc" / "mqassist"
    documents.mkdir(parents=True)
    (documents / "copyright").write_text(
        "mqassist is under the MIT licence (mqassist.txt). What it is made with, and the licence of each part, is in\n"
        "/usr/lib/mqassist/_internal/licences.\n\n" + (HERE.parents[1] / "LICENSE").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
