"""What can be done with the lines of a log: its names, keys and menu. What it does is the reader's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

if TYPE_CHECKING:
    from mqassist.gui.pages.logs.reader import LogReader

Act = Callable[[], object]
LONGEST_WORD = 36


class LineActions(QObject):
    """The keys work while the focus is in `scope`, which has the reader in it."""

    def __init__(self, reader: LogReader, scope: QWidget) -> None:
        super().__init__(reader)
        self._reader = reader
        self._scope = scope
        for keys, act in (*self._going(), *self._looks()):
            self._bind(keys, act)
        for _words, keys, act in (*self._about_part("", ""), *self._about_lines(), *self._about_marks()):
            self._bind(keys, act)

    def _bind(self, keys: str, act: Act) -> None:
        shortcut = QShortcut(QKeySequence(keys), self._scope)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def _going(self) -> tuple[tuple[str, Act], ...]:
        reader = self._reader
        return (
            ("Ctrl+F", reader.filters.search.begin),
            ("F3", reader.next_hit),
            ("Shift+F3", lambda: reader.next_hit(backwards=True)),
            ("Shift+F8", lambda: reader.next_error(backwards=True)),
            ("Shift+F2", lambda: reader.lines.next_mark(backwards=True)),
            ("Ctrl+Shift+E", reader.filters.errors_only),
        )

    def _looks(self) -> tuple[tuple[str, Act], ...]:
        lines = self._reader.lines
        return (
            ("Ctrl++", lambda: lines.zoom(lines.zoom_factor * 1.1)),
            ("Ctrl+=", lambda: lines.zoom(lines.zoom_factor * 1.1)),
            ("Ctrl+-", lambda: lines.zoom(lines.zoom_factor / 1.1)),
            ("Ctrl+0", lambda: lines.zoom(1.0)),
        )

    def _about_part(self, text: str, word: str) -> tuple[tuple[str, str, Act], ...]:
        """About the chosen characters; `word` is what is shown of them."""
        reader = self._reader
        lit = reader.highlights.has_word(text)
        tint = self.tr("No longer highlight “{text}”") if lit else self.tr("Highlight “{text}”")
        return (
            (self.tr("Copy “{text}”").format(text=word), "Ctrl+C", reader.taking.copy),
            (self.tr("Search for “{text}”").format(text=word), "Ctrl+F3", reader.search_part),
            (tint.format(text=word), "Ctrl+H", reader.highlight_part),
            (self.tr("Only lines with “{text}”").format(text=word), "Ctrl+I", lambda: reader.narrow_to_part("include")),
            (self.tr("No lines with “{text}”").format(text=word), "Ctrl+Shift+I",
             lambda: reader.narrow_to_part("exclude")),
        )  # fmt: skip

    def _about_lines(self) -> tuple[tuple[str, str, Act], ...]:
        reader, taking = self._reader, self._reader.taking
        several = len(reader.chosen_view().selected_rows()) > 1
        save = self.tr("Save the selected lines …") if several else self.tr("Save the lines that are shown …")
        copy = self.tr("Copy the lines") if several else self.tr("Copy the line")
        return (
            (copy, "Ctrl+Shift+L", taking.copy_lines),
            (self.tr("Copy with line numbers"), "Ctrl+Alt+C", lambda: taking.copy_lines(numbered=True)),
            (self.tr("Explain"), "Ctrl+E", taking.explain),
            (self.tr("Add to the report"), "Ctrl+R", taking.add_to_report),
            (save, "Ctrl+S", taking.save),
        )

    def _about_marks(self) -> tuple[tuple[str, str, Act], ...]:
        reader = self._reader
        marked = reader.chosen_view().current_line in reader.lines.marks
        mark = self.tr("Take the mark away") if marked else self.tr("Mark")
        return (
            (mark, "Ctrl+F2", lambda: reader.chosen_view().toggle_mark()),
            (self.tr("Mark with a note …"), "Ctrl+M", reader.ask_note),
            (self.tr("Next mark"), "F2", reader.lines.next_mark),
            (self.tr("Next error"), "F8", reader.next_error),
            (self.tr("Go to a time or line …"), "Ctrl+G", reader.ask_place),
            (self.tr("Show among all lines"), "Ctrl+Return", reader.show_among_all),
            (self.tr("Wrap long lines"), "Alt+Z", lambda: reader.lines.set_wrap(not reader.lines.wrap)),
        )

    def show_menu(self, at: QPoint) -> None:
        """At a place of the screen."""
        reader = self._reader
        menu = QMenu(reader)
        text = reader.chosen_view().part_text()
        if text:
            word = text if len(text) <= LONGEST_WORD else f"{text[: LONGEST_WORD - 1]}…"
            self._fill(menu, self._about_part(text, word.replace("&", "&&")))
            menu.addSeparator()
        self._fill(menu, self._about_lines())
        menu.addSeparator()
        self._fill(menu, self._about_marks())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _fill(self, menu: QMenu, actions: tuple[tuple[str, str, Act], ...]) -> None:
        for words, keys, act in actions:
            action = QAction(words, menu)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(lambda _checked=False, act=act: act())
            action.setEnabled(keys != "Ctrl+Return" or self._reader.desk.is_filtered)
            menu.addAction(action)
