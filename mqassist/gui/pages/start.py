"""The first page: paste anything, take what was found on this computer, or be guided."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from mqassist.gui.shell import Shell
from mqassist.gui.widgets.labels import Text
from mqassist.services import Services


class StartPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self.services = services
        self.shell = shell
        box = QVBoxLayout(self)
        box.setContentsMargins(32, 64, 32, 32)
        self._title = Text(role="hero")
        box.addWidget(self._title)
        box.addStretch(1)
        self._title.setText(self.tr("What cannot connect?"))
