"""All causes: a list that is searched by words in both languages, and a page for each."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from mqassist.core.advice import Step
from mqassist.core.catalogue import CatalogueEntry, search
from mqassist.gui.in_turns import InTurns
from mqassist.gui.pages.explain.answer import SEVERITY_STATES, begun
from mqassist.gui.pages.explain.cause_rows import CauseRows
from mqassist.gui.shell import Shell
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import CommandBox, Line, clear, scrolling
from mqassist.gui.widgets.fields import SearchField
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Chip, ElidedLabel, SectionTitle, StateShape, Text
from mqassist.report.catalogue import CausePage
from mqassist.services import Services

TWO_COLUMNS = 800
TYPED_MS = 150
"""So long after the last key the page of the first cause is made: nobody reads those of half a word."""


class Catalogue(QWidget):
    """`left` comes when the person is done with it."""

    left = Signal()

    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._entries: tuple[CatalogueEntry, ...] = ()
        self._language = ""
        self._cause = ""
        self._listed: tuple[str, ...] = ()
        self._on_page = ""
        self._filling = InTurns(self)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_MS)
        self._typed.timeout.connect(lambda: self._show_page(self._cause))
        self.field = SearchField()
        self.list = QListWidget()
        self._count = Text(role="caption", colour="t3")
        self._page = QWidget()
        self._inside = QVBoxLayout(self._page)
        self._inside.setContentsMargins(24, 16, 24, 24)
        self._inside.setSpacing(8)
        self._build()
        self.field.textChanged.connect(self._fill)
        self.field.left_down.connect(self.list.setFocus)
        self.list.currentItemChanged.connect(self._chosen)
        self.retranslate()

    def _build(self) -> None:
        row = self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(20, 14, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self._count)
        column.addWidget(self.list, 1)
        self.list.setItemDelegate(CauseRows(self.list))
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setSpacing(3)
        dress(self.list)
        row.addWidget(side, 2)
        self._between = Line(vertical=True)
        row.addWidget(self._between)
        row.addWidget(scrolling(self._page), 3)

    def open(self) -> None:
        """Reads the list if it is not there in this language, and takes the keyboard."""
        services = self._shell.services
        if self._language != services.texts.language:
            self._language = services.texts.language
            self._shell.bridge.background(lambda _token: services.catalogue(), self._arrived, owner=self)
        self.field.setFocus()

    def show_cause(self, cause: str) -> None:
        self._cause = cause
        self.field.clear()
        self._select()
        self._show_page(cause)

    def _arrived(self, entries: tuple[CatalogueEntry, ...]) -> None:
        self._entries = entries
        self._fill()

    def _fill(self) -> None:
        found = search(self._entries, self.field.text())
        self._count.setText(self.tr("{found} of {all} causes").format(found=len(found), all=len(self._entries)))
        listed = tuple(entry.title for entry in found)
        if listed == self._listed:
            return
        self._listed = listed
        self.list.blockSignals(True)
        self.list.clear()
        for entry in found:
            item = QListWidgetItem(entry.title)
            item.setData(Qt.ItemDataRole.UserRole, entry.id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title}, {entry.id}")
            self.list.addItem(item)
        self._select()
        if self.list.currentItem() is None and found:
            self.list.setCurrentRow(0)
            self._cause = found[0].id
        self.list.blockSignals(False)
        self._typed.start()

    def _select(self) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(Qt.ItemDataRole.UserRole) == self._cause:
                self.list.setCurrentRow(row)
                self.list.scrollToItem(item)
                return

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._cause = str(item.data(Qt.ItemDataRole.UserRole))
            self._show_page(self._cause)

    def _show_page(self, cause: str) -> None:
        self._typed.stop()
        if not cause or cause == self._on_page:
            return
        services = self._shell.services
        self._shell.bridge.background(
            lambda _token: services.cause_page(cause), lambda page: self._page_arrived(cause, page), owner=self
        )

    def _page_arrived(self, cause: str, page: CausePage | None) -> None:
        if page is None or cause != self._cause:
            return
        self._on_page = cause
        self._filling.start(self._pieces(page))

    def _pieces(self, page: CausePage) -> list[Callable[[], None]]:
        """A long page in one piece would hold up what is typed."""
        steps = [lambda step=step: self._step(step) for step in page.advice.steps]
        return [lambda: self._head(page), *steps, lambda: self._log_lines(page), lambda: self._end(page)]

    def _head(self, page: CausePage) -> None:
        clear(self._inside)
        wording = self._shell.services.wording
        advice = page.advice
        head = QHBoxLayout()
        title = Text(advice.title, role="title")
        shape = StateShape(SEVERITY_STATES[page.severity], beside=title)  # type: ignore[arg-type]  # states of the theme
        head.addWidget(shape, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(title, 1)
        self._inside.addLayout(head)
        who = Chip(begun(wording.sentence(f"who.{advice.who.replace(' ', '-')}")), icon_name="person")
        who.set_passive()
        name = Text(advice.cause, role="mono", colour="t3", selectable=True, wrap=False)
        self._inside.addWidget(FlowRow((who, name)))
        self._inside.addWidget(Text(advice.summary, weight=SEMIBOLD))
        self._inside.addWidget(Text(advice.explanation))
        if advice.steps:
            self._inside.addWidget(SectionTitle(self.tr("What to do")))

    def _step(self, step: Step) -> None:
        wording = self._shell.services.wording
        label = begun(wording.sentence(f"who.{step.audience.replace(' ', '-')}"))
        self._inside.addWidget(Text(wording.sentence("line.labelled", {"label": label, "text": step.text})))
        if step.command:
            self._inside.addWidget(CommandBox(step.command, copy=self._shell.copy))

    def _end(self, page: CausePage) -> None:
        self._links(self.tr("The same words may also mean"), page.look_alikes)
        self._links(self.tr("What follows from it"), page.follows)
        self._inside.addWidget(
            Text(
                self.tr("Known from: {source}").format(source=page.source.removeprefix("seen: ")),
                role="caption",
                colour="t3",
            )
        )
        for reference in page.advice.references:
            self._inside.addWidget(ElidedLabel(reference, role="mono", colour="t3"))
        self._inside.addStretch(1)

    def _log_lines(self, page: CausePage) -> None:
        if page.log_lines:
            self._inside.addWidget(SectionTitle(self.tr("What brokers write then")))
        for line, source in page.log_lines:
            self._inside.addWidget(CommandBox(" ".join(line.split())[:400], copy=self._shell.copy))
            self._inside.addWidget(Text(source, role="caption", colour="t3"))

    def _links(self, title: str, causes: tuple[str, ...]) -> None:
        titles = {entry.id: entry.title for entry in self._entries}
        known = [cause for cause in causes if cause in titles]
        if not known:
            return
        self._inside.addWidget(SectionTitle(title))
        for cause in known:
            link = Button(titles[cause], kind="quiet", icon_name="rt")
            link.setMinimumWidth(theme().px(120))  # a long title is cut rather than the page made wider than the window
            link.setToolTip(titles[cause])
            link.clicked.connect(lambda _checked=False, cause=cause: self.show_cause(cause))
            row = QHBoxLayout()
            row.addWidget(link)
            row.addStretch(1)
            self._inside.addLayout(row)

    def retranslate(self) -> None:
        self.field.set_name(self.tr("Search all causes, in English or Chinese"))
        self.list.setAccessibleName(self.tr("Causes"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= theme().px(TWO_COLUMNS)
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._between.setVisible(wide)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            if self.isVisible():
                self.open()
                self._on_page = ""
                self._show_page(self._cause)
        super().changeEvent(event)
