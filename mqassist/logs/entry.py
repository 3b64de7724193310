"""One message of a broker's log, however many lines it takes."""

from __future__ import annotations

from mqassist.core.log import Level as Level
from mqassist.core.record import record


@record
class Entry:
    """`line` counts from 1; `at` is seconds since 1970 (UTC), None where the line has no readable time.

    `source` is what the broker names as the writer (an Erlang pid such as `<0.875.0>`), else "".
    `text` is the message without its prefix, lines joined by newlines.
    """

    line: int
    last_line: int
    at: float | None
    level: Level
    source: str
    text: str
