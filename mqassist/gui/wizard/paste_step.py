"""The first question: paste anything. Shows what was understood; passwords are hidden at once and kept in memory."""

from __future__ import annotations

import os

from PySide6.QtCore import QEvent, QRegularExpression, Qt, QTimer, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from mqassist.core.endpoint import DEFAULT_PORTS
from mqassist.gui.drops import kind_of_file
from mqassist.gui.shell import Shell
from mqassist.gui.status_bar import Note
from mqassist.gui.theme.theme import dress, grow, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Line, MessageStrip
from mqassist.gui.widgets.dropped import PasteText
from mqassist.gui.widgets.labels import SectionTitle, Text
from mqassist.gui.wizard.answers import Answers
from mqassist.gui.wizard.found_table import FoundTable
from mqassist.gui.wizard.found_words import found_rows, product_words
from mqassist.gui.wizard.paste_parts import DropPlace, TextCard
from mqassist.gui.wizard.understand import Understood

WAIT_MS = 250
"""After the last key before the text is read."""
LONGEST = 2_000_000


class PasteStep(QWidget):
    """`asked` gives the text that wants to be understood; `changed` says that the answers did change."""

    asked = Signal(str)
    changed = Signal()

    def __init__(self, answers: Answers, shell: Shell) -> None:
        super().__init__()
        self.answers = answers
        self.shell = shell
        self.understood: Understood | None = None
        self._lead = Text(colour="t2")
        self.text = PasteText()
        self._recognised = Text(role="caption", colour="t2")
        self.open_button = Button(kind="quiet", icon_name="folder")
        self.clear_button = Button(kind="quiet")
        self._hidden = Note("shield")
        self._foot = QWidget()
        self.drop = DropPlace(self)
        self._found_title = SectionTitle()
        self._missing = Text(role="caption", colour="t3")
        self.found = FoundTable()
        self.warning = MessageStrip()
        self.warning.hide()
        self._promise = Text(role="caption", colour="t3")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(WAIT_MS)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        dress(self.text, "mono")
        self.text.setTabChangesFocus(True)
        self.text.document().setDocumentMargin(10)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        left = QVBoxLayout()
        left.setSpacing(12)
        head = QHBoxLayout()
        head.setContentsMargins(14, 4, 6, 4)
        head.addWidget(self._recognised, 1)
        head.addWidget(self.open_button)
        head.addWidget(self.clear_button)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(0)
        foot.addWidget(Line())
        note = QHBoxLayout()
        note.setContentsMargins(14, 6, 14, 6)
        note.addWidget(self._hidden)
        foot.addLayout(note)
        card = TextCard(self.text)
        card.body.addLayout(head)
        card.body.addWidget(Line())
        card.body.addWidget(self.text, 1)
        card.body.addWidget(self._foot)
        left.addWidget(card, 1)
        left.addWidget(self.drop)
        right = QVBoxLayout()
        right.setSpacing(8)
        title = QHBoxLayout()
        title.addWidget(self._found_title)
        title.addWidget(self._missing, 1)
        self._missing.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        right.addLayout(title)
        right.addWidget(self.found)
        right.addWidget(self.warning)
        right.addStretch(1)
        right.addWidget(self._promise)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(24)
        self._sides.addLayout(left, 62)
        self._sides.addLayout(right, 38)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._lead)
        box.addLayout(self._sides, 1)
        grow(self.text, self.text.setMinimumHeight, 160)

    def _connect(self) -> None:
        self.text.textChanged.connect(self._typed)
        self.text.files_dropped.connect(self.take_files)
        self._pause.timeout.connect(self._ask)
        self.open_button.clicked.connect(self._choose)
        self.clear_button.clicked.connect(self._clear)
        self.found.edited.connect(self._edit)
        self.drop.dropped.connect(self.take_files)
        self.drop.button.clicked.connect(self._choose_more)

    # -- reading --------------------------------------------------------------------------------

    def _typed(self) -> None:
        self._pause.start()

    def _ask(self) -> None:
        shown = self.understood.text if self.understood is not None else ""
        text = self.text.toPlainText()
        if text != shown:
            self.asked.emit(text[:LONGEST])

    def show_understood(self, understood: Understood) -> None:
        """Takes what was read into the answers; the password is hidden in the text from now on."""
        self.understood = understood
        answers = self.answers
        for name in ("scheme", "host", "port", "vhost", "path", "username", "client_id", "ca", "cert", "key"):
            value = getattr(understood, name)
            if value:
                setattr(answers, name, value)
        if understood.password is not None:
            answers.password = understood.password
        if answers.port == 0 and answers.scheme:
            answers.port = DEFAULT_PORTS[answers.scheme]
        if self.text.toPlainText() != understood.text:
            at = self.text.textCursor().position()
            self.text.blockSignals(True)
            self.text.setPlainText(understood.text)
            cursor = self.text.textCursor()
            cursor.setPosition(min(at, len(understood.text)))
            self.text.setTextCursor(cursor)
            self.text.document().clearUndoRedoStacks()  # undo would bring the password back
            self.text.blockSignals(False)
        self._mark(understood)
        self.refresh()
        self.changed.emit()

    def _mark(self, understood: Understood) -> None:
        ink = QTextCharFormat()
        ink.setBackground(theme().tokens.mark)
        marks = []
        for word in understood.words:
            # a value, not a part of another word
            whole = QRegularExpression(rf"(?<![\w.-]){QRegularExpression.escape(word)}(?![\w-])")
            cursor = self.text.document().find(whole)
            if not cursor.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = QTextCursor(cursor)
                mark.format = ink
                marks.append(mark)
        self.text.setExtraSelections(marks)

    def _clear(self) -> None:
        self.text.clear()
        self._pause.stop()
        self.understood = None
        self.answers.forget()
        self.refresh()
        self.changed.emit()

    def _edit(self, name: str, value: str) -> None:
        if name == "password":
            from mqassist.core.secret import Secret

            self.answers.password = Secret(value) if value else None
        elif name == "port":
            self.answers.port = int(value) if value.isascii() and value.isdigit() and int(value) < 65536 else 0
        elif name == "host" and self.answers.take_address(value):
            pass
        elif name == "scheme":
            self._edit_scheme(value)
        else:
            setattr(self.answers, name, value)
        self.refresh()
        self.changed.emit()

    def _edit_scheme(self, value: str) -> None:
        wanted = value.strip().lower().removesuffix("://")
        if wanted in DEFAULT_PORTS:
            if self.answers.port in (0, DEFAULT_PORTS.get(self.answers.scheme)):
                self.answers.port = DEFAULT_PORTS[wanted]
            self.answers.scheme = wanted

    # -- files ----------------------------------------------------------------------------------

    def _choose(self) -> None:
        self.shell.open_file(self, self.tr("Open a text"), "", self._open)

    def _choose_more(self) -> None:
        self.shell.open_file(self, self.tr("A broker's log or a certificate"), "", self.take_files)

    def _open(self, paths: list[str]) -> None:
        for path in paths:
            try:
                with open(path, encoding="utf-8", errors="replace") as file:
                    self.text.setPlainText(file.read(LONGEST))
            except OSError as error:
                self._cannot_read(path, error)

    def take_files(self, paths: list[str]) -> None:
        """Logs and certificates are read in place, anything else is opened as text."""
        for path in paths:
            try:
                kind = kind_of_file(path)
            except OSError as error:
                self._cannot_read(path, error)
                continue
            if kind == "log":
                self.answers.logs = (*self.answers.logs, path)
            elif kind == "certificate":
                self.answers.ca = path
            else:
                self._open([path])
        self.refresh()
        self.changed.emit()

    def _cannot_read(self, path: str, error: OSError) -> None:
        title = self.tr("{name} cannot be read").format(name=os.path.basename(path))
        self.shell.show_strip("error", title, error.strerror or "")

    # -- words ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        self.found.show_rows(found_rows(self.answers, self.understood))
        missing = self.answers.missing()
        if missing:
            self._missing.setText(self.tr("still missing: host or protocol"))
        else:
            self._missing.setText(self.tr("nothing missing"))
        understood = self.understood
        hidden = understood.masked if understood is not None else 0
        self._foot.setVisible(bool(hidden))
        self._hidden.set_text(self.tr("Passwords are hidden and kept in memory, never on disk."))
        self._recognised.setText(product_words(understood))
        self._warn()

    def _warn(self) -> None:
        answers, understood = self.answers, self.understood
        if answers.username == "guest" and answers.host not in ("", "localhost", "127.0.0.1", "::1"):
            self.warning.say(
                "warning",
                self.tr('"guest" is refused over the network by default'),
                self.tr(
                    "RabbitMQ answers with the same words as for a wrong password. The check will tell the two apart."
                ),
            )
        elif understood is not None and understood.cause:
            advice = self.shell.services.wording.advice(understood.cause, {})
            self.warning.say(
                "note",
                self.tr("The text itself speaks of this"),
                advice.title if advice is not None else understood.cause,
            )
        else:
            self.warning.hide()

    def retranslate(self) -> None:
        self._lead.setText(
            self.tr(
                "A URL, an error, a stack trace, a compose file, an .env, Spring or Celery settings. "
                "Mixed is fine. It stays on this computer."
            )
        )
        self.text.setAccessibleName(self.tr("Anything about the connection"))
        self.text.setPlaceholderText(self.tr("Paste here, or type an address such as amqp://user@host"))
        self.open_button.setText(self.tr("Open file…"))
        self.clear_button.setText(self.tr("Clear"))
        self._found_title.setText(self.tr("Found in it"))
        self._promise.setText(
            self.tr("No packet has been sent yet. The next steps ask only for what the text does not say.")
        )
        self.drop.say(
            self.tr("Drop the broker's log or a certificate here as well"),
            self.tr("It is read in place, not copied"),
            self.tr("Choose…"),
        )
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange and self.understood is not None:
            self._mark(self.understood)
        super().changeEvent(event)

    def resizeEvent(self, event: object) -> None:
        narrow = self.width() < theme().px(760)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._sides.direction() != way:
            self._sides.setDirection(way)
