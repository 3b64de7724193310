"""The table of pages: one line for each. The main window makes a page when it is first gone to."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from mqassist.core.record import record

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from mqassist.gui.shell import Shell
    from mqassist.services import Services


@record
class Entry:
    """`kind` is module and class, made as `kind(services, shell)`. Without a `title` it is not in the navigation:
    then `under` is the page that is marked there, and `command` its name in the command palette.

    `scrolls` pages are put into a scroll area; the others scroll themselves. `rail`: the sidebar is narrow beside it.
    `dock`: the log panel may stand below it. Titles are marked with `QT_TRANSLATE_NOOP("Navigation", "…")`.
    """

    name: str
    kind: str
    title: str = ""
    icon: str = ""
    scrolls: bool = False
    rail: bool = False
    dock: bool = False
    under: str = ""
    command: str = ""

    def make(self, services: Services, shell: Shell) -> QWidget:
        return cast("QWidget", self.page_class()(services, shell))

    def page_class(self) -> type[Any]:
        """Imports the page's module."""
        module, _, name = self.kind.partition(":")
        return cast("type[Any]", getattr(import_module(module), name))


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Marks a text that is translated later: lupdate goes by this name, and Qt's own function gives no str."""
    return text


# in the order of the navigation, Ctrl+1 … 6 go by it: checkup logs explain advisor history lab, then the rest
PAGES: tuple[Entry, ...] = (
    Entry(
        "checkup",
        "mqassist.gui.pages.checkup.page:CheckupPage",
        QT_TRANSLATE_NOOP("Navigation", "Check-up"),
        "pulse",
        dock=True,
    ),
    Entry(
        "logs",
        "mqassist.gui.pages.logs.page:LogsPage",
        QT_TRANSLATE_NOOP("Navigation", "Logs"),
        "log",
    ),
    Entry(
        "explain",
        "mqassist.gui.pages.explain.page:ExplainPage",
        QT_TRANSLATE_NOOP("Navigation", "Explain an error"),
        "explain",
    ),
    Entry(
        "advisor",
        "mqassist.gui.pages.advisor.page:AdvisorPage",
        QT_TRANSLATE_NOOP("Navigation", "Advisor"),
        "advise",
        scrolls=True,
    ),
    Entry(
        "start",
        "mqassist.gui.pages.start:StartPage",
        "",
        "jump",
        scrolls=True,
        under="checkup",
        command=QT_TRANSLATE_NOOP("Navigation", "Start"),
    ),
    Entry(
        "wizard",
        "mqassist.gui.wizard.page:WizardPage",
        "",
        "compass",
        rail=True,
        under="checkup",
        command=QT_TRANSLATE_NOOP("Navigation", "Guide me"),
    ),
    Entry("profile", "mqassist.gui.profiles.editor:ProfilePage", under="checkup"),
    Entry(
        "history",
        "mqassist.gui.pages.history.page:HistoryPage",
        QT_TRANSLATE_NOOP("Navigation", "History"),
        "hist",
        scrolls=True,
    ),
    Entry(
        "lab",
        "mqassist.gui.pages.lab.page:LabPage",
        QT_TRANSLATE_NOOP("Navigation", "Practice lab"),
        "lab",
    ),
    Entry(
        "settings",
        "mqassist.gui.pages.settings:SettingsPage",
        "",
        "gear",
        scrolls=True,
        command=QT_TRANSLATE_NOOP("Navigation", "Settings"),
    ),
    Entry(
        "help",
        "mqassist.gui.pages.help:HelpPage",
        "",
        "bulb",
        scrolls=True,
        command=QT_TRANSLATE_NOOP("Navigation", "Help"),
    ),
)

PROFILE_PANEL: Entry | None = Entry("profiles", "mqassist.gui.profiles.panel:ProfilePanel")
"""The list of profiles in the sidebar, with its own search field."""
LOG_DOCK: Entry | None = Entry("log-dock", "mqassist.gui.pages.logs.dock:LogDock")
"""The panel below the page."""
