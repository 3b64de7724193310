"""The language of the window, and the switch while it is open. Knows where the compiled translations are."""

from __future__ import annotations

import os
from os.path import dirname
from typing import Literal

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from mqassist.core.errors import ResourceError
from mqassist.gui.resources import resource
from mqassist.gui.settings_store import LanguageChoice

Language = Literal["en", "zh"]
_QT_CATALOGUES = ("qtbase_zh_CN", "qt_zh_CN")


class LanguageSwitch:
    """Installs and takes away the translators of one application. Widgets hear of it by Qt's LanguageChange."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._installed: list[QTranslator] = []
        self.current: Language = "en"

    def wanted(self, choice: LanguageChoice) -> Language:
        """What `choose` would give."""
        return system_language() if choice == "system" else choice

    def choose(self, choice: LanguageChoice) -> Language:
        """The language that now holds; "system" is Chinese on a Chinese desktop, else English."""
        wanted = self.wanted(choice)
        if wanted == self.current:
            return wanted
        self.current = wanted
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed = _translators() if wanted == "zh" else []
        for translator in self._installed:
            self._app.installTranslator(translator)
        return wanted


def system_language() -> Language:
    """By the variables that the command line goes by too, else the desktop's own choice."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if QLocale.system().uiLanguages()[:1] and QLocale.system().name().startswith("zh") else "en"


def _translators() -> list[QTranslator]:
    """Ours and, for the texts of its own dialogs, Qt's. Raises ResourceError if ours is broken."""
    path = resource("translations", "mqassist_zh_CN.qm")
    own = QTranslator()
    if not own.load(path):
        raise ResourceError("mqassist_zh_CN.qm", "translations", "cannot be read")
    found = [own]
    for name in _QT_CATALOGUES:
        for folder in (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), dirname(path)):
            theirs = QTranslator()
            if theirs.load(name, folder):
                found.insert(0, theirs)
                break
    return found
