"""The lines of a broker's log as a reader needs them: where each stands, what it says, whose it is and how that is
known. Formats lay them out."""

from __future__ import annotations

from mqassist.core.advice import Wording
from mqassist.core.record import record
from mqassist.core.report import LogMatch
from mqassist.report.presented import Presented, is_deciding


@record
class LogLine:
    """`place` is file and line, `origin` a few words: the step that caused it and how it was found."""

    place: str
    text: str
    origin: str
    step: str


def log_lines(report: Presented, wording: Wording) -> tuple[LogLine, ...]:
    """In the order of the log; first those that led to the verdict."""
    ordered = sorted(report.log_matches, key=lambda hit: not hit.facts)
    return tuple(
        LogLine(f"{hit.file}:{hit.line}", hit.text, _origin(report, hit, wording), hit.step) for hit in ordered
    )


def chosen_lines(report: Presented) -> tuple[LogLine, ...]:
    """What a person put into the report, in the order of the files."""
    return tuple(LogLine(f"{each.file}:{each.line}", each.text, "", "") for each in report.excerpts)


def _origin(report: Presented, hit: LogMatch, wording: Wording) -> str:
    how = wording.sentence(f"matched.{hit.matched_by}", {})
    check = next((check for check in report.checks if check.id == hit.step), None)
    if check is None:
        return how
    key = "matched.second" if is_deciding(check) else "matched.step"
    return wording.sentence(key, {"step": check.title, "how": how})
