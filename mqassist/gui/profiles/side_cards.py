"""Beside the fields: what may be done on this broker, and where its logs are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from mqassist.core.record import changed
from mqassist.gui.profiles.form import Form
from mqassist.gui.shell import Shell
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.widgets.buttons import Button, IconButton
from mqassist.gui.widgets.cards import Card, clear
from mqassist.gui.widgets.fields import CheckBox
from mqassist.gui.widgets.labels import ElidedLabel, Text


class SafetyCard(Card):
    """Production, login tries, active tests."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(margin=14)
        self.title = Text("", weight=SEMIBOLD)
        self.production, self.limit, self.active = CheckBox(), CheckBox(), CheckBox()
        self.body.addWidget(self.title)
        for box in (self.production, self.limit, self.active):
            self.body.addWidget(box)
            box.clicked.connect(lambda _on=False: self.edited.emit())
        self.retranslate()

    def fill(self, form: Form) -> None:
        self.production.setChecked(form.production)
        self.limit.setChecked(form.limit_logins)
        self.active.setChecked(form.allow_active)

    def read(self, form: Form) -> Form:
        return changed(
            form,
            production=self.production.isChecked(),
            limit_logins=self.limit.isChecked(),
            allow_active=self.active.isChecked(),
        )

    def retranslate(self) -> None:
        self.title.setText(self.tr("Safety"))
        self.production.setText(self.tr("Production: ask before any active test"))
        self.limit.setText(self.tr("At most 3 login tries per run"))
        self.active.setText(self.tr("Allow publish and read back"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class LogsCard(Card):
    """The broker's log files; each can be opened and taken off the list."""

    edited = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__(margin=14)
        self._shell = shell
        self._logs: tuple[str, ...] = ()
        self.title = Text("", weight=SEMIBOLD, wrap=False)
        self.add = Button("", kind="link")
        self.empty = Text("", role="caption", colour="t3")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.add)
        self.body.addLayout(head)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self.body.addLayout(self._list)
        self.body.addWidget(self.empty)
        self.add.clicked.connect(self._add)
        self.retranslate()

    def fill(self, form: Form) -> None:
        self._logs = form.logs
        self._show()

    def read(self, form: Form) -> Form:
        return changed(form, logs=self._logs)

    def put(self, path: str) -> None:
        if path and path not in self._logs:
            self._logs = (*self._logs, path)
            self._show()
            self.edited.emit()

    def _add(self) -> None:
        def chosen(paths: list[str]) -> None:
            for path in paths:
                self.put(path)

        filters = self.tr("Log files (*.log *.log.* *.txt *.gz);;All files (*)")
        self._shell.open_file(self, self.tr("Log files of the broker"), filters, chosen)

    def _take_off(self, path: str) -> None:
        self._logs = tuple(each for each in self._logs if each != path)
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        clear(self._list)
        for path in self._logs:
            row = QHBoxLayout()
            row.setSpacing(4)
            opens = IconButton("doc", self.tr("Open {file}").format(file=path), self)
            opens.clicked.connect(lambda _on=False, path=path: self._shell.open_log(path))
            off = IconButton("x", self.tr("Take {file} off the list").format(file=path), self)
            off.clicked.connect(lambda _on=False, path=path: self._take_off(path))
            row.addWidget(opens)
            row.addWidget(ElidedLabel(path, self, role="mono"), 1)
            row.addWidget(off)
            self._list.addLayout(row)
        self.empty.setVisible(not self._logs)

    def retranslate(self) -> None:
        self.title.setText(self.tr("Log sources"))
        self.add.setText(self.tr("Add…"))
        self.add.setAccessibleName(self.tr("Add log files"))
        self.empty.setText(self.tr("With the broker's log, its own words stand beside each step."))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
