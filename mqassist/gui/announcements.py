"""What the window itself has to say: settings that could not be read, a broken installation, a bug of ours."""

from __future__ import annotations

from os.path import dirname
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices

if TYPE_CHECKING:
    from mqassist.gui.main_window import MainWindow
    from mqassist.gui.shell import Actions, Shell


def settings_trouble(window: MainWindow, what: str) -> None:
    title = QCoreApplication.translate("Announcements", "The settings of the window could not be read or written")
    window.show_strip("warning", title, what, ())


def broken_installation(window: MainWindow, why: str, crash_file: str) -> None:
    title = QCoreApplication.translate("Announcements", "mqassist is not installed completely. Install it again")
    window.spinner.stop()
    window.show_strip("error", title, why, _show_folder(crash_file))


def our_fault(window: MainWindow, kind: str, crash_file: str) -> None:
    title = QCoreApplication.translate("Announcements", "mqassist itself failed: {kind}").format(kind=kind)
    text = QCoreApplication.translate(
        "Announcements", "Nothing was sent anywhere. Where it happened is kept on this computer: {path}"
    ).format(path=crash_file)
    window.show_strip("error", title, text if crash_file else "", _show_folder(crash_file))


def last_crash(window: MainWindow) -> None:
    title = QCoreApplication.translate("Announcements", "mqassist broke off the last time")
    text = QCoreApplication.translate(
        "Announcements", "Nothing was sent anywhere. Where it happened is kept on this computer, for a report."
    )
    more = QCoreApplication.translate("Announcements", "Report a problem")
    window.show_strip("warning", title, text, ((more, lambda: window.go("help")),))


def newer_version(window: MainWindow, shell: Shell) -> None:
    title = QCoreApplication.translate("Announcements", "mqassist {version} is there").format(
        version=shell.updates.newer
    )
    more = QCoreApplication.translate("Announcements", "Help")
    window.show_strip("note", title, shell.updates.sentence(), ((more, lambda: shell.go("help")),))


def _show_folder(crash_file: str) -> Actions:
    if not crash_file:
        return ()
    label = QCoreApplication.translate("Announcements", "Show the file")
    return ((label, lambda: _open(dirname(crash_file))),)


def _open(folder: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
