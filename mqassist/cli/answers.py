"""What is said of every run that ended, and what the history keeps of it.

Of many runs both are made as each one ends: the others still wait for their networks then, and the last one's answer
is not behind a thousand others.
"""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.cli.jobs import Job
from mqassist.core.errors import UserError
from mqassist.core.record import changed, record
from mqassist.core.report import Report
from mqassist.core.secret import Credentials, Redactor
from mqassist.report.formats import presented, redactor_for, rendered_alone
from mqassist.report.presented import Presented
from mqassist.services import Services


@record
class Outcome:
    """A run that ended, as it is told in the output's format, with what its report must be cleaned of."""

    report: Report
    credentials: Credentials
    job: Job
    told: Presented
    redactor: Redactor
    rendered: str
    """One of many, if the format lets it be rendered alone; else ""."""


class Answers:
    """`ended` may be called from many threads at once."""

    def __init__(self, services: Services, output: str, *, ascii_only: bool, keeps: bool, many: bool) -> None:
        self._services = services
        self._wording = services.wording
        self.output = output
        self.ascii_only = ascii_only
        self._keeps = keeps
        self.many = many
        self.not_kept: UserError | None = None
        """Why the history could not be written; after it nothing more is tried."""

    def ended(self, report: Report, job: Job) -> Outcome:
        redactor = redactor_for(report, job.credentials, self._services.texts.vocabulary)
        told = presented(report, self._wording, redactor, self.output)
        if job.profile is not None:
            told = changed(told, profile=job.profile.name)
        alone = rendered_alone(self.output, told, ascii_only=self.ascii_only) if self.many else ""
        outcome = Outcome(report, job.credentials, job, told, redactor, alone)
        if self.many:
            self._keep(outcome)
        return outcome

    def keep(self, outcomes: Sequence[Outcome]) -> None:
        """After the answer is out: what is not kept yet, and what many left to do. Never raises."""
        if not self.many:
            for outcome in outcomes:
                self._keep(outcome)
        elif self._keeps and self.not_kept is None:
            self._services.history.prune()

    def _keep(self, outcome: Outcome) -> None:
        if not self._keeps or self.not_kept is not None:
            return
        profile = outcome.job.profile
        try:
            self._services.keep(
                outcome.report,
                outcome.credentials,
                profile.id if profile is not None else "",
                told=changed(outcome.told, profile="") if self.output == "json" else None,
                more_follow=self.many,
            )
        except UserError as error:
            self.not_kept = error
