"""Turn this into a check: what the text tells of the endpoint, and the way to a run or a profile."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from mqassist.core.explained import ExplainedTarget
from mqassist.core.percent import encode
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, KeyValueTable
from mqassist.gui.widgets.labels import SectionTitle, Text


class TargetCard(Card):
    """`check_wanted` and `profile_wanted` come with the whole address, secrets included: it goes no further than the
    field that masks it."""

    check_wanted = Signal(str)
    profile_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._target: ExplainedTarget | None = None
        self._letter = ""
        self._title = SectionTitle()
        self._source = Text(role="caption", colour="t3", wrap=False)
        self._rows = KeyValueTable()
        self.check = Button(kind="filled", icon_name="play")
        self.save = Button(kind="outlined")
        self._harmless = Text(role="caption", colour="t3", wrap=False)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._source)
        self.body.addLayout(head)
        self.body.addWidget(self._rows)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.check)
        row.addWidget(self.save)
        row.addStretch(1)
        row.addWidget(self._harmless)
        self.body.addLayout(row)
        self.check.clicked.connect(lambda: self.check_wanted.emit(self.address()))
        self.save.clicked.connect(lambda: self.profile_wanted.emit(self.address()))
        self.retranslate()

    def show_target(self, target: ExplainedTarget | None, letter: str = "") -> None:
        """`letter` is that of the words it was read from, if they are marked."""
        self._target, self._letter = target, letter
        self.setVisible(target is not None and bool(target.host))
        self.retranslate()

    def address(self) -> str:
        """The URL with the password that stood in the text, if there was one."""
        target = self._target
        if target is None:
            return ""
        if target.password is None or not target.username or "@" not in target.url:
            return target.url
        return target.url.replace("@", f":{encode(target.password.reveal())}@", 1)

    def retranslate(self) -> None:
        self._title.setText(self.tr("Turn this into a check"))
        source = self.tr("Filled from the text, mark {letter}") if self._letter else self.tr("Filled from the text")
        self._source.setText(source.format(letter=self._letter))
        self.check.setText(self.tr("Check it now"))
        self.save.setText(self.tr("Save as a profile"))
        self._harmless.setText(self.tr("Read-only"))
        target = self._target
        if target is None:
            return
        self.check.setEnabled(target.dialable)
        unknown = self.tr("not in the text")
        place = f"{target.host}:{target.port}" if target.port else target.host
        rows = [(self.tr("Protocol"), target.scheme or unknown), (self.tr("Host"), place)]
        if target.vhost is not None:
            rows.append((self.tr("Virtual host"), target.vhost))
        rows.append((self.tr("User"), target.username or unknown))
        if target.client_id:
            rows.append((self.tr("Client id"), target.client_id))
        hidden = self.tr("in the text, hidden") if target.password is not None else unknown
        rows.append((self.tr("Password"), hidden))
        self._rows.set_rows(rows, mono=True)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
