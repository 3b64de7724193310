"""What the installer, the MSI and the zip have to show, each in a fresh prefix without Python."""

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import installers
import wine_dialogs
from wine_prefix import Prefix, fail, files, mosquitto, say, wait_until, windows_path

OLDER = "0.0.1"
KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\mqassist"
WINDOWED = "mqassist-gui.exe"
IS_RUNNING = 4
"""Exit status of the silent installer and uninstaller while a program of ours runs."""


def programs_work(prefix: Prefix, programs: Path) -> None:
    """The selftest, and diagnoses of a real broker and of none."""
    program = programs / "mqassist.exe"
    told = prefix.run(program, "selftest", "--lang", "en")
    print(told)
    if "Windows.WinVaultKeyring" not in told:
        fail("the keyring of Windows was not found")
    with mosquitto() as port:
        told = prefix.run(program, "check", f"mqtt://127.0.0.1:{port}", "--lang", "en")
        if "Everything that was checked works" not in told:
            fail(told)
    told = prefix.run(program, "check", "mqtt://127.0.0.1:1", "--lang", "zh", "--json", status=1)
    if "net.connection-refused" not in told:
        fail(told)


@contextlib.contextmanager
def open_window(prefix: Prefix, programs: Path) -> Iterator[None]:
    """The windowed program starts, and its event loop turns: it has begun to watch for crashes of itself. Then it is
    ended by force: Wine's taskkill does not reach a window without a display."""
    before = _traces(prefix)
    window = prefix.start(programs / WINDOWED)
    try:
        wait_until(lambda: bool(_traces(prefix) - before), "the window runs", 60)
        yield
    finally:
        prefix.kill(window)


def _traces(prefix: Prefix) -> set[Path]:
    return set((prefix.data / "crashes").glob("*.running"))


def older(work: Path, folder: Path) -> tuple[Path, Path]:
    """Installer and MSI of a version that came before, with the two programs and a file that is no more."""
    place = work / "older" / "dist" / "mqassist"
    shutil.rmtree(work / "older", ignore_errors=True)
    (place / "_internal").mkdir(parents=True)
    for name in ("mqassist.exe", "mqassist-gui.exe"):
        shutil.copy(folder / name, place / name)
    (place / "_internal" / "of-an-older-version.dll").write_bytes(b"old")
    setup, msi, _ = installers.build(place, work / "older", OLDER, work / "made" / "staged" / "mqassist.ico")
    return setup, msi


def version_of(prefix: Prefix) -> str:
    """As the list of installed programs shows it; "" if it does not stand there."""
    told = prefix.run("reg", "query", KEY, "/v", "DisplayVersion", status=None)
    found = re.search(r"DisplayVersion\s+REG_SZ\s+(\S+)", told)
    return found[1] if found else ""


def prove_installer(work: Path, setup: Path, old_setup: Path, version: str, gaps: Path) -> None:
    prefix = Prefix(work / "clean-prefix")
    prefix.make(gaps)
    before = files(prefix)
    programs, old = prefix.programs, prefix.programs / "_internal" / "of-an-older-version.dll"
    say("installer: an older version")
    prefix.run(old_setup, "/S")
    if version_of(prefix) != OLDER or not old.is_file():
        fail("the older version is not installed")
    say("installer: over it")
    prefix.run(setup, "/S")
    if version_of(prefix) != version or old.exists():
        fail("the older version is not replaced")
    for name in ("mqassist.exe", "mqassist-gui.exe", "uninstall.exe"):
        if not (programs / name).is_file():
            fail(f"{name} is not installed")
    if not prefix.shortcut.is_file():
        fail("it is not in the Start menu")
    programs_work(prefix, programs)
    with open_window(prefix, programs):
        refuses(prefix, setup)
    prefix.run(setup, "/S")
    say("installer: uninstall, silent")
    prefix.run(programs / "uninstall.exe", "/S")
    wait_until(lambda: not programs.exists(), "the programs are gone")
    nothing_left(prefix, before)
    prefix.end()


def refuses(prefix: Prefix, setup: Path) -> None:
    """Installer and uninstaller while the window runs."""
    say("installer: while the window runs")
    inside = files(prefix)
    uninstaller = prefix.programs / "uninstall.exe"
    prefix.run(setup, "/S", status=IS_RUNNING)
    prefix.run(uninstaller, "/S", f"_?={windows_path(prefix, prefix.programs)}", status=IS_RUNNING)
    missing = {path for path in inside - files(prefix) if path.startswith("AppData/Local/Programs/")}
    if missing:
        fail(f"taken away while it ran: {sorted(missing)[:5]}")


def nothing_left(prefix: Prefix, before: set[str]) -> None:
    """But what the person saved: a silent uninstaller cannot ask, and does not take it."""
    left = files(prefix) - before
    kept = {path for path in left if path.startswith("AppData/Local/mqassist/Data/")}
    foreign = {path for path in left - kept if "mqassist" in path.lower()}
    if foreign:
        fail(f"left behind: {sorted(foreign)[:5]}")
    if not kept:
        fail("the history was deleted without asking")
    if version_of(prefix):
        fail("the uninstall key is still there")


def prove_dialogs(work: Path, setup: Path, gaps: Path, pictures: Path) -> None:
    """The pages that people see, in both languages; both answers to the question about what they saved."""
    for language, answer in (("zh_CN", "no"), ("en_US", "yes")):
        say(f"installer: by hand, {language}; profiles are to be deleted: {answer}")
        prefix = Prefix(work / "dialog-prefix")
        prefix.make(gaps)
        programs, saved = prefix.programs, prefix.data
        with wine_dialogs.Screen(work, language, pictures) as screen:
            screen.install(prefix, setup)
            prefix.run(programs / "mqassist.exe", "check", "mqtt://127.0.0.1:1", status=1)
            if not saved.is_dir():
                fail("the check was not kept")
            screen.is_told_that_it_runs(prefix, setup, open_window(prefix, programs))
            screen.uninstall(prefix, answer)
        if programs.exists():
            fail("the programs are still there")
        if saved.is_dir() != (answer == "no"):
            fail(f"the answer was {answer}, but the profiles are {'there' if saved.is_dir() else 'gone'}")
        prefix.end()


def prove_msi(work: Path, msi: Path, old_msi: Path, gaps: Path) -> None:
    prefix = Prefix(work / "msi-prefix")
    prefix.make(gaps)
    programs, old = prefix.programs, prefix.programs / "_internal" / "of-an-older-version.dll"
    say("MSI: an older version, and over it")
    prefix.run("msiexec", "/i", windows_path(prefix, old_msi), "/qn")
    if not old.is_file():
        fail("the older version is not installed")
    prefix.run("msiexec", "/i", windows_path(prefix, msi), "/qn")
    if old.exists() or not prefix.shortcut.is_file():
        fail("the older version is not replaced, or it is not in the Start menu")
    programs_work(prefix, programs)
    say("MSI: uninstall")
    prefix.run("msiexec", "/x", windows_path(prefix, msi), "/qn")
    left = [path for path in programs.rglob("*") if path.is_file()] if programs.exists() else []
    if left or prefix.shortcut.exists():
        fail(f"left behind: {left[:5]} or the shortcut")
    prefix.end()


def prove_zip(work: Path, archive: Path, gaps: Path) -> None:
    prefix = Prefix(work / "zip-prefix")
    prefix.make(gaps)
    say("zip: unpack and start")
    place = prefix.drive / "in a folder"
    shutil.unpack_archive(archive, place)
    programs = next(place.iterdir())
    programs_work(prefix, programs)
    with open_window(prefix, programs):
        pass
    prefix.end()
