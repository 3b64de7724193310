"""The first page."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from mqassist.gui.main_window import MainWindow


def first(window: MainWindow) -> QWidget | None:
    window.go("start")
    return None


SCENES = {"first": first}
