"""One thing that this installation can or cannot do on this computer."""

from __future__ import annotations

from typing import Literal

from mqassist.core.record import record

Ability = Literal["available", "limited", "missing"]
"""`limited`: checks run, but say less. `missing`: what it is for cannot be done."""


@record
class Capability:
    """`id` is the key of its sentences, `value` what was found as a person reads it; without an `essential` one
    no check can run."""

    id: str
    ability: Ability
    value: str = ""
    essential: bool = False
