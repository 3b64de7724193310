"""What is said of every run that ended, and what the history keeps of it.

Of many runs both are made as each one ends: the others still wait for their networks then, and the last one's answer
is not behind a thousand others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mqassist.cli.jobs import Job
from mqassist.core.errors import UserError
from mqassist.core.record import changed, record
from mqassist.core.report import Report
from mqassist.core.secret import Credentials, Redactor
from mqassist.report.formats import presented, redactor_for, rendered_alone, swept
from mqassist.report.presented import Presented
from mqassist.report.style import Style
from mqassist.services import Services

if TYPE_CHECKING:
    from mqassist.services import Keeper as Keeper


@record
class Outcome:
    """A run that ended, as it is told, with what its report must be cleaned of."""

    report: Report
    credentials: Credentials
    job: Job
    told: Presented
    redactor: Redactor
    rendered: str | None
    """One of many, clean, if the format lets it be rendered alone."""


class Answers:
    """`ended` may be called from many threads at once.

    `alone` is the style of the output if each of `many` can be rendered by itself, else None.
    """

    def __init__(
        self,
        services: Services,
        output: str,
        *,
        ascii_only: bool,
        keeps: bool,
        many: bool,
        alone: Style | None = None,
    ) -> None:
        self._services = services
        self._wording = services.wording
        self.output = output
        self.ascii_only = ascii_only
        self._keeps = keeps
        self.many = many
        self._alone = alone
        self._own_words: dict[Credentials, str] = {}
        self._keeper: Keeper | None = None
        self.not_kept: UserError | None = None
        """Why the history could not be written; after it nothing more is tried."""
        if many and keeps:
            try:
                self._keeper = services.keeper()
            except UserError as error:
                self.not_kept = error

    def ended(self, report: Report, job: Job) -> Outcome:
        redactor = redactor_for(report, job.credentials, self._said_by_us(job.credentials))
        profile = job.profile
        # a card for the terminal is made of the form for programs, which the history needs as well
        for_programs = self._alone is not None or self.output == "json"
        told = presented(report, self._wording, redactor, "json" if for_programs else self.output)
        found = None
        if self._keeper is not None:
            from mqassist.report.json import document

            kept = told if for_programs else presented(report, self._wording, redactor, "json")
            found = document(kept)
            self._keeper.keep(kept, found, redactor, "" if profile is None else profile.id)
        if profile is not None:
            told, found = changed(told, profile=profile.name), None
        rendered = None
        if (style := self._alone) is not None:
            alone = rendered_alone(self.output, told, self._wording, style, ascii_only=self.ascii_only, found=found)
            rendered = swept(self.output, alone, redactor)
        return Outcome(report, job.credentials, job, told, redactor, rendered)

    def keep(self, outcomes: Sequence[Outcome]) -> None:
        """After the answer is out: what is not kept yet, and what many left to do. Never raises."""
        if self._keeper is not None:
            self._keeper.close()
            self.not_kept = self._keeper.failed
        elif self._keeps and self.not_kept is None:
            for outcome in outcomes:
                self._keep(outcome)

    def _said_by_us(self, credentials: Credentials) -> str:
        """Our own sentences, for the few secrets that are part of them; looked for once."""
        found = self._own_words.get(credentials)
        if found is None:
            words = self._services.texts.vocabulary
            found = words if any(secret.reveal() in words for secret in credentials.secrets()) else ""
            self._own_words[credentials] = found
        return found

    def _keep(self, outcome: Outcome) -> None:
        profile = outcome.job.profile
        told = changed(outcome.told, profile="") if self.output == "json" else None
        try:
            self._services.keep(outcome.report, outcome.credentials, "" if profile is None else profile.id, told)
        except UserError as error:
            self.not_kept = error
