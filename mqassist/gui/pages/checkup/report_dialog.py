"""The report before it is saved: each format and the texts for a ticket, with what was masked. Runs nothing.

What is shown is what is saved, to the letter.
"""

from __future__ import annotations

import os

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from mqassist.core.finding import Audience
from mqassist.core.secret import MASK
from mqassist.gui.pages.checkup.answer import Answer
from mqassist.gui.pages.checkup.report_files import FORMATS, Document, document_of, ticket_of
from mqassist.gui.shell import Shell
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.whole_file import write_text
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import MessageStrip
from mqassist.gui.widgets.dialogs import Dialog, open_size
from mqassist.gui.widgets.labels import Chip, StateShape, Text
from mqassist.report.ticket import RECIPIENTS, recipient_of

_FILTERS = {
    "html": "HTML (*.html)",
    "markdown": "Markdown (*.md)",
    "json": "JSON (*.json)",
    "junit": "JUnit (*.xml)",
    "text": "Text (*.txt)",
}


class ReportDialog(Dialog):
    def __init__(self, answer: Answer, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer = answer
        self._shell = shell
        self._document = Document("html", "", "")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        dress(self, ground="surface")
        self._formats = Text(role="caption", colour="t2", weight=SEMIBOLD, wrap=False)
        self._tickets = Text(role="caption", colour="t2", weight=SEMIBOLD, wrap=False)
        self.chips: dict[str, Chip] = {}
        self._group = QButtonGroup(self)
        self._masked_shape = StateShape("works", size=12)
        self._masked = Text(role="caption", colour="t2")
        self.strip = MessageStrip(closable=True)
        self.strip.hide()
        self.plain = QPlainTextEdit()
        self.plain.setReadOnly(True)
        self.plain.setTabChangesFocus(True)
        dress(self.plain, "mono")
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        for view in (self.plain, self.page):
            view.document().setDocumentMargin(12)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.page)
        self._stack.addWidget(self.plain)
        self.save_button = Button("", kind="filled", icon_name="import")
        self.copy_button = Button("", icon_name="copy")
        self.close_button = Button("")
        self._build()
        self.retranslate()
        self.choose("html")
        open_size(self, 980, 720)

    def _build(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._formats)
        for name in FORMATS:
            first.addWidget(self._chip(name))
        first.addStretch(1)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self._tickets)
        for recipient in RECIPIENTS:
            second.addWidget(self._chip(recipient))
        second.addStretch(1)
        told = QHBoxLayout()
        told.setSpacing(8)
        told.addWidget(self._masked_shape)
        told.addWidget(self._masked, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.save_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(10)
        for layout in (first, second):
            box.addLayout(layout)
        box.addWidget(self._stack, 1)
        box.addLayout(told)
        box.addWidget(self.strip)
        box.addLayout(buttons)
        self.save_button.clicked.connect(self._save)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.close)

    def _chip(self, name: str) -> Chip:
        chip = Chip("", checkable=True)
        chip.clicked.connect(lambda _on=False: self.choose(name))
        self._group.addButton(chip)
        self.chips[name] = chip
        return chip

    def choose(self, name: str) -> None:
        """A format, or a recipient of a ticket."""
        self.chips[name].setChecked(True)
        services = self._shell.services
        if name in FORMATS:
            self._document = document_of(self._answer, name, services.wording)
        else:
            recipient: Audience = next(each for each in RECIPIENTS if each == name)
            self._document = ticket_of(self._answer, recipient, services.wording)
        text = self._document.text
        if name == "html":
            self.page.setHtml(text)
            self._mark(self.page)
        else:
            self.plain.setPlainText(text)
            self._mark(self.plain)
        self._stack.setCurrentWidget(self.page if name == "html" else self.plain)
        count = text.count(MASK)
        self._masked_shape.set_state("works")
        if count:
            said = self.tr("A secret was masked in one place, marked above. Nothing else was left out.")
            if count != 1:
                said = self.tr("Secrets were masked in {count} places, marked above. Nothing else was left out.")
            self._masked.setText(said.format(count=count))
        else:
            self._masked.setText(self.tr("No secret of this run is in it: it was searched for all of them."))

    def _mark(self, view: QTextBrowser | QPlainTextEdit) -> None:
        """Shows where something was masked."""
        form = QTextCharFormat()
        form.setBackground(QColor(theme().tokens.mark))
        document = view.document()
        marks: list[QTextEdit.ExtraSelection] = []
        cursor = document.find(MASK)
        while not cursor.isNull() and len(marks) < 200:
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(cursor)
            selection.format = form
            marks.append(selection)
            cursor = document.find(MASK, cursor)
        view.setExtraSelections(marks)

    def _copy(self) -> None:
        self._shell.copy(self._document.text, self._answer.redactor)
        self.strip.say("ok", self.tr("Copied"))

    def _save(self) -> None:
        suggested = f"mqassist-{self._answer.shown.run_id}{self._document.ending}"
        self._shell.save_file(
            self, self.tr("Save the report"), suggested, _FILTERS[self._document.format], self.save_to
        )

    def save_to(self, path: str) -> None:
        document = self._document
        if not os.path.splitext(path)[1]:
            path += document.ending
        self._shell.bridge.background(
            lambda _token: write_text(path, document.text),
            lambda _none: self.strip.say("ok", self.tr("Saved as {file}").format(file=os.path.basename(path)), path),
            lambda error: self.strip.say("error", self.tr("It could not be saved"), str(error)),
            self,
        )

    def retranslate(self) -> None:
        wording = self._shell.services.wording
        self.setWindowTitle(self.tr("Report"))
        self._formats.setText(self.tr("Report as"))
        self._tickets.setText(self.tr("Text for a ticket to"))
        names = {"html": "HTML", "markdown": "Markdown", "json": "JSON", "junit": "JUnit"}
        first = recipient_of(self._answer.shown)
        for name, chip in self.chips.items():
            word = names.get(name) or wording.sentence(f"who.{name.replace(' ', '-')}")
            chip.setText(word)
            chip.setAccessibleName(word)
            if name == first:
                chip.set_state("works")
            chip.updateGeometry()
        self.plain.setAccessibleName(self.tr("Preview"))
        self.page.setAccessibleName(self.tr("Preview"))
        self.save_button.setText(self.tr("Save…"))
        self.copy_button.setText(self.tr("Copy"))
        self.close_button.setText(self.tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
