"""Export: profiles for a colleague, without passwords, or with them sealed under a passphrase."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.core.profile import Profile
from mqassist.core.secret import Secret
from mqassist.gui.profiles.parts import FieldRow, Labelled
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import dress
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import MessageStrip
from mqassist.gui.widgets.dialogs import Dialog, open_size
from mqassist.gui.widgets.fields import Field, RadioButton
from mqassist.gui.widgets.labels import Text

LEAST = 8


class ExportDialog(Dialog):
    """Asks what goes in, then where to save."""

    def __init__(self, shell: Shell, profiles: Sequence[Profile], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shell, self._profiles = shell, tuple(profiles)
        self.title = Text("", role="title")
        self.intro = Text("", colour="t2")
        self.plain, self.sealed = RadioButton(), RadioButton()
        self.sealed_note = Text("", role="caption", colour="t3")
        self.first, self.second = Labelled(Field()), Labelled(Field())
        self.strip = MessageStrip()
        self.strip.hide()
        self.cancel = Button("")
        self.save = Button("", kind="filled")
        self._build()
        self.plain.setChecked(True)
        self._show()
        self.retranslate()
        open_size(self, 520, 320)

    def _build(self) -> None:
        dress(self, ground="surface")
        self._phrases = FieldRow([(self.first, 1), (self.second, 1)])
        for line in (self._line(self.first), self._line(self.second)):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.textEdited.connect(lambda _: self._show())
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(10)
        for widget in (
            self.title, self.intro, self.plain, self.sealed, self.sealed_note, self._phrases, self.strip
        ):  # fmt: skip
            box.addWidget(widget)
        box.addStretch(1)
        box.addLayout(foot)
        self.plain.toggled.connect(lambda _: self._show())
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._ask_where)

    def _line(self, labelled: Labelled) -> Field:
        assert isinstance(labelled.field, Field)
        return labelled.field

    def _show(self) -> None:
        sealed = self.sealed.isChecked()
        self._phrases.setVisible(sealed)
        first, second = self._line(self.first).text(), self._line(self.second).text()
        good = not sealed or (len(first) >= LEAST and first == second)
        self.save.setEnabled(good)
        differ = sealed and bool(second) and first != second and len(second) >= len(first)
        self._line(self.second).set_wrong(differ, self.tr("The two passphrases differ.") if differ else "")

    def _ask_where(self) -> None:
        name = "mqassist-profiles.json"
        self._shell.save_file(self, self.tr("Export profiles"), name, self.tr("JSON (*.json)"), self.write)

    def write(self, path: str) -> None:
        """Makes the text and writes it, both in the background: the key of a passphrase takes a while on purpose."""
        saved = self._shell.services.profiles
        profiles = self._profiles
        passphrase = Secret(self._line(self.first).text()) if self.sealed.isChecked() else None
        self.save.set_busy(True)
        self._shell.bridge.background(
            lambda token: saved.export_to(path, profiles, passphrase, token),
            lambda _: self._done(path),
            self._failed,
            self,
        )

    def _done(self, path: str) -> None:
        count = len(self._profiles)
        if self.sealed.isChecked():
            one = self.tr("One profile with its passwords was written under the passphrase.")
            several = self.tr("{count} profiles with their passwords were written under the passphrase.")
        else:
            one = self.tr("One profile was written, without passwords.")
            several = self.tr("{count} profiles were written, without passwords.")
        title = one if count == 1 else several
        self._shell.show_strip("ok", title.format(count=count), path)
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.save.set_busy(False)
        if not isinstance(error, UserError):
            self._shell.bridge.broke.emit(error)
            return
        self.strip.say("error", self._shell.services.wording.sentence(f"error.{error.reference}", error.parameters))

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Export profiles"))
        self.title.setText(self.tr("Export profiles"))
        count = len(self._profiles)
        intro = self.tr("One profile as JSON.") if count == 1 else self.tr("{count} profiles as JSON.")
        self.intro.setText(intro.format(count=count))
        self.plain.setText(self.tr("Without passwords"))
        self.sealed.setText(self.tr("With passwords, sealed under a passphrase"))
        self.sealed_note.setText(self.tr("AES-256; without the passphrase nobody can open or recover it."))
        self.first.set_name(self.tr("Passphrase, at least {count} characters").format(count=LEAST))
        self.second.set_name(self.tr("Passphrase again"))
        self.cancel.setText(self.tr("Cancel"))
        self.save.setText(self.tr("Export…"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
