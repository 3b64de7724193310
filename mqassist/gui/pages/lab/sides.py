"""Cards on the left, the selected scenario or the relay on the right; where there is no room, one of them at a time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from mqassist.gui.pages.lab.card_grid import CardGrid
from mqassist.gui.theme.theme import dress, grow, theme
from mqassist.gui.widgets.cards import Card
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Chip
from mqassist.gui.widgets.splitter import QuietSplitter

NARROW = 760
"""Below so many pixels at 100 % one side is shown at a time."""
SIDE = 330
"""The right side is never narrower, at 100 %."""


class Sides(QWidget):
    """`tabs`: cards (only where it is narrow), scenario, relay. `became_narrow` tells of either change."""

    became_narrow = Signal(bool)

    def __init__(self, filters: QWidget, grid: CardGrid, detail: QWidget, relay: QWidget) -> None:
        super().__init__()
        self.is_narrow = False
        self.tabs = {name: Chip(checkable=True) for name in ("cards", "scenario", "relay")}
        self._filters, self._grid = filters, grid
        self._group = QButtonGroup(self)
        self._tab_row = FlowRow((*self.tabs.values(),), gap=6)
        self._stack = QStackedWidget()
        self._left, self._right = QWidget(), QWidget()
        self._column, self._side = QVBoxLayout(self._left), QVBoxLayout(self._right)
        self._box = QVBoxLayout(self)
        self._build(detail, relay)
        theme().changed.connect(self._fit)
        for chip in self.tabs.values():
            self._group.addButton(chip)
            chip.toggled.connect(self._show_tab)
        self.tabs["scenario"].setChecked(True)
        self.retranslate()

    def _build(self, detail: QWidget, relay: QWidget) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._column.addWidget(self._filters)
        self._column.addWidget(self._grid, 1)
        for inside in (detail, relay):
            scroll = QScrollArea()
            scroll.setWidgetResizable(True)
            scroll.setFrameShape(QFrame.Shape.NoFrame)
            scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            scroll.setWidget(inside)
            dress(inside, ground="surface")
            self._stack.addWidget(scroll)
        ground = Card(margin=4)
        ground.body.addWidget(self._stack)
        self._side.setContentsMargins(12, 0, 0, 0)
        self._side.setSpacing(8)
        self._side.addWidget(self._tab_row)
        self._side.addWidget(ground, 1)
        grow(self._right, self._right.setMinimumWidth, SIDE)
        splitter = QuietSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._left)
        splitter.addWidget(self._right)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([780, 340])
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(10)
        self._box.addWidget(splitter, 1)

    def _arrange(self) -> None:
        """Where it is narrow the tabs stand above, and the filters scroll with the cards."""
        if self.is_narrow:
            self._box.insertWidget(0, self._tab_row)
            self._grid.put_on_top(self._filters)
        else:
            self._side.insertWidget(0, self._tab_row)
            self._column.insertWidget(0, self._filters)
            if self.tabs["cards"].isChecked():
                self.tabs["scenario"].setChecked(True)
        self._side.setContentsMargins(0 if self.is_narrow else 12, 0, 0, 0)
        self._show_tab()
        self.became_narrow.emit(self.is_narrow)

    def _show_tab(self) -> None:
        cards = self.tabs["cards"].isChecked()
        self.tabs["cards"].setVisible(self.is_narrow)
        self._stack.setCurrentIndex(1 if self.tabs["relay"].isChecked() else 0)
        self._left.setVisible(not self.is_narrow or cards)
        self._right.setVisible(not self.is_narrow or not cards)

    def retranslate(self) -> None:
        self.tabs["cards"].setText(self.tr("Scenarios"))
        self.tabs["scenario"].setText(self.tr("Scenario"))
        self.tabs["relay"].setText(self.tr("Fault relay"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < theme().px(NARROW)
        if narrow != self.is_narrow:
            self.is_narrow = narrow
            self._arrange()
