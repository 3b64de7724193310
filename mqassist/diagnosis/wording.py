"""The sentences and steps of a cause, with this run's values filled in. Joins the causes with the language tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mqassist.core.advice import Advice, Step
from mqassist.core.facts import Fact
from mqassist.core.text import Text
from mqassist.diagnosis.causes import Cause
from mqassist.knowledge.texts import Texts, fill, fill_command

LONGEST = 300
"""Characters of one value in a sentence that a person has to take in: a topic may have 65,535."""


class CauseWording:
    """A `Wording` over the loaded causes and one language."""

    def __init__(self, texts: Texts, causes: Sequence[Cause]) -> None:
        self._texts = texts
        self._causes = {cause.id: cause for cause in causes}

    @property
    def language(self) -> str:
        return self._texts.language

    def render(self, text: Text) -> str:
        return self._texts.render(text)

    def sentence(self, key: str, values: Mapping[str, Fact] | None = None) -> str:
        return self._texts.sentence(key, values)

    def advice(self, cause_id: str, values: Mapping[str, Fact]) -> Advice | None:
        """None for an id that is not in the data, as in a report of a newer version."""
        cause, text = self._causes.get(cause_id), self._texts.cause(cause_id)
        if cause is None or text is None:
            return None
        steps = tuple(
            Step(
                fix.audience,
                fix.platform,
                fill(text.fixes.get(fix.id, fix.id), values, LONGEST),
                None if fix.command is None else fill_command(fix.command, values, fix.platform),
            )
            for fix in cause.fixes
            if not fix.if_known or fix.if_known in values
        )
        return Advice(
            cause=cause_id,
            who=cause.who,
            title=fill(text.title, values, LONGEST),
            summary=fill(text.summary, values, LONGEST),
            explanation=fill(text.explanation, values),
            steps=steps,
            references=cause.references,
        )
