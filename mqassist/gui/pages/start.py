"""The first page: paste anything, take what was found on this computer, be guided, or practise."""

from __future__ import annotations

import os

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.local import FoundHere, LocalBroker, SettingsFile
from mqassist.gui.drops import is_address
from mqassist.gui.shell import EditsProfiles, Explains, Shell
from mqassist.gui.status_bar import Note
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, Line, clear
from mqassist.gui.widgets.fields import Field
from mqassist.gui.widgets.flow import FlowLayout
from mqassist.gui.widgets.labels import ElidedLabel, SectionTitle, StateShape, Text
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
        self._found_title = SectionTitle()
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
        column.setContentsMargins(0, 64, 0, 32)
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
        text = self.field.text().strip()
        if not text:
            self.field.setFocus()
        elif is_address(text):
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
        return _row(_Icon("doc"), name, says, read)

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


class PasteField(Field):
    """One line that takes anything; pasted lines are kept as they are, joined by a blank only on screen."""

    submitted = Signal()
    lines_pasted = Signal(str)
    """Several lines: they would lose their ends in this field."""

    def __init__(self) -> None:
        super().__init__(mono=True, icon_name="link")

    def set_name(self, name: str, hint: str) -> None:
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(theme().px(42), super().sizeHint().height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
            return
        if event.matches(QKeySequence.StandardKey.Paste):
            text = QGuiApplication.clipboard().text()
            if "\n" in text.strip():
                self.lines_pasted.emit(text)
                return
        super().keyPressEvent(event)


class Example(QAbstractButton):
    """Something that could be pasted; a click pastes it."""

    def __init__(self, short: str, full: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.full = full
        self.setText(short)
        self.setAccessibleName(full)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        dress(self, "mono")

    def sizeHint(self) -> QSize:
        look = theme()
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + look.px(14), self.fontMetrics().height() + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.line2, 1))
        painter.setBrush(look.tokens.hover if self.underMouse() else look.tokens.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(4), look.px(4))
        painter.setPen(look.tokens.t1)
        place = self.rect().adjusted(look.px(7), 0, -look.px(7), 0)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class BigCard(QAbstractButton):
    """A way to begin: icon, title and one sentence."""

    def __init__(self, icon_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self._icon_name = icon_name
        # as tall as the tallest beside it
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def say(self, title: str, text: str) -> None:
        self._text = text
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(230), self.heightForWidth(theme().px(230)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(150), self.heightForWidth(theme().px(230)))

    def heightForWidth(self, width: int) -> int:
        look = theme()
        inner = max(60, width - look.px(32))
        metrics = self.fontMetrics()
        words = metrics.boundingRect(0, 0, inner, 10_000, Qt.TextFlag.TextWordWrap, self._text)
        return words.height() + metrics.height() + look.px(8 + 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.accentline if self.underMouse() else look.tokens.line, 1))
        painter.setBrush(look.tokens.hover if self.isDown() else look.tokens.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(8), look.px(8))
        margin, side = look.px(16), look.px(18)
        high = self.fontMetrics().height()
        picture = look.icons.pixmap(self._icon_name, look.tokens.accent, side, self.devicePixelRatioF())
        painter.drawPixmap(margin, margin + (high - side) // 2, picture)
        painter.setFont(look.font("body", SEMIBOLD))
        painter.setPen(look.tokens.t1)
        place = self.rect().adjusted(margin + side + look.px(8), margin, -margin, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignTop, self.text())
        painter.setFont(look.font())
        painter.setPen(look.tokens.t2)
        place = self.rect().adjusted(margin, margin + high + look.px(8), -margin, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self._text)
        painter.end()


class _Icon(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(14), theme().px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        picture = look.icons.pixmap(self._name, look.tokens.t2, look.px(14), self.devicePixelRatioF())
        painter.drawPixmap(0, 0, picture)
        painter.end()


def _row(shape: QWidget, name: str, says: str, button: Button) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(16, 6, 8, 6)
    row.setSpacing(8)
    row.addWidget(shape)
    title = Text(name, weight=SEMIBOLD, wrap=False)
    title.setMinimumWidth(theme().px(170))
    row.addWidget(title)
    row.addWidget(ElidedLabel(says, colour="t2", mode=Qt.TextElideMode.ElideRight), 1)
    row.addWidget(button)
    return made
