"""Pictures of every page and dialog, in both languages and both themes, at 100 % and 200 %:

    python -m tests.gui.screens FOLDER [--only WORD] [--language en|zh] [--theme light|dark] [--percent 100|200]
                                        [--size 1280x800]

A scene is a function in tests/gui/scenes/*.py, listed there in SCENES under its name. It gets the real window with
its services, brings it to what shall be seen, and gives the widget to picture: None for the whole window.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    # a desk of 1920 x 1200: the plug-in's own screen is smaller than the smallest window
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).with_name('screen.json')}"
os.environ.setdefault("MQASSIST_REDUCED_MOTION", "1")

from PySide6.QtCore import QEvent
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QWidget

from mqassist.gui.bridge import Bridge
from mqassist.gui.language import LanguageSwitch
from mqassist.gui.main_window import MainWindow
from mqassist.gui.settings_store import SettingsStore
from mqassist.gui.theme.theme import Theme
from mqassist.services import build_services

Scene = Callable[[MainWindow], QWidget | None]
SIZE = (1440, 900)
SMALL = (1024, 680)
PATIENCE_S = 20.0


BROKEN: list[str] = []
"""Files of scenes that could not be loaded."""


def settle(until: Callable[[], object] = lambda: True, seconds: float = PATIENCE_S) -> None:
    """Lets the window work until `until()`; TimeoutError if that does not come. For scenes."""
    app = QApplication.instance()
    assert app is not None
    end = time.monotonic() + seconds
    app.processEvents()
    while not until():
        if time.monotonic() > end:
            raise TimeoutError("the scene never came about")
        app.processEvents()
        time.sleep(0.005)
    for _ in range(3):  # layouts settle one after the other
        app.processEvents()


def scenes() -> dict[str, Scene]:
    found: dict[str, Scene] = {}
    for path in sorted((Path(__file__).parent / "scenes").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"tests.gui.scenes.{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except ImportError as error:  # one page that does not load must not hide the others
            BROKEN.append(f"{path.name}: {error}")
            continue
        found |= {f"{path.stem}-{name}": scene for name, scene in module.SCENES.items()}
    return found


def picture(app: QApplication, scene: Scene, language: str, theme: str, percent: int, size: tuple[int, int]) -> QWidget:
    """The window of one scene, for looking at; `put_away` it afterwards."""
    look = app.property("mqassist_theme")
    if not isinstance(look, Theme):
        app.setStyle("Fusion")
        look = Theme(app)
    look.choose(theme, percent)  # type: ignore[arg-type]  # argparse has seen to it
    settings = SettingsStore()
    settings.change(language=language, theme=theme, font_percent=percent)
    switch = LanguageSwitch(app)
    switch.choose(language)  # type: ignore[arg-type]
    window = MainWindow(settings, switch, Bridge(app))
    window.resize(*size)
    QCursor.setPos(1900, 1180)  # away from the window: nothing shall look as if it were pointed at
    window.show()
    window.use(build_services(language))  # type: ignore[arg-type]
    settle()
    shown = scene(window)
    # a scene that shows something running says so
    settle(lambda: window.property("goes_on") or not window.bridge.running)
    kept = shown or window
    kept.setProperty("picture_of", window)
    return kept


def put_away(app: QApplication, shown: QWidget) -> None:
    window = shown.property("picture_of")
    window.close()
    window.language.choose("en")
    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def variants(options: argparse.Namespace) -> Iterator[tuple[str, str, int, tuple[int, int]]]:
    for language in options.language or ("en", "zh"):
        for theme in options.theme or ("light", "dark"):
            for percent in options.percent or (100, 200):
                yield language, theme, percent, options.size or (SIZE if percent == 100 else SMALL)


def size_of(text: str) -> tuple[int, int]:
    """Width and height in pixels; ValueError for what is not two numbers."""
    width, height = text.split("x")
    return int(width), int(height)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="scenes with this word in their name")
    parser.add_argument("--language", action="append", choices=("en", "zh"))
    parser.add_argument("--theme", action="append", choices=("light", "dark"))
    parser.add_argument("--percent", action="append", type=int)
    parser.add_argument("--size", type=size_of, help="of the window in pixels; without it 1440x900, at 200 %% 1024x680")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    wanted = {name: scene for name, scene in scenes().items() if options.only in name}
    if not wanted:
        parser.error(f"no scene has {options.only!r} in its name")
    app = QApplication(["mqassist"])
    print("\n".join(BROKEN), file=sys.stderr)
    failed = len(BROKEN)
    for name, scene in wanted.items():
        for language, theme, percent, size in variants(options):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
                os.environ["MQASSIST_DATA"] = home
                file = options.folder / f"{name}-{language}-{theme}-{percent}.png"
                try:
                    shown = picture(app, scene, language, theme, percent, size)
                except Exception as error:  # noqa: BLE001 - the other pictures are wanted all the same
                    print(f"{file.name}: {type(error).__name__}: {error}", file=sys.stderr)
                    failed += 1
                    continue
                shown.grab().save(str(file))
                put_away(app, shown)
                print(file)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
