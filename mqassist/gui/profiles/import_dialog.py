"""Import: a file or a pasted text is read, shown line by line, and saved only after the person agreed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mqassist.core.errors import UserError
from mqassist.core.imported import Found, Imported, ImportNote
from mqassist.core.profile import KeyringState
from mqassist.core.profile_book import Book, free_name
from mqassist.core.record import changed
from mqassist.gui.profiles.choice_rows import ChoiceRows
from mqassist.gui.profiles.parts import FieldRow, Labelled
from mqassist.gui.profiles.secret_field import SecretField
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, MessageStrip
from mqassist.gui.widgets.dialogs import Dialog, open_size
from mqassist.gui.widgets.dropped import PasteText
from mqassist.gui.widgets.fields import CheckBox, Field
from mqassist.gui.widgets.labels import Text


class ImportDialog(Dialog):
    """`saved` tells how many went into the list."""

    saved = Signal(int)

    def __init__(self, shell: Shell, book: Book, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shell, self._book = shell, book
        self._read: Imported | None = None
        self._path = ""
        self.title = Text("", role="title")
        self.intro = Text("", colour="t2")
        self.choose = Button("", icon_name="folder")
        self.paste = PasteText()
        self.paste.files_dropped.connect(lambda paths: self.read(paths[0]))
        self.read_paste = Button("")
        self.strip = MessageStrip()
        self.strip.hide()
        self.phrase = SecretField()
        self.phrase_field = Labelled(self.phrase)
        self.phrase_field.hide()
        self.table = QTreeWidget()
        self.notes = QTreeWidget()
        self.notes_title = Text("", weight=None, colour="t2")
        self.group = Labelled(Field())
        self.secrets = CheckBox()
        self.secrets_note = Text("", role="caption", colour="t3")
        self.again = Button("")
        self.cancel = Button("")
        self.save = Button("", kind="filled")
        self._pages = QStackedWidget()
        self._build()
        self._connect()
        self.retranslate()
        open_size(self, 760, 560)

    def _build(self) -> None:
        dress(self, ground="surface")
        dress(self.paste, "mono")
        self.paste.setTabChangesFocus(True)
        first, second = QWidget(), QWidget()
        one = QVBoxLayout(first)
        one.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addStretch(1)
        one.addLayout(row)
        one.addWidget(self.paste, 1)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.read_paste)
        one.addLayout(below)
        two = QVBoxLayout(second)
        two.setContentsMargins(0, 0, 0, 0)
        for tree, columns in ((self.table, 4), (self.notes, 2)):
            tree.setColumnCount(columns)
            tree.setRootIsDecorated(False)
            tree.setUniformRowHeights(True)
            tree.setItemDelegate(ChoiceRows(tree))
            tree.setFrameShape(QFrame.Shape.NoFrame)
            tree.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
            tree.header().setStretchLastSection(True)
            tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for tree, share in ((self.table, 3), (self.notes, 1)):
            frame = Card(margin=1)
            frame.body.addWidget(tree)
            frame.body.addSpacing(theme().px(7))  # the rows' ground ends above the round corners
            if tree is self.notes:
                two.addWidget(self.notes_title)
                self._notes_frame = frame
            two.addWidget(frame, share)
        two.addWidget(FieldRow([(self.group, 1), (QWidget(), 1)]))
        two.addWidget(self.secrets)
        two.addWidget(self.secrets_note)
        self._pages.addWidget(first)
        self._pages.addWidget(second)
        foot = QHBoxLayout()
        foot.addWidget(self.again)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(10)
        for widget in (self.title, self.intro, self.strip, self.phrase_field):
            box.addWidget(widget)
        box.addWidget(self._pages, 1)
        box.addLayout(foot)
        self.save.setEnabled(False)
        self.again.hide()

    def _connect(self) -> None:
        self.choose.clicked.connect(self._choose)
        self.read_paste.clicked.connect(self._take_paste)
        self.phrase.edited.connect(self._unseal)
        self.table.itemChanged.connect(lambda *_: self._count())
        self.cancel.clicked.connect(self.reject)
        self.again.clicked.connect(self._start_again)
        self.save.clicked.connect(self._save)

    # -- reading ------------------------------------------------------------------------------------

    def read(self, path: str) -> None:
        """A file that was chosen or dropped."""
        self._path = path
        saved = self._shell.services.profiles
        self._shell.bridge.background(lambda _token: saved.read_file(path), self.show_found, self._failed, self)

    def _choose(self) -> None:
        filters = self.tr("Settings (*.json *.conf *.env *.yml *.yaml *.properties *.py *.txt *.csv);;All files (*)")
        self._shell.open_file(self, self.tr("Import profiles"), filters, lambda paths: self.read(paths[0]))

    def _take_paste(self) -> None:
        text = self.paste.toPlainText()
        saved = self._shell.services.profiles
        self._shell.bridge.background(lambda _token: saved.read_text(text), self.show_found, self._failed, self)

    def _unseal(self) -> None:
        secret, path = self.phrase.typed, self._path
        if secret is None:
            return
        saved = self._shell.services.profiles
        self._shell.bridge.background(lambda _token: saved.unsealed(path, secret), self.show_found, self._failed, self)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            self._shell.bridge.broke.emit(error)
            return
        self.save.set_busy(False)
        self._count()
        sealed = error.reference == "import-sealed"
        self.phrase_field.setVisible(sealed or error.reference == "export-wrong")
        if sealed:
            self.strip.say("note", self.tr("This export holds passwords. Enter its passphrase."))
            self.phrase.replace.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        sentence = self._shell.services.wording.sentence(f"error.{error.reference}", error.parameters)
        self.strip.say("error", sentence)

    def show_found(self, read: Imported) -> None:
        self._read = read
        self.strip.hide()
        self.phrase_field.hide()
        self.paste.clear()
        book = self._book
        self.table.clear()
        for found in read.found:
            name = free_name(book, found.profile.name)
            book = changed(book, profiles=(*book.profiles, changed(found.profile, name=name)))
            secret = self.tr("yes") if found.secrets else ""
            item = QTreeWidgetItem([name, found.profile.url, str(found.line or ""), secret])
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(0, Qt.CheckState.Checked)
            item.setToolTip(1, "\n".join(found.profile.urls()))
            self.table.addTopLevelItem(item)
        self.notes.clear()
        for note in read.notes:
            self.notes.addTopLevelItem(QTreeWidgetItem([str(note.line or ""), self._note(note)]))
        self._notes_frame.setVisible(bool(read.notes))
        self.notes_title.setVisible(bool(read.notes))
        self._pages.setCurrentIndex(1)
        self.again.show()
        has_secrets = any(found.secrets for found in read.found)
        self.secrets.setVisible(has_secrets)
        self.secrets_note.setVisible(has_secrets)
        self.retranslate()
        self._count()
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)
        if has_secrets:
            saved = self._shell.services.profiles
            self._shell.bridge.background(saved.keyring, self._tell_keyring, None, self)

    def _tell_keyring(self, state: KeyringState) -> None:
        able = state.ability == "available"
        self.secrets.setEnabled(able)
        self.secrets.setChecked(able)
        if able:
            self.secrets_note.setText(
                self.tr("One entry each in {keyring}; no file holds them.").format(keyring=state.name)
            )
        else:
            self.secrets_note.setText(self.tr("There is no keyring to put them into: they are left out."))

    def _note(self, note: ImportNote) -> str:
        return self._shell.services.wording.sentence(note.text.key, dict(note.text.values))

    def _start_again(self) -> None:
        self._read = None
        self._pages.setCurrentIndex(0)
        self.again.hide()
        self.strip.hide()
        self.save.setEnabled(False)
        self.retranslate()

    # -- saving -------------------------------------------------------------------------------------

    def _chosen(self) -> list[Found]:
        if self._read is None:
            return []
        group = tuple(part.strip() for part in self._group().text().split("/") if part.strip())
        chosen = []
        for row, found in enumerate(self._read.found):
            item = self.table.topLevelItem(row)
            if item is not None and item.checkState(0) == Qt.CheckState.Checked:
                profile = changed(found.profile, name=item.text(0), group=(*group, *found.profile.group))
                chosen.append(changed(found, profile=profile))
        return chosen

    def _group(self) -> Field:
        assert isinstance(self.group.field, Field)
        return self.group.field

    def _count(self) -> None:
        count = len(self._chosen())
        self.save.setEnabled(bool(count))
        several = self.tr("Save {count} profiles") if count else self.tr("Save")
        self.save.setText(self.tr("Save one profile") if count == 1 else several.format(count=count))

    def _save(self) -> None:
        with_secrets = self.secrets.isVisible() and self.secrets.isChecked()
        ready = [(found.profile, found.secrets if with_secrets else {}) for found in self._chosen()]
        saved = self._shell.services.profiles
        self.save.set_busy(True)
        self._shell.bridge.background(lambda token: len(saved.save_all(ready, token)), self._done, self._failed, self)

    def _done(self, count: int) -> None:
        self.saved.emit(count)
        self.accept()

    # -- words --------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Import profiles"))
        self.title.setText(self.tr("Import profiles"))
        if self._read is None:
            self.intro.setText(
                self.tr(
                    "From lists of addresses, exports of MQTTX, MQTT Explorer and mqassist, mosquitto, .env, "
                    "docker-compose, Spring and Celery settings. Nothing of it is executed."
                )
            )
        else:
            kind = self._shell.services.wording.sentence(f"import.format.{self._read.format}", {})
            count = len(self._read.found)
            one = self.tr("{format}: one profile found. Nothing is saved yet.")
            several = self.tr("{format}: {count} profiles found. Nothing is saved yet.")
            self.intro.setText((one if count == 1 else several).format(format=kind, count=count))
        self.choose.setText(self.tr("Choose a file…"))
        self.paste.setPlaceholderText(self.tr("… or paste the text here"))
        self.paste.setAccessibleName(self.tr("Text to import from"))
        self.read_paste.setText(self.tr("Read the text"))
        self.phrase_field.set_name(self.tr("Passphrase"))
        words = (self.tr("Entered"), self.tr("Entered"), self.tr("None"), self.tr("Enter…"), self.tr("Enter…"))
        self.phrase.set_words(*words, self.tr("Forget"), self.tr("Passphrase"))
        self.table.setHeaderLabels([self.tr("Name"), self.tr("Address"), self.tr("Line"), self.tr("Password")])
        self.table.setAccessibleName(self.tr("Profiles that were found"))
        self.notes.setHeaderLabels([self.tr("Line"), self.tr("Left out")])
        self.notes.setAccessibleName(self.tr("What was not understood"))
        self.notes_title.setText(self.tr("What was not understood"))
        self.group.set_name(self.tr("Group for all of them"))
        self.secrets.setText(self.tr("Put the passwords into the keyring of this computer"))
        self.again.setText(self.tr("Back"))
        self.cancel.setText(self.tr("Cancel"))
        self._count()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
