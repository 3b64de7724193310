"""What a look at a chosen file says, ready for a form: short sentences with the state of each."""

from __future__ import annotations

from typing import Literal

from mqassist.core.record import record
from mqassist.core.text import Text

GlanceState = Literal["works", "warning", "broken", "note"]
TlsRole = Literal["ca", "cert", "key"]


@record
class GlanceLine:
    state: GlanceState
    text: Text


@record
class Glance:
    """`lines` in the order of importance for reading, `command` turns a file of another format into a usable one."""

    role: TlsRole
    lines: tuple[GlanceLine, ...]
    command: str = ""

    @property
    def usable(self) -> bool:
        return all(line.state != "broken" for line in self.lines)
