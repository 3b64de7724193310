"""Opens the window once, on no screen, makes every page in each language, and says what came of it in one line."""

from __future__ import annotations

import sys

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from mqassist.gui.app import Application
from mqassist.gui.language import Language
from mqassist.gui.pages import PAGES
from mqassist.gui.settings_store import SettingsStore

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def prove_window() -> int:
    """0, and one line of figures on standard output. What is missing ends in an exception, and so not in 0."""
    from mqassist.services import build_services

    app = QApplication([sys.argv[0], "-platform", "offscreen"])
    running = Application(app, SettingsStore(), ())
    window = running.window
    window.resize(1440, 900)
    window.show()
    window.use(build_services("en"))
    for each in LANGUAGES:
        running.language.choose(each)
        app.processEvents()
        for entry in PAGES:
            window.go(entry.name)
            app.processEvents()
    picture = window.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
    if len(colours) < 3:
        raise RuntimeError("the window is blank")
    texts = ", ".join(LANGUAGES)
    sys.stdout.write(f"Qt {qVersion()} {QGuiApplication.platformName()}, {len(PAGES)} pages, {texts}\n")
    window.close()
    return 0
