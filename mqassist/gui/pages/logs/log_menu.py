"""The menu at the end of the bar over a log: what is shown, highlights, lists, going places. Does nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from mqassist.gui.pages.logs.highlight_dialog import open_highlights
from mqassist.gui.pages.logs.painting import Highlight

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.page import LogsPage


def show_log_menu(page: LogsPage) -> None:
    """Below the button it belongs to."""
    menu = QMenu(page)
    _looks(menu, page)
    menu.addSeparator()
    _highlights(menu, page)
    menu.addSeparator()
    _places(menu, page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(page.more.mapToGlobal(QPoint(0, page.more.height())))


def _choice(menu: QMenu, words: str, on: bool, act: Callable[[bool], object]) -> None:
    action = QAction(words, menu, checkable=True, checked=on)
    action.toggled.connect(act)
    menu.addAction(action)


def _command(menu: QMenu, words: str, act: Callable[[], object], keys: str = "") -> None:
    action = QAction(words, menu)
    action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda _checked=False: act())
    menu.addAction(action)


def _looks(menu: QMenu, page: LogsPage) -> None:
    reader = page.reader
    translate = QCoreApplication.translate
    _choice(menu, translate("LogMenu", "Wrap long lines"), reader.lines.wrap, page.set_wrap)
    shown = reader.wanted["explanation"]
    _choice(menu, translate("LogMenu", "Show explanations"), shown, lambda on: page.show_part("explanation", on))
    _choice(menu, translate("LogMenu", "Fold health checks"), reader.desk.folding.on, reader.desk.folding.set_on)
    below = reader.wanted["stories"]
    _choice(menu, translate("LogMenu", "Show stories and lists"), below, lambda on: page.show_part("stories", on))


def _highlights(menu: QMenu, page: LogsPage) -> None:
    highlights, translate = page.reader.highlights, QCoreApplication.translate
    _command(menu, translate("LogMenu", "Highlights …"), lambda: open_highlights(page, page.shell))
    for at, each in enumerate(highlights.sets):
        words = translate("LogMenu", "Highlights: {name}").format(name=each.name.replace("&", "&&"))
        _choice(menu, words, each.on, partial(highlights.switch, at))
    search = page.reader.filters.search.search()
    words = translate("LogMenu", "Highlight the searched words")
    action = QAction(words, menu, enabled=search is not None)
    menu.addAction(action)
    if search is not None:
        rule = Highlight(search.text, "", search.regex, search.ignore_case)
        action.triggered.connect(lambda: highlights.add(rule))


def _places(menu: QMenu, page: LogsPage) -> None:
    reader, translate = page.reader, QCoreApplication.translate
    _command(menu, translate("LogMenu", "Go to a time or line …"), reader.ask_place, "Ctrl+G")
    _command(menu, translate("LogMenu", "Next error"), reader.next_error, "F8")
    _command(menu, translate("LogMenu", "Error before"), lambda: reader.next_error(backwards=True), "Shift+F8")
    _command(menu, translate("LogMenu", "List the search hits"), lambda: reader.show_list("hits"))
    _command(menu, translate("LogMenu", "List the marks"), lambda: reader.show_list("marks"))
    _command(menu, translate("LogMenu", "Save the lines that are shown …"), reader.taking.save, "Ctrl+S")
