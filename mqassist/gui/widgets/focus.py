"""The focus ring: around whatever the keyboard reached, never after a click. One for each window."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QTextEdit,
    QWidget,
)

from mqassist.gui.theme.theme import theme

GAP = 1
WIDTH = 2
OWN_RING = "mqassist_own_ring"
"""A property of widgets that show by themselves where the keyboard is: lists whose row has the focus."""


class _Distance(QProxyStyle):
    """How far the frame reaches beyond what it is around: Fusion's own leaves no gap."""

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        if metric in (QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin):
            return GAP + WIDTH
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803 - Qt's name
    ) -> int:
        if hint == QStyle.StyleHint.SH_FocusFrame_Mask:
            return 0  # it would cut off round corners, more of them the larger the text
        return super().styleHint(hint, option, widget, returnData)


class FocusRing(QFocusFrame):
    """Owned by a window that tells it with `keyboard_moves()` before the keyboard moves the focus."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._by_keyboard = False
        self._distance = _Distance("Fusion")  # a widget does not own its style
        self.setStyle(self._distance)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def keyboard_moves(self) -> None:
        self._by_keyboard = True

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        shown = self._by_keyboard and new is not None and new.window() is self._window
        self._by_keyboard = False
        # text fields draw their own ring, always
        own = isinstance(new, QLineEdit | QPlainTextEdit | QTextEdit) or (new is not None and new.property(OWN_RING))
        if shown and new is not None and not own:
            self.setWidget(new)
        elif self.widget() is not None:
            self.setWidget(None)  # type: ignore[arg-type]  # "no widget", as Qt documents it
            self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().tokens.accent, WIDTH))
        radius = theme().px(7)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        painter.end()
