"""Client settings for a terminal and as Markdown: each with its arithmetic, then what others say, then the lines."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.advice import Wording
from mqassist.core.facts import Fact
from mqassist.core.snippet import Snippet
from mqassist.report.advised import PresentedAdvice, PresentedSetting, numbered
from mqassist.report.cells import cells, padded, printable, wrapped
from mqassist.report.markdown import escaped, fenced
from mqassist.report.style import Style

MAX_WIDTH, MIN_WIDTH = 100, 48


def render_text(
    shown: PresentedAdvice, snippets: Sequence[Snippet], others: str, wording: Wording, style: Style
) -> str:
    """`snippets` are those to print, `others` the names of the rest."""
    return _Card(shown, wording, style).text(snippets, others)


class _Card:
    def __init__(self, shown: PresentedAdvice, wording: Wording, style: Style) -> None:
        self.shown = shown
        self.wording = wording
        self.style = style
        self.width = max(MIN_WIDTH, min(style.width, MAX_WIDTH))
        self.lines: list[str] = []
        self.sources = numbered(shown)

    def say(self, key: str, **values: Fact) -> str:
        return self.wording.sentence(key, values)

    def paragraph(self, text: str, first: str, rest: str, kind: str = "") -> None:
        for index, line in enumerate(wrapped(printable(text), self.width - cells(rest))):
            self.lines.append((rest if index else first) + (self.style.paint(kind, line) if kind else line))

    def heading(self, key: str) -> None:
        self.lines += ["", self.style.paint("strong", self.say(key))]

    def text(self, snippets: Sequence[Snippet], others: str) -> str:
        shape = self.style.paint(self.shown.state, self.style.shape(self.shown.state))
        self.paragraph(self.shown.heading, f"{shape} ", "  ", "strong")
        self.paragraph(self.shown.verdict, "  ", "  ")
        wide = max(cells(each.label) for each in self.shown.settings)
        for each in self.shown.settings:
            if each.basis != "open":
                self.setting(each, wide)
        self.open_ones(wide)
        self.heading("advise.heading.sayings")
        for text, source in self.shown.sayings:
            said = f"{text} [{self.sources[source]}]" if source else text
            self.paragraph(said, f"  {self.style.shape('bullet')} ", "    ")
        self.heading("advise.heading.sources")
        for source, number in self.sources.items():
            self.paragraph(source, f"  [{number}] ", "      ", "faint")
        if snippets:
            self.heading("advise.heading.snippets")
            self.paragraph(self.say("advise.heading.password"), "  ", "  ")
        for snippet in snippets:
            self.lines += ["", f"  {self.style.paint('strong', snippet.title)}", ""]
            self.lines += [f"    {printable(line, keep_lines=True)}" for line in _tabs(snippet.text).splitlines()]
        if others:
            self.lines.append("")
            self.paragraph(self.say("advise.heading.others", names=others), "", "", "faint")
        return "\n".join(line.rstrip() for line in self.lines) + "\n"

    def setting(self, each: PresentedSetting, wide: int) -> None:
        self.lines.append("")
        label = self.style.paint("strong", padded(each.label, wide))
        basis = "" if each.basis == "open" else f"  ({each.basis_word})"
        self.paragraph(f"{each.answer}{basis}", f"  {label}  ", " " * (wide + 4))
        for warning in each.warnings:
            shape = self.style.paint("warning", self.style.shape("warning"))
            self.paragraph(warning, f"    {shape} ", "      ")
        numbers = " ".join(f"[{self.sources[source]}]" for source in each.sources)
        for index, step in enumerate(each.arithmetic):
            last = index == len(each.arithmetic) - 1 and numbers
            self.paragraph(f"{step} {numbers}" if last else step, "    ", "    ")
        self.gaps(each)

    def open_ones(self, wide: int) -> None:
        """What cannot be said yet, kept short: what would tell."""
        found = [each for each in self.shown.settings if each.basis == "open"]
        if found:
            self.heading("advise.heading.open")
        for each in found:
            self.setting(each, wide)

    def gaps(self, each: PresentedSetting) -> None:
        shape = self.style.paint("undecided", self.style.shape("undecided"))
        for key, texts in (("not-measured", each.unknown), ("not-said", each.questions)):
            for text in texts:
                said = self.say("line.labelled", label=self.say(f"advise.heading.{key}"), text=text)
                self.paragraph(said, f"    {shape} ", "      ")


def render_markdown(shown: PresentedAdvice, snippets: Sequence[Snippet], wording: Wording) -> str:
    lines = [f"# {escaped(shown.heading)}", "", escaped(shown.verdict), ""]
    for each in shown.settings:
        lines += _markdown_setting(each, wording)
    lines += [f"## {escaped(wording.sentence('advise.heading.sayings'))}", ""]
    for text, source in shown.sayings:
        values: dict[str, Fact] = {"text": escaped(text), "source": source}
        lines.append(f"- {wording.sentence('advise.said.source', values) if source else escaped(text)}")
    lines += ["", f"## {escaped(wording.sentence('advise.heading.snippets'))}", ""]
    lines += [escaped(wording.sentence("advise.heading.password")), ""]
    for snippet in snippets:
        lines += [f"### {escaped(snippet.title)}", "", *fenced(snippet.text.rstrip("\n"), snippet.language), ""]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_setting(each: PresentedSetting, wording: Wording) -> list[str]:
    lines = [f"## {escaped(each.label)}: {escaped(each.answer)}", "", f"_{escaped(each.basis_word)}_", ""]
    lines += [f"- **{escaped(warning)}**" for warning in each.warnings]
    lines += [f"- {escaped(step)}" for step in each.arithmetic]
    for key, texts, foreign in (
        ("not-measured", each.unknown, True),
        ("not-said", each.questions, True),
        ("source", each.sources, False),
    ):
        label = wording.sentence(f"advise.heading.{key}")
        told = [wording.sentence("line.labelled", {"label": label, "text": text}) for text in texts]
        lines += [f"- {escaped(line) if foreign else line}" for line in told]
    return [*lines, ""]


def _tabs(text: str) -> str:
    return text.replace("\t", "    ")
