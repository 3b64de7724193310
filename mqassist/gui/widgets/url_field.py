"""The field for the address: parts told apart, what looks wrong underlined, a password never shown. Knows no page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from mqassist.core.secret import Secret
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.labels import Tag
from mqassist.gui.widgets.url_text import Lint, Typed, lint, parts, settled

LINT_AFTER_MS = 500
"""What is half typed is not wrong yet."""
MOST_CHARACTERS = 20_000


class UrlField(QLineEdit):
    """`typed` is what it holds; `linted` tells what looks wrong, or None. Enter gives `returnPressed`."""

    linted = Signal(object)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._secret: Secret | None = None
        self._lint: Lint | None = None
        self._locked = False
        self.setMaxLength(MOST_CHARACTERS)
        self.setClearButtonEnabled(False)
        self.setFrame(False)
        self.setAcceptDrops(False)  # the window takes an address as a whole, without showing its password
        self.tag = Tag("", self, icon_name="shield")
        self.tag.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addStretch(1)
        row.addWidget(self.tag)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(LINT_AFTER_MS)
        self._patience.timeout.connect(self._look)
        self.textEdited.connect(self._edited)
        dress(self, "mono")
        theme().changed.connect(self._restyle)
        self._restyle()
        self.retranslate()

    @property
    def typed(self) -> Typed:
        return Typed(self.text(), self._secret)

    def set_typed(self, typed: Typed) -> None:
        """Replaces all; what stood there before cannot be brought back with undo, for it may have been a secret."""
        self._secret = typed.secret
        self.setText(typed.text)
        self.setCursorPosition(0)  # the beginning of an address tells most
        self._look()
        self.changed.emit()

    def put(self, text: str) -> None:
        """As if it had been pasted."""
        self.set_typed(settled(text.strip(), None))

    def set_locked(self, locked: bool) -> None:
        self._locked = locked
        self.setReadOnly(locked)
        self._restyle()

    def set_tag(self, text: str) -> None:
        self.tag.set_text(text)
        self.tag.setVisible(bool(text))
        self._make_room()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Address of the broker"))
        self.setPlaceholderText(self.tr("Paste an address, for example amqps://user@host:5671/vhost"))

    def sizeHint(self) -> QSize:
        look = theme()
        return QSize(look.px(420), max(look.px(36), self.fontMetrics().height() + look.px(16)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(200), self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()  # Stop belongs to the page
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = theme()
        side = look.px(16)
        secure = any(part.kind == "scheme" for part in parts(self.text())) and self.text().lstrip()[:6].lower() in (
            "amqps:", "mqtts:", "wss://", "ssl://",
        )  # fmt: skip
        painter = QPainter(self)
        icon = look.icons.pixmap("lock" if secure else "link", look.tokens.t3, side, self.devicePixelRatioF())
        painter.drawPixmap(QRectF(look.px(10), (self.height() - side) / 2, side, side).topLeft(), icon)
        painter.end()

    def _make_room(self) -> None:
        right = self.tag.sizeHint().width() + theme().px(10) if self.tag.isVisibleTo(self) else 0
        self.setTextMargins(theme().px(26), 0, right, 0)

    def _restyle(self) -> None:
        look, tokens = theme(), theme().tokens
        ground = tokens.sunken if self._locked else tokens.surface
        edge = tokens.line2 if self._locked else tokens.field
        radius = look.px(6)
        self.setStyleSheet(
            f"QLineEdit {{ background: {ground.name()}; border: 1px solid {edge.name()}; border-radius: {radius}px; }}"
            f"QLineEdit:focus {{ border: 2px solid {tokens.accent.name()}; }}"
        )
        self._make_room()
        self._paint_parts()

    def _edited(self, text: str) -> None:
        typed = settled(text, self._secret)
        if typed.text != text:
            at = self.cursorPosition()
            moved = len(typed.text) - len(text)
            self._secret = typed.secret
            # setText forgets what undo would bring back
            self.setText(typed.text)
            self.setCursorPosition(max(0, at + moved))
        self._secret = typed.secret
        self._lint = None
        self._patience.start()
        self._paint_parts()
        self.changed.emit()

    def _look(self) -> None:
        self._patience.stop()
        self._lint = lint(self.typed)
        self._paint_parts()
        self.linted.emit(self._lint)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    _composing = False

    def _paint_parts(self) -> None:
        """QLineEdit takes formats only as an input method gives them; one that is at work must not be disturbed."""
        if self._composing:
            return
        tokens = theme().tokens
        colours = {"scheme": tokens.t2, "port": tokens.t2, "dots": tokens.t3}
        text = self.text()
        marks: list[QInputMethodEvent.Attribute] = []
        for part in parts(text):
            form = QTextCharFormat()
            form.setForeground(colours.get(part.kind, tokens.t1))
            if part.kind == "host":
                form.setFontWeight(QFont.Weight.DemiBold)
            marks.append(self._mark(part.start, part.length, form))
        if self._lint is not None and self._lint.length:
            wave = QTextCharFormat()
            wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            wave.setUnderlineColor(QColor(tokens.warn))
            marks.append(self._mark(self._lint.start, self._lint.length, wave))
        read_only = self.isReadOnly()
        self.setReadOnly(False)
        self.inputMethodEvent(QInputMethodEvent("", marks))
        self.setReadOnly(read_only)

    def _mark(self, start: int, length: int, form: QTextCharFormat) -> QInputMethodEvent.Attribute:
        kind = QInputMethodEvent.AttributeType.TextFormat
        return QInputMethodEvent.Attribute(kind, start - self.cursorPosition(), length, form)
