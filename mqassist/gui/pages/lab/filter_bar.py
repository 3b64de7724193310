"""Which scenarios are shown: groups, protocol, level, words."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from mqassist.core.practice import Card
from mqassist.gui.pages.lab.practice import LAYERS, wanted
from mqassist.gui.widgets.fields import Choice, SearchField
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Chip


class FilterBar(QWidget):
    """`narrowed` after every choice; `wants` says whether a card is let through."""

    narrowed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.groups = QButtonGroup(self)
        self.chips = {name: Chip(checkable=True) for name in ("", "healthy", *LAYERS)}
        self.protocol, self.difficulty = Choice(), Choice()
        self.search = SearchField()
        self.groups.setExclusive(True)
        for chip in self.chips.values():
            self.groups.addButton(chip)
        self.chips["healthy"].setChecked(True)  # a newcomer begins with what works
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.search, 1)
        below.addWidget(self.protocol)
        below.addWidget(self.difficulty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addWidget(FlowRow((*self.chips.values(),), gap=6))
        box.addLayout(below)
        for chip in self.chips.values():
            chip.toggled.connect(self._chosen)
        for choice in (self.protocol, self.difficulty):
            choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
            choice.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)  # the search gives way, no word
            choice.activated.connect(lambda _at: self.narrowed.emit())
        self.search.textChanged.connect(lambda _text: self.narrowed.emit())
        self.retranslate()

    def _chosen(self, on: bool) -> None:
        if on:
            self.narrowed.emit()

    def wants(self, card: Card) -> bool:
        group = next((name for name, chip in self.chips.items() if chip.isChecked()), "")
        protocol, level = self.protocol.value(), self.difficulty.value()
        return wanted(card, group, str(protocol or ""), level if isinstance(level, int) else 0, self.search.text())

    def retranslate(self) -> None:
        names = {
            "": self.tr("All"), "healthy": self.tr("Healthy"), "input": self.tr("Address"),
            "network": self.tr("Network"), "proxy": self.tr("Proxy"), "protocol": self.tr("Protocol"),
            "tls": self.tr("TLS"), "auth": self.tr("Login"), "permissions": self.tr("Rights"),
            "heartbeat": self.tr("Heartbeat"), "health": self.tr("Broker's health"),
        }  # fmt: skip
        for name, chip in self.chips.items():
            chip.setText(names[name])
        both = (("", self.tr("AMQP and MQTT")), ("amqp", self.tr("AMQP")), ("mqtt", self.tr("MQTT")))
        fill_choice(self.protocol, both)
        self.protocol.setAccessibleName(self.tr("Protocol"))
        levels = (self.tr("Every level"), self.tr("Easy"), self.tr("Medium"), self.tr("Hard"))
        fill_choice(self.difficulty, tuple(enumerate(levels)))
        self.difficulty.setAccessibleName(self.tr("Level"))
        self.search.set_name(self.tr("Find a scenario"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def fill_choice(choice: Choice, entries: Iterable[tuple[object, str]]) -> None:
    """The same values in other words: what was chosen stays chosen."""
    now = choice.value()
    choice.clear()
    for value, text in entries:
        choice.add(text, value)
    if now is not None:
        choice.choose(now)
