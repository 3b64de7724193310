"""What it can mean that a step has no answer yet, and what would decide it: sentences of the language tables."""

from __future__ import annotations

from mqassist.core.advice import Wording
from mqassist.core.record import record


@record
class Meaning:
    text: str
    decided_by: str


def awaited(probe: str, wording: Wording) -> str:
    """What was asked and is waited for; "" for a step that asks nobody."""
    key = f"silence.awaited.{probe}"
    text = wording.sentence(key)
    return "" if text == key else text


def meanings(probe: str, wording: Wording) -> tuple[Meaning, ...]:
    """The likeliest first; none for a step that does not wait for an answer, or whose silence is not known."""
    found: list[Meaning] = []
    while True:
        name = f"{probe}.{len(found) + 1}"
        key = f"silence.means.{name}"
        text = wording.sentence(key)
        if text == key:
            return tuple(found)
        found.append(Meaning(text, wording.sentence(f"silence.decides.{name}")))
