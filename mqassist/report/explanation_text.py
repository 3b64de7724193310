"""An explanation for a terminal: what to fix first, the words that prove it, look-alikes, what to add."""

from __future__ import annotations

from mqassist.core.advice import Wording
from mqassist.core.explained import Explanation
from mqassist.core.facts import Fact
from mqassist.report.cells import cells, printable, wrapped
from mqassist.report.explanation import PresentedExplanation, PresentedMatch
from mqassist.report.style import Style

MAX_WIDTH = 100
MIN_WIDTH = 48
_KINDS = {"explained": "broken", "healthy": "works", "unknown": "undecided", "empty": "undecided"}
_HEADINGS = {"problem": "explain.cause-also", "warning": "explain.cause-also", "possible": "explain.cause-possible"}


def render(explained: Explanation, shown: PresentedExplanation, wording: Wording, style: Style) -> str:
    return _Card(explained, shown, wording, style).text()


class _Card:
    def __init__(self, explained: Explanation, shown: PresentedExplanation, wording: Wording, style: Style) -> None:
        self.explained = explained
        self.shown = shown
        self.wording = wording
        self.style = style
        self.width = max(MIN_WIDTH, min(style.width, MAX_WIDTH))
        self.lines: list[str] = []

    def text(self) -> str:
        shown = self.shown
        kind = _KINDS[shown.outcome]
        if shown.matches and shown.matches[0].severity != "error":
            kind = "warning"
        shape = self.style.paint(kind, self.style.shape(kind))
        self.paragraph(shown.heading, f"{shape} ", "  ", "strong")
        if shown.matches:
            self.first(shown.matches[0])
        standing = ""
        for match in shown.matches[1:]:
            heading = _HEADINGS[match.standing]
            if heading != standing:
                self.heading(heading)
                standing = heading
            self.other(match)
        self.listed("explain.notes", shown.notes)
        self.listed("explain.collect-heading", shown.collect)
        self.about()
        return "\n".join(line.rstrip() for line in self.lines) + "\n"

    def paragraph(self, text: str, first: str, rest: str, kind: str = "") -> None:
        for index, line in enumerate(wrapped(printable(text), self.width - cells(rest))):
            self.lines.append((rest if index else first) + (self.style.paint(kind, line) if kind else line))

    def heading(self, key: str) -> None:
        self.lines += ["", self.style.paint("strong", self.wording.sentence(key))]

    def listed(self, key: str, texts: tuple[str, ...]) -> None:
        if texts:
            self.heading(key)
            for text in texts:
                self.paragraph(text, f"  {self.style.shape('bullet')} ", "    ")

    def first(self, match: PresentedMatch) -> None:
        self.paragraph(match.summary, "  ", "  ")
        self.evidence(match)
        if self.shown.folded:
            sentence = self.wording.sentence("explain.folded", {"causes": " · ".join(self.shown.folded)})
            self.paragraph(sentence, "  ", "  ", "faint")
        if match.steps:
            self.heading("heading.steps")
        for step in match.steps:
            if step.platform not in ("any", self.style.platform) and self.style.platform != "any":
                continue
            who = self.wording.sentence(f"who.{step.audience.replace(' ', '-')}")
            sentence = self.wording.sentence("line.labelled", {"label": who, "text": step.text})
            self.paragraph(sentence, f"  {self.style.shape('bullet')} ", "    ")
            if step.command:
                self.lines.append("      " + printable(step.command))
        self.listed("explain.settle", match.settles)
        if match.log_lines:
            self.heading("explain.log-lines")
            for line, source in match.log_lines[:3]:
                values: dict[str, Fact] = {"line": " ".join(line.split())[:200], "source": source}
                self.paragraph(self.wording.sentence("explain.log-line", values), "    ", "      ")

    def other(self, match: PresentedMatch) -> None:
        percent = f"{round(match.confidence * 100)} %"
        self.paragraph(
            f"{match.title}  {self.style.paint('faint', percent)}", f"  {self.style.shape('bullet')} ", "    "
        )
        if match.standing != "possible":
            self.paragraph(match.summary, "    ", "    ")
            self.evidence(match, "    ")

    def evidence(self, match: PresentedMatch, indent: str = "  ") -> None:
        said = [mark for mark in self.explained.marks if match.id in mark.of]
        for mark in said[:3]:
            values: dict[str, Fact] = {"line": mark.line, "excerpt": mark.excerpt}
            self.paragraph(self.wording.sentence("explain.evidence", values), indent, indent + "  ", "faint")
            if mark.times > 1:
                times = self.wording.sentence("explain.times", {"times": mark.times})
                self.paragraph(times, indent + "  ", indent + "  ", "faint")

    def about(self) -> None:
        """Whose text it is, and how to turn it into a check."""
        self.lines.append("")
        if self.explained.masked:
            self.paragraph(self.wording.sentence("explain.masked", {"count": self.explained.masked}), "", "", "faint")
        if self.shown.who_wrote:
            self.paragraph(self.shown.who_wrote, "", "", "faint")
        target = self.explained.target
        if target is not None and target.dialable and self.shown.outcome != "healthy":
            command = f"mqassist check {target.url}"
            self.lines.append(self.wording.sentence("explain.target", {"command": printable(command)}))
        elif self.shown.matches:
            self.paragraph(self.wording.sentence("explain.only-words"), "", "", "faint")
