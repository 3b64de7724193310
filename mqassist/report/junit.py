"""The report as JUnit XML for continuous integration: a test case for each check, and one for the verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mqassist.core.advice import Wording
from mqassist.report.log_lines import LogLine, log_lines
from mqassist.report.presented import Presented, PresentedCheck
from mqassist.report.steps import grouped, slug

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything outside the Char production of XML 1.0 §2.2, and the discouraged controls with it."""


def render(reports: Sequence[Presented], wording: Wording) -> str:
    suites = [_suite(report, wording) for report in reports]
    total, failed, errors = (sum(count(report) for report in reports) for count in (_tests, _failures, _errors))
    seconds = sum(report.duration_ms for report in reports) / 1000
    head = f'<testsuites name="mqassist" tests="{total}" failures="{failed}" errors="{errors}" time="{seconds:.3f}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>", ""])


def _attribute(text: str) -> str:
    return _content(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def _content(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _tests(report: Presented) -> int:
    return len(report.checks) + 1


def _failures(report: Presented) -> int:
    return sum(check.status == "failed" and not check.crash for check in report.checks) + (report.status != "healthy")


def _errors(report: Presented) -> int:
    """Faults of our own: JUnit keeps them apart from what was tested."""
    return sum(bool(check.crash) for check in report.checks)


def _suite(report: Presented, wording: Wording) -> str:
    skipped = sum(check.status in ("skipped", "cancelled") for check in report.checks)
    head = (
        f'  <testsuite name="{_attribute(report.target)}" tests="{_tests(report)}" failures="{_failures(report)}"'
        f' errors="{_errors(report)}" skipped="{skipped}" time="{report.duration_ms / 1000:.3f}"'
        f' timestamp="{_attribute(report.started_at.rstrip("Z"))}" id="{_attribute(report.run_id)}">'
    )
    properties = [
        "    <properties>",
        f'      <property name="mqassist.version" value="{_attribute(report.tool_version)}"/>',
        f'      <property name="verdict.status" value="{report.status}"/>',
        f'      <property name="verdict.cause" value="{_attribute(report.root.id if report.root else "")}"/>',
        "    </properties>",
    ]
    lines = log_lines(report, wording)
    cases = [_case(check, [line for line in lines if line.step == check.id]) for check in report.checks]
    return "\n".join([head, *properties, *cases, _verdict(report, wording), "  </testsuite>"])


def _case(check: PresentedCheck, logged: Sequence[LogLine]) -> str:
    head = (
        f'    <testcase classname="mqassist.{check.layer}" name="{_attribute(check.id)}"'
        f' time="{check.duration_ms / 1000:.3f}"'
    )
    if check.status in ("skipped", "cancelled"):
        return f'{head}>\n      <skipped message="{_attribute(check.why or check.summary)}"/>\n    </testcase>'
    told = [f"{line.place} {line.text} ({line.origin})" for line in logged]
    said = dict.fromkeys((check.summary, *check.evidence))  # the summary is often one of the sentences
    lines = "\n".join([*said, *told, *([check.crash] if check.crash else [])])
    if check.crash or check.status == "failed":
        kind = "error" if check.crash else "failure"
        message = _attribute(check.summary)
        inner = f'<{kind} type="{_attribute(check.id)}" message="{message}">{_content(lines)}</{kind}>'
    else:
        inner = f"<system-out>{_content(lines)}</system-out>"
    return f"{head}>\n      {inner}\n    </testcase>"


def _verdict(report: Presented, wording: Wording) -> str:
    head = '    <testcase classname="mqassist" name="verdict" time="0.000"'
    lines = _content("\n".join(_story(report, wording)))
    if report.status == "healthy":
        return f"{head}>\n      <system-out>{lines}</system-out>\n    </testcase>"
    kind = report.root.id if report.root else report.state
    failure = f'<failure type="{_attribute(kind)}" message="{_attribute(report.title)}">{lines}</failure>'
    return f"{head}>\n      {failure}\n    </testcase>"


def _story(report: Presented, wording: Wording) -> list[str]:
    lines = [report.title, report.summary]
    for cause in report.causes:
        if cause is not report.root:
            lines += ["", f"{cause.id}: {cause.title}"]
        lines += [wording.sentence("line.labelled", {"label": wording.sentence("heading.who"), "text": cause.who_word})]
        lines += [f"- {line}" for line in cause.evidence]
        for group in grouped(cause):
            lines.append(wording.sentence(f"for.{slug(group.audience)}"))
            for number, instruction in enumerate(group.instructions, 1):
                lines.append(f"{number}. {instruction.text}")
                lines += [f"   {command}" for _, command in instruction.commands]
    for question in report.undecided:
        lines += [f"? {question.cause}: {question.title}", *(f"  {text}" for text in question.decided_by)]
    return lines
