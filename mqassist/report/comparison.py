"""Two compared runs as text for terminals and tickets, and as JSON: what was checked, the answers, then the layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from mqassist.core.advice import Wording
from mqassist.core.comparison import Comparison, FactChange, RunSide, StepComparison, StepSide
from mqassist.core.facts import Fact
from mqassist.core.record import as_plain
from mqassist.core.runs import local_time
from mqassist.report.cells import cells, cut, padded, wrapped
from mqassist.report.fact_words import fact_words
from mqassist.report.presented import duration
from mqassist.report.style import Style

Json: TypeAlias = dict[str, Any]

SCHEMA = "mqassist.comparison/1"
LONGEST_VALUE = 120
SHOWN_FACTS = 6
"""Of one step, those that changed first; JSON has all."""
MARKS = {"same": "=", "changed": "≠", "added": "+", "missing": "−"}
ASCII_MARKS = {"same": "=", "changed": "!", "added": "+", "missing": "-"}


def document(comparison: Comparison) -> Json:
    """Every step, also those that are alike: who reads this decides what to leave out."""
    return {"schema": SCHEMA, "same": comparison.same, **as_plain(comparison)}


def change_text(change: FactChange, wording: Wording, arrow: str = "→") -> str:
    """Its name and both values in words, long ones cut; a dash for one that was not seen."""
    before, after = (fact_words(change.name, value, wording) for value in (change.before, change.after))
    return f"{before.label}  {cut(before.value, LONGEST_VALUE)} {arrow} {cut(after.value, LONGEST_VALUE)}"


def heading(comparison: Comparison, wording: Wording) -> str:
    """The one sentence that says where they part."""
    if comparison.same:
        return wording.sentence("compare.same")
    if not comparison.first_layer:
        return wording.sentence("compare.only-target" if comparison.target else "compare.only-answer")
    step = next((step for step in comparison.steps if step.id in comparison.first_steps), None)
    layer = wording.sentence(f"layer.{comparison.first_layer}")
    if step is None:
        return wording.sentence("compare.first-layer", {"layer": layer})
    return wording.sentence("compare.first", {"layer": layer, "step": step.title})


def render(comparison: Comparison, wording: Wording, style: Style) -> str:
    return _Table(comparison, wording, style).text()


class _Table:
    def __init__(self, comparison: Comparison, wording: Wording, style: Style) -> None:
        self.comparison = comparison
        self.wording = wording
        self.style = style
        self.lines: list[str] = []

    def text(self) -> str:
        found = self.comparison
        self.side("compare.before", found.before)
        self.side("compare.after", found.after)
        self.lines += ["", *self.wrapped(heading(found, self.wording), "", "strong")]
        if found.target:
            self.lines += ["", self.style.paint("strong", self.say("compare.target"))]
            self.facts(found.target, "  ")
        self.layers()
        return "\n".join(line.rstrip() for line in self.lines) + "\n"

    def say(self, key: str, **values: Fact) -> str:
        return self.wording.sentence(key, values)

    def wrapped(self, text: str, indent: str, kind: str = "") -> list[str]:
        lines = wrapped(text, max(30, self.style.width - cells(indent)))
        return [indent + (self.style.paint(kind, line) if kind else line) for line in lines]

    def side(self, key: str, run: RunSide) -> None:
        style = self.style
        widest = max(cells(self.say(name)) for name in ("compare.before", "compare.after"))
        shape = style.paint(run.state, f"{style.shape(run.state)} {self.say(f'state.{run.state}')}")
        head = f"{padded(self.say(key), widest)}  {shape}  {local_time(run.started_at, seconds=True)}"
        self.lines.append(f"{head}  {run.target}  {style.paint('faint', run.run)}".rstrip())
        self.lines += self.wrapped(run.title, " " * (widest + 2))

    def layers(self) -> None:
        steps = self.comparison.steps
        self.lines += ["", self.style.paint("strong", self.say("compare.steps"))]
        for layer in dict.fromkeys(step.layer for step in steps):
            own = [step for step in steps if step.layer == layer]
            told = [step for step in own if step.kind != "same" and not step.follows]
            if told:
                for step in told:
                    self.step(step)
            elif any(step.kind == "same" and _ran(step) for step in own):
                self.lines.append(f"  {self.mark('same')} {self.style.paint('faint', own[0].layer_word)}")
        follow = [step.title for step in steps if step.follows]
        if follow:
            text = self.say("compare.follows", count=len(follow), steps=self.say("line.comma").join(follow))
            self.lines += ["", *self.wrapped(text, "  ", "faint")]

    def mark(self, kind: str) -> str:
        return (ASCII_MARKS if self.style.ascii_shapes else MARKS)[kind]

    def step(self, step: StepComparison) -> None:
        first = step.layer == self.comparison.first_layer
        title = f"{step.layer_word}  {step.title}"
        paint = self.style.paint("strong", title) if first else title
        self.lines.append(f"  {self.mark(step.kind)} {paint}{self.timing(step)}")
        self.result(step.before, "compare.before")
        self.result(step.after, "compare.after")
        telling = sorted((fact for fact in step.facts if not fact.expected), key=lambda fact: fact.kind != "changed")
        self.facts(telling[:SHOWN_FACTS], "      ")
        if len(telling) > SHOWN_FACTS:
            self.lines.append(
                "      " + self.style.paint("faint", self.say("compare.more", count=len(telling) - SHOWN_FACTS))
            )

    def timing(self, step: StepComparison) -> str:
        if not step.slower or step.before is None or step.after is None:
            return ""
        times = {"before": duration(step.before.duration_ms), "after": duration(step.after.duration_ms)}
        return "  " + self.style.paint("warning", self.say("compare.took", **times))

    def result(self, side: StepSide | None, key: str) -> None:
        widest = max(cells(self.say(name)) for name in ("compare.before", "compare.after"))
        name = self.style.paint("faint", padded(self.say(key), widest))
        if side is None:
            self.lines.append(f"      {name}  {self.say('compare.not-run')}")
            return
        indent = " " * (6 + widest + 2 + 2)
        first, *rest = wrapped(side.summary, max(30, self.style.width - len(indent))) or [""]
        self.lines.append(f"      {name}  {self.style.paint(side.shape, self.style.shape(side.shape))} {first}")
        self.lines += [indent + line for line in rest]

    def facts(self, changes: Sequence[FactChange], indent: str) -> None:
        arrow = "->" if self.style.ascii_shapes else "→"
        for change in changes:
            text = change_text(change, self.wording, arrow)
            self.lines += [indent + line for line in wrapped(text, max(30, self.style.width - len(indent)))]


def _ran(step: StepComparison) -> bool:
    return any(side is not None and side.status not in ("skipped", "cancelled") for side in (step.before, step.after))
