"""What the client is called and asks for: name, group, tags, times, names of queues and topics, the way there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QPlainTextEdit, QVBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.core.proxy_target import split_proxy
from mqassist.core.record import changed
from mqassist.gui.profiles.form import Form
from mqassist.gui.profiles.parts import FieldRow, Labelled
from mqassist.gui.profiles.secret_field import SecretField
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.fields import Choice, Field
from mqassist.gui.widgets.labels import SectionTitle

_MONO = ("client_id", "queue", "exchange", "routing_key", "topic", "proxy", "management")
_AMQP, _MQTT = ("queue", "exchange", "routing_key"), ("client_id", "topic", "mqtt_version", "qos")


class ClientSection(QWidget):
    """`edited` when the person changed anything. A password in the proxy's address goes to `proxy_secret`."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = SectionTitle()
        self.way = SectionTitle()
        texts = ("name", "tags", "heartbeat", "timeout", *_MONO)
        self.fields = {name: Labelled(Field(mono=name in _MONO)) for name in texts}
        self.group = Labelled(Field())
        self.version = Labelled(Choice())
        self.qos = Labelled(Choice())
        self.proxy_secret = SecretField()
        self.proxy_secret_field = Labelled(self.proxy_secret)
        self.notes = Labelled(QPlainTextEdit())
        self._build()
        self._connect()
        theme().changed.connect(self._fit_notes)
        self.retranslate()

    def _build(self) -> None:
        field = self.fields
        notes = self._notes()
        self._known = QCompleter(self)
        self._known.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._known.setFilterMode(Qt.MatchFlag.MatchContains)
        self._group().setCompleter(self._known)
        popup = self._known.popup()
        if popup is not None:
            dress(popup, styled=True)
        notes.setTabChangesFocus(True)
        dress(notes, "body")
        choice = self._choice(self.version)
        for version in ("3.1", "3.1.1", "5"):
            choice.add(version, version)
        for level in (0, 1, 2):
            self._choice(self.qos).add(str(level), level)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.title)
        box.addWidget(FieldRow([(field["name"], 5), (self.group, 5), (field["heartbeat"], 3), (field["timeout"], 3)]))
        box.addWidget(FieldRow([(field["tags"], 1), (field["client_id"], 1)]))
        self._amqp = FieldRow([(field["queue"], 1), (field["exchange"], 1), (field["routing_key"], 1)])
        self._mqtt = FieldRow([(field["topic"], 6), (self.version, 2), (self.qos, 2)])
        box.addWidget(self._amqp)
        box.addWidget(self._mqtt)
        box.addSpacing(4)
        box.addWidget(self.way)
        box.addWidget(FieldRow([(field["proxy"], 1), (field["management"], 1)]))
        box.addWidget(self.proxy_secret_field)
        box.addWidget(self.notes)

    def _connect(self) -> None:
        for labelled in self.fields.values():
            assert isinstance(labelled.field, Field)
            labelled.field.textEdited.connect(lambda _: self.edited.emit())
        self._group().textChanged.connect(lambda _: self._tell())
        for choice in (self._choice(self.version), self._choice(self.qos)):
            choice.activated.connect(lambda _: self.edited.emit())
        self.proxy_secret.edited.connect(self.edited)
        self._notes().textChanged.connect(self._tell)
        self._line("proxy").editingFinished.connect(self._take_proxy_login)

    _filling = False

    def _tell(self) -> None:
        if not self._filling:
            self.edited.emit()

    def _group(self) -> Field:
        assert isinstance(self.group.field, Field)
        return self.group.field

    def _notes(self) -> QPlainTextEdit:
        assert isinstance(self.notes.field, QPlainTextEdit)
        return self.notes.field

    def _choice(self, labelled: Labelled) -> Choice:
        assert isinstance(labelled.field, Choice)
        return labelled.field

    def _line(self, name: str) -> Field:
        field = self.fields[name].field
        assert isinstance(field, Field)
        return field

    # -- in and out -----------------------------------------------------------------------------

    def fill(self, form: Form, groups: list[str], stored: bool) -> None:
        self._filling = True
        for name in self.fields:
            self._line(name).setText(str(getattr(form, name)))
        self._known.setModel(QStringListModel(groups, self._known))
        self._group().setText(form.group)
        self._choice(self.version).choose(form.mqtt_version)
        self._choice(self.qos).choose(form.qos)
        self.proxy_secret.reset(stored)
        self._notes().setPlainText(form.notes)
        self._show_proxy_secret()
        self.show_kind(form)
        self._filling = False

    def read(self, form: Form) -> Form:
        texts = {name: self._line(name).text() for name in self.fields}
        return changed(
            form,
            **texts,
            group=self._group().text(),
            mqtt_version=str(self._choice(self.version).value()),
            qos=self._choice(self.qos).value(),
            notes=self._notes().toPlainText(),
        )

    def show_kind(self, form: Form) -> None:
        amqp = form.kind == "amqp"
        self._amqp.setVisible(amqp)
        self._mqtt.setVisible(not amqp)
        self.fields["client_id"].setVisible(not amqp)

    def suggest_name(self, name: str) -> None:
        """The host, as long as the person gave no name of their own."""
        self._line("name").setText(name)

    def name_text(self) -> str:
        return self._line("name").text()

    def _take_proxy_login(self) -> None:
        """A pasted password does not stay in a field that everybody can read."""
        line = self._line("proxy")
        try:
            url, secret, _facts = split_proxy(line.text()) if line.text().strip() else ("", None, {})
        except UserError:
            return
        if secret is not None and not secret.is_blank:
            line.setText(url)
            self.proxy_secret.put(secret)
        self._show_proxy_secret()

    def _show_proxy_secret(self) -> None:
        self.proxy_secret_field.setVisible("@" in self._line("proxy").text() or self.proxy_secret.has_secret)

    # -- words ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.title.setText(self.tr("Client"))
        self.way.setText(self.tr("The way there"))
        for name, words, hint in (
            ("name", self.tr("Name"), ""),
            ("tags", self.tr("Tags"), self.tr("eu, orders")),
            ("heartbeat", self.tr("Heartbeat, s"), self.tr("the broker's")),
            ("timeout", self.tr("Connect timeout, s"), ""),
            ("client_id", self.tr("MQTT client id"), self.tr("one of each run")),
            ("queue", self.tr("Queue to check"), ""),
            ("exchange", self.tr("Exchange to check"), ""),
            ("routing_key", self.tr("Routing key"), ""),
            ("topic", self.tr("Topic to check"), ""),
            ("proxy", self.tr("Proxy"), "http://proxy:8080"),
            ("management", self.tr("Management API"), "http://mq.example.com:15672"),
        ):
            self.fields[name].set_name(words, hint)
        self.group.set_name(self.tr("Group"), self.tr("Production/EU"))
        self.version.set_name(self.tr("MQTT version"))
        self.qos.set_name(self.tr("QoS"))
        self.proxy_secret_field.set_name(self.tr("Password of the proxy"))
        self.notes.set_name(self.tr("Notes"))
        self._fit_notes()

    def _fit_notes(self) -> None:
        notes = self._notes()
        notes.setFixedHeight(notes.fontMetrics().lineSpacing() * 3 + theme().px(12))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
