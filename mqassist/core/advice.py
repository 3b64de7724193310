"""What is told about a cause: its sentences with this run's values filled in, and the steps with their commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mqassist.core.facts import Fact
from mqassist.core.finding import Audience
from mqassist.core.record import record
from mqassist.core.text import Text


@record
class Step:
    """One thing to do. `platform` is any, linux, windows or macos; `command` can be pasted as it stands."""

    audience: Audience
    platform: str
    text: str
    command: str | None = None


@record
class Advice:
    """`who` is the role that has to act; `references` are public addresses."""

    cause: str
    who: Audience
    title: str
    summary: str
    explanation: str
    steps: tuple[Step, ...] = ()
    references: tuple[str, ...] = ()


class Wording(Protocol):
    """Turns keys and values into one language. Never raises for a key that is missing: it gives the key itself."""

    @property
    def language(self) -> str: ...

    def render(self, text: Text) -> str: ...

    def sentence(self, key: str, values: Mapping[str, Fact] | None = None) -> str: ...

    def advice(self, cause_id: str, values: Mapping[str, Fact]) -> Advice | None: ...
