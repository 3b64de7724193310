"""The installer's pages on a screen that nobody sees: driven by keys, in a language, with a picture of each."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from wine_prefix import Prefix, fail, wait_until

TITLES = {"zh_CN": ("mqassist 安装", "mqassist 卸载"), "en_US": ("mqassist Setup", "mqassist Uninstall")}
"""Of the installer's and the uninstaller's window, as NSIS has them in each language."""
FONT = ["reg", "add", r"HKCU\Software\Wine\Fonts\Replacements", "/f", "/t", "REG_SZ", "/d", "Noto Sans CJK SC", "/v"]
STEP_S = 60.0


class Screen:
    """Needs Xvfb, xdotool, ImageMagick's import, localedef. Pictures are called LANGUAGE-STEP.png."""

    def __init__(self, work: Path, language: str, pictures: Path) -> None:
        self._language = language
        self._pictures = pictures
        self._locales = work / "locales"
        self._title, self._end_title = TITLES[language]
        self._server: subprocess.Popen[bytes] | None = None
        self._display = ""

    def __enter__(self) -> Self:
        self._pictures.mkdir(parents=True, exist_ok=True)
        self._locales.mkdir(parents=True, exist_ok=True)
        name = f"{self._language}.UTF-8"
        subprocess.run(["localedef", "-i", self._language, "-f", "UTF-8", self._locales / name], check=False)
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as told:
            self._display = f":{told.readline().strip()}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(30)

    def install(self, prefix: Prefix, setup: Path) -> None:
        """Welcome, licence, folder, files, and the last page without starting the program."""
        for name in ("SimSun", "宋体", "Tahoma", "MS Shell Dlg", "MS Shell Dlg 2", "Microsoft YaHei"):
            prefix.run(*FONT, name)
        with self._running(prefix, setup):
            for step in ("welcome", "licence", "folder"):
                self._see(self._title, f"install-{step}")
                self._press(self._title, "Return")
            wait_until((prefix.programs / "uninstall.exe").is_file, "the files are there", 120)
            time.sleep(2)  # the last page has the same title
            self._see(self._title, "install-end")
            self._press(self._title, "space")  # the focus stands on: start the program
            self._press(self._title, "Return")

    def is_told_that_it_runs(
        self, prefix: Prefix, setup: Path, window: contextlib.AbstractContextManager[None]
    ) -> None:
        """A box with "try again" and "cancel" instead of files; cancelled. The installer is there first: the screen of
        whoever is first is everybody's."""
        program = prefix.programs / "mqassist.exe"
        before = program.stat().st_mtime_ns
        with self._running(prefix, setup):
            self._see(self._title, "")
            with window:
                for _ in range(3):
                    self._press(self._title, "Return")
                time.sleep(2)
                self._see(self._title, "running")
                self._press(self._title, "Escape")  # the box
                time.sleep(2)
                self._see(self._title, "refused")
                self._press(self._title, "Escape")
        if program.stat().st_mtime_ns != before:
            fail("the installer wrote over a program that runs")

    def uninstall(self, prefix: Prefix, answer: str) -> None:
        with self._running(prefix, prefix.programs / "uninstall.exe"):
            self._see(self._end_title, "uninstall-confirm")
            self._press(self._end_title, "Return")
            wait_until(lambda: not (prefix.programs / "mqassist.exe").exists(), "the files are gone", 120)
            time.sleep(2)
            self._see(self._end_title, "uninstall-question")
            if answer == "yes":  # "no" is the default
                self._press(self._end_title, "Left")
            self._press(self._end_title, "Return")
            time.sleep(2)
            self._press(self._end_title, "Return")

    @contextlib.contextmanager
    def _running(self, prefix: Prefix, program: Path) -> Iterator[None]:
        name = f"{self._language}.UTF-8"
        own = {"DISPLAY": self._display, "LOCPATH": str(self._locales), "LANG": name, "LC_ALL": name}
        process = prefix.start(program, **own)
        try:
            yield
            process.wait(60)
        except subprocess.TimeoutExpired:
            fail(f"{program.name} does not end")
        finally:
            prefix.kill(process)

    def _tool(self, *command: str) -> str:
        environment = {**os.environ, "DISPLAY": self._display}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout.strip()

    def _window(self, title: str) -> str:
        found = self._tool("xdotool", "search", "--onlyvisible", "--name", f"^{title}").split()
        return found[-1] if found else ""

    def _see(self, title: str, step: str) -> None:
        """Waits for a window of that title, in this language, and takes a picture of it all."""
        wait_until(lambda: bool(self._window(title)), f'a window "{title}"', STEP_S)
        time.sleep(0.5)
        if step:
            self._tool("import", "-window", "root", str(self._pictures / f"{self._language}-{step}.png"))

    def _press(self, title: str, key: str) -> None:
        window = self._window(title)
        if window:
            self._tool("xdotool", "windowfocus", window)
            self._tool("xdotool", "key", key)
            time.sleep(0.5)
