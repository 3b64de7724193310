"""The context menu of a row of the profile list: what can be done with it, with its keys beside."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from mqassist.core.profile import Profile
from mqassist.core.snippet import Snippet
from mqassist.gui.profiles.tree_model import Node
from mqassist.gui.shell import Shell


class RowMenu(QMenu):
    """Deletes itself when it closes; each signal carries the row."""

    opened = Signal(object)
    checked = Signal(object)
    edited = Signal(object)
    duplicated = Signal(object)
    deleted = Signal(object)
    shifted = Signal(object, int)
    exported = Signal(object)
    new_wanted = Signal()
    group_wanted = Signal()
    saved_as_profile = Signal(str)

    def __init__(self, parent: QWidget, shell: Shell, node: Node | None) -> None:
        super().__init__(parent)
        self._shell = shell
        self.aboutToHide.connect(self.deleteLater)
        if node is not None and node.profile is not None:
            self._of_profile(node, node.profile)
        elif node is not None and node.kind == "group":
            self._of_group(node)
        elif node is not None and node.kind == "local":
            self._add(self.tr("Diagnose"), lambda: self.checked.emit(node), "Ctrl+Return")
            self._add(self.tr("Save as a profile…"), lambda: self.saved_as_profile.emit(node.url))
            return
        self._add(self.tr("New profile…"), self.new_wanted.emit)
        self._add(self.tr("New group"), self.group_wanted.emit)

    def _add(self, words: str, do: Callable[[], object], keys: str = "") -> None:
        action = self.addAction(words)
        if keys:
            # shown beside the words; the list itself listens for them
            native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            action.setText(f"{words}\t{native}")
        action.triggered.connect(lambda _on=False: do())

    def _of_profile(self, node: Node, profile: Profile) -> None:
        self._add(self.tr("Diagnose"), lambda: self.checked.emit(node), "Ctrl+Return")
        self._add(self.tr("Edit…"), lambda: self.edited.emit(node), "F2")
        self._add(self.tr("Duplicate…"), lambda: self.duplicated.emit(node), "Ctrl+D")
        self.addMenu(CopyMenu(self, self._shell, profile))
        self.addSeparator()
        self._add(self.tr("Move up"), lambda: self.shifted.emit(node, -1), "Alt+Up")
        self._add(self.tr("Move down"), lambda: self.shifted.emit(node, 1), "Alt+Down")
        self._add(self.tr("Export…"), lambda: self.exported.emit(node))
        self.addSeparator()
        self._add(self.tr("Delete"), lambda: self.deleted.emit(node), "Del")
        self.addSeparator()

    def _of_group(self, node: Node) -> None:
        self._add(self.tr("Rename"), lambda: self.edited.emit(node), "F2")
        self._add(self.tr("Move up"), lambda: self.shifted.emit(node, -1), "Alt+Up")
        self._add(self.tr("Move down"), lambda: self.shifted.emit(node, 1), "Alt+Down")
        self._add(self.tr("Export…"), lambda: self.exported.emit(node))
        self._add(self.tr("Remove the group, keep its profiles"), lambda: self.deleted.emit(node), "Del")
        self.addSeparator()


class CopyMenu(QMenu):
    """Copy as URL, as command, as the connect lines of a client; a password is in none of them."""

    def __init__(self, parent: QWidget, shell: Shell, profile: Profile) -> None:
        super().__init__(QCoreApplication.translate("CopyMenu", "Copy as"), parent)
        saved = shell.services.profiles
        entries = [
            Snippet("url", self.tr("Address"), "", saved.as_url(profile)),
            Snippet("masked", self.tr("Address, with a mask for the password"), "", saved.as_url(profile, masked=True)),
            Snippet("command", self.tr("mqassist command"), "", saved.as_command(profile)),
        ]
        for entry in entries:
            self._entry(shell, entry)
        self.addSeparator()
        for entry in saved.snippets(profile):
            self._entry(shell, entry)

    def _entry(self, shell: Shell, entry: Snippet) -> None:
        def copy() -> None:
            shell.copy(entry.text)
            shell.set_status(self.tr("Copied: {text}").format(text=entry.title))

        action = self.addAction(entry.title)
        action.setObjectName(entry.id)
        action.triggered.connect(lambda _on=False: copy())
