"""The settings as a table: name and value on the left, beside them how the value comes about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.states import State
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.cards import Card, Line, clear
from mqassist.gui.widgets.labels import StateShape, Tag, Text
from mqassist.report.advised import PresentedSetting

NAME_WIDTH = 280
NARROW, LARGE_PERCENT = 760, 150


class SettingRow(QWidget):
    """`numbers` are those of its sources in the list below the table."""

    def __init__(self, setting: PresentedSetting, numbers: tuple[int, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting, self.numbers = setting, numbers
        self._narrow: bool | None = None
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(4)
        left.addWidget(Text(setting.label, role="caption", colour="t3"))
        left.addWidget(Text(setting.answer, weight=SEMIBOLD, selectable=True))
        left.addWidget(Tag(setting.basis_word), 0, Qt.AlignmentFlag.AlignLeft)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(4)
        for warning in setting.warnings:
            right.addLayout(_marked("warning", warning, "t1"))
        for at, step in enumerate(setting.arithmetic):
            last = at == len(setting.arithmetic) - 1
            marks = " ".join(f"[{number}]" for number in numbers) if last else ""
            right.addWidget(Text(f"{step} {marks}".rstrip(), colour="t2"))
        for gap in setting.unknown:
            right.addLayout(_marked("undecided", self.tr("Not measured: {what}").format(what=gap), "t2"))
        for question in setting.questions:
            right.addLayout(_marked("note", self.tr("You can say: {what}").format(what=question), "t2"))
        right.addStretch(1)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        self._box.addWidget(self._left)
        self._box.addLayout(right, 1)
        told = (*setting.warnings, *setting.arithmetic, *setting.unknown, *setting.questions)
        self.setAccessibleName(f"{setting.label}: {setting.answer}")
        self.setAccessibleDescription(" ".join(told))

    def set_narrow(self, narrow: bool) -> None:
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._box.setDirection(direction)
        self._box.setSpacing(6 if narrow else 16)
        width = 16_777_215 if narrow else theme().px(NAME_WIDTH)
        self._left.setMaximumWidth(width)
        self._left.setMinimumWidth(0 if narrow else width)


def _marked(state: State, text: str, colour: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    words = Text(text, colour=colour)
    row.addWidget(StateShape(state, size=12, beside=words), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(words, 1)
    return row


class SettingTable(Card):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, gap=12)
        self.rows: list[SettingRow] = []
        theme().changed.connect(self._fit)

    def show_settings(self, settings: Sequence[PresentedSetting], sources: dict[str, int]) -> None:
        """Rows that stay as they are stay where they are: a figure that is typed changes one or two."""
        told = [(setting, tuple(sources[source] for source in setting.sources)) for setting in settings]
        if [row.setting.id for row in self.rows] != [setting.id for setting, _ in told]:
            clear(self.body)
            self.rows = []
            for setting, numbers in told:
                if self.rows:
                    self.body.addWidget(Line())
                self.rows.append(SettingRow(setting, numbers))
                self.body.addWidget(self.rows[-1])
        for at, (setting, numbers) in enumerate(told):
            old = self.rows[at]
            if (old.setting, old.numbers) == (setting, numbers):
                continue
            self.rows[at] = SettingRow(setting, numbers)
            self.body.replaceWidget(old, self.rows[at])
            old.hide()
            old.deleteLater()
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < theme().px(NARROW) or theme().percent >= LARGE_PERCENT
        for row in self.rows:
            row.set_narrow(narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._fit()
        super().changeEvent(event)
