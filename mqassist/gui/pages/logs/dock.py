"""The log below the check-up: what the broker wrote while the check was connected, and the rest of its log."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import basename
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.core.log import Level, LineFilter
from mqassist.gui.pages.logs.desk import LogDesk
from mqassist.gui.pages.logs.excerpts import ToReport
from mqassist.gui.pages.logs.highlights import highlights_of
from mqassist.gui.pages.logs.line_view import LineView
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button, IconButton
from mqassist.gui.widgets.cards import Line, MessageStrip
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Chip, Text

if TYPE_CHECKING:
    from mqassist.core.report import LogMatch, Report
    from mqassist.services import Services

NOTICE: frozenset[Level] = frozenset(("notice", "warning", "error", "critical"))
LOWEST = 70
"""Logical pixels at 100 %: height for the lines at least."""


class LogDock(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self.services = services
        self.shell = shell
        self.desk = LogDesk(shell, self)
        self.lines = LineView(self.desk)
        self.title = Text(role="body", wrap=False)
        self.file = Chip(icon_name="server", arrow=True)
        self.own = Chip(checkable=True)
        self.loud = Chip(checkable=True)
        self.said = Text("", role="caption", colour="t3", wrap=False)
        self.follow = Chip(checkable=True)
        self.whole = IconButton("search", "")
        self.fold = IconButton("dn", "")
        self.hint = Text("", colour="t2")
        self.open_button = Button(kind="outlined", icon_name="folder")
        self._matches: tuple[LogMatch, ...] = ()
        self._body = QStackedWidget()
        self._folded = False
        self.strip = MessageStrip(closable=True)
        self.strip.hide()
        self._to_report = ToReport(shell, self.strip)
        self._highlights = highlights_of(shell)
        self._build()
        self._connect()
        self.retranslate()
        self.set_folded(True)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 4, 8, 4)
        head.setSpacing(8)
        head.addWidget(FlowRow((self.title, self.file, self.own, self.loud, self.said)), 1)
        for widget in (self.follow, self.whole, self.fold):
            head.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self._head = ground = QWidget()
        ground.setLayout(head)
        dress(ground, ground="sunken")
        empty = QWidget()
        row = QHBoxLayout(empty)
        row.setContentsMargins(20, 8, 20, 8)
        row.addWidget(self.hint, 1)
        row.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignTop)
        self._body.addWidget(empty)
        self._body.addWidget(self.lines)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(Line())
        box.addWidget(ground)
        box.addWidget(self.strip)
        box.addWidget(self._body, 1)
        dress(self, ground="surface")

    def _connect(self) -> None:
        self.desk.opened.connect(self._opened)
        self.desk.failed.connect(self._failed)
        self.desk.rows_changed.connect(self._say)
        self.desk.counted.connect(self._say)
        self.lines.scrolled_by_hand.connect(self._hold)
        self.file.clicked.connect(self._menu)
        self.own.toggled.connect(self._own)
        self.loud.toggled.connect(self._loud)
        self.follow.toggled.connect(self._follow)
        self.whole.clicked.connect(self._show_whole)
        self.fold.clicked.connect(lambda: self.set_folded(not self._folded))
        self.open_button.clicked.connect(self.ask_for_log)
        self.shell.run_finished.connect(self.show_run)
        self.shell.step_chosen.connect(self.show_step)
        self.lines.current_changed.connect(self._line_chosen)
        self.lines.menu_wanted.connect(self._line_menu)
        self._highlights.changed.connect(self._tint)
        self._tint()
        for keys, act in (("Ctrl+C", self._copy), ("Ctrl+R", self._add_to_report), ("Ctrl+E", self._explain)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # -- what is shown ----------------------------------------------------------------------------

    def show_run(self, report: Report) -> None:
        """The lines that a check caused, in the log where they were found."""
        self._matches = report.log_matches
        if not self._matches:
            self.desk.mark(())
            self._say()
            return
        path = self._matches[0].file
        document = self.desk.document
        if document is not None and path in document.paths:
            self.set_folded(False)
            self._show_matches()
        else:
            self.desk.open(path)

    def open(self, path: str) -> None:
        self.desk.open(path)

    def show_step(self, probes: Sequence[str]) -> None:
        """The lines that a step of the check-up caused: the first is brought in, all are selected where they can be."""
        numbers = sorted(line for line, match in self.desk.matches.items() if match.step in probes)
        if numbers:
            self._leading = True
            self.set_folded(False)
            self.lines.go_to_lines(numbers[0], numbers[-1])
            self._leading = False

    _leading = False
    """Lines are chosen because a step was: nobody need be led back to it."""

    def _line_chosen(self, line: int) -> None:
        match = self.desk.matches.get(line)
        if match is not None and match.step and not self._leading and self.lines.hasFocus():
            self.shell.step_wanted.emit(match.step)

    def _tint(self) -> None:
        self.lines.highlights = self._highlights.active()
        self.lines.viewport().update()

    def _line_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        for words, keys, act in (
            (self.tr("Copy"), "Ctrl+C", self._copy),
            (self.tr("Explain"), "Ctrl+E", self._explain),
            (self.tr("Add to the report"), "Ctrl+R", self._add_to_report),
            (self.tr("Show on the logs page"), "", self._show_whole),
        ):
            action = menu.addAction(words, act)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutVisibleInContextMenu(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _copy(self) -> None:
        text = self.lines.selected_text()
        if text:
            self.shell.copy(text)

    def _explain(self) -> None:
        text = self.lines.selected_text()
        if text:
            self.shell.explain_text(text)

    def _add_to_report(self) -> None:
        self._to_report.add(self.desk, self.lines.selected_rows())

    def _opened(self) -> None:
        self.loud.setChecked(False)
        self.follow.setChecked(False)
        self._body.setCurrentWidget(self.lines)
        self.set_folded(False)
        self._show_matches()

    def _show_matches(self) -> None:
        self.desk.mark(self._matches)
        own = bool(self.desk.matches)
        if self.own.isChecked() == own:
            self._own(own)
        else:
            self.own.setChecked(own)
        if own:  # the lines of the check are known by number before the log is indexed that far
            self.lines.go_to_line(min(self.desk.matches))
        self._say()

    def _failed(self, error: UserError) -> None:
        self.hint.setText(self.shell.words_of(error))
        self._body.setCurrentIndex(0)

    def _own(self, on: bool) -> None:
        """Only the lines of the check, or all."""
        if on and self.desk.matches:
            _quietly(self.loud, False)
            self.desk.filter = LineFilter()
            self.desk.show_only(sorted(self.desk.matches))
        else:
            self.desk.show_only(None)

    def _loud(self, on: bool) -> None:
        if on:
            _quietly(self.own, False)
        self.desk.change_filter(levels=NOTICE if on else None)

    def _follow(self, on: bool) -> None:
        self.desk.follow(on)
        self.lines.follow_end = on
        if on:
            self.own.setChecked(False)
            self.lines.go_to_end()
        self._say()

    def _hold(self) -> None:
        self.lines.follow_end = False

    def set_folded(self, folded: bool) -> None:
        """Only the head remains."""
        self._folded = folded
        self._body.setVisible(not folded)
        self.fold.set_icon_name("up" if folded else "dn")
        self.retranslate()

    def _show_whole(self) -> None:
        document = self.desk.document
        if document is not None:
            self.shell.open_log(document.name, self.lines.current_line or None)
        else:
            self.shell.go("logs")

    def ask_for_log(self) -> None:
        def take(paths: list[str]) -> None:
            if paths:
                self.open(paths[0])

        self.shell.open_file(self, self.tr("Open a log"), self.tr("All files (*)"), take)

    def _menu(self) -> None:
        menu = QMenu(self)
        for path in dict.fromkeys(match.file for match in self._matches):
            action = QAction(path, menu)
            action.triggered.connect(lambda _checked=False, path=path: self.open(path))
            menu.addAction(action)
        other = QAction(self.tr("Open another log …"), menu)
        other.triggered.connect(self.ask_for_log)
        menu.addAction(other)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.file.mapToGlobal(QPoint(0, self.file.height())))

    def close_down(self) -> None:
        self.desk.close_now()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme().px(190))

    def minimumSizeHint(self) -> QSize:
        base = super().minimumSizeHint()
        head = self._head.heightForWidth(max(self.width(), base.width())) + theme().px(2)
        return QSize(base.width(), head if self._folded else head + theme().px(LOWEST))

    # -- words ------------------------------------------------------------------------------------

    def _say(self) -> None:
        document = self.desk.document
        count = len(self.desk.matches)
        self.file.setText(basename(document.name) if document is not None else self.tr("no log"))
        self.own.setText(self.tr("This check · {count} lines").format(count=count))
        self.own.setVisible(bool(count))
        for chip in (self.loud, self.follow):
            chip.setEnabled(document is not None)
        self.said.setText(self._how_matched())
        for chip in (self.file, self.own):
            chip.updateGeometry()
        self._fit()

    def _how_matched(self) -> str:
        how = {match.matched_by for match in self.desk.matches.values()}
        if "source-port" in how:
            return self.tr("matched by address and port")
        if "client-id" in how:
            return self.tr("matched by the check's own name")
        return self.tr("matched by time") if "time" in how else ""

    def retranslate(self) -> None:
        self.title.setText(self.tr("Log"))
        self.loud.setText(self.tr("Notice and above"))
        self.follow.setText(self.tr("Follow"))
        self.whole.set_name(self.tr("Show on the logs page"))
        self.fold.set_name(self.tr("Unfold the log") if self._folded else self.tr("Fold the log"))
        self.open_button.setText(self.tr("Open a log"))
        self.file.setAccessibleName(self.tr("Which log"))
        if self.desk.document is None:
            words = self.tr("With the broker's log a check sees both sides. Open it, or name it in the profile.")
            self.hint.setText(words)
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def _fit(self) -> None:
        """The head may need a second line for its chips."""
        height = self.minimumSizeHint().height()
        self.setMinimumHeight(height)
        self.setMaximumHeight(height if self._folded else 16_777_215)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _quietly(chip: Chip, on: bool) -> None:
    """Without doing what a press on it would do."""
    chip.blockSignals(True)
    chip.setChecked(on)
    chip.blockSignals(False)
    chip.update()
