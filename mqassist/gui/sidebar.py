"""The left side: navigation, the place of the profile list, and below new, import and settings. Wide or a rail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from mqassist.gui.pages import Entry
from mqassist.gui.theme.fonts import NORMAL, SEMIBOLD
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Line

WIDE, NARROWEST, WIDEST, RAIL = 248, 200, 360, 52


class NavButton(QAbstractButton):
    """One page of the navigation. In the rail the icon alone, with its name in the tool tip."""

    def __init__(self, entry: Entry, shortcut: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self._shortcut = shortcut
        self._rail = False
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.retranslate()

    def retranslate(self) -> None:
        self.setText(QCoreApplication.translate("Navigation", self.entry.title))
        self.setAccessibleName(self.text())
        keys = QKeySequence(self._shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(f"{self.text()} ({keys})" if keys else self.text())

    def set_rail(self, rail: bool) -> None:
        self._rail = rail
        self.update()

    def sizeHint(self) -> QSize:
        look = theme()
        return QSize(look.px(36), max(look.px(28), self.fontMetrics().height() + look.px(8)))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.tokens.sel if self.isChecked() else look.tokens.hover)
            painter.drawRoundedRect(QRectF(self.rect()), look.px(6), look.px(6))
        side = look.px(16)
        x = (self.width() - side) / 2 if self._rail else look.px(8)
        colour = look.tokens.accent if self.isChecked() else look.tokens.t2
        picture = look.icons.pixmap(self.entry.icon, colour, side, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(x, (self.height() - side) / 2), picture)
        if not self._rail:
            painter.setFont(look.font("body", SEMIBOLD if self.isChecked() else NORMAL))
            painter.setPen(look.tokens.t1 if self.isChecked() else look.tokens.t2)
            place = self.rect().adjusted(side + look.px(18), 0, -look.px(4), 0)
            shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class Sidebar(QWidget):
    """`chosen` names the page; the three buttons below only tell that they were pressed."""

    chosen = Signal(str)
    new_pressed = Signal()
    import_pressed = Signal()
    settings_pressed = Signal()

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        dress(self, ground="win")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, NavButton] = {}
        self._panel: QWidget | None = None
        self._rail = False
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(8, 8, 8, 0)
        self._box.setSpacing(1)
        for number, entry in enumerate((each for each in entries if each.title), start=1):
            button = NavButton(entry, f"Ctrl+{number}" if number < 10 else "", self)
            button.clicked.connect(lambda _on=False, name=entry.name: self.chosen.emit(name))
            self._group.addButton(button)
            self._buttons[entry.name] = button
            self._box.addWidget(button)
        self._box.addSpacing(8)
        self._box.addWidget(Line(self))
        self._box.addSpacing(8)
        self._slot = QVBoxLayout()
        self._box.addLayout(self._slot, 1)
        self._stretch = QWidget(self)
        self._stretch.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._slot.addWidget(self._stretch, 1)
        self._box.addWidget(Line(self))
        self._bottom = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bottom.setContentsMargins(0, 4, 0, 4)
        self._bottom.setSpacing(2)
        self.new = self._foot("plus", self.new_pressed.emit)
        self.imported = self._foot("import", self.import_pressed.emit)
        self._bottom.addStretch(1)
        self.settings = self._foot("gear", self.settings_pressed.emit)
        self._box.addLayout(self._bottom)
        self.set_profiles_shown(False)
        self.retranslate()

    def _foot(self, icon: str, pressed: Callable[[], None]) -> Button:
        button = Button("", self, kind="quiet", icon_name=icon)
        button.clicked.connect(lambda _on=False: pressed())
        self._bottom.addWidget(button)
        return button

    def set_panel(self, panel: QWidget) -> None:
        """The list of profiles, in the place between navigation and foot."""
        self._panel = panel
        self._slot.insertWidget(0, panel, 1)
        self._share_slot()
        self.set_profiles_shown(True)

    def _share_slot(self) -> None:
        """The list takes all of it; where there is none, the foot must stay below all the same."""
        listed = self._panel is not None and not self._rail
        if self._panel is not None:
            self._panel.setVisible(listed)
        self._stretch.setVisible(not listed)

    def order_tabs(self) -> None:
        """The foot after the list; only in a window does an order of tabs hold."""
        panel = self._panel
        if panel is None:
            return
        stops = [each for each in panel.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
        for before, after in pairwise([*stops[-1:], self.new, self.imported, self.settings]):
            QWidget.setTabOrder(before, after)

    def set_profiles_shown(self, shown: bool) -> None:
        self.new.setVisible(shown)
        self.imported.setVisible(shown)

    @property
    def panel(self) -> QWidget | None:
        return self._panel

    @property
    def is_rail(self) -> bool:
        return self._rail

    def set_rail(self, rail: bool) -> None:
        self._rail = rail
        for button in self._buttons.values():
            button.set_rail(rail)
        self._share_slot()
        self._bottom.setDirection(QBoxLayout.Direction.TopToBottom if rail else QBoxLayout.Direction.LeftToRight)
        self.retranslate()

    def select(self, name: str) -> None:
        """Marks a page; one that is not in the navigation leaves all unmarked."""
        button = self._buttons.get(name)
        if button is not None:
            button.setChecked(True)
            return
        self._group.setExclusive(False)
        for each in self._buttons.values():
            each.setChecked(False)
        self._group.setExclusive(True)

    def names(self) -> list[str]:
        return list(self._buttons)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Pages and profiles"))
        for button in self._buttons.values():
            button.retranslate()
        for foot, words in (
            (self.new, self.tr("New profile")),
            (self.imported, self.tr("Import")),
            (self.settings, self.tr("Settings")),
        ):
            foot.setText("" if self._rail or foot is self.settings else words)
            foot.setAccessibleName(words)
            foot.setToolTip(words)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
