"""An opened step: what was seen and its facts, the bytes, the same check by hand, its lines in the broker's log."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from mqassist.core.advice import Wording
from mqassist.core.record import record
from mqassist.gui.pages.checkup.step_content import StepContent, dump
from mqassist.gui.pages.checkup.verdict_card import caption
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.baseline import level
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import CommandBox, Line, clear
from mqassist.gui.widgets.flow import FlowLayout
from mqassist.gui.widgets.labels import Chip, StateShape, Text, ValueText
from mqassist.report.command_lines import broken
from mqassist.report.fact_words import fact_words
from mqassist.report.presented import PresentedCheck

MOST_ROWS = 14


@record
class StepActions:
    """`copy` puts a text on the clipboard, `open_log` goes to file and line (None without a page for it),
    `save_chain` gets certificates to save, `again` the layer that shall be looked at again."""

    copy: Callable[[str], None]
    open_log: Callable[[str, int], None] | None = None
    save_chain: Callable[[tuple[bytes, ...]], None] | None = None
    again: Callable[[str], None] | None = None


class StepDetails(QWidget):
    def __init__(
        self,
        content: StepContent,
        wording: Wording,
        actions: StepActions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._content = content
        self._wording = wording
        self._actions = actions
        self._copy = actions.copy
        self._open_log = actions.open_log
        self._headings: list[Text] = []
        self._parts = [
            part
            for part in (self._seen(), self._silence(), self._bytes(), self._hand(), self._log())
            if part is not None
        ]
        self._tabbed: bool | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 1)
        self._box.setSpacing(0)

    def set_width_class(self, width: int, large: bool) -> None:
        """Side by side from 1100 on, else tabs."""
        tabbed = (width < 1100 or large) and len(self._parts) > 1
        if tabbed == self._tabbed:
            return
        self._tabbed = tabbed
        for _, part in self._parts:
            part.setParent(None)
        clear(self._box)
        for heading in self._headings:
            heading.setVisible(not tabbed)
        if tabbed:
            self._make_tabs()
            return
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(0)
        self._box.addLayout(row)  # first: a part without a parent would open a window of its own
        for at, (_, part) in enumerate(self._parts):
            if at:
                row.addWidget(Line(vertical=True))
            row.addWidget(part, 1)
            part.show()

    def _make_tabs(self) -> None:
        """Chips for tabs: only what is chosen takes room."""
        chips = FlowLayout(gap=6)
        chips.setContentsMargins(14, 8, 14, 0)
        group = QButtonGroup(self)
        buttons = []
        for title, _ in self._parts:
            chip = Chip(title, checkable=True)
            chip.setAccessibleName(title)
            group.addButton(chip)
            chips.addWidget(chip)
            buttons.append(chip)
        self._box.addLayout(chips)

        def choose(wanted: int) -> None:
            for number, (_, part) in enumerate(self._parts):
                part.setVisible(number == wanted)

        for at, (chip, (_, part)) in enumerate(zip(buttons, self._parts, strict=True)):
            self._box.addWidget(part)
            chip.clicked.connect(lambda _on=False, at=at: choose(at))
        buttons[0].setChecked(True)
        choose(0)

    # -- parts ----------------------------------------------------------------------------------

    def _part(self, title: str) -> tuple[QWidget, QVBoxLayout]:
        part = QWidget()
        box = QVBoxLayout(part)
        box.setContentsMargins(14, 8, 14, 10)
        box.setSpacing(6)
        heading = caption(title)
        self._headings.append(heading)
        box.addWidget(heading)
        return part, box

    def _seen(self) -> tuple[str, QWidget] | None:
        title = self.tr("What was seen")
        if not self._content.checks:
            return self._notes() if self._content.notes else None
        part, box = self._part(title)
        for check in self._content.checks:
            if len(self._content.checks) > 1:
                box.addWidget(Text(f"{check.title}: {check.summary}", selectable=True))
                continue
            if check.why:
                box.addWidget(Text(check.why, colour="t2", selectable=True))
            for line in dict.fromkeys([check.summary, *check.evidence]):
                box.addWidget(Text(line, selectable=True))
            self._facts(box, check)
            if check.crash:
                box.addWidget(CommandBox(check.crash, copy=self._copy))
        if not self._content.by_hand:
            self._links(box)
        box.addStretch(1)
        return title, part

    def _links(self, box: QVBoxLayout) -> None:
        content, actions = self._content, self._actions
        links: list[Button] = []
        if content.certificates and actions.save_chain is not None:
            save, certificates = actions.save_chain, content.certificates
            links.append(Button(self.tr("Save served chain…"), kind="link", icon_name="doc"))
            links[-1].clicked.connect(lambda _on=False: save(certificates))
        if content.repeatable and len(content.checks) == 1 and actions.again is not None:
            again, layer = actions.again, content.checks[0].layer
            words = self.tr("Check only this layer again: {layer}").format(layer=content.checks[0].layer_word)
            links.append(Button(words, kind="link", icon_name="undo"))
            links[-1].clicked.connect(lambda _on=False: again(layer))
        for link in links:
            box.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)

    def _silence(self) -> tuple[str, QWidget] | None:
        if not self._content.silence:
            return None
        title = self.tr("What the silence can mean")
        part, box = self._part(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, meaning in enumerate(self._content.silence):
            words = Text(meaning.text, selectable=True)
            grid.addWidget(StateShape("undecided", size=14, beside=words), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(words, row, 1)
            decides = Text(meaning.decided_by, colour="t2")
            decides.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(decides, row, 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(2, 1)
        box.addLayout(grid)
        box.addStretch(1)
        return title, part

    def _facts(self, box: QVBoxLayout, check: PresentedCheck) -> None:
        if not check.facts:
            return
        box.addWidget(caption(self.tr("Facts")))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        for row, (name, value) in enumerate(check.facts.items()):
            fact = fact_words(name, value, self._wording)
            label = Text(fact.label, colour="t3")
            label.setToolTip(name)
            shown = ValueText(fact.value, exact=fact.exact)
            shown.setAccessibleName(fact.label)
            shown.setToolTip(name)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(shown, row, 1)
            level(label, shown)
        box.addLayout(grid)

    def _notes(self) -> tuple[str, QWidget]:
        title = self.tr("Live notes")
        part, box = self._part(title)
        for note in self._content.notes:
            row = QHBoxLayout()
            row.addWidget(Text(f"+{note.at_ms / 1000:.3f} s", role="mono", colour="t3", wrap=False))
            row.addWidget(Text(note.text, selectable=True), 1)
            box.addLayout(row)
        box.addStretch(1)
        return title, part

    def _bytes(self) -> tuple[str, QWidget] | None:
        if not self._content.exchanges:
            return None
        title = self.tr("Bytes")
        part, box = self._part(title)
        field = QPlainTextEdit(dump(self._content.exchanges, self._wording))
        field.setReadOnly(True)
        field.setFrameShape(QFrame.Shape.NoFrame)
        field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        field.setTabChangesFocus(True)
        field.setAccessibleName(title)
        field.setStyleSheet("QPlainTextEdit, QAbstractScrollArea::corner { border: none; background: transparent; }")
        dress(field, "mono")
        lines = min(MOST_ROWS, field.blockCount())
        field.setFixedHeight(field.fontMetrics().lineSpacing() * lines + theme().px(18))
        box.addWidget(field)
        box.addStretch(1)
        return title, part

    def _hand(self) -> tuple[str, QWidget] | None:
        if not self._content.by_hand:
            return None
        title = self.tr("The same check by hand")
        part, box = self._part(title)
        for command in self._content.by_hand:
            box.addWidget(CommandBox(broken(command.command, command.platform), copy=self._copy))
            if command.platform != self._content.platform:
                box.addWidget(Text(self._wording.sentence("hand.other-shell"), role="caption", colour="t3"))
            box.addWidget(Text(self._wording.sentence(command.look_for), role="caption", colour="t2"))
        self._links(box)
        box.addStretch(1)
        return title, part

    def _log(self) -> tuple[str, QWidget] | None:
        if not self._content.log:
            return None
        title = self.tr("In the broker's log")
        part, box = self._part(title)
        for line, (file, number) in zip(self._content.log, self._content.log_places, strict=True):
            box.addWidget(Text(line.text, role="mono", selectable=True))
            row = QHBoxLayout()
            row.addWidget(Text(line.origin, role="caption", colour="t2"), 1)
            if self._open_log is not None:
                link = Button(self.tr("Show line {line}").format(line=number), kind="link")
                go = self._open_log
                link.clicked.connect(lambda _on=False, file=file, number=number, go=go: go(file, number))
                row.addWidget(link)
            box.addLayout(row)
        box.addStretch(1)
        return title, part
