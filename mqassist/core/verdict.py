"""The answer of one run: one root cause, what it explains, and what cannot be told yet."""

from __future__ import annotations

from typing import Literal

from mqassist.core.finding import Finding
from mqassist.core.record import record

Status = Literal["healthy", "degraded", "broken"]


@record
class Undecided:
    """A cause that fits what was seen but was not proved: `missing` are the facts that would decide."""

    cause: str
    missing: tuple[str, ...]
    decided_by: tuple[str, ...]


@record
class Verdict:
    """`primary` is None when healthy, and when the run is broken for a reason that cannot be told.

    `folded` are causes that merely follow from the primary one: shown under it, not listed as causes.
    `reached` is the deepest layer where something passed. `complete` is false after a stop.
    """

    status: Status
    primary: Finding | None = None
    others: tuple[Finding, ...] = ()
    folded: tuple[str, ...] = ()
    ruled_out: tuple[str, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    reached: str = ""
    complete: bool = True
    crashed: tuple[str, ...] = ()
