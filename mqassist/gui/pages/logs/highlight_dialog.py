"""The person's sets of highlights: made, named, coloured, ordered, switched, shared; the log shows them at once."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mqassist.core.record import changed
from mqassist.gui.pages.logs.highlight_rules import RuleRow
from mqassist.gui.pages.logs.highlights import LONGEST, HighlightSet, as_file, from_file, highlights_of
from mqassist.gui.pages.logs.painting import HIGHLIGHT_COLOURS, Highlight
from mqassist.gui.shell import Shell
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.whole_file import write_text
from mqassist.gui.widgets.buttons import Button, IconButton
from mqassist.gui.widgets.cards import Card, EmptyState, MessageStrip, clear
from mqassist.gui.widgets.dialogs import Dialog, open_size
from mqassist.gui.widgets.fields import Field
from mqassist.gui.widgets.labels import Text

KEEP_AFTER_MS = 250
"""Typing is kept, and seen in the log, when it rests for so long."""
LARGEST_FILE = 4_000_000


def open_highlights(parent: QWidget, shell: Shell) -> HighlightDialog:
    """Beside the log, which stays usable; the one that is open is brought to the front."""
    found = parent.findChild(HighlightDialog)
    dialog = found if isinstance(found, HighlightDialog) else HighlightDialog(parent, shell)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
    return dialog


class HighlightDialog(Dialog):
    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shell = shell
        self._kept = highlights_of(shell)
        self._sets: list[HighlightSet] = []
        self.title, self.intro = Text(role="title"), Text(colour="t2")
        self.list = QListWidget()
        self.new, self.delete = IconButton("plus", ""), IconButton("x", "")
        self.up, self.down = IconButton("up", ""), IconButton("dn", "")
        self.name = Field()
        self.name.setMaxLength(LONGEST)
        self.heading = Text(role="caption", colour="t2", weight=SEMIBOLD)
        self.rows = QVBoxLayout()
        self.add = Button(icon_name="plus")
        self.nothing = EmptyState()
        self.strip = MessageStrip(closable=True)
        self.load, self.share, self.leave = Button(), Button(), Button(kind="filled")
        self._later = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._later.timeout.connect(self._keep)
        self._build()
        self._connect()
        self.retranslate()
        self._take()
        open_size(self, 900, 520)

    def _build(self) -> None:
        dress(self, ground="surface")
        self.strip.hide()
        left = QVBoxLayout()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setSpacing(theme().px(2))
        around = Card(margin=4)
        around.body.addWidget(self.list)
        left.addWidget(around, 1)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        for tool in (self.new, self.delete, self.up, self.down):
            tools.addWidget(tool)
        tools.addStretch(1)
        left.addLayout(tools)
        inside = QWidget()
        dress(inside, ground="surface")
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, theme().px(8), 0)
        self.rows.setSpacing(6)
        box.addLayout(self.rows)
        box.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        box.addStretch(1)
        rules = QScrollArea()
        rules.setWidget(inside)
        rules.setWidgetResizable(True)
        rules.setFrameShape(QFrame.Shape.NoFrame)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self.name)
        right.addWidget(self.heading)
        right.addWidget(rules, 1)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(left, 1)
        middle.addWidget(self._right, 3)
        middle.addWidget(self.nothing, 3)
        foot = QHBoxLayout()
        foot.addWidget(self.load)
        foot.addWidget(self.share)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(10)
        for widget in (self.title, self.intro, self.strip):
            whole.addWidget(widget)
        whole.addLayout(middle, 1)
        whole.addLayout(foot)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(lambda _row: self._show_set())
        self.list.itemChanged.connect(self._switched)
        self.new.clicked.connect(self._new)
        self.nothing.triggered.connect(self._new)
        self.delete.clicked.connect(self._delete)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.name.textEdited.connect(self._named)
        self.add.clicked.connect(lambda: self._add(Highlight("", "")))
        self.load.clicked.connect(self._ask_for_file)
        self.share.clicked.connect(self._ask_where)
        self.leave.clicked.connect(self.close)
        self._kept.changed.connect(self._take)

    # -- sets -------------------------------------------------------------------------------------

    @property
    def _at(self) -> int:
        return self.list.currentRow()

    def _take(self) -> None:
        """What is kept, if it is not what is seen: it may have been changed from the log's menu."""
        if self._sets != self._kept.sets:
            at = max(0, self._at)
            self._sets = list(self._kept.sets)
            self._list(at)
        self._show_set()

    def _list(self, at: int) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for each in self._sets:
            item = QListWidgetItem(each.name, self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if each.on else Qt.CheckState.Unchecked)
        self.list.setCurrentRow(min(at, len(self._sets) - 1))
        self.list.blockSignals(False)
        self._show_set()

    def _show_set(self) -> None:
        chosen = self._sets[self._at] if 0 <= self._at < len(self._sets) else None
        self._right.setVisible(chosen is not None)
        self.nothing.setVisible(chosen is None)
        for button, can in (
            (self.delete, chosen is not None), (self.up, self._at > 0), (self.share, bool(self._sets)),
            (self.down, 0 <= self._at < len(self._sets) - 1),
        ):  # fmt: skip
            button.setEnabled(can)
        if chosen is None:
            return
        if self.name.text() != chosen.name:
            self.name.setText(chosen.name)
        if [row.rule() for row in self.rule_rows()] != list(chosen.rules):
            self._lay_out(chosen)

    def rule_rows(self) -> list[RuleRow]:
        items = (self.rows.itemAt(at) for at in range(self.rows.count()))
        found = (None if item is None else item.widget() for item in items)
        return [each for each in found if isinstance(each, RuleRow)]

    def _lay_out(self, chosen: HighlightSet) -> None:
        clear(self.rows)
        for at, rule in enumerate(chosen.rules):
            row = RuleRow(rule)
            row.up.setEnabled(at > 0)
            row.down.setEnabled(at < len(chosen.rules) - 1)
            row.edited.connect(self._edited)
            row.moved.connect(lambda step, at=at: self._move_rule(at, step))
            row.taken.connect(lambda at=at: self._put_rules(chosen_without(self._sets[self._at], at)))
            self.rows.addWidget(row)

    def _put(self, at: int) -> None:
        self._list(at)
        self._keep()

    def _new(self) -> None:
        name = self.tr("New highlights")
        taken = {each.name for each in self._sets}
        number = next(count for count in range(1, len(taken) + 2) if _counted(name, count) not in taken)
        self._sets.append(HighlightSet(_counted(name, number), (Highlight("", "accent"),)))
        self._put(len(self._sets) - 1)
        self.name.setFocus()
        self.name.selectAll()

    def _delete(self) -> None:
        gone, at = self._sets.pop(self._at), self._at
        self._put(at)

        def back() -> None:
            self._sets.insert(at, gone)
            self._put(at)
            self.strip.hide()

        self.strip.say("note", self.tr("Deleted: {name}").format(name=gone.name), "", [(self.tr("Undo"), back)])

    def _move(self, step: int) -> None:
        at = self._at
        self._sets.insert(at + step, self._sets.pop(at))
        self._put(at + step)

    def _switched(self, item: QListWidgetItem) -> None:
        at = self.list.row(item)
        self._sets[at] = changed(self._sets[at], on=item.checkState() == Qt.CheckState.Checked)
        self._keep()

    def _named(self, name: str) -> None:
        self._sets[self._at] = changed(self._sets[self._at], name=name)
        self.list.blockSignals(True)
        self.list.currentItem().setText(name)
        self.list.blockSignals(False)
        self._later.start()

    # -- words ------------------------------------------------------------------------------------

    def _edited(self) -> None:
        self._sets[self._at] = changed(self._sets[self._at], rules=tuple(row.rule() for row in self.rule_rows()))
        self._later.start()

    def _put_rules(self, rules: tuple[Highlight, ...]) -> None:
        self._sets[self._at] = changed(self._sets[self._at], rules=rules)
        self._show_set()
        self._keep()

    def _add(self, rule: Highlight) -> None:
        rules = self._sets[self._at].rules
        used = [each.colour for each in rules]
        self._put_rules((*rules, changed(rule, colour=min(HIGHLIGHT_COLOURS, key=used.count))))
        self.rule_rows()[-1].text.setFocus()

    def _move_rule(self, at: int, step: int) -> None:
        rules = list(self._sets[self._at].rules)
        rules.insert(at + step, rules.pop(at))
        self._put_rules(tuple(rules))
        row = self.rule_rows()[at + step]
        (row.up if step < 0 else row.down).setFocus()

    def _keep(self) -> None:
        self._later.stop()
        self._kept.put(self._sets)

    # -- sharing ----------------------------------------------------------------------------------

    def _ask_where(self) -> None:
        self._shell.save_file(
            self, self.tr("Share highlights"), "mqassist-highlights.json", self.tr("JSON (*.json)"), self.write
        )

    def write(self, path: str) -> None:
        """All sets, for others. In the background: the place may be a slow one."""
        text = as_file(self._sets)
        self._shell.bridge.background(
            lambda _token: write_text(path, text),
            lambda _none: self.strip.say("ok", self.tr("The sets were written"), path), self._failed, self,
        )  # fmt: skip

    def _ask_for_file(self) -> None:
        def take(paths: list[str]) -> None:
            for path in paths:
                self.read(path)

        self._shell.open_file(self, self.tr("Import highlights"), self.tr("JSON (*.json);;All files (*)"), take)

    def read(self, path: str) -> None:
        """Puts the sets of a file after those that are there."""

        def work(_token: object) -> list[HighlightSet]:
            with open(path, encoding="utf-8") as file:
                return from_file(file.read(LARGEST_FILE))

        self._shell.bridge.background(work, self._taken, self._failed, self)

    def _taken(self, sets: list[HighlightSet]) -> None:
        self._sets += sets
        self._put(len(self._sets) - 1)
        self.strip.say("ok", self.tr("Sets imported: {count}").format(count=len(sets)))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, OSError):
            words = self.tr("The file cannot be read or written: {reason}")
            self.strip.say("error", words.format(reason=error.strerror or str(error)), str(error.filename or ""))
        elif isinstance(error, ValueError):
            self.strip.say("error", self.tr("This file holds no highlights of mqassist"))
        else:
            self._shell.bridge.broke.emit(error)

    # -- the rest ---------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._later.isActive():
            self._keep()
        super().closeEvent(event)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Highlights"))
        self.title.setText(self.tr("Highlights"))
        self.intro.setText(
            self.tr("Words and patterns that stay tinted in every log. What is higher in the lists lies on top.")
        )
        self.nothing.say(
            self.tr("No highlights yet"),
            self.tr("Double-click a word in the log and press Ctrl+H, or make a set here."), self.tr("New set"),
        )  # fmt: skip
        self.list.setAccessibleName(self.tr("Sets of highlights"))
        self.new.set_name(self.tr("New set"))
        self.delete.set_name(self.tr("Delete the set"))
        self.up.set_name(self.tr("Move the set up"))
        self.down.set_name(self.tr("Move the set down"))
        self.name.setPlaceholderText(self.tr("Name of the set"))
        self.name.setAccessibleName(self.tr("Name of the set"))
        self.heading.setText(self.tr("Words and patterns"))
        self.add.setText(self.tr("Add a word or pattern"))
        self.load.setText(self.tr("Import …"))
        self.share.setText(self.tr("Share as a file …"))
        self.leave.setText(self.tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def chosen_without(chosen: HighlightSet, at: int) -> tuple[Highlight, ...]:
    return (*chosen.rules[:at], *chosen.rules[at + 1 :])


def _counted(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"
