"""What the editor needs beside its fields: the question about unsaved work, the credentials of a test, words for a
keyring that does not take secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.core.profile import Keep, Profile, SecretKind
from mqassist.core.record import changed
from mqassist.core.secret import Credentials, Secret
from mqassist.gui.run_controller import Fetch


class KeepsSecrets(Protocol):
    """What the services offer for saved profiles, as far as it is needed here."""

    def credentials(self, profile: Profile, token: CancelToken | None = None) -> Credentials: ...


def fetcher(saved: KeepsSecrets, base: Profile, profile: Profile, changes: Mapping[SecretKind, Secret | None]) -> Fetch:
    """What was typed wins; the keyring is asked for the rest only, off the screen thread."""
    endpoint = profile.endpoint
    username = None if endpoint is None else endpoint.username
    wanted = changed(base, url=profile.url, stored=tuple(kind for kind in base.stored if kind not in changes))

    def fetch(token: CancelToken) -> Credentials:
        found = saved.credentials(wanted, token)
        return Credentials(
            username=username,
            password=changes.get("password", found.password),
            key_password=changes.get("key-passphrase", found.key_password),
            proxy_password=changes.get("proxy-password", found.proxy_password),
        )

    return fetch


def ask_about_unsaved(parent: QWidget, name: str, save: Callable[[], None], discard: Callable[[], None]) -> QMessageBox:
    """Does not block; nothing happens after Cancel."""
    translate = QCoreApplication.translate
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(translate("UnsavedProfile", "Save the changes to {name}?").format(name=name))
    box.setInformativeText(translate("UnsavedProfile", "They are lost otherwise."))
    yes = box.addButton(translate("UnsavedProfile", "Save"), QMessageBox.ButtonRole.AcceptRole)
    no = box.addButton(translate("UnsavedProfile", "Discard"), QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(translate("UnsavedProfile", "Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(yes)

    def decided() -> None:
        clicked = box.clickedButton()
        if clicked is yes:
            save()
        elif clicked is no:
            discard()

    box.finished.connect(lambda _: decided())
    box.open()
    return box


def keyring_sentence(reference: str) -> str:
    """Shorter than on the command line: what to do stands beside it as buttons."""
    translate = QCoreApplication.translate
    return {
        "keyring-missing": translate("Keyring", "This computer has no keyring to keep passwords in."),
        "keyring-is-file": translate("Keyring", "The only keyring here is a plain file; passwords do not go there."),
        "keyring-locked": translate("Keyring", "The keyring of this computer is locked."),
        "keyring-silent": translate("Keyring", "The keyring of this computer does not answer."),
    }.get(reference, "")


def secret_words(keyring: str, kept_so_far: Keep, chosen: Keep) -> tuple[str, str, str, str, str, str]:
    """For a SecretField: kept, typed, none, and its buttons. `keyring` is its name, "" if nobody knows it."""
    translate = QCoreApplication.translate
    place = keyring or translate("SecretWords", "the keyring")
    kept = translate("SecretWords", "Saved in {keyring}").format(keyring=place)
    if kept_so_far != "keyring":
        kept = translate("SecretWords", "Kept until the window closes")
    typed = {
        "keyring": translate("SecretWords", "Typed; goes to {keyring} on saving").format(keyring=place),
        "session": translate("SecretWords", "Typed; kept until the window closes"),
        "ask": translate("SecretWords", "Typed; used for the test only"),
    }[chosen]
    none, replace = translate("SecretWords", "None"), translate("SecretWords", "Replace…")
    return kept, typed, none, replace, translate("SecretWords", "Enter…"), translate("SecretWords", "Forget")
