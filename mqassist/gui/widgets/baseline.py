"""Where the first line of a label stands, and labels of one row on one line. Knows no look but the change of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QLabel

from mqassist.gui.theme.theme import theme


def baseline_of(label: QLabel) -> float:
    """Of its first line, below its top: the font that steps in for Chinese is taller than the one asked for."""
    layout = QTextLayout(label.text().partition("\n")[0], label.font())
    layout.beginLayout()
    line = layout.createLine()
    ascent = float(label.fontMetrics().ascent())
    if line.isValid():
        line.setLineWidth(1e6)
        ascent = line.ascent()
    layout.endLayout()
    return ascent


class _Level(QObject):
    def __init__(self, labels: Sequence[QLabel]) -> None:
        super().__init__(labels[0])
        self._labels = labels
        theme().changed.connect(self._apply)  # comes after the fonts of labels that are there already
        self._apply()

    def _apply(self) -> None:
        lines = [baseline_of(label) for label in self._labels]
        for label, line in zip(self._labels, lines, strict=True):
            label.setContentsMargins(0, round(max(lines) - line), 0, 0)


def level(*labels: QLabel) -> None:
    """Labels at the top of one row stand on one line, whatever their fonts and scripts."""
    _Level(labels)
