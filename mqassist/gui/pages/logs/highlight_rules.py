"""One word or pattern of a set of highlights, with its colour, to be changed in place. Knows no set and no settings."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from mqassist.gui.pages.logs.highlights import LONGEST, is_good
from mqassist.gui.pages.logs.painting import HIGHLIGHT_COLOURS, Highlight
from mqassist.gui.pages.logs.row_painter import highlight_look
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import IconButton
from mqassist.gui.widgets.fields import Choice, Field
from mqassist.gui.widgets.labels import Chip


class Sample(QWidget):
    """How a colour looks in the log."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = "accent"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        dress(self, "mono")

    def set_colour(self, colour: str) -> None:
        self._colour = colour
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("log") + theme().px(10), metrics.height() + theme().px(4))

    def paintEvent(self, event: QPaintEvent) -> None:
        ground, edge = highlight_look(self._colour)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(theme().tokens.t1)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "log")
        painter.end()


class RuleRow(QWidget):
    """`edited` comes with every change, `moved` with -1 (up) or 1, `taken` when it shall go."""

    edited = Signal()
    moved = Signal(int)
    taken = Signal()

    def __init__(self, rule: Highlight, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sample = Sample()
        self.text = Field(mono=True)
        self.text.setMaxLength(LONGEST)
        self.text.setText(rule.text)
        self.regex, self.case = Chip(".*", checkable=True), Chip("Aa", checkable=True)
        self.whole = Chip(checkable=True)
        self.colour = Choice()
        self.up, self.down, self.away = IconButton("up", ""), IconButton("dn", ""), IconButton("x", "")
        self.regex.setChecked(rule.regex)
        self.case.setChecked(not rule.ignore_case)
        self.whole.setChecked(rule.whole_line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.sample)
        row.addWidget(self.text, 1)
        for widget in (self.regex, self.case, self.whole, self.colour, self.up, self.down, self.away):
            row.addWidget(widget)
        self._colour = rule.colour if rule.colour in HIGHLIGHT_COLOURS else "accent"
        self.retranslate()
        self.text.textEdited.connect(lambda _text: self._changed())
        for chip in (self.regex, self.case, self.whole):
            chip.toggled.connect(lambda _on: self._changed())
        self.colour.currentIndexChanged.connect(lambda _at: self._changed())
        self.up.clicked.connect(lambda: self.moved.emit(-1))
        self.down.clicked.connect(lambda: self.moved.emit(1))
        self.away.clicked.connect(self.taken)
        self._show()

    def rule(self) -> Highlight:
        return Highlight(
            self.text.text(), self._colour, self.regex.isChecked(), not self.case.isChecked(), self.whole.isChecked()
        )

    def _changed(self) -> None:
        self._colour = str(self.colour.value() or self._colour)
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        self.sample.set_colour(self._colour)
        rule = self.rule()
        wrong = bool(rule.text) and not is_good(rule)
        self.text.set_wrong(wrong, self.tr("This is no regular expression") if wrong else "")

    def retranslate(self) -> None:
        names = {
            "accent": self.tr("blue"), "ok": self.tr("green"), "warn": self.tr("amber"), "err": self.tr("red"),
            "violet": self.tr("violet"), "teal": self.tr("teal"), "pink": self.tr("pink"), "grey": self.tr("grey"),
        }  # fmt: skip
        self.colour.blockSignals(True)
        self.colour.clear()
        for value in HIGHLIGHT_COLOURS:
            self.colour.add(names[value], value)
        self.colour.choose(self._colour)
        self.colour.blockSignals(False)
        self.whole.setText(self.tr("Whole line"))
        self.text.setPlaceholderText(self.tr("word or pattern"))
        self.text.setAccessibleName(self.tr("Word or pattern"))
        self.colour.setAccessibleName(self.tr("Colour"))
        for chip, words in (
            (self.regex, self.tr("Regular expression")), (self.case, self.tr("Upper and lower case differ")),
            (self.whole, self.tr("Tint the whole line")),
        ):  # fmt: skip
            chip.setToolTip(words)
            chip.setAccessibleName(words)
        self.up.set_name(self.tr("Move up: lies on top of what is below"))
        self.down.set_name(self.tr("Move down"))
        self.away.set_name(self.tr("Delete"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
