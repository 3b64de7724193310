"""The cards beside and below each other: as many columns as there is room for. Made as they are needed, in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from mqassist.core.practice import Card
from mqassist.gui.pages.lab.scenario_card import ScenarioCard
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.cards import EmptyState

NARROWEST = 236
"""Width of a card at 100 %."""
BATCH = 12


class CardGrid(QScrollArea):
    """`make` builds and connects the card of a scenario; it is called once for each that is ever shown."""

    def __init__(self, make: Callable[[Card], ScenarioCard], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self.cards: dict[str, ScenarioCard] = {}
        self._shown: list[Card] = []
        self._columns = 0
        self._inside = QWidget()
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.nothing = EmptyState()
        self.nothing.hide()
        box = self._box = QVBoxLayout(self._inside)
        box.setContentsMargins(0, 0, 8, 0)
        box.setSpacing(10)
        box.addLayout(self._grid)
        box.addWidget(self.nothing)
        box.addStretch(1)
        dress(self._inside, ground="surface")
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rest = QTimer(self)
        self._rest.setInterval(0)
        self._rest.timeout.connect(self._more)
        theme().changed.connect(self._fit)

    def put_on_top(self, widget: QWidget) -> None:
        """Something that scrolls with the cards, above them."""
        self._box.insertWidget(0, widget)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """These, in this order. The first batch at once, the rest between two events."""
        self._shown = list(cards)
        self.nothing.setVisible(not cards)
        names = {card.name for card in cards}
        for name, widget in self.cards.items():
            if name not in names:
                widget.hide()
        self._lay_out()

    @property
    def complete(self) -> bool:
        """Every card that is to be shown has been made."""
        return not self._rest.isActive()

    def _more(self) -> None:
        missing = [card for card in self._shown if card.name not in self.cards]
        for card in missing[:BATCH]:
            self.cards[card.name] = self._make(card)
        if len(missing) <= BATCH:
            self._rest.stop()
        self._place()

    def _lay_out(self) -> None:
        self._columns = self._room()
        self._rest.start()
        self._more()

    def _place(self) -> None:
        while self._grid.count():
            self._grid.takeAt(0)
        there = [self.cards[card.name] for card in self._shown if card.name in self.cards]
        for at, widget in enumerate(there):
            self._grid.addWidget(widget, at // self._columns, at % self._columns)
            widget.show()
        for column in range(8):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)

    def _room(self) -> int:
        """How many columns there is room for."""
        return max(1, (self.viewport().width() - 8 + 12) // (theme().px(NARROWEST) + 12))

    def _fit(self) -> None:
        if self._room() != self._columns and self._shown:
            self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
