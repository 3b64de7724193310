"""The frame: sidebar, pages behind a quiet navigation, the log dock, the status bar. Knows no page's work.

Pages are made when they are first gone to; what they may ask of the frame is `shell.Shell`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QDockWidget, QStackedWidget, QVBoxLayout, QWidget

from mqassist.core.errors import UserError
from mqassist.gui.bridge import Bridge
from mqassist.gui.drop_target import take_drop
from mqassist.gui.keyboard import Keyboard
from mqassist.gui.language import LanguageSwitch
from mqassist.gui.pages import LOG_DOCK, PAGES, PROFILE_PANEL, Entry
from mqassist.gui.painting_window import PaintingWindow
from mqassist.gui.settings_store import SettingsStore
from mqassist.gui.shell import Actions, AsksBeforeLeaving, Closes, OrdersTabs, Shell
from mqassist.gui.sidebar import NARROWEST, RAIL, WIDE, WIDEST, Sidebar
from mqassist.gui.status_bar import StatusBar
from mqassist.gui.theme.style_sheet import WINDOW
from mqassist.gui.theme.theme import dress, theme
from mqassist.gui.top_strip import TopStrip
from mqassist.gui.widgets.cards import StripKind, scrolling
from mqassist.gui.widgets.labels import Spinner

if TYPE_CHECKING:
    from mqassist.gui.drop_hint import DropHint
    from mqassist.gui.widgets.focus import FocusRing
    from mqassist.services import Services

RAIL_BELOW = 1180
"""Logical pixels of window width below which the sidebar is a rail."""
START = "start"


class MainWindow(PaintingWindow):
    """Made before the services are loaded, so that it can be painted first; `use(services)` brings the pages."""

    def __init__(self, settings: SettingsStore, language: LanguageSwitch, bridge: Bridge) -> None:
        super().__init__(bridge.screen)
        self.setObjectName("mqassist")
        self.settings = settings
        self.language = language
        self.bridge = bridge
        self.shell: Shell | None = None
        self._entries = {entry.name: entry for entry in PAGES}
        self._pages: dict[str, QWidget] = {}
        self._frames: dict[str, QWidget] = {}
        self._current = ""
        self._wanted = ""
        self._about = ""
        self._rail_for_page = False
        self.sidebar = Sidebar(PAGES, self)
        self.strip = TopStrip()
        self.strip.hide()
        self.stack = QStackedWidget()
        self.spinner = Spinner(size=28)
        self.status = StatusBar(self)
        self.log_dock = QDockWidget(self)
        self._ring: FocusRing | None = None
        self._drop_hint: DropHint | None = None
        self.keyboard = Keyboard(self)
        self.setAcceptDrops(True)
        self._build()
        self._restore()
        self.retranslate()

    def _build(self) -> None:
        self.setStyleSheet(WINDOW)
        for part in (self.sidebar, self.strip, self.status):
            dress(part, styled=True)
        right = QWidget()
        dress(right, ground="surface")
        box = QVBoxLayout(right)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        above = self.strip.around
        above.setContentsMargins(20, 0, 20, 0)
        above.addWidget(self.strip)
        box.addLayout(above)
        box.addWidget(self.stack, 1)
        waiting = QWidget()
        QVBoxLayout(waiting).addWidget(self.spinner, 0, Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(waiting)
        self.setCentralWidget(right)
        self._side = QDockWidget(self)
        self._side.setObjectName("side")
        self._side.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self._side.setTitleBarWidget(QWidget(self._side))
        self._side.setWidget(self.sidebar)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self._side)
        self.log_dock.setObjectName("log")
        self.log_dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetFloatable | QDockWidget.DockWidgetFeature.DockWidgetMovable
        )
        self.log_dock.setTitleBarWidget(QWidget(self.log_dock))
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.log_dock)
        self.log_dock.hide()
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)  # the sidebar stays whole
        self.setDockOptions(self.DockOption.AnimatedDocks)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self.status, 1)
        self.sidebar.chosen.connect(self.go)
        self.sidebar.settings_pressed.connect(lambda: self.go("settings"))
        self.status.language_pressed.connect(self.switch_language)
        theme().changed.connect(self._fit)

    # -- the pages ------------------------------------------------------------------------------

    def use(self, services: Services) -> None:
        """From now on pages can be made; goes to the one that was wanted meanwhile."""
        shell = Shell(services, self.bridge, self.settings, self.language, self)
        self.shell = shell
        self.sidebar.new_pressed.connect(shell.new_profile)
        self.sidebar.import_pressed.connect(shell.import_profiles)
        shell.speak(self.language.current)
        if PROFILE_PANEL is not None:
            self.sidebar.set_panel(PROFILE_PANEL.make(services, shell))
            self.sidebar.order_tabs()
        wanted = self._wanted or self._first_page()
        if wanted:
            self.go(wanted)

    def _first_page(self) -> str:
        """Where there is no profile yet, a person is shown how to begin."""
        names = (*self._entries, START) if self._has_profiles() else (START, *self._entries)
        return next((name for name in names if name in self._entries), "")

    def _has_profiles(self) -> bool:
        try:
            return self.shell is not None and bool(self.shell.services.profiles.book().profiles)
        except UserError:
            return False

    def go(self, page: str) -> None:
        entry = self._entries.get(page)
        if entry is None:
            return
        if self.shell is None:
            self._wanted = page
            self.spinner.start()
            return
        if page == self._current:
            return
        leaving: object = self._pages.get(self._current)
        if isinstance(leaving, AsksBeforeLeaving):
            leaving.may_leave(lambda: self._show(entry))
        else:
            self._show(entry)

    def _show(self, entry: Entry) -> None:
        self.spinner.stop()
        if self.page(entry.name) is None:
            return
        self._current = entry.name
        self.strip.hide()
        self.stack.setCurrentWidget(self._frames[entry.name])
        theme().style(self._frames[entry.name])  # not before: what is hidden is not laid out anew
        self.sidebar.select(entry.name if entry.title else entry.under)
        self._rail_for_page = entry.rail
        self._fit()
        self.show_log_dock(entry.dock)
        if self.shell is not None:
            self.shell.page_changed.emit(entry.name)

    def page(self, name: str) -> QWidget | None:
        entry = self._entries.get(name)
        if entry is None or self.shell is None:
            return None
        if name not in self._pages:
            made = entry.make(self.shell.services, self.shell)
            dress(made, ground="surface")
            self._pages[name] = made
            frame = self._frames[name] = scrolling(made) if entry.scrolls else made
            dress(frame, styled=True)
            self.stack.addWidget(self._frames[name])
            self._order_tabs(made)
        return self._pages[name]

    def _order_tabs(self, page: QWidget) -> None:
        """Tab goes from the sidebar into the page, there as the page wants, and from its end to the foot of the window.

        Only here: an order that is set before the page is in its window is lost (seen: Qt 6.11).
        """
        if isinstance(page, OrdersTabs):
            for before, after in pairwise(page.tab_order()):
                QWidget.setTabOrder(before, after)
        # nobody may walk along nextInFocusChain: it ties each widget to the one before, and a later page crashes
        # when one of them goes (seen: PySide6 6.11.3)
        stops = [each for each in page.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
        QWidget.setTabOrder(stops[-1] if stops else page, self.status.language)

    def has_page(self, name: str) -> bool:
        return name in self._entries

    @property
    def current_page(self) -> str:
        return self._current

    def able(self, kind: type[Any]) -> Any:
        panel = self.sidebar.panel
        if panel is not None and isinstance(panel, kind):
            return panel
        able = self._able_entry(kind)
        return None if able is None else self.page(able.name)

    def can(self, kind: type[Any]) -> bool:
        panel = self.sidebar.panel
        return (panel is not None and isinstance(panel, kind)) or self._able_entry(kind) is not None

    def _able_entry(self, kind: type[Any]) -> Entry | None:
        """A page that was made is asked first: it costs no import. Its class is, as a button may have the same name."""
        for name, page in self._pages.items():
            if issubclass(type(page), kind):
                return self._entries[name]
        return next((entry for entry in PAGES if issubclass(entry.page_class(), kind)), None)

    def made(self) -> list[QWidget]:
        """Pages and panels that exist by now."""
        panels = (self.sidebar.panel, self.log_dock.widget())
        return [*self._pages.values(), *(panel for panel in panels if panel is not None)]

    # -- what the shell passes on ---------------------------------------------------------------

    def show_strip(self, kind: StripKind, title: str, text: str, actions: Actions) -> None:
        self.strip.say(kind, title, text, actions)

    def hide_strip(self) -> None:
        self.strip.hide()

    def set_status(self, text: str, running: bool) -> None:
        self.status.say(text, running)

    def set_title(self, text: str) -> None:
        self._about = text
        self.setWindowTitle(f"{text} – mqassist" if text else "mqassist")

    def show_log_dock(self, shown: bool) -> None:
        self.log_dock.setVisible(shown and self._dock_filled())
        if self.log_dock.isVisible():
            theme().style(self.log_dock)

    def _dock_filled(self) -> bool:
        if self.log_dock.widget() is None and LOG_DOCK is not None and self.shell is not None:
            self.log_dock.setWidget(LOG_DOCK.make(self.shell.services, self.shell))
            dress(self.log_dock, styled=True)
        return self.log_dock.widget() is not None

    # -- language and look ----------------------------------------------------------------------

    def switch_language(self) -> None:
        self.choose_language("en" if self.language.current == "zh" else "zh")

    def choose_language(self, choice: Any) -> None:
        self.settings.change(language=choice)
        # sentences of the engine first: widgets ask for them while they hear of the change
        now = self.language.wanted(choice)
        if self.shell is not None:
            self.shell.speak(now)
        self.language.choose(choice)
        if self.shell is not None:
            self.shell.language_changed.emit(now)

    def retranslate(self) -> None:
        self.set_title(self._about)
        self.log_dock.setWindowTitle(self.tr("Log"))
        self._side.setWindowTitle(self.tr("Pages and profiles"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines by which a dock can be drawn larger: nothing else of the window itself is seen."""
        painter = QPainter(self)
        left = self._side.geometry().right() + (2 if self.sidebar.is_rail else 1)
        painter.setClipRect(left, 0, self.width(), self.statusBar().y())
        for dock in (self._side, self.log_dock):
            inner = dock.widget()
            if inner is not None and inner.maximumHeight() > self.height() and inner.window() is self:
                painter.fillRect(dock.geometry().adjusted(-1, -1, 1, 1), theme().tokens.line2)
        painter.end()

    # -- size, place, closing -------------------------------------------------------------------

    def toggle_rail(self) -> None:
        self.settings.change(sidebar_open=self.sidebar.is_rail)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        look = theme()
        self.setMinimumSize(QSize(1024, 680))
        narrow = self.width() < RAIL_BELOW * max(1.0, look.scale * 0.75)
        rail = narrow or self._rail_for_page or not self.settings.current.sidebar_open
        if rail != self.sidebar.is_rail:
            self.sidebar.set_rail(rail)
        if rail:
            self._side.setFixedWidth(look.px(RAIL))
        else:
            self._side.setMinimumWidth(look.px(NARROWEST))
            self._side.setMaximumWidth(look.px(WIDEST))

    def _restore(self) -> None:
        kept = self.settings.current
        if not (kept.geometry and self.restoreGeometry(QByteArray.fromBase64(kept.geometry.encode("ascii")))):
            screen = QGuiApplication.primaryScreen().availableGeometry()
            self.resize(min(1440, screen.width()), min(900, screen.height()))
        if not (kept.state and self.restoreState(QByteArray.fromBase64(kept.state.encode("ascii")))):
            self.resizeDocks([self._side], [WIDE], Qt.Orientation.Horizontal)
        self.log_dock.hide()

    def raise_up(self) -> None:
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        leaving: object = self._pages.get(self._current)
        if isinstance(leaving, AsksBeforeLeaving) and not self._may_close:
            event.ignore()
            leaving.may_leave(self._close_now)
            return
        self.settings.change(
            geometry=bytes(self.saveGeometry().toBase64().data()).decode("ascii"),
            state=bytes(self.saveState().toBase64().data()).decode("ascii"),
        )
        self.hide()
        for page in self.made():
            if isinstance(page, Closes):
                page.close_down()
        self.bridge.shut_down()
        super().closeEvent(event)

    _may_close = False

    def _close_now(self) -> None:
        self._may_close = True
        # the page's own dialog may still be closing
        QTimer.singleShot(0, self, self.close)

    @property
    def ring(self) -> FocusRing:
        """Made when the keyboard first moves the focus: its style would cost the first paint some milliseconds."""
        if self._ring is None:
            from mqassist.gui.widgets.focus import FocusRing

            self._ring = FocusRing(self)
        return self._ring

    def focusNextPrevChild(self, forward: bool) -> bool:
        self.ring.keyboard_moves()
        return super().focusNextPrevChild(forward)

    # -- dropping -------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasUrls() or data.hasText():
            event.acceptProposedAction()
            if self._drop_hint is None:
                from mqassist.gui.drop_hint import DropHint

                self._drop_hint = DropHint(self)
            self._drop_hint.show_for(data)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drag()

    def _end_drag(self) -> None:
        if self._drop_hint is not None:
            self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._end_drag()
        if self.shell is not None:
            take_drop(event.mimeData(), self.shell)
            event.acceptProposedAction()
