"""The answer on the clipboard, the report before it is saved, and reports that somebody sent. Owns no run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from mqassist.core.report import Excerpt
from mqassist.core.secret import Redactor
from mqassist.core.snippet import Snippet
from mqassist.gui.pages.checkup.answer import Answer, copied_answer, excerpts_of, with_excerpts
from mqassist.gui.shell import Shell
from mqassist.gui.whole_file import write_text
from mqassist.report.pem import pem_of
from mqassist.report.presented import Presented


class Shows(Protocol):
    """The page, as far as reports need it."""

    @property
    def answer(self) -> Answer | None: ...

    def redactor(self) -> Redactor: ...

    def show_report(self, shown: Presented, file: str) -> None: ...

    def take_answer(self, answer: Answer) -> None: ...

    def say(self, error: Exception) -> None: ...

    def not_kept(self, error: Exception) -> None: ...

    def widget(self) -> QWidget: ...


class Reports(QObject):
    def __init__(self, page: Shows, shell: Shell) -> None:
        super().__init__(page.widget())
        self._page = page
        self._shell = shell
        self.kept_for = ""
        """The profile of the run that is shown, "" if it had none."""

    def copy_answer(self) -> None:
        answer = self._page.answer
        if answer is not None:
            self._shell.copy(copied_answer(answer.shown, self._shell.services.wording), self._page.redactor())
            self._shell.set_status(self.tr("The answer is on the clipboard"))

    def add(self, lines: Sequence[Excerpt]) -> str:
        """To what is shown now; its run, "" if there is none."""
        answer = self._page.answer
        if answer is None:
            return ""
        self._put_excerpts(answer, [*excerpts_of(answer), *lines])
        return answer.shown.run_id

    def take(self, lines: Sequence[Excerpt]) -> None:
        answer = self._page.answer
        if answer is not None:
            self._put_excerpts(answer, [each for each in excerpts_of(answer) if each not in lines])

    def _put_excerpts(self, answer: Answer, lines: Sequence[Excerpt]) -> None:
        """A run of our own is kept with them; one that was read from a file has them as long as it is shown."""
        answer = with_excerpts(answer, lines)
        self._page.take_answer(answer)
        services, report, profile = self._shell.services, answer.report, self.kept_for
        if report is not None:
            credentials = answer.credentials
            self._shell.bridge.background(
                lambda _token: services.keep(report, credentials, profile), None, self._page.not_kept, self
            )

    def save(self) -> None:
        """The preview, from which it is saved."""
        answer = self._page.answer
        if answer is not None:
            from mqassist.gui.pages.checkup.report_dialog import ReportDialog

            ReportDialog(answer, self._shell, self._page.widget()).show()

    def client_lines(self, answer: Answer) -> Sequence[Snippet]:
        return self._shell.services.client_lines(answer.address, answer.settings, answer.facts())

    def advise(self) -> None:
        """Which client settings follow from what is shown."""
        answer = self._page.answer
        if answer is not None:
            self._shell.advise(answer.shown, answer.address, answer.settings, self.kept_for)

    def save_chain(self, certificates: tuple[bytes, ...]) -> None:
        """The certificates as the broker sent them, for whoever has to trust or to renew them."""
        text = pem_of(certificates)

        def write(path: str) -> None:
            self._shell.bridge.background(
                lambda _token: write_text(path, text),
                lambda _done: self._shell.set_status(self.tr("The chain is saved")),
                lambda error: self._shell.show_strip("error", self.tr("The chain could not be saved"), str(error)),
                self,
            )

        filters = self.tr("Certificates (*.pem *.crt);;All files (*)")
        self._shell.save_file(self._page.widget(), self.tr("Save the served chain"), "chain.pem", filters, write)

    def open(self) -> None:
        self._shell.open_file(
            self._page.widget(),
            self.tr("Open a report"),
            self.tr("Reports (*.json)"),
            lambda paths: self.read(paths[0]),
        )

    def read(self, path: str) -> None:
        """A JSON report, shown like an own run. What is wrong with it is said in the page."""
        from mqassist.report.read import read_file

        wording = self._shell.services.wording
        self._shell.bridge.background(
            lambda _token: read_file(path, wording),
            lambda found: self._page.show_report(found[0], path),
            self._page.say,
            self,
        )
