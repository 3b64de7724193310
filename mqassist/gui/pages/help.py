"""Help: the keys, what this program is, under which licences, and how a fault of it is reported."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, metadata
from os.path import join

from PySide6.QtCore import QEvent, Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QKeySequence, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from mqassist import __version__
from mqassist.gui.crashes import crash_folder
from mqassist.gui.shell import Shell
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, CommandBox, KeyValueTable, reading_column
from mqassist.gui.widgets.labels import SectionTitle, Text
from mqassist.services import Services

LIBRARIES = (
    "PySide6-Essentials",
    "pika",
    "paho-mqtt",
    "dnspython",
    "keyring",
    "cryptography",
    "truststore",
    "psutil",
    "platformdirs",
    "numpy",
    "hyperscan",
)
"""What runs inside; each has its licence in its own package."""
WIDTH = 760


class HelpPage(QWidget):
    def __init__(self, services: Services, shell: Shell) -> None:
        super().__init__()
        self.services = services
        self.shell = shell
        self._title = Text(role="title")
        self._about = Text(colour="t2", selectable=True)
        self.newest = Text(colour="t2", selectable=True)
        self.open_newest = Button()
        self._sections = {name: SectionTitle() for name in ("keys", "report", "licences")}
        self.keys = KeyValueTable()
        self._report = Text(colour="t2")
        self.versions = CommandBox(copy=shell.copy)
        self.show_faults = Button()
        self.copy_fault = Button()
        self.licences = KeyValueTable()
        self._licence = Text(colour="t2")
        self._build()
        self.retranslate()
        self.show_faults.clicked.connect(self._show_faults)
        self.copy_fault.clicked.connect(self._copy_fault)
        self.open_newest.clicked.connect(shell.updates.open_page)
        shell.updates.changed.connect(self._say_newest)
        shell.bridge.background(lambda _token: _libraries(), self.licences.set_rows, lambda _error: None, self)

    def _build(self) -> None:
        box = reading_column(self, WIDTH)
        for widget in (self._title, self._about, self.newest):
            box.addWidget(widget)
        box.addWidget(self.open_newest, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self._sections["keys"])
        keys = Card()
        keys.body.addWidget(self.keys)
        box.addWidget(keys)
        box.addSpacing(12)
        box.addWidget(self._sections["report"])
        report = Card()
        report.body.addWidget(self._report)
        report.body.addWidget(self.versions)
        row = QHBoxLayout()
        row.addWidget(self.show_faults)
        row.addWidget(self.copy_fault)
        row.addStretch(1)
        report.body.addLayout(row)
        box.addWidget(report)
        box.addSpacing(12)
        box.addWidget(self._sections["licences"])
        licences = Card()
        licences.body.addWidget(self._licence)
        licences.body.addWidget(self.licences)
        box.addWidget(licences)
        box.addStretch(1)

    def _show_faults(self) -> None:
        os.makedirs(crash_folder(), exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(crash_folder()))

    def _copy_fault(self) -> None:
        """The youngest one, with the versions: all that a report needs."""
        try:
            with open(join(crash_folder(), _faults()[-1]), encoding="utf-8", errors="replace") as file:
                self.shell.copy(f"{_versions()}\n\n{file.read()}")
        except (OSError, IndexError):  # somebody tidied up meanwhile
            self._say_faults()

    def _say_faults(self) -> None:
        count = len(_faults())
        self.show_faults.setText(
            self.tr("Show the files ({count})").format(count=count) if count else self.tr("No fault was seen so far")
        )
        self.show_faults.setEnabled(bool(count))
        self.copy_fault.setText(self.tr("Copy the last one"))
        self.copy_fault.setVisible(bool(count))

    def showEvent(self, event: QShowEvent) -> None:
        self._say_faults()
        super().showEvent(event)

    def _say_newest(self) -> None:
        updates = self.shell.updates
        told = updates.sentence()
        self.newest.setText(told)
        self.newest.setVisible(bool(told))
        self.open_newest.setText(self.tr("Show what is new"))
        self.open_newest.setVisible(bool(updates.newer and updates.seen.page))

    def retranslate(self) -> None:
        self._say_newest()
        self._title.setText(self.tr("Help"))
        self._about.setText(
            self.tr(
                "mqassist {version} tells why a client cannot talk to its broker, and who has to change what."
            ).format(version=__version__)
        )
        self._sections["keys"].setText(self.tr("Keys"))
        self._sections["report"].setText(self.tr("Report a problem"))
        self._sections["licences"].setText(self.tr("Licences"))
        self.keys.set_rows(
            [
                (_keys("Ctrl+K"), self.tr("Find a profile, a page or a command")),
                (_keys("Ctrl+L"), self.tr("Go to the address")),
                (_keys("F5"), self.tr("Diagnose")),
                (_keys("Esc"), self.tr("Stop")),
                (_keys("Ctrl+Shift+C"), self.tr("Copy the answer")),
                (_keys("Ctrl+F"), self.tr("Search in the log")),
                (_keys("F3"), self.tr("Next hit")),
                (_keys("F8"), self.tr("Next error in the log")),
                (_keys("Ctrl+G"), self.tr("Go to a time or line of the log")),
                (_keys("Ctrl+M"), self.tr("Mark a line with a note")),
                (_keys("Ctrl+H"), self.tr("Highlight the chosen word in every log")),
                (_keys("Ctrl+E"), self.tr("Explain what is selected")),
                (f"{_keys('Ctrl+1')} …", self.tr("Pages, in their order")),
                (_keys("F6"), self.tr("Next part of the window")),
                (_keys("Ctrl+B"), self.tr("Wide or narrow sidebar")),
                (_keys("Ctrl+,"), self.tr("Settings")),
            ]
        )
        self._report.setText(
            self.tr(
                "Faults of mqassist itself are written to files on this computer, without addresses and passwords. "
                "Nothing is sent by itself: add such a file and these versions to your report."
            )
        )
        self.versions.set_text(_versions())
        self._say_faults()
        self._licence.setText(self.tr("mqassist is free software under the MIT licence. It is built on:"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _keys(sequence: str) -> str:
    return QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText)


def _versions() -> str:
    return f"mqassist {__version__}\nPython {platform.python_version()}\nQt {qVersion()}\n{platform.platform()}"


def _faults() -> list[str]:
    """Names of the crash files, the youngest last: they begin with the time."""
    try:
        return sorted(name for name in os.listdir(crash_folder()) if name.endswith(".txt"))
    except OSError:
        return []


def _libraries() -> list[tuple[str, str]]:
    """Name with version, and licence as the package itself states it; what is not installed is left out."""
    found: list[tuple[str, str]] = []
    for name in LIBRARIES:
        try:
            about = dict(metadata(name).json)
        except PackageNotFoundError:
            continue
        classifiers = about.get("classifier") or []
        licence = str(about.get("license_expression") or _by_classifier(list(classifiers)))
        found.append((f"{name} {about['version']}", licence or str(about.get("license", "")).partition("\n")[0]))
    return found


def _by_classifier(classifiers: list[str]) -> str:
    names = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: ")]
    return ", ".join(name for name in names if name != "OSI Approved")
