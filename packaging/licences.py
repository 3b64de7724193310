"""The licences of everything that a package ships, collected from what it was built with.

Python packages bring theirs in their metadata; libraries of the system have Debian's copyright files.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("licen", "copying", "notice", "authors", "epl-", "edl-")


def collect(folder: Path, distributions: Iterable[str]) -> list[str]:
    """One folder for each Python package, Qt's texts, Python's own; gives the packages without any text."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(HERE.parent / "LICENSE", folder / "mqassist.txt")
    for text in sorted((HERE / "licences").glob("*.txt")):
        shutil.copy(text, folder / text.name)
    _python(folder)
    without = []
    for name in distributions:
        found = distribution(name)
        texts = [file for file in found.files or () if file.name.lower().startswith(NAMES) and _is_metadata(file.parts)]
        place = folder / name
        place.mkdir()
        for file in texts:
            shutil.copy(str(file.locate()), place / file.name)
        said = found.metadata.get("License-Expression") or found.metadata.get("License") or _classified(found.metadata)
        lines = [f"{name} {found.version}", f"Licence: {said.splitlines()[0] if said else 'see the texts beside'}"]
        lines += [f"{label}: {found.metadata[label]}" for label in ("Home-page", "Author") if found.metadata[label]]
        lines += list(found.metadata.get_all("Project-URL") or ())
        (place / "about.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if not texts and not said:
            without.append(name)
    return without


def _is_metadata(parts: tuple[str, ...]) -> bool:
    return parts[0].endswith(".dist-info")


def _classified(metadata: object) -> str:
    classifiers = metadata.get_all("Classifier") or ()  # type: ignore[attr-defined]
    return "; ".join(each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License"))


def _python(folder: Path) -> None:
    places = [Path(sys.base_prefix) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE"]
    places += [Path(sys.base_prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "LICENSE.txt"]
    for place in places:
        if place.is_file():
            shutil.copy(place, folder / "python.txt")
            return
    raise SystemExit(f"the licence of Python is not in {sys.base_prefix}")


def collect_system(folder: Path, bundle: Path) -> list[str]:
    """Debian's copyright files of the shared libraries that came from the system; gives libraries without one."""
    without = []
    for library in sorted(bundle.glob("lib*.so*")):
        if library.is_symlink() or not library.is_file():
            continue
        package = _package_of(library.name)
        text = Path(f"/usr/share/doc/{package}/copyright")
        if package and text.is_file():
            place = folder / "system" / package
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(text, place / "copyright")
        elif not library.name.startswith(("libpython", "libpyside6", "libshiboken6")):
            without.append(library.name)
    return without


def _package_of(library: str) -> str:
    done = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True, check=False)
    return done.stdout.partition(":")[0].strip()
