"""The public report `mqassist.report/1` as JSON: one object for one target, an array for several."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from mqassist.core.report import SCHEMA, Excerpt
from mqassist.report.presented import Named, Presented, PresentedCause, PresentedCheck

Json: TypeAlias = dict[str, Any]

_HIDDEN = "[\x80-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
"""Legal inside JSON strings, but a terminal would obey some, and lone surrogates cannot be written as UTF-8."""

MOST = 1e300
"""Beyond it only what JSON has no number for, such as infinity, is of interest."""


def render(reports: Sequence[Presented], *, many: bool = False, ascii_only: bool = False) -> str:
    """`many` makes an array even of one report; `ascii_only` is for outputs that are not UTF-8."""
    if not many and len(reports) == 1:
        return laid_out(document(reports[0]), ascii_only=ascii_only) + "\n"
    return joined([laid_out(document(report), depth=1, ascii_only=ascii_only) for report in reports])


def joined(rendered: Sequence[str]) -> str:
    """An array of what was laid out one by one at depth 1."""
    items = ",\n  ".join(rendered)
    return f"[\n  {items}\n]\n" if rendered else "[]\n"


def laid_out(value: Json, *, depth: int = 0, ascii_only: bool = False) -> str:
    """As `json.dumps` with an indent of two, and safe. Python's own encoder is only fast without an indent."""
    encode = json.encoder.encode_basestring_ascii if ascii_only else json.encoder.encode_basestring
    return safe(_laid_out(value, encode, "\n" + "  " * depth))


def _laid_out(value: object, encode: Callable[[str], str], pad: str) -> str:
    """Strings, which are most of it, are encoded where they are met: each call spared counts."""
    inner = pad + "  "
    if isinstance(value, dict) and value:
        items = [
            f"{encode(key)}: {encode(item) if isinstance(item, str) else _laid_out(item, encode, inner)}"
            for key, item in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(items)}{pad}}}"
    if isinstance(value, list) and value:
        items = [encode(item) if isinstance(item, str) else _laid_out(item, encode, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(items)}{pad}]"
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, int) or (isinstance(value, float) and abs(value) < MOST):
        return repr(value)
    return json.dumps(value)


def safe(text: str) -> str:
    """JSON that no terminal obeys and that can be written as UTF-8."""
    if not text.isascii():
        text = re.sub(_HIDDEN, lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.replace("\x7f", "\\u007f")


def document(report: Presented) -> Json:
    """The contract's fields, and more: what was given, what the verdict leaves open, titles and evidence of checks."""
    root = report.root
    return {
        "schema": SCHEMA,
        "tool": {"name": "mqassist", "version": report.tool_version},
        "run": report.run_id,
        "language": report.language,
        "started_at": report.started_at,
        "duration_ms": round(report.duration_ms, 1),
        "target": {**report.endpoint, "given": report.target},
        **({"profile": report.profile} if report.profile else {}),
        "verdict": {
            "status": report.status,
            "cause": None if root is None else root.id,
            "title": report.title,
            "summary": report.summary,
            "who": None if root is None else root.who,
            "complete": report.complete,
            "reached": report.reached,
            "folded": [_named(item) for item in report.folded],
            "ruled_out": [_named(item) for item in report.ruled_out],
            "undecided": [
                {
                    "id": item.cause,
                    "title": item.title,
                    "missing": list(item.missing),
                    "decided_by": list(item.decided_by),
                }
                for item in report.undecided
            ],
            "crashed": list(report.crashed),
        },
        "causes": [_cause(cause) for cause in report.causes],
        "checks": [_check(check) for check in report.checks],
        "log_matches": [
            {
                "file": hit.file,
                "line": hit.line,
                "text": hit.text,
                "cause": hit.cause,
                "matched_by": hit.matched_by,
                "step": hit.step or None,
                "facts": list(hit.facts),
            }
            for hit in report.log_matches
        ],
        **({"excerpts": [_excerpt(each) for each in report.excerpts]} if report.excerpts else {}),
    }


def _excerpt(each: Excerpt) -> Json:
    return {"file": each.file, "line": each.line, "text": each.text, "cause": each.cause}


def _named(item: Named) -> Json:
    return {"id": item.id, "title": item.title}


def _cause(cause: PresentedCause) -> Json:
    return {
        "id": cause.id,
        "role": cause.role,
        "severity": cause.severity,
        "confidence": cause.confidence,
        "who": cause.who,
        "title": cause.title,
        "summary": cause.summary,
        "explanation": cause.explanation,
        "evidence": list(cause.evidence),
        "fixes": [
            {"audience": step.audience, "platform": step.platform, "text": step.text, "command": step.command}
            for step in cause.steps
        ],
        "references": list(cause.references),
    }


def _check(check: PresentedCheck) -> Json:
    return {
        "id": check.id,
        "layer": check.layer,
        "status": check.status,
        "started_ms": round(check.started_ms, 1),
        "duration_ms": round(check.duration_ms, 1),
        "title": check.title,
        "summary": check.summary,
        "why": check.why or None,
        "evidence": list(check.evidence),
        "facts": {name: list(value) if isinstance(value, tuple) else value for name, value in check.facts.items()},
        "crash": check.crash or None,
    }
