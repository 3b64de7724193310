"""The report as one HTML file: no script, nothing loaded from anywhere, everything foreign escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from mqassist.core.advice import Wording
from mqassist.core.facts import Fact
from mqassist.core.moments import utc_words
from mqassist.report.fact_words import fact_words
from mqassist.report.html_style import DEFINITIONS, STYLE, shape
from mqassist.report.log_lines import chosen_lines, log_lines
from mqassist.report.presented import Presented, PresentedCause, PresentedCheck, duration, ran, shape_of, told
from mqassist.report.steps import Instruction, grouped, slug


def render(reports: Sequence[Presented], wording: Wording) -> str:
    title = reports[0].title if len(reports) == 1 else wording.sentence("line.targets", {"count": len(reports)})
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    articles = "\n".join(_Article(report, wording).html() for report in reports)
    language = {"zh": "zh-CN"}.get(wording.language, wording.language)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)} – mqassist</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{DEFINITIONS}\n"
        f"<main>\n{articles}\n</main>\n</body>\n</html>\n"
    )


class _Article:
    def __init__(self, report: Presented, wording: Wording) -> None:
        self.report = report
        self.wording = wording
        self.parts: list[str] = []

    def say(self, key: str, **values: Fact) -> str:
        return escape(self.wording.sentence(key, values))

    def html(self) -> str:
        report = self.report
        self.parts += [f'<article class="{report.state}">', '<div class="card first">']
        self.head()
        if report.root is not None:
            self.root(report.root)
        self.open_questions()
        self.listed("folded", [item.title for item in report.folded])
        self.listed("ruled-out", [item.title for item in report.ruled_out])
        for cause in report.causes:
            if cause is not report.root:
                self.other(cause)
        lines = log_lines(report, self.wording)
        self.listed("log", [f"{line.place} {line.text} ({line.origin})" for line in lines])
        self.listed("excerpts", [f"{line.place} {line.text}" for line in chosen_lines(report)])
        self.parts.append("</div>")
        self.steps()
        made_by = self.say("line.made-by", version=report.tool_version, run=report.run_id)
        self.parts += [f"<footer>{made_by}</footer>", "</article>"]
        return "\n".join(self.parts)

    def head(self) -> None:
        report = self.report
        self.parts += [
            '<header class="head">',
            shape(report.state),
            f"<div><h1>{escape(report.title)}</h1>",
            f"<p>{escape(report.summary)}</p></div>",
            f'<ul class="chips"><li>{self.say(f"state.{report.state}")}</li>',
        ]
        root = report.root
        if root is not None:
            percent = self.say("line.certainty", percent=round(root.confidence * 100))
            who = self.say("line.labelled", label=self.wording.sentence("heading.who"), text=root.who_word)
            self.parts += [
                f'<li class="chip who">{who}</li>',
                f'<li class="chip">{self.say("heading.certainty")} {percent}</li>',
                f"<li><code>{escape(root.id)}</code></li>",
            ]
        self.parts.append(f'<li class="mono">{escape(report.target)}</li>')
        when = f"{utc_words(report.started_at)} · {duration(report.duration_ms)}"
        self.parts.append(f"<li>{escape(when)}</li></ul></header>")
        if not report.complete:
            self.parts.append(f'<section class="part"><p>{self.say("line.incomplete")}</p></section>')

    def section(self, key: str, *lines: str) -> None:
        self.parts += ['<section class="part">', f"<h2>{self.say(f'heading.{key}')}</h2>", *lines, "</section>"]

    def root(self, cause: PresentedCause) -> None:
        steps = self.instructions(cause)
        if steps:
            self.section("what-to-do", *steps)
        self.listed("why", cause.evidence)
        if cause.explanation:
            self.section("explanation", f"<p>{escape(cause.explanation)}</p>")
        links = [f'<li><a href="{escape(it)}" rel="noreferrer">{escape(it)}</a></li>' for it in cause.references]
        if links:
            self.section("references", "<ul>", *links, "</ul>")

    def instructions(self, cause: PresentedCause) -> list[str]:
        lines: list[str] = []
        for group in grouped(cause):
            lines.append(f"<h3>{self.say(f'for.{slug(group.audience)}')}</h3><ol>")
            lines += [self.instruction(instruction) for instruction in group.instructions]
            lines.append("</ol>")
        return lines

    def instruction(self, instruction: Instruction) -> str:
        commands = ""
        for platform, command in instruction.commands:
            if platform != "any":
                name = self.wording.sentence(f"platform.{platform}")
                commands += f'<div class="platform">{self.say("line.on-platform", platform=name)}</div>'
            commands += f"<pre><code>{escape(command)}</code></pre>"
        return f"<li>{escape(instruction.text)}{commands}</li>"

    def open_questions(self) -> None:
        if not self.report.undecided:
            return
        label = self.say("heading.decided-by")
        items = []
        for question in self.report.undecided:
            inner = "".join(f"<li>{escape(text)}</li>" for text in question.decided_by)
            deciding = f'<div class="faint">{label}</div><ul>{inner}</ul>' if inner else ""
            items.append(f"<li>{escape(question.title)} <code>{escape(question.cause)}</code>{deciding}</li>")
        self.section("undecided", "<ul>", *items, "</ul>")

    def other(self, cause: PresentedCause) -> None:
        kind = {"error": "broken", "warning": "warning"}.get(cause.severity, "info")
        who = self.say("line.labelled", label=self.wording.sentence("heading.who"), text=cause.who_word)
        self.section(
            "also",
            f'<p class="line">{shape(kind)}<b>{escape(cause.title)}</b> <code>{escape(cause.id)}</code></p>',
            f"<p>{escape(cause.summary)}</p><p>{who}</p>",
            "<ul>",
            *(f"<li>{escape(line)}</li>" for line in cause.evidence),
            "</ul>",
            *self.instructions(cause),
        )

    def listed(self, key: str, items: Sequence[str]) -> None:
        if items:
            self.section(key, "<ul>", *(f"<li>{escape(item)}</li>" for item in items), "</ul>")

    def steps(self) -> None:
        columns = ("status", "step", "layer", "seen", "duration")
        head = "".join(f'<th class="{key}">{self.say(f"heading.{key}")}</th>' for key in columns)
        self.parts += ['<div class="card"><table>', f'<thead><tr>{head}<th class="bar"></th></tr></thead><tbody>']
        whole = max([check.started_ms + check.duration_ms for check in self.report.checks] + [1.0])
        self.parts += [self.step(check, whole) for check in told(self.report)]
        self.parts.append("</tbody></table></div>")

    def step(self, check: PresentedCheck, whole: float) -> str:
        seen = escape(check.summary if ran(check) else check.why or check.summary)
        if ran(check) and check.why:
            seen += f'<span class="faint why">{escape(check.why)}</span>'
        details = self.details(check)
        if details:
            seen = f"<details><summary>{seen}</summary>{details}</details>"
        took = duration(check.duration_ms) if ran(check) and check.duration_ms else ""
        bar = _bar(check, whole) if ran(check) else ""
        cells = (
            f'<td class="state">{shape(shape_of(check))}{self.say(f"status.{check.status}")}</td>'
            f'<td>{escape(check.title)}</td><td class="layer">{escape(check.layer_word)}</td>'
            f'<td class="seen">{seen}</td><td class="ms">{took}</td><td class="bar">{bar}</td>'
        )
        return f'<tr class="{check.status}">{cells}</tr>'

    def details(self, check: PresentedCheck) -> str:
        evidence = "".join(f"<li>{escape(line)}</li>" for line in check.evidence)
        rows = "".join(
            f'<tr><td title="{escape(name)}">{escape(fact.label)}</td><td>{escape(fact.value)}</td></tr>'
            for name, fact in ((name, fact_words(name, value, self.wording)) for name, value in check.facts.items())
        )
        crash = f"<pre>{escape(check.crash)}</pre>" if check.crash else ""
        return (f"<ul>{evidence}</ul>" if evidence else "") + (f"<table>{rows}</table>" if rows else "") + crash


def _bar(check: PresentedCheck, whole: float) -> str:
    left = min(99.2, 100 * check.started_ms / whole)
    width = min(max(0.8, 100 * check.duration_ms / whole), 100 - left)
    css = {"failed": "fill-err", "warning": "fill-warn"}.get(check.status, "fill-ok")
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect x="{left:.2f}" y="1" width="{width:.2f}" height="8" class="{css}"/></svg>'
    )
