"""The report for a terminal: verdict card first, then what was seen, then the steps. Colour is never the only sign."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.advice import Wording
from mqassist.core.facts import Fact
from mqassist.report.cells import cells, padded, printable, wrapped
from mqassist.report.log_lines import chosen_lines, log_lines
from mqassist.report.presented import (
    OpenQuestion,
    Presented,
    PresentedCause,
    PresentedCheck,
    deciding,
    duration,
    is_deciding,
    not_reached,
    ran,
    shape_of,
    told,
)
from mqassist.report.steps import Instruction, grouped, slug
from mqassist.report.style import Style

MAX_WIDTH = 100
"""Longer lines are hard to read; commands are never broken."""
MIN_WIDTH = 48
FEW = 3
"""So many reports are told in full."""
TIME_CELLS = 9
MIN_BESIDE, MIN_BESIDE_LAYER = 30, 48
"""Cells for a result beside its title; with less it stands on a line of its own."""


def render(reports: Sequence[Presented], wording: Wording, style: Style) -> str:
    """The whole card of each report; of many only what is wrong and what to do first, healthy ones last."""
    if len(reports) == 1:
        return _Card(reports[0], wording, style).text()
    if len(reports) <= FEW:
        return "\n".join(
            [*(_Card(report, wording, style).text() for report in reports), _count(reports, wording, style)]
        )
    return joined(reports, [short_card(report, wording, style) for report in reports], wording, style)


def short_card(report: Presented, wording: Wording, style: Style) -> str:
    """Two or three lines: what it is, and who does what first. Makes control characters visible itself."""
    return _Card(report, wording, style).short()


def joined(reports: Sequence[Presented], cards: Sequence[str], wording: Wording, style: Style) -> str:
    """Short cards, one of each report, in the same order."""
    healthy = [report.status == "healthy" for report in reports]
    ordered = [card for wanted in (False, True) for card, works in zip(cards, healthy, strict=True) if works is wanted]
    return "\n".join([*ordered, _count(reports, wording, style)])


def _count(reports: Sequence[Presented], wording: Wording, style: Style) -> str:
    counts = {name: sum(report.status == name for report in reports) for name in ("healthy", "degraded", "broken")}
    sentence = wording.sentence(
        "line.several",
        {
            "count": len(reports),
            "works": counts["healthy"],
            "warning": counts["degraded"],
            "broken": counts["broken"],
        },
    )
    return style.paint("strong", sentence) + "\n"


class _Card:
    def __init__(self, report: Presented, wording: Wording, style: Style) -> None:
        self.report = report
        self.wording = wording
        self.style = style
        self.width = max(MIN_WIDTH, min(style.width, MAX_WIDTH))
        self.lines: list[str] = []

    def text(self) -> str:
        report = self.report
        self.head()
        if report.root is not None:
            self.cause(report.root)
        self.open_questions(report.undecided)
        self.names("folded", [item.title for item in report.folded])
        self.names("ruled-out", [item.title for item in report.ruled_out])
        for cause in report.causes:
            if cause is not report.root:
                self.other_cause(cause)
        self.log_matches()
        self.steps()
        for check in report.checks:
            if check.crash:
                self.heading("crash", check.title)
                self.lines.extend("  " + line for line in check.crash.splitlines())
        return "\n".join(line.rstrip() for line in self.lines) + "\n"

    def short(self) -> str:
        report, style = self.report, self.style
        shape = style.paint(report.state, style.shape(report.state))
        if report.state == "works":
            return f"{shape} {printable(report.target)}  {style.paint('faint', duration(report.duration_ms))}"
        self.lines.append(f"{shape} {printable(report.target)}")
        self.paragraph(printable(report.title), "    ", "    ", "strong")
        root = report.root
        if root is not None:
            first = next((step.text for step in root.steps if step.audience == root.who), root.summary)
            labelled = self.say("line.labelled", label=root.who_word, text=printable(first))
            self.paragraph(labelled, "    ", "    ")
        return "\n".join(self.lines)

    def say(self, key: str, **values: Fact) -> str:
        return self.wording.sentence(key, values)

    def paragraph(self, text: str, first: str, rest: str, kind: str = "") -> None:
        """Wrapped, `first` before its first line and `rest` before the others."""
        for index, line in enumerate(wrapped(text, self.width - cells(rest))):
            self.lines.append((rest if index else first) + (self.style.paint(kind, line) if kind else line))

    def heading(self, key: str, more: str = "") -> None:
        title = self.say(f"heading.{key}") + (f" · {more}" if more else "")
        self.lines += ["", self.style.paint("strong", title)]

    def head(self) -> None:
        report, style = self.report, self.style
        word = self.say(f"state.{report.state}")
        self.lines.append(style.paint(report.state, f"{style.shape(report.state)} {word}") + f"  {report.target}")
        self.lines.append("")
        self.paragraph(report.title, "  ", "  ", "strong")
        if report.summary:
            self.paragraph(report.summary, "  ", "  ")
        root = report.root
        if root is None:
            return
        certainty = self.say("line.certainty", percent=round(root.confidence * 100))
        rows = (("who", root.who_word), ("certainty", f"{certainty}  {style.paint('faint', root.id)}"))
        names = [self.say(f"heading.{key}") for key, _ in rows]
        widest = max(cells(name) for name in names)
        self.lines.append("")
        for name, (key, value) in zip(names, rows, strict=True):
            shown = style.paint("strong", value) if key == "who" else value
            self.lines.append(f"  {padded(name, widest)}  {shown}")
        if not report.complete:
            self.paragraph(self.say("line.incomplete"), "  ", "  ", "stopped")

    def cause(self, cause: PresentedCause) -> None:
        groups = grouped(cause, self.style.platform)
        if groups:
            self.heading("what-to-do")
        for group in groups:
            own = group.audience == cause.who
            if not own:
                self.lines.append("  " + self.say(f"for.{slug(group.audience)}"))
            for number, instruction in enumerate(group.instructions, 1):
                mark = f"{number}." if own else self.style.shape("bullet")
                self.instruction(instruction, f"  {padded(mark, 2)} ")
        if cause.evidence:
            self.heading("why")
            self.bullets(cause.evidence)
        if cause.explanation:
            self.heading("explanation")
            self.paragraph(cause.explanation, "  ", "  ")
        for address in cause.references:
            self.lines.append("  " + self.style.paint("faint", address))

    def instruction(self, instruction: Instruction, lead: str) -> None:
        rest = " " * cells(lead)
        self.paragraph(instruction.text, lead, rest)
        for platform, command in instruction.commands:
            fits = platform in ("any", self.style.platform)
            label = "" if fits else self.say("line.on-platform", platform=self.say(f"platform.{platform}"))
            self.lines.append(f"{rest}  {label}{self.style.paint('strong', command)}")

    def bullets(self, items: Sequence[str]) -> None:
        for item in items:
            self.paragraph(item, f"  {self.style.shape('bullet')} ", "    ")

    def open_questions(self, questions: Sequence[OpenQuestion]) -> None:
        if not questions:
            return
        self.heading("undecided")
        for question in questions:
            self.paragraph(question.title, f"  {self.style.shape('undecided')} ", "    ")
            for sentence in question.decided_by:
                label = self.say("heading.decided-by")
                self.paragraph(self.say("line.labelled", label=label, text=sentence), "    ", "    ", "faint")

    def other_cause(self, cause: PresentedCause) -> None:
        kind = {"error": "broken", "warning": "warning"}.get(cause.severity, "info")
        self.heading("also", cause.id)
        self.paragraph(cause.title, f"  {self.style.paint(kind, self.style.shape(kind))} ", "    ", "strong")
        self.paragraph(cause.summary, "    ", "    ")
        self.paragraph(self.say("line.labelled", label=self.say("heading.who"), text=cause.who_word), "    ", "    ")
        for group in grouped(cause, self.style.platform):
            for instruction in group.instructions:
                self.instruction(instruction, f"    {self.style.shape('bullet')} ")
        for line in cause.evidence:
            self.paragraph(line, "    ", "    ", "faint")

    def names(self, key: str, titles: Sequence[str]) -> None:
        if titles:
            self.heading(key)
            self.bullets(titles)

    def log_matches(self) -> None:
        if self.report.log_matches:
            self.heading("log")
        for line in log_lines(self.report, self.wording):
            self.paragraph(f"{line.place}  {line.text}", f"  {self.style.shape('bullet')} ", "    ")
            self.paragraph(line.origin, "    ", "    ", "faint")
        if self.report.excerpts:
            self.heading("excerpts")
        self.bullets([f"{line.place}  {line.text}" for line in chosen_lines(self.report)])

    def steps(self) -> None:
        way = [check for check in told(self.report) if ran(check) and not is_deciding(check)]
        if way:
            self.heading("steps", duration(self.report.duration_ms))
        self.rows(way)
        folded: dict[tuple[str, str], list[str]] = {}
        for check in not_reached(self.report):
            why = (check.why or check.summary).rstrip(".。")
            folded.setdefault((check.status, why), []).append(check.title)
        for (status, why), titles in folded.items():
            text = self.say("line.labelled", label=why, text=self.say("line.comma").join(titles))
            self.paragraph(text, f"  {self.style.shape(status)} ", "    ", "faint")
        second = deciding(self.report)
        if second:
            self.heading("deciding")
        self.rows(second)

    def rows(self, checks: Sequence[PresentedCheck]) -> None:
        widest = max((cells(check.title) for check in checks), default=0)
        layers = max((cells(check.layer_word) for check in checks), default=0)
        if self.width - widest - layers - 8 - TIME_CELLS < MIN_BESIDE_LAYER:
            layers = 0  # the order of the rows says it as well
        for check in checks:
            self.step(check, widest, layers)

    def step(self, check: PresentedCheck, widest: int, layers: int) -> None:
        """The result is wrapped beside the title, or below where that leaves no room; the time stands at the right."""
        state = shape_of(check)
        shape = self.style.paint(state, self.style.shape(state))
        layer = self.style.paint("faint", padded(check.layer_word, layers)) + "  " if layers else ""
        took = duration(check.duration_ms) if check.duration_ms else ""
        head = f"  {shape} {layer}{padded(check.title, widest)}  "
        indent = 6 + widest + (layers + 2 if layers else 0)
        beside = self.width - indent - TIME_CELLS >= MIN_BESIDE
        if not beside:
            self.lines.append(self._timed(f"  {shape} {check.title}", 4 + cells(check.title), took))
            indent = 6
        lines = wrapped(check.summary, self.width - indent - (TIME_CELLS if beside else 0))
        if beside:
            self.lines.append(self._timed(head + lines[0], indent + cells(lines[0]), took))
            lines = lines[1:]
        self.lines.extend(" " * indent + line for line in lines)
        if check.why:
            self.paragraph(check.why, " " * indent, " " * indent, "faint")

    def _timed(self, line: str, taken: int, took: str) -> str:
        """`taken` are the cells of the line without its colours."""
        return line + " " * max(1, self.width - taken - cells(took)) + self.style.paint("faint", took)
