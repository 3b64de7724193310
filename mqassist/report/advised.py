"""Client settings as people and programs read them: every sentence rendered, nothing laid out yet. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mqassist.core.advice import Wording
from mqassist.core.facts import Fact
from mqassist.core.record import as_plain, record
from mqassist.core.snippet import Snippet
from mqassist.core.text import Text
from mqassist.core.tuning import Advised, Basis, Recommendation, Workload
from mqassist.report.presented import Presented

SCHEMA = "mqassist.advice/1"
FORMATS = ("text", "json", "markdown")


@record
class PresentedSetting:
    id: str
    label: str
    answer: str
    value: str | int | float | bool | None
    unit: str
    basis: Basis
    basis_word: str
    arithmetic: tuple[str, ...]
    unknown: tuple[str, ...]
    questions: tuple[str, ...]
    warnings: tuple[str, ...]
    evidence: tuple[tuple[str, Fact], ...]
    sources: tuple[str, ...]


@record
class PresentedAdvice:
    """`verdict` is the sentence that says how far the run went; `state` its shape. `sayings` are text and source."""

    target: str
    state: str
    heading: str
    verdict: str
    settings: tuple[PresentedSetting, ...]
    sayings: tuple[tuple[str, str], ...]
    snippets: tuple[Snippet, ...]


def present_advice(advised: Advised, told: Presented, wording: Wording, *, window: bool = False) -> PresentedAdvice:
    """`told` is the run that it rests on, of several hosts the worst. In the `window` nobody is sent to an option of
    the command line where there is a field for it."""
    return PresentedAdvice(
        told.target,
        told.state,
        wording.sentence("advise.heading.settings", {"target": told.target}),
        wording.sentence(f"advise.heading.{told.status}", {"title": told.title}),
        tuple(_setting(each, wording, window) for each in advised.recommendations),
        tuple((wording.render(each.text), each.source) for each in advised.sayings),
        advised.snippets,
    )


def _setting(each: Recommendation, wording: Wording, window: bool) -> PresentedSetting:
    def rendered(texts: Sequence[Text]) -> tuple[str, ...]:
        return tuple(_said(text, wording, window) for text in texts)

    return PresentedSetting(
        each.id,
        wording.sentence(f"advise.label.{each.id}"),
        wording.render(each.answer),
        each.value,
        each.unit,
        each.basis,
        wording.sentence(f"advise.basis.{each.basis}"),
        rendered(each.arithmetic),
        rendered(each.unknown),
        rendered(each.questions),
        rendered(each.warnings),
        each.evidence,
        each.sources,
    )


def _said(text: Text, wording: Wording, window: bool) -> str:
    own = text.key.replace("advise.", "advise.window.", 1)
    found = wording.sentence(own, dict(text.values)) if window else own
    return wording.render(text) if found == own else found


def numbered(shown: PresentedAdvice) -> dict[str, int]:
    """Every source with its number, in the order of reading."""
    named = [source for each in shown.settings for source in each.sources]
    named += [source for _, source in shown.sayings if source]
    return {source: number for number, source in enumerate(dict.fromkeys(named), 1)}


def document(
    shown: PresentedAdvice, runs: Sequence[Presented], workload: Workload, hosts: Sequence[str]
) -> dict[str, Any]:
    """`mqassist.advice/1`. `runs` are what it rests on, the first host's first."""
    first = runs[0]
    return {
        "schema": SCHEMA,
        "tool": {"name": "mqassist", "version": first.tool_version},
        "language": first.language,
        "target": {**first.endpoint, "given": first.target, "hosts": list(hosts)},
        "runs": [{"run": run.run_id, "started_at": run.started_at, **_verdict(run)} for run in runs],
        "verdict": _verdict(worst(runs)),
        "workload": as_plain(workload),
        "settings": [_document_setting(each) for each in shown.settings],
        "said_elsewhere": [{"text": text, "source": source or None} for text, source in shown.sayings],
        "snippets": [as_plain(snippet) for snippet in shown.snippets],
    }


def _badness(run: Presented) -> int:
    return ("healthy", "degraded", "broken").index(run.status)


def worst(runs: Sequence[Presented]) -> Presented:
    return max(runs, key=_badness)


def _verdict(run: Presented) -> Mapping[str, object]:
    cause = None if run.root is None else run.root.id
    return {"status": run.status, "cause": cause, "title": run.title, "summary": run.summary, "complete": run.complete}


def _document_setting(each: PresentedSetting) -> dict[str, Any]:
    return {
        "id": each.id,
        "label": each.label,
        "value": each.value,
        "unit": each.unit or None,
        "text": each.answer,
        "basis": each.basis,
        "arithmetic": list(each.arithmetic),
        "not_measured": list(each.unknown),
        "not_said": list(each.questions),
        "warnings": list(each.warnings),
        "evidence": {name: as_plain(value) for name, value in each.evidence},
        "sources": list(each.sources),
    }


def render_json(content: dict[str, Any], *, ascii_only: bool = False) -> str:
    from mqassist.report.json import safe

    return safe(json.dumps(content, ensure_ascii=ascii_only, indent=2)) + "\n"
