"""TLS of a profile: files looked at as they are chosen, what is trusted, the name to check."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from mqassist.core.glance import Glance
from mqassist.core.record import changed
from mqassist.core.secret import Secret
from mqassist.gui.profiles.form import Form, Trust
from mqassist.gui.profiles.parts import FieldRow, FileRow, Labelled
from mqassist.gui.profiles.secret_field import SecretField
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.cards import Card, Line, MessageStrip
from mqassist.gui.widgets.fields import CheckBox, Field, RadioButton
from mqassist.gui.widgets.labels import SectionTitle, Text

LOOK_AFTER_MS = 400
"""A path that is being typed is not looked at letter by letter."""


class TlsSection(QWidget):
    """`edited` when the person changed anything, `tls_switched` for the box that the address has to follow."""

    edited = Signal()
    tls_switched = Signal(bool)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.title = SectionTitle()
        self.use = CheckBox()
        self.card = Card(margin=0, gap=0)
        self.ca, self.cert, self.key = FileRow(), FileRow(), FileRow()
        self.passphrase = SecretField()
        self.passphrase_field = Labelled(self.passphrase)
        self.trust_title = Text("", wrap=False)
        self.trust: dict[Trust, RadioButton] = {"system": RadioButton(), "file": RadioButton(), "both": RadioButton()}
        self.note = Text("", colour="t3", role="caption")
        self.server_name = Labelled(Field(mono=True))
        self.verify = CheckBox()
        self.no_verify_strip = MessageStrip()
        self.no_verify_strip.hide()
        self._group = QButtonGroup(self)
        self._glances: dict[str, Glance] = {}
        self._passphrase_in_keyring: Secret | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(LOOK_AFTER_MS)
        self._patience.timeout.connect(self.look)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.use)
        for row in self._rows().values():
            self.card.body.addWidget(row)
            self.card.body.addWidget(Line())
        self._phrase = QWidget()
        inside = QVBoxLayout(self._phrase)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.addWidget(self.passphrase_field)
        self.card.body.addWidget(self._phrase)
        self._phrase_line = Line()
        self.card.body.addWidget(self._phrase_line)
        trust = QHBoxLayout()
        trust.setContentsMargins(12, 8, 12, 8)
        trust.setSpacing(16)
        trust.addWidget(self.trust_title)
        for button in self.trust.values():
            self._group.addButton(button)
            trust.addWidget(button)
        trust.addStretch(1)
        self.card.body.addLayout(trust)
        self.more = QWidget()
        more = QVBoxLayout(self.more)
        more.setContentsMargins(0, 4, 0, 0)
        more.addWidget(FieldRow([(self.server_name, 1), (self.note, 1)]))
        more.addWidget(self.verify)
        more.addWidget(self.no_verify_strip)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.card)
        box.addWidget(self.more)

    def _rows(self) -> dict[str, FileRow]:
        return {"ca": self.ca, "cert": self.cert, "key": self.key}

    def _connect(self) -> None:
        self.use.clicked.connect(self._switched)
        for row in self._rows().values():
            row.edited.connect(self._file_edited)
            row.browse.connect(lambda row=row: self._browse(row))
            row.command_wanted.connect(self._shell.copy)
        for button in self.trust.values():
            button.clicked.connect(lambda _on=False: self.edited.emit())
        self.passphrase.edited.connect(self._phrase_edited)
        self._name().textEdited.connect(lambda _: self.edited.emit())
        self.verify.clicked.connect(self._verify_clicked)

    def _name(self) -> Field:
        assert isinstance(self.server_name.field, Field)
        return self.server_name.field

    # -- in and out -----------------------------------------------------------------------------

    def fill(self, form: Form, stored: bool) -> None:
        self.passphrase.reset(stored)
        self._glances = {}
        self.ca.field.setText(form.ca)
        self.cert.field.setText(form.cert)
        self.key.field.setText(form.key)
        self.trust[form.trust].setChecked(True)
        self._name().setText(form.server_name)
        self.verify.setChecked(form.verify)
        self._tell_verify()
        self.show_use(form.tls)
        self._show_glances()
        self.look()

    def read(self, form: Form) -> Form:
        trust = next((name for name, button in self.trust.items() if button.isChecked()), "system")
        return changed(
            form,
            ca=self.ca.field.text(),
            cert=self.cert.field.text(),
            key=self.key.field.text(),
            trust=trust,
            server_name=self._name().text(),
            verify=self.verify.isChecked(),
        )

    def show_use(self, tls: bool) -> None:
        self.use.setChecked(tls)
        self.card.setVisible(tls)
        self.more.setVisible(tls)

    def put_certificate(self, path: str) -> None:
        """A certificate that was dropped: as the client's own if its key lies beside it, as the CA otherwise."""
        row = self.cert if path.lower().endswith((".p12", ".pfx")) else self.ca
        row.field.setText(path)
        self._file_edited()

    def _switched(self, on: bool) -> None:
        self.show_use(on)
        self.tls_switched.emit(on)
        self.edited.emit()

    def _file_edited(self) -> None:
        if self.ca.field.text().strip() and self.trust["system"].isChecked():
            self.trust["file"].setChecked(True)
        self._patience.start()
        self.edited.emit()

    def _browse(self, row: FileRow) -> None:
        def chosen(paths: list[str]) -> None:
            if paths:
                row.field.setText(paths[0])
                self._file_edited()

        filters = self.tr("Certificates and keys (*.pem *.crt *.cer *.der *.key *.p12 *.pfx *.jks);;All files (*)")
        self._shell.open_file(self, row.title.text(), filters, chosen)

    def _phrase_edited(self) -> None:
        self._patience.start()
        self.edited.emit()

    def _verify_clicked(self) -> None:
        self._tell_verify()
        self.edited.emit()

    def _tell_verify(self) -> None:
        if self.verify.isChecked():
            self.no_verify_strip.hide()
        else:
            title = self.tr("Anybody on the way can read and change everything, passwords included.")
            self.no_verify_strip.say("warning", title)

    # -- looking at the files -----------------------------------------------------------------------

    def look(self) -> None:
        """In the background: a file may be on a slow network drive."""
        self._patience.stop()
        ca, cert, key = (row.field.text().strip() for row in self._rows().values())
        passphrase = self.passphrase.typed
        if not (ca or cert or key):
            self._seen(())
            return
        from mqassist.services import look_at_tls

        asked = (ca, cert, key)

        def done(found: tuple[Glance, ...]) -> None:
            if asked == tuple(row.field.text().strip() for row in self._rows().values()):
                self._seen(found)

        bridge = self._shell.bridge
        bridge.background(lambda _token: look_at_tls(ca, cert, key, passphrase), done, None, self)

    def _seen(self, found: tuple[Glance, ...]) -> None:
        self._glances = {glance.role: glance for glance in found}
        self._show_glances()

    def _show_glances(self) -> None:
        wording = self._shell.services.wording
        copy_word = self.tr("Copy the command that makes PEM of it")
        locked = False
        for role, row in self._rows().items():
            glance = self._glances.get(role)
            lines = () if glance is None else glance.lines
            words = [wording.sentence(line.text.key, dict(line.text.values)) for line in lines]
            row.show_glance(glance, words, copy_word)
            locked = locked or any(line.text.key.endswith("-passphrase") for line in lines)
        shown = locked or self.passphrase.has_secret
        self._phrase.setVisible(shown)
        self._phrase_line.setVisible(shown)

    # -- words ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.title.setText(self.tr("TLS"))
        self.use.setText(self.tr("Use TLS"))
        choose = self.tr("Choose…")
        self.ca.set_name(self.tr("CA certificates"), choose, self.tr("Choose the CA certificates"))
        self.cert.set_name(self.tr("Client certificate"), choose, self.tr("Choose the client certificate"))
        self.key.set_name(self.tr("Private key"), choose, self.tr("Choose the private key"))
        widest = max(row.title.sizeHint().width() for row in self._rows().values()) + theme().px(8)
        for row in self._rows().values():
            row.set_title_width(widest)
        self.trust_title.setText(self.tr("Trust"))
        self.trust_title.setMinimumWidth(widest)
        for button, words in zip(
            self.trust.values(),
            (self.tr("Operating system"), self.tr("Only the CA file"), self.tr("Both")),
            strict=True,
        ):
            button.setText(words)
            button.setAccessibleName(self.tr("Trust: {what}").format(what=words))
        self.passphrase_field.set_name(self.tr("Passphrase of the key"))
        self.server_name.set_name(self.tr("Name to check, if it is not the host"))
        self.note.setText(self.tr("Sent as SNI and looked for in the broker's certificate."))
        self.verify.setText(self.tr("Check the broker's certificate and name"))
        self._tell_verify()
        self._show_glances()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
