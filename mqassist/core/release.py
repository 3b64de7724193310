"""What was learned about newer versions of this program. Knows neither network nor screen."""

from __future__ import annotations

import re
from typing import Literal

from mqassist.core.record import record

LookProblem = Literal["", "address", "unreachable", "silent", "status", "not-understood", "too-long"]


@record
class Newest:
    """`version` such as "0.2.0" and `page` to read on, or "" each; `problem` says why nothing was learned, `detail` is
    the system's own word for it or the status of HTTP."""

    version: str = ""
    page: str = ""
    problem: LookProblem = ""
    detail: str = ""


def is_newer(version: str, than: str) -> bool:
    """Compares numbers, not texts: 0.10.0 is newer than 0.9.1. What is no version is newer than nothing."""
    told, own = numbers(version), numbers(than)
    return bool(told) and bool(own) and told > own


def numbers(version: str) -> tuple[int, ...]:
    """Two to four numbers with dots, as in "v1.2.3"; filled up to four. Empty for anything else, pre-releases too."""
    found = re.fullmatch(r"v?(\d{1,6}(?:\.\d{1,6}){1,3})", version.strip(), re.ASCII)
    parts = [int(part) for part in found[1].split(".")] if found else []
    return tuple(parts + [0] * (4 - len(parts))) if parts else ()
