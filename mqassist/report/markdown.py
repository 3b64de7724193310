"""The report as Markdown for a ticket: for every role its own steps, evidence quoted, the run as a table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mqassist.core.advice import Wording
from mqassist.core.facts import Fact
from mqassist.core.moments import utc_words
from mqassist.report.log_lines import LogLine, chosen_lines, log_lines
from mqassist.report.presented import Presented, PresentedCause, duration, ran, shape_of, told
from mqassist.report.steps import Instruction, grouped, slug
from mqassist.report.style import SHAPES

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~$&@])")
_SHAPES = {**SHAPES, "skipped": "–"}


def render(reports: Sequence[Presented], wording: Wording) -> str:
    return "\n---\n\n".join(_Page(report, wording).text() for report in reports)


def escaped(text: str) -> str:
    """Foreign text must not become markup, a link or a mention."""
    return _SPECIAL.sub(r"\\\1", text)


def inline_code(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def fenced(text: str, language: str = "") -> list[str]:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence + language, *text.splitlines(), fence]


def _without_gaps(lines: Sequence[str]) -> list[str]:
    """At most one empty line at a time."""
    return [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]


class _Page:
    def __init__(self, report: Presented, wording: Wording) -> None:
        self.report = report
        self.wording = wording
        self.lines: list[str] = []

    def say(self, key: str, **values: Fact) -> str:
        return self.wording.sentence(key, values)

    def text(self) -> str:
        report = self.report
        self.head()
        if report.root is not None:
            self.root(report.root)
        self.open_questions()
        self.names("folded", [item.title for item in report.folded])
        self.names("ruled-out", [item.title for item in report.ruled_out])
        for cause in report.causes:
            if cause is not report.root:
                self.other(cause)
        self.log_matches()
        self.steps()
        self.crashes()
        made_by = self.say("line.made-by", version=report.tool_version, run=report.run_id)
        self.lines += ["", f"<sub>{escaped(made_by)}</sub>"]
        return "\n".join(_without_gaps(self.lines)) + "\n"

    def heading(self, key: str, more: str = "") -> None:
        self.lines += ["", f"### {self.say(f'heading.{key}')}{more}", ""]

    def labelled(self, label: str, text: str) -> str:
        return self.say("line.labelled", label=f"**{label}**", text=text)

    def head(self) -> None:
        report = self.report
        self.lines += [f"## {_SHAPES[report.state]} {escaped(report.title)}", ""]
        if report.summary:
            self.lines += [escaped(report.summary), ""]
        rows = [("status", self.say(f"state.{report.state}"))]
        if report.root is not None:
            percent = self.say("line.certainty", percent=round(report.root.confidence * 100))
            rows.append(("who", f"**{report.root.who_word}**"))
            rows.append(("certainty", f"{percent} · `{report.root.id}`"))
        rows.append(("target", inline_code(report.target)))
        rows.append(("started", f"{utc_words(report.started_at)} · {duration(report.duration_ms)}"))
        for key, value in rows:
            self.lines.append("- " + self.say("line.labelled", label=self.say(f"heading.{key}"), text=value))
        if not report.complete:
            self.lines += ["", f"_{escaped(self.say('line.incomplete'))}_"]

    def root(self, cause: PresentedCause) -> None:
        groups = grouped(cause)
        if groups:
            self.heading("what-to-do")
        for group in groups:
            self.lines += ["", f"**{self.say(f'for.{slug(group.audience)}')}**", ""]
            for number, instruction in enumerate(group.instructions, 1):
                self.instruction(instruction, f"{number}. ")
        if cause.evidence:
            self.heading("why")
            self.lines += [f"- {escaped(line)}" for line in cause.evidence]
        if cause.explanation:
            self.heading("explanation")
            self.lines.append(escaped(cause.explanation))
        if cause.references:
            self.heading("references")
            self.lines += [f"- <{address}>" for address in cause.references]

    def instruction(self, instruction: Instruction, lead: str) -> None:
        indent = " " * len(lead)
        self.lines.append(lead + escaped(instruction.text))
        for platform, command in instruction.commands:
            if platform != "any":
                self.lines += [
                    "",
                    f"{indent}{self.say('line.on-platform', platform=self.say(f'platform.{platform}')).rstrip()}",
                ]
            self.lines += ["", *(indent + line for line in fenced(command, "sh")), ""]

    def open_questions(self) -> None:
        if not self.report.undecided:
            return
        self.heading("undecided")
        for question in self.report.undecided:
            self.lines.append(f"- {escaped(question.title)} (`{question.cause}`)")
            label = self.say("heading.decided-by")
            self.lines += [f"  - {self.labelled(label, escaped(text))}" for text in question.decided_by]

    def other(self, cause: PresentedCause) -> None:
        self.heading("also", f" · `{cause.id}`")
        self.lines += [f"**{escaped(cause.title)}**", "", escaped(cause.summary), ""]
        self.lines.append(f"- {self.labelled(self.say('heading.who'), cause.who_word)}")
        self.lines += [f"- {escaped(line)}" for line in cause.evidence]
        for group in grouped(cause):
            for instruction in group.instructions:
                self.instruction(instruction, "- ")

    def names(self, key: str, titles: Sequence[str]) -> None:
        if titles:
            self.heading(key)
            self.lines += [f"- {escaped(title)}" for title in titles]

    def log_matches(self) -> None:
        if self.report.log_matches:
            self.heading("log")
        for line in log_lines(self.report, self.wording):
            self.lines.append(f"{_quoted(line)} ({escaped(line.origin)})")
        if self.report.excerpts:
            self.heading("excerpts")
        self.lines += [_quoted(line) for line in chosen_lines(self.report)]

    def steps(self) -> None:
        self.heading("steps")
        names = [self.say(f"heading.{key}") for key in ("step", "layer", "seen", "duration")]
        self.lines += ["| | " + " | ".join(names) + " |", "|---|---|---|---|---:|"]
        for check in told(self.report):
            seen = escaped(check.summary if ran(check) else check.why or check.summary)
            if ran(check) and check.why:
                seen += f" _({escaped(check.why)})_"
            took = duration(check.duration_ms) if ran(check) and check.duration_ms else ""
            shape = f"{_SHAPES[shape_of(check)]} {self.say(f'status.{check.status}')}"
            self.lines.append(f"| {shape} | {escaped(check.title)} | {check.layer_word} | {seen} | {took} |")

    def crashes(self) -> None:
        for check in self.report.checks:
            if check.crash:
                self.heading("crash", f" · {escaped(check.title)}")
                self.lines += fenced(check.crash)


def _quoted(line: LogLine) -> str:
    return f"- {inline_code(line.place)} {inline_code(line.text.replace(chr(10), ' '))}"
