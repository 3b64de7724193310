"""The history page: nothing kept yet, a report, two runs compared, a deletion that can be undone."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.history.page import HistoryPage
from tests.gui.screens import settle
from tests.support.kept_runs import STORY, fill


def page_of(window: MainWindow, runs: int) -> HistoryPage:
    window.go("history")
    page = window.page("history")
    assert isinstance(page, HistoryPage)
    settle(lambda: page.list.runs.rowCount() == runs)
    return page


def empty(window: MainWindow) -> QWidget | None:
    page_of(window, 0)
    return None


def filled(window: MainWindow) -> tuple[HistoryPage, list[str]]:
    assert window.shell is not None
    heads = fill(window.shell.services)
    return page_of(window, len(STORY)), [head.id for head in heads]


def report(window: MainWindow) -> QWidget | None:
    page, ids = filled(window)
    page.list.select([ids[-1]])
    settle(lambda: page.right.currentWidget() is page.report)
    return None


def compared(window: MainWindow) -> QWidget | None:
    page, ids = filled(window)
    page.list.select([ids[-1], ids[0]])
    settle(lambda: page.right.currentWidget() is page.comparison)
    return None


def deleted(window: MainWindow) -> QWidget | None:
    page, ids = filled(window)
    page.list.select([ids[2]])
    page.buttons.delete.click()
    settle(lambda: page.list.runs.rowCount() == len(STORY) - 1)
    return None


SCENES = {"empty": empty, "report": report, "compared": compared, "deleted": deleted}
