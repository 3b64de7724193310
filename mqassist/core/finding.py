"""One cause whose condition is true, with the facts that made it so."""

from __future__ import annotations

from typing import Literal

from mqassist.core.facts import Fact
from mqassist.core.record import record
from mqassist.core.text import Text, Values

Role = Literal["root", "contributing", "warning"]
Severity = Literal["error", "warning", "info"]
Audience = Literal["client developer", "broker administrator", "network administrator", "user"]


@record
class Finding:
    """`certainty` is 0 to 1. `because` are the facts that the condition read, by name."""

    cause: str
    role: Role
    severity: Severity
    certainty: float
    because: tuple[tuple[str, Fact], ...]
    parameters: Values = ()
    evidence: tuple[Text, ...] = ()
