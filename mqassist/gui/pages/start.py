"""The first page: paste anything, take what was found on this computer, be guided, or practise."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.local import FoundHere, LocalBroker, SettingsFile
from mqassist.gui.drops import is_address
from mqassist.gui.pages.start_parts import BigCard, Example, Icon, PasteField
from mqassist.gui.shell import EditsProfiles, Explains, Shell
from mqassist.gui.status_bar import Note
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import grow, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, Line, clear
from mqassist.gui.widgets.flow import FlowLayout
from mqassist.gui.widgets.labels import ElidedLabel, StateShape, Text
from mqassist.services import Services, found_here

WIDTH = 760
EXAMPLES = (
    ("mqtt://localhost", "mqtt://localhost"),
    ('Exception (403) Reason: "no access to this vhost"', 'Exception (403) Reason: "no access to this vhost"'),
    ("SPRING_RABBITMQ_HOST=…", "SPRING_RABBITMQ_HOST=mq.example.com"),
)
"""What is shown, and what a click pastes."""


class StartPage(QWidget):
    """Where a person without a profile begins."""

    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self.services = services
        self.shell = shell
        self._title = Text(role="hero")
        self._lead = Text(colour="t2")
        self.field = PasteField()
        self.diagnose = Button("", kind="filled", icon_name="play")
        self._examples_word = Text(role="caption", colour="t3", wrap=False)
        self.examples = [Example(short, full, self) for short, full in EXAMPLES]
        self.guide = BigCard("compass", self)
        self.open_log = BigCard("log", self)
        self.practise = BigCard("lab", self)
        self._found_title = Text(role="section", wrap=False)
        self._found_how = Text(role="caption", colour="t3")
        self._list = Card(margin=0, gap=0)
        self._notes = [Note(icon, self) for icon in ("shield", "eye")]
        self._found: FoundHere | None = None
        self._build()
        self._connect()
        self.retranslate()
        shell.bridge.background(found_here, self._show_found, self._nothing_found, self)

    def _build(self) -> None:
        self._column = QWidget(self)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(32, 0, 32, 0)
        outer.addStretch(1)
        outer.addWidget(self._column, 20)
        outer.addStretch(1)
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 64, 4, 32)  # at the right the focus ring needs its room
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._lead)
        column.addSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        self.diagnose.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        row.addWidget(self.diagnose)
        column.addLayout(row)
        self._examples_row = FlowLayout()
        self._examples_row.addWidget(self._examples_word)
        for example in self.examples:
            self._examples_row.addWidget(example)
        column.addLayout(self._examples_row)
        column.addSpacing(16)
        self._cards = QGridLayout()
        self._cards.setSpacing(12)
        column.addLayout(self._cards)
        column.addSpacing(20)
        head = QHBoxLayout()
        head.addWidget(self._found_title)
        head.addWidget(self._found_how, 1)
        self._found_how.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(head)
        column.addWidget(self._list)
        column.addSpacing(12)
        notes = QHBoxLayout()
        notes.setSpacing(16)
        for note in self._notes:
            notes.addWidget(note)
        notes.addStretch(1)
        column.addLayout(notes)
        column.addStretch(1)
        self._set_found_shown(False)
        self._arrange()

    def tab_order(self) -> Sequence[QWidget]:
        return (self.field, self.diagnose, *self.examples, self.guide, self.open_log, self.practise)

    def _connect(self) -> None:
        self.diagnose.clicked.connect(self._take)
        self.field.submitted.connect(self._take)
        self.field.lines_pasted.connect(self._sort)
        for example in self.examples:
            example.clicked.connect(lambda _on=False, text=example.full: self._try(text))
        self.guide.clicked.connect(lambda: self.shell.go("wizard"))
        self.open_log.clicked.connect(self._choose_log)
        self.practise.clicked.connect(lambda: self.shell.go("lab"))
        theme().changed.connect(self._arrange)

    # -- what was pasted ------------------------------------------------------------------------

    def _take(self) -> None:
        text = self.field.whole()
        if not text:
            self.field.setFocus()
            return
        self.field.forget()
        if is_address(text):
            self.shell.start_check(text)
        else:
            self._sort(text)

    def _sort(self, text: str) -> None:
        """Settings that name a broker go to the guide, which asks for the rest; an error is explained."""
        services = self.shell.services

        def names_a_broker(_token: CancelToken) -> bool:
            try:
                return bool(services.profiles.read_text(text).found)
            except UserError:
                return False

        def go(named: bool) -> None:
            if named or not self.shell.can(Explains):
                self.shell.guide(text)
            else:
                self.shell.explain_text(text)

        self.shell.bridge.background(names_a_broker, go, None, self)

    def _try(self, text: str) -> None:
        self.field.setText(text)
        self.field.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """The first thing to do is to paste: nothing has to be clicked for it."""
        super().showEvent(event)
        if self.window().focusWidget() is None:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_log(self) -> None:
        self.shell.open_file(self, self.tr("Open a broker's log"), "", self._open_logs)

    def _open_logs(self, paths: list[str]) -> None:
        for path in paths:
            self.shell.open_log(path)

    # -- what was found -------------------------------------------------------------------------

    def _show_found(self, found: FoundHere) -> None:
        self._found = found
        clear(self._list.body)
        rows: list[QWidget] = [self._broker_row(broker) for broker in found.brokers]
        if self.shell.can(EditsProfiles):
            rows += [self._file_row(file) for file in found.files]
        for number, row in enumerate(rows):
            if number:
                self._list.body.addWidget(Line())
            self._list.body.addWidget(row)
        self._set_found_shown(bool(rows))

    def _nothing_found(self, _error: Exception) -> None:
        self._set_found_shown(False)

    def _set_found_shown(self, shown: bool) -> None:
        for widget in (self._found_title, self._found_how, self._list):
            widget.setVisible(shown)

    def _broker_row(self, broker: LocalBroker) -> QWidget:
        name = broker.name or (self.tr("AMQP broker") if broker.url.startswith("amqp") else self.tr("MQTT broker"))
        check = Button(self.tr("Check"))
        check.setAccessibleName(self.tr("Check {name} at {url}").format(name=name, url=broker.url))
        check.clicked.connect(lambda: self.shell.start_check(broker.url))
        return _row(StateShape("waiting", size=14), name, self._listens(broker), check)

    def _listens(self, broker: LocalBroker) -> str:
        places = ", ".join(str(port) for port in (*broker.ports, *broker.more_ports)[:4])
        if broker.loopback_only:
            return self.tr("listens on {ip}, port {ports}; this computer only").format(ip=broker.ip, ports=places)
        return self.tr("listens on port {ports}").format(ports=places)

    def _file_row(self, file: SettingsFile) -> QWidget:
        read = Button(self.tr("Read…"))
        name = os.path.basename(file.path)
        read.setAccessibleName(self.tr("Read {name}").format(name=name))
        read.clicked.connect(lambda: self.shell.import_profiles(file.path))
        if file.count == 1:
            says = self.tr("in the folder you started from, one broker")
        else:
            says = self.tr("in the folder you started from, {count} brokers").format(count=file.count)
        return _row(Icon("doc"), name, says, read)

    # -- looks ----------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Three cards beside each other, or below where there is no room for their words."""
        look = theme()
        self._column.setMaximumWidth(look.px(WIDTH))
        shown = [self.guide]
        if self.shell.page_exists("logs"):
            shown.append(self.open_log)
        if self.shell.page_exists("lab"):
            shown.append(self.practise)
        self.guide.setVisible(self.shell.page_exists("wizard"))
        wide = min(self.width(), look.px(WIDTH)) >= look.px(560)
        for number, card in enumerate(shown):
            self._cards.addWidget(card, 0 if wide else number, number if wide else 0)
        for card in (self.open_log, self.practise):
            card.setVisible(card in shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def retranslate(self) -> None:
        self._title.setText(self.tr("What cannot connect?"))
        self._lead.setText(
            self.tr(
                "Paste a broker URL, an error or a whole settings file. "
                "The answer names one cause, who has to act, and the proof."
            )
        )
        self.field.set_name(
            self.tr("Address, error or settings"), self.tr("amqps://user@host:5671/vhost  or anything else")
        )
        self.diagnose.setText(self.tr("Diagnose"))
        self._examples_word.setText(self.tr("For example"))
        self.guide.say(self.tr("Guide me"), self.tr("A few questions, then layer by layer in plain words."))
        self.open_log.say(self.tr("Open a log"), self.tr("RabbitMQ, Mosquitto, EMQX. Gigabytes are fine."))
        self.practise.say(self.tr("Practise first"), self.tr("Healthy and broken endpoints, on this computer."))
        self._found_title.setText(self.tr("Found on this computer"))
        self._found_how.setText(self.tr("looked at open local ports and known settings files, nothing was contacted"))
        self._notes[0].set_text(self.tr("Nothing is sent anywhere"))
        self._notes[1].set_text(self.tr("Checks only read, until you allow more"))
        if self._found is not None:
            self._show_found(self._found)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _row(shape: QWidget, name: str, says: str, button: Button) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(16, 6, 8, 6)
    row.setSpacing(8)
    row.addWidget(shape)
    title = Text(name, weight=SEMIBOLD, wrap=False)
    grow(title, title.setMinimumWidth, 170)
    row.addWidget(title)
    row.addWidget(ElidedLabel(says, colour="t2", mode=Qt.TextElideMode.ElideRight), 1)
    row.addWidget(button)
    return made
