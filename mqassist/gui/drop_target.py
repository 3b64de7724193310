"""Takes what was dropped on the window to the page that can use it."""

from __future__ import annotations

import os

from PySide6.QtCore import QCoreApplication, QMimeData

from mqassist.gui.drops import is_address, kind_of_file
from mqassist.gui.shell import EditsProfiles, Explains, ReadsLogs, ReadsReports, Shell

LONGEST_TEXT = 1_000_000


def take_drop(data: QMimeData, shell: Shell) -> None:
    """Files first: what a file manager drops has its paths as text as well."""
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    if paths:
        for path in paths:
            take_file(path, shell)
        return
    text = data.text() or (data.urls()[0].toString() if data.urls() else "")
    take_text(text, shell)


def take_text(text: str, shell: Shell) -> None:
    if is_address(text):
        shell.fill_target(text.strip())
    elif text.strip():
        shell.explain_text(text[:LONGEST_TEXT])


def take_file(path: str, shell: Shell) -> None:
    try:
        kind = kind_of_file(path)
    except OSError as error:
        title = QCoreApplication.translate("Drop", "{name} cannot be read").format(name=os.path.basename(path))
        shell.show_strip("error", title, error.strerror or "")
        return
    if kind == "certificate" and shell.can(EditsProfiles):
        shell.new_profile(certificate=path)
    elif kind == "report" and shell.can(ReadsReports):
        shell.open_report(path)
    elif kind == "profiles" and shell.can(EditsProfiles):
        shell.import_profiles(path)
    elif kind == "log" and shell.can(ReadsLogs):
        shell.open_log(path)
    elif shell.can(Explains):
        with open(path, encoding="utf-8", errors="replace") as file:
            shell.explain_text(file.read(LONGEST_TEXT))
