"""Which words are marked, with which letter: what proves a cause, and where the endpoint and the version stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mqassist.core.explained import ADDRESS, VERSION, Candidate, ExplainedTarget, Mark
from mqassist.core.record import changed
from mqassist.explain.reasoning import Claim, letter

EXCERPT = 240
MAX_MARKS = 60
MAX_ADDRESS = 300
_ENDS = re.compile(r"[\s\"'<>`|\\,;()\[\]{}=]")
"""What an address in a text ends at."""


def marked(
    text: str, claims: Sequence[Claim], letters: dict[int, str], target: ExplainedTarget | None, version: str
) -> tuple[tuple[Mark, ...], dict[str, str]]:
    """The marks in the order of the text, and the new letter for each of `letters`. `version` are the words that tell
    the version of what wrote the text, "" if none do. Where nothing is proved nothing is marked."""
    found = [
        Mark(
            letters[at], claim.start, claim.end, claim.line, _excerpt(text, claim.start, claim.end), claim.phrase,
            claim.side, claim.named, claim.times,
        )
        for at, claim in enumerate(claims)
        if at in letters
    ]  # fmt: skip
    if not found:
        return (), {}
    places = [(ADDRESS, _address(text, target)), (VERSION, _words(text, version))]
    for what, span in places:
        if span is not None and all(span[1] <= mark.start or mark.end <= span[0] for mark in found):
            start, end = span
            found.append(Mark("", start, end, text.count("\n", 0, start) + 1, _excerpt(text, start, end), what))
    found.sort(key=lambda mark: mark.start)
    ordered = tuple(changed(mark, letter=letter(at)) for at, mark in enumerate(found[:MAX_MARKS]))
    return ordered, {before.letter: now.letter for before, now in zip(found, ordered, strict=False) if before.letter}


def relettered(candidates: Sequence[Candidate], letters: dict[str, str]) -> tuple[Candidate, ...]:
    return tuple(
        changed(candidate, letters=tuple(letters[each] for each in candidate.letters if each in letters))
        for candidate in candidates
    )


def _excerpt(text: str, start: int, end: int) -> str:
    return " ".join(text[start:end].split())[:EXCERPT]


def _words(text: str, words: str) -> tuple[int, int] | None:
    at = text.find(words) if words else -1
    return (at, at + len(words)) if at >= 0 else None


def _address(text: str, target: ExplainedTarget | None) -> tuple[int, int] | None:
    """The URL that names the host, or the host with its port, as it stands in the text."""
    if target is None or not target.host:
        return None
    host = f"[{target.host}]" if ":" in target.host else target.host
    for wanted in (f"@{host}", f"://{host}", f"{host}:{target.port}", host):
        at = text.find(wanted)
        if at < 0:
            continue
        start, end = at, at + len(wanted)
        while start > max(0, at - MAX_ADDRESS) and not _ENDS.match(text[start - 1]):
            start -= 1
        if "://" not in text[start:end]:
            start = at + wanted.index(host)
            return start, start + len(wanted.removeprefix("@"))
        while end < min(len(text), at + MAX_ADDRESS) and not _ENDS.match(text[end]):
            end += 1
        return start, start + len(text[start:end].rstrip(".:"))
    return None
