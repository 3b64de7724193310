"""The command line's own sentences, loaded on first use: a healthy check should not pay for the words of --help."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mqassist.cli.language import Language
from mqassist.core.errors import UserError
from mqassist.core.facts import Fact

if TYPE_CHECKING:
    from mqassist.core.advice import Wording


class Words:
    """Sentences of one language, before and beside a run."""

    def __init__(self, language: Language) -> None:
        self.language = language

    @cached_property
    def _texts(self) -> Wording:
        from mqassist.services import load_wording

        return load_wording(self.language)

    def say(self, key: str, **values: Fact) -> str:
        return self._texts.sentence(key, values)

    def of_error(self, error: UserError) -> str:
        """The person's mistake in their language; `error.<reference>` or the key itself, else what the error says."""
        for key in (f"error.{error.reference}", error.reference):
            sentence = self.say(key, **error.parameters)
            if sentence != key:
                return sentence
        return str(error)
