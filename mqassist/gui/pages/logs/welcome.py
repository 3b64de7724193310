"""What the logs page offers before a log is open: the logs of this computer's brokers, and any other source."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from mqassist.core.log import LocalLog
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import dress
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, clear
from mqassist.gui.widgets.fields import Field
from mqassist.gui.widgets.labels import ElidedLabel, StateShape, Text

WIDEST = 720
"""Logical pixels: longer lines are hard to read."""


class Welcome(QScrollArea):
    """`wanted` is a path or another source of a log; `choose_wanted` asks for a file."""

    wanted = Signal(str)
    choose_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._found: list[LocalLog] | None = None
        self._asked = False
        self.title = Text(role="title")
        self.text = Text(colour="t2")
        self.open_button = Button(kind="filled", icon_name="folder")
        self.source = Field(mono=True)
        self.read = Button()
        self.back = Button(kind="quiet", icon_name="up")
        self.back.hide()
        self.examples = Text(role="caption", colour="t3")
        self.recent_heading, self.recent_list = Text(role="section"), QVBoxLayout()
        self.heading, self.list = Text(role="section"), QVBoxLayout()
        self._build()
        self.retranslate()

    def _build(self) -> None:
        inside = QWidget()
        dress(inside, ground="surface")
        box = QVBoxLayout()
        box.setSpacing(12)
        box.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.title)
        box.addWidget(self.text)
        box.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.addWidget(self.source, 1)
        row.addWidget(self.read)
        box.addLayout(row)
        box.addWidget(self.examples)
        for heading, entries in ((self.recent_heading, self.recent_list), (self.heading, self.list)):
            box.addSpacing(8)
            box.addWidget(heading)
            entries.setSpacing(6)
            box.addLayout(entries)
        box.addStretch(1)
        column = QWidget()
        column.setLayout(box)
        column.setMaximumWidth(WIDEST)
        around = QHBoxLayout(inside)
        around.setContentsMargins(32, 40, 32, 32)
        around.addStretch(1)
        around.addWidget(column, 8)
        around.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.open_button.clicked.connect(self.choose_wanted)
        self.back.clicked.connect(self.back_wanted)
        self.read.clicked.connect(self._read)
        self.source.returnPressed.connect(self._read)

    def show_back(self, open_already: bool) -> None:
        """A log is open, and another one is looked for."""
        self._beside = open_already
        self.back.setVisible(open_already)
        self.retranslate()

    _beside = False

    def show_recent(self, sources: Sequence[str]) -> None:
        """Those that were opened before, the last one first."""
        self._recent = tuple(sources)
        self._fill_recent()

    _recent: tuple[str, ...] = ()

    def _fill_recent(self) -> None:
        clear(self.recent_list)
        self.recent_heading.setVisible(bool(self._recent))
        for source in self._recent:
            card = Card(margin=8)
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(ElidedLabel(source, role="mono"), 1)
            button = Button(self.tr("Open"))
            button.setAccessibleName(self.tr("Open {source}").format(source=source))
            button.clicked.connect(partial(self.wanted.emit, source))
            row.addWidget(button)
            card.body.addLayout(row)
            self.recent_list.addWidget(card)

    def _read(self) -> None:
        source = self.source.text().strip()
        if source:
            self.wanted.emit(source)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            services = self._shell.services
            self._shell.bridge.background(lambda _token: services.logs.on_this_computer(), self.offer, None, self)

    def offer(self, found: list[LocalLog]) -> None:
        """What was found on this computer."""
        self._found = found
        self._fill()

    def _fill(self) -> None:
        clear(self.list)
        if self._found is None:
            self.heading.setText(self.tr("Looking for brokers on this computer …"))
            return
        self.heading.setText(
            self.tr("Logs of brokers on this computer") if self._found else self.tr("No broker's log on this computer")
        )
        for each in self._found:
            self.list.addWidget(self._entry(each))
        if not self._found:
            words = self.tr(
                "Looked for RabbitMQ, Mosquitto and EMQX where their packages, the journal and containers keep logs. "
                "A broker on another machine: copy its log here, or name it above as ssh://HOST/PATH."
            )
            self.list.addWidget(Text(words, colour="t2"))

    def _entry(self, log: LocalLog) -> QWidget:
        card = Card(margin=8)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(StateShape("works" if log.readable else "warning"))
        row.addWidget(Text(log.broker, wrap=False))
        row.addWidget(ElidedLabel(log.source, role="mono", colour="t2"), 1)
        if log.size is not None:
            row.addWidget(Text(size_words(log.size), role="caption", colour="t3", wrap=False))
        button = Button(self.tr("Open"))
        name = self.tr("Open the log of {broker}: {source}").format(broker=log.broker, source=log.source)
        button.setAccessibleName(name)
        button.clicked.connect(partial(self.wanted.emit, log.source))
        row.addWidget(button)
        card.body.addLayout(row)
        if not log.readable:
            why = self.tr("This user may not read it: start mqassist as one who may, or copy the log.")
            card.body.addWidget(Text(why, role="caption", colour="t2"))
        return card

    def retranslate(self) -> None:
        self.title.setText(self.tr("Which log?") if self._beside else self.tr("No log is open"))
        self.back.setText(self.tr("Back to the log"))
        self.text.setText(self.tr("Open a broker's log, or drop it here: any size, also packed ones."))
        self.open_button.setText(self.tr("Open a log"))
        self.source.setAccessibleName(self.tr("Another source"))
        self.source.setPlaceholderText(self.tr("or another source, such as docker:rabbit or a path"))
        self.examples.setText(
            self.tr("docker:NAME or podman:NAME · journal:UNIT · kubectl:NAMESPACE/POD · ssh://USER@HOST/PATH")
        )
        self.recent_heading.setText(self.tr("Opened before"))
        self.read.setText(self.tr("Read"))
        self._fill()
        self._fill_recent()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def size_words(count: int) -> str:
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"
