"""Where passwords go, in a sentence: for the status bar and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from mqassist.core.profile import KeyringState


def keyring_sentence(keyring: KeyringState) -> str:
    """Short: it stands at the foot of the window."""
    translate = QCoreApplication.translate
    if keyring.ability == "available":
        return translate("Keyring", "Passwords: {place}").format(place=keyring.name)
    return {
        "locked": lambda: translate("Keyring", "Passwords: the keyring is locked"),
        "missing": lambda: translate("Keyring", "Passwords: asked for, never saved"),
        "silent": lambda: translate("Keyring", "Passwords: the keyring does not answer"),
        "refused": lambda: translate("Keyring", "Passwords: the keyring refuses"),
    }[keyring.ability]()


def keyring_explanation(keyring: KeyringState) -> str:
    """What it means for the person, and what to do about it."""
    translate = QCoreApplication.translate
    return {
        "available": lambda: translate(
            "Keyring", "One entry for each profile in {place}. Files of mqassist never hold a password."
        ).format(place=keyring.name),
        "locked": lambda: translate(
            "Keyring", "The keyring is locked. Unlock it, or choose to be asked each time in a profile."
        ),
        "missing": lambda: translate(
            "Keyring",
            "This system has no keyring. Passwords are asked for each time or kept until the window closes.",
        ),
        "silent": lambda: translate("Keyring", "The keyring does not answer. Passwords are asked for until it does."),
        "refused": lambda: translate("Keyring", "The keyring refuses to be used. Passwords are asked for each time."),
    }[keyring.ability]()
