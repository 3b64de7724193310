"""Looks into a .deb: the desktop entry, the metadata, the icon and the links are valid; nothing else lies about.

python packaging/linux/check.py mqassist_….deb
"""

import subprocess
import sys
import tempfile
from pathlib import Path

PLACES = ("usr/bin", "usr/lib/mqassist", "usr/share")
NAME = "org.mqassist.mqassist"


def main(package: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        subprocess.run(["dpkg-deb", "-x", package, tree], check=True)
        share = tree / "usr" / "share"
        subprocess.run(["desktop-file-validate", share / "applications" / f"{NAME}.desktop"], check=True)
        metadata = share / "metainfo" / f"{NAME}.metainfo.xml"
        subprocess.run(["appstreamcli", "validate", "--no-net", metadata], check=True)
        problems = [str(path) for path in tree.rglob("*") if path.is_symlink() and not path.exists()]
        problems += [
            str(path.relative_to(tree))
            for path in tree.rglob("*")
            if path.is_file() and not str(path.relative_to(tree)).startswith(PLACES)
        ]
        if not (share / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg").is_file():
            problems.append("no icon")
        if not (tree / "usr" / "lib" / "mqassist" / "_internal" / "licences" / "LGPL-3.0.txt").is_file():
            problems.append("no licences")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
