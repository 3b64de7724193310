"""Asking for a password in the page: where a profile wants to be asked, or the keyring gave none. Runs nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt

from mqassist.gui.pages.checkup.options_panel import OptionsPanel
from mqassist.gui.widgets.cards import MessageStrip


class PasswordAsk(QObject):
    def __init__(self, options: OptionsPanel, strip: MessageStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._options = options
        self._strip = strip

    def before_run(self, name: str, without: Callable[[], None]) -> None:
        self._show_field()
        self._strip.say(
            "note",
            self.tr("The password of {name} is not stored").format(name=name),
            self.tr("Type it below and press Diagnose. It is forgotten after the run."),
            [(self.tr("Without a password"), without)],
        )

    def instead_of_keyring(self, reference: str, again: Callable[[], None]) -> None:
        """`reference` is that of the vault's UserError; nothing was sent to the broker."""
        told = {
            "keyring-locked": self.tr("The keyring is locked"),
            "keyring-silent": self.tr("The keyring does not answer"),
            "keyring-missing": self.tr("There is no keyring on this computer"),
            "keyring-is-file": self.tr("The only keyring here is a plain file, which is not asked for secrets"),
        }
        self._show_field()
        self._strip.say(
            "warning",
            told.get(reference, self.tr("The keyring refused to give the password")),
            self.tr("Nothing was sent yet. Type the password below for this run, or unlock the keyring and try again."),
            [(self.tr("Try again"), again)],
        )

    def _show_field(self) -> None:
        self._options.show()
        self._options.password.setFocus(Qt.FocusReason.OtherFocusReason)
