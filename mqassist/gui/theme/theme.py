"""The one look of the application: palette, fonts and icons now, and the switch between them. Knows no page.

It belongs to the QApplication as its palette does, and is found like it: `theme()`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from mqassist.gui.theme.fonts import Fonts, Role
from mqassist.gui.theme.icons import Icons
from mqassist.gui.theme.style_sheet import style_sheet
from mqassist.gui.theme.tokens import Scheme, Tokens, load_tokens

Choice = Literal["system", "light", "dark"]
_NARROWEST, _WIDEST = 50, 300
_SPI_GETHIGHCONTRAST, _SPI_GETCLIENTAREAANIMATION = 0x0042, 0x1042


class Theme(QObject):
    """`changed` comes when palette, fonts and icons are new; widgets also get Qt's own PaletteChange, FontChange."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        # else a style sheet keeps palettes and fonts from reaching children
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_UseStyleSheetPropagationInWidgetStyles)
        self._app = app
        self._palettes = load_tokens()
        self._choice: Choice = "system"
        self._percent = 100
        self.scheme: Scheme = "light"
        self.tokens: Tokens = self._palettes["light"]
        self.sheet = ""
        """What Fusion cannot take from a palette. Never set for the application: see `style`."""
        self.fonts = Fonts()
        self.icons = Icons()
        self.reduced_motion = _motion_is_reduced()
        app.styleHints().colorSchemeChanged.connect(self._follow)
        app.setProperty("mqassist_theme", self)

    @property
    def choice(self) -> Choice:
        return self._choice

    @property
    def percent(self) -> int:
        return self._percent

    @property
    def scale(self) -> float:
        """How much larger than the system's size text is now; lengths that belong to text grow with it."""
        return self._percent / 100

    def choose(self, choice: Choice = "system", percent: int = 100) -> None:
        """`percent` of the system's font size, 50 to 300; beyond is cut."""
        self._choice = choice
        self._percent = min(_WIDEST, max(_NARROWEST, percent))
        self._apply()

    def font(self, role: Role = "body", weight: QFont.Weight | None = None) -> QFont:
        return self.fonts.font(role, weight)

    def px(self, length: float) -> int:
        """A length of the design, in logical pixels at 100 %, for the font size of now."""
        return max(1, round(length * self.scale))

    def icon(self, name: str, colour: str = "t2", disabled: str = "line2") -> QIcon:
        """A tinted icon of resources/icons/. Raises ResourceError for a name that is not there."""
        return self.icons.icon(name, self.tokens.colour(colour), self.tokens.colour(disabled), self.px(16))

    def style(self, part: QWidget) -> None:
        """Fields, scroll bars and menus in one part of the window, or in a dialog.

        Each part has the sheet for itself: one of the application is applied to every widget there is, also to those
        of pages that nobody looks at, which took half a second.
        """
        if part.styleSheet() != self.sheet:
            part.setStyleSheet(self.sheet)

    def _follow(self) -> None:
        if self._choice == "system":
            # within the system's own signal the palette would be set twice
            QTimer.singleShot(0, self, self._apply)

    def _tell_system(self) -> None:
        """So that title bars and the system's own dialogs go along."""
        hints = self._app.styleHints()
        if self._choice == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if self._choice == "dark" else Qt.ColorScheme.Light)

    def _apply(self) -> None:
        hints = self._app.styleHints()
        self._tell_system()
        wanted: Scheme = "light"
        if self._choice == "system":
            wanted = "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
        elif self._choice == "dark":
            wanted = "dark"
        self.scheme = wanted
        self.tokens = self._palettes[wanted]
        if self.fonts.percent != self._percent:
            self.fonts = Fonts(self._percent)
        if self._app.font() != self.font():
            self._app.setFont(self.font())
        if _high_contrast():
            self._app.setPalette(self._app.style().standardPalette())
            self.sheet = ""
        else:
            self._app.setPalette(palette(self.tokens))
            self.sheet = style_sheet(self.tokens, self.px)
        self.changed.emit()


def theme() -> Theme:
    """The look of the running application. RuntimeError before there is one."""
    app = QApplication.instance()
    found = app.property("mqassist_theme") if app is not None else None
    if not isinstance(found, Theme):
        raise RuntimeError("there is no look yet: Theme(app) comes first")
    return found


def palette(tokens: Tokens) -> QPalette:
    """Fusion's palette for all three groups."""
    made = QPalette()
    role = QPalette.ColorRole
    for part, colour in (
        (role.Window, tokens.win),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.sunken),
        (role.Text, tokens.t1),
        (role.WindowText, tokens.t1),
        (role.ButtonText, tokens.t1),
        (role.BrightText, tokens.err),
        (role.PlaceholderText, tokens.t3),
        (role.Highlight, tokens.sel),
        (role.HighlightedText, tokens.t1),
        (role.Accent, tokens.accent),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.accent),
        (role.Button, tokens.surface),
        (role.Light, tokens.surface),
        (role.Midlight, tokens.line),
        (role.Mid, tokens.line2),
        (role.Dark, tokens.field),
        (role.Shadow, tokens.line2),
        (role.ToolTipBase, tokens.surface),
        (role.ToolTipText, tokens.t1),
    ):
        made.setColor(part, colour)
    for part in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, part, tokens.t3)
    return made


class _Dress(QObject):
    """Keeps one widget in the look of now; dies with it."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.widget = widget
        self.role: Role | None = None
        self.weight: QFont.Weight | None = None
        self.colour = ""
        self.ground = ""
        self.styled = False
        theme().changed.connect(self._change)

    def _change(self) -> None:
        self.apply()
        if self.styled and self.widget.isVisible():  # what is hidden gets it when it is shown
            theme().style(self.widget)

    def apply(self) -> None:
        look = theme()
        if self.role is not None:
            self.widget.setFont(look.font(self.role, self.weight))
        if self.colour or self.ground:
            own = self.widget.palette()
            if self.colour:
                tint = look.tokens.colour(self.colour)
                own.setColor(QPalette.ColorRole.WindowText, tint)
                own.setColor(QPalette.ColorRole.Text, tint)
            if self.ground:
                own.setColor(QPalette.ColorRole.Window, look.tokens.colour(self.ground))
                own.setColor(QPalette.ColorRole.Base, look.tokens.colour(self.ground))
            self.widget.setPalette(own)


def dress(
    widget: QWidget,
    role: Role | None = None,
    weight: QFont.Weight | None = None,
    *,
    colour: str = "",
    ground: str = "",
    styled: bool = False,
) -> None:
    """Font role, text colour and ground by token; kept through every later switch. May be called again.

    `styled` for dialogs and the parts of the window: they carry the style sheet of what is in them. One that was hidden
    during a switch needs `Theme.style` before it is shown again.
    """
    found = getattr(widget, "dress_of_theme", None)
    if not isinstance(found, _Dress):
        found = _Dress(widget)
        widget.dress_of_theme = found  # type: ignore[attr-defined]  # quicker to find than a child
    found.role = role or found.role
    found.weight = weight or found.weight
    found.colour = colour or found.colour
    if ground:
        found.ground = ground
        widget.setAutoFillBackground(True)
    if styled:
        found.styled = True
        theme().style(widget)
    found.apply()


class _Growing(QObject):
    """Keeps one length of one widget in the text size of now; dies with it."""

    def __init__(self, widget: QWidget, set_length: Callable[[int], None], length: float) -> None:
        super().__init__(widget)
        self._set, self._length = set_length, length
        theme().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self._set(theme().px(self._length))


def grow(widget: QWidget, set_length: Callable[[int], None], length: float) -> None:
    """`set_length` of this widget gets the length of the design, now and after every later change of the text size,
    whether the widget is to be seen then or not.
    """
    _Growing(widget, set_length, length)


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """`share` of `second` in `first`, 0 to 1."""
    return QColor(
        round(first.red() + (second.red() - first.red()) * share),
        round(first.green() + (second.green() - first.green()) * share),
        round(first.blue() + (second.blue() - first.blue()) * share),
    )


def _high_contrast() -> bool:
    """Windows' high-contrast mode: its colours are the person's choice (SPI_GETHIGHCONTRAST, HCF_HIGHCONTRASTON)."""
    if sys.platform == "win32":
        import ctypes

        class HighContrast(ctypes.Structure):
            _fields_ = (("size", ctypes.c_uint), ("flags", ctypes.c_uint), ("scheme", ctypes.c_wchar_p))

        asked = HighContrast(ctypes.sizeof(HighContrast))
        ctypes.windll.user32.SystemParametersInfoW(_SPI_GETHIGHCONTRAST, asked.size, ctypes.byref(asked), 0)
        return bool(asked.flags & 1)
    return False


def _motion_is_reduced() -> bool:
    """What the system says; `MQASSIST_REDUCED_MOTION=1` says it where the system cannot."""
    if os.environ.get("MQASSIST_REDUCED_MOTION"):
        return True
    if sys.platform == "win32":
        import ctypes

        shown = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(shown), 0)
        return not shown.value
    return not QApplication.isEffectEnabled(Qt.UIEffect.UI_General) and sys.platform == "darwin"


def paint_chosen_ground(painter: QPainter, rect: QRect) -> None:
    """Behind the selected row of a list."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().tokens.sel)
    painter.drawRoundedRect(rect, theme().px(6), theme().px(6))
