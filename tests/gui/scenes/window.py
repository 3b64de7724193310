"""Settings, help and the command palette."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from mqassist.gui.command_palette import open_palette
from mqassist.gui.main_window import MainWindow


def settings(window: MainWindow) -> QWidget | None:
    window.go("settings")
    return None


def help_page(window: MainWindow) -> QWidget | None:
    window.go("help")
    return None


def palette(window: MainWindow) -> QWidget | None:
    return open_palette(window)


SCENES = {"settings": settings, "help": help_page, "palette": palette}
