"""The bar at the top: the address, Guide me, the one button that matters now, and what is done more rarely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from mqassist.core.advice import Wording
from mqassist.core.secret import Secret
from mqassist.gui.theme.theme import theme
from mqassist.gui.widgets.buttons import Button, IconButton
from mqassist.gui.widgets.cards import Line, MessageStrip
from mqassist.gui.widgets.url_field import UrlField
from mqassist.gui.widgets.url_text import Lint, repaired

Phase = Literal["before", "running", "stopping", "after"]


class UrlBar(QWidget):
    """`pressed` is the main button: diagnose or stop, as the phase has it."""

    pressed = Signal()
    guide_pressed = Signal()
    options_pressed = Signal()
    report_pressed = Signal()
    open_report_pressed = Signal()
    save_profile_pressed = Signal()
    host_chosen = Signal(str)
    """The address of another node of the same broker."""
    layer_chosen = Signal(str)
    """Check this layer alone, with what it needs."""

    def __init__(self, wording: Wording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wording = wording
        self._phase: Phase = "before"
        self._lint: Lint | None = None
        self.field = UrlField()
        self.guide = Button("", kind="quiet", icon_name="compass")
        self.main = Button("", kind="filled", icon_name="play", hint="F5")
        self.more = IconButton("more", "")
        # the page puts it where there is room for its lines
        self.strip = MessageStrip(self)
        self.strip.hide()
        self._menu = QMenu(self)
        self._options = self._action(self.options_pressed)
        self._layers = self._menu.addMenu("")
        self._hosts = self._menu.addMenu("")
        self._menu.addSeparator()
        self._save = self._action(self.save_profile_pressed)
        self._report = self._action(self.report_pressed)
        self._open = self._action(self.open_report_pressed)
        row = QHBoxLayout()
        row.setContentsMargins(20, 10, 12, 10)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addSpacing(4)
        row.addWidget(self.guide)
        row.addWidget(self.main)
        row.addWidget(self.more)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(row)
        box.addWidget(Line(self))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.main.clicked.connect(self.pressed)
        self.guide.clicked.connect(self.guide_pressed)
        self.more.clicked.connect(self._open_menu)
        self.field.linted.connect(self._show_lint)
        self.field.changed.connect(self._forget_lint)
        self._report.setEnabled(False)
        self.set_hosts(())
        self.set_phase("before")
        self.retranslate()

    def set_width_class(self, width: int) -> None:
        """In a narrow window the address needs the room: Guide me is its icon, the shortcut is left out."""
        self._narrow = width < theme().px(760)
        self._name_guide()
        self.set_phase(self._phase)

    _narrow = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_width_class(self.width())

    def _name_guide(self) -> None:
        words = self.tr("Guide me")
        self.guide.setText("" if self._narrow else words)
        self.guide.setAccessibleName(words)
        self.guide.setToolTip(words if self._narrow else "")

    @property
    def phase(self) -> Phase:
        return self._phase

    def set_wording(self, wording: Wording) -> None:
        self._wording = wording
        self._show_lint(self._lint)

    def set_phase(self, phase: Phase) -> None:
        """One filled button a page: before a run. During it Stop is red, afterwards the verdict must win."""
        self._phase = phase
        going = phase in ("running", "stopping")
        self.field.set_locked(going)
        self.main.set_kind("filled" if phase == "before" else "danger" if going else "accent")
        self.main.set_icon_name("stop" if going else "play")
        self.main.set_hint("" if self._narrow else "Esc" if going else "F5")
        self.main.setEnabled(phase != "stopping")
        self._layers.setEnabled(not going)
        self._name_main()

    def set_report_ready(self, ready: bool) -> None:
        self._report.setEnabled(ready)

    def set_layers(self, layers: list[tuple[str, str]]) -> None:
        """(layer, its word) of those that can be checked alone."""
        self._layers.clear()
        for layer, word in layers:
            action = QAction(word, self._layers)
            action.triggered.connect(lambda _on=False, layer=layer: self.layer_chosen.emit(layer))
            self._layers.addAction(action)

    def set_hosts(self, urls: Sequence[str]) -> None:
        """Further nodes of the profile's broker; the menu is there only if there are any."""
        self._hosts.clear()
        for url in urls:
            action = QAction(url, self._hosts)
            action.triggered.connect(lambda _on=False, url=url: self.host_chosen.emit(url))
            self._hosts.addAction(action)
        self._hosts.menuAction().setVisible(len(urls) > 1)

    def set_guide_shown(self, shown: bool) -> None:
        self.guide.setVisible(shown)

    def set_profiles_shown(self, shown: bool) -> None:
        self._save.setVisible(shown)

    def repair(self) -> None:
        """The one-click repair of what looks wrong."""
        if self._lint is not None and self._lint.repaired:
            self.field.set_typed(repaired(self.field.typed, self._lint))
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def secret(self) -> Secret | None:
        return self.field.typed.secret

    def retranslate(self) -> None:
        self._name_guide()
        self.more.set_name(self.tr("More"))
        self._options.setText(self.tr("What is checked…"))
        self._layers.setTitle(self.tr("Check one layer only"))
        self._hosts.setTitle(self.tr("Another host of this broker"))
        self._save.setText(self.tr("Save as a profile…"))
        self._report.setText(self.tr("Report…"))
        self._open.setText(self.tr("Open a report…"))
        self._name_main()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _action(self, signal: object) -> QAction:
        action = QAction(self._menu)
        action.triggered.connect(lambda _on=False: signal.emit())  # type: ignore[attr-defined]  # a bound signal
        self._menu.addAction(action)
        return action

    def _name_main(self) -> None:
        words = {
            "before": self.tr("Diagnose"),
            "running": self.tr("Stop"),
            "stopping": self.tr("Stopping…"),
            "after": self.tr("Diagnose again"),
        }
        self.main.setText(words[self._phase])
        self.main.setAccessibleName(words[self._phase])
        self.main.updateGeometry()

    def _open_menu(self) -> None:
        self._menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _forget_lint(self) -> None:
        """What was said of the text that stood there before is no longer true."""
        if self._lint is not None and self.field.typed.text != self._said_of:
            self._show_lint(None)

    def _proposal(self, found: Lint) -> str:
        if found.repaired == self.field.typed.text:
            return self.tr("The password can be written percent-encoded, as a URL wants it.")
        return self.tr("Meant is probably {address}").format(address=found.repaired)

    _said_of = ""

    def _show_lint(self, found: Lint | None) -> None:
        self._lint = found
        self._said_of = self.field.typed.text
        if found is None or (self._phase != "before" and self._phase != "after"):
            self.strip.hide()
            return
        title, *rest = [self._wording.render(text) for text in found.texts] or [""]
        actions = [(self.tr("Correct it"), self.repair)] if found.repaired else []
        if found.repaired:
            rest.append(self._proposal(found))
        self.strip.say("warning", title, "\n".join(rest), actions)
