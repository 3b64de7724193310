"""Chips that say which lines are shown, and the search field beside them. Emits filters, knows no document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QMenu, QWidget

from mqassist.core.log import LEVELS, Level, LineFilter, SearchFor
from mqassist.core.record import changed
from mqassist.gui.pages.logs.numbers import numbered
from mqassist.gui.pages.logs.painting import STATES, clock, pattern_of
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button, IconButton
from mqassist.gui.widgets.fields import SearchField
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Chip, Text

CHIPS: tuple[tuple[Level, ...], ...] = (
    ("error", "critical"),
    ("warning",),
    ("notice",),
    ("info",),
    ("debug",),
    ("unknown",),
)
ALWAYS = 4
"""So many of the chips are there even where no line has that level."""
AROUND = (0, 2, 5, 20)
TYPING_MS = 250
NARROW = 760
"""Logical pixels at 100 % below which the search field has a line of its own."""


class LevelChips(QObject):
    """`chosen` gives the levels that are shown, None for all. The chips are placed by whoever has them."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._counts: Mapping[Level, int] = {}
        self._chips: dict[tuple[Level, ...], Chip] = {}
        for levels in CHIPS:
            chip = Chip("", parent, checkable=True, state=STATES[levels[0]])
            chip.setChecked(True)
            chip.clicked.connect(self._pressed)
            self._chips[levels] = chip
        self.retranslate()

    def chips(self) -> tuple[Chip, ...]:
        return tuple(self._chips.values())

    def set_counts(self, counts: Mapping[Level, int]) -> None:
        if counts != self._counts:
            self._counts = counts
            self.retranslate()

    def show_choice(self, levels: frozenset[Level] | None) -> None:
        for group, chip in self._chips.items():
            chip.setChecked(levels is None or bool(levels & set(group)))

    def chip(self, level: Level) -> Chip:
        return next(chip for levels, chip in self._chips.items() if level in levels)

    def retranslate(self) -> None:
        words = {
            "error": self.tr("Error {count}"),
            "warning": self.tr("Warning {count}"),
            "notice": self.tr("Notice {count}"),
            "info": self.tr("Info {count}"),
            "debug": self.tr("Debug {count}"),
            "unknown": self.tr("No level {count}"),
        }
        for at, (levels, chip) in enumerate(self._chips.items()):
            count = sum(self._counts.get(level, 0) for level in levels)
            chip.setText(words[levels[0]].format(count=short(count)))
            chip.setAccessibleName(chip.text())
            chip.setVisible(at < ALWAYS or bool(count))
            chip.updateGeometry()

    def _pressed(self) -> None:
        on = [level for levels, chip in self._chips.items() if chip.isChecked() for level in levels]
        self.chosen.emit(None if len(on) == len(LEVELS) else frozenset(on))


def short(count: int) -> str:
    """1 204 or 13.79 M: what fits on a chip."""
    return numbered(count) if count < 1_000_000 else f"{count / 1e6:.2f} M"


class SearchBox(QWidget):
    """Looks while one types. `wanted` gives a SearchFor or None; `step` the next hit (1) or the one before (-1)."""

    wanted = Signal(object)
    step = Signal(int)
    list_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.field = SearchField(self)
        self.field.setMinimumWidth(theme().px(180))
        dress(self.field, "mono")
        self.regex = Chip(".*", self, checkable=True)
        self.case = Chip("Aa", self, checkable=True)
        self.count = Text("", role="caption", colour="t3", wrap=False)
        self.before = IconButton("up", "", self)
        self.after = IconButton("dn", "", self)
        self.all = IconButton("log", "", self)
        for widget in (self.field, self.regex, self.case, self.count, self.before, self.after, self.all):
            row.addWidget(widget, 1 if widget is self.field else 0)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_MS)
        self._pause.timeout.connect(self._ask)
        self.field.textEdited.connect(lambda _text: self._pause.start())
        self.field.textChanged.connect(lambda text: None if text else self._ask())
        self.field.returnPressed.connect(self._enter)
        self.regex.toggled.connect(lambda _on: self._ask())
        self.case.toggled.connect(lambda _on: self._ask())
        self.before.clicked.connect(lambda: self.step.emit(-1))
        self.after.clicked.connect(lambda: self.step.emit(1))
        self.all.clicked.connect(self.list_wanted)
        self._asked: SearchFor | None = None
        self._told = (0, 0, False)
        self.retranslate()

    def search(self) -> SearchFor | None:
        text = self.field.text()
        return SearchFor(text, self.regex.isChecked(), not self.case.isChecked()) if text else None

    def begin(self) -> None:
        """For who wants to type, or to change what was searched."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def look_for(self, text: str) -> None:
        """This very text, at once."""
        self.regex.setChecked(False)
        self.field.setText(text)
        self._ask()

    def say_hits(self, at: int, count: int, *, running: bool) -> None:
        """`at` is the hit that is selected, 0 for none."""
        self._told = (at, count, running)
        if self._asked is None:
            self.count.setText("")
        elif at:
            self.count.setText(self.tr("{at} of {count}").format(at=numbered(at), count=numbered(count)))
        elif count or running:
            words = self.tr("{count} so far") if running else self.tr("{count} hits")
            self.count.setText(words.format(count=numbered(count)))
        else:
            self.count.setText(self.tr("no hit"))

    def _enter(self) -> None:
        if self._pause.isActive() or self.search() != self._asked:
            self._ask()
        else:
            self.step.emit(1)

    def _ask(self) -> None:
        self._pause.stop()
        search = self.search()
        if search is not None and search.regex and pattern_of(search.text, True, search.ignore_case) is None:
            self.field.setToolTip(self.tr("This is no regular expression"))
            self.count.setText(self.tr("no pattern"))
            return
        self.field.setToolTip("")
        if search != self._asked:
            self._asked = search
            self.wanted.emit(search)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        backwards = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and backwards:
            self.step.emit(-1)
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        self.field.set_name(self.tr("Search"))
        self.regex.setToolTip(self.tr("Regular expression"))
        self.regex.setAccessibleName(self.tr("Regular expression"))
        self.case.setToolTip(self.tr("Upper and lower case differ"))
        self.case.setAccessibleName(self.tr("Upper and lower case differ"))
        self.before.set_name(self.tr("Hit before (Shift+F3)"))
        self.after.set_name(self.tr("Next hit (F3)"))
        self.all.set_name(self.tr("List the hits"))
        self.say_hits(*self._told[:2], running=self._told[2])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class FilterBar(QWidget):
    """All that narrows what is shown, as chips. `changed` gives the new LineFilter."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = LineFilter()
        self.local_time = False
        self.levels = LevelChips(self)
        self.search = SearchBox(self)
        self._extra: list[Chip] = []
        self.add = Button("", self, kind="quiet", icon_name="plus")
        self.entry = QLineEdit(self)
        self.entry.setAcceptDrops(False)
        self.entry.hide()
        self.entry.returnPressed.connect(self._entered)
        self._entering = ""
        self._chips = FlowRow((*self.levels.chips(), self.entry, self.add), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._chips, 3)
        row.addWidget(self.search, 2)
        self._row = row
        self.levels.chosen.connect(lambda levels: self._put(levels=levels))
        self.add.clicked.connect(self._offer)
        self.retranslate()

    def show_filter(self, chosen: LineFilter) -> None:
        """As it is now, wherever it was changed."""
        self.filter = chosen
        self.levels.show_choice(chosen.levels)
        self._show_extra()

    def _put(self, **values: Any) -> None:
        self.show_filter(changed(self.filter, **values))
        self.changed.emit(self.filter)

    def set_span(self, since: float | None, until: float | None) -> None:
        self._put(since=since, until=until)

    def set_around(self, count: int) -> None:
        self._put(around=count)

    def set_connection(self, connection: str) -> None:
        self._put(connection=connection)

    def errors_only(self) -> None:
        """Errors and warnings, or all again."""
        loud: frozenset[Level] = frozenset(("warning", "error", "critical"))
        self._put(levels=None if self.filter.levels == loud else loud)

    def chips(self) -> list[Chip]:
        """Those of the parts that can be taken away, in order."""
        return list(self._extra)

    def _show_extra(self) -> None:
        for chip in self._extra:
            chip.hide()
            chip.deleteLater()
        self._extra.clear()
        chosen = self.filter
        if chosen.since is not None or chosen.until is not None:
            ends = [clock(time, local=self.local_time, day=True) for time in (chosen.since, chosen.until)]
            days = all(ends) and ends[0][:10] != ends[1][:10]
            begin, end = (each[5 if days else 11 : 19] or "…" for each in ends)
            self._chip(f"{begin} – {end}", "clock", {"since": None, "until": None})
        if chosen.connection:
            self._chip(chosen.connection, "link", {"connection": ""})
        for each in chosen.include:
            left = tuple(other for other in chosen.include if other is not each)
            self._chip(self.tr("with {text}").format(text=each.text), "filter", {"include": left})
        if chosen.around:
            self._chip(self.tr("± {count} lines").format(count=chosen.around), "swap", {"around": 0})
        for each in chosen.exclude:
            left = tuple(other for other in chosen.exclude if other is not each)
            self._chip(self.tr("without {text}").format(text=each.text), "filter", {"exclude": left})

    def _chip(self, text: str, icon: str, without: dict[str, Any]) -> None:
        chip = Chip(text, self, icon_name=icon, checkable=True, closable=True)
        chip.setChecked(True)
        chip.setAccessibleName(self.tr("Filter: {text}. Delete takes it away").format(text=text))
        chip.clicked.connect(lambda: self._put(**without))
        chip.closed.connect(lambda: self._put(**without))
        self._extra.append(chip)
        self._chips.put_before(chip, self.entry)
        chip.show()

    def _offer(self) -> None:
        menu = QMenu(self)
        for words, act in (
            (self.tr("Only warnings and errors"), self.errors_only),
            (self.tr("Only lines with …"), lambda: self.ask_for("include")),
            (self.tr("No lines with …"), lambda: self.ask_for("exclude")),
            (self.tr("Only one connection …"), lambda: self.ask_for("connection")),
            (self.tr("Show all"), self.show_all),
        ):
            action = QAction(words, menu)
            action.triggered.connect(lambda _checked=False, act=act: act())
            menu.addAction(action)
        around = menu.addMenu(self.tr("Lines around each"))
        for count in AROUND:
            words = self.tr("{count} before and after").format(count=count) if count else self.tr("None")
            choice = QAction(words, around, checkable=True, checked=count == self.filter.around)
            choice.triggered.connect(lambda _checked=False, count=count: self.set_around(count))
            around.addAction(choice)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def narrow(self, what: str, text: SearchFor) -> None:
        """`include` or `exclude`: one more text that lines must or must not have."""
        before: tuple[SearchFor, ...] = getattr(self.filter, what)
        if text not in before:
            self._put(**{what: (*before, text)})

    def show_all(self) -> None:
        self.show_filter(LineFilter())
        self.changed.emit(self.filter)

    def ask_for(self, what: str) -> None:
        """`include`, `exclude` or `connection`: shows the field for it."""
        self._entering = what
        names = {
            "include": self.tr("Only lines with"),
            "exclude": self.tr("No lines with"),
            "connection": self.tr("Address:port, process or client id"),
        }
        self.entry.setPlaceholderText(names[what])
        self.entry.setAccessibleName(names[what])
        self.entry.clear()
        self.entry.show()
        self.entry.setFocus()

    def _entered(self) -> None:
        text, what = self.entry.text().strip(), self._entering
        self.entry.hide()
        if not text:
            return
        if what == "connection":
            self._put(connection=text)
        else:
            self.narrow(what, SearchFor(text, ignore_case=True))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.entry.isVisible():
            self.entry.hide()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme().px(NARROW)
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._row.setStretch(0, 0 if narrow else 3)
        self._row.setStretch(1, 0 if narrow else 2)

    def retranslate(self) -> None:
        self.add.setText(self.tr("Filter"))
        self.levels.retranslate()
        self._show_extra()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
