"""What is checked, in one compact panel: it maps to CheckSettings and back. Asks nothing of the network."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.core.proxy_target import split_proxy
from mqassist.core.record import changed
from mqassist.core.secret import Secret
from mqassist.core.settings import CheckSettings
from mqassist.gui.theme.theme import grow, theme
from mqassist.gui.widgets.buttons import Button, IconButton
from mqassist.gui.widgets.cards import Card
from mqassist.gui.widgets.fields import CheckBox, Choice, Field
from mqassist.gui.widgets.labels import Text

MOST_SECONDS = 86_400.0
TEXTS = (
    "timeout",
    "heartbeat",
    "observe",
    "client_id",
    "queue",
    "exchange",
    "routing_key",
    "topic",
    "management",
    "proxy",
    "ca",
    "server_name",
)
AMQP_ONLY = ("queue", "exchange", "routing_key")
MQTT_ONLY = ("topic", "qos", "mqtt_version", "client_id")
FILES = ("ca",)
_OTHERWISE = {"log": "logs", "password-stdin": "password", "password-env": "password", "mqtt-version": "mqtt_version"}


def field_of(option: str) -> str:
    """What the panel calls an option of the command line (without its dashes); "" if it does not have it."""
    name = _OTHERWISE.get(option, option.replace("-", "_"))
    return name if name in (*TEXTS, *_OTHERWISE.values()) else ""


class OptionsPanel(Card):
    """`settings(base)` gives what is chosen on top of `base`; raises UserError for what cannot be read."""

    changed_by_person = Signal()
    closed = Signal()
    asked_for = Signal()
    """Somebody is to fill a field in now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="sunken", margin=12)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._labels: dict[str, Text] = {}
        self.password = Field()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.fields: dict[str, QLineEdit] = {name: Field(takes_files=name in FILES) for name in TEXTS}
        self.qos = Choice()
        for level in (0, 1, 2):
            self.qos.add(str(level), level)
        self.qos.choose(1)
        self.mqtt_version = Choice()
        for version in ("3.1", "3.1.1", "5"):
            self.mqtt_version.add(version, version)
        self.mqtt_version.choose("3.1.1")
        self.thorough, self.read_only = CheckBox(), CheckBox()
        self.logs: tuple[str, ...] = ()
        self._protocol = ""
        self._log_names = Text(role="mono", colour="t2")
        self.add_log = Button("", icon_name="plus")
        self.drop_logs = IconButton("x", "")
        self._title = Text(role="section")
        self._close = IconButton("x", "")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._cells = self._make_cells()
        self._columns = 0
        self._build()
        self._arrange(4)
        self.retranslate()

    def _make_cells(self) -> dict[str, QWidget]:
        cells: dict[str, QWidget] = {}
        order: tuple[tuple[str, QWidget], ...] = (
            ("password", self.password),
            *((name, self.fields[name]) for name in TEXTS[:4]),
            ("mqtt_version", self.mqtt_version),
            *((name, self.fields[name]) for name in TEXTS[4:8]),
            ("qos", self.qos),
            *((name, self.fields[name]) for name in TEXTS[8:]),
        )
        for name, field in order:
            cell = QWidget(self)
            box = QVBoxLayout(cell)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(2)
            label = Text(role="caption", colour="t2", wrap=False)
            label.setBuddy(field)
            self._labels[name] = label
            box.addWidget(label)
            box.addWidget(field)
            grow(field, field.setMinimumHeight, 28)  # as tall as one that is chosen from: their names are on one line
            cells[name] = cell
            if isinstance(field, QLineEdit):
                field.textEdited.connect(lambda _text: self.changed_by_person.emit())
        return cells

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        self.body.addLayout(head)
        self.body.addLayout(self._grid)
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self.thorough)
        below.addWidget(self.read_only)
        below.addStretch(1)
        below.addWidget(self._log_names)
        below.addWidget(self.drop_logs)
        below.addWidget(self.add_log)
        self.body.addLayout(below)
        self.drop_logs.clicked.connect(lambda: self.set_logs(()))
        self._close.clicked.connect(self.closed)
        self.set_logs(())

    # -- values ---------------------------------------------------------------------------------

    def settings(self, base: CheckSettings) -> CheckSettings:
        """Raises UserError for a number or an address that cannot be read."""
        texts = {name: field.text().strip() for name, field in self.fields.items()}
        proxy = split_proxy(texts["proxy"])[0] if texts["proxy"] else None
        heartbeat = self._number("heartbeat", texts["heartbeat"], 0, 65_535)
        return changed(
            base,
            timeout=self._number("timeout", texts["timeout"], 0.1, 3600) or CheckSettings().timeout,
            heartbeat=None if heartbeat is None else int(heartbeat),
            observe=self._number("observe", texts["observe"], 0, MOST_SECONDS) or 0.0,
            client_id=texts["client_id"] or None,
            queue=texts["queue"] or None,
            exchange=texts["exchange"] or None,
            routing_key=texts["routing_key"] or None,
            topic=texts["topic"] or None,
            management=texts["management"] or None,
            proxy=proxy,
            tls=changed(base.tls, ca=texts["ca"] or None, server_name=texts["server_name"] or None),
            qos=int(str(self.qos.value())),
            mqtt_version=str(self.mqtt_version.value()),
            thorough=self.thorough.isChecked(),
            read_only=self.read_only.isChecked(),
            logs=self.logs,
        )

    def proxy_password(self) -> Secret | None:
        text = self.fields["proxy"].text().strip()
        return split_proxy(text)[1] if text else None

    def typed_password(self) -> Secret | None:
        return Secret(self.password.text()) if self.password.text() else None

    def show_settings(self, settings: CheckSettings) -> None:
        """Those of a profile, or the defaults. A password that was typed here is forgotten."""
        plain = {
            "timeout": _figure(settings.timeout),
            "heartbeat": "" if settings.heartbeat is None else str(settings.heartbeat),
            "observe": _figure(settings.observe) if settings.observe else "",
            "ca": settings.tls.ca or "",
            "server_name": settings.tls.server_name or "",
        }
        for name, field in self.fields.items():
            field.setText(plain[name] if name in plain else str(getattr(settings, name, "") or ""))
        self.qos.choose(settings.qos)
        self.mqtt_version.choose(settings.mqtt_version)
        self.thorough.setChecked(settings.thorough)
        self.read_only.setChecked(settings.read_only)
        self.password.clear()
        self.set_logs(settings.logs)

    def set_logs(self, paths: tuple[str, ...]) -> None:
        self.logs = paths
        names = [path.replace("\\", "/").rpartition("/")[2] for path in paths]
        self._log_names.setText(", ".join(names))
        self._log_names.setToolTip("\n".join(paths))
        self.drop_logs.setVisible(bool(paths))

    def show_protocol(self, protocol: str) -> None:
        """Fields of the other protocol are left out; both stand there as long as nothing is known."""
        self._protocol = protocol
        self._say_beat()
        for name, cell in self._cells.items():
            other = (name in AMQP_ONLY and protocol == "mqtt") or (name in MQTT_ONLY and protocol == "amqp")
            cell.setVisible(not other)
        self._arrange(self._columns, anew=True)

    def ask_for(self, name: str) -> None:
        """Shows the panel with the keyboard in this field."""
        self.show()
        self._field(name).setFocus(Qt.FocusReason.OtherFocusReason)
        self.asked_for.emit()

    def _number(self, name: str, text: str, least: float, most: float) -> float | None:
        if not text:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = -1.0
        if not least <= value <= most:
            raise UserError(
                "checkup-number", f"{name} must be a number from {least:g} to {most:g}: {text}",
                name=self._labels[name].text(), least=least, most=most, text=text,
            )  # fmt: skip
        return value

    # -- layout, words --------------------------------------------------------------------------

    def _arrange(self, columns: int, *, anew: bool = False) -> None:
        if columns == self._columns and not anew:
            return
        for cell in self._cells.values():
            self._grid.removeWidget(cell)
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        shown = [cell for cell in self._cells.values() if not cell.isHidden()]
        for at, cell in enumerate(shown):
            self._grid.addWidget(cell, at // columns, at % columns, Qt.AlignmentFlag.AlignBottom)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(max(1, min(5, self.width() // theme().px(190))))

    def retranslate(self) -> None:
        words = {
            "password": self.tr("Password"),
            "timeout": self.tr("Time limit of one wait, seconds"),
            "observe": self.tr("Watch the connection, seconds"),
            "client_id": self.tr("Client id"),
            "queue": self.tr("Queue"),
            "exchange": self.tr("Exchange"),
            "routing_key": self.tr("Routing key"),
            "topic": self.tr("Topic"),
            "qos": self.tr("QoS"),
            "mqtt_version": self.tr("MQTT version"),
            "management": self.tr("Management API"),
            "proxy": self.tr("Proxy"),
            "ca": self.tr("File with the trusted CA"),
            "server_name": self.tr("Name to check, if not the host"),
        }
        for name, word in words.items():
            self._name(name, word)
        self.fields["timeout"].setPlaceholderText("5")
        self._say_beat()
        self.fields["management"].setPlaceholderText("http://host:15672")
        self.fields["ca"].setPlaceholderText(self.tr("as the system has it"))
        self.fields["proxy"].setPlaceholderText("http://host:3128, socks5://host:1080")
        self.thorough.setText(self.tr("Thorough"))
        self.read_only.setText(self.tr("Read-only: create nothing"))
        self.add_log.setText(self.tr("Broker's log…"))
        self.drop_logs.set_name(self.tr("Without the logs"))
        self._title.setText(self.tr("What is checked"))
        self._close.set_name(self.tr("Close"))

    def _name(self, name: str, word: str) -> None:
        self._labels[name].setText(word)
        self._field(name).setAccessibleName(word)

    def _say_beat(self) -> None:
        """Each protocol has its own word for it; with AMQP the broker proposes, with MQTT the client decides."""
        words = {"amqp": self.tr("Heartbeat, seconds"), "mqtt": self.tr("Keep Alive, seconds")}
        self._name("heartbeat", words.get(self._protocol, self.tr("Heartbeat or Keep Alive, seconds")))
        default = "60" if self._protocol == "mqtt" else self.tr("as the broker offers")
        self.fields["heartbeat"].setPlaceholderText(default)

    def _field(self, name: str) -> QWidget:
        fields: dict[str, QWidget] = {
            **self.fields, "password": self.password, "qos": self.qos, "mqtt_version": self.mqtt_version,
            "logs": self.add_log,
        }  # fmt: skip
        return fields[name]

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _figure(value: float) -> str:
    return f"{value:g}"
