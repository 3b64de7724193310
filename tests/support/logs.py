"""Checks with a broker's log: what the tests ask of the lines that were found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.amqp import facts_of, root_of
from tests.support.diagnosis import diagnose

if TYPE_CHECKING:
    from mqassist.core.report import LogMatch, Report


def with_log(url: str, log: Path, **settings: Any) -> Report:
    """The report of a check that also reads this log; each line it names is in the file, at that place."""
    report = diagnose(url, logs=(str(log),), **settings)
    lines = log.read_text(errors="replace").splitlines()
    for hit in report.log_matches:
        assert hit.file == str(log)
        assert any(hit.text.splitlines()[0][:40] in line for line in _nearby(lines, hit.line)), hit
    return report


def _nearby(lines: list[str], number: int) -> list[str]:
    # JSON escapes quotes and line ends: the beginning of the text is compared without them
    return [lines[number - 1], lines[number - 1].replace('\\"', '"')]


def causing(report: Report) -> list[LogMatch]:
    """The lines that added something to the verdict."""
    return [hit for hit in report.log_matches if hit.facts]


def with_lines(check: Callable[[], Report], word: str = "", tries: int = 4) -> Report:
    """The first report that has a line with `word`: a broker on a busy machine may write it later than we wait."""
    for _ in range(tries):
        report = check()
        if any(word in hit.text for hit in report.log_matches):
            return report
    raise AssertionError(f"no line of {tries} runs was found")


def named_by_log(check: Callable[[], Report], cause: str, word: str, tries: int = 5) -> Report:
    """The first report in which the log names the cause; the root cause has to be the same in all before it.

    Mosquitto writes whole seconds, and some lines name nobody. Where another connection of the run may have caused
    such a line it is nobody's: on a busy machine that happens, and the next run tells.
    """
    for _ in range(tries - 1):
        report = check()
        assert root_of(report) == cause, (root_of(report), facts_of(report))
        if any(word in hit.text and hit.cause is not None for hit in report.log_matches):
            assert_named_by_log(report, cause, word)
            return report
    report = check()
    assert_named_by_log(report, cause, word)
    return report


def assert_named_by_log(report: Report, cause: str, word: str) -> None:
    """This root cause, and among its evidence a line of the log with that word, by file and number."""
    assert root_of(report) == cause, (root_of(report), facts_of(report))
    primary = report.verdict.primary
    assert primary is not None
    said = [dict(text.values) for text in primary.evidence if text.key == "log.line"]
    assert any(word in str(values["text"]) for values in said), (primary.evidence, report.log_matches)
    assert all(int(values["line"]) > 0 and values["file"] for values in said)
