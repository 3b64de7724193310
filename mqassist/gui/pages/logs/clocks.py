"""The clocks of logs that are read as one: what is added to the times of each, asked for, and offered where connections
that two of them name say that they are apart. Nothing is added unless a person says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os.path import basename
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mqassist.core.moments import offset_words, span
from mqassist.gui.pages.logs.ask_bar import AskBar
from mqassist.gui.pages.logs.sources import is_together
from mqassist.gui.shell import Shell
from mqassist.gui.widgets.cards import MessageStrip
from mqassist.gui.widgets.flow import FlowRow
from mqassist.gui.widgets.labels import Chip, Text

if TYPE_CHECKING:
    from mqassist.core.log import ClockHint
    from mqassist.gui.pages.logs.desk import LogDesk
    from mqassist.gui.pages.logs.marks import Marks
    from mqassist.services import Together

MOST_OFFERED = 3


class Clocks(QWidget):
    """A chip for each log with its letter and what is added; hidden while there is one log only."""

    moved = Signal(int)
    """The lines have other numbers: this is now the one that was selected (0 if none was)."""
    told = Signal(str)

    def __init__(self, shell: Shell, desk: LogDesk, marks: Marks, selected: Callable[[], int]) -> None:
        super().__init__()
        self._shell = shell
        self._desk = desk
        self._marks = marks
        self._selected = selected
        self._hints: tuple[ClockHint, ...] = ()
        self._asked = 0
        self._label = Text(role="caption", colour="t2", wrap=False)
        self._row = FlowRow((self._label,))
        self.chips: list[Chip] = []
        self.strip = MessageStrip(closable=True)
        self.ask = AskBar()
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 0, 20, 8)
        box.setSpacing(6)
        for each in (self.strip, self._row, self.ask):
            box.addWidget(each)
        self.strip.hide()
        self.hide()
        desk.opened.connect(self._opened)
        self.strip.dismissed.connect(self._dismiss)
        self.ask.answered.connect(self._answered)
        self.retranslate()

    @property
    def _together(self) -> Together | None:
        document = self._desk.document
        return document if document is not None and is_together(document) else None

    # -- what is open -----------------------------------------------------------------------------

    def _opened(self) -> None:
        for chip in self.chips:
            chip.deleteLater()
        self.chips = []
        self._dismiss()
        self.ask.leave()
        together = self._together
        self.setVisible(together is not None)
        if together is None:
            return
        for place in range(len(together.documents)):
            chip = Chip(icon_name="clock")
            chip.clicked.connect(lambda _checked=False, place=place: self.ask_for(place))
            self._row.put_before(chip, self._row)
            self.chips.append(chip)
        self.retranslate()
        take = lambda hints: self._take_hints(together, hints)  # noqa: E731  # reads best in place
        self._shell.bridge.background(together.clock_hints, take, owner=self)

    def _name(self, place: int) -> str:
        together = self._together
        assert together is not None
        letter, name = together.letters[place], together.documents[place].name
        return f"{letter} {basename(name.rstrip('/')) or name}"

    # -- hints ------------------------------------------------------------------------------------

    def _take_hints(self, together: Together, hints: Sequence[ClockHint]) -> None:
        if together is self._together:
            offsets = together.clock_offsets
            self._hints = tuple(hint for hint in hints if not offsets[hint.log])
            self._say_hints()

    def _say_hints(self) -> None:
        if not self._hints:
            self.strip.hide()
            return
        actions = [(self._offer(hint), lambda hint=hint: self._follow(hint)) for hint in self._hints[:MOST_OFFERED]]
        words = "\n".join(map(self._words, self._hints))
        self.strip.say("note", self.tr("The clocks of these logs may be apart"), words, actions)

    def _offer(self, hint: ClockHint) -> str:
        letter = self._name(hint.log)[0]
        return self.tr("Add {amount} to {log}").format(amount=_shown(hint.seconds), log=letter)

    def _words(self, hint: ClockHint) -> str:
        words = (
            self.tr("{count} connections named in both are {seconds} s later in {log} than in {against}: {name}")
            if hint.seconds < 0
            else self.tr("{count} connections named in both are {seconds} s earlier in {log} than in {against}: {name}")
        )  # fmt: skip
        return words.format(
            count=hint.pairs, seconds=f"{abs(hint.seconds):.3f}".removesuffix(".000"), log=self._name(hint.log),
            against=self._name(hint.against), name=hint.name,
        )  # fmt: skip

    def _follow(self, hint: ClockHint) -> None:
        """As far as the log against which it was told was put right meanwhile, so far this one is."""
        together = self._together
        if together is not None:
            self._hints = tuple(each for each in self._hints if each is not hint)
            self._set(hint.log, hint.seconds + together.clock_offsets[hint.against])

    def _dismiss(self) -> None:
        self._hints = ()
        self.strip.hide()

    # -- what a person adds -----------------------------------------------------------------------

    def ask_for(self, place: int) -> None:
        together = self._together
        if together is not None:
            self._asked = place
            offset = together.clock_offsets[place]
            before = f"{offset:+g}" if offset else ""
            self.ask.ask(self._question(), self.tr("seconds: +1.5, -250ms, -8h; 0 takes the times as they are"), before)

    def _question(self) -> str:
        return self.tr("Add to the times of {log}").format(log=self._name(self._asked))

    def _answered(self, text: str) -> None:
        try:
            seconds = span(text.removesuffix("\u79d2")) if text.strip() else 0.0
        except ValueError:
            self.ask.refuse(self.tr("Not an amount of time: try +1.5, -250ms or -8h"))
            return
        self.ask.leave()
        self._set(self._asked, seconds)

    def _set(self, place: int, seconds: float) -> None:
        together = self._together
        if together is None:
            return
        offsets = list(together.clock_offsets)
        offsets[place] = seconds
        lines = [line for line in (self._selected(), *self._marks.lines) if line]
        origins = {line: together.local(line) for line in lines}
        work = lambda token: together.set_clock_offsets(offsets, token)  # noqa: E731  # reads best in place
        self._shell.bridge.background(work, lambda _none: self._has_set(together, place, origins), owner=self)

    def _has_set(self, together: Together, place: int, origins: dict[int, tuple[int, int]]) -> None:
        if together is not self._together:
            return
        now = {line: together.number(*origin) for line, origin in origins.items()}
        selected = now.get(self._selected(), 0)
        self._marks.renumber(now)
        self._desk.read_anew()
        self.retranslate()
        self.moved.emit(selected)
        self.told.emit(self.chips[place].toolTip())

    # -- words ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self._label.setText(self.tr("Clocks"))
        together = self._together
        for place, chip in enumerate(self.chips if together is not None else ()):
            assert together is not None
            offset = together.clock_offsets[place]
            name = self._name(place)
            chip.setText(f"{name}   {_shown(offset)}" if offset else name)
            words = (
                self.tr("{amount} is added to the times of {log}") if offset else self.tr("{log}: times as it has them")
            )
            chip.setToolTip(words.format(amount=_shown(offset), log=name))
            chip.setAccessibleName(chip.toolTip())
            chip.updateGeometry()
        self._say_hints()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _shown(seconds: float) -> str:
    """With a minus as long as the plus."""
    return offset_words(seconds).replace("-", "\u2212")
