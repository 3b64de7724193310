"""Explain an error: a text goes in, causes come out, with the words that prove them marked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.explained import ADDRESS, VERSION, Explanation
from mqassist.core.runs import KeptRun
from mqassist.gui.pages.explain.answer import AnswerColumn
from mqassist.gui.pages.explain.catalogue import Catalogue
from mqassist.gui.pages.explain.excerpt import MOST, shown_of
from mqassist.gui.pages.explain.paste_box import PasteBox
from mqassist.gui.pages.explain.target_card import TargetCard
from mqassist.gui.shell import Shell
from mqassist.gui.theme.theme import grow, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, Line, MessageStrip, scrolling
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Chip, Text
from mqassist.services import Services

PAUSE_MS = 350
"""After the last key; a paste is explained at once."""
MAX_FILE = 64_000_000
TWO_COLUMNS = 940


class ExplainPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self._services = services
        self._shell = shell
        self._token: CancelToken | None = None
        self._explained: Explanation | None = None
        self._seen: tuple[KeptRun, ...] = ()
        self._title = Text(role="title", wrap=False)
        self._subtitle = Text(colour="t2")
        self.open_file = Button(kind="outlined", icon_name="folder")
        self.paste = Button(kind="outlined", icon_name="paste")
        self.clear_text = Button(kind="quiet")
        self.catalogue_button = Button(kind="quiet", icon_name="bulb")
        self.box = PasteBox()
        self._recognised = Text(role="caption", colour="t2")
        self._hidden = Chip(icon_name="shield")
        self._hidden.set_passive()
        self.notes = MessageStrip()
        self.more = MessageStrip()
        self.target = TargetCard()
        self.answer = AnswerColumn(shell.copy)
        self.catalogue = Catalogue(services, shell)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._build()
        self._connect()
        self._show_nothing()
        self.retranslate()

    # -- for other pages --------------------------------------------------------------------------

    def explain_text(self, text: str) -> None:
        """Replaces what is there. Secrets are taken out before anything is shown."""
        self.show_catalogue(False)
        self._explain(text)

    # -- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setContentsMargins(20, 12, 20, 12)
        head.setSpacing(8)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self._title)
        titles.addWidget(self._subtitle)
        head.addLayout(titles, 1)
        head.addWidget(
            FlowRow((self.catalogue_button, self.open_file, self.paste, self.clear_text)), 0, Qt.AlignmentFlag.AlignTop
        )
        self._head = head
        outer.addLayout(head)
        outer.addWidget(Line())
        self._inside = QWidget()
        self._area = scrolling(self._inside)
        outer.addWidget(self._area, 1)
        outer.addWidget(self.catalogue, 1)
        self.catalogue.hide()
        self._inside.setLayout(self._columns)
        self._columns.setContentsMargins(20, 16, 20, 16)
        self._columns.setSpacing(20)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        card = Card(margin=0, gap=0)
        self._strip = QWidget()
        strip = QHBoxLayout(self._strip)
        strip.setContentsMargins(14, 6, 10, 6)
        strip.addWidget(self._recognised, 1)
        strip.addWidget(self._hidden)
        card.body.addWidget(self._strip)
        self._strip_line = Line()
        card.body.addWidget(self._strip_line)
        card.body.addWidget(self.box, 1)
        grow(self.box, self.box.setMinimumHeight, 300)
        column.addWidget(card, 1)
        for widget in (self.notes, self.more, self.target):
            column.addWidget(widget)
        self._columns.addWidget(left, 7)
        self._columns.addWidget(self.answer, 5)

    def _connect(self) -> None:
        self.open_file.clicked.connect(self._ask_for_file)
        self.paste.clicked.connect(self._paste)
        self.clear_text.clicked.connect(self._clear)
        self.catalogue_button.clicked.connect(lambda: self.show_catalogue(not self.catalogue.isVisible()))
        self.box.pasted.connect(self._explain)
        self.box.file_dropped.connect(self._read)
        self.box.textChanged.connect(self._timer.start)
        self._timer.timeout.connect(lambda: self._explain(self.box.toPlainText()))
        self.answer.chosen.connect(self._choose)
        self.answer.page_wanted.connect(self._show_cause)
        self.answer.report_wanted.connect(self._open_report)
        self.target.check_wanted.connect(self._check)
        self.target.profile_wanted.connect(self._shell.new_profile)
        self.catalogue.left.connect(lambda: self.show_catalogue(False))
        QShortcut(
            QKeySequence(Qt.Key.Key_Escape), self, self._leave, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    # -- the text ---------------------------------------------------------------------------------

    def _explain(self, text: str) -> None:
        self._timer.stop()
        if self._token is not None:
            self._token.cancel()
        if not text.strip():
            self._show_nothing()
            return
        services = self._shell.services
        self._shell.set_status(self.tr("Reading the text"), running=True)
        self._token = self._shell.bridge.background(
            lambda token: _with_runs(services, services.explain(text, token)), self._take, self._failed, self
        )

    def _take(self, found: tuple[Explanation, tuple[KeptRun, ...]]) -> None:
        explained, self._seen = found
        self._show(explained)

    def _show(self, explained: Explanation) -> None:
        self._shell.set_status("")
        kept = self._explained.target if self._explained is not None else None
        target = explained.target
        if target is not None and target.password is None and kept is not None and kept.url == target.url:
            target = kept  # the text lost its password when it was masked
        services = self._shell.services
        shown = services.present_explanation(explained)
        excerpt = shown_of(explained, self.tr("… {count} lines are not shown …"))
        self._explained = explained if target is explained.target else _with_target(explained, target)
        self.box.setReadOnly(len(explained.text) > MOST)
        self.box.blockSignals(True)
        self.box.show_marked(excerpt.text, excerpt.marks)
        self.box.blockSignals(False)
        self.answer.show_answer(shown, services.wording, self._seen)
        self.answer.show()
        letters = {mark.phrase: mark.letter for mark in explained.marks}
        who = self.tr("{writer} See mark {letter}.") if shown.who_wrote and VERSION in letters else "{writer}"
        lines = self.tr("Text of one line") if explained.lines == 1 else self.tr("Text of {lines} lines")
        written = shown.who_wrote or lines.format(lines=explained.lines)
        self._recognised.setText(who.format(writer=written, letter=letters.get(VERSION, "")))
        self._hidden.setVisible(explained.masked > 0)
        self._hidden.setText(self.tr("Secrets hidden: {count}").format(count=explained.masked))
        self._strip.show()
        self._strip_line.show()
        if shown.notes:
            self.notes.say("warning", self.tr("Worth knowing"), "\n".join(shown.notes))
        self.notes.setVisible(bool(shown.notes))
        if shown.collect:
            self.more.say("note", self.tr("What to add"), "\n".join(shown.collect))
        self.more.setVisible(bool(shown.collect))
        self.target.show_target(target if shown.outcome != "healthy" else None, letters.get(ADDRESS, ""))

    def _failed(self, error: Exception) -> None:
        self._shell.set_status("")
        self._shell.show_strip("error", self.tr("The text could not be read"), self._shell.words_of(error))

    def _show_nothing(self) -> None:
        self._explained = None
        self.box.setReadOnly(False)
        self.answer.show_answer(None, self._services.wording)
        for widget in (self.notes, self.more, self.target, self._strip, self._strip_line):
            widget.hide()

    def _clear(self) -> None:
        self.box.show_marked("", ())
        self._timer.stop()
        self._show_nothing()
        self.box.setFocus()

    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text()
        if text:
            self._explain(text)
        self.box.setFocus()

    def _ask_for_file(self) -> None:
        self._shell.open_file(
            self, self.tr("Open a text or log"), self.tr("Texts (*.txt *.log *.out *.json);;All files (*)"),
            lambda paths: self._read(paths[0]),
        )  # fmt: skip

    def _read(self, path: str) -> None:
        services = self._shell.services

        def work(token: CancelToken) -> tuple[Explanation, tuple[KeptRun, ...]]:
            try:
                with open(path, "rb") as file:
                    data = file.read(MAX_FILE)
            except OSError as error:
                reason = error.strerror or str(error)
                raise UserError("cli.explain.unreadable", f"cannot read {path}", file=path, reason=reason) from error
            return _with_runs(services, services.explain_bytes(data, token))

        self._timer.stop()
        self._shell.set_status(self.tr("Reading the text"), running=True)
        self._token = self._shell.bridge.background(work, self._take, self._failed, self)

    # -- going on ---------------------------------------------------------------------------------

    def _choose(self, cause: str) -> None:
        card = next((card for card in self.answer.cards if card.match.id == cause), None)
        if card is not None:
            self.box.choose(card.match.letters)

    def _check(self, address: str) -> None:
        self._shell.fill_target(address)
        self._shell.start_check(address)

    def _open_report(self, run: str) -> None:
        services = self._shell.services
        self._shell.bridge.background(lambda _: services.kept(run), self._shell.show_report, self._failed, self)

    def _show_cause(self, cause: str) -> None:
        self.show_catalogue(True)
        self.catalogue.show_cause(cause)

    def show_catalogue(self, shown: bool) -> None:
        self._area.setVisible(not shown)
        self.catalogue.setVisible(shown)
        self.retranslate()
        if shown:
            self.catalogue.open()

    def _leave(self) -> None:
        if self.catalogue.isVisible():
            self.show_catalogue(False)

    # -- look and language ------------------------------------------------------------------------

    def retranslate(self) -> None:
        self._title.setText(self.tr("Explain an error"))
        self._subtitle.setText(
            self.tr("Paste any client's error, stack trace or log excerpt. Everything stays on this computer.")
        )
        self.open_file.setText(self.tr("Open a file…"))
        self.paste.setText(self.tr("Paste"))
        self.clear_text.setText(self.tr("Clear"))
        catalogue = self.tr("Back to the text") if self.catalogue.isVisible() else self.tr("All causes")
        self.catalogue_button.setText(catalogue)
        self.catalogue_button.set_icon_name("undo" if self.catalogue.isVisible() else "bulb")
        self.box.setAccessibleName(self.tr("Text to explain"))
        self.box.setPlaceholderText(self.tr("Paste here: an error, a stack trace, lines of a log, or bytes"))
        for button in (self.open_file, self.paste, self.clear_text):
            button.setVisible(not self.catalogue.isVisible())
        self._subtitle.setVisible(not self.catalogue.isVisible())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            if self._explained is not None:
                self._show(self._explained)
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= theme().px(TWO_COLUMNS)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)
            self._head.setDirection(direction)


def _with_runs(services: Services, explained: Explanation) -> tuple[Explanation, tuple[KeptRun, ...]]:
    """With the kept runs that had one of its causes, newest first."""
    return explained, services.seen([candidate.cause for candidate in explained.candidates])


def _with_target(explained: Explanation, target: object) -> Explanation:
    from mqassist.core.record import changed

    return changed(explained, target=target)
