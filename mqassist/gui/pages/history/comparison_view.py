"""Two runs side by side: the sentence that says where they part, then the layers with both results."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.core.comparison import Comparison, FactChange, Kind, RunSide, StepComparison, StepSide
from mqassist.core.runs import local_time
from mqassist.gui.pages.history.run_list import STATES
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.states import State
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.baseline import level
from mqassist.gui.widgets.buttons import CopyButton
from mqassist.gui.widgets.cards import Card, Collapsible, clear
from mqassist.gui.widgets.labels import ElidedLabel, LineMark, StateShape, Tag, Text, ValueText
from mqassist.report import comparison as as_text
from mqassist.report.fact_words import fact_words
from mqassist.report.presented import duration
from mqassist.report.style import Style

SHOWN_FACTS = 5
NARROW = 560
"""Below so many pixels at 100 % the two runs stand one below the other."""
SHARES = (26, 37, 37)
_SHAPES: dict[str, State] = {
    "passed": "works",
    "warning": "warning",
    "failed": "broken",
    "skipped": "not-reached",
    "cancelled": "not-reached",
    "deciding": "deciding",
}
MARKS: dict[Kind, str] = {"same": "=", "changed": "≠", "added": "+", "missing": "−"}


class ComparisonView(QScrollArea):
    """`copied` carries the comparison as text."""

    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[Comparison, tuple[str, str], Wording] | None = None
        self._narrow = False
        self._inside = QWidget()
        self._box = QVBoxLayout(self._inside)
        self._box.setContentsMargins(0, 0, 12, 20)
        self._box.setSpacing(12)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for ground in (self.viewport(), self._inside):  # the page's own ground shows through
            ground.setAutoFillBackground(False)

    def show_comparison(self, found: Comparison, files: tuple[str, str], wording: Wording) -> None:
        """`files` name the file that a side was read from, "" for a kept run."""
        self._found = (found, files, wording)
        self._build()

    def text(self) -> str:
        """As the command line prints it."""
        if self._found is None:
            return ""
        return as_text.render(self._found[0], self._found[2], Style(width=100))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self._found is not None:
            self._build()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # without regard to the scroll bar: it comes and goes with the height, which is another where it is narrow
        narrow = self.width() < theme().px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            if self._found is not None:
                self._build()

    def _build(self) -> None:
        assert self._found is not None
        found, files, wording = self._found
        clear(self._box)
        self.setAccessibleName(self.tr("Comparison"))
        self._box.addWidget(self._heading(found, wording))
        sides = QVBoxLayout() if self._narrow else QHBoxLayout()
        sides.setSpacing(12)
        for run, file in ((found.before, files[0]), (found.after, files[1])):
            sides.addWidget(self._side(run, file), 1)
        self._box.addLayout(sides)
        if found.target:
            self._box.addWidget(self._target(found.target, wording))
        self._box.addWidget(self._steps(found, wording))
        self._box.addStretch(1)

    def _heading(self, found: Comparison, wording: Wording) -> QWidget:
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        title = Text(as_text.heading(found, wording), role="title", selectable=True)
        copy = CopyButton(row)
        copy.clicked.connect(lambda: self._copy(copy))
        box.addWidget(title, 1)
        box.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _copy(self, button: CopyButton) -> None:
        self.copied.emit(self.text())
        button.show_copied()

    def _side(self, run: RunSide, file: str) -> Card:
        card = Card(margin=12, gap=4)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(StateShape(STATES[run.state], size=28), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(run.title, weight=SEMIBOLD))
        words.addWidget(ElidedLabel(run.target, role="mono", colour="t2"))
        line = QHBoxLayout()
        when = self.tr("{time}, took {duration}").format(
            time=local_time(run.started_at, seconds=True), duration=duration(run.duration_ms)
        )
        line.addWidget(Text(when, role="caption", colour="t3"), 1)
        if file:
            line.addWidget(Tag(file, icon_name="doc"))
        words.addLayout(line)
        top.addLayout(words, 1)
        card.body.addLayout(top)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        return card

    def _target(self, changes: Sequence[FactChange], wording: Wording) -> QWidget:
        card = Card(tone="sunken", margin=12, gap=4)
        card.body.addWidget(Text(self.tr("What was checked differs"), weight=SEMIBOLD))
        card.body.addWidget(_fact_table(changes, wording, narrow=self._narrow))
        return card

    # -- the layers -----------------------------------------------------------------------------

    def _steps(self, found: Comparison, wording: Wording) -> QWidget:
        card = Card(margin=1, gap=0)
        if not self._narrow:
            card.body.addWidget(_Row(self._columns(), tone="head"))
        for layer in dict.fromkeys(step.layer for step in found.steps):
            own = [step for step in found.steps if step.layer == layer]
            told = [step for step in own if step.kind != "same" and not step.follows]
            for step in told:
                card.body.addWidget(self._step(step, wording, first=layer == found.first_layer))
            alike = sum(step.kind == "same" and _ran(step) for step in own)
            if alike and not told:
                card.body.addWidget(self._alike(own[0].layer_word, alike))
        follow = [step.title for step in found.steps if step.follows]
        if follow:
            names = wording.sentence("line.comma").join(follow)
            said = self.tr("It follows that only one of the two ran this step: {steps}")
            if len(follow) != 1:
                said = self.tr("It follows that only one of the two ran these {count} steps: {steps}")
            card.body.addWidget(_Row((_padded(said.format(count=len(follow), steps=names), "t3"),), tone="quiet"))
        return card

    def _columns(self) -> tuple[QWidget, ...]:
        return tuple(
            Text(words, role="caption", colour="t2", weight=SEMIBOLD)
            for words in (self.tr("Step"), self.tr("Before"), self.tr("After"))
        )

    def _alike(self, layer: str, count: int) -> QWidget:
        alike = self.tr("alike, one step") if count == 1 else self.tr("alike, {count} steps").format(count=count)
        cells = (_marked("same", layer, "", "t2"), Text(alike, colour="t3"))
        return _Row(cells, tone="quiet", narrow=self._narrow)

    def _step(self, step: StepComparison, wording: Wording, *, first: bool) -> QWidget:
        row = _Row(
            (_marked(step.kind, step.title, step.layer_word), self._result(step.before), self._result(step.after)),
            tone="first" if first else "changed",
            narrow=self._narrow,
        )
        names = {
            "changed": self.tr("{step}: changed"),
            "added": self.tr("{step}: only after"),
            "missing": self.tr("{step}: only before"),
        }
        row.setAccessibleName(names.get(step.kind, "{step}").format(step=step.title))
        telling = sorted((fact for fact in step.facts if not fact.expected), key=lambda fact: fact.kind != "changed")
        if step.slower and step.before is not None and step.after is not None:
            took = self.tr("{before}, then {after}").format(
                before=duration(step.before.duration_ms), after=duration(step.after.duration_ms)
            )
            row.below.addWidget(Text(took, role="caption", colour="warn"))
        if telling:
            row.add(_fact_table(telling[:SHOWN_FACTS], wording, narrow=self._narrow))
        if len(telling) > SHOWN_FACTS:
            left = len(telling) - SHOWN_FACTS
            words = self.tr("One more fact") if left == 1 else self.tr("{count} more facts")
            more = Collapsible(words.format(count=left))
            more.body.setContentsMargins(0, 2, 0, 4)  # its columns are those of the row
            more.body.addWidget(_fact_table(telling[SHOWN_FACTS:], wording, narrow=self._narrow))
            row.add(more)
        return row

    def _result(self, side: StepSide | None) -> QWidget:
        cell = QWidget()
        box = QHBoxLayout(cell)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        shape = _SHAPES.get("skipped" if side is None else side.shape, "not-reached")
        words = Text(self.tr("not run") if side is None else side.summary, selectable=True)
        box.addWidget(StateShape(shape, beside=words), 0, Qt.AlignmentFlag.AlignTop)
        box.addWidget(words, 1)
        return cell


class _Row(QWidget):
    """Three columns of fixed shares, or one below the other where it is narrow, and what stands below them."""

    def __init__(self, cells: Sequence[QWidget], *, tone: str, narrow: bool = False) -> None:
        super().__init__()
        self._tone = tone
        self._grid = grid = QGridLayout(self)
        look = theme()
        edge = look.px(4) if tone in ("head", "quiet") else look.px(8)
        grid.setContentsMargins(look.px(12), edge, look.px(12), edge)
        grid.setHorizontalSpacing(look.px(12))
        for at, cell in enumerate(cells):
            row, column = (at, 0) if narrow else (0, at)
            grid.addWidget(cell, row, column, 1, 3 if narrow or len(cells) == 1 else 1, Qt.AlignmentFlag.AlignTop)
        _share_out(grid)
        self.below = QVBoxLayout()
        self.below.setSpacing(2)
        grid.addLayout(self.below, len(cells), 0 if narrow else 1, 1, 3 if narrow else 2)

    def add(self, widget: QWidget) -> None:
        """Below everything, over the whole width."""
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        grounds = {"first": look.tokens.accentbg, "changed": look.tokens.surface, "head": look.tokens.sunken}
        if self._tone in grounds:
            painter.fillRect(self.rect(), grounds[self._tone])
        if self._tone == "first":
            painter.fillRect(QRectF(0, 0, look.px(3), self.height()), look.tokens.accent)
        painter.fillRect(0, self.height() - 1, self.width(), 1, look.tokens.line)
        painter.end()


def _marked(kind: Kind, title: str, layer: str, colour: str = "t1") -> QWidget:
    cell = QWidget()
    box = QGridLayout(cell)
    box.setContentsMargins(0, 0, 0, 0)
    box.setHorizontalSpacing(8)
    box.setVerticalSpacing(0)
    words = Text(title, colour=colour, weight=None if kind == "same" else SEMIBOLD)
    mark = LineMark(MARKS[kind], words, colour=colour)
    mark.setMinimumWidth(max(mark.fontMetrics().horizontalAdvance(each) for each in MARKS.values()))
    box.addWidget(mark, 0, 0, Qt.AlignmentFlag.AlignTop)
    box.addWidget(words, 0, 1)
    if layer:
        box.addWidget(Text(layer, role="caption", colour="t3"), 1, 1)
    box.setColumnStretch(1, 1)
    return cell


def _padded(text: str, colour: str) -> Text:
    return Text(text, role="caption", colour=colour)


def _share_out(grid: QGridLayout) -> None:
    for column, share in enumerate(SHARES):
        grid.setColumnStretch(column, share)
        grid.setColumnMinimumWidth(column, 1)


def _fact_table(changes: Sequence[FactChange], wording: Wording, *, narrow: bool) -> QWidget:
    """The name, then both values below the results of their runs; where it is narrow each change is one line."""
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme().px(12))
    grid.setVerticalSpacing(2)
    if not narrow:
        _share_out(grid)
    for at, change in enumerate(changes):
        words = [fact_words(change.name, value, wording) for value in (change.before, change.after)]
        cells = [Text(words[0].label, colour="t3")]
        cells += [ValueText(fact.value, exact=fact.exact, colour="t2") for fact in words]
        if narrow:
            cells = [Text(as_text.change_text(change, wording), colour="t2", selectable=True)]
        for column, cell in enumerate(cells):
            cell.setToolTip(change.name)
            grid.addWidget(cell, at, column, Qt.AlignmentFlag.AlignTop)
        level(*cells)
    return table


def _ran(step: StepComparison) -> bool:
    return any(side is not None and side.status not in ("skipped", "cancelled") for side in (step.before, step.after))
