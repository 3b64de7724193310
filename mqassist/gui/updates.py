"""Looks for a newer version, once a day and only if the person switched it on. Touches no check and no verdict.

Keeps what it learned in the settings. A look that fails is told in the settings and in the help, nowhere else.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast, get_args

from PySide6.QtCore import QDateTime, QLocale, QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from mqassist import __version__
from mqassist.core.record import as_plain, fields
from mqassist.core.release import LookProblem, Newest, is_newer

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken
    from mqassist.gui.bridge import Bridge
    from mqassist.gui.settings_store import SettingsStore

AGAIN_S = 24 * 3600
AFTER_START_MS = 10_000
"""The window has other things to do first."""


class Updates(QObject):
    """Belongs to the screen thread; the request runs in a thread of its own."""

    changed = Signal()
    found = Signal()
    """A look that nobody waited for found a newer version."""

    def __init__(self, settings: SettingsStore, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._bridge = bridge
        self.looking = False
        QTimer.singleShot(AFTER_START_MS, self, self.look_if_due)

    @property
    def address(self) -> str:
        """The person's own, else the one this copy came with; "" where there is none."""
        from mqassist.services import update_address

        return self._settings.current.update_address or update_address()

    @property
    def looked_at(self) -> float:
        """Seconds since 1970; 0 before the first look."""
        at = self._settings.current.update_seen.get("at")
        return float(at) if isinstance(at, (int, float)) else 0.0

    @property
    def seen(self) -> Newest:
        """What the last look brought."""
        kept = {name: str(self._settings.current.update_seen.get(name, "")) for name in fields(Newest)}
        problem = kept.pop("problem")
        known = problem if problem in get_args(LookProblem) else ""
        return Newest(**kept, problem=cast("LookProblem", known))

    @property
    def newer(self) -> str:
        """The version that is newer than this one, or ""."""
        return self.seen.version if is_newer(self.seen.version, __version__) else ""

    def look_if_due(self) -> None:
        if self._settings.current.updates and abs(time.time() - self.looked_at) >= AGAIN_S:
            self.look(unasked=True)

    def look(self, *, unasked: bool = False) -> None:
        """At once. Nothing happens without an address, or while a look is under way."""
        address = self.address
        if self.looking or not address:
            return
        self.looking = True
        self.changed.emit()

        def work(token: CancelToken) -> Newest:
            from mqassist.services import newest_version

            return newest_version(address, token)

        self._bridge.background(work, lambda newest: self._use(newest, unasked), None, self)

    def _use(self, newest: Newest, unasked: bool) -> None:
        self.looking = False
        kept = as_plain(newest)
        if newest.problem:  # what was known stays known
            kept |= {"version": self.seen.version, "page": self.seen.page}
        self._settings.change(update_seen={"at": int(time.time()), **kept})
        self.changed.emit()
        if unasked and self.newer and not newest.problem:
            self.found.emit()

    def open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(self.seen.page))

    def sentence(self) -> str:
        """Where things stand, for the settings and the help."""
        if self.looking:
            return self.tr("Looking for a newer version …")
        if not self.looked_at:
            return ""
        when = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(self.looked_at)), QLocale.FormatType.ShortFormat)
        if self.seen.problem:
            return self.tr("Nothing was learned on {when}: {why}").format(when=when, why=self._why())
        if self.newer:
            told = self.tr("This is version {version}, the newest is {newest} (looked on {when}).")
            return told.format(version=__version__, newest=self.newer, when=when)
        return self.tr("This is version {version}; none is newer (looked on {when}).").format(
            version=__version__, when=when
        )

    def _why(self) -> str:
        detail = self.seen.detail
        return {
            "address": self.tr("the address has to begin with https:// and to hold no login."),
            "unreachable": self.tr("the address cannot be reached ({detail}).").format(detail=detail),
            "silent": self.tr("no answer came in time."),
            "status": self.tr("the answer was the error {detail}.").format(detail=detail),
            "not-understood": self.tr("the answer names no version."),
            "too-long": self.tr("the answer is far too long."),
        }.get(self.seen.problem, "")
