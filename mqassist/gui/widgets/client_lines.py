"""How the client should connect, in the library at hand: a press shows the lines; another hides them, unless one
is always shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from mqassist.core.snippet import Snippet
from mqassist.gui.widgets.cards import CommandBox
from mqassist.gui.widgets.flow import FlowLayout
from mqassist.gui.widgets.labels import Chip, Text


class ClientLines(QWidget):
    def __init__(
        self,
        snippets: Sequence[Snippet],
        copy: Callable[[str], None],
        parent: QWidget | None = None,
        *,
        always: str = "",
    ) -> None:
        """`always` is the id of the one that is shown at first; then there is always one."""
        super().__init__(parent)
        self._copy = copy
        self._always = bool(always)
        self.chosen = ""
        self.chips: dict[str, Chip] = {}
        self.shown: CommandBox | None = None
        self._snippets = {snippet.id: snippet for snippet in snippets}
        row = FlowLayout(gap=6)
        row.addWidget(Text(self.tr("In the client, show for"), role="caption", colour="t3", wrap=False))
        for snippet in snippets:
            chip = Chip(snippet.title.partition(" · ")[0], checkable=True)
            chip.setToolTip(snippet.title)
            chip.setAccessibleName(self.tr("Show for {library}").format(library=snippet.title))
            chip.clicked.connect(lambda on, name=snippet.id: self._show(name if on or self._always else ""))
            self.chips[snippet.id] = chip
            row.addWidget(chip)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(6)
        self._box.addLayout(row)
        if always:
            self._show(always if always in self.chips else snippets[0].id)

    def renew(self, snippets: Sequence[Snippet]) -> bool:
        """The same clients with other values; False if they are others, then nothing is changed."""
        if [snippet.id for snippet in snippets] != list(self.chips):
            return False
        self._snippets = {snippet.id: snippet for snippet in snippets}
        if self.shown is not None and self.shown.text() != self._text():
            self.shown.set_text(self._text())
        return True

    def _text(self) -> str:
        return self._snippets[self.chosen].text.rstrip("\n")

    def _show(self, chosen: str) -> None:
        for name, chip in self.chips.items():
            chip.setChecked(name == chosen)
        self.chosen = chosen
        if chosen and self.shown is not None:
            self.shown.set_text(self._text())
        elif self.shown is not None:
            self._box.removeWidget(self.shown)
            self.shown.hide()
            self.shown.deleteLater()
            self.shown = None
        elif chosen:
            self.shown = CommandBox(self._text(), copy=self._copy)
            self._box.addWidget(self.shown)
