"""Which commands of a cause's steps are shown for which platform. No Qt."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mqassist.report.by_hand import Platform
from mqassist.report.presented import PresentedCause
from mqassist.report.steps import Group, Instruction, grouped

PLATFORMS: tuple[Platform, ...] = ("linux", "macos", "windows")


def this_platform() -> Platform:
    own: dict[str, Platform] = {"win32": "windows", "darwin": "macos"}
    return own.get(sys.platform, "linux")


def platforms_in(causes: Sequence[PresentedCause]) -> tuple[Platform, ...]:
    """Those with commands of their own, this machine's first."""
    found = {step.platform for cause in causes for step in cause.steps}
    own = this_platform()
    return tuple(sorted((name for name in PLATFORMS if name in found), key=lambda name: name != own))


def groups_for(cause: PresentedCause, platform: str) -> tuple[Group, ...]:
    """Every role's instructions; commands of other platforms are left out unless nothing would be left."""
    made = []
    for group in grouped(cause):
        told = [_only(instruction, platform) for instruction in group.instructions]
        kept = tuple(instruction for instruction in told if instruction is not None)
        made.append(Group(group.audience, kept or group.instructions))
    return tuple(made)


def _only(instruction: Instruction, platform: str) -> Instruction | None:
    fitting = tuple(pair for pair in instruction.commands if pair[0] in ("any", platform))
    if instruction.commands and not fitting:
        return None
    return Instruction(instruction.text, fitting)
