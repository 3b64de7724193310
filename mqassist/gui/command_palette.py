"""Ctrl+K: finds a profile, a page or a command by a few letters and goes there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from mqassist.gui.pages import PAGES
from mqassist.gui.shell import Command, Offers
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import dress, paint_chosen_ground, theme
from mqassist.gui.widgets.fields import SearchField

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

    from mqassist.gui.main_window import MainWindow

ROWS = 12
_COMMAND = Qt.ItemDataRole.UserRole


def score(words: str, command: Command) -> int:
    """How well it fits, 0 for not at all: every word must be found; the start of the title counts most."""
    title = command.title.casefold()
    all_of_it = f"{title} {command.hint.casefold()} {command.words.casefold()}"
    total = 1
    for word in words.casefold().split():
        if word not in all_of_it:
            return 0
        at = title.find(word)
        starts = at == 0 or (at > 0 and not title[at - 1].isalnum())
        total += 8 if at == 0 else 5 if starts else 2 if at > 0 else 1
    return total


class CommandPalette(QDialog):
    """Typing filters, arrows choose, Enter goes, Escape leaves."""

    def __init__(self, window: MainWindow, commands: Iterable[Command]) -> None:
        super().__init__(window)
        dress(self, styled=True)
        self.setWindowTitle(self.tr("Find"))
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._commands = list(commands)
        self.field = SearchField(self)
        self.field.set_name(self.tr("Find a profile, a page or a command"))
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setItemDelegate(_Line(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.addWidget(self.field)
        box.addWidget(self.list)
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._take())
        look = theme()
        self.resize(min(window.width() - 80, look.px(600)), min(window.height() - 120, look.px(420)))
        self.move(window.geometry().center().x() - self.width() // 2, window.geometry().top() + 60)
        self._find("")

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line around it: it lies on the window without a frame of the system."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme().tokens.line2)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
            key = Qt.Key(event.key())
            if key in moves:
                at = min(self.list.count() - 1, max(0, self.list.currentRow() + moves[key]))
                self.list.setCurrentRow(at)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
        return super().eventFilter(watched, event)

    def _find(self, words: str) -> None:
        found = [(score(words, command), -index, command) for index, command in enumerate(self._commands)]
        self.list.clear()
        for points, _order, command in sorted(found, key=lambda each: each[:2], reverse=True):
            if points and self.list.count() < 200:
                item = QListWidgetItem(command.title, self.list)
                item.setData(_COMMAND, command)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{command.title} {command.hint}".strip())
        self.list.setCurrentRow(0)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            command: Command = item.data(_COMMAND)
            self.accept()
            command.run()


class _Line(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, theme().px(10) + option.fontMetrics.height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        from PySide6.QtWidgets import QStyle

        look = theme()
        command: Command = index.data(_COMMAND)
        rect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            paint_chosen_ground(painter, rect)
        side = look.px(16)
        picture = look.icons.pixmap(command.icon, look.tokens.t2, side, painter.device().devicePixelRatio())
        painter.drawPixmap(rect.left() + look.px(8), rect.center().y() - side // 2 + 1, picture)
        painter.setFont(look.font("body", SEMIBOLD if selected else None))
        painter.setPen(look.tokens.t1)
        place = rect.adjusted(look.px(32), 0, -look.px(8), 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, command.title)
        painter.setFont(look.font("caption"))
        painter.setPen(look.tokens.t3)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, command.hint)
        painter.restore()


def open_palette(window: MainWindow) -> CommandPalette:
    palette = CommandPalette(window, commands(window))
    palette.open()
    palette.field.setFocus()
    return palette


def commands(window: MainWindow) -> list[Command]:
    """Profiles and whatever pages offer first, then pages, then what the window itself can do."""
    translate = QCoreApplication.translate
    found: list[Command] = []
    for page in window.made():
        if isinstance(page, Offers):
            found += page.commands()
    for entry in PAGES:
        title = entry.title or entry.command
        if title:
            words = translate("Navigation", title)
            found.append(Command(words, partial(window.go, entry.name), entry.icon, translate("Palette", "page")))
    found += [
        Command(translate("Palette", "Wide or narrow sidebar"), window.toggle_rail, "swap", "Ctrl+B"),
        Command(
            translate("Palette", "English or Chinese"), window.switch_language, "swap", words="language 中文 English"
        ),
    ]
    return found
