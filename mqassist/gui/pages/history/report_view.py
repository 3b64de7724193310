"""A whole report to read: the text that goes into tickets, laid out. Follows no link and loads nothing."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QEvent, QTimer, QUrl, Signal
from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import CopyButton
from mqassist.report.formats import render
from mqassist.report.presented import Presented
from mqassist.report.style import Style

LINE_PERCENT = 130
_EMPHASIS = r"(^| )_(\(.*?\)|[^_]+)_(?=$| )"
"""Qt's reader underlines what Markdown's underscores make emphatic."""


class _Page(QTextBrowser):
    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return None


class ReportView(QWidget):
    """`copied` carries the report as Markdown."""

    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.page = _Page(self)
        self.page.setOpenLinks(False)
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setStyleSheet("QTextBrowser { border: none; }")
        self.page.setTabChangesFocus(True)
        dress(self.page, "body", ground="surface")
        self.copy = CopyButton(self)
        self.copy.clicked.connect(self._copy)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.page)
        theme().changed.connect(self._draw)
        self.retranslate()

    def show_report(self, report: Presented, wording: Wording) -> None:
        self._text = render("markdown", [report], wording, Style())
        self._draw()
        QTimer.singleShot(0, self.page, lambda: self.page.verticalScrollBar().setValue(0))

    def text(self) -> str:
        return self._text

    def retranslate(self) -> None:
        self.page.setAccessibleName(self.tr("Report"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def resizeEvent(self, event: object) -> None:
        size = self.copy.sizeHint()
        self.copy.setGeometry(self.width() - size.width() - theme().px(16), 0, size.width(), size.height())

    def _draw(self) -> None:
        if not self._text:
            return
        place = self.page.verticalScrollBar().value()
        document = self.page.document()
        document.setDefaultFont(theme().font())
        document.setMarkdown(re.sub(_EMPHASIS, r"\1*\2*", self._text))
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        form = QTextBlockFormat()
        form.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(form)
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        self.page.verticalScrollBar().setValue(place)

    def _copy(self) -> None:
        self.copied.emit(self._text)
        self.copy.show_copied()
