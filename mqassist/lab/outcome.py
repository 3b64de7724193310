"""Whether a check of a scenario came to the verdict it must come to. Pure."""

from __future__ import annotations

from mqassist.core.practice import Played
from mqassist.core.report import Report
from mqassist.lab.scenario import Scenario


def compare(scenario: Scenario, report: Report) -> Played:
    verdict = report.verdict
    return Played(
        scenario.name,
        scenario.status,
        scenario.cause,
        verdict.status,
        "" if verdict.primary is None else verdict.primary.cause,
        tuple(other.cause for other in verdict.others),
        report.took_ms,
    )
