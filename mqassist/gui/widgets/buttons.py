"""Buttons in the look of the design: filled, outlined, danger, quiet and link, with icon, shortcut and busy sign."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from mqassist.gui.theme.fonts import MEDIUM, NORMAL
from mqassist.gui.theme.states import paint_state
from mqassist.gui.theme.theme import mixed, theme

Kind = Literal["filled", "outlined", "accent", "danger", "quiet", "link"]
"""One filled button a page. `accent` is the outlined one in the accent colour: *Diagnose again*."""
TURN_MS = 1200
FRAME_MS = 40


class Button(QPushButton):
    """`icon_name` is a file of resources/icons/; `hint` the shortcut shown in small beside the text."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        kind: Kind = "outlined",
        icon_name: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(text, parent)
        self._kind: Kind = kind
        self._icon_name = icon_name
        self._hint = hint
        self._busy = False
        self._turn = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._advance)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind == "link" else Qt.CursorShape.ArrowCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if kind == "link":
            self.setFlat(True)

    @property
    def kind(self) -> Kind:
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        self._kind = kind
        self.updateGeometry()
        self.update()

    def set_icon_name(self, name: str) -> None:
        self._icon_name = name
        self.updateGeometry()
        self.update()

    def set_hint(self, hint: str) -> None:
        self._hint = hint
        self.updateGeometry()

    @property
    def busy(self) -> bool:
        return self._busy

    def set_busy(self, busy: bool) -> None:
        """Busy: not clickable, with a turning arc in the icon's place."""
        self._busy = busy
        self.setEnabled(not busy)
        if busy and not theme().reduced_motion:
            self._timer.start()
        else:
            self._timer.stop()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = theme()
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text().replace("&", ""))
        if self._icon_name or self._busy:
            width += look.px(16) + (look.px(6) if self.text() else 0)
        if self._hint:
            width += look.px(10) + self._hint_width()
        side = look.px(2 if self._kind == "link" else 6 if not self.text() else 12)
        tall = metrics.height() + look.px(4 if self._kind == "link" else 10)
        return QSize(width + 2 * side, max(tall, look.px(20 if self._kind == "link" else 28)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        self._paint_content(painter, self._text_colour())
        painter.end()

    def _hint_width(self) -> int:
        return QFontMetrics(theme().font("tag")).horizontalAdvance(self._hint)

    def _text_colour(self) -> QColor:
        tokens = theme().tokens
        if not self.isEnabled():
            return tokens.t3
        if self._kind == "filled":
            return tokens.onaccent
        if self._kind in ("accent", "link"):
            return tokens.accent
        return tokens.err if self._kind == "danger" else tokens.t1

    def _paint_ground(self, painter: QPainter) -> None:
        tokens = theme().tokens
        # a quiet one that is checked heads an open section: that is no pressed button
        down = self.isDown() or (self.isChecked() and self._kind != "quiet")
        over = self.underMouse() and self.isEnabled()
        if self._kind == "link":
            return
        fill = tokens.line if down else tokens.hover if over else QColor(0, 0, 0, 0)
        edge: QColor | None = tokens.line2
        if self._kind == "filled" and self.isEnabled():
            fill = mixed(tokens.accent, tokens.t1, 0.2 if down else 0.1) if down or over else tokens.accent
            edge = None
        elif self._kind == "quiet":
            edge = None
        else:
            fill = fill if down or over else tokens.surface if self.isEnabled() else fill
            edge = {"accent": tokens.accent, "danger": tokens.err}.get(self._kind, edge) if self.isEnabled() else edge
        painter.setPen(QPen(edge, 1) if edge is not None else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        inner = 0.5 if edge is not None else 0.0
        radius = theme().px(6)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inner, inner, -inner, -inner), radius, radius)

    def _paint_content(self, painter: QPainter, colour: QColor) -> None:
        look = theme()
        label = self.text().replace("&", "")
        icon = look.px(16) if self._icon_name or self._busy else 0
        gap = look.px(6) if icon and label else 0
        font = look.font("body", NORMAL if self._kind == "quiet" else MEDIUM)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        hint = self._hint_width() + look.px(10) if self._hint else 0
        room = self.width() - icon - gap - hint - 2 * look.px(2)
        if metrics.horizontalAdvance(label) > room:
            label = metrics.elidedText(label, Qt.TextElideMode.ElideRight, room)
        content = icon + gap + metrics.horizontalAdvance(label) + hint
        x = max(look.px(2), (self.width() - content) / 2)
        if self._busy:
            box = QRectF(x, (self.height() - icon) / 2, icon, icon)
            paint_state(painter, box, "running", look.tokens, turn=self._turn)
        elif icon:
            ratio = self.devicePixelRatioF()
            picture = look.icons.pixmap(self._icon_name, colour, icon, ratio)
            painter.drawPixmap(QPointF(x, (self.height() - icon) / 2), picture)
        x += icon + gap
        painter.setPen(colour)
        right = self.width() - hint if hint else self.width()
        painter.drawText(QRectF(x, 0, right - x, self.height()), Qt.AlignmentFlag.AlignVCenter, label)
        if hint:
            painter.setFont(look.font("tag"))
            place = QRectF(x + metrics.horizontalAdvance(label) + look.px(10), 0, hint, self.height())
            painter.setOpacity(0.75)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._hint)

    def _advance(self) -> None:
        self._turn = (self._turn + FRAME_MS / TURN_MS) % 1.0
        self.update()


class IconButton(Button):
    """An icon alone; the name is what a screen reader says and the tool tip shows."""

    def __init__(self, icon_name: str, name: str, parent: QWidget | None = None, *, kind: Kind = "quiet") -> None:
        super().__init__("", parent, kind=kind, icon_name=icon_name)
        self.set_name(name)

    def set_name(self, name: str) -> None:
        self.setAccessibleName(name)
        self.setToolTip(name)


class CopyButton(IconButton):
    """Copies what `content()` gives, whole, and says so for two seconds in the tool tip and the name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("copy", "", parent)
        self._done = QTimer(self)
        self._done.setSingleShot(True)
        self._done.setInterval(2000)
        self._done.timeout.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_icon_name("copy")
        self.set_name(self.tr("Copy"))

    def show_copied(self) -> None:
        self.set_icon_name("check")
        self.set_name(self.tr("Copied"))
        self._done.start()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
