"""The steps of a cause, grouped for reading: by who does them, one step with its commands per platform."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.advice import Step
from mqassist.core.record import record
from mqassist.report.presented import PresentedCause

_OWN_MACHINE = ("client developer", "user")
"""These act on the computer that the check ran on; the others act on the broker's or the network's."""


@record
class Instruction:
    """`commands` are (platform, command); one sentence may have a command for each platform."""

    text: str
    commands: tuple[tuple[str, str], ...]


@record
class Group:
    audience: str
    instructions: tuple[Instruction, ...]


def grouped(cause: PresentedCause, platform: str = "any") -> tuple[Group, ...]:
    """Who has to act first. With a platform, steps on the own computer are those that fit it."""
    audiences = list(dict.fromkeys([cause.who, *(step.audience for step in cause.steps)]))
    groups = (
        Group(name, _instructions([step for step in cause.steps if step.audience == name and _fits(step, platform)]))
        for name in audiences
    )
    return tuple(group for group in groups if group.instructions)


def slug(audience: str) -> str:
    """The role as a key of the language tables: who.<slug>, for.<slug>."""
    return audience.replace(" ", "-")


def _fits(step: Step, platform: str) -> bool:
    return platform == "any" or step.platform in ("any", platform) or step.audience not in _OWN_MACHINE


def _instructions(steps: Sequence[Step]) -> tuple[Instruction, ...]:
    commands: dict[str, list[tuple[str, str]]] = {}
    for step in steps:
        held = commands.setdefault(step.text, [])
        if step.command is not None:
            held.append((step.platform, step.command))
    return tuple(Instruction(text, tuple(held)) for text, held in commands.items())
