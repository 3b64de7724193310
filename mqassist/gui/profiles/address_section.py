"""Address, its parts kept in step with it, further hosts, user name and password."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.core.percent import decode
from mqassist.core.profile import Keep
from mqassist.core.record import changed
from mqassist.core.secret import Secret
from mqassist.gui.profiles.form import Form, endpoint_of, with_endpoint, with_kind
from mqassist.gui.profiles.parts import FieldRow, Labelled, Segments
from mqassist.gui.profiles.secret_field import SecretField
from mqassist.gui.widgets.buttons import IconButton
from mqassist.gui.widgets.cards import MessageStrip
from mqassist.gui.widgets.fields import Choice, Field
from mqassist.gui.widgets.labels import SectionTitle, Text
from mqassist.gui.widgets.url_field import UrlField
from mqassist.gui.widgets.url_text import Lint, Typed, lint, repaired


class AddressSection(QWidget):
    """`edited` comes when the person changed anything; `read` puts what stands here into a form."""

    edited = Signal()
    copy_wanted = Signal()

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._wording = wording
        self._form = Form()
        self._lint: Lint | None = None
        self.title = SectionTitle()
        self.url = UrlField()
        self.copy = IconButton("copy", "")
        self.strip = MessageStrip()
        self.strip.hide()
        self.parts_title = SectionTitle()
        self.in_step = Text("", colour="t3", role="caption", wrap=False)
        self.kind = Segments(("amqp", "mqtt", "websocket"))
        self.kind_field = Labelled(self.kind)
        self.host = Labelled(Field(mono=True))
        self.port = Labelled(Field(mono=True))
        self.vhost = Labelled(Field(mono=True))
        self.path = Labelled(Field(mono=True))
        self.user = Labelled(Field(mono=True))
        self.password = SecretField()
        self.password_field = Labelled(self.password)
        self.keep = Labelled(Choice())
        self.keyring_note = Text("", colour="t3", role="caption")
        self.keyring_note.hide()
        self.hosts = Labelled(Field(mono=True))
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        address = QHBoxLayout()
        address.setSpacing(8)
        address.addWidget(self.url, 1)
        address.addWidget(self.copy)
        head = QHBoxLayout()
        head.addWidget(self.parts_title, 1)
        head.addWidget(self.in_step, 0, Qt.AlignmentFlag.AlignBottom)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.title)
        box.addLayout(address)
        box.addWidget(self.strip)
        box.addSpacing(4)
        box.addLayout(head)
        box.addWidget(FieldRow([(self.kind_field, 5), (self.host, 6)]))
        box.addWidget(FieldRow([(self.port, 2), (self.vhost, 5), (self.path, 5)], least=300))
        box.addWidget(FieldRow([(self.user, 4), (self.password_field, 9)], least=560))
        box.addWidget(FieldRow([(self.keep, 4), (self.hosts, 9)], least=560))
        box.addWidget(self.keyring_note)

    def _connect(self) -> None:
        self.url.changed.connect(self._url_changed)
        self.url.linted.connect(self._show_lint)
        self.copy.clicked.connect(self.copy_wanted)
        self.kind.chosen.connect(self._kind_chosen)
        for labelled in (self.host, self.port, self.vhost, self.path, self.user):
            self._line(labelled).textEdited.connect(self._part_edited)
        self._line(self.hosts).textEdited.connect(lambda _: self.edited.emit())
        self.password.edited.connect(self.edited)
        self._keep().activated.connect(lambda _: self.edited.emit())

    def _line(self, labelled: Labelled) -> Field:
        assert isinstance(labelled.field, Field)
        return labelled.field

    def _keep(self) -> Choice:
        assert isinstance(self.keep.field, Choice)
        return self.keep.field

    # -- in and out -----------------------------------------------------------------------------

    def fill(self, form: Form, stored: bool) -> None:
        self._form = form
        self.password.reset(stored)
        endpoint = endpoint_of(form)
        self.url.set_typed(Typed("" if endpoint is None else str(endpoint)))
        self._show_parts(form)
        self._line(self.hosts).setText(form.hosts)
        self._keep().choose(form.keep)

    def read(self, form: Form) -> Form:
        own = self._form
        return changed(
            form, kind=own.kind, tls=own.tls, host=own.host, port=own.port, vhost=own.vhost, path=own.path,
            user=own.user, hosts=self._line(self.hosts).text(), keep=self._keep().value(),
        )  # fmt: skip

    def set_tls(self, tls: bool) -> None:
        self._form = with_kind(self._form, self._form.kind, tls)
        self._show_parts(self._form)
        self._show_url()

    def choose_keep(self, keep: Keep) -> None:
        self._keep().choose(keep)

    def set_kept_in(self, note: str) -> None:
        """What there is to say about the keyring of this computer; empty if all is well."""
        self.keyring_note.setText(note)
        self.keyring_note.setVisible(bool(note))

    # -- address and parts in step ----------------------------------------------------------------

    def _url_changed(self) -> None:
        typed = self.url.typed
        if lint(typed) != self._lint:
            self.strip.hide()  # what it says is about another text
        if typed.secret is not None:
            # from now on it stands beside the address, and goes where the profile keeps its passwords
            self.password.put(Secret(decode(typed.secret.reveal())))
        endpoint = typed.target().endpoint
        if endpoint is not None:
            self._form = with_endpoint(self._form, endpoint)
            self._show_parts(self._form)
        elif not typed.text.strip():
            self._form = changed(self._form, host="", user="")
            self._show_parts(self._form)
        self.edited.emit()

    def _part_edited(self) -> None:
        self._form = changed(
            self._form,
            host=self._line(self.host).text(),
            port=self._line(self.port).text(),
            vhost=self._line(self.vhost).text(),
            path=self._line(self.path).text(),
            user=self._line(self.user).text(),
        )
        self._show_url()
        self.edited.emit()

    def _kind_chosen(self, kind: Any) -> None:
        self._form = with_kind(self._form, kind, self._form.tls)
        self._show_parts(self._form)
        self._show_url()
        self.edited.emit()

    def _show_url(self) -> None:
        endpoint = endpoint_of(self._form)
        if endpoint is not None:
            was = self.url.blockSignals(True)
            self.url.set_typed(Typed(str(endpoint)))
            self.url.blockSignals(was)
            self._show_lint(lint(self.url.typed))

    def _show_parts(self, form: Form) -> None:
        self.kind.choose(form.kind)
        for labelled, text in (
            (self.host, form.host),
            (self.port, form.port),
            (self.vhost, form.vhost),
            (self.path, form.path),
            (self.user, form.user),
        ):
            line = self._line(labelled)
            if line.text() != text:
                line.setText(text)
        self.vhost.setVisible(form.kind == "amqp")
        self.path.setVisible(form.kind == "websocket")

    # -- what looks wrong -------------------------------------------------------------------------

    def _show_lint(self, found: Lint | None) -> None:
        self._lint = found
        facts = self.url.typed.target().facts
        meant = str(facts.get("input.vhost_toggled", "")) if found is not None else ""
        why = self._sentences() if found is not None else ""
        use, keep = self.tr("Repair it"), self.tr("Keep it")
        if meant:
            vhost = str(facts.get("input.vhost", ""))
            why = self._about_vhost(vhost, meant)
            use, keep = self.tr("Use {name}").format(name=meant), self.tr("Keep {name}").format(name=vhost or '""')
        self._line(self.vhost).set_wrong(bool(meant), why if meant else "")
        if found is None:
            self.strip.hide()
            return
        actions = [(use, self._repair)] if found.repaired else []
        self.strip.say("warning", why, "", [*actions, (keep, self.strip.hide)])
        self.strip.setToolTip(found.repaired)

    def _about_vhost(self, vhost: str, meant: str) -> str:
        if not vhost:
            return self.tr("The address ends in a slash: that is the virtual host without a name, not {name}.").format(
                name=meant
            )
        if vhost.startswith("/"):
            return self.tr("This is a virtual host named {vhost}, with the slash. Most brokers call it {name}.").format(
                vhost=vhost, name=meant
            )
        return self.tr("This is a virtual host named {vhost}. Was {name} meant?").format(vhost=vhost, name=meant)

    def _sentences(self) -> str:
        if self._lint is None:
            return ""
        return " ".join(self._wording.sentence(text.key, dict(text.values)) for text in self._lint.texts)

    def _repair(self) -> None:
        if self._lint is not None and self._lint.repaired:
            self.url.set_typed(repaired(self.url.typed, self._lint))
            self.url.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- words ------------------------------------------------------------------------------------

    def set_wording(self, wording: Wording) -> None:
        self._wording = wording
        self._show_lint(self._lint)

    def retranslate(self) -> None:
        self.title.setText(self.tr("Address"))
        self.parts_title.setText(self.tr("Fields"))
        self.in_step.setText(self.tr("kept in step with the address"))
        self.copy.set_name(self.tr("Copy as…"))
        self.kind_field.set_name(self.tr("Protocol"))
        self.kind.set_words(self.tr("Protocol"), (self.tr("AMQP 0-9-1"), self.tr("MQTT"), self.tr("WebSocket")))
        self.host.set_name(self.tr("Host"))
        self.port.set_name(self.tr("Port"))
        self.vhost.set_name(self.tr("Virtual host"))
        self.path.set_name(self.tr("Path"))
        self.user.set_name(self.tr("User name"))
        self.password_field.set_name(self.tr("Password"))
        self.keep.set_name(self.tr("Keep passwords"))
        self.hosts.set_name(self.tr("Further hosts of the same broker"), "mq2.example.com:5671, mq3.example.com")
        choice = self._keep()
        value = choice.value() or "keyring"
        choice.clear()
        choice.add(self.tr("in the keyring"), "keyring")
        choice.add(self.tr("until the window closes"), "session")
        choice.add(self.tr("nowhere: ask each time"), "ask")
        choice.choose(value)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
