"""The questions between the paste and the check: where, credentials, certificates, what may be tried."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from mqassist.core.secret import Secret
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import grow
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, CommandBox, MessageStrip
from mqassist.gui.widgets.fields import CheckBox, Field, RadioButton
from mqassist.gui.widgets.labels import SectionTitle, Text
from mqassist.gui.wizard.answers import Answers, Where

WIDTH = 720
PLACES: tuple[Where, ...] = ("here", "container", "elsewhere")


def _indent(words: QWidget) -> None:
    """To where the text of the button above begins."""
    grow(words, lambda left: words.setContentsMargins(left, 0, 0, 4), 24)


class Question(QWidget):
    """A page of the guide: explanation, then fields. `refresh` shows the answers, `changed` tells of new ones."""

    changed = Signal()

    def __init__(self, answers: Answers, shell: Shell) -> None:
        super().__init__()
        self.answers = answers
        self.shell = shell
        self._lead = Text(colour="t2")
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        column = QWidget()
        grow(column, column.setMaximumWidth, WIDTH)
        outer.addWidget(column, 10)
        outer.addStretch(1)
        self.body = QVBoxLayout(column)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(10)
        self.body.addWidget(self._lead)

    def refresh(self) -> None:
        raise NotImplementedError

    def retranslate(self) -> None:
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self.refresh()
        super().changeEvent(event)

    def _labelled(self, label: Text, field: QWidget, *beside: QWidget) -> QWidget:
        made = QWidget()
        box = QVBoxLayout(made)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        label.setBuddy(field)
        box.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field, 1)
        for widget in beside:
            row.addWidget(widget)
        box.addLayout(row)
        return made


class WhereStep(Question):
    """Where the program runs that cannot connect. The check runs here: what that means is said."""

    def __init__(self, answers: Answers, shell: Shell) -> None:
        super().__init__(answers, shell)
        self._group = QButtonGroup(self)
        self.choices: dict[Where, RadioButton] = {}
        self._whys: dict[Where, Text] = {}
        card = Card(gap=6)
        for place in PLACES:
            radio, why = RadioButton(), Text(role="caption", colour="t3")
            _indent(why)
            radio.toggled.connect(lambda on, place=place: self._choose(place, on))
            self._group.addButton(radio)
            self.choices[place], self._whys[place] = radio, why
            card.body.addWidget(radio)
            card.body.addWidget(why)
        self.body.addWidget(card)
        self.strip = MessageStrip()
        self.strip.hide()
        self.body.addWidget(self.strip)
        self._command_word = Text(role="caption", colour="t3")
        self.command = CommandBox(copy=shell.copy)
        self.body.addWidget(self._command_word)
        self.body.addWidget(self.command)
        self.body.addStretch(1)
        self.retranslate()
        self.refresh()

    def _choose(self, place: Where, on: bool) -> None:
        if on and self.answers.where != place:
            self.answers.where = place
            self.refresh()
            self.changed.emit()

    def refresh(self) -> None:
        where = self.answers.where
        if where:
            self.choices[where].setChecked(True)
        local = self.answers.host in ("localhost", "127.0.0.1", "::1")
        if where == "container" and local:
            self.strip.say(
                "warning",
                self.tr("Inside a container {host} is the container itself").format(host=self.answers.host),
                self.tr(
                    "Unless the broker runs in the same container, the program needs the broker's service name there."
                ),
            )
        elif where == "elsewhere" and local:
            self.strip.say(
                "warning",
                self.tr("On the other computer {host} is that computer itself").format(host=self.answers.host),
                self.tr("Give the name or address under which the broker is reached from there."),
            )
        else:
            self.strip.hide()
        target = self.answers.target()
        there = where in ("container", "elsewhere") and target is not None
        self._command_word.setVisible(there)
        self.command.setVisible(there)
        if there and target is not None:
            password = " --password-stdin" if self.answers.password is not None else ""
            self.command.set_text(f"mqassist check {target.endpoint}{password}")

    def retranslate(self) -> None:
        self._lead.setText(
            self.tr("The check runs on this computer. Names, routes and firewalls may look different from elsewhere.")
        )
        words = {
            "here": (
                self.tr("On this computer"),
                self.tr("Then everything that is found here holds for it as well."),
            ),
            "container": (
                self.tr("In a container or virtual machine"),
                self.tr("Docker, Kubernetes, WSL: names, routes and certificates inside are its own."),
            ),
            "elsewhere": (
                self.tr("On another computer"),
                self.tr("A server, a device, a colleague's laptop. Login and certificate are still told from here."),
            ),
        }
        for place in PLACES:
            title, why = words[place]
            self.choices[place].setText(title)
            self.choices[place].setAccessibleName(title)
            self.choices[place].setAccessibleDescription(why)
            self._whys[place].setText(why)
        self._command_word.setText(self.tr("The same check, to be run there as well:"))


class CredentialsStep(Question):
    """User name and password; both may be empty. The password stays in memory."""

    def __init__(self, answers: Answers, shell: Shell) -> None:
        super().__init__(answers, shell)
        self._user_word, self._password_word = Text(), Text()
        self.user = Field(mono=True)
        self.password = Field()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_password = CheckBox()
        self.show_password.toggled.connect(self._reveal)
        self._why = Text(role="caption", colour="t3")
        self.body.addWidget(self._labelled(self._user_word, self.user))
        self.body.addWidget(self._labelled(self._password_word, self.password))
        self.body.addWidget(self.show_password)
        self.body.addWidget(self._why)
        self.body.addStretch(1)
        self.user.textEdited.connect(self._take_user)
        self.password.textEdited.connect(self._take_password)
        self.retranslate()
        self.refresh()

    def _take_user(self, text: str) -> None:
        self.answers.username = text
        self.changed.emit()

    def _take_password(self, text: str) -> None:
        self.answers.password = Secret(text) if text else None
        self.changed.emit()

    def _reveal(self, on: bool) -> None:
        self.password.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)

    def refresh(self) -> None:
        _put(self.user, self.answers.username)
        # what came with the paste is never written into a field: the placeholder says that it is there
        given = self.answers.password is not None and not self.password.text()
        self.password.setPlaceholderText(self.tr("already known, kept in memory") if given else "")

    def retranslate(self) -> None:
        self._lead.setText(self.tr("Leave both empty if the program connects without a user name."))
        self._user_word.setText(self.tr("User name"))
        self.user.setAccessibleName(self.tr("User name"))
        self._password_word.setText(self.tr("Password"))
        self.password.setAccessibleName(self.tr("Password"))
        self.show_password.setText(self.tr("Show the password while I type"))
        self._why.setText(
            self.tr(
                "The password is used for this check and forgotten when the window closes. "
                "A profile can keep it in the keyring."
            )
        )


class CertificatesStep(Question):
    """Whether TLS is meant, and the files that belong to it; each may be empty."""

    def __init__(self, answers: Answers, shell: Shell) -> None:
        super().__init__(answers, shell)
        self.tls = CheckBox()
        self.body.addWidget(self.tls)
        self._words = {name: Text() for name in ("ca", "cert", "key", "server_name")}
        self.fields = {name: Field(mono=True, takes_files=name != "server_name") for name in self._words}
        self._choosers: dict[str, Button] = {}
        for name, field in self.fields.items():
            beside = []
            if name != "server_name":
                button = Button()
                button.clicked.connect(lambda _on=False, name=name: self._choose(name))
                self._choosers[name] = button
                beside.append(button)
            field.textEdited.connect(lambda text, name=name: self._take(name, text))
            self.body.addWidget(self._labelled(self._words[name], field, *beside))
        self._why = Text(role="caption", colour="t3")
        self.body.addWidget(self._why)
        self.body.addStretch(1)
        self.tls.toggled.connect(self._set_tls)
        self.retranslate()
        self.refresh()

    def _set_tls(self, on: bool) -> None:
        if on != self.answers.tls:
            self.answers.set_tls(on)
            self.refresh()
            self.changed.emit()

    def _take(self, name: str, text: str) -> None:
        setattr(self.answers, name, text.strip())
        self.changed.emit()

    def _choose(self, name: str) -> None:
        def take(paths: list[str]) -> None:
            self.fields[name].setText(paths[0])
            self._take(name, paths[0])

        self.shell.open_file(self, self._words[name].text(), "", take)

    def refresh(self) -> None:
        on = self.answers.tls
        self.tls.setChecked(on)
        self.tls.setEnabled(bool(self.answers.scheme))
        for name, field in self.fields.items():
            field.setEnabled(on)
            _put(field, str(getattr(self.answers, name)))
        for button in self._choosers.values():
            button.setEnabled(on)

    def retranslate(self) -> None:
        self._lead.setText(
            self.tr(
                "TLS encrypts the connection and shows that the broker is the right one. "
                "Most brokers need no file here."
            )
        )
        self.tls.setText(self.tr("The connection uses TLS"))
        choose = self.tr("Choose…")
        for name, words in (
            ("ca", self.tr("CA certificates that the program trusts, if not the system's")),
            ("cert", self.tr("Client certificate, if the broker asks for one")),
            ("key", self.tr("Private key of the client certificate")),
            ("server_name", self.tr("Name in the broker's certificate, if not the host")),
        ):
            self._words[name].setText(words)
            self.fields[name].setAccessibleName(words)
            if name in self._choosers:
                self._choosers[name].setText(choose)
                self._choosers[name].setAccessibleName(f"{choose} {words}")
        self._why.setText(self.tr("The key is read on this computer and never leaves it."))


class AllowedStep(Question):
    """What the program uses on the broker, and how far the check may go."""

    def __init__(self, answers: Answers, shell: Shell) -> None:
        super().__init__(answers, shell)
        self._uses, self._may = SectionTitle(), SectionTitle()
        self._words = {name: Text() for name in ("queue", "exchange", "topic", "client_id")}
        self.fields = {name: Field(mono=True) for name in self._words}
        self._boxes: dict[str, QWidget] = {}
        self.body.addWidget(self._uses)
        for name, field in self.fields.items():
            field.textEdited.connect(lambda text, name=name: self._take(name, text))
            self._boxes[name] = self._labelled(self._words[name], field)
            self.body.addWidget(self._boxes[name])
        self.body.addSpacing(8)
        self.body.addWidget(self._may)
        self.active = CheckBox()
        self.second_logins = CheckBox()
        self._active_why, self._logins_why = (Text(role="caption", colour="t3") for _ in range(2))
        for box, why, take in (
            (self.active, self._active_why, self._allow_active),
            (self.second_logins, self._logins_why, self._allow_logins),
        ):
            box.toggled.connect(take)
            _indent(why)
            self.body.addWidget(box)
            self.body.addWidget(why)
        self.body.addStretch(1)
        self.retranslate()
        self.refresh()

    def _take(self, name: str, text: str) -> None:
        setattr(self.answers, name, text.strip())
        self.changed.emit()

    def _allow_active(self, on: bool) -> None:
        self.answers.read_only = not on
        self.changed.emit()

    def _allow_logins(self, on: bool) -> None:
        self.answers.second_logins = on
        self.changed.emit()

    def refresh(self) -> None:
        amqp = self.answers.protocol != "mqtt"
        for name, box in self._boxes.items():
            box.setVisible(amqp == (name in ("queue", "exchange")))
        for name, field in self.fields.items():
            _put(field, str(getattr(self.answers, name)))
        self.active.setChecked(not self.answers.read_only)
        self.second_logins.setChecked(self.answers.second_logins)

    def retranslate(self) -> None:
        self._lead.setText(
            self.tr("With names the rights are checked for exactly these. Leave empty what you do not know.")
        )
        self._uses.setText(self.tr("What does the program use?"))
        self._may.setText(self.tr("What may the check do?"))
        for name, words in (
            ("queue", self.tr("Queue it reads or declares")),
            ("exchange", self.tr("Exchange it publishes to")),
            ("topic", self.tr("Topic it publishes or subscribes to")),
            ("client_id", self.tr("Client id")),
        ):
            self._words[name].setText(words)
            self.fields[name].setAccessibleName(words)
        self.active.setText(self.tr("Publish a test message and read it back"))
        self._active_why.setText(
            self.tr("Without this the check only looks. Test queues are named after the run and removed at once.")
        )
        self.second_logins.setText(self.tr("Log in a second time if the first is refused"))
        tries = self.shell.settings.current.login_tries
        self._logins_why.setText(
            self.tr("Tells a wrong password from an unknown user. At most {count} logins in all.").format(count=tries)
        )


def _put(field: QLineEdit, text: str) -> None:
    """Only what differs: a field that is being typed into keeps its cursor."""
    if field.text() != text:
        field.setText(text)


MakeQuestion = Callable[[Answers, Shell], Question]
QUESTIONS: tuple[MakeQuestion, ...] = (WhereStep, CredentialsStep, CertificatesStep, AllowedStep)
