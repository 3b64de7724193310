"""An explanation as people and programs read it: every sentence rendered, nothing laid out yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mqassist.core.advice import Advice, Step, Wording
from mqassist.core.explained import SCHEMA, Candidate, Explanation
from mqassist.core.facts import Fact
from mqassist.core.record import record

CERTAIN = 0.9
DOTS = "…"
"""Stands for a value that only a check would know."""


@record
class PresentedMatch:
    """A cause that the text stands for. `excerpt` is the line that says so; `log_lines` what brokers write then."""

    id: str
    standing: str
    severity: str
    confidence: float
    line: int
    excerpt: str
    letters: tuple[str, ...]
    title: str
    summary: str
    explanation: str
    who: str
    who_word: str
    steps: tuple[Step, ...]
    settles: tuple[str, ...]
    log_lines: tuple[tuple[str, str], ...]
    references: tuple[str, ...]


@record
class PresentedExplanation:
    """`heading` is one sentence for the whole text. `who_wrote` says whose text it is, "" if that cannot be told."""

    language: str
    outcome: str
    heading: str
    who_wrote: str
    matches: tuple[PresentedMatch, ...]
    folded: tuple[str, ...]
    ruled_out: tuple[str, ...]
    notes: tuple[str, ...]
    collect: tuple[str, ...]


class Guessed(Mapping[str, Fact]):
    """Values for sentences about a text: what it tells, and for the rest words that stand for any value.

    `absent` are facts that decide whether a step is offered: not known from words.
    """

    def __init__(self, known: Mapping[str, Fact], wording: Wording, absent: frozenset[str] = frozenset()) -> None:
        self._known = known
        self._wording = wording
        self._absent = absent

    def __contains__(self, name: object) -> bool:
        return name in self._known or name not in self._absent

    def __getitem__(self, name: str) -> Fact:
        if name in self._known:
            return self._known[name]
        word = self._wording.sentence(f"explain.word.{name}")
        return DOTS if word == f"explain.word.{name}" else word

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def present_explanation(
    explained: Explanation, wording: Wording, absent: Mapping[str, frozenset[str]]
) -> PresentedExplanation:
    """`absent` are, by cause, the facts on which its steps depend."""
    # whoever pastes the broker's log need not be told what to look for in it
    quotes_log = explained.side == "broker"
    matches = tuple(_match(candidate, wording, absent, quotes_log) for candidate in explained.candidates)
    heading = _heading(matches, explained, wording)
    return PresentedExplanation(
        language=wording.language,
        outcome=explained.outcome,
        heading=heading,
        who_wrote=_who_wrote(explained, wording),
        matches=matches,
        folded=tuple(cause_title(cause, wording) for cause in explained.folded),
        ruled_out=tuple(cause_title(cause, wording) for cause in explained.ruled_out),
        notes=tuple(wording.render(note) for note in explained.notes),
        collect=tuple(wording.render(text) for text in explained.collect),
    )


def _heading(matches: tuple[PresentedMatch, ...], explained: Explanation, wording: Wording) -> str:
    if not matches:
        return wording.sentence(f"explain.{explained.outcome}")
    first = matches[0]
    return (
        first.title if first.confidence >= CERTAIN else wording.sentence("explain.most-likely", {"title": first.title})
    )


def cause_title(cause: str, wording: Wording) -> str:
    """The title of a cause where no value is known."""
    advice = general_advice(cause, wording)
    return cause if advice is None else advice.title


def general_advice(
    cause: str, wording: Wording, known: Mapping[str, Fact] | None = None, absent: frozenset[str] = frozenset()
) -> Advice | None:
    """What is told about a cause from words: a check would know more. Commands keep their gaps."""
    values = known or {}
    plain = wording.advice(cause, values)
    spoken = wording.advice(cause, Guessed(values, wording, absent))
    if plain is None or spoken is None:
        return None
    steps = tuple(
        Step(step.audience, step.platform, step.text, with_gaps.command)
        for step, with_gaps in zip(spoken.steps, plain.steps, strict=False)
    )
    return Advice(
        cause,
        spoken.who,
        _said(cause, "title", wording) or spoken.title,
        _said(cause, "summary", wording) or spoken.summary,
        spoken.explanation,
        steps,
        spoken.references,
    )


def _said(cause: str, part: str, wording: Wording) -> str:
    """The sentence for a cause that was read from words, where the one of a check would claim what nobody measured."""
    key = f"explain.said.{cause}.{part}"
    sentence = wording.sentence(key)
    return "" if sentence == key else sentence


def _match(
    candidate: Candidate, wording: Wording, absent: Mapping[str, frozenset[str]], quotes_log: bool
) -> PresentedMatch:
    advice = general_advice(candidate.cause, wording, candidate.values, absent.get(candidate.cause, frozenset()))
    advice = advice or Advice(candidate.cause, "client developer", candidate.cause, "", "")
    return PresentedMatch(
        id=candidate.cause,
        standing=candidate.standing,
        severity=candidate.severity,
        confidence=candidate.confidence,
        line=candidate.line,
        excerpt=candidate.excerpt,
        letters=candidate.letters,
        title=advice.title,
        summary=advice.summary,
        explanation=advice.explanation,
        who=advice.who,
        who_word=wording.sentence(f"who.{advice.who.replace(' ', '-')}"),
        steps=advice.steps,
        settles=tuple(wording.sentence(f"decide.{key}") for key in candidate.decided_by),
        log_lines=() if quotes_log else candidate.log_lines,
        references=advice.references,
    )


def _who_wrote(explained: Explanation, wording: Wording) -> str:
    if not explained.side and not explained.product:
        return ""
    what = wording.sentence(f"explain.side-{explained.side or 'client'}")
    if not explained.product:
        return wording.sentence("explain.who-wrote-plain", {"what": what})
    product = f"{explained.product} {explained.version}".strip()
    return wording.sentence("explain.who-wrote", {"what": what, "product": product})


def explanation_document(explained: Explanation, shown: PresentedExplanation) -> dict[str, object]:
    """The contract's `mqassist.explanation/1`, and more."""
    target = explained.target
    return {
        "schema": SCHEMA,
        "language": shown.language,
        "outcome": shown.outcome,
        "cause": explained.cause,
        "title": shown.heading,
        "side": explained.side or None,
        "product": explained.product or None,
        "product_version": explained.version or None,
        "matches": [
            {
                "cause": match.id,
                "standing": match.standing,
                "severity": match.severity,
                "confidence": match.confidence,
                "line": match.line,
                "excerpt": match.excerpt,
                "title": match.title,
                "summary": match.summary,
                "explanation": match.explanation,
                "who": match.who,
                "fixes": [
                    {"audience": step.audience, "platform": step.platform, "text": step.text, "command": step.command}
                    for step in match.steps
                ],
                "decided_by": list(match.settles),
                "log_lines": [{"text": text, "source": source} for text, source in match.log_lines],
                "references": list(match.references),
            }
            for match in shown.matches
        ],
        "marks": [
            {
                "letter": mark.letter, "line": mark.line, "start": mark.start, "end": mark.end, "text": mark.excerpt,
                "causes": list(mark.of), "times": mark.times,
            }
            for mark in explained.marks
        ],
        "folded": list(explained.folded),
        "ruled_out": list(explained.ruled_out),
        "notes": list(shown.notes),
        "collect": list(shown.collect),
        "target": None if target is None else {
            "url": target.url, "protocol": target.protocol or None, "host": target.host or None,
            "port": target.port or None, "username": target.username, "vhost": target.vhost,
            "client_id": target.client_id, "given": list(target.given), "dialable": target.dialable,
        },
        "masked": explained.masked,
        "lines": explained.lines,
    }  # fmt: skip
