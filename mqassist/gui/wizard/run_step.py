"""The check, layer by layer: the pyramid, what each check of the layer says, what the next answer will mean, and what
a person has to do where it breaks."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from mqassist.core.record import record
from mqassist.gui.run_controller import RunController
from mqassist.gui.shell import Shell, ShowsRuns
from mqassist.gui.status_bar import Note
from mqassist.gui.theme.fonts import SEMIBOLD
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, Line, MessageStrip, clear
from mqassist.gui.widgets.labels import StateShape, Text
from mqassist.gui.wizard.glossary import GlossaryLine
from mqassist.gui.wizard.layers import FLOORS, Floor, Pyramid
from mqassist.gui.wizard.layers import Line as CheckLine
from mqassist.gui.wizard.pyramid_view import PyramidView
from mqassist.gui.wizard.run_words import again_lead, floor_lead, floor_title, unencrypted
from mqassist.gui.wizard.to_do import ToDo
from mqassist.report.presented import Presented, duration
from mqassist.report.silence import meanings

TICK_MS = 100
READING_S = 1.5
"""A layer that is fine stands so long before the next one begins: its words want to be read."""


@record
class Possible:
    """A cause that is still possible, and what decides it."""

    title: str
    decided_by: str
    who: str


class RunStep(QWidget):
    """Shows a Pyramid; the page feeds it. A layer that was pressed stays shown until the run goes on without it."""

    told = Signal()
    """The layer of now went well and was read: the next one may begin."""
    opened = Signal()
    """All steps with their times shall be seen."""
    change_wanted = Signal(str)
    """What was answered shall be another: the name of a question, as `ToDo` has it."""

    def __init__(self, shell: Shell, controller: RunController) -> None:
        super().__init__()
        self.shell = shell
        self.controller = controller
        self.pyramid: Pyramid | None = None
        self._at: Floor = FLOORS[0]
        self._again = False
        self._read_until = 0.0
        self._picked: Floor | None = None
        self._all = False
        self._possible: tuple[Possible, ...] = ()
        self._beside = False
        self._drawn: tuple[object, ...] = ()
        self.title = Text(role="title")
        self.elapsed = Text(colour="t2", wrap=False)
        self.lead = Text(colour="t2")
        self.view = PyramidView()
        self._bottom_up = Text(role="caption", colour="t3")
        self.all_steps = Button(kind="link", icon_name="pulse")
        self.all_steps.clicked.connect(self.opened)
        self.all_steps.hide()
        self.strip = MessageStrip()
        self.strip.hide()
        self.to_do = ToDo(shell)
        self.to_do.hide()
        self.to_do.change_wanted.connect(self.change_wanted)
        self.lines = Card(margin=0, gap=0)
        self.rows: dict[str, CheckRow] = {}
        self.more = Button(kind="link")
        self.more.clicked.connect(self._show_all)
        self.glossary = GlossaryLine()
        self.meaning = Card(margin=0, gap=0)
        self._meaning_title = Text(weight=SEMIBOLD)
        self._meaning_count = Text(role="caption", colour="t3", wrap=False)
        self._meaning_rows = QGridLayout()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.refresh)
        self._build()
        self.view.chosen.connect(self._pick)
        self.retranslate()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.elapsed, 0, Qt.AlignmentFlag.AlignTop)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.view)
        left.addWidget(self._bottom_up)
        left.addWidget(self.all_steps, 0, Qt.AlignmentFlag.AlignLeft)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.strip)
        right.addWidget(self.to_do)
        right.addWidget(self.lines)
        right.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        right.addStretch(1)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(32)
        self._sides.addLayout(left, 36)
        self._sides.addLayout(right, 64)
        top = QHBoxLayout()
        top.setContentsMargins(14, 8, 14, 8)
        top.addWidget(self._meaning_title, 1)
        top.addWidget(self._meaning_count)
        self.meaning.body.addLayout(top)
        self.meaning.body.addWidget(Line())
        self._meaning_rows.setContentsMargins(14, 6, 14, 8)
        self._meaning_rows.setHorizontalSpacing(16)
        self._meaning_rows.setVerticalSpacing(6)
        self.meaning.body.addLayout(self._meaning_rows)
        self.meaning.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addLayout(head)
        box.addWidget(self.lead)
        box.addLayout(self._sides)
        box.addWidget(self.meaning)
        box.addWidget(self.glossary)
        box.addStretch(1)

    # -- fed ------------------------------------------------------------------------------------

    def begin(self, pyramid: Pyramid, at: Floor) -> None:
        """`at` is where it begins: above the lowest for a layer that is tried again."""
        self.pyramid = pyramid
        self._at, self._again = at, at != FLOORS[0]
        self._read_until = 0.0
        self._picked = None
        self._all = False
        self.strip.hide()
        self.to_do.hide()
        self.all_steps.hide()
        self.show_possible(())
        self._tick.start()
        self.refresh()

    def end(self) -> None:
        self._tick.stop()
        self._picked = None
        self.refresh()

    def show_possible(self, possible: Sequence[Possible], *, beside: bool = False) -> None:
        """Causes that are left and what would decide each; none hides the card. `beside` a likely one that is told."""
        self._beside = beside
        if tuple(possible) == self._possible:
            return
        self._possible = tuple(possible)
        clear(self._meaning_rows)
        top = Qt.AlignmentFlag.AlignTop
        for row, each in enumerate(self._possible):
            self._meaning_rows.addWidget(StateShape("undecided", size=14), row, 0, top)
            self._meaning_rows.addWidget(Text(each.title), row, 1, top)
            self._meaning_rows.addWidget(Text(each.decided_by, colour="t2"), row, 2, top)
            self._meaning_rows.addWidget(_who(each.who), row, 3, top)
        for column, share in ((1, 4), (2, 5), (3, 2)):
            self._meaning_rows.setColumnStretch(column, share)
        self.meaning.setVisible(bool(self._possible))
        self._say_meaning()

    def show_verdict(self, shown: Presented) -> None:
        """What came out, at the layer where it shows; where somebody has to act, what there is to do."""
        self.all_steps.setVisible(self.shell.can(ShowsRuns))
        root = shown.root
        if root is not None:
            self.strip.say("error" if shown.state == "broken" else "warning", shown.title, shown.summary)
        elif shown.state in ("works", "undecided"):
            self.strip.say("ok" if shown.state == "works" else "note", shown.title, shown.summary)
        self.to_do.setVisible(root is not None)
        if root is not None:
            self.to_do.show_cause(root, changeable=True)
        self._explain_words()

    # -- shown ----------------------------------------------------------------------------------

    def _go_up(self, pyramid: Pyramid) -> None:
        """To the next layer, once this one is done, fine, and was read."""
        if pyramid.finished or pyramid.broken() is not None or not pyramid.is_told(self._at):
            self._read_until = 0.0
            return
        now = time.monotonic()
        if not self._read_until:
            self._read_until = now + self.reading_s
        elif now >= self._read_until and self._at != FLOORS[-1]:
            self.begin_next()

    def begin_next(self) -> None:
        """The layer of now was read."""
        self._read_until = 0.0
        self._at = FLOORS[FLOORS.index(self._at) + 1]
        self._again = False
        self.told.emit()

    reading_s = READING_S

    def _pick(self, floor: str) -> None:
        self._picked = next(each for each in FLOORS if each == floor)
        self.refresh()

    def _show_all(self) -> None:
        self._all = True
        self.refresh()

    @property
    def floor(self) -> Floor:
        if self._picked is not None:
            return self._picked
        pyramid = self.pyramid
        if pyramid is None:
            return FLOORS[0]
        return pyramid.broken() or (pyramid.reached() if pyramid.finished and pyramid.complete else self._at)

    def refresh(self) -> None:
        pyramid = self.pyramid
        if pyramid is None:
            return
        self._go_up(pyramid)
        floor = self.floor
        state = pyramid.state(floor)
        for each in FLOORS:
            self.view.show_state(each, pyramid.state(each), each == floor)
        self.title.setText(floor_title(floor))
        again = self._again and state in ("waiting", "running")
        self.lead.setText(again_lead() if again else floor_lead(floor, state))
        if self.controller.busy:
            self.elapsed.setText(self.tr("{seconds} s so far").format(seconds=f"{self.controller.elapsed_s:.1f}"))
        lines = pyramid.lines(floor)
        endpoint = pyramid.endpoint
        if floor == "security" and endpoint is not None and not endpoint.tls:
            lines = (unencrypted(endpoint.host), *lines)
        self._show_lines(lines, floor)
        self._ponder(pyramid)
        self._explain_words()

    def _explain_words(self) -> None:
        """Those of what stands on the page now: the problem before the checks."""
        told = [self.strip.title(), self.strip.accessibleDescription()] if self.strip.isVisibleTo(self) else []
        told += [words for row in self.rows.values() for words in (row.title.text(), row.text.text())]
        told += [each.title for each in self._possible]
        self.glossary.explain(told, self.shell.services.wording)

    def _ponder(self, pyramid: Pyramid) -> None:
        """What it can mean that an answer does not come, as long as nothing better is known."""
        if not self.controller.busy or pyramid.broken() is not None:
            return
        wording = self.shell.services.wording
        found = [each for probe in pyramid.in_flight() for each in meanings(probe, wording)]
        self.show_possible([Possible(each.text, each.decided_by, "") for each in found])

    def say_took(self, seconds: float) -> None:
        self.elapsed.setText(self.tr("took {time}").format(time=duration(seconds * 1000)))

    def _show_lines(self, every: Sequence[CheckLine], floor: Floor) -> None:
        minor = sum(line.minor for line in every)
        lines = every if self._all or minor == len(every) else [line for line in every if not line.minor]
        self.more.setVisible(len(lines) < len(every))
        left = len(every) - len(lines)
        more = (
            self.tr("Show one more check, which is fine")
            if left == 1
            else self.tr("Show {count} more checks, all fine")
        )
        self.more.setText(more.format(count=left))
        drawn = (floor, tuple(line.probe for line in lines))
        if drawn != self._drawn:
            self._drawn = drawn
            clear(self.lines.body)
            self.rows = {}
            for number, line in enumerate(lines):
                if number:
                    self.lines.body.addWidget(Line())
                self.rows[line.probe] = CheckRow()
                self.lines.body.addWidget(self.rows[line.probe])
            self.lines.setVisible(bool(lines))
        for line in lines:
            self.rows[line.probe].show_line(line, self.controller.elapsed_s * 1000)

    def _say_meaning(self) -> None:
        self._meaning_title.setText(
            self.tr("What the next answer will mean") if self.controller.busy else self.tr("What would decide it")
        )
        count = len(self._possible)
        if self._beside:
            one, several = self.tr("one other cause is possible"), self.tr("{count} other causes are possible")
        else:
            one, several = self.tr("one cause is still possible"), self.tr("{count} causes are still possible")
        self._meaning_count.setText(one if count == 1 else several.format(count=count))

    def retranslate(self) -> None:
        self._bottom_up.setText(self.tr("We go from the bottom up. A layer can only work when all layers below it do."))
        self.all_steps.setText(self.tr("Show all steps with times"))
        self._say_meaning()
        self._drawn = ()
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def resizeEvent(self, event: object) -> None:
        narrow = self.width() < theme().px(700)
        # where they do not fit side by side, what was found stands above the picture
        way = QBoxLayout.Direction.BottomToTop if narrow else QBoxLayout.Direction.LeftToRight
        if self._sides.direction() != way:
            self._sides.setDirection(way)


def _who(role: str) -> Note:
    """Who has to act if it is this; empty while nobody knows."""
    note = Note("person")
    note.set_text(role[:1].upper() + role[1:])
    note.setVisible(bool(role))
    return note


class CheckRow(QWidget):
    """One check of a layer: shape, title, what it said, how long it took or may take."""

    def __init__(self) -> None:
        super().__init__()
        self.title = Text(weight=SEMIBOLD)
        self.shape = StateShape("waiting", beside=self.title)
        self.text = Text(colour="t2")
        self.time = Text(colour="t2", wrap=False)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 14, 9)
        row.setSpacing(10)
        row.addWidget(self.shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)

    def show_line(self, line: CheckLine, now_ms: float) -> None:
        if self.shape.state != line.state:
            self.shape.set_state(line.state)
        _put(self.title, line.title)
        _put(self.text, line.text)
        self.text.setVisible(bool(line.text))
        if line.state == "running":
            spent = max(0.0, now_ms - line.began_ms) / 1000
            words = self.tr("{seconds} s of {budget} s").format(seconds=f"{spent:.1f}", budget=f"{line.budget_s:.0f}")
            _put(self.time, words if line.budget_s else f"{spent:.1f} s")
        elif line.state in ("waiting", "not-reached") or not line.took_ms:
            _put(self.time, "")
        else:
            _put(self.time, duration(line.took_ms))


def _put(label: Text, text: str) -> None:
    if label.text() != text:
        label.setText(text)
