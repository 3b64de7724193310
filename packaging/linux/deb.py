"""The .deb: programs in /usr/lib/mqassist, two names in /usr/bin, desktop entry, icon, metadata, licences."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SVG = HERE.parent / "mqassist.svg"
NAME = "org.mqassist.mqassist"


def build(folder: Path, out: Path, version: str) -> Path:
    """Needs dpkg-deb. Files belong to root whoever builds."""
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
        (tree / "DEBIAN").mkdir()
        (tree / "DEBIAN" / "control").write_text(control, encoding="utf-8")
        for each in [tree, *tree.rglob("*")]:
            if not each.is_symlink():
                each.chmod(0o755 if each.is_dir() or each.stat().st_mode & 0o100 else 0o644)
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, path], check=True, stdout=subprocess.DEVNULL
        )
    return path


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
