"""The Chinese texts of the window: collects them from the sources, compiles them, or checks that both are done.

    python packaging/translations.py update [AREA …]   new and changed texts into resources/translations/zh_CN/AREA.ts
    python packaging/translations.py release           all of them into resources/translations/mqassist_zh_CN.qm
    python packaging/translations.py check             exit status 1, with a list, if anything is missing or stale

One .ts file for each area, so that two people rarely meet in one: each page, the wizard, and `window` for the rest.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
GUI = ROOT / "mqassist" / "gui"
TEXTS = ROOT / "resources" / "translations" / "zh_CN"
COMPILED = ROOT / "resources" / "translations" / "mqassist_zh_CN.qm"
OWN_AREAS = {"run_controller.py": "checkup"}
"""Files beside the main window that belong to an area of their own."""
OPTIONS = ("-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", "zh_CN", "-silent")
_SHARED = ("theme", "widgets")


def area_of(path: Path) -> str:
    """`checkup` for pages/checkup/… and pages/checkup.py, `wizard` for wizard/…, `window` for the ground."""
    parts = path.relative_to(GUI).parts
    if parts[0] == "pages" and parts[1] != "__init__.py":
        return parts[1].removesuffix(".py")
    if len(parts) > 1 and parts[0] not in (*_SHARED, "pages"):
        return parts[0]
    return OWN_AREAS.get(parts[0], "window")


def areas() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(GUI.rglob("*.py")):
        found.setdefault(area_of(path), []).append(path)
    return found


def tool(name: str) -> list[str]:
    """lupdate and lrelease as they come with PySide6."""
    import PySide6

    return [str(Path(PySide6.__file__).parent / name)]


def run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def update(wanted: Iterable[str] = (), folder: Path = TEXTS) -> None:
    """Texts that are gone are taken out; those without any are no file."""
    folder.mkdir(parents=True, exist_ok=True)
    names = set(wanted)
    for area, sources in areas().items():
        if names and area not in names:
            continue
        target = folder / f"{area}.ts"
        run([*tool("lupdate"), *OPTIONS, *map(str, sources), "-ts", str(target)])
        if target.exists() and not messages(target):
            target.unlink()


def release(target: Path = COMPILED, folder: Path = TEXTS) -> None:
    """Replaced at once: a window that runs has the old file mapped, and dies of a bus error where it shrinks."""
    beside = target.with_suffix(".new")
    run([*tool("lrelease"), "-silent", *map(str, sorted(folder.glob("*.ts"))), "-qm", str(beside)])
    beside.replace(target)


def messages(path: Path) -> list[tuple[str, str, str, bool]]:
    """Context, source, translation and whether it is finished."""
    found = []
    for context in ElementTree.parse(path).getroot().iter("context"):  # noqa: S314 - our own file
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            text = "" if translation is None else translation.text or ""
            done = translation is not None and translation.get("type") is None and bool(text)
            found.append((name, message.findtext("source", ""), text, done))
    return found


def problems() -> list[str]:
    """What is missing, unfinished, gone from the sources, or not compiled."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        fresh = Path(place)
        for path in TEXTS.glob("*.ts"):
            (fresh / path.name).write_bytes(path.read_bytes())
        update(folder=fresh)
        for path in sorted(fresh.glob("*.ts")):
            for context, source, _text, done in messages(path):
                if not done:
                    found.append(f"{path.name}: {context}: no Chinese for {source!r}")
            kept = TEXTS / path.name
            known = {each[:2] for each in messages(path)}
            gone = {each[:2] for each in messages(kept)} - known if kept.exists() else set()
            found += [f"{path.name}: {context}: gone from the sources: {source!r}" for context, source in sorted(gone)]
        compiled = fresh / COMPILED.name
        release(compiled)
        if not COMPILED.exists() or compiled.read_bytes() != COMPILED.read_bytes():
            found.append(f"{COMPILED.name} is older than its texts: python packaging/translations.py release")
    return found


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["update"]:
        update(arguments[1:])
    elif arguments == ["release"]:
        release()
    elif arguments == ["check"]:
        found = problems()
        print("\n".join(found))
        return 1 if found else 0
    else:
        sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
